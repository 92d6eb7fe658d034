"""Flights drawn at random for the proofs of error: one object, seen at a range and a depression.

Everything that the metadata gets wrong is drawn anew for each flight (shared) or each frame
(own), and so are the sea's level and the refraction. Nothing is rendered: a pixel is where the
true camera sees the true place, with noise, and what the reader knows of it comes from a packet
of ST 0601 that was written and read.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.drawn_scene import Aim, Scene, read_scenario
from bench.drawn_scene.flight import Flight
from bench.drawn_scene.reported import encode_view, read_view
from bench.drawn_scene.scenario import Errors, Gimbal, Orbit, Scenario, SceneObject
from plainview.geo import (
    MEAN_EARTH_RADIUS_M,
    REFRACTION_COEFFICIENT,
    REFRACTION_COEFFICIENT_SIGMA,
    GeoidSurface,
    apparent_directions,
    ecef_from_enu,
    geodetic_from_ecef,
    geoid_undulation_m,
    points_on_rays,
    project_points,
    rays_from_view,
)
from plainview.model import Camera, View, ViewSigma
from plainview.twin import PoseError, erroneous_view

__all__ = [
    "BINS",
    "LEVEL_SIGMA_M",
    "PIXEL_SIGMA",
    "RANGES_M",
    "Bin",
    "DrawnFlight",
    "draw_flight",
]

Array = npt.NDArray[np.float64]
Place = tuple[float, float, float]
"""Latitude, longitude (degrees) and height above the ellipsoid (metres)."""

RANGES_M: Final = ((500.0, 2e3), (2e3, 5e3), (5e3, 15e3), (15e3, 40e3))
DEPRESSIONS_DEG: Final = ((2.0, 5.0), (5.0, 15.0), (15.0, 45.0), (45.0, 80.0))
PIXEL_SIGMA: Final = 0.5
LEVEL_SIGMA_M: Final = 1.2
_HEIGHTS_M: Final = (15.0, 15e3)
"""From a drone at a mast's height to a long-endurance aircraft; the rest is not flown."""
_LEAST_WIDTH_M: Final = 150.0
_MOST_BANK_DEG: Final = 25.0
_HEADING_STEP_DEG: Final = 360.0 / 65_535.0
_FIELD_STEP_DEG: Final = 180.0 / 65_535.0
"""ST 0601 items 5 and 16; attitude (90, 91), gimbal and place have steps that do not matter."""
_N_TRIES: Final = 1000


Views = tuple[View, View]
"""The true one, and what the metadata says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Ranges and depressions that are judged together; slant metres, degrees at the sensor."""

    range_m: tuple[float, float]
    depression_deg: tuple[float, float]

    @property
    def name(self) -> str:
        """How tables call it."""
        (near, far), (low, high) = self.range_m, self.depression_deg
        return f"{1e-3 * near:g}-{1e-3 * far:g} km, {low:g}-{high:g} deg"

    def holds(self, range_m: float, depression_deg: float) -> bool:
        """Whether a look is of this bin."""
        (near, far), (low, high) = self.range_m, self.depression_deg
        return near <= range_m <= far and low <= depression_deg <= high


BINS: Final = tuple(
    Bin(range_m=span_m, depression_deg=span_deg)
    for span_m in RANGES_M
    for span_deg in DEPRESSIONS_DEG
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnFlight:
    """One flight with the errors of its metadata.

    Args:
        scenario: Platform, gimbal, camera and the 1-sigma of the metadata.
        flight: The true motion.
        shared: What the metadata gets wrong all the time.
        level_m: Of the sea above the geoid.
        refraction: The true coefficient.
        start_ecef_m: Where the object is at time 0, (3,).
    """

    scenario: Scenario
    flight: Flight
    shared: PoseError
    level_m: float
    refraction: float
    start_ecef_m: Array

    @property
    def camera(self) -> Camera:
        """The camera of the flight."""
        return self.scenario.camera.camera()

    @property
    def sigma(self) -> ViewSigma:
        """What the metadata's errors are, and what the reader is told that they are."""
        return self.scenario.instrument.sigma()

    @property
    def speed_en_m_s(self) -> Array:
        """How fast the object moves at time 0, (2,) east and north."""
        thing = self.scenario.objects[0]
        course = math.radians(thing.course_deg)
        return thing.speed_m_s * np.array([math.sin(course), math.cos(course)])

    @property
    def surface(self) -> GeoidSurface:
        """What a reader brings rays to."""
        return GeoidSurface(altitude_msl_m=0.0, sigma_m=LEVEL_SIGMA_M)

    def views(self, time_s: Array, generator: np.random.Generator) -> list[Views]:
        """Return the true View and what the metadata says of it, at each of instants (n,)."""
        errors = [self.shared + PoseError.draw_own(generator, self.sigma) for _ in time_s]
        stated_s = time_s + [error.time_s for error in errors]
        both = self.flight.views(np.concatenate([time_s, stated_s]))
        pairs = zip(both[: len(time_s)], both[len(time_s) :], errors, strict=True)
        return [(true, self._reported(true, pose, error)) for true, pose, error in pairs]

    def _reported(self, true: View, pose: View, error: PoseError) -> View:
        wrong = replace(erroneous_view(pose, error), time_us=true.time_us)
        packet = encode_view(wrong, self.scenario)
        return read_view(packet, instrument=wrong, scenario=self.scenario)

    def rounded_views(self, time_s: Array, generator: np.random.Generator) -> list[Views]:
        """Return what `views` does, ten times as fast: only the first goes through a packet.

        The rounding of the others to the steps of the wire is drawn as what it is, even
        within a step, where it is not negligible: of heading and fields of view.
        """
        errors = [self._rounded_error(generator) for _ in time_s]
        stated_s = time_s + [error.time_s for error in errors]
        both = self.flight.views(np.concatenate([time_s, stated_s]))
        first = self._reported(both[0], both[len(time_s)], errors[0])
        return [
            (true, replace(erroneous_view(pose, error), time_us=true.time_us, sigma=first.sigma))
            for true, pose, error in zip(both, both[len(time_s) :], errors, strict=False)
        ]

    def _rounded_error(self, generator: np.random.Generator) -> PoseError:
        drawn = self.shared + PoseError.draw_own(generator, self.sigma)
        heading, field = generator.uniform(-0.5, 0.5, 2)
        ratio = field * _FIELD_STEP_DEG / self.scenario.camera.horizontal_fov_deg
        return replace(
            drawn,
            platform_heading_deg=drawn.platform_heading_deg + heading * _HEADING_STEP_DEG,
            field_of_view_ratio=drawn.field_of_view_ratio + ratio,
        )

    def pixel(self, true: View, place: Place) -> Array:
        """Return where a place is seen, (1, 2), without noise."""
        latitude, longitude, height = ([part] for part in place)
        return project_points(
            true, self.camera, latitude, longitude, height, refraction=self.refraction
        )

    def place(self, offset_en_m: npt.ArrayLike = (0.0, 0.0)) -> Place:
        """Return where the object is once it has moved east and north over the sea, (2,)."""
        start = geodetic_from_ecef(self.start_ecef_m)
        shift = ecef_from_enu(start[0], start[1]) @ np.array([*np.asarray(offset_en_m), 0.0])
        latitude, longitude, _ = (
            float(part) for part in geodetic_from_ecef(self.start_ecef_m + shift)
        )
        sea_m = float(geoid_undulation_m(latitude, longitude)) + self.level_m
        return latitude, longitude, sea_m


@cache
def _base() -> Scenario:
    """Return what the flights have in common; reading it takes longer than drawing one."""
    return read_scenario("rescue")


def _thing(speed_en_m_s: Array) -> SceneObject:
    """Return what the gimbal follows: it starts at the origin."""
    east_m_s, north_m_s = speed_en_m_s.tolist()
    return SceneObject(
        object_id=1,
        kind="boat",
        length_m=6.0,
        width_m=2.0,
        height_m=1.0,
        contrast_k=1.0,
        east_m=0.0,
        north_m=0.0,
        course_deg=math.degrees(math.atan2(east_m_s, north_m_s)),
        speed_m_s=math.hypot(east_m_s, north_m_s),
    )


def _draw_scenario(
    where: Bin, generator: np.random.Generator, errors: Errors, *, speed_sigma_m_s: float
) -> Scenario | None:
    """Return a scenario whose aim, the scene's origin, lies about the middle of a bin."""
    near, far = where.range_m
    range_m = float(np.exp(generator.uniform(math.log(near), math.log(far))))
    depression = math.radians(generator.uniform(*where.depression_deg))
    ground_m = range_m * math.cos(depression)
    height_m = range_m * math.sin(depression) - ground_m**2 / (2.0 * MEAN_EARTH_RADIUS_M)
    if not _HEIGHTS_M[0] <= height_m <= _HEIGHTS_M[1]:
        return None
    base = _base()
    speed_m_s = float(generator.uniform(10.0, 20.0 if height_m < 150.0 else 80.0))
    least_m = speed_m_s**2 / (9.81 * math.tan(math.radians(_MOST_BANK_DEG)))
    radius_m = float(generator.uniform(1.0, 4.0) * max(least_m, 100.0))
    toward, around = generator.uniform(0.0, 2.0 * math.pi, 2)
    east_m = ground_m * math.sin(toward) - radius_m * math.sin(around)
    north_m = ground_m * math.cos(toward) - radius_m * math.cos(around)
    speed_en_m_s = generator.normal(0.0, speed_sigma_m_s, 2)
    widest_deg = min(30.0, 1.2 * math.degrees(depression))
    narrowest_deg = min(widest_deg, max(0.5, math.degrees(_LEAST_WIDTH_M / range_m)))
    fov_deg = float(np.exp(generator.uniform(math.log(narrowest_deg), math.log(widest_deg))))
    return replace(
        base,
        start=datetime(2026, 3, 14, tzinfo=UTC),
        latitude_deg=float(np.degrees(np.arcsin(generator.uniform(-0.9, 0.9)))),
        longitude_deg=float(generator.uniform(-180.0, 180.0)),
        camera=replace(base.camera, horizontal_fov_deg=fov_deg),
        platform=Orbit(
            east_m=east_m,
            north_m=north_m,
            radius_m=radius_m,
            altitude_msl_m=height_m,
            speed_m_s=speed_m_s,
            direction=str(generator.choice(["left", "right"])),
            start_bearing_deg=math.degrees(around),
            turbulence_deg=1.0,
        ),
        gimbal=Gimbal(
            slew_s=4.0, wander_deg=0.03, jitter_deg=0.0015, aims=(Aim(start_s=0.0, object_id=1),)
        ),
        objects=(_thing(speed_en_m_s),),
        instrument=errors,
    )


def draw_flight(
    where: Bin,
    generator: np.random.Generator,
    errors: Errors,
    *,
    edge: float = 0.0,
    speed_sigma_m_s: float = 0.0,
) -> DrawnFlight:
    """Draw a flight whose object lies in a bin of range and depression at time 0.

    Args:
        where: The bin.
        generator: Of all chance.
        errors: 1-sigma of the metadata, which is also what the reader is told.
        edge: Share of the picture along its edges that the object keeps out of.
        speed_sigma_m_s: 1-sigma of its speed, each axis; the gimbal follows it.
    """
    for _ in range(_N_TRIES):
        scenario = _draw_scenario(where, generator, errors, speed_sigma_m_s=speed_sigma_m_s)
        if scenario is None:
            continue
        level_m = float(generator.normal(0.0, LEVEL_SIGMA_M))
        scene = Scene.of(scenario, level_m=level_m)
        flight = Flight.draw(generator, scenario=scenario, scene=scene)
        refraction = float(generator.normal(REFRACTION_COEFFICIENT, REFRACTION_COEFFICIENT_SIGMA))
        found = _draw_object(where, generator, (flight, level_m, refraction), edge=edge)
        if found is not None:
            return DrawnFlight(
                scenario=scenario,
                flight=flight,
                shared=PoseError.draw_shared(generator, errors.sigma()),
                level_m=level_m,
                refraction=refraction,
                start_ecef_m=found,
            )
    raise ValueError(f"no flight in {_N_TRIES} has its object at {where.name}")


def _draw_object(
    where: Bin,
    generator: np.random.Generator,
    world: tuple[Flight, float, float],
    *,
    edge: float,
) -> Array | None:
    """Return a place (3,) ECEF in the picture at time 0; None where it is not in the bin."""
    flight, level_m, refraction = world
    view, camera = flight.poses(np.zeros(1))[0], flight.scenario.camera.camera()
    share = generator.uniform(edge, 1.0 - edge, (1, 2))
    origin, direction = rays_from_view(view, camera, share * [camera.width_px, camera.height_px])
    sea = GeoidSurface(altitude_msl_m=level_m, sigma_m=0.0)
    range_m, _ = sea.intersect(origin, direction, refraction=refraction)
    if np.isnan(range_m[0]):
        return None
    point = points_on_rays(origin, direction, range_m, refraction=refraction)
    up = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)[:, 2]
    seen = apparent_directions(origin, point, refraction=refraction)[0]
    depression_deg = -math.degrees(math.asin(float(seen @ up)))
    return point[0] if where.holds(float(range_m[0]), depression_deg) else None
