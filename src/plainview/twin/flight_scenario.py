"""Flight scenario: a script with its turret and platform, found possible, ready to be flown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    Terrain,
    ecef_from_geodetic,
    enu_m_from_geodetic,
    geodetic_from_enu_m,
    geoid_undulation_m,
    sun_azimuth_deg,
    sun_elevation_deg,
)
from plainview.sensing import PlatformSpec, TurretSpec
from plainview.sensing.checked_fields import build, refusal
from plainview.twin.ais_transmitter import Transmitter
from plainview.twin.flight_plan import FlightPlan, Weather, ground_track
from plainview.twin.flown_camera import FlownCamera, flown_camera
from plainview.twin.land_surface import LandSurface
from plainview.twin.pointing import ObjectPlaces, Pointing, check_pointings
from plainview.twin.scenario_land import check_above_ground, land_of, terrain_of_script
from plainview.twin.scenario_script import ScenarioScript, ScriptedPointing
from plainview.twin.scripted_plan import scripted_plan
from plainview.twin.scripted_ranges import check_ranges
from plainview.twin.scripted_transmitter import scripted_transmitter, way_of_object
from plainview.twin.world import SunPosition, World, WorldObject
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["FlightScenario", "script_from_mapping"]

Array = npt.NDArray[np.float64]

_ZERO_C_K: Final = 273.15


def script_from_mapping(values: Mapping[str, object], *, where: str) -> ScenarioScript:
    """Return a script, every field checked by itself.

    Args:
        values: As TOML gives them.
        where: Where they come from, for the errors.

    Raises:
        InputError: A field is refused; it says which.
    """
    return build(ScenarioScript, values, where=where)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlightScenario:
    """Everything that a flight is made of, but for the seed.

    Args:
        script: What was written.
        turret: What looks.
        platform: What carries it.
        cameras: Those that are switched on.
        selected: Number of the camera that the pipeline looks at.
        plan: Where the platform goes.
        weather: What drives it.
        pointings: What the turret looks at.
        world: What is there, with the sea at the geoid; its seed is the flight's.
        transmitters: Who sends AIS.
        terrain: The ground as the pipeline is told it; None for open sea.
    """

    script: ScenarioScript
    turret: TurretSpec
    platform: PlatformSpec
    cameras: tuple[FlownCamera, ...]
    selected: int
    plan: FlightPlan
    weather: Weather
    pointings: tuple[Pointing, ...]
    world: World
    transmitters: tuple[Transmitter, ...]
    terrain: Terrain | None = None

    @classmethod
    def of(
        cls,
        script: ScenarioScript,
        *,
        turret: TurretSpec,
        platform: PlatformSpec,
        where: str,
        terrain: Terrain | None = None,
    ) -> "FlightScenario":
        """Return the flight of a script.

        Args:
            script: What was written.
            turret: The turret that it names.
            platform: The platform that it names.
            where: Where it comes from, for the errors.
            terrain: The height model that its land names; None where it names none.

        Raises:
            InputError: The parts are impossible or do not fit together; it names the field.
        """
        terrain = terrain_of_script(script, terrain, where=where)
        world = _world(script, where=where)
        world = replace(world, land=land_of(script, terrain, origin=world.origin, where=where))
        said = script.weather
        plan = scripted_plan(script, where=where)
        weather = Weather.of_wind(said.wind_m_s, from_deg=said.wind_from_deg)
        track = ground_track(plan, platform=platform, weather=weather)  # or refuses it
        check_above_ground(plan, track, world, duration_s=script.duration_s, where=where)
        cameras = tuple(
            flown_camera(each, turret, where=f"{where}, cameras {row}")
            for row, each in enumerate(script.cameras, start=1)
        )
        pointings = tuple(_pointing(each, world) for each in script.pointings)
        check_pointings(pointings, knows_objects=bool(script.objects))
        _check_held(script, where=where)
        check_ranges(script, turret, where=where)
        return cls(
            script=script,
            turret=turret,
            platform=platform,
            cameras=cameras,
            selected=_selected(script, where=where),
            plan=plan,
            weather=weather,
            pointings=pointings,
            world=world,
            transmitters=tuple(
                scripted_transmitter(each, script, world, where=f"{where}, transmitters {row}")
                for row, each in enumerate(script.transmitters, start=1)
            ),
            terrain=terrain,
        )

    @property
    def start_us(self) -> int:
        """UTC of the first frame, microseconds since the Unix epoch."""
        return round(self.script.start.timestamp() * MICROSECONDS_PER_SECOND)

    @property
    def n_frames(self) -> int:
        """How many frames each camera makes."""
        return max(1, round(self.script.duration_s * self.script.frames_per_s))

    def video_time_us(self, frame_index: int) -> int:
        """Return the instant of a frame from the start of the video."""
        return round(frame_index * MICROSECONDS_PER_SECOND / self.script.frames_per_s)

    def land_at(self, world: World) -> LandSurface | None:
        """Return the land with the sea as high as a world has it; its heights stay where they are.

        Args:
            world: With the sea's level of a flight.
        """
        return land_of(self.script, self.terrain, origin=world.origin, where=self.script.name)

    def object_places(self, world: World) -> ObjectPlaces:
        """Return where the things of a world are as they move on, on its surface."""
        things = {thing.object_id: thing for thing in world.objects}

        def places(object_id: int, time_s: Array) -> Array:
            thing = things[object_id]
            latitude, longitude = way_of_object(thing, world, time_s)
            height = world.sea_level_hae_m + _ground_m(world, latitude, longitude) + thing.above_m
            return ecef_from_geodetic(latitude, longitude, height)

        return places


def _world(script: ScenarioScript, *, where: str) -> World:
    start_us = script.start.timestamp() * MICROSECONDS_PER_SECOND
    place = (script.latitude_deg, script.longitude_deg)
    said = script.weather
    numbers = [thing.object_id for thing in script.objects]
    for row, number in enumerate(numbers):
        if number in numbers[:row]:
            raise refusal(
                f"{where}, objects {row + 1}, object_id",
                f"is {number} a second time.",
                mend="Give each object its own.",
            )
    return World(
        latitude_deg=script.latitude_deg,
        longitude_deg=script.longitude_deg,
        wind_m_s=said.wind_m_s,
        wind_from_deg=said.wind_from_deg,
        water_k=said.water_c + _ZERO_C_K,
        air_k=said.air_c + _ZERO_C_K,
        visibility_m=1e3 * said.visibility_km,
        sun=SunPosition(
            azimuth_deg=float(sun_azimuth_deg(start_us, *place)),
            elevation_deg=float(sun_elevation_deg(start_us, *place)),
        ),
        objects=tuple(
            WorldObject(
                object_id=thing.object_id,
                kind=thing.kind,
                east_m=thing.east_m,
                north_m=thing.north_m,
                course_deg=thing.course_deg,
                speed_m_s=thing.speed_m_s,
                length_m=thing.length_m,
                width_m=thing.width_m,
                height_m=thing.height_m,
                temperature_k=_kelvin(thing.temperature_c),
                hot_temperature_k=_kelvin(thing.hot_temperature_c),
                above_m=thing.above_m,
                reflectance=thing.reflectance,
            )
            for thing in script.objects
        ),
    )


def _ground_m(world: World, latitude_deg: Array, longitude_deg: Array) -> Array:
    """Return how high the ground of places is above the sea, (n,); 0 over water."""
    if world.land is None:
        return np.zeros(np.shape(latitude_deg))
    places = enu_m_from_geodetic(
        latitude_deg, longitude_deg, world.sea_level_hae_m, origin=world.origin
    )
    return world.land.heights_m(places[..., 0], places[..., 1])


def _kelvin(celsius: float | None) -> float | None:
    return None if celsius is None else celsius + _ZERO_C_K


def _selected(script: ScenarioScript, *, where: str) -> int:
    names = [each.name for each in script.cameras]
    for row, name in enumerate(names):
        if name in names[:row]:
            raise refusal(
                f"{where}, cameras {row + 1}, name",
                f"is {name} a second time.",
                mend="Switch each camera on once.",
            )
    if not names:
        raise refusal(f"{where}, cameras", "are none.", mend="Switch at least one on.")
    if not script.camera:
        return 0
    if script.camera not in names:
        raise refusal(
            f"{where}, camera",
            f"is {script.camera}, which is not switched on.",
            mend=f"Give one of {', '.join(names)}.",
        )
    return names.index(script.camera)


def _pointing(said: ScriptedPointing, world: World) -> Pointing:
    if said.east_m is None and said.north_m is None:
        return Pointing(
            start_s=said.start_s,
            object_id=said.object_id,
            azimuth_deg=said.azimuth_deg,
            elevation_deg=said.elevation_deg,
        )
    plane = np.array([[said.east_m or 0.0, said.north_m or 0.0, 0.0]])
    latitude, longitude, _ = geodetic_from_enu_m(plane, origin=world.origin)
    return Pointing(
        start_s=said.start_s,
        latitude_deg=float(latitude[0]),
        longitude_deg=float(longitude[0]),
        height_hae_m=float(
            geoid_undulation_m(latitude[0], longitude[0]) + _ground_m(world, latitude, longitude)[0]
        ),
        object_id=said.object_id,
        azimuth_deg=said.azimuth_deg,
        elevation_deg=said.elevation_deg,
    )


def _check_held(script: ScenarioScript, *, where: str) -> None:
    known: set[int | None] = {thing.object_id for thing in script.objects} | {None}
    named: dict[str, list[int | None]] = {
        "pointings": [each.object_id for each in script.pointings],
        "transmitters": [each.object_id for each in script.transmitters],
    }
    for name, numbers in named.items():
        for row, number in enumerate(numbers, start=1):
            if number not in known:
                raise refusal(
                    f"{where}, {name} {row}, object_id",
                    f"is {number}, which no object has.",
                    mend="Name an object of the scenario.",
                )
