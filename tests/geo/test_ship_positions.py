"""Ships between their reports."""

from typing import Any

import numpy as np
import pytest

from plainview.geo import ship_positions
from plainview.model import ShipReports

SECOND = 1_000_000
START_US = 1_452_603_731 * SECOND


def reports(rows: list[tuple[int, float, float, float]], **changes: Any) -> ShipReports:
    """Return reports of (ship, second, latitude, longitude)."""
    n = len(rows)
    mmsi, second, latitude, longitude = zip(*rows, strict=True) if rows else ((),) * 4
    columns: dict[str, Any] = {
        "mmsi": np.array(mmsi, np.int64),
        "time_us": START_US + np.array(np.round(np.array(second) * SECOND), np.int64),
        "latitude_deg": np.array(latitude, float),
        "longitude_deg": np.array(longitude, float),
        "speed_m_s": np.full(n, 5.0),
        "course_deg": np.full(n, 90.0),
        "heading_deg": np.full(n, np.nan),
        "position_sigma_m": np.full(n, 10.0),
    }
    return ShipReports(**(columns | changes))


TWO = reports([(1, 0, 50.0, -1.0), (1, 10, 50.1, -1.2), (1, 400, 51.0, -1.0), (2, 5, 10.0, 20.0)])


def at(table: ShipReports, mmsi: int, *seconds: float) -> tuple[np.ndarray, np.ndarray]:
    times = START_US + np.array([round(each * SECOND) for each in seconds], np.int64)
    return ship_positions(table, mmsi, time_us=times)


def test_a_ship_is_on_the_line_between_its_reports() -> None:
    latitude, longitude = at(TWO, 1, 0.0, 2.5, 10.0)
    assert latitude == pytest.approx([50.0, 50.025, 50.1])
    assert longitude == pytest.approx([-1.0, -1.05, -1.2])


def test_it_is_nowhere_before_after_and_in_a_gap() -> None:
    latitude, _ = at(TWO, 1, -1.0, 11.0, 399.0, 401.0)
    assert np.isnan(latitude).all()
    assert not np.isnan(at(TWO, 1, 400.0)[0]).any()


def test_a_single_report_is_known_at_its_instant_alone() -> None:
    latitude, longitude = at(TWO, 2, 5.0, 5.1)
    assert latitude[0] == 10.0
    assert longitude[0] == pytest.approx(20.0)
    assert np.isnan(latitude[1])


def test_a_ship_that_never_reports_is_nowhere() -> None:
    assert np.isnan(at(TWO, 3, 0.0)[0]).all()
    assert np.isnan(at(reports([]), 3, 0.0)[0]).all()


def test_a_ship_may_cross_the_antimeridian() -> None:
    over = reports([(1, 0, 0.0, 179.9), (1, 10, 0.0, -179.9)])
    assert at(over, 1, 7.5)[1] == pytest.approx([-179.95])


def test_reports_are_one_ship_after_another() -> None:
    with pytest.raises(ValueError, match="order of ship and time"):
        reports([(2, 0, 0.0, 0.0), (1, 0, 0.0, 0.0)])
    assert TWO.each_mmsi == [1, 2]
    assert len(TWO) == 4
    assert not TWO.latitude_deg.flags.writeable
