"""Everything that runs for each frame, run once before a link's first frame waits for it."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.mission.frame_place import Surfaces, place_frame
from plainview.mission.overlay_picture import OverlayPainter
from plainview.mission.pipeline import observe_frame
from plainview.mission.request import ProcessRequest
from plainview.mission.stage_settings import make_stages
from plainview.model import (
    Camera,
    Frame,
    PoseBasis,
    Sigma,
    TimeBasis,
    UncertaintyBasis,
    View,
    ViewSigma,
)
from plainview.twin.simulated_mark import SimulatedMark

__all__ = ["drawn_frames", "warm_up"]

_N_FRAMES: Final = 20
"""Enough for things to be found, followed and placed."""
_FRAME_US: Final = 40_000
_CAMERA: Final = Camera(name="drawn", width_px=320, height_px=180)
_GROUND_PX: Final = (300, 480)
_GRAIN_PX: Final = 2.0
_PAN_PX: Final = 2
"""By which the ground goes to the left a frame."""
_THINGS: Final = ((120.0, 60.0, 0.0, 0.0), (200.0, 120.0, 1.5, 0.4), (90.0, 130.0, -0.9, 0.7))
"""Where things begin, and how they go over the ground a frame, pixels: one rests, two go."""
_VIEW: Final = View(
    time_us=0,
    time_basis=TimeBasis.SIMULATED,
    latitude_deg=50.0,
    longitude_deg=-5.0,
    height_hae_m=400.0,
    altitude_msl_m=350.0,
    platform_heading_deg=90.0,
    platform_pitch_deg=0.0,
    platform_roll_deg=0.0,
    sensor_relative_azimuth_deg=0.0,
    sensor_relative_elevation_deg=-30.0,
    sensor_relative_roll_deg=0.0,
    camera_heading_deg=90.0,
    camera_elevation_deg=-30.0,
    camera_roll_deg=0.0,
    pose_basis=PoseBasis.RELATIVE,
    horizontal_fov_deg=6.0,
    vertical_fov_deg=3.4,
    sigma=ViewSigma(
        position_horizontal_m=Sigma(own=0.1, shared=2.0),
        position_vertical_m=Sigma(own=0.1, shared=3.0),
        platform_heading_deg=Sigma(own=0.02, shared=0.5),
        platform_pitch_deg=Sigma(own=0.02, shared=0.2),
        platform_roll_deg=Sigma(own=0.02, shared=0.2),
        relative_azimuth_deg=Sigma(own=0.02, shared=0.1),
        relative_elevation_deg=Sigma(own=0.02, shared=0.1),
        relative_roll_deg=Sigma(own=0.02, shared=0.1),
        field_of_view_ratio=Sigma(own=0.0, shared=0.01),
        time_s=Sigma(own=0.0, shared=0.02),
        basis=UncertaintyBasis.ASSUMED,
    ),
)


def warm_up(request: ProcessRequest, *, surfaces: Surfaces) -> None:
    """Observe and draw a few small drawn frames, and forget them.

    The first run on a machine compiles for some tens of seconds, later ones load for one or two.
    """
    stages = make_stages(request.settings, surfaces=surfaces)
    painter = OverlayPainter(request.settings.layout) if request.is_overlay_drawn else None
    for frame in drawn_frames():
        observation = observe_frame(frame, stages)
        place = place_frame(frame, surfaces=surfaces)
        if painter is not None:
            painter.paint(observation, place, pixels=frame.pixels)


def drawn_frames() -> Iterator[Frame]:
    """Yield frames of a grainy ground that a camera pans over, small warm things on it.

    The mark SIMULATED is burned in: what finds such graphics runs too.
    """
    generator = np.random.default_rng(1)
    grain = cv2.GaussianBlur(generator.standard_normal(_GROUND_PX), (0, 0), _GRAIN_PX)
    mark = SimulatedMark.for_picture(_CAMERA.width_px, _CAMERA.height_px)
    ground = np.asarray(100.0 + 12.0 * grain / grain.std(), np.float32)
    for index in range(_N_FRAMES):
        grey = _shown(ground, index) + generator.standard_normal((180, 320))
        pixels = np.clip(np.rint(grey), 0.0, 255.0).astype(np.uint8)
        mark.draw_into(pixels)
        yield Frame(
            pixels=np.repeat(pixels[..., np.newaxis], 3, axis=2),
            camera=_CAMERA,
            frame_index=index,
            video_time_us=_FRAME_US * index,
            view=_VIEW,
        )


def _shown(ground: npt.NDArray[np.float32], index: int) -> npt.NDArray[np.float32]:
    """Return the part of the ground (H, W) that is seen, with its things."""
    left = _PAN_PX * index
    seen = ground[: _CAMERA.height_px, left : left + _CAMERA.width_px].copy()
    for x, y, x_step, y_step in _THINGS:
        column, row = round(x + index * x_step) - left, round(y + index * y_step)
        seen[row : row + 4, column : column + 4] += 60.0
    return seen
