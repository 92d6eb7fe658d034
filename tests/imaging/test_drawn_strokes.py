"""Which steady strokes are drawn, and what fades beside them."""

import cv2
import numpy as np
import pytest

from plainview.imaging import StaticOverlayFinder
from plainview.imaging.drawn_strokes import with_fringe
from plainview.imaging.stroke_memory import StrokeMemory, stroke_response
from plainview.model import Registration
from tests.imaging import scenes
from tests.imaging.scenes import draw_ground, look, shift, to_bytes

SHAPE = (scenes.HEIGHT_PX, scenes.WIDTH_PX)
MOVED = Registration(
    current_from_previous=shift(3.0, 1.2), residual_px=0.05, is_valid=True, is_restart=False
)
LINE = np.s_[100:200, 239:242]


def seen_of(levels: np.ndarray) -> StrokeMemory:
    memory = StrokeMemory(levels.shape)
    memory.look(levels, stroke_response(levels, 4), 30)
    return memory


def with_halo() -> np.ndarray:
    """A white line with a dark halo that reaches three pixels, on a plain picture."""
    levels = np.full(SHAPE, 130, np.uint8)
    levels[97:203, 236:245] = 90
    levels[LINE] = 250
    return levels


def drawn_line() -> np.ndarray:
    drawn = np.zeros(SHAPE, np.uint8)
    drawn[LINE] = 1
    return drawn


def test_the_fringe_of_a_stroke_is_its_halo() -> None:
    levels = with_halo()
    whole = with_fringe(seen_of(levels).contrast_on(drawn_line()), levels, reach_px=3)
    np.testing.assert_array_equal(whole > 0, levels != 130)


def test_a_boat_beside_a_stroke_is_no_fringe() -> None:
    levels = with_halo()
    levels[140:150, 245:275] = 180
    whole = with_fringe(seen_of(levels).contrast_on(drawn_line()), levels, reach_px=3)
    assert not whole[140:150, 245:275].any()


@pytest.mark.parametrize("value", [255, 0, 190])
def test_letters_in_any_ink_with_a_halo_are_masked_after_three_looks(value: int) -> None:
    """Smooth letters, their halo let through a fifth of the ground."""
    text = np.zeros(SHAPE, np.uint8)
    for row, line in enumerate(("N 38 13.245", "W 005 12.991", "418 M MSL", "GS 82 KT")):
        place = (20, 40 + 24 * row)
        cv2.putText(text, line, place, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1, cv2.LINE_AA)
    halo = cv2.dilate(text, np.ones((3, 3), np.uint8)) / 255.0 * 0.8
    ink, ground = text / 255.0, draw_ground(7, contrast=18.0)
    finder = StaticOverlayFinder()
    for index in range(10):
        seen = look(ground, shift(3.0 * index - 60.0, 1.2 * index - 20), seed=index)
        haloed = seen * (1.0 - halo) + (255 if value < 128 else 0) * halo
        finder.observe(to_bytes(haloed * (1.0 - ink) + value * ink), MOVED)
    mask = finder.strokes(SHAPE)
    assert not finder.is_learned
    assert mask.size
    assert np.mean(mask[text > 200] > 0) > 0.75
    assert np.mean(mask[cv2.dilate(text, np.ones((7, 7), np.uint8)) == 0] > 0) < 0.001
