import math

import numpy as np
import numpy.typing as npt
import pytest

from plainview.sensing.wave_spectrum import (
    WaveSpectrum,
    wave_frequency_rad_s,
)
from plainview.twin.wave_kernel import fill_tile_spectrum, heights_and_slopes
from plainview.twin.wave_tiles import WaveTiles

WINDS_M_S = (3.0, 5.0, 8.0, 10.0, 14.0)


def tiles_of(wind_m_s: float, seed: int = 0) -> WaveTiles:
    return WaveTiles.of(wind_m_s, rng=np.random.default_rng(seed))


def finest_texels(tiles: WaveTiles, time_s: float) -> list[npt.NDArray[np.float32]]:
    stack = tiles.at(time_s)
    return [
        stack.texels[start : start + side**2].reshape(side, side, 2)
        for start, side in zip(stack.starts, stack.sides, strict=True)
    ]


@pytest.mark.parametrize("wind_m_s", [5.0, 8.0, 11.0, 14.0])
def test_significant_height_grows_with_the_square_of_the_wind(wind_m_s: float) -> None:
    spectrum = WaveSpectrum(wind_m_s=wind_m_s)
    k = np.geomspace(spectrum.peak_wave_number_1_m / 30.0, 4000.0, 20000)
    height_m = 4.0 * math.sqrt(np.trapezoid(spectrum.elevation_m3(k), k))
    assert height_m == pytest.approx(0.0246 * wind_m_s**2, rel=0.08)
    tiles = tiles_of(wind_m_s)
    assert tiles.significant_height_m == pytest.approx(0.0246 * wind_m_s**2, rel=0.05)


@pytest.mark.parametrize("wind_m_s", WINDS_M_S)
def test_slopes_resolved_and_unresolved_are_those_that_cox_and_munk_saw(wind_m_s: float) -> None:
    tiles = tiles_of(wind_m_s)
    drawn = sum(texels.reshape(-1, 2).var(axis=0) for texels in finest_texels(tiles, 7.3))
    held = np.array([tile.slope_variances() for tile in tiles.tiles]).sum(axis=0)
    measured = np.array([0.00316 * wind_m_s, 0.003 + 0.00192 * wind_m_s])  # Cox and Munk, 1954
    assert drawn == pytest.approx(held, rel=1e-3)
    assert np.all(held <= 0.9 * measured)
    assert drawn + (tiles.total - held) == pytest.approx(measured, rel=0.05)


def test_waves_run_down_wind_at_their_own_speed() -> None:
    tiles = tiles_of(8.0)
    tile = tiles.tiles[0]
    first, later = finest_texels(tiles, 0.0)[0], finest_texels(tiles, 1.5)[0]
    n = int(np.argmax(tile.amplitude_m))
    phases = [
        np.angle(np.fft.fft2(texels[..., 0].astype(np.float64))[tile.row[n], tile.column[n]])
        for texels in (first, later)
    ]
    k = np.hypot(tile.along_1_m[n], tile.across_1_m[n])
    turned = (phases[0] - phases[1]) % (2.0 * math.pi)
    wanted = math.sqrt(9.81 * k * (1.0 + (k / 370.0) ** 2)) * 1.5 % (2.0 * math.pi)
    assert tile.along_1_m[n] > 0.0
    assert turned == pytest.approx(wanted, abs=1e-3)
    assert wave_frequency_rad_s(np.array([k]))[0] * 1.5 % (2 * math.pi) == pytest.approx(wanted)


def test_the_transform_of_a_tile_equals_its_sum_of_waves() -> None:
    side, size_m = 16, 8.0
    rows, columns = np.array([2, 15, 0], np.int32), np.array([1, 3, 2], np.int32)
    step = 2.0 * math.pi / size_m
    along = np.asarray(step * columns, np.float64)
    across = np.asarray(step * np.where(rows > 8, rows - side, rows), np.float64)
    amplitude, phase = np.array([0.3, 0.1, 0.2]), np.array([0.4, 2.0, -1.0])
    packed = np.zeros((side, side, 2), np.float32)
    fill_tile_spectrum(packed, (rows, columns), (along, across, amplitude), phase)
    drawn = np.fft.ifft2(packed[..., 0] + 1j * packed[..., 1]) * side**2
    x, y = np.meshgrid(np.arange(side) * size_m / side, np.arange(side) * size_m / side)
    angle = along[:, None, None] * x + across[:, None, None] * y + phase[:, None, None]
    slopes = -(amplitude[:, None, None] * np.sin(angle))
    np.testing.assert_allclose(drawn.real, np.tensordot(along, slopes, 1), atol=1e-6)
    np.testing.assert_allclose(drawn.imag, np.tensordot(across, slopes, 1), atol=1e-6)
    # The kernel that lifts floating things sums the same waves.
    frequency = np.array([1.0, 2.0, 3.0])
    waves: tuple[npt.NDArray[np.float64], ...] = (along, across, amplitude, phase, frequency)
    places = np.stack([x.ravel(), y.ravel()], axis=-1)
    felt = heights_and_slopes(waves, places, np.zeros(len(places)), 0.0)
    np.testing.assert_allclose(felt[:, 1], drawn.real.ravel(), atol=1e-6)
    np.testing.assert_allclose(
        felt[:, 0], np.tensordot(amplitude, np.cos(angle), 1).ravel(), atol=1e-9
    )


def test_a_footprint_keeps_less_the_larger_it_is() -> None:
    kept = np.exp(tiles_of(8.0).seen_from(0.7))
    total = kept[:, 0, 0]
    assert np.all(np.diff(kept, axis=1) <= 0.02 * total[:, np.newaxis, np.newaxis])
    assert np.all(np.diff(kept, axis=2) <= 0.02 * total[:, np.newaxis, np.newaxis])
    assert kept[:, -1, -1].max() < 1e-6
