"""Filled shapes of burned-in graphics are found; what is as white and as steady is not."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from plainview.imaging.filled_shapes import ShapeMemory, extreme_inks

SIZE_PX = (200, 320)
MIDDLE_PX = (160, 100)

Bytes = npt.NDArray[np.uint8]
Array = npt.NDArray[np.float64]


def water(index: int) -> Array:
    """Grey texture (200, 320) that moves on by 9 pixels a look."""
    texture = np.random.default_rng(1).normal(0.0, 60.0, (SIZE_PX[0], SIZE_PX[1] + 200))
    smooth = cv2.GaussianBlur(texture, (0, 0), 3.0)
    return np.asarray(120.0 + smooth[:, 9 * index : 9 * index + SIZE_PX[1]])


def arrow(turned_deg: float = 0.0) -> Array:
    """Share of ink (200, 320) of an arrow 36 pixels long, its edge as smooth as drawn ones are."""
    angle = np.radians(turned_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[0, -18], [12, 18], [0, 9], [-12, 18]]) @ turn.T + MIDDLE_PX
    ink = np.zeros(SIZE_PX, np.uint8)
    cv2.fillPoly(ink, [np.rint(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return ink / 255.0


def drawn(index: int, ink: Array, value: float) -> Bytes:
    return np.rint(water(index) * (1.0 - ink) + value * ink).astype(np.uint8)


def shapes_after(pictures: list[Bytes]) -> Bytes:
    memory = ShapeMemory(SIZE_PX)
    for levels in pictures:
        memory.look(levels)
    restored = ShapeMemory((0, 0))
    restored.restore(memory.state())
    return restored.shapes(pictures[-1], extreme_inks(), width_px=4, least_contrast=30, n_looks=3)


@pytest.mark.parametrize("value", [255, 235, 0])
@pytest.mark.parametrize("turn_deg", [0.0, 0.3])
def test_an_arrow_is_found_to_its_edge_though_it_turns_slowly(value: int, turn_deg: float) -> None:
    inks = [arrow(turn_deg * index) for index in range(3)]
    found = shapes_after([drawn(index, ink, value) for index, ink in enumerate(inks)])
    assert np.all(found[inks[-1] > 0.99] > 60)
    assert not np.any(found[inks[-1] == 0.0])


def test_less_than_three_looks_tell_nothing() -> None:
    assert not shapes_after([drawn(index, arrow(), 255) for index in range(2)]).any()


def test_what_is_drawn_in_no_ink_is_no_shape() -> None:
    assert not shapes_after([drawn(index, arrow(), 180) for index in range(4)]).any()


@pytest.mark.parametrize("blur_px", [1.2, 2.0])
def test_a_boat_whose_middle_is_white_throughout_is_no_shape(blur_px: float) -> None:
    """Held by a turret that trembles by half a pixel, seen through a lens, far too hot."""
    rng = np.random.default_rng(2)
    pictures = []
    for index in range(6):
        x, y = MIDDLE_PX + rng.normal(0.0, 0.5, 2)
        hull = np.zeros(SIZE_PX)
        rows, columns = np.mgrid[: SIZE_PX[0], : SIZE_PX[1]]
        hull[((columns - x) / 16.0) ** 2 + ((rows - y) / 8.0) ** 2 <= 1.0] = 1.0
        soft = cv2.GaussianBlur(hull, (0, 0), blur_px)
        pictures.append(np.clip(water(index) + 220.0 * soft, 0, 255).astype(np.uint8))
    assert all(picture[MIDDLE_PX[1], MIDDLE_PX[0]] == 255 for picture in pictures)
    assert not shapes_after(pictures).any()


def test_a_white_sky_is_no_shape() -> None:
    pictures = [water(index).astype(np.uint8) for index in range(4)]
    for picture in pictures:
        picture[:90] = 255
    assert not shapes_after(pictures).any()
