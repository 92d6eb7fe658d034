"""A platform in gusts, step by step: Dryden's gusts, where they push it, how they turn it."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.compiled import compiled

__all__ = ["N_AIR_NOISE", "N_AIR_STATE", "advance_air"]

Array = npt.NDArray[np.float64]

N_AIR_STATE: Final = 18
"""Two a gust, two a displacement, two an attitude; three of each."""
N_AIR_NOISE: Final = 12
"""Two a gust, two an attitude."""


@compiled
def advance_air(  # noqa: PLR0917  (a kernel takes no keywords)
    state: Array, gusts: Array, turns: Array, push: tuple[float, float, float, float], noise: Array
) -> Array:
    """Advance a platform in gusts, its state in place, and return what became of it.

    A gust drags the platform along with a time constant; an autopilot brings it back. Attitude
    is a process of its own with a double pole.

    Args:
        state: (18,), changed.
        gusts: (3, 7) as `Dryden.filters` gives them: along, across, down.
        turns: (3, 6) of roll, pitch, heading: pole, decay, the noise's factor (3), 1-sigma over
            that of unit noise.
        push: Step; one over the drag's time constant; twice damping times the rate at which the
            autopilot holds the place, and the square of that rate.
        noise: (n, 12) of unit 1-sigma.

    Returns:
        (n, 12): displacement along, across, down (metres) and its rates; roll, pitch, heading
        (radians) and their rates.
    """
    n_steps = len(noise)
    found = np.empty((n_steps, 12))
    step, drag, damping, stiffness = push
    for n in range(n_steps):
        for axis in range(3):
            first, second = noise[n, 2 * axis], noise[n, 2 * axis + 1]
            row = gusts[axis]
            x1, x2 = state[2 * axis], state[2 * axis + 1]
            if axis == 0:
                x1 = row[0] * x1 + row[2] * first
            else:
                x1 = row[0] * (x1 + row[1] * x2) + row[3] * first + row[4] * second
                x2 = row[0] * x2 + row[2] * first
            state[2 * axis], state[2 * axis + 1] = x1, x2
            gust = row[5] * x1 + row[6] * x2
            place, speed = state[6 + 2 * axis], state[7 + 2 * axis]
            speed += step * ((gust - speed) * drag - damping * speed - stiffness * place)
            place += step * speed
            state[6 + 2 * axis], state[7 + 2 * axis] = place, speed
            found[n, axis], found[n, 3 + axis] = place, speed
        for axis in range(3):
            first, second = noise[n, 6 + 2 * axis], noise[n, 7 + 2 * axis]
            row = turns[axis]
            x1, x2 = state[12 + 2 * axis], state[13 + 2 * axis]
            x1 = row[1] * (x1 + step * x2) + row[3] * first + row[4] * second
            x2 = row[1] * x2 + row[2] * first
            state[12 + 2 * axis], state[13 + 2 * axis] = x1, x2
            found[n, 6 + axis] = row[5] * x1
            found[n, 9 + axis] = row[5] * (x2 - row[0] * x1)
    return found
