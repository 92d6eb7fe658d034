"""A mission against the truth beside it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plainview.errors import InputError, MissingMetadataError
from plainview.mission.reader import open_mission
from plainview.tracking import score_tracks

__all__ = ["score_mission"]


def score_mission(folder: Path) -> dict[str, Any]:
    """Compare a mission with ``truth.parquet`` in its folder.

    Raises:
        InputError: The folder is not a mission.
        MissingMetadataError: There is no truth beside it.
    """
    mission = open_mission(folder)
    path = folder / "truth.parquet"
    try:
        truth = pq.read_table(path)
    except FileNotFoundError as error:
        raise MissingMetadataError(
            where=str(path),
            what="is not there, so there is nothing to compare with.",
            mend="Only simulated or benchmark missions have truth; `plainview demo` makes one.",
        ) from error
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error}).",
            mend="Make the mission again.",
        ) from error
    return asdict(score_tracks(_columns(mission.tracks), _columns(truth)))


def _columns(table: pa.Table) -> dict[str, Any]:
    return {
        name: table[name].to_numpy(zero_copy_only=False)
        for name in table.column_names
        if name != "geometry"
    }
