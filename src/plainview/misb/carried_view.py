"""Views carried on after their last metadata set: predicted or held, older and less sure."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.geodetic import ecef_from_enu
from plainview.misb.moved_view import (
    ecef_from_local,
    ecef_from_view,
    view_at_ecef,
    view_with_rotations,
)
from plainview.misb.timed_view import TimedView
from plainview.misb.view_rotations import ned_from_platform_of_view, ned_from_view
from plainview.model import Sigma, View, ViewMethod, ViewSigma
from plainview.units import microseconds_from_seconds, wrap_degrees_360

__all__ = ["held_view", "predicted_view"]

Array = npt.NDArray[np.float64]

PREDICTION_SHARE: Final = 0.3
"""A turn or a speed that was seen is taken to change by about this share of itself while it
is carried on, so the instant of a predicted View is uncertain by this share of its age."""


def _aged(before: TimedView, span_s: float) -> View:
    view = before.view
    return replace(
        view,
        time_us=None
        if before.time_us is None
        else before.time_us + microseconds_from_seconds(span_s),
        metadata_age_s=span_s + (view.metadata_age_s or 0.0),
    )


def held_view(before: TimedView, span_s: float) -> View:
    """Return the View as it was; its instant is uncertain by its whole age."""
    aged = _aged(before, span_s)
    return replace(aged, view_method=ViewMethod.HELD, sigma=_late(aged.sigma, span_s))


def predicted_view(before: TimedView, span_s: float) -> View:
    """Return the View carried on by its velocity and its turning rates."""
    aged = _aged(before, span_s)
    camera = _turned_on(aged, span_s)
    platform = ned_from_platform_of_view(aged)
    local = ecef_from_local(aged)
    turned = view_with_rotations(
        _moved_on(aged, span_s),
        ecef_from_camera=None if camera is None else local @ camera,
        ecef_from_platform=None if platform is None else local @ platform,
    )
    sigma = _late(aged.sigma, PREDICTION_SHARE * span_s)
    return replace(turned, view_method=ViewMethod.PREDICTED, sigma=sigma)


def _moved_on(view: View, span_s: float) -> View:
    position = ecef_from_view(view)
    if position is None or view.velocity_enu_m_s is None:
        return view
    ecef_from_local_enu = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    moved = view_at_ecef(
        view, position + span_s * ecef_from_local_enu @ np.array(view.velocity_enu_m_s)
    )
    climb_m = span_s * view.velocity_enu_m_s[2]
    msl_m = view.altitude_msl_m
    return replace(moved, altitude_msl_m=None if msl_m is None else msl_m + climb_m)


def _turned_on(view: View, span_s: float) -> Array | None:
    """Return ned_from_camera (3, 3) after the turning rates have acted for a while."""
    if view.camera_heading_deg is None or view.camera_elevation_deg is None:
        return None
    heading_rate = view.camera_heading_rate_deg_s or 0.0
    elevation_rate = view.camera_elevation_rate_deg_s or 0.0
    elevation = view.camera_elevation_deg + span_s * elevation_rate
    return ned_from_view(
        replace(
            view,
            camera_heading_deg=wrap_degrees_360(view.camera_heading_deg + span_s * heading_rate),
            camera_elevation_deg=float(np.clip(elevation, -90.0, 90.0)),
        )
    )


def _late(sigma: ViewSigma | None, late_s: float) -> ViewSigma | None:
    """Return the sigma with more doubt about the instant, new in each frame."""
    if sigma is None:
        return None
    own = float(np.hypot(sigma.time_s.own, late_s))
    return replace(sigma, time_s=Sigma(own=own, shared=sigma.time_s.shared))
