"""Everything that runs for each frame, run once before a link's first frame waits for it."""

from dataclasses import replace
from typing import Final

from plainview.mission.frame_place import Surfaces, place_frame
from plainview.mission.overlay_picture import OverlayPainter
from plainview.mission.pipeline import observe_frame
from plainview.mission.request import ProcessRequest
from plainview.mission.stage_settings import make_stages
from plainview.twin import Twin, read_scenario

__all__ = ["warm_up"]

_N_FRAMES: Final = 20
"""Enough for things to be found, followed and placed."""
_SIZE_PX: Final = (320, 180)


def warm_up(request: ProcessRequest, *, surfaces: Surfaces) -> None:
    """Observe and draw a few small frames of the twin, and forget them.

    The first run on a machine compiles for some tens of seconds, later ones load for one or two.
    """
    rescue = read_scenario("rescue")
    camera = replace(rescue.camera, width_px=_SIZE_PX[0], height_px=_SIZE_PX[1])
    twin = Twin(replace(rescue, camera=camera), seed=1)
    stages = make_stages(request.settings, surfaces=surfaces)
    painter = OverlayPainter(request.settings.layout) if request.is_overlay_drawn else None
    for index in range(_N_FRAMES):
        twin.advance(twin.scenario.video_time_us(index))
        frame = twin.render(twin.camera)
        observation = observe_frame(frame, stages)
        place = place_frame(frame, surfaces=surfaces)
        if painter is not None:
            painter.paint(observation, place, pixels=frame.pixels)
