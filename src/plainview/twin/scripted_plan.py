"""Scripted plan: where the platform of a scenario goes, from what was written of it."""

import numpy as np

from plainview.geo import geodetic_from_enu_m
from plainview.planning import (
    SearchPattern,
    creeping_line,
    expanding_square,
    parallel_track,
    sector,
)
from plainview.sensing.checked_fields import refusal
from plainview.twin.flight_plan import (
    FlightPlan,
    OrbitPlan,
    RoutePlan,
    StandPlan,
    plan_of_pattern,
)
from plainview.twin.scenario_script import AREA_PATTERNS, ScenarioScript, ScriptedSearch

__all__ = ["scripted_plan"]

_PLANS = ("orbit", "route", "search", "stand")


def scripted_plan(script: ScenarioScript, *, where: str) -> FlightPlan:
    """Return where the platform of a scenario goes.

    Args:
        script: What was written.
        where: Where it comes from, for the errors.

    Raises:
        InputError: No way or several are given, one lacks a field, or it leads under the sea.
    """
    plan = _plan(script, where=where)
    _check_height(plan, where=where)
    return plan


def _plan(script: ScenarioScript, *, where: str) -> FlightPlan:
    given = [name for name in _PLANS if getattr(script, name) is not None]
    if len(given) != 1:
        raise refusal(
            where,
            f"says {len(given)} ways for the platform to go."
            if given
            else "does not say where the platform goes.",
            mend=f"Give one table of {', '.join(_PLANS)}.",
        )
    if (circle := script.orbit) is not None:
        latitude, longitude = _place(script, circle.east_m, circle.north_m)
        return OrbitPlan(
            latitude_deg=latitude,
            longitude_deg=longitude,
            radius_m=circle.radius_m,
            altitude_msl_m=circle.altitude_msl_m,
            speed_m_s=circle.speed_m_s,
            start_bearing_deg=circle.start_bearing_deg,
            direction=circle.direction,
        )
    if (route := script.route) is not None:
        places = [_place(script, each.east_m, each.north_m) for each in route.waypoints]
        return RoutePlan(
            latitude_deg=tuple(latitude for latitude, _ in places),
            longitude_deg=tuple(longitude for _, longitude in places),
            altitude_msl_m=tuple(each.altitude_msl_m for each in route.waypoints),
            speed_m_s=route.speed_m_s,
            is_closed=route.is_closed,
        )
    if (search := script.search) is not None:
        return plan_of_pattern(
            _pattern(search, script, where=f"{where}, search"),
            altitude_msl_m=search.altitude_msl_m,
            speed_m_s=search.speed_m_s,
        )
    assert script.stand is not None
    latitude, longitude = _place(script, script.stand.east_m, script.stand.north_m)
    return StandPlan(
        latitude_deg=latitude,
        longitude_deg=longitude,
        altitude_msl_m=script.stand.altitude_msl_m,
        heading_deg=script.stand.heading_deg,
    )


def _pattern(search: ScriptedSearch, script: ScenarioScript, *, where: str) -> SearchPattern:
    datum = _place(script, search.east_m, search.north_m)
    if search.pattern == "sector":
        radius_m = _needed(search.radius_m, "radius_m", where=where)
        return sector(datum, radius_m=radius_m, heading_deg=search.heading_deg)
    spacing_m = _needed(search.track_spacing_m, "track_spacing_m", where=where)
    if search.pattern in AREA_PATTERNS:
        area = search.area
        if area is None:
            raise refusal(f"{where}, area", "is missing.", mend="Give its length_m and width_m.")
        swept = parallel_track if search.pattern == AREA_PATTERNS[0] else creeping_line
        return swept(
            datum,
            length_m=area.length_m,
            width_m=area.width_m,
            track_spacing_m=spacing_m,
            heading_deg=search.heading_deg,
        )
    n_legs = round(_needed(search.n_legs, "n_legs", where=where))
    return expanding_square(
        datum, track_spacing_m=spacing_m, n_legs=n_legs, heading_deg=search.heading_deg
    )


def _needed(value: float | None, name: str, *, where: str) -> float:
    if value is None:
        raise refusal(f"{where}, {name}", "is missing.", mend="This pattern needs it.")
    return value


def _place(script: ScenarioScript, east_m: float, north_m: float) -> tuple[float, float]:
    """Return latitude and longitude of a place about the origin."""
    origin = (script.latitude_deg, script.longitude_deg, 0.0)
    latitude, longitude, _ = geodetic_from_enu_m(np.array([[east_m, north_m, 0.0]]), origin=origin)
    return float(latitude[0]), float(longitude[0])


def _check_height(plan: FlightPlan, *, where: str) -> None:
    """Refuse a platform under the sea."""
    heights = plan.altitude_msl_m if isinstance(plan, RoutePlan) else (plan.altitude_msl_m,)
    if min(heights) <= 0.0:
        raise refusal(
            f"{where}, altitude_msl_m",
            f"is {min(heights):g}: the turret would be under the sea.",
            mend="Give a height above 0.",
        )
