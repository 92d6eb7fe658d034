"""``tracks.gpkg``: points, paths and ellipses as layers of one GeoPackage, through GDAL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
from pyogrio.errors import DataLayerError, DataSourceError

from plainview.formats.marking_text import marking_text
from plainview.formats.time_text import iso_from_time_us
from plainview.formats.track_history import TrackHistory, error_ellipse_ring_deg
from plainview.formats.wkb import line_wkb, point_wkb, polygon_wkb
from plainview.formats.written_file import device_error

__all__ = ["write_geopackage"]

_CRS = "EPSG:4326"


def write_geopackage(
    path: Path, histories: Sequence[TrackHistory], *, mission: dict[str, Any]
) -> None:
    """Write layers ``last_positions``, ``paths`` and ``error_ellipses_95``.

    Heights are columns, above the ellipsoid and above the sea; so is the security marking.
    Geometries are flat.

    Raises:
        DeviceError: The file cannot be written.
    """
    path.unlink(missing_ok=True)
    fields = _fields(histories, marking=marking_text(mission))
    rings = [error_ellipse_ring_deg(history, -1) for history in histories]
    points = [point_wkb(h.longitude_deg[-1:], h.latitude_deg[-1:])[0] for h in histories]
    paths = [line_wkb(h.longitude_deg, h.latitude_deg) for h in histories]
    polygons = [polygon_wkb(longitude, latitude) for latitude, longitude in rings]
    layers = (
        ("last_positions", "Point", points),
        ("paths", "LineString", paths),
        ("error_ellipses_95", "Polygon", polygons),
    )
    for name, kind, geometry in layers:
        try:
            pyogrio.raw.write(
                str(path),
                geometry=np.array(geometry, object),
                field_data=list(fields.values()),
                fields=np.array(list(fields), object),
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                crs=_CRS,
                append=path.exists(),
            )
        except (DataSourceError, DataLayerError) as error:
            raise device_error(path, error) from error


def _fields(histories: Sequence[TrackHistory], *, marking: str) -> dict[str, np.ndarray[Any, Any]]:
    def numbers(values: list[float]) -> np.ndarray[Any, Any]:
        return np.array(values, np.float64)

    def texts(values: list[str | None]) -> np.ndarray[Any, Any]:
        return np.array(values, object)

    return {
        "track_id": np.array([h.track_id for h in histories], np.int64),
        "camera": texts([h.camera for h in histories]),
        "label": texts([h.label for h in histories]),
        "last_seen": texts([_last_seen(h) for h in histories]),
        "surface": texts([h.surface for h in histories]),
        "uncertainty_basis": texts([h.uncertainty_basis for h in histories]),
        "height_hae_m": numbers([h.height_hae_m[-1] for h in histories]),
        "altitude_msl_m": numbers([h.altitude_msl_m[-1] for h in histories]),
        "ce90_m": numbers([h.ce90_m[-1] for h in histories]),
        "velocity_east_m_s": numbers([h.velocity_en_m_s[-1, 0] for h in histories]),
        "velocity_north_m_s": numbers([h.velocity_en_m_s[-1, 1] for h in histories]),
        "security_marking": texts([marking for _ in histories]),
    }


def _last_seen(history: TrackHistory) -> str | None:
    time_us = history.time_us[-1]
    return None if time_us is None else iso_from_time_us(time_us)
