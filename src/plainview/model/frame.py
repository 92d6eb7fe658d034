"""A frame: the pixels of one camera at one instant, with the View of that instant."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.model.camera import Camera
from plainview.model.radiometry import Radiometry
from plainview.model.view import View

__all__ = ["Frame", "Pixels"]

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
"""(H, W) or (H, W, 3) BGR, 8 or 16 bits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """The pixels of one camera at one instant.

    Args:
        pixels: (H, W) or (H, W, 3) BGR, read-only, at their recorded depth.
        camera: The camera that made them.
        frame_index: From 0, through the mission, for each camera.
        video_time_us: From 0, unwrapped and monotonic through the mission.
        view: Where the camera was and how it looked; None without metadata.
        is_discontinuous: Whether the source says that the picture before is unrelated
            (a gap, a new input, a change of size).
        is_interlaced: Whether the two fields of the picture are of different instants.
        radiometry: What turns its counts into temperatures; None where that is not known.
    """

    pixels: Pixels
    camera: Camera
    frame_index: int
    video_time_us: int
    view: View | None = None
    is_discontinuous: bool = False
    is_interlaced: bool = False
    radiometry: Radiometry | None = None

    def __post_init__(self) -> None:
        if self.pixels.ndim not in (2, 3):
            raise ValueError(f"pixels have shape {self.pixels.shape}, not (H, W) or (H, W, 3)")
        self.pixels.flags.writeable = False
