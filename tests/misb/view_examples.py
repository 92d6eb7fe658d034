"""Views for the tests of this room."""

from dataclasses import replace

from plainview.misb.timed_view import TimedView
from plainview.misb.view_rotations import camera_angles_deg, ned_from_camera_of_gimbal
from plainview.model import PoseBasis, Sigma, TimeBasis, UncertaintyBasis, View, ViewSigma

SIGMA = ViewSigma(
    position_horizontal_m=Sigma(own=1.0, shared=2.0),
    position_vertical_m=Sigma(own=1.0, shared=3.0),
    field_of_view_ratio=Sigma(own=0.0, shared=0.01),
    time_s=Sigma(own=0.01, shared=0.02),
    basis=UncertaintyBasis.ASSUMED,
)


def view_of(
    platform_deg: tuple[float, float, float] = (30.0, 2.0, -3.0),
    gimbal_deg: tuple[float, float, float] = (40.0, -35.0, 1.0),
    **changes: object,
) -> View:
    """Return a whole View of basis ``relative``."""
    heading, elevation, roll = camera_angles_deg(
        ned_from_camera_of_gimbal(platform_deg, gimbal_deg)
    )
    view = View(
        time_us=1_000_000_000,
        time_basis=TimeBasis.ASSUMED_UTC,
        latitude_deg=40.0,
        longitude_deg=-70.0,
        height_hae_m=1000.0,
        altitude_msl_m=1030.0,
        platform_heading_deg=platform_deg[0],
        platform_pitch_deg=platform_deg[1],
        platform_roll_deg=platform_deg[2],
        sensor_relative_azimuth_deg=gimbal_deg[0],
        sensor_relative_elevation_deg=gimbal_deg[1],
        sensor_relative_roll_deg=gimbal_deg[2],
        camera_heading_deg=heading,
        camera_elevation_deg=elevation,
        camera_roll_deg=roll,
        pose_basis=PoseBasis.RELATIVE,
        horizontal_fov_deg=4.0,
        vertical_fov_deg=3.0,
        metadata_age_s=0.0,
        sigma=SIGMA,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def timed(video_time_us: int, view: View, **changes: object) -> TimedView:
    """Return a View at a video time, its UTC a thousand seconds later."""
    time_us = 1_000_000_000 + video_time_us
    whole = TimedView(
        video_time_us=video_time_us, time_us=time_us, view=replace(view, time_us=time_us)
    )
    return replace(whole, **changes)  # type: ignore[arg-type]
