"""The compiled frame and its NumPy twin say the same."""

import numpy as np
import pytest

from plainview.tracking import MultiObjectTracker, TrackerSettings
from plainview.tracking import tracker as tracker_module
from plainview.tracking.frame_twin import advance_tracks_in_numpy
from plainview.tracking.track_record import TRACK_DTYPE, Records
from tests.tracking.scenes import Array, memory, random_scene


def _homography(generator: np.random.Generator) -> Array:
    turned = np.eye(3)
    angle = generator.normal(0.0, 0.01)
    turned[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    turned[:2, 2] = generator.normal(0.0, 4.0, 2)
    turned[2, :2] = generator.normal(0.0, 2e-6, 2)
    return turned


def _assert_same_records(mine: Records, twins: Records) -> None:
    assert len(mine) == len(twins)
    for name in TRACK_DTYPE.names or ():
        np.testing.assert_allclose(mine[name], twins[name], rtol=1e-7, atol=1e-7, err_msg=name)


@pytest.mark.parametrize("seed", range(4))
def test_the_compiled_frame_equals_its_numpy_twin(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, twin = MultiObjectTracker(), MultiObjectTracker()
    generator = np.random.default_rng(seed)
    scene = random_scene(
        seed, n_things=20, n_frames=60, detection_probability=0.8, clutter_per_frame=6.0
    )
    n_rows = 0
    for index, (image, registered, found) in enumerate(scene.frames()):
        homography = _homography(generator)
        registered.current_from_previous.flags.writeable = True
        registered.current_from_previous[:] = homography
        compiled.update(found, frame=image, registration=registered)
        with monkeypatch.context() as patched:
            patched.setattr(tracker_module, "advance_tracks", advance_tracks_in_numpy)
            twin.update(found, frame=image, registration=registered)
        one, other = memory(compiled), memory(twin)
        _assert_same_records(one["tracks"], other["tracks"])
        np.testing.assert_allclose(one["clutter"], other["clutter"], rtol=1e-9)
        assert one["step"]["next_id"] == other["step"]["next_id"], index
        n_rows += len(one["tracks"])
    assert n_rows > 600


def test_the_twins_agree_on_a_crowd_that_shares_detections(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = TrackerSettings(center_sigma_px=4.0, start_speed_px_s=200.0)
    compiled, twin = MultiObjectTracker(settings), MultiObjectTracker(settings)
    scene = random_scene(9, n_things=40, n_frames=40)
    crowd = scene.start_px * 0.15 + 300.0
    scene = type(scene)(
        start_px=crowd, velocity_px_s=scene.velocity_px_s, seed=9, n_frames=40, noise_px=3.0
    )
    for image, registered, found in scene.frames():
        mine = compiled.update(found, frame=image, registration=registered)
        with monkeypatch.context() as patched:
            patched.setattr(tracker_module, "advance_tracks", advance_tracks_in_numpy)
            twins = twin.update(found, frame=image, registration=registered)
        np.testing.assert_array_equal(mine.track_id, twins.track_id)
        np.testing.assert_array_equal(mine.life_stage, twins.life_stage)
        np.testing.assert_allclose(mine.box_px, twins.box_px, atol=1e-6)
    assert (mine.life_stage == 2).sum() > 20
