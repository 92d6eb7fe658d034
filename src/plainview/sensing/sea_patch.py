"""Sea patch: a piece of sea as a camera's pixels lie on it, and the variance of its waves there.

Frequencies are cycles a pixel, down and across the picture; a look that slants draws pixels long
over the sea, so that waves of one length have many frequencies. The spectrum rises steeply to its
peak, and cells of the patch's frequencies may be far wider than that: they are integrated, not
sampled.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_clutter import SlopeSpectrum

__all__ = ["PATCH_PX", "SeaPatch", "fold", "sea_patch", "square_of"]

Array = npt.NDArray[np.float64]

PATCH_PX: Final = 128
"""Side of the patch in pixels; longer waves are one slope for all of it."""
_PER_PX: Final = (8, 1)
"""Points of the sea for each pixel, down and across. Shorter waves are roughness."""
_SHAPE: Final = (PATCH_PX * _PER_PX[0], PATCH_PX * _PER_PX[1])
_N_POINTS: Final = _SHAPE[0] * _SHAPE[1]
_STEP: Final = 1.0 / PATCH_PX
_ACROSS: Final[Array] = np.fft.rfftfreq(_SHAPE[1], 1.0 / _PER_PX[1]).astype(np.float64)
_DOWN: Final[Array] = np.fft.fftfreq(_SHAPE[0], 1.0 / _PER_PX[0]).astype(np.float64)[:, np.newaxis]
_BOTH: Final = np.where((_ACROSS > 0.0) & (_ACROSS[-1] > _ACROSS), 2.0, 1.0)
"""How many columns each column of the half plane stands for: the other half is alike."""
_BOX: Final = np.sinc(_ACROSS) * np.sinc(_DOWN)
"""What averaging over a pixel's footprint leaves."""
_PARTS: Final[Array] = (((np.arange(8) + 0.5) / 8.0 - 0.5) * _STEP).astype(np.float64)
_ENDS: Final = 0.5 * _STEP * np.geomspace(1e-4, 1.0, 32)
_EDGES: Final = np.concatenate([-_ENDS[::-1], _ENDS])
_MIDDLE: Final[Array] = (0.5 * (_EDGES[1:] + _EDGES[:-1])).astype(np.float64)
_WIDTH: Final = np.diff(_EDGES) / _STEP
"""Parts of a cell about frequency 0, finer towards it, as shares of the cell."""
_NEAR_COLUMNS: Final = 4
_NEAR_ROWS: Final = (-3, -2, -1, 1, 2, 3)
_FIRST_COLUMNS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeaPatch:
    """The slopes of a patch, as what footprints resolve and what is within them.

    Args:
        resolved: (3, 128, 128) covariance, by the distance in pixels, of the means over footprints
            of: the slope along the look; the slope down wind; the one and the other.
        groups: (128, 128) covariance of the variance within footprints of the slope along the look.
        mixed: (128, 128) covariance of that with the square of the mean.
    """

    resolved: Array
    groups: Array
    mixed: Array


def sea_patch(
    spectrum: SlopeSpectrum, pixel_m: float, *, depression_rad: float, azimuth_rad: float
) -> SeaPatch:
    """Return the slopes of the sea as pixels lie on it.

    Args:
        spectrum: Of the sea.
        pixel_m: Side of a pixel across the line of sight.
        depression_rad: Of the look.
        azimuth_rad: Between the look and where the wind blows to.

    Source:
        The covariance of two squares of Gaussian values is twice the square of their own
        (L. Isserlis, 1918): the variance within a footprint is the mean of the square less the
        square of the mean.
    """
    per_px = 2.0 * np.pi / pixel_m
    waves = _Waves(spectrum, azimuth_rad, per_px, per_px * np.sin(depression_rad))
    slopes = waves.in_cells()
    resolved = np.stack([fold(part * _BOX**2) for part in slopes])
    of_points = square_of(slopes[0])
    of_means = square_of(slopes[0] * _BOX)
    squares = resolved[0] ** 2
    within, beside = fold(of_points * _BOX**2), fold(of_means * _BOX)
    return SeaPatch(
        resolved=resolved,
        groups=2.0 * (within - 2.0 * beside + squares),
        mixed=2.0 * (beside - squares),
    )


def square_of(power: Array) -> Array:
    """Return the power whose covariance is the square of that of another, (rows, half columns)."""
    covariance = np.fft.irfft2(power, _SHAPE) * _N_POINTS
    return np.real(np.fft.rfft2(covariance**2)) / _N_POINTS


def fold(power: Array) -> Array:
    """Return the covariance between pixels, (128, 128), of a power with frequencies beyond them."""
    half = np.zeros((PATCH_PX, len(_ACROSS)))
    for part in np.split(power, _PER_PX[0]):
        half += part
    whole = np.concatenate([half, _mirrored(half)], axis=1)
    whole = whole.reshape(PATCH_PX, _PER_PX[1], PATCH_PX).sum(axis=1)
    return np.asarray(np.real(np.fft.ifft2(whole)) * PATCH_PX**2)


def _mirrored(half: Array) -> Array:
    """Return the columns of the other half plane, whose rows run the other way."""
    other = half[:, -2:0:-1]
    return np.concatenate([other[:1], other[:0:-1]])


@dataclass(frozen=True, slots=True)
class _Waves:
    """The waves of a sea by their frequency in the picture."""

    spectrum: SlopeSpectrum
    azimuth_rad: float
    across_1_m: float
    along_1_m: float

    def in_cells(self) -> Array:
        """Return the variance in each cell, (3, rows, half columns)."""
        cells = self._at(_ACROSS, _DOWN)
        near = _ACROSS[1:_NEAR_COLUMNS, np.newaxis] + _PARTS
        cells[:, :, 1:_NEAR_COLUMNS] = self._at(near, _DOWN[..., np.newaxis]).mean(axis=-1)
        cells[:, :, 0] = self._at(_MIDDLE, _DOWN) @ _WIDTH
        for row in _NEAR_ROWS:
            parts = self._at(_MIDDLE, (_DOWN[row] + _PARTS)[:, np.newaxis])
            cells[:, row, 0] = (parts @ _WIDTH).mean(axis=-1)
        first = _ACROSS[1:_FIRST_COLUMNS, np.newaxis, np.newaxis] + _PARTS
        cells[:, 0, 1:_FIRST_COLUMNS] = self._at(first, _PARTS[:, np.newaxis]).mean(axis=(2, 3))
        cells[:, 0, 0] = self._at(_MIDDLE, _MIDDLE[:, np.newaxis]) @ _WIDTH @ _WIDTH
        return cells

    def _at(self, across: Array, down: Array) -> Array:
        """Return the variance in a cell about frequencies that broadcast, (3, ...)."""
        aside, ahead = self.across_1_m * across, self.along_1_m * down
        cosine, sine = np.cos(self.azimuth_rad), np.sin(self.azimuth_rad)
        downwind = ahead * cosine - aside * sine
        height = self.spectrum.density(downwind, ahead * sine + aside * cosine)
        height *= self.across_1_m * self.along_1_m * _STEP**2
        along = height * ahead
        return np.stack([along * ahead, height * downwind**2, along * downwind])
