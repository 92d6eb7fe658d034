import hashlib
from dataclasses import replace

import numpy as np
import pytest

from bench.drawn_scene import Scenario, SceneDrawer
from bench.drawn_scene.scenario import Aim
from plainview.twin.simulated_mark import SimulatedMark


def _digest(scenario: Scenario, seed: int, frames: tuple[int, ...]) -> str:
    drawer, digest = SceneDrawer(scenario, seed), hashlib.sha256()
    for frame_index in frames:
        drawer.advance(scenario.video_time_us(frame_index))
        digest.update(drawer.render(drawer.camera).pixels.tobytes())
        digest.update(repr(drawer.reported_view()).encode())
        digest.update(drawer.packet())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_bytes(rescue: Scenario) -> None:
    assert _digest(rescue, 1, (0, 3)) == _digest(rescue, 1, (0, 3))


def test_another_seed_gives_others(rescue: Scenario) -> None:
    assert _digest(rescue, 1, (0,)) != _digest(rescue, 2, (0,))


def test_a_frame_does_not_depend_on_the_frames_before(rescue: Scenario) -> None:
    straight, passed = SceneDrawer(rescue, 1), SceneDrawer(rescue, 1)
    for frame_index in (0, 4, 9):
        passed.advance(rescue.video_time_us(frame_index))
        passed.render(passed.camera)
    straight.advance(rescue.video_time_us(9))
    np.testing.assert_array_equal(
        straight.render(straight.camera).pixels, passed.render(passed.camera).pixels
    )
    assert straight.reported_view() == passed.reported_view()


def test_noise_is_new_in_each_frame_and_the_fixed_pattern_stays(calm: Scenario) -> None:
    noisy = replace(
        calm,
        objects=calm.objects[:1],
        camera=replace(calm.camera, noise_k=0.5, fixed_pattern_k=0.3),
    )
    drawer = SceneDrawer(noisy, 1)
    pictures = []
    for frame_index in range(8):
        drawer.advance(noisy.video_time_us(frame_index))
        pictures.append(drawer.render(drawer.camera).pixels[400:500, 100:900].astype(float))
    levels_a_kelvin = (240.0 - 16.0) / noisy.camera.window_k
    new = np.std(pictures[0] - pictures[1]) / np.sqrt(2.0) / levels_a_kelvin
    assert new == pytest.approx(0.5, rel=0.03)
    stack = np.stack(pictures)
    mean = stack.mean(axis=0) - stack.mean(axis=0).mean(axis=1, keepdims=True)
    fixed = np.sqrt(np.var(mean) - np.mean(np.var(stack, axis=0, ddof=1)) / len(stack))
    assert fixed / levels_a_kelvin == pytest.approx(0.3, rel=0.08)


def test_time_does_not_go_back(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 1)
    drawer.advance(1_000_000)
    with pytest.raises(ValueError, match="cannot go back"):
        drawer.advance(0)


def test_a_commanded_aim_is_taken(calm: Scenario) -> None:
    drawer, told = SceneDrawer(calm, 1), SceneDrawer(calm, 1)
    told.advance(0, (Aim(start_s=18.0, east_m=-60.0, north_m=30.0),))
    for each in (drawer, told):
        each.advance(23_000_000)
    told_deg, deg = told.true_view().camera_heading_deg, drawer.true_view().camera_heading_deg
    assert told_deg is not None
    assert deg is not None
    assert abs(told_deg - deg) > 1.0


def test_frames_are_numbered_by_their_time(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 1)
    drawer.advance(rescue.video_time_us(37))
    frame = drawer.render(drawer.camera)
    assert (frame.frame_index, frame.video_time_us) == (37, 1_480_000)
    assert frame.camera.name == "camera-1"
    assert frame.pixels.shape == (540, 960)
    assert not frame.pixels.flags.writeable


def test_every_picture_is_marked(rescue: Scenario) -> None:
    first, other = (SceneDrawer(rescue, seed) for seed in (1, 2))
    other.advance(5_000_000)
    x, y, width, height = SimulatedMark.for_picture(960, 540).box_px
    corner = (slice(y, y + height), slice(x, x + width))
    pictures = [drawer.render(drawer.camera).pixels[corner] for drawer in (first, other)]
    is_letter = pictures[0] == 235
    assert np.count_nonzero(is_letter) > 300
    np.testing.assert_array_equal(is_letter, pictures[1] == 235)
