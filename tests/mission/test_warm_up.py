"""What a link's first frame must not wait for: everything that runs for each frame has run."""

from pathlib import Path

import numpy as np

from plainview.formats.settings_toml import RunSettings
from plainview.mission.frame_place import Surfaces, place_frame
from plainview.mission.pipeline import observe_frame
from plainview.mission.stage_settings import make_stages
from plainview.mission.warm_up import drawn_frames, warm_up
from plainview.mission.watch import make_watch_request


def test_the_drawn_frames_are_registered_searched_tracked_and_located() -> None:
    settings = RunSettings()
    surfaces = Surfaces.from_settings(settings, terrain=None)
    stages = make_stages(settings, surfaces=surfaces)
    frames = list(drawn_frames())
    seen = [observe_frame(frame, stages) for frame in frames]
    assert all(each.registration.is_valid for each in seen[1:])
    last = seen[-1]
    np.testing.assert_allclose(last.registration.current_from_previous[0, 2], -2.0, atol=0.1)
    assert last.registration.strokes is not None
    assert {name for each in seen for name in each.detections.detector} == {"spot", "motion"}
    assert len(last.tracks) > 0
    assert np.isfinite(last.tracks.latitude_deg).all()
    assert place_frame(frames[-1], surfaces=surfaces).footprint is not None


def test_a_warm_up_runs_with_the_settings_of_the_request(tmp_path: Path) -> None:
    request = make_watch_request("udp://127.0.0.1:1", out=tmp_path / "live")
    warm_up(request, surfaces=Surfaces.from_settings(request.settings, terrain=None))
    assert not (tmp_path / "live").exists()
