"""The geoid: how far mean sea level lies above the ellipsoid (EGM96, shipped with us).

Without its exact grid there is no answer: the functions here raise, and never return 0.
"""

import hashlib
import zlib
from functools import cache
from importlib import resources
from math import isfinite
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import GeometryError
from plainview.geo.ellipsoid import Array

__all__ = ["EGM96_SIGMA_M", "decode_geoid_grid", "geoid_cell", "geoid_grid", "geoid_undulation_m"]

EGM96_SIGMA_M: Final = 0.6
"""1-sigma of EGM96 undulations: 0.5 to 1 m (NASA/TP-1998-206861, section 10); over sea less."""

_FILE: Final = "egm96_15.bin"
_SHA256: Final = "bb7907988cce1e215deaa2caa9c5c96afed84c08e8ae797057358a49ba2a2211"
_N_ROWS: Final = 721
_N_COLUMNS: Final = 1440
_PER_DEGREE: Final = 4.0


def decode_geoid_grid(data: bytes) -> Array:
    """Decode and verify the shipped grid.

    Args:
        data: The file, as ``scripts/build_geoid_grid.py`` wrote it.

    Returns:
        (721, 1441) metres: rows from 90 S northward, columns from 180 W eastward, the first
        column repeated as the last.

    Raises:
        GeometryError: The data are not that file.
    """
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise GeometryError(
            where=f"plainview/geo/data/{_FILE}",
            what="the geoid grid is damaged: its SHA-256 is not the one that shipped.",
            mend="Install plainview again; no height can be computed without it.",
        )
    planes = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(2, -1)
    coded = np.ascontiguousarray(planes.T).view("<i2").reshape(_N_ROWS, _N_COLUMNS)
    rows = np.cumsum(np.cumsum(coded, axis=1, dtype=np.int64), axis=1)
    grid_m = np.cumsum(rows, axis=0) / 1000.0
    return np.concatenate([grid_m, grid_m[:, :1]], axis=1)


@cache
def geoid_grid() -> Array:
    """Return the grid as `decode_geoid_grid` does, loaded once; 8 MB and some 20 ms.

    Raises:
        GeometryError: It is missing or damaged.
    """
    try:
        data = resources.files("plainview.geo").joinpath("data", _FILE).read_bytes()
    except OSError as exc:
        raise GeometryError(
            where=f"plainview/geo/data/{_FILE}",
            what="the geoid grid is missing from this installation.",
            mend="Install plainview again; no height can be computed without it.",
        ) from exc
    grid_m = decode_geoid_grid(data)
    grid_m.flags.writeable = False
    return grid_m


def geoid_undulation_m(latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike) -> Array:
    """Return the height of the EGM96 geoid above the WGS84 ellipsoid.

    A height above the ellipsoid is this plus the altitude above mean sea level.

    Args:
        latitude_deg: (...), WGS84, [-90, 90].
        longitude_deg: (...), WGS84, any turn.

    Returns:
        (...) metres, -107 to 86; NaN where an input is NaN or the latitude impossible.

    Raises:
        GeometryError: The grid is missing or damaged.

    Source:
        EGM96 15-minute grid (NIMA, 1996), bilinear between nodes as in PROJ.
    """
    latitude, longitude = np.broadcast_arrays(
        np.asarray(latitude_deg, dtype=np.float64), np.asarray(longitude_deg, dtype=np.float64)
    )
    grid_m = geoid_grid()
    with np.errstate(invalid="ignore"):
        row = (latitude + 90.0) * _PER_DEGREE
        column = np.mod(longitude + 180.0, 360.0) * _PER_DEGREE
        is_known = (row >= 0.0) & (row <= _N_ROWS - 1) & np.isfinite(column)
    row, column = np.where(is_known, row, 0.0), np.where(is_known, column, 0.0)
    i = np.minimum(row.astype(np.int64), _N_ROWS - 2)
    j = np.minimum(column.astype(np.int64), _N_COLUMNS - 1)
    f, g = row - i, column - j
    south = grid_m[i, j] + g * (grid_m[i, j + 1] - grid_m[i, j])
    north = grid_m[i + 1, j] + g * (grid_m[i + 1, j + 1] - grid_m[i + 1, j])
    return np.where(is_known, south + f * (north - south), np.nan)


_Corners = tuple[tuple[float, float], tuple[float, float]]


def geoid_cell(latitude_deg: float, longitude_deg: float) -> tuple[float, float, _Corners] | None:
    """Return how far north and east a place is in its cell of the grid, and the cell's nodes.

    Args:
        latitude_deg: WGS84, [-90, 90].
        longitude_deg: WGS84, any turn.

    Returns:
        Fractions from the south-west node, and the heights of the southern and the northern
        two nodes, west first, metres. None where an input is NaN or the latitude impossible.
    """
    row = (latitude_deg + 90.0) * _PER_DEGREE
    column = (longitude_deg + 180.0) % 360.0 * _PER_DEGREE
    if not (0.0 <= row <= _N_ROWS - 1 and isfinite(column)):
        return None
    i, j = min(int(row), _N_ROWS - 2), min(int(column), _N_COLUMNS - 1)
    (south_west, south_east), (north_west, north_east) = geoid_grid()[i : i + 2, j : j + 2].tolist()
    return row - i, column - j, ((south_west, south_east), (north_west, north_east))
