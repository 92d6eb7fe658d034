"""Tells a picture that changed from one that has too little in it to register."""

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.picture import Picture

__all__ = ["Thumbnail", "is_same_scene"]

_WIDTH_PX: Final = 32
_HEIGHT_PX: Final = 24
_SMOOTHING_PX: Final = 1.5
_LEAST_CORRELATION: Final = 0.6
_MOST_MEAN_STEP_LEVELS: Final = 20.0
_MOST_SPREAD_RATIO: Final = 2.0
_FLAT_LEVELS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Thumbnail:
    """What is left of a picture seen from far away: (24, 32) smooth grey levels, float32."""

    level: npt.NDArray[np.float32]

    @classmethod
    def from_picture(cls, picture: Picture) -> Self:
        """Return the thumbnail of a picture."""
        source = picture.levels[-1] if len(picture.levels) > 1 else picture.level(0)
        small = cv2.resize(
            source.astype(np.float32), (_WIDTH_PX, _HEIGHT_PX), interpolation=cv2.INTER_AREA
        )
        return cls(level=np.asarray(cv2.GaussianBlur(small, (0, 0), _SMOOTHING_PX), np.float32))


def is_same_scene(before: Thumbnail, after: Thumbnail) -> bool:
    """Return whether two thumbnails may show one scene that has moved a little.

    Mean and spread of the levels must be alike and, where there is anything to see, the
    pattern too.
    """
    mean_step = abs(float(after.level.mean()) - float(before.level.mean()))
    spreads = np.maximum([before.level.std(), after.level.std()], 0.5)
    if mean_step > _MOST_MEAN_STEP_LEVELS:
        return False
    if spreads.max() < _FLAT_LEVELS:
        return True
    if spreads.max() / max(spreads.min(), 1.0) > _MOST_SPREAD_RATIO:
        return False
    correlation = np.corrcoef(before.level.ravel(), after.level.ravel())[0, 1]
    return bool(correlation > _LEAST_CORRELATION)
