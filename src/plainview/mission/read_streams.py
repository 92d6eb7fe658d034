"""A file read once for ``inspect``: its streams, and all of its KLV."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plainview.errors import InputError
from plainview.formats.input_file import HEAD_BYTES, ContentKind, content_kind, open_input
from plainview.formats.probe import SourceProbe, probe, probe_scanned
from plainview.formats.raw_klv import read_klv_payloads
from plainview.formats.stream_head import read_head
from plainview.formats.transport_scan import ScanFacts, TransportScan
from plainview.misb import KlvFramer
from plainview.mission.metadata_survey import MetadataSurvey
from plainview.mission.progress import Progress

__all__ = ["StreamsRead", "read_streams"]

_STEP_S: Final = 0.2
"""Between two reports of how far the reading is."""
_LONG_BYTES: Final = 64 << 20
"""What is shorter is read before progress could be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamsRead:
    """What was read.

    Args:
        probed: Streams, video, coverage, and what is wrong with them.
        metadata: What the KLV says.
        facts: What a pass over a transport stream found; None for anything else.
        is_exact: Whether the video was read packet by packet.
    """

    probed: SourceProbe
    metadata: MetadataSurvey
    facts: ScanFacts | None
    is_exact: bool


def read_streams(
    path: Path, *, on_progress: Callable[[Progress], None] | None = None
) -> StreamsRead:
    """Read all of a file, decoding no picture.

    A transport stream with a video is read in one pass over columns. Where its video turns out
    to be unusual there, or is damaged in a file that is not large, it is read a second time,
    packet by packet, for the video alone.

    Args:
        path: The file.
        on_progress: Is told how far the reading is.

    Raises:
        InputError: The file cannot be read.
    """
    with open_input(path) as file:
        kind = content_kind(file.read(HEAD_BYTES))
    metadata = MetadataSurvey(path.stat().st_size)
    if kind is ContentKind.TRANSPORT_STREAM:
        read = _read_scanned(path, metadata, on_progress)
        if read is not None:
            return read
    probed, framer = probe(path), KlvFramer()
    for payload in read_klv_payloads(path):
        metadata.take_packets(framer.feed(payload))
    metadata.take_packets(framer.flush())
    metadata.finish()
    return StreamsRead(probed=probed, metadata=metadata, facts=None, is_exact=True)


def _read_scanned(
    path: Path, metadata: MetadataSurvey, on_progress: Callable[[Progress], None] | None
) -> StreamsRead | None:
    """Return what a pass says; None where the streams are not those that it was told of."""
    try:
        head = read_head(path)
    except InputError:  # a stream without a video; whether it can be read at all, `probe` says
        return None
    if head.is_fallback:
        return None
    scan = TransportScan(path, head, on_read=_reporter(path.stat().st_size, on_progress))
    for batch in scan.batches():
        metadata.take_batch(batch)
    if {"tables_change", "late_klv"} & scan.facts.oddities.keys():
        return _read_again(path, scan.facts)
    metadata.finish()
    probed = probe_scanned(path, head, scan.facts)
    return StreamsRead(
        probed=probe(path) if probed is None else probed,
        metadata=metadata,
        facts=scan.facts,
        is_exact=probed is None,
    )


def _read_again(path: Path, facts: ScanFacts) -> StreamsRead:
    """Read a transport stream whose streams change, payload by payload."""
    metadata, framer = MetadataSurvey(path.stat().st_size), KlvFramer()
    for payload in read_klv_payloads(path):
        metadata.take_packets(framer.feed(payload))
    metadata.take_packets(framer.flush())
    metadata.finish()
    return StreamsRead(probed=probe(path), metadata=metadata, facts=facts, is_exact=True)


def _reporter(
    size_bytes: int, on_progress: Callable[[Progress], None] | None
) -> Callable[[int], None] | None:
    """Return what turns bytes read into progress, a few times a second."""
    if on_progress is None or size_bytes < _LONG_BYTES:
        return None
    tell, begin_s, told_s = on_progress, time.monotonic(), 0.0

    def report(n_bytes: int) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if now_s - told_s < _STEP_S:
            return
        told_s = now_s
        rate = f"{n_bytes / 1e6 / max(now_s - begin_s, 1e-3):,.0f} MB/s"
        tell(
            Progress(
                fraction=min(1.0, n_bytes / size_bytes), n_frames=0, frames_per_s=0.0, rate=rate
            )
        )

    return report
