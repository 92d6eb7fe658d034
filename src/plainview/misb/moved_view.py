"""Views moved and turned in Earth-centred coordinates."""

import numpy as np
import numpy.typing as npt

from plainview.geo.geodetic import geodetic_from_ecef
from plainview.geo.single_pose import ecef_from_ned_at, ecef_of_place
from plainview.misb.view_rotations import body_angles_deg, camera_angles_deg, gimbal_angles_deg
from plainview.model import View, changed_view

__all__ = ["ecef_from_local", "ecef_from_view", "view_at_ecef", "view_with_rotations"]

Array = npt.NDArray[np.float64]


def ecef_from_view(view: View) -> Array | None:
    """Return where a View is (3,), ECEF, metres; None where its place is not known."""
    if view.latitude_deg is None or view.longitude_deg is None or view.height_hae_m is None:
        return None
    return ecef_of_place(view.latitude_deg, view.longitude_deg, view.height_hae_m)


def view_at_ecef(view: View, position_ecef_m: Array) -> View:
    """Return the View moved to a place (3,), ECEF, metres; its height above the sea is left."""
    latitude, longitude, height = geodetic_from_ecef(position_ecef_m)
    return changed_view(
        view,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=float(height),
    )


def ecef_from_local(view: View) -> Array:
    """Return ecef_from_ned at a View; the identity where its place is not known."""
    if view.latitude_deg is None or view.longitude_deg is None:
        return np.eye(3)
    return ecef_from_ned_at(view.latitude_deg, view.longitude_deg)


def view_with_rotations(
    view: View, *, ecef_from_camera: Array | None, ecef_from_platform: Array | None
) -> View:
    """Return the View with the angles of two rotations; None makes their angles None.

    The gimbal's angles are what leads from the one to the other, so the three stay one.
    """
    ned_from_ecef = ecef_from_local(view).T
    camera: tuple[float | None, ...] = (None,) * 3
    platform: tuple[float | None, ...] = (None,) * 3
    gimbal: tuple[float | None, ...] = (None,) * 3
    if ecef_from_camera is not None:
        camera = camera_angles_deg(ned_from_ecef @ ecef_from_camera)
    if ecef_from_platform is not None:
        platform = body_angles_deg(ned_from_ecef @ ecef_from_platform)
        if ecef_from_camera is not None and view.sensor_relative_azimuth_deg is not None:
            gimbal = gimbal_angles_deg(ecef_from_platform.T @ ecef_from_camera)
    return changed_view(
        view,
        camera_heading_deg=camera[0],
        camera_elevation_deg=camera[1],
        camera_roll_deg=camera[2],
        platform_heading_deg=platform[0],
        platform_pitch_deg=platform[1],
        platform_roll_deg=platform[2],
        sensor_relative_azimuth_deg=gimbal[0],
        sensor_relative_elevation_deg=gimbal[1],
        sensor_relative_roll_deg=gimbal[2],
    )
