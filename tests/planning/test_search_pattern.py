"""Search patterns against their rules and an independent geodesy (pyproj's Geod)."""

import math
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from plainview.errors import InputError
from plainview.planning import (
    SearchPattern,
    creeping_line,
    expanding_square,
    orbit,
    parallel_track,
    sector,
)

GEOD = Geod(ellps="WGS84")
MILE_M = 1852.0
DATUMS = [(0.0, 0.0), (36.1, -5.4), (-52.0, 179.98), (70.0, 25.0), (-70.0, -60.0)]


def legs(pattern: SearchPattern) -> tuple[np.ndarray, np.ndarray]:
    """Return lengths and bearings of the legs by the independent geodesy."""
    latitude, longitude = pattern.latitude_deg, pattern.longitude_deg
    bearing, _, length = GEOD.inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])
    return np.asarray(length), np.asarray(bearing) % 360.0


def distances_m(pattern: SearchPattern, datum: tuple[float, float]) -> np.ndarray:
    n = len(pattern.latitude_deg)
    return np.asarray(
        GEOD.inv(
            np.full(n, datum[1]), np.full(n, datum[0]), pattern.longitude_deg, pattern.latitude_deg
        )[2]
    )


@pytest.mark.parametrize("datum", DATUMS)
@pytest.mark.parametrize("heading_deg", [0.0, 37.0, 200.0])
def test_a_parallel_track_begins_half_a_spacing_inside_and_keeps_its_spacing(
    datum: tuple[float, float], heading_deg: float
) -> None:
    length_m, width_m, spacing_m = 20 * MILE_M, 12 * MILE_M, 2 * MILE_M
    found = parallel_track(
        datum,
        length_m=length_m,
        width_m=width_m,
        track_spacing_m=spacing_m,
        heading_deg=heading_deg,
    )
    lengths, _ = legs(found)
    assert len(lengths) == 11
    assert lengths[::2] == pytest.approx(length_m - spacing_m, abs=1.0)
    assert lengths[1::2] == pytest.approx(spacing_m, abs=1.0)
    corner_m = math.hypot(0.5 * length_m, 0.5 * width_m)
    first = np.hypot(0.5 * (length_m - spacing_m), 0.5 * (width_m - spacing_m))
    assert distances_m(found, datum)[0] == pytest.approx(first, abs=1e-3)
    assert first < corner_m
    middle = 0.5 * (length_m - spacing_m)
    lon, lat, _ = GEOD.fwd(
        datum[1], datum[0], heading_deg + math.degrees(math.atan2(5 * MILE_M, middle)),
        math.hypot(5 * MILE_M, middle),
    )  # fmt: skip
    ends = GEOD.inv(
        np.full(12, lon), np.full(12, lat), found.longitude_deg, found.latitude_deg
    )[2]  # fmt: skip
    assert min(ends) < 1e-3
    assert found.leg_lengths_m == pytest.approx(lengths, abs=1e-3)


def test_a_creeping_line_goes_across_and_advances_along() -> None:
    found = creeping_line(
        (50.0, -5.0), length_m=20e3, width_m=8e3, track_spacing_m=2e3, heading_deg=90.0
    )
    lengths, bearings = legs(found)
    assert len(lengths) == 19
    assert lengths[::2] == pytest.approx(6e3, abs=1.0)
    assert bearings[1::2] == pytest.approx(90.0, abs=0.2)
    assert found.longitude_deg[-1] > found.longitude_deg[0]


def test_every_part_of_an_area_lies_within_half_a_spacing_of_a_leg() -> None:
    found = parallel_track((0.0, 0.0), length_m=10e3, width_m=7e3, track_spacing_m=2e3)
    east = GEOD.inv(np.zeros(8), np.zeros(8), found.longitude_deg, np.zeros(8))[2] * np.sign(
        found.longitude_deg
    )
    assert sorted(set(np.round(east))) == pytest.approx([-2500.0, -500.0, 1500.0, 3500.0], abs=1.0)


@pytest.mark.parametrize("datum", DATUMS)
def test_an_expanding_square_grows_every_second_leg(datum: tuple[float, float]) -> None:
    found = expanding_square(datum, track_spacing_m=MILE_M, n_legs=9, heading_deg=45.0)
    lengths, bearings = legs(found)
    assert lengths / MILE_M == pytest.approx([1, 1, 2, 2, 3, 3, 4, 4, 5], abs=1.0 / MILE_M)
    assert bearings[0] == pytest.approx(45.0, abs=1e-6)
    turns = np.diff(bearings) % 360.0
    assert turns == pytest.approx(90.0, abs=0.5)


@pytest.mark.parametrize("datum", DATUMS)
def test_a_sector_search_has_nine_legs_and_turns_120_degrees(datum: tuple[float, float]) -> None:
    radius_m = 5 * MILE_M
    found = sector(datum, radius_m=radius_m, heading_deg=10.0, n_passes=2)
    lengths, bearings = legs(found)
    assert len(lengths) == 18
    assert lengths == pytest.approx(radius_m, abs=1.0)
    from_datum = distances_m(found, datum)
    assert from_datum[::3] == pytest.approx(0.0, abs=1e-3)
    turns = np.diff(bearings) % 360.0
    is_at_datum = np.arange(17) % 3 == 2
    assert turns[~is_at_datum] == pytest.approx(120.0, abs=0.3)
    assert (turns[is_at_datum] + 180.0) % 360.0 - 180.0 == pytest.approx(
        [0.0, 0.0, 30.0, 0.0, 0.0], abs=0.3
    )
    assert bearings[[0, 9]] == pytest.approx([10.0, 40.0], abs=1e-6)


@pytest.mark.parametrize("datum", DATUMS)
def test_an_orbit_keeps_its_radius(datum: tuple[float, float]) -> None:
    found = orbit(datum, radius_m=1500.0, start_bearing_deg=90.0, n_points=12)
    assert distances_m(found, datum) == pytest.approx(1500.0, abs=1e-3)
    assert len(found.leg_lengths_m) == 12
    assert found.leg_lengths_m == pytest.approx(3000.0 * math.sin(math.pi / 12), abs=0.01)


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (parallel_track, {"length_m": math.nan, "width_m": 1e3, "track_spacing_m": 10.0}, "length_m"),
    (parallel_track, {"length_m": 5.0, "width_m": 1e3, "track_spacing_m": 10.0}, "length_m"),
    (creeping_line, {"length_m": 1e3, "width_m": 5.0, "track_spacing_m": 10.0}, "width_m"),
    (parallel_track, {"length_m": 1e4, "width_m": 1e3, "track_spacing_m": 0.0}, "track_spacing_m"),
    (parallel_track, {"length_m": 1e4, "width_m": 4e5, "track_spacing_m": 1.0}, "n_legs"),
    (expanding_square, {"track_spacing_m": 100.0, "n_legs": 0}, "n_legs"),
    (expanding_square, {"track_spacing_m": math.inf, "n_legs": 4}, "track_spacing_m"),
    (sector, {"radius_m": -1.0}, "radius_m"),
    (sector, {"radius_m": 1e3, "n_passes": 3}, "n_passes"),
    (sector, {"radius_m": 1e3, "heading_deg": math.nan}, "heading_deg"),
    (orbit, {"radius_m": 1e3, "n_points": 2}, "n_points"),
]


@pytest.mark.parametrize(("make", "values", "field"), REFUSED)
def test_an_impossible_pattern_is_refused_by_field(
    make: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as refused:
        make((50.0, 0.0), **values)
    assert field in refused.value.where
    assert refused.value.mend


@pytest.mark.parametrize("datum", [(math.nan, 0.0), (88.0, 0.0), (0.0, 200.0)])
def test_a_datum_that_is_no_place_is_refused(datum: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="datum"):
        sector(datum, radius_m=1e3)
