"""Killed or stopped at any moment: the folder opens, says incomplete, and resumes to the same."""

import os
import signal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.errors import InputError
from plainview.formats.fragmented_video import n_frames_on_disk
from plainview.mission.process import process
from plainview.mission.reader import Mission
from plainview.mission.request import ProcessRequest
from tests.mission.ending_run import run_plainview

KILL = str(int(signal.SIGKILL))
CTRL_C = str(int(signal.SIGINT))
TERMINATE = str(int(signal.SIGTERM))


def end_run(clip: DrawnClip, out: Path, *script: str) -> None:
    ended = run_plainview(["process", clip.video, "--out", out], script=script)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert "Traceback" not in ended.stderr


def assert_resumes_to_the_same(clip: DrawnClip, out: Path, whole: Mission) -> None:
    finished = run_plainview(["process", clip.video, "--out", out])
    assert finished.returncode == 0, finished.stderr
    resumed = plainview.open(out)
    assert resumed.is_complete
    assert resumed.tracks.equals(whole.tracks)
    assert resumed.frames.equals(whole.frames)
    assert resumed.events == whole.events
    assert resumed.summary["counts"] == whole.summary["counts"]
    assert resumed.summary["warnings"] == whole.summary["warnings"]
    assert (out / "recording.ts").read_bytes() == (whole.path / "recording.ts").read_bytes()
    overlay = "overlay-camera-1.mp4"
    assert n_frames_on_disk(out / overlay) == n_frames_on_disk(whole.path / overlay)
    assert {path.name for path in out.iterdir()} == {path.name for path in whole.path.iterdir()}


@pytest.mark.parametrize("n_frame", [1, 20, 45])
def test_a_run_that_was_killed_at_a_frame_resumes_to_the_same(
    n_frame: int, drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    end_run(drawn_clip, out, KILL, "frame", str(n_frame))
    cut = plainview.open(out)
    assert not cut.is_complete
    assert len(cut.frames) == n_frame - 1
    assert cut.tracks.equals(whole_mission.tracks.slice(0, len(cut.tracks)))
    assert not (out / "mission.json").exists()
    assert_resumes_to_the_same(drawn_clip, out, whole_mission)


@pytest.mark.parametrize("moment", ["checkpoint", "product", "publish"])
def test_a_run_that_was_killed_at_other_work_resumes_to_the_same(
    moment: str, drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    end_run(drawn_clip, out, KILL, moment, "1")
    assert plainview.open(out).is_complete == (moment == "publish")
    assert_resumes_to_the_same(drawn_clip, out, whole_mission)


def test_a_run_that_was_killed_twice_resumes_to_the_same(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    end_run(drawn_clip, out, KILL, "frame", "25")
    end_run(drawn_clip, out, KILL, "frame", "40")
    assert len(plainview.open(out).frames) == 39
    assert_resumes_to_the_same(drawn_clip, out, whole_mission)


def test_torn_files_of_the_journal_cost_no_more_than_what_was_torn(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    end_run(drawn_clip, out, KILL, "frame", "40")
    journal = out / ".journal"
    checkpoints = sorted(journal.glob("checkpoint-*"))
    assert len(checkpoints) > 1
    for path in (
        checkpoints[-1],
        journal / "frames-0000.arrow",
        journal / "overlay-camera-1-0000.mp4",
    ):
        os.truncate(path, path.stat().st_size - 700)
    with (journal / "events.jsonl").open("a") as file:
        file.write('{"kind": "cut o')
    assert 0 < len(plainview.open(out).frames) < 39
    assert_resumes_to_the_same(drawn_clip, out, whole_mission)


def test_a_journal_without_a_plan_opens_and_is_begun_again(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    (out / ".journal").mkdir(parents=True)
    cut = plainview.open(out)
    assert not cut.is_complete
    assert len(cut.frames) == 0
    assert_resumes_to_the_same(drawn_clip, out, whole_mission)


@pytest.mark.parametrize("ending", [CTRL_C, TERMINATE])
def test_a_run_that_was_stopped_leaves_the_products_of_what_was_processed(
    ending: str, drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    arguments: list[str | Path] = ["process", drawn_clip.video, "--out", out]
    stopped = run_plainview(arguments, script=(ending, "frame", "20"))
    assert stopped.returncode == 1
    assert stopped.stderr == "plainview: stopped; the same command goes on.\n"
    cut = plainview.open(out)
    assert cut.summary["state"] == "incomplete"
    n_frames = cut.summary["counts"]["frames"]
    assert 19 <= n_frames < 50
    assert pq.read_metadata(out / "frames.parquet").num_rows == n_frames
    assert n_frames_on_disk(out / "overlay-camera-1.mp4") == n_frames
    assert (out / "report.html").stat().st_size > 10_000
    assert_resumes_to_the_same(drawn_clip, out, whole_mission)


def test_an_interrupted_folder_goes_on_only_with_the_command_that_began_it(
    drawn_clip: DrawnClip, tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    end_run(drawn_clip, out, KILL, "frame", "10")
    with pytest.raises(InputError, match="other inputs"):
        process(ProcessRequest(inputs=(tiny_clip.video,), out=out))
    with pytest.raises(InputError, match="other settings"):
        process(ProcessRequest(inputs=(drawn_clip.video,), out=out, end_s=1.0))
