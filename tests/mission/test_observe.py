"""The library's face: the three lines that everyone learns, and the folder as a value."""

import json
import subprocess
import sys
from pathlib import Path

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.mission.reader import Mission

THREE_LINES = """
import json, sys
import plainview

for observation in plainview.observe(sys.argv[1]):
    for track in observation.tracks:
        if track.ce90_m is not None and track.ce90_m > 0:
            place = track.latitude_deg, track.longitude_deg
            print(json.dumps([observation.frame.frame_index, track.track_id, *place]))
"""


def test_observing_gives_the_tracks_that_the_mission_folder_holds(
    drawn_clip: DrawnClip, whole_mission: Mission
) -> None:
    made = subprocess.run(
        [sys.executable, "-c", THREE_LINES, str(drawn_clip.video)],
        capture_output=True,
        text=True,
        check=True,
    )
    seen = [tuple(json.loads(line)) for line in made.stdout.splitlines()]
    names = ("frame_index", "track_id", "latitude_deg", "longitude_deg")
    held = zip(*(whole_mission.tracks[name].to_pylist() for name in names), strict=True)
    assert seen == list(held)
    assert len({track_id for _, track_id, _, _ in seen}) >= 2


def test_processing_from_python_gives_the_opened_mission(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    mission = plainview.process(
        str(tiny_clip.video), tmp_path / "out", is_overlay_drawn=False, operator="A", purpose="B"
    )
    assert isinstance(mission, plainview.Mission)
    assert mission.is_complete
    assert mission.summary["settings"]["operator"] == "A"
    assert not list(mission.path.glob("overlay-*"))
    again = plainview.open(mission.path)
    assert again.frames.equals(mission.frames)


def test_inputs_are_consecutive_parts_of_one_mission(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    mission = plainview.process([tiny_clip.video, tiny_clip.video], tmp_path / "out")
    times_us = mission.frames["video_time_us"].to_pylist()
    assert len(times_us) == 2 * tiny_clip.n_frames
    assert times_us == sorted(set(times_us))
    assert len(mission.summary["inputs"]) == 2
