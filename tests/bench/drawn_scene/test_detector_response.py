import numpy as np
import pytest

from bench.drawn_scene import Scenario
from bench.drawn_scene.detector_response import DetectorResponse

SIZE = (640, 480)


def _detector(scenario: Scenario) -> DetectorResponse:
    return DetectorResponse.draw(np.random.default_rng(1), response=scenario.camera, size_px=SIZE)


def test_the_fixed_pattern_has_its_sigma_and_columns(rescue: Scenario) -> None:
    pattern = _detector(rescue).fixed_pattern_k
    assert pattern.shape == (480, 640)
    assert np.std(pattern) == pytest.approx(rescue.camera.fixed_pattern_k, rel=0.05)
    columns = pattern.mean(axis=0)
    assert np.var(columns) == pytest.approx(0.5 * np.var(pattern), rel=0.15)


def test_the_window_spans_the_grey_levels(calm: Scenario) -> None:
    detector = _detector(calm)
    half_k = 0.5 * calm.camera.window_k
    for temperature_k, level in ((-half_k, 16), (0.0, 128), (half_k, 240), (99.0, 255), (-99.0, 0)):
        scene = np.full(SIZE[::-1], temperature_k, np.float32)
        assert np.unique(detector.grey_levels(scene, np.random.default_rng(2))).tolist() == [level]


def test_noise_has_its_sigma(rescue: Scenario) -> None:
    detector = _detector(rescue)
    scene = np.zeros(SIZE[::-1], np.float32)
    frames = [detector.grey_levels(scene, np.random.default_rng(n)).astype(float) for n in (1, 2)]
    levels_a_kelvin = 224.0 / rescue.camera.window_k
    sigma_k = np.std(frames[0] - frames[1]) / np.sqrt(2.0) / levels_a_kelvin
    rounding_k = 1.0 / levels_a_kelvin / np.sqrt(12.0)
    assert sigma_k == pytest.approx(np.hypot(rescue.camera.noise_k, rounding_k), rel=0.02)


def test_the_scene_is_not_written_to(rescue: Scenario) -> None:
    scene = np.zeros(SIZE[::-1], np.float32)
    _detector(rescue).grey_levels(scene, np.random.default_rng(1))
    assert not scene.any()
