"""How warm things are: the spot in the middle of each box, as a camera's own spot meter has it."""

import numpy as np
import numpy.typing as npt

from plainview.model import Frame
from plainview.sensing import KELVIN_AT_0_C, accuracy_k, temperature_k_from_counts

__all__ = ["spot_temperatures"]

Array = npt.NDArray[np.float64]

_REACH_PX = 1
"""Pixels on each side of the middle one."""


def spot_temperatures(frame: Frame, boxes_px: Array) -> dict[str, Array]:
    """Return how warm the middle of each box is: three by three pixels, their mean.

    Args:
        frame: The picture.
        boxes_px: (n, 4) corner and size.

    Returns:
        (n,) degrees Celsius to a hundredth, and their accuracy in kelvin; NaN where the counts
        of the frame have no known temperature, or the middle is outside the picture.
    """
    celsius = np.full(len(boxes_px), np.nan)
    accuracy = np.full(len(boxes_px), np.nan)
    if frame.radiometry is not None and frame.pixels.dtype == np.uint16:
        counts = np.asarray(frame.pixels, np.uint16)
        middles = np.floor(boxes_px[:, :2] + 0.5 * boxes_px[:, 2:])
        for index, (column, row) in enumerate(middles):
            spot = _spot(counts, column=column, row=row)
            if spot.size:
                kelvin = float(np.mean(temperature_k_from_counts(spot, frame.radiometry)))
                celsius[index] = round(kelvin - KELVIN_AT_0_C, 2)
                accuracy[index] = round(float(accuracy_k(kelvin, frame.radiometry)), 2)
    return {"temperature_c": celsius, "temperature_accuracy_k": accuracy}


def _spot(counts: npt.NDArray[np.uint16], *, column: float, row: float) -> npt.NDArray[np.uint16]:
    """Return the pixels around one; none where it is outside the picture."""
    height, width = counts.shape
    if not (0 <= column < width and 0 <= row < height):
        return counts[:0]
    top, left = max(0, int(row) - _REACH_PX), max(0, int(column) - _REACH_PX)
    return counts[top : int(row) + _REACH_PX + 1, left : int(column) + _REACH_PX + 1]
