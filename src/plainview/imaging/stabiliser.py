"""Stabilised video: the tremble of the camera taken out, its slow pan kept."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from plainview.imaging.pixel_convention import (
    apply_homography,
    normalise_homography,
    warp_pixels,
)
from plainview.model import Frame, Pixels, Registration, State

__all__ = ["StabilisedPixels", "Stabiliser", "StabiliserSettings"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StabiliserSettings:
    """How still the picture is held.

    Args:
        time_constant_s: Motion slower than this is followed, faster is taken out.
        firm_offset: The offset, as a share of the picture's width, at which the picture is
            pulled back to the middle twice as fast as beside it: a slew is followed smoothly
            before the furthest offset is reached.
        most_offset: Furthest that a corner may be moved, as a share of the picture's width;
            beyond it the camera is followed at once.
    """

    time_constant_s: float = 2.0
    firm_offset: float = 0.04
    most_offset: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StabilisedPixels:
    """A frame's pixels as they are shown.

    Args:
        pixels: (H, W) or (H, W, 3), of the frame's depth; black where nothing is known.
        stabilised_from_current: (3, 3), outer-corner pixels.
    """

    pixels: Pixels
    stabilised_from_current: Array


class Stabiliser:
    """Holds the picture still against the background, and lets it drift back to the middle."""

    def __init__(self, settings: StabiliserSettings | None = None) -> None:
        self._settings = settings or StabiliserSettings()
        self._stabilised_from_current = np.eye(3)
        self._video_time_us: int | None = None

    def stabilise(self, frame: Frame, registration: Registration) -> StabilisedPixels:
        """Return the frame as it is shown.

        Args:
            frame: The frame.
            registration: How the background moved since the frame before; where it is not
                valid the picture starts anew from where it is.
        """
        past_us = self._video_time_us
        self._video_time_us = frame.video_time_us
        if not registration.is_valid or past_us is None:
            self._stabilised_from_current = np.eye(3)
        else:
            elapsed_s = max(0.0, (frame.video_time_us - past_us) * 1e-6)
            self._follow(registration.current_from_previous, frame, elapsed_s=elapsed_s)
        homography = self._stabilised_from_current
        pixels = frame.pixels
        if not np.array_equal(homography, np.eye(3)):
            pixels = warp_pixels(frame.pixels, homography)
        return StabilisedPixels(pixels=pixels, stabilised_from_current=homography)

    def _follow(self, current_from_previous: Array, frame: Frame, *, elapsed_s: float) -> None:
        held = self._stabilised_from_current @ np.linalg.inv(current_from_previous)
        offset = self._offset(held, frame)
        pull = 1.0 + (offset / self._settings.firm_offset) ** 2
        share = 1.0 - np.exp(-elapsed_s / self._settings.time_constant_s * pull)
        self._stabilised_from_current = _towards_identity(held, share)
        offset = self._offset(self._stabilised_from_current, frame)
        if not offset <= self._settings.most_offset:
            excess = 1.0 - self._settings.most_offset / offset if np.isfinite(offset) else 1.0
            self._stabilised_from_current = _towards_identity(self._stabilised_from_current, excess)

    @staticmethod
    def _offset(homography: Array, frame: Frame) -> float:
        """Return how far the corner that is moved furthest is moved, over the picture's width."""
        height, width = frame.pixels.shape[:2]
        corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
        moved = apply_homography(homography, corners)
        return float(np.max(np.linalg.norm(moved - corners, axis=1)) / width)

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "stabilised_from_current": self._stabilised_from_current,
            "video_time_us": self._video_time_us,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._stabilised_from_current = cast(Array, state["stabilised_from_current"])
        self._video_time_us = cast("int | None", state["video_time_us"])


def _towards_identity(homography: Array, share: float) -> Array:
    """Return the homography a share of the way to the identity; all the way where it is not one."""
    normalised = normalise_homography(homography)
    if share >= 1.0 or not np.isfinite(normalised).all():
        return np.eye(3)
    return normalise_homography((1.0 - share) * normalised + share * np.eye(3))
