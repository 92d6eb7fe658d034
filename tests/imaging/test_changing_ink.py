"""Strokes that change beside strokes that stay."""

import cv2
import numpy as np
import pytest

from plainview.imaging import StaticOverlayFinder
from plainview.imaging.changing_ink import (
    ChangingInk,
    InkRule,
    cells_of,
    ink_values,
    zone_runs,
)
from plainview.imaging.ink_kernels import mark_ink
from plainview.model import Registration
from tests.imaging import scenes, twins
from tests.imaging.scenes import add_blob, draw_ground, look, shift, to_bytes

N_FRAMES = 45
SHAPE = (scenes.HEIGHT_PX, scenes.WIDTH_PX)
FLIP = Registration(
    current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=True
)


def moved(by: np.ndarray) -> Registration:
    return Registration(current_from_previous=by, residual_px=0.05, is_valid=True, is_restart=False)


@pytest.fixture(scope="module")
def ground() -> scenes.Image:
    return draw_ground(7, contrast=18.0)


def drawn(index: int) -> np.ndarray:
    """How much of each pixel is ink: a label with a readout, and a tape that slides."""
    ink = np.zeros(SHAPE, np.uint8)
    cv2.putText(ink, "N 38.13", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    cv2.putText(ink, f"{(index * 37) % 100:02d}", (95, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    cv2.line(ink, (140, 330), (340, 330), 255, 1)
    for tick in range(15):
        x = 140 + (20 * tick - 2 * index) % 200
        cv2.line(ink, (x, 318), (x, 330), 255, 1)
    return ink


def picture_of(ground: scenes.Image, index: int, value: int, *, thing: float = 0.0) -> np.ndarray:
    seen = look(ground, shift(3.0 * index - 60.0, 1.2 * index - 20), seed=index)
    if thing:
        seen = add_blob(seen, 20.0 + 4.0 * index, 33.0, sigma_px=2.0, height=thing)
    share = drawn(index) / 255.0
    return to_bytes(seen * (1.0 - share) + value * share)


def watch(
    ground: scenes.Image, value: int, **kind: float
) -> tuple[StaticOverlayFinder, list[np.ndarray]]:
    finder, masks = StaticOverlayFinder(), []
    for index in range(N_FRAMES):
        picture = picture_of(ground, index, value, **kind)
        masks.append(finder.strokes_of(picture))
        finder.observe(picture, moved(shift(3.0, 1.2)))
    return finder, masks


@pytest.mark.parametrize("value", [255, 0, 220])
def test_digits_and_ticks_that_change_are_masked_in_each_picture(
    ground: scenes.Image, value: int
) -> None:
    _, masks = watch(ground, value)
    is_masked = []
    for index in range(N_FRAMES - 10, N_FRAMES):
        changing = (drawn(index) > 200) & (drawn(index - 9) < 50)
        is_masked.append(masks[index][changing] > 0)
    assert sum(len(masked) for masked in is_masked) > 1000
    assert np.mean(np.concatenate(is_masked)) > 0.95


def test_a_thing_that_passes_a_readout_is_not_masked(ground: scenes.Image) -> None:
    """Seen through the lens, and as bright as the ink where it is brightest."""
    _, without = watch(ground, 255)
    _, masks = watch(ground, 255, thing=135.0)
    for index in range(N_FRAMES - 10, N_FRAMES):
        x = 20 + 4 * index
        box = np.s_[30:37, x - 3 : x + 4]
        assert not np.any(masks[index][box] & ~without[index][box])


def test_ink_far_from_known_strokes_is_not_masked(ground: scenes.Image) -> None:
    finder, _ = watch(ground, 255)
    picture = picture_of(ground, N_FRAMES, 255)
    cv2.putText(picture, "77", (220, 180), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    assert not finder.strokes_of(picture)[150:200, 200:260].any()


def test_graphics_that_flip_with_the_picture_stay_known(ground: scenes.Image) -> None:
    finder, _ = watch(ground, 255)
    before = np.count_nonzero(finder.strokes(SHAPE))
    for index in range(N_FRAMES, N_FRAMES + 12):
        picture = 255 - picture_of(ground, index, 255)
        finder.observe(picture, FLIP if index == N_FRAMES else moved(shift(3.0, 1.2)))
        mask = finder.strokes_of(picture)
        assert np.mean(mask[drawn(index) > 200] > 0) > 0.95
        assert np.count_nonzero(finder.strokes(SHAPE)) > 0.8 * before


def test_graphics_that_are_gone_after_a_break_are_forgotten(ground: scenes.Image) -> None:
    finder, _ = watch(ground, 255)
    finder.observe(to_bytes(look(ground, shift(80.0, 9.0))), FLIP)
    assert not finder.is_learned
    assert finder.strokes(SHAPE).size == 0


def test_a_picture_without_strokes_is_soon_known_to_have_none(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    for index in range(30):
        seen = to_bytes(look(ground, shift(0.9 * index, 0.0), seed=index))
        finder.observe(seen, moved(shift(0.9, 0.0)))
    assert finder.is_learned  # by motion alone: after 40


def test_a_restored_finder_masks_the_same_ink(ground: scenes.Image) -> None:
    finder, _ = watch(ground, 255)
    other = StaticOverlayFinder()
    other.restore(finder.state())
    picture = picture_of(ground, N_FRAMES, 255)
    np.testing.assert_array_equal(other.strokes_of(picture), finder.strokes_of(picture))
    assert finder.strokes_of(picture).sum() > finder.strokes(SHAPE).sum()


def test_ink_has_few_values_and_what_smooth_letters_mix() -> None:
    values = ink_values(np.array([255] * 90 + [0] * 40 + [90]))
    assert values[[255, 230, 0, 20]].all()
    assert not values[[90, 128, 200]].any()


def test_cells_and_runs_cover_the_mask() -> None:
    mask = np.zeros((21, 30), np.uint8)
    mask[3, 9] = mask[20, 29] = 255
    cells = cells_of(mask)
    assert np.argwhere(cells).tolist() == [[0, 1], [2, 3]]
    assert zone_runs(cells).tolist() == [[0, 1, 2], [2, 3, 4]]
    assert zone_runs(np.zeros((2, 2), np.uint8)).shape == (0, 3)


@pytest.mark.parametrize("seed", range(4))
def test_the_kernel_marks_what_numpy_marks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = rng.normal(120.0, 4.0, (64, 96)).round().astype(np.uint8)
    known = np.zeros_like(levels)
    known[20:34, 5:30] = 255
    cv2.putText(levels, f"{seed}8.1N", (26, 32), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 240, 1)
    levels[rng.integers(0, 64, 40), rng.integers(0, 96, 40)] = 240
    values = ink_values(np.full(50, 240))
    room = np.zeros_like(levels)
    runs = zone_runs(np.full((8, 12), 255, np.uint8))
    found = mark_ink(levels, known, runs, values, (4, 20, 0.55, 5), room)
    expected = twins.mark_ink(levels, known, values, (4, 20, 0.55, 5))
    assert len(found) > 20
    assert {tuple(place) for place in found.tolist()} == expected
    assert not room.any()


def test_nothing_known_marks_nothing() -> None:
    rule = InkRule(
        width_px=4, least_contrast=20, least_sharpness=0.55, least_extent_px=5,
        reach_px=20, margin_px=1,
    )  # fmt: skip
    mask = np.zeros((40, 40), np.uint8)
    assert ChangingInk().add_to(mask, mask, rule=rule) is mask
