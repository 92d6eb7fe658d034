"""Observations for the tests of this room."""

from typing import Any

import numpy as np
import numpy.typing as npt

from plainview.model import (
    Band,
    Camera,
    Detections,
    Frame,
    LifeStage,
    Observation,
    PoseBasis,
    RangeKind,
    Registration,
    TimeBasis,
    Tracks,
    View,
    ViewMethod,
)
from plainview.overlay import OverlayContext

CONTEXT = OverlayContext(
    frame_center_latitude_deg=59.345,
    frame_center_longitude_deg=18.1111,
    frame_center_height_hae_m=24.0,
    frame_center_semi_axes_95_m=(4.2, 1.3),
    surface="frame_center_height",
    gsd_m=0.24,
)


def make_view(**changes: Any) -> View:
    values: dict[str, Any] = {
        "time_us": 1_795_260_423_450_000,
        "time_basis": TimeBasis.MISP_CORRECTED,
        "latitude_deg": 59.31234,
        "longitude_deg": 18.0687,
        "height_hae_m": 1234.5,
        "altitude_msl_m": 1210.0,
        "camera_heading_deg": 352.3,
        "camera_elevation_deg": -17.4,
        "camera_roll_deg": 0.0,
        "pose_basis": PoseBasis.RELATIVE,
        "horizontal_fov_deg": 4.2,
        "vertical_fov_deg": 2.36,
        "slant_range_m": 4123.0,
        "slant_range_kind": RangeKind.MEASURED,
        "view_method": ViewMethod.INTERPOLATED,
        "metadata_age_s": 0.02,
        "velocity_enu_m_s": (40.0, 20.0, 0.0),
        "sensor_relative_azimuth_deg": -23.4,
        "sensor_relative_elevation_deg": -17.1,
        "mission_id": "SAR 21-004",
        "platform_designation": "DA42 MPP",
        "platform_tail_number": "SE-MPA",
        "image_source": "EO Nose",
        "security_marking": "UNCLASSIFIED//",
    }
    return View(**{**values, **changes})


def make_tracks(
    boxes_px: list[tuple[float, float, float, float]],
    stages: list[LifeStage],
    *,
    sigma_m: float = 4.0,
) -> Tracks:
    n = len(boxes_px)
    cov = np.tile(np.diag([sigma_m**2, (sigma_m / 2) ** 2, 1.0]), (n, 1, 1))
    return Tracks(
        track_id=np.arange(1, n + 1, dtype=np.int64),
        box_px=np.array(boxes_px, np.float64).reshape(n, 4),
        life_stage=np.array(stages, np.uint8),
        existence=np.ones(n),
        score=np.ones(n),
        label=(None,) * n,
        detector=("motion",) * n,
        position_cov_px2=np.zeros((n, 2, 2)),
        velocity_px_s=np.zeros((n, 2)),
        latitude_deg=np.full(n, 59.0),
        longitude_deg=np.full(n, 18.0),
        height_hae_m=np.zeros(n),
        surface=("sea_level",) * n,
        position_cov_enu_m2=cov,
        position_cov_shared_enu_m2=cov.copy(),
        velocity_en_m_s=np.zeros((n, 2)),
        uncertainty_basis=("assumed",) * n,
    )


def make_observation(
    *,
    width_px: int = 1280,
    height_px: int = 720,
    view: View | None = None,
    tracks: Tracks | None = None,
    pixels: npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | None = None,
) -> Observation:
    frame = Frame(
        pixels=np.zeros((height_px, width_px, 3), np.uint8) if pixels is None else pixels,
        camera=Camera(name="camera-1", width_px=width_px, height_px=height_px, band=Band.EO),
        frame_index=0,
        video_time_us=723_450_000,
        view=view,
    )
    return Observation(
        frame=frame,
        registration=Registration(
            current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=True
        ),
        detections=Detections.empty(),
        all_tracks=make_tracks([], []) if tracks is None else tracks,
    )
