"""Wave map kernel, compiled: a tile averaged over a footprint, packed so that few reads look it up.

A map's texel holds its own slopes and its right neighbour's, 16 bits each: two reads of 64 bits
give all four corners of a place. A unit is the map's largest slope over 32,767, far below what
a detector resolves.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.wave_kernel import compiled

__all__ = ["MOST_SHIFTS", "N_FOUND", "fill_map", "fill_planes", "fill_shifts", "halve_planes"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Pairs = npt.NDArray[np.int64]
Words = npt.NDArray[np.int32]
Shifts = npt.NDArray[np.int64]

N_FOUND: Final = 4
"""What is found of a map: variance along the look as sampled bilinearly, standard deviation of
the variance within footprints, and the units of its slopes and of that variance."""
MOST_SHIFTS: Final = 64
_MOST_WORD: Final = 32767.0
_LEAST_UNIT: Final = 1e-12
_N_SUMS: Final = 7
_LOW_WORD: Final = 0xFFFF
_LOW_PAIR: Final = 0xFFFFFFFF
_F0: Final = np.float32(0.0)
_HALF: Final = np.float32(0.5)


@compiled
def fill_planes(planes: Single, slopes: Single, look: tuple[float, float]) -> None:
    """Fill in (3, side, side): slopes down wind, across wind, and the square along the look.

    Args:
        planes: To be filled in.
        slopes: (side, side, 2) down wind and across wind.
        look: Its direction down wind and across wind.
    """
    ahead, aside = np.float32(look[0]), np.float32(look[1])
    for i in range(len(slopes)):
        row = slopes[i]
        for j in range(len(slopes)):
            a, c = row[j, 0], row[j, 1]
            towards = a * ahead + c * aside
            planes[0, i, j], planes[1, i, j], planes[2, i, j] = a, c, towards * towards


@compiled
def halve_planes(halved: Single, planes: Single) -> None:
    """Fill in periodic planes (3, side / 2, side / 2): every other texel, weighted 1, 2, 1."""
    side = planes.shape[1]
    mask, row = side - 1, np.empty(side, np.float32)
    quarter, two = np.float32(0.25), np.float32(2.0)
    for c in range(3):
        for i in range(side // 2):
            above, here = planes[c, (2 * i - 1) & mask], planes[c, 2 * i]
            below, out = planes[c, (2 * i + 1) & mask], halved[c, i]
            for j in range(side):
                row[j] = quarter * (above[j] + two * here[j] + below[j])
            out[0] = quarter * (row[mask] + two * row[0] + row[1])
            for j in range(1, side // 2):
                out[j] = quarter * (row[2 * j - 1] + two * row[2 * j] + row[2 * j + 1])


@compiled
def _average_pair(out: Single, source: Single, shift: Shifts) -> None:
    """Fill in the mean of a periodic map (side, side) at two places.

    Args:
        out: (side, side) to be filled in.
        source: Likewise.
        shift: Rows and columns to the first place, and to the second.
    """
    side = len(source)
    mask = side - 1
    j0, j1 = shift[1] & mask, shift[3] & mask
    low, high = side - max(j0, j1), side - min(j0, j1)
    for i in range(side):
        first, second, row = source[(i + shift[0]) & mask], source[(i + shift[2]) & mask], out[i]
        a, b = first[j0:], second[j1:]
        for j in range(low):
            row[j] = _HALF * (a[j] + b[j])
        n, part = high - low, row[low:high]
        a, b = first[(j0 + low) & mask :], second[(j1 + low) & mask :]
        for j in range(n):
            part[j] = _HALF * (a[j] + b[j])
        n, part = side - high, row[high:]
        a, b = first[(j0 + high) & mask :], second[(j1 + high) & mask :]
        for j in range(n):
            part[j] = _HALF * (a[j] + b[j])


@compiled
def fill_shifts(
    shifts: Shifts, look: tuple[float, float], lengths: Array, levels: tuple[int, int]
) -> int:
    """Fill in the pairs of places (64, 4) whose means, one after the other, make a footprint.

    A box is the mean of two boxes of half its length, and so on down to a texel.

    Args:
        shifts: To be filled in.
        look: Its direction down wind and across wind.
        lengths: (2,) of the footprint along the look and across, texels.
        levels: How often of two texels one is kept, and how often the planes are halved.

    Returns:
        How many.
    """
    off_y, off_x = 0.0, 0.0
    n_shifts = 0
    for axis in range(2):
        # Bilinear sampling is a box of its own, of the square root of two of the texels kept, and
        # so is what halves the planes, of the square root of six texels before.
        boxes = 2.0 * 4.0 ** levels[0] + 2.0 * (4.0 ** levels[1] - 1.0)
        length = math.sqrt(max(lengths[axis] ** 2 - boxes, 0.0)) / 2.0 ** levels[1]
        n_steps = math.ceil(0.5 * math.log2(length * length + 1.0))
        for step in range(n_steps):
            d = 2.0**step * length / math.sqrt(4.0**n_steps - 1.0)
            x, y = (look[0], look[1]) if axis == 0 else (-look[1], look[0])
            down, right = round(d * y), round(d * x)
            if down != 0 or right != 0:
                # Half of a shift may lie between texels: what is left goes to the next.
                back_y, back_x = round(0.5 * down + off_y), round(0.5 * right + off_x)
                off_y, off_x = off_y + 0.5 * down - back_y, off_x + 0.5 * right - back_x
                shifts[n_shifts, 0], shifts[n_shifts, 1] = -back_y, -back_x
                shifts[n_shifts, 2], shifts[n_shifts, 3] = down - back_y, right - back_x
                n_shifts += 1
    return n_shifts


@compiled
def _averaged(planes: Single, shifts: Shifts, level: int) -> Single:
    """Return planes (3, kept, kept) averaged over all shifts, one texel of 2^level kept."""
    if level == 0 and len(shifts) == 0:
        return planes
    side = planes.shape[1]
    kept = side >> level
    out = np.empty((3, kept, kept), np.float32)
    one, other = np.empty((side, side), np.float32), np.empty((side, side), np.float32)
    for c in range(3):
        if level == 0:
            other = out[c] if len(shifts) % 2 == 0 else other
            one = out[c] if len(shifts) % 2 == 1 else one
        source = planes[c]
        for k in range(len(shifts)):
            filled = one if k % 2 == 0 else other
            _average_pair(filled, source, shifts[k])
            source = filled
        if level > 0:
            for i in range(kept):
                for j in range(kept):
                    out[c, i, j] = source[i << level, j << level]
    return out


@compiled
def _measure(
    found: Array, maps: Single, left: Single, look: tuple[float, float], is_averaged: bool
) -> None:
    """Fill in what is found of a map, and the variance within its footprints over its mean.

    Args:
        found: (4,) to be filled in.
        maps: (3, kept, kept), averaged.
        left: (kept, kept) to be filled in.
        look: Its direction down wind and across wind.
        is_averaged: Whether there is any variance within footprints.
    """
    kept = maps.shape[1]
    ahead, aside = np.float32(look[0]), np.float32(look[1])
    toward = np.empty((kept + 1, kept + 1), np.float32)
    sums, most = np.zeros((_N_SUMS, kept), np.float32), np.zeros((2, kept), np.float32)
    for i in range(kept):
        t, v, a, c, square = toward[i], left[i], maps[0, i], maps[1, i], maps[2, i]
        total, squares, steepest = sums[5], sums[6], most[0]
        for j in range(kept):
            t[j] = a[j] * ahead + c[j] * aside
            v[j] = square[j] - t[j] * t[j]
        for j in range(kept):
            total[j] += v[j]
            squares[j] += v[j] * v[j]
            steepest[j] = max(steepest[j], abs(a[j]), abs(c[j]))
        t[kept] = t[0]
    toward[kept] = toward[0]
    for i in range(kept):
        here, below = toward[i], toward[i + 1]
        s0, s1, s2, s3, s4 = sums[0], sums[1], sums[2], sums[3], sums[4]
        for j in range(kept):
            s0[j] += here[j] * here[j]
            s1[j] += here[j] * here[j + 1]
            s2[j] += here[j] * below[j]
            s3[j] += here[j] * below[j + 1]
            s4[j] += here[j + 1] * below[j]
    whole = np.zeros(_N_SUMS)
    for k in range(_N_SUMS):
        for j in range(kept):
            whole[k] += sums[k, j]
    whole /= kept * kept
    found[0] = (4.0 * whole[0] + 2.0 * (whole[1] + whole[2]) + 0.5 * (whole[3] + whole[4])) / 9.0
    mean = np.float32(whole[5])
    found[1] = math.sqrt(abs(whole[6] - whole[5] ** 2)) if is_averaged else 0.0
    for i in range(kept):
        v, farthest = left[i], most[1]
        for j in range(kept):
            v[j] -= mean
            farthest[j] = max(farthest[j], abs(v[j]))
    found[2] = max(float(np.max(most[0])), _LEAST_UNIT) / _MOST_WORD
    found[3] = max(float(np.max(most[1])), _LEAST_UNIT) / _MOST_WORD


@compiled
def fill_map(
    pairs: Pairs,
    uneven: Words,
    found: Array,
    planes: Single,
    look: tuple[float, float],
    shifts: Shifts,
    level: int,
) -> None:
    """Write a tile averaged over a footprint, and what is found of its variance.

    Args:
        pairs: ((side / 2^level)^2,) to be filled in: slope down wind in the lowest 16 bits, slope
            across wind, and both of the texel to the right.
        uneven: Likewise, how the variance within the footprint departs from its mean, and that of
            the texel to the right; left as it is where nothing is averaged.
        found: (4,) to be filled in.
        planes: (3, side, side) of `fill_planes`, halved or not.
        look: Its direction down wind and across wind.
        shifts: (n, 4) of `fill_shifts`.
        level: How often of two texels of these planes one is kept.
    """
    maps = _averaged(planes, shifts, level)
    kept = maps.shape[1]
    left = np.empty((kept, kept), np.float32)
    is_averaged = len(shifts) > 0
    _measure(found, maps, left, look, is_averaged)
    per, per_left = np.float32(1.0 / found[2]), np.float32(1.0 / found[3])
    words = np.empty(kept + 1, np.int32)
    for i in range(kept):
        a, c, v = maps[0, i], maps[1, i], left[i]
        row, row_left = pairs[i * kept : (i + 1) * kept], uneven[i * kept : (i + 1) * kept]
        for j in range(kept):
            low, high = np.int32(np.floor(a[j] * per + _HALF)), np.floor(c[j] * per + _HALF)
            words[j] = (low & _LOW_WORD) | (np.int32(high) << 16)
        words[kept] = words[0]
        for j in range(kept):
            row[j] = (np.int64(words[j + 1]) << 32) | (np.int64(words[j]) & _LOW_PAIR)
        if is_averaged:
            for j in range(kept):
                words[j] = np.int32(np.floor(v[j] * per_left + _HALF))
            words[kept] = words[0]
            for j in range(kept):
                row_left[j] = (words[j] & _LOW_WORD) | (words[j + 1] << 16)
