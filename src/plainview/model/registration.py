"""A registration: how the picture moved since the frame before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Registration"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Registration:
    """How the background moved between the previous frame and this one.

    Args:
        current_from_previous: (3, 3) homography in pixels (origin at the outer corner of
            the top-left pixel), scaled so that its last element is 1.
        residual_px: Robust RMS of what the homography leaves; None where nothing was
            registered.
        is_valid: Whether the homography may be used; where not, it is the identity.
        is_restart: Whether the pictures are unrelated, so that every memory of pixels must be
            dropped.
        reason: Why it is a restart or not valid, in a word or two; None otherwise. A restart
            is a "first frame", "discontinuity", "size change", "camera switch", "field step",
            "polarity flip", "scene change" (a cut) or "picture step" (a step that only the
            picture after it could tell).
        is_doubtful: Whether the picture jumped where all before it fit: a step, or damage, as
            the next picture will tell; until then no track has a known place in it.
        strokes: (H, W) uint8, not 0 where burned-in overlay was drawn so far; None for none.
        is_overlay_known: Whether all of the burned-in overlay and the defective pixels are known;
            while they are not, a thing that stands still on the screen may be one.
    """

    current_from_previous: npt.NDArray[np.float64]
    residual_px: float | None
    is_valid: bool
    is_restart: bool
    reason: str | None = None
    is_doubtful: bool = False
    strokes: npt.NDArray[np.uint8] | None = None
    is_overlay_known: bool = True

    def __post_init__(self) -> None:
        if self.current_from_previous.shape != (3, 3):
            raise ValueError(f"homography has shape {self.current_from_previous.shape}, not (3, 3)")
        self.current_from_previous.flags.writeable = False
