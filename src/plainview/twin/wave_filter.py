"""Wave filter, compiled: which waves a pixel's footprint resolves, and their slopes at places."""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_rays import Lens, SeaRays, plane_of_pixel, ray_coefficients, sea_range
from plainview.twin.wave_kernel import compiled
from plainview.twin.wave_tiles import LEAST_FOOTPRINT_M, TileStack

__all__ = ["N_NODE", "fill_node", "fill_slopes"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Places = npt.NDArray[np.uint32]

N_NODE: Final = 13
"""Of a block's end: three scales, three levels, roughness up and across wind, shift and stretch
of visible slopes, mean tilt of unresolved ones, share of the surface that is seen, sine of the
grazing angle."""
_LEAST_SHARE: Final = 0.003
"""A tile that would add less than this share of the slopes' variance counts as rough."""
_F0: Final = np.float32(0.0)


@compiled
def _filter_tiles(
    node: Array,
    stack: TileStack,
    kept: Array,
    total: Array,
    sight: tuple[float, float, float, float],
) -> None:
    """Fill in what a footprint resolves of each tile and what it leaves rough.

    A tile is looked up at its coarsest level that still holds what the footprint keeps, and
    scaled down to that, so that contrast runs on smoothly from level to level.

    Args:
        node: (13,) to be filled in.
        stack: The tiles.
        kept: (3, footprints, ratios, 2) of `WaveTiles.seen_from`.
        total: (2,) slope variances of the whole sea.
        sight: Width of the footprint across the view (m), sine of the grazing angle, and the
            view's direction down wind and across wind, unit length together.
    """
    width_m, sine, ahead, aside = sight
    n_widths, n_ratios = kept.shape[1], kept.shape[2]
    x = min(max(math.log2(width_m / LEAST_FOOTPRINT_M), 0.0), n_widths - 1.001)
    y = min(max(-math.log2(sine), 0.0), n_ratios - 1.001)
    i, j = int(x), int(y)
    f, g = x - i, y - j
    held_up, held_across = 0.0, 0.0
    for t in range(3):
        up = (1.0 - f) * ((1.0 - g) * kept[t, i, j, 0] + g * kept[t, i, j + 1, 0]) + f * (
            (1.0 - g) * kept[t, i + 1, j, 0] + g * kept[t, i + 1, j + 1, 0]
        )
        across = (1.0 - f) * ((1.0 - g) * kept[t, i, j, 1] + g * kept[t, i, j + 1, 1]) + f * (
            (1.0 - g) * kept[t, i + 1, j, 1] + g * kept[t, i + 1, j + 1, 1]
        )
        wanted, level, scale = up + across, 0, 0.0
        if wanted > _LEAST_SHARE * (total[0] + total[1]):
            while (
                level + 1 < stack.sides.shape[1]
                and stack.sides[t, level + 1] > 0
                and stack.level_variances[t, level + 1] >= wanted
            ):
                level += 1
            found = stack.level_variances[t, level]
            share = min(wanted / found, 1.0)
            scale = math.sqrt(share)
            held_up += share * found * up / wanted
            held_across += share * found * across / wanted
        node[t], node[3 + t] = scale, level
    rough_up, rough_across = max(total[0] - held_up, 1e-6), max(total[1] - held_across, 1e-6)
    node[6], node[7], node[12] = rough_up, rough_across, sine
    _fill_visible(
        node,
        held_up * ahead * ahead + held_across * aside * aside,
        rough_up * ahead * ahead + rough_across * aside * aside,
        sine / math.sqrt(max(1.0 - sine * sine, 1e-6)),
    )


@compiled
def _fill_visible(node: Array, held: float, rough: float, tangent: float) -> None:
    """Fill in how the slopes that are seen differ from those that are there.

    A facet is seen by its area across the ray, so that slopes towards the viewer count more.
    Mean and variance of Gaussian slopes under that weight, in closed form.
    """
    sigma = math.sqrt(held + rough)
    a = tangent / sigma
    density = math.exp(-0.5 * a * a) / math.sqrt(2.0 * math.pi)
    chance = 0.5 * math.erfc(-a / math.sqrt(2.0))
    seen = sigma * density + tangent * chance
    shift = held * chance / seen
    spread = held + held * held * density / (sigma * seen) - shift * shift
    node[8] = shift
    node[9] = math.sqrt(max(spread, 0.0) / held) if held > 1e-12 else 1.0
    node[10] = rough * chance / seen
    node[11] = seen / math.sqrt(1.0 + tangent * tangent)


@compiled
def fill_node(
    node: Array,
    pixel: tuple[float, float, float],
    lens: Lens,
    rays: SeaRays,
    waves: tuple[TileStack, Array, Array],
) -> None:
    """Fill in a block's end: the sea as resolved at a pixel; at the horizon where it is sky."""
    x_px, y_px, pixel_rad = pixel
    x, y = plane_of_pixel(lens, x_px, y_px)
    m = rays.products
    norm = 1.0 / math.sqrt(1.0 + x * x + y * y)
    origin = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) * norm
    polar = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) * norm
    upward = (m[2, 0] * x + m[2, 1] * y + m[2, 2]) * norm
    ahead = (m[3, 0] * x + m[3, 1] * y + m[3, 2]) * norm
    aside = (m[4, 0] * x + m[4, 1] * y + m[4, 2]) * norm
    shaped = (m[5, 0] * x + m[5, 1] * y + m[5, 2]) * norm
    c0, c1, c2, c3, c4 = ray_coefficients(rays.constants, origin, polar, upward, shaped)
    s, sine = sea_range(c0, c1, c2, c3, c4, rays.constants[5])
    if math.isnan(s):
        s, sine = math.sqrt(c0), 1e-4
    level = 1.0 / math.sqrt(max(ahead * ahead + aside * aside, 1e-12))
    stack, kept, total = waves
    _filter_tiles(
        node, stack, kept, total, (s * pixel_rad, max(sine, 1e-4), ahead * level, aside * level)
    )


@compiled
def _add_tile(
    slopes: tuple[Single, Single],
    places: tuple[Array, Array],
    stack: TileStack,
    tile: tuple[int, int, float, float],
    scratch: tuple[Places, Single],
    n: int,
) -> None:
    """Add a tile's slopes at places, bilinear; its scale runs linearly over the block."""
    along, across = slopes
    t, level, scale, growth = tile
    corners, parts = scratch
    side = np.int32(stack.sides[t, level])
    start = np.int32(stack.starts[t, level])
    mask, one = np.int32(side - 1), np.int32(1)
    per_m = side / stack.sizes_m[t]
    offset = 0.5 / 2.0**level - 0.5
    u0 = math.floor(places[0][0] * per_m + offset)
    v0 = math.floor(places[1][0] * per_m + offset)
    j_first, i_first = np.int32(np.int64(u0) & mask), np.int32(np.int64(v0) & mask)
    u0, v0 = offset - u0, offset - v0
    for p in range(n):
        u = np.float32(places[0][p] * per_m + u0)
        v = np.float32(places[1][p] * per_m + v0)
        iu, iv = np.floor(u), np.floor(v)
        parts[0, p], parts[1, p] = u - iu, v - iv
        j0, i0 = (np.int32(iu) + j_first) & mask, (np.int32(iv) + i_first) & mask
        j1, i1 = (j0 + one) & mask, (i0 + one) & mask
        corners[0, p], corners[1, p] = start + i0 * side + j0, start + i0 * side + j1
        corners[2, p], corners[3, p] = start + i1 * side + j0, start + i1 * side + j1
        parts[2, p] = np.float32(scale) + np.float32(growth) * np.float32(p)
    texels = stack.texels
    for p in range(n):
        a, b, c, d = corners[0, p], corners[1, p], corners[2, p], corners[3, p]
        f, g, w = parts[0, p], parts[1, p], parts[2, p]
        top_a = texels[a, 0] + f * (texels[b, 0] - texels[a, 0])
        top_c = texels[a, 1] + f * (texels[b, 1] - texels[a, 1])
        low_a = texels[c, 0] + f * (texels[d, 0] - texels[c, 0])
        low_c = texels[c, 1] + f * (texels[d, 1] - texels[c, 1])
        along[p] += w * (top_a + g * (low_a - top_a))
        across[p] += w * (top_c + g * (low_c - top_c))


@compiled
def fill_slopes(
    slopes: tuple[Single, Single],
    block: Array,
    stack: TileStack,
    pair: Array,
    scratch: tuple[Places, Single],
    n: int,
) -> None:
    """Fill in the slopes of a block, the sum of the tiles as filtered at its two ends."""
    slopes[0][:] = _F0
    slopes[1][:] = _F0
    for t in range(3):
        if pair[0, t] > 0.0 or pair[1, t] > 0.0:
            level = int(max(pair[0, 3 + t], pair[1, 3 + t]))
            tile = (t, level, pair[0, t], (pair[1, t] - pair[0, t]) / n)
            _add_tile(slopes, (block[2], block[3]), stack, tile, scratch, n)
