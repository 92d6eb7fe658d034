"""Nothing absurd: random Views, and whether what is located lies in the picture it came from.

Views are drawn from all over the Earth, poles and antimeridian among them, looking anywhere,
with fields of view from nothing to a half turn, some with parts that are missing, contradict
each other or are no numbers; over sea, level ground, hills and terrain with holes. Every pixel
must have either a place or a reason. A place must be seen, by the rotation of attitude and the
law of refraction written anew here and positions by pymap3d, inside the picture, and from above
its horizon. For one View in some hundreds the footprint itself is made, and places must lie in
its polygon.
"""

import json
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pymap3d
import shapely

from plainview.geo import (
    GeoidSurface,
    GroundPoints,
    HeightSurface,
    Surface,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    enu_m_from_geodetic,
    footprint,
    geoid_undulation_m,
    locate_points,
)
from plainview.model import Camera, PoseBasis, RangeKind, View

__all__ = ["N_VIEWS", "run"]

N_VIEWS: Final = 1_000_000
N_VIEWS_BENCH: Final = 50_000
N_PIXELS: Final = 4
FOOTPRINT_EVERY: Final = 400
BATCH: Final = 20_000
SLACK_PX: Final = 0.5
"""A place leads back to its pixel within 0.05; those on the edge may fall beyond by that."""
SLACK_RAD: Final = 1e-7
"""A centimetre at 100 km. What is up for the air is not the same to the last digit at a sensor
20 km high (5e-8), and fields of view are drawn of which a pixel is less than that."""
SLACK_SHARE: Final = 2e-3
"""Of the range: a footprint's edge is a polygon of some dozens of points."""
CAMERA: Final = Camera(name="camera-1", width_px=1280, height_px=720)
EARTH_RADIUS_M: Final = 6_371_008.8
REFRACTION: Final = 0.13
N_LIFTS: Final = 8

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def terrains() -> list[Terrain]:
    """Return terrain in six places, hills with holes in them."""
    places = [
        (46.0, 10.0),
        (-33.0, 179.95),
        (88.0, -40.0),
        (0.0, 0.0),
        (-80.0, 12.0),
        (60.0, 100.0),
    ]
    row, column = np.mgrid[0:200, 0:200]
    found = []
    for seed, (north_deg, west_deg) in enumerate(places):
        rng = np.random.default_rng(seed)
        height = 300.0 + 250.0 * np.sin(row / rng.uniform(4, 12)) * np.cos(
            column / rng.uniform(4, 12)
        )
        height[np.hypot(row % 50 - 25, column % 50 - 25) < 5] = np.nan
        found.append(
            Terrain.from_heights(
                height,
                north_deg=north_deg,
                west_deg=west_deg,
                latitude_step_deg=0.001,
                longitude_step_deg=0.001 / math.cos(math.radians(north_deg)),
                vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
            )
        )
    return found


def _choice(rng: np.random.Generator, *values: float) -> float:
    return values[int(rng.integers(len(values)))]


def draw_view(rng: np.random.Generator) -> View:
    """Return a View from anywhere, looking anywhere; one in eight has something odd."""
    view = View(
        latitude_deg=math.degrees(math.asin(rng.uniform(-1.0, 1.0))),
        longitude_deg=rng.uniform(-180.0, 180.0),
        height_hae_m=math.exp(rng.uniform(math.log(2.0), math.log(20_000.0))),
        camera_heading_deg=rng.uniform(0.0, 360.0),
        camera_elevation_deg=rng.uniform(-90.0, 10.0),
        camera_roll_deg=rng.uniform(-180.0, 180.0),
        horizontal_fov_deg=math.exp(rng.uniform(math.log(0.1), math.log(170.0))),
        vertical_fov_deg=math.exp(rng.uniform(math.log(0.1), math.log(170.0))),
        pose_basis=PoseBasis.ABSOLUTE,
    )
    return odd_view(view, rng) if rng.random() < 0.125 else view


def odd_view(view: View, rng: np.random.Generator) -> View:
    """Return a View with one of the things that real metadata have."""
    changes: tuple[dict[str, Any], ...] = (
        {"latitude_deg": _choice(rng, 90.0, -90.0, 89.9999, -89.9999)},
        {"longitude_deg": _choice(rng, 180.0, -180.0, 179.99999, -179.99999)},
        {"camera_elevation_deg": -90.0},
        {"camera_elevation_deg": rng.uniform(-3.0, 0.0)},
        {"height_hae_m": _choice(rng, -400.0, -50.0, 0.0, 1e5, 9e5, 4e7)},
        {"horizontal_fov_deg": _choice(rng, 0.0, 180.0, 179.999, 1e-6, -5.0)},
        {"vertical_fov_deg": _choice(rng, 0.0, 180.0, 179.999, 1e-6, math.nan)},
        {"latitude_deg": _choice(rng, 91.0, math.nan, -200.0)},
        {"camera_roll_deg": math.inf},
        {"altitude_msl_m": rng.uniform(-100.0, 10_000.0)},
        {"slant_range_m": math.exp(rng.uniform(2.0, 12.0)), "slant_range_kind": RangeKind.MEASURED},
        {"withheld": "datum_moved"},
        {str(rng.choice(["height_hae_m", "camera_heading_deg", "longitude_deg"])): None},
    )
    return replace(view, **changes[int(rng.integers(len(changes)))])


def draw_surface(
    view: View, rng: np.random.Generator, ground: list[Terrain]
) -> tuple[View, Surface]:
    """Return a surface and the View, brought to the terrain where that is one."""
    kind = rng.random()
    if kind < 0.6:
        return view, GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2)
    if kind < 0.8:
        height_m = rng.uniform(-100.0, 3_000.0)
        return view, HeightSurface(height_hae_m=height_m, sigma_m=10.0)
    terrain = ground[int(rng.integers(len(ground)))]
    changes: dict[str, Any] = {}
    if view.latitude_deg is not None and abs(view.latitude_deg) < 89.9:
        changes["latitude_deg"] = rng.uniform(terrain.south_deg - 0.02, terrain.north_deg + 0.02)
    if view.longitude_deg is not None:
        longitude_deg = rng.uniform(terrain.west_deg, terrain.east_deg)
        changes["longitude_deg"] = (longitude_deg + 180.0) % 360.0 - 180.0
    return replace(view, **changes), TerrainSurface(terrain=terrain)


def attitudes(heading_deg: Array, elevation_deg: Array, roll_deg: Array) -> Array:
    """Return the rotations (n, 3, 3) from camera (right, down, forward) to north-east-down."""
    h, e, r = np.radians(heading_deg), np.radians(elevation_deg), np.radians(roll_deg)
    zero, one = np.zeros_like(h), np.ones_like(h)

    def stacked(*rows: tuple[Array, Array, Array]) -> Array:
        return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

    yaw = stacked((np.cos(h), -np.sin(h), zero), (np.sin(h), np.cos(h), zero), (zero, zero, one))
    pitch = stacked((np.cos(e), zero, np.sin(e)), (zero, one, zero), (-np.sin(e), zero, np.cos(e)))
    roll = stacked((one, zero, zero), (zero, np.cos(r), -np.sin(r)), (zero, np.sin(r), np.cos(r)))
    body_from_camera = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    rotation: Array = yaw @ pitch @ roll @ body_from_camera
    return rotation


def lifted(chord_ned_m: Array) -> Array:
    """Return in which direction (n, 3) the ends of chords are seen through the air."""
    up = np.array([0.0, 0.0, -1.0])
    seen = chord_ned_m
    for _ in range(N_LIFTS):
        range_m = np.linalg.norm(seen, axis=-1, keepdims=True)
        along = (seen @ up)[:, np.newaxis] / range_m
        seen = chord_ned_m + REFRACTION / (2.0 * EARTH_RADIUS_M) * range_m**2 * (
            up - along * seen / range_m
        )
    return seen


def angles_outside(seen: Array, tangents: Array) -> Array:
    """Return by how much directions (n, 3) lie outside pictures of half fields (n, 2), radians.

    Args:
        seen: In the camera's frame, of any length; behind it is outside by more than any angle.
        tangents: Of half the fields of view.
    """
    half = 0.5 * np.array([CAMERA.width_px, CAMERA.height_px])
    edge = tangents * (1.0 + SLACK_PX / half)
    depth = np.where(seen[:, 2:] > 0.0, seen[:, 2:], np.nan)
    nearest = np.concatenate([np.clip(seen[:, :2] / depth, -edge, edge), 0.0 * depth + 1.0], axis=1)
    nearest /= np.linalg.norm(nearest, axis=1, keepdims=True)
    unit = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    apart = np.linalg.norm(np.cross(unit, nearest), axis=1)
    return np.where(np.isnan(apart), np.pi, apart)


@dataclass(kw_only=True)
class Tally:
    """What was drawn, and what was wrong with it."""

    n_views: int = 0
    n_pixels: int = 0
    n_located: int = 0
    n_footprints: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    without_reason: int = 0
    outside_picture: int = 0
    beyond_horizon: int = 0
    off_surface: int = 0
    outside_polygon: int = 0
    sensors: list[tuple[float, ...]] = field(default_factory=list)
    places: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, view: View, pixels: Array, surface: Surface, points: GroundPoints) -> None:
        """Take in what was located with one View."""
        self.n_views += 1
        self.n_pixels += len(pixels)
        known = points.is_located
        for reason, is_known in zip(points.reasons, known.tolist(), strict=True):
            self.reasons["located" if reason is None else str(reason)] += 1
            self.without_reason += (reason is None) is not is_known
        columns = (points.latitude_deg, points.longitude_deg, points.height_hae_m)
        self.without_reason += sum(int(np.any(np.isnan(each) == known)) for each in columns)
        if not known.any():
            return
        self.n_located += int(known.sum())
        told = (
            view.latitude_deg,
            view.longitude_deg,
            view.height_hae_m,
            view.camera_heading_deg,
            view.camera_elevation_deg,
            view.camera_roll_deg,
            view.horizontal_fov_deg,
            view.vertical_fov_deg,
            float(isinstance(surface, TerrainSurface)),
        )
        ranged = view.slant_range_kind is RangeKind.MEASURED
        level_m = surface_height_m(surface, points)
        for row in np.flatnonzero(known):
            self.sensors.append(tuple(0.0 if part is None else float(part) for part in told))
            place = [float(each[row]) for each in columns]
            off_m = 0.0 if ranged else place[2] - float(level_m[row])
            self.places.append((*place, off_m))
        if len(self.places) > BATCH:
            self.judge()

    def judge(self) -> None:
        """Judge the places so far, all at once."""
        if not self.places:
            return
        sensor, place = np.array(self.sensors).T, np.array(self.places).T
        self.sensors, self.places = [], []
        north, east, down = pymap3d.geodetic2ned(*place[:3], *sensor[:3])
        chord = np.stack([north, east, down], axis=-1)
        seen = np.einsum("nij,ni->nj", attitudes(*sensor[3:6]), lifted(chord))
        is_inside = angles_outside(seen, np.tan(np.radians(0.5 * sensor[6:8].T))) < SLACK_RAD
        self.outside_picture += int(np.count_nonzero(~is_inside))
        _, _, towards = pymap3d.geodetic2ned(*sensor[:3], *place[:3])
        is_level = sensor[8] == 0.0
        self.beyond_horizon += int(np.count_nonzero((towards >= 0.0) & is_level))
        self.off_surface += int(np.count_nonzero(np.abs(place[3]) > 0.06))


def surface_height_m(surface: Surface, points: GroundPoints) -> Array:
    """Return how high the surface is at the places, above the ellipsoid."""
    if isinstance(surface, TerrainSurface):
        return surface.terrain.height_hae_m(points.latitude_deg, points.longitude_deg)
    if isinstance(surface, HeightSurface):
        return np.full(len(points), surface.height_hae_m)
    return geoid_undulation_m(points.latitude_deg, points.longitude_deg)


def outside_polygon(view: View, surface: Surface, points: GroundPoints) -> int | None:
    """Return how many places lie outside the footprint's polygon; None where it has none.

    Where terrain has edges or holes the polygon is drawn in towards one point, and may leave
    out what lies behind a hole: it says less than the picture shows, and is not asked.
    """
    outline = footprint(view, CAMERA, surface=surface)
    if outline is None or len(outline.ring_deg_m) < 4:
        return None
    if outline.is_clipped and isinstance(surface, TerrainSurface):
        return None
    known = points.is_located
    origin = (view.latitude_deg or 0.0, view.longitude_deg or 0.0, view.height_hae_m or 0.0)
    ring = enu_m_from_geodetic(*outline.ring_deg_m.T, origin=origin)
    columns = (points.latitude_deg, points.longitude_deg, points.height_hae_m)
    places = enu_m_from_geodetic(*(each[known] for each in columns), origin=origin)
    polygon = shapely.Polygon(ring[:, :2])
    if not polygon.is_valid:
        polygon = shapely.make_valid(polygon)
    apart_m = shapely.distance(polygon, shapely.points(places[:, :2]))
    return int(np.count_nonzero(apart_m > SLACK_SHARE * points.slant_range_m[known]))


def run(*, n_views: int = N_VIEWS_BENCH, seed: int = 1) -> dict[str, Any]:
    """Return the row; met where nothing lies outside and nothing lacks its reason."""
    rng, ground, tally = np.random.default_rng(seed), terrains(), Tally()
    for n in range(n_views):
        view, surface = draw_surface(draw_view(rng), rng, ground)
        pixels = rng.uniform(
            -20.0, [CAMERA.width_px + 20.0, CAMERA.height_px + 20.0], (N_PIXELS, 2)
        )
        if rng.random() < 0.1:
            pixels[0] = 0.5 * CAMERA.width_px, 0.5 * CAMERA.height_px
        points = locate_points(view, CAMERA, pixels, surface=surface)
        tally.add(view, pixels, surface, points)
        if n % FOOTPRINT_EVERY == 0 and points.is_located.any():
            n_outside = outside_polygon(view, surface, points)
            tally.n_footprints += n_outside is not None
            tally.outside_polygon += n_outside or 0
    tally.judge()
    wrong = {
        name: getattr(tally, name)
        for name in (
            "without_reason",
            "outside_picture",
            "beyond_horizon",
            "off_surface",
            "outside_polygon",
        )
    }
    return {
        "figure": "no located point outside its frame's footprint; otherwise a typed reason",
        "n_views": tally.n_views,
        "n_pixels": tally.n_pixels,
        "n_located": tally.n_located,
        "n_footprints": tally.n_footprints,
        "reasons": dict(tally.reasons.most_common()),
        **wrong,
        "is_met": tally.n_located > 0 and not any(wrong.values()),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
