"""DJI's own thermal JPEG (H20T and its kin): raw values of 16 bits in APP3, their meaning unsaid.

The maker publishes neither formula nor constants, only a closed library: the values are kept and
shown as they are, and their temperature is unknown.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.jpeg_segments import JpegSegments

__all__ = ["decode_dji_counts", "has_dji_counts"]

_APP3: Final = 3


def has_dji_counts(segments: JpegSegments) -> bool:
    """Say whether the APP3 segments of a JPEG hold as many values as its picture has pixels."""
    if segments.size_px is None:
        return False
    width, height = segments.size_px
    return 0 < 2 * width * height == sum(map(len, segments.of(_APP3)))


def decode_dji_counts(segments: JpegSegments) -> npt.NDArray[np.uint16] | None:
    """Return (H, W) raw values of a DJI thermal JPEG; None where it holds none."""
    if segments.size_px is None or not has_dji_counts(segments):
        return None
    width, height = segments.size_px
    values = np.frombuffer(b"".join(segments.of(_APP3)), "<u2")
    return np.ascontiguousarray(values.reshape(height, width), np.uint16)
