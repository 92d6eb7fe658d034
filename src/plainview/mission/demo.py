"""The main job on the embedded default: a flight of the twin, processed and scored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from plainview.formats.scenario_toml import scenario_path
from plainview.formats.twin_source import FlightOptions
from plainview.mission.fly import fly
from plainview.mission.progress import Progress
from plainview.mission.reader import Mission
from plainview.mission.score import score_mission

__all__ = ["run_demo"]

_SCENARIO: Final = "person-overboard"


def run_demo(
    out: Path,
    *,
    seed: int,
    scenario: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[Mission, dict[str, Any]]:
    """Fly a person overboard by night into ``out/mission-<seed>`` and score what was found.

    Args:
        out: A folder.
        seed: Draws waves, turbulence, noise and the instrument's errors.
        scenario: What is flown; None means the one that ships.
        on_progress: Is told how far the flight is.

    Returns:
        The mission and its score.

    Raises:
        PlainviewError: The folder cannot be used or the disk failed.
    """
    flown = fly(
        scenario or scenario_path(_SCENARIO),
        out / f"mission-{seed}",
        options=FlightOptions(seed=seed),
        purpose="demonstration",
        on_progress=on_progress,
    )
    return flown.mission, score_mission(flown.mission.path)
