"""What instruments say of a line of sight: encoder steps, and the 1-sigma that is stated."""

import math
from dataclasses import replace
from typing import Final

from plainview.model import Sigma, View, ViewSigma
from plainview.twin.pose_error import PoseError

__all__ = ["reported_sigma", "rounded_error"]

_LEAST_COSINE: Final = 0.02
"""Of the elevation: nearer to the vertical an azimuth has no more error than this makes of it."""


def rounded_error(pose: View, error: PoseError, *, step_deg: float) -> PoseError:
    """Return an error with which the gimbal's angles come out in whole steps of the encoders.

    Args:
        pose: The true pose that it will be added to.
        error: Without the steps.
        step_deg: Of azimuth and elevation; 0 for none.
    """
    if step_deg <= 0.0:
        return error
    azimuth_deg = (pose.sensor_relative_azimuth_deg or 0.0) + error.relative_azimuth_deg
    elevation_deg = (pose.sensor_relative_elevation_deg or 0.0) + error.relative_elevation_deg
    return replace(
        error,
        relative_azimuth_deg=error.relative_azimuth_deg + _to_step(azimuth_deg, step_deg),
        relative_elevation_deg=error.relative_elevation_deg + _to_step(elevation_deg, step_deg),
    )


def _to_step(angle_deg: float, step_deg: float) -> float:
    return step_deg * round(angle_deg / step_deg) - angle_deg


def reported_sigma(
    sigma: ViewSigma,
    *,
    bore_sight_rad: tuple[float, float],
    elevation_deg: float,
    step_deg: float,
) -> ViewSigma:
    """Return the 1-sigma of an instrument with its encoders' steps and a camera's bore-sight.

    Args:
        sigma: Of the navigation and the gimbal.
        bore_sight_rad: Right and down; nobody knows them, so that they count as errors of that
            size, which stay.
        elevation_deg: Of the line of sight on the platform: across it, an azimuth counts by its
            cosine.
        step_deg: Of the encoders; a rounding has the 1-sigma of its step over the root of 12.
    """
    right_deg, down_deg = (math.degrees(abs(part)) for part in bore_sight_rad)
    cosine = max(abs(math.cos(math.radians(elevation_deg))), _LEAST_COSINE)
    rounding_deg = step_deg / math.sqrt(12.0)
    return replace(
        sigma,
        relative_azimuth_deg=_more(sigma.relative_azimuth_deg, rounding_deg, right_deg / cosine),
        relative_elevation_deg=_more(sigma.relative_elevation_deg, rounding_deg, down_deg),
    )


def _more(sigma: Sigma | None, own: float, shared: float) -> Sigma:
    before = sigma or Sigma(own=0.0, shared=0.0)
    return Sigma(own=math.hypot(before.own, own), shared=math.hypot(before.shared, shared))
