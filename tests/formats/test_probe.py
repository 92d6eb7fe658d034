"""What is in a file is said without decoding a picture."""

from pathlib import Path

import pytest

from plainview.formats.probe import SourceProbe, probe
from plainview.formats.raw_klv import read_klv_payloads
from plainview.formats.stream_copy import remux_to_transport_stream
from plainview.model import StreamKind
from tests.conftest import SharedData
from tests.formats.clips import klv_packet, write_clip

KLV = [(n * 3000, klv_packet(n)) for n in range(60)]


def codes(found: SourceProbe) -> dict[str, int]:
    return {warning.code: warning.count for warning in found.warnings}


def test_size_rate_duration_and_coverage_are_said(tmp_path: Path) -> None:
    found = probe(write_clip(tmp_path / "clip.ts", n_frames=60, klv=KLV, options={"bf": "2"}))
    assert found.container == "mpegts"
    assert found.video is not None
    assert (found.video.width_px, found.video.height_px, found.video.n_pictures) == (160, 120, 60)
    assert found.video.rate_hz == pytest.approx(30.0, rel=1e-4)
    assert found.video.duration_s == pytest.approx(2.0, abs=1e-3)
    (coverage,) = found.klv
    assert (coverage.n_payloads, coverage.n_without_time) == (60, 0)
    assert coverage.longest_gap_s == pytest.approx(1 / 30, abs=1e-3)
    assert coverage.covered_fraction == 1.0
    assert found.warnings == ()


def test_metadata_that_stops_and_gaps_are_counted(tmp_path: Path) -> None:
    klv = [*KLV[:30], *((n * 3000, klv_packet(n)) for n in range(150, 180))]
    found = probe(write_clip(tmp_path / "clip.ts", n_frames=300, klv=klv))
    assert codes(found) == {"metadata_gap": 1, "metadata_stops": 1}
    assert found.klv[0].longest_gap_s == pytest.approx(121 / 30, abs=1e-3)
    assert found.klv[0].covered_fraction == pytest.approx(0.9, abs=0.1)


def test_no_metadata_is_a_warning(tmp_path: Path) -> None:
    assert codes(probe(write_clip(tmp_path / "clip.mp4"))) == {"no_metadata": 1}


@pytest.mark.parametrize(
    ("name", "n_pictures", "n_payloads"),
    [
        ("kwiver/aphill_klv_10s.ts", 10, 300),
        ("kwiver/h264_klv.ts", 30, 30),
        ("kwiver/mpeg2_klv.ts", 30, 30),
        ("osh/sample-stream_part1.ts", 170, 170),
    ],
)
def test_the_counts_of_real_clips_are_known(
    name: str, n_pictures: int, n_payloads: int, shared_data: SharedData
) -> None:
    found = probe(shared_data(f"fmv_klv/{name}"))
    assert found.video is not None
    assert found.video.n_pictures == n_pictures
    assert [coverage.n_payloads for coverage in found.klv] == [n_payloads]
    assert {info.kind for info in found.streams} == {StreamKind.VIDEO, StreamKind.KLV}


def test_payloads_are_read_with_their_stream_stamp_and_place(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=60, klv=KLV, first_pts=90_000)
    payloads = list(read_klv_payloads(clip))
    assert [payload.data for payload in payloads] == [data for _, data in KLV]
    first_us = payloads[0].pts_us
    assert first_us is not None
    assert [(payload.pts_us or 0) - first_us for payload in payloads] == [
        round(n * 1e6 / 30) for n in range(60)
    ]
    data = clip.read_bytes()
    assert all(data[payload.byte_offset or 0] == 0x47 for payload in payloads)


def test_stamps_go_on_over_the_wrap(tmp_path: Path) -> None:
    first = (1 << 33) - 30 * 3000
    clip = write_clip(tmp_path / "clip.ts", n_frames=60, klv=KLV, first_pts=first)
    stamps = [payload.pts_us or 0 for payload in read_klv_payloads(clip)]
    assert stamps == sorted(stamps)
    assert stamps[-1] - stamps[0] == pytest.approx(59e6 / 30, abs=2)


def test_a_file_of_klv_alone_is_read_to_the_byte(shared_data: SharedData) -> None:
    path = shared_data("fmv_klv/droneklv/Day_Flight.klv")
    assert b"".join(payload.data for payload in read_klv_payloads(path)) == path.read_bytes()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_container_becomes_a_transport_stream_of_the_same_pictures(
    suffix: str, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / f"clip{suffix}", n_frames=40, options={"bf": "2"})
    out = tmp_path / "clip.ts"
    assert remux_to_transport_stream(clip, out) == 0
    before, after = probe(clip).video, probe(out).video
    assert before is not None
    assert after is not None
    assert after.n_pictures == before.n_pictures == 40
    assert after.duration_s == pytest.approx(before.duration_s, abs=1e-3)
