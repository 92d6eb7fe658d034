"""Wobble: smooth random motion that can be asked for at any instant, the same each time."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

__all__ = ["Wobble"]

_N_WAVES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wobble:
    """A sum of sines of random phase, on several axes.

    Args:
        amplitude: Of each sine, in the unit of the motion.
        frequency_rad_s: (n,) of the sines.
        phase_rad: (n_axes, n) of each sine on each axis.
    """

    amplitude: float
    frequency_rad_s: npt.NDArray[np.float64]
    phase_rad: npt.NDArray[np.float64]

    @classmethod
    def draw(
        cls,
        generator: np.random.Generator,
        *,
        sigma: float,
        band_hz: tuple[float, float],
        n_axes: int,
    ) -> Self:
        """Draw a motion of given 1-sigma on each axis, its frequencies within a band."""
        low_hz, high_hz = band_hz
        frequency_hz = np.exp(generator.uniform(np.log(low_hz), np.log(high_hz), _N_WAVES))
        return cls(
            amplitude=sigma * float(np.sqrt(2.0 / _N_WAVES)),
            frequency_rad_s=2.0 * np.pi * frequency_hz,
            phase_rad=generator.uniform(0.0, 2.0 * np.pi, (n_axes, _N_WAVES)),
        )

    def at(self, time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the excursion on each axis at instants (n,): (n_axes, n)."""
        turn = time_s[:, np.newaxis] * self.frequency_rad_s + self.phase_rad[:, np.newaxis]
        excursion: npt.NDArray[np.float64] = self.amplitude * np.sum(np.sin(turn), axis=-1)
        return excursion
