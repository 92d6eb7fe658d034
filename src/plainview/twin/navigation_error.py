"""What a navigation solution gets wrong: biases that wander through a mission, and noise.

The shared part of position and of attitude wanders as a second-order Gauss-Markov process with
the 1-sigma that is stated; that of gimbal angles, field of view and time stays what it is. The
own part is new for each instant that is reported.
"""

import math
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing import NavigationSpec
from plainview.twin.pose_error import PoseError
from plainview.twin.turbulence import double_pole

__all__ = ["NavigationError"]

Array = npt.NDArray[np.float64]

_WANDERING: Final = (
    ("east_m", "position_horizontal_m", "position_drift_s"),
    ("north_m", "position_horizontal_m", "position_drift_s"),
    ("up_m", "position_vertical_m", "position_drift_s"),
    ("platform_roll_deg", "platform_roll_deg", "attitude_drift_s"),
    ("platform_pitch_deg", "platform_pitch_deg", "attitude_drift_s"),
    ("platform_heading_deg", "platform_heading_deg", "attitude_drift_s"),
)


class NavigationError:
    """The errors of one flight's metadata, from step to step.

    Args:
        navigation: Their 1-sigma and how fast they wander.
        generator: Of all chance in them.
        step_s: From step to step.
    """

    def __init__(
        self, navigation: NavigationSpec, *, generator: np.random.Generator, step_s: float
    ) -> None:
        self._generator, self._step_s = generator, step_s
        self._sigma = navigation.sigma()
        self._still = PoseError.draw_shared(generator, self._sigma)
        poles = [2.0 / getattr(navigation, drift) for _, _, drift in _WANDERING]
        sigmas = [getattr(navigation, part).shared for _, part, _ in _WANDERING]
        self._pole = np.array(poles)
        steps = [double_pole(pole, step_s) for pole in poles]
        self._decay = np.array([decay for decay, _ in steps])
        self._factor = np.array([factor for _, factor in steps])
        self._scale = np.sqrt(4.0 * self._pole**3) * np.array(sigmas)
        second = generator.standard_normal(len(poles))
        first = math.sqrt(0.5) * (second + generator.standard_normal(len(poles)))
        self._state = np.stack(
            [first / np.sqrt(4.0 * self._pole**3), second / np.sqrt(2.0 * self._pole)]
        )

    @property
    def wandering(self) -> Array:
        """East, north, up (m), roll, pitch, heading (degrees) of this step, (6,)."""
        now: Array = self._scale * self._state[0]
        return now

    @property
    def still(self) -> PoseError:
        """What stays through the mission; the wandering parts are of the first draw."""
        return self._still

    def advance(self) -> None:
        """Go on by a step."""
        noise = self._generator.standard_normal((2, len(self._pole)))
        x1, x2 = self._state
        x1 = self._decay * (x1 + self._step_s * x2)
        x1 = x1 + self._factor[:, 1] * noise[0] + self._factor[:, 2] * noise[1]
        self._state = np.stack([x1, self._decay * x2 + self._factor[:, 0] * noise[0]])

    def shared(self, wandering: Array) -> PoseError:
        """Return the shared error with its wandering parts (6,) at an instant."""
        parts = {
            name: float(value) for (name, _, _), value in zip(_WANDERING, wandering, strict=True)
        }
        return replace(self._still, **parts)

    def own(self, generator: np.random.Generator) -> PoseError:
        """Draw what is new in one report."""
        return PoseError.draw_own(generator, self._sigma)
