"""The sea kernel: rows of sky and sea in two bands and their range, in blocks of 320 pixels.

Geometry in double precision, light in single; each loop over a block does one simple thing, so
that the compiler makes vector code of it. Waves are looked up in tiles that are averaged over
footprints, twice a block; what a footprint does not resolve is roughness.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_light import (
    SeaLight,
    add_glint,
    fill_foam,
    fill_light,
    fill_sky,
    tilt_facets,
)
from plainview.twin.sea_rays import Lens, SeaRays
from plainview.twin.wave_filter import N_NODE, NODE_ROUGH, NODE_SINE, fill_node, fill_slopes
from plainview.twin.wave_footprints import FootprintMaps
from plainview.twin.wave_kernel import compiled

__all__ = ["BLOCK", "fill_sea_share"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

BLOCK: Final = 320
"""Short enough for the nearest cache; each costs a microsecond or two beside its pixels."""
_NODE_ROWS: Final = 4
_STEEP_SINE: Final = 0.03
"""Where the view is steeper, so many rows share the ends of blocks."""
_NO_FOAM: Final = 8.0
_F0: Final = np.float32(0.0)


@compiled
def _fill_geometry(
    block: Array, pixel: tuple[int, int, int], lens: Lens, rays: SeaRays
) -> tuple[bool, bool]:
    """Fill in range, sine of grazing, places, view direction and rise of a block of pixels.

    Args:
        block: (8, 320): range, sine of grazing, places along and across, direction along and
            across, sine of elevation, and a number that is positive where there is sea.
        pixel: First column, row, and how many.
        lens: The lens.
        rays: The camera's rays.

    Returns:
        Whether any pixel is sea, and whether any is sky.
    """
    first, row, n = pixel
    m, constants, start = rays.products, rays.constants, rays.start
    kappa, flat, per_length = constants[4], 1e-5 * constants[5], 0.5 / constants[5]
    y = (row + 0.5 - lens.center_px[1]) / lens.focal_px[1]
    per_px, x0 = 1.0 / lens.focal_px[0], (first + 0.5 - lens.center_px[0]) / lens.focal_px[0]
    xs, ys = block[6], block[7]
    if lens.is_curved:
        more_x, more_y = lens.bends[0, row], lens.bends[1, row]
        for p in range(n):
            xs[p], ys[p] = x0 + p * per_px + more_x[first + p], y + more_y[first + p]
    else:
        for p in range(n):
            xs[p], ys[p] = x0 + p * per_px, y
    c0, g0, uu, excess = constants[0], constants[1], constants[2], constants[3]
    twice = 2.0 * kappa
    e0, e1, u0, u1 = start[0], start[1], start[2], start[3]
    origin_x, origin_y, origin_z = m[0, 0], m[0, 1], m[0, 2]
    polar_x, polar_y, polar_z = m[1, 0], m[1, 1], m[1, 2]
    upward_x, upward_y, upward_z = m[2, 0], m[2, 1], m[2, 2]
    ahead_x, ahead_y, ahead_z = m[3, 0], m[3, 1], m[3, 2]
    aside_x, aside_y, aside_z = m[4, 0], m[4, 1], m[4, 2]
    shaped_x, shaped_y, shaped_z = m[5, 0], m[5, 1], m[5, 2]
    far, sines, along, across = block[0], block[1], block[2], block[3]
    sights_along, sights_across, rises, marks = block[4], block[5], block[6], block[7]
    for p in range(n):
        x, v = xs[p], ys[p]
        norm = 1.0 / math.sqrt(1.0 + x * x + v * v)
        origin = (origin_x * x + origin_y * v + origin_z) * norm
        polar = (polar_x * x + polar_y * v + polar_z) * norm
        upward = (upward_x * x + upward_y * v + upward_z) * norm
        ahead = (ahead_x * x + ahead_y * v + ahead_z) * norm
        aside = (aside_x * x + aside_y * v + aside_z) * norm
        shaped = (shaped_x * x + shaped_y * v + shaped_z) * norm
        dd = 1.0 + excess * polar * polar
        c1 = 2.0 * origin
        c2 = dd - twice * (g0 - upward * origin)
        c3 = twice * (upward * dd - shaped)
        c4 = kappa * kappa * (uu - 2.0 * upward * shaped + upward * upward * dd)
        inside = c1 * c1 - 4.0 * c2 * c0
        s = 2.0 * c0 / (abs(c1) + math.sqrt(abs(inside)))
        slope = c1 + s * (2.0 * c2 + s * (3.0 * c3 + s * 4.0 * c4))
        s += s * s * s * (c3 + s * c4) / (abs(slope) + flat)
        bend = s * kappa
        far[p] = s
        sines[p] = abs(slope) * per_length + 1e-5
        along[p] = e0 + s * (ahead - bend * (u0 - upward * ahead))
        across[p] = e1 + s * (aside - bend * (u1 - upward * aside))
        sights_along[p] = ahead
        sights_across[p] = aside
        rises[p] = upward
        marks[p] = min(inside, -c1)
    n_sea = 0
    for p in range(n):
        n_sea += 1 if block[7, p] > 0.0 else 0
    return n_sea > 0, n_sea < n


@compiled
def _fill_sea_rows(
    pictures: Single,
    ranges_m: Array,
    rows: tuple[int, int],
    camera: tuple[Lens, SeaRays, float],
    waves: tuple[FootprintMaps, Array, Array],
    light: SeaLight,
    threshold: float,
) -> None:
    """Write sky and sea of some rows in two bands, and the range.

    Args:
        pictures: (bands, rows, columns) float32, band radiance of the first or of both.
        ranges_m: (rows, columns); NaN where there is sky.
        rows: First row and the one after the last.
        camera: Lens, rays and the angle of a pixel in radians.
        waves: Tiles over footprints, what those keep of them, all slope variances.
        light: Tables.
        threshold: Of whitecaps, in standard deviations of slope; beyond 8 there are none.
    """
    n_columns = pictures.shape[2]
    lens, rays, pixel_rad = camera
    maps, _, total = waves
    block, ends = np.empty((8, BLOCK)), np.zeros((n_columns // BLOCK + 2, N_NODE))
    facets = np.empty((2, BLOCK), np.float32)
    slopes = (
        np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32), np.empty(BLOCK, np.float32),
    )  # fmt: skip
    bright, foam = np.zeros(BLOCK, np.float32), np.zeros(BLOCK, np.float32)
    corners, parts = np.empty((4, BLOCK), np.uint32), np.empty((3, BLOCK), np.float32)
    scratch = np.empty((7, BLOCK), np.float32)
    is_steep = False
    for row in range(rows[0], rows[1]):
        if (row - rows[0]) % _NODE_ROWS == 0 or not is_steep:
            is_steep = True
            for i in range((n_columns - 1) // BLOCK + 2):
                x_px = min(i * BLOCK, n_columns)
                y_px = row + 0.5 * _NODE_ROWS
                fill_node(ends[i], (x_px, y_px, pixel_rad), lens, rays, waves)
                is_steep = is_steep and ends[i, NODE_SINE] > _STEEP_SINE
            if not is_steep:
                for i in range((n_columns - 1) // BLOCK + 2):
                    x_px = min(i * BLOCK, n_columns)
                    fill_node(ends[i], (x_px, row + 0.5, pixel_rad), lens, rays, waves)
        for first in range(0, n_columns, BLOCK):
            n = min(BLOCK, n_columns - first)
            pixel = (first, row, n)
            is_sea, is_sky = _fill_geometry(block, pixel, lens, rays)
            for p in range(n):
                ranges_m[row, first + p] = block[0, p] if block[7, p] > 0.0 else math.nan
            if is_sea:
                pair = ends[first // BLOCK : first // BLOCK + 2]
                fill_slopes(slopes, block, maps, pair, total, (corners, parts), n)
                rough_up = pair[0, NODE_ROUGH]
                if threshold < _NO_FOAM:
                    fill_foam(foam, slopes[0], total[0] - rough_up, total[0], threshold, n)
                tilt_facets(facets, slopes, block, pair, n)
                if light.sun[2] > _F0:
                    add_glint(bright, slopes, block, pair[0], light, n)
                fill_light(
                    pictures, pixel, facets, (bright, foam, slopes[2]), block, light, scratch,
                    pair,
                )  # fmt: skip
            if is_sky:
                fill_sky(pictures, block, pixel, light)


@compiled
def fill_sea_share(
    pictures: Single,
    ranges_m: Array,
    share: tuple[int, int, int],
    camera: tuple[Lens, SeaRays, float],
    waves: tuple[FootprintMaps, Array, Array],
    light: SeaLight,
    threshold: float,
) -> None:
    """Write the sky and sea of every so many strips of rows.

    Args:
        pictures: As `_fill_sea_rows` takes them; so are `ranges_m` and what follows the share.
        ranges_m: Likewise.
        share: First strip, from how many the next one follows, and the rows of a strip.
        camera: Likewise.
        waves: Likewise.
        light: Likewise.
        threshold: Likewise.
    """
    first, every, n_rows = share
    height = pictures.shape[1]
    for top in range(first * n_rows, height, every * n_rows):
        rows = (top, min(top + n_rows, height))
        _fill_sea_rows(pictures, ranges_m, rows, camera, waves, light, threshold)
