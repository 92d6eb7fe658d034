"""The picture for people: a frame with the overlay of a layout."""

import tomllib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.mission.frame_place import FramePlace
from plainview.mission.simulated import is_simulated
from plainview.model import Observation, Pixels
from plainview.overlay import LAYOUTS, Layout, OverlayContext, draw_overlay

__all__ = ["OverlayPainter", "read_layout"]


def read_layout(name: str) -> Layout:
    """Return a shipped layout by its name, or the layout in a file.

    Raises:
        InputError: It is neither, or the file is not a layout.
    """
    if name in LAYOUTS:
        return LAYOUTS[name]
    path = Path(name)
    try:
        return Layout.from_mapping(tomllib.loads(path.read_text(encoding="utf-8")), where=name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            where=f"overlay layout {name}",
            what=f"is no layout that ships and no layout file ({error}).",
            mend=f"Choose among {', '.join(LAYOUTS)}, or write a file as docs/reference shows.",
        ) from error


class OverlayPainter:
    """Draws one layout on every frame of a run.

    Args:
        layout: Name of a shipped layout, or the path of a layout file.
    """

    def __init__(self, layout: str) -> None:
        self._layout = read_layout(layout)

    def paint(
        self, observation: Observation, place: FramePlace, *, pixels: Pixels
    ) -> npt.NDArray[np.uint8]:
        """Return the picture (H, W, 3) BGR with its overlay.

        Args:
            observation: What is known of the frame.
            place: Where it looks.
            pixels: Its pixels as they are shown.
        """
        outline, view = place.footprint, observation.frame.view
        latitude, longitude, height = (
            (None, None, None)
            if outline is None or outline.frame_center is None
            else outline.frame_center
        )
        context = OverlayContext(
            frame_center_latitude_deg=latitude,
            frame_center_longitude_deg=longitude,
            frame_center_height_hae_m=height,
            frame_center_semi_axes_95_m=place.center_semi_axes_95_m,
            surface=None if outline is None else outline.surface,
            slant_range_m=None if outline is None else outline.slant_range_m,
            gsd_m=place.gsd_m,
            is_simulated=view is not None and is_simulated(view.mission_id),
        )
        return draw_overlay(pixels, observation, layout=self._layout, context=context)
