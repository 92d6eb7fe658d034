"""Wave filter, compiled: which waves a pixel's footprint resolves, and their slopes at places."""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_block import ACROSS, ALONG, PART_ACROSS, PART_ALONG, UNEVEN
from plainview.twin.sea_rays import Lens, SeaRays, plane_of_pixel, ray_coefficients, sea_range
from plainview.twin.wave_footprints import FootprintMaps
from plainview.twin.wave_kernel import compiled
from plainview.twin.wave_tiles import LEAST_FOOTPRINT_M

__all__ = [
    "NODE_ROUGH",
    "NODE_ROUGH_ALONG",
    "NODE_SEEN",
    "NODE_SHIFT",
    "NODE_SINE",
    "NODE_STRETCH",
    "N_NODE",
    "fill_node",
    "fill_slopes",
]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Places = npt.NDArray[np.uint32]
Pairs = npt.NDArray[np.int64]
Words = npt.NDArray[np.int32]

N_NODE: Final = 11
"""Of a block's end: variance that the footprint keeps of three tiles, the footprint's place among
the maps, shift of resolved slopes, their stretch, roughness up wind, across wind and along the
look, the share of the surface that is seen, sine of the grazing angle."""
NODE_PLACE: Final = 3
NODE_SHIFT: Final = 4
NODE_STRETCH: Final = 5
NODE_ROUGH: Final = 6
NODE_ROUGH_ALONG: Final = 8
NODE_SEEN: Final = 9
NODE_SINE: Final = 10
_LEAST_SHARE: Final = 1e-3
_LEAST_SPREAD: Final = 5e-3
"""A tile counts as rough whose slopes would add less than the first share of their variance, and
whose groups less than the second."""
_MOST_SCALE: Final = 1.5
_F0: Final = np.float32(0.0)


@compiled
def _filter_tiles(
    node: Array,
    maps: FootprintMaps,
    kept: Array,
    total: Array,
    sight: tuple[float, float, float, float],
) -> None:
    """Fill in what a footprint resolves of each tile and what it leaves rough.

    Args:
        node: To be filled in.
        maps: The tiles.
        kept: (3, footprints, ratios, 3) of `WaveTiles.seen_from`.
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
    held_up, held_across, held = 0.0, 0.0, 0.0
    found = np.zeros(3)
    for t in range(3):
        for c in range(3):
            near = (1.0 - g) * kept[t, i, j, c] + g * kept[t, i, j + 1, c]
            far = (1.0 - g) * kept[t, i + 1, j, c] + g * kept[t, i + 1, j + 1, c]
            found[c] = math.exp((1.0 - f) * near + f * far)
        held_up += found[0]
        held_across += found[1]
        node[t] = found[2]
        held += node[t]
    node[NODE_PLACE] = math.log2(width_m / maps.least_width_m) / maps.log_step
    node[NODE_ROUGH] = max(total[0] - held_up, 1e-6)
    node[NODE_ROUGH + 1] = max(total[1] - held_across, 1e-6)
    node[NODE_SINE] = sine
    whole = total[0] * ahead * ahead + total[1] * aside * aside
    _fill_visible(
        node, held, max(whole - held, 1e-6), sine / math.sqrt(max(1.0 - sine * sine, 1e-6))
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
    node[NODE_SHIFT] = shift
    node[NODE_STRETCH] = math.sqrt(max(spread, 0.0) / held) if held > 1e-12 else 1.0
    node[NODE_ROUGH_ALONG] = rough
    node[NODE_SEEN] = seen / math.sqrt(1.0 + tangent * tangent)


@compiled
def fill_node(
    node: Array,
    pixel: tuple[float, float, float],
    lens: Lens,
    rays: SeaRays,
    waves: tuple[FootprintMaps, Array, Array],
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
    maps, kept, total = waves
    _filter_tiles(
        node, maps, kept, total, (s * pixel_rad, max(sine, 1e-4), ahead * level, aside * level)
    )


@compiled
def _place_in_map(
    room: Single, corners: Places, block: Array, map_of: tuple[int, int, float], n: int
) -> None:
    """Fill in which texels of a map hold the places of a block, and how far past them they lie.

    Args:
        room: (12, 320) of `sea_block`.
        corners: (2, 320) the texel before a place, in the row above it and in the row below.
        block: Geometry of `fill_geometry`.
        map_of: First texel of the map, texels along it, and its size in metres.
        n: How many.
    """
    start, side = np.int32(map_of[0]), np.int32(map_of[1])
    mask, one = np.int32(side - 1), np.int32(1)
    per_m = side / map_of[2]
    places_along, places_across = block[2], block[3]
    u0, v0 = math.floor(places_along[0] * per_m), math.floor(places_across[0] * per_m)
    j_first, i_first = np.int32(np.int64(u0) & mask), np.int32(np.int64(v0) & mask)
    upper, lower, along, across = corners[0], corners[1], room[PART_ALONG], room[PART_ACROSS]
    for p in range(n):
        u = np.float32(places_along[p] * per_m - u0)
        v = np.float32(places_across[p] * per_m - v0)
        iu, iv = np.floor(u), np.floor(v)
        along[p], across[p] = u - iu, v - iv
        j, i = (np.int32(iu) + j_first) & mask, (np.int32(iv) + i_first) & mask
        upper[p], lower[p] = start + i * side + j, start + ((i + one) & mask) * side + j


@compiled
def _add_slopes(
    room: Single, corners: Places, words: Words, pairs: Pairs, scale: tuple[float, float], n: int
) -> None:
    """Add a map's slopes at places, bilinear; reading and reckoning apart make vector code."""
    along, across, f, g = room[ALONG], room[ACROSS], room[PART_ALONG], room[PART_ACROSS]
    upper, lower = corners[0], corners[1]
    w00, w01, w10, w11 = words[0], words[1], words[2], words[3]
    for p in range(n):
        above, below = pairs[upper[p]], pairs[lower[p]]
        w00[p], w01[p] = np.int32(above), np.int32(above >> 32)
        w10[p], w11[p] = np.int32(below), np.int32(below >> 32)
    first, growth = np.float32(scale[0]), np.float32(scale[1])
    for p in range(n):
        x, y, z, w = w00[p], w01[p], w10[p], w11[p]
        a0, c0 = np.float32(np.int32(x << 16) >> 16), np.float32(x >> 16)
        a1, c1 = np.float32(np.int32(y << 16) >> 16), np.float32(y >> 16)
        top_a, top_c = a0 + f[p] * (a1 - a0), c0 + f[p] * (c1 - c0)
        a0, c0 = np.float32(np.int32(z << 16) >> 16), np.float32(z >> 16)
        a1, c1 = np.float32(np.int32(w << 16) >> 16), np.float32(w >> 16)
        low_a, low_c = a0 + f[p] * (a1 - a0), c0 + f[p] * (c1 - c0)
        much = first + growth * np.float32(p)
        along[p] += much * (top_a + g[p] * (low_a - top_a))
        across[p] += much * (top_c + g[p] * (low_c - top_c))


@compiled
def _add_uneven(
    room: Single, corners: Places, words: Words, words_of_map: Words, unit: float, n: int
) -> None:
    """Add how uneven a map is at places, bilinear."""
    uneven, f, g = room[UNEVEN], room[PART_ALONG], room[PART_ACROSS]
    upper, lower, above, below = corners[0], corners[1], words[0], words[1]
    for p in range(n):
        above[p], below[p] = words_of_map[upper[p]], words_of_map[lower[p]]
    much = np.float32(unit)
    for p in range(n):
        x, y = above[p], below[p]
        u0, u1 = np.float32(np.int32(x << 16) >> 16), np.float32(x >> 16)
        top = u0 + f[p] * (u1 - u0)
        u0, u1 = np.float32(np.int32(y << 16) >> 16), np.float32(y >> 16)
        uneven[p] += much * (top + g[p] * (u0 + f[p] * (u1 - u0) - top))


@compiled
def fill_slopes(
    room: Single,
    block: Array,
    maps: FootprintMaps,
    pair: Array,
    total: Array,
    corners: Places,
    words: Words,
    n: int,
) -> None:
    """Fill in the slopes of a block, and how uneven it is within its pixels.

    Args:
        room: (12, 320) of `sea_block`.
        block: Geometry of `fill_geometry`.
        maps: The tiles.
        pair: (2, 11) nodes at both ends.
        total: (2,) slope variances of the whole sea.
        corners: (2, 320) room for texels.
        words: (4, 320) room for what is read.
        n: How many pixels.
    """
    room[: UNEVEN + 1] = _F0
    whole = total[0] + total[1]
    place = 0.5 * (pair[0, NODE_PLACE] + pair[1, NODE_PLACE])
    index = min(max(int(place + 0.5), 0), len(maps.starts) - 1)
    for t in range(3):
        wanted, spread = max(pair[0, t], pair[1, t]), maps.spreads[index, t]
        if wanted > _LEAST_SHARE * whole or spread > _LEAST_SPREAD * whole:
            found, unit = max(maps.variances[index, t], 1e-12), maps.units[index, t, 0]
            first = min(math.sqrt(pair[0, t] / found), _MOST_SCALE) * unit
            last = min(math.sqrt(pair[1, t] / found), _MOST_SCALE) * unit
            map_of = (maps.starts[index, t], maps.sides[index, t], maps.sizes_m[t])
            _place_in_map(room, corners, block, map_of, n)
            _add_slopes(room, corners, words, maps.pairs, (first, (last - first) / n), n)
            if spread > _LEAST_SPREAD * whole:
                _add_uneven(room, corners, words, maps.uneven, maps.units[index, t, 1], n)
