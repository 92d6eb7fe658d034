"""How a track moves: constant velocity, the camera's motion taken out before anything else.

The state is x, y and their velocities, in pixels of the current picture, with its full
covariance. Between frames it is first carried forward in the picture before, then brought
into this one by the registration's homography; a small piece of picture is turned, stretched
and sheared by the homography's Jacobian at the track, and so are velocity and covariance.
"""

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from plainview.tracking.compiled import compiled
from plainview.tracking.track_record import Record

__all__ = ["carry_forward", "correct", "innovation_cov_px2", "smooth_size", "warp"]

Array = npt.NDArray[np.float64]
Jacobian: TypeAlias = tuple[float, float, float, float]

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
def _turn_block(cov: Array, jacobian: Jacobian, corner: tuple[int, int]) -> None:
    """Replace the 2x2 block B of a covariance at a corner by J B J'."""
    row, column = corner
    a, b, c, d = jacobian
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
    x, y, u, v = state[0], state[1], state[2], state[3]
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    if not depth > _LEAST_DEPTH:
        return False
    x, y = (
        (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth,
        (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth,
    )
    a, b = (h[0, 0] - x * h[2, 0]) / depth, (h[0, 1] - x * h[2, 1]) / depth
    c, d = (h[1, 0] - y * h[2, 0]) / depth, (h[1, 1] - y * h[2, 1]) / depth
    state[0], state[1] = x, y
    ground = track.ground_px
    depth_there = h[2, 0] * ground[0] + h[2, 1] * ground[1] + h[2, 2]
    ground[0], ground[1] = (
        (h[0, 0] * ground[0] + h[0, 1] * ground[1] + h[0, 2]) / depth_there,
        (h[1, 0] * ground[0] + h[1, 1] * ground[1] + h[1, 2]) / depth_there,
    )
    state[2], state[3] = a * u + b * v, c * u + d * v
    _turn_block(cov, (a, b, c, d), (0, 0))
    _turn_block(cov, (a, b, c, d), (0, 2))
    _turn_block(cov, (a, b, c, d), (2, 2))
    for i in range(2):
        cov[i, i] += motion_sigma_px * motion_sigma_px
        for j in range(2):
            cov[j + 2, i] = cov[i, j + 2]
    scale = math.sqrt(abs(a * d - b * c))
    track.width_px *= scale
    track.height_px *= scale
    return True


@compiled
def innovation_cov_px2(track: Record, rule: Record) -> tuple[float, float, float]:
    """Return the covariance (xx, xy, yy) of a detection's centre about its prediction."""
    by_width = rule.center_sigma_ratio * track.width_px
    by_height = rule.center_sigma_ratio * track.height_px
    fixed = rule.center_sigma_px * rule.center_sigma_px
    return (
        track.cov[0, 0] + fixed + by_width * by_width,
        track.cov[0, 1],
        track.cov[1, 1] + fixed + by_height * by_height,
    )


@compiled
def correct(track: Record, rule: Record, offset_px: tuple[float, float]) -> None:
    """Correct a track by how far its detection lies from where it was predicted."""
    state, cov = track.state, track.cov
    s_xx, s_xy, s_yy = innovation_cov_px2(track, rule)
    determinant = s_xx * s_yy - s_xy * s_xy
    i_xx, i_xy, i_yy = s_yy / determinant, -s_xy / determinant, s_xx / determinant
    dx, dy = offset_px
    to_x, to_y = i_xx * dx + i_xy * dy, i_xy * dx + i_yy * dy
    x_row = (cov[0, 0], cov[0, 1], cov[0, 2], cov[0, 3])
    y_row = (cov[1, 0], cov[1, 1], cov[1, 2], cov[1, 3])
    for i in range(4):
        state[i] += x_row[i] * to_x + y_row[i] * to_y
        gain_x = x_row[i] * i_xx + y_row[i] * i_xy
        gain_y = x_row[i] * i_xy + y_row[i] * i_yy
        for j in range(i, 4):
            cov[i, j] -= gain_x * x_row[j] + gain_y * y_row[j]
            cov[j, i] = cov[i, j]


@compiled
def smooth_size(track: Record, rule: Record, size_px: tuple[float, float]) -> None:
    """Average the size of a track's boxes; recent ones weigh at least the size gain."""
    weight = max(1.0 / track.n_hits, rule.size_gain)
    track.width_px += weight * (size_px[0] - track.width_px)
    track.height_px += weight * (size_px[1] - track.height_px)
