"""Counts to temperatures and back: by the formula's own invariants and a worked example."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.model import Radiometry
from plainview.sensing import (
    KELVIN_AT_0_C,
    accuracy_k,
    atmosphere_transmission,
    celsius_text,
    counts_from_temperature_k,
    temperature_k_from_counts,
)

CAMERA = Radiometry(
    planck_r1=21106.77,
    planck_r2=0.012545258,
    planck_b_k=1501.0,
    planck_f=1.0,
    planck_o=-7340.0,
    emissivity=1.0,
    object_distance_m=0.0,
    reflected_k=293.15,
    atmosphere_k=293.15,
    relative_humidity=0.5,
    window_k=293.15,
    window_transmission=1.0,
)

radiometries = st.builds(
    replace,
    st.just(CAMERA),
    emissivity=st.floats(0.5, 1.0),
    object_distance_m=st.floats(0.0, 300.0),
    reflected_k=st.floats(250.0, 330.0),
    atmosphere_k=st.floats(250.0, 320.0),
    relative_humidity=st.floats(0.0, 1.0),
    window_k=st.floats(250.0, 330.0),
    window_transmission=st.floats(0.7, 1.0),
)


def test_a_worked_example_of_the_formula() -> None:
    counts = np.array([18109], np.uint16)
    temperature_c = temperature_k_from_counts(counts, CAMERA) - KELVIN_AT_0_C
    # Planck's law by hand, without air, window or reflection
    by_hand = 1501.0 / np.log(21106.77 / (0.012545258 * (18109 - 7340)) + 1.0) - KELVIN_AT_0_C
    assert temperature_c[0] == pytest.approx(by_hand, abs=1e-9)


@given(radiometry=radiometries, temperature_k=st.floats(240.0, 420.0))
def test_temperatures_come_back_from_their_counts(
    radiometry: Radiometry, temperature_k: float
) -> None:
    counts = counts_from_temperature_k(np.array([temperature_k]), radiometry)
    back_k = temperature_k_from_counts(counts, radiometry)
    assert back_k[0] == pytest.approx(temperature_k, abs=1e-6)


@given(radiometry=radiometries, ambient_k=st.floats(250.0, 320.0))
def test_where_all_is_as_warm_neither_air_nor_window_nor_emissivity_matters(
    radiometry: Radiometry, ambient_k: float
) -> None:
    alike = replace(radiometry, reflected_k=ambient_k, atmosphere_k=ambient_k, window_k=ambient_k)
    counts = counts_from_temperature_k(np.array([ambient_k]), CAMERA)
    assert temperature_k_from_counts(counts, alike)[0] == pytest.approx(ambient_k, abs=1e-6)


def test_more_counts_are_warmer_and_impossible_ones_are_nan() -> None:
    counts = np.arange(7400, 30_000, 50, dtype=np.uint16)
    temperature_k = temperature_k_from_counts(counts, CAMERA)
    assert np.all(np.diff(temperature_k) > 0.0)
    assert np.isnan(temperature_k_from_counts(np.array([0, 7340], np.uint16), CAMERA)).all()
    assert temperature_k_from_counts(np.zeros((0, 4), np.uint16), CAMERA).shape == (0, 4)


def test_air_weakens_with_distance_and_is_clear_at_none() -> None:
    through = [atmosphere_transmission(replace(CAMERA, object_distance_m=m)) for m in (0, 10, 100)]
    assert through[0] == 1.0
    assert 1.0 > through[1] > through[2] > 0.5


@pytest.mark.parametrize(
    ("celsius", "expected"), [(20.0, 2.0), (-20.0, 2.0), (100.0, 2.0), (150.0, 3.0)]
)
def test_the_accuracy_is_two_kelvin_or_two_per_cent(celsius: float, expected: float) -> None:
    assert accuracy_k(celsius + KELVIN_AT_0_C, CAMERA) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("celsius", "accuracy", "text"),
    [
        (21.3374, 2.0, "21 ± 2 °C"),
        (-0.4, 2.0, "0 ± 2 °C"),
        (152.6, 3.05, "153 ± 4 °C"),
        (36.64, 0.3, "36.6 ± 0.3 °C"),
    ],
)
def test_no_digit_is_shown_beyond_the_accuracy(celsius: float, accuracy: float, text: str) -> None:
    assert celsius_text(celsius, accuracy=accuracy) == text
