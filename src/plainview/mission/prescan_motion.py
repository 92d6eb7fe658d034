"""The motion that pictures show, beside what the metadata said before any of it is believed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.formats import SourceSettings
from plainview.misb import Conventions, ImageMotion, ViewItems
from plainview.misb.metadata_time import metadata_time
from plainview.misb.view_items import value_of
from plainview.mission.picture_look import Stretch, busiest_stretches, look_at_pictures
from plainview.mission.progress import Progress
from plainview.model import Camera

__all__ = ["SaidItems", "image_motion", "see_motion"]

Array = npt.NDArray[np.float64]

_TURNING: Final = (
    *("platform_heading_deg", "platform_pitch_deg", "platform_roll_deg"),
    *("relative_azimuth_deg", "north_heading_deg"),
)
"""Readings differ in motion where these change."""
_MOST_STRETCHES: Final = 3


@dataclass(slots=True)
class SaidItems:
    """What one kind of set said in its packets, in order.

    Args:
        items: A packet each.
        paths: The input of each.
        times_us: UTC of each, as far as known; NaN where there is none.
        first_stamp_us: The first stamp as sent.
    """

    items: list[ViewItems] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    times_us: list[float] = field(default_factory=list)
    first_stamp_us: int | None = None

    def add(self, items: ViewItems, *, path: Path, stamp_us: int | None) -> None:
        """Take in what a packet said."""
        time_us = metadata_time(
            stamp_us, leap_seconds=items.leap_seconds, correction_us=items.correction_us
        ).time_us
        self.items.append(items)
        self.paths.append(path)
        self.times_us.append(np.nan if time_us is None else float(time_us))
        if self.first_stamp_us is None:
            self.first_stamp_us = stamp_us


def see_motion(
    said: SaidItems,
    *,
    conventions: Conventions,
    on_progress: Callable[[Progress], None] | None = None,
) -> ImageMotion | None:
    """Return how the scene moved where the platform turns and banks most; None without pictures.

    Args:
        said: What the metadata said.
        conventions: How it is read meanwhile.
        on_progress: Is told how far it is.
    """
    stretches = _stretches(said)
    if not stretches:
        return None
    look = look_at_pictures(
        stretches, source=SourceSettings(convention=conventions), on_progress=on_progress
    )
    if look.failure is not None:
        return None
    return image_motion(look.frames, look.cameras[0], item_time_us=np.array(said.times_us))


def _stretches(said: SaidItems) -> list[Stretch]:
    """Return what of the inputs is looked at, in order."""
    paths = np.array([str(path) for path in said.paths])
    times_s = 1e-6 * np.array(said.times_us)
    turning = np.array([[_turning(each, name) for name in _TURNING] for each in said.items])
    found: list[tuple[float, Stretch]] = []
    for path in dict.fromkeys(said.paths):
        here = paths == str(path)
        if np.isfinite(times_s[here]).any():
            since_s = times_s[here] - np.nanmin(times_s[here])
            angles = np.degrees(np.unwrap(np.radians(turning[here]), axis=0))
            found += busiest_stretches(path, since_s, angles, is_steady_counted=True)
    busiest = sorted(found, key=lambda each: -each[0])[:_MOST_STRETCHES]
    return [stretch for size, stretch in found if (size, stretch) in busiest]


def _turning(items: ViewItems, name: str) -> float:
    value = value_of(items, name)
    return 0.0 if value is None else value


def image_motion(frames: pa.Table, camera: Camera, *, item_time_us: Array) -> ImageMotion | None:
    """Return the motion of rows of ``frames.parquet`` on the clock of the metadata.

    Args:
        frames: In order.
        camera: That made them.
        item_time_us: (n,) UTC of the metadata's packets; NaN where they have none.

    Returns:
        None where too few pictures have a time, or their times do not ascend.
    """

    def column(name: str) -> Array:
        return np.array(frames[name].cast(pa.float64()).fill_null(np.nan), np.float64)

    focal_px = [
        0.5 * size_px / np.tan(np.radians(column(name)) / 2.0)
        for name, size_px in (
            ("horizontal_fov_deg", camera.width_px),
            ("vertical_fov_deg", camera.height_px),
        )
    ]
    moved = np.stack(
        [
            column("motion_right_px") / focal_px[0],
            column("motion_down_px") / focal_px[1],
            np.radians(column("motion_turn_deg")),
        ],
        axis=1,
    )
    is_timed = frames["time_us"].is_valid().to_numpy()
    moved[1:][~is_timed[:-1]] = np.nan  # the picture before has no time: the step has no beginning
    known_us = frames["time_us"].filter(pa.array(is_timed)).to_numpy()
    if len(known_us) < 2 or (np.diff(known_us) <= 0).any():
        return None
    return ImageMotion(
        item_time_s=1e-6 * (item_time_us - known_us[0]),
        time_s=1e-6 * (known_us - known_us[0]),
        moved=moved[is_timed],
    )
