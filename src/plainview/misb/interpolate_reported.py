"""What a source says about the ground, between two of its sets."""

import math
from dataclasses import replace

from plainview.model import ReportedGeometry
from plainview.units import wrap_degrees_180

__all__ = [
    "interpolate_logarithm",
    "interpolate_longitude_deg",
    "interpolate_number",
    "interpolate_reported",
]

Corners = tuple[tuple[float, float], ...]


def interpolate_number(before: float | None, after: float | None, fraction: float) -> float | None:
    """Return the number part of the way between two; None where one is not known."""
    if before is None or after is None:
        return None
    return before + fraction * (after - before)


def interpolate_logarithm(
    before: float | None, after: float | None, fraction: float
) -> float | None:
    """Return the positive number part of the way by ratio, as a zoom goes; None likewise."""
    if before is None or after is None or min(before, after) <= 0.0:
        return None
    return math.exp((1.0 - fraction) * math.log(before) + fraction * math.log(after))


def interpolate_longitude_deg(
    before: float | None, after: float | None, fraction: float
) -> float | None:
    """Return the longitude part of the way the short way round; None likewise."""
    if before is None or after is None:
        return None
    return wrap_degrees_180(before + fraction * wrap_degrees_180(after - before))


def interpolate_reported(
    before: ReportedGeometry | None, after: ReportedGeometry | None, fraction: float
) -> ReportedGeometry | None:
    """Return what the source would say part of the way between two sets.

    A part that one of the sets lacks is None; the kind of range and the stated errors
    are those of the earlier set.
    """
    if before is None or after is None:
        return None

    def between(name: str) -> float | None:
        return interpolate_number(getattr(before, name), getattr(after, name), fraction)

    return replace(
        before,
        frame_center_latitude_deg=between("frame_center_latitude_deg"),
        frame_center_longitude_deg=interpolate_longitude_deg(
            before.frame_center_longitude_deg, after.frame_center_longitude_deg, fraction
        ),
        frame_center_altitude_msl_m=between("frame_center_altitude_msl_m"),
        frame_center_height_hae_m=between("frame_center_height_hae_m"),
        slant_range_m=between("slant_range_m"),
        target_width_m=between("target_width_m"),
        corners_deg=_interpolate_corners(before.corners_deg, after.corners_deg, fraction),
    )


def _interpolate_corners(
    before: Corners | None, after: Corners | None, fraction: float
) -> Corners | None:
    if before is None or after is None:
        return None
    corners: list[tuple[float, float]] = []
    for (first_lat, first_lon), (second_lat, second_lon) in zip(before, after, strict=True):
        turn = wrap_degrees_180(second_lon - first_lon)
        corners.append(
            (
                first_lat + fraction * (second_lat - first_lat),
                wrap_degrees_180(first_lon + fraction * turn),
            )
        )
    return tuple(corners)
