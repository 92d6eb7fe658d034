"""Positions as text, read back by parsers that know nothing of the writer."""

import math
import re

import mgrs
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    distance_and_bearing,
    format_ddm,
    format_decimal,
    format_dms,
    format_mgrs,
)

latitudes = st.floats(-90.0, 90.0)
longitudes = st.floats(-180.0, 180.0)
errors = st.one_of(st.none(), st.floats(0.01, 100_000.0))


def parse_sexagesimal(text: str) -> tuple[float, float]:
    """Read degrees, minutes and perhaps seconds with a hemisphere letter behind."""
    values = []
    for part, letters in zip(text.split(" "), ("NS", "EW"), strict=True):
        match = re.fullmatch(r"(\d+)°(\d+(?:\.\d+)?)'(?:(\d+(?:\.\d+)?)\")?([NSEW])", part)
        assert match, part
        degrees, minutes, seconds = (float(match[i] or 0.0) for i in (1, 2, 3))
        assert minutes < 60.0
        assert seconds < 60.0
        assert match[4] in letters
        sign = -1.0 if match[4] in "SW" else 1.0
        values.append(sign * (degrees + minutes / 60.0 + seconds / 3600.0))
    return values[0], values[1]


def parse_decimal(text: str) -> tuple[float, float]:
    latitude, longitude = text.split(", ")
    return float(latitude), float(longitude)


def parse_mgrs(text: str) -> tuple[float, float]:
    latitude, longitude = mgrs.MGRS().toLatLon(text.replace(" ", ""))
    return latitude, longitude


def apart_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(distance_and_bearing(a, b)[0])


@pytest.mark.parametrize("form", ["ddm", "dms", "decimal"])
@given(latitude=latitudes, longitude=longitudes, ce90_m=errors)
def test_text_read_back_is_the_place_within_its_error(
    form: str, latitude: float, longitude: float, ce90_m: float | None
) -> None:
    write = {"ddm": format_ddm, "dms": format_dms, "decimal": format_decimal}[form]
    parse = parse_decimal if form == "decimal" else parse_sexagesimal
    text = write(latitude, longitude, ce90_m=ce90_m)
    assert text is not None
    again = parse(text)
    finest = {"ddm": 0.2, "dms": 0.1, "decimal": 0.2}[form]
    allowed_m = max(5.0 if ce90_m is None else ce90_m, finest)
    assert apart_m((latitude, longitude), again) <= 0.72 * allowed_m + 1e-6
    if abs(latitude) > 1.0:
        assert math.copysign(1.0, again[0]) == math.copysign(1.0, latitude)
    if 1.0 < abs(longitude) < 179.0:
        assert math.copysign(1.0, again[1]) == math.copysign(1.0, longitude)


@given(latitude=st.floats(-79.9, 83.9), longitude=st.floats(-179.99, 179.99), ce90_m=errors)
def test_the_grid_square_holds_the_place(
    latitude: float, longitude: float, ce90_m: float | None
) -> None:
    text = format_mgrs(latitude, longitude, ce90_m=ce90_m)
    assert text is not None
    parts = text.split(" ")
    n_digits = len(parts[2]) if len(parts) > 2 else 0
    side_m = 10.0 ** (5 - n_digits)
    assert side_m <= max(1.0 if ce90_m is None else ce90_m, 1.0)
    if n_digits >= 3:  # coarser squares may reach over the edge of a zone, where they are cut
        assert apart_m((latitude, longitude), parse_mgrs(text)) <= 1.45 * side_m


@given(latitude=st.floats(-79.0, 83.0), longitude=st.floats(-179.0, 179.0))
def test_the_last_digits_of_a_grid_position_are_those_of_utm(
    latitude: float, longitude: float
) -> None:
    text = format_mgrs(latitude, longitude)
    assert text is not None
    zone, _, easting, northing = text.split(" ")
    utm = pyproj.Proj(proj="utm", zone=int(zone[:-1]), ellps="WGS84", south=latitude < 0.0)
    east, north = utm(longitude, latitude)
    for shown, value in ((easting, east), (northing, north)):
        off = (float(shown) + 0.5 - value + 50_000.0) % 100_000.0 - 50_000.0
        assert abs(off) <= 0.51


@pytest.mark.parametrize(
    ("ce90_m", "text"),
    [
        (0.1, "59°54.8340'N 010°45.1320'E"),
        (5.0, "59°54.834'N 010°45.132'E"),
        (50.0, "59°54.83'N 010°45.13'E"),
        (500.0, "59°54.8'N 010°45.1'E"),
        (5000.0, "59°55'N 010°45'E"),
        (float("inf"), "59°55'N 010°45'E"),
        (None, "59°54.834'N 010°45.132'E"),
        (float("nan"), "59°54.834'N 010°45.132'E"),
    ],
)
def test_the_digits_shown_follow_the_error(ce90_m: float | None, text: str) -> None:
    assert format_ddm(59.9139, 10.7522, ce90_m=ce90_m) == text


def test_rounding_carries_and_never_shows_sixty() -> None:
    assert format_ddm(59.9999999, -0.9999999) == "60°00.000'N 001°00.000'W"
    assert format_dms(59.9999999, -179.9999999) == "60°00'00.0\"N 180°00'00.0\"W"


def test_hemispheres_are_letters_and_zero_has_no_minus() -> None:
    assert format_ddm(-33.5, -70.5) == "33°30.000'S 070°30.000'W"
    assert format_ddm(-1e-9, -1e-9) == "00°00.000'N 000°00.000'E"
    assert format_decimal(-1e-9, -1e-9) == "0.00000, 0.00000"
    assert format_decimal(-33.5, -70.5) == "-33.50000, -70.50000"


@pytest.mark.parametrize(
    ("latitude", "longitude", "text"),
    [
        (0.0, 0.0, "31N AA 66021 00000"),
        (60.0, 3.5, "32V JM 93458 64167"),
        (89.0, 0.0, "ZAF"),
        (-89.0, 50.0, "BAN"),
    ],
)
def test_grids_at_odd_places(latitude: float, longitude: float, text: str) -> None:
    found = format_mgrs(latitude, longitude)
    assert found is not None
    assert found.replace(" ", "").startswith(text.replace(" ", ""))


@pytest.mark.parametrize("write", [format_ddm, format_dms, format_decimal, format_mgrs])
@pytest.mark.parametrize("place", [(math.nan, 5.0), (5.0, math.nan), (91.0, 5.0), (5.0, math.inf)])
def test_no_place_has_no_text(write: type[object], place: tuple[float, float]) -> None:
    assert write(*place) is None  # type: ignore[call-arg]


@given(longitude=st.floats(180.1, 539.0))
def test_longitudes_beyond_a_half_turn_are_brought_back(longitude: float) -> None:
    text = format_ddm(10.0, longitude)
    assert text is not None
    assert apart_m(parse_sexagesimal(text), (10.0, longitude)) < 5.0
