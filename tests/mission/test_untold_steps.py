"""A step of the field over water that no metadata tell, a flip, and what only looks like one."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from bench.drawn_scene import SceneDrawer, read_scenario
from plainview.formats.settings_toml import RunSettings
from plainview.imaging import HomographyRegistrar
from plainview.mission.frame_place import Surfaces
from plainview.mission.pipeline import observe_frames
from plainview.mission.stage_settings import make_stages
from plainview.model import Frame, Observation
from tests.mission.test_burned_overlay import changing_ink
from tests.mission.test_restarts import off_truth

WIDTH_PX, HEIGHT_PX = 640, 360
N_BEFORE, N_AFTER = 45, 25

Array = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Look:
    """What the drawn scene shows over twice the field: pixels (720, 1280), boxes (n, 4) in them."""

    frame: Frame
    boxes_px: Array

    def through(self, zoom: float, *, off_axis_px: Array | None = None) -> tuple[Bytes, Array]:
        """Return the picture of a lens that shows half of the field at zoom 1, and the boxes."""
        size = np.array([WIDTH_PX, HEIGHT_PX])
        corner = size * (1.0 - 0.5 / zoom)
        if off_axis_px is not None:
            corner = corner + off_axis_px
        matrix = np.array(
            [
                [zoom, 0.0, 0.5 * (zoom - 1.0) - zoom * corner[0]],
                [0.0, zoom, 0.5 * (zoom - 1.0) - zoom * corner[1]],
            ]
        )
        wide = np.asarray(self.frame.pixels, np.uint8)
        if zoom < 1.0:
            wide = np.asarray(cv2.GaussianBlur(wide, (0, 0), 0.4 / zoom), np.uint8)
        pixels = np.asarray(cv2.warpAffine(wide, matrix, (WIDTH_PX, HEIGHT_PX)), np.uint8)
        boxes = zoom * (self.boxes_px - np.array([corner[0], corner[1], 0.0, 0.0]))
        return pixels, boxes


@pytest.fixture(scope="module", params=[1, 2])
def looks(request: pytest.FixtureRequest) -> list[Look]:
    rescue = read_scenario("rescue")
    wide = replace(
        rescue.camera,
        width_px=2 * WIDTH_PX,
        height_px=2 * HEIGHT_PX,
        horizontal_fov_deg=2.0 * rescue.camera.horizontal_fov_deg,
    )
    drawer = SceneDrawer(replace(rescue, camera=wide, duration_s=3.0), request.param)
    seen = []
    for index in range(N_BEFORE + N_AFTER):
        drawer.advance(drawer.scenario.video_time_us(index))
        things = drawer.truth(drawer.camera).objects
        boxes = np.column_stack([things.x_px, things.y_px, things.width_px, things.height_px])
        seen.append(Look(drawer.render(drawer.camera), boxes))
    return seen


Change = Callable[[Look, int], tuple[Bytes, Array]]


def burned(pixels: Bytes, number: int) -> Bytes:
    """Return the picture with white graphics of which many change in every picture."""
    ink = changing_ink(N_BEFORE + number)[:HEIGHT_PX, :WIDTH_PX]
    return np.asarray(np.rint(pixels * (1.0 - ink) + 255.0 * ink), np.uint8)


def plain(look: Look, _: int) -> tuple[Bytes, Array]:
    return look.through(1.0)


def under_graphics(look: Look, number: int) -> tuple[Bytes, Array]:
    pixels, boxes = look.through(1.0)
    return burned(pixels, number), boxes


def observe(
    looks: list[Look], change: Change, *, before: Change = plain
) -> tuple[list[Observation], list[int]]:
    """Return what the stages see without metadata, and the tracks off the truth, by frame.

    Args:
        looks: What there is to see.
        change: Gives the picture and the boxes; its number is 0 where the change comes.
        before: Likewise of what comes before.
    """
    settings = RunSettings()
    stages = make_stages(settings, surfaces=Surfaces.from_settings(settings, terrain=None))
    frames, truth = [], []
    for index, look in enumerate(looks):
        number = index - N_BEFORE
        pixels, boxes = (before if number < 0 else change)(look, number)
        camera = replace(look.frame.camera, width_px=WIDTH_PX, height_px=HEIGHT_PX)
        frames.append(replace(look.frame, pixels=pixels, camera=camera, view=None))
        truth.append(boxes)
    seen = list(observe_frames(frames, stages))
    assert len(seen[N_BEFORE - 1].tracks) >= 3
    return seen, [len(off_truth(one, boxes)) for one, boxes in zip(seen, truth, strict=True)]


# At twice the field the picture shows the mark SIMULATED, which stands in a corner.
@pytest.mark.parametrize("zoom", [1 / 2, 1 / 1.6, 1 / 1.5, 1 / 1.3, 1.3, 1.5, 2.0, 3.0])
def test_a_step_of_the_field_starts_anew_and_shows_nothing_false(
    looks: list[Look], zoom: float
) -> None:
    seen, n_off = observe(looks, lambda look, _: look.through(zoom))
    assert any(one.registration.is_restart for one in seen[N_BEFORE : N_BEFORE + 2])
    assert n_off[N_BEFORE:] == [0] * N_AFTER
    before, last = set(seen[N_BEFORE - 1].tracks.track_id), seen[-1]
    assert not any(before & set(one.tracks.track_id) for one in seen[N_BEFORE:])
    assert len(last.tracks) >= (1 if zoom <= 2.0 else 0)


def test_a_step_to_a_lens_that_looks_aside_starts_anew(looks: list[Look]) -> None:
    aside = np.array([19.0, -11.0])
    seen, n_off = observe(looks, lambda look, _: look.through(2.0, off_axis_px=aside))
    assert any(one.registration.is_restart for one in seen[N_BEFORE : N_BEFORE + 2])
    assert n_off[N_BEFORE:] == [0] * N_AFTER


@pytest.mark.parametrize("zoom", [1 / 1.3, 1.5, 2.0])
def test_a_step_under_graphics_starts_anew_and_shows_nothing_false(
    looks: list[Look], zoom: float
) -> None:
    def change(look: Look, number: int) -> tuple[Bytes, Array]:
        pixels, boxes = look.through(zoom)
        return burned(pixels, number), boxes

    seen, n_off = observe(looks, change, before=under_graphics)
    assert any(one.registration.is_restart for one in seen[N_BEFORE : N_BEFORE + 2])
    # Later on a letter that changes may be tracked, with a step or without.
    assert n_off[N_BEFORE : N_BEFORE + 20] == [0] * 20


@pytest.mark.parametrize("are_graphics_turned", [True, False])
def test_a_flip_under_graphics_starts_anew_and_shows_nothing_false(
    looks: list[Look], are_graphics_turned: bool
) -> None:
    def change(look: Look, number: int) -> tuple[Bytes, Array]:
        pixels, boxes = look.through(1.0)
        if not are_graphics_turned:
            return burned(np.asarray(255 - pixels, np.uint8), number), boxes
        return np.asarray(255 - burned(pixels, number), np.uint8), boxes

    seen, n_off = observe(looks, change, before=under_graphics)
    assert seen[N_BEFORE].registration.reason == "polarity flip"
    assert n_off[N_BEFORE:] == [0] * N_AFTER


def damaged(look: Look, number: int) -> tuple[Bytes, Array]:
    """One picture whose lower part the decoder fills with blocks."""
    pixels, boxes = look.through(1.0)
    if number != 0:
        return pixels, boxes
    blocks = np.random.default_rng(1).integers(-40, 40, (15, 40)).astype(np.float32)
    size = (WIDTH_PX, 16 * len(blocks))
    spoilt = pixels.copy()
    levels = cv2.resize(blocks, size, interpolation=cv2.INTER_NEAREST) + pixels.mean()
    spoilt[-size[1] :] = np.clip(levels, 0, 255)
    return spoilt, boxes


def test_a_damaged_picture_hides_tracks_and_ends_none(looks: list[Look]) -> None:
    seen, n_off = observe(looks, damaged)
    assert seen[N_BEFORE].registration.is_doubtful
    assert len(seen[N_BEFORE].tracks) == 0
    assert not any(one.registration.is_restart for one in seen[1:])
    assert set(seen[N_BEFORE - 1].tracks.track_id) <= set(seen[N_BEFORE + 1].tracks.track_id)
    assert n_off[N_BEFORE:] == [0] * N_AFTER


def test_a_registrar_that_is_restored_in_doubt_goes_on_from_there(looks: list[Look]) -> None:
    pictures = [look.through(1.0)[0] for look in looks[N_BEFORE - 5 : N_BEFORE + 3]]
    pictures[5] = damaged(looks[N_BEFORE], 0)[0]
    frames = [
        replace(look.frame, pixels=picture, view=None)
        for look, picture in zip(looks[N_BEFORE - 5 :], pictures, strict=False)
    ]
    whole, restored = HomographyRegistrar(), HomographyRegistrar()
    for frame in frames[:6]:
        whole.register(frame)
    restored.restore(whole.state())
    for frame in frames[6:]:
        expected, found = whole.register(frame), restored.register(frame)
        assert not expected.is_doubtful
        assert (found.reason, found.is_doubtful) == (expected.reason, expected.is_doubtful)
    assert whole.state()["before_doubt"] is None


def in_glint(look: Look, number: int) -> tuple[Bytes, Array]:
    """Sparks of the sun along a path on the water, new in each picture."""
    pixels, boxes = look.through(1.0)
    rng, sparkling = np.random.default_rng(number), pixels.copy()
    for x, y in zip(rng.normal(320, 75, 100), rng.uniform(0, HEIGHT_PX, 100), strict=True):
        cv2.circle(sparkling, (round(x), round(y)), int(rng.integers(1, 3)), 255, -1)
    return sparkling, boxes


def in_noise(look: Look, number: int) -> tuple[Bytes, Array]:
    pixels, boxes = look.through(1.0)
    noise = np.random.default_rng(number).normal(0.0, 12.0, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8), boxes


def exposed(look: Look, _: int) -> tuple[Bytes, Array]:
    pixels, boxes = look.through(1.0)
    return np.clip(1.4 * pixels.astype(np.float64) - 20.0, 0, 255).astype(np.uint8), boxes


def gliding(look: Look, number: int) -> tuple[Bytes, Array]:
    """A lens that zooms in to twice over five pictures."""
    return look.through(min(2.0, 1.2 + 0.2 * number))


@pytest.mark.parametrize("change", [in_glint, in_noise, exposed, gliding])
def test_what_is_no_step_neither_starts_anew_nor_hides_tracks(
    looks: list[Look], change: Change
) -> None:
    seen, n_off = observe(looks, change)
    assert not any(one.registration.is_restart for one in seen[1:])
    assert not any(one.registration.is_doubtful for one in seen)
    assert set(seen[N_BEFORE - 1].tracks.track_id) & set(seen[-1].tracks.track_id)
    assert n_off[N_BEFORE:] == [0] * N_AFTER
