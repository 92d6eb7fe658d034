"""The main job on the embedded default: a clip of the twin, processed and scored."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from plainview.formats.settings_toml import read_settings
from plainview.formats.twin_clip import write_twin_clip
from plainview.mission.process import process
from plainview.mission.progress import Progress
from plainview.mission.reader import Mission
from plainview.mission.request import ProcessRequest
from plainview.mission.score import score_mission
from plainview.twin import read_scenario

__all__ = ["run_demo"]

_TRUTH = ("truth.parquet", "truth_frames.parquet")


def run_demo(
    out: Path, *, seed: int, on_progress: Callable[[Progress], None] | None = None
) -> tuple[Mission, dict[str, Any]]:
    """Make the clip if it is not there, process it into ``out/mission`` and score it.

    Args:
        out: A folder; the clip, its truth and its settings lie beside the mission.
        seed: Draws errors and waves.
        on_progress: Is told how far the processing is.

    Returns:
        The mission and its score.

    Raises:
        PlainviewError: The folder cannot be used or the disk failed.
    """
    clip = write_twin_clip(out / f"clip-{seed}", read_scenario("rescue"), seed=seed)
    request = ProcessRequest(
        inputs=(clip.video,),
        out=out / f"mission-{seed}",
        settings=read_settings(clip.settings),
        purpose="demonstration",
    )
    mission = process(request, on_progress=on_progress)
    for name in _TRUTH:
        shutil.copyfile(clip.video.parent / name, mission.path / name)
    return mission, score_mission(mission.path)
