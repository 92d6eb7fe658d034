"""A source of 16 bits: seen, recorded for viewing, and kept to the bit, also over a kill."""

import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

import av
import numpy as np
import pytest

import plainview
from plainview.formats.raw_video import last_raw_time_ms
from plainview.formats.source import open_source
from plainview.mission.disk_space import estimate_needed_bytes
from plainview.mission.reader import Mission, open_mission
from plainview.mission.request import ProcessRequest
from tests.formats.clips import write_clip
from tests.formats.deep_clips import Counts, thermal_counts, write_deep_clip
from tests.mission.ending_run import run_plainview

N_FRAMES: Final = 60
KILL: Final = str(int(signal.SIGKILL))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_deep_clip(tmp_path_factory.mktemp("deep") / "thermal.mkv", n_frames=N_FRAMES)


@pytest.fixture(scope="module")
def whole(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Mission:
    out = tmp_path_factory.mktemp("whole") / "mission"
    made = run_plainview(["process", clip, "--out", out])
    assert made.returncode == 0, made.stderr
    return open_mission(out)


def raw_pictures(path: Path) -> list[Counts]:
    with av.open(str(path)) as container:
        return [np.asarray(f.to_ndarray(), np.uint16) for f in container.decode(video=0)]


def test_every_bit_is_kept_and_the_thing_is_found(whole: Mission) -> None:
    pictures = raw_pictures(whole.path / "raw-camera-1.mkv")
    assert len(pictures) == N_FRAMES
    for index, each in enumerate(pictures):
        np.testing.assert_array_equal(each, thermal_counts(index))
    assert whole.summary["counts"]["frames"] == N_FRAMES
    assert whole.summary["counts"]["tracks_confirmed"] >= 1
    assert {each["code"] for each in whole.summary["warnings"]} == {
        "recording_encoded",
        "no_metadata",
    }


def test_the_recording_and_the_overlay_show_it(whole: Mission) -> None:
    for name in ("recording.ts", "overlay-camera-1.mp4"):
        with av.open(str(whole.path / name)) as container:
            assert container.streams.video[0].codec_context.name == "h264"
            shown = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
        assert len(shown) == N_FRAMES
        for index, grey in enumerate(shown):
            left, top = 30 + index % 100, 40 + index // 4
            assert grey[top + 1 : top + 4, left + 1 : left + 5].mean() > 200
            assert 60 < grey.mean() < 200


def test_the_picture_for_people_does_not_flicker(whole: Mission) -> None:
    with av.open(str(whole.path / "recording.ts")) as container:
        means = [frame.to_ndarray(format="gray").mean() for frame in container.decode(video=0)]
    assert np.abs(np.diff(means)).max() < 2.0


def test_the_recording_can_be_processed_again(whole: Mission) -> None:
    observations = list(plainview.observe(whole.path / "recording.ts"))
    assert len(observations) == N_FRAMES
    times_us = whole.frames["video_time_us"].to_pylist()
    again_us = [each.frame.video_time_us for each in observations]
    assert again_us == pytest.approx(times_us, abs=20)


def test_ffmpeg_reads_the_same_bits(whole: Mission) -> None:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        pytest.skip("ffmpeg is not on this system")
    path = whole.path / "raw-camera-1.mkv"
    command = [
        ffmpeg,
        "-v",
        "error",
        "-i",
        str(path),
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray16le",
        "-",
    ]
    data = subprocess.run(command, capture_output=True, check=True).stdout
    pictures = np.frombuffer(data, "<u2").reshape(N_FRAMES, *thermal_counts(0).shape)
    for index in range(N_FRAMES):
        np.testing.assert_array_equal(pictures[index], thermal_counts(index))


@pytest.mark.parametrize("kills", [(2,), (31,), (20, 45)])
def test_a_killed_run_loses_at_most_a_picture_and_resumes_to_the_same(
    kills: tuple[int, ...], clip: Path, whole: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    for n_frame in kills:
        ended = run_plainview(["process", clip, "--out", out], script=(KILL, "frame", str(n_frame)))
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        parts = sorted((out / ".journal").glob("raw-camera-1-*.mkv"))
        n_whole = sum(len(raw_pictures(part)) for part in parts if last_raw_time_ms(part) >= 0)
        assert n_frame - 3 <= n_whole <= n_frame - 1
    finished = run_plainview(["process", clip, "--out", out])
    assert finished.returncode == 0, finished.stderr
    resumed = plainview.open(out)
    assert resumed.tracks.equals(whole.tracks)
    assert resumed.frames.equals(whole.frames)
    for name in ("raw-camera-1.mkv", "recording.ts"):
        assert (out / name).read_bytes() == (whole.path / name).read_bytes(), name
    assert {path.name for path in out.iterdir()} == {path.name for path in whole.path.iterdir()}


def test_a_raw_part_that_was_torn_costs_no_more_than_what_was_torn(
    clip: Path, whole: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    ended = run_plainview(["process", clip, "--out", out], script=(KILL, "frame", "50"))
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    part = out / ".journal" / "raw-camera-1-0000.mkv"
    data = part.read_bytes()
    part.write_bytes(data[: len(data) // 3])
    finished = run_plainview(["process", clip, "--out", out])
    assert finished.returncode == 0, finished.stderr
    name = "raw-camera-1.mkv"
    assert (out / name).read_bytes() == (whole.path / name).read_bytes()
    assert plainview.open(out).tracks.equals(whole.tracks)


def test_the_room_for_the_raw_video_is_in_the_estimate(clip: Path, tmp_path: Path) -> None:
    shallow = write_clip(
        tmp_path / "grey.mkv", n_frames=N_FRAMES, codec="ffv1", pix_fmt="gray", size=(160, 128)
    )
    needed = []
    for path in (clip, shallow):
        source = open_source([path])
        request = ProcessRequest(inputs=(path,), out=tmp_path / "out")
        needed.append(estimate_needed_bytes(request, source) - path.stat().st_size)
        source.close()
    n_raw_bytes = (whole_bytes := N_FRAMES * 160 * 128 * 2) * 0.5
    assert whole_bytes > needed[0] - needed[1] >= n_raw_bytes
