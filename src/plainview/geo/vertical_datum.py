"""Vertical datums: above what a height is measured, and the way to the ellipsoid."""

import re
from enum import StrEnum
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from plainview.errors import GeometryError
from plainview.geo.ellipsoid import Array
from plainview.geo.geoid import geoid_undulation_m

__all__ = [
    "DATUM_GRID_SIGMA_M",
    "DatumGrid",
    "VerticalDatum",
    "height_hae_from_datum_m",
    "vertical_datum_from_name",
]

DATUM_GRID_SIGMA_M: Final = 1.0
"""1-sigma of heights that a national grid brings to the ellipsoid: its own frame (NAD83, ETRS89,
GDA2020) stands up to 1.5 m off WGS84 in height, and grids themselves some centimetres."""


class VerticalDatum(StrEnum):
    """Above what a height is measured."""

    EGM96 = "EGM96"
    EGM2008 = "EGM2008"
    EGM84 = "EGM84"
    NAVD88 = "NAVD88"
    NGVD29 = "NGVD29"
    CGVD2013 = "CGVD2013"
    CGVD28 = "CGVD28"
    EVRF2000 = "EVRF2000"
    EVRF2007 = "EVRF2007"
    EVRF2019 = "EVRF2019"
    NAP = "NAP"
    ODN = "ODN"
    DHHN92 = "DHHN92"
    DHHN2016 = "DHHN2016"
    NGF_IGN69 = "NGF_IGN69"
    LN02 = "LN02"
    RH2000 = "RH2000"
    NN2000 = "NN2000"
    BALTIC77 = "BALTIC77"
    AHD = "AHD"
    NZVD2016 = "NZVD2016"
    WGS84_ELLIPSOID = "WGS84_ELLIPSOID"
    UNKNOWN = "UNKNOWN"
    """The source does not say; its heights are not used until someone says."""

    @property
    def is_global(self) -> bool:
        """Whether it is a model of the whole Earth, whose grid stands on WGS84 itself."""
        return self.startswith(("EGM", "WGS84"))


def _epsg(*codes: int) -> str:
    return rf"epsg:+:?(?:{'|'.join(map(str, codes))})\b"


_PATTERNS: Final = (
    (VerticalDatum.EGM96, rf"egm\D{{0,3}}(19)?96|{_epsg(5773)}"),
    (VerticalDatum.EGM2008, rf"egm\D{{0,3}}(20)?08|{_epsg(3855)}"),
    (VerticalDatum.EGM84, rf"egm\D{{0,3}}(19)?84|{_epsg(5798)}"),
    (
        VerticalDatum.NAVD88,
        rf"navd\D{{0,3}}(19)?88|american vertical datum|{_epsg(5703, 6360, 8228)}",
    ),
    (
        VerticalDatum.NGVD29,
        rf"ngvd\D{{0,3}}(19)?29|national geodetic vertical datum|{_epsg(5702, 7968)}",
    ),
    (VerticalDatum.CGVD2013, rf"cgvd\D{{0,3}}2013|{_epsg(6647, 9245)}"),
    (VerticalDatum.CGVD28, rf"cgvd\D{{0,3}}(19)?28|{_epsg(5713)}"),
    (VerticalDatum.EVRF2000, rf"evrf\D{{0,3}}2000|{_epsg(5730)}"),
    (VerticalDatum.EVRF2007, rf"evrf\D{{0,3}}2007|{_epsg(5621)}"),
    (VerticalDatum.EVRF2019, rf"evrf\D{{0,3}}2019|{_epsg(9389, 9390)}"),
    (VerticalDatum.NAP, rf"\bnap\b|amsterdams peil|{_epsg(5709)}"),
    (VerticalDatum.ODN, rf"\bodn\b|newlyn|{_epsg(5701)}"),
    (VerticalDatum.DHHN92, rf"dhhn\D{{0,3}}(19)?92|{_epsg(5783)}"),
    (VerticalDatum.DHHN2016, rf"dhhn\D{{0,3}}2016|{_epsg(7837)}"),
    (VerticalDatum.NGF_IGN69, rf"ign\D{{0,3}}(19)?69|{_epsg(5720)}"),
    (VerticalDatum.LN02, rf"\bln\D{{0,3}}(19)?02\b|{_epsg(5728)}"),
    (VerticalDatum.RH2000, rf"\brh\D{{0,3}}2000\b|{_epsg(5613)}"),
    (VerticalDatum.NN2000, rf"\bnn\D{{0,3}}2000\b|{_epsg(5941)}"),
    (VerticalDatum.BALTIC77, rf"baltic\D{{0,3}}(19)?77|{_epsg(5705)}"),
    (VerticalDatum.AHD, rf"\bahd\b|australian height datum|{_epsg(5711, 9458)}"),
    (VerticalDatum.NZVD2016, rf"nzvd\D{{0,3}}2016|{_epsg(7839)}"),
    (VerticalDatum.WGS84_ELLIPSOID, rf"ellipsoid|\bhae\b|{_epsg(4979)}"),
)


class DatumGrid(Protocol):
    """How high a datum's zero lies above the ellipsoid; a `Terrain` of those heights is one."""

    def height_hae_m(self, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike) -> Array:
        """Return heights above the ellipsoid at places, (...); NaN outside the grid."""


def vertical_datum_from_name(name: str | None) -> VerticalDatum:
    """Recognise a vertical datum by the names that files and people use.

    >>> vertical_datum_from_name("EGM96 height")
    <VerticalDatum.EGM96: 'EGM96'>
    >>> vertical_datum_from_name("mean sea level")
    <VerticalDatum.UNKNOWN: 'UNKNOWN'>

    Args:
        name: Such as ``EGM96``, ``EPSG:5773``, ``EGM2008 height``, ``NAVD88``, ``ellipsoid``.

    Returns:
        The datum; UNKNOWN for any other name, none or one that names two.
    """
    text = (name or "").strip().lower()
    found = {datum for datum, pattern in _PATTERNS if re.search(pattern, text)}
    return found.pop() if len(found) == 1 else VerticalDatum.UNKNOWN


def height_hae_from_datum_m(
    height_m: npt.ArrayLike,
    *,
    latitude_deg: npt.ArrayLike,
    longitude_deg: npt.ArrayLike,
    datum: VerticalDatum,
    datum_grid: DatumGrid | None = None,
) -> Array:
    """Return heights above the ellipsoid of heights above a datum.

    Args:
        height_m: (...), above the datum.
        latitude_deg: (...), WGS84.
        longitude_deg: (...), WGS84.
        datum: Above what the heights are.
        datum_grid: How high the datum lies above the ellipsoid; None where there is none. EGM96
            has its own here, the ellipsoid needs none, and every other datum one.

    Returns:
        (...) metres above the WGS84 ellipsoid; NaN where an input is or the grid ends.

    Raises:
        GeometryError: The datum needs a grid that was not given, or is not known.
    """
    height = np.asarray(height_m, dtype=np.float64)
    if datum is VerticalDatum.WGS84_ELLIPSOID:
        return height.copy()
    if datum is VerticalDatum.UNKNOWN:
        raise _withheld("heights whose vertical datum is not known cannot be placed")
    if datum_grid is not None:
        return height + datum_grid.height_hae_m(latitude_deg, longitude_deg)
    if datum is VerticalDatum.EGM96:
        return height + geoid_undulation_m(latitude_deg, longitude_deg)
    raise _withheld(f"there is no grid here to bring {datum} heights")


def _withheld(what: str) -> GeometryError:
    return GeometryError(
        where="vertical datum",
        what=f"{what} above the ellipsoid.",
        mend="Give the datum's grid ([surface] terrain_datum_grid), heights above EGM96 or the "
        "WGS84 ellipsoid, or name the datum where you know it; taken as they are they could be "
        "tens of metres wrong.",
    )
