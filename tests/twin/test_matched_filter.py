"""Signal-to-noise of a thing, against a filter that is run over frames with noise."""

import numpy as np
import pytest
from scipy.signal import convolve2d

from bench.measured_response import frames_of, quiet, radiance_of, thermal_camera
from plainview.errors import InputError
from plainview.twin.matched_filter import matched_signal_to_noise
from plainview.twin.optics_kernel import SystemMtf, kernel_of
from plainview.twin.sensor_response import SensorResponse

KERNEL = kernel_of(
    SystemMtf.of_lens(f_number=1.2, wavelength_um=10.0, pixel_pitch_um=12.0, blur_um=3.0),
    path_px=((-0.8, 0.1), (0.3, 0.4), (1.0, -0.6)),
)


def test_energy_is_that_of_the_signal_blurred_by_another_program() -> None:
    signal = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    blurred = convolve2d(signal, KERNEL.taps[::-1, ::-1])
    expected = np.sqrt(np.sum(blurred**2)) / 0.3
    found = matched_signal_to_noise(signal, kernel=KERNEL, noise_radiance=0.3)
    assert found == pytest.approx(expected, rel=1e-5)


def test_a_filter_run_over_frames_has_the_signal_to_noise_that_was_told() -> None:
    camera = thermal_camera(fixed_pattern_k=0.0)
    response = SensorResponse.of_camera(camera, seed=(3,), electronics=quiet())
    level = float(radiance_of(camera, 288.0))
    thing = np.zeros((240, 160))
    thing[60:62, 80:83] = 0.02
    alone = np.full((240, 160), level)
    kernel = response.kernel(55.0)
    shape = convolve2d(thing, kernel.taps[::-1, ::-1], mode="same")[:158]
    without = np.nan_to_num(frames_of(response, alone, 200), nan=0.0)
    with_it = np.nan_to_num(frames_of(response, alone + thing, 200, first=200), nan=0.0)
    window = (slice(None), slice(48, 74), slice(68, 95))
    filtered = [
        np.sum(each[window] * shape[window[1:]], axis=(1, 2)) for each in (without, with_it)
    ]
    counted = (filtered[1].mean() - filtered[0].mean()) / filtered[0].std()
    told = matched_signal_to_noise(
        thing[60:62, 80:83].astype(np.float32),
        kernel=kernel,
        noise_radiance=response.noise_radiance(level, focal_length_mm=55.0),
    )
    assert counted == pytest.approx(told, rel=0.12)  # of 200 frames: 5 %, and 7 % for pixels


def test_nothing_has_no_signal_and_no_noise_has_no_end() -> None:
    nothing = np.zeros((3, 3), np.float32)
    assert matched_signal_to_noise(nothing, kernel=KERNEL, noise_radiance=1.0) == 0.0
    empty = np.zeros((0, 4), np.float32)
    assert matched_signal_to_noise(empty, kernel=KERNEL, noise_radiance=1.0) == 0.0
    assert matched_signal_to_noise(nothing + 1, kernel=KERNEL, noise_radiance=0.0) == np.inf


def test_signals_and_noise_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="noise_radiance"):
        matched_signal_to_noise(np.ones((2, 2), np.float32), kernel=KERNEL, noise_radiance=-1.0)
    with pytest.raises(InputError, match="signal"):
        matched_signal_to_noise(
            np.full((2, 2), np.nan, np.float32), kernel=KERNEL, noise_radiance=1.0
        )
