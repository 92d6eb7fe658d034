import numpy as np
import pytest

from plainview.twin.simulated_mark import SimulatedMark


@pytest.mark.parametrize(
    ("width_px", "height_px"), [(64, 64), (320, 180), (960, 540), (1920, 1080)]
)
def test_the_mark_is_at_the_left_edge_of_a_picture_of_any_size(
    width_px: int, height_px: int
) -> None:
    mark = SimulatedMark.for_picture(width_px, height_px)
    pixels = np.full((height_px, width_px), 128, np.uint8)
    mark.draw_into(pixels)
    changed = np.argwhere(pixels != 128)
    assert len(changed) > 100
    x, y, width, height = mark.box_px
    assert changed.min(axis=0)[0] >= y
    assert changed.max(axis=0)[0] < y + height <= height_px
    assert changed.max(axis=0)[1] < x + width <= width_px
    assert set(np.unique(pixels)) == {16, 128, 235}


@pytest.mark.parametrize("background", [0, 128, 255])
def test_the_letters_stand_out_from_any_background(background: int) -> None:
    mark = SimulatedMark.for_picture(960, 540)
    pixels = np.full((540, 960), background, np.uint8)
    mark.draw_into(pixels)
    x, y, width, height = mark.box_px
    window = pixels[y : y + height, x : x + width]
    assert (
        int(window[mark.is_letter].min()) - int(window[mark.is_edge & ~mark.is_letter].max()) > 200
    )


def test_the_whole_word_fits() -> None:
    mark = SimulatedMark.for_picture(960, 540)
    columns = np.flatnonzero(mark.is_letter.any(axis=0))
    assert columns[-1] < mark.box_px[2] - 1
    assert columns[-1] - columns[0] > 80
