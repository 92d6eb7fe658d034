"""The clock of the metadata against ships: located tracks laid on what ships said of themselves."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import MEAN_EARTH_RADIUS_M, ship_positions
from plainview.model import ShipReports
from plainview.units import microseconds_from_seconds

__all__ = ["ShipClock", "ShipSightings", "match_ship_clock"]

Array = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

_MOST_OFFSET_S: Final = 14.5 * 3600.0
"""Time zones reach 14 hours from UTC."""
_STEP_S: Final = 5.0
"""Between the offsets that are tried: 50 m of a ship at 20 knots."""
_HULL_SIGMA_M: Final = 20.0
"""Between a ship's antenna and where its track meets the water; assumed."""
_NEAR_M: Final = 2_000.0
"""Ships that never come so near to a track are left out."""
_MOST_TIMES: Final = 8
"""Instants of each track that are compared."""
_MOST_TRACKS: Final = 30
_CLUTTER: Final = 4.5
"""A track three sigma from every ship is as likely none of them: most boats have no AIS."""
_SURE: Final = 4.5
"""Half of 3 sigma squared: an offset that explains less by more is excluded."""
_WIDEST_S: Final = 1800.0
"""An offset that is known no better than this says nothing of a clock that is wrong by hours."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShipSightings:
    """Where tracks were, and when by the clock that is tested.

    Args:
        track_id: (n,).
        time_us: (n,) by that clock.
        latitude_deg: (n,) WGS84; longitude likewise.
        sigma_m: (n,) of the position, for each of east and north.
    """

    track_id: Times
    time_us: Times
    latitude_deg: Array
    longitude_deg: Array
    sigma_m: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipClock:
    """By how much a clock is ahead of UTC, as far as ships tell.

    Args:
        offset_s: The offset that explains the tracks best; None where none does.
        low_s: The lowest offset that is not excluded at 3 sigma; ``high_s`` likewise.
        high_s: Likewise.
        n_ships: How many tracks lie on a ship at that offset.
        is_zero_tried: Whether the log covers the time that the clock says.
        reason: Why there is no offset; None where there is one.
    """

    offset_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    n_ships: int = 0
    is_zero_tried: bool = False
    reason: str | None = None

    @property
    def is_zero_possible(self) -> bool:
        """Whether a clock that is right is among the offsets that are not excluded."""
        return self.low_s is not None and self.high_s is not None and self.low_s <= 0 <= self.high_s


def match_ship_clock(sightings: ShipSightings, reports: ShipReports) -> ShipClock:
    """Slide tracks along an AIS log in time and say where they lie on ships.

    Ships at rest lie on their tracks at any offset and tell nothing; ships under way tell the
    offset to the seconds that their position is worth. Offsets to 14.5 hours are tried.

    Args:
        sightings: Of located tracks.
        reports: What ships said.
    """
    chosen = _thinned(sightings)
    if not len(chosen.time_us) or not len(reports):
        return ShipClock(reason="no track is located, or the log holds no ship")
    offsets_s = _offsets_s(chosen.time_us, reports.time_us)
    near = _ships_near(chosen, reports)
    if not len(offsets_s):
        return ShipClock(reason="the log is of another day")
    is_zero_tried = bool(np.min(np.abs(offsets_s)) <= _STEP_S)
    if not near:
        reason = "no ship of the log was near what was seen"
        return ShipClock(is_zero_tried=is_zero_tried, reason=reason)
    likelihood = np.zeros(len(offsets_s))
    distances = []
    for track_id in np.unique(chosen.track_id).tolist():
        nearest = _nearest_ship(chosen, track_id, offsets_s, reports=reports, ships=near)
        likelihood += np.logaddexp(-_CLUTTER, -0.5 * nearest)
        distances.append(nearest)
    at = _middle_of_best(likelihood)
    possible_s = offsets_s[likelihood >= likelihood[at] - _SURE]
    n_ships = sum(bool(0.5 * nearest[at] < _CLUTTER) for nearest in distances)
    if not n_ships:
        return ShipClock(
            is_zero_tried=is_zero_tried, reason="no track lies on a ship at any offset"
        )
    low_s, high_s = float(possible_s.min()), float(possible_s.max())
    if high_s - low_s > _WIDEST_S:
        reason = "the ships that were seen lie still, or several offsets explain the tracks"
        return ShipClock(
            low_s=low_s, high_s=high_s, n_ships=n_ships, is_zero_tried=is_zero_tried, reason=reason
        )
    return ShipClock(
        offset_s=float(offsets_s[at]),
        low_s=low_s - _STEP_S,
        high_s=high_s + _STEP_S,
        n_ships=n_ships,
        is_zero_tried=is_zero_tried,
    )


def _middle_of_best(likelihood: Array) -> int:
    """Return the middle of the offsets that explain most: one of them may be as good as another."""
    best = np.flatnonzero(likelihood >= likelihood.max() - 1e-9)
    return int(best[len(best) // 2])


def _thinned(sightings: ShipSightings) -> ShipSightings:
    """Return some instants of each of the longest tracks."""
    tracks, n_rows = np.unique(sightings.track_id, return_counts=True)
    longest = tracks[np.argsort(-n_rows, kind="stable")[:_MOST_TRACKS]]
    rows: list[int] = []
    for track_id in longest.tolist():
        here = np.flatnonzero(sightings.track_id == track_id)
        picked = np.unique(np.linspace(0, len(here) - 1, _MOST_TIMES).round().astype(int))
        rows += here[picked].tolist()
    return ShipSightings(
        track_id=sightings.track_id[rows],
        time_us=sightings.time_us[rows],
        latitude_deg=sightings.latitude_deg[rows],
        longitude_deg=sightings.longitude_deg[rows],
        sigma_m=sightings.sigma_m[rows],
    )


def _offsets_s(seen_us: Times, sent_us: Times) -> Array:
    """Return the offsets at which the log covers what was seen, whole steps of them."""
    lowest_s = max(1e-6 * float(seen_us.min() - sent_us.max()), -_MOST_OFFSET_S)
    highest_s = min(1e-6 * float(seen_us.max() - sent_us.min()), _MOST_OFFSET_S)
    steps = np.arange(np.ceil(lowest_s / _STEP_S), np.floor(highest_s / _STEP_S) + 1)
    offsets: Array = _STEP_S * steps
    return offsets


def _east_north_m(
    latitude_deg: Array, longitude_deg: Array, *, origin: tuple[float, float]
) -> Array:
    """Return places (..., 2) about an origin, on a plane; right to a thousandth within 50 km."""
    turn = np.mod(longitude_deg - origin[1] + 180.0, 360.0) - 180.0
    east = MEAN_EARTH_RADIUS_M * np.radians(turn) * np.cos(np.radians(origin[0]))
    north = MEAN_EARTH_RADIUS_M * np.radians(latitude_deg - origin[0])
    return np.stack([east, north], axis=-1)


def _ships_near(sightings: ShipSightings, reports: ShipReports) -> list[int]:
    """Return the ships that ever come near to what was seen."""
    origin = (float(sightings.latitude_deg[0]), float(sightings.longitude_deg[0]))
    seen = _east_north_m(sightings.latitude_deg, sightings.longitude_deg, origin=origin)
    low, high = seen.min(axis=0) - _NEAR_M, seen.max(axis=0) + _NEAR_M
    sent = _east_north_m(reports.latitude_deg, reports.longitude_deg, origin=origin)
    is_near = np.all((sent >= low) & (sent <= high), axis=-1)
    ships: list[int] = np.unique(reports.mmsi[is_near]).tolist()
    return ships


def _nearest_ship(
    sightings: ShipSightings,
    track_id: int,
    offsets_s: Array,
    *,
    reports: ShipReports,
    ships: list[int],
) -> Array:
    """Return how far a track lies from the ship that fits it best at each offset (n,), squared.

    In units of their errors; infinite where no ship is known at all of its instants.
    """
    here = sightings.track_id == track_id
    origin = (
        float(sightings.latitude_deg[here].mean()),
        float(sightings.longitude_deg[here][0]),
    )
    seen = _east_north_m(sightings.latitude_deg[here], sightings.longitude_deg[here], origin=origin)
    variance = sightings.sigma_m[here] ** 2 + _HULL_SIGMA_M**2
    back_us = np.array([microseconds_from_seconds(each) for each in offsets_s.tolist()], np.int64)
    times_us = sightings.time_us[here][np.newaxis, :] - back_us[:, np.newaxis]
    nearest = np.full(len(offsets_s), np.inf)
    for mmsi in ships:
        latitude, longitude = ship_positions(reports, mmsi, time_us=times_us.ravel())
        places = _east_north_m(latitude, longitude, origin=origin).reshape(*times_us.shape, 2)
        off_m2 = np.sum((places - seen) ** 2, axis=-1)
        squared = np.mean(off_m2 / variance, axis=-1)
        nearest = np.fmin(nearest, np.where(np.isnan(squared), np.inf, squared))
    return nearest
