"""Light by day and by night against figures that others publish, and against each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.sensing import (
    NIGHT_GLOW_LUX,
    AirBand,
    clear_sky_radiance,
    daylight,
    ground_irradiance_w_m2,
    irradiance_of_lux,
    moon_illuminance_lux,
    sun_illuminance_lux,
    sunlight_above_air_w_m2,
)

LIT = [AirBand.VIS, AirBand.NIR, AirBand.SWIR]


@pytest.mark.parametrize(
    ("elevation_deg", "least", "most"),
    # The American Meteorological Society's Glossary of Meteorology, civil and astronomical twilight
    [(-0.8, 410.0, 585.0), (-6.0, 2.0, 3.5), (-12.0, 0.0075, 0.0085), (-18.0, 5.5e-4, 6.6e-4)],
)
def test_twilight_is_as_light_as_is_told(elevation_deg: float, least: float, most: float) -> None:
    assert least <= float(sun_illuminance_lux(elevation_deg)) <= most


def test_moonlight_is_as_light_as_is_told() -> None:
    assert float(moon_illuminance_lux(90.0)) == pytest.approx(0.27, abs=0.01)
    half, new = moon_illuminance_lux(60.0, [90.0, 180.0])
    assert half == pytest.approx(0.1 * float(moon_illuminance_lux(60.0)), rel=0.5)
    assert new < NIGHT_GLOW_LUX
    np.testing.assert_array_equal(moon_illuminance_lux([-1.0, np.nan]), [0.0, np.nan])


@pytest.mark.parametrize("elevation_deg", [20.0, 30.0, 40.0, 60.0, 75.0])
def test_daylight_is_about_as_light_as_the_almanac_says(elevation_deg: float) -> None:
    # The band VIS as a share of its own above the air, by the eye's light above the air.
    light = daylight(elevation_deg, band=AirBand.VIS)
    level = light.direct_normal * np.sin(np.radians(elevation_deg)) + light.diffuse_horizontal
    lux = float(level) / float(irradiance_of_lux(1.0, AirBand.VIS))
    assert lux == pytest.approx(float(sun_illuminance_lux(elevation_deg)), rel=0.15)


@pytest.mark.parametrize("band", LIT)
@pytest.mark.parametrize("visibility_m", [5_000.0, 23_000.0])
def test_under_the_sources_sun_the_ground_is_lit_as_there(
    band: AirBand, visibility_m: float
) -> None:
    light = daylight(40.0, band=band, visibility_m=visibility_m)
    level = float(light.direct_normal * np.sin(np.radians(40.0)) + light.diffuse_horizontal)
    assert level == pytest.approx(ground_irradiance_w_m2(band, visibility_m), rel=1e-6)
    assert 0.0 < light.diffuse_horizontal < 0.6 * sunlight_above_air_w_m2(band)


@given(st.sampled_from(LIT), st.floats(-20.0, 89.0), st.floats(1_000.0, 100_000.0))
def test_light_grows_with_the_suns_height(
    band: AirBand, elevation_deg: float, visibility_m: float
) -> None:
    elevation = np.array([elevation_deg, elevation_deg + 1.0])
    light = daylight(elevation, band=band, visibility_m=visibility_m)
    level = light.direct_normal * np.sin(np.radians(np.maximum(elevation, 0.0)))
    low, high = level + light.diffuse_horizontal
    assert 0.0 <= low <= high * (1.0 + 1e-9)
    assert high < sunlight_above_air_w_m2(band)


def test_by_night_there_is_no_sun_and_thermal_bands_count_no_sky() -> None:
    night = daylight(-30.0, band=AirBand.VIS)
    assert float(night.direct_normal) == float(night.diffuse_horizontal) == 0.0
    day = daylight(60.0, band=AirBand.MWIR)
    assert float(day.diffuse_horizontal) == 0.0
    assert 3.0 < float(day.direct_normal) < sunlight_above_air_w_m2(AirBand.MWIR) < 15.0


@given(st.floats(-10.0, 90.0), st.floats(0.0, 200.0))
def test_the_sky_sheds_what_it_is_given(sun_deg: float, irradiance: float) -> None:
    elevation = (np.arange(180) + 0.5) / 2.0
    azimuth = (np.arange(180) + 0.5) * 2.0
    radiance = clear_sky_radiance(
        elevation[:, np.newaxis],
        azimuth,
        sun_elevation_deg=sun_deg,
        diffuse_horizontal_w_m2=irradiance,
    )
    level = np.sin(np.radians(elevation)) * np.cos(np.radians(elevation))
    shed = (radiance.sum(axis=1) * level).sum() * np.radians(0.5) * np.radians(2.0)
    assert shed == pytest.approx(irradiance, rel=0.01, abs=1e-9)
    assert np.all(radiance >= 0.0)


def test_the_clear_sky_has_the_shape_of_the_standard() -> None:
    # Type 12 with the sun 45 degrees high: 30 degrees from the sun to the zenith's side (75
    # degrees high) against the zenith, by hand from equations 1 to 3.
    def by_hand(zenith_deg: float, from_sun_deg: float) -> float:
        gradation = 1.0 - np.exp(-0.32 / np.cos(np.radians(zenith_deg)))
        chi = np.radians(from_sun_deg)
        ring = 10.0 * (np.exp(-3.0 * chi) - np.exp(-1.5 * np.pi))
        return float(gradation * (1.0 + ring + 0.45 * np.cos(chi) ** 2))

    sky = clear_sky_radiance(
        [75.0, 90.0, 10.0],
        [0.0, 0.0, 180.0],
        sun_elevation_deg=45.0,
        diffuse_horizontal_w_m2=80.0,
    )
    assert sky[0] / sky[1] == pytest.approx(by_hand(15.0, 30.0) / by_hand(0.0, 45.0), rel=1e-6)
    assert sky[2] / sky[1] == pytest.approx(by_hand(80.0, 125.0) / by_hand(0.0, 45.0), rel=1e-6)


def test_light_below_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="diffuse_horizontal_w_m2: an irradiance of -1"):
        clear_sky_radiance(10.0, 0.0, sun_elevation_deg=30.0, diffuse_horizontal_w_m2=-1.0)
    with pytest.raises(InputError, match="visibility_m: "):
        daylight(30.0, band=AirBand.VIS, visibility_m=10.0)
