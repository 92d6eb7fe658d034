"""Dead, hot and blinking pixels are told from things by staying alone where the scene moves."""

import numpy as np
import pytest

from plainview.detection import SpotDetector
from plainview.imaging import PictureMaker
from plainview.imaging.defective_pixels import DefectivePixelFinder, fill_pixels
from plainview.model import Registration
from tests.detection.sights import film, holds, watch
from tests.imaging import scenes
from tests.imaging.scenes import add_blob, draw_ground, look, shift, to_bytes

N_FRAMES = 45
STEP_PX = 2.5
DEAD, HOT, WARM, BLINKING = (50, 60), (120, 200), (200, 300), (260, 90)
PAIR = ((300, 400), (300, 401))
"""Rows and columns."""


@pytest.fixture(scope="module")
def ground() -> scenes.Image:
    return draw_ground(11, contrast=18.0)


def moved(step_px: float, reason: str | None = None) -> Registration:
    return Registration(
        current_from_previous=shift(step_px, 0.4 * step_px),
        residual_px=0.05,
        is_valid=reason is None,
        is_restart=reason is not None,
        reason=reason,
    )


def with_defects(picture: np.ndarray, index: int) -> np.ndarray:
    spoiled = picture.copy()
    spoiled[DEAD] = 0
    for place in (HOT, *PAIR):
        spoiled[place] = 255
    spoiled[WARM] = np.clip(int(np.median(picture[198:203, 298:303])) + 45, 0, 255)
    if index % 7 in {0, 1, 2}:
        spoiled[BLINKING] = 250
    return spoiled


def learned(pictures: list[np.ndarray], *, step_px: float = STEP_PX) -> DefectivePixelFinder:
    finder = DefectivePixelFinder()
    for picture in pictures:
        finder.observe(picture, moved(step_px))
    return finder


def seen(ground: scenes.Image, step_px: float = STEP_PX) -> list[np.ndarray]:
    return [
        to_bytes(look(ground, shift(step_px * i - 50.0, 0.4 * step_px * i - 20.0), seed=i))
        for i in range(N_FRAMES)
    ]


def test_dead_hot_and_blinking_pixels_are_found_and_no_others(ground: scenes.Image) -> None:
    pictures = seen(ground)
    spoiled = [with_defects(each, index) for index, each in enumerate(pictures)]
    found = {tuple(place) for place in learned(spoiled).places.tolist()}
    assert found == {DEAD, HOT, WARM, BLINKING, *PAIR}
    assert not len(learned(pictures).places)


def test_of_a_still_camera_only_that_is_said_which_no_lens_could_show(
    ground: scenes.Image,
) -> None:
    """A twig, a star or a lamp stays as well, a faint one like `WARM` among them."""
    picture = seen(ground)[0]
    still = [with_defects(picture, index) for index in range(N_FRAMES)]
    found = {tuple(place) for place in learned(still, step_px=0.0).places.tolist()}
    assert found <= {DEAD, HOT, BLINKING, *PAIR}
    lamps = [
        to_bytes(add_blob(picture, x, y, sigma_px=0.4, height=120.0))
        for x, y in ((100.5, 100.5), (200.5, 150.5))
        for _ in range(20)
    ]
    assert not len(learned(lamps, step_px=0.0).places)


@pytest.mark.parametrize("sigma_px", [0.5, 0.8, 2.0])
def test_the_smallest_thing_that_a_turret_holds_is_no_defect(
    ground: scenes.Image, sigma_px: float
) -> None:
    """As sharp as lenses are, it trembles by a fifth of a pixel."""
    rng = np.random.default_rng(3)
    for place in ((240.5, 180.5), (240.0, 180.0), (240.2, 180.4)):
        held = []
        for index in range(N_FRAMES):
            base = look(ground, shift(STEP_PX * index - 50.0, STEP_PX * index - 20.0), seed=index)
            x, y = place + rng.normal(0.0, 0.2, 2)
            held.append(to_bytes(add_blob(base, x, y, sigma_px=sigma_px, height=120.0)))
        assert not len(learned(held).places)


def test_a_filled_pixel_is_as_those_beside_it(ground: scenes.Image) -> None:
    picture = seen(ground)[0]
    spoiled = with_defects(picture, 0)
    places = np.array([DEAD, HOT, *PAIR], np.intp)
    filled = fill_pixels(spoiled, places)
    for row, column in places.tolist():
        around = picture[row - 1 : row + 2, column - 1 : column + 3]
        assert around.min() <= filled[row, column] <= around.max()
    untouched = np.ones(picture.shape, np.bool_)
    untouched[places[:, 0], places[:, 1]] = False
    np.testing.assert_array_equal(filled[untouched], spoiled[untouched])
    np.testing.assert_array_equal(fill_pixels(spoiled, np.zeros((0, 2), np.intp)), spoiled)


def test_a_defect_at_a_corner_is_filled(ground: scenes.Image) -> None:
    spoiled = seen(ground)[0].astype(np.float32)
    spoiled[0, 0] = 900.0
    filled = fill_pixels(spoiled, np.array([[0, 0]], np.intp))
    assert filled[0, 0] == pytest.approx(np.median(spoiled[:2, :2].ravel()[1:]), abs=30.0)


def test_another_detector_is_learned_anew_and_a_cut_changes_nothing(ground: scenes.Image) -> None:
    spoiled = [with_defects(each, index) for index, each in enumerate(seen(ground))]
    finder = learned(spoiled)
    finder.observe(spoiled[0], moved(0.0, "scene change"))
    assert len(finder.places) == 6
    finder.observe(spoiled[0], moved(0.0, "camera switch"))
    assert not len(finder.places)


def test_it_goes_on_from_its_state_as_if_never_interrupted(ground: scenes.Image) -> None:
    spoiled = [with_defects(each, index) for index, each in enumerate(seen(ground))]
    whole, first, second = learned(spoiled), learned(spoiled[:20]), DefectivePixelFinder()
    second.restore(first.state())
    for picture in spoiled[20:]:
        second.observe(picture, moved(STEP_PX))
    np.testing.assert_array_equal(second.places, whole.places)


def test_a_small_thing_is_seen_as_it_passes_over_a_known_defect(ground: scenes.Image) -> None:
    """The pixel is filled, not masked."""
    frames, places = film(ground, 60, camera_step=(2.0, 1.0), thing_step=(1.0, -1.0), height=90.0)
    x, y = places[45]
    for frame in frames:
        frame[int(y), int(x)] = 0
    pictures = PictureMaker()
    detector = SpotDetector(pictures=pictures)
    found = watch(detector, pictures, frames)
    assert [int(y), int(x)] in pictures.defects.places.tolist()
    assert all(holds(found[i], *places[i]) for i in range(40, 51))
    assert not any(holds(found[i], x, y, within_px=1.5) for i in range(15, 30))
