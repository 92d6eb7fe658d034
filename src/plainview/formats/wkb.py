"""Points and polygons as well-known binary, longitude before latitude as the format wants."""

import struct

import numpy as np
import numpy.typing as npt

__all__ = ["line_wkb", "point_wkb", "polygon_wkb"]

Array = npt.NDArray[np.float64]

_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
_LITTLE_ENDIAN = 1
_KIND_POINT, _KIND_LINE, _KIND_POLYGON = 1, 2, 3


def point_wkb(longitude_deg: Array, latitude_deg: Array) -> list[bytes | None]:
    """Return n points; None where a coordinate is NaN.

    Source:
        OGC 06-103r4, section 8.2 (WKB).
    """
    points = np.empty(len(longitude_deg), _POINT)
    points["order"], points["kind"] = _LITTLE_ENDIAN, _KIND_POINT
    points["x"], points["y"] = longitude_deg, latitude_deg
    is_known = ~(np.isnan(longitude_deg) | np.isnan(latitude_deg))
    return [row.tobytes() if known else None for row, known in zip(points, is_known, strict=True)]


def polygon_wkb(longitude_deg: Array, latitude_deg: Array) -> bytes | None:
    """Return one polygon of one ring, closed if it is not; None for fewer than three points.

    Source:
        OGC 06-103r4, section 8.2 (WKB).
    """
    ring = np.column_stack([longitude_deg, latitude_deg])
    ring = ring[~np.isnan(ring).any(axis=1)]
    if len(ring) < 3:
        return None
    if not np.array_equal(ring[0], ring[-1]):
        ring = np.vstack([ring, ring[:1]])
    header = struct.pack("<BIII", _LITTLE_ENDIAN, _KIND_POLYGON, 1, len(ring))
    return header + ring.astype("<f8").tobytes()


def line_wkb(longitude_deg: Array, latitude_deg: Array) -> bytes | None:
    """Return one line; None for fewer than two points.

    Source:
        OGC 06-103r4, section 8.2 (WKB).
    """
    points = np.column_stack([longitude_deg, latitude_deg])
    if len(points) < 2:
        return None
    header = struct.pack("<BII", _LITTLE_ENDIAN, _KIND_LINE, len(points))
    return header + points.astype("<f8").tobytes()
