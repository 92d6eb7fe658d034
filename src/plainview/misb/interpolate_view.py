"""Views between metadata sets: exact, interpolated, predicted or held, and always saying so."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import interpolate_rotation
from plainview.geo.single_pose import ecef_from_enu_at
from plainview.misb.carried_view import held_view, predicted_view
from plainview.misb.interpolate_reported import (
    interpolate_logarithm,
    interpolate_number,
    interpolate_reported,
)
from plainview.misb.moved_view import (
    ecef_from_local,
    ecef_from_view,
    view_at_ecef,
    view_with_rotations,
)
from plainview.misb.timed_view import TimedView
from plainview.misb.view_rotations import ned_from_platform_of_view, ned_from_view
from plainview.model import View, ViewMethod, changed_view
from plainview.units import seconds_from_microseconds, wrap_degrees_180

__all__ = ["InterpolationSettings", "interpolate_view", "is_joined", "view_with_motion"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class InterpolationSettings:
    """How far a View may be from the metadata that it rests on.

    Args:
        max_gap_s: Two sets further apart are not joined (encoders send at 1 Hz or faster).
        max_held_s: A View is held this long after its set, then there is none.
        max_predicted_s: A View is carried on by its rates this long; 0 in files, where the
            next set is known.
        max_fov_ratio: A larger change of field of view between two sets is a step of the
            zoom, and is not joined.
    """

    max_gap_s: float = 3.0
    max_held_s: float = 0.5
    max_predicted_s: float = 0.0
    max_fov_ratio: float = 1.25


FILE_SETTINGS: Final = InterpolationSettings()


def interpolate_view(
    before: TimedView | None,
    after: TimedView | None,
    *,
    video_time_us: int,
    max_gap_s: float | None = None,
    settings: InterpolationSettings = FILE_SETTINGS,
    steady: tuple[TimedView, TimedView] | None = None,
) -> View | None:
    """Return the View of one instant from the sets on both sides of it.

    Args:
        before: The last one at or before the instant; None where there is none.
        after: The first one after it; None where there is none (yet).
        video_time_us: The instant, on the video's clock.
        max_gap_s: Two sets further apart are not joined; None leaves it to the settings.
        settings: All limits.
        steady: Two sets further apart and joined, around the instant, whose motion is taken
            in place of that of the nearest two, where those show one.

    Returns:
        A View that names its method and its age; None where nothing is close enough. A
        set that comes after the instant serves only to interpolate: no View is carried back.
    """
    limits = settings if max_gap_s is None else replace(settings, max_gap_s=max_gap_s)
    if after is not None and after.video_time_us == video_time_us:
        return _exact(after, before, limits, steady=steady)
    if before is None or before.video_time_us is None or before.video_time_us > video_time_us:
        return None
    has_next = after is not None and is_joined(before, after, limits)
    if before.video_time_us == video_time_us:
        return _exact(before, after if has_next else None, limits, steady=steady)
    if after is not None and has_next:
        return _interpolated(before, after, video_time_us, steady=steady)
    return _carried_on(before, video_time_us=video_time_us, limits=limits, is_end=after is None)


def view_with_motion(view: View, before: TimedView, after: TimedView) -> View:
    """Return a View with the velocity and turning rates that its two neighbours show."""
    span_us = (after.video_time_us or 0) - (before.video_time_us or 0)
    if span_us == 0:
        return view
    span_s = seconds_from_microseconds(span_us)
    heading = _difference(before.view.camera_heading_deg, after.view.camera_heading_deg)
    elevation = _difference(before.view.camera_elevation_deg, after.view.camera_elevation_deg)
    return changed_view(
        view,
        velocity_enu_m_s=_velocity_enu_m_s(before.view, after.view, span_s),
        camera_heading_rate_deg_s=None if heading is None else heading / span_s,
        camera_elevation_rate_deg_s=None if elevation is None else elevation / span_s,
    )


def is_joined(before: TimedView, after: TimedView, limits: InterpolationSettings) -> bool:
    """Return whether two sets are of one run: close in time, of one sensor, mode and field."""
    if before.video_time_us is None or after.video_time_us is None:
        return False
    gap_s = seconds_from_microseconds(after.video_time_us - before.video_time_us)
    return (
        0.0 < gap_s <= limits.max_gap_s
        and before.sensor_key == after.sensor_key
        and before.view.pose_basis == after.view.pose_basis
        and not _is_zoom_step(before.view, after.view, limits.max_fov_ratio)
    )


def _is_zoom_step(before: View, after: View, max_ratio: float) -> bool:
    first, second = before.horizontal_fov_deg, after.horizontal_fov_deg
    if first is None or second is None or min(first, second) <= 0.0:
        return first != second
    return max(first, second) / min(first, second) > max_ratio


def _motion_span(
    before: TimedView, after: TimedView, steady: tuple[TimedView, TimedView] | None
) -> tuple[TimedView, TimedView]:
    """Return the pair whose motion is taken: the wider one, where the near one shows a motion."""
    is_moving = _has_place(before.view) and _has_place(after.view)
    return steady if steady is not None and is_moving else (before, after)


def _has_place(view: View) -> bool:
    return None not in (view.latitude_deg, view.longitude_deg, view.height_hae_m)


def _exact(
    exact: TimedView,
    other: TimedView | None,
    limits: InterpolationSettings,
    *,
    steady: tuple[TimedView, TimedView] | None,
) -> View:
    view = exact.view
    if view.view_method is not ViewMethod.EXACT:
        view = replace(view, view_method=ViewMethod.EXACT)
    if other is None:
        return view
    first, second = sorted((exact, other), key=lambda timed: timed.video_time_us or 0)
    if not is_joined(first, second, limits):
        return view
    return view_with_motion(view, *_motion_span(first, second, steady))


def _interpolated(
    before: TimedView,
    after: TimedView,
    video_time_us: int,
    *,
    steady: tuple[TimedView, TimedView] | None,
) -> View:
    start_us, end_us = before.video_time_us or 0, after.video_time_us or 0
    fraction = (video_time_us - start_us) / (end_us - start_us)
    first, second = before.view, after.view
    age_s = seconds_from_microseconds(video_time_us - start_us)
    view = changed_view(
        first,
        time_us=_time_between(before, after, fraction),
        view_method=ViewMethod.INTERPOLATED,
        metadata_age_s=age_s + (first.metadata_age_s or 0.0),
        horizontal_fov_deg=interpolate_logarithm(
            first.horizontal_fov_deg, second.horizontal_fov_deg, fraction
        ),
        vertical_fov_deg=interpolate_logarithm(
            first.vertical_fov_deg, second.vertical_fov_deg, fraction
        ),
        slant_range_m=interpolate_number(first.slant_range_m, second.slant_range_m, fraction),
        reported=interpolate_reported(first.reported, second.reported, fraction),
        withheld=first.withheld or second.withheld,
    )
    posed = _posed_between(view, after.view, fraction)
    return view_with_motion(posed, *_motion_span(before, after, steady))


def _time_between(before: TimedView, after: TimedView, fraction: float) -> int | None:
    if before.time_us is None or after.time_us is None:
        return None
    return before.time_us + round(fraction * (after.time_us - before.time_us))


def _posed_between(before: View, after: View, fraction: float) -> View:
    """Return ``before`` moved and turned part of the way to ``after``, in ECEF."""
    camera = _turned_between(
        (before, ned_from_view(before)), (after, ned_from_view(after)), fraction
    )
    platform = _turned_between(
        (before, ned_from_platform_of_view(before)),
        (after, ned_from_platform_of_view(after)),
        fraction,
    )
    moved = _moved_between(before, after, fraction)
    return view_with_rotations(moved, ecef_from_camera=camera, ecef_from_platform=platform)


def _moved_between(before: View, after: View, fraction: float) -> View:
    start, end = ecef_from_view(before), ecef_from_view(after)
    if start is None or end is None:
        return replace(
            before, latitude_deg=None, longitude_deg=None, height_hae_m=None, altitude_msl_m=None
        )
    msl_m = interpolate_number(before.altitude_msl_m, after.altitude_msl_m, fraction)
    return changed_view(
        view_at_ecef(before, start + fraction * (end - start)), altitude_msl_m=msl_m
    )


def _turned_between(
    before: tuple[View, Array | None], after: tuple[View, Array | None], fraction: float
) -> Array | None:
    """Return the rotation between two, from its source to ECEF; None where one is not known."""
    (start, start_rotation), (end, end_rotation) = before, after
    if start_rotation is None or end_rotation is None:
        return None
    return interpolate_rotation(
        ecef_from_local(start) @ start_rotation, ecef_from_local(end) @ end_rotation, fraction
    )


def _carried_on(
    before: TimedView, *, video_time_us: int, limits: InterpolationSettings, is_end: bool
) -> View | None:
    """Return the View predicted or held after its last set; None once it is too old.

    Args:
        before: The last set.
        video_time_us: The instant.
        limits: How long it may be carried.
        is_end: Whether no later set is known; before a step nothing is predicted.
    """
    span_s = seconds_from_microseconds(video_time_us - (before.video_time_us or 0))
    has_motion = before.view.velocity_enu_m_s is not None
    if is_end and has_motion and span_s <= limits.max_predicted_s:
        return predicted_view(before, span_s)
    return held_view(before, span_s) if span_s <= limits.max_held_s else None


def _velocity_enu_m_s(
    before: View, after: View, span_s: float
) -> tuple[float, float, float] | None:
    start, end = ecef_from_view(before), ecef_from_view(after)
    if start is None or end is None or before.latitude_deg is None or before.longitude_deg is None:
        return None
    enu_from_ecef = ecef_from_enu_at(before.latitude_deg, before.longitude_deg).T
    east, north, up = (enu_from_ecef @ (end - start) / span_s).tolist()
    return east, north, up


def _difference(before_deg: float | None, after_deg: float | None) -> float | None:
    if before_deg is None or after_deg is None:
        return None
    return wrap_degrees_180(after_deg - before_deg)
