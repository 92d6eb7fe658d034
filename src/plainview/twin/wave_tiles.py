"""Wave tiles: three square pieces of sea, of falling size, whose waves move by dispersion.

Each tile holds one band of the spectrum, so that their sum is the whole sea down to waves of
some centimetres; each repeats over the plane. Amplitudes are the spectrum's, phases random:
the variance of each tile is exact at every instant. What is finer than the tiles, or than a
pixel's footprint, is variance and no slope.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import cv2
import numpy as np
import numpy.typing as npt

from plainview.sensing import slope_variances
from plainview.sensing.wave_spectrum import (
    LEAST_WIND_M_S,
    WaveSpectrum,
    wave_frequency_rad_s,
)
from plainview.twin.wave_kernel import fill_tile_spectrum

__all__ = ["LongWaves", "TileStack", "WaveTiles"]

Array = npt.NDArray[np.float64]
Slopes = npt.NDArray[np.float32]

N_TILES: Final = 3
_SIDES: Final = (256, 128, 128)
_PEAK_WAVES: Final = 8.0
"""Peak wavelengths along the side of the largest tile."""
_CUT_SHARE: Final = 0.7
"""Waves up to this share of a tile's finest are in it; finer ones in the next."""
_LEAST_CYCLES: Final = 4.0
"""Waves along the side of a tile, at least, but of the largest."""
_MOST_RESOLVED: Final = 0.85
"""Of the slopes' measured variance that tiles may hold; the rest is finer."""
N_LOG_FOOTPRINTS: Final = 20
N_LOG_RATIOS: Final = 9
LEAST_FOOTPRINT_M: Final = 0.004
"""Tables of what a footprint leaves run over footprints of twice the last, and over ratios of
length to width of 1, 2, 4 ... 256."""
_N_AZIMUTHS: Final = 13
_LEAST_KEPT: Final = 1e-12
_LONG_SHARE: Final = 0.98
_MOST_LONG_WAVES: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class _Modes:
    """The waves of one tile: n of them, each array (n,).

    Args:
        side: Texels along the tile.
        size_m: Its side.
        row: Of the wave in the tile's Fourier transform; column likewise.
        along_1_m: Wave number down wind, in rad/m; across likewise.
        amplitude_m: Of height.
        phase_rad: At time 0.
        frequency_rad_s: By dispersion.
    """

    side: int
    size_m: float
    row: npt.NDArray[np.int32]
    column: npt.NDArray[np.int32]
    along_1_m: Array
    across_1_m: Array
    amplitude_m: Array
    phase_rad: Array
    frequency_rad_s: Array

    @property
    def texel_m(self) -> float:
        return self.size_m / self.side

    def slope_variances(self, weight: Array | float = 1.0) -> Array:
        """Variances of slope up wind and across wind, (2,), of waves that a filter weights."""
        power = 0.5 * weight * self.amplitude_m**2
        return np.array([(power * self.along_1_m**2).sum(), (power * self.across_1_m**2).sum()])


class TileStack(NamedTuple):
    """The tiles at one instant.

    Args:
        texels: (n, 2) float32, all tiles behind each other: slopes down wind and across wind.
        starts: (3,) first texel of each tile.
        sides: (3,) texels along it.
        sizes_m: (3,).
    """

    texels: Slopes
    starts: npt.NDArray[np.int64]
    sides: npt.NDArray[np.int64]
    sizes_m: Array


class LongWaves(NamedTuple):
    """The waves that lift and tilt what floats: (n,) each, down wind and across in rad/m."""

    along_1_m: Array
    across_1_m: Array
    amplitude_m: Array
    phase_rad: Array
    frequency_rad_s: Array


def _modes(
    spectrum: WaveSpectrum,
    *,
    side: int,
    size_m: float,
    band_1_m: tuple[float, float],
    rng: np.random.Generator,
) -> _Modes:
    """Cut one band of a spectrum into the waves of a tile; each has its cell's variance."""
    step = 2.0 * math.pi / size_m
    index = np.fft.fftfreq(side, 1.0 / side)
    along, across = np.meshgrid(step * index, step * index)
    fine = (np.arange(4) + 0.5) / 4.0 - 0.5
    variance = np.zeros_like(along)
    for i in fine:
        for j in fine:
            k, m = along + i * step, across + j * step
            inside = (np.hypot(k, m) >= band_1_m[0]) & (np.hypot(k, m) < band_1_m[1])
            variance += np.where(inside, spectrum.density_m4(k, m), 0.0) * step**2 / 16.0
    variance[along <= 0.0] = 0.0
    phase = rng.uniform(0.0, 2.0 * math.pi, variance.shape)
    row, column = np.nonzero(variance > 0.0)
    along, across = along[row, column], across[row, column]
    return _Modes(
        side,
        size_m,
        row.astype(np.int32),
        column.astype(np.int32),
        along,
        across,
        np.sqrt(2.0 * variance[row, column]),
        phase[row, column],
        wave_frequency_rad_s(np.hypot(along, across)),
    )


def _scaled(modes: _Modes, factor: float) -> _Modes:
    return _Modes(
        modes.side, modes.size_m, modes.row, modes.column, modes.along_1_m, modes.across_1_m,
        modes.amplitude_m * factor, modes.phase_rad, modes.frequency_rad_s,
    )  # fmt: skip


def _limited(tiles: list[_Modes], total: Array) -> list[_Modes]:
    """Lower the finest waves where the tiles would hold more slope than was measured."""
    limit = _MOST_RESOLVED * total
    held = np.zeros(2)
    limited = []
    for tile in tiles:
        own = tile.slope_variances()
        share = float(np.min(np.clip((limit - held) / own, 0.02, 1.0)))
        limited.append(_scaled(tile, math.sqrt(share)))
        held += share * own
    return limited


def _layout(tiles: tuple[_Modes, ...]) -> TileStack:
    """The places of all tiles in one array; no texels yet."""
    sides = np.array([tile.side for tile in tiles], np.int64)
    ends = np.cumsum(sides**2)
    sizes = np.array([tile.size_m for tile in tiles])
    return TileStack(np.empty((int(ends[-1]), 2), np.float32), ends - sides**2, sides, sizes)


def _kept(tile: _Modes, azimuth_rad: float) -> Array:
    """Slope variances that footprints keep of a tile, (footprints, ratios, 3).

    Up wind, across wind, and along the length of the footprint.
    """
    kept = np.zeros((N_LOG_FOOTPRINTS, N_LOG_RATIOS, 3))
    c, s = math.cos(azimuth_rad), math.sin(azimuth_rad)
    along = tile.along_1_m * c + tile.across_1_m * s
    across = tile.across_1_m * c - tile.along_1_m * s
    power = 0.5 * tile.amplitude_m**2
    slopes = np.stack([tile.along_1_m, tile.across_1_m, along]) ** 2 * power
    per_m = 0.5 / math.pi
    long = [
        np.sinc(per_m * along * LEAST_FOOTPRINT_M * 2.0**n) ** 2
        for n in range(N_LOG_FOOTPRINTS + N_LOG_RATIOS)
    ]
    for i in range(N_LOG_FOOTPRINTS):
        left = slopes * np.sinc(per_m * across * LEAST_FOOTPRINT_M * 2.0**i) ** 2
        for j in range(N_LOG_RATIOS):
            kept[i, j] = left @ long[i + j]
    return kept


def _long_waves(tiles: tuple[_Modes, ...]) -> LongWaves:
    """The highest waves of all tiles, up to almost all of the height's variance."""
    columns = [
        np.concatenate([getattr(tile, name) for tile in tiles]) for name in LongWaves._fields
    ]
    order = np.argsort(-columns[2], kind="stable")
    share = np.cumsum(columns[2][order] ** 2)
    n_waves = int(np.searchsorted(share, _LONG_SHARE * share[-1])) + 1
    order = order[: min(n_waves, _MOST_LONG_WAVES)]
    return LongWaves(*(column[order] for column in columns))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaveTiles:
    """The waves of one sea; make it with `of`.

    Args:
        wind_m_s: Speed of the wind at 10 m.
        tiles: The three tiles, the largest first.
        total: Variances of slope up and across wind, all waves, those finer than tiles too.
        layout: Places and sizes of the tiles.
        filters: (azimuths, 3, footprints, ratios, 3) what footprints keep, at azimuths from
            along the wind to across it.
        long_waves: What lifts floating things.
    """

    wind_m_s: float
    tiles: tuple[_Modes, ...]
    total: Array
    layout: TileStack
    filters: Array
    long_waves: LongWaves

    @classmethod
    def of(cls, wind_m_s: float, *, rng: np.random.Generator) -> Self:
        """Return the waves of a fully developed sea.

        Heights are scaled to a significant height of 0.0246 U^2, the fully developed sea of
        W. J. Pierson, L. Moskowitz, J. Geophys. Res. 69, 1964; slopes finer than the tiles make
        up to Cox and Munk's.

        Args:
            wind_m_s: Speed of the wind at 10 m.
            rng: Draws the phases.
        """
        spectrum = WaveSpectrum(wind_m_s=wind_m_s)
        wind = max(wind_m_s, LEAST_WIND_M_S)
        size_m, low = _PEAK_WAVES * 2.0 * math.pi / spectrum.peak_wave_number_1_m, 0.0
        tiles: list[_Modes] = []
        for side in _SIDES:
            band = low, _CUT_SHARE * math.pi * side / size_m
            tiles.append(_modes(spectrum, side=side, size_m=size_m, band_1_m=band, rng=rng))
            low = band[1]
            size_m = 2.0 * math.pi * _LEAST_CYCLES / low
        height = sum(float((tile.amplitude_m**2).sum()) for tile in tiles) / 2.0
        factor = 0.0246 * wind**2 / (4.0 * math.sqrt(height))
        measured = slope_variances(wind)
        total = np.array([float(measured.upwind), float(measured.crosswind)])
        kept = tuple(_limited([_scaled(tile, factor) for tile in tiles], total))
        azimuths = np.linspace(0.0, 0.5 * math.pi, _N_AZIMUTHS)
        return cls(
            wind_m_s=wind_m_s,
            tiles=kept,
            total=total,
            layout=_layout(kept),
            filters=np.array([[_kept(tile, azimuth) for tile in kept] for azimuth in azimuths]),
            long_waves=_long_waves(kept),
        )

    @property
    def significant_height_m(self) -> float:
        """Four times the standard deviation of height."""
        return 4.0 * math.sqrt(sum(float((t.amplitude_m**2).sum()) for t in self.tiles) / 2.0)

    def seen_from(self, azimuth_rad: float) -> Array:
        """Return logarithms of what footprints keep, (3, footprints, ratios, 3).

        Args:
            azimuth_rad: Of the footprints' length, from down wind.
        """
        folded = math.acos(min(abs(math.cos(azimuth_rad)), 1.0)) / (0.5 * math.pi)
        place = folded * (_N_AZIMUTHS - 1)
        index = min(int(place), _N_AZIMUTHS - 2)
        part = place - index
        kept = (1.0 - part) * self.filters[index] + part * self.filters[index + 1]
        logarithms: Array = np.log(np.maximum(kept, _LEAST_KEPT))
        return logarithms

    def at(self, time_s: float, *, in_turn: Callable[..., Iterable[None]] = map) -> TileStack:
        """Return the tiles at an instant; each wave has run on by its own speed.

        Args:
            time_s: The instant.
            in_turn: Calls a function for each tile, as `map` does; a pool of threads may.
        """
        texels = np.empty_like(self.layout.texels)

        def fill(i: int) -> None:
            tile = self.tiles[i]
            packed = np.zeros((tile.side, tile.side, 2), np.float32)
            waves = (tile.along_1_m, tile.across_1_m, tile.amplitude_m)
            phase = tile.phase_rad - tile.frequency_rad_s * time_s
            fill_tile_spectrum(packed, (tile.row, tile.column), waves, phase)
            slopes: Slopes = np.asarray(cv2.dft(packed, flags=cv2.DFT_INVERSE), np.float32)
            start = self.layout.starts[i]
            texels[start : start + tile.side**2] = slopes.reshape(-1, 2)

        list(in_turn(fill, range(N_TILES)))
        return self.layout._replace(texels=texels)
