"""The plan of a run: what the mission is, kept in its journal from the first second."""

import datetime as dt
import platform
import uuid
from importlib.metadata import version
from typing import Any, Final

from plainview import __version__
from plainview.errors import InputError
from plainview.mission.folder import SCHEMA_VERSION, MissionFolder
from plainview.mission.journal import Journal
from plainview.mission.request import ProcessRequest

__all__ = ["check_same_mission", "make_plan", "plan_of", "software_versions", "utc_now_text"]

_PARTS_THAT_SHAPE_RESULTS: Final = ("av", "numpy", "opencv-python-headless", "numba", "tstrans")


def utc_now_text() -> str:
    """Return the present instant as ISO 8601, to the second, in UTC."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def software_versions() -> dict[str, str]:
    """Return the versions of everything that shapes a result."""
    versions = {name: version(name) for name in _PARTS_THAT_SHAPE_RESULTS}
    return {"plainview": __version__, "python": platform.python_version(), **versions}


def make_plan(request: ProcessRequest) -> dict[str, Any]:
    """Return the plan of a new mission.

    Raises:
        InputError: An input cannot be read.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "mission_id": str(uuid.uuid4()),
        "source_kind": request.source_kind,
        "started": utc_now_text(),
        "inputs": request.describe_inputs(),
        "settings": request.describe_settings(),
        "software": software_versions(),
        "permit": None,
    }


def check_same_mission(folder: MissionFolder, kept: dict[str, Any], plan: dict[str, Any]) -> None:
    """Refuse to go on in a folder that belongs to another mission.

    Args:
        folder: The folder.
        kept: What the folder says of itself, its plan or its summary.
        plan: What was asked now.

    Raises:
        InputError: They are not the same mission.
    """
    for part, reason in (("inputs", "other inputs"), ("settings", "other settings")):
        ours = _comparable(plan[part])
        theirs = _comparable(kept.get(part))
        if ours != theirs:
            raise InputError(
                where=str(folder.path),
                what=f"holds another mission (it was made from {reason}).",
                mend="Give a new folder, or the inputs and options that made this one.",
            )


def _comparable(part: Any) -> Any:
    """Return what tells missions apart: whole hashes are only known at the end of a run."""
    if isinstance(part, list):
        return [{k: v for k, v in entry.items() if k != "sha256"} for entry in part]
    return part


def plan_of(journal: Journal, request: ProcessRequest, folder: MissionFolder) -> dict[str, Any]:
    """Return the plan that the journal keeps if it is the same mission, else a new one, kept.

    Raises:
        InputError: The folder belongs to another mission.
    """
    plan = make_plan(request)
    kept = journal.plan()
    if kept is not None:
        check_same_mission(folder, kept, plan)
        return kept
    journal.write_plan(plan)
    return plan
