"""Wave footprints: the tiles' slopes as the long, narrow footprints of a picture's pixels see them.

At a grazing look a pixel covers a piece of sea that is long along the look and narrow across. For
some ranges of a picture each tile is averaged over such a piece, and the slopes' variance that is
left within the piece is kept beside the mean: groups of waves make it differ from place to place.
"""

import math
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_rays import Lens, SeaRays, plane_of_pixel, ray_coefficients, sea_range
from plainview.twin.wave_kernel import compiled
from plainview.twin.wave_map_kernel import (
    MOST_SHIFTS,
    N_FOUND,
    fill_map,
    fill_planes,
    fill_shifts,
    halve_planes,
)
from plainview.twin.wave_tiles import N_TILES, TileStack

__all__ = ["FootprintMaps", "footprint_maps", "footprints_of"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

_MOST_BINS: Final = 6
_STEP: Final = 1.5
"""Footprints in steps of this factor of range, where the picture has few of them."""
_N_PROBES: Final = 9
_TEXELS_ACROSS: Final = math.sqrt(2.5)
"""Across a footprint, at least, of a map's own: what bilinear sampling and halving blur."""
_LONGEST: Final = 4.0
"""Lengths of a footprint in sides of a tile, at most: beyond it has met all of the tile's waves."""


class FootprintMaps(NamedTuple):
    """The tiles at one instant, averaged over the footprints of n ranges.

    Args:
        pairs: (m,) int64, all maps behind each other: slopes down wind and across wind of each
            texel and of the one to its right, as `wave_map_kernel.fill_map` packs them.
        uneven: (m,) int32, how the variance of the slope along the look within the footprint
            departs from its mean, packed likewise.
        starts: (n, 3) first texel of each map.
        sides: (n, 3) texels along each map.
        sizes_m: (3,).
        variances: (n, 3) variance of the slope along the look, as sampled bilinearly.
        spreads: (n, 3) standard deviation of what `uneven` holds.
        units: (n, 3, 2) what a unit of the packed slopes and of `uneven` stands for.
        least_width_m: Width of the first footprint.
        log_step: Of the widths.
    """

    pairs: npt.NDArray[np.int64]
    uneven: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int64]
    sides: npt.NDArray[np.int64]
    sizes_m: Array
    variances: Array
    spreads: Array
    units: Array
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


class _Map(NamedTuple):
    """A map that is to be made of a tile: where, from what, and by which shifts (n, 4)."""

    tile: int
    start: int
    side: int
    n_halved: int
    level: int
    shifts: npt.NDArray[np.int64]


def _maps_of(
    stack: TileStack, footprints_m: Array, look: tuple[float, float]
) -> tuple[list[_Map], npt.NDArray[np.int64]]:
    """Return the maps to be made, and which of them each footprint takes of each tile, (n, 3)."""
    n = len(footprints_m)
    lengths = footprints_m[:, np.newaxis, ::-1] / (stack.sizes_m / stack.sides)[:, np.newaxis]
    lengths = np.minimum(lengths, _LONGEST * stack.sides[:, np.newaxis])
    levels = np.log2(np.maximum(lengths[..., 1] / _TEXELS_ACROSS, 1.0)).astype(np.int64)
    levels = np.minimum(levels, np.log2(stack.sides).astype(np.int64) - 2)
    maps: list[_Map] = []
    taken, start = np.zeros((n, N_TILES), np.int64), 0
    for t in range(N_TILES):
        for b in range(n):
            level = int(levels[b, t])
            halved = max(level - 1, 0)
            shifts = np.empty((MOST_SHIFTS, 4), np.int64)
            shifts = shifts[: fill_shifts(shifts, look, lengths[b, t], (level, halved))]
            side = int(stack.sides[t]) >> level
            if b > 0 and side == maps[-1].side and np.array_equal(shifts, maps[-1].shifts):
                taken[b, t] = len(maps) - 1
                continue
            taken[b, t] = len(maps)
            maps.append(_Map(t, start, side, halved, level - halved, shifts))
            start += side**2
    return maps, taken


def _planes_of(stack: TileStack, maps: list[_Map], look: tuple[float, float]) -> list[list[Single]]:
    """Return what each tile's maps are averaged from, (3, side, side) each, halved ever more."""
    found = []
    for t in range(N_TILES):
        side, first = int(stack.sides[t]), int(stack.starts[t])
        planes = [np.empty((3, side, side), np.float32)]
        fill_planes(planes[0], stack.texels[first : first + side**2].reshape(side, side, 2), look)
        for _ in range(max(each.n_halved for each in maps if each.tile == t)):
            side //= 2
            planes.append(np.empty((3, side, side), np.float32))
            halve_planes(planes[-1], planes[-2])
        found.append(planes)
    return found


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
    look = math.cos(azimuth_rad), math.sin(azimuth_rad)
    maps, taken = _maps_of(stack, footprints_m, look)
    n_texels = maps[-1].start + maps[-1].side ** 2
    pairs, uneven = np.empty(n_texels, np.int64), np.empty(n_texels, np.int32)
    found = np.zeros((len(maps), N_FOUND))
    planes = _planes_of(stack, maps, look)

    def fill(k: int) -> None:
        each = maps[k]
        mine = slice(each.start, each.start + each.side**2)
        source = planes[each.tile][each.n_halved]
        fill_map(pairs[mine], uneven[mine], found[k], source, look, each.shifts, each.level)

    list(in_turn(fill, range(len(maps))))
    starts, sides = np.array([each.start for each in maps]), np.array([each.side for each in maps])
    step = 1.0 if n == 1 else math.log2(footprints_m[-1, 0] / footprints_m[0, 0]) / (n - 1)
    return FootprintMaps(
        pairs, uneven, starts[taken], sides[taken], stack.sizes_m, found[taken, 0],
        found[taken, 1], found[taken, 2:], float(footprints_m[0, 0]), max(step, 1e-6),
    )  # fmt: skip
