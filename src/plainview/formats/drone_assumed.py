"""What is assumed of drones, whose makers state no datum and no accuracy.

Captions beside videos and stills rest on the same numbers; every product that does says
``assumed``.
"""

import math
from typing import Final

from plainview.model import Sigma

__all__ = [
    "ABSOLUTE_SIGMA_M",
    "FIELD_OF_VIEW_RATIO",
    "FILM_DIAGONAL_MM",
    "HEADING_DEG",
    "LOWEST_LAND_M",
    "PHOTO_WIDTH",
    "POSITION_M",
    "TAKEOFF_SIGMA_M",
    "TILT_DEG",
]

ABSOLUTE_SIGMA_M: Final = 30.0
"""Of ``abs_alt`` and ``altitude``: GNSS at take-off and barometer from there; the maker states no
datum, and files of one model differ from the ground by tens of metres."""
TAKEOFF_SIGMA_M: Final = 3.0
"""Of a height above take-off, by the barometer, over the minutes of a flight."""
LOWEST_LAND_M: Final = -100.0
"""Almost no land lies lower, so that an altitude below it is none."""
FILM_DIAGONAL_MM: Final = math.hypot(36.0, 24.0)
"""Of 35 mm film, for which makers state focal lengths."""
PHOTO_WIDTH: Final = 0.8
"""Of the diagonal of a 4:3 sensor, all of whose width a wider picture shows."""

POSITION_M: Final = Sigma(own=0.5, shared=3.0)
"""As assumed of every source (GPS standard 2020)."""
HEADING_DEG: Final = Sigma(own=0.3, shared=3.0)
"""A magnetometer beside motors."""
TILT_DEG: Final = Sigma(own=0.1, shared=0.5)
"""The gimbal's levelling by its accelerometers."""
FIELD_OF_VIEW_RATIO: Final = Sigma(own=0.0, shared=0.05)
"""The stated focal length is rounded, and video modes crop by some per cent."""
