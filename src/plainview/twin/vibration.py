"""Vibration: tones and broadband as lines of fixed frequency, the same at every instant asked."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.sensing import PlatformSpec, VibrationPoint

__all__ = ["N_VIBRATION", "Vibration"]

Array = npt.NDArray[np.float64]

N_VIBRATION: Final = 9
"""Columns: roll, pitch, heading (rad), their rates (rad/s), linear acceleration (m/s^2)."""
_N_BANDS: Final = 24
_N_AXES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vibration:
    """A sum of lines on the three axes of the body, in rotation and in acceleration.

    Args:
        frequency_hz: (m,) of the lines.
        amplitude: (m, 2) peak of rotation (rad) and of linear acceleration (m/s^2).
        phase_rad: (m, 6) at time 0: three of rotation, three of acceleration.
        sines: (n, m) of the steps of a block, for `block`; cosines likewise.
        cosines: As sines.
    """

    frequency_hz: Array
    amplitude: Array
    phase_rad: Array
    sines: Array
    cosines: Array

    @classmethod
    def draw(
        cls, generator: np.random.Generator, platform: PlatformSpec, *, n_steps: int, step_s: float
    ) -> Self:
        """Draw the phases of a platform's tones, and lines that have its broadband's power.

        The broadband is cut into bands of equal ratio, each with one line at a random place and
        the band's power; lines too fast for the step are left out.

        Args:
            generator: Of all chance.
            platform: Its tones and broadband.
            n_steps: Of a block.
            step_s: From step to step.
        """
        tones = [
            (tone.frequency_hz, 1e-3 * tone.angle_mrad, tone.acceleration_m_s2)
            for tone in platform.tones
        ]
        bands = _lines_of_broadband(generator, platform.broadband)
        lines = [line for line in [*tones, *bands] if line[0] * step_s < 0.25]
        table = np.array(lines, dtype=np.float64).reshape(-1, 3)
        angle = 2.0 * np.pi * step_s * np.arange(1, n_steps + 1)[:, np.newaxis] * table[:, 0]
        return cls(
            frequency_hz=table[:, 0],
            amplitude=table[:, 1:],
            phase_rad=generator.uniform(0.0, 2.0 * np.pi, (len(table), _N_AXES)),
            sines=np.sin(angle),
            cosines=np.cos(angle),
        )

    def block(self, start_s: float) -> Array:
        """Return what the steps of a block have, (n, 9), the first a step after its start.

        Args:
            start_s: Of the block, from the start of the video.
        """
        n_lines = len(self.frequency_hz)
        turned = np.mod(self.frequency_hz * start_s, 1.0)[:, np.newaxis]
        phase = 2.0 * np.pi * turned + self.phase_rad
        sine, cosine = np.sin(phase), np.cos(phase)
        omega = 2.0 * np.pi * self.frequency_hz[:, np.newaxis]
        turn, push = self.amplitude[:, :1], self.amplitude[:, 1:]
        of_sine, of_cosine = np.empty((2, n_lines, N_VIBRATION))
        of_sine[:, :3], of_cosine[:, :3] = turn * cosine[:, :3], turn * sine[:, :3]
        of_sine[:, 3:6] = -omega * turn * sine[:, :3]
        of_cosine[:, 3:6] = omega * turn * cosine[:, :3]
        of_sine[:, 6:], of_cosine[:, 6:] = push * cosine[:, 3:], push * sine[:, 3:]
        found: Array = self.sines @ of_sine + self.cosines @ of_cosine
        return found


def _lines_of_broadband(
    generator: np.random.Generator, points: tuple[VibrationPoint, ...]
) -> list[tuple[float, float, float]]:
    """Return frequency and peaks of a line for each band of a broadband spectrum."""
    if not points:
        return []
    known = np.log([point.frequency_hz for point in points])
    levels = np.log([[point.angle_mrad2_hz, point.acceleration_m2_s3] for point in points])
    edges = np.linspace(known[0], known[-1], _N_BANDS + 1)
    lines = []
    for low, high in pairwise(edges):
        inside = np.linspace(low, high, 9)
        density = np.exp([np.interp(inside, known, levels[:, part]) for part in (0, 1)])
        frequency = np.exp(inside)
        power = np.trapezoid(density, frequency, axis=1)
        middle = float(np.exp(generator.uniform(low, high)))
        lines.append((middle, 1e-3 * math.sqrt(2.0 * power[0]), math.sqrt(2.0 * power[1])))
    return lines
