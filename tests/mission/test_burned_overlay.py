"""A picture with graphics burned in: the graphics are not tracked, what the turret holds is."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from plainview.formats.settings_toml import RunSettings
from plainview.mission.frame_place import Surfaces, place_frame
from plainview.mission.overlay_picture import OverlayPainter
from plainview.mission.pipeline import observe_frame
from plainview.mission.stage_settings import make_stages
from plainview.model import Detections, Frame, Observation, Registration, Tracks
from plainview.twin import Twin, read_scenario

DURATION_S = 5.0
HELD = 1
"""The boat that the turret of the scenario points at first."""

_STILL = Registration(
    current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=True
)


def _ink(frame: Frame, surfaces: Surfaces) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint8]]:
    """Where our own layout draws on a grey picture of this size, and how brightly."""
    grey = replace(frame, pixels=np.full_like(frame.pixels, 128))
    bare = Observation(
        frame=grey, registration=_STILL, detections=Detections.empty(), all_tracks=Tracks.empty()
    )
    drawn = OverlayPainter("plainview").paint(
        bare, place_frame(grey, surfaces=surfaces), pixels=grey.pixels
    )
    return np.abs(drawn[..., 1].astype(int) - 128) > 3, drawn[..., 1]


def test_graphics_are_not_tracked_and_the_boat_on_the_reticle_is() -> None:
    scenario = replace(read_scenario("rescue"), duration_s=DURATION_S)
    twin, settings = Twin(scenario, 1), RunSettings()
    surfaces = Surfaces.from_settings(settings, terrain=None)
    stages = make_stages(settings, surfaces=surfaces)
    ink: tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint8]] | None = None
    n_off, is_held = [], []
    for index in range(scenario.n_frames):
        twin.advance(scenario.video_time_us(index))
        frame = twin.render(twin.camera)
        ink = ink or _ink(frame, surfaces)
        burned = np.where(ink[0], ink[1], frame.pixels)
        observed = observe_frame(replace(frame, pixels=burned), stages)
        truth = twin.truth(twin.camera).objects
        low = np.column_stack([truth.x_px, truth.y_px]) - 8.0
        high = low + np.column_stack([truth.width_px, truth.height_px]) + 16.0
        box = observed.tracks.box_px
        middle = (box[:, :2] + 0.5 * box[:, 2:])[:, np.newaxis]
        is_on = np.all((low <= middle) & (middle <= high), axis=2)
        n_off.append(int((~is_on.any(axis=1)).sum()))
        is_held.append(bool(is_on[:, np.asarray(truth.object_id) == HELD].any()))
    assert max(n_off) <= 5  # without holding back what stays on the screen: 20
    assert np.mean(n_off[-25:]) <= 3.0
    assert all(is_held[-25:])
