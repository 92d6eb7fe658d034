"""Spots in noise and sea: against pictures that are drawn and counted, and known limits."""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pytest

from plainview.errors import InputError
from plainview.sensing.filtered_sea import BACKGROUND_PX, HEADING_SHARES, filter_sea
from plainview.sensing.point_target import (
    detection_probability,
    filter_spot,
    threshold_from_false_alarms,
)
from plainview.sensing.sea_clutter import facet_look, slope_spectrum
from plainview.sensing.sea_surface import slope_variances
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

    def filtered_waves(self, azimuth_rad: float, generator: np.random.Generator) -> Array:
        """Return a sea behind the filter, (n, n) pixels, drawn facet by facet.

        Eight facets a pixel down the picture and four across; each pixel is the mean of the
        radiance of its facets by the area that is seen, what they do not draw taken as even.
        """
        fine, n = (8, 4), 128
        down: Array = np.fft.fftfreq(n * fine[0], 1.0 / fine[0]).astype(np.float64)[:, np.newaxis]
        across: Array = np.fft.fftfreq(n * fine[1], 1.0 / fine[1]).astype(np.float64)
        per_m = 2.0 * np.pi / PIXEL_M
        ahead, aside = per_m * np.sin(DEPRESSION_RAD) * down, per_m * across
        cosine, sine = np.cos(azimuth_rad), np.sin(azimuth_rad)
        height = SEA.density(ahead * cosine - aside * sine, ahead * sine + aside * cosine)
        sigma = np.sqrt(height * per_m * per_m * np.sin(DEPRESSION_RAD)) * np.abs(ahead) / n
        shape = sigma.shape
        white = np.fft.fft2(generator.standard_normal(shape))
        slope = np.real(np.fft.ifft2(white * sigma * np.sqrt(float(np.prod(shape)))))
        seen = np.maximum(np.sin(DEPRESSION_RAD) + slope * np.cos(DEPRESSION_RAD), 0.0)

        def in_halves(values: Array) -> Array:
            parts = values.reshape(2 * n, fine[0] // 2, 2 * n, fine[1] // 2)
            halves: Array = parts.mean(axis=(1, 3))
            return halves

        picture = in_halves(seen * slope) / np.maximum(in_halves(seen), 1e-9)
        across = np.fft.fftfreq(2 * n, 0.5).astype(np.float64)
        down = across[:, np.newaxis]
        lens = camera(down, across) / (np.sinc(across / 2.0) * np.sinc(down / 2.0))
        blurred = np.real(np.fft.ifft2(np.fft.fft2(picture) * lens))[::2, ::2]
        across = np.fft.fftfreq(n).astype(np.float64)
        down = across[:, np.newaxis]
        searched = transfer(down, across) / camera(down, across)
        filtered: Array = np.real(np.fft.ifft2(np.fft.fft2(blurred) * searched))
        return filtered


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return Drawn()


def straight(incidence: Array, elevation: Array) -> Array:
    """Return a radiance that is as the slope of the facet, where the look is that of the tests.

    A facet that leans aside as well is met less steeply; that is left out of it.
    """
    return 7.0 + np.tan(0.5 * np.pi - DEPRESSION_RAD - incidence)


def predicted() -> tuple[float, float, Array]:
    """Return signal, noise and clutter by heading behind the filter, for radiance as the slope."""
    range_m, look_rad = np.array([RANGE_M]), np.array([DEPRESSION_RAD])
    spot = filter_spot(CHAIN, SPOT_M, range_m=range_m)
    sea = filter_sea(
        straight, CHAIN, SPOT_M, range_m=range_m, depression_rad=look_rad, spectrum=SEA
    )
    return float(spot.signal[0]), float(spot.noise[0]), sea.behind[0]


def test_signal_and_noise_behind_the_filter_are_those_of_drawn_pictures(drawn: Drawn) -> None:
    signal, noise, _ = predicted()
    generator = np.random.default_rng(1)
    assert np.mean([drawn.signal(generator) for _ in range(60)]) == pytest.approx(signal, rel=0.05)
    assert np.std(drawn.noise(generator)) == pytest.approx(noise, rel=0.05)


@pytest.mark.parametrize("heading", [0, 1, 2])
def test_the_waves_behind_the_filter_are_those_of_seas_drawn_facet_by_facet(
    drawn: Drawn, heading: int
) -> None:
    _, _, clutter = predicted()
    generator = np.random.default_rng(2)
    azimuth_rad = 0.25 * np.pi * (1.0 + np.polynomial.legendre.leggauss(3)[0][heading])
    passed = [drawn.filtered_waves(azimuth_rad, generator) for _ in range(6)]
    found = np.sqrt(np.mean(np.square(passed)))
    assert found == pytest.approx(clutter[2 * heading], rel=0.15)
    assert clutter[2 * heading] == pytest.approx(clutter[2 * heading + 1])  # without whitecaps


def test_the_probability_is_the_share_that_is_counted_in_drawn_pictures(drawn: Drawn) -> None:
    signal, noise, clutter = predicted()
    sigma, threshold = 0.02, 3.0
    behind = float(np.hypot(noise * sigma, clutter[2]))
    contrast, n = 4.0 * behind / signal, 0
    generator, found = np.random.default_rng(3), 0
    signals = [drawn.signal(generator) for _ in range(64)]
    for _ in range(8):
        waves = drawn.filtered_waves(0.25 * np.pi, generator)
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


@pytest.mark.parametrize("wind_m_s", [0.0, 3.0, 8.0, 14.0, 20.0])
def test_waves_hold_no_more_slope_than_was_measured(wind_m_s: float) -> None:
    sea = slope_spectrum(wind_m_s)
    measured = slope_variances(max(wind_m_s, 0.5))
    assert sea.upwind == pytest.approx(float(measured.upwind))
    assert sea.crosswind == pytest.approx(float(measured.crosswind))
    assert sea.along(0.0) == pytest.approx(sea.upwind)
    assert sea.along(0.5 * np.pi) == pytest.approx(sea.crosswind)
    k = np.geomspace(sea.low_1_m, sea.high_1_m, 1501)
    angle = (np.arange(64) + 0.5) / 64 * 2.0 * np.pi
    downwind, crosswind = np.outer(k, np.cos(angle)), np.outer(k, np.sin(angle))
    height = sea.density(downwind, crosswind)
    per_log = 2.0 * np.pi * k**2
    up, cross, high = (
        np.trapezoid((height * each).mean(axis=1) * per_log, np.log(k))
        for each in (downwind**2, crosswind**2, np.ones(height.shape))
    )
    assert 0.2 * sea.upwind < up < 0.9 * sea.upwind
    assert 0.1 * sea.crosswind < cross < 0.9 * sea.crosswind
    height_m = 0.0246 * max(wind_m_s, 0.5) ** 2  # waves of a light air are lowered to fit
    assert 0.4 * height_m < 4.0 * np.sqrt(high) < 1.02 * height_m


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
    assert 0.0 < sea.pixel[-1] < sea.pixel[0] < 1.5 * np.sqrt(SEA.upwind)


def test_a_flat_sea_has_no_clutter() -> None:
    sea = filter_sea(
        straight,
        CHAIN,
        SPOT_M,
        range_m=np.array([1000.0]),
        depression_rad=np.array([DEPRESSION_RAD]),
        spectrum=None,
    )
    assert sea.pixel[0] == np.max(sea.behind) == 0.0
    assert sea.mean[0] == pytest.approx(7.0)


def test_a_facet_that_leans_to_the_camera_mirrors_higher_sky() -> None:
    incidence, elevation = facet_look(0.2, np.tan([0.0, 0.1, -0.3]))
    assert incidence == pytest.approx([0.5 * np.pi - 0.2, 0.5 * np.pi - 0.3, 0.5 * np.pi])
    assert elevation == pytest.approx([0.2, 0.4, 0.0])
    aside, _ = facet_look(0.2, np.zeros(1), np.tan(0.3))
    assert np.cos(aside) == pytest.approx(np.sin(0.2) * np.cos(0.3))


def test_whitecaps_are_seen_where_waves_face_away_from_the_wind() -> None:
    def sea(foam_radiance: float | None) -> tuple[float, Array]:
        found = filter_sea(
            straight,
            CHAIN,
            SPOT_M,
            range_m=np.array([RANGE_M]),
            depression_rad=np.array([DEPRESSION_RAD]),
            spectrum=slope_spectrum(14.0),
            foam_radiance=foam_radiance,
        )
        return float(found.mean[0]), found.behind[0]

    bare_mean, bare = sea(None)
    mean, white = sea(9.0)
    assert mean - bare_mean == pytest.approx(0.0311 * (9.0 - bare_mean), rel=0.01)
    assert np.all(white[1::2] > white[::2])  # their backs lean to a camera that looks down wind
    assert float(white**2 @ HEADING_SHARES) > float(bare**2 @ HEADING_SHARES)


@pytest.mark.parametrize("wind_m_s", [-0.1, 20.1, float("nan")])
def test_a_wind_beyond_the_measured_slopes_is_refused(wind_m_s: float) -> None:
    with pytest.raises(InputError, match="wind_m_s"):
        slope_spectrum(wind_m_s)


def test_a_spectrum_has_no_waves_beyond_its_ends() -> None:
    ends = np.array([0.9 * SEA.low_1_m, 1.1 * SEA.high_1_m])
    assert np.all(SEA.density(ends, np.zeros(2)) == 0.0)
    assert np.all(SEA.density(np.zeros(1), np.zeros(1)) == 0.0)
