"""Spots in noise and sea: against pictures that are drawn and counted, and known limits."""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest

from plainview.errors import InputError
from plainview.sensing.filtered_sea import BACKGROUND_PX, filter_sea
from plainview.sensing.point_target import (
    detection_probability,
    filter_spot,
    threshold_from_false_alarms,
)
from plainview.sensing.sea_clutter import SlopeSpectrum, facet_look, slope_spectrum
from plainview.sensing.system_mtf import OpticalChain

Array = npt.NDArray[np.float64]
CHAIN = OpticalChain(
    focal_length_mm=55.0, f_number=1.0, wavelength_um=10.0, pitch_um=12.0, blur_um=6.0
)
SIDE_PX = 256
RANGE_M, DEPRESSION_RAD = 1500.0, 0.35
PIXEL_M = CHAIN.pixel_mrad * 1e-3 * RANGE_M
SPOT_M = (0.4, 0.2)
SEA = slope_spectrum(8.0)


def camera(down: Array, across: Array) -> Array:
    """Return the camera's transfer, frequencies in cycles a pixel."""
    radius = np.hypot(down, across)
    share = np.minimum(radius / CHAIN.pixel_mrad / CHAIN.cutoff_cycles_mrad, 1.0)
    lens = 2.0 / np.pi * (np.arccos(share) - share * np.sqrt(1.0 - share**2))
    blur = np.exp(-2.0 * (np.pi * 6.0 / 12.0 * radius) ** 2)
    transferred: Array = lens * blur * np.sinc(down) * np.sinc(across)
    return transferred


def transfer(down: Array, across: Array) -> Array:
    """Return the camera's transfer, and then the filter's."""
    width_px, height_px = (side / PIXEL_M for side in SPOT_M)
    seen = camera(down, across)
    spot = np.sinc(width_px * across) * np.sinc(height_px * down)
    around = np.sinc(BACKGROUND_PX * down) * np.sinc(BACKGROUND_PX * across)
    both: Array = seen * (seen * spot * (1.0 - around))
    return both


class Drawn:
    """The same camera, spot and sea on a grid of pixels, by Fourier transforms."""

    def __init__(self) -> None:
        self.down: Array = np.fft.fftfreq(SIDE_PX)[:, np.newaxis].astype(np.float64)
        self.across: Array = np.fft.fftfreq(SIDE_PX).astype(np.float64)
        width_px, height_px = (side / PIXEL_M for side in SPOT_M)
        spot = np.sinc(width_px * self.across) * np.sinc(height_px * self.down)
        self.shape = camera(self.down, self.across) * spot
        around = np.sinc(BACKGROUND_PX * self.down) * np.sinc(BACKGROUND_PX * self.across)
        self.filter = self.shape * (1.0 - around)
        self.area_px = width_px * height_px

    def filtered(self, spectrum: npt.NDArray[np.complex128]) -> Array:
        return np.real(np.fft.ifft2(spectrum * self.filter))

    def signal(self, generator: np.random.Generator) -> float:
        """Return what is left of a spot of unit radiance somewhere in the middle pixel."""
        x, y = generator.uniform(-0.5, 0.5, 2)
        moved = np.exp(-2j * np.pi * (self.across * x + self.down * y))
        return float(self.area_px * np.real(np.mean(self.shape * moved * self.filter)))

    def noise(self, generator: np.random.Generator) -> Array:
        return self.filtered(np.fft.fft2(generator.standard_normal((SIDE_PX, SIDE_PX))))

    def filtered_waves(
        self, radiance: Callable[["Drawn", Array], Array], generator: np.random.Generator
    ) -> Array:
        """Return a sea behind the filter, drawn at eight points a pixel, (n, n) pixels."""
        fine, n = 8, 64
        across: Array = np.fft.fftfreq(n * fine, 1.0 / fine).astype(np.float64)
        down: Array = across[:, np.newaxis]
        per_m = 2.0 * np.pi / PIXEL_M
        along = per_m * np.sin(DEPRESSION_RAD)
        sigma = np.sqrt(SEA.density(per_m * across, along * down) * per_m * along) / n
        white = np.fft.fft2(generator.standard_normal((n * fine, n * fine)))
        slope = np.real(np.fft.ifft2(white * sigma * n * fine))
        spectrum = np.fft.fft2(radiance(self, slope))
        behind = np.real(np.fft.ifft2(spectrum * transfer(down, across)))
        return behind[::fine, ::fine]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return Drawn()


def straight(incidence: Array, elevation: Array) -> Array:
    """Return a radiance that is as the slope of the facet, where the look is that of the tests."""
    return 7.0 + np.tan(0.5 * np.pi - DEPRESSION_RAD - incidence)


def predicted() -> tuple[float, float, float]:
    """Return signal, noise and clutter behind the filter, for radiance as the slope."""
    range_m, look_rad = np.array([RANGE_M]), np.array([DEPRESSION_RAD])
    spot = filter_spot(CHAIN, SPOT_M, range_m=range_m)
    sea = filter_sea(
        straight, CHAIN, SPOT_M, range_m=range_m, depression_rad=look_rad, spectrum=SEA
    )
    return float(spot.signal[0]), float(spot.noise[0]), float(sea.behind[0])


def test_signal_and_noise_behind_the_filter_are_those_of_drawn_pictures(drawn: Drawn) -> None:
    signal, noise, _ = predicted()
    generator = np.random.default_rng(1)
    assert np.mean([drawn.signal(generator) for _ in range(60)]) == pytest.approx(signal, rel=0.05)
    assert np.std(drawn.noise(generator)) == pytest.approx(noise, rel=0.05)


def weighed(drawn: Drawn, slope: Array) -> Array:
    """Return how a sea of slopes departs from its mean, each part weighed by what is seen."""
    weight = np.maximum(np.sin(DEPRESSION_RAD) + slope * np.cos(DEPRESSION_RAD), 0.0)
    weight = weight / weight.mean()
    departs: Array = weight * (slope - np.mean(weight * slope))
    return departs


def test_the_waves_behind_the_filter_are_those_of_drawn_seas(drawn: Drawn) -> None:
    _, _, clutter = predicted()
    generator = np.random.default_rng(2)
    passed = [drawn.filtered_waves(weighed, generator) for _ in range(10)]
    assert np.sqrt(np.mean(np.square(passed))) == pytest.approx(clutter, rel=0.10)


def test_the_probability_is_the_share_that_is_counted_in_drawn_pictures(drawn: Drawn) -> None:
    signal, noise, clutter = predicted()
    sigma, threshold = 0.02, 3.0
    behind = float(np.hypot(noise * sigma, clutter))
    contrast, n = 4.0 * behind / signal, 0
    generator, found = np.random.default_rng(3), 0
    signals = [drawn.signal(generator) for _ in range(64)]
    for _ in range(12):
        waves = drawn.filtered_waves(weighed, generator)
        field = sigma * drawn.noise(generator)[: len(waves), : len(waves)] + waves
        for place in field[::8, ::8].ravel():
            found += bool(place + contrast * signals[n % 64] > threshold * behind)
            n += 1
    predicted_share = float(detection_probability(4.0, threshold=threshold))
    assert found / n == pytest.approx(predicted_share, abs=0.05)


def test_the_threshold_gives_the_false_alarms_that_were_borne() -> None:
    threshold = threshold_from_false_alarms(1.0, pixels=640 * 512, frame_rate_hz=30.0)
    assert 6.0 < threshold < 7.0
    expected = NormalDist().cdf(-threshold) * 640 * 512 * 30.0 * 3600.0
    assert expected == pytest.approx(1.0, rel=1e-6)
    assert threshold_from_false_alarms(100.0, pixels=640 * 512, frame_rate_hz=30.0) < threshold


@pytest.mark.parametrize("number", [0.0, -1.0, 1e12, float("nan")])
def test_false_alarms_that_no_threshold_gives_are_refused(number: float) -> None:
    with pytest.raises(InputError, match="false_alarms_per_hour"):
        threshold_from_false_alarms(number, pixels=640 * 512, frame_rate_hz=30.0)


def test_a_spot_at_the_threshold_is_seen_in_one_of_two_pictures() -> None:
    at = detection_probability([0.0, 5.0, 6.28155, 50.0], threshold=5.0)
    assert at == pytest.approx([NormalDist().cdf(-5.0), 0.5, 0.9, 1.0], abs=1e-5)


def test_the_slopes_along_the_look_are_half_of_cox_and_munks() -> None:
    for wind_m_s in (3.0, 8.0, 14.0):
        sea = slope_spectrum(wind_m_s)
        assert sea.variance == pytest.approx(0.003 + 0.00512 * wind_m_s)
        k = np.geomspace(sea.low_1_m, sea.high_1_m, 2001)
        angle = (np.arange(64) + 0.5) / 64 * 2.0 * np.pi
        density = sea.density(
            k[:, np.newaxis] * np.cos(angle), k[:, np.newaxis] * np.sin(angle)
        ).mean(axis=1)
        total = np.trapezoid(density * k**2 * 2.0 * np.pi, np.log(k))
        assert total == pytest.approx(0.5 * sea.variance, rel=0.01)


def test_clutter_falls_with_range_where_the_look_stays() -> None:
    range_m = np.geomspace(1000.0, 30_000.0, 8)
    sea = filter_sea(
        straight,
        CHAIN,
        SPOT_M,
        range_m=range_m,
        depression_rad=np.full(8, DEPRESSION_RAD),
        spectrum=SEA,
    )
    assert np.all(np.diff(sea.pixel) < 0.0)
    assert 0.0 < sea.pixel[-1] < sea.pixel[0] < np.sqrt(0.5 * SEA.variance) * 1.5


def test_a_flat_sea_has_no_clutter() -> None:
    sea = filter_sea(
        straight,
        CHAIN,
        SPOT_M,
        range_m=np.array([1000.0]),
        depression_rad=np.array([DEPRESSION_RAD]),
        spectrum=SlopeSpectrum(variance=0.0, low_1_m=1.0, high_1_m=2.0),
    )
    assert sea.pixel[0] == sea.behind[0] == 0.0
    assert sea.mean[0] == pytest.approx(7.0)


def test_a_facet_that_leans_to_the_camera_mirrors_higher_sky() -> None:
    incidence, elevation = facet_look(np.array([0.2, 0.2, 0.2]), np.tan([0.0, 0.1, -0.3]))
    assert incidence == pytest.approx([0.5 * np.pi - 0.2, 0.5 * np.pi - 0.3, 0.5 * np.pi])
    assert elevation == pytest.approx([0.2, 0.4, 0.0])


@pytest.mark.parametrize("wind_m_s", [-0.1, 20.1, float("nan")])
def test_a_wind_beyond_the_measured_slopes_is_refused(wind_m_s: float) -> None:
    with pytest.raises(InputError, match="wind_m_s"):
        slope_spectrum(wind_m_s)


def test_a_spectrum_has_no_waves_beyond_its_ends() -> None:
    sea = SlopeSpectrum(variance=0.04, low_1_m=1.0, high_1_m=10.0)
    assert np.all(sea.density(np.zeros(2), np.array([0.5, 11.0])) == 0.0)
