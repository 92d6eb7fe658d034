"""A scenario: a scene, a platform, a camera and their errors, as plain checked values."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from plainview.model import Band, Camera
from plainview.sensing import PoseErrors, SigmaPair
from plainview.sensing.checked_fields import (
    build,
    flag,
    number,
    optional_number,
    refusal,
    text,
)

__all__ = [
    "Aim",
    "CameraResponse",
    "Errors",
    "Gimbal",
    "Orbit",
    "Scenario",
    "SceneObject",
    "Sea",
    "SigmaPair",
    "instrument_settings",
    "read_scenario",
    "scenario_from_mapping",
]

_GRAVITY_M_S2: Final = 9.80665
_LEAST_DEPRESSION_DEG: Final = 3.0
"""Of the upper edge of the picture: the sea fills it, the horizon stays out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraResponse:
    """A camera: its picture and what its detector does to it.

    Args:
        name: Names the camera in every table.
        band: Part of the spectrum, as `Band` spells it.
        width_px: Columns, even; rows likewise.
        horizontal_fov_deg: Full angle across the picture; pixels are square.
        noise_k: Temporal noise of a pixel, 1-sigma (NETD).
        fixed_pattern_k: Noise that stays the same from frame to frame, 1-sigma.
        blur_px: 1-sigma of the point spread.
        window_k: Apparent temperatures that black to white spans, about the sea's mean.
    """

    name: str = text(default="camera-1")
    band: str = text(choices=tuple(Band), default="LWIR")
    width_px: int = number(low=64, high=4096)
    height_px: int = number(low=64, high=4096)
    horizontal_fov_deg: float = number(low=0.1, high=60.0)
    noise_k: float = number(low=0.0, high=10.0)
    fixed_pattern_k: float = number(low=0.0, high=10.0)
    blur_px: float = number(low=0.1, high=10.0)
    window_k: float = number(low=0.1, high=500.0)

    @property
    def vertical_fov_deg(self) -> float:
        """Full angle down the picture that makes pixels square."""
        tangent = math.tan(math.radians(0.5 * self.horizontal_fov_deg))
        return math.degrees(2.0 * math.atan(tangent * self.height_px / self.width_px))

    @property
    def pixel_sigma_k(self) -> float:
        """1-sigma of both kinds of noise in one pixel."""
        return math.hypot(self.noise_k, self.fixed_pattern_k)

    def camera(self) -> Camera:
        """Return the camera as the rest of plainview knows it."""
        return Camera(
            name=self.name, width_px=self.width_px, height_px=self.height_px, band=Band(self.band)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Orbit:
    """A platform that circles over the sea.

    Args:
        designation: What it is called in the metadata.
        east_m: Centre of the circle from the scene's origin; north likewise.
        radius_m: Of the circle.
        altitude_msl_m: Above the sea.
        speed_m_s: Over the ground.
        direction: ``right`` circles clockwise from above.
        start_bearing_deg: From the centre to the platform at the start, from true north.
        pitch_deg: Mean nose-up attitude.
        turbulence_deg: 1-sigma of heading, pitch and roll about the steady turn.
    """

    designation: str = text(default="orbiting aircraft")
    east_m: float = number(low=-50e3, high=50e3, default=0.0)
    north_m: float = number(low=-50e3, high=50e3, default=0.0)
    radius_m: float = number(low=100.0, high=20e3)
    altitude_msl_m: float = number(low=20.0, high=15e3)
    speed_m_s: float = number(low=1.0, high=300.0)
    direction: str = text(choices=("left", "right"), default="left")
    start_bearing_deg: float = number(low=-360.0, high=360.0)
    pitch_deg: float = number(low=-20.0, high=20.0, default=2.0)
    turbulence_deg: float = number(low=0.0, high=10.0)

    @property
    def turn_sign(self) -> float:
        """1 for a circle flown clockwise from above, -1 for the other."""
        return 1.0 if self.direction == "right" else -1.0

    @property
    def bank_deg(self) -> float:
        """Bank of the coordinated turn."""
        return math.degrees(math.atan(self.speed_m_s**2 / (_GRAVITY_M_S2 * self.radius_m)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What the gimbal points at from an instant on: an object, or a place at rest.

    Args:
        start_s: From the start of the video.
        object_id: The object that it holds; None for a place.
        east_m: From the object, or from the scene's origin; north likewise.
    """

    start_s: float = number(low=0.0, high=86_400.0)
    object_id: int | None = optional_number(low=1, high=100_000)
    east_m: float = number(low=-50e3, high=50e3, default=0.0)
    north_m: float = number(low=-50e3, high=50e3, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gimbal:
    """A stabilised gimbal that holds its picture level.

    Args:
        slew_s: How long it takes from one aim to the next.
        wander_deg: 1-sigma of the slow drift of the line of sight.
        jitter_deg: 1-sigma of its fast residual motion.
        aims: In order of their start; the first starts at 0.
    """

    slew_s: float = number(low=0.1, high=600.0)
    wander_deg: float = number(low=0.0, high=5.0)
    jitter_deg: float = number(low=0.0, high=1.0)
    aims: tuple[Aim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sea:
    """The sea as a thermal camera sees it.

    Args:
        temperature_c: Of the water.
        sky_temperature_c: Apparent, of the sky that a shallow look sees reflected.
        wind_from_deg: Where the wind comes from.
        wave_length_m: Of the dominant waves.
        waves_k: 1-sigma of the apparent temperature over waves, which travel downwind.
        patches_k: 1-sigma over streaks and slicks, which stay where they are.
        level_sigma_m: 1-sigma of the sea's level against the geoid; drawn once a mission.
    """

    temperature_c: float = number(low=-2.0, high=40.0)
    sky_temperature_c: float = number(low=-100.0, high=40.0)
    wind_from_deg: float = number(low=-360.0, high=360.0)
    wave_length_m: float = number(low=2.0, high=300.0)
    waves_k: float = number(low=0.0, high=10.0)
    patches_k: float = number(low=0.0, high=10.0)
    level_sigma_m: float = number(low=0.0, above=0.0, high=20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneObject:
    """A thing on the water.

    Args:
        object_id: From 1, its own.
        kind: Its shape: ``boat`` has a bow, the others are round.
        length_m: Along its course.
        width_m: Across it.
        height_m: Above the water.
        contrast_k: Apparent temperature over the sea's; negative is colder.
        engine_k: Of a warm spot at the stern over the rest; boats only.
        east_m: Of its middle at the start from the scene's origin; north likewise.
        course_deg: True; also where its bow points.
        speed_m_s: Over the ground.
    """

    object_id: int = number(low=1, high=100_000)
    kind: str = text(choices=("person", "raft", "boat"))
    length_m: float = number(low=0.0, above=0.0, high=400.0)
    width_m: float = number(low=0.0, above=0.0, high=100.0)
    height_m: float = number(low=0.0, high=50.0)
    contrast_k: float = number(low=-100.0, high=500.0)
    engine_k: float = number(low=0.0, high=500.0, default=0.0)
    east_m: float = number(low=-50e3, high=50e3)
    north_m: float = number(low=-50e3, high=50e3)
    course_deg: float = number(low=-360.0, high=360.0, default=0.0)
    speed_m_s: float = number(low=0.0, high=60.0, default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors(PoseErrors):
    """1-sigma of what the metadata gets wrong.

    Args:
        is_accuracy_reported: Whether the metadata say so themselves (ST 0601 item 102).
    """

    is_accuracy_reported: bool = flag()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that a flight is made of, but for the seed.

    Args:
        name: Names the mission.
        start: UTC of the first frame.
        duration_s: Of the video.
        frames_per_s: Of the video.
        latitude_deg: Of the scene's origin, WGS84; longitude likewise.
        camera: The camera.
        platform: What carries it.
        gimbal: How it is pointed.
        sea: What it looks at.
        objects: What floats there.
        instrument: The errors of the metadata.
    """

    name: str = text()
    start: datetime
    duration_s: float = number(low=0.0, above=0.0, high=86_400.0)
    frames_per_s: float = number(low=1.0, high=120.0)
    latitude_deg: float = number(low=-80.0, high=80.0)
    longitude_deg: float = number(low=-180.0, high=180.0)
    camera: CameraResponse
    platform: Orbit
    gimbal: Gimbal
    sea: Sea
    instrument: Errors
    objects: tuple[SceneObject, ...] = ()

    @property
    def start_us(self) -> int:
        """UTC of the first frame, microseconds since the Unix epoch."""
        return round(self.start.timestamp() * 1e6)

    @property
    def n_frames(self) -> int:
        """How many frames the video has."""
        return max(1, round(self.duration_s * self.frames_per_s))

    def video_time_us(self, frame_index: int) -> int:
        """Return the instant of a frame from the start of the video."""
        return round(frame_index * 1e6 / self.frames_per_s)


def scenario_from_mapping(values: Mapping[str, object], *, where: str) -> Scenario:
    """Return a scenario, every field checked and the whole found possible.

    Args:
        values: As TOML gives them.
        where: Where they come from, for the errors.

    Raises:
        InputError: A field is refused, or the parts do not fit together; it says which.
    """
    scenario = build(Scenario, values, where=where)
    _check_picture(scenario, where)
    _check_objects(scenario, where)
    _check_aims(scenario, where)
    _check_depression(scenario, where)
    return scenario


def _check_picture(scenario: Scenario, where: str) -> None:
    for name in ("width_px", "height_px"):
        if getattr(scenario.camera, name) % 2:
            raise refusal(f"{where}, camera, {name}", "is odd.", mend="Give an even number.")
    if scenario.platform.bank_deg > 60.0:
        raise refusal(
            f"{where}, platform, speed_m_s",
            f"needs a bank of {scenario.platform.bank_deg:.0f} degrees on this circle.",
            mend="Fly slower, or give a larger radius_m.",
        )


def _check_objects(scenario: Scenario, where: str) -> None:
    seen: set[int] = set()
    for row, thing in enumerate(scenario.objects, start=1):
        if thing.object_id in seen:
            raise refusal(
                f"{where}, objects {row}, object_id",
                f"is {thing.object_id} a second time.",
                mend="Give each object its own.",
            )
        seen.add(thing.object_id)


def _check_aims(scenario: Scenario, where: str) -> None:
    known = {thing.object_id for thing in scenario.objects} | {None}
    starts = [aim.start_s for aim in scenario.gimbal.aims]
    if not starts or starts[0] != 0.0 or starts != sorted(set(starts)):
        raise refusal(
            f"{where}, gimbal, aims",
            "do not start at 0 and go on in order.",
            mend="Give the first aim start_s = 0 and each other a later one.",
        )
    for row, aim in enumerate(scenario.gimbal.aims, start=1):
        if aim.object_id not in known:
            raise refusal(
                f"{where}, gimbal, aims {row}, object_id",
                f"is {aim.object_id}, which no object has.",
                mend="Name an object of the scenario, or give east_m and north_m alone.",
            )


def _check_depression(scenario: Scenario, where: str) -> None:
    """Refuse a look so shallow that the horizon would enter the picture."""
    orbit, things = scenario.platform, {thing.object_id: thing for thing in scenario.objects}
    for row, aim in enumerate(scenario.gimbal.aims, start=1):
        east_m, north_m, run_m = aim.east_m - orbit.east_m, aim.north_m - orbit.north_m, 0.0
        if aim.object_id is not None:
            thing = things[aim.object_id]
            east_m, north_m = east_m + thing.east_m, north_m + thing.north_m
            run_m = thing.speed_m_s * scenario.duration_s
        farthest_m = orbit.radius_m + math.hypot(east_m, north_m) + run_m
        centre_deg = math.degrees(math.atan2(orbit.altitude_msl_m, farthest_m))
        if centre_deg - 0.5 * scenario.camera.vertical_fov_deg < _LEAST_DEPRESSION_DEG:
            raise refusal(
                f"{where}, gimbal, aims {row}",
                "can bring the horizon into the picture, which this scene does not draw.",
                mend="Fly higher or nearer, or give a narrower horizontal_fov_deg.",
            )


def read_scenario(name: str) -> Scenario:
    """Return a scenario that lies beside this module.

    Args:
        name: ``rescue``: a search off a coast by night.

    Raises:
        InputError: None of that name lies there.
    """
    shipped = {path.stem: path for path in Path(__file__).parent.glob("*.toml")}
    if name not in shipped:
        known = ", ".join(sorted(shipped))
        raise refusal(f"scenario {name}", "is not known.", mend=f"Choose {known}.")
    values = tomllib.loads(shipped[name].read_text(encoding="utf-8"))
    return scenario_from_mapping(values, where=shipped[name].name)


def instrument_settings(scenario: Scenario) -> dict[str, dict[str, object]]:
    """Return what `plainview process --settings` needs to know of this scenario's errors.

    Returns:
        Tables by name, as the settings file has them: ``instrument`` with the own and shared
        1-sigma of each part of the pose, and ``surface`` with that of the sea's level.
    """
    tables: dict[str, object] = {
        name: {"own": pair.own, "shared": pair.shared}
        for name, pair in scenario.instrument.parts().items()
    }
    return {"instrument": tables, "surface": {"sea_level_sigma_m": scenario.sea.level_sigma_m}}
