"""Drones' captions: every dialect of the public files, the broken ones too."""

import datetime as dt
import random
from pathlib import Path

import pytest

from plainview.errors import InputError
from plainview.formats.dji_srt import is_dji_srt, parse_dji_srt, read_dji_srt
from tests.conftest import SharedData

COUNTS = {
    "air2s.srt": (17, 17, {}),
    "air3S_clip.SRT": (5, 5, {}),
    "broken_incomplete.SRT": (19, 19, {"caption_unread": 1}),
    "m2zoom.SRT": (7113, 7113, {}),
    "matrice_300.srt": (381, 381, {}),
    "mavic_mini.SRT": (117, 117, {}),
    "mavic_pro.SRT": (468, 468, {}),
    "mavic_pro_buggy.SRT": (546, 530, {"no_position": 16}),
    "Mini5PRO_clip.SRT": (5, 5, {}),
    "mix_p4rtk_mavic2pro.srt": (12, 12, {}),
    "neo2_clip.SRT": (5, 5, {}),
    "old_format.SRT": (468, 468, {}),
    "p4_rtk.SRT": (55, 55, {}),
}
"""Captions, those with a position, and what is wrong; captions as ``grep -c`` counts arrows."""


@pytest.mark.parametrize("name", COUNTS)
def test_every_dialect_is_read_to_its_last_caption(name: str, shared_data: SharedData) -> None:
    log = read_dji_srt(shared_data(f"dji_srt/{name}"))
    n_captions, n_placed, damage = COUNTS[name]
    assert len(log.captions) == n_captions
    assert sum(each.has_position for each in log.captions) == n_placed
    assert dict(log.damage) == damage


@pytest.mark.parametrize("name", ["broken_empty.SRT", "broken_empty2.SRT"])
def test_a_file_without_a_caption_is_refused_by_name(name: str, shared_data: SharedData) -> None:
    with pytest.raises(InputError) as refused:
        read_dji_srt(shared_data(f"dji_srt/{name}"))
    assert name in refused.value.where


def test_which_number_is_the_longitude(shared_data: SharedData) -> None:
    """Queensland, Spain by latitude first, Argentina, Washington State."""
    places = {
        "mavic_pro.SRT": (-20.25, 149.03),
        "matrice_300.srt": (36.61, -6.11),
        "p4_rtk.SRT": (-34.24, -58.85),
        "mavic_mini.SRT": (48.08, -121.75),
        "m2zoom.SRT": (31.45, 74.40),
    }
    for name, (latitude, longitude) in places.items():
        first = read_dji_srt(shared_data(f"dji_srt/{name}")).captions[0]
        assert first.latitude_deg == pytest.approx(latitude, abs=0.02), name
        assert first.longitude_deg == pytest.approx(longitude, abs=0.02), name


def test_gimbal_flight_home_and_height_of_a_phantom(shared_data: SharedData) -> None:
    first = read_dji_srt(shared_data("dji_srt/p4_rtk.SRT")).captions[0]
    assert (first.gimbal_pitch_deg, first.gimbal_roll_deg) == (-24.4, 0.0)
    assert first.gimbal_heading_deg == 110.4
    assert (first.flight_pitch_deg, first.flight_roll_deg) == (2.7, -7.0)
    assert first.flight_heading_deg == 110.1
    assert first.takeoff_height_m == 85.8
    assert first.home_longitude_deg == -58.847509
    assert first.n_satellites == 15


def test_clock_and_height_of_brackets(shared_data: SharedData) -> None:
    first = read_dji_srt(shared_data("dji_srt/neo2_clip.SRT")).captions[0]
    assert first.local_time == dt.datetime(2026, 5, 15, 8, 24, 18, 623_000)  # noqa: DTZ001
    assert (first.takeoff_height_m, first.absolute_altitude_m) == (0.0, 113.9)
    older = read_dji_srt(shared_data("dji_srt/air2s.srt")).captions[0]
    assert older.local_time == dt.datetime(2022, 8, 7, 13, 40, 40, 774_808)  # noqa: DTZ001
    assert (older.unnamed_altitude_m, older.focal_length_35mm) == (117.0, 24.0)


def test_gimbal_angles_and_zoom_in_brackets() -> None:
    text = (
        "1\n00:00:00,000 --> 00:00:00,033\n<font size='28'>FrameCnt: 1\n"
        "[focal_len: 48.00] [dzoom_ratio: 20000] [latitude: 1.5] [longitude: -2.5]"
        " [rel_alt: 3.1 abs_alt: 99.2] [gb_yaw: -91.5 gb_pitch: -30.2 gb_roll: 0.1]</font>\n"
    )
    (caption,) = parse_dji_srt(text).captions
    assert (caption.gimbal_heading_deg, caption.gimbal_pitch_deg) == (-91.5, -30.2)
    assert (caption.gimbal_roll_deg, caption.digital_zoom) == (0.1, 2.0)


def test_null_island_and_places_off_the_earth_are_no_positions() -> None:
    text = "\n".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},500\n[latitude: {place[0]}] [longitude: {place[1]}]\n"
        for n, place in enumerate([(0.0, 0.0), (91.0, 3.0), (1.0, 181.0), (1.0, 2.0)], 1)
    )
    log = parse_dji_srt(text)
    assert [each.has_position for each in log.captions] == [False, False, False, True]
    assert log.damage["no_position"] == 3


def test_captions_that_go_back_in_time_are_left_out() -> None:
    place = "[latitude: 1.0] [longitude: 2.0]"
    text = (
        f"1\n00:00:05,000 --> 00:00:06,000\n{place}\n\n2\n00:00:03,000 --> 00:00:04,000\n{place}\n"
    )
    log = parse_dji_srt(text)
    assert len(log.captions) == 1
    assert log.damage == {"caption_order": 1}
    assert log.first_damage == {"caption_order": 6}


def test_an_hour_beyond_any_flight_is_a_broken_time() -> None:
    """Three hundred digits would not fit a number of the machine's."""
    one = "[latitude: 51.5] [longitude: -0.1] [rel_alt: 10.0 abs_alt: 60.0]\n\n"
    hour = "9" * 300
    text = f"1\n00:00:00,000 --> 00:00:00,033\n{one}2\n00:00:00,033 --> {hour}:00:00,066\n{one}"
    log = parse_dji_srt(text)
    assert (len(log.captions), dict(log.damage)) == (1, {"caption_time": 1})


def test_subtitles_of_a_film_are_no_captions_of_a_drone() -> None:
    assert not is_dji_srt("1\n00:00:01,000 --> 00:00:02,000\n[door opens] I see [nobody: 3].\n")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_dji_srt(tmp_path / "none.srt")


def test_mutated_captions_never_raise(shared_data: SharedData) -> None:
    draw = random.Random(4)
    for name in COUNTS:
        data = bytearray(shared_data(f"dji_srt/{name}").read_bytes()[:20_000])
        for _ in range(40):
            changed = bytearray(data)
            for _ in range(draw.choice((1, 20, 300))):
                changed[draw.randrange(len(changed))] = draw.randrange(256)
            log = parse_dji_srt(bytes(changed).decode("utf-8-sig", errors="replace"))
            for caption in log.captions:
                assert caption.end_us >= caption.start_us
                assert not caption.has_position or abs(caption.latitude_deg or 0.0) <= 90.0
