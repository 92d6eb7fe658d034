"""Shapes: reticle, north arrow, scales and tapes, each drawn once and kept as ink."""

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.overlay.ink import Colour, Ink, ink_from_alpha, lettering, text_width_px

__all__ = [
    "azimuth_tape_ink",
    "elevation_scale_ink",
    "north_arrow_ink",
    "north_circle_ink",
    "reticle_ink",
    "scale_bar_ink",
    "scale_bar_length_m",
]

Bytes = npt.NDArray[np.uint8]

ELEVATION_SCALE_WIDTH: Final = 3.9
"""Width of the elevation scale over the size of its type."""
_SHIFT: Final = 4
"""Fractional bits of the coordinates that OpenCV draws with."""
_CARDINALS: Final = {0: "N", 90: "E", 180: "S", 270: "W"}


def _line(
    alpha: Bytes, start: tuple[float, float], end: tuple[float, float], *, width: int
) -> None:
    points = [tuple(round((c - 0.5) * (1 << _SHIFT)) for c in point) for point in (start, end)]
    cv2.line(alpha, points[0], points[1], 255, width, cv2.LINE_AA, _SHIFT)


def _polygon(alpha: Bytes, points: npt.NDArray[np.float64]) -> None:
    fixed = np.rint((points - 0.5) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(alpha, [fixed], 255, cv2.LINE_AA, _SHIFT)


def _text(alpha: Bytes, text: str, *, center_px: tuple[float, float], type_px: int) -> None:
    """Write text with its middle at a point."""
    x = round(center_px[0] - text_width_px(text, type_px, 600) / 2)
    y = round(center_px[1] + 0.36 * type_px)
    cv2.putText(alpha, text, (x, y), (255,), lettering(), type_px, 600)


def _stroke_px(type_px: int) -> int:
    """Return the width of lines that go with type of a size."""
    return max(1, round(type_px / 10))


@lru_cache(maxsize=16)
def reticle_ink(size_px: int, *, type_px: int, colour: Colour) -> Ink:
    """Return four arms round an open middle, which never covers what is looked at."""
    alpha = np.zeros((size_px, size_px), np.uint8)
    middle, gap, width = size_px / 2, 0.17 * size_px, _stroke_px(type_px)
    for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        inner, outer = gap, middle - 1
        start, end = (
            (middle + x * inner, middle + y * inner),
            (middle + x * outer, middle + y * outer),
        )
        _line(alpha, start, end, width=width)
        tick = 0.05 * size_px
        foot = (middle + x * 0.68 * middle, middle + y * 0.68 * middle)
        _line(
            alpha,
            (foot[0] - y * tick, foot[1] - x * tick),
            (foot[0] + y * tick, foot[1] + x * tick),
            width=width,
        )
    return ink_from_alpha(alpha, colour, halo_px=max(1, type_px // 12))


@lru_cache(maxsize=16)
def north_arrow_ink(size_px: int, *, type_px: int, colour: Colour, angle_deg: int) -> Ink:
    """Return an arrow to true north as it lies in the picture, clockwise from up, and an N."""
    alpha = np.zeros((size_px, size_px), np.uint8)
    middle, radius = size_px / 2, size_px / 2 - type_px * 0.55
    angle = np.radians(angle_deg)
    along, across = (
        np.array([np.sin(angle), -np.cos(angle)]),
        np.array([np.cos(angle), np.sin(angle)]),
    )
    tip, tail = 0.62 * radius * along, -0.8 * radius * along
    wing, notch = 0.42 * radius * across, -0.45 * radius * along
    _polygon(alpha, middle + np.array([tip, tail + wing, notch, tail - wing]))
    letter = middle + (radius) * along
    _text(alpha, "N", center_px=(float(letter[0]), float(letter[1])), type_px=type_px)
    return ink_from_alpha(alpha, colour, halo_px=max(1, type_px // 9))


@lru_cache(maxsize=16)
def north_circle_ink(size_px: int, *, type_px: int, colour: Colour, angle_deg: int | None) -> Ink:
    """Return ST 1909's north: a circle, a triangle on it where north lies, a letter inside."""
    alpha = np.zeros((size_px, size_px), np.uint8)
    middle, radius = size_px / 2, size_px / 2.5
    center = (round((middle - 0.5) * (1 << _SHIFT)),) * 2
    cv2.circle(
        alpha, center, round(radius * (1 << _SHIFT)), 255, _stroke_px(type_px), cv2.LINE_AA, _SHIFT
    )
    _text(alpha, "N/A" if angle_deg is None else "N", center_px=(middle, middle), type_px=type_px)
    if angle_deg is not None:
        corners = np.radians(angle_deg + np.array([0.0, 120.0, 240.0]))
        turned = np.stack([np.sin(corners), -np.cos(corners)], axis=1)
        _polygon(alpha, middle + radius * turned[0] + 0.25 * radius * turned)
    return ink_from_alpha(alpha, colour, halo_px=max(1, type_px // 9))


def _tape_marks(value_deg: float, span_deg: float) -> list[tuple[int, float]]:
    """Return the multiples of 5 degrees on a tape: the angle and its place in [-1, 1]."""
    half = span_deg / 2
    first, last = int(np.ceil((value_deg - half) / 5)), int(np.floor((value_deg + half) / 5))
    return [(5 * mark, (5 * mark - value_deg) / half) for mark in range(first, last + 1)]


def _cardinal_text(angle_deg: int) -> str:
    angle = angle_deg % 360
    return _CARDINALS.get(angle, f"{angle:03d}")


@lru_cache(maxsize=16)
def azimuth_tape_ink(
    width_px: int,
    *,
    type_px: int,
    colour: Colour,
    heading_tenth_deg: int,
    span_deg: float = 60.0,
) -> Ink:
    """Return a tape of headings with a caret at its middle.

    Args:
        width_px: Of the tape; it is two lines of type high.
        type_px: Size of its figures.
        colour: BGR.
        heading_tenth_deg: What the caret points at, true, in tenths of a degree.
        span_deg: How much it shows.
    """
    height_px = round(2.5 * type_px)
    alpha = np.zeros((height_px, width_px), np.uint8)
    width, base = _stroke_px(type_px), 1.75 * type_px
    middle, reach = width_px / 2, (width_px - 2.2 * type_px) / 2
    step_px = reach * 20.0 / span_deg
    label_step = 10 if step_px > 2.4 * type_px else 30
    for angle, place in _tape_marks(heading_tenth_deg / 10, span_deg):
        x = middle + place * reach
        tick = 0.55 if angle % 10 == 0 else 0.3
        _line(alpha, (x, base), (x, base - tick * type_px), width=width)
        if angle % label_step == 0:
            _text(alpha, _cardinal_text(angle), center_px=(x, 0.55 * type_px), type_px=type_px)
    _line(alpha, (middle - reach, base), (middle + reach, base), width=width)
    caret = np.array([[0.0, 0.12], [-0.34, 0.68], [0.34, 0.68]]) * type_px
    _polygon(alpha, caret + np.array([middle, base]))
    return ink_from_alpha(alpha, colour, halo_px=max(1, type_px // 10))


@lru_cache(maxsize=16)
def elevation_scale_ink(
    height_px: int,
    *,
    type_px: int,
    colour: Colour,
    elevation_tenth_deg: int,
    span_deg: float = 40.0,
) -> Ink:
    """Return an upright scale of elevations with a caret at its middle; up is up."""
    width_px = round(ELEVATION_SCALE_WIDTH * type_px)
    alpha = np.zeros((height_px, width_px), np.uint8)
    width, base = _stroke_px(type_px), 0.85 * type_px
    middle, reach = height_px / 2, (height_px - 1.2 * type_px) / 2
    for angle, place in _tape_marks(elevation_tenth_deg / 10, span_deg):
        if abs(angle) > 90:
            continue
        y = middle - place * reach
        tick = 0.55 if angle % 10 == 0 else 0.3
        _line(alpha, (base, y), (base + tick * type_px, y), width=width)
        if angle % 10 == 0:
            text = f"{angle:d}".replace("-", "−")
            x = base + 0.8 * type_px + text_width_px(text, type_px, 600) / 2
            _text(alpha, text, center_px=(x, y), type_px=type_px)
    _line(alpha, (base, middle - reach), (base, middle + reach), width=width)
    caret = np.array([[-0.12, 0.0], [-0.68, -0.34], [-0.68, 0.34]]) * type_px
    _polygon(alpha, caret + np.array([base, middle]))
    return ink_from_alpha(alpha, colour, halo_px=max(1, type_px // 10))


def scale_bar_length_m(*, gsd_m: float, room_px: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten that fits.

    Args:
        gsd_m: Width of a pixel on the ground.
        room_px: Room for the bar.
    """
    most_m = gsd_m * room_px
    power = 10.0 ** np.floor(np.log10(most_m))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most_m))


@lru_cache(maxsize=16)
def scale_bar_ink(length_px: int, *, type_px: int, colour: Colour) -> Ink:
    """Return a bar with upright ends."""
    alpha = np.zeros((round(0.6 * type_px), length_px + 2), np.uint8)
    width, foot = _stroke_px(type_px), 0.5 * type_px
    _line(alpha, (1, foot), (length_px + 1, foot), width=width)
    _line(alpha, (1, 0.1 * type_px), (1, foot), width=width)
    _line(alpha, (length_px + 1, 0.1 * type_px), (length_px + 1, foot), width=width)
    return ink_from_alpha(alpha, colour, halo_px=max(1, type_px // 10))
