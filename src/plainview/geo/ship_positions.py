"""Where ships were at instants between their reports."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import ShipReports

__all__ = ["MAX_REPORT_GAP_S", "ship_positions"]

Array = npt.NDArray[np.float64]

MAX_REPORT_GAP_S: Final = 200.0
"""A ship at anchor reports every 3 minutes, one under way every 2 to 30 s (ITU-R M.1371)."""


def ship_positions(
    reports: ShipReports,
    mmsi: int,
    *,
    time_us: npt.NDArray[np.int64],
    max_gap_s: float = MAX_REPORT_GAP_S,
) -> tuple[Array, Array]:
    """Return where a ship was, on the straight line between its reports.

    Args:
        reports: What ships said.
        mmsi: Which ship.
        time_us: (n,) UTC.
        max_gap_s: Reports further apart are not joined.

    Returns:
        Latitude and longitude (n,), degrees; NaN before the first report, after the last and
        in gaps.
    """
    rows = reports.of_ship(mmsi)
    sent_us, latitude = reports.time_us[rows], reports.latitude_deg[rows]
    if not len(sent_us):
        return np.full(len(time_us), np.nan), np.full(len(time_us), np.nan)
    longitude = np.unwrap(reports.longitude_deg[rows], period=360.0)
    at = np.searchsorted(sent_us, time_us, side="right")
    before, after = np.clip(at - 1, 0, None), np.clip(at, None, len(sent_us) - 1)
    is_exact = sent_us[before] == time_us
    gap_us = sent_us[after] - sent_us[before]
    is_known = is_exact | ((at > 0) & (at < len(sent_us)) & (gap_us <= 1e6 * max_gap_s))
    base_us = sent_us[0]
    instants = (time_us - base_us).astype(np.float64)
    places = [
        np.where(
            is_known, np.interp(instants, (sent_us - base_us).astype(np.float64), axis), np.nan
        )
        for axis in (latitude, longitude)
    ]
    return places[0], np.mod(places[1] + 180.0, 360.0) - 180.0
