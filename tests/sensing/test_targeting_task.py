"""The eye's threshold against published values; what camera, noise and display make of it."""

import numpy as np
import pytest

from plainview.sensing.contrast_threshold import (
    Display,
    contrast_threshold,
    pupil_diameter_mm,
    retinal_illuminance_td,
)
from plainview.sensing.johnson import Task
from plainview.sensing.system_mtf import (
    OpticalChain,
    diffraction_mtf,
    gaussian_mtf,
    pixel_mtf,
    system_mtf,
)
from plainview.sensing.targeting_task import (
    TTP_CYCLES_50,
    Look,
    observed_cycles,
    system_threshold,
    ttp_probability,
    ttp_value,
)

CHAIN = OpticalChain(focal_length_mm=100.0, f_number=1.4, wavelength_um=10.0, pitch_um=12.0)
LOOK = Look(chain=CHAIN, frame_rate_hz=30.0, display=Display())


def test_the_eye_is_that_of_colour_sciences_worked_values() -> None:
    # colour-science 0.4 (BSD-3), doctests of colour.contrast: pupil, trolands, sensitivity.
    assert pupil_diameter_mm(100.0, field_deg=60.0) == pytest.approx(2.0777571, abs=1e-6)
    assert retinal_illuminance_td(100.0, pupil_mm=2.1) == pytest.approx(330.4115803, abs=1e-6)
    threshold = contrast_threshold(
        np.array([4.0]),
        size_deg=60.0,
        illuminance_td=retinal_illuminance_td(20.0, pupil_mm=2.1),
        pupil_mm=2.1,
    )
    assert 1.0 / threshold[0] == pytest.approx(360.8691122, abs=1e-6)


def test_the_eye_lies_near_bartens_own_shorter_formula() -> None:
    # P. G. J. Barten, "Formula for the contrast sensitivity of the human eye", SPIE 5294, 2004.
    u, luminance, side_deg = np.geomspace(0.5, 20.0, 40), 100.0, 10.0
    short = (
        5200.0
        * np.exp(-0.0016 * u**2 * (1.0 + 100.0 / luminance) ** 0.08)
        / np.sqrt(
            (1.0 + 144.0 / side_deg**2 + 0.64 * u**2)
            * (63.0 / luminance**0.83 + 1.0 / (1.0 - np.exp(-0.02 * u**2)))
        )
    )
    pupil_mm = pupil_diameter_mm(luminance, field_deg=side_deg)
    ours = 1.0 / contrast_threshold(
        u,
        size_deg=side_deg,
        illuminance_td=retinal_illuminance_td(luminance, pupil_mm=pupil_mm),
        pupil_mm=pupil_mm,
    )
    assert np.all(np.abs(ours / short - 1.0) < 0.15)


def test_each_part_of_the_transfer_has_its_known_values() -> None:
    half = diffraction_mtf(np.array([0.0, 0.5, 1.0, 2.0]), cutoff=1.0)
    assert half == pytest.approx([1.0, 2.0 / 3.0 - np.sqrt(3.0) / (2.0 * np.pi), 0.0, 0.0])
    assert pixel_mtf(np.array([0.5, 1.0]), pixel=1.0) == pytest.approx([2.0 / np.pi, 0.0])
    assert gaussian_mtf(np.array([1.0]), sigma=1.0 / (np.pi * np.sqrt(2.0))) == pytest.approx(
        np.exp(-1.0)
    )


def test_a_quarter_pixel_of_jitter_costs_a_quarter_of_the_transfer_at_the_sampling_limit() -> None:
    # exp(-2 pi^2 (1/4)^2 (1/2)^2) = 0.735.
    shaky = OpticalChain(
        focal_length_mm=600.0, f_number=4.0, wavelength_um=4.0, pitch_um=12.0, jitter_urad=5.0
    )
    still = OpticalChain(focal_length_mm=600.0, f_number=4.0, wavelength_um=4.0, pitch_um=12.0)
    at = np.array([shaky.nyquist_cycles_mrad])
    assert system_mtf(at, shaky) / system_mtf(at, still) == pytest.approx([0.735], abs=1e-3)


def test_more_noise_or_a_smaller_thing_never_helps() -> None:
    noise = np.array([0.3, 1.0, 3.0, 10.0, 100.0])
    threshold = system_threshold(LOOK, signal_to_noise=noise)
    assert np.all(np.diff(threshold, axis=0) < 0.0)
    side = np.full(noise.shape, 1.0)
    cycles = observed_cycles(LOOK, threshold, side_mrad=side)
    assert np.all(np.diff(cycles) >= 0.0)
    assert cycles[0] < cycles[-1] <= CHAIN.nyquist_cycles_mrad
    values = ttp_value(LOOK, threshold, size_mrad=side)
    assert np.all(np.diff(values) > 0.0)
    assert np.all(ttp_value(LOOK, threshold, size_mrad=0.5 * side) == pytest.approx(0.5 * values))


def test_noise_that_drowns_everything_leaves_no_cycle() -> None:
    threshold = system_threshold(LOOK, signal_to_noise=np.array([0.0]))
    assert observed_cycles(LOOK, threshold, side_mrad=np.array([5.0]))[0] == 0.0
    assert ttp_value(LOOK, threshold, size_mrad=np.array([5.0]))[0] == 0.0
    assert float(ttp_probability(0.0, task=Task.DETECT)) == 0.0


@pytest.mark.parametrize("task", Task)
def test_the_metric_gives_a_half_at_its_own_value(task: Task) -> None:
    assert float(ttp_probability(TTP_CYCLES_50[task], task=task)) == pytest.approx(0.5)
    assert float(ttp_probability(2.0 * TTP_CYCLES_50[task], task=task)) == pytest.approx(
        2.0**1.5 / (1.0 + 2.0**1.5)
    )
