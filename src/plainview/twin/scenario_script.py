"""Scenario script: what a person writes of a flight, field by field, as checked values.

The script names a turret and a platform; what they are is told apart. See
`plainview.twin.flight_scenario` for the flight that a script and they make.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plainview.sensing.checked_fields import flag, number, numbers, optional_number, text
from plainview.twin.ais_transmitter import BEACONS
from plainview.twin.scripted_land import ScriptedLand
from plainview.twin.world import OBJECT_SIZES_M

__all__ = [
    "AreaSearch",
    "ScenarioScript",
    "ScriptedCamera",
    "ScriptedFaults",
    "ScriptedObject",
    "ScriptedOrbit",
    "ScriptedPointing",
    "ScriptedRoute",
    "ScriptedRoutePoint",
    "ScriptedSearch",
    "ScriptedStand",
    "ScriptedTransmitter",
    "ScriptedWeather",
    "SilentSpan",
]

_FAR_M: Final = 200e3
_DIRECTIONS: Final = ("left", "right")
AREA_PATTERNS: Final = ("parallel_track", "creeping_line")
_PATTERNS: Final = (*AREA_PATTERNS, "expanding_square", "sector")
_TRANSMITTERS: Final = ("class_a", "class_b", *BEACONS)
_LEAST_C: Final = -273.15


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedCamera:
    """A camera of the turret that is switched on.

    Args:
        name: As the turret calls it.
        horizontal_fov_deg: Full angle across the picture that its zoom is set to; None takes
            the longest focal length.
        columns: Of its array, about the middle, that are read; None reads all. Rows likewise.
        binning: Pixels each way that are added into one.
        bits: 16 keeps what the converter gives; 8 what people see. None takes 16 for thermal
            cameras, 8 for others.
    """

    name: str = text()
    horizontal_fov_deg: float | None = optional_number(low=0.01, high=170.0)
    columns: int | None = optional_number(low=64, high=8192)
    rows: int | None = optional_number(low=64, high=8192)
    binning: int = number(low=1, high=8, default=1)
    bits: int | None = optional_number(low=8, high=16)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedWeather:
    """Wind, air, water and light.

    Args:
        wind_m_s: At 10 m; it makes the waves, drives the platform and shakes it.
        wind_from_deg: Where it comes from, true.
        water_c: Of the sea's skin.
        air_c: Of the air near it.
        visibility_km: Meteorological.
        sea_level_sigma_m: 1-sigma of the sea's level against the geoid, drawn once a flight.
    """

    wind_m_s: float = number(low=0.0, high=25.0, default=6.0)
    wind_from_deg: float = number(low=-360.0, high=360.0, default=270.0)
    water_c: float = number(low=_LEAST_C, high=60.0, default=12.0)
    air_c: float = number(low=_LEAST_C, high=60.0, default=11.0)
    visibility_km: float = number(low=0.2, high=300.0, default=23.0)
    sea_level_sigma_m: float = number(low=0.0, high=20.0, default=0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedOrbit:
    """A circle over the ground. East and north are metres from the scenario's origin.

    Args:
        east_m: Of its centre; north likewise.
        radius_m: Of the circle.
        altitude_msl_m: Above the geoid.
        speed_m_s: Through the air, or the water.
        start_bearing_deg: From the centre to the platform at the start, true.
        direction: ``right`` is clockwise from above.
    """

    east_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    north_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    radius_m: float = number(low=1.0, high=200e3)
    altitude_msl_m: float = number(low=-500.0, high=20e3)
    speed_m_s: float = number(low=0.1, high=300.0)
    start_bearing_deg: float = number(low=-360.0, high=360.0, default=0.0)
    direction: str = text(choices=_DIRECTIONS, default="left")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedRoutePoint:
    """A place that is flown past."""

    east_m: float = number(low=-_FAR_M, high=_FAR_M)
    north_m: float = number(low=-_FAR_M, high=_FAR_M)
    altitude_msl_m: float = number(low=-500.0, high=20e3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedRoute:
    """Waypoints in order.

    Args:
        speed_m_s: Through the air, or the water.
        is_closed: Whether the last leads on to the first.
        waypoints: At least two.
    """

    speed_m_s: float = number(low=0.1, high=300.0)
    is_closed: bool = flag()
    waypoints: tuple[ScriptedRoutePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSearch:
    """The area of a parallel track or creeping line search.

    Args:
        length_m: Along the heading.
        width_m: Across it.
    """

    length_m: float = number(low=1.0, high=500e3)
    width_m: float = number(low=1.0, high=500e3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedSearch:
    """A search pattern, by its name in the IAMSAR manual.

    Args:
        pattern: Which.
        east_m: Of its datum; north likewise.
        altitude_msl_m: Above the geoid.
        speed_m_s: Through the air, or the water.
        heading_deg: Of the first leg, or in which a creeping line advances, true.
        track_spacing_m: Between legs; a sector has none.
        area: Of a parallel track or creeping line.
        n_legs: Of an expanding square.
        radius_m: Of a sector.
    """

    pattern: str = text(choices=_PATTERNS)
    east_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    north_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    altitude_msl_m: float = number(low=-500.0, high=20e3)
    speed_m_s: float = number(low=0.1, high=300.0)
    heading_deg: float = number(low=-360.0, high=360.0, default=0.0)
    track_spacing_m: float | None = optional_number(low=1.0, high=100e3)
    area: AreaSearch | None = None
    n_legs: int | None = optional_number(low=1, high=1000)
    radius_m: float | None = optional_number(low=1.0, high=200e3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedStand:
    """A place to stand at: a hover, an anchored ship, a mast."""

    east_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    north_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    altitude_msl_m: float = number(low=-500.0, high=20e3)
    heading_deg: float = number(low=-360.0, high=360.0, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedPointing:
    """What the turret points at from an instant on: an object, a place, or angles.

    Args:
        start_s: From the start.
        object_id: The object that it is told to look at.
        east_m: Of a place on the surface; north likewise.
        azimuth_deg: On the platform from its nose, clockwise; elevation likewise, up positive.
    """

    start_s: float = number(low=0.0, high=86_400.0)
    object_id: int | None = optional_number(low=1, high=100_000)
    east_m: float | None = optional_number(low=-_FAR_M, high=_FAR_M)
    north_m: float | None = optional_number(low=-_FAR_M, high=_FAR_M)
    azimuth_deg: float | None = optional_number(low=-360.0, high=360.0)
    elevation_deg: float | None = optional_number(low=-180.0, high=180.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedObject:
    """A thing in the world, which moves straight on.

    Args:
        object_id: Its own, from 1.
        kind: What it is.
        east_m: Of its middle at the start; north likewise.
        course_deg: Where it heads and goes, true.
        speed_m_s: Over ground.
        length_m: Along its heading; None takes the kind's. Width and height likewise.
        temperature_c: Of its surface; None takes the air's, with what warm blood adds.
        hot_temperature_c: Of its engine or exhaust.
        above_m: Of its lower edge over the surface; for birds.
        reflectance: Of its surface in daylight.
    """

    object_id: int = number(low=1, high=100_000)
    kind: str = text(choices=tuple(OBJECT_SIZES_M))
    east_m: float = number(low=-_FAR_M, high=_FAR_M)
    north_m: float = number(low=-_FAR_M, high=_FAR_M)
    course_deg: float = number(low=-360.0, high=360.0, default=0.0)
    speed_m_s: float = number(low=0.0, high=100.0, default=0.0)
    length_m: float | None = optional_number(low=0.01, high=1000.0)
    width_m: float | None = optional_number(low=0.01, high=1000.0)
    height_m: float | None = optional_number(low=0.01, high=1000.0)
    temperature_c: float | None = optional_number(low=_LEAST_C, high=1200.0)
    hot_temperature_c: float | None = optional_number(low=_LEAST_C, high=1200.0)
    above_m: float = number(low=0.0, high=20e3, default=0.0)
    reflectance: float | None = optional_number(low=0.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentSpan:
    """A time in which nothing is sent."""

    from_s: float = number(low=0.0, high=86_400.0)
    to_s: float = number(low=0.0, high=86_400.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedFaults:
    """What is wrong with a transmitter; nothing where all is left out.

    Args:
        east_m: By how much its positions are off; north likewise.
        frozen_from_s: From when it says the same place for ever.
        clock_offset_s: By how much its clock is ahead.
        silent: When it does not send.
    """

    east_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    north_m: float = number(low=-_FAR_M, high=_FAR_M, default=0.0)
    frozen_from_s: float | None = optional_number(low=0.0, high=86_400.0)
    clock_offset_s: float = number(low=-86_400.0, high=86_400.0, default=0.0)
    silent: tuple[SilentSpan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedTransmitter:
    """The AIS of an object, or its distress beacon.

    Args:
        object_id: What carries it.
        mmsi: Nine digits; beacons have 970 (AIS-SART), 972 (MOB) or 974 (EPIRB-AIS) first.
        kind: Of the transmitter.
        name: Of a ship; SIMULATED is put before it.
        ship_type: By the standard's table.
        from_s: When it is switched on.
        faults: What is wrong with it.
    """

    object_id: int = number(low=1, high=100_000)
    mmsi: int = number(low=200_000_000, high=979_999_999)
    kind: str = text(choices=_TRANSMITTERS, default="class_b")
    name: str = text(default="")
    ship_type: int = number(low=0, high=255, default=0)
    from_s: float = number(low=0.0, high=86_400.0, default=0.0)
    faults: ScriptedFaults = ScriptedFaults()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioScript:
    """Everything that a person says of a flight.

    Args:
        name: Names the mission.
        description: What happens, in a sentence.
        start: UTC of the first frame; the sun stands where it stood then.
        duration_s: Of the flight.
        frames_per_s: Of every camera.
        latitude_deg: Of the origin, WGS84; longitude likewise.
        turret: One of the catalogue, or a file beside this one.
        platform: Likewise.
        camera: The camera that the pipeline looks at; the first where it is not said.
        cameras: Those that are switched on.
        weather: Wind, air, water.
        land: The ground; None for open sea.
        orbit: Where the platform goes: one of this, ``route``, ``search`` and ``stand``.
        pointings: What the turret looks at, in order; the first from the start on.
        range_every_s: How often the rangefinder is asked; None never asks it.
        range_at_s: When it is asked instead.
        objects: What is there.
        transmitters: Who sends AIS.
    """

    name: str = text()
    description: str = text(default="")
    start: datetime
    duration_s: float = number(low=0.0, above=0.0, high=86_400.0)
    frames_per_s: float = number(low=1.0, high=120.0, default=30.0)
    latitude_deg: float = number(low=-80.0, high=80.0)
    longitude_deg: float = number(low=-180.0, high=180.0)
    turret: str = text()
    platform: str = text()
    camera: str = text(default="")
    cameras: tuple[ScriptedCamera, ...]
    weather: ScriptedWeather = ScriptedWeather()
    land: ScriptedLand | None = None
    orbit: ScriptedOrbit | None = None
    route: ScriptedRoute | None = None
    search: ScriptedSearch | None = None
    stand: ScriptedStand | None = None
    pointings: tuple[ScriptedPointing, ...]
    range_every_s: float | None = optional_number(low=0.001, high=86_400.0)
    range_at_s: tuple[float, ...] = numbers(low=0.0, high=86_400.0)
    objects: tuple[ScriptedObject, ...] = ()
    transmitters: tuple[ScriptedTransmitter, ...] = ()
