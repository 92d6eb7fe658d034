"""Whether a View says enough, and nothing impossible, for its pixels to be located."""

import math
from typing import Final

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.geoid import geoid_grid
from plainview.geo.ray_kernels import undulation_of_place
from plainview.geo.ray_outcome import RayOutcome
from plainview.model import View

__all__ = ["heights_apart_m", "pose_outcome"]

_LOWEST_HAE_M: Final = -1_000.0
"""Below any sea and any shore."""
_HIGHEST_HAE_M: Final = 1_000_000.0
_CLOSE_M: Final = 5.0
"""Heights above sea and ellipsoid that are this near to the geoid agree: geoid models differ
by less than 3 m, and both are sent in steps of 0.3 m."""
_N_SIGMA: Final = 3.0


def heights_apart_m(view: View) -> float | None:
    """Return by how much a sensor's two heights are off the geoid between them.

    Returns:
        Ellipsoidal less sea-level height less the geoid's (EGM96), metres; None where the View
        lacks one of them or its place.
    """
    if view.latitude_deg is None or view.longitude_deg is None:
        return None
    if view.height_hae_m is None or view.altitude_msl_m is None:
        return None
    geoid_m = undulation_of_place(geoid_grid(), float(view.latitude_deg), float(view.longitude_deg))
    return view.height_hae_m - view.altitude_msl_m - geoid_m


def pose_outcome(view: View) -> RayOutcome:
    """Return why nothing of this View can be located; HIT where its rays can be drawn.

    Two heights contradict each other where what they differ by is more than three sigma of the
    sensor's height: one of them is above another datum than it says, and which is not known.
    """
    for outcome in (_withheld(view), _missing(view), _impossible(view)):
        if outcome is not None:
            return outcome
    sigma = view.sigma or assumed_view_sigma(view.pose_basis)
    vertical = sigma.position_vertical_m
    apart_m = heights_apart_m(view)
    limit_m = max(_CLOSE_M, _N_SIGMA * math.hypot(vertical.own, vertical.shared))
    if apart_m is not None and not abs(apart_m) <= limit_m:
        return RayOutcome.HEIGHTS_CONTRADICT
    return RayOutcome.HIT


def _withheld(view: View) -> RayOutcome | None:
    """What whoever made the View holds against it."""
    return None if view.withheld is None else RayOutcome.from_reason(view.withheld)


def _missing(view: View) -> RayOutcome | None:
    if view.latitude_deg is None or view.longitude_deg is None:
        return RayOutcome.POSITION_UNKNOWN
    if view.height_hae_m is None:
        is_above_another = view.altitude_msl_m is not None
        return RayOutcome.DATUM_UNKNOWN if is_above_another else RayOutcome.HEIGHT_UNKNOWN
    if None in (view.camera_heading_deg, view.camera_elevation_deg, view.camera_roll_deg):
        return RayOutcome.DIRECTION_UNKNOWN
    fields = (view.horizontal_fov_deg, view.vertical_fov_deg)
    if not all(field is not None and 0.0 < field < 180.0 for field in fields):
        return RayOutcome.FIELD_OF_VIEW
    return None


def _impossible(view: View) -> RayOutcome | None:
    """Whether a number cannot be; the numbers are there."""
    numbers = (
        view.longitude_deg,
        view.camera_heading_deg,
        view.camera_elevation_deg,
        view.camera_roll_deg,
    )
    is_possible = (
        all(math.isfinite(number or 0.0) for number in numbers)
        and -90.0 <= (view.latitude_deg or 0.0) <= 90.0
        and _LOWEST_HAE_M <= (view.height_hae_m or 0.0) <= _HIGHEST_HAE_M
    )
    return None if is_possible else RayOutcome.IMPOSSIBLE_VALUE
