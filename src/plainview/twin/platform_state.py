"""The state of a platform at one instant: place, motion, attitude and how it turns."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.twin.platform_motion import BLOCK_S
from plainview.twin.sight_block import SightBlock

__all__ = ["PlatformState", "platform_state"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlatformState:
    """Where a platform truly is and how it moves, its vibration included.

    Args:
        position_ecef_m: (3,).
        velocity_ecef_m_s: (3,), without what vibration adds.
        altitude_msl_m: Above the geoid.
        attitude_rad: (3,) roll, pitch and heading; the heading goes on past a full turn.
        body_rates_rad_s: (3,) at which it turns about its own x (forward), y (right), z (down).
    """

    position_ecef_m: Array
    velocity_ecef_m_s: Array
    altitude_msl_m: float
    attitude_rad: Array
    body_rates_rad_s: Array


def platform_state(block: SightBlock, time_s: float) -> PlatformState:
    """Return the state at an instant of a block.

    Args:
        block: It holds the instant.
        time_s: From the start of the video.

    Source:
        Rates of yaw, pitch and roll to those of the body: Stevens and Lewis, Aircraft Control
        and Simulation, 1.4.
    """
    position, velocity, altitude_m = block.place_at(time_s)
    attitude = block.steps_at(time_s)[4:]
    step_s = BLOCK_S / (len(block.steps) - 1)
    start_s = min(max(time_s - 0.5 * step_s, block.start_s), block.start_s + BLOCK_S - step_s)
    rates = (block.steps_at(start_s + step_s)[4:] - block.steps_at(start_s)[4:]) / step_s
    roll, pitch, _ = attitude
    body_from_rates = np.array(
        [
            [1.0, 0.0, -np.sin(pitch)],
            [0.0, np.cos(roll), np.cos(pitch) * np.sin(roll)],
            [0.0, -np.sin(roll), np.cos(pitch) * np.cos(roll)],
        ]
    )
    for values in (position, velocity, attitude):
        values.flags.writeable = False
    return PlatformState(
        position_ecef_m=position,
        velocity_ecef_m_s=velocity,
        altitude_msl_m=altitude_m,
        attitude_rad=attitude,
        body_rates_rad_s=body_from_rates @ rates,
    )
