"""A mission against the truth beside it."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from plainview.errors import InputError, MissingMetadataError
from plainview.mission.reader import Mission, open_mission
from plainview.tracking import Flight, Score, ScoreRules, match_mission, score_matched

__all__ = ["score_mission"]

_TRUTH_NEEDS: Final = (
    *("camera", "object_id", "kind", "frame_index"),
    *("x_px", "y_px", "width_px", "height_px", "latitude_deg", "longitude_deg"),
)
_FLAG: Final = pa.bool_()
_TRUE_FRAMES_NEED: Final = (
    *("camera", "frame_index", "sensor_latitude_deg", "sensor_longitude_deg"),
    *("sensor_height_hae_m", "camera_heading_deg", "camera_elevation_deg"),
)


def score_mission(folder: Path) -> dict[str, Any]:
    """Compare a mission with ``truth.parquet`` and ``truth_frames.parquet`` in its folder.

    Without the second, what needs the true camera is None, and ``not_scored`` says why. Truth
    of frames that the mission has not (a camera that was recorded and not looked at, the rest of
    a mission that was cut off) does not count.

    Raises:
        InputError: The folder is not a mission, or a table of the truth cannot be used.
        MissingMetadataError: There is no truth beside it.
    """
    mission = open_mission(folder)
    truth = _read_truth(folder / "truth.parquet", _TRUTH_NEEDS)
    if truth is None:
        raise MissingMetadataError(
            where=str(folder / "truth.parquet"),
            what="is not there, so there is nothing to compare with.",
            mend="Only simulated or benchmark missions have truth; `plainview demo` makes one.",
        )
    true_frames = _read_truth(folder / "truth_frames.parquet", _TRUE_FRAMES_NEED)
    rules = ScoreRules()
    seen = _of_frames(truth, mission.frames)
    matched = match_mission(_columns(mission.tracks), _columns(seen), rules=rules)
    flight = Flight.of(
        matched,
        frames=_columns(mission.frames),
        true_frames=None if true_frames is None else _columns(true_frames),
        sizes_px=_picture_sizes(mission),
        rules=rules,
    )
    score = score_matched(matched, rules=rules)
    return {
        **asdict(score),
        **asdict(flight.score()),
        "truth_rows_without_frame": len(truth) - len(seen),
        "cameras": [_camera_score(flight, score, name) for name in flight.cameras],
    }


def _camera_score(flight: Flight, score: Score, camera: str) -> dict[str, Any]:
    counted = [thing for thing in score.objects if thing.camera == camera and thing.is_counted]
    n_found = sum(thing.is_found for thing in counted)
    return {
        "camera": camera,
        "truth_objects": len(counted),
        "found": n_found,
        "missed": len(counted) - n_found,
        "false_tracks": sum(name == camera for name, _ in score.false_track_ids),
        "duplicate_tracks": sum(name == camera for name, _ in score.duplicate_track_ids),
        **asdict(flight.score(camera)),
    }


def _picture_sizes(mission: Mission) -> dict[str, tuple[int, int]]:
    """Return what ``mission.json`` says of the cameras' pictures; of a killed mission nothing."""
    return {
        str(camera["name"]): (int(camera["width_px"]), int(camera["height_px"]))
        for camera in mission.summary.get("cameras", [])
        if camera.get("width_px") and camera.get("height_px")
    }


def _read_truth(path: Path, needs: Iterable[str]) -> pa.Table | None:
    """Return a table of the truth; None where it is not there."""
    try:
        table = pq.read_table(path)
    except FileNotFoundError:
        return None
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error}).",
            mend="Make the mission again.",
        ) from error
    missing = [name for name in needs if name not in table.column_names]
    if missing:
        raise InputError(
            where=str(path),
            what=f"has no column {', '.join(missing)}.",
            mend="Write the columns that docs/reference/mission-folder.md names.",
        )
    return table


def _of_frames(truth: pa.Table, frames: pa.Table) -> pa.Table:
    """Return the rows of the truth whose frame of their camera the mission has."""
    known = set(zip(*_keys(frames), strict=True))
    return truth.filter(pa.array([key in known for key in zip(*_keys(truth), strict=True)], _FLAG))


def _keys(table: pa.Table) -> tuple[list[str], list[int]]:
    return table["camera"].to_pylist(), table["frame_index"].to_pylist()


def _columns(table: pa.Table) -> dict[str, Any]:
    return {
        name: table[name].to_numpy(zero_copy_only=False)
        for name in table.column_names
        if name not in {"geometry", "footprint"}
    }
