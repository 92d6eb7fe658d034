"""Height models from files (GeoTIFF, HGT, DTED, whatever GDAL reads) as terrain.

The only module that opens height models. It needs the extra ``terrain`` (rasterio).
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from plainview.errors import FormatError, GeometryError, InputError
from plainview.geo import TERRAIN_SIGMA_M, Terrain, VerticalDatum, vertical_datum_from_name

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

__all__ = ["read_datum_grid", "read_terrain"]

_MOST_NODES: Final = 100_000_000
"""A grid of 10,000 x 10,000 takes 0.4 GB."""

_MOST_UNDULATION_M: Final = 150.0
"""The geoid stays within 110 m of the ellipsoid, and datums within metres of it."""

_EGM96_DRIVERS: Final = ("DTED", "SRTMHGT")
"""MIL-PRF-89020B (DTED) and the SRTM topography document give heights above the EGM96 geoid."""

_DTED_DATUMS: Final = {
    "E96": VerticalDatum.EGM96,
    "MSL": VerticalDatum.EGM96,
    "E08": VerticalDatum.EGM2008,
}
"""The codes of a DTED file's data set identification record."""

_WGS84: Final = ('DATUM["WGS_1984"', 'DATUM["World Geodetic System 1984"', "WGS 84")

_METRE_NAMES: Final = ("", "m", "metre", "meter", "metres", "meters")


def _rasterio(path: Path) -> ModuleType:
    try:
        import rasterio
    except ImportError as exc:
        raise InputError(
            where=str(path),
            what="reading height models needs rasterio, which is not installed.",
            mend="Install it with `pip install 'plainview[terrain]'`.",
        ) from exc
    module: ModuleType = rasterio
    return module


@contextmanager
def _opened(path: Path) -> Iterator["DatasetReader"]:
    """Open a raster, with every complaint of rasterio's turned into one of ours."""
    rasterio = _rasterio(path)
    if not path.exists():
        raise InputError(
            where=str(path), what="there is no such file.", mend="Check the name of the terrain."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            warnings.simplefilter("ignore", PendingDeprecationWarning)  # rasterio 1.4 on affine 3
            with rasterio.open(path) as raster:
                yield raster
    except rasterio.errors.RasterioError as exc:
        raise FormatError(
            where=str(path),
            what=f"this height model cannot be read ({exc}).",
            mend="Give a whole GeoTIFF, HGT or DTED file.",
        ) from exc


def _check(raster: "DatasetReader", path: Path) -> None:
    """Refuse what is not a height model of one band in metres with a place on the Earth."""
    problem = None
    if raster.crs is None:
        problem = "it does not say where on the Earth it lies (no coordinate system)."
    elif raster.count != 1:
        problem = f"it has {raster.count} bands; a height model has one."
    elif raster.width * raster.height > _MOST_NODES:
        problem = f"it has {raster.width} x {raster.height} heights, too many to hold in memory."
    elif min(raster.width, raster.height) < 2:
        problem = (
            f"it has {raster.width} x {raster.height} heights; two rows and columns are least."
        )
    elif (unit := _vertical_unit(raster)) not in _METRE_NAMES:
        problem = f"its heights are in '{unit}', not in metres."
    elif (raster.units[0] or "").strip().lower() not in _METRE_NAMES:
        problem = f"its heights are in '{raster.units[0]}', not in metres."
    if problem is not None:
        raise FormatError(
            where=str(path),
            what=f"this is not a height model that can be used: {problem}",
            mend="Convert or cut it with gdalwarp or gdal_translate to one band in metres.",
        )


def _datum(raster: "DatasetReader", path: Path, given: VerticalDatum | None) -> VerticalDatum:
    """The vertical datum given, else the one that the file or its format states."""
    if given is not None:
        return given
    code = raster.tags().get("DTED_VerticalDatum", "").strip()
    if code in _DTED_DATUMS:
        return _DTED_DATUMS[code]
    for text in (_stated_name(raster), raster.tags().get("VERTICAL_DATUM")):
        datum = vertical_datum_from_name(text)
        if datum is not VerticalDatum.UNKNOWN:
            return datum
    if raster.driver in _EGM96_DRIVERS:
        return VerticalDatum.EGM96
    raise GeometryError(
        where=str(path),
        what="the file does not say above which vertical datum its heights are.",
        mend="Write it into the file, for heights above the EGM96 geoid (SRTM has them) with "
        f"`gdal_edit.py -a_srs EPSG:4326+5773 {path.name}`, or name it when you read it.",
    )


def _vertical_unit(raster: "DatasetReader") -> str:
    """The unit of the vertical part of the file's coordinate system; empty where not said."""
    text = raster.crs.to_wkt()
    found = re.search(r'(?:VERT_CS|VERTCRS|VERTICALCRS)\[.*?UNIT\["([^"]+)"', text, re.IGNORECASE)
    return "" if found is None else found[1].lower()


def _stated_name(raster: "DatasetReader") -> str | None:
    """The name of the vertical part of the file's coordinate system, None where it has none."""
    text = raster.crs.to_wkt()
    if match := re.search(r'(?:VERT_CS|VERTCRS|VERTICALCRS)\["([^"]+)"', text, re.IGNORECASE):
        return match[1]
    return "ellipsoid" if re.search(r"CS\[ellipsoidal,\s*3\]", text, re.IGNORECASE) else None


def _heights(raster: "DatasetReader") -> npt.NDArray[np.float32]:
    """Read the band with NaN for what is not known."""
    band = raster.read(1, masked=True)
    stored: npt.NDArray[np.float32] = band.astype(np.float32).filled(np.nan)
    return stored * np.float32(raster.scales[0]) + np.float32(raster.offsets[0])


def _is_north_up_wgs84(raster: "DatasetReader") -> bool:
    t = raster.transform
    is_wgs84 = raster.crs.is_geographic and any(name in raster.crs.to_wkt() for name in _WGS84)
    return bool(is_wgs84 and t.b == t.d == 0.0 and t.a > 0.0 > t.e)


def _warped(raster: "DatasetReader") -> tuple[npt.NDArray[np.float32], Any]:
    """Bring a projected or turned grid to latitude and longitude, bilinearly."""
    from rasterio import warp

    target = "EPSG:4326"
    transform, width, height = warp.calculate_default_transform(
        raster.crs, target, raster.width, raster.height, *raster.bounds
    )
    heights = np.full((height, width), np.nan, dtype=np.float32)
    warp.reproject(
        _heights(raster),
        heights,
        src_transform=raster.transform,
        src_crs=raster.crs,
        src_nodata=np.nan,
        dst_transform=transform,
        dst_crs=target,
        dst_nodata=np.nan,
        resampling=warp.Resampling.bilinear,
    )
    return heights, transform


def _whole_turn(heights: npt.NDArray[np.float32], step_deg: float) -> npt.NDArray[np.float32]:
    """Return a grid of the whole Earth with its first column once more at its end."""
    is_open = abs(heights.shape[1] * step_deg - 360.0) < 0.5 * step_deg
    return np.concatenate([heights, heights[:, :1]], axis=1) if is_open else heights


def read_datum_grid(path: Path | str) -> Terrain:
    """Read how high a vertical datum lies above the ellipsoid, as a terrain of those heights.

    Args:
        path: A grid of undulations in metres on latitude and longitude, such as those of PROJ
            (``us_noaa_g2018u0.tif``, ``egm08_25.gtx``) or of a mapping agency.

    Raises:
        InputError: There is no such file, or rasterio is not installed.
        FormatError: The file is damaged, or holds no such grid.
    """
    source = Path(path)
    with _opened(source) as raster:
        _check(raster, source)
        if not _is_north_up_wgs84(raster) and not raster.crs.is_geographic:
            heights, transform = _warped(raster)
        else:
            heights, transform = _heights(raster), raster.transform
    if np.nanmax(np.abs(heights), initial=0.0) > _MOST_UNDULATION_M:
        raise FormatError(
            where=str(source),
            what="this is not a grid of a vertical datum: no datum lies further than "
            f"{_MOST_UNDULATION_M:.0f} m from the ellipsoid.",
            mend="Give a geoid's grid, such as those that PROJ ships.",
        )
    return Terrain.from_heights(
        _whole_turn(heights, transform.a),
        north_deg=transform.f + 0.5 * transform.e,
        west_deg=transform.c + 0.5 * transform.a,
        latitude_step_deg=-transform.e,
        longitude_step_deg=transform.a,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
        sigma_m=0.0,
        name=source.name,
    )


def read_terrain(
    path: Path | str,
    *,
    vertical_datum: VerticalDatum | None = None,
    datum_grid: Path | str | None = None,
    sigma_m: float = TERRAIN_SIGMA_M,
) -> Terrain:
    """Read a height model as terrain; heights that are not known are NaN.

    Args:
        path: A GeoTIFF, HGT, DTED or other raster that GDAL reads. A projected one is brought
            to latitude and longitude.
        vertical_datum: Above what its heights are; None takes what the file says, or EGM96
            for DTED and HGT, whose standards say so.
        datum_grid: A file with how high that datum lies above the ellipsoid; EGM96 and the
            ellipsoid need none, every other datum does.
        sigma_m: 1-sigma of its heights.

    Returns:
        The terrain, its nodes at the middles of the file's cells.

    Raises:
        InputError: There is no such file, or rasterio is not installed.
        FormatError: The file is damaged or is no height model.
        GeometryError: Its vertical datum is not known, or cannot be brought to the ellipsoid.
    """
    source = Path(path)
    with _opened(source) as raster:
        _check(raster, source)
        datum = _datum(raster, source, vertical_datum)
        if _is_north_up_wgs84(raster):
            heights, transform = _heights(raster), raster.transform
        else:
            heights, transform = _warped(raster)
    return Terrain.from_heights(
        heights,
        north_deg=transform.f + 0.5 * transform.e,
        west_deg=transform.c + 0.5 * transform.a,
        latitude_step_deg=-transform.e,
        longitude_step_deg=transform.a,
        vertical_datum=datum,
        datum_grid=None if datum_grid is None else read_datum_grid(datum_grid),
        sigma_m=sigma_m,
        name=source.name,
    )
