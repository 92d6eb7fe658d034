"""What simulated transmitters send is read back by our reader, over another program's decoder."""

from pathlib import Path
from typing import Any

import numpy as np
import pyais
import pymap3d
import pytest

from plainview.errors import InputError
from plainview.formats.ais_log import AisLog, read_ais
from plainview.twin.ais_messages import sentences
from plainview.twin.ais_transmitter import AisFaults, AisTrack, Transmitter
from plainview.twin.automatic_identification import Transmission, transmissions
from plainview.units import KNOT_M_S

START_US = 1_790_000_000_000_000


def straight(
    *, knots: float, course_deg: float = 40.0, latitude: float = 54.0, longitude: float = 7.5
) -> AisTrack:
    """Return an hour on a rhumb line, short enough to be one on a plane of its own degrees."""
    time_s = np.linspace(0.0, 3_600.0, 361)
    run_m = knots * KNOT_M_S * time_s
    north = run_m * np.cos(np.radians(course_deg))
    east = run_m * np.sin(np.radians(course_deg))
    there = pymap3d.enu2geodetic(east, north, 0.0 * east, latitude, longitude, 0.0)
    return AisTrack(
        time_s=time_s,
        latitude_deg=there[0],
        longitude_deg=there[1],
        speed_m_s=np.full(361, knots * KNOT_M_S),
        course_deg=np.full(361, course_deg),
    )


def ship(mmsi: int = 211_000_001, **given: Any) -> Transmitter:
    fields: dict[str, Any] = {"kind": "class_a", "track": straight(knots=12.0), "name": "ALMA"}
    return Transmitter(**{"mmsi": mmsi, **fields, **given})


def sent(*transmitters: Transmitter, duration_s: float = 1200.0) -> tuple[Transmission, ...]:
    return transmissions(transmitters, start_us=START_US, duration_s=duration_s, seed=4)


def read(tmp_path: Path, messages: tuple[Transmission, ...]) -> AisLog:
    path = tmp_path / "log.nmea"
    path.write_text("\n".join(line for each in messages for line in each.lines) + "\n")
    return read_ais(path)


def away_m(log: AisLog, track: AisTrack, mmsi: int, *, late_s: float = 0.0) -> np.ndarray:
    """Return how far reports are from the true track, (n, 2) east and north."""
    rows = log.reports.of_ship(mmsi)
    time_s = (log.reports.time_us[rows] - START_US) / 1e6 + late_s
    true = np.array([track.at(each)[:2] for each in time_s])
    east, north, _ = pymap3d.geodetic2enu(
        log.reports.latitude_deg[rows],
        log.reports.longitude_deg[rows],
        0.0,
        true[:, 0],
        true[:, 1],
        0.0,
    )
    return np.stack([east, north], axis=-1)


@pytest.mark.parametrize("kind", ["class_a", "class_b"])
def test_a_ship_without_fault_is_where_it_says(tmp_path: Path, kind: str) -> None:
    one = ship(kind=kind, size_m=(90.0, 14.0), ship_type=70)
    log = read(tmp_path, sent(one))
    assert log.warnings == ()
    reports = log.reports
    assert set(reports.mmsi) == {211_000_001}
    # the second of a report is cut off: up to a second of way, 6.2 m, and 0.2 m of rounding
    off = np.linalg.norm(away_m(log, one.track, 211_000_001), axis=1)
    assert off.max() < 6.2 + 0.3
    np.testing.assert_allclose(reports.speed_m_s, 12.0 * KNOT_M_S, atol=0.05 * KNOT_M_S)
    np.testing.assert_allclose(reports.course_deg, 40.0, atol=0.05)
    known = reports.ships[211_000_001]
    assert known.name == "SIMULATED ALMA"
    assert (known.length_m, known.width_m) == (90.0, 14.0)


def test_reports_come_as_often_as_the_standard_says() -> None:
    def counted(**given: Any) -> dict[int, int]:
        messages = [each.message for each in sent(ship(**given), duration_s=3_600.0)]
        return {kind: messages.count(kind) for kind in set(messages)}

    assert counted() == {1: 360, 5: 10}
    assert counted(track=straight(knots=18.0)) == {1: 600, 5: 10}
    assert counted(track=straight(knots=30.0)) == {1: 1800, 5: 10}
    assert counted(track=straight(knots=0.0)) == {1: 20, 5: 10}
    assert counted(kind="class_b") == {18: 120, 24: 20}
    assert counted(kind="class_b", track=straight(knots=1.0)) == {18: 20, 24: 20}
    time_s = np.linspace(0.0, 3_600.0, 3_601)
    still = straight(knots=12.0)
    circle = AisTrack(
        time_s=time_s,
        latitude_deg=np.full(3_601, still.latitude_deg[0]),
        longitude_deg=np.full(3_601, still.longitude_deg[0]),
        speed_m_s=np.full(3_601, 12.0 * KNOT_M_S),
        course_deg=(2.0 * time_s) % 360.0,
    )
    assert counted(track=circle) == {3: 1080, 5: 10}


@pytest.mark.parametrize(
    ("kind", "mmsi", "words"),
    [
        ("ais_sart", 970_123_456, "SIMULATED SART ACTIVE"),
        ("mob", 972_123_456, "SIMULATED MOB ACTIVE"),
        ("epirb_ais", 974_123_456, "SIMULATED EPIRB ACTIVE"),
    ],
)
def test_a_beacon_says_where_it_is_and_that_it_is_simulated(
    tmp_path: Path, kind: str, mmsi: int, words: str
) -> None:
    beacon = Transmitter(mmsi=mmsi, kind=kind, track=straight(knots=0.8), from_s=120.0)
    messages = sent(beacon, duration_s=600.0)
    decoded = [
        pyais.decode(line.split("\\")[-1]).asdict() for each in messages for line in each.lines
    ]
    places = [each for each in decoded if each["msg_type"] == 1]
    assert {each["status"] for each in places} == {14}
    assert {each["text"] for each in decoded if each["msg_type"] == 14} == {words}
    assert messages[0].time_us >= START_US + 120_000_000
    assert len(places) in range(8 * 7, 8 * 8 + 1)
    off = np.linalg.norm(away_m(read(tmp_path, messages), beacon.track, mmsi), axis=1)
    assert off.max() < 1.0


def test_faults_are_as_stated(tmp_path: Path) -> None:
    away = ship(211_000_002, faults=AisFaults(east_m=900.0, north_m=-400.0))
    late = ship(211_000_003, faults=AisFaults(clock_offset_s=12.0))
    stuck = ship(211_000_004, faults=AisFaults(frozen_from_s=300.0))
    quiet = ship(211_000_005, faults=AisFaults(silent=((200.0, 700.0),)))
    never = ship(211_000_006, faults=AisFaults(silent=((0.0, 1e9),)))
    log = read(tmp_path, sent(away, late, stuck, quiet, never))
    moved = away_m(log, away.track, 211_000_002)
    np.testing.assert_allclose(moved.mean(axis=0), [900.0, -400.0], atol=4.0)
    # the reader believes the clock: places are those of 12 s before
    ahead = away_m(log, late.track, 211_000_003, late_s=-12.0)
    assert np.linalg.norm(ahead, axis=1).max() < 6.5
    rows = log.reports.of_ship(211_000_004)
    after = log.reports.time_us[rows] > START_US + 301_000_000
    assert len(set(log.reports.latitude_deg[rows][after])) == 1
    said_s = (log.reports.time_us[log.reports.of_ship(211_000_005)] - START_US) / 1e6
    assert not np.any((said_s > 200.0) & (said_s < 699.0))
    assert np.sum(said_s < 200.0) > 15
    assert np.sum(said_s > 699.0) > 40
    assert 211_000_006 not in set(log.reports.mmsi)


def test_every_message_says_that_it_is_simulated() -> None:
    messages = sent(ship(), ship(211_000_009, kind="class_b", name=""))
    assert all(line.startswith("\\s:SIMULATED,") for each in messages for line in each.lines)
    for each in messages:
        if each.message in (5, 24):
            said = pyais.decode(*(line.split("\\")[-1] for line in each.lines)).asdict()
            marks = (said.get("shipname"), said.get("destination"), said.get("vendorid"))
            assert any(str(mark).startswith("SIM") for mark in marks)


def test_the_same_seed_sends_the_same_and_in_order() -> None:
    first, second = sent(ship(), ship(211_000_002)), sent(ship(), ship(211_000_002))
    assert first == second
    assert [each.time_us for each in first] == sorted(each.time_us for each in first)
    other = transmissions([ship()], start_us=START_US, duration_s=100.0, seed=5)
    assert [each.time_us for each in other] != [
        each.time_us for each in sent(ship(), duration_s=100.0)
    ]


def test_places_about_the_date_line_and_the_south_are_sent(tmp_path: Path) -> None:
    track = straight(knots=14.0, course_deg=90.0, latitude=-33.0, longitude=179.99)
    unwrapped = AisTrack(
        time_s=track.time_s,
        latitude_deg=track.latitude_deg,
        longitude_deg=np.degrees(np.unwrap(np.radians(track.longitude_deg))),
        speed_m_s=track.speed_m_s,
        course_deg=track.course_deg,
    )
    log = read(tmp_path, sent(ship(track=unwrapped)))
    assert log.reports.latitude_deg.max() < -32.9
    assert log.reports.longitude_deg.min() < -179.9
    assert np.linalg.norm(away_m(log, unwrapped, 211_000_001), axis=1).max() < 7.6


def test_transmitters_that_cannot_be_are_refused() -> None:
    for given, named in (
        ({"mmsi": 970_000_001}, "mmsi"),
        ({"kind": "mob"}, "mmsi"),
        ({"kind": "tanker"}, "kind"),
    ):
        with pytest.raises(InputError, match=named):
            ship(**given)
    with pytest.raises(InputError, match="twice"):
        sent(ship(), ship())
    with pytest.raises(InputError, match="duration_s"):
        sent(ship(), duration_s=float("nan"))
    whole = straight(knots=5.0)
    columns = {name: getattr(whole, name) for name in whole.__slots__}
    for name, values, named in (
        ("time_s", columns["time_s"][::-1], "rise"),
        ("latitude_deg", np.full(361, np.nan), "no number"),
        ("latitude_deg", np.full(361, 91.0), "pole"),
        ("speed_m_s", np.zeros(3), "length"),
    ):
        with pytest.raises(InputError, match=named):
            AisTrack(**{**columns, name: values})
    with pytest.raises(InputError, match="cannot send"):
        sent(ship(name="ÆGIR"))


def test_a_long_message_is_cut_into_sentences_that_fit() -> None:
    lines = sentences("01" * 500, time_us=START_US, channel="A", sequence=3)
    assert len(lines) == 3
    assert all(len(line.split("\\")[-1]) <= 82 for line in lines)
