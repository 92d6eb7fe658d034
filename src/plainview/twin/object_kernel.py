"""The object kernel: solids of a thing sampled finer than a pixel, and painted over the sea.

A thing under three pixels is sampled in steps of a 24th of its size, so that what it sends does
not depend on where it lies among pixels; larger ones eight by eight a pixel and coarser as they
grow. Rays to one thing are straight, about the direction in which it is seen.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_rays import (
    Lens,
    SeaRays,
    plane_of_pixel,
    ray_coefficients,
    sea_range,
)
from plainview.twin.wave_kernel import compiled

__all__ = ["N_FIGURES", "N_SOLID", "Patches", "fill_patches", "paint_patches"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

N_SOLID: Final = 11
"""Columns of a solid: form, middle (3), half sizes (3), glow and reflectance of each band."""
N_FIGURES: Final = 7
"""Columns of what is found of a thing: area and area in the picture and not hidden by the
horizon (px), box of the seen part: left, top, right, bottom (px), mean range (m)."""
_CUT: Final = 1e-9
_GOLDEN: Final = 0.6180339887498949
"""Moves each sample within its cell, so that straight edges fall between samples evenly."""


class Patches(NamedTuple):
    """What is to be sampled: n things.

    Args:
        solids: (m, 11) all solids behind each other.
        first_solid: (n + 1,) where each thing's solids start.
        rotation: (n, 3, 3) from camera to the thing's own frame.
        position: (n, 3) of the camera in the thing's own frame, metres.
        bounds: (n, 4) left, top, right, bottom in which it lies, px, in the picture or not.
        pixels: (n, 4) first column, first row, columns and rows of its patch.
        start: (n,) first place of its patch in `pool`.
        is_far: (n,) whether it stands beyond the horizon.
        is_cut: (n,) whether what lies under its own level is not seen.
        sun: (n, 3) direction of the sun in the thing's own frame.
        light: (2, 3) irradiance of sun, sky and ground in each band.
        pool: (p, 4) coverage, range by coverage, radiance by coverage of each band; filled in.
        figures: (n, 7) filled in.
    """

    solids: Array
    first_solid: npt.NDArray[np.int64]
    rotation: Array
    position: Array
    bounds: Array
    pixels: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    is_far: npt.NDArray[np.bool_]
    is_cut: npt.NDArray[np.bool_]
    sun: Array
    light: Array
    pool: Single
    figures: Array


N_MET: Final = 11
"""Columns of a solid as one camera meets it: form, one over its half sizes (3), the camera from
its middle in half sizes (3), and bounds on the plane ahead: left, top, right, bottom."""


@compiled
def _solids_met(solids: Array, r: Array, o: tuple[float, float, float]) -> Array:
    """Return (k, 11) solids as a camera at a place in the thing's own frame meets them."""
    met = np.empty((len(solids), N_MET))
    for k in range(len(solids)):
        solid, row = solids[k], met[k]
        row[0] = solid[0]
        for i in range(3):
            row[1 + i] = 1.0 / solid[4 + i]
            row[4 + i] = (o[i] - solid[1 + i]) / solid[4 + i]
        row[7], row[8], row[9], row[10] = math.inf, math.inf, -math.inf, -math.inf
        for corner in range(8):
            x = solid[1] + solid[4] * (2.0 * (corner & 1) - 1.0) - o[0]
            y = solid[2] + solid[5] * (2.0 * ((corner >> 1) & 1) - 1.0) - o[1]
            z = solid[3] + solid[6] * (2.0 * (corner >> 2) - 1.0) - o[2]
            depth = r[0, 2] * x + r[1, 2] * y + r[2, 2] * z
            if depth <= 0.0:
                row[7], row[8], row[9], row[10] = -math.inf, -math.inf, math.inf, math.inf
                break
            u = (r[0, 0] * x + r[1, 0] * y + r[2, 0] * z) / depth
            v = (r[0, 1] * x + r[1, 1] * y + r[2, 1] * z) / depth
            row[7], row[8] = min(row[7], u), min(row[8], v)
            row[9], row[10] = max(row[9], u), max(row[10], v)
    return met


@compiled
def _ellipsoid_at(met: Array, k: int, d: tuple[float, float, float]) -> float:
    """First parameter of a ray at which it meets an ellipsoid; infinite if never."""
    dx, dy, dz = d[0] * met[k, 1], d[1] * met[k, 2], d[2] * met[k, 3]
    a = dx * dx + dy * dy + dz * dz
    nearest = -(met[k, 4] * dx + met[k, 5] * dy + met[k, 6] * dz) / a
    px, py, pz = met[k, 4] + nearest * dx, met[k, 5] + nearest * dy, met[k, 6] + nearest * dz
    inside = 1.0 - (px * px + py * py + pz * pz)
    if inside < 0.0:
        return math.inf
    return float(nearest - math.sqrt(inside / a))


@compiled
def _box_at(met: Array, k: int, d: tuple[float, float, float]) -> float:
    """First parameter of a ray at which it meets a box; infinite if never."""
    near, far = -math.inf, math.inf
    for i in range(3):
        step = d[i] if abs(d[i]) > 1e-15 else 1e-15
        per = 1.0 / (step * met[k, 1 + i])
        t0, t1 = (-1.0 - met[k, 4 + i]) * per, (1.0 - met[k, 4 + i]) * per
        near, far = max(near, min(t0, t1)), min(far, max(t0, t1))
    return near if near < far else math.inf


@compiled
def _normal_at(solids: Array, k: int, p: tuple[float, float, float]) -> tuple[float, float, float]:
    """Unit normal of a solid at a point on it."""
    x, y, z = (
        (p[0] - solids[k, 1]) / solids[k, 4],
        (p[1] - solids[k, 2]) / solids[k, 5],
        (p[2] - solids[k, 3]) / (solids[k, 6]),
    )
    if solids[k, 0] < 0.5:
        x, y, z = x / solids[k, 4], y / solids[k, 5], z / solids[k, 6]
        length = math.sqrt(x * x + y * y + z * z)
        return x / length, y / length, z / length
    if abs(x) >= abs(y) and abs(x) >= abs(z):
        return math.copysign(1.0, x), 0.0, 0.0
    if abs(y) >= abs(z):
        return 0.0, math.copysign(1.0, y), 0.0
    return 0.0, 0.0, math.copysign(1.0, z)


@compiled
def _first_hit(
    met: Array, is_cut: bool, height_m: float, plane: tuple[float, float], r: Array
) -> tuple[float, int]:
    """Parameter of the nearest solid of a thing along a ray, and which; infinite and -1.

    Args:
        met: (k, 11) of `_solids_met`.
        is_cut: Whether what lies under the thing's own level is not seen.
        height_m: Of the camera over that level.
        plane: Where the ray lies on the plane ahead.
        r: (3, 3) from the camera's frame to the thing's own.
    """
    best, which = math.inf, -1
    u, v = plane
    d = _turned(r, u, v)
    for k in range(len(met)):
        if met[k, 7] <= u <= met[k, 9] and met[k, 8] <= v <= met[k, 10]:
            t = _ellipsoid_at(met, k, d) if met[k, 0] < 0.5 else _box_at(met, k, d)
            if 0.0 < t < best and (not is_cut or height_m + t * d[2] >= -_CUT):
                best, which = t, k
    return best, which


@compiled
def _turned(r: Array, u: float, v: float) -> tuple[float, float, float]:
    """Return the direction of a place on the plane ahead in a thing's own frame."""
    return (
        r[0, 0] * u + r[0, 1] * v + r[0, 2],
        r[1, 0] * u + r[1, 1] * v + r[1, 2],
        r[2, 0] * u + r[2, 1] * v + r[2, 2],
    )


@compiled
def _is_under_horizon(rays: SeaRays, lens: Lens, x_px: float, y_px: float) -> bool:
    """Whether a ray meets the sea."""
    u, v = plane_of_pixel(lens, x_px, y_px)
    m = rays.products
    norm = 1.0 / math.sqrt(1.0 + u * u + v * v)
    c0, c1, c2, c3, c4 = ray_coefficients(
        rays.constants,
        (m[0, 0] * u + m[0, 1] * v + m[0, 2]) * norm,
        (m[1, 0] * u + m[1, 1] * v + m[1, 2]) * norm,
        (m[2, 0] * u + m[2, 1] * v + m[2, 2]) * norm,
        (m[5, 0] * u + m[5, 1] * v + m[5, 2]) * norm,
    )
    s, _ = sea_range(c0, c1, c2, c3, c4, rays.constants[5])
    return not math.isnan(s)


@compiled
def _samples_a_pixel(size_px: float) -> int:
    """How many samples lie along a pixel for a thing of a size."""
    if size_px < 6.0:
        return max(math.ceil(24.0 / max(size_px, 0.01)), 8)
    if size_px < 12.0:
        return 8
    return 4 if size_px < 48.0 else 2


@compiled
def _area_px(patches: Patches, n: int, lens: Lens) -> float:
    """Area of a whole thing, in the picture or not, from 64 by 64 samples."""
    left, top, right, bottom = patches.bounds[n]
    solids = patches.solids[patches.first_solid[n] : patches.first_solid[n + 1]]
    r, c, is_cut = patches.rotation[n], patches.position[n], patches.is_cut[n]
    met = _solids_met(solids, r, (c[0], c[1], c[2]))
    dx, dy = (right - left) / 64.0, (bottom - top) / 64.0
    found = 0
    for i in range(64):
        for j in range(64):
            x, y = left + (j + 0.5) * dx, top + (i + 0.5) * dy
            plane = plane_of_pixel(lens, x, y)
            found += 1 if _first_hit(met, is_cut, c[2], plane, r)[1] >= 0 else 0
    return float(found * dx * dy)


@compiled
def _fill_patch(patches: Patches, n: int, lens: Lens, rays: SeaRays) -> None:
    left, top, right, bottom = patches.bounds[n]
    column, row, n_columns, n_rows = patches.pixels[n]
    figures = patches.figures[n]
    x0, x1 = max(left, float(column)), min(right, float(column + n_columns))
    y0, y1 = max(top, float(row)), min(bottom, float(row + n_rows))
    is_whole = x0 == left and x1 == right and y0 == top and y1 == bottom
    per = _samples_a_pixel(max(right - left, bottom - top))
    step = 1.0 / per
    share = step * step
    area = all_area = far = 0.0
    figures[2], figures[3], figures[4], figures[5] = math.inf, math.inf, -math.inf, -math.inf
    if x1 > x0 and y1 > y0:
        pool, start, is_far = patches.pool, patches.start[n], patches.is_far[n]
        solids = patches.solids[patches.first_solid[n] : patches.first_solid[n + 1]]
        r, c, is_cut = patches.rotation[n], patches.position[n], patches.is_cut[n]
        o = (c[0], c[1], c[2])
        met = _solids_met(solids, r, o)
        sun, light = patches.sun[n], patches.light
        for i in range(math.floor(y0 * per), math.ceil(y1 * per)):
            base = start + (i // per - row) * n_columns - column
            aside = i * _GOLDEN - math.floor(i * _GOLDEN)
            for j in range(math.floor(x0 * per), math.ceil(x1 * per)):
                lower = j * _GOLDEN - math.floor(j * _GOLDEN)
                x, y = (j + aside) * step, (i + lower) * step
                plane = plane_of_pixel(lens, x, y)
                t, k = _first_hit(met, is_cut, o[2], plane, r)
                if k < 0:
                    continue
                d = _turned(r, plane[0], plane[1])
                all_area += share
                if is_far and _is_under_horizon(rays, lens, x, y):
                    continue
                normal = _normal_at(solids, k, (o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]))
                lit = max(normal[0] * sun[0] + normal[1] * sun[1] + normal[2] * sun[2], 0.0)
                upper = 0.5 + 0.5 * normal[2]
                length = t * math.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
                place = base + j // per
                pool[place, 0] += np.float32(share)
                pool[place, 1] += np.float32(share * length)
                for b in range(2):
                    falls = light[b, 0] * lit + light[b, 1] * upper + light[b, 2] * (1.0 - upper)
                    sent = solids[k, 7 + 2 * b] + solids[k, 8 + 2 * b] * falls / math.pi
                    pool[place, 2 + b] += np.float32(share * sent)
                area += share
                far += share * length
                figures[2], figures[4] = (
                    min(figures[2], x - 0.5 * step),
                    max(figures[4], x + 0.5 * step),
                )
                figures[3], figures[5] = (
                    min(figures[3], y - 0.5 * step),
                    max(figures[5], y + 0.5 * step),
                )
    figures[0] = all_area
    if not is_whole and all_area > 0.0:
        figures[0] = max(_area_px(patches, n, lens), all_area)
    figures[1] = area
    figures[6] = far / area if area > 0.0 else math.nan


@compiled
def fill_patches(patches: Patches, lens: Lens, rays: SeaRays, share: tuple[int, int]) -> None:
    """Sample every share[1]-th thing from share[0] on into its patch."""
    for n in range(share[0], len(patches.bounds), share[1]):
        _fill_patch(patches, n, lens, rays)


@compiled
def _cover_by_nearer(patches: Patches, order: npt.NDArray[np.int64], k: int) -> float:
    """Area of a thing that is seen past nearer ones; things come nearest first in order."""
    n = order[k]
    column, row, n_columns, n_rows = patches.pixels[n]
    seen = 0.0
    for i in range(n_rows):
        for j in range(n_columns):
            own = float(patches.pool[patches.start[n] + i * n_columns + j, 0])
            if own == 0.0:
                continue
            for m in order[:k]:
                y, x = row + i - patches.pixels[m, 1], column + j - patches.pixels[m, 0]
                if 0 <= x < patches.pixels[m, 2] and 0 <= y < patches.pixels[m, 3]:
                    place = patches.start[m] + y * patches.pixels[m, 2] + x
                    own *= 1.0 - min(float(patches.pool[place, 0]), 1.0)
            seen += own
    return seen


@compiled
def paint_patches(
    pictures: Single,
    ranges_m: Array,
    patches: Patches,
    order: npt.NDArray[np.int64],
    air: tuple[Single, float],
    signals: Array,
) -> None:
    """Paint all things over the sea, the farthest first, and say what is seen of each.

    Args:
        pictures: (bands, rows, columns) radiance; changed.
        ranges_m: (rows, columns); the thing's where it covers more than half a pixel.
        patches: Filled in; area in the picture becomes the area that is not hidden.
        order: (n,) things, nearest first.
        air: Transmission and path radiance as in `SeaLight`, and the range of the last row.
        signals: (n, 2) filled in: mean radiance over what lies behind it, over its seen area.
    """
    table, most_m = air
    for k in range(len(order)):
        patches.figures[order[k], 1] = _cover_by_nearer(patches, order, k)
    for k in range(len(order) - 1, -1, -1):
        n = order[k]
        column, row, n_columns, n_rows = patches.pixels[n]
        area = 0.0
        for i in range(n_rows):
            for j in range(n_columns):
                place = patches.start[n] + i * n_columns + j
                cover = patches.pool[place, 0]
                if cover <= np.float32(0.0):
                    continue
                cover = min(cover, np.float32(1.0))
                y, x = row + i, column + j
                length = float(patches.pool[place, 1] / patches.pool[place, 0])
                h = math.sqrt(min(length / most_m, 1.0)) * (table.shape[2] - 1.001)
                c = int(h)
                f = np.float32(h - c)
                for b in range(len(pictures)):
                    through = table[b, 0, c] + f * (table[b, 0, c + 1] - table[b, 0, c])
                    path = table[b, 1, c] + f * (table[b, 1, c + 1] - table[b, 1, c])
                    sent = patches.pool[place, 2 + b] / patches.pool[place, 0]
                    more = cover * (sent * through + path - pictures[b, y, x])
                    signals[n, b] += float(more)
                    pictures[b, y, x] += more
                area += float(cover)
                if cover > np.float32(0.5):
                    ranges_m[y, x] = length
        if area > 0.0:
            signals[n, 0] /= area
            signals[n, 1] /= area
