"""The land kernel: rows of ground painted over the sea, by marching rays over a grid of heights.

A ray steps on by how far the ground, steep as it is at most, can be from it; where it has gone
under, the crossing is closed in on. From one row to the next one up, a ray starts where the one
below ended, which is before it on any ground.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.land_surface import LandGrid
from plainview.twin.sea_rays import Lens, SeaRays, ray_coefficients
from plainview.twin.wave_kernel import compiled

__all__ = ["LandLight", "fill_land_rows", "hide_behind_land"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Terms = tuple[float, float, float, float, float]
Earth = tuple[float, float, float, float, float, float, float, float, float, float]

_N_STEPS: Final = 400
_N_CROSSINGS: Final = 12
_TOLERANCE_M: Final = 0.01
_LEAST_STEP: Final = 2e-4
"""Of the range: steps are never shorter."""
_TEXTURE_M: Final = (0.4, 1.7, 7.0, 31.0)
"""Sizes of the ground's grain."""


class LandLight(NamedTuple):
    """What covers send, in two bands.

    Args:
        own: (2, 7) radiance of each cover of its own; 0 where nothing glows.
        own_grain: (2, 7) 1-sigma of the same from place to place.
        reflectance: (2, 7) of light that falls on it.
        grain: (7,) relative 1-sigma of the reflectance.
        warmed: (2, 7) more of its own where the sun stands at right angles on it.
        falls: (2, 3) irradiance of sun, sky and ground.
        sun: (3,) direction of the sun: east, north, up.
        wind: (2, 2) east and north of down wind and of across wind.
        air: (2, 2, n) as in `SeaLight`.
        most_range_m: Of the last row of `air`.
        seed: Of the grain.
    """

    own: Array
    own_grain: Array
    reflectance: Array
    grain: Array
    warmed: Array
    falls: Array
    sun: Array
    wind: Array
    air: Single
    most_range_m: float
    seed: int


@compiled
def _ground(heights: Single, frame: Array, east: float, north: float) -> float:
    """Height of the ground, bilinear; -10 beyond the grid."""
    u, v = (east - frame[0]) / frame[2], (north - frame[1]) / frame[2]
    if not (u >= 0.0 and v >= 0.0 and u < heights.shape[1] - 1 and v < heights.shape[0] - 1):
        return -10.0
    j, i = int(u), int(v)
    f, g = u - j, v - i
    low = heights[i, j] + f * (heights[i, j + 1] - heights[i, j])
    high = heights[i + 1, j] + f * (heights[i + 1, j + 1] - heights[i + 1, j])
    return float(low + g * (high - low))


@compiled
def _hash(i: int, j: int, seed: int) -> float:
    """Even number from -1 to 1 of a cell."""
    h = np.uint32(i) * np.uint32(374761393) + np.uint32(j) * np.uint32(668265263)
    h = np.uint32(h + np.uint32(seed) * np.uint32(2246822519))
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(1274126177))
    h = np.uint32(h ^ (h >> np.uint32(16)))
    return float(h) * (2.0 / 4294967295.0) - 1.0


@compiled
def _grain(east: float, north: float, footprint_m: float, seed: int, finest: int) -> float:
    """Noise of about unit 1-sigma with the sizes that a footprint resolves."""
    total = 0.0
    for n in range(finest, 4):
        size = _TEXTURE_M[n]
        seen = 1.0 / (1.0 + (footprint_m / size) ** 2)
        if seen < 0.02:
            continue
        u, v = east / size, north / size
        i, j = math.floor(u), math.floor(v)
        f, g = u - i, v - j
        f, g = f * f * (3.0 - 2.0 * f), g * g * (3.0 - 2.0 * g)
        low = (1.0 - f) * _hash(i, j, seed + n) + f * _hash(i + 1, j, seed + n)
        high = (1.0 - f) * _hash(i, j + 1, seed + n) + f * _hash(i + 1, j + 1, seed + n)
        total += seen * (low + g * (high - low))
    return total


@compiled
def _state(
    s: float, terms: Terms, sight: tuple[float, float, float], earth: Earth
) -> tuple[float, float, float]:
    """East, north and height above the sea of a ray at a range."""
    c0, c1, c2, c3, c4 = terms
    ahead, aside, upward = sight
    length, kappa, start_a, start_c, up_a, up_c, ea, na, ec, nc = earth
    form = c0 + s * (c1 + s * (c2 + s * (c3 + s * c4)))
    height = 0.5 * form / length * (1.0 - 0.25 * form / (length * length))
    bend = s * kappa
    a = start_a + s * (ahead - bend * (up_a - upward * ahead))
    c = start_c + s * (aside - bend * (up_c - upward * aside))
    level = 1.0 - height / length
    return (a * ea + c * ec) * level, (a * na + c * nc) * level, height


@compiled
def _crossing(
    ray: tuple[Terms, tuple[float, float, float], Earth],
    heights: Single,
    frame: Array,
    span: tuple[float, float],
    gaps: tuple[float, float],
) -> float:
    """Range within a span at which a ray goes under: regula falsi with halved weights."""
    terms, sight, earth = ray
    low, high = span
    over, under = gaps
    for _ in range(_N_CROSSINGS):
        middle = low + (high - low) * over / max(over - under, 1e-12)
        east, north, height = _state(middle, terms, sight, earth)
        gap = height - _ground(heights, frame, east, north)
        if abs(gap) < _TOLERANCE_M:
            return middle
        if gap > 0.0:
            low, over, under = middle, gap, 0.5 * under
        else:
            high, under, over = middle, gap, 0.5 * over
    return 0.5 * (low + high)


@compiled
def _range_to_land(
    ray: tuple[Terms, tuple[float, float, float], Earth],
    heights: Single,
    frame: Array,
    first_m: float,
    last_m: float,
) -> float:
    """Range at which a ray first meets the ground within a span; NaN if it does not."""
    terms, sight, earth = ray
    s = before = first_m
    before_gap = 0.0
    cell_m, top_m = frame[2], frame[3] + 1.0
    closing = max(-sight[2], 0.0) + frame[4]
    for _ in range(_N_STEPS):
        east, north, height = _state(s, terms, sight, earth)
        if height > top_m:
            if sight[2] > 0.0:
                return math.nan
            gap = (height - top_m) * closing / max(-sight[2], 0.002)
        else:
            gap = height - _ground(heights, frame, east, north)
        if gap <= 0.0:
            return _crossing(ray, heights, frame, (before, s), (before_gap, gap))
        rate = (before_gap - gap) / max(s - before, 1e-6)
        guess = min(1.02 * gap / rate, 0.5 * cell_m) if rate > 1e-3 else 0.0
        before, before_gap = s, gap
        s += max(gap / closing, guess, _LEAST_STEP * s)
        if s >= last_m:
            return math.nan
    return math.nan


@compiled
def _paint(
    pictures: Single,
    place: tuple[int, int],
    at: tuple[float, float, float, float],
    land: LandGrid,
    light: LandLight,
) -> None:
    """Write what a place of the ground sends."""
    row, column = place
    east, north, range_m, footprint_m = at
    heights, frame = land.heights, land.frame
    u, v = (east - frame[0]) / frame[2], (north - frame[1]) / frame[2]
    j, i = min(max(int(u), 0), heights.shape[1] - 2), min(max(int(v), 0), heights.shape[0] - 2)
    f, g = u - j, v - i
    rise_east = (
        (1.0 - g) * (heights[i, j + 1] - heights[i, j])
        + g * (heights[i + 1, j + 1] - heights[i + 1, j])
    ) / frame[2]
    rise_north = (
        (1.0 - f) * (heights[i + 1, j] - heights[i, j])
        + f * (heights[i + 1, j + 1] - heights[i, j + 1])
    ) / frame[2]
    up = 1.0 / math.sqrt(1.0 + rise_east * rise_east + rise_north * rise_north)
    sun = light.sun
    lit = max((sun[2] - rise_east * sun[0] - rise_north * sun[1]) * up, 0.0)
    grain = _grain(east, north, footprint_m, light.seed, 0)
    # Covers meet along edges that wander by the grain, not along the grid.
    edge = 0.5 * _grain(east, north, 1.0, light.seed + 7, 3)
    j = min(max(int(u + 0.5 + edge), 0), heights.shape[1] - 1)
    i = min(max(int(v + 0.5 - edge), 0), heights.shape[0] - 1)
    cover = int(land.cover[i, j])
    if cover == 0:
        cover = 4
    k = math.sqrt(min(range_m / light.most_range_m, 1.0)) * (light.air.shape[2] - 1.001)
    n = int(k)
    w = k - n
    for b in range(len(pictures)):
        air = light.air[b]
        falls = light.falls[b, 0] * lit + light.falls[b, 1] * 0.5 * (1.0 + up)
        shade = max(light.reflectance[b, cover] * (1.0 + light.grain[cover] * grain), 0.0)
        own = light.own[b, cover] + light.own_grain[b, cover] * grain
        sent = own + light.warmed[b, cover] * lit + shade * falls / math.pi
        through = air[0, n] + w * (air[0, n + 1] - air[0, n])
        path = air[1, n] + w * (air[1, n + 1] - air[1, n])
        pictures[b, row, column] = np.float32(sent * through + path)


@compiled
def fill_land_rows(
    pictures: Single,
    ranges_m: Array,
    rows: tuple[int, int],
    camera: tuple[Lens, SeaRays, float],
    land: LandGrid,
    light: LandLight,
    is_level: bool,
) -> None:
    """Paint the land of some rows over sea and sky.

    Args:
        pictures: (bands, rows, columns) radiance; changed.
        ranges_m: (rows, columns); the land's where there is land.
        rows: First row and the one after the last.
        camera: Lens, rays and the angle of a pixel in radians.
        land: The land.
        light: What covers it sends.
        is_level: Whether the picture's rows are level, so that a ray passes over all that the
            one a row below passed over.
    """
    lens, rays, pixel_rad = camera
    m = rays.products
    n_columns = pictures.shape[2]
    reached = np.zeros(n_columns)
    start, wind = rays.start, light.wind
    earth = (
        rays.constants[5], rays.constants[4], start[0], start[1], start[2], start[3],
        wind[0, 0], wind[0, 1], wind[1, 0], wind[1, 1],
    )  # fmt: skip
    heights, frame, constants = land.heights, land.frame, rays.constants
    for row in range(rows[1] - 1, rows[0] - 1, -1):
        for column in range(n_columns):
            x = (column + 0.5 - lens.center_px[0]) / lens.focal_px[0]
            y = (row + 0.5 - lens.center_px[1]) / lens.focal_px[1]
            if lens.is_curved:
                x, y = x + lens.bends[0, row, column], y + lens.bends[1, row, column]
            norm = 1.0 / math.sqrt(1.0 + x * x + y * y)
            upward = (m[2, 0] * x + m[2, 1] * y + m[2, 2]) * norm
            terms = ray_coefficients(
                constants,
                (m[0, 0] * x + m[0, 1] * y + m[0, 2]) * norm,
                (m[1, 0] * x + m[1, 1] * y + m[1, 2]) * norm,
                upward,
                (m[5, 0] * x + m[5, 1] * y + m[5, 2]) * norm,
            )
            sight = (
                (m[3, 0] * x + m[3, 1] * y + m[3, 2]) * norm,
                (m[4, 0] * x + m[4, 1] * y + m[4, 2]) * norm,
                upward,
            )
            sea_m = ranges_m[row, column]
            last = 150e3 if math.isnan(sea_m) else sea_m
            first = max(reached[column], 0.5)
            ray = (terms, sight, earth)
            s = _range_to_land(ray, heights, frame, first, last)
            if math.isnan(s):
                reached[column] = 0.97 * last if is_level and not math.isnan(sea_m) else first
                continue
            reached[column] = 0.97 * s if is_level else 0.0
            east, north, _ = _state(s, terms, sight, earth)
            ranges_m[row, column] = s
            _paint(pictures, (row, column), (east, north, s, s * pixel_rad), land, light)


@compiled
def hide_behind_land(
    pool: Single,
    pixels: npt.NDArray[np.int64],
    start: npt.NDArray[np.int64],
    ranges_m: Array,
    deep: tuple[float, float],
) -> None:
    """Take out of things' patches what lies behind the land.

    By pixels: what lies deeper behind a pixel's range than 15 m, a hundredth of its range and
    the length of its footprint is hidden.

    Args:
        pool: Of `Patches`; changed.
        pixels: Of `Patches`.
        start: Of `Patches`.
        ranges_m: (rows, columns).
        deep: Angle of a pixel (rad) and height of the camera over the sea (m).
    """
    for n in range(len(pixels)):
        column, row, n_columns, n_rows = pixels[n]
        for i in range(n_rows):
            for j in range(n_columns):
                place = start[n] + i * n_columns + j
                if pool[place, 0] <= np.float32(0.0):
                    continue
                length = float(pool[place, 1] / pool[place, 0])
                if (
                    ranges_m[row + i, column + j]
                    < 0.99 * length - 15.0 - length * length * deep[0] / deep[1]
                ):
                    for b in range(4):
                        pool[place, b] = np.float32(0.0)
