"""Johnson's criteria: how many cycles, or pixels, on an object a task takes, and how likely it is.

By themselves they are geometry: size, focal length and pixel pitch, without air, noise or
contrast. Figures that come of them alone are labelled ``GEOMETRY_LABEL`` wherever they are shown.

Source:
    J. Johnson, "Analysis of image forming systems", Image Intensifier Symposium, 1958: cycles at
    a probability of 50 %. The curve about them is the target transfer probability function of
    the Night Vision Laboratory's models, E = 2.7 + 0.7 N / N50.
"""

from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = [
    "GEOMETRY_LABEL",
    "JOHNSON_CYCLES_50",
    "PIXELS_RULE",
    "Task",
    "cycles_on_object",
    "cycles_over_50_at",
    "johnson_probability",
    "pixels_on_object",
    "probability_of_ratio",
    "range_of_pixels_m",
]

Array = npt.NDArray[np.float64]

GEOMETRY_LABEL: Final = "geometry"
"""What figures are called that know no air, no noise and no contrast."""


class Task(StrEnum):
    """What is asked of a picture of a thing; never who somebody is."""

    DETECT = "detect"
    """Something is there."""
    RECOGNISE = "recognise"
    """Its class: a person, a raft, a boat."""
    CLASSIFY = "classify"
    """Its kind within the class, such as which sort of boat; of things only."""


JOHNSON_CYCLES_50: Final = {Task.DETECT: 1.0, Task.RECOGNISE: 4.0, Task.CLASSIFY: 6.4}
"""Cycles across the smaller side of a thing at 50 %, for each task (Johnson 1958, table 1; his
last task is called identification there; his spread is 0.25, 0.8 and 1.5 cycles)."""

PIXELS_RULE: Final = {Task.DETECT: 1.5, Task.RECOGNISE: 6.0, Task.CLASSIFY: 12.0}
"""Pixels across a thing in makers' tables (Hikvision DS-2TD8166): 0.75, 3 and 6 cycles."""

_E_CONSTANT: Final = 2.7
_E_SLOPE: Final = 0.7


def pixels_on_object(
    size_m: float, range_m: npt.ArrayLike, *, focal_length_mm: float, pitch_um: float
) -> Array:
    """Return how many pixels an object covers along one side, without air or blur.

    Args:
        size_m: Its size across the line of sight.
        range_m: Slant range, of any shape.
        focal_length_mm: Of the lens.
        pitch_um: Of the pixels.

    Raises:
        InputError: A length is not above 0.
    """
    _above_0(size_m=size_m, focal_length_mm=focal_length_mm, pitch_um=pitch_um)
    distance_m = np.asarray(range_m, np.float64)
    if not np.all(distance_m > 0.0):
        raise _not_above_0("range_m")
    pixels: Array = size_m * focal_length_mm * 1e3 / (distance_m * pitch_um)
    return pixels


def cycles_on_object(
    size_m: float, range_m: npt.ArrayLike, *, focal_length_mm: float, pitch_um: float
) -> Array:
    """Return how many cycles the pixels resolve along one side of an object: two make one."""
    pixels = pixels_on_object(size_m, range_m, focal_length_mm=focal_length_mm, pitch_um=pitch_um)
    return pixels / 2.0


def range_of_pixels_m(
    size_m: float, pixels: float, *, focal_length_mm: float, pitch_um: float
) -> float:
    """Return the slant range at which an object covers so many pixels: geometry only.

    >>> round(range_of_pixels_m(2.3, 1.5, focal_length_mm=75.0, pitch_um=17.0))
    6765
    """
    _above_0(size_m=size_m, pixels=pixels, focal_length_mm=focal_length_mm, pitch_um=pitch_um)
    return size_m * focal_length_mm * 1e3 / (pixels * pitch_um)


def johnson_probability(cycles: npt.ArrayLike, *, cycles_50: float) -> Array:
    """Return the probability that a task succeeds with so many cycles on the object.

    Args:
        cycles: Resolved across its smaller side, 0 or more, of any shape.
        cycles_50: At which one in two succeeds.
    """
    _above_0(cycles_50=cycles_50)
    ratio = np.maximum(np.asarray(cycles, np.float64), 0.0) / cycles_50
    return probability_of_ratio(ratio, _E_CONSTANT + _E_SLOPE * ratio)


def cycles_over_50_at(probability: float) -> float:
    """Return how many times the cycles of 50 % another probability takes.

    Raises:
        InputError: The probability is not between 0 and 1.
    """
    if not 0.0 < probability < 1.0:
        raise InputError(
            where="probability",
            what=f"{probability} is not between 0 and 1.",
            mend="Give a share, such as 0.9.",
        )
    low, high = 0.0, 100.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if float(johnson_probability(middle, cycles_50=1.0)) < probability:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def probability_of_ratio(ratio: Array, exponent: Array) -> Array:
    """Return x^E / (1 + x^E), whole for ratios of 0 and far above 1."""
    with np.errstate(divide="ignore", over="ignore"):
        share: Array = 1.0 / (1.0 + np.exp(-exponent * np.log(ratio)))
    return share


def _above_0(**values: float) -> None:
    for name, value in values.items():
        if not value > 0.0:
            raise _not_above_0(name)


def _not_above_0(name: str) -> InputError:
    return InputError(where=name, what="is not above 0.", mend="Give a positive number.")
