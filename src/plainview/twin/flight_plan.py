"""Flight plans: a route past waypoints, a search pattern, an orbit, or a place to stand at."""

import math
from dataclasses import dataclass
from typing import Final, Self

from plainview.errors import InputError
from plainview.planning import SearchPattern
from plainview.sensing import PlatformSpec
from plainview.twin.ground_track import GroundTrack, circle_track, route_track
from plainview.twin.ship_motion import WaveSpectrum

__all__ = [
    "FlightPlan",
    "OrbitPlan",
    "RoutePlan",
    "StandPlan",
    "Weather",
    "ground_track",
    "least_turn_radius_m",
    "plan_of_pattern",
]

_GRAVITY_M_S2: Final = 9.80665
_MOST_WIND_SHARE: Final = 0.9
_LEAST_WIND_M_S: Final = 1.0
_MOST_ALTITUDE_M: Final = 20_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What moves a platform that would move by itself otherwise.

    Args:
        wind_from_deg: Where the wind comes from, true.
        wind_m_s: The wind at the platform's height.
        wind_20ft_m_s: The wind at 20 feet, which sets the turbulence; 0 for none.
        waves: The sea that a ship meets; None for a flat one.
    """

    wind_from_deg: float = 0.0
    wind_m_s: float = 0.0
    wind_20ft_m_s: float = 0.0
    waves: WaveSpectrum | None = None

    def __post_init__(self) -> None:
        _check("weather", "wind_from_deg", self.wind_from_deg, low=-360.0, high=360.0)
        _check("weather", "wind_m_s", self.wind_m_s, low=0.0, high=80.0)
        _check("weather", "wind_20ft_m_s", self.wind_20ft_m_s, low=0.0, high=60.0)
        if self.waves is not None:
            height_m, period_s = self.waves.significant_height_m, self.waves.peak_period_s
            _check("weather, waves", "significant_height_m", height_m, low=0.0, high=25.0)
            _check("weather, waves", "peak_period_s", period_s, low=0.2, high=30.0)
            _check("weather, waves", "from_deg", self.waves.from_deg, low=-360.0, high=360.0)

    @classmethod
    def of_wind(cls, wind_m_s: float, *, from_deg: float) -> Self:
        """Return the weather of one wind: its turbulence and its fully developed sea.

        A wind below 1 m/s makes no waves that would move a ship.
        """
        waves = (
            None
            if not wind_m_s >= _LEAST_WIND_M_S
            else WaveSpectrum.of_wind(wind_m_s, from_deg=from_deg)
        )
        return cls(wind_from_deg=from_deg, wind_m_s=wind_m_s, wind_20ft_m_s=wind_m_s, waves=waves)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """Waypoints in order, flown past with turns of bounded bank.

    Args:
        latitude_deg: (n,) of the waypoints, WGS84; longitude likewise.
        altitude_msl_m: (n,) above the geoid, or one for all.
        speed_m_s: Through the air, or the water for a ship.
        is_closed: Whether the last waypoint leads on to the first.
    """

    latitude_deg: tuple[float, ...]
    longitude_deg: tuple[float, ...]
    altitude_msl_m: tuple[float, ...]
    speed_m_s: float
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrbitPlan:
    """A circle over the ground.

    Args:
        latitude_deg: Of its centre, WGS84; longitude likewise.
        radius_m: Of the circle.
        altitude_msl_m: Above the geoid.
        speed_m_s: Through the air, or the water for a ship.
        start_bearing_deg: From the centre to the platform at the start, true.
        direction: ``right`` circles clockwise from above, ``left`` the other way.
    """

    latitude_deg: float
    longitude_deg: float
    radius_m: float
    altitude_msl_m: float
    speed_m_s: float
    start_bearing_deg: float = 0.0
    direction: str = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandPlan:
    """A place to stand at: a hover, an anchored ship, a mast.

    Args:
        latitude_deg: WGS84; longitude likewise.
        altitude_msl_m: Above the geoid.
        heading_deg: True.
    """

    latitude_deg: float
    longitude_deg: float
    altitude_msl_m: float
    heading_deg: float = 0.0


FlightPlan = RoutePlan | OrbitPlan | StandPlan


def plan_of_pattern(
    pattern: SearchPattern, *, altitude_msl_m: float, speed_m_s: float
) -> RoutePlan:
    """Return the route that flies a search pattern at one height."""
    return RoutePlan(
        latitude_deg=tuple(pattern.latitude_deg.tolist()),
        longitude_deg=tuple(pattern.longitude_deg.tolist()),
        altitude_msl_m=(altitude_msl_m,),
        speed_m_s=speed_m_s,
        is_closed=pattern.is_closed,
    )


def least_turn_radius_m(platform: PlatformSpec, *, speed_m_s: float, weather: Weather) -> float:
    """Return the radius of the tightest turn over the ground, with the wind from behind.

    Args:
        platform: Its limits of bank and rate of turn.
        speed_m_s: Through the air or the water.
        weather: The wind, which makes the platform faster over the ground.

    Source:
        Coordinated turn: the tangent of the bank is speed squared over gravity and radius.
    """
    ground_m_s = speed_m_s + (0.0 if platform.kind == "ship" else weather.wind_m_s)
    radii = [0.0]
    if platform.bank_limit_deg > 0.0:
        radii.append(
            ground_m_s**2 / (_GRAVITY_M_S2 * math.tan(math.radians(platform.bank_limit_deg)))
        )
    if platform.turn_rate_limit_deg_s > 0.0:
        radii.append(ground_m_s / math.radians(platform.turn_rate_limit_deg_s))
    return max(radii)


def ground_track(
    plan: FlightPlan, *, platform: PlatformSpec, weather: Weather
) -> GroundTrack | None:
    """Return the track of a plan over the ground; None for a place to stand at.

    Raises:
        InputError: The platform cannot fly it; it names the field and the reason.
    """
    _check_platform(plan, platform)
    if isinstance(plan, StandPlan):
        _check_stand(plan, platform, weather)
        return None
    _check_speed(plan, platform, weather)
    radius_m = least_turn_radius_m(platform, speed_m_s=plan.speed_m_s, weather=weather)
    if isinstance(plan, RoutePlan):
        return _route(plan, platform, radius_m)
    _check("orbit", "latitude_deg", plan.latitude_deg, low=-85.0, high=85.0)
    _check("orbit", "longitude_deg", plan.longitude_deg, low=-180.0, high=180.0)
    _check("orbit", "start_bearing_deg", plan.start_bearing_deg, low=-360.0, high=360.0)
    _check("orbit", "radius_m", plan.radius_m, low=1.0, high=200e3)
    if plan.direction not in ("left", "right"):
        raise InputError(
            where="orbit, direction", what=f"is {plan.direction!r}.", mend="Give left or right."
        )
    if plan.radius_m < radius_m:
        raise InputError(
            where="orbit, radius_m",
            what=f"is {plan.radius_m:g}; at this speed and wind the {platform.kind} needs "
            f"{radius_m:.0f} m for its {platform.bank_limit_deg:g} degrees of bank.",
            mend="Give a larger radius_m or a smaller speed_m_s.",
        )
    return circle_track(
        (plan.latitude_deg, plan.longitude_deg),
        radius_m=plan.radius_m,
        start_bearing_deg=plan.start_bearing_deg,
        sign=1 if plan.direction == "right" else -1,
    )


def _route(plan: RoutePlan, platform: PlatformSpec, radius_m: float) -> GroundTrack:
    n_points = len(plan.latitude_deg)
    if n_points < 2 or len(plan.longitude_deg) != n_points:
        raise InputError(
            where="route, latitude_deg",
            what=f"has {n_points} waypoints and longitude_deg {len(plan.longitude_deg)}.",
            mend="Give at least two waypoints, each with both.",
        )
    for latitude, longitude in zip(plan.latitude_deg, plan.longitude_deg, strict=True):
        _check("route", "latitude_deg", latitude, low=-85.0, high=85.0)
        _check("route", "longitude_deg", longitude, low=-180.0, high=180.0)
    if len(plan.altitude_msl_m) not in (1, n_points):
        raise InputError(
            where="route, altitude_msl_m",
            what=f"has {len(plan.altitude_msl_m)} values for {n_points} waypoints.",
            mend="Give one for all, or one for each.",
        )
    track = route_track(
        plan.latitude_deg,
        plan.longitude_deg,
        turn_radius_m=radius_m,
        is_closed=plan.is_closed,
        holds_at_end=platform.least_speed_m_s > 0.0,
    )
    _check_climb(plan, platform, track)
    return track


def _check_climb(plan: RoutePlan, platform: PlatformSpec, track: GroundTrack) -> None:
    heights = plan.altitude_msl_m
    for number in range(len(heights) - 1):
        run_m = track.waypoints_m[number + 1] - track.waypoints_m[number]
        needed = abs(heights[number + 1] - heights[number]) * plan.speed_m_s / max(run_m, 1e-6)
        if needed > platform.climb_rate_m_s + 1e-9:
            raise InputError(
                where=f"route, altitude_msl_m {number + 2}",
                what=f"needs a climb of {needed:.1f} m/s; the {platform.kind} has "
                f"{platform.climb_rate_m_s:g}.",
                mend="Give a longer leg or heights nearer to each other.",
            )


def _check_platform(plan: FlightPlan, platform: PlatformSpec) -> None:
    """Refuse heights under the sea or beyond what the platform flies at."""
    heights = plan.altitude_msl_m
    for height_m in heights if isinstance(heights, tuple) else (heights,):
        if math.isfinite(height_m) and height_m <= 0.0:
            raise InputError(
                where="flight plan, altitude_msl_m",
                what=f"is {height_m:g}: the {platform.kind} would be under the sea.",
                mend="Give a height above 0.",
            )
        _check("flight plan", "altitude_msl_m", height_m, low=0.0, high=_MOST_ALTITUDE_M)
        if platform.kind not in ("ship", "mast") and height_m > platform.highest_altitude_m:
            raise InputError(
                where="flight plan, altitude_msl_m",
                what=f"is {height_m:g}; the {platform.kind} goes up to "
                f"{platform.highest_altitude_m:g}.",
                mend="Give a lower one.",
            )


def _check_stand(plan: StandPlan, platform: PlatformSpec, weather: Weather) -> None:
    _check("stand", "latitude_deg", plan.latitude_deg, low=-85.0, high=85.0)
    _check("stand", "longitude_deg", plan.longitude_deg, low=-180.0, high=180.0)
    _check("stand", "heading_deg", plan.heading_deg, low=-360.0, high=360.0)
    if platform.least_speed_m_s > 0.0:
        raise InputError(
            where="flight plan",
            what=f"is a place to stand at, and the {platform.kind} needs "
            f"{platform.least_speed_m_s:g} m/s.",
            mend="Give an orbit or a route.",
        )
    if platform.kind not in ("ship", "mast") and weather.wind_m_s > platform.greatest_speed_m_s:
        raise InputError(
            where="weather, wind_m_s",
            what=f"is {weather.wind_m_s:g}, more than the {platform.kind} can hover against.",
            mend=f"Give up to {platform.greatest_speed_m_s:g}.",
        )


def _check_speed(plan: RoutePlan | OrbitPlan, platform: PlatformSpec, weather: Weather) -> None:
    low, high = platform.least_speed_m_s, platform.greatest_speed_m_s
    if platform.kind == "mast":
        raise InputError(
            where="flight plan", what="moves a mast.", mend="Give it a place to stand at."
        )
    if not (math.isfinite(plan.speed_m_s) and max(low, 1e-3) <= plan.speed_m_s <= high):
        raise InputError(
            where="flight plan, speed_m_s",
            what=f"is {plan.speed_m_s!r}; the {platform.kind} has {low:g} to {high:g}.",
            mend="Give speed_m_s within that range.",
        )
    if platform.kind != "ship" and weather.wind_m_s > _MOST_WIND_SHARE * plan.speed_m_s:
        raise InputError(
            where="weather, wind_m_s",
            what=f"is {weather.wind_m_s:g}, too much for a track over the ground at "
            f"{plan.speed_m_s:g} m/s.",
            mend="Fly faster, or give a weaker wind.",
        )


def _check(where: str, name: str, value: float, *, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise InputError(
            where=f"{where}, {name}",
            what=f"is {value!r}, not a number from {low:g} to {high:g}.",
            mend=f"Give {name} within that range.",
        )
