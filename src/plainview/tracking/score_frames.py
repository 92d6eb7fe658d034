"""The frames of a mission as a score reads them: when, from where, and where they really looked."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.geo import ecef_from_geodetic, ecef_from_ned
from plainview.tracking.score_tables import Columns, column_names, column_numbers
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["FrameRows", "PoseRows", "frame_rows_by_key"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_PAUSE_STEPS: Final = 5.0
"""A frame that lasts longer than so many usual ones ends in a pause, in which nobody looked."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PoseRows:
    """Where n cameras were and looked; NaN where not known.

    Args:
        latitude_deg: (n,) longitude and height above the ellipsoid likewise.
        heading_deg: (n,) of the line of sight, from true north.
        elevation_deg: (n,) of the line of sight above the local horizontal.
    """

    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    heading_deg: Array
    elevation_deg: Array

    @classmethod
    def from_columns(cls, columns: Columns, *, n_rows: int) -> Self:
        """Read the columns that ``frames.parquet`` and ``truth_frames.parquet`` share."""
        return cls(
            latitude_deg=column_numbers(columns, "sensor_latitude_deg", n_rows),
            longitude_deg=column_numbers(columns, "sensor_longitude_deg", n_rows),
            height_hae_m=column_numbers(columns, "sensor_height_hae_m", n_rows),
            heading_deg=column_numbers(columns, "camera_heading_deg", n_rows),
            elevation_deg=column_numbers(columns, "camera_elevation_deg", n_rows),
        )

    def select(self, rows: Indices) -> Self:
        """Return a row for each that is asked for; NaN for -1."""
        is_there = rows >= 0

        def pick(column: Array) -> Array:
            picked = np.full(len(rows), np.nan)
            picked[is_there] = column[rows[is_there]]
            return picked

        return type(self)(
            latitude_deg=pick(self.latitude_deg),
            longitude_deg=pick(self.longitude_deg),
            height_hae_m=pick(self.height_hae_m),
            heading_deg=pick(self.heading_deg),
            elevation_deg=pick(self.elevation_deg),
        )

    def position_ecef_m(self) -> Array:
        """Return (n, 3)."""
        return ecef_from_geodetic(self.latitude_deg, self.longitude_deg, self.height_hae_m)

    def ned_m_of(self, points_ecef_m: Array) -> Array:
        """Return points (n, 3), one for each row, in its own north, east and down."""
        axes = ecef_from_ned(self.latitude_deg, self.longitude_deg)
        offset = points_ecef_m - self.position_ecef_m()
        ned: Array = np.einsum("nij,ni->nj", axes, offset)
        return ned


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameRows:
    """The n frames of a mission.

    Args:
        camera: n names.
        frame_index: (n,).
        start_s: (n,) on the mission's video clock.
        lasts_s: (n,) until the next frame of the camera; before a pause, and at the end, as
            long as its frames usually last.
        told: The pose that the mission knows.
        true: The true one; NaN where ``truth_frames.parquet`` lacks the frame.
        right_sigma_deg: (n,) stated 1-sigma of the line of sight to the right, on the sky; NaN
            where the mission states none.
        up_sigma_deg: (n,) upward likewise.
    """

    camera: tuple[str, ...]
    frame_index: Indices
    start_s: Array
    lasts_s: Array
    told: PoseRows
    true: PoseRows
    right_sigma_deg: Array
    up_sigma_deg: Array

    def __len__(self) -> int:
        return len(self.camera)

    @classmethod
    def from_columns(cls, columns: Columns, *, truth: Columns | None) -> Self:
        """Read ``frames.parquet`` and ``truth_frames.parquet``, None where it is not there."""
        frame_index = np.asarray(columns["frame_index"], dtype=np.int64)
        n = len(frame_index)
        camera = column_names(columns, "camera", n)
        start_s = column_numbers(columns, "video_time_us", n) / MICROSECONDS_PER_SECOND
        return cls(
            camera=camera,
            frame_index=frame_index,
            start_s=start_s,
            lasts_s=_durations_s(camera, start_s),
            told=PoseRows.from_columns(columns, n_rows=n),
            true=_true_poses(camera, frame_index, truth=truth),
            right_sigma_deg=column_numbers(columns, "sight_right_sigma_deg", n),
            up_sigma_deg=column_numbers(columns, "sight_up_sigma_deg", n),
        )

    def rows_of(self, camera: str | None) -> Indices:
        """Return the rows of one camera; of all where it is None."""
        kept = [row for row, name in enumerate(self.camera) if camera in {None, name}]
        return np.array(kept, dtype=np.int64)


def frame_rows_by_key(camera: tuple[str, ...], frame_index: Indices) -> dict[tuple[str, int], int]:
    """Return the row of each camera's frame."""
    return {key: row for row, key in enumerate(zip(camera, frame_index.tolist(), strict=True))}


def _true_poses(
    camera: tuple[str, ...], frame_index: Indices, *, truth: Columns | None
) -> PoseRows:
    if truth is None:
        truth = {"frame_index": []}
    true_index = np.asarray(truth["frame_index"], dtype=np.int64)
    row_of = frame_rows_by_key(column_names(truth, "camera", len(true_index)), true_index)
    keys = zip(camera, frame_index.tolist(), strict=True)
    rows = np.array([row_of.get(key, -1) for key in keys], dtype=np.int64)
    return PoseRows.from_columns(truth, n_rows=len(true_index)).select(rows)


def _durations_s(camera: tuple[str, ...], start_s: Array) -> Array:
    """Return how long each frame lasts, (n,); NaN of a camera of one frame."""
    lasts_s = np.full(len(start_s), np.nan)
    names = np.array(camera, dtype=np.str_)
    for name in np.unique(names):
        rows = np.flatnonzero(names == name)
        rows = rows[np.argsort(start_s[rows], kind="stable")]
        steps_s = np.diff(start_s[rows])
        if not len(steps_s):
            continue
        usual_s = float(np.median(steps_s))
        is_pause = steps_s > _PAUSE_STEPS * usual_s
        lasts_s[rows] = np.append(np.where(is_pause, usual_s, steps_s), usual_s)
    return lasts_s
