"""The lag between metadata and picture, found from the frames of a run."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.formats.row_groups import read_row_groups
from plainview.geo import (
    LagEstimate,
    MotionWindow,
    ecef_from_geodetic,
    ecef_from_ned,
    estimate_lag,
    motion_of_poses,
    ned_from_camera,
)
from plainview.model import Camera, CountedWarning, ViewMethod

__all__ = [
    "LAG_COLUMNS",
    "FoundLag",
    "LagWatch",
    "describe_lags",
    "find_lags",
    "lag_warnings",
    "narrowest",
]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_WINDOW_S: Final = 20.0
"""Of a stretch that is compared as one: long enough for a slew, short enough for its drift."""
_MOST_WINDOWS: Final = 60
"""Those with most motion are kept: 20 minutes, some 2 MB."""
_MOST_STEP_S: Final = 1.5
"""Between two frames of one stretch."""
_SOUND: Final = (str(ViewMethod.EXACT), str(ViewMethod.INTERPOLATED))
_NUMBERS: Final = (
    *("sensor_latitude_deg", "sensor_longitude_deg", "sensor_height_hae_m"),
    *("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg"),
    *("horizontal_fov_deg", "vertical_fov_deg", "slant_range_m"),
    *("frame_center_latitude_deg", "frame_center_longitude_deg", "frame_center_height_hae_m"),
    *("motion_right_px", "motion_down_px", "motion_turn_deg"),
)
LAG_COLUMNS: Final = ("camera", "video_time_us", "view_method", *_NUMBERS)
"""Of ``frames.parquet``: all that a lag is found from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLag:
    """What was found of one camera.

    Args:
        camera: Its name.
        applied_s: What the run had taken out already.
        left: What was still there.
    """

    camera: str
    applied_s: float
    left: LagEstimate

    def describe(self) -> dict[str, Any]:
        """Return `location.lag`: the whole lag of the source, and what the run took out of it."""

        def whole(left_s: float | None) -> float | None:
            return None if left_s is None else round(self.applied_s + left_s, 4)

        return {
            "camera": self.camera,
            "lag_s": whole(self.left.lag_s),
            "low_s": whole(self.left.low_s),
            "high_s": whole(self.left.high_s),
            "applied_s": self.applied_s,
            "reason": self.left.reason,
            "n_windows": self.left.n_windows,
            "duration_s": round(self.left.duration_s, 1),
        }

    def warning(self) -> CountedWarning | None:
        """Return the warning of a lag that is there and was not taken out; None where none is."""
        left = self.left
        if left.lag_s is None or left.low_s is None or left.high_s is None:
            return None
        if left.low_s <= 0.0 <= left.high_s:
            return None
        lag_s, sigma_s = self.applied_s + left.lag_s, left.sigma_s or 0.0
        side = "after" if left.lag_s > 0.0 else "before"
        return CountedWarning(
            code="metadata_lag",
            count=left.n_windows,
            first=self.camera,
            what=f"The metadata comes {abs(left.lag_s):.3f} s {side} the picture that it speaks of"
            f" (95 %: {left.low_s:.3f} to {left.high_s:.3f} s): positions while the camera turns"
            " are off by the turn of that time.",
            mend=f"Process again with `lag_s = {lag_s:.3f}` and `lag_sigma_s = {sigma_s:.3f}`"
            " under [metadata] in a settings file.",
        )


def find_lags(path: Path, cameras: Sequence[Camera], *, applied_s: float) -> list[FoundLag]:
    """Return the lag of each camera of a finished ``frames.parquet``.

    Args:
        path: The file; it is read a row group at a time.
        cameras: The cameras of the mission.
        applied_s: The lag that was taken out when it was made.
    """
    watch = LagWatch(cameras)
    for rows in read_row_groups(path, LAG_COLUMNS):
        watch.add(rows)
    return watch.found(applied_s=applied_s)


def narrowest(lags: Sequence[FoundLag]) -> FoundLag:
    """Return the lag of the camera whose interval is narrowest."""

    def width_s(found: FoundLag) -> float:
        low_s, high_s = found.left.low_s, found.left.high_s
        return float("inf") if low_s is None or high_s is None else high_s - low_s

    return min(lags, key=width_s)


def describe_lags(lags: Sequence[FoundLag]) -> dict[str, Any] | None:
    """Return `location.lag`: that of the camera whose interval is narrowest; None without any."""
    return narrowest(lags).describe() if lags else None


def lag_warnings(lags: Sequence[FoundLag]) -> tuple[CountedWarning, ...]:
    """Return the warnings of lags that are there and were not taken out."""
    return tuple(warning for found in lags if (warning := found.warning()) is not None)


@dataclass(slots=True)
class _Stretch:
    """The frames of one camera since its last break, and the windows that were cut of earlier ones.

    Args:
        blocks: Columns of consecutive frames, oldest first.
        windows: With how much each moves.
    """

    blocks: list[Array] = field(default_factory=list)
    windows: list[tuple[float, MotionWindow]] = field(default_factory=list)


class LagWatch:
    """Takes the rows of ``frames.parquet`` as they come and keeps what moves most.

    Args:
        cameras: The cameras of the mission.
    """

    def __init__(self, cameras: Iterable[Camera]) -> None:
        self._cameras = {camera.name: camera for camera in cameras}
        self._stretches = {name: _Stretch() for name in self._cameras}

    def add(self, rows: pa.Table) -> None:
        """Take in the next frames, in order of time."""
        names = rows["camera"].to_numpy(zero_copy_only=False)
        for name, stretch in self._stretches.items():
            here = rows.filter(pa.array(names == name))
            if len(here):
                self._add(stretch, _columns(here), camera=self._cameras[name])

    def found(self, *, applied_s: float) -> list[FoundLag]:
        """Return the lag of each camera from all that came; nothing more may come after it."""
        return [
            FoundLag(camera=name, applied_s=applied_s, left=self._estimate(name))
            for name in self._cameras
        ]

    def _estimate(self, name: str) -> LagEstimate:
        stretch = self._stretches[name]
        self._cut(stretch, camera=self._cameras[name], is_end=True)
        return estimate_lag([window for _, window in stretch.windows])

    def _add(self, stretch: _Stretch, columns: Array, *, camera: Camera) -> None:
        for run, is_break in _runs(columns, before=stretch.blocks):
            if is_break:
                self._cut(stretch, camera=camera, is_end=True)
            if len(run):
                stretch.blocks.append(run)
            self._cut(stretch, camera=camera, is_end=False)

    def _cut(self, stretch: _Stretch, *, camera: Camera, is_end: bool) -> None:
        """Cut windows off the frames that came; at an end the rest is one too."""
        if not stretch.blocks:
            return
        rest = np.concatenate(stretch.blocks)
        least_s = 0.0 if is_end else 1.5 * _WINDOW_S
        while len(rest) and (length_s := rest[-1, 0] - rest[0, 0]) >= least_s:
            is_last = is_end and length_s < 1.5 * _WINDOW_S
            n_rows = len(rest) if is_last else int(np.sum(rest[:, 0] < rest[0, 0] + _WINDOW_S))
            self._keep(stretch, _window(rest[:n_rows], camera))
            rest = rest[n_rows:]
        stretch.blocks = [rest] if len(rest) else []

    def _keep(self, stretch: _Stretch, window: MotionWindow) -> None:
        stretch.windows.append((_how_much(window), window))
        if len(stretch.windows) > _MOST_WINDOWS:
            stretch.windows.remove(min(stretch.windows, key=lambda kept: kept[0]))


def _columns(rows: pa.Table) -> Array:
    """Return the numbers of frames (n, 1 + k), the time in seconds first; NaN for a null.

    A frame whose View was held or predicted knows nothing of its own.
    """
    time_s = 1e-6 * rows["video_time_us"].to_numpy()
    columns = [
        rows[name].cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
        for name in _NUMBERS
    ]
    numbers = np.column_stack([time_s, *columns])
    methods = rows["view_method"].to_numpy(zero_copy_only=False)
    numbers[~np.isin(methods.astype(str), _SOUND), 1 : 1 + _N_OF_POSE] = np.nan
    return numbers


_N_OF_POSE: Final = 8
"""How many of the numbers must be known of every frame of a stretch, besides its motion."""


def _runs(columns: Array, *, before: list[Array]) -> Iterator[tuple[Array, bool]]:
    """Yield stretches of frames that hang together, and whether each begins anew.

    Args:
        columns: As `_columns` gives them.
        before: The frames that came before; empty where there are none.
    """
    is_known: Flags = np.atleast_1d(np.isfinite(columns[:, 1 : 1 + _N_OF_POSE]).all(axis=1))
    last_s = before[-1][-1, 0] if before else -np.inf
    step_s = np.diff(columns[:, 0], prepend=last_s)
    motion = columns[:, 1 + _NUMBERS.index("motion_right_px") :]
    is_moved: Flags = np.atleast_1d(np.isfinite(motion).all(axis=1))
    is_joined = is_moved & (step_s > 0.0) & (step_s <= _MOST_STEP_S)
    is_joined[1:] &= is_known[:-1]
    starts = np.flatnonzero(~(is_joined & is_known))
    for first, last in zip(
        np.concatenate([[0], starts]), np.concatenate([starts, [len(columns)]]), strict=True
    ):
        run = columns[first:last]
        yield run[is_known[first:last]], first in starts


def _window(rows: Array, camera: Camera) -> MotionWindow:
    """Return the motion of consecutive frames, by registration and by metadata."""
    time_s = rows[:, 0]
    of: Mapping[str, Array] = dict(zip(_NUMBERS, rows[:, 1:].T, strict=True))
    focal_px = [
        0.5 * size_px / np.tan(np.radians(of[name]) / 2.0)
        for name, size_px in (
            ("horizontal_fov_deg", camera.width_px),
            ("vertical_fov_deg", camera.height_px),
        )
    ]
    turn_rad = np.radians(of["motion_turn_deg"])
    seen = [of["motion_right_px"] / focal_px[0], of["motion_down_px"] / focal_px[1], turn_rad]
    place = (of["sensor_latitude_deg"], of["sensor_longitude_deg"])
    position = ecef_from_geodetic(*place, of["sensor_height_hae_m"])
    camera_in_ned = ned_from_camera(
        heading_rad=np.radians(of["camera_heading_deg"]),
        elevation_rad=np.radians(of["camera_elevation_deg"]),
        roll_rad=np.radians(of["camera_roll_deg"]),
    )
    said = motion_of_poses(position, ecef_from_ned(*place) @ camera_in_ned, _range_m(of, position))
    return MotionWindow(time_s=time_s, seen=np.column_stack(seen), said=said)


def _range_m(of: Mapping[str, Array], position_ecef_m: Array) -> Array:
    """Return how far the middle of each picture is (n,): as located, else as the source says."""
    center = ecef_from_geodetic(
        of["frame_center_latitude_deg"],
        of["frame_center_longitude_deg"],
        of["frame_center_height_hae_m"],
    )
    located_m = np.linalg.norm(center - position_ecef_m, axis=-1)
    range_m: Array = np.where(np.isfinite(located_m), located_m, of["slant_range_m"])
    return range_m


def _how_much(window: MotionWindow) -> float:
    """Return how unsteadily a window moves, rad: steady motion tells of no lag."""
    summed = np.cumsum(window.seen[1:, :2], axis=0)
    if len(summed) < 2:
        return 0.0
    straight = np.linspace(summed[0], summed[-1], len(summed))
    return float(np.sqrt(np.sum((summed - straight) ** 2)))
