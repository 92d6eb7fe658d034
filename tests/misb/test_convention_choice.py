"""Which convention a source follows: real clips, generated flights, and what nothing decides."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.conventions import CONVENTIONS, HONEST, fly, judged
from bench.generated_flights import draw_course, draw_errors, packet_of, rows_of
from plainview.formats import read_klv_payloads
from plainview.geo import (
    ecef_from_geodetic,
    ecef_from_ned,
    grid_convergence_deg,
    ned_from_camera,
)
from plainview.misb import (
    AngleReference,
    ConventionVerdict,
    FieldReading,
    FixedReading,
    HeightReading,
    ImageMotion,
    KlvFramer,
    North,
    OddLengthReading,
    RangeReading,
    ViewItems,
    ViewItemsReader,
    camera_angles_under,
    choose_convention,
    decode_packet,
)
from plainview.model import KlvPayload
from tests.conftest import SharedData

DAY_FLIGHT = "fmv_klv/droneklv/Day_Flight.klv"
APHILL = "fmv_klv/kwiver/aphill_klv_10s.ts"
OSH = "fmv_klv/osh/sample-stream_part1.ts"
GOLD = "fmv_klv/kwiver/h264_klv.ts"
GROUND = (
    "frame_center_latitude_deg",
    "frame_center_longitude_deg",
    "frame_center_altitude_msl_m",
    "frame_center_height_hae_m",
    "corners",
)


def items_of(path: Path) -> tuple[list[ViewItems], int | None]:
    framer, reader = KlvFramer(), ViewItemsReader()
    sets = [
        decode_packet(packet)
        for payload in read_klv_payloads(path)
        for packet in framer.feed(payload)
    ] + [decode_packet(packet) for packet in framer.flush()]
    items = [each for each in map(reader.update, sets) if each is not None]
    return items, sets[0].time_us


def verdict_of(path: Path) -> ConventionVerdict:
    items, time_us = items_of(path)
    return choose_convention(items, time_us=time_us)


def flight(seed: int = 3, **changes: float) -> list[ViewItems]:
    """Return what an honest ST 0601 source says; ``noise_deg=...`` changes its errors."""
    generator = np.random.default_rng(seed)
    course = draw_course(generator)
    errors = replace(draw_errors(generator), **changes)  # type: ignore[arg-type]
    framer, reader = KlvFramer(), ViewItemsReader()
    data = b"".join(
        packet_of(row, set_name="ST0601", time_us=course.time_us + 500_000 * index)
        for index, row in enumerate(rows_of(course, errors, generator))
    )
    packets = [*framer.feed(KlvPayload(stream=0, data=data)), *framer.flush()]
    found = [reader.update(decode_packet(packet)) for packet in packets]
    return [each for each in found if each is not None]


def without_ground(items: list[ViewItems]) -> list[ViewItems]:
    return [replace(each, **dict.fromkeys(GROUND)) for each in items]  # type: ignore[arg-type]


def test_day_flight_has_its_three_defects_named(shared_data: SharedData) -> None:
    verdict = verdict_of(shared_data(DAY_FLIGHT))
    assert verdict.chosen is not None
    assert verdict.chosen.name == "north_referenced"
    assert verdict.chosen.north is North.TRUE
    assert verdict.chosen.frame_center_height is HeightReading.ELEVATION_ANGLE
    assert verdict.chosen.odd_lengths is OddLengthReading.STANDARD_STEP
    assert [defect.items for defect in verdict.defects] == [
        "items 18 to 20",
        "items 25 and 42",
        "item 22",
    ]
    assert verdict.residual_deg == pytest.approx(0.002, abs=0.002)
    rows = {row.quantity: row for row in verdict.evidence}
    assert abs(rows["bearing of the frame centre"].residual) < 0.001
    assert (rows["bearing of the frame centre"].residual_as_standard or 0.0) > 45.0
    assert rows["field of view by the target width"].residual == pytest.approx(1.0, abs=0.02)


def test_aphill_has_grid_north_and_a_calculated_range(shared_data: SharedData) -> None:
    path = shared_data(APHILL)
    verdict = verdict_of(path)
    assert verdict.chosen is not None
    assert (verdict.chosen.name, verdict.chosen.north) == ("eg0104", North.GRID)
    assert verdict.chosen.grid_zone == 18
    assert verdict.chosen.slant_range is RangeReading.FLAT_GRID
    assert "calculated" in (verdict.range_reason or "")
    rows = {row.quantity: row for row in verdict.evidence}
    bearing = rows["bearing of the frame centre"]
    assert abs(bearing.residual) < 0.01
    items, _ = items_of(path)
    place = items[0]
    assert place.latitude_deg is not None
    assert place.longitude_deg is not None
    assert place.north_heading_deg is not None
    convergence = float(
        grid_convergence_deg(place.latitude_deg.value, place.longitude_deg.value, zone=18)
    )
    assert convergence == pytest.approx(-1.4566, abs=0.001)
    angles = camera_angles_under(place, verdict.chosen)
    assert angles is not None
    assert angles[0] == pytest.approx((place.north_heading_deg.value + convergence) % 360.0)


def test_osh_follows_its_standard(shared_data: SharedData) -> None:
    verdict = verdict_of(shared_data(OSH))
    assert verdict.chosen is not None
    assert (verdict.chosen.name, verdict.chosen.north) == ("st0601", North.TRUE)
    assert verdict.defects == ()
    assert verdict.residual_share is not None
    assert verdict.residual_share < 0.0002


def test_a_packet_of_invented_numbers_is_undecided(shared_data: SharedData) -> None:
    verdict = verdict_of(shared_data(GOLD))
    assert verdict.chosen is None
    assert "No known reading" in verdict.reason


@pytest.mark.parametrize("name", CONVENTIONS)
def test_each_way_to_break_a_standard_is_found(name: str) -> None:
    broken = CONVENTIONS[name]
    outcomes = [judged(fly(broken, seed), broken) for seed in (50, 51)]
    assert outcomes == ["right", "right"]


@pytest.mark.parametrize("name", HONEST)
@pytest.mark.parametrize("sent", [("range",), ("center_height", "corners")])
def test_an_honest_source_raises_no_alarm(name: str, sent: tuple[str, ...]) -> None:
    verdict = fly(HONEST[name], 60, sent=frozenset(sent))
    assert judged(verdict, HONEST[name]) == "right"
    assert verdict.defects == ()


def test_without_frame_centre_and_corners_nothing_decides() -> None:
    verdict = choose_convention(without_ground(flight()))
    assert verdict.chosen is None
    assert "neither frame centre nor corners" in verdict.reason


def test_corners_alone_serve_as_frame_centre() -> None:
    items = [
        replace(each, frame_center_latitude_deg=None, frame_center_longitude_deg=None)
        for each in flight()
    ]
    assert all(each.corners is not None for each in items)
    verdict = choose_convention(items)
    assert verdict.chosen is not None
    assert verdict.chosen.reference is AngleReference.PLATFORM


def test_what_a_person_sets_wins() -> None:
    items = flight()
    fixed = FixedReading(reference=AngleReference.NORTH, north=North.TRUE)
    verdict = choose_convention(items, fixed=fixed)
    assert verdict.is_set
    assert verdict.chosen is not None
    assert verdict.chosen.reference is AngleReference.NORTH
    blind = choose_convention(without_ground(items), fixed=FixedReading(fields_of_view=None))
    assert blind.chosen is None
    told = choose_convention(
        without_ground(items),
        fixed=FixedReading(reference=AngleReference.PLATFORM, fields_of_view=FieldReading.HALF),
    )
    assert told.chosen is not None
    assert told.chosen.fields_of_view is FieldReading.HALF


def test_a_north_that_differs_less_than_the_errors_is_named_as_the_same() -> None:
    generator = np.random.default_rng(1)
    course = replace(draw_course(generator), latitude_deg=50.0, longitude_deg=9.05)
    errors = replace(draw_errors(generator), noise_deg=0.05)
    reader = ViewItemsReader()
    items = []
    for index, row in enumerate(rows_of(course, errors, generator)):
        packet = packet_of(row, set_name="ST0601", time_us=course.time_us + 500_000 * index)
        framer = KlvFramer()
        for each in [*framer.feed(KlvPayload(stream=0, data=packet)), *framer.flush()]:
            read = reader.update(decode_packet(each))
            assert read is not None
            items.append(read)
    verdict = choose_convention(items)
    assert verdict.chosen is not None
    assert verdict.chosen.north is North.TRUE
    assert "st0601, grid north" in verdict.equivalent
    assert "cannot be told" in verdict.reason


def turning(items: list[ViewItems], verdict: ConventionVerdict) -> ImageMotion:
    """Return the motion of level ground that the pictures would show were a verdict true."""
    assert verdict.chosen is not None
    angles = np.array([camera_angles_under(each, verdict.chosen) for each in items], np.float64)
    columns = ("latitude_deg", "longitude_deg")
    latitude, longitude = (
        np.array([getattr(each, name).value for each in items], np.float64) for name in columns
    )
    height = np.array([_height_m(each) for each in items])
    position = ecef_from_geodetic(latitude, longitude, height)
    rotation = ecef_from_ned(latitude, longitude) @ ned_from_camera(
        heading_rad=np.radians(angles[:, 0]),
        elevation_rad=np.radians(angles[:, 1]),
        roll_rad=np.radians(angles[:, 2]),
    )
    moved = np.full((len(items), 3), np.nan)
    for row in range(1, len(items)):
        sights = rotation[row - 1] @ np.array([[0.0, 1e-3, 0.0], [0.0, 0.0, 1e-3], [1.0, 1.0, 1.0]])
        down = ecef_from_ned(latitude[row - 1], longitude[row - 1])[:, 2]
        points = position[row - 1][:, None] + sights * height[row - 1] / (down @ sights)
        x, y, z = rotation[row].T @ (points - position[row][:, None])
        x, y = x / z, y / z
        turn = np.arctan2(y[1] - y[0] - (x[2] - x[0]), x[1] - x[0] + y[2] - y[0])
        moved[row] = x[0], y[0], turn
    time_s = np.linspace(0.0, 0.5 * (len(items) - 1), len(items), dtype=np.float64)
    moved += np.random.default_rng(0).normal(0.0, 1e-4, moved.shape)
    return ImageMotion(item_time_s=time_s, time_s=time_s, moved=moved)


def _height_m(items: ViewItems) -> float:
    height = items.height_hae_m or items.altitude_msl_m
    assert height is not None
    return height.value


def test_the_motion_of_the_pictures_decides_the_angles_but_not_the_north() -> None:
    items = flight()
    motion = turning(items, choose_convention(items))
    blind = without_ground(items)
    verdict = choose_convention(blind, motion=motion)
    assert verdict.chosen is None
    assert "which north" in verdict.reason
    told = choose_convention(blind, motion=motion, fixed=FixedReading(north=North.GRID))
    assert told.chosen is not None
    assert told.chosen.reference is AngleReference.PLATFORM
    assert told.chosen.north is North.GRID
    (row,) = told.evidence
    assert (row.quantity, row.unit) == ("image motion", "deg/s")
    assert row.residual < 0.3


def test_motion_that_no_reading_makes_decides_nothing() -> None:
    items = flight()
    motion = turning(items, choose_convention(items))
    other = replace(motion, moved=motion.moved[::-1].copy())
    verdict = choose_convention(
        without_ground(items), motion=other, fixed=FixedReading(north=North.TRUE)
    )
    assert verdict.chosen is None
    assert "No known reading turns the camera" in verdict.reason


def test_pictures_that_say_nothing_leave_it_to_the_numbers() -> None:
    items = flight()
    motion = turning(items, choose_convention(items))
    blank = replace(motion, moved=np.full_like(motion.moved, np.nan))
    assert choose_convention(items, motion=blank) == choose_convention(items)


def test_a_source_without_angles_needs_no_convention() -> None:
    items = [
        replace(
            each,
            relative_azimuth_deg=None,
            relative_elevation_deg=None,
            relative_roll_deg=None,
        )
        for each in flight()
    ]
    verdict = choose_convention(items)
    assert verdict.chosen is not None
    assert "no angles" in verdict.reason


def test_the_order_of_evidence_does_not_depend_on_the_clock_or_chance() -> None:
    items = flight()
    assert choose_convention(items) == choose_convention(items)
