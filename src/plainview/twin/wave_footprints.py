"""Wave footprints: the tiles' slopes as the long, narrow footprints of a picture's pixels see them.

At a grazing look a pixel covers a piece of sea that is long along the look and narrow across. For
some ranges of a picture each tile is averaged over such a piece, and the slopes' variance that is
left within the piece is kept beside the mean: groups of waves make it differ from place to place.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_rays import Lens, SeaRays, plane_of_pixel, ray_coefficients, sea_range
from plainview.twin.wave_kernel import compiled
from plainview.twin.wave_tiles import N_TILES, TileStack

__all__ = ["FootprintMaps", "footprint_maps", "footprints_of"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

_MOST_BINS: Final = 6
_STEP: Final = 1.5
"""Footprints in steps of this factor of range, where the picture has few of them."""
_N_PROBES: Final = 9
_LONGEST: Final = 4.0
"""Lengths of a footprint in sides of a tile, at most: beyond it has met all of the tile's waves."""


class FootprintMaps(NamedTuple):
    """The tiles at one instant, averaged over the footprints of n ranges.

    Args:
        texels: (m, 3) float32, all maps behind each other: slopes down wind and across wind, and
            how the variance of the slope along the look within the footprint departs from its mean.
        starts: (n, 3) first texel of each map.
        sides: (n, 3) texels along each map.
        sizes_m: (3,).
        variances: (n, 3) variance of the slope along the look, as sampled bilinearly.
        spreads: (n, 3) standard deviation of the third column.
        least_width_m: Width of the first footprint.
        log_step: Of the widths.
    """

    texels: Single
    starts: npt.NDArray[np.int64]
    sides: npt.NDArray[np.int64]
    sizes_m: Array
    variances: Array
    spreads: Array
    least_width_m: float
    log_step: float


@compiled
def _least_and_most_range(
    lens: Lens, rays: SeaRays, size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Return range and sine of the grazing angle of a picture's nearest and farthest sea."""
    near, far, steep, low = math.inf, 0.0, 1.0, 1.0
    m = rays.products
    for i in range(_N_PROBES):
        for j in range(_N_PROBES):
            x, y = plane_of_pixel(
                lens, size[1] * j / (_N_PROBES - 1.0), size[0] * i / (_N_PROBES - 1.0)
            )
            norm = 1.0 / math.sqrt(1.0 + x * x + y * y)
            origin = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) * norm
            polar = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) * norm
            upward = (m[2, 0] * x + m[2, 1] * y + m[2, 2]) * norm
            shaped = (m[5, 0] * x + m[5, 1] * y + m[5, 2]) * norm
            c0, c1, c2, c3, c4 = ray_coefficients(rays.constants, origin, polar, upward, shaped)
            s, sine = sea_range(c0, c1, c2, c3, c4, rays.constants[5])
            if math.isnan(s):
                s, sine = math.sqrt(c0), 1e-4
            if s < near:
                near, steep = s, sine
            if s > far:
                far, low = s, sine
    return near, steep, far, low


def footprints_of(lens: Lens, rays: SeaRays, size: tuple[int, int], *, pixel_rad: float) -> Array:
    """Return widths and lengths of the footprints of a picture, (n, 2) metres, near to far.

    Args:
        lens: Of the camera.
        rays: Likewise.
        size: Rows and columns.
        pixel_rad: Angle of a pixel.
    """
    near, steep, far, low = _least_and_most_range(lens, rays, size)
    n = min(max(math.ceil(math.log(far / near) / math.log(_STEP)), 1) + 1, _MOST_BINS)
    if far < 1.05 * near:
        near = far = math.sqrt(near * far)
        n = 1
    range_m = np.geomspace(near, far, n)
    # Over a round Earth the sine goes with a / range - b range: a and b from both ends.
    if n == 1:
        sine = np.array([math.sqrt(steep * low)])
    else:
        b = (steep * near - low * far) / (far**2 - near**2)
        sine = (steep * near + b * near**2) / range_m - b * range_m
    width_m = range_m * pixel_rad
    return np.stack([width_m, width_m / np.clip(sine, 1e-4, 1.0)], axis=-1)


@compiled
def _average_pair(out: Single, source: Single, shift: tuple[int, int, int, int]) -> None:
    """Fill in the mean of a periodic map (side, side) at two places.

    Args:
        out: (side, side) to be filled in.
        source: Likewise.
        shift: Rows and columns to the first place, and to the second.
    """
    side = len(source)
    mask = side - 1
    half = np.float32(0.5)
    j0, j1 = shift[1] & mask, shift[3] & mask
    low, high = side - max(j0, j1), side - min(j0, j1)
    for i in range(side):
        first, second, row = source[(i + shift[0]) & mask], source[(i + shift[2]) & mask], out[i]
        a, b = first[j0:], second[j1:]
        for j in range(low):
            row[j] = half * (a[j] + b[j])
        n, part = high - low, row[low:high]
        a, b = first[(j0 + low) & mask :], second[(j1 + low) & mask :]
        for j in range(n):
            part[j] = half * (a[j] + b[j])
        n, part = side - high, row[high:]
        a, b = first[(j0 + high) & mask :], second[(j1 + high) & mask :]
        for j in range(n):
            part[j] = half * (a[j] + b[j])


@compiled
def _fill_map(
    texels: Single,
    found: Array,
    slopes: Single,
    look: tuple[float, float],
    lengths: Array,
    level: int,
) -> None:
    """Write a tile averaged over a footprint, and what is found of its variance.

    A box is the mean of two boxes of half its length, and so on down to a texel.

    Args:
        texels: ((side / 2^level)^2, 3) to be filled in.
        found: (2,) to be filled in: variance along the look as sampled bilinearly, and standard
            deviation of the variance within footprints.
        slopes: (side, side, 2).
        look: Its direction down wind and across wind.
        lengths: (2,) of the footprint along the look and across, texels.
        level: How often of two texels one is kept.
    """
    side = len(slopes)
    maps, others = np.empty((3, side, side), np.float32), np.empty((3, side, side), np.float32)
    ahead, aside = np.float32(look[0]), np.float32(look[1])
    for i in range(side):
        for j in range(side):
            a, c = slopes[i, j, 0], slopes[i, j, 1]
            towards = a * ahead + c * aside
            maps[0, i, j], maps[1, i, j], maps[2, i, j] = a, c, towards * towards
    is_averaged = False
    off_y, off_x = 0.0, 0.0
    for axis in range(2):
        # Bilinear sampling is a box of its own, of the square root of two of the texels kept.
        length = math.sqrt(max(lengths[axis] ** 2 - 2.0 * 4.0**level, 0.0))
        n_steps = math.ceil(0.5 * math.log2(length * length + 1.0))
        for step in range(n_steps):
            d = 2.0**step * length / math.sqrt(4.0**n_steps - 1.0)
            x, y = (look[0], look[1]) if axis == 0 else (-look[1], look[0])
            down, right = round(d * y), round(d * x)
            if down != 0 or right != 0:
                is_averaged = True
                # Half of a shift may lie between texels: what is left goes to the next.
                back_y, back_x = round(0.5 * down + off_y), round(0.5 * right + off_x)
                off_y, off_x = off_y + 0.5 * down - back_y, off_x + 0.5 * right - back_x
                shift = (-back_y, -back_x, down - back_y, right - back_x)
                for c in range(3):
                    _average_pair(others[c], maps[c], shift)
                maps, others = others, maps
    kept = side >> level
    toward, left = others[0, :kept, :kept], others[1, :kept, :kept]
    total, square, n = 0.0, 0.0, 1.0 / (kept * kept)
    for i in range(kept):
        for j in range(kept):
            y, x = i << level, j << level
            t = maps[0, y, x] * ahead + maps[1, y, x] * aside
            v = maps[2, y, x] - t * t
            toward[i, j], left[i, j] = t, v
            total += v
            square += v * v
    sums, mask = np.zeros(5), kept - 1
    for i in range(kept):
        here, next_row = toward[i], toward[(i + 1) & mask]
        for j in range(kept):
            k = (j + 1) & mask
            t = here[j]
            sums[0] += t * t
            sums[1] += t * here[k]
            sums[2] += t * next_row[j]
            sums[3] += t * next_row[k]
            sums[4] += here[k] * next_row[j]
    found[0] = n * (4.0 * sums[0] + 2.0 * (sums[1] + sums[2]) + 0.5 * (sums[3] + sums[4])) / 9.0
    mean = np.float32(total * n)
    found[1] = math.sqrt(abs(square * n - float(mean) ** 2)) if is_averaged else 0.0
    share = np.float32(1.0 if is_averaged else 0.0)
    for i in range(kept):
        for j in range(kept):
            p = i * kept + j
            texels[p, 0], texels[p, 1] = (
                maps[0, i << level, j << level],
                maps[1, i << level, j << level],
            )
            texels[p, 2] = share * (left[i, j] - mean)


def footprint_maps(
    stack: TileStack,
    footprints_m: Array,
    *,
    azimuth_rad: float,
    in_turn: Callable[..., Iterable[None]] = map,
) -> FootprintMaps:
    """Return the tiles averaged over footprints.

    Args:
        stack: The tiles at an instant.
        footprints_m: (n, 2) width across the look and length along it, near to far.
        azimuth_rad: Of the look, from down wind.
        in_turn: Calls a function for each map, as `map` does; a pool of threads may.
    """
    n = len(footprints_m)
    texel_m = stack.sizes_m / stack.sides
    lengths = footprints_m[:, np.newaxis, ::-1] / texel_m[:, np.newaxis]
    lengths = np.minimum(lengths, _LONGEST * stack.sides[:, np.newaxis])
    lengths[lengths <= math.sqrt(2.0)] = 0.0
    levels = np.log2(np.maximum(lengths[..., 1] / math.sqrt(2.0), 1.0)).astype(np.int64)
    levels = np.minimum(levels, np.log2(stack.sides).astype(np.int64) - 2)
    sides = stack.sides >> levels
    starts, jobs, n_texels = np.zeros((n, N_TILES), np.int64), [], 0
    for t in range(N_TILES):
        for b in range(n):
            if b > 0 and np.array_equal(lengths[b, t], lengths[b - 1, t]):
                starts[b, t] = starts[b - 1, t]
            else:
                starts[b, t] = n_texels
                n_texels += int(sides[b, t]) ** 2
                jobs.append((b, t))
    texels = np.empty((n_texels, 3), np.float32)
    found = np.zeros((n, N_TILES, 2))
    look = math.cos(azimuth_rad), math.sin(azimuth_rad)

    def fill(job: tuple[int, int]) -> None:
        b, t = job
        side, first = int(stack.sides[t]), int(stack.starts[t])
        start = int(starts[b, t])
        _fill_map(
            texels[start : start + int(sides[b, t]) ** 2], found[b, t],
            stack.texels[first : first + side**2].reshape(side, side, 2), look, lengths[b, t],
            int(levels[b, t]),
        )  # fmt: skip

    list(in_turn(fill, jobs))
    for b, t in np.ndindex(n, N_TILES):
        if (b, t) not in jobs:
            found[b, t] = found[b - 1, t]
    step = 1.0 if n == 1 else math.log2(footprints_m[-1, 0] / footprints_m[0, 0]) / (n - 1)
    return FootprintMaps(
        texels, starts, sides, stack.sizes_m, found[..., 0].copy(), found[..., 1].copy(),
        float(footprints_m[0, 0]), max(step, 1e-6),
    )  # fmt: skip
