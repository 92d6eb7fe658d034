"""Water and the sea against Fresnel's equations, published constants and published emissivities."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.sensing import (
    foam_emissivity_gain,
    fresnel_reflectance,
    sea_look,
    slope_variances,
    water_reflectance,
    water_refractive_index,
    whitecap_fraction,
)

# Wind-roughened sea by Masuda's method from the same constants, computed by other code:
# angle from the vertical, 8-12 um at 0 and 10 m/s, 11 um at 0 m/s, 3.7 um at 10 m/s
TABLE = np.array(
    [
        [0.0, 0.989, 0.989, 0.993, 0.975],
        [50.0, 0.979, 0.975, 0.985, 0.955],
        [60.0, 0.959, 0.951, 0.968, 0.925],
        [70.0, 0.894, 0.895, 0.911, 0.861],
        [75.0, 0.821, 0.851, 0.843, 0.814],
        [80.0, 0.688, 0.798, 0.713, 0.758],
        [85.0, 0.446, 0.739, 0.468, 0.697],
    ]
)
COLUMNS = [(8.0, 12.0, 0.0), (8.0, 12.0, 10.0), (10.99, 11.01, 0.0), (3.69, 3.71, 10.0)]


def reflectance_by_angles(angle_deg: float, index: complex) -> float:
    """Fresnel's equations by both angles, as Snell's law gives them."""
    into = np.radians(angle_deg)
    refracted = np.arcsin(np.sin(into) / index + 0j)
    across = np.sin(into - refracted) / np.sin(into + refracted)
    along = np.tan(into - refracted) / np.tan(into + refracted)
    return float(0.5 * (abs(across) ** 2 + abs(along) ** 2))


@pytest.mark.parametrize(
    ("wavelength_um", "index"),
    [(0.55, 1.333 + 1.96e-9j), (4.0, 1.351 + 0.0046j), (10.0, 1.218 + 0.0508j)],
)
def test_the_index_is_that_of_hale_and_querry(wavelength_um: float, index: complex) -> None:
    assert complex(water_refractive_index(wavelength_um)) == pytest.approx(index, rel=1e-9)


@given(st.floats(0.5, 89.5), st.sampled_from([0.55, 3.7, 10.0, 11.0, 12.0]))
def test_reflectance_is_fresnels(angle_deg: float, wavelength_um: float) -> None:
    index = complex(water_refractive_index(wavelength_um))
    ours = float(fresnel_reflectance(np.cos(np.radians(angle_deg)), index))
    assert ours == pytest.approx(reflectance_by_angles(angle_deg, index), abs=1e-9)


@given(st.floats(0.0, 89.9), st.sampled_from([(8.0, 12.0), (3.4, 5.0), (0.45, 0.68)]))
def test_the_reflectance_of_a_band_is_the_mean_over_it(
    angle_deg: float, band: tuple[float, float]
) -> None:
    low_um, high_um = band
    wavelength_um = np.linspace(low_um, high_um, 401)
    weight = np.ones(401)
    if low_um > 2.5:
        weight = wavelength_um**-5.0 / np.expm1(14387.77 / (290.0 * wavelength_um))
    cosine = np.cos(np.radians(angle_deg))
    weight[[0, -1]] *= 0.5
    each = fresnel_reflectance(cosine, water_refractive_index(wavelength_um))
    mean = float(np.average(each, weights=weight))
    ours = float(water_reflectance(cosine, low_um=low_um, high_um=high_um))
    assert ours == pytest.approx(mean, abs=5e-5)


@pytest.mark.parametrize(("column", "look"), list(enumerate(COLUMNS, start=1)))
def test_emissivity_is_that_of_the_table(column: int, look: tuple[float, float, float]) -> None:
    low_um, high_um, wind_m_s = look
    found = sea_look(TABLE[:, 0], wind_m_s, low_um=low_um, high_um=high_um).emissivity
    tolerance = np.where(TABLE[:, 0] < 70.0, 0.001, 0.002)
    assert np.all(np.abs(found - TABLE[:, column]) <= tolerance + 5e-4)  # it has three digits


def test_a_smooth_sea_mirrors_as_high_as_it_is_looked_at() -> None:
    angle_deg = np.array([10.0, 45.0, 80.0])
    look = sea_look(angle_deg, 0.0, low_um=8.0, high_um=12.0)
    np.testing.assert_allclose(look.sky_elevation_deg, 90.0 - angle_deg, atol=0.3)
    rough = sea_look(85.0, 10.0, low_um=8.0, high_um=12.0)
    assert rough.sky_elevation_deg > 10.0  # facets that face the look mirror higher sky


@given(st.floats(0.0, 90.0), st.floats(0.0, 30.0))
def test_emissivity_is_a_share_and_one_reflection_adds_little(angle: float, wind: float) -> None:
    once = sea_look(angle, wind, low_um=8.0, high_um=12.0)
    twice = sea_look(angle, wind, low_um=8.0, high_um=12.0, is_reflecting_itself=True)
    foamy = sea_look(angle, wind, low_um=8.0, high_um=12.0, has_foam=True)
    assert 0.0 <= once.emissivity <= twice.emissivity <= 1.0
    assert twice.emissivity - once.emissivity < 0.05
    assert once.emissivity <= foamy.emissivity <= 1.0
    assert 0.0 <= once.sky_elevation_deg <= 90.0


def test_slopes_are_those_of_cox_and_munk() -> None:
    slopes = slope_variances(np.array([0.0, 10.0]))
    np.testing.assert_allclose(slopes.upwind, [0.0, 0.0316])
    np.testing.assert_allclose(slopes.crosswind, [0.003, 0.0222])
    # Their fit to the sum, made apart, is 0.003 + 0.00512 of the wind, to 0.004.
    np.testing.assert_allclose(slopes.total, 0.003 + 0.00512 * np.array([0.0, 10.0]), atol=0.004)


def test_whitecaps_and_foam() -> None:
    found = whitecap_fraction(np.array([0.0, 8.0, 14.0, 200.0]))
    np.testing.assert_allclose(found, [0.0, 0.0046, 0.0311, 1.0], atol=1e-4)
    np.testing.assert_allclose(
        foam_emissivity_gain([60.0, 75.0, 85.0, 90.0]), [0, 0.115, 0.23, 0.23]
    )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="wind_m_s: a wind speed of -1 m/s"):
        slope_variances(-1.0)
    with pytest.raises(InputError, match="wind_m_s: "):
        sea_look(50.0, -1.0, low_um=8.0, high_um=12.0)
    with pytest.raises(InputError, match="wavelength_um: the refractive index"):
        water_refractive_index(20.0)
    with pytest.raises(InputError, match="low_um, high_um: a band from"):
        water_reflectance(0.5, low_um=12.0, high_um=8.0)
