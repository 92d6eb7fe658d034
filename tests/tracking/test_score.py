"""A score says what happened, shown on missions small enough to count by hand."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

from plainview.geo import destination
from plainview.tracking import ScoreRules, score_tracks
from plainview.tracking.error_percentiles import predicted_errors_m
from tests.tracking.scenes import Array

PLACE_DEG = (54.0, 10.0)


def truth_columns(objects: dict[int, dict[int, float]], **more: Any) -> dict[str, Any]:
    """Columns of objects that stand at x in frames: object to frame to x."""
    rows = [(k, frame, x) for k, frames in objects.items() for frame, x in frames.items()]
    n = len(rows)
    return {
        "camera": ["camera-1"] * n,
        "object_id": [row[0] for row in rows],
        "kind": ["boat"] * n,
        "frame_index": [row[1] for row in rows],
        "x_px": [row[2] - 5.0 for row in rows],
        "y_px": [95.0] * n,
        "width_px": [10.0] * n,
        "height_px": [10.0] * n,
        "visible_fraction": [1.0] * n,
        "signal_to_noise": [20.0] * n,
        "latitude_deg": [PLACE_DEG[0]] * n,
        "longitude_deg": [PLACE_DEG[1]] * n,
        **more,
    }


def track_columns(tracks: dict[int, dict[int, float]], **more: Any) -> dict[str, Any]:
    columns = truth_columns(tracks)
    n = len(columns["frame_index"])
    return {
        **{name: columns[name] for name in columns if name not in {"object_id", "kind"}},
        "track_id": columns["object_id"],
        "life_stage": ["confirmed"] * n,
        "cov_ee_m2": [25.0] * n,
        "cov_en_m2": [0.0] * n,
        "cov_nn_m2": [25.0] * n,
        **more,
    }


def along(first: int, last: int, x: float) -> dict[int, float]:
    return dict.fromkeys(range(first, last), x)


def test_a_track_on_an_object_finds_it() -> None:
    score = score_tracks(
        track_columns({7: along(2, 20, 101.0)}), truth_columns({1: along(0, 20, 100.0)})
    )
    assert (score.truth_objects, score.found, score.missed, score.false_tracks) == (1, 1, 0, 0)
    assert score.detection_recall == pytest.approx(0.9)
    assert score.objects[0].track_ids == (7,)
    assert (score.identity_switches, score.fragments) == (0, 0)


def test_an_object_without_a_track_is_missed_and_a_track_without_an_object_is_false() -> None:
    score = score_tracks(
        track_columns({7: along(0, 20, 400.0)}), truth_columns({1: along(0, 20, 100.0)})
    )
    assert (score.found, score.missed, score.false_tracks) == (0, 1, 1)
    assert score.false_track_ids == (("camera-1", 7),)
    assert score.position_error_m.median is None
    assert score.inside_95_ellipse is None


def test_a_track_is_false_when_less_than_half_of_it_is_on_a_truth() -> None:
    wanders = {**along(0, 8, 100.0), **along(8, 20, 400.0)}
    stays = {**along(0, 12, 100.0), **along(12, 20, 400.0)}
    truth = truth_columns({1: along(0, 20, 100.0)})
    assert score_tracks(track_columns({7: wanders}), truth).false_tracks == 1
    assert score_tracks(track_columns({7: stays}), truth).false_tracks == 0
    assert score_tracks(track_columns({7: wanders}), truth).found == 0


def test_frames_in_which_a_track_coasts_do_not_make_it_false() -> None:
    wanders = {**along(0, 8, 100.0), **along(8, 20, 400.0)}
    columns = track_columns({7: wanders})
    columns["life_stage"] = ["confirmed"] * 8 + ["coasting"] * 12
    assert score_tracks(columns, truth_columns({1: along(0, 20, 100.0)})).false_tracks == 0


def test_tentative_and_ended_rows_are_not_tracks() -> None:
    columns = track_columns({7: along(0, 20, 100.0)})
    columns["life_stage"] = ["tentative"] * 10 + ["ended"] * 10
    score = score_tracks(columns, truth_columns({1: along(0, 20, 100.0)}))
    assert (score.tracks, score.found) == (0, 0)


def test_an_object_that_was_hardly_visible_is_listed_and_not_counted() -> None:
    truth = truth_columns({1: along(0, 20, 100.0), 2: along(0, 20, 300.0), 3: along(0, 4, 500.0)})
    truth["visible_fraction"] = [0.0] * 20 + [1.0] * 24
    truth["signal_to_noise"] = [9.0] * 20 + [1.0] * 20 + [9.0] * 4
    score = score_tracks(track_columns({7: along(0, 20, 100.0)}), truth)
    assert (score.truth_objects, score.found, score.missed, score.uncounted_objects) == (0, 0, 0, 3)
    assert score.detection_recall is None
    assert score.false_tracks == 0, "a track on a hidden object is on something"


def test_what_a_truth_does_not_say_of_visibility_is_visible() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    del truth["visible_fraction"]
    truth["signal_to_noise"] = [None] * 20
    assert score_tracks(track_columns({7: along(0, 20, 100.0)}), truth).found == 1


def test_another_track_on_an_object_is_a_switch_and_a_gap_is_a_fragment() -> None:
    tracks = {7: along(0, 8, 100.0), 8: along(12, 16, 100.0), 9: along(16, 20, 100.0)}
    score = score_tracks(track_columns(tracks), truth_columns({1: along(0, 20, 100.0)}))
    assert (score.identity_switches, score.fragments) == (2, 1)
    assert score.objects[0].track_ids == (7, 8, 9)
    assert score.objects[0].matched_frames == 16


def test_a_gap_while_an_object_is_hidden_is_no_fragment() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    truth["visible_fraction"] = [1.0] * 8 + [0.0] * 4 + [1.0] * 8
    tracks = {7: {**along(0, 8, 100.0), **along(12, 20, 100.0)}}
    assert score_tracks(track_columns(tracks), truth).fragments == 0


def test_a_track_stays_on_its_object_when_another_comes_nearer() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    tracks = {7: along(0, 20, 103.0), 8: along(10, 20, 100.0)}
    score = score_tracks(track_columns(tracks), truth)
    assert score.identity_switches == 0
    assert score.duplicate_track_ids == (("camera-1", 8),)
    assert (score.found, score.false_tracks) == (1, 0)


def test_duplicates_are_counted_apart_from_false_tracks() -> None:
    truth = truth_columns({1: along(0, 20, 100.0), 2: along(0, 20, 300.0)})
    tracks = {
        7: along(0, 20, 100.0),
        8: along(4, 20, 104.0),
        9: along(2, 20, 97.0),
        10: along(0, 20, 300.0),
        11: along(0, 20, 600.0),
    }
    score = score_tracks(track_columns(tracks), truth)
    assert (score.tracks, score.false_tracks, score.duplicate_tracks) == (5, 1, 2)
    assert score.false_track_ids == (("camera-1", 11),)
    assert score.duplicate_track_ids == (("camera-1", 8), ("camera-1", 9))
    assert (score.found, score.missed) == (2, 0)


def test_a_track_that_takes_an_object_over_is_no_duplicate() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    tracks = {7: along(0, 10, 100.0), 8: along(8, 20, 102.0)}
    score = score_tracks(track_columns(tracks), truth)
    assert (score.false_tracks, score.duplicate_tracks, score.identity_switches) == (0, 0, 1)


def test_a_false_track_that_crosses_a_tracked_object_is_false_and_no_duplicate() -> None:
    truth = truth_columns({1: along(0, 20, 100.0)})
    tracks = {7: along(0, 20, 100.0), 8: {**along(0, 6, 103.0), **along(6, 20, 400.0)}}
    score = score_tracks(track_columns(tracks), truth)
    assert (score.false_tracks, score.duplicate_tracks) == (1, 0)


def test_cameras_are_not_mixed() -> None:
    tracks = track_columns({7: along(0, 20, 100.0)}, camera=["camera-2"] * 20)
    score = score_tracks(tracks, truth_columns({1: along(0, 20, 100.0)}))
    assert (score.found, score.false_tracks) == (0, 1)


def test_errors_on_the_ground_are_geodetic_and_set_beside_their_prediction() -> None:
    generator = np.random.default_rng(0)
    n = 4000
    east, north = generator.normal(0.0, 5.0, n), generator.normal(0.0, 5.0, n)
    latitude, longitude = destination(
        np.full(n, PLACE_DEG[0]),
        np.full(n, PLACE_DEG[1]),
        bearing_deg=np.degrees(np.arctan2(east, north)),
        distance_m=np.hypot(east, north),
    )
    tracks = track_columns(
        {7: along(0, n, 100.0)}, latitude_deg=latitude.tolist(), longitude_deg=longitude.tolist()
    )
    score = score_tracks(tracks, truth_columns({1: along(0, n, 100.0)}))
    assert score.located == n
    assert score.inside_95_ellipse == pytest.approx(0.95, abs=0.01)
    expected = 5.0 * np.sqrt(chi2.ppf([0.5, 0.95], 2))
    for told in (score.position_error_m, score.predicted_error_m):
        assert told.median == pytest.approx(expected[0], rel=0.03)
        assert told.p95 == pytest.approx(expected[1], rel=0.03)
    assert score.objects[0].inside_95_ellipse == score.inside_95_ellipse


def test_a_place_that_is_not_known_is_left_out_of_the_errors() -> None:
    tracks = track_columns({7: along(0, 20, 100.0)})
    tracks["latitude_deg"] = [None] * 5 + tracks["latitude_deg"][5:]
    tracks["cov_ee_m2"] = [None] * 5 + tracks["cov_ee_m2"][5:]
    score = score_tracks(tracks, truth_columns({1: along(0, 20, 100.0)}))
    assert score.located == 15
    assert score.position_error_m.median == 0.0
    assert score.inside_95_ellipse == 1.0


def test_a_long_thin_ellipse_predicts_the_errors_that_are_drawn_from_it() -> None:
    cov = np.array([[400.0, 90.0], [90.0, 30.0]])
    drawn = np.random.default_rng(1).multivariate_normal([0.0, 0.0], cov, 400_000)
    expected = np.percentile(np.hypot(*drawn.T), [50.0, 95.0])
    told: Array = np.percentile(predicted_errors_m(cov[None]), [50.0, 95.0])
    np.testing.assert_allclose(told, expected, rtol=0.03)


def test_nothing_at_all_is_a_score_of_nothing() -> None:
    score = score_tracks(track_columns({}), truth_columns({}))
    assert (score.truth_objects, score.tracks, score.located) == (0, 0, 0)
    assert score.objects == ()
    missed = score_tracks(track_columns({}), truth_columns({1: along(0, 20, 100.0)}))
    assert (missed.missed, missed.detection_recall) == (1, 0.0)


def test_a_score_is_data_and_says_its_rules() -> None:
    rules = ScoreRules(gate_px=1.0)
    tracks, truth = track_columns({7: along(0, 20, 108.0)}), truth_columns({1: along(0, 20, 100.0)})
    assert score_tracks(tracks, truth).found == 1
    score = dataclasses.asdict(score_tracks(tracks, truth, rules=rules))
    assert score["found"] == 0
    assert score["rules"]["gate_px"] == 1.0
    assert score["position_error_m"] == {"median": None, "p95": None}
