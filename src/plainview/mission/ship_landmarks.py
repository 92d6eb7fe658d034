"""Tracks that are ships of an AIS log: things whose place is known while they move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import distance_and_bearing, enu_m_from_geodetic
from plainview.mission.track_looks import TrackLooks
from plainview.model import ShipReports

__all__ = ["ShipLandmark", "ships_of_tracks"]

Array = npt.NDArray[np.float64]

_LONGEST_GAP_S: Final = 180.0
"""Between two reports of a ship: ships at sea report every 10 s, at anchor every 3 minutes."""
_FARTHEST_M: Final = 500.0
"""From the track as located: beyond it, no bias of a working source explains the distance."""
_NEXT_RATIO: Final = 3.0
"""The next ship must be this much further: two that are near are told apart by nobody."""
_HULL_SHARE: Final = 0.2
"""1-sigma of the middle of a box against a ship's own reference point, of its length."""
_UNKNOWN_LENGTH_M: Final = 40.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShipLandmark:
    """Where a track's ship says that it was.

    Args:
        mmsi: Which ship.
        latitude_deg: At the first look; longitude likewise.
        moved_enu_m: (n, 3) since then, at each look.
        sigma_m: 1-sigma of those places, for each of east and north.
    """

    mmsi: int
    latitude_deg: float
    longitude_deg: float
    moved_enu_m: Array
    sigma_m: float


def ships_of_tracks(tracks: Sequence[TrackLooks], reports: ShipReports) -> dict[int, ShipLandmark]:
    """Return the ship of each track that is plainly one, by the track's row.

    Args:
        tracks: Looks at tracks.
        reports: Of an AIS log whose clock is the mission's.
    """
    found: dict[int, ShipLandmark] = {}
    for row, track in enumerate(tracks):
        landmark = _ship_of_track(track, reports)
        if landmark is not None:
            found[row] = landmark
    taken = [landmark.mmsi for landmark in found.values()]
    return {row: each for row, each in found.items() if taken.count(each.mmsi) == 1}


def _ship_of_track(track: TrackLooks, reports: ShipReports) -> ShipLandmark | None:
    """Return the ship that a track is; None where none is near, or two are."""
    if None in track.time_us:
        return None
    time_us = np.array(track.time_us, np.int64)
    near = []
    for mmsi in reports.each_mmsi:
        places = _places_of_ship(reports, mmsi, time_us)
        if places is None:
            continue
        off_m, _ = distance_and_bearing(
            (places[:, 0], places[:, 1]), (track.places[:, 0], track.places[:, 1])
        )
        near.append((float(np.median(off_m)), mmsi, places))
    near.sort(key=lambda each: each[0])
    is_alone = len(near) == 1 or (len(near) > 1 and near[1][0] > _NEXT_RATIO * near[0][0])
    if not near or near[0][0] > _FARTHEST_M or not is_alone:
        return None
    _, mmsi, places = near[0]
    rows = reports.of_ship(mmsi)
    ship = reports.ships.get(mmsi)
    length_m = getattr(ship, "length_m", None) or _UNKNOWN_LENGTH_M
    first = (float(places[0, 0]), float(places[0, 1]), 0.0)
    flat = enu_m_from_geodetic(places[:, 0], places[:, 1], np.zeros(len(places)), origin=first)
    flat[:, 2] = 0.0
    sigma_m = float(np.median(reports.position_sigma_m[rows]))
    return ShipLandmark(
        mmsi=mmsi,
        latitude_deg=first[0],
        longitude_deg=first[1],
        moved_enu_m=flat,
        sigma_m=float(np.hypot(sigma_m, _HULL_SHARE * length_m)),
    )


def _places_of_ship(
    reports: ShipReports, mmsi: int, time_us: npt.NDArray[np.int64]
) -> Array | None:
    """Return where a ship was at instants, (n, 2); None where it did not report around them."""
    rows = reports.of_ship(mmsi)
    told_us = reports.time_us[rows]
    if len(told_us) < 2 or time_us[0] < told_us[0] or time_us[-1] > told_us[-1]:
        return None
    gap_us = np.diff(told_us)[np.clip(np.searchsorted(told_us, time_us) - 1, 0, None)]
    if gap_us.max() > 1e6 * _LONGEST_GAP_S:
        return None
    turned = np.unwrap(np.radians(reports.longitude_deg[rows]))
    return np.stack(
        [
            np.interp(time_us, told_us, reports.latitude_deg[rows]),
            np.degrees(np.interp(time_us, told_us, turned)),
        ],
        axis=-1,
    )
