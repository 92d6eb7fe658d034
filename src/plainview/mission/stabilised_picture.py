"""The stabilised picture for people: the tremble of the camera taken out, the markings on it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from plainview.imaging import Stabiliser
from plainview.mission.overlay_picture import read_layout
from plainview.mission.simulated import is_simulated
from plainview.model import Observation, Pixels, State
from plainview.overlay import OverlayContext, draw_overlay

__all__ = ["StabilisedPainter"]


class StabilisedPainter:
    """Holds the picture of each camera still and draws a layout's markings on it, nothing else.

    What the camera does not see now is black: an older picture there would pass for a present one.

    Args:
        layout: Name of a shipped layout, or the path of a layout file.
    """

    def __init__(self, layout: str) -> None:
        whole = read_layout(layout)
        markings = tuple(element for element in whole.elements if element.is_always_marking)
        self._layout = replace(whole, elements=markings)
        self._stabilisers: dict[str, Stabiliser] = {}

    def paint(self, observation: Observation, pixels: Pixels) -> npt.NDArray[np.uint8]:
        """Return the picture (H, W, 3) BGR of the next frame of its camera.

        Args:
            observation: The frame and how the background moved.
            pixels: The frame's pixels as they are shown, 8 bits.
        """
        frame = observation.frame
        stabiliser = self._stabilisers.setdefault(frame.camera.name, Stabiliser())
        shown = stabiliser.stabilise(replace(frame, pixels=pixels), observation.registration)
        context = OverlayContext(
            is_simulated=frame.view is not None and is_simulated(frame.view.mission_id)
        )
        return draw_overlay(shown.pixels, observation, layout=self._layout, context=context)

    def state(self) -> State:
        """Return what is remembered of the frames so far."""
        return {name: stabiliser.state() for name, stabiliser in self._stabilisers.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""
        for name, remembered in state.items():
            self._stabilisers.setdefault(name, Stabiliser()).restore(remembered)
