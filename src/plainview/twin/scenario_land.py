"""The land of a scenario: made or read, found to be of the place, and under the platform."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import Terrain, enu_m_from_geodetic
from plainview.sensing.checked_fields import refusal
from plainview.twin.flight_plan import FlightPlan, OrbitPlan, RoutePlan
from plainview.twin.ground_track import GroundTrack, places_of_map
from plainview.twin.land_surface import LandSurface
from plainview.twin.scenario_script import ScenarioScript
from plainview.twin.scripted_land import hilly_terrain
from plainview.twin.world import World

__all__ = ["check_above_ground", "land_of", "terrain_of_script"]

Array = npt.NDArray[np.float64]

_STEP_M: Final = 10.0
_MOST_STEPS: Final = 20_000
_WIND_SHARE: Final = 2.0
"""Over the ground a platform may be this much faster than through the air."""


def terrain_of_script(
    script: ScenarioScript, given: Terrain | None, *, where: str
) -> Terrain | None:
    """Return the ground of a scenario; None for open sea.

    Args:
        script: What was written.
        given: The height model that it names; None where it names none.
        where: Where it comes from, for the errors.

    Raises:
        InputError: It says both a height model and hills or neither, the hills stand on their
            head, or the height model has holes.
    """
    land = script.land
    if land is None:
        return None
    if bool(land.terrain) == (land.hills is not None):
        raise refusal(
            f"{where}, land",
            "says both terrain and hills." if land.terrain else "says neither terrain nor hills.",
            mend='Give terrain = "FILE", or a table land.hills.',
        )
    if land.hills is None:
        if given is not None and (n_holes := _n_holes(given)):
            raise refusal(
                f"{where}, land, terrain",
                f"has {n_holes} heights inside it that are not known.",
                mend=f"Fill them, with `gdal_fillnodata.py {given.name} filled.tif` for example.",
            )
        return given
    if land.hills.highest_m <= land.hills.lowest_m:
        raise refusal(
            f"{where}, land, hills, highest_m",
            f"is {land.hills.highest_m:g}, not above lowest_m, {land.hills.lowest_m:g}.",
            mend="Give a greater one.",
        )
    return hilly_terrain(
        land.hills, latitude_deg=script.latitude_deg, longitude_deg=script.longitude_deg
    )


def land_of(
    script: ScenarioScript,
    terrain: Terrain | None,
    *,
    origin: tuple[float, float, float],
    where: str,
) -> LandSurface | None:
    """Return the land of a scenario as the twin draws it; None for open sea.

    Args:
        script: What was written.
        terrain: Its ground.
        origin: Of its world, on the sea.
        where: Where it comes from, for the errors.

    Raises:
        InputError: The terrain is of another place, or most of it is not known.
    """
    if script.land is None or terrain is None:
        return None
    try:
        return LandSurface.of(
            terrain,
            origin=origin,
            rng=np.random.default_rng(script.land.seed),
            cover_all_over=script.land.cover_all_over,
        )
    except InputError as error:
        raise refusal(
            f"{where}, land, terrain", f"({terrain.name}) {error.what}", mend=error.mend
        ) from error


def check_above_ground(
    plan: FlightPlan, track: GroundTrack | None, world: World, *, duration_s: float, where: str
) -> None:
    """Refuse a platform that would be under the ground.

    Args:
        plan: Where it goes.
        track: Its way over the ground; None for a place to stand at.
        world: With its land.
        duration_s: Of the flight.
        where: Where it comes from, for the errors.

    Raises:
        InputError: The ground rises above the way somewhere.
    """
    if world.land is None:
        return
    latitude, longitude, altitude_m = _way(plan, track, duration_s)
    places = enu_m_from_geodetic(latitude, longitude, world.sea_level_hae_m, origin=world.origin)
    ground_m = world.land.heights_m(places[:, 0], places[:, 1])
    worst = int(np.argmin(altitude_m - ground_m))
    if altitude_m[worst] <= ground_m[worst]:
        raise refusal(
            f"{where}, altitude_msl_m",
            f"is {altitude_m[worst]:.0f} where the ground is {ground_m[worst]:.0f} m high: the"
            " platform would be under it.",
            mend=f"Give more than {np.ceil(ground_m.max()):.0f}, or another way.",
        )


def _way(
    plan: FlightPlan, track: GroundTrack | None, duration_s: float
) -> tuple[Array, Array, Array]:
    """Return latitude, longitude and altitude of points along a way, (n,) each."""
    if track is None:
        assert not isinstance(plan, RoutePlan | OrbitPlan)
        latitude, longitude = np.array([plan.latitude_deg]), np.array([plan.longitude_deg])
        return latitude, longitude, np.array([plan.altitude_msl_m])
    assert isinstance(plan, RoutePlan | OrbitPlan)
    run_m = min(track.length_m, _WIND_SHARE * plan.speed_m_s * duration_s)
    n = int(np.clip(run_m / _STEP_M, 1, _MOST_STEPS)) + 1
    along_m = np.linspace(0.0, run_m, n)
    points = [track.at(each) for each in along_m.tolist()]
    latitude, longitude = places_of_map(
        track.origin,
        np.array([point.east_m for point in points]),
        np.array([point.north_m for point in points]),
    )
    if isinstance(plan, RoutePlan) and len(plan.altitude_msl_m) > 1:
        altitude_m = np.interp(along_m, track.waypoints_m, plan.altitude_msl_m)
    else:
        altitude_m = np.full(n, np.max(plan.altitude_msl_m))
    return latitude, longitude, altitude_m


def _n_holes(terrain: Terrain) -> int:
    """Return how many heights are not known inside what is; what lies at the edge is outside."""
    unknown = np.isnan(terrain.grid_hae_m)
    if not unknown.any():
        return 0
    _, parts = cv2.connectedComponents(unknown.astype(np.uint8), connectivity=4)
    edges = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
    return int(np.count_nonzero(unknown & ~np.isin(parts, edges)))
