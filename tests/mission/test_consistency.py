"""Whether a mission's numbers fit each other: honest missions do, wrong ones say so."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from bench.stressed_missions import STRESSES, Seen, Stress, fly
from plainview.geo import choose_surface, locate_points
from plainview.mission.checkpoint import decode_checkpoint, encode_checkpoint
from plainview.mission.consistency import ConsistencyWatch
from plainview.mission.consistency_verdict import (
    Consistency,
    consistency_warnings,
    contradictions_of,
    describe_consistency,
)
from plainview.mission.frame_place import Surfaces
from plainview.model import Observation, RangeKind, ReportedGeometry, View

SURFACES = Surfaces(terrain=None, sea_level_sigma_m=0.6)


def new_watch() -> ConsistencyWatch:
    return ConsistencyWatch(camera="camera-1", surfaces=SURFACES)


def watched(mission: Iterable[Seen]) -> Consistency:
    watch = new_watch()
    for seen in mission:
        watch.add(seen.observation)
    return watch.finish()


def failed(found: Consistency) -> set[str]:
    return {test.name for test in found.failed}


@pytest.mark.parametrize("name", ["honest", "honest_all_boats_turning"])
def test_an_honest_mission_passes_every_test_that_can_be_asked(name: str) -> None:
    found = watched(fly(3, STRESSES[name]))
    assert found.is_consistent is True
    assert consistency_warnings([found]) == ()
    assert {test.name for test in found.tests if test.value is not None} == {
        "scatter",
        "outliers",
        "drift",
        "frame_center",
    }
    scatter = found.tests[0]
    assert scatter.value == pytest.approx(0.8, abs=0.25)


@pytest.mark.parametrize(
    ("name", "length_s", "test"),
    [
        ("sigmas_twice_the_stated", 12.0, "scatter"),
        ("heavy_tails", 40.0, "outliers"),
        ("lag_100_ms", 60.0, "drift"),
        ("boresight_0.3_deg", 60.0, "drift"),
        ("geoids_swapped", 12.0, "frame_center"),
    ],
)
def test_a_mission_whose_errors_are_not_the_stated_says_by_what(
    name: str, length_s: float, test: str
) -> None:
    found = watched(fly(3, STRESSES[name], length_s=length_s))
    assert found.is_consistent is False
    assert test in failed(found)
    (warning,) = consistency_warnings([found])
    assert warning.code == "inconsistent"
    assert warning.count == len(found.failed)
    (sentence,) = contradictions_of([found])
    assert "camera-1" in sentence


def test_a_mission_without_views_or_things_is_asked_nothing() -> None:
    found = new_watch().finish()
    assert found.is_consistent is None
    assert contradictions_of([found]) == ()
    (described,) = describe_consistency([found])
    assert described["is_consistent"] is None
    assert set(described["tests"]) == {
        *("scatter", "outliers", "drift"),
        *("frame_center", "corners", "range"),
    }


def test_an_interrupted_mission_goes_on_to_the_same_verdict() -> None:
    mission = list(fly(4, STRESSES["honest"], length_s=16.0))
    watch = new_watch()
    for seen in mission[:70]:
        watch.add(seen.observation)
    again = new_watch()
    again.restore(decode_checkpoint(encode_checkpoint(watch.state()), where="here"))
    for seen in mission[70:]:
        again.add(seen.observation)
    assert describe_consistency([again.finish()]) == describe_consistency([watched(mission)])


def with_view(seen: Seen, view: View) -> Observation:
    frame = replace(seen.observation.frame, view=view)
    return replace(seen.observation, frame=frame)


@pytest.mark.parametrize(("off_m", "is_passed"), [(0.0, True), (60.0, False)])
def test_a_measured_range_is_compared_with_the_place_that_the_pose_looks_at(
    off_m: float, is_passed: bool
) -> None:
    watch = new_watch()
    for seen in fly(5, Stress(), length_s=6.0):
        view = seen.observation.frame.view
        assert view is not None
        watch.add(with_view(seen, _ranged(seen, view, off_m)))
    (test,) = (test for test in watch.finish().tests if test.name == "range")
    assert test.is_passed is is_passed


def _ranged(seen: Seen, view: View, off_m: float) -> View:
    camera = seen.observation.frame.camera
    middle = [[0.5 * camera.width_px, 0.5 * camera.height_px]]
    found = locate_points(view, camera, middle, surface=choose_surface(view))
    range_m = float(found.slant_range_m[0]) + off_m
    return replace(view, slant_range_m=range_m, slant_range_kind=RangeKind.MEASURED)


def test_corners_that_lie_elsewhere_are_named() -> None:
    watch = new_watch()
    for seen in fly(6, Stress(), length_s=6.0):
        view = seen.observation.frame.view
        assert view is not None
        assert view.latitude_deg is not None
        assert view.longitude_deg is not None
        corner = (view.latitude_deg + 0.05, view.longitude_deg)
        reported = ReportedGeometry(corners_deg=(corner,) * 4)
        watch.add(with_view(seen, replace(view, reported=reported)))
    assert failed(watch.finish()) == {"corners"}


def test_what_is_remembered_does_not_grow_with_the_mission() -> None:
    watch = new_watch()
    sizes = []
    for seed in range(6):
        for number, seen in enumerate(fly(seed, Stress(), length_s=5.0)):
            # Each flight has things of its own.
            tracks = seen.observation.all_tracks
            renamed = replace(tracks, track_id=tracks.track_id + 100 * seed)
            late_us = seen.observation.frame.video_time_us + 5_000_000 * seed
            frame = replace(
                seen.observation.frame, video_time_us=late_us, frame_index=50 * seed + number
            )
            watch.add(replace(seen.observation, frame=frame, all_tracks=renamed))
        sizes.append(len(encode_checkpoint(watch.state())))
    assert sizes[-1] < 1.15 * sizes[-2]
    assert np.isfinite(watch.finish().tests[0].value or np.nan)
