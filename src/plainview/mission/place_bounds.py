"""The box of places that a mission covers, from any number of them, without keeping them."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["PlaceBounds"]

Array = npt.NDArray[np.float64]

_BINS_PER_DEGREE: Final = 10
_N_BINS: Final = 360 * _BINS_PER_DEGREE


class PlaceBounds:
    """Holds the extremes of latitude, and of longitude in bins of a tenth of a degree.

    The widest gap between longitudes is then exact where it is wider than a bin, that is for
    all that does not go round the whole earth.
    """

    def __init__(self) -> None:
        self._south_north = (np.inf, -np.inf)
        self._west = np.full(_N_BINS, np.inf)
        self._east = np.full(_N_BINS, -np.inf)

    def add(self, latitude_deg: Array, longitude_deg: Array) -> None:
        """Take in places, (n,) each; NaN in either is no place."""
        is_known = ~np.isnan(latitude_deg) & ~np.isnan(longitude_deg)
        if not is_known.any():
            return
        latitude, longitude = latitude_deg[is_known], longitude_deg[is_known]
        south, north = self._south_north
        self._south_north = min(south, latitude.min()), max(north, latitude.max())
        bins = np.clip((longitude + 180.0) * _BINS_PER_DEGREE, 0, _N_BINS - 1).astype(np.int64)
        np.minimum.at(self._west, bins, longitude)
        np.maximum.at(self._east, bins, longitude)

    def describe(self) -> dict[str, float | None]:
        """Return the box; None where no place is known.

        West is greater than east where it crosses the antimeridian.
        """
        if not np.isfinite(self._south_north[0]):
            return dict.fromkeys(("south_deg", "north_deg", "west_deg", "east_deg"))
        south, north = self._south_north
        west, east = self._longitude_range()
        return {
            "south_deg": float(south),
            "north_deg": float(north),
            "west_deg": west,
            "east_deg": east,
        }

    def _longitude_range(self) -> tuple[float, float]:
        """Return the shortest range that holds all longitudes, west first."""
        is_used = np.isfinite(self._west)
        west, east = self._west[is_used], self._east[is_used]
        gaps = np.r_[west[1:], west[0] + 360.0] - east
        widest = int(np.argmax(gaps))
        return float(west[(widest + 1) % len(west)]), float(east[widest])
