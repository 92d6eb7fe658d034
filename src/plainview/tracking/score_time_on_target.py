"""Time on target: how much of the time each thing lay in the picture, and in its middle."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.tracking.score_frames import FrameRows
from plainview.tracking.sightings import Sightings

__all__ = ["ThingTime", "TimeOnTarget", "score_time_on_target"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingTime:
    """How long one thing lay in the picture; of several cameras, in that of any.

    Args:
        object_id: Of the truth.
        kind: What it is.
        in_picture_s: How long.
        in_picture_share: Of the time in which a camera looked.
        middle_third_share: Share of that time in which its middle also lay in the middle third
            of the picture's width and of its height; None where a picture's size is not known.
    """

    object_id: int
    kind: str
    in_picture_s: float
    in_picture_share: float
    middle_third_share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOnTarget:
    """How long things lay in the picture; those that never did are in no table of the truth.

    Args:
        observed_s: How long a camera looked; time in which two did counts once.
        each: Each thing.
    """

    observed_s: float
    each: tuple[ThingTime, ...]


def score_time_on_target(
    sightings: Sightings,
    frames: FrameRows,
    *,
    camera: str | None,
    sizes_px: Mapping[str, tuple[int, int]],
) -> TimeOnTarget | None:
    """Score how long things lay in the picture, whatever their signal.

    Args:
        sightings: Of the camera, or of all.
        frames: Of the mission.
        camera: Which; all where it is None.
        sizes_px: Width and height of each camera's picture.

    Returns:
        None where the frames have no duration.
    """
    rows = frames.rows_of(camera)
    observed_s = _union_s(frames.start_s[rows], frames.lasts_s[rows])
    if not observed_s > 0.0:
        return None
    seen = sightings.select(sightings.is_in_picture)
    is_middle = _in_middle_third(seen, sizes_px)
    each = []
    for object_id in np.unique(seen.object_id):
        mine = seen.object_id == object_id
        middle_s = None if is_middle is None else _time_s(seen, mine & is_middle)
        time_s = _time_s(seen, mine)
        each.append(
            ThingTime(
                object_id=int(object_id),
                kind=seen.kind[int(np.flatnonzero(mine)[0])],
                in_picture_s=time_s,
                in_picture_share=time_s / observed_s,
                middle_third_share=None if middle_s is None else middle_s / observed_s,
            )
        )
    return TimeOnTarget(observed_s=observed_s, each=tuple(each))


def _time_s(seen: Sightings, is_chosen: Flags) -> float:
    return _union_s(seen.start_s[is_chosen], seen.lasts_s[is_chosen])


def _union_s(start_s: Array, lasts_s: Array) -> float:
    """Return how long it is that any of the intervals covers; those of no length aside."""
    is_there = lasts_s > 0.0
    order = np.argsort(start_s[is_there], kind="stable")
    start = start_s[is_there][order]
    if not len(start):
        return 0.0
    end = np.maximum.accumulate(start + lasts_s[is_there][order])
    counted_from = np.maximum(start, np.concatenate([start[:1], end[:-1]]))
    return float(np.sum(np.maximum(end - counted_from, 0.0)))


def _in_middle_third(seen: Sightings, sizes_px: Mapping[str, tuple[int, int]]) -> Flags | None:
    """Return which rows, (n,), have their middle there; None where a size is not known."""
    if not set(seen.camera) <= sizes_px.keys():
        return None
    sizes = np.array([sizes_px[name] for name in seen.camera], np.float64).reshape(-1, 2)
    is_within: Flags = np.all(np.abs(seen.center_px / sizes - 0.5) <= 1.0 / 6.0, axis=-1)
    return is_within
