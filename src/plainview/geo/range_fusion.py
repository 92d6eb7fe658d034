"""A measured slant range together with the ray: what each knows, weighted by its error.

The ray and the surface say where a point is with errors that are long along the ray; a range
finder says how far along it is. With d the error of the point, t the unit vector of the ray
where it arrives, o the error of the sensor's place and n the surface's normal, the range to
the surface is off by ``e = t . (d - o)``, and the measured one by its own error. What they
differ by corrects the point by the gain ``Cov(d, e) / (Var(e) + Var(range))``: mostly along the
ray, and down with the surface that was too high.

``Cov(d, e)`` follows from the covariance of the point alone: turns leave t alone, and the
sensor's place moves the point by ``P = I - t n' / (n . t)``.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import Array
from plainview.model import Sigma

__all__ = ["CONTRADICTION", "MEASURED_RANGE_SIGMA", "FusedRange", "RangedPoints", "fuse_range"]

MEASURED_RANGE_SIGMA: Final = Sigma(own=2.0, shared=2.0)
"""Of a range finder whose source does not say it (ST 0601 item 102): data sheets of turrets promise
1 to 5 m; half of it noise of the echo, half the scale and the delay of the electronics."""

CONTRADICTION: Final = 5.0
"""Sigmas beyond which a range and a surface do not speak of the same thing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RangedPoints:
    """Points on a surface that a range was measured to.

    Args:
        tangent_enu: (n, 3) unit, the ray where it arrives, away from the sensor.
        normal_enu: (n, 3) of the surface, of any length.
        cov_enu_m2: (n, 3, 3) in total.
        cov_shared_enu_m2: (n, 3, 3) the shared part.
        sensor_cov_enu_m2: (n, 3, 3) of the sensor's place, in total.
        sensor_cov_shared_enu_m2: (n, 3, 3) the shared part.
    """

    tangent_enu: Array
    normal_enu: Array
    cov_enu_m2: Array
    cov_shared_enu_m2: Array
    sensor_cov_enu_m2: Array
    sensor_cov_shared_enu_m2: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FusedRange:
    """What a measured range does to points.

    Args:
        shift_enu_m: (n, 3) to add to each point.
        cov_enu_m2: (n, 3, 3) after it, in total.
        cov_shared_enu_m2: (n, 3, 3) the shared part.
        is_contradicted: (n,) where range and surface are farther apart than errors explain.
    """

    shift_enu_m: Array
    cov_enu_m2: Array
    cov_shared_enu_m2: Array
    is_contradicted: npt.NDArray[np.bool_]


def _range_errors(points: RangedPoints, cov: Array, sensor_cov: Array) -> tuple[Array, Array]:
    """Return how errors of points and of their ranges go together, (n, 3), and Var(e), (n,)."""
    t, n = points.tangent_enu, points.normal_enu
    sensor_t = np.einsum("nij,nj->ni", sensor_cov, t)
    arriving = np.sum(n * t, axis=-1)
    moved = sensor_t - t * (np.sum(n * sensor_t, axis=-1) / arriving)[:, np.newaxis]
    with_range = np.einsum("nij,nj->ni", cov, t) - moved
    variance = np.sum(t * (with_range - moved + sensor_t), axis=-1)
    return with_range, np.maximum(variance, 0.0)


def fuse_range(points: RangedPoints, residual_m: Array, *, sigma: Sigma) -> FusedRange:
    """Return what a measured range makes of points on a surface.

    Args:
        points: Where their rays met the surface, with errors.
        residual_m: (n,) the measured range less the range to the surface.
        sigma: 1-sigma of the measured range.

    Source:
        The Kalman update with a gain of one measurement, in Joseph's form for each part.
    """
    with_range, variance = _range_errors(points, points.cov_enu_m2, points.sensor_cov_enu_m2)
    with_shared, shared_variance = _range_errors(
        points, points.cov_shared_enu_m2, points.sensor_cov_shared_enu_m2
    )
    measured = np.array([sigma.own**2 + sigma.shared**2, sigma.shared**2])
    innovation = variance + measured[0]
    gain = with_range / innovation[:, np.newaxis]

    def updated(cov: Array, together: Array, spread: Array) -> Array:
        cross = gain[:, :, np.newaxis] * together[:, np.newaxis, :]
        square = gain[:, :, np.newaxis] * gain[:, np.newaxis, :]
        fused: Array = (
            cov - cross - np.swapaxes(cross, 1, 2) + square * spread[:, np.newaxis, np.newaxis]
        )
        return fused

    return FusedRange(
        shift_enu_m=gain * residual_m[:, np.newaxis],
        cov_enu_m2=updated(points.cov_enu_m2, with_range, innovation),
        cov_shared_enu_m2=updated(
            points.cov_shared_enu_m2, with_shared, shared_variance + measured[1]
        ),
        is_contradicted=np.abs(residual_m) > CONTRADICTION * np.sqrt(innovation),
    )
