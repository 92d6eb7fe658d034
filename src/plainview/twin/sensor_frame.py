"""A frame as it leaves a simulated camera: counts, grey levels, and how they came about."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["SensorFrame"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensorFrame:
    """What leaves the camera at one instant, marked SIMULATED.

    Args:
        counts: (H, W) as the converter gives them.
        pixels: (H, W) grey levels for people, 8 bits.
        is_repeated: The shutter was closed: this is the frame before.
        exposure_s: How long each row collected.
        gain_ratio: Of the amplifier, over its least; 1 for thermal cameras.
        window_counts: Counts that are shown black and white.
    """

    counts: npt.NDArray[np.uint16]
    pixels: npt.NDArray[np.uint8]
    is_repeated: bool
    exposure_s: float
    gain_ratio: float
    window_counts: tuple[float, float]
