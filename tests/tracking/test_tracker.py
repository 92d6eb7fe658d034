"""What a tracker must do, scene by scene."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.model import Camera, Detections, LifeStage, Tracks
from plainview.tracking import MultiObjectTracker, TrackerSettings
from tests.tracking.scenes import (
    Scene,
    believed,
    boxes_around,
    centers_px,
    detections,
    frame,
    memory,
    random_scene,
    registration,
    run,
    shift,
)


def _one_thing(**options: Any) -> Scene:
    return Scene(
        start_px=np.array([[300.0, 300.0]]),
        velocity_px_s=np.array([[60.0, 20.0]]),
        seed=1,
        **options,
    )


def test_a_thing_that_moves_is_one_confirmed_track_once_it_is_old_enough() -> None:
    tables = [tracks for _, tracks in run(_one_thing(detection_probability=1.0))]
    assert [int(t.life_stage[0]) for t in tables[:17]] == [LifeStage.TENTATIVE] * 17
    assert all(t.life_stage.tolist() == [LifeStage.CONFIRMED] for t in tables[20:])
    assert {int(t.track_id[0]) for t in tables} == {1}


def test_the_velocity_and_box_of_a_thing_are_found() -> None:
    scene = _one_thing()
    *_, (_, tracks) = run(scene)
    np.testing.assert_allclose(tracks.velocity_px_s[0], [60.0, 20.0], atol=4.0)
    np.testing.assert_allclose(centers_px(tracks)[0], scene.places_px(89)[0], atol=1.5)
    np.testing.assert_allclose(tracks.box_px[0, 2:], [16.0, 16.0], atol=0.5)


def test_velocity_is_that_over_the_background_when_the_camera_sweeps() -> None:
    *_, (_, tracks) = run(_one_thing(camera_px_s=(150.0, 0.0), n_frames=60))
    np.testing.assert_allclose(tracks.velocity_px_s[0], [60.0, 20.0], atol=5.0)


def test_a_camera_that_turns_and_zooms_turns_velocity_and_scales_boxes() -> None:
    tracker = MultiObjectTracker()
    turn = 1.02 * np.array([[0.9998, -0.02, 0.0], [0.02, 0.9998, 0.0], [0.0, 0.0, 1.0 / 1.02]])
    point, velocity, size = np.array([400.0, 300.0]), np.array([3.0, 0.0]), 16.0
    for index in range(25):
        found = detections(boxes_around(point, size))
        tracks = tracker.update(
            found, frame=frame(index), registration=registration(turn, is_restart=index == 0)
        )
        last_velocity = velocity
        point, velocity = turn[:2, :2] @ (point + velocity), turn[:2, :2] @ velocity
        size *= 1.02
    assert tracks.track_id.tolist() == [1]
    np.testing.assert_allclose(tracks.velocity_px_s[0], last_velocity * 30.0, rtol=0.1, atol=6.0)
    np.testing.assert_allclose(tracks.box_px[0, 2:], size / 1.02, rtol=0.02)


def test_a_sweep_that_registration_follows_only_in_part_keeps_the_identities() -> None:
    """A pattern that is fixed to the detector holds registration back by a seventh of it."""
    tracker = MultiObjectTracker()
    points = np.array([[900.0, 300.0], [700.0, 200.0], [800.0, 420.0]])
    speeds_px = [0.0] * 60 + [16.0 * 0.92**step for step in range(50)] + [0.0] * 30
    known: set[int] = set()
    for index, speed_px in enumerate(speeds_px):
        points[:, 0] -= speed_px
        moved = registration(shift(-0.85 * speed_px, 0.0), is_restart=index == 0)
        boxes = np.concatenate([boxes_around(point, 8.0) for point in points])
        tracks = tracker.update(detections(boxes), frame=frame(index), registration=moved)
        known |= set(tracks.track_id.tolist())
    assert known == {1, 2, 3}
    assert tracks.life_stage.tolist() == [LifeStage.CONFIRMED] * 3


def test_an_empty_frame_is_legal_before_between_and_after() -> None:
    tracker = MultiObjectTracker()
    for index in range(4):
        tracks = tracker.update(Detections.empty(), frame=frame(index), registration=registration())
        assert isinstance(tracks, Tracks)
        assert len(tracks) == 0
        assert tracks.box_px.shape == (0, 4)
        assert tracks.position_cov_px2.shape == (0, 2, 2)
        assert tracks.label == ()


@given(st.integers(0, 1000))
@settings(deadline=None, max_examples=20)
def test_the_order_of_detections_changes_nothing_but_identities(seed: int) -> None:
    scene = random_scene(seed, n_things=8, n_frames=20, clutter_per_frame=4.0)
    generator = np.random.default_rng(seed)
    plain, shuffled = MultiObjectTracker(), MultiObjectTracker()
    for image, registered, found in scene.frames():
        order = generator.permutation(len(found))
        moved = Detections(
            box_px=found.box_px[order],
            score=found.score[order],
            label=tuple(found.label[k] for k in order),
            detector=tuple(found.detector[k] for k in order),
        )
        one = plain.update(found, frame=image, registration=registered)
        other = shuffled.update(moved, frame=image, registration=registered)
        by_place, by_other = np.lexsort(one.box_px.T), np.lexsort(other.box_px.T)
        np.testing.assert_allclose(one.box_px[by_place], other.box_px[by_other], atol=1e-9)
        np.testing.assert_array_equal(one.life_stage[by_place], other.life_stage[by_other])
        np.testing.assert_allclose(one.existence[by_place], other.existence[by_other])


def test_crossing_things_keep_their_identities() -> None:
    scene = Scene(
        start_px=np.array([[300.0, 300.0], [600.0, 300.0], [300.0, 420.0]]),
        velocity_px_s=np.array([[100.0, 40.0], [-100.0, 40.0], [100.0, -40.0]]),
        seed=4,
        n_frames=100,
    )
    identities = []
    for image, tracks in run(scene):
        if image.frame_index > 10:
            near = centers_px(tracks)[:, None] - scene.places_px(image.frame_index)
            identities.append(tracks.track_id[np.argmin(np.linalg.norm(near, axis=2), axis=0)])
    before, after = np.array(identities[5]), np.array(identities[-1])
    assert len(set(before.tolist())) == 3
    np.testing.assert_array_equal(before, after)


def test_an_occlusion_of_a_second_is_coasted_over_with_growing_error() -> None:
    scene = _one_thing(hidden={0: (40, 70)})
    stages, sigma = [], []
    for _, tracks in run(scene):
        assert len(tracks) == 1
        stages.append(int(tracks.life_stage[0]))
        sigma.append(float(tracks.position_cov_px2[0, 0, 0]))
    assert set(stages[40:70]) == {LifeStage.COASTING}
    assert stages[71] == LifeStage.CONFIRMED
    assert np.all(np.diff(sigma[40:70]) > 0.0)
    assert sigma[71] < 0.2 * sigma[69]


def test_existence_falls_while_a_thing_is_not_seen_and_the_track_ends() -> None:
    scene = _one_thing(n_frames=300, hidden={0: (40, 300)})
    existence, ended = [], 0
    for _, tracks in run(scene, MultiObjectTracker(TrackerSettings(coast_share=10.0))):
        if len(tracks):
            existence.append(float(tracks.existence[0]))
            ended += int(tracks.life_stage[0] == LifeStage.ENDED)
    assert ended == 1
    assert 45 < len(existence) < 250
    assert np.all(np.diff(existence[40:]) < 0.0)
    assert existence[39] > 0.95
    assert existence[-1] < 0.1


def test_what_flickers_in_one_place_is_never_confirmed() -> None:
    """Roof edges and animated logos: there in one frame of four, for as long as they are seen."""
    tracker, rng = MultiObjectTracker(), np.random.default_rng(3)
    for index in range(300):
        is_there = rng.random() < 0.25
        found = boxes_around([200.0, 300.0]) if is_there else np.empty((0, 4))
        tracks = tracker.update(
            detections(found), frame=frame(index), registration=registration(is_restart=index == 0)
        )
        assert not len(believed(tracks))


def test_what_was_seen_for_a_moment_does_not_coast_for_long() -> None:
    brief, long = (_coasted_s(n_frames) for n_frames in (24, 150))
    assert brief == pytest.approx(1.5 * 23 / 30, abs=0.1)
    assert long > 3.0


def _coasted_s(n_frames_seen: int) -> float:
    """Return how long a thing is kept after it was seen for so many frames."""
    scene = _one_thing(n_frames=400, hidden={0: (n_frames_seen, 400)}, detection_probability=1.0)
    stages = [int(tracks.life_stage[0]) for _, tracks in run(scene) if len(tracks)]
    return stages.count(LifeStage.COASTING) / 30.0


def test_misses_do_not_count_while_a_track_is_out_of_view() -> None:
    """The camera sweeps away for seven seconds and back; the thing stays what it was."""
    tracker = MultiObjectTracker()
    thing, camera_x, seen = np.array([200.0, 300.0]), 0.0, set[int]()
    for index in range(330):
        sweep = 0.0 if index < 40 else 10.0 if index < 170 else -10.0 if index < 300 else 0.0
        camera_x += sweep
        place = thing - [camera_x, 0.0]
        found = detections(boxes_around(place) if place[0] > 0 else np.empty((0, 4)))
        tracks = tracker.update(
            found,
            frame=frame(index),
            registration=registration(shift(-sweep, 0.0), is_restart=index == 0),
        )
        seen |= set(believed(tracks).track_id.tolist())
    assert seen == {1}
    assert tracks.life_stage.tolist() == [LifeStage.CONFIRMED]


def test_the_memory_of_what_is_out_of_view_has_its_stated_end() -> None:
    tracker = MultiObjectTracker(TrackerSettings(out_of_view_memory_s=2.0))
    ended_at = None
    for index in range(200):
        sweep = 0.0 if index < 30 else 40.0 if index < 60 else 0.0
        found = detections(boxes_around([[200.0, 300.0]]) if index < 30 else np.empty((0, 4)))
        tracks = tracker.update(
            found,
            frame=frame(index),
            registration=registration(shift(-sweep, 0.0), is_restart=index == 0),
        )
        if LifeStage.ENDED in tracks.life_stage.tolist():
            ended_at = index
    assert ended_at is not None
    assert 2.0 <= (ended_at - 29) / 30.0 < 2.1


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 60.0])
def test_the_frame_rate_may_be_what_it_likes(rate_hz: float) -> None:
    tracker = MultiObjectTracker()
    generator = np.random.default_rng(2)
    for index in range(40):
        place = [300.0 + 40.0 * index / rate_hz, 300.0]
        found = detections(boxes_around(place + generator.normal(0.0, 0.5, 2)))
        tracks = tracker.update(
            found,
            frame=frame(index, video_time_us=round(index * 1e6 / rate_hz)),
            registration=registration(is_restart=index == 0),
        )
    assert tracks.track_id.tolist() == [1]
    np.testing.assert_allclose(tracks.velocity_px_s[0], [40.0, 0.0], atol=6.0)


def test_a_gap_in_time_is_bridged_by_the_velocity() -> None:
    tracker = MultiObjectTracker()
    times = [*range(0, 1_500_000, 33_333), *range(2_500_000, 3_000_000, 33_333)]
    for index, time_us in enumerate(times):
        found = detections(boxes_around([300.0 + 50.0 * time_us * 1e-6, 300.0]))
        tracks = tracker.update(
            found,
            frame=frame(index, video_time_us=time_us),
            registration=registration(is_restart=index == 0),
        )
        assert tracks.track_id.tolist() == [1]
    assert tracks.life_stage.tolist() == [LifeStage.CONFIRMED]


def test_a_restart_ends_every_track_and_no_identity_is_used_again() -> None:
    tracker = MultiObjectTracker()
    seen_before: set[int] = set()
    for index in range(60):
        is_cut = index in (0, 30)
        place = [300.0, 300.0] if index < 30 else [310.0, 305.0]
        tracks = tracker.update(
            detections(boxes_around(place)),
            frame=frame(index),
            registration=registration(is_restart=is_cut),
        )
        if index == 30:
            assert tracks.track_id.tolist() == [1, 2]
            assert tracks.life_stage.tolist() == [LifeStage.ENDED, LifeStage.TENTATIVE]
        if index < 30:
            seen_before |= set(tracks.track_id.tolist())
    assert seen_before == {1}
    assert tracks.track_id.tolist() == [2]


def test_a_frame_that_says_it_is_unrelated_and_another_size_are_restarts_too() -> None:
    for change in (
        {"is_discontinuous": True},
        {"camera": Camera(name="c", width_px=640, height_px=360)},
    ):
        tracker = MultiObjectTracker()
        for index in range(12):
            image = frame(index)
            if index == 10:
                image = dataclasses.replace(image, **change)
            tracks = tracker.update(
                detections(boxes_around([300.0, 200.0])), frame=image, registration=registration()
            )
            if index == 10:
                assert tracks.life_stage.tolist() == [LifeStage.ENDED, LifeStage.TENTATIVE]


def test_a_frame_that_could_not_be_registered_widens_the_error_and_keeps_the_track() -> None:
    tracker = MultiObjectTracker()
    for index in range(40):
        is_lost = index == 30
        moved = np.array([5.0, -4.0]) if index >= 30 else np.zeros(2)
        tracks = tracker.update(
            detections(boxes_around(np.array([300.0, 300.0]) + moved)),
            frame=frame(index),
            registration=registration(is_restart=index == 0, is_valid=not is_lost),
        )
    assert tracks.track_id.tolist() == [1]


def test_names_and_scores_are_those_of_the_last_detection() -> None:
    tracker = MultiObjectTracker()
    for index, label in enumerate([None, "boat", "boat", "person"]):
        tracks = tracker.update(
            detections(boxes_around([[300.0, 300.0], [600.0, 300.0]]), label=label),
            frame=frame(index),
            registration=registration(is_restart=index == 0),
        )
        assert tracks.label == (label, label)
    assert tracks.detector == ("motion", "motion")
    np.testing.assert_array_equal(tracks.score, 0.9)


def test_two_detections_of_one_thing_do_not_make_two_tracks() -> None:
    tracker, count = MultiObjectTracker(), set[int]()
    generator = np.random.default_rng(0)
    for index in range(60):
        place = np.array([300.0 + index, 300.0])
        whole = boxes_around(place + generator.normal(0, 0.5, 2), 30.0)
        part = boxes_around(place + generator.normal([6.0, 4.0], 0.5), 14.0)
        found = np.concatenate([whole, part]) if index > 10 else whole
        tracks = tracker.update(
            detections(found), frame=frame(index), registration=registration(is_restart=index == 0)
        )
        count |= set(believed(tracks).track_id.tolist())
    assert count == {1}


def test_a_far_larger_box_at_the_same_place_is_not_taken_for_the_thing() -> None:
    tracker = MultiObjectTracker()
    for index in range(30):
        size = 12.0 if index < 29 else 200.0
        tracks = tracker.update(
            detections(boxes_around([300.0, 300.0], size)),
            frame=frame(index),
            registration=registration(is_restart=index == 0),
        )
    assert tracks.life_stage[0] == LifeStage.COASTING
    np.testing.assert_allclose(tracks.box_px[0, 2:], 12.0)


def test_a_detector_that_sees_now_the_whole_and_now_a_part_makes_one_track() -> None:
    """A hot engine all the time, the whole hull of 30 pixels about it now and then."""
    tracker, seen = MultiObjectTracker(), set[int]()
    shifted = np.array([8.0, 1.0])
    for index in range(150):
        place = np.array([300.0 + 0.5 * index, 300.0])
        engine, hull = boxes_around(place, 4.0), boxes_around(place + shifted, 30.0)
        found = np.concatenate([engine, hull]) if index % 4 < 2 else engine
        tracks = tracker.update(
            detections(found), frame=frame(index), registration=registration(is_restart=index == 0)
        )
        seen |= set(believed(tracks).track_id.tolist())
    assert len(seen) == 1


def test_two_confirmed_tracks_that_turn_out_to_be_one_thing_become_one() -> None:
    """Two that are seen apart draw together and go on as one."""
    tracker = MultiObjectTracker()
    for index in range(90):
        gap = max(40.0 - index, 3.0)
        parts = boxes_around([[300.0, 300.0], [300.0 + gap, 300.0]], 10.0)
        tracks = tracker.update(
            detections(parts),
            frame=frame(index),
            registration=registration(is_restart=index == 0),
        )
        if index == 20:
            assert len(believed(tracks)) == 2
    assert believed(tracks).track_id.tolist() in ([1], [2])


def test_a_thing_close_beside_another_has_its_own_track() -> None:
    tracker = MultiObjectTracker()
    generator = np.random.default_rng(0)
    for index in range(60):
        places = np.array([[300.0, 300.0], [309.0, 300.0]]) + generator.normal(0.0, 0.4, (2, 2))
        tracks = tracker.update(
            detections(boxes_around(places, 8.0)),
            frame=frame(index),
            registration=registration(is_restart=index == 0),
        )
    assert sorted(believed(tracks).track_id.tolist()) == [1, 2]


@pytest.mark.parametrize("cut", [1, 17, 40])
def test_a_restored_tracker_goes_on_bit_for_bit(cut: int) -> None:
    scene = random_scene(7, n_frames=60, clutter_per_frame=5.0, camera_px_s=(60.0, 10.0))
    plain, first = MultiObjectTracker(), MultiObjectTracker()
    second = MultiObjectTracker()
    for image, registered, found in scene.frames():
        if image.frame_index == cut:
            second.restore(first.state())
        tracker = first if image.frame_index < cut else second
        one = plain.update(found, frame=image, registration=registered)
        other = tracker.update(found, frame=image, registration=registered)
        for field in dataclasses.fields(Tracks):
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            if isinstance(mine, np.ndarray):
                np.testing.assert_array_equal(mine, theirs)
            else:
                assert mine == theirs


def test_the_state_that_was_told_is_not_changed_by_going_on() -> None:
    tracker = MultiObjectTracker()
    scene = random_scene(3, n_frames=30)
    frames = list(scene.frames())
    for image, registered, found in frames[:15]:
        tracker.update(found, frame=image, registration=registered)
    state = memory(tracker)
    told = state["tracks"].copy()
    for image, registered, found in frames[15:]:
        tracker.update(found, frame=image, registration=registered)
    np.testing.assert_array_equal(state["tracks"], told)


def test_more_things_than_room_are_all_tracked() -> None:
    places = np.stack(np.meshgrid(np.arange(20) * 60.0 + 40, np.arange(15) * 45.0 + 30), -1)
    tracker = MultiObjectTracker()
    for index in range(25):
        tracks = tracker.update(
            detections(boxes_around(places.reshape(-1, 2))),
            frame=frame(index),
            registration=registration(is_restart=index == 0),
        )
    assert (tracks.life_stage == LifeStage.CONFIRMED).sum() == 300


def test_two_trackers_do_not_share_identities() -> None:
    one, other = MultiObjectTracker(), MultiObjectTracker()
    for tracker in (one, other):
        tracks = tracker.update(
            detections(boxes_around([300.0, 300.0])),
            frame=frame(0),
            registration=registration(is_restart=True),
        )
        assert tracks.track_id.tolist() == [1]


def test_settings_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        TrackerSettings(detection_probability=1.5)
    with pytest.raises(ValueError, match="gate_sigma is 0"):
        TrackerSettings(gate_sigma=0.0)
