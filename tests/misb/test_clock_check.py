"""A clock that is wrong by hours, by what is known beside it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from plainview.misb.clock_check import ClockFacts, Light, check_clock
from plainview.misb.ship_clock import ShipClock, ShipSightings, match_ship_clock
from plainview.model import ShipReports

SECOND = 1_000_000
HOUR = 3600 * SECOND
START_US = round(datetime(2016, 1, 12, 13, 0, tzinfo=UTC).timestamp()) * SECOND
PLAIN = ClockFacts(first_us=START_US, last_us=START_US + 60 * SECOND)


def test_nothing_known_beside_it_says_nothing() -> None:
    verdict = check_clock(PLAIN)
    assert (verdict.faults, verdict.proofs, verdict.offset_s) == ((), (), None)


def test_a_clock_that_was_never_set_is_a_fault() -> None:
    (fault,) = check_clock(replace(PLAIN, first_us=5 * SECOND)).faults
    assert "was not set" in fault


@pytest.mark.parametrize(
    ("written_us", "n_faults", "n_proofs"),
    [
        (PLAIN.last_us - HOUR, 1, 0),
        (PLAIN.last_us - 60 * SECOND, 0, 1),  # two clocks a minute apart
        (PLAIN.last_us + 10 * SECOND, 0, 1),
        (PLAIN.last_us + 3 * HOUR, 0, 0),  # copied since
    ],
)
def test_a_flight_cannot_end_after_its_file_was_written(
    written_us: int, n_faults: int, n_proofs: int
) -> None:
    verdict = check_clock(replace(PLAIN, written_us=written_us))
    assert (len(verdict.faults), len(verdict.proofs)) == (n_faults, n_proofs)


def test_a_fault_says_by_how_much() -> None:
    (fault,) = check_clock(replace(PLAIN, written_us=PLAIN.last_us - 7 * HOUR)).faults
    assert "7.0 hours after its file was last written" in fault


@pytest.mark.parametrize(
    ("created_us", "n_faults", "n_proofs"),
    [
        (START_US - 2 * HOUR, 1, 0),
        (START_US + 5 * SECOND, 0, 1),
        (START_US + 9 * HOUR, 0, 0),
        (0, 0, 0),  # many writers leave the zero of their epoch
    ],
)
def test_the_container_knows_when_it_was_made(
    created_us: int, n_faults: int, n_proofs: int
) -> None:
    verdict = check_clock(replace(PLAIN, created_us=created_us))
    assert (len(verdict.faults), len(verdict.proofs)) == (n_faults, n_proofs)


@pytest.mark.parametrize(
    ("light", "sun_deg", "n_faults", "n_proofs"),
    [
        (Light.DAYLIGHT, (-30.0, -28.0), 1, 0),
        (Light.DAYLIGHT, (-8.0, -4.0), 0, 0),  # twilight decides nothing
        (Light.DAYLIGHT, (12.0, 14.0), 0, 1),
        (Light.NIGHT, (12.0, 14.0), 1, 0),
        (Light.NIGHT, (-30.0, -28.0), 0, 1),
        (None, (-30.0, -28.0), 0, 0),
    ],
)
def test_pictures_tell_day_from_night(
    light: Light | None, sun_deg: tuple[float, float], n_faults: int, n_proofs: int
) -> None:
    verdict = check_clock(replace(PLAIN, light=light, sun_deg=sun_deg))
    assert (len(verdict.faults), len(verdict.proofs)) == (n_faults, n_proofs)


def told(**given: Any) -> ShipClock:
    return ShipClock(**({"low_s": 0.0, "high_s": 0.0, "is_zero_tried": True} | given))


def test_ships_tell_the_offset() -> None:
    found = told(offset_s=3600.0, low_s=3590.0, high_s=3610.0, n_ships=3)
    verdict = check_clock(replace(PLAIN, ships=found))
    assert verdict.offset_s == 3600.0
    assert "60.0 minutes ahead of UTC; not as it is" in verdict.faults[0]


def test_one_ship_alone_may_be_chance() -> None:
    found = told(offset_s=3600.0, low_s=3590.0, high_s=3610.0, n_ships=1)
    verdict = check_clock(replace(PLAIN, ships=found))
    assert (verdict.faults, verdict.offset_s) == ((), None)


def test_ships_where_the_tracks_are_agree_with_the_clock() -> None:
    found = told(offset_s=5.0, low_s=-10.0, high_s=15.0, n_ships=2)
    verdict = check_clock(replace(PLAIN, ships=found))
    assert (verdict.faults, len(verdict.proofs), verdict.offset_s) == ((), 1, None)


def fleet(hours: float = 6.0, *, fastest_m_s: float = 9.0, seed: int = 1) -> ShipReports:
    """Return ships that cross a strait, each on its own line, a report every 10 s."""
    generator = np.random.default_rng(seed)
    time_s = np.arange(0.0, 3600.0 * hours, 10.0)
    rows: list[tuple[np.ndarray, ...]] = []
    for mmsi in range(101, 113):
        speed_m_s = generator.uniform(0.4, 1.0) * fastest_m_s
        course, start = generator.uniform(0.0, 2.0 * np.pi), generator.uniform(-4e3, 4e3, 2)
        along = speed_m_s * (time_s - 7200.0)
        east, north = start[0] + along * np.sin(course), start[1] + along * np.cos(course)
        rows.append(
            (np.full(len(time_s), mmsi), time_s, 50.7 + north / 111_195, -1.1 + east / 70_400)
        )
    columns = [np.concatenate(part) for part in zip(*rows, strict=True)]
    ships, seconds, latitude, longitude = columns
    nothing = np.full(len(ships), np.nan)
    return ShipReports(
        mmsi=ships.astype(np.int64),
        time_us=START_US + np.round(1e6 * seconds).astype(np.int64),
        latitude_deg=latitude,
        longitude_deg=longitude,
        speed_m_s=nothing,
        course_deg=nothing.copy(),
        heading_deg=nothing.copy(),
        position_sigma_m=np.full(len(ships), 10.0),
    )


def seen(
    reports: ShipReports, which: tuple[int, ...], *, ahead_s: float, seed: int = 2
) -> ShipSightings:
    """Return a minute's tracks of some ships from 2 hours on, by a clock that is ahead."""
    generator = np.random.default_rng(seed)
    rows = []
    for mmsi in which:
        here = reports.of_ship(mmsi)
        off = generator.normal(0.0, 15.0, 2)
        for at in range(here.start + 720, here.start + 727):
            place = off + generator.normal(0.0, 3.0, 2)
            rows.append(
                (
                    mmsi,
                    reports.time_us[at] + ahead_s * SECOND,
                    reports.latitude_deg[at] + place[1] / 111_195,
                    reports.longitude_deg[at] + place[0] / 70_400,
                )
            )
    columns = np.array(rows, dtype=np.float64).T
    return ShipSightings(
        track_id=columns[0].astype(np.int64),
        time_us=columns[1].astype(np.int64),
        latitude_deg=columns[2],
        longitude_deg=columns[3],
        sigma_m=np.full(len(rows), 15.0),
    )


@pytest.mark.parametrize("ahead_s", [0.0, 3600.0, -3600.0, -1234.0])
def test_tracks_of_ships_find_the_clock(ahead_s: float) -> None:
    reports = fleet()
    found = match_ship_clock(seen(reports, (102, 105, 108), ahead_s=ahead_s), reports)
    assert found.offset_s == pytest.approx(ahead_s, abs=15.0)
    assert found.n_ships == 3
    assert found.low_s is not None
    assert found.high_s is not None
    assert found.low_s <= ahead_s <= found.high_s
    assert found.is_zero_possible is (ahead_s == 0.0)


def test_boats_without_ais_do_not_hide_the_clock() -> None:
    reports = fleet()
    ours = seen(reports, (102, 105, 108), ahead_s=3600.0)
    others = seen(fleet(seed=9), (101, 103, 104), ahead_s=0.0)
    both = ShipSightings(
        track_id=np.concatenate([ours.track_id, 1000 + others.track_id]),
        time_us=np.concatenate([ours.time_us, others.time_us]),
        latitude_deg=np.concatenate([ours.latitude_deg, others.latitude_deg + 0.02]),
        longitude_deg=np.concatenate([ours.longitude_deg, others.longitude_deg]),
        sigma_m=np.concatenate([ours.sigma_m, others.sigma_m]),
    )
    assert match_ship_clock(both, reports).offset_s == pytest.approx(3600.0, abs=15.0)


def test_ships_at_rest_tell_no_time() -> None:
    reports = fleet(fastest_m_s=0.0)
    found = match_ship_clock(seen(reports, (102, 105), ahead_s=0.0), reports)
    assert found.offset_s is None
    assert found.reason is not None
    assert "lie still" in found.reason


def test_tracks_that_are_no_ships_find_nothing() -> None:
    reports = fleet()
    nowhere = seen(fleet(seed=9), (101, 104, 107), ahead_s=0.0)
    for _ in range(3):
        moved = replace(nowhere, latitude_deg=nowhere.latitude_deg + 0.2)
        assert match_ship_clock(moved, reports).offset_s is None


def test_a_log_of_another_day_is_said() -> None:
    reports = fleet()
    found = match_ship_clock(seen(reports, (102,), ahead_s=86_400.0), reports)
    assert (found.offset_s, found.is_zero_tried) == (None, False)
    assert found.reason == "the log is of another day"


def test_nothing_seen_is_nothing_found() -> None:
    empty = ShipSightings(
        track_id=np.zeros(0, np.int64),
        time_us=np.zeros(0, np.int64),
        latitude_deg=np.zeros(0),
        longitude_deg=np.zeros(0),
        sigma_m=np.zeros(0),
    )
    assert match_ship_clock(empty, fleet()).offset_s is None
