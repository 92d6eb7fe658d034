"""The stabilised video: the same ground stands still in it, marked, and a kill costs nothing."""

import json
import signal
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.formats.fragmented_video import n_frames_on_disk
from plainview.imaging import HomographyRegistrar
from plainview.model import Camera, Frame
from tests.formats.clips import write_pictures
from tests.mission.ending_run import run_plainview

KILL = str(int(signal.SIGKILL))
VIDEO = "stabilised-camera-1.mp4"
SIZE_PX = (256, 192)


def ground() -> npt.NDArray[np.uint8]:
    rng = np.random.default_rng(4)
    coarse = rng.uniform(30, 220, (30, 40))
    return np.kron(coarse, np.ones((12, 12))).astype(np.uint8)


@pytest.fixture(scope="module")
def trembling(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 2 s of a picture that trembles by 3 px over a slow pan."""
    rng, whole = np.random.default_rng(1), ground()
    pictures = []
    for n in range(60):
        x, y = np.rint(rng.normal((40 + 0.2 * n, 60), 3.0)).astype(int)
        grey = whole[y : y + SIZE_PX[1], x : x + SIZE_PX[0]]
        pictures.append(np.repeat(grey[:, :, np.newaxis], 3, axis=2))
    return write_pictures(tmp_path_factory.mktemp("tremble") / "clip.ts", pictures)


def tremble_px(path: Path) -> float:
    """Return how much the motion of the middle of the picture changes from frame to frame."""
    registrar, moved = HomographyRegistrar(), []
    with av.open(str(path)) as container:
        for n, shown in enumerate(container.decode(video=0)):
            pixels = np.asarray(shown.to_ndarray(format="gray"), np.uint8)
            camera = Camera(name="c", width_px=shown.width, height_px=shown.height)
            frame = Frame(pixels=pixels, camera=camera, frame_index=n, video_time_us=33_333 * n)
            by = registrar.register(frame)
            if by.is_valid:
                moved.append(by.current_from_previous[:2, 2])
    return float(np.sqrt(np.mean(np.diff(np.array(moved[5:]), axis=0) ** 2)))


def test_the_ground_stands_still_and_the_picture_follows(trembling: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    mission = plainview.process(trembling, out, is_stabilised=True, is_overlay_drawn=False)
    assert mission.summary["settings"]["stabilised"] is True
    assert VIDEO in mission.summary["products"]
    assert set(mission.summary["products"]) == {path.name for path in out.iterdir()}
    assert VIDEO in (out / "report.html").read_text()
    assert n_frames_on_disk(out / VIDEO) == 60
    assert tremble_px(out / VIDEO) < 0.25 * tremble_px(trembling)


def bar_of(path: Path) -> npt.NDArray[Any]:
    with av.open(str(path)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="gray")
    return first[: first.shape[0] // 12]


def test_it_is_marked_as_the_overlay_is(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    plainview.process(drawn_clip.video, tmp_path / "out", is_stabilised=True, end_s=0.4)
    plain, overlay, ours = (
        bar_of(path).astype(float)
        for path in (drawn_clip.video, *sorted((tmp_path / "out").glob("*.mp4")))
    )
    middle = np.s_[:, 100:220]
    assert np.abs(ours - plain)[middle].max() > 60
    assert np.abs(ours - overlay)[middle].mean() < 0.5 * np.abs(ours - plain)[middle].mean()


@pytest.mark.parametrize("options", [["--no-overlay"], []])
def test_a_run_that_was_killed_resumes_to_the_same_video(
    options: list[str], drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    command: list[str | Path] = ["process", drawn_clip.video, "--stabilised", *options, "--out"]
    assert run_plainview([*command, whole]).returncode == 0
    ended = run_plainview([*command, cut], script=(KILL, "frame", "30"))
    assert ended.returncode == -signal.SIGKILL
    assert list((cut / ".journal").glob("stabilised-camera-1-*.mp4"))
    assert run_plainview([*command, cut]).returncode == 0
    assert n_frames_on_disk(cut / VIDEO) == n_frames_on_disk(whole / VIDEO) == 50
    for one, other in zip(pictures_of(whole / VIDEO), pictures_of(cut / VIDEO), strict=True):
        # Encoded anew from the resumed part on: the same but for the encoder's rate control.
        assert np.mean(np.abs(one - other)) < 2.0
    names = json.loads((cut / "mission.json").read_text())["products"]
    assert set(names) == {path.name for path in cut.iterdir()}


def pictures_of(path: Path) -> list[npt.NDArray[Any]]:
    with av.open(str(path)) as container:
        return [f.to_ndarray(format="gray").astype(float) for f in container.decode(video=0)]
