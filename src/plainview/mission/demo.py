"""The main job on the embedded default: a clip of the twin, processed and scored."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from plainview import __version__
from plainview.formats.settings_toml import read_settings
from plainview.formats.twin_clip import write_twin_clip
from plainview.mission.disk_space import translate_disk_errors
from plainview.mission.process import process
from plainview.mission.progress import Progress
from plainview.mission.reader import Mission
from plainview.mission.request import ProcessRequest
from plainview.mission.score import score_mission
from plainview.twin import Scenario, read_scenario

__all__ = ["run_demo"]

_TRUTH: Final = ("truth.parquet", "truth_frames.parquet")
_MADE_OF: Final = "made_of.json"


def run_demo(
    out: Path,
    *,
    seed: int,
    scenario: Scenario | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Mission, dict[str, Any]]:
    """Make the clip if it is not there, process it into ``out/mission-<seed>`` and score it.

    Args:
        out: A folder; the clip, its truth and its settings lie beside the mission.
        seed: Draws errors and waves.
        scenario: What is flown; None means the rescue that ships.
        on_progress: Is told how far the processing is.

    Returns:
        The mission and its score.

    Raises:
        PlainviewError: The folder cannot be used or the disk failed.
    """
    with translate_disk_errors(out):
        clip = _clip(out / f"clip-{seed}", scenario or read_scenario("rescue"), seed)
    request = ProcessRequest(
        inputs=(clip / "clip.ts",),
        out=out / f"mission-{seed}",
        settings=read_settings(clip / "settings.toml"),
        purpose="demonstration",
    )
    mission = process(request, on_progress=on_progress)
    with translate_disk_errors(mission.path):
        for name in _TRUTH:
            shutil.copyfile(clip / name, mission.path / name)
    return mission, score_mission(mission.path)


def _clip(folder: Path, scenario: Scenario, seed: int) -> Path:
    """Return the folder of the clip, made unless the same one is there whole."""
    made_of = {
        "plainview": __version__,
        "scenario": hashlib.sha256(repr(scenario).encode()).hexdigest(),
        "seed": seed,
    }
    note = folder / _MADE_OF
    if note.is_file() and json.loads(note.read_bytes()) == made_of:
        return folder
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    write_twin_clip(new, scenario, seed=seed)
    (new / _MADE_OF).write_text(json.dumps(made_of), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    new.replace(folder)
    return folder
