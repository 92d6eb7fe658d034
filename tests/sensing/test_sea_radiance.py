"""What the sea leaves in the infrared, against facets drawn at random and mirrored one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.sensing import (
    AirBand,
    band_radiance,
    brightness_temperature_k,
    sea_look,
    sea_radiance,
    sky_emissivity,
    thermal_sky_radiance,
    water_reflectance,
    whitecap_fraction,
)

LONG_WAVE = {"low_um": 8.0, "high_um": 12.0}


def drawn_temperature_k(angle_deg: float, wind_m_s: float, water_k: float, air_k: float) -> float:
    """The mean over 200,000 facets, in three dimensions, without foam."""
    rng = np.random.default_rng(3)
    deviation = np.sqrt(0.5 * (0.003 + 0.00508 * wind_m_s))
    slope = rng.normal(0.0, deviation, (200_000, 2))
    normal = np.column_stack([-slope, np.ones(len(slope))])
    area = np.linalg.norm(normal, axis=1)
    normal /= area[:, np.newaxis]
    look = np.array([np.sin(np.radians(angle_deg)), 0.0, np.cos(np.radians(angle_deg))])
    cosine = normal @ look
    seen = cosine > 0.0
    normal, cosine, weight = normal[seen], cosine[seen], (cosine * area)[seen]
    mirrored = 2.0 * cosine[:, np.newaxis] * normal - look
    height_deg = np.degrees(np.arcsin(np.clip(mirrored[:, 2], -1.0, 1.0)))
    sky = band_radiance(air_k, **LONG_WAVE) * sky_emissivity(height_deg, band=AirBand.LWIR)
    water = float(band_radiance(water_k, **LONG_WAVE))
    second = sea_look(90.0 + height_deg, wind_m_s, low_um=8.0, high_um=12.0).emissivity
    below = second * water + (1.0 - second) * band_radiance(air_k, **LONG_WAVE)
    reflectance = water_reflectance(cosine, **LONG_WAVE)
    shone = np.where(height_deg > 0.0, sky, below)
    each = (1.0 - reflectance) * water + reflectance * shone
    mean = np.average(each, weights=weight)
    return float(brightness_temperature_k(mean, **LONG_WAVE))


@pytest.mark.parametrize("angle_deg", [20.0, 63.0, 75.0, 82.0, 86.0])
@pytest.mark.parametrize("wind_m_s", [3.0, 9.0])
def test_the_sea_is_the_mean_of_its_facets(angle_deg: float, wind_m_s: float) -> None:
    leaving = sea_radiance(
        angle_deg, wind_m_s, water_temperature_k=290.0, air_temperature_k=286.0, **LONG_WAVE
    )
    found_k = float(brightness_temperature_k(leaving.total, **LONG_WAVE))
    foam_k = 8.0 * float(whitecap_fraction(wind_m_s))  # what foam can change, at most
    drawn_k = drawn_temperature_k(angle_deg, wind_m_s, 290.0, 286.0)
    assert found_k == pytest.approx(drawn_k, abs=0.05 + foam_k)


def test_a_smooth_sea_mirrors_one_place_of_the_sky() -> None:
    leaving = sea_radiance(
        60.0, 0.0, water_temperature_k=290.0, air_temperature_k=285.0, **LONG_WAVE
    )
    sky = thermal_sky_radiance(30.0, air_temperature_k=285.0, **LONG_WAVE)
    reflectance = water_reflectance(0.5, **LONG_WAVE)
    assert float(leaving.mirrored) == pytest.approx(float(reflectance * sky), rel=2e-3)


@given(
    st.floats(0.0, 90.0),
    st.floats(0.0, 30.0),
    st.sampled_from([(3.7, 4.8), (8.0, 12.0)]),
    st.floats(271.0, 305.0),
)
def test_the_sea_is_no_warmer_than_it_and_the_air(
    angle_deg: float, wind_m_s: float, band: tuple[float, float], water_k: float
) -> None:
    low_um, high_um = band
    limits = {"low_um": low_um, "high_um": high_um}
    leaving = sea_radiance(
        angle_deg, wind_m_s, water_temperature_k=water_k, air_temperature_k=285.0, **limits
    )
    most = float(band_radiance(max(water_k, 285.0), **limits))
    assert 0.3 * most < float(leaving.total) <= most * (1.0 + 1e-9)
    assert leaving.emitted >= 0.0
    assert leaving.mirrored >= 0.0


def test_a_sea_below_absolute_zero_is_refused() -> None:
    with pytest.raises(InputError, match="temperature_k: -1 K lies below absolute zero"):
        sea_radiance(50.0, 5.0, water_temperature_k=-1.0, air_temperature_k=285.0, **LONG_WAVE)
