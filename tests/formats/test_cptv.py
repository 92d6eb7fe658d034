"""CPTV clips against their makers' own reader, and damaged ones."""

import gzip
from pathlib import Path

import cptv
import numpy as np
import pytest

from plainview.errors import FormatError
from plainview.formats.cptv import CptvReader, is_cptv
from tests.conftest import SharedData
from tests.formats.cptv_files import write_cptv

CLIPS = ("v1", "v2", "possum")


@pytest.mark.parametrize("name", CLIPS)
def test_every_picture_and_time_is_that_of_the_makers_reader(
    shared_data: SharedData, name: str
) -> None:
    path = shared_data(f"cptv_wildlife/{name}.cptv")
    assert is_cptv(path.read_bytes()[:4096])
    with CptvReader(path) as ours, path.open("rb") as file:
        theirs = cptv.CPTVReader(file)
        assert (ours.header.width_px, ours.header.height_px) == (160, 120)
        assert ours.header.time_us == round(theirs.timestamp.timestamp() * 1e6)
        n_frames = 0
        for our_frame, their_frame in zip(ours.frames(), theirs, strict=True):
            assert np.array_equal(our_frame.counts, their_frame.pix)
            assert our_frame.is_background == their_frame.background_frame
            if our_frame.time_on_us is not None:
                assert our_frame.time_on_us == round(their_frame.time_on.total_seconds() * 1e6)
            n_frames += 1
    assert n_frames == {"v1": 100, "v2": 100, "possum": 161}[name]
    assert not ours.is_cut_off


def test_both_versions_of_one_clip_hold_the_same_pictures(shared_data: SharedData) -> None:
    with (
        CptvReader(shared_data("cptv_wildlife/v1.cptv")) as first,
        CptvReader(shared_data("cptv_wildlife/v2.cptv")) as second,
    ):
        pairs = zip(first.frames(), second.frames(), strict=True)
        assert all(np.array_equal(one.counts, two.counts) for one, two in pairs)


@pytest.mark.parametrize("n_bits", [7, 8, 9, 12, 16, 24])
def test_steps_of_any_width_come_back(tmp_path: Path, n_bits: int) -> None:
    pictures = [[[3000, 3010, 2990], [3005, 2999, 3020]], [[3001, 3001, 3001], [3050, 3000, 3020]]]
    write_cptv(tmp_path / "clip.cptv", pictures, n_bits=n_bits)
    with CptvReader(tmp_path / "clip.cptv") as reader:
        assert [frame.counts.tolist() for frame in reader.frames()] == pictures


def test_a_clip_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(2900, 3100, (20, 24, 32))
    path = tmp_path / "clip.cptv"
    data = write_cptv(path, noise.tolist())
    path.write_bytes(data[: len(data) // 2])
    with CptvReader(path) as reader:
        frames = list(reader.frames())
        assert reader.is_cut_off
    assert 5 <= len(frames) < 20
    assert all(np.array_equal(f.counts, n) for f, n in zip(frames, noise, strict=False))


def test_mutated_clips_are_read_or_refused_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "clip.cptv"
    noise = np.random.default_rng(1).integers(2900, 3100, (4, 12, 16))
    plain = gzip.decompress(write_cptv(path, noise.tolist()))
    random = np.random.default_rng(2)
    n_refused = n_cut = 0
    for _ in range(200):
        data = bytearray(plain)
        for place in random.integers(0, len(data), random.integers(1, 10)):
            data[place] = random.integers(0, 256)
        path.write_bytes(gzip.compress(bytes(data), 1))
        try:
            with CptvReader(path) as reader:
                assert sum(1 for _ in reader.frames()) <= 4
                n_cut += reader.is_cut_off
        except FormatError:
            n_refused += 1
    assert n_refused > 0
    assert n_cut > 0


def test_a_gzip_of_something_else_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "text.gz"
    path.write_bytes(gzip.compress(b"no clip at all"))
    assert not is_cptv(path.read_bytes())
    with pytest.raises(FormatError, match="no CPTV clip"):
        CptvReader(path)
