"""What a lens' distortion adds to where pixels look, worked out once and kept."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import Camera
from plainview.twin.scene_pass import check_lens
from plainview.twin.sea_rays import Lens, fill_bends

__all__ = ["LensBends"]

Single = npt.NDArray[np.float32]

_MOST_KEPT: Final = 8
"""Lenses at a focal length each: the cameras of a turret, and a few steps of a zoom."""


class LensBends:
    """Keeps, for each curved lens, the bend of every pixel: five steps of Newton's each."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Single] = {}

    def added(self, lens: Lens, camera: Camera) -> Lens:
        """Return a lens with the bends of a picture's pixels.

        Args:
            lens: Without them; returned as it is where it does not bend.
            camera: Whose it is.

        Raises:
            GeometryError: The lens folds inside the picture.
        """
        if not lens.is_curved:
            return lens
        shape = (camera.height_px, camera.width_px)
        key = (shape, *lens.focal_px, *lens.center_px, *lens.terms)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            check_lens(camera, lens)
            bends = np.empty((2, *shape), np.float32)
            fill_bends(bends, lens)
            self._kept[key] = bends
        return lens._replace(bends=self._kept[key])
