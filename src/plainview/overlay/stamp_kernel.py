"""Stamping ink on a picture, compiled: most of a drawing's bytes pass through here."""

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["stamp_in_numpy", "stamp_region"]

Bytes = npt.NDArray[np.uint8]


@numba.njit(cache=True, nogil=True)
def stamp_region(region: Bytes, keep: Bytes, colour: Bytes) -> None:
    """Keep so much of the region and add so much colour, in place; all (h, w, 3)."""
    for y in range(region.shape[0]):
        for x in range(region.shape[1]):
            for channel in range(3):
                kept = (np.uint32(region[y, x, channel]) * keep[y, x, channel] + 127) // 255
                region[y, x, channel] = min(kept + colour[y, x, channel], 255)


def stamp_in_numpy(region: Bytes, keep: Bytes, colour: Bytes) -> Bytes:
    """Return what `stamp_region` makes of a region: the twin that a test holds it to."""
    kept = (region.astype(np.int64) * keep + 127) // 255
    stamped: Bytes = np.minimum(kept + colour, 255).astype(np.uint8)
    return stamped
