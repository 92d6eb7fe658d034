"""Where the things are that are tracked already: there less is asked of a detection."""

from typing import Final, cast

import numpy as np
import numpy.typing as npt

from plainview.imaging import apply_homography
from plainview.model import LifeStage, Registration, State, Tracks

__all__ = ["KnownPlaces"]

Array = npt.NDArray[np.float64]

_LEAST_EXISTENCE: Final = 0.5
"""A thing is looked for while it is more likely there than not: also one whose track is not
confirmed yet, since what the turret holds waits for that until the graphics are known."""


class KnownPlaces:
    """The boxes of the tracks that were likely things in the frame before."""

    def __init__(self) -> None:
        self._box_px = np.empty((0, 4))

    def take(self, tracks: Tracks) -> None:
        """Remember the tracks as they are in this frame."""
        is_living = tracks.life_stage != LifeStage.ENDED
        is_known = is_living & (tracks.existence >= _LEAST_EXISTENCE)
        self._box_px = tracks.box_px[is_known]

    def boxes_px(self, registration: Registration) -> Array:
        """Return their boxes (n, 4) where the background's motion brings them; none after a cut."""
        if registration.is_restart or not len(self._box_px):
            return np.empty((0, 4))
        half = 0.5 * self._box_px[:, 2:]
        middle = apply_homography(registration.current_from_previous, self._box_px[:, :2] + half)
        return np.concatenate([middle - half, self._box_px[:, 2:]], axis=1)

    def state(self) -> State:
        """Return what is remembered."""
        return {"box_px": self._box_px.copy()}

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._box_px = cast(Array, state["box_px"]).copy()
