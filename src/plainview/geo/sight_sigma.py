"""How sure a View is of its line of sight, whatever angles it was made from."""

import math
from typing import Final

import numpy as np

from plainview.geo.attitude import ned_from_camera
from plainview.geo.covariance import GroundErrors, error_covariances
from plainview.geo.covariance_columns import turns_of_view
from plainview.geo.geodetic import NED_FROM_ENU, ecef_from_enu
from plainview.model import View

__all__ = ["sight_sigma_deg"]

_N_POSITION_TERMS: Final = 3
_NO_SURFACE: Final = GroundErrors(point_sigma_px=np.zeros((1, 2)), surface_sigma_m=0.0)


def sight_sigma_deg(view: View) -> tuple[float, float] | None:
    """Return the 1-sigma of the line of sight to the right and upward, degrees on the sky.

    Own and shared part together: attitude and gimbal, with the correlations that the source
    reports, and the instant of the metadata while the camera turns. To the right is along the
    horizontal, across the line; a heading's error counts by the cosine of the elevation.

    Returns:
        None where the View has no line of sight or no 1-sigma.

    Source:
        First-order propagation through the same turns as the error of a place on the ground.
    """
    heading_deg, elevation_deg = view.camera_heading_deg, view.camera_elevation_deg
    if view.sigma is None or heading_deg is None or elevation_deg is None:
        return None
    enu = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    turns, _ = turns_of_view(view, enu)
    level = ned_from_camera(
        heading_rad=math.radians(heading_deg),
        elevation_rad=math.radians(elevation_deg),
        roll_rad=0.0,
    )
    right, down, ahead = (enu @ NED_FROM_ENU.T @ level).T
    moved = np.cross(turns, ahead) @ np.stack([right, -down], axis=-1)
    own, shared = error_covariances(view, _NO_SURFACE)
    terms = slice(_N_POSITION_TERMS, _N_POSITION_TERMS + len(turns))
    variance = np.einsum("pi,pq,qi->i", moved, (own + shared)[terms, terms], moved)
    across, up = np.degrees(np.sqrt(np.maximum(variance, 0.0))).tolist()
    return across, up
