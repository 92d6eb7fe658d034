"""Platform motion: position, velocity, attitude and body rates, block by block.

A block is a tenth of a second with nodes a hundredth apart. What a block holds depends on the
seed and its number alone: it does not matter in which steps time was let pass.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    ecef_from_enu,
    ecef_from_geodetic,
    geoid_undulation_m,
)
from plainview.sensing import PlatformSpec
from plainview.twin.disturbance import (
    Disturbance,
    GustMotion,
    no_disturbance,
    waves_on_turret,
)
from plainview.twin.flight_plan import FlightPlan, RoutePlan, StandPlan, Weather, ground_track
from plainview.twin.ground_track import GroundTrack, TrackPoint, places_of_map
from plainview.twin.ship_motion import ShipMotion

__all__ = ["BLOCK_S", "NODE_S", "N_NODES", "PlatformBlock", "PlatformMotion"]

Array = npt.NDArray[np.float64]

BLOCK_S: Final = 0.1
NODE_S: Final = 0.01
N_NODES: Final = 11
"""Of a block, both ends included."""

_GRAVITY_M_S2: Final = 9.80665
_BANK_TIME_S: Final = 0.6
"""Assumed: over which bank and heading follow a turn that begins."""
_SLOWING_M_S2: Final = 1.0
"""Assumed: with which a platform that can stand comes to a stop."""
_STEP_M: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlatformBlock:
    """The nodes of one block.

    Args:
        number: Of the block; it starts a tenth of a second times it from the start.
        position_ecef_m: (11, 3).
        velocity_ecef_m_s: (11, 3).
        attitude_rad: (11, 3) roll, pitch, heading; the heading goes on past a full turn.
        rates_rad_s: (11, 3) of these angles.
        altitude_msl_m: (11,) above the geoid.
    """

    number: int
    position_ecef_m: Array
    velocity_ecef_m_s: Array
    attitude_rad: Array
    rates_rad_s: Array
    altitude_msl_m: Array


class PlatformMotion:
    """A platform on its way: gives its next block when asked.

    Args:
        platform: What it is.
        plan: Where it goes.
        weather: What moves it besides.
        generator: Of all chance in its motion.

    Raises:
        InputError: The platform cannot fly the plan.
    """

    def __init__(
        self,
        platform: PlatformSpec,
        plan: FlightPlan,
        *,
        weather: Weather,
        generator: np.random.Generator,
    ) -> None:
        self._platform, self._plan, self._weather = platform, plan, weather
        self._generator = generator
        self._track = ground_track(plan, platform=platform, weather=weather)
        self._along_m = 0.0
        self._number = 0
        self._gusts = self._draw_gusts()
        self._turning: list[float] | None = None
        self._ship = self._draw_ship()

    @property
    def is_in_air(self) -> bool:
        """Whether gusts move it."""
        return self._platform.kind not in ("ship", "mast")

    def next_block(self) -> PlatformBlock:
        """Return the next block and go on by it."""
        time_s: Array = BLOCK_S * self._number + NODE_S * np.arange(N_NODES, dtype=np.float64)
        points, speeds, along_m = self._walk()
        east_m, north_m, course, turn_rate = _columns(points, speeds)
        heights_m = self._heights_m(along_m)
        ecef_m, enu, course = self._on_earth((east_m, north_m), course, heights_m)
        steady, steady_rates = self._steady(
            course, speeds, turn_rate=turn_rate, heights_m=heights_m
        )
        moved, moving, angles, angle_rates = self._disturbed(time_s, float(heights_m[0]))
        offset, offset_rate = (_enu_from_body(each, steady[:, 2]) for each in (moved, moving))
        attitude, rates = steady + angles, steady_rates + angle_rates
        climb = np.gradient(heights_m, NODE_S)
        velocity = np.stack([speeds * np.sin(course), speeds * np.cos(course), climb], axis=-1)
        position = ecef_m + np.einsum("nij,nj->ni", enu, offset)
        block = PlatformBlock(
            number=self._number,
            position_ecef_m=position,
            velocity_ecef_m_s=np.einsum("nij,nj->ni", enu, velocity + offset_rate),
            attitude_rad=attitude,
            rates_rad_s=rates,
            altitude_msl_m=heights_m + offset[:, 2],
        )
        self._number += 1
        return block

    def _walk(self) -> tuple[list[TrackPoint], Array, Array]:
        """Return the nodes along the track, the speed over ground there, and how far along."""
        if self._track is None:
            still = TrackPoint(
                east_m=0.0,
                north_m=0.0,
                course_rad=math.radians(_stand(self._plan).heading_deg),
                curvature_1_m=0.0,
            )
            return [still] * N_NODES, np.zeros(N_NODES), np.zeros(N_NODES)
        points, speeds, along = [], [], []
        for node in range(N_NODES):
            point = self._track.at(self._along_m)
            speed = self._ground_speed_m_s(point.course_rad)
            points.append(point)
            speeds.append(speed)
            along.append(self._along_m)
            if node + 1 < N_NODES:
                middle = self._track.at(self._along_m + 0.5 * NODE_S * speed)
                self._along_m += NODE_S * self._ground_speed_m_s(middle.course_rad)
        return points, np.array(speeds), np.array(along)

    def _ground_speed_m_s(self, course_rad: float) -> float:
        """Return the speed along a course over the ground, the wind triangle solved for it."""
        track, speed = self._track, _speed(self._plan)
        if self._platform.kind != "ship":
            tail, right = self._wind(course_rad)
            speed = tail + math.sqrt(speed**2 - right**2)
        if track is not None and not track.is_closed and self._platform.least_speed_m_s == 0.0:
            left_m = max(0.0, track.length_m - self._along_m)
            speed = min(speed, math.sqrt(2.0 * _SLOWING_M_S2 * left_m))
        return speed

    def _wind(self, course_rad: float) -> tuple[float, float]:
        """Return the wind along a course and from its left to its right, m/s."""
        toward = math.radians(self._weather.wind_from_deg + 180.0) - course_rad
        return self._weather.wind_m_s * math.cos(toward), self._weather.wind_m_s * math.sin(toward)

    def _heights_m(self, along_m: Array) -> Array:
        if isinstance(self._plan, RoutePlan) and len(self._plan.altitude_msl_m) > 1:
            track = _track(self._track)
            heights = list(self._plan.altitude_msl_m)
            places = list(track.waypoints_m)
            if self._plan.is_closed:
                along_m = np.mod(along_m, track.length_m)
                places, heights = [*places, track.length_m], [*heights, heights[0]]
            return np.interp(along_m, places, heights)
        heights_m = self._plan.altitude_msl_m
        one = heights_m[0] if isinstance(heights_m, tuple) else heights_m
        return np.full(N_NODES, one)

    def _on_earth(
        self, map_m: tuple[Array, Array], course: Array, heights_m: Array
    ) -> tuple[Array, Array, Array]:
        """Return places (n, 3) ECEF, their east-north-up (n, 3, 3), and courses from true north."""
        if self._track is None:
            stand = _stand(self._plan)
            latitude = np.full(N_NODES, stand.latitude_deg)
            longitude = np.full(N_NODES, stand.longitude_deg)
        else:
            ahead = _STEP_M * np.stack([np.sin(course), np.cos(course)])
            latitude, longitude = places_of_map(
                self._track.origin,
                *(
                    np.concatenate([part, part + step])
                    for part, step in zip(map_m, ahead, strict=True)
                ),
            )
        undulation_m = geoid_undulation_m(latitude[:1], longitude[:1])
        last_m = geoid_undulation_m(
            latitude[N_NODES - 1 : N_NODES], longitude[N_NODES - 1 : N_NODES]
        )
        share = np.linspace(0.0, 1.0, N_NODES)
        hae_m = heights_m + undulation_m + share * (last_m - undulation_m)
        ecef_m = ecef_from_geodetic(latitude[:N_NODES], longitude[:N_NODES], hae_m)
        enu = ecef_from_enu(latitude[:N_NODES], longitude[:N_NODES])
        if self._track is not None:
            further = ecef_from_geodetic(latitude[N_NODES:], longitude[N_NODES:], hae_m)
            step = np.einsum("nji,nj->ni", enu, further - ecef_m)
            true = np.arctan2(step[:, 0], step[:, 1])
            course = course + np.mod(true - course + np.pi, 2.0 * np.pi) - np.pi
        return ecef_m, enu, course

    def _steady(
        self, course: Array, speeds: Array, *, turn_rate: Array, heights_m: Array
    ) -> tuple[Array, Array]:
        """Return roll, pitch and heading of the flight without gusts, (n, 3), and their rates."""
        attitude, rates = np.empty((2, N_NODES, 3))
        climb = np.gradient(heights_m, NODE_S)
        for node in range(N_NODES):
            bank, pitch, heading, heading_rate = self._wanted(
                float(course[node]),
                float(speeds[node]),
                turn_rate=float(turn_rate[node]),
                climb=float(climb[node]),
            )
            if self._turning is None:
                self._turning = [bank, 0.0, heading, heading_rate, pitch, 0.0]
            elif node > 0:
                self._follow(bank, pitch, heading=heading, heading_rate=heading_rate)
            held = self._turning
            attitude[node] = held[0], held[4], held[2]
            rates[node] = held[1], held[5], held[3]
        return attitude, rates

    def _wanted(
        self, course: float, speed: float, *, turn_rate: float, climb: float
    ) -> tuple[float, float, float, float]:
        """Return bank, pitch, heading and its rate that the track and the wind ask for."""
        platform = self._platform
        bank = 0.0
        if self._track is None:
            lean = self._weather.wind_m_s if self.is_in_air else 0.0
            return 0.0, self._pitch_rad(lean), course, 0.0
        crab, air, heading_rate = 0.0, speed, turn_rate
        if self.is_in_air:
            tail, right = self._wind(course)
            crab = -math.atan2(right, max(speed - tail, 1e-3))
            air = math.hypot(speed - tail, right)
            heading_rate = turn_rate * speed / max(speed - tail, 1e-3)
        if platform.bank_limit_deg > 0.0:
            bank = math.atan(speed * turn_rate / _GRAVITY_M_S2)
        pitch = self._pitch_rad(air) + math.atan2(climb, max(air, 1.0))
        if platform.kind in ("ship", "mast"):
            pitch = 0.0
        return bank, pitch, course + crab, heading_rate

    def _pitch_rad(self, air_m_s: float) -> float:
        """Return the mean pitch: what can hover leans with the square of its speed."""
        platform = self._platform
        pitch = math.radians(platform.pitch_deg)
        if platform.least_speed_m_s == 0.0 and platform.cruise_speed_m_s > 0.0:
            return pitch * (air_m_s / platform.cruise_speed_m_s) ** 2
        return pitch

    def _follow(self, bank: float, pitch: float, *, heading: float, heading_rate: float) -> None:
        """Let bank, pitch and heading go towards what is wanted, critically damped."""
        held = _held(self._turning)
        pole, step = 1.0 / _BANK_TIME_S, NODE_S
        heading = held[2] + math.remainder(heading - held[2], 2.0 * math.pi)
        for place, wanted, wanted_rate in (
            (0, bank, 0.0),
            (4, pitch, 0.0),
            (2, heading, heading_rate),
        ):
            gap_rate = held[place + 1] - wanted_rate
            gap = held[place] - (wanted - wanted_rate * step)
            decay = math.exp(-pole * step)
            second = gap_rate + pole * gap
            held[place] = wanted + decay * (gap + second * step)
            held[place + 1] = wanted_rate + decay * (second - pole * (gap + second * step))

    def _disturbed(self, time_s: Array, height_m: float) -> Disturbance:
        """Return what gusts and waves do at the nodes of a block; gusts only turn a ship."""
        gusts = waves = no_disturbance(N_NODES)
        if self._gusts is not None:
            gusts = self._gusts.next_nodes(N_NODES, height_m=height_m)
        if self._platform.kind == "ship":
            gusts = (waves[0], waves[1], gusts[2], gusts[3])
        if self._ship is not None:
            waves = waves_on_turret(self._ship, time_s, lever_m=_heights(self._plan)[0])
        moved, moving, turned, turning = (
            first + second for first, second in zip(gusts, waves, strict=True)
        )
        return moved, moving, turned, turning

    def _draw_gusts(self) -> GustMotion | None:
        if self._platform.kind == "mast" or self._weather.wind_20ft_m_s == 0.0:
            return None
        return GustMotion(
            self._platform,
            airspeed_m_s=self._weather.wind_m_s if self._track is None else _speed(self._plan),
            height_m=_heights(self._plan)[0],
            wind_20ft_m_s=self._weather.wind_20ft_m_s,
            step_s=NODE_S,
            generator=self._generator,
        )

    def _draw_ship(self) -> ShipMotion | None:
        hull, sea = self._platform.sea_keeping, self._weather.waves
        if hull is None or sea is None:
            return None
        heading_deg = (
            _stand(self._plan).heading_deg
            if self._track is None
            else math.degrees(self._track.at(0.0).course_rad)
        )
        return ShipMotion.draw(
            self._generator,
            hull=hull,
            sea=sea,
            heading_deg=heading_deg,
            speed_m_s=_speed(self._plan),
        )


def _enu_from_body(moved: Array, heading: Array) -> Array:
    """Return vectors (n, 3) forward, right, down as east, north, up."""
    sine, cosine = np.sin(heading), np.cos(heading)
    forward, right, down = moved.T
    return np.stack(
        [forward * sine + right * cosine, forward * cosine - right * sine, -down], axis=-1
    )


def _columns(points: list[TrackPoint], speeds: Array) -> tuple[Array, Array, Array, Array]:
    """Return east, north, course and rate of turn of points of a track, each (n,)."""
    table = np.array(
        [[each.east_m, each.north_m, each.course_rad, each.curvature_1_m] for each in points]
    )
    return table[:, 0], table[:, 1], table[:, 2], table[:, 3] * speeds


def _heights(plan: FlightPlan) -> tuple[float, ...]:
    heights = plan.altitude_msl_m
    return heights if isinstance(heights, tuple) else (heights,)


def _speed(plan: FlightPlan) -> float:
    return 0.0 if isinstance(plan, StandPlan) else plan.speed_m_s


def _stand(plan: FlightPlan) -> StandPlan:
    if not isinstance(plan, StandPlan):
        raise TypeError("only a place to stand at has no track")
    return plan


def _track(track: GroundTrack | None) -> GroundTrack:
    if track is None:
        raise ValueError("a route has a track")
    return track


def _held(turning: list[float] | None) -> list[float]:
    if turning is None:
        raise ValueError("the platform has not begun")
    return turning
