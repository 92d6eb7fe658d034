"""Camera rays over level ground, compiled; each array kernel equals NumPy functions beside it.

Their twins: `pose_of_camera` is `ecef_from_geodetic` and `ecef_from_ned` with
`ned_from_camera`; `directions_of_pixels` is `camera_directions`; `ranges_to_level` is
`intersect_level`; `places_on_rays` is `points_on_rays` with `geodetic_from_ecef`; and
`pixels_of_places` is `apparent_directions` with `project_directions`.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np

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

__all__ = [
    "arrivals_on_rays",
    "bend_of_ray",
    "directions_of_pixels",
    "ecef_of_place",
    "height_above_level",
    "pixels_of_places",
    "places_on_rays",
    "point_on_ray",
    "pose_of_camera",
    "range_to_ellipsoid",
    "ranges_to_level",
    "undulation_of_place",
    "up_of_position",
]

Vector = tuple[float, float, float]
Quartic = tuple[float, float, float, float, float]

_A: Final = WGS84_SEMI_MAJOR_M
_B: Final = WGS84_SEMI_MINOR_M
_E2: Final = WGS84_ECCENTRICITY_SQUARED
_AXES_RATIO: Final = 1.0 - WGS84_FLATTENING
_HALF_CURVATURE_1_M: Final = 0.5 / MEAN_EARTH_RADIUS_M
_SHALLOWEST_LOOK_RAD: Final = 2e-4
_N_NEWTON_STEPS: Final = 10
_N_LEVEL_STEPS: Final = 12
_N_LIFT_STEPS: Final = 6
_SETTLED_M: Final = 1e-4
_TOLERANCE_M: Final = 1e-2
_N_GEOID_ROWS: Final = 721
_N_GEOID_COLUMNS: Final = 1440


@compiled
def ecef_of_place(latitude_deg: float, longitude_deg: float, height_hae_m: float) -> Vector:
    """Return one geodetic position as an ECEF vector."""
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    sine, cosine = math.sin(latitude), math.cos(latitude)
    normal_m = _A / math.sqrt(1.0 - _E2 * sine**2)
    across_m = (normal_m + height_hae_m) * cosine
    return (
        across_m * math.cos(longitude),
        across_m * math.sin(longitude),
        (normal_m * (1.0 - _E2) + height_hae_m) * sine,
    )


@compiled
def _place_of_ecef(x: float, y: float, z: float) -> Vector:
    across_m = math.hypot(x, y)
    parametric = math.atan2(z, _AXES_RATIO * across_m)
    latitude = 0.0
    for _ in range(2):
        sine, cosine = math.sin(parametric), math.cos(parametric)
        latitude = math.atan2(z + _E2 / (1.0 - _E2) * _B * sine**3, across_m - _E2 * _A * cosine**3)
        parametric = math.atan2(_AXES_RATIO * math.sin(latitude), math.cos(latitude))
    sine, cosine = math.sin(latitude), math.cos(latitude)
    height_m = across_m * cosine + z * sine - _A * math.sqrt(1.0 - _E2 * sine**2)
    longitude_deg = math.degrees(math.atan2(y, x))
    if longitude_deg >= 180.0:
        longitude_deg -= 360.0
    return math.degrees(latitude), longitude_deg, height_m


@compiled
def up_of_position(x: float, y: float, z: float) -> Vector:
    """Return the unit normal of the ellipsoid below a point, as `up_from_ecef` does."""
    nx, ny, nz = x / _A**2, y / _A**2, z / _B**2
    length = math.sqrt(nx * nx + ny * ny + nz * nz)
    return nx / length, ny / length, nz / length


@compiled
def _drop(up: Vector, dx: float, dy: float, dz: float) -> Vector:
    """By how much a ray falls per square metre of range for k = 1."""
    along = up[0] * dx + up[1] * dy + up[2] * dz
    return (
        -_HALF_CURVATURE_1_M * (up[0] - along * dx),
        -_HALF_CURVATURE_1_M * (up[1] - along * dy),
        -_HALF_CURVATURE_1_M * (up[2] - along * dz),
    )


@compiled
def pose_of_camera(position: Array, angles_deg: Array) -> tuple[Array, Array]:
    """Return where a camera is and its pose.

    Args:
        position: Latitude, longitude (degrees) and height above the ellipsoid (metres).
        angles_deg: Heading, elevation and roll of its line of sight.

    Returns:
        (3,) ECEF, metres, and the rotation (3, 3) from camera to ECEF.
    """
    latitude, longitude = math.radians(position[0]), math.radians(position[1])
    sf, cf, sl, cl = (
        math.sin(latitude),
        math.cos(latitude),
        math.sin(longitude),
        math.cos(longitude),
    )
    ned = np.array([[-sf * cl, -sl, -cf * cl], [-sf * sl, cl, -cf * sl], [cf, 0.0, -sf]])
    heading, elevation, roll = np.radians(angles_deg)
    sh, ch = math.sin(heading), math.cos(heading)
    se, ce = math.sin(elevation), math.cos(elevation)
    sr, cr = math.sin(roll), math.cos(roll)
    camera = np.array(
        [
            [ch * se * sr - sh * cr, ch * se * cr + sh * sr, ch * ce],
            [sh * se * sr + ch * cr, sh * se * cr - ch * sr, sh * ce],
            [ce * sr, ce * cr, -se],
        ]
    )
    pose = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            pose[i, j] = (
                ned[i, 0] * camera[0, j] + ned[i, 1] * camera[1, j] + ned[i, 2] * camera[2, j]
            )
    return np.array(ecef_of_place(position[0], position[1], position[2])), pose


@compiled
def directions_of_pixels(
    points_px: Array, focal_px: tuple[float, float], center_px: tuple[float, float], pose: Array
) -> Vectors:
    """Return the unit directions (n, 3) of pixels (n, 2), turned by a pose; no distortion."""
    n_points = len(points_px)
    directions = np.empty((n_points, 3))
    for n in range(n_points):
        x = (points_px[n, 0] - center_px[0]) / focal_px[0]
        y = (points_px[n, 1] - center_px[1]) / focal_px[1]
        length = math.sqrt(x * x + y * y + 1.0)
        for i in range(3):
            directions[n, i] = (pose[i, 0] * x + pose[i, 1] * y + pose[i, 2]) / length
    return directions


@compiled
def undulation_of_place(grid_m: Array, latitude_deg: float, longitude_deg: float) -> float:
    """Return the geoid's height, bilinear; 0 everywhere for an empty grid."""
    if grid_m.size == 0:
        return 0.0
    row = (latitude_deg + 90.0) * 4.0
    column = ((longitude_deg + 180.0) % 360.0) * 4.0
    if not (0.0 <= row <= _N_GEOID_ROWS - 1) or math.isnan(column):
        return math.nan
    i, j = min(int(row), _N_GEOID_ROWS - 2), min(int(column), _N_GEOID_COLUMNS - 1)
    f, g = row - i, column - j
    south = grid_m[i, j] + g * (grid_m[i, j + 1] - grid_m[i, j])
    north = grid_m[i + 1, j] + g * (grid_m[i + 1, j + 1] - grid_m[i + 1, j])
    return float(south + f * (north - south))


@compiled
def _quartic(origin: Array, direction: Array, bend: Vector, level_m: float) -> Quartic:
    """Coefficients, from the constant up, of |(o + s d + s^2 q) / radii|^2 - 1."""
    c0, c1, c2, c3, c4 = -1.0, 0.0, 0.0, 0.0, 0.0
    for i in range(3):
        radius = (_B if i == 2 else _A) + level_m
        o, d, q = origin[i] / radius, direction[i] / radius, bend[i] / radius
        c0 += o * o
        c1 += 2.0 * o * d
        c2 += d * d + 2.0 * o * q
        c3 += 2.0 * d * q
        c4 += q * q
    return c0, c1, c2, c3, c4


@compiled
def range_to_ellipsoid(origin: Array, direction: Array, bend: Vector, level_m: float) -> float:
    """Return where a bent ray enters an ellipsoid of radii enlarged by a level; NaN if never."""
    c0, c1, c2, c3, c4 = _quartic(origin, direction, bend, level_m)
    inside = c1 * c1 - 4.0 * c2 * c0
    if not inside >= 0.0:
        return math.nan
    s = (-c1 - math.sqrt(inside)) / (2.0 * c2)
    value, slope = 0.0, 0.0
    for _ in range(_N_NEWTON_STEPS):
        value = c0 + s * (c1 + s * (c2 + s * (c3 + s * c4)))
        slope = c1 + s * (2.0 * c2 + s * (3.0 * c3 + s * 4.0 * c4))
        if not slope < 0.0:
            return math.nan
        step = value / slope
        s -= step
        if not abs(step) > _SETTLED_M:
            break
    is_down = 0.5 * _A * slope < -_SHALLOWEST_LOOK_RAD
    is_hit = c0 >= 0.0 and s >= 0.0 and is_down and 0.5 * _A * abs(value) < _TOLERANCE_M
    return s if is_hit else math.nan


@compiled
def point_on_ray(origin: Array, direction: Array, bend: Vector, range_m: float) -> Vector:
    """Return the point at a range along a bent ray."""
    return (
        origin[0] + range_m * (direction[0] + range_m * bend[0]),
        origin[1] + range_m * (direction[1] + range_m * bend[1]),
        origin[2] + range_m * (direction[2] + range_m * bend[2]),
    )


@compiled
def bend_of_ray(up: Vector, direction: Array, refraction: float) -> Vector:
    """Return by how much a ray falls, per square metre of range."""
    x, y, z = _drop(up, direction[0], direction[1], direction[2])
    return refraction * x, refraction * y, refraction * z


@compiled
def height_above_level(origin: Array, grid_m: Array, altitude_m: float) -> float:
    """Return how high a point (3,) ECEF is above a level surface, as for `ranges_to_level`."""
    latitude, longitude, height_m = _place_of_ecef(origin[0], origin[1], origin[2])
    return float(height_m - undulation_of_place(grid_m, latitude, longitude) - altitude_m)


@compiled
def ranges_to_level(
    origin: Array, directions: Vectors, grid_m: Array, altitude_m: float, refraction: float
) -> Array:
    """Return where bent rays meet a level surface from above, (n,) metres; NaN where they miss.

    Args:
        origin: (3,) ECEF, metres.
        directions: (n, 3) ECEF, unit length.
        grid_m: The geoid's heights; empty for a height above the ellipsoid.
        altitude_m: Of the surface, above the geoid or the ellipsoid.
        refraction: The coefficient k.
    """
    latitude, longitude, _ = _place_of_ecef(origin[0], origin[1], origin[2])
    start_m = undulation_of_place(grid_m, latitude, longitude) + altitude_m
    up = up_of_position(origin[0], origin[1], origin[2])
    ranges = np.full(len(directions), np.nan)
    for n in range(len(directions)):
        bend, level_m = bend_of_ray(up, directions[n], refraction), start_m
        error, range_m = math.nan, math.nan
        for _ in range(_N_LEVEL_STEPS):
            range_m = range_to_ellipsoid(origin, directions[n], bend, level_m)
            x, y, z = point_on_ray(origin, directions[n], bend, range_m)
            latitude, longitude, height_m = _place_of_ecef(x, y, z)
            error = height_m - undulation_of_place(grid_m, latitude, longitude) - altitude_m
            if not abs(error) > _SETTLED_M:
                break
            level_m -= error
        if abs(error) < _TOLERANCE_M:
            ranges[n] = range_m
    return ranges


@compiled
def places_on_rays(origin: Array, directions: Vectors, ranges_m: Array, refraction: float) -> Array:
    """Return latitude, longitude and height (n, 3) at ranges (n,) along bent rays."""
    up = up_of_position(origin[0], origin[1], origin[2])
    places = np.empty((len(directions), 3))
    for n in range(len(directions)):
        bend = bend_of_ray(up, directions[n], refraction)
        x, y, z = point_on_ray(origin, directions[n], bend, ranges_m[n])
        places[n, 0], places[n, 1], places[n, 2] = _place_of_ecef(x, y, z)
    return places


@compiled
def arrivals_on_rays(
    origin: Array, directions: Vectors, ranges_m: Array, places: Array, refraction: float
) -> Vectors:
    """Return in which direction bent rays arrive, (n, 3) unit, east-north-up at places (n, 3)."""
    up = up_of_position(origin[0], origin[1], origin[2])
    arrivals = np.empty((len(directions), 3))
    for n in range(len(directions)):
        bend = bend_of_ray(up, directions[n], refraction)
        x = directions[n, 0] + 2.0 * ranges_m[n] * bend[0]
        y = directions[n, 1] + 2.0 * ranges_m[n] * bend[1]
        z = directions[n, 2] + 2.0 * ranges_m[n] * bend[2]
        latitude, longitude = math.radians(places[n, 0]), math.radians(places[n, 1])
        sf, cf = math.sin(latitude), math.cos(latitude)
        sl, cl = math.sin(longitude), math.cos(longitude)
        length = math.sqrt(x * x + y * y + z * z)
        outward = cl * x + sl * y
        arrivals[n, 0] = (-sl * x + cl * y) / length
        arrivals[n, 1] = (-sf * outward + cf * z) / length
        arrivals[n, 2] = (cf * outward + sf * z) / length
    return arrivals


@compiled
def _apparent(up: Vector, chord: Vector, refraction: float) -> Vector:
    """In which direction, of any length, a target at the end of a chord is seen."""
    x, y, z = chord
    for _ in range(_N_LIFT_STEPS):
        range_m = math.sqrt(x * x + y * y + z * z)
        drop = _drop(up, x / range_m, y / range_m, z / range_m)
        scale = refraction * range_m**2
        x, y, z = chord[0] - scale * drop[0], chord[1] - scale * drop[1], chord[2] - scale * drop[2]
    return x, y, z


@compiled
def pixels_of_places(
    places: Array,
    camera: tuple[Array, Array],
    focal_px: tuple[float, float],
    center_px: tuple[float, float],
    refraction: float,
) -> Array:
    """Return the pixels (n, 2) at which places are seen; NaN behind the camera.

    Args:
        places: (n, 3) latitude, longitude, height.
        camera: Where it is (3,) and its pose (3, 3).
        focal_px: In columns and in rows.
        center_px: The principal point.
        refraction: The coefficient k.
    """
    origin, pose = camera
    up = up_of_position(origin[0], origin[1], origin[2])
    pixels = np.full((len(places), 2), np.nan)
    for n in range(len(places)):
        x, y, z = ecef_of_place(places[n, 0], places[n, 1], places[n, 2])
        x, y, z = _apparent(up, (x - origin[0], y - origin[1], z - origin[2]), refraction)
        depth = pose[0, 2] * x + pose[1, 2] * y + pose[2, 2] * z
        if depth > 0.0:
            right = pose[0, 0] * x + pose[1, 0] * y + pose[2, 0] * z
            down = pose[0, 1] * x + pose[1, 1] * y + pose[2, 1] * z
            pixels[n, 0] = right / depth * focal_px[0] + center_px[0]
            pixels[n, 1] = down / depth * focal_px[1] + center_px[1]
    return pixels
