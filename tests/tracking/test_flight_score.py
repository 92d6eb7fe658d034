"""The parts of a flight's score on tables small enough to be worked out by hand."""

import dataclasses
import json
from typing import Any

import numpy as np
import pymap3d
import pytest

from plainview.tracking import Flight, FlightScore, ScoreRules, match_mission
from tests.tracking.test_score import along, track_columns, truth_columns

STEP_US = 100_000
SENSOR = (48.0, -5.0, 1000.0)
SIZES_PX = {"camera-1": (600, 300), "camera-2": (600, 300)}


def place(*, depression_deg: float, range_m: float) -> tuple[float, float, float]:
    """Return where a line from the sensor ends, by the peer."""
    return pymap3d.aer2geodetic(40.0, -depression_deg, range_m, *SENSOR)  # type: ignore[no-any-return]


def frame_columns(n_frames: int, *, camera: str = "camera-1", **more: Any) -> dict[str, Any]:
    """Columns of frames ten a second, of a camera that stands and looks east, 60 degrees down."""
    return {
        "camera": [camera] * n_frames,
        "frame_index": list(range(n_frames)),
        "video_time_us": [STEP_US * k for k in range(n_frames)],
        "sensor_latitude_deg": [SENSOR[0]] * n_frames,
        "sensor_longitude_deg": [SENSOR[1]] * n_frames,
        "sensor_height_hae_m": [SENSOR[2]] * n_frames,
        "camera_heading_deg": [90.0] * n_frames,
        "camera_elevation_deg": [-60.0] * n_frames,
        **more,
    }


def placed(columns: dict[str, Any], rows: slice, where: tuple[float, float, float]) -> None:
    """Put some rows of truth or tracks at a place."""
    for name, value in zip(("latitude_deg", "longitude_deg", "height_hae_m"), where, strict=True):
        column = columns.setdefault(name, [0.0] * len(columns["frame_index"]))
        column[rows] = [value] * len(column[rows])


def flight(
    tracks: dict[str, Any],
    truth: dict[str, Any],
    frames: dict[str, Any],
    *,
    true_frames: dict[str, Any] | None = None,
    rules: ScoreRules | None = None,
) -> Flight:
    rules = rules or ScoreRules()
    return Flight.of(
        match_mission(tracks, truth, rules=rules),
        frames=frames,
        true_frames=true_frames,
        sizes_px=SIZES_PX,
        rules=rules,
    )


def test_detection_is_binned_by_the_true_range_and_signal() -> None:
    truth = truth_columns({1: along(0, 100, 100.0), 2: along(0, 100, 300.0)})
    placed(truth, slice(0, 100), place(depression_deg=30.0, range_m=1800.0))
    placed(truth, slice(100, 200), place(depression_deg=12.0, range_m=4500.0))
    truth["signal_to_noise"] = [30.0] * 100 + [2.5] * 100
    tracks = track_columns({7: along(10, 100, 100.0), 8: along(80, 100, 300.0)})
    score = flight(tracks, truth, frame_columns(100), true_frames=frame_columns(100)).score()
    shares = score.detection.frames
    assert shares.by_range_m is not None
    assert shares.by_signal_to_noise is not None
    told = [(row.at_least, row.below, row.successes, row.trials) for row in shares.by_range_m]
    assert told == [(1500.0, 2000.0, 90, 100), (4000.0, 6000.0, 20, 100)]
    told = [
        (row.at_least, row.below, row.successes, row.trials) for row in shares.by_signal_to_noise
    ]
    assert told == [(2.0, 3.0, 20, 100), (20.0, 50.0, 90, 100)]
    assert [(row.kind, row.trials, row.things) for row in shares.by_kind] == [("boat", 200, 2)]
    assert shares.overall is not None
    assert (shares.overall.share, shares.overall.things) == pytest.approx((0.55, 2))
    assert shares.overall.independent_things == pytest.approx(2.0)
    # one thing, 9 of 10 of its frames: Wilson with one trial
    z_squared = 1.959963984540054**2
    half = np.sqrt(z_squared * (0.9 * 0.1 + z_squared / 4.0)) / (1.0 + z_squared)
    middle = (0.9 + z_squared / 2.0) / (1.0 + z_squared)
    assert shares.by_range_m[0].low == pytest.approx(middle - half)
    assert shares.by_range_m[0].high == pytest.approx(min(middle + half, 1.0))


def test_a_thing_is_found_within_the_time_that_the_rules_give_or_it_is_not() -> None:
    rules = ScoreRules(found_within_s=5.0, new_sight_s=3.0)
    truth = truth_columns(
        {
            1: along(0, 60, 100.0),  # found after 1 s
            2: along(0, 60, 300.0),  # found after 5.5 s: too late
            3: along(0, 40, 500.0),  # found, but gone after 4 s: no trial
            4: {**along(0, 55, 700.0), **along(90, 145, 700.0)},  # twice: never, then at once
        }
    )
    tracks = track_columns(
        {
            7: along(10, 60, 100.0),
            8: along(55, 60, 300.0),
            9: along(20, 40, 500.0),
            10: along(90, 145, 700.0),
        }
    )
    score = flight(tracks, truth, frame_columns(150), rules=rules).score().detection
    assert score.appearances.overall is not None
    assert (score.appearances.overall.successes, score.appearances.overall.trials) == (2, 4)
    assert score.appearances.overall.things == 3
    # things have 1, 1 and 2 trials: (1 + 1 + 2)² / (1 + 1 + 4)
    assert score.appearances.overall.independent_things == pytest.approx(16.0 / 6.0)
    assert score.too_short == 1
    assert score.median_seconds_to_find == pytest.approx(np.median([1.0, 5.5, 2.0, 0.0]))


def test_a_confirmed_track_counts_beside_one_that_coasts_and_a_false_one_does_not() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    tracks = track_columns({7: along(0, 20, 100.0), 8: along(10, 15, 103.0)})
    tracks["life_stage"] = ["confirmed"] * 10 + ["coasting"] * 10 + ["confirmed"] * 5
    shares = flight(tracks, truth, frame_columns(20)).score().detection.frames
    assert shares.overall is not None
    assert shares.overall.successes == 15
    tracks = track_columns({7: {**along(0, 5, 100.0), **along(5, 20, 400.0)}})
    shares = flight(tracks, truth, frame_columns(20)).score().detection.frames
    assert shares.overall is not None
    assert shares.overall.successes == 0


def test_a_thing_without_signal_counts_in_detection_and_one_out_of_the_picture_does_not() -> None:
    truth = truth_columns({1: along(0, 20, 100.0), 2: along(0, 20, 300.0)})
    truth["signal_to_noise"] = [0.1] * 40
    truth["visible_fraction"] = [1.0] * 20 + [0.1] * 20
    score = flight(track_columns({}), truth, frame_columns(20)).score()
    assert score.detection.frames.overall is not None
    assert (score.detection.frames.overall.trials, score.continuity.things) == (20, 0)


def test_false_alarms_are_counted_over_the_time_in_which_a_camera_looked() -> None:
    frames = frame_columns(36)
    # 36 frames at 10 a second, with a pause of an hour after the first 18
    frames["video_time_us"] = [STEP_US * k + 3_600_000_000 * (k >= 18) for k in range(36)]
    tracks = track_columns({7: along(0, 20, 400.0), 8: along(3, 20, 500.0)})
    alarms = flight(tracks, truth_columns({}), frames).score("camera-1").false_alarms
    assert alarms.false_tracks == 2
    assert alarms.observed_hours == pytest.approx(3.6 / 3600.0)
    assert alarms.per_hour == pytest.approx(2000.0)
    # Garwood's limits of 2: 0.2422 and 7.2247
    assert (alarms.low, alarms.high) == pytest.approx((242.2, 7224.7), abs=0.05)
    none = flight(track_columns({}), truth_columns({}), frames).score().false_alarms
    assert (none.per_hour, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(3688.9, abs=0.05)


def test_continuity_by_hand() -> None:
    """Visible for 10 s: late by 1 s, held 4 s, a gap of 1 s, 2.5 s, another track, lost at 9 s."""
    truth = truth_columns({1: along(0, 120, 100.0)})
    truth["visible_fraction"] = [1.0] * 40 + [0.0] * 20 + [1.0] * 60
    tracks = track_columns(
        {
            7: {**along(10, 40, 100.0), **along(60, 70, 100.0), **along(80, 105, 100.0)},
            8: along(105, 110, 100.0),
        }
    )
    score = flight(tracks, truth, frame_columns(120)).score().continuity
    (thing,) = score.each
    assert thing.visible_s == pytest.approx(10.0)
    assert (thing.late_s, thing.lost_s) == pytest.approx((1.0, 1.0))
    assert thing.longest_unbroken_share == pytest.approx(0.4), "out of sight nothing breaks"
    assert thing.tracked_share == pytest.approx(0.7)
    assert (thing.gaps, thing.longest_gap_s) == pytest.approx((1, 1.0))
    assert (thing.identity_changes, thing.tracks) == (1, 2)
    assert (score.things, score.tracks_per_thing) == (1, 2.0)
    assert score.median_longest_unbroken_share == pytest.approx(0.4)


def test_a_thing_that_was_never_tracked_is_late_for_all_of_its_time() -> None:
    (thing,) = (
        flight(track_columns({}), truth_columns({1: along(0, 20, 1.0)}), frame_columns(20))
        .score()
        .continuity.each
    )
    assert (thing.late_s, thing.lost_s) == pytest.approx((2.0, 0.0))
    assert (thing.tracked_share, thing.longest_unbroken_share, thing.tracks) == (0.0, 0.0, 0)


def test_position_errors_are_binned_and_set_against_the_covariance() -> None:
    """Errors of 3, 4 and 13 m due east against 5 m: squares of 0.36, 0.64 and 6.76."""
    truth = truth_columns({1: along(0, 30, 100.0)})
    tracks = track_columns({7: along(0, 30, 100.0)})
    for rows, depression_deg, error_m in (
        (slice(0, 10), 25.0, 3.0),
        (slice(10, 20), 25.0, 4.0),
        (slice(20, 30), 50.0, 13.0),
    ):
        where = place(depression_deg=depression_deg, range_m=1200.0)
        placed(truth, rows, where)
        placed(tracks, rows, pymap3d.enu2geodetic(error_m, 0.0, 0.0, *where))
    score = flight(tracks, truth, frame_columns(30), true_frames=frame_columns(30)).score().position
    assert score.overall is not None
    assert score.overall.places == 30
    assert score.overall.error_m.median == pytest.approx(4.0, abs=1e-3)
    assert score.overall.median_normalised_error_squared == pytest.approx(0.64, abs=1e-3)
    # half lie inside 1.386, 90 % inside 4.605, 95 % inside 5.991
    assert score.overall.inside_50_ellipse == pytest.approx(2.0 / 3.0)
    assert score.overall.inside_95_ellipse == pytest.approx(2.0 / 3.0)
    assert score.by_range is not None
    assert [row.places for row in score.by_range] == [30]
    assert score.by_depression is not None
    looks = [
        (row.depression_deg.at_least, row.depression_deg.below, row.places, row.inside_95_ellipse)
        for row in score.by_depression
        if row.depression_deg is not None
    ]
    assert looks == [(20.0, 30.0, 20, 1.0), (45.0, 60.0, 10, 0.0)]
    assert score.by_depression[0].predicted_error_m.median == pytest.approx(
        5.0 * np.sqrt(2.0 * np.log(2.0)), rel=0.02
    )
    assert score.by_range_and_depression is not None
    assert len(score.by_range_and_depression) == 2


def test_the_ellipses_are_those_of_a_normal() -> None:
    generator = np.random.default_rng(2)
    n = 4000
    where = place(depression_deg=25.0, range_m=1200.0)
    truth, tracks = truth_columns({1: along(0, n, 9.0)}), track_columns({7: along(0, n, 9.0)})
    placed(truth, slice(0, n), where)
    east, north = generator.normal(0.0, 5.0, (2, n))
    latitude, longitude, _ = pymap3d.enu2geodetic(east, north, 0.0, *where)
    tracks["latitude_deg"], tracks["longitude_deg"] = latitude.tolist(), longitude.tolist()
    row = flight(tracks, truth, frame_columns(n)).score().position.overall
    assert row is not None
    assert row.inside_50_ellipse == pytest.approx(0.5, abs=0.02)
    assert row.inside_90_ellipse == pytest.approx(0.9, abs=0.015)
    assert row.inside_95_ellipse == pytest.approx(0.95, abs=0.01)
    assert row.median_normalised_error_squared == pytest.approx(2.0 * np.log(2.0), rel=0.05)


def test_the_line_of_sight_is_off_by_what_it_was_turned() -> None:
    """0.1 degrees of heading, 60 degrees down: half of it across the line; 0.02 degrees down."""
    told = frame_columns(20, camera_heading_deg=[90.1] * 20, camera_elevation_deg=[-60.02] * 20)
    sight = flight(track_columns({}), truth_columns({}), told, true_frames=frame_columns(20))
    error = sight.score("camera-1").line_of_sight
    assert error is not None
    right, up = 1e3 * np.radians(0.1) * np.cos(np.radians(60.02)), -1e3 * np.radians(0.02)
    assert error.mean_right_mrad == pytest.approx(right, rel=1e-3)
    assert error.mean_up_mrad == pytest.approx(up, abs=2e-3)
    assert error.rms_mrad == pytest.approx(np.hypot(right, up), rel=2e-3)
    assert error.median_mrad == pytest.approx(error.p95_mrad)
    assert error.scatter_right_mrad == pytest.approx(0.0, abs=1e-9)
    assert (error.stated_rms_mrad, error.inside_95_ellipse) == (None, None)
    assert "line_of_sight.stated_rms_mrad" in sight.score().not_scored


def test_the_smallest_angles_are_measured_and_right_is_right() -> None:
    told = frame_columns(20, camera_elevation_deg=[0.0] * 20, camera_heading_deg=[90.0 - 1e-6] * 20)
    true = frame_columns(20, camera_elevation_deg=[0.0] * 20)
    error = flight(track_columns({}), truth_columns({}), told, true_frames=true).score()
    assert error.line_of_sight is not None
    assert error.line_of_sight.rms_mrad == pytest.approx(1e3 * np.radians(1e-6), rel=1e-6)
    assert error.line_of_sight.mean_right_mrad < 0.0


def test_a_stated_sigma_is_set_beside_the_line_of_sight() -> None:
    generator = np.random.default_rng(3)
    n = 4000
    told = frame_columns(
        n,
        camera_heading_deg=(90.0 + generator.normal(0.0, 0.2, n)).tolist(),
        camera_elevation_deg=(-60.0 + generator.normal(0.0, 0.1, n)).tolist(),
        sight_right_sigma_deg=[0.1] * n,  # 0.2 of heading, 60 degrees down
        sight_up_sigma_deg=[0.1] * n,
    )
    score = flight(track_columns({}), truth_columns({}), told, true_frames=frame_columns(n)).score()
    error = score.line_of_sight
    assert error is not None
    assert error.inside_95_ellipse == pytest.approx(0.95, abs=0.01)
    assert error.stated_rms_mrad == pytest.approx(1e3 * np.radians(np.hypot(0.1, 0.1)))
    assert error.rms_mrad == pytest.approx(error.stated_rms_mrad, rel=0.03)
    assert "line_of_sight.stated_rms_mrad" not in score.not_scored


def test_the_place_of_the_camera_is_off_by_what_it_was_moved() -> None:
    latitude, longitude, height = pymap3d.enu2geodetic(3.0, 4.0, -2.0, *SENSOR)
    told = frame_columns(
        20,
        sensor_latitude_deg=[latitude] * 20,
        sensor_longitude_deg=[longitude] * 20,
        sensor_height_hae_m=[height] * 19 + [None],
    )
    score = flight(track_columns({}), truth_columns({}), told, true_frames=frame_columns(20))
    error = score.score().sensor_position
    assert error is not None
    assert (error.frames, error.rms_horizontal_m) == pytest.approx((19, 5.0), abs=1e-6)
    assert (error.mean_up_m, error.rms_vertical_m) == pytest.approx((-2.0, 2.0), abs=1e-6)


def test_time_on_target_is_the_share_of_the_time_in_the_picture_and_in_its_middle() -> None:
    """600 by 300 pixels: the middle third is 200 to 400 across and 100 to 200 down."""
    truth = truth_columns({1: {**along(0, 10, 100.0), **along(10, 30, 300.0)}})
    truth["y_px"] = [145.0] * 30
    truth["signal_to_noise"] = [0.0] * 30
    time = flight(track_columns({}), truth, frame_columns(40)).score("camera-1").time_on_target
    assert time is not None
    assert time.observed_s == pytest.approx(4.0)
    (thing,) = time.each
    assert thing.in_picture_s == pytest.approx(3.0)
    assert thing.in_picture_share == pytest.approx(0.75)
    assert thing.middle_third_share == pytest.approx(0.5)


def test_time_in_two_cameras_counts_once_and_their_hours_twice() -> None:
    frames = joined(frame_columns(40), frame_columns(40, camera="camera-2"))
    truth = joined(
        truth_columns({1: along(0, 20, 100.0)}),
        truth_columns({1: along(10, 30, 100.0)}, camera=["camera-2"] * 20),
    )
    both = flight(track_columns({}), truth, frames)
    assert both.cameras == ("camera-1", "camera-2")
    time = both.score().time_on_target
    assert time is not None
    assert time.observed_s == pytest.approx(4.0)
    assert [thing.in_picture_s for thing in time.each] == [pytest.approx(3.0)]
    assert both.score().false_alarms.observed_hours == pytest.approx(8.0 / 3600.0)
    assert both.score("camera-2").false_alarms.observed_hours == pytest.approx(4.0 / 3600.0)
    frames_of_both = both.score().detection.frames.overall
    assert frames_of_both is not None
    assert (frames_of_both.trials, frames_of_both.things) == (40, 1)


def joined(*tables: dict[str, Any]) -> dict[str, Any]:
    return {name: [value for table in tables for value in table[name]] for name in tables[0]}


def test_without_true_frames_what_needs_them_is_none_and_says_why() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    score = flight(track_columns({7: along(0, 20, 100.0)}), truth, frame_columns(20)).score()
    assert score.detection.frames.by_range_m is None
    assert score.detection.frames.by_signal_to_noise is not None
    assert (score.position.by_range, score.position.by_range_and_depression) == (None, None)
    assert (score.line_of_sight, score.sensor_position) == (None, None)
    assert set(score.not_scored) == {
        "detection.by_range_m",
        "position.by_range",
        "position.by_depression",
        "line_of_sight",
        "sensor_position",
    }
    assert set(score.not_scored.values()) == {"truth_frames.parquet is not there"}


def test_what_is_not_known_of_the_pictures_is_none_and_says_why() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)}, camera=["camera-9"] * 20)
    truth["signal_to_noise"] = [None] * 20
    frames = frame_columns(20, camera="camera-9", camera_heading_deg=[None] * 20)
    score = flight(track_columns({}), truth, frames, true_frames=frames).score()
    assert score.time_on_target is not None
    assert score.time_on_target.each[0].middle_third_share is None
    assert score.detection.frames.by_signal_to_noise is None
    assert score.not_scored["detection.by_signal_to_noise"] == "the truth says no signal_to_noise"
    assert "line_of_sight" in score.not_scored
    assert "time_on_target.middle_third_share" in score.not_scored


def test_rows_of_the_truth_in_frames_that_the_mission_lacks_do_not_count() -> None:
    truth = truth_columns({1: along(0, 40, 100.0)})
    half = flight(track_columns({7: along(0, 20, 100.0)}), truth, frame_columns(20))
    overall = half.score().detection.frames.overall
    assert overall is not None
    assert (overall.successes, overall.trials) == (20, 20)


def test_nothing_at_all_and_a_single_frame_are_scores_of_nothing() -> None:
    for n_frames in (0, 1):
        empty = flight(track_columns({}), truth_columns({}), frame_columns(n_frames)).score()
        assert empty.detection.frames.overall is None
        assert empty.false_alarms.per_hour is None
        assert empty.time_on_target is None
        assert "time_on_target" in empty.not_scored
        assert_is_json(empty)


def test_a_score_is_data_without_infinities() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    truth["signal_to_noise"] = [np.inf] * 20
    frames = frame_columns(20)
    whole = flight(track_columns({7: along(0, 20, 100.0)}), truth, frames, true_frames=frames)
    assert_is_json(whole.score())


def assert_is_json(score: FlightScore) -> None:
    json.dumps(dataclasses.asdict(score), allow_nan=False)
