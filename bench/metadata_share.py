"""The share of metadata in the time of decoding 720p30 video with a packet a picture.

The stream is the clip generator's. All are measured in core time of one process, alternating,
the best of some rounds each: decoding all pictures by FFmpeg in one thread; metadata three ways.
In columns: from the bytes of the stream to all numbers of all packets. Packet by packet
(`each`): every item with every check and its View. In a run (`process`): the source as
`plainview process` opens it decodes the same pictures, with the reading of the angles found
before, and what it spends on metadata is timed inside it: all of `each`, the watch over
that reading, the join to the pictures and the View of each picture, with its motion; the finding
of the packets in the stream, timed apart, is added. Opening the file, which pictures and metadata
need alike, is timed apart (`opening`) and counted for none; so is the look at the first 2,000
packets that a run takes once before it begins (`prescan_s`).
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import av

from bench.clip_generator import write_clip
from plainview.formats import read_klv_payloads, source_part
from plainview.formats.part_metadata import PartMetadata
from plainview.formats.source import open_source
from plainview.formats.source_settings import SourceSettings
from plainview.formats.stream_head import StreamHead, read_head
from plainview.formats.transport_scan import TransportScan
from plainview.misb import (
    AngleConvention,
    KlvFramer,
    SetDecoder,
    ViewState,
    decode_columns,
)
from plainview.mission.convention_prescan import prescan_conventions

__all__ = ["run"]

DURATION_S: Final = 30.0
N_ROUNDS: Final = 5
MOST_SHARE: Final = 0.01


def decode_pictures(path: Path) -> int:
    """Decode every picture in one thread."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.thread_count = 1
        return sum(1 for _ in container.decode(video))


def open_alone(path: Path) -> int:
    """Open the file as decoding does, and decode nothing."""
    with av.open(str(path)) as container:
        return len(container.streams)


def decode_in_columns(path: Path, head: StreamHead) -> int:
    """Gather the packets in columns and decode all their numbers."""
    scan = TransportScan(path, head)
    packets = [raw for batch in scan.batches() for raw in batch.packets]
    return int(decode_columns(packets).is_whole.sum())


def decode_each(path: Path) -> int:
    """Frame, decode and check each packet, and make its View."""
    framer, decoder, state, n_views = KlvFramer(), SetDecoder(), ViewState(), 0
    for payload in read_klv_payloads(path):
        for packet in framer.feed(payload):
            n_views += state.update(decoder.decode(packet)) is not None
    return n_views


class TimedMetadata(PartMetadata):
    """Metadata of a source that add up the core time of their thread."""

    took_s = 0.0

    def _timed(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        begin_s = time.thread_time()
        found = call(*args, **kwargs)
        TimedMetadata.took_s += time.thread_time() - begin_s
        return found

    def take(self, klv: Any) -> Any:
        """Take a payload."""
        return self._timed(super().take, klv)

    def view_at(self, video_time_us: int, **stamp: Any) -> Any:
        """Return the View of a picture."""
        return self._timed(super().view_at, video_time_us, **stamp)


def time_in_a_run(path: Path, conventions: Mapping[str, AngleConvention]) -> tuple[float, int]:
    """Read a file as a run does; return the seconds of its metadata and how many Views it gave."""
    usual, TimedMetadata.took_s = source_part.PartMetadata, 0.0
    source_part.PartMetadata = TimedMetadata  # type: ignore[misc]
    try:
        source = open_source(
            [path], settings=SourceSettings(convention=conventions, n_decode_threads=1)
        )
        frames = [unit.frame.view for unit in source.units() if unit.frame is not None]
        source.close()
    finally:
        source_part.PartMetadata = usual  # type: ignore[misc]
    return TimedMetadata.took_s, sum(view is not None for view in frames)


def run() -> dict[str, Any]:
    """Measure and return the row."""
    best: dict[str, float] = {}
    counts: dict[str, int] = {}

    def note(side: str, took_s: float, count: int) -> None:
        best[side] = min(took_s, best.get(side, took_s))
        counts[side] = count

    with TemporaryDirectory() as name:
        path = write_clip(Path(name) / "clip.ts", duration_s=DURATION_S, quality=16.5)
        head = read_head(path)
        sides: dict[str, Callable[[], int]] = {
            "opening": lambda: open_alone(path),
            "pictures": lambda: decode_pictures(path),
            "finding": lambda: sum(1 for _ in read_klv_payloads(path)),
            "columns": lambda: decode_in_columns(path, head),
            "each": lambda: decode_each(path),
        }
        begin_s = time.process_time()
        conventions = prescan_conventions([path], are_pictures_seen=False).conventions
        prescan_s = time.process_time() - begin_s
        for _ in range(N_ROUNDS):
            for side, call in sides.items():
                begin_s = time.process_time()
                count = call()
                note(side, time.process_time() - begin_s, count)
            note("process", *time_in_a_run(path, conventions))
    best["pictures"] -= best["opening"]
    best["process"] += best["finding"]
    shares = {side: best[side] / best["pictures"] for side in ("columns", "each", "process")}
    return {
        "figure": "metadata in columns: under 1 % of the core time of decoding 720p30 video",
        "milliseconds_a_picture": {
            side: round(1e3 * took_s / counts["pictures"], 4) for side, took_s in best.items()
        },
        "share": {side: round(share, 4) for side, share in shares.items()},
        "prescan_s": round(prescan_s, 2),
        "counts": counts,
        "is_met": shares["columns"] < MOST_SHARE,
        "is_met_in_process": shares["process"] < MOST_SHARE,
    }


if __name__ == "__main__":
    print(run())
