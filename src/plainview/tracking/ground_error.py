"""What is told of a place's error: total and shared, the shared never less than of one look."""

import numpy as np
import numpy.typing as npt

from plainview.tracking.track_record import Records

__all__ = ["told_covariances"]

Array = npt.NDArray[np.float64]


def _at_least(cov_m2: Array, least_m2: Array) -> Array:
    """Return covariances (n, 3, 3) raised where they are below the least in any direction."""
    if not len(cov_m2):
        return cov_m2
    lacking, direction = np.linalg.eigh(least_m2 - cov_m2)
    raised = np.maximum(lacking, 0.0)[:, None, :] * direction
    at_least: Array = cov_m2 + raised @ np.swapaxes(direction, 1, 2)
    return at_least


def told_covariances(places: Records) -> tuple[Array, Array]:
    """Return the total and the shared covariance of places, (n, 3, 3), metres squared."""
    carried = places["shared"][:, :3]
    shared = _at_least(carried @ np.swapaxes(carried, 1, 2), places["least_shared"])
    total = places["cov"][:, :3, :3] + places["pixel_cov"] + shared
    return _symmetric(total), _symmetric(shared)


def _symmetric(cov: Array) -> Array:
    both: Array = 0.5 * (cov + np.swapaxes(cov, 1, 2))
    return both
