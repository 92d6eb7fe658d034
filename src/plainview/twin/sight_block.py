"""A tenth of a second of a flight: the platform's nodes, the gimbal's steps, the errors."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import rotation_x, rotation_y, rotation_z
from plainview.twin.platform_motion import BLOCK_S, NODE_S, PlatformBlock

__all__ = ["SightBlock", "rotations_of_steps"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SightBlock:
    """What a flight knows of one block.

    Args:
        platform: Its nodes.
        steps: (n + 1, 7): azimuth, elevation, inner z, inner y, and roll, pitch, heading of the
            base, radians, from the block's start to its end.
        errors: (2, 6) wandering errors of the navigation at its start and its end.
    """

    platform: PlatformBlock
    steps: Array
    errors: Array

    @property
    def start_s(self) -> float:
        """From the start of the video."""
        return BLOCK_S * self.platform.number

    def steps_at(self, time_s: float) -> Array:
        """Return the angles (7,) at an instant."""
        place = (time_s - self.start_s) / BLOCK_S * (len(self.steps) - 1)
        k = min(max(int(place), 0), len(self.steps) - 2)
        row: Array = self.steps[k] + (place - k) * (self.steps[k + 1] - self.steps[k])
        return row

    def place_at(self, time_s: float) -> tuple[Array, Array, float]:
        """Return position (3,) and velocity (3,) ECEF and the height above the geoid.

        Between nodes the position is the cubic that has theirs and their velocities.
        """
        place = (time_s - self.start_s) / NODE_S
        k = min(max(int(place), 0), len(self.platform.position_ecef_m) - 2)
        f = place - k
        p0, p1 = self.platform.position_ecef_m[k : k + 2]
        v0, v1 = self.platform.velocity_ecef_m_s[k : k + 2]
        smooth = f * f * (3.0 - 2.0 * f)
        position = p0 + smooth * (p1 - p0)
        position = position + NODE_S * f * (1.0 - f) * ((1.0 - f) * v0 - f * v1)
        altitude = self.platform.altitude_msl_m
        return (
            position,
            v0 + f * (v1 - v0),
            float(altitude[k] + f * (altitude[k + 1] - altitude[k])),
        )

    def error_at(self, time_s: float) -> Array:
        """Return the wandering errors (6,) at an instant."""
        share = (time_s - self.start_s) / BLOCK_S
        row: Array = self.errors[0] + share * (self.errors[1] - self.errors[0])
        return row


def rotations_of_steps(steps: Array) -> tuple[Array, Array]:
    """Return ned_from_body and body_from_payload, each (..., 3, 3), of angles (..., 7).

    The payload's x looks along its line of sight, y to the right, z down.
    """
    azimuth, elevation, inner_z, inner_y, roll, pitch, heading = np.moveaxis(steps, -1, 0)
    ned_from_body = rotation_z(heading) @ rotation_y(pitch) @ rotation_x(roll)
    outer = rotation_z(azimuth) @ rotation_y(elevation)
    return ned_from_body, outer @ rotation_z(inner_z) @ rotation_y(inner_y)
