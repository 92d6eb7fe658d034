"""AIS logs: sentences in one and several parts, their times and checksums; tables as CSV."""

import sys
from functools import reduce
from operator import xor
from pathlib import Path

import numpy as np
import pytest

from plainview.errors import FormatError, InputError
from plainview.formats.ais_log import AisLog, read_ais
from plainview.formats.time_from_text import time_us_from_text
from plainview.units import KNOT_M_S

CLASS_A = "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C"
CLASS_B = "!AIVDM,1,1,,A,B5NJ;PP005l4ot5Isbl03wsUkP06,0*76"
EXTENDED_B = "!AIVDM,1,1,,B,C5N3SRgPEnJGEBT>NhWAwwo862PaLELTBJ:V00000000S0D:R220,0*0B"
LONG_RANGE = "!AIVDM,1,1,,B,KC5E2b@U19PFdLbMuc5=ROv62<7m,0*16"
STATIC_A = (
    "!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    "!AIVDM,2,2,1,A,88888888880,2*25",
)
STATIC_B = ("!AIVDM,1,1,,A,H42O55i18tMET00000000000000,2*6D",
            "!AIVDM,1,1,,A,H42O55lt0000000D3nink000?0500,0*70")  # fmt: skip
AT_US = 1_452_603_731_000_000  # 2016-01-12 13:02:11


def summed(text: str) -> str:
    return f"{text}*{reduce(xor, text.encode(), 0):02X}"


def tagged(sentence: str, fields: str = "s:rx1,c:1452603731") -> str:
    return f"\\{summed(fields)}\\{sentence}"


def read(tmp_path: Path, *lines: str) -> AisLog:
    path = tmp_path / "log.nmea"
    path.write_text("\n".join(lines) + "\n", encoding="latin-1")
    return read_ais(path)


def counts(log: AisLog) -> dict[str, int]:
    return {warning.code: warning.count for warning in log.warnings}


def test_a_class_a_report_becomes_a_row(tmp_path: Path) -> None:
    """The values are those of the AIVDM description that the sentence is taken from."""
    reports = read(tmp_path, tagged(CLASS_A)).reports
    assert reports.mmsi.tolist() == [477553000]
    assert reports.latitude_deg[0] == pytest.approx(47.582833, abs=1e-6)
    assert reports.longitude_deg[0] == pytest.approx(-122.345833, abs=1e-6)
    assert reports.speed_m_s[0] == 0.0
    assert (reports.course_deg[0], reports.heading_deg[0]) == (51.0, 181.0)


@pytest.mark.parametrize(
    ("sentence", "mmsi", "speed_knots"),
    [(CLASS_B, 367430530, 0.0), (EXTENDED_B, 367059850, 8.7), (LONG_RANGE, 206914217, 57.0)],
)
def test_other_position_reports_are_read(
    sentence: str, mmsi: int, speed_knots: float, tmp_path: Path
) -> None:
    reports = read(tmp_path, tagged(sentence)).reports
    assert reports.mmsi.tolist() == [mmsi]
    assert reports.speed_m_s[0] == pytest.approx(speed_knots * KNOT_M_S)


def test_a_heading_of_511_is_not_known(tmp_path: Path) -> None:
    assert np.isnan(read(tmp_path, tagged(CLASS_B)).reports.heading_deg[0])


def test_the_second_of_the_fix_is_believed_over_that_of_the_receipt(tmp_path: Path) -> None:
    """The report says second 15; it was received at 11 of that minute, and at 40 of another."""
    first = read(tmp_path, tagged(CLASS_A)).reports
    assert first.time_us.tolist() == [AT_US + 4_000_000]
    later = read(tmp_path, tagged(CLASS_A, "c:1452603760")).reports
    assert later.time_us.tolist() == [AT_US + 4_000_000]


@pytest.mark.parametrize(
    "line",
    [
        tagged(CLASS_A, "c:1452603731"),
        tagged(CLASS_A, "c:1452603731000"),
        f"2016-01-12T13:02:11Z {CLASS_A}",
        f"2016-01-12 14:02:11+01:00,{CLASS_A}",
        f"1452603731 {CLASS_A}",
        f"{CLASS_A},r003669930,1452603731",
        f"$PGHP,1,2016,1,12,13,2,11,0,338,2,,1,09*17\n{CLASS_A}",
    ],
)
def test_times_stand_in_many_places(line: str, tmp_path: Path) -> None:
    assert read(tmp_path, line).reports.time_us.tolist() == [AT_US + 4_000_000]


def test_a_message_in_two_parts_names_its_ship(tmp_path: Path) -> None:
    log = read(tmp_path, tagged(CLASS_A), *STATIC_A)
    ship = log.reports.ships[351759000]
    assert (ship.name, ship.length_m, ship.width_m) == ("EVER DIADEM", 295.0, 32.0)
    assert ship.antenna_from_bow_m == 225.0
    assert counts(log) == {}


def test_the_parts_of_two_messages_may_come_mixed(tmp_path: Path) -> None:
    other = [summed(part[1:-3].replace(",1,A,", ",2,B,")) for part in STATIC_A]
    lines = (STATIC_A[0], "!" + other[0], STATIC_A[1], "!" + other[1])
    log = read(tmp_path, tagged(CLASS_A), *lines)
    assert counts(log) == {}
    assert list(log.reports.ships) == [351759000]


def test_a_message_that_lacks_a_part_is_counted(tmp_path: Path) -> None:
    log = read(tmp_path, tagged(CLASS_A), STATIC_A[0], STATIC_A[0], STATIC_A[1], STATIC_A[1])
    assert counts(log) == {"ais_incomplete": 2}


def test_the_two_halves_of_a_class_b_ship_are_one(tmp_path: Path) -> None:
    ship = read(tmp_path, tagged(CLASS_A), *STATIC_B).reports.ships[271041815]
    assert (ship.name, ship.length_m, ship.width_m) == ("PROGUY", 15.0, 5.0)


def test_what_is_wrong_is_counted_and_left_out(tmp_path: Path) -> None:
    log = read(
        tmp_path,
        "# a comment",
        "$GPRMC,130211,A,5046.38,N,00105.58,W,5.9,157.8,120116,,*10",
        tagged(CLASS_A),
        tagged(CLASS_A.replace("*5C", "*5D")),
        tagged(CLASS_A, "c:1452603731").replace("c:", "d:"),  # the tag block's checksum is wrong
        CLASS_A,
        "garbage",
        "!" + summed("AIVDM,1,1,,B,177KQJ5000G?,0"),
        tagged("!" + summed("AIVDM,1,1,,B,177KQJ5000G?,0")),
    )
    assert len(log.reports) == 1
    assert counts(log) == {"ais_checksum": 1, "ais_no_time": 2, "ais_unreadable": 3}
    assert log.warnings[0].first == "log.nmea, line 4"


def test_a_position_that_is_not_known_is_counted(tmp_path: Path) -> None:
    """91 and 181 degrees mean that there is no fix."""
    no_fix = "!AIVDM,1,1,,A,15MrVH0000KH<:V:NtBLoqFP2H9:,0*2F"
    unknown = _with_place(no_fix)
    log = read(tmp_path, tagged(CLASS_A), tagged(unknown))
    assert counts(log) == {"ais_no_position": 1}


def _with_place(sentence: str) -> str:
    """Return a class A sentence whose longitude and latitude say that they are not known."""
    payload = sentence.split(",")[5]
    bits = "".join(f"{_six(each):06b}" for each in payload)
    bits = bits[:61] + f"{181 * 600_000:028b}" + f"{91 * 600_000:027b}" + bits[116:]
    letters = [int(bits[i : i + 6], 2) for i in range(0, len(bits), 6)]
    text = "".join(chr(v + 48 if v < 40 else v + 56) for v in letters)
    return "!" + summed(f"AIVDM,1,1,,A,{text},0")


def _six(letter: str) -> int:
    value = ord(letter) - 48
    return value - 8 if value > 40 else value


def test_the_same_report_twice_is_one(tmp_path: Path) -> None:
    assert len(read(tmp_path, tagged(CLASS_A), tagged(CLASS_A)).reports) == 1


def test_a_log_without_times_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"log\.nmea: holds no AIS position .*1 ais_no_time"):
        read(tmp_path, CLASS_A)


def test_sentences_need_the_extra_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyais", None)
    with pytest.raises(InputError, match=r"pip install 'plainview\[ais\]'"):
        read(tmp_path, tagged(CLASS_A))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_ais(tmp_path / "none.nmea")


MARINE_CADASTRE = """MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,\
Status,Length,Width,Draft,Cargo,TransceiverClass
367114690,2023-01-01T00:00:02,30.12345,-90.54321,5.1,-49.6,511.0,,,,31,,,,,,A
368052770,2023-01-01T00:00:05,29.15156,-90.20921,0.0,360.0,12.0,LAFOURCHE,,,52,,22,8,,52,A
368052770,2023-01-01T00:00:01,29.15150,-90.20920,102.3,10.0,12.0,LAFOURCHE,,,52,,22,8,,52,A
"""
DANISH = """# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG
03/02/2024 00:00:01,Class A,219000001,55.5,12.5,Under way,0,10.0,90.0
"""


def table(tmp_path: Path, text: str) -> AisLog:
    path = tmp_path / "log.csv"
    path.write_text(text)
    return read_ais(path)


def test_marine_cadastre_is_read(tmp_path: Path) -> None:
    reports = table(tmp_path, MARINE_CADASTRE).reports
    assert reports.mmsi.tolist() == [367114690, 368052770, 368052770]
    assert reports.time_us[1] < reports.time_us[2], "ordered by ship and time"
    assert np.isnan(reports.course_deg[[0, 2]]).all(), "no course below 0, and 360 is unknown"
    assert np.isnan(reports.speed_m_s[1]), "102.3 knots is unknown"
    assert np.isnan(reports.heading_deg[0])
    assert reports.ships[368052770].name == "LAFOURCHE"
    assert reports.ships[368052770].length_m == 22.0


def test_the_danish_table_has_its_day_first(tmp_path: Path) -> None:
    reports = table(tmp_path, DANISH).reports
    assert reports.time_us[0] == time_us_from_text("2024-02-03 00:00:01")


def test_rows_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    rows = "Time,MMSI,lat,lon\n" + "\n".join(
        (
            "2016-01-12 13:02:11.218,235070762,50.77,-1.09",
            "soon,235070762,50.77,-1.09",
            "2016-01-12 13:02:12,ship,50.77,-1.09",
            "2016-01-12 13:02:12,235070762,,-1.09",
            "2016-01-12 13:02:12,235070762,91,181",
            "2016-01-12 13:02:12",
        )
    )
    log = table(tmp_path, rows)
    assert len(log.reports) == 1
    assert counts(log) == {"ais_no_time": 1, "ais_unreadable": 2, "ais_no_position": 2}
    assert log.warnings[0].first == "log.csv, line 3"


def test_a_table_of_something_else_is_no_ais_table(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no AIS position"):
        table(tmp_path, "name,size\nwater,1\n")


@pytest.mark.parametrize(
    ("text", "time_us"),
    [
        ("2016-01-12T13:02:11Z", AT_US),
        ("2016-01-12 13:02:11.5", AT_US + 500_000),
        ("1452603731.25", AT_US + 250_000),
        ("12415440354", None),  # a public sample's: the year 2363 as seconds, 1970 as milliseconds
        ("12/01/2016 13:02:11", None),
        ("2016", None),
        ("", None),
        ("2016-13-12T13:02:11Z", None),
    ],
)
def test_times_are_read_or_are_none(text: str, time_us: int | None) -> None:
    assert time_us_from_text(text) == time_us
