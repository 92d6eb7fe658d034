"""Truth: where everything in a frame really is, and what the camera really was."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from plainview.model import Camera, View

__all__ = ["FrameTruth", "ObjectsTruth"]


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
