"""A pass over columns finds what the readers find that take packet after packet."""

import random
from pathlib import Path

import numpy as np
import pytest

from plainview.formats.klv_carriage import CarriedKlv
from plainview.formats.klv_gather import KlvGatherer, KlvRows
from plainview.formats.probe import SourceProbe, probe, probe_scanned
from plainview.formats.raw_klv import read_klv_payloads
from plainview.formats.stream_head import read_head
from plainview.formats.transport_columns import (
    NO_STAMP,
    ContinuityWatch,
    heads_of_run,
    payload_begins,
)
from plainview.formats.transport_packets import (
    PACKET_BYTES,
    PacketAligner,
    packet_rows,
    wrap_packets,
)
from plainview.formats.transport_scan import ScanFacts, TransportScan
from tests.conftest import SharedData
from tests.formats.clips import klv_packet, write_clip
from tests.formats.streams import KLV_PID, klv_stream
from tests.formats.test_klv_carriage import CARRIAGES, carried

KLV = [(n * 3000, klv_packet(n)) for n in range(90)]
CLIPS = (
    "kwiver/aphill_klv_10s.ts",
    "kwiver/h264_klv.ts",
    "kwiver/mpeg2_klv.ts",
    "kwiver/h264_audio.ts",
    "kwiver/h264_no_klv.ts",
    "osh/sample-stream_part1.ts",
)


def gathered(
    data: bytes, *, is_synchronous: bool, chunk_bytes: int
) -> tuple[KlvGatherer, list[CarriedKlv]]:
    """Return what comes of the KLV PID of a stream, whichever way."""
    aligner, watch = PacketAligner(), ContinuityWatch()
    gatherer = KlvGatherer(KLV_PID, is_synchronous=is_synchronous, tables=data[: 2 * PACKET_BYTES])
    found: list[CarriedKlv] = []
    for begin in range(0, len(data) + chunk_bytes, chunk_bytes):
        for run in aligner.feed(
            data[begin : begin + chunk_bytes], is_end=begin + chunk_bytes >= len(data)
        ):
            rows, heads = packet_rows(run.packets), heads_of_run(run)
            is_faulty = np.zeros(len(rows), np.bool_)
            is_faulty[watch.faults(heads)] = True
            picked = np.flatnonzero(heads.pid == KLV_PID)
            part = KlvRows(
                rows=rows[picked],
                offsets=run.offset + run.stride * picked.astype(np.int64),
                begins=payload_begins(rows, heads, picked),
                is_start=heads.is_start[picked],
                is_faulty=is_faulty[picked],
            )
            found += _payloads(gatherer, part)
    nothing = part.part(0, 0)
    return gatherer, found + _payloads(gatherer, nothing, is_end=True)


def _payloads(gatherer: KlvGatherer, part: KlvRows, *, is_end: bool = False) -> list[CarriedKlv]:
    batch = gatherer.feed(part, is_end=is_end)
    spans = zip(batch.packets, batch.pts.tolist(), batch.offsets.tolist(), strict=True)
    return [
        *batch.payloads,
        *(
            CarriedKlv(
                stream=KLV_PID,
                data=data,
                pts=None if pts == NO_STAMP else pts,
                byte_offset=offset,
            )
            for data, pts, offset in spans
        ),
    ]


@pytest.mark.parametrize("chunk_bytes", [188 * 5, 1 << 20])
@pytest.mark.parametrize("carriage", CARRIAGES)
def test_payloads_of_each_carriage_are_those_of_the_exact_reader(
    carriage: str, chunk_bytes: int
) -> None:
    announced, write, _ = CARRIAGES[carriage]
    data = klv_stream(announced, write)
    is_synchronous = announced.stream_type == 0x15
    _, found = gathered(data, is_synchronous=is_synchronous, chunk_bytes=chunk_bytes)
    assert found == carried(data)[1]


@pytest.mark.parametrize(
    ("carriage", "is_usual"),
    [
        ("asynchronous without a time stamp", True),
        ("synchronous with one cell", True),
        ("synchronous without cells", True),
        ("two cells in one PES packet", False),
        ("garbage before the label", False),
    ],
)
def test_only_the_unusual_goes_through_the_exact_reader(carriage: str, is_usual: bool) -> None:
    announced, write, _ = CARRIAGES[carriage]
    is_synchronous = announced.stream_type == 0x15
    data = klv_stream(announced, write)
    gatherer, found = gathered(data, is_synchronous=is_synchronous, chunk_bytes=1 << 20)
    assert gatherer.n_exact == (0 if is_usual else len(found))


def scanned(
    path: Path, *, exact_bytes: int = 1 << 30
) -> tuple[ScanFacts, SourceProbe | None, list[tuple[int, bytes]]]:
    """Return facts, what is said by them, and the bytes of each KLV payload with its place."""
    head = read_head(path)
    scan = TransportScan(path, head)
    payloads: list[tuple[int, bytes]] = []
    for batch in scan.batches():
        payloads += [(klv.byte_offset, klv.data) for klv in batch.payloads]
        payloads += zip(batch.offsets.tolist(), batch.packets, strict=True)
    found = probe_scanned(path, head, scan.facts, exact_bytes=exact_bytes)
    return scan.facts, found, sorted(payloads)


@pytest.mark.parametrize("name", CLIPS)
def test_a_pass_says_of_a_real_clip_what_the_packets_say(
    name: str, shared_data: SharedData
) -> None:
    path = shared_data(f"fmv_klv/{name}")
    facts, found, payloads = scanned(path)
    assert not facts.oddities
    assert found == probe(path)
    expected = [(klv.byte_offset, klv.data) for klv in read_klv_payloads(path)]
    assert payloads == expected


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"options": {"bf": "2"}},
        {"first_pts": (1 << 33) - 30 * 3000},
        {"codec": "mpeg2video", "options": {"g": "12", "bf": "2"}},
    ],
    ids=["plain", "reordered", "wraps", "mpeg2"],
)
def test_a_pass_says_of_a_made_clip_what_the_packets_say(
    options: dict[str, object], tmp_path: Path
) -> None:
    path = write_clip(tmp_path / "clip.ts", n_frames=90, klv=KLV, **options)  # type: ignore[arg-type]
    facts, found, _ = scanned(path)
    assert not facts.oddities
    assert found == probe(path)


def test_a_clock_that_jumps_is_followed_packet_by_packet(tmp_path: Path) -> None:
    first = write_clip(tmp_path / "a.ts", n_frames=60, klv=KLV[:60], first_pts=9_000_000)
    second = write_clip(tmp_path / "b.ts", n_frames=60, klv=KLV[:60])
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    found, expected = scanned(joined, exact_bytes=0)[1], probe(joined)
    assert found is not None
    assert "video_clock_step" in [each.code for each in expected.warnings]
    assert [each.code for each in found.warnings] == [each.code for each in expected.warnings]
    assert found.video == expected.video
    assert found.klv == expected.klv


def test_gaps_of_metadata_and_video_are_the_same(tmp_path: Path) -> None:
    klv = [*KLV[:30], *((n * 3000, klv_packet(n)) for n in range(150, 180))]
    path = write_clip(tmp_path / "clip.ts", n_frames=300, klv=klv)
    assert scanned(path)[1] == probe(path)


@pytest.mark.parametrize("stride", [192, 204])
def test_wrapped_packets_are_read_alike(stride: int, tmp_path: Path) -> None:
    plain = write_clip(tmp_path / "clip.ts", n_frames=60, klv=KLV[:60])
    path = tmp_path / "clip.m2ts"
    path.write_bytes(wrap_packets(plain.read_bytes(), stride=stride))
    assert scanned(path)[1] == probe(path)


def _dropped(data: bytes, draw: random.Random) -> bytes:
    packets = [data[n : n + PACKET_BYTES] for n in range(0, len(data), PACKET_BYTES)]
    return b"".join(packet for packet in packets if draw.random() > 0.01)


def _flipped(data: bytes, draw: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(20):
        found[draw.randrange(PACKET_BYTES * 40, len(data))] ^= 1 << draw.randrange(8)
    return bytes(found)


def _inserted(data: bytes, draw: random.Random) -> bytes:
    place = draw.randrange(len(data) // 2, len(data))
    return data[:place] + draw.randbytes(700) + data[place:]


def _cut(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data) // 2, len(data))]


DAMAGES = {"dropped": _dropped, "flipped": _flipped, "inserted": _inserted, "cut": _cut}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_clip_is_said_alike_or_left_to_the_exact_reader(
    damage: str, seed: int, shared_data: SharedData, tmp_path: Path
) -> None:
    clip = shared_data("fmv_klv/osh/sample-stream_part1.ts").read_bytes()
    path = tmp_path / "damaged.ts"
    path.write_bytes(DAMAGES[damage](clip, random.Random(seed)))
    facts, found, payloads = scanned(path)
    if damage in ("dropped", "inserted"):
        assert facts.oddities  # lost packets never pass for none
    assert found is None or found == probe(path)
    whole = {data for _, data in payloads}
    for klv in read_klv_payloads(path):
        if klv.data.startswith(bytes.fromhex("060e2b34")) and klv.data in clip:
            assert klv.data in whole


def test_a_large_damaged_file_is_counted_by_its_pes_packets(
    shared_data: SharedData, tmp_path: Path
) -> None:
    clip = shared_data("fmv_klv/osh/sample-stream_part1.ts").read_bytes()
    path = tmp_path / "damaged.ts"
    path.write_bytes(clip[: 188 * 4000] + clip[188 * 4001 :])
    assert scanned(path)[1] is None
    found, expected = scanned(path, exact_bytes=0)[1], probe(path)
    assert found is not None
    assert found.video == expected.video
    assert found.klv == expected.klv
    assert [each.code for each in found.warnings] == ["transport_continuity"]


def test_tables_that_change_are_left_to_the_exact_reader(tmp_path: Path) -> None:
    first = write_clip(tmp_path / "a.ts", n_frames=30)
    second = write_clip(tmp_path / "b.ts", n_frames=30, klv=KLV[:30])
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    facts, found, _ = scanned(joined)
    assert "tables_change" in facts.oddities
    assert found is None
