"""A View from what a source says at one instant."""

from dataclasses import replace
from typing import Any

from plainview.misb.angle_convention import AngleConvention
from plainview.misb.range_end import needs_range_end, with_ground_at_range
from plainview.misb.reported_accuracy import with_reported_accuracy
from plainview.misb.view_heights import SensorHeight
from plainview.misb.view_items import FIELDS, PLACE, Reading, ViewItems, oldest_age_s
from plainview.misb.view_pose import ViewPose, view_pose
from plainview.misb.view_sigma import parts_said, slant_range_sigma, view_sigma
from plainview.model import RangeKind, ReportedGeometry, View, ViewSigma, changed_view

__all__ = ["view_from_items"]

_HEIGHTS = ("height_hae_m", "altitude_msl_m")


def view_from_items(
    items: ViewItems,
    height: SensorHeight,
    *,
    instrument: ViewSigma | None = None,
    convention: AngleConvention | None = None,
) -> View:
    """Return the View that a source's numbers make, all but its time.

    Args:
        items: What the source says.
        height: The sensor's height in both datums.
        instrument: The 1-sigma of the turret where it is known.
        convention: By which the items were read; None is the standard's own reading.
    """
    pose = view_pose(items, height)
    if pose is None:
        return _view(items, height)
    heading, elevation, roll = pose.camera_deg
    posed = _view(
        items,
        height,
        camera_heading_deg=heading,
        camera_elevation_deg=elevation,
        camera_roll_deg=roll,
        pose_basis=pose.basis,
        metadata_age_s=_age_s(items, pose),
    )
    posed = _with_resection(posed, pose)
    if needs_range_end(convention):
        posed = with_ground_at_range(posed)
    if not posed.is_locatable:
        return posed
    sigma = view_sigma(items, pose, instrument=instrument)
    said = parts_said(items, pose.basis)
    return with_reported_accuracy(changed_view(posed, sigma=sigma), kept=said)


def _age_s(items: ViewItems, pose: ViewPose) -> float:
    heights = (oldest_age_s(items, (name,)) for name in _HEIGHTS)
    height_age_s = next((age_s for age_s in heights if age_s is not None), 0.0)
    others = oldest_age_s(items, PLACE + FIELDS) or 0.0
    return max(pose.age_s, height_age_s, others)


def _with_resection(view: View, pose: ViewPose) -> View:
    """Return the View with the fields and the place that its corners told."""
    found = pose.resection
    if found is None:
        return view
    latitude, longitude, height_m = found.position
    is_placed = None not in (view.latitude_deg, view.longitude_deg, view.height_hae_m)
    placed = view
    if not is_placed:
        placed = replace(
            view, latitude_deg=latitude, longitude_deg=longitude, height_hae_m=height_m
        )
    return replace(placed, horizontal_fov_deg=found.fov_deg[0], vertical_fov_deg=found.fov_deg[1])


def _value(reading: Reading | None) -> float | None:
    return None if reading is None else reading.value


def _view(items: ViewItems, height: SensorHeight, **pose: Any) -> View:
    """Return what the source says, with the fields of the line of sight that is made of it."""
    identity = items.identity
    range_m = _value(items.slant_range_m)
    range_kind = None if range_m is None else items.slant_range_kind
    return View(
        latitude_deg=_value(items.latitude_deg),
        longitude_deg=_value(items.longitude_deg),
        height_hae_m=height.height_hae_m,
        altitude_msl_m=height.altitude_msl_m,
        platform_heading_deg=_value(items.platform_heading_deg),
        platform_pitch_deg=_value(items.platform_pitch_deg),
        platform_roll_deg=_value(items.platform_roll_deg),
        sensor_relative_azimuth_deg=_value(items.relative_azimuth_deg),
        sensor_relative_elevation_deg=_value(items.relative_elevation_deg),
        sensor_relative_roll_deg=_value(items.relative_roll_deg),
        horizontal_fov_deg=_value(items.horizontal_fov_deg),
        vertical_fov_deg=_value(items.vertical_fov_deg),
        slant_range_m=range_m,
        slant_range_kind=range_kind,
        slant_range_sigma_m=slant_range_sigma(items) if range_kind is RangeKind.MEASURED else None,
        reported=_reported(items),
        security_marking=identity.security_marking,
        core_identifier=identity.core_identifier,
        mission_id=identity.mission_id,
        platform_designation=identity.platform_designation,
        platform_tail_number=identity.platform_tail_number,
        image_source=identity.image_source,
        **pose,
    )


def _reported(items: ViewItems) -> ReportedGeometry:
    """Return what the source says about the ground."""
    corners = items.corners
    range_m = _value(items.slant_range_m)
    return ReportedGeometry(
        frame_center_latitude_deg=_value(items.frame_center_latitude_deg),
        frame_center_longitude_deg=_value(items.frame_center_longitude_deg),
        frame_center_altitude_msl_m=_value(items.frame_center_altitude_msl_m),
        frame_center_height_hae_m=_value(items.frame_center_height_hae_m),
        slant_range_m=range_m,
        slant_range_kind=None if range_m is None else items.slant_range_kind,
        corners_deg=None
        if corners is None
        else tuple((each.latitude_deg.value, each.longitude_deg.value) for each in corners),
        target_width_m=_value(items.target_width_m),
        ce90_m=_value(items.ce90_m),
        le90_m=_value(items.le90_m),
        frame_center_height_sigma_m=_said_of(items, "frame_center_height_m"),
    )


def _said_of(items: ViewItems, quantity: str) -> float | None:
    """Return the 1-sigma that the source says of a number (ST 0601 item 102)."""
    said = items.reported_sigma
    return None if said is None else said.sigma.get(quantity)
