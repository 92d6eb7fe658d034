"""The coast: Natural Earth's land polygons at 1:50m, a backdrop for maps.

The packed file (``data/land-50m.xz``, made by ``scripts/build_coast.py``) is LZMA over: scale and
translation of longitude and latitude (4 float64), number of rings and of points (2 uint32),
points of each ring (uint32), then the differences of consecutive quantised points as int32,
longitudes first, each split into four planes of bytes. Little-endian.
"""

import lzma
import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["COAST_ACCURACY_M", "Coast", "clip_ring", "read_coast"]

Array = npt.NDArray[np.float64]

COAST_ACCURACY_M: Final = 1000.0
"""How far a coast drawn from this may lie from the real one. Natural Earth states no figure; the
steps of the file alone are 400 m, so on a map narrower than this the coast is only a hint."""

_HEADER: Final = "<4d2I"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coast:
    """Land as rings; a point is land where an odd number of rings is round it.

    Args:
        longitude_latitude_deg: (n, 2) points of all rings, one after the other; a ring that
            crosses the date line goes on beyond 180 or -180.
        start: (r + 1,) where each ring starts; the last is n.
        low_deg: (r, 2) smallest longitude and latitude of each ring.
        high_deg: (r, 2) largest.
    """

    longitude_latitude_deg: Array
    start: npt.NDArray[np.int64]
    low_deg: Array
    high_deg: Array

    def clip(self, *, low_deg: tuple[float, float], high_deg: tuple[float, float]) -> list[Array]:
        """Return the parts of the rings inside a box of longitude and latitude.

        Args:
            low_deg: Smallest longitude and latitude. Longitudes may pass 180 or -180: a box
                across the date line is given unwrapped, such as 179 to 181.
            high_deg: Largest longitude and latitude.

        Returns:
            Rings (n, 2), longitude and latitude on the box's own turn; empty over open sea.
        """
        rings: list[Array] = []
        for turn_deg in (-360.0, 0.0, 360.0):
            low = np.array([low_deg[0] - turn_deg, low_deg[1]])
            high = np.array([high_deg[0] - turn_deg, high_deg[1]])
            is_near = np.all((self.low_deg < high) & (self.high_deg > low), axis=1)
            for ring in np.flatnonzero(is_near).tolist():
                points = self.longitude_latitude_deg[self.start[ring] : self.start[ring + 1]]
                clipped = clip_ring(points, low=low, high=high)
                if len(clipped) >= 3:
                    rings.append(clipped + np.array([turn_deg, 0.0]))
        return rings


def clip_ring(points: Array, *, low: Array, high: Array) -> Array:
    """Cut a closed ring to a box.

    Args:
        points: (n, 2), the last not repeating the first.
        low: (2,) smallest corner.
        high: (2,) largest corner.

    Returns:
        (m, 2); m is 0 where nothing is left.

    Source:
        I. E. Sutherland and G. W. Hodgman, "Reentrant polygon clipping", 1974.
    """
    for axis in (0, 1):
        points = _clip_side(points, axis=axis, limit=float(low[axis]), sign=1.0)
        points = _clip_side(points, axis=axis, limit=float(high[axis]), sign=-1.0)
    return points


def _clip_side(points: Array, *, axis: int, limit: float, sign: float) -> Array:
    """Keep what lies where sign * (coordinate - limit) >= 0."""
    if len(points) == 0:
        return points
    inside = sign * (points[:, axis] - limit)
    following, inside_following = np.roll(points, -1, axis=0), np.roll(inside, -1)
    is_kept = inside >= 0.0
    is_crossing = is_kept != (inside_following >= 0.0)
    step = np.where(is_crossing, inside - inside_following, 1.0)
    crossing = points + (inside / step)[:, np.newaxis] * (following - points)
    crossing[:, axis] = limit
    pairs = np.stack([points, crossing], axis=1)
    kept: Array = pairs[np.stack([is_kept, is_crossing], axis=1)]
    return kept


@lru_cache(maxsize=1)
def read_coast() -> Coast:
    """Read the land that ships with the package (once a process)."""
    packed = resources.files("plainview.formats").joinpath("data/land-50m.xz").read_bytes()
    data = lzma.decompress(packed)
    *scale_and_translation, n_rings, n_points = struct.unpack_from(_HEADER, data)
    offset = struct.calcsize(_HEADER)
    lengths = np.frombuffer(data, "<u4", n_rings, offset).astype(np.int64)
    planes = np.frombuffer(data, np.uint8, offset=offset + 4 * n_rings).reshape(2, 4, n_points)
    delta = planes.transpose(0, 2, 1).copy().view("<i4")[..., 0]
    quantised = np.cumsum(delta, axis=1, dtype=np.int64).T
    scale, translation = np.array(scale_and_translation).reshape(2, 2)
    points = quantised * scale + translation
    start = np.concatenate([[0], np.cumsum(lengths)])
    return Coast(
        longitude_latitude_deg=points,
        start=start,
        low_deg=np.minimum.reduceat(points, start[:-1]),
        high_deg=np.maximum.reduceat(points, start[:-1]),
    )
