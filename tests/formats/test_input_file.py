"""Each kind of bad input is an error that says the file, the place and the mend."""

import os
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from plainview.errors import InputError, PlainviewError
from plainview.formats.input_file import ContentKind, content_kind
from plainview.formats.probe import probe
from plainview.formats.raw_klv import read_klv_payloads
from plainview.formats.source import open_source
from tests.formats.clips import klv_packet, picture, write_clip
from tests.formats.streams import KLVA, StreamWriter, pes


def read_all(path: Path) -> int:
    source = open_source([path])
    try:
        return sum(unit.frame is not None for unit in source.units())
    finally:
        source.close()


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def written(data: bytes) -> Callable[[Path], Path]:
    def write(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return write


def png(path: Path) -> Path:
    with av.open(str(path), "w", format="image2") as output:
        stream = output.add_stream("png", 1)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "rgb24"
        output.mux(stream.encode(av.VideoFrame.from_ndarray(picture(0), format="rgb24")))
        output.mux(stream.encode(None))
    return path


def sound_only(path: Path) -> Path:
    with av.open(str(path), "w", format="mpegts") as output:
        stream = output.add_stream("mp2", 48_000)
        for _ in range(10):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 2304), np.int16), layout="stereo")
            frame.sample_rate = 48_000
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def klv_only(path: Path) -> Path:
    writer = StreamWriter().tables([KLVA])
    for n in range(20):
        writer.pes(pes(klv_packet(n), pts=n * 3000))
    path.write_bytes(writer.data)
    return path


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


def mp4_without_its_index(path: Path) -> Path:
    whole = write_clip(path.with_name("whole.mp4")).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


BAD_INPUTS: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "a file that is not there": ("gone.ts", lambda path: path, "No such file"),
    "a folder": ("folder.ts", folder, "is an empty folder"),
    "an empty file": ("empty.ts", written(b""), "is empty"),
    "text": ("notes.ts", written(b"Day flight, light wind.\n" * 400), "a text file"),
    "a broken picture": ("p.ts", written(b"\x89PNG\r\n\x1a\n" + bytes(9000)), "is damaged"),
    "a document": ("report.mp4", written(b"%PDF-1.7\n" + bytes(9000)), "a PDF document"),
    "an archive": ("clips.zip", written(b"PK\x03\x04" + bytes(9000)), "a ZIP archive"),
    "zeros": ("zeros.ts", written(bytes(100_000)), "is not a video"),
    "noise": (
        "noise.ts",
        written(np.random.default_rng(5).bytes(300_000)),
        "is not a video",
    ),
    "compressed data": ("a.mp4", written(zlib.compress(bytes(9))), "is not a video"),
    "a playlist": ("live.ts", written(b"#EXTM3U\n#EXTINF:1,\nother.ts\n"), "a playlist"),
    "a list of files": ("all.ts", written(b"ffconcat version 1.0\nfile other.ts\n"), "text"),
    "sound without video": ("sound.ts", sound_only, "no video"),
    "metadata without video": ("meta.ts", klv_only, "no video"),
    "a file of KLV": ("flight.klv", written(klv_packet(1) * 50), "no video"),
    "an MP4 without its index": ("cut.mp4", mp4_without_its_index, "its index .moov. is missing"),
    "a pipe": ("pipe.ts", pipe, "is a pipe or a device"),
    "the first packet alone": ("tiny.ts", written(b"\x47" + bytes(187)), "is not a video"),
}


@pytest.mark.parametrize("kind", BAD_INPUTS)
def test_bad_input_is_an_error_that_says_file_fault_and_mend(kind: str, tmp_path: Path) -> None:
    name, make, fault = BAD_INPUTS[kind]
    path = make(tmp_path / name)
    with pytest.raises(InputError, match=fault) as caught:
        read_all(path)
    assert name in caught.value.where
    assert caught.value.mend
    assert caught.value.exit_code == 2


def test_a_picture_is_a_source_of_one_frame_whatever_its_name(tmp_path: Path) -> None:
    assert read_all(png(tmp_path / "picture.ts")) == 1


def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.ts")
    path.chmod(0)
    if _may_read(path):
        pytest.skip("this user may read everything")
    with pytest.raises(InputError, match="Permission denied"):
        read_all(path)


def _may_read(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True


def test_bad_input_among_several_is_found_before_any_work(tmp_path: Path) -> None:
    good = write_clip(tmp_path / "good.ts")
    with pytest.raises(InputError, match=r"gone\.ts"):
        open_source([good, tmp_path / "gone.ts"])


def test_no_input_at_all_is_an_error() -> None:
    with pytest.raises(InputError, match="none was given"):
        open_source([])


@pytest.mark.parametrize("kind", ["metadata without video", "a file of KLV"])
def test_metadata_without_video_is_still_inspected(kind: str, tmp_path: Path) -> None:
    name, make, _ = BAD_INPUTS[kind]
    found = probe(make(tmp_path / name))
    assert found.video is None
    assert [info.kind.value for info in found.streams] == ["klv"]
    assert found.klv[0].n_payloads > 0


@pytest.mark.parametrize("fraction", [0.3, 0.7, 0.98])
def test_a_truncated_transport_stream_gives_what_is_there(fraction: float, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=60, options={"bf": "0"})
    data = clip.read_bytes()
    cut = written(data[: int(len(data) * fraction)])(tmp_path / "cut.ts")
    assert 60 * fraction * 0.7 - 3 < read_all(cut) < 60


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """Return the bytes with one kind of damage."""
    array = bytearray(data)
    at, size = int(rng.integers(0, len(data))), int(rng.integers(1, 2000))
    kind = int(rng.integers(0, 7))
    if kind == 0:
        for place in rng.integers(0, len(data), int(rng.integers(1, 80))):
            array[place] ^= 1 << int(rng.integers(0, 8))
    elif kind == 1:
        del array[at:]
    elif kind == 2:
        del array[at : at + size]
    elif kind == 3:
        array[at:at] = rng.bytes(size)
    elif kind == 4:
        array[at : at + size] = bytes(min(size, len(array) - at))
    elif kind == 5:
        array[at : at + size] = rng.bytes(min(size, len(array) - at))
    else:
        array = array[at // 188 * 188 :] + array[: at // 188 * 188]
    return bytes(array)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Return small clips of each kind, as bytes."""
    here = tmp_path_factory.mktemp("seeds")
    klv = [(n * 3000, klv_packet(n)) for n in range(12)]
    size = (96, 64)
    clips = [
        write_clip(here / "a.ts", n_frames=12, klv=klv, size=size, options={"bf": "2"}),
        write_clip(here / "b.ts", n_frames=12, klv=klv, size=size, codec="mpeg2video"),
        write_clip(here / "c.mp4", n_frames=12, size=size),
        write_clip(here / "d.mkv", n_frames=12, size=size),
    ]
    return [clip.read_bytes() for clip in clips]


def all_payloads(path: Path) -> int:
    return len(list(read_klv_payloads(path)))


def outcome(use: Callable[[Path], object], path: Path) -> str:
    try:
        use(path)
    except PlainviewError as error:
        return error.what
    return "read"


@pytest.mark.parametrize("seed", range(10))
def test_mutated_clips_give_frames_or_an_error_and_never_a_traceback(
    seed: int, seeds: list[bytes], tmp_path: Path
) -> None:
    rng = np.random.default_rng(seed)
    path = tmp_path / "mutated.ts"
    outcomes = []
    for n in range(30):
        path.write_bytes(mutated(seeds[n % len(seeds)], rng) or b"\x00")
        outcomes += [outcome(use, path) for use in (read_all, probe, all_payloads)]
    assert outcomes.count("read") > 30


@pytest.mark.parametrize("kind", ["noise", "sound without video", "a document", "a pipe"])
def test_what_has_neither_video_nor_metadata_is_not_inspected(kind: str, tmp_path: Path) -> None:
    name, make, fault = BAD_INPUTS[kind]
    with pytest.raises(InputError, match=fault):
        probe(make(tmp_path / name))


def test_short_noise_is_not_taken_for_a_transport_stream(tmp_path: Path) -> None:
    for seed in range(20):
        path = tmp_path / f"noise{seed}.ts"
        path.write_bytes(np.random.default_rng(seed).bytes(20_000))
        with pytest.raises(InputError, match="is not a video"):
            probe(path)


def test_a_stream_cut_inside_its_last_packet_is_said_to_be_cut(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.ts", n_frames=40, format_name="mpegts").read_bytes()
    path = tmp_path / "cut.ts"
    path.write_bytes(whole[: len(whole) // 188 * 188 - 160])
    (cut,) = [each for each in probe(path).warnings if each.code != "no_metadata"]
    assert (cut.code, cut.count) == ("truncated", 1)
    assert cut.first == f"cut.ts, byte {len(whole) // 188 * 188 - 188}"


def test_a_hole_inside_a_stream_is_counted_in_bytes(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.ts", n_frames=40, format_name="mpegts").read_bytes()
    middle = len(whole) // 376 * 188
    path = tmp_path / "hole.ts"
    path.write_bytes(whole[:middle] + bytes(100) + whole[middle:])
    warnings = {each.code: each.count for each in probe(path).warnings}
    assert warnings["transport_bytes_lost"] == 100
    assert "truncated" not in warnings


def test_raw_klv_under_the_name_of_a_video_is_said_to_mislead(tmp_path: Path) -> None:
    path = tmp_path / "flight.mp4"
    path.write_bytes(klv_packet(1) * 5)
    assert [each.code for each in probe(path).warnings] == ["name_misleads"]


def test_a_long_text_is_no_transport_stream_whatever_letters_it_has() -> None:
    """Every 188th letter is the sync byte of a transport stream."""
    text = ("G" + "words of a licence, " * 9 + "abcdefg")[:188].encode() * 400
    assert content_kind(text[: 1 << 16]) is ContentKind.OTHER
