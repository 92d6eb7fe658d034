"""A gimbal at work: what its description comes to in the loop, and its state block by block."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing import GimbalSpec
from plainview.twin.gimbal_kernel import (
    N_GIMBAL_NOISE,
    N_GIMBAL_STATE,
    N_RING,
    advance_gimbal,
)

__all__ = ["GIMBAL_RATE_HZ", "GimbalMotion", "loop_settings"]

Array = npt.NDArray[np.float64]
Settings = tuple[Array, Array, Array, Array]

GIMBAL_RATE_HZ: Final = 2000
"""Steps of the loop a second of simulated time."""

_INTEGRAL_SHARE: Final = 0.2
"""Assumed: the rate loop's integral takes over at this share of its bandwidth."""
_POINTING_HZ: Final = 0.5
"""Assumed: bandwidth of the loop that brings the line of sight to where it is told."""
_POINTING_SHARE: Final = 0.1
_OUTER_POINTING_SHARE: Final = 0.25
_STATIC_SHARE: Final = 1.5
"""Assumed: static friction over Coulomb friction."""
_STRIBECK_RAD_S: Final = 0.002
"""Assumed: speed at which static friction has gone."""
_BREAK_AWAY_RAD: Final = 1e-4
"""Assumed: deflection of the bristles under static friction."""
_FLEXURE_RAD_S: Final = 2.0 * math.pi * 0.5
"""Assumed: of the inner axes on their flexures."""


def loop_settings(gimbal: GimbalSpec, *, rate_hz: float = GIMBAL_RATE_HZ) -> Settings:
    """Return a gimbal as `advance_gimbal` takes it.

    Args:
        gimbal: Its description.
        rate_hz: Steps a second.

    Raises:
        InputError: Limits are reversed, or the delay takes too many steps.
    """
    step = 1.0 / rate_hz
    for part in ("azimuth", "elevation"):
        low, high = getattr(gimbal, f"{part}_low_deg"), getattr(gimbal, f"{part}_high_deg")
        if low is not None and high is not None and not low < high:
            raise InputError(
                where=f"gimbal, {part}_high_deg",
                what=f"is {high:g}, not above {part}_low_deg.",
                mend="Give the greater angle here.",
            )
    delay = max(1, round(1e-3 * gimbal.loop_delay_ms * rate_hz))
    if delay >= N_RING:
        raise InputError(
            where="gimbal, loop_delay_ms",
            what=f"is {gimbal.loop_delay_ms:g}: longer than {1e3 * (N_RING - 1) * step:g}.",
            mend="Give a shorter delay.",
        )
    _check_phase(gimbal, delay * step)
    low_deg, high_deg = gimbal.azimuth_low_deg, gimbal.azimuth_high_deg
    if gimbal.is_azimuth_endless or low_deg is None or high_deg is None:
        low_deg, high_deg = -np.inf, np.inf
    elevations_deg = (gimbal.elevation_low_deg, gimbal.elevation_high_deg)
    limits: Array = np.radians([low_deg, high_deg, *elevations_deg, gimbal.inner_travel_deg or 0.0])
    rates = np.radians(
        [
            gimbal.azimuth_rate_deg_s,
            gimbal.elevation_rate_deg_s,
            gimbal.azimuth_acceleration_deg_s2,
            gimbal.elevation_acceleration_deg_s2,
        ]
    )
    stabilising = 2.0 * math.pi * gimbal.rate_loop_hz
    outer = 2.0 * math.pi * (gimbal.outer_loop_hz or gimbal.rate_loop_hz)
    walk = math.radians(gimbal.gyro_random_walk_deg_rt_h) / 60.0
    loop = np.array(
        [
            step,
            stabilising,
            _INTEGRAL_SHARE * stabilising,
            min(2.0 * math.pi * _POINTING_HZ, _POINTING_SHARE * stabilising),
            outer,
            _INTEGRAL_SHARE * outer,
            _OUTER_POINTING_SHARE * outer,
            float(delay),
            math.radians(gimbal.encoder_step_deg),
            walk * math.sqrt(rate_hz),
            math.radians(gimbal.imbalance_deg_s2_per_m_s2),
            _FLEXURE_RAD_S,
        ]
    )
    coulomb = math.radians(gimbal.friction_deg_s2)
    stiffness = _STATIC_SHARE * coulomb / _BREAK_AWAY_RAD
    law = np.array(
        [coulomb, _STATIC_SHARE * coulomb, _STRIBECK_RAD_S, stiffness, math.sqrt(stiffness)]
    )
    return limits, rates, loop, law


def _check_phase(gimbal: GimbalSpec, delay_s: float) -> None:
    """Refuse a loop whose delay takes away its margin of phase: it would swing by itself."""
    margin = 90.0 - math.degrees(math.atan(_INTEGRAL_SHARE)) - 360.0 * gimbal.rate_loop_hz * delay_s
    if margin < 20.0:
        raise InputError(
            where="gimbal, rate_loop_hz",
            what=f"is {gimbal.rate_loop_hz:g}: with its delay the loop has {margin:.0f} degrees of "
            "phase margin.",
            mend="Give a smaller rate_loop_hz or a shorter loop_delay_ms; 20 degrees are needed.",
        )


class GimbalMotion:
    """A gimbal that is asked block by block where it looks.

    Args:
        gimbal: Its description.
        generator: Of all chance in its gyros.
        start_rad: Azimuth and elevation at the start.
        n_steps: Of a block.

    Raises:
        InputError: The description is of no gimbal that could work.
    """

    def __init__(
        self,
        gimbal: GimbalSpec,
        *,
        generator: np.random.Generator,
        start_rad: tuple[float, float],
        n_steps: int,
    ) -> None:
        self._settings = loop_settings(gimbal)
        self._generator, self._n_steps = generator, n_steps
        self._state = np.zeros(N_GIMBAL_STATE)
        limits = self._settings[0]
        self._state[0] = min(max(start_rad[0], limits[0]), limits[1])
        self._state[1] = min(max(start_rad[1], limits[2]), limits[3])
        bias = math.radians(gimbal.gyro_bias_deg_h) / 3600.0
        self._state[18:20] = generator.normal(0.0, 1.0, 2) * bias
        self._ring = np.zeros((N_RING, 4))

    @property
    def angles_rad(self) -> tuple[float, float]:
        """Azimuth and elevation of the outer axes now."""
        return float(self._state[0]), float(self._state[1])

    @property
    def n_limited(self) -> int:
        """How many steps a motor has been at its limit."""
        return int(self._state[16])

    def next_block(self, nodes: tuple[Array, Array, Array, Array], vibration: Array) -> Array:
        """Return where the gimbal looks through the next block, as `advance_gimbal` has it."""
        noise = self._generator.standard_normal((self._n_steps, N_GIMBAL_NOISE))
        return advance_gimbal(self._state, self._ring, self._settings, nodes, vibration, noise)
