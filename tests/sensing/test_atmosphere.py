"""The table of air paths against the paths that MODTRAN computed, and against its own promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.sensing import (
    AirBand,
    air_band_limits_um,
    air_path,
    atmosphere,
    band_radiance,
    brightness_temperature_k,
    koschmieder_extinction_1_m,
    kruse_extinction_1_m,
    nearest_air_band,
    slant_range_to_ground_m,
)

# altitude, slant range where the bent ray ends, visibility (m); transmission by band; thermal
# radiance of LWIR and of MWIR, scattered radiance of VIS (W m^-2 sr^-1)
COMPUTED = [
    (2, 2775, 23000, (0.6301, 0.6205, 0.5588, 0.3426, 0.4715), 17.004, 0.8132, 7.775),
    (32.5, 105, 23000, (0.9822, 0.9631, 0.8725, 0.7784, 0.9561), 1.46, 0.2803, 0.278),
    (32.5, 12482, 23000, (0.1244, 0.1928, 0.2684, 0.1056, 0.0582), 30.316, 1.1052, 18.223),
    (75, 18153, 5000, (0.0, 0.0002, 0.0099, 0.0217, 0.0074), 31.302, 1.177, 24.156),
    (150, 26787, 23000, (0.0154, 0.0476, 0.1244, 0.0412, 0.0056), 32.064, 1.1876, 20.431),
    (500, 1118, 23000, (0.8436, 0.8038, 0.6932, 0.5187, 0.7409), 8.65, 0.6229, 2.177),
    (500, 5022, 5000, (0.0244, 0.0791, 0.1789, 0.1861, 0.246), 24.463, 1.0216, 22.05),
    (500, 45838, 23000, (0.0015, 0.0104, 0.0569, 0.0178, 0.0006), 32.319, 1.2226, 20.906),
    (1000, 19926, 23000, (0.0712, 0.1352, 0.2208, 0.0795, 0.0389), 31.486, 1.1648, 19.108),
    (3000, 3000, 5000, (0.334, 0.4461, 0.4863, 0.4015, 0.6278), 11.797, 0.63, 9.383),
    (3000, 118842, 23000, (0.0, 0.0009, 0.0178, 0.0051, 0.0), 28.36, 0.8941, 22.885),
    (10000, 192686, 23000, (0.0005, 0.0071, 0.0524, 0.012, 0.0014), 23.629, 0.3767, 26.232),
    (20000, 292570, 5000, (0.0, 0.0, 0.0013, 0.0028, 0.0006), 21.562, 0.3144, 30.591),
]
BANDS = st.sampled_from(list(AirBand))
ALTITUDES = st.floats(0.0, 24_500.0)


def warmer(altitude_m: float, transmission: float, band: tuple[float, float]) -> float:
    """By how much air below 1 km glows more than in the source, where it is at 289.7 to 291 K."""
    if altitude_m > 1_000.0:
        return 1.0
    own_k = 294.2 - 0.0045 * altitude_m * (1.0 - 0.5 * transmission)
    own, theirs = band_radiance(
        [own_k, 289.7 + 1.3 * transmission], low_um=band[0], high_um=band[1]
    )
    return float(own / theirs)


@pytest.mark.parametrize("row", COMPUTED)
def test_a_path_is_the_one_that_was_computed(
    row: tuple[float, float, float, tuple[float, ...], float, float, float],
) -> None:
    altitude_m, slant_m, visibility_m, transmissions, long_wave, mid_wave, scattered = row
    paths = [
        air_path(band, altitude_m=altitude_m, slant_range_m=slant_m, visibility_m=visibility_m)
        for band in AirBand
    ]
    found = [float(path.transmission) for path in paths]
    np.testing.assert_allclose(found, transmissions, atol=0.002)
    for path, band, told in ((paths[4], (8.0, 12.0), long_wave), (paths[3], (3.4, 5.0), mid_wave)):
        own = told * warmer(altitude_m, float(path.transmission), band)
        assert float(path.thermal_radiance) == pytest.approx(own, rel=0.02, abs=0.02)
    assert float(paths[0].scatter_radiance) == pytest.approx(scattered, rel=0.02, abs=0.02)


@given(BANDS, ALTITUDES, st.floats(1_000.0, 300_000.0), st.floats(0.01, 1.0), st.floats(1e-4, 0.3))
def test_transmission_falls_with_range_to_the_horizon_and_beyond(
    band: AirBand, altitude_m: float, visibility_m: float, first: float, step: float
) -> None:
    horizon_m = altitude_m + np.sqrt(2.0 * 6_371_000.0 * altitude_m) + 3_000.0
    slant_m = altitude_m + horizon_m * np.array([first, first + step, 1.5 + step])
    path = air_path(band, altitude_m=altitude_m, slant_range_m=slant_m, visibility_m=visibility_m)
    assert np.all(np.diff(path.transmission) < 0.0) or path.transmission[1] < 1e-6
    assert np.all((path.transmission >= 0.0) & (path.transmission < 1.0))
    assert np.all(path.thermal_radiance >= 0.0)
    assert np.all(path.scatter_radiance >= 0.0)


@given(BANDS, ALTITUDES, st.floats(1.0, 20.0), st.floats(1_000.0, 250_000.0))
def test_transmission_rises_with_visibility(
    band: AirBand, altitude_m: float, ratio: float, visibility_m: float
) -> None:
    slant_m = ratio * max(altitude_m, 10.0)
    worse, better = (
        air_path(band, altitude_m=altitude_m, slant_range_m=slant_m, visibility_m=each)
        for each in (visibility_m, 1.2 * visibility_m)
    )
    assert worse.transmission <= better.transmission + 1e-12


@pytest.mark.parametrize("visibility_m", [23_000.0, 5_000.0, 10_000.0, 3_000.0])
def test_light_near_the_sea_follows_koschmieder(visibility_m: float) -> None:
    # Further on the red of the band is left over: 4 % less extinction at the whole visibility.
    slant_m = visibility_m * np.array([0.05, 0.1, 0.2])
    path = air_path(AirBand.VIS, altitude_m=32.5, slant_range_m=slant_m, visibility_m=visibility_m)
    extinction = -np.log(path.transmission) / slant_m
    np.testing.assert_allclose(extinction, koschmieder_extinction_1_m(visibility_m), rtol=0.02)


def test_infrared_is_not_exponential_in_range() -> None:
    slant_m = np.array([1_000.0, 20_000.0])
    for band, ratio in ((AirBand.LWIR, 1.4), (AirBand.MWIR, 3.5), (AirBand.VIS, 1.06)):
        path = air_path(band, altitude_m=500.0, slant_range_m=slant_m)
        near, far = -np.log(path.transmission) / slant_m
        assert near / far > ratio if band is not AirBand.VIS else near / far < ratio


@pytest.mark.parametrize(("band", "low_um", "high_um"), [("LWIR", 8.0, 12.0), ("MWIR", 3.4, 5.0)])
@pytest.mark.parametrize("altitude_m", [5.0, 100.0, 700.0])
def test_a_path_without_end_has_the_temperature_of_the_air_at_the_camera(
    band: str, low_um: float, high_um: float, altitude_m: float
) -> None:
    path = air_path(AirBand(band), altitude_m=altitude_m, slant_range_m=300_000.0)
    found_k = brightness_temperature_k(path.thermal_radiance, low_um=low_um, high_um=high_um)
    # Mid-latitude summer (Anderson et al. 1986); haze mirrors colder sky, and lower air is warmer.
    air_k = 294.2 - 4.5e-3 * altitude_m
    assert -2.0 < float(found_k) - air_k < 3.0


def test_colder_air_glows_less_and_lets_as_much_through() -> None:
    warm, cold = (
        air_path(AirBand.LWIR, altitude_m=300.0, slant_range_m=5_000.0, air_temperature_k=each)
        for each in (294.2, 274.2)
    )
    assert cold.transmission == warm.transmission
    assert 0.6 < cold.thermal_radiance / warm.thermal_radiance < 0.8


def test_what_is_not_known_is_nan_and_shapes_broadcast() -> None:
    path = air_path(
        AirBand.VIS, altitude_m=np.array([[100.0], [np.nan]]), slant_range_m=np.array([0.0, 1e3])
    )
    assert path.transmission.shape == (2, 2)
    assert np.isnan(path.transmission[1]).all()
    assert path.transmission[0, 0] > 0.97  # a range below the altitude is the altitude
    assert air_path(AirBand.VIS, altitude_m=5.0, slant_range_m=np.empty(0)).transmission.size == 0


@pytest.mark.parametrize(
    ("altitude_m", "visibility_m", "temperature_k", "field"),
    [
        (-1.0, 23e3, 290.0, "altitude_m"),
        (30e3, 23e3, 290.0, "altitude_m"),
        (100.0, 200.0, 290.0, "visibility_m"),
        (100.0, np.nan, 290.0, "visibility_m"),
        (100.0, 23e3, -290.0, "temperature_k"),
    ],
)
def test_what_the_table_cannot_tell_is_refused(
    altitude_m: float, visibility_m: float, temperature_k: float, field: str
) -> None:
    with pytest.raises(InputError, match=f"^{field}: "):
        air_path(
            AirBand.LWIR,
            altitude_m=altitude_m,
            slant_range_m=1e3,
            visibility_m=visibility_m,
            air_temperature_k=temperature_k,
        )


def test_a_table_that_is_another_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atmosphere, "_SHA256", "0" * 64)
    monkeypatch.setattr(atmosphere, "_paths", atmosphere._paths.__wrapped__)
    with pytest.raises(InputError, match=r"air_paths.npz: the table of air paths is damaged"):
        air_band_limits_um(AirBand.VIS)


def test_the_band_of_a_camera_is_found() -> None:
    assert nearest_air_band(3.7, 4.8) is AirBand.MWIR
    assert nearest_air_band(7.7, 10.3) is AirBand.LWIR
    assert nearest_air_band(0.4, 0.7) is AirBand.VIS
    assert air_band_limits_um(AirBand.LWIR) == (8.0, 12.0)
    with pytest.raises(InputError, match="low_um, high_um: no air is known"):
        nearest_air_band(5.5, 7.0)


def test_the_slant_range_is_that_over_a_round_earth() -> None:
    radius_m, altitude_m, ground_m = 6_371_008.8, 3_000.0, 100_000.0
    x = radius_m * np.sin(ground_m / radius_m)
    z = radius_m * np.cos(ground_m / radius_m) - radius_m - altitude_m
    expected_m = np.hypot(x, z)
    assert float(slant_range_to_ground_m(altitude_m, ground_m)) == pytest.approx(expected_m, abs=1)


def test_haze_takes_less_of_longer_waves() -> None:
    # 10 km: 3.912 / 10 (1.55 / 0.55)^-1.3 = 0.1017 a kilometre
    assert float(kruse_extinction_1_m(10_000.0, 1.55)) == pytest.approx(0.1017e-3, rel=1e-3)
    assert float(kruse_extinction_1_m(5_000.0, 0.55)) == pytest.approx(3.912 / 5_000.0)
    with pytest.raises(InputError, match="wavelength_um: "):
        kruse_extinction_1_m(10_000.0, 10.0)
    with pytest.raises(InputError, match="visibility_m: a visibility of 0 m"):
        koschmieder_extinction_1_m(0.0)
