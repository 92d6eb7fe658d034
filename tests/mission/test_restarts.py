"""A polarity flip, a step of the field and a switch of camera, through the chain of stages."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from bench.drawn_scene import SceneDrawer
from plainview.formats.settings_toml import RunSettings
from plainview.mission.frame_place import Surfaces
from plainview.mission.pipeline import observe_frames
from plainview.mission.stage_settings import make_stages
from plainview.model import Frame, Observation, Pixels
from tests.mission.conftest import small_scenario

WIDTH_PX, HEIGHT_PX = 480, 270
N_BEFORE, N_AFTER = 40, 40
MARGIN_PX = 8.0

Boxes = npt.NDArray[np.float64]
Change = Callable[[Frame, Boxes], tuple[Frame, Boxes]]


def flipped(frame: Frame, boxes_px: Boxes) -> tuple[Frame, Boxes]:
    """Return the scene in the other polarity; the mark is drawn after it, as graphics are."""
    levels = np.asarray(frame.pixels)
    other = np.asarray(255 - levels, np.uint8)
    other[150:220, :80] = levels[150:220, :80]
    return replace(frame, pixels=other), boxes_px


def stepped(frame: Frame, boxes_px: Boxes) -> tuple[Frame, Boxes]:
    """Return the middle of the picture at twice the scale, as the metadata says."""
    assert frame.view is not None
    left, top = WIDTH_PX // 4, HEIGHT_PX // 4
    middle = frame.pixels[top : top + HEIGHT_PX // 2, left : left + WIDTH_PX // 2]
    assert frame.view.horizontal_fov_deg is not None
    view = replace(frame.view, horizontal_fov_deg=0.5 * frame.view.horizontal_fov_deg)
    pixels = np.asarray(cv2.resize(middle, (WIDTH_PX, HEIGHT_PX)), np.uint8)
    moved = 2.0 * (boxes_px - np.array([left, top, 0.0, 0.0]))
    return replace(frame, pixels=pixels, view=view), moved


def switched(frame: Frame, boxes_px: Boxes) -> tuple[Frame, Boxes]:
    """Return what another camera sees, which looks elsewhere: land that passes by, no thing."""
    land: Pixels = np.random.default_rng(5).integers(0, 255, (HEIGHT_PX, 900)).astype(np.uint8)
    smooth = cv2.normalize(
        cv2.GaussianBlur(land, (0, 0), 4.0), np.empty_like(land), 20, 230, cv2.NORM_MINMAX
    )
    left = 2 * frame.frame_index
    pixels = np.array(smooth[:, left : left + WIDTH_PX], np.uint8)
    return replace(frame, pixels=pixels), boxes_px[:0]


def look(change: Change, truth: list[Boxes]) -> Iterator[Frame]:
    drawer = SceneDrawer(small_scenario(width_px=WIDTH_PX, height_px=HEIGHT_PX, duration_s=4.0), 1)
    for index in range(N_BEFORE + N_AFTER):
        drawer.advance(drawer.scenario.video_time_us(index))
        frame, things = drawer.render(drawer.camera), drawer.truth(drawer.camera).objects
        boxes = np.column_stack([things.x_px, things.y_px, things.width_px, things.height_px])
        if index >= N_BEFORE:
            frame, boxes = change(frame, boxes)
        truth.append(boxes)
        yield frame


def off_truth(seen: Observation, truth: Boxes) -> list[int]:
    """Return the tracks whose middle is near no true box."""
    middle = seen.tracks.box_px[:, :2] + 0.5 * seen.tracks.box_px[:, 2:]
    low, high = truth[:, :2] - MARGIN_PX, truth[:, :2] + truth[:, 2:] + MARGIN_PX
    is_inside = np.all((middle[:, np.newaxis] >= low) & (middle[:, np.newaxis] <= high), axis=-1)
    is_off = ~np.any(is_inside, axis=-1)
    return [int(i) for i in seen.tracks.track_id[is_off]]


@pytest.mark.parametrize(
    ("change", "reason"),
    [(flipped, "polarity flip"), (stepped, "field step"), (switched, "scene change")],
)
def test_the_chain_starts_anew_without_false_tracks(change: Change, reason: str) -> None:
    settings = RunSettings()
    stages = make_stages(settings, surfaces=Surfaces.from_settings(settings, terrain=None))
    truth: list[Boxes] = []
    seen = list(observe_frames(look(change, truth), stages))
    before, at, last = seen[N_BEFORE - 1], seen[N_BEFORE], seen[-1]
    assert len(before.tracks) >= 2
    assert at.registration.is_restart
    assert at.registration.reason == reason
    assert len(at.tracks) == 0
    assert not set(before.tracks.track_id) & set(last.all_tracks.track_id)
    assert len(last.tracks) >= (0 if change is switched else 2)
    for observation, boxes in zip(seen, truth, strict=True):
        assert off_truth(observation, boxes) == [], observation.frame.frame_index
