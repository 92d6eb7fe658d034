"""A ship in waves: heave, roll and pitch as the answer of three oscillators to a wave spectrum.

Each part of the sea lifts and tilts the hull by its own slope and height, less where the hull is
long or wide against the wave (mean of the wave over the waterline), and the hull follows as a
damped oscillator with its natural period, at the frequency at which it meets the wave.
"""

import math
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.sensing import SeaKeepingSpec

__all__ = ["ShipMotion", "WaveSpectrum", "hull_answer"]

Array = npt.NDArray[np.float64]

_GRAVITY_M_S2: Final = 9.80665
_N_WAVES: Final = 72
_U19_PER_U10: Final = 1.026
"""Wind at 19.5 m over that at 10 m, as Stewart, Introduction to Physical Oceanography, 16.4."""
_PM_ALPHA: Final = 8.1e-3
_PM_BETA: Final = 0.74


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSpectrum:
    """A sea of one system of waves.

    Args:
        significant_height_m: Four times the 1-sigma of the surface.
        peak_period_s: Of the highest waves.
        from_deg: Where they come from, true.
    """

    significant_height_m: float
    peak_period_s: float
    from_deg: float

    @classmethod
    def of_wind(cls, wind_10m_m_s: float, *, from_deg: float) -> Self:
        """Return the fully developed sea of a wind.

        Source:
            W. J. Pierson and L. Moskowitz, 1964: S = alpha g^2 / w^5 exp(-beta (g / (w U))^4) with
            alpha 0.0081, beta 0.74 and U at 19.5 m; height and peak follow from it.
        """
        speed = max(_U19_PER_U10 * wind_10m_m_s, 1e-3)
        peak = (0.8 * _PM_BETA) ** 0.25 * _GRAVITY_M_S2 / speed
        return cls(
            significant_height_m=2.0 * math.sqrt(_PM_ALPHA / _PM_BETA) * speed**2 / _GRAVITY_M_S2,
            peak_period_s=2.0 * math.pi / peak,
            from_deg=from_deg,
        )

    def density(self, omega_rad_s: Array) -> Array:
        """Return the one-sided spectrum of the surface's height, (n,) m^2 s.

        Source:
            C. L. Bretschneider, 1959, in the form of the ITTC: 5/16 Hs^2 wp^4 / w^5
            exp(-5/4 (wp / w)^4).
        """
        peak = 2.0 * math.pi / self.peak_period_s
        ratio = (peak / omega_rad_s) ** 4
        density: Array = (
            0.3125 * self.significant_height_m**2 * ratio / omega_rad_s * np.exp(-1.25 * ratio)
        )
        return density


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShipMotion:
    """Heave, roll and pitch of a ship that keeps its course and speed.

    Args:
        encounter_rad_s: (n,) at which it meets each wave.
        amplitude: (n, 3) of heave (m), roll (rad) and pitch (rad).
        phase_rad: (n, 3).
    """

    encounter_rad_s: Array
    amplitude: Array
    phase_rad: Array

    @classmethod
    def draw(
        cls,
        generator: np.random.Generator,
        *,
        hull: SeaKeepingSpec,
        sea: WaveSpectrum,
        heading_deg: float,
        speed_m_s: float,
    ) -> Self:
        """Draw waves: each has the same part of the sea's power, and a direction about its mean.

        Directions are spread as the square of the cosine.

        Args:
            generator: Of all chance.
            hull: Natural periods, dampings and size.
            sea: The spectrum.
            heading_deg: Of the ship, true.
            speed_m_s: Through the water.
        """
        share = (np.arange(_N_WAVES) + generator.uniform(0.0, 1.0, _N_WAVES)) / _N_WAVES
        peak = 2.0 * math.pi / sea.peak_period_s
        omega = peak * (1.25 / -np.log(share)) ** 0.25
        spread = np.interp(generator.uniform(0.0, 1.0, _N_WAVES), *_cosine_squared_quantiles())
        toward = math.radians(sea.from_deg + 180.0 - heading_deg) + spread
        transfer, encounter = hull_answer(
            hull, omega_rad_s=omega, toward_rad=toward, speed_m_s=speed_m_s
        )
        wave_m = sea.significant_height_m / 4.0 * math.sqrt(2.0 / _N_WAVES)
        phase = generator.uniform(0.0, 2.0 * np.pi, (_N_WAVES, 1)) + np.angle(transfer)
        return cls(encounter_rad_s=encounter, amplitude=wave_m * np.abs(transfer), phase_rad=phase)

    def at(self, time_s: Array) -> tuple[Array, Array]:
        """Return heave (up, m), roll and pitch (rad) at instants (n,), and their rates: (n, 3)."""
        angle = np.mod(
            time_s[:, np.newaxis, np.newaxis] * self.encounter_rad_s[:, np.newaxis]
            + self.phase_rad,
            2.0 * np.pi,
        )
        excursion = np.sum(self.amplitude * np.cos(angle), axis=1)
        rates = -self.encounter_rad_s[:, np.newaxis] * self.amplitude * np.sin(angle)
        return excursion, np.sum(rates, axis=1)


def _cosine_squared_quantiles() -> tuple[Array, Array]:
    angle = np.linspace(-0.5 * np.pi, 0.5 * np.pi, 181)
    return (angle + 0.5 * np.sin(2.0 * angle)) / np.pi + 0.5, angle


def hull_answer(
    hull: SeaKeepingSpec, *, omega_rad_s: Array, toward_rad: Array, speed_m_s: float
) -> tuple[Array, Array]:
    """Return what waves of 1 m do to a hull, (n, 3) complex, and how often it meets them, (n,).

    Heave (up, m), roll (right side down, rad), pitch (bow up, rad), against the wave's height at
    the middle of the hull.

    Args:
        hull: Natural periods, dampings and size.
        omega_rad_s: (n,) of the waves, in deep water.
        toward_rad: (n,) where they run to, from the bow, clockwise.
        speed_m_s: Of the ship.

    Source:
        Linear seakeeping with the waves' pressure taken as hydrostatic (Froude and Krylov):
        wave number w^2 / g, encounter |w - k V cos|; assumed: no coupling between the motions.
    """
    number = omega_rad_s**2 / _GRAVITY_M_S2
    along, across = number * np.cos(toward_rad), number * np.sin(toward_rad)
    signed = omega_rad_s - speed_m_s * along
    encounter = np.abs(signed)
    mean_along = np.sinc(0.5 * along * hull.length_m / np.pi)
    mean_across = np.sinc(0.5 * across * hull.beam_m / np.pi)
    both = mean_along * mean_across
    turn = np.where(signed >= 0.0, 1.0, -1.0)
    heave = both * _oscillator(encounter, hull.heave_period_s, hull.heave_damping_ratio)
    roll = (
        1j
        * turn
        * across
        * both
        * _oscillator(encounter, hull.roll_period_s, hull.roll_damping_ratio)
    )
    pitch = (
        -1j
        * turn
        * along
        * both
        * _oscillator(encounter, hull.pitch_period_s, hull.pitch_damping_ratio)
    )
    return np.stack([heave, roll, pitch], axis=-1), encounter


def _oscillator(encounter_rad_s: Array, period_s: float, damping_ratio: float) -> Array:
    ratio = encounter_rad_s * period_s / (2.0 * math.pi)
    answer: Array = 1.0 / (1.0 - ratio**2 + 2j * damping_ratio * ratio)
    return answer
