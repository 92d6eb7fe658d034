"""Truth: where everything in a frame really is, and what the camera really was."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from plainview.model import Camera, View
from plainview.twin.thing_picture import ThingInPicture

__all__ = ["FrameTruth", "ObjectsTruth", "objects_truth", "visible_fraction"]

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObjectsTruth:
    """The objects of one frame that are at least partly in the picture; one array a column.

    Args:
        object_id: (n,) int64.
        kind: n names.
        x_px: (n,) of the box's top-left corner; y likewise. The whole outline counts, in the
            picture or not.
        width_px: (n,) of the box; height likewise.
        visible_fraction: (n,) share of the box in the picture and beside the mark.
        signal_to_noise: (n,) of the whole object for a filter matched to it, against the
            detector's noise alone; inf where the detector has none.
        latitude_deg: (n,) of the object's middle on the water; longitude likewise.
        height_hae_m: (n,) of the water there above the ellipsoid.
    """

    object_id: npt.NDArray[np.int64]
    kind: tuple[str, ...]
    x_px: npt.NDArray[np.float64]
    y_px: npt.NDArray[np.float64]
    width_px: npt.NDArray[np.float64]
    height_px: npt.NDArray[np.float64]
    visible_fraction: npt.NDArray[np.float64]
    signal_to_noise: npt.NDArray[np.float64]
    latitude_deg: npt.NDArray[np.float64]
    longitude_deg: npt.NDArray[np.float64]
    height_hae_m: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        for entry in fields(self):
            column = getattr(self, entry.name)
            if isinstance(column, np.ndarray):
                column.flags.writeable = False

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTruth:
    """What is true of one frame.

    Args:
        camera: That made it.
        frame_index: From 0.
        video_time_us: From the start of the video.
        view: The true pose and fields of view; its time is the true instant.
        objects: What is in the picture.
    """

    camera: Camera
    frame_index: int
    video_time_us: int
    view: View
    objects: ObjectsTruth


def _overlap_px2(one: Box, other: Box) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def visible_fraction(box_px: Box, *, camera: Camera, mark_px: Box) -> float:
    """Return which share of a box is in the picture and not under the mark."""
    area_px2 = box_px[2] * box_px[3]
    if area_px2 <= 0.0:
        return 0.0
    picture = (0.0, 0.0, float(camera.width_px), float(camera.height_px))
    seen_px2 = _overlap_px2(box_px, picture) - _overlap_px2(box_px, mark_px)
    return min(max(seen_px2 / area_px2, 0.0), 1.0)


def objects_truth(
    things: tuple[ThingInPicture, ...],
    *,
    signal_to_noise: tuple[float, ...],
    camera: Camera,
    mark_px: Box,
) -> ObjectsTruth:
    """Return the truth of the things that are at least partly seen."""
    shares = [visible_fraction(seen.box_px, camera=camera, mark_px=mark_px) for seen in things]
    kept = [row for row, share in enumerate(shares) if share > 0.0]
    boxes = np.array([things[row].box_px for row in kept], np.float64).reshape(-1, 4)
    return ObjectsTruth(
        object_id=np.array([things[row].thing.object_id for row in kept], np.int64),
        kind=tuple(things[row].thing.kind for row in kept),
        x_px=boxes[:, 0].copy(),
        y_px=boxes[:, 1].copy(),
        width_px=boxes[:, 2].copy(),
        height_px=boxes[:, 3].copy(),
        visible_fraction=np.array([shares[row] for row in kept], np.float64),
        signal_to_noise=np.array([signal_to_noise[row] for row in kept], np.float64),
        latitude_deg=np.array([things[row].latitude_deg for row in kept], np.float64),
        longitude_deg=np.array([things[row].longitude_deg for row in kept], np.float64),
        height_hae_m=np.array([things[row].height_hae_m for row in kept], np.float64),
    )
