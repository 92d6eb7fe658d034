"""How long an input is, said before it is read."""

import contextlib
from pathlib import Path

import pytest

from plainview.formats.pes_packets import packets_from_set, pts_of_packet
from plainview.formats.probe import probe
from plainview.formats.source import SourceSettings, open_source
from tests.conftest import SharedData
from tests.formats.clips import klv_packet, write_clip


def duration_s(*paths: Path, settings: SourceSettings | None = None) -> float | None:
    with contextlib.closing(open_source(paths, settings=settings)) as source:
        return source.duration_s


@pytest.mark.parametrize("suffix", [".ts", ".mp4", ".mkv", ".mov"])
def test_a_clip_is_as_long_as_its_pictures(suffix: str, tmp_path: Path) -> None:
    klv = [(n * 3000, klv_packet(n)) for n in range(90)] if suffix == ".ts" else []
    clip = write_clip(tmp_path / f"clip{suffix}", n_frames=90, options={"bf": "2"}, klv=klv)
    assert duration_s(clip) == pytest.approx(3.0, abs=1e-3)


@pytest.mark.parametrize(
    "name", ["kwiver/aphill_klv_10s.ts", "kwiver/mpeg2_klv.ts", "osh/sample-stream_part1.ts"]
)
def test_a_real_clip_is_as_long_as_all_its_packets_say(name: str, shared_data: SharedData) -> None:
    path = shared_data(f"fmv_klv/{name}")
    video = probe(path).video
    assert video is not None
    assert duration_s(path) == pytest.approx(video.duration_s, abs=1e-3)


def test_a_start_and_an_end_cut_it_and_several_inputs_add_up(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "one.ts", n_frames=60)
    two = write_clip(tmp_path / "two.mp4", n_frames=30)
    assert duration_s(one, two) == pytest.approx(3.0, abs=1e-3)
    assert duration_s(one, two, settings=SourceSettings(start_s=0.5)) == pytest.approx(
        2.5, abs=1e-3
    )
    assert duration_s(one, two, settings=SourceSettings(start_s=0.5, end_s=2.0)) == 1.5
    assert duration_s(one, settings=SourceSettings(end_s=9.0)) == pytest.approx(2.0, abs=1e-3)


def test_stamps_that_begin_anew_after_33_bits_are_counted_on(tmp_path: Path) -> None:
    first_pts = (1 << 33) - 45_000
    clip = write_clip(
        tmp_path / "clip.ts",
        n_frames=60,
        options={"bf": "0"},
        first_pts=first_pts // 3000 * 3000,
        container_options={"mpegts_copyts": "1"},
    )
    assert duration_s(clip) == pytest.approx(2.0, abs=1e-3)


def test_a_clock_that_begins_anew_makes_it_unknown(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "one.ts", n_frames=90)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() * 2)
    assert duration_s(joined) is None


def test_a_matroska_file_that_was_cut_off_does_not_know_it(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mkv", n_frames=60, container_options={"live": "1"})
    assert duration_s(clip) is None


@pytest.mark.parametrize("pts", [0, 1, 90_000, (1 << 33) - 1, 0x155555555, 0x0AAAAAAAA])
def test_the_stamp_of_a_packet_comes_back(pts: int) -> None:
    packets = packets_from_set(b"x" * 400, pid=0x100, pts=pts, continuity=0, sequence=0)
    assert pts_of_packet(packets[:188]) == pts
    assert pts_of_packet(packets[188:376]) is None
