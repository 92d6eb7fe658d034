"""How footage of the twin is told from the real."""

from plainview.twin import SIMULATED_MISSION_PREFIX

__all__ = ["is_simulated"]


def is_simulated(source_mission_id: str | None) -> bool:
    """Return whether a source's mission identifier (ST 0601 item 3) says that it is simulated."""
    return source_mission_id is not None and source_mission_id.startswith(SIMULATED_MISSION_PREFIX)
