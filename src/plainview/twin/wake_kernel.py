"""The wake kernel: Kelvin's waves and churned water of moving boats, on a block of sea.

Both stationary phases of a pressure that moves over deep water, each with its own wave: the
transverse and the divergent one; at the edge of the wedge they meet, and their growth there is
bounded as Airy's function bounds it. A pixel sees what its footprint leaves of each wave.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_block import ACROSS, ALONG, FOAM, WAKE_FOAM
from plainview.twin.wave_kernel import compiled, cosine_and_sine

__all__ = [
    "N_WAKE",
    "WAKE_AHEAD",
    "WAKE_ALONG",
    "WAKE_BEAM",
    "WAKE_LENGTH",
    "WAKE_NUMBER",
    "WAKE_REACH",
    "WAKE_SPEED",
    "WAKE_TRACK",
    "WAKE_WHITE",
    "add_wake_foam",
    "add_wakes",
    "kelvin_slopes",
]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

N_WAKE: Final = 11
WAKE_ALONG: Final = 0
"""Of the boat's middle, metres down wind; across wind next."""
WAKE_AHEAD: Final = 2
"""Its course down wind; across wind next; unit length."""
WAKE_SPEED: Final = 4
WAKE_NUMBER: Final = 5
"""Of the transverse waves, rad/m: g over the square of the speed."""
WAKE_LENGTH: Final = 6
WAKE_BEAM: Final = 7
WAKE_REACH: Final = 8
"""How far behind the boat Kelvin's waves are drawn."""
WAKE_TRACK: Final = 9
"""How far behind it the churned band is drawn."""
WAKE_WHITE: Final = 10
"""Share of white water just behind it."""
_WIDEST: Final = 0.42
"""Of the distance behind: tangent of Kelvin's angle, and room for what lies just past it."""
_WIDEST_BEAMS: Final = 2.2
"""To each side of the track, of the churned band."""
_MOST_SEEN_M: Final = 50.0
"""A pixel longer than this sees next to nothing of a band that its middle misses."""
_STEEP: Final = 0.1
"""Slope of the wave that the hull raises most, one hull behind; assumed."""
_PRESSED: Final = 0.5
"""Of the hull, over which it presses on the water; assumed."""
_PEAK: Final = 1.125**1.125 * math.exp(-1.125)
"""Of u^2.25 exp(-u^2), where u^2 is 1.125."""
_WHITE_S: Final = 8.0
"""In which white water falls to 1/e: the longest of 0.5 to 8 s (A. H. Callaghan and others,
"Observed variations in the decay rate of whitecap foam", 18th Conf. Air-Sea Interaction, 2012)."""
_SMOOTH_S: Final = 90.0
_SMOOTHED: Final = 0.7
"""Of the waves, that churned water takes at first, and in which time that falls to 1/e; assumed."""
_SPREAD: Final = 0.2
"""The band of a body that drives itself widens as this power of distance (H. Tennekes,
J. L. Lumley, "A First Course in Turbulence", 1972)."""
_BAND_SIGMA: Final = 0.35
"""1-sigma of its width over the beam, one hull behind; assumed."""
_MOST_SPREAD: Final = 2.5
"""How far the band widens: a hundred hulls behind."""
_FAR_SIGMAS: Final = 9.0
"""Squared, beyond which there is next to nothing of the band."""
_LEAST_SHARE: Final = 0.01
_LEAST_BEHIND: Final = 0.3
"""Of a hull: nearer to its middle the boat itself lies on the water."""


@compiled
def _raised(number_1_m: float, pressed_m: float, lost: float) -> float:
    """Return how steep a wave is, over that which is raised most, and what a pixel sees of it.

    Args:
        number_1_m: Of the wave.
        pressed_m: Of the hull.
        lost: Logarithm of what the pixel's footprint takes.
    """
    u = number_1_m * pressed_m / (2.0 * math.pi)
    size: float = u * u * math.sqrt(math.sqrt(u)) * math.exp(-u * u - lost) / _PEAK
    return size


@compiled
def kelvin_slopes(
    behind_m: float,
    aside_m: float,
    number_1_m: float,
    length_m: float,
    footprint: tuple[float, float, float, float],
) -> tuple[float, float]:
    """Return the slope of Kelvin's waves behind a boat, astern and to its side.

    Args:
        behind_m: The boat's middle, positive astern.
        aside_m: Of its track.
        number_1_m: Of transverse waves, rad/m.
        length_m: Of the hull.
        footprint: Of the pixel: its length and width in metres, and the direction of its length,
            astern and to the side, unit length.
    """
    if behind_m <= 0.0:
        return 0.0, 0.0
    square = behind_m * behind_m - 8.0 * aside_m * aside_m
    edge = np.cbrt(4.0 * behind_m**4 / number_1_m**2)
    root = math.sqrt(max(square, 0.0))
    level = math.sqrt(length_m / math.sqrt(max(square, 0.0) + edge))
    if square < 0.0:
        level *= math.exp(square / edge)
    if level < _LEAST_SHARE:
        return 0.0, 0.0
    astern, sideways = 0.0, 0.0
    for which in range(2):
        if which == 0:
            t = -2.0 * aside_m / (behind_m + root)
        elif aside_m != 0.0:
            t = -(behind_m + root) / (4.0 * aside_m)
        else:
            continue
        long = 1.0 + t * t
        rise = math.sqrt(long)
        x, y = number_1_m * rise, number_1_m * rise * t
        over = (x * footprint[2] + y * footprint[3]) * footprint[0]
        wide = (y * footprint[2] - x * footprint[3]) * footprint[1]
        lost = (over * over + wide * wide) / 24.0
        own = number_1_m * long
        height = level * _raised(own, _PRESSED * length_m, lost)
        if height < _LEAST_SHARE:
            continue
        turn = 0.25 * math.pi if which == 0 else -0.25 * math.pi
        _, sine = cosine_and_sine(x * behind_m + y * aside_m + turn)
        size = -_STEEP * height * sine / own
        astern += size * x
        sideways += size * y
    return astern, sideways


@compiled
def _churned(
    behind_m: float, aside_m: float, wake: Array, k: int, footprint_m: float
) -> tuple[float, float]:
    """Return which share of waves churned water takes, and which share of it is white.

    Args:
        behind_m: The boat's middle.
        aside_m: Of its track.
        wake: (n, 11).
        k: Which.
        footprint_m: Of the pixel across the track.
    """
    length, track = wake[k, WAKE_LENGTH], wake[k, WAKE_TRACK]
    if behind_m < _LEAST_BEHIND * length or behind_m > track:
        return 0.0, 0.0
    widest = _BAND_SIGMA * wake[k, WAKE_BEAM] * _MOST_SPREAD
    blurred = footprint_m * footprint_m / 12.0
    if aside_m * aside_m > _FAR_SIGMAS * (widest * widest + blurred):
        return 0.0, 0.0
    sigma = _BAND_SIGMA * wake[k, WAKE_BEAM] * (behind_m / length) ** _SPREAD
    seen = sigma * sigma + blurred
    share = math.exp(-0.5 * aside_m * aside_m / seen) * sigma / math.sqrt(seen)
    if share < _LEAST_SHARE:
        return 0.0, 0.0
    age_s = behind_m / wake[k, WAKE_SPEED]
    end = min(4.0 * (1.0 - behind_m / track), 1.0)
    smooth = _SMOOTHED * math.exp(-age_s / _SMOOTH_S) * end
    white = wake[k, WAKE_WHITE] * math.exp(-age_s / _WHITE_S) if age_s < 8.0 * _WHITE_S else 0.0
    return share * smooth, share * white


@compiled
def _place(block: Array, wake: Array, k: int, p: int) -> tuple[float, float]:
    """Return how far behind a boat and beside its track a pixel lies on the sea."""
    x, y = block[2, p] - wake[k, WAKE_ALONG], block[3, p] - wake[k, WAKE_ALONG + 1]
    ahead_x, ahead_y = wake[k, WAKE_AHEAD], wake[k, WAKE_AHEAD + 1]
    return -(x * ahead_x + y * ahead_y), y * ahead_x - x * ahead_y


@compiled
def _is_far(block: Array, wake: Array, k: int, p: int, extent_m: float) -> bool:
    """Whether a block of some extent about a pixel lies outside a circle about a wake."""
    half = 0.5 * max(wake[k, WAKE_REACH], wake[k, WAKE_TRACK])
    x = block[2, p] - wake[k, WAKE_ALONG] + half * wake[k, WAKE_AHEAD]
    y = block[3, p] - wake[k, WAKE_ALONG + 1] + half * wake[k, WAKE_AHEAD + 1]
    wide = _WIDEST * wake[k, WAKE_REACH] + _WIDEST_BEAMS * wake[k, WAKE_BEAM] + _MOST_SEEN_M
    return bool(x * x + y * y > (half + wide + extent_m) ** 2)


@compiled
def _part_within(
    block: Array, wake: Array, k: int, n: int, area: tuple[float, float, float]
) -> tuple[int, int]:
    """Return the first pixel of a block that may lie in a part of a wake, and the one after.

    Args:
        block: Geometry of `fill_geometry`: on the sea near enough a straight line.
        wake: (n, 11).
        k: Which.
        n: How many pixels.
        area: How far it goes behind the boat, half its width there, and how that widens.
    """
    farthest, near, widens = area
    first_b, first_a = _place(block, wake, k, 0)
    last_b, last_a = _place(block, wake, k, n - 1)
    middle_b, middle_a = _place(block, wake, k, n // 2)
    bent = abs(middle_b - 0.5 * (first_b + last_b)) + abs(middle_a - 0.5 * (first_a + last_a))
    bent += (abs(last_b - first_b) + abs(last_a - first_a)) / n
    low, high = 0.0, 1.0
    for side in range(4):
        if side == 0:
            f, g = first_b, last_b
        elif side == 1:
            f, g = farthest - first_b, farthest - last_b
        else:
            sign = 2.0 * side - 5.0
            f = near + widens * first_b + sign * first_a
            g = near + widens * last_b + sign * last_a
        f, g = f + 2.0 * bent, g + 2.0 * bent
        if f < 0.0 and g < 0.0:
            return 0, 0
        if f < 0.0:
            low = max(low, f / (f - g))
        if g < 0.0:
            high = min(high, f / (f - g))
    if low > high:
        return 0, 0
    return max(int(low * (n - 1)) - 1, 0), min(int(high * (n - 1)) + 3, n)


@compiled
def _footprint(
    block: Array, wake: Array, k: int, pixel_rad: float, p: int
) -> tuple[float, float, float, float]:
    """Return a pixel's length and width on the sea, and its look astern and to the side."""
    level = math.sqrt(block[4, p] ** 2 + block[5, p] ** 2) + 1e-9
    look_x, look_y = block[4, p] / level, block[5, p] / level
    ahead_x, ahead_y = wake[k, WAKE_AHEAD], wake[k, WAKE_AHEAD + 1]
    wide = block[0, p] * pixel_rad
    return (
        wide / block[1, p], wide, -(look_x * ahead_x + look_y * ahead_y),
        look_y * ahead_x - look_x * ahead_y,
    )  # fmt: skip


@compiled
def _add_churned(
    room: Single, block: Array, wake: Array, k: int, pixel_rad: float, part: tuple[int, int]
) -> None:
    """Smooth the waves of a part of a block where water is churned, and add its white."""
    along, across, white = room[ALONG], room[ACROSS], room[WAKE_FOAM]
    one = np.float32(1.0)
    for p in range(part[0], part[1]):
        behind, aside = _place(block, wake, k, p)
        long, wide, astern, sideways = _footprint(block, wake, k, pixel_rad, p)
        width = math.sqrt((long * sideways) ** 2 + (wide * astern) ** 2)
        smooth, foam = _churned(behind, aside, wake, k, width)
        kept = np.float32(1.0 - smooth)
        along[p] *= kept
        across[p] *= kept
        white[p] = one - (one - white[p]) * np.float32(1.0 - foam)


@compiled
def _add_kelvin(
    room: Single, block: Array, wake: Array, k: int, pixel_rad: float, part: tuple[int, int]
) -> None:
    """Add the slopes of Kelvin's waves to a part of a block."""
    along, across = room[ALONG], room[ACROSS]
    ahead_x, ahead_y = wake[k, WAKE_AHEAD], wake[k, WAKE_AHEAD + 1]
    number, length, reach = wake[k, WAKE_NUMBER], wake[k, WAKE_LENGTH], wake[k, WAKE_REACH]
    for p in range(part[0], part[1]):
        behind, aside = _place(block, wake, k, p)
        if 0.0 < behind < reach:
            footprint = _footprint(block, wake, k, pixel_rad, p)
            back, side = kelvin_slopes(behind, aside, number, length, footprint)
            fade = min(4.0 * (1.0 - behind / reach), 1.0)
            along[p] += np.float32(fade * (-back * ahead_x - side * ahead_y))
            across[p] += np.float32(fade * (-back * ahead_y + side * ahead_x))


@compiled
def add_wakes(room: Single, block: Array, wake: Array, pixel_rad: float, n: int) -> bool:
    """Add the slopes of wakes to a block, smooth its waves, and fill in their white water.

    Args:
        room: (12, 320) of `sea_block`, slopes filled in.
        block: Geometry of `fill_geometry`.
        wake: (n, 11) of `wakes_of`.
        pixel_rad: Angle of a pixel.
        n: How many pixels.

    Returns:
        Whether there is any white water.
    """
    is_white = False
    extent_m = abs(block[2, n - 1] - block[2, 0]) + abs(block[3, n - 1] - block[3, 0])
    for k in range(len(wake)):
        if _is_far(block, wake, k, n // 2, extent_m):
            continue
        beam = wake[k, WAKE_BEAM]
        seen_m = min(block[0, n // 2] * pixel_rad / block[1, n // 2], _MOST_SEEN_M)
        area = (wake[k, WAKE_TRACK], _WIDEST_BEAMS * beam + seen_m, 0.0)
        part = _part_within(block, wake, k, n, area)
        if part[1] > part[0]:
            if not is_white:
                room[WAKE_FOAM] = np.float32(0.0)
            is_white = True
            _add_churned(room, block, wake, k, pixel_rad, part)
        part = _part_within(block, wake, k, n, (wake[k, WAKE_REACH], beam, _WIDEST))
        if part[1] > part[0]:
            _add_kelvin(room, block, wake, k, pixel_rad, part)
    return is_white


@compiled
def add_wake_foam(room: Single, n: int) -> None:
    """Add the white water of wakes to the share of foam, (320,)."""
    foam, white = room[FOAM], room[WAKE_FOAM]
    for p in range(n):
        foam[p] += white[p] * (np.float32(1.0) - foam[p])
