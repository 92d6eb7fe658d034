"""How far each pixel departs from the registered past, in sigmas: the compiled kernels."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.imaging import compiled

__all__ = ["BLOCK_PX", "OUTSIDE", "group_contrasts", "group_points", "moving_points"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]

OUTSIDE: Final = -1e6
"""What a picture holds where it does not show the scene; mixed with anything it stays far below."""

BLOCK_PX: Final = 8
"""Side of the blocks that habitual clutter is remembered in."""


@compiled
def _squared_slope(level: Level, y: int, x: int) -> float:
    """Squared central difference times four."""
    in_x = level[y, x + 1] - level[y, x - 1]
    in_y = level[y + 1, x] - level[y - 1, x]
    slope: float = in_x * in_x + in_y * in_y
    return slope


@compiled
def _is_near_outside(level: Level, y: int, x: int) -> bool:
    """Whether a pixel or one beside it is not scene, or mixed with what is not."""
    for i in range(y - 1, y + 2):
        for j in range(x - 1, x + 2):
            if level[i, j] < np.float32(-999.0):
                return True
    return False


@compiled
def moving_points(  # noqa: PLR0917 - a compiled kernel takes no keywords
    current: Level,
    first: Level,
    second: Level,
    match: Array,
    noise: float,
    edge: float,
    clutter: Level,
    least_sigmas: float,
) -> tuple[Array, Level]:
    """Return the pixels that depart from both pasts, the same way, and by how much.

    What is there now and was in neither past departs from both; the hole that a thing left
    departs from one only and gives nothing.

    Args:
        current: (h, w) smoothed grey levels, `OUTSIDE` where there is no scene.
        first: (h, w) an earlier picture, warped onto this one, `OUTSIDE` likewise.
        second: (h, w) one earlier still, likewise.
        match: (2, 2) gain and bias that take each past to the levels of now.
        noise: Sigma of a difference where nothing moves, grey levels.
        edge: Sigma of the registration, pixels: an edge may differ by its slope times this.
        clutter: (h // 8, w // 8) mean square departure that places are used to.
        least_sigmas: Threshold, over noise, edges and clutter.

    Returns:
        (n, 3) x, y and sigmas of the pixels, row by row; and the mean square departure of each
        block (h // 8, w // 8) from the first past, grey levels squared, each pixel's capped at
        four times the threshold over the noise.
    """
    height, width = current.shape
    n_rows, n_columns = clutter.shape
    energy = np.zeros((n_rows, n_columns), np.float32)
    points = np.empty((height * width // 4, 3))
    n_points = 0
    least, off = np.zeros(width, np.float32), np.zeros(width, np.float32)
    gain_one, bias_one = np.float32(match[0, 0]), np.float32(match[0, 1])
    gain_two, bias_two = np.float32(match[1, 0]), np.float32(match[1, 1])
    base, slope_share = np.float32(noise * noise), np.float32(0.25 * edge * edge)
    limit, cap = np.float32(least_sigmas * noise), np.float32(4.0 * least_sigmas * noise)
    zero = np.float32(0.0)
    for y in range(3, height - 3):
        here, past_one, past_two = current[y], first[y], second[y]
        for x in range(width):
            one, two = past_one[x], past_two[x]
            off_one = here[x] - (gain_one * one + bias_one)
            off_two = here[x] - (gain_two * two + bias_two)
            off[x] = off_one
            least[x] = max(min(off_one, off_two), zero) + min(max(off_one, off_two), zero)
            if min(one, two, here[x]) < np.float32(-999.0):
                least[x], off[x] = zero, zero
        row = min(y // 8, n_rows - 1)
        for column in range(n_columns):
            total = zero
            for x in range(column * 8, column * 8 + 8):
                size = min(abs(off[x]), cap)
                total += size * size
            energy[row, column] += total / np.float32(64.0)
        for x in range(3, width - 3):
            if abs(least[x]) < limit:
                continue
            if (
                _is_near_outside(current, y, x)
                or _is_near_outside(first, y, x)
                or _is_near_outside(second, y, x)
            ):
                continue
            slope = max(_squared_slope(current, y, x), _squared_slope(first, y, x))
            variance = base + slope_share * slope + clutter[row, min(x // 8, n_columns - 1)]
            sigmas = abs(least[x]) / np.sqrt(variance)
            if sigmas >= least_sigmas and n_points < points.shape[0]:
                points[n_points, 0], points[n_points, 1] = x, y
                points[n_points, 2] = sigmas
                n_points += 1
    return points[:n_points].copy(), energy


@compiled
def group_points(points: Array, shape: tuple[int, int], reach_px: int) -> Array:
    """Join points that lie near to each other.

    Args:
        points: (n, 3) x, y and sigmas, whole pixels.
        shape: (h, w) of the picture.
        reach_px: Points no further apart than this, along x and along y, are one thing.

    Returns:
        (m, 6) x, y, width, height of each group's box, outer-corner; its largest sigmas;
        its number of points. In the order of the groups' first points.
    """
    height, width = shape
    index = np.full((height, width), -1, np.int32)
    n_points = points.shape[0]
    for i in range(n_points):
        index[int(points[i, 1]), int(points[i, 0])] = i
    groups = np.empty((n_points, 6))
    stack = np.empty(n_points, np.int64)
    n_groups = 0
    for i in range(n_points):
        x, y = int(points[i, 0]), int(points[i, 1])
        if index[y, x] < 0:
            continue
        index[y, x] = -1
        stack[0], n_stack = i, 1
        left, top, right, bottom = x, y, x, y
        largest, count = 0.0, 0
        while n_stack > 0:
            n_stack -= 1
            j = stack[n_stack]
            x, y = int(points[j, 0]), int(points[j, 1])
            left, right = min(left, x), max(right, x)
            top, bottom = min(top, y), max(bottom, y)
            largest = max(largest, points[j, 2])
            count += 1
            for to_y in range(max(0, y - reach_px), min(height, y + reach_px + 1)):
                for to_x in range(max(0, x - reach_px), min(width, x + reach_px + 1)):
                    if index[to_y, to_x] >= 0:
                        stack[n_stack] = index[to_y, to_x]
                        index[to_y, to_x] = -1
                        n_stack += 1
        groups[n_groups, 0], groups[n_groups, 1] = left, top
        groups[n_groups, 2], groups[n_groups, 3] = right - left + 1, bottom - top + 1
        groups[n_groups, 4], groups[n_groups, 5] = largest, count
        n_groups += 1
    return groups[:n_groups].copy()


@compiled
def _contrast(level: Level, box: tuple[int, int, int, int], ring_px: int) -> float:
    """Mean of a box less the median of the ring around it; NaN where no scene is around."""
    x, y, right, bottom = box
    height, width = level.shape
    total, n_inside = 0.0, 0
    around = np.empty((bottom - y + 2 * ring_px) * (right - x + 2 * ring_px))
    n_around = 0
    for i in range(max(0, y - ring_px), min(height, bottom + ring_px)):
        for j in range(max(0, x - ring_px), min(width, right + ring_px)):
            if level[i, j] < np.float32(-999.0):
                continue
            if y <= i < bottom and x <= j < right:
                total += level[i, j]
                n_inside += 1
            else:
                around[n_around] = level[i, j]
                n_around += 1
    if n_around == 0 or n_inside == 0:
        return np.nan
    contrast: float = total / n_inside - np.median(around[:n_around])
    return contrast


@compiled
def group_contrasts(  # noqa: PLR0917 - a compiled kernel takes no keywords
    current: Level, past: Level, groups: Array, ring_px: int
) -> Array:
    """Return how much each box stands out of what is around it, now and in the past.

    Args:
        current: (h, w) grey levels, `OUTSIDE` where there is no scene.
        past: (h, w) an earlier picture warped onto it, likewise.
        groups: (m, 6) from `group_points`.
        ring_px: Width of the ring around a box.

    Returns:
        (m, 2) grey levels, now and then, signed; NaN where no scene is around.
    """
    out = np.empty((groups.shape[0], 2))
    for i in range(groups.shape[0]):
        x, y = int(groups[i, 0]), int(groups[i, 1])
        box = (x, y, x + int(groups[i, 2]), y + int(groups[i, 3]))
        out[i, 0] = _contrast(current, box, ring_px)
        out[i, 1] = _contrast(past, box, ring_px)
    return out
