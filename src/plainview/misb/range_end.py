"""The ground at the end of a slant range, for sources whose own height of it is none."""

from dataclasses import replace

import numpy as np

from plainview.geo.geodetic import ecef_from_geodetic, ecef_from_ned, geodetic_from_ecef
from plainview.geo.refraction import points_on_rays
from plainview.misb.angle_convention import AngleConvention, HeightReading, RangeReading
from plainview.model import ReportedGeometry, View

__all__ = ["needs_range_end", "with_ground_at_range"]

_NO_HEIGHT = (HeightReading.ELEVATION_ANGLE, HeightReading.UNUSABLE)
_A_RANGE = (RangeReading.AS_SENT, RangeReading.FEET)


def needs_range_end(convention: AngleConvention | None) -> bool:
    """Return whether the ground's height is to come from the slant range.

    It is where the field of the frame centre's height holds something else and the slant range
    goes to the frame centre, as the convention was found by.
    """
    return (
        convention is not None
        and convention.frame_center_height in _NO_HEIGHT
        and convention.slant_range in _A_RANGE
    )


def with_ground_at_range(view: View) -> View:
    """Return a View whose frame-centre height is that at the end of its slant range.

    The ray bends as every other one does. Without range or line of sight nothing changes.
    """
    heading, elevation = view.camera_heading_deg, view.camera_elevation_deg
    latitude, longitude = view.latitude_deg, view.longitude_deg
    height_m, range_m = view.height_hae_m, view.slant_range_m
    if heading is None or elevation is None or latitude is None or longitude is None:
        return view
    if height_m is None or range_m is None:
        return view
    bearing, up = np.radians(heading), np.radians(elevation)
    ned = [np.cos(up) * np.cos(bearing), np.cos(up) * np.sin(bearing), -np.sin(up)]
    direction = (ecef_from_ned(latitude, longitude) @ np.array(ned))[np.newaxis]
    origin = ecef_from_geodetic(latitude, longitude, height_m)
    point = points_on_rays(origin, direction, np.array([range_m]))[0]
    end_m = float(geodetic_from_ecef(point)[2])
    reported = view.reported or ReportedGeometry()
    return replace(view, reported=replace(reported, frame_center_height_hae_m=end_m))
