"""What gusts and waves do to a platform: where they move it and how they turn it."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing import PlatformSpec
from plainview.twin.air_kernel import N_AIR_NOISE, N_AIR_STATE, advance_air
from plainview.twin.ship_motion import ShipMotion
from plainview.twin.turbulence import MODERATE_20FT_M_S, double_pole, dryden_at

__all__ = ["Disturbance", "GustMotion", "no_disturbance", "waves_on_turret"]

Array = npt.NDArray[np.float64]
Disturbance = tuple[Array, Array, Array, Array]
"""At nodes (n, 3): displacement forward, right, down (metres) and its rates; roll, pitch, heading
(radians) and their rates."""

_DRAG_TIME_S: Final = 2.0
"""Assumed: over which a gust carries the platform along."""
_HOLD_RAD_S: Final = 2.0 * math.pi * 0.1
"""Assumed: at which the autopilot holds its place."""
_HOLD_DAMPING: Final = 0.7
_LEAST_AIRSPEED_M_S: Final = 2.0


class GustMotion:
    """A platform in Dryden's gusts.

    Where they push it follows from the gusts; how they turn it is a process of its own, whose
    1-sigma for moderate turbulence the platform states, scaled by the wind at 20 feet.

    Args:
        platform: What it states.
        airspeed_m_s: At which it passes through the gusts.
        height_m: Above the surface, at the start.
        wind_20ft_m_s: Sets the turbulence.
        step_s: From node to node.
        generator: Of all chance.
    """

    def __init__(
        self,
        platform: PlatformSpec,
        *,
        airspeed_m_s: float,
        height_m: float,
        wind_20ft_m_s: float,
        step_s: float,
        generator: np.random.Generator,
    ) -> None:
        self._airspeed_m_s = max(airspeed_m_s, _LEAST_AIRSPEED_M_S)
        self._wind_20ft_m_s, self._step_s = wind_20ft_m_s, step_s
        self._generator = generator
        self._turns = _turn_rows(platform, wind_20ft_m_s / MODERATE_20FT_M_S, step_s)
        noise = _joined_pairs(generator.standard_normal(N_AIR_STATE))
        self._state = noise * self._resting_sigma(height_m)
        self._row = np.zeros(12)
        turned, turning = self._state[12::2], self._state[13::2]
        self._row[6:9] = self._turns[:, 5] * turned
        self._row[9:] = self._turns[:, 5] * (turning - self._turns[:, 0] * turned)

    def next_nodes(self, n_nodes: int, *, height_m: float) -> Disturbance:
        """Return what the gusts do at the next nodes; the first is the last of those before."""
        gusts = dryden_at(height_m, self._wind_20ft_m_s)
        rows = advance_air(
            self._state,
            gusts.filters(self._airspeed_m_s, self._step_s),
            self._turns,
            (self._step_s, 1.0 / _DRAG_TIME_S, 2.0 * _HOLD_DAMPING * _HOLD_RAD_S, _HOLD_RAD_S**2),
            self._generator.standard_normal((n_nodes - 1, N_AIR_NOISE)),
        )
        rows = np.concatenate([self._row[np.newaxis], rows])
        self._row = rows[-1]
        return rows[:, :3], rows[:, 3:6], rows[:, 6:9], rows[:, 9:]

    def _resting_sigma(self, height_m: float) -> Array:
        """Return the 1-sigma of each part of the state at the start."""
        sigma = np.zeros(N_AIR_STATE)
        gusts = dryden_at(height_m, self._wind_20ft_m_s)
        sigma[0] = gusts.sigma_m_s[0]
        for axis in (1, 2):
            pole = self._airspeed_m_s / gusts.scale_m[axis]
            power = gusts.sigma_m_s[axis] ** 2 / pole
            sigma[2 * axis] = math.sqrt(power / (4.0 * pole**3))
            sigma[2 * axis + 1] = math.sqrt(power / (2.0 * pole))
        pole = self._turns[0, 0]
        sigma[12::2] = math.sqrt(1.0 / (4.0 * pole**3))
        sigma[13::2] = math.sqrt(1.0 / (2.0 * pole))
        return sigma


def _turn_rows(platform: PlatformSpec, share: float, step_s: float) -> Array:
    """Return how attitude wanders in gusts, as `advance_air` takes it."""
    pole = 1.0 / platform.gust_time_s
    decay, factor = double_pole(pole, step_s)
    sigmas = (platform.gust_roll_deg, platform.gust_pitch_deg, platform.gust_heading_deg)
    unit = math.sqrt(4.0 * pole**3)
    return np.array(
        [[pole, decay, *factor, unit * share * math.radians(sigma)] for sigma in sigmas]
    )


def _joined_pairs(noise: Array) -> Array:
    """Return unit noise (18,) whose pairs go together as the two parts of a double pole do."""
    joined = noise.copy()
    for first in (2, 4, 12, 14, 16):
        joined[first] = math.sqrt(0.5) * (noise[first] + noise[first + 1])
    return joined


def no_disturbance(n_nodes: int) -> Disturbance:
    """Return what nothing does."""
    zero = np.zeros((n_nodes, 3))
    return zero, zero, zero, zero


def waves_on_turret(ship: ShipMotion, time_s: Array, *, lever_m: float) -> Disturbance:
    """Return what waves do to a turret on a ship: it swings above the waterline.

    Args:
        ship: How the hull moves.
        time_s: (n,) of the nodes.
        lever_m: Height of the turret above the waterline.
    """
    excursion, rates = ship.at(time_s)
    swing = np.array([[0.0, 0.0, -1.0], [0.0, lever_m, 0.0], [-lever_m, 0.0, 0.0]])
    turn = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    return excursion @ swing, rates @ swing, excursion @ turn, rates @ turn
