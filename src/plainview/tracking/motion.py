"""How a track moves: constant velocity, the camera's motion taken out before anything else.

The state is x, y and their velocities, in pixels of the current picture, with its full
covariance. Between frames it is first carried forward in the picture before, then brought
into this one by the registration's homography; a small piece of picture is turned, stretched
and sheared by the homography's Jacobian at the track, and so are velocity and covariance.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.tracking.compiled import compiled
from plainview.tracking.track_record import Record

__all__ = ["carry_forward", "correct", "measurement_sigmas_px", "smooth_size", "warp"]

Array = npt.NDArray[np.float64]

_LEAST_DEPTH: Final = 0.05
"""Of a point against that of the picture's corner, below which a homography tells nothing."""


@compiled
def carry_forward(track: Record, rule: Record, dt_s: float) -> None:
    """Move a track on by constant velocity; its velocity walks at random meanwhile."""
    size_px = math.sqrt(track.width_px * track.height_px)
    walk = rule.velocity_walk_px_s + rule.velocity_walk_sizes_s * size_px
    walk = walk * walk
    state, cov = track.state, track.cov
    for i in range(2):
        state[i] += dt_s * state[i + 2]
        for j in range(2):
            cov[i, j] += dt_s * (cov[i, j + 2] + cov[i + 2, j]) + dt_s * dt_s * cov[i + 2, j + 2]
    for i in range(2):
        for j in range(2):
            cov[i, j + 2] += dt_s * cov[i + 2, j + 2]
            cov[j + 2, i] = cov[i, j + 2]
        cov[i, i] += walk * dt_s * dt_s * dt_s / 3.0
        cov[i, i + 2] += walk * dt_s * dt_s / 2.0
        cov[i + 2, i] = cov[i, i + 2]
        cov[i + 2, i + 2] += walk * dt_s
    track.age_s += dt_s
    track.unseen_s += dt_s


@compiled
def _turn_block(cov: Array, jacobian: Array, corner: tuple[int, int]) -> None:
    """Replace the 2x2 block B of a covariance at a corner by J B J'."""
    row, column = corner
    a, b = jacobian[0, 0], jacobian[0, 1]
    c, d = jacobian[1, 0], jacobian[1, 1]
    xx, xy = cov[row, column], cov[row, column + 1]
    yx, yy = cov[row + 1, column], cov[row + 1, column + 1]
    top_x, top_y = a * xx + b * yx, a * xy + b * yy
    low_x, low_y = c * xx + d * yx, c * xy + d * yy
    cov[row, column] = top_x * a + top_y * b
    cov[row, column + 1] = top_x * c + top_y * d
    cov[row + 1, column] = low_x * a + low_y * b
    cov[row + 1, column + 1] = low_x * c + low_y * d


@compiled
def warp(track: Record, homography: Array, motion_sigma_px: float) -> bool:
    """Bring a track from the picture before into this one; false where it falls out of both."""
    h = homography
    state, cov = track.state, track.cov
    x, y = state[0], state[1]
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    if not depth > _LEAST_DEPTH:
        return False
    to_x = (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth
    to_y = (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth
    jacobian = np.empty((2, 2))
    for j in range(2):
        jacobian[0, j] = (h[0, j] - to_x * h[2, j]) / depth
        jacobian[1, j] = (h[1, j] - to_y * h[2, j]) / depth
    u, v = state[2], state[3]
    state[0], state[1] = to_x, to_y
    state[2] = jacobian[0, 0] * u + jacobian[0, 1] * v
    state[3] = jacobian[1, 0] * u + jacobian[1, 1] * v
    _turn_block(cov, jacobian, (0, 0))
    _turn_block(cov, jacobian, (0, 2))
    _turn_block(cov, jacobian, (2, 2))
    for i in range(2):
        cov[i, i] += motion_sigma_px * motion_sigma_px
        for j in range(2):
            cov[j + 2, i] = cov[i, j + 2]
    scale = math.sqrt(
        abs(jacobian[0, 0] * jacobian[1, 1] - jacobian[0, 1] * jacobian[1, 0])
    )
    track.width_px *= scale
    track.height_px *= scale
    return True


@compiled
def measurement_sigmas_px(track: Record, rule: Record) -> tuple[float, float]:
    """Return the 1-sigma in x and y of the centre of a detection of this track."""
    return (
        math.hypot(rule.center_sigma_px, rule.center_sigma_ratio * track.width_px),
        math.hypot(rule.center_sigma_px, rule.center_sigma_ratio * track.height_px),
    )


@compiled
def correct(track: Record, rule: Record, offset_px: tuple[float, float]) -> None:
    """Correct a track by how far its detection lies from where it was predicted."""
    state, cov = track.state, track.cov
    sigma_x, sigma_y = measurement_sigmas_px(track, rule)
    s_xx, s_xy = cov[0, 0] + sigma_x * sigma_x, cov[0, 1]
    s_yy = cov[1, 1] + sigma_y * sigma_y
    determinant = s_xx * s_yy - s_xy * s_xy
    dx, dy = offset_px
    gain = np.empty((4, 2))
    for i in range(4):
        gain[i, 0] = (cov[i, 0] * s_yy - cov[i, 1] * s_xy) / determinant
        gain[i, 1] = (cov[i, 1] * s_xx - cov[i, 0] * s_xy) / determinant
        state[i] += gain[i, 0] * dx + gain[i, 1] * dy
    x_row, y_row = cov[0].copy(), cov[1].copy()
    for i in range(4):
        for j in range(i, 4):
            cov[i, j] -= gain[i, 0] * x_row[j] + gain[i, 1] * y_row[j]
            cov[j, i] = cov[i, j]


@compiled
def smooth_size(track: Record, rule: Record, size_px: tuple[float, float]) -> None:
    """Average the size of a track's boxes; recent ones weigh at least the size gain."""
    weight = max(1.0 / track.n_hits, rule.size_gain)
    track.width_px += weight * (size_px[0] - track.width_px)
    track.height_px += weight * (size_px[1] - track.height_px)
