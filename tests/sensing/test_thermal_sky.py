"""The glow of the sky against what MODTRAN says that it sheds on the ground; the whole chain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.sensing import (
    AirBand,
    air_path,
    band_radiance,
    brightness_temperature_k,
    camera_air_path,
    ground_irradiance_w_m2,
    radiance_at_camera,
    sky_emissivity,
    surface_radiance,
    thermal_sky_radiance,
)

LONG_WAVE = {"low_um": 8.0, "high_um": 12.0}


@pytest.mark.parametrize(("visibility_m", "tolerance"), [(23_000.0, 0.02), (5_000.0, 0.06)])
def test_the_whole_sky_sheds_what_was_computed(visibility_m: float, tolerance: float) -> None:
    # The ground's irradiance in the source is a sum over all directions with scattering, which we
    # have not; 0.4 W m^-2 of it are the sun's own. In thicker haze scattering makes more of it.
    elevation = np.radians(np.linspace(0.05, 89.95, 900))
    radiance = thermal_sky_radiance(
        np.degrees(elevation), air_temperature_k=294.0, visibility_m=visibility_m, **LONG_WAVE
    )
    shed = 2.0 * np.pi * np.trapezoid(radiance * np.sin(elevation) * np.cos(elevation), elevation)
    computed = ground_irradiance_w_m2(AirBand.LWIR, visibility_m) - 0.4
    assert shed == pytest.approx(computed, rel=tolerance)


@given(
    st.sampled_from([AirBand.MWIR, AirBand.LWIR]),
    st.floats(1_000.0, 300_000.0),
    st.floats(0.0, 89.0),
    st.floats(0.01, 1.0),
)
def test_the_sky_is_colder_the_higher_one_looks(
    band: AirBand, visibility_m: float, elevation_deg: float, step_deg: float
) -> None:
    low, high = sky_emissivity(
        [elevation_deg, elevation_deg + step_deg], band=band, visibility_m=visibility_m
    )
    assert 0.2 < high <= low <= 1.0
    assert sky_emissivity(0.0, band=band, visibility_m=visibility_m) > 0.99


def test_the_sky_has_the_temperatures_that_are_known() -> None:
    radiance = thermal_sky_radiance([0.0, 90.0], air_temperature_k=288.0, **LONG_WAVE)
    horizon_k, zenith_k = brightness_temperature_k(radiance, **LONG_WAVE)
    assert horizon_k == pytest.approx(288.0, abs=0.3)
    assert 225.0 < zenith_k < 245.0


def test_a_surface_among_its_like_is_a_black_body() -> None:
    body = band_radiance(290.0, **LONG_WAVE)
    leaving = surface_radiance(290.0, np.array([0.2, 0.7, 1.0]), body, **LONG_WAVE)
    np.testing.assert_allclose(leaving.total, body)
    np.testing.assert_allclose(leaving.mirrored, np.array([0.8, 0.3, 0.0]) * body)


def test_what_arrives_is_weakened_and_added_to() -> None:
    # 500 m, 1.118 km, 23 km: transmission 0.7409, path 8.650 at 290.7 K, so 8.963 at the air's own
    # 292.8 K; a body of 310 K over one of 300 K.
    path = camera_air_path(
        500.0, 1_118.0, visibility_m=23_000.0, air_temperature_k=294.2, **LONG_WAVE
    )
    warm, cool = band_radiance([310.0, 300.0], **LONG_WAVE)
    arrived = radiance_at_camera(np.array([warm, cool]), path)
    assert arrived[0] - arrived[1] == pytest.approx(0.7409 * (warm - cool), rel=0.002)
    assert arrived[1] == pytest.approx(0.7409 * cool + 8.963, rel=0.005)


@pytest.mark.parametrize("altitude_m", [3.0, 30.0, 150.0])
def test_sky_and_far_air_meet_at_the_horizon(altitude_m: float) -> None:
    path = camera_air_path(
        altitude_m, 200_000.0, visibility_m=23_000.0, air_temperature_k=285.0, **LONG_WAVE
    )
    sky = thermal_sky_radiance(0.0, air_temperature_k=285.0, **LONG_WAVE)
    air_k, sky_k = brightness_temperature_k([path.thermal_radiance, sky], **LONG_WAVE)
    assert air_k == pytest.approx(sky_k, abs=1.0)


def test_far_away_only_air_is_seen() -> None:
    path = camera_air_path(
        300.0, 60_000.0, visibility_m=23_000.0, air_temperature_k=280.0, **LONG_WAVE
    )
    near_k, far_k = brightness_temperature_k(
        radiance_at_camera(band_radiance([250.0, 330.0], **LONG_WAVE), path), **LONG_WAVE
    )
    assert far_k - near_k < 0.1
    assert 272.0 < far_k < 281.0


def test_a_camera_of_another_band_gets_the_share_of_its_width() -> None:
    whole = air_path(AirBand.VIS, altitude_m=500.0, slant_range_m=3_000.0)
    half = camera_air_path(
        500.0,
        3_000.0,
        low_um=0.45,
        high_um=0.565,
        visibility_m=23_000.0,
        air_temperature_k=294.2,
    )
    assert half.transmission == whole.transmission
    assert half.scatter_radiance == pytest.approx(0.5 * whole.scatter_radiance)
    day = radiance_at_camera(0.0, half, sunlight=1.0)
    assert day - radiance_at_camera(0.0, half) == pytest.approx(half.scatter_radiance)


def test_an_emissivity_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="emissivity: an emissivity below 0 or above 1"):
        surface_radiance(290.0, 1.2, 0.0, **LONG_WAVE)
    with pytest.raises(InputError, match="temperature_k: "):
        surface_radiance(-1.0, 0.9, 0.0, **LONG_WAVE)
