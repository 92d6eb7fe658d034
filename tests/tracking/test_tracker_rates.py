"""The tracker keeps the rates that it states, and its covariance is what its errors are."""

from dataclasses import replace

import numpy as np
from scipy.stats import chi2

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
)


def _nothing(seed: int, *, clutter_per_frame: float, n_frames: int) -> Scene:
    return Scene(
        start_px=np.empty((0, 2)),
        velocity_px_s=np.empty((0, 2)),
        seed=seed,
        clutter_per_frame=clutter_per_frame,
        n_frames=n_frames,
    )


def _false_rate(rate: float, *, clutter_per_frame: float, n_frames: int) -> tuple[float, int]:
    tracker = MultiObjectTracker(TrackerSettings(false_confirmation_rate=rate, confirm_after_s=0.0))
    scene = _nothing(1, clutter_per_frame=clutter_per_frame, n_frames=n_frames)
    confirmed: set[int] = set()
    for _, tracks in run(scene, tracker):
        confirmed |= set(believed(tracks).track_id.tolist())
    n_begun = int(memory(tracker)["step"]["next_id"][0]) - 1
    return len(confirmed) / n_begun, n_begun


def test_clutter_is_confirmed_no_more_often_than_the_stated_rate() -> None:
    for clutter_per_frame in (5.0, 60.0):
        n_frames = int(60_000 / clutter_per_frame**0.5 / 10)
        rate, n_begun = _false_rate(1e-2, clutter_per_frame=clutter_per_frame, n_frames=n_frames)
        assert n_begun > 10_000
        assert rate < 1e-2


def test_the_test_is_not_so_strict_that_the_rate_means_nothing() -> None:
    """At a rate of one in five, some clutter is confirmed: the bound is a bound, not a wall."""
    rate, _ = _false_rate(0.2, clutter_per_frame=60.0, n_frames=300)
    assert rate > 1e-3


def test_an_hour_of_clutter_by_default_confirms_nothing_in_the_minute_we_can_afford() -> None:
    tracker = MultiObjectTracker()
    scene = _nothing(5, clutter_per_frame=10.0, n_frames=1800)
    assert all(len(believed(tracks)) == 0 for _, tracks in run(scene, tracker))


def test_things_are_confirmed_through_misses_and_clutter() -> None:
    scene = random_scene(
        2, n_things=30, n_frames=60, detection_probability=0.8, clutter_per_frame=10.0
    )
    *_, (image, tracks) = run(scene)
    places, found = scene.places_px(image.frame_index), centers_px(believed(tracks))
    in_view = np.all((places > 0) & (places < [1280, 720]), axis=1)
    nearest = np.linalg.norm(places[in_view][:, None] - found, axis=2).min(axis=1)
    assert np.mean(nearest < 5.0) >= 0.96


def _squared_errors(truth: TrackerSettings, told: TrackerSettings) -> np.ndarray:
    """Normalised squared errors of things that walk as `truth` says, tracked as `told` says."""
    generator = np.random.default_rng(8)
    n_things, dt = 150, 1.0 / 30.0
    place = generator.uniform([100, 100], [1180, 620], (n_things, 2))
    velocity = generator.normal(0.0, 20.0, (n_things, 2))
    walk = truth.velocity_walk_px_s + truth.velocity_walk_sizes_s * 16.0
    noise = np.hypot(truth.center_sigma_px, truth.center_sigma_ratio * 16.0)
    tracker, squared = MultiObjectTracker(told), []
    for index in range(60):
        measured = place + generator.normal(0.0, noise, place.shape)
        tracks = tracker.update(
            detections(boxes_around(measured)),
            frame=frame(index),
            registration=registration(is_restart=index == 0),
        )
        if index > 20:
            seen = believed(tracks)
            error = centers_px(seen)[:, None] - place
            nearest = np.argmin(np.linalg.norm(error, axis=2), axis=1)
            error = error[np.arange(len(seen)), nearest]
            inverse = np.linalg.inv(seen.position_cov_px2)
            squared.append(np.einsum("ni,nij,nj->n", error, inverse, error))
        jump = walk * np.sqrt(dt) * generator.normal(0.0, 1.0, (2, n_things, 2))
        place = place + velocity * dt + dt * (0.5 * jump[0] + jump[1] / np.sqrt(12.0))
        velocity = velocity + jump[0]
    return np.concatenate(squared)


HONEST = TrackerSettings(registration_sigma_px=0.0)


def test_the_covariance_in_the_picture_is_that_of_the_errors() -> None:
    squared = _squared_errors(HONEST, HONEST)
    assert 1.85 < squared.mean() < 2.15
    assert 0.93 < np.mean(squared < chi2.ppf(0.95, 2)) < 0.97


def test_a_tracker_that_believes_its_detections_too_much_shows_in_the_errors() -> None:
    boastful = replace(HONEST, center_sigma_px=0.45, center_sigma_ratio=0.02)
    squared = _squared_errors(HONEST, boastful)
    assert squared.mean() > 2.6
    assert np.mean(squared < chi2.ppf(0.95, 2)) < 0.92
