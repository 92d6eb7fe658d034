"""Bent rays to terrain, compiled; `terrain_rays.intersect_terrain_in_numpy` is its twin.

Along a ray rows, columns and heights are a cubic of the range over 20 km at a time (its error
there is a millimetre), so that only four places of each need the ellipsoid.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.geo.compiled import compiled
from plainview.geo.ellipsoid import (
    MEAN_EARTH_RADIUS_M,
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_FLATTENING,
    WGS84_SEMI_MAJOR_M,
    WGS84_SEMI_MINOR_M,
    Array,
    Vectors,
)
from plainview.geo.ray_kernels import bend_of_ray, point_on_ray, range_to_ellipsoid, up_of_position

__all__ = [
    "TerrainGrid",
    "block_top",
    "clearance",
    "fill_nodes",
    "ranges_to_terrain",
]

Vector = tuple[float, float, float]

_A: Final = WGS84_SEMI_MAJOR_M
_B: Final = WGS84_SEMI_MINOR_M
_E2: Final = WGS84_ECCENTRICITY_SQUARED
_AXES_RATIO: Final = 1.0 - WGS84_FLATTENING
_BLOCK: Final = 16
_N_SAMPLES: Final = 4 * _BLOCK
_MARGIN_M: Final = 1.0
_N_BISECTIONS: Final = 20
_N_POLISHES: Final = 2
_TOLERANCE_M: Final = 0.05
_CUBIC_M: Final = 20_000.0
_LEAST_COSINE: Final = 0.1
"""Nearer to a pole (5.7 degrees) longitude is no smooth function of the range."""

HIT: Final = 0
MISS: Final = 2
UNSEEN: Final = 3


class TerrainGrid(NamedTuple):
    """What the kernel needs of a terrain.

    Args:
        heights: (rows, columns) float32, NaN in holes.
        tops: The highest node in each block and those around it.
        frame: Latitude of the first row, longitude of the first column and of the middle one,
            steps in latitude and longitude, all degrees.
        levels: Lowest and highest node, and the shorter side of a cell, metres.
        center: (3,) ECEF of the middle, metres.
        radius_m: Of the sphere around it that holds all ground.
    """

    heights: npt.NDArray[np.float32]
    tops: npt.NDArray[np.float32]
    frame: tuple[float, float, float, float, float]
    levels: tuple[float, float, float]
    center: Array
    radius_m: float


@compiled
def _node_of_point(
    point: Vector, frame: tuple[float, float, float, float, float]
) -> tuple[float, float, float, float]:
    """Row, column, height above the ellipsoid, and cosine of latitude, of an ECEF point.

    Bowring's formula, one step: exact to a micrometre for what is near the ground.
    """
    x, y, z = point
    across = math.sqrt(x * x + y * y)
    tangent = z / (_AXES_RATIO * across) if across > 0.0 else math.copysign(1e18, z)
    cosine = 1.0 / math.sqrt(1.0 + tangent * tangent)
    sine = tangent * cosine
    up, out = z + _E2 / (1.0 - _E2) * _B * sine**3, across - _E2 * _A * cosine**3
    length = math.sqrt(up * up + out * out)
    sine, cosine = up / length, out / length
    height = across * cosine + z * sine - _A * math.sqrt(1.0 - _E2 * sine * sine)
    row = (frame[0] - math.degrees(math.atan2(up, out))) / frame[3]
    offset = math.degrees(math.atan2(y, x)) - frame[2]
    offset -= 360.0 * math.floor((offset + 180.0) / 360.0)
    return row, (offset + frame[2] - frame[1]) / frame[4], height, cosine


@compiled
def _ground(heights: npt.NDArray[np.float32], row: float, column: float) -> float:
    """Height between the four nodes around a place; NaN outside and at holes."""
    n_rows, n_columns = heights.shape
    if not (0.0 <= row <= n_rows - 1 and 0.0 <= column <= n_columns - 1):
        return math.nan
    i, j = min(int(row), n_rows - 2), min(int(column), n_columns - 2)
    f, g = row - i, column - j
    a, b = float(heights[i, j]), float(heights[i, j + 1])
    c, d = float(heights[i + 1, j]), float(heights[i + 1, j + 1])
    top, bottom = a + g * (b - a), c + g * (d - c)
    return float(top + f * (bottom - top))


@compiled
def _slopes(grid: TerrainGrid, row: float, column: float) -> tuple[float, float]:
    """Rise per metre eastward and northward at a place that is known."""
    heights, frame = grid.heights, grid.frame
    n_rows, n_columns = heights.shape
    i, j = min(int(row), n_rows - 2), min(int(column), n_columns - 2)
    f, g = row - i, column - j
    a, b = float(heights[i, j]), float(heights[i, j + 1])
    c, d = float(heights[i + 1, j]), float(heights[i + 1, j + 1])
    degree_m = math.radians(1.0) * MEAN_EARTH_RADIUS_M
    cosine = math.cos(math.radians(frame[0] - row * frame[3]))
    east = ((b - a) + f * ((d - c) - (b - a))) / (frame[4] * degree_m * cosine)
    return east, -((c - a) + g * ((d - b) - (c - a))) / (frame[3] * degree_m)


@compiled
def block_top(tops: npt.NDArray[np.float32], row: float, column: float) -> float:
    """Return the highest node around a place, -inf where nothing is known."""
    i, j = math.floor(row / _BLOCK), math.floor(column / _BLOCK)
    n_rows, n_columns = tops.shape
    if not (-1 <= i <= n_rows and -1 <= j <= n_columns):
        return -math.inf
    return float(tops[min(max(int(i), 0), n_rows - 1), min(max(int(j), 0), n_columns - 1)])


@compiled
def _span(origin: Array, direction: Array, bend: Vector, grid: TerrainGrid) -> tuple[float, float]:
    """First and last range at which a ray may meet the terrain; NaN if nowhere."""
    along = 0.0
    for i in range(3):
        along += direction[i] * (grid.center[i] - origin[i])
    first, last = max(along - grid.radius_m, 0.0), along + grid.radius_m
    lowest_m, highest_m, _ = grid.levels
    origin_m = _node_of_point((origin[0], origin[1], origin[2]), grid.frame)[2]
    if origin_m > highest_m + _MARGIN_M:
        enter = range_to_ellipsoid(origin, direction, bend, highest_m + _MARGIN_M)
        if math.isnan(enter):
            return math.nan, math.nan
        first = max(first, enter)
    leave = range_to_ellipsoid(origin, direction, bend, lowest_m - _MARGIN_M)
    if leave < last:
        last = leave
    return (first, last) if first < last else (math.nan, math.nan)


@compiled
def _exact_node(
    origin: Array, direction: Array, bend: Vector, range_m: float, grid: TerrainGrid
) -> tuple[float, float, float, float]:
    return _node_of_point(point_on_ray(origin, direction, bend, range_m), grid.frame)


@compiled
def fill_nodes(
    nodes: Array,
    ray: tuple[Array, Array, Vector],
    start_m: float,
    step_m: float,
    grid: TerrainGrid,
) -> None:
    """Fill in rows, columns and heights (n + 1, 3) at ranges a step apart."""
    origin, direction, bend = ray
    n_steps = len(nodes) - 1
    third_m = n_steps * step_m / 3.0
    least = 1.0
    known = np.empty((4, 3))
    for q in range(4):
        row, column, height, cosine = _exact_node(
            origin, direction, bend, start_m + q * third_m, grid
        )
        known[q, 0], known[q, 1], known[q, 2] = row, column, height
        least = min(least, cosine)
    is_smooth = least > _LEAST_COSINE and n_steps > 3
    for p in range(n_steps + 1):
        if is_smooth:
            t = 3.0 * p / n_steps
            w0, w1 = -(t - 1.0) * (t - 2.0) * (t - 3.0) / 6.0, t * (t - 2.0) * (t - 3.0) / 2.0
            w2, w3 = -t * (t - 1.0) * (t - 3.0) / 2.0, t * (t - 1.0) * (t - 2.0) / 6.0
            for i in range(3):
                nodes[p, i] = (
                    w0 * known[0, i] + w1 * known[1, i] + w2 * known[2, i] + w3 * known[3, i]
                )
        else:
            row, column, height, _ = _exact_node(
                origin, direction, bend, start_m + p * step_m, grid
            )
            nodes[p, 0], nodes[p, 1], nodes[p, 2] = row, column, height


@compiled
def clearance(heights: npt.NDArray[np.float32], start: Array, end: Array, part: float) -> float:
    """Return the height above the ground on a straight piece; NaN where none is known."""
    ground = _ground(
        heights, start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
    )
    return float(start[2] + part * (end[2] - start[2]) - ground)


@compiled
def _first_under(
    heights: npt.NDArray[np.float32], start: Array, end: Array, top_m: float
) -> tuple[int, bool]:
    """First sample at which a piece goes under (-1 if none), and whether it was seen to.

    It is seen to where the sample before is known to be above. What lies above all ground
    around is passed over.
    """
    first = 0
    if start[2] > top_m and start[2] > end[2]:
        share = min((start[2] - top_m) / (start[2] - end[2]), 1.0)
        first = max(int(share * _N_SAMPLES) - 1, 0)
    before = math.nan
    for index in range(first, _N_SAMPLES + 1):
        gap = clearance(heights, start, end, index / _N_SAMPLES)
        if gap <= 0.0:
            return index, before > 0.0
        before = gap
    return -1, False


@compiled
def _crossing(heights: npt.NDArray[np.float32], start: Array, end: Array, index: int) -> float:
    """Fraction of a piece at which it goes under before the sample at index."""
    low, high = (index - 1) / _N_SAMPLES, index / _N_SAMPLES
    for _ in range(_N_BISECTIONS):
        middle = 0.5 * (low + high)
        if clearance(heights, start, end, middle) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@compiled
def _closing(
    ray: tuple[Array, Array, Vector], range_m: float, grid: TerrainGrid
) -> tuple[float, float]:
    """Height of a ray above the ground, and how fast it closes in, per metre (negative)."""
    origin, direction, bend = ray
    point = point_on_ray(origin, direction, bend, range_m)
    row, column, height, _ = _node_of_point(point, grid.frame)
    ground = _ground(grid.heights, row, column)
    if math.isnan(ground):
        return math.nan, math.nan
    east_rise, north_rise = _slopes(grid, row, column)
    up = up_of_position(point[0], point[1], point[2])
    across = math.sqrt(up[0] * up[0] + up[1] * up[1])
    t = (
        direction[0] + 2.0 * range_m * bend[0],
        direction[1] + 2.0 * range_m * bend[1],
        direction[2] + 2.0 * range_m * bend[2],
    )
    upward = up[0] * t[0] + up[1] * t[1] + up[2] * t[2]
    if across == 0.0:
        return height - ground, upward
    east = (up[0] * t[1] - up[1] * t[0]) / across
    north = (t[2] - up[2] * upward) / across
    return height - ground, upward - east_rise * east - north_rise * north


@compiled
def _polished(ray: tuple[Array, Array, Vector], range_m: float, grid: TerrainGrid) -> float:
    """Bring a range from a straight piece onto the bent ray; NaN if that fails."""
    for _ in range(_N_POLISHES):
        gap, closing = _closing(ray, range_m, grid)
        if closing < 0.0:
            range_m -= gap / closing
    gap, _ = _closing(ray, range_m, grid)
    return range_m if abs(gap) < _TOLERANCE_M else math.nan


@compiled
def _march(
    ray: tuple[Array, Array, Vector], first_m: float, last_m: float, grid: TerrainGrid
) -> tuple[float, int]:
    """Range at which a ray first meets the ground within a span, and what became of it."""
    cell_m = grid.levels[2]
    block_m = _BLOCK * cell_m
    sag_m = block_m**2 / (8.0 * MEAN_EARTH_RADIUS_M)
    n_pieces = math.ceil((last_m - first_m) / block_m)
    step_m = (last_m - first_m) / n_pieces
    n_filled = max(int(_CUBIC_M / step_m), 1)
    done = 0
    while done < n_pieces:
        n_now = min(n_filled, n_pieces - done)
        nodes = np.empty((n_now + 1, 3))
        fill_nodes(nodes, ray, first_m + done * step_m, step_m, grid)
        for p in range(n_now):
            start, end = nodes[p], nodes[p + 1]
            top_m = max(
                block_top(grid.tops, start[0], start[1]), block_top(grid.tops, end[0], end[1])
            )
            if min(start[2], end[2]) - _MARGIN_M - sag_m > top_m:
                continue
            index, is_seen = _first_under(grid.heights, start, end, top_m)
            if index >= 0:
                if not is_seen:
                    return math.nan, UNSEEN
                part = _crossing(grid.heights, start, end, index)
                range_m = _polished(ray, first_m + (done + p + part) * step_m, grid)
                return range_m, (UNSEEN if math.isnan(range_m) else HIT)
        done += n_now
    return math.nan, MISS


@compiled
def ranges_to_terrain(
    origin: Array, directions: Vectors, grid: TerrainGrid, refraction: float
) -> tuple[Array, npt.NDArray[np.uint8]]:
    """Return where bent rays first meet the terrain.

    Args:
        origin: (3,) ECEF, metres.
        directions: (n, 3) ECEF, unit length, as seen at the origin.
        grid: The terrain.
        refraction: The coefficient k.

    Returns:
        Ranges (n,), metres, NaN on a miss; outcomes (n,): 0 met, 2 not met, 3 under the
        ground where none is known.
    """
    up = up_of_position(origin[0], origin[1], origin[2])
    ranges = np.full(len(directions), np.nan)
    outcomes = np.full(len(directions), MISS, np.uint8)
    for n in range(len(directions)):
        bend = bend_of_ray(up, directions[n], refraction)
        first_m, last_m = _span(origin, directions[n], bend, grid)
        if not math.isnan(first_m):
            ranges[n], outcomes[n] = _march((origin, directions[n], bend), first_m, last_m, grid)
    return ranges, outcomes
