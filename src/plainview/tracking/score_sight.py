"""Line of sight and place of the camera: what the mission says against what they truly were."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.geo import ecef_from_ned
from plainview.model import ELLIPSE_95_PER_SIGMA
from plainview.tracking.score_frames import FrameRows, PoseRows

__all__ = ["SensorPlaceError", "SightError", "score_sensor_place", "score_sight"]

Array = npt.NDArray[np.float64]

_MRAD_PER_RAD = 1e3


@dataclass(frozen=True, slots=True, kw_only=True)
class SightError:
    """The angle between the true and the reported line of sight, in milliradians.

    Args:
        frames: That were compared.
        rms_mrad: Of the angle.
        median_mrad: Of the angle.
        p95_mrad: Of the angle.
        mean_right_mrad: By how much the reported line lies to the right of the true one, in
            the mean: a bias of heading, taken across the line.
        scatter_right_mrad: Standard deviation of that.
        mean_up_mrad: Likewise above it.
        scatter_up_mrad: Standard deviation of that.
        stated_rms_mrad: What the stated 1-sigma make of ``rms_mrad``; None where the frames
            state none.
        inside_95_ellipse: Share of the frames whose true line lies inside the stated 95 %
            ellipse; None likewise. The shared part is one draw a mission.
    """

    frames: int
    rms_mrad: float
    median_mrad: float
    p95_mrad: float
    mean_right_mrad: float
    scatter_right_mrad: float
    mean_up_mrad: float
    scatter_up_mrad: float
    stated_rms_mrad: float | None
    inside_95_ellipse: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorPlaceError:
    """How far the reported place of the camera is from the true one.

    Args:
        frames: That were compared.
        rms_horizontal_m: Of the horizontal distance.
        p95_horizontal_m: Of the same.
        mean_up_m: By how much the reported place is too high, in the mean.
        rms_vertical_m: Of the difference of height.
    """

    frames: int
    rms_horizontal_m: float
    p95_horizontal_m: float
    mean_up_m: float
    rms_vertical_m: float


def _sight_ned(pose: PoseRows) -> Array:
    """Return lines of sight as unit vectors (n, 3), north-east-down."""
    heading, elevation = np.radians(pose.heading_deg), np.radians(pose.elevation_deg)
    across = np.cos(elevation)
    return np.stack(
        [across * np.cos(heading), across * np.sin(heading), -np.sin(elevation)], axis=-1
    )


def _offset_rad(frames: FrameRows) -> tuple[Array, Array, Array]:
    """Return the whole angle, and how far right and up the told line is of the true one, (n,).

    Each line is turned from the horizontal of the place where its pose puts the camera; where
    no place is told, from the true one.
    """
    true, told = frames.true, frames.told
    is_placed = ~np.isnan(told.latitude_deg + told.longitude_deg)
    latitude = np.where(is_placed, told.latitude_deg, true.latitude_deg)
    longitude = np.where(is_placed, told.longitude_deg, true.longitude_deg)
    told_ecef = np.einsum("nij,nj->ni", ecef_from_ned(latitude, longitude), _sight_ned(told))
    axes = ecef_from_ned(true.latitude_deg, true.longitude_deg)
    line = np.einsum("nij,ni->nj", axes, told_ecef)
    forward = _sight_ned(true)
    heading, elevation = np.radians(true.heading_deg), np.radians(true.elevation_deg)
    right = np.stack([-np.sin(heading), np.cos(heading), np.zeros(len(heading))], axis=-1)
    sine = -np.sin(elevation)
    up = np.stack([sine * np.cos(heading), sine * np.sin(heading), -np.cos(elevation)], axis=-1)
    ahead = np.sum(line * forward, axis=-1)
    rightward, upward = np.sum(line * right, axis=-1), np.sum(line * up, axis=-1)
    whole = np.arctan2(np.hypot(rightward, upward), ahead)
    return whole, np.arctan2(rightward, ahead), np.arctan2(upward, np.hypot(ahead, rightward))


def score_sight(frames: FrameRows, *, camera: str | None) -> SightError | None:
    """Score the line of sight of one camera, of all where it is None; None where none is known."""
    whole, right, up = _offset_rad(frames)
    rows = frames.rows_of(camera)
    rows = rows[~np.isnan(whole[rows])]
    if not len(rows):
        return None
    stated_rms_mrad, inside = _against_stated(frames, (rows, right[rows], up[rows]))
    whole, right, up = (_MRAD_PER_RAD * angle[rows] for angle in (whole, right, up))
    return SightError(
        frames=len(rows),
        rms_mrad=_rms(whole),
        median_mrad=float(np.median(whole)),
        p95_mrad=float(np.percentile(whole, 95.0)),
        mean_right_mrad=float(np.mean(right)),
        scatter_right_mrad=float(np.std(right)),
        mean_up_mrad=float(np.mean(up)),
        scatter_up_mrad=float(np.std(up)),
        stated_rms_mrad=stated_rms_mrad,
        inside_95_ellipse=inside,
    )


def _against_stated(
    frames: FrameRows, compared: tuple[npt.NDArray[np.int64], Array, Array]
) -> tuple[float | None, float | None]:
    rows, right, up = compared
    sigma_right = np.radians(frames.right_sigma_deg[rows])
    sigma_up = np.radians(frames.up_sigma_deg[rows])
    is_stated = (sigma_right > 0.0) & (sigma_up > 0.0)
    if not is_stated.any():
        return None, None
    right, up = right[is_stated], up[is_stated]
    sigma_right, sigma_up = sigma_right[is_stated], sigma_up[is_stated]
    squared = (right / sigma_right) ** 2 + (up / sigma_up) ** 2
    stated_mrad = _MRAD_PER_RAD * _rms(np.hypot(sigma_right, sigma_up))
    return stated_mrad, float(np.mean(squared <= ELLIPSE_95_PER_SIGMA**2))


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def score_sensor_place(frames: FrameRows, *, camera: str | None) -> SensorPlaceError | None:
    """Score the camera's place, of one or of all as `score_sight`; None where none is known."""
    rows = frames.rows_of(camera)
    if not len(rows):
        return None
    true, told = frames.true.select(rows), frames.told.select(rows)
    ned_m = true.ned_m_of(told.position_ecef_m())
    ned_m = ned_m[~np.isnan(ned_m).any(axis=-1)]
    if not len(ned_m):
        return None
    across_m = np.hypot(ned_m[:, 0], ned_m[:, 1])
    return SensorPlaceError(
        frames=len(ned_m),
        rms_horizontal_m=_rms(across_m),
        p95_horizontal_m=float(np.percentile(across_m, 95.0)),
        mean_up_m=float(-np.mean(ned_m[:, 2])),
        rms_vertical_m=_rms(ned_m[:, 2]),
    )
