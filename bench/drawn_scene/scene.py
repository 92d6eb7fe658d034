"""The scene: where the sea is, and where everything on it is at an instant."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scenario import Scenario, SceneObject
from plainview.geo import geodetic_from_enu_m, geoid_undulation_m

__all__ = ["Places", "Scene", "outline_m"]

Array = npt.NDArray[np.float64]

_N_ROUND: Final = 12
_BOAT_OUTLINE: Final = np.array(
    [[0.5, 0.0], [0.3, 0.38], [0.1, 0.5], [-0.5, 0.44], [-0.5, -0.44], [0.1, -0.5], [0.3, -0.38]]
)
"""Of a hull with a bow: shares of length forward and of width to starboard."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Places on WGS84, each array (n,).

    Args:
        latitude_deg: WGS84; longitude likewise.
        height_hae_m: Above the ellipsoid.
    """

    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The sea about an origin, and what moves on it.

    East and north are measured on the plane that touches the ellipsoid at the origin; the
    sea is the geoid, raised by one level for the whole mission.

    Args:
        latitude_deg: Of the origin; longitude likewise.
        level_m: Of the sea above the geoid.
        origin_height_hae_m: Of the origin, on the sea, above the ellipsoid.
        objects: What moves on it.
    """

    latitude_deg: float
    longitude_deg: float
    level_m: float
    origin_height_hae_m: float
    objects: tuple[SceneObject, ...]

    @classmethod
    def of(cls, scenario: Scenario, *, level_m: float) -> Self:
        """Return the scene of a scenario at one level of its sea."""
        undulation_m = geoid_undulation_m(scenario.latitude_deg, scenario.longitude_deg)
        return cls(
            latitude_deg=scenario.latitude_deg,
            longitude_deg=scenario.longitude_deg,
            level_m=level_m,
            origin_height_hae_m=float(undulation_m) + level_m,
            objects=scenario.objects,
        )

    @property
    def origin(self) -> tuple[float, float, float]:
        """Latitude, longitude and height above the ellipsoid of the origin, on the sea."""
        return self.latitude_deg, self.longitude_deg, self.origin_height_hae_m

    def places(self, east_north_m: npt.ArrayLike, *, above_sea_m: npt.ArrayLike = 0.0) -> Places:
        """Return where points of the scene are.

        Args:
            east_north_m: (n, 2) metres from the origin.
            above_sea_m: (n,) or one for all.
        """
        flat = np.asarray(east_north_m, dtype=np.float64).reshape(-1, 2)
        plane = np.concatenate([flat, np.zeros((len(flat), 1))], axis=-1)
        latitude, longitude, _ = geodetic_from_enu_m(plane, origin=self.origin)
        sea_m = geoid_undulation_m(latitude, longitude) + self.level_m
        return Places(
            latitude_deg=latitude,
            longitude_deg=longitude,
            height_hae_m=sea_m + np.asarray(above_sea_m),
        )

    def object_east_north_m(self, time_s: float) -> Array:
        """Return the middle of each object at an instant, (n, 2) metres from the origin."""
        start = np.array([[thing.east_m, thing.north_m] for thing in self.objects])
        middles: Array = start.reshape(-1, 2) + time_s * self._velocities_m_s()
        return middles

    def _velocities_m_s(self) -> Array:
        course = np.radians([thing.course_deg for thing in self.objects])
        speed = np.array([thing.speed_m_s for thing in self.objects])
        velocities: Array = speed[:, np.newaxis] * np.stack(
            [np.sin(course), np.cos(course)], axis=-1
        )
        return velocities

    def position_of(self, object_id: int, time_s: Array) -> Array:
        """Return the middle of one object at instants (n,), (n, 2) metres from the origin."""
        thing = next(thing for thing in self.objects if thing.object_id == object_id)
        course = np.radians(thing.course_deg)
        run_m = thing.speed_m_s * time_s
        return np.stack(
            [thing.east_m + run_m * np.sin(course), thing.north_m + run_m * np.cos(course)], axis=-1
        )


def outline_m(thing: SceneObject) -> Array:
    """Return the outline of an object seen from above, (n, 2) metres east and north of it."""
    if thing.kind == "boat":
        shares = _BOAT_OUTLINE
    else:
        turn = np.linspace(0.0, 2.0 * np.pi, _N_ROUND, endpoint=False)
        shares = 0.5 * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    forward_m, right_m = (shares * [thing.length_m, thing.width_m]).T
    course = np.radians(thing.course_deg)
    east_m = forward_m * np.sin(course) + right_m * np.cos(course)
    north_m = forward_m * np.cos(course) - right_m * np.sin(course)
    return np.stack([east_m, north_m], axis=-1)
