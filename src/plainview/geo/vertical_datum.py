"""Vertical datums: above what a height is measured, and the way to the ellipsoid."""

import re
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import GeometryError
from plainview.geo.ellipsoid import Array
from plainview.geo.geoid import geoid_undulation_m

__all__ = ["VerticalDatum", "height_hae_from_datum_m", "vertical_datum_from_name"]


class VerticalDatum(StrEnum):
    """Above what a height is measured."""

    EGM96 = "EGM96"
    EGM2008 = "EGM2008"
    NAVD88 = "NAVD88"
    WGS84_ELLIPSOID = "WGS84_ELLIPSOID"
    UNKNOWN = "UNKNOWN"
    """The source does not say; its heights are not used until someone says."""


_PATTERNS: Final = (
    (VerticalDatum.EGM96, r"egm\D{0,3}(19)?96|epsg:+:?5773\b"),
    (VerticalDatum.EGM2008, r"egm\D{0,3}(20)?08|epsg:+:?3855\b"),
    (
        VerticalDatum.NAVD88,
        r"navd\D{0,3}(19)?88|epsg:+:?5703\b|american vertical datum",
    ),
    (VerticalDatum.WGS84_ELLIPSOID, r"ellipsoid|\bhae\b|epsg:+:?4979\b"),
)


def vertical_datum_from_name(name: str | None) -> VerticalDatum:
    """Recognise a vertical datum by the names that files and people use.

    >>> vertical_datum_from_name("EGM96 height")
    <VerticalDatum.EGM96: 'EGM96'>
    >>> vertical_datum_from_name("mean sea level")
    <VerticalDatum.UNKNOWN: 'UNKNOWN'>

    Args:
        name: Such as ``EGM96``, ``EPSG:5773``, ``EGM2008 height``, ``ellipsoid``.

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
) -> Array:
    """Return heights above the ellipsoid of heights above a datum.

    Args:
        height_m: (...), above the datum.
        latitude_deg: (...), WGS84.
        longitude_deg: (...), WGS84.
        datum: Above what the heights are.

    Returns:
        (...) metres above the WGS84 ellipsoid; NaN where an input is.

    Raises:
        GeometryError: The datum needs a grid that we do not have, or is not known.
    """
    height = np.asarray(height_m, dtype=np.float64)
    if datum is VerticalDatum.WGS84_ELLIPSOID:
        return height.copy()
    if datum is VerticalDatum.EGM96:
        return height + geoid_undulation_m(latitude_deg, longitude_deg)
    what = (
        "heights whose vertical datum is not known cannot be placed above the ellipsoid."
        if datum is VerticalDatum.UNKNOWN
        else f"there is no grid here to turn {datum} heights into ellipsoidal ones."
    )
    raise GeometryError(
        where="vertical datum",
        what=what,
        mend="Give heights above EGM96 or the WGS84 ellipsoid, or name the datum where you know "
        "it; taken as they are they could be tens of metres wrong.",
    )
