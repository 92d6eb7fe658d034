"""Vertical datums: known by name, brought to the ellipsoid or withheld."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import pytest

from plainview.errors import GeometryError
from plainview.geo import (
    VerticalDatum,
    geoid_undulation_m,
    height_hae_from_datum_m,
    vertical_datum_from_name,
)

Array = npt.NDArray[np.float64]
OSLO: dict[str, Any] = {"latitude_deg": 59.9, "longitude_deg": 10.7}


@pytest.mark.parametrize(
    ("name", "datum"),
    [
        ("EGM96", VerticalDatum.EGM96),
        ("egm96 height", VerticalDatum.EGM96),
        ("EGM 1996", VerticalDatum.EGM96),
        ("EPSG:5773", VerticalDatum.EGM96),
        ("EGM2008 height", VerticalDatum.EGM2008),
        ("EGM08", VerticalDatum.EGM2008),
        ("EPSG::3855", VerticalDatum.EGM2008),
        ("NAVD88 height", VerticalDatum.NAVD88),
        ("North American Vertical Datum 1988", VerticalDatum.NAVD88),
        ("WGS 84 ellipsoid", VerticalDatum.WGS84_ELLIPSOID),
        ("HAE", VerticalDatum.WGS84_ELLIPSOID),
        ("mean sea level", VerticalDatum.UNKNOWN),
        ("EGM96 or EGM2008", VerticalDatum.UNKNOWN),
        ("", VerticalDatum.UNKNOWN),
        (None, VerticalDatum.UNKNOWN),
    ],
)
def test_a_datum_is_known_by_the_names_it_goes_by(name: str | None, datum: VerticalDatum) -> None:
    assert vertical_datum_from_name(name) is datum


def test_heights_above_egm96_gain_the_undulation() -> None:
    height = height_hae_from_datum_m([100.0, np.nan], datum=VerticalDatum.EGM96, **OSLO)
    assert height[0] == pytest.approx(100.0 + float(geoid_undulation_m(59.9, 10.7)))
    # measured with PROJ: 100.0 m above the ellipsoid here are 60.72 m above EGM96
    assert height[0] == pytest.approx(139.28, abs=0.01)
    assert np.isnan(height[1])


def test_heights_above_the_ellipsoid_stay_and_are_a_copy() -> None:
    given = np.array([1.0, 2.0])
    height = height_hae_from_datum_m(given, datum=VerticalDatum.WGS84_ELLIPSOID, **OSLO)
    np.testing.assert_array_equal(height, given)
    assert not np.shares_memory(height, given)


@pytest.mark.parametrize(
    "datum", [VerticalDatum.EGM2008, VerticalDatum.NAVD88, VerticalDatum.UNKNOWN]
)
def test_heights_that_cannot_be_brought_to_the_ellipsoid_are_withheld(
    datum: VerticalDatum,
) -> None:
    with pytest.raises(GeometryError) as caught:
        height_hae_from_datum_m(100.0, datum=datum, **OSLO)
    assert "EGM96" in caught.value.mend


@pytest.mark.parametrize(
    ("code", "datum"),
    [
        (5773, VerticalDatum.EGM96),
        (3855, VerticalDatum.EGM2008),
        (5798, VerticalDatum.EGM84),
        (5703, VerticalDatum.NAVD88),
        (5702, VerticalDatum.NGVD29),
        (6647, VerticalDatum.CGVD2013),
        (5713, VerticalDatum.CGVD28),
        (5730, VerticalDatum.EVRF2000),
        (5621, VerticalDatum.EVRF2007),
        (9389, VerticalDatum.EVRF2019),
        (5709, VerticalDatum.NAP),
        (5701, VerticalDatum.ODN),
        (5783, VerticalDatum.DHHN92),
        (7837, VerticalDatum.DHHN2016),
        (5720, VerticalDatum.NGF_IGN69),
        (5728, VerticalDatum.LN02),
        (5613, VerticalDatum.RH2000),
        (5941, VerticalDatum.NN2000),
        (5705, VerticalDatum.BALTIC77),
        (5711, VerticalDatum.AHD),
        (7839, VerticalDatum.NZVD2016),
    ],
)
def test_codes_and_the_names_that_the_register_gives_them_are_one_datum(
    code: int, datum: VerticalDatum
) -> None:
    """The register of EPSG by pyproj names what our codes stand for."""
    name = pyproj.CRS.from_epsg(code).name
    assert vertical_datum_from_name(name) is datum
    assert vertical_datum_from_name(f"EPSG:{code}") is datum
    assert vertical_datum_from_name(datum) is datum


def test_every_datum_is_known_by_its_own_name() -> None:
    for datum in VerticalDatum:
        assert vertical_datum_from_name(datum) is datum


@dataclass(frozen=True)
class TiltedGrid:
    """A datum that lies 30 m above the ellipsoid at 50 N, rises northward and ends at 60 N."""

    def height_hae_m(self, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike) -> Array:
        latitude = np.asarray(latitude_deg, np.float64) + 0.0 * np.asarray(longitude_deg)
        return np.where(latitude > 60.0, np.nan, 30.0 + 0.1 * (latitude - 50.0))


def test_with_its_grid_a_datum_is_converted_and_beyond_the_grid_withheld() -> None:
    height = height_hae_from_datum_m(
        [100.0, 100.0],
        latitude_deg=[52.0, 61.0],
        longitude_deg=[10.0, 10.0],
        datum=VerticalDatum.NAVD88,
        datum_grid=TiltedGrid(),
    )
    assert height[0] == pytest.approx(130.2)
    assert np.isnan(height[1])


def test_a_grid_does_not_make_an_unknown_datum_known() -> None:
    with pytest.raises(GeometryError, match="not known"):
        height_hae_from_datum_m(1.0, datum=VerticalDatum.UNKNOWN, datum_grid=TiltedGrid(), **OSLO)
