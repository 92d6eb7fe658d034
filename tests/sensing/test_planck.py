"""Planck's law against numerical integration, Stefan and Boltzmann, Wien and published tables."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import constants, integrate

from plainview.errors import InputError
from plainview.sensing import (
    band_photon_radiance,
    band_radiance,
    band_radiance_slope,
    brightness_temperature_k,
    spectral_radiance,
)

BANDS = [(0.45, 0.68), (0.7, 0.9), (1.5, 1.7), (3.4, 5.0), (8.0, 12.0), (7.7, 10.3), (0.2, 200.0)]


def planck(wavelength_um: float, temperature_k: float) -> float:
    """W m^-2 sr^-1 um^-1, written from the law with the constants of scipy."""
    length_m = wavelength_um * 1e-6
    first = 2.0 * constants.h * constants.c**2 / length_m**5
    x = constants.h * constants.c / (length_m * constants.k * temperature_k)
    return float(first / np.expm1(min(x, 700.0)) * 1e-6)


@pytest.mark.parametrize(("low_um", "high_um"), BANDS)
@pytest.mark.parametrize("temperature_k", [200.0, 273.15, 300.0, 900.0, 5772.0])
def test_band_radiance_is_the_numerical_integral(
    low_um: float, high_um: float, temperature_k: float
) -> None:
    whole, _ = integrate.quad(
        planck, low_um, high_um, args=(temperature_k,), epsabs=0.0, epsrel=1e-9, limit=400
    )
    ours = float(band_radiance(temperature_k, low_um=low_um, high_um=high_um))
    assert ours == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize(
    ("product_um_k", "fraction"),
    [(1400.0, 0.007790), (2898.0, 0.250108), (5000.0, 0.633747), (10000.0, 0.914199)],
)
def test_the_fraction_below_a_wavelength_is_the_published_one(
    product_um_k: float, fraction: float
) -> None:
    # F. P. Incropera, D. P. DeWitt, "Fundamentals of Heat and Mass Transfer", table 12.1, which
    # has six digits computed with constants of its time.
    temperature_k = 300.0
    part = band_radiance(temperature_k, low_um=0.01, high_um=product_um_k / temperature_k)
    whole = constants.Stefan_Boltzmann * temperature_k**4 / np.pi
    assert float(part) / whole == pytest.approx(fraction, abs=5e-5)


def test_the_spectral_radiance_peaks_where_wien_says() -> None:
    wavelength_um = np.linspace(5.0, 15.0, 100_001)
    peak_um = wavelength_um[np.argmax(spectral_radiance(300.0, wavelength_um))]
    assert peak_um == pytest.approx(constants.Wien * 1e6 / 300.0, abs=2e-4)


@given(
    st.floats(100.0, 3000.0),
    st.sampled_from(BANDS),
)
def test_slope_and_inverse_belong_to_the_radiance(
    temperature_k: float, band: tuple[float, float]
) -> None:
    low_um, high_um = band
    radiance = band_radiance(temperature_k, low_um=low_um, high_um=high_um)
    if radiance < 1e-200:
        return
    back = brightness_temperature_k(radiance, low_um=low_um, high_um=high_um)
    assert float(back) == pytest.approx(temperature_k, rel=1e-6)
    around = temperature_k * np.array([1.0 - 1e-4, 1.0 + 1e-4])
    below, above = band_radiance(around, low_um=low_um, high_um=high_um)
    slope = float(band_radiance_slope(temperature_k, low_um=low_um, high_um=high_um))
    assert slope == pytest.approx((above - below) / (2e-4 * temperature_k), rel=1e-3)


@pytest.mark.parametrize(("low_um", "high_um"), [(3.4, 5.0), (8.0, 12.0), (0.5, 80.0)])
def test_photons_are_the_integral_of_photons(low_um: float, high_um: float) -> None:
    def photons(wavelength_um: float) -> float:
        energy_j = constants.h * constants.c / (wavelength_um * 1e-6)
        return float(planck(wavelength_um, 300.0) / energy_j)

    whole, _ = integrate.quad(photons, low_um, high_um, epsabs=0.0, epsrel=1e-9, limit=400)
    ours = float(band_photon_radiance(300.0, low_um=low_um, high_um=high_um))
    assert ours == pytest.approx(whole, rel=1e-6)


def test_absolute_zero_radiates_nothing_and_below_it_is_refused() -> None:
    assert float(band_radiance(0.0, low_um=8.0, high_um=12.0)) == 0.0
    assert float(band_radiance_slope(0.0, low_um=8.0, high_um=12.0)) == 0.0
    assert float(spectral_radiance(0.0, 10.0)) == 0.0
    for function in (band_radiance, band_radiance_slope, band_photon_radiance):
        with pytest.raises(InputError, match=r"temperature_k: -3 K lies below absolute zero"):
            function(np.array([290.0, -3.0]), low_um=8.0, high_um=12.0)
    with pytest.raises(InputError, match="below absolute zero"):
        spectral_radiance(-0.1, 10.0)


@pytest.mark.parametrize(
    ("low_um", "high_um"), [(12.0, 8.0), (0.0, 5.0), (8.0, 8.0), (8.0, np.nan)]
)
def test_a_band_that_is_none_is_refused(low_um: float, high_um: float) -> None:
    with pytest.raises(InputError, match="low_um, high_um: a band from"):
        band_radiance(300.0, low_um=low_um, high_um=high_um)


def test_a_wavelength_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="wavelength_um: a wavelength of 0 um"):
        spectral_radiance(300.0, [10.0, 0.0])


def test_what_is_no_radiance_has_no_temperature() -> None:
    given = np.array([0.0, -1.0, np.nan, np.inf])
    back = brightness_temperature_k(given, low_um=8.0, high_um=12.0)
    np.testing.assert_array_equal(back, [0.0, np.nan, np.nan, np.nan])
    assert np.isnan(band_radiance(np.nan, low_um=8.0, high_um=12.0))
    assert band_radiance(np.empty((0, 3)), low_um=8.0, high_um=12.0).shape == (0, 3)
