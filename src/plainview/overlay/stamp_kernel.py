"""Stamping ink on a picture, compiled: most of a drawing's bytes pass through here."""

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["stamp_at", "stamp_in_numpy"]

Bytes = npt.NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def stamp_at(picture: Bytes, ink: tuple[Bytes, Bytes], left_top: tuple[int, int]) -> None:
    """Put ink on a picture in place; what lies outside the picture is cut off.

    Args:
        picture: (H, W, 3).
        ink: How much of the picture stays, 0 to 255, and what is added, both (h, w, 3).
        left_top: Where in the picture the ink's first pixel lies.
    """
    (keep, colour), (left, top) = ink, left_top
    n_rows, n_columns = keep.shape[:2]
    first, last = max(0, -left), min(n_columns, picture.shape[1] - left)
    if first >= last:
        return
    pixels = picture.reshape(len(picture), -1)
    kept, added = keep.reshape(n_rows, -1), colour.reshape(n_rows, -1)
    for row in range(max(0, -top), min(n_rows, len(picture) - top)):
        bytes_ = pixels[top + row, 3 * (left + first) : 3 * (left + last)]
        share, more = kept[row, 3 * first : 3 * last], added[row, 3 * first : 3 * last]
        for i in range(bytes_.size):
            scaled = np.uint32(bytes_[i]) * np.uint32(share[i]) + np.uint32(128)
            # To the nearest 255th, exactly, for every product of two bytes.
            scaled = (scaled + (scaled >> np.uint32(8))) >> np.uint32(8)
            bytes_[i] = np.uint8(min(scaled + np.uint32(more[i]), np.uint32(255)))


def stamp_in_numpy(region: Bytes, keep: Bytes, colour: Bytes) -> Bytes:
    """Return what `stamp_at` makes of a region as large as the ink: its twin."""
    kept = (region.astype(np.int64) * keep + 127) // 255
    stamped: Bytes = np.minimum(kept + colour, 255).astype(np.uint8)
    return stamped
