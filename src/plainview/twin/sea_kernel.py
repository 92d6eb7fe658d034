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

from plainview.twin.ray_block import BLOCK, N_GEOMETRY, N_SAMPLES, fill_geometry
from plainview.twin.sea_block import FOAM, N_ROOM
from plainview.twin.sea_light import (
    N_SENT_TERMS,
    SeaLight,
    add_glint,
    fill_foam,
    fill_light,
    fill_sent_terms,
    fill_sky,
    tilt_facets,
)
from plainview.twin.sea_rays import Lens, SeaRays
from plainview.twin.wake_kernel import add_wake_foam, add_wakes
from plainview.twin.wave_filter import N_NODE, NODE_ROUGH, NODE_SINE, fill_node, fill_slopes
from plainview.twin.wave_footprints import FootprintMaps
from plainview.twin.wave_kernel import compiled

__all__ = ["fill_sea_share"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

_NODE_ROWS: Final = 4
_STEEP_SINE: Final = 0.03
"""Where the view is steeper, so many rows share the ends of blocks."""
_NO_FOAM: Final = 8.0
_F0: Final = np.float32(0.0)


@compiled
def _fill_ends(
    ends: Array,
    y_px: float,
    n_columns: int,
    camera: tuple[Lens, SeaRays, float],
    waves: tuple[FootprintMaps, Array, Array],
) -> bool:
    """Fill in the ends of the blocks of a row, and return whether all are seen steeply."""
    lens, rays, pixel_rad = camera
    is_steep = True
    for i in range((n_columns - 1) // BLOCK + 2):
        fill_node(ends[i], (min(i * BLOCK, n_columns), y_px, pixel_rad), lens, rays, waves)
        is_steep = is_steep and ends[i, NODE_SINE] > _STEEP_SINE
    return is_steep


@compiled
def _write_ranges(ranges_m: Array, block: Array, is_sky: bool) -> None:
    """Write the ranges of a block, (n,); NaN where there is sky."""
    far, marks = block[0], block[7]
    if is_sky:
        for p in range(len(ranges_m)):
            ranges_m[p] = far[p] if marks[p] > 0.0 else math.nan
        return
    for p in range(len(ranges_m)):
        ranges_m[p] = far[p]


@compiled
def _fill_sea_rows(
    pictures: Single,
    ranges_m: Array,
    rows: tuple[int, int],
    camera: tuple[Lens, SeaRays, float],
    waves: tuple[FootprintMaps, Array, Array],
    light: SeaLight,
    threshold: float,
    wakes: Array,
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
        wakes: (n, 11) of `wake.wakes_of`.
    """
    n_columns = pictures.shape[2]
    lens, rays, pixel_rad = camera
    maps, _, total = waves
    block, samples = np.empty((N_GEOMETRY, BLOCK)), np.zeros((N_GEOMETRY, N_SAMPLES))
    ends = np.zeros((n_columns // BLOCK + 2, N_NODE))
    sent = np.zeros((len(ends), 2, N_SENT_TERMS + 1), np.float32)
    room = np.zeros((N_ROOM, BLOCK), np.float32)
    corners, words = np.empty((2, BLOCK), np.uint32), np.empty((4, BLOCK), np.int32)
    is_steep = False
    for row in range(rows[0], rows[1]):
        if (row - rows[0]) % _NODE_ROWS == 0 or not is_steep:
            is_steep = _fill_ends(ends, row + 0.5 * _NODE_ROWS, n_columns, camera, waves)
            if not is_steep:
                _fill_ends(ends, row + 0.5, n_columns, camera, waves)
            for i in range((n_columns - 1) // BLOCK + 2):
                fill_sent_terms(sent[i], light, ends[i])
        for first in range(0, n_columns, BLOCK):
            n = min(BLOCK, n_columns - first)
            pixel = (first, row, n)
            is_sea, is_sky = fill_geometry(block, samples, pixel, lens, rays)
            _write_ranges(ranges_m[row, first : first + n], block, is_sky)
            if is_sea:
                end = first // BLOCK
                pair = ends[end : end + 2]
                fill_slopes(room, block, maps, pair, total, corners, words, n)
                is_white = add_wakes(room, block, wakes, pixel_rad, n)
                if threshold < _NO_FOAM:
                    held_up = total[0] - pair[0, NODE_ROUGH]
                    fill_foam(room, held_up, total[0], threshold, n)
                elif len(wakes) > 0:
                    room[FOAM] = _F0
                if is_white:
                    add_wake_foam(room, n)
                tilt_facets(room, block, pair, n)
                if light.sun[2] > _F0:
                    add_glint(room, block, pair[0], light, n)
                fill_light(pictures, pixel, room, block, light, pair, sent[end : end + 2])
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
    wakes: Array,
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
        wakes: Likewise.
    """
    first, every, n_rows = share
    height = pictures.shape[1]
    for top in range(first * n_rows, height, every * n_rows):
        rows = (top, min(top + n_rows, height))
        _fill_sea_rows(pictures, ranges_m, rows, camera, waves, light, threshold, wakes)
