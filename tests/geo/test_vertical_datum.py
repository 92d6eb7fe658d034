"""Vertical datums: known by name, brought to the ellipsoid or withheld."""

import numpy as np
import pytest

from plainview.errors import GeometryError
from plainview.geo import (
    VerticalDatum,
    geoid_undulation_m,
    height_hae_from_datum_m,
    vertical_datum_from_name,
)

OSLO = {"latitude_deg": 59.9, "longitude_deg": 10.7}


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
