"""The columns of tracks and truth as a score reads them, and which row is of which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from plainview.tracking.assignment import assign_pairs

__all__ = [
    "Columns",
    "ScoreRules",
    "TrackRows",
    "TruthRows",
    "column_names",
    "column_numbers",
    "match_rows",
]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Columns = Mapping[str, Sequence[Any] | npt.NDArray[Any]]

_BOX: Final = ("x_px", "y_px", "width_px", "height_px")
_PLACE: Final = ("latitude_deg", "longitude_deg")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRules:
    """What counts, each rule stated beside every score that it made.

    Args:
        gate_px: A track may be of a truth whose centre is this near; in larger things,
            within half the diagonal of their box.
        least_visible_fraction: A truth is visible in a frame from this fraction on.
        least_signal_to_noise: And from this signal on, where the truth says it.
        fewest_visible_frames: An object that is visible in fewer frames is listed and not
            counted: neither found nor missed.
        fewest_found_frames: An object is found when a confirmed track that is not false
            was on it in at least so many of its visible frames.
        least_true_fraction: A track is false when it was near no truth in more than the rest
            of the frames in which it was confirmed (coasting frames aside). One that was
            near a truth that often, but had it to itself less often, is a duplicate.
        found_within_s: How soon after it came into the picture a thing is to be found.
        new_sight_s: A thing that was out of the picture for longer comes into it anew.
    """

    gate_px: float = 10.0
    least_visible_fraction: float = 0.25
    least_signal_to_noise: float = 3.0
    fewest_visible_frames: int = 10
    fewest_found_frames: int = 3
    least_true_fraction: float = 0.5
    found_within_s: float = 5.0
    new_sight_s: float = 5.0


def column_numbers(columns: Columns, name: str, n_rows: int) -> Array:
    """Return a column as numbers (n,), NaN for None and for a column that is not there."""
    if name not in columns:
        return np.full(n_rows, np.nan)
    column = columns[name]
    if isinstance(column, np.ndarray) and column.dtype != object:
        return column.astype(np.float64)
    return np.array([np.nan if value is None else value for value in column], np.float64)


def column_names(columns: Columns, name: str, n_rows: int) -> tuple[str, ...]:
    """Return a column as n names, empty ones for a column that is not there."""
    column = columns.get(name)
    return ("",) * n_rows if column is None else tuple(str(value) for value in column)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """What both tables have: camera, frame, box and place of each of n rows."""

    camera: tuple[str, ...]
    frame_index: Indices
    center_px: Array
    size_px: Array
    place_deg: Array

    def __len__(self) -> int:
        return len(self.frame_index)

    def select(self, rows: Indices) -> Self:
        """Return some rows, in the order given."""
        chosen: dict[str, Any] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            is_names = isinstance(column, tuple)
            chosen[field.name] = tuple(column[r] for r in rows) if is_names else column[rows]
        return type(self)(**chosen)


def _common(columns: Columns) -> dict[str, Any]:
    frame_index = np.asarray(columns["frame_index"], dtype=np.int64)
    n = len(frame_index)
    box = np.stack([column_numbers(columns, name, n) for name in _BOX], axis=-1)
    return {
        "camera": column_names(columns, "camera", n),
        "frame_index": frame_index,
        "center_px": box[:, :2] + 0.5 * box[:, 2:],
        "size_px": box[:, 2:],
        "place_deg": np.stack([column_numbers(columns, name, n) for name in _PLACE], axis=-1),
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackRows(_Rows):
    """Rows of ``tracks.parquet`` of tracks that are believed; n rows in order of frame.

    Args:
        track_id: (n,).
        is_seen: (n,) confirmed in this frame; the others coast.
        cov_en_m2: (n, 2, 2) total, east and north.
    """

    track_id: Indices
    is_seen: Flags
    cov_en_m2: Array

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Read the columns of the table; rows of other life stages are left out."""
        common = _common(columns)
        n = len(common["frame_index"])
        terms = [column_numbers(columns, f"cov_{term}_m2", n) for term in ("ee", "en", "en", "nn")]
        stage = np.array(column_names(columns, "life_stage", n), dtype=np.str_)
        rows = cls(
            **common,
            track_id=np.asarray(columns["track_id"], dtype=np.int64),
            is_seen=stage == "confirmed",
            cov_en_m2=np.stack(terms, axis=-1).reshape(n, 2, 2),
        )
        is_believed = rows.is_seen | (stage == "coasting")
        kept = np.flatnonzero(is_believed)
        return rows.select(kept[np.argsort(rows.frame_index[kept], kind="stable")])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TruthRows(_Rows):
    """Rows of ``truth.parquet``; n rows in order of frame.

    Args:
        object_id: (n,).
        kind: n names.
        is_visible: (n,) by the rules.
        is_in_picture: (n,) visible by its fraction alone, whatever its signal.
        signal_to_noise: (n,) NaN where the truth does not say it.
        height_hae_m: (n,) likewise.
    """

    object_id: Indices
    kind: tuple[str, ...]
    is_visible: Flags
    is_in_picture: Flags
    signal_to_noise: Array
    height_hae_m: Array

    @classmethod
    def from_columns(cls, columns: Columns, *, rules: ScoreRules) -> Self:
        """Read the columns of the table; what it does not say of visibility is visible."""
        common = _common(columns)
        n = len(common["frame_index"])
        visible = column_numbers(columns, "visible_fraction", n)
        signal = column_numbers(columns, "signal_to_noise", n)
        is_in_picture = np.isnan(visible) | (visible >= rules.least_visible_fraction)
        is_strong = np.isnan(signal) | (signal >= rules.least_signal_to_noise)
        rows = cls(
            **common,
            object_id=np.asarray(columns["object_id"], dtype=np.int64),
            kind=column_names(columns, "kind", n),
            is_visible=is_in_picture & is_strong,
            is_in_picture=is_in_picture,
            signal_to_noise=signal,
            height_hae_m=column_numbers(columns, "height_hae_m", n),
        )
        return rows.select(np.argsort(rows.frame_index, kind="stable"))


def _rows_by_frame(rows: _Rows) -> dict[tuple[str, int], list[int]]:
    by_frame: dict[tuple[str, int], list[int]] = {}
    for row, key in enumerate(zip(rows.camera, rows.frame_index.tolist(), strict=True)):
        by_frame.setdefault(key, []).append(row)
    return by_frame


def _match_frame(
    mine: tuple[TrackRows, list[int]],
    true: tuple[TruthRows, list[int]],
    *,
    before: dict[int, int],
    rules: ScoreRules,
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return pairs of track row and truth row, and the track rows that are near any truth.

    A track that was on an object stays on it.
    """
    (tracks, track_rows), (truth, truth_rows) = mine, true
    size = truth.size_px[truth_rows]
    gate = np.maximum(rules.gate_px, 0.5 * np.hypot(size[:, 0], size[:, 1]))
    offset = tracks.center_px[track_rows][:, None] - truth.center_px[truth_rows]
    distance = np.hypot(offset[..., 0], offset[..., 1]) / gate
    is_allowed = distance <= 1.0
    stays = [before.get(int(k), -1) for k in truth.object_id[truth_rows]]
    is_kept = is_allowed & (tracks.track_id[track_rows][:, None] == np.array(stays))
    is_free = ~(is_kept.any(axis=1)[:, None] | is_kept.any(axis=0))
    pairs = assign_pairs(np.where(is_kept, 0.0, distance), is_kept | (is_allowed & is_free))
    near = [track_rows[i] for i in np.flatnonzero(is_allowed.any(axis=1)).tolist()]
    return [(track_rows[i], truth_rows[j]) for i, j in pairs], near


def match_rows(tracks: TrackRows, truth: TruthRows, *, rules: ScoreRules) -> tuple[Indices, Flags]:
    """Return the track row of each truth row, -1 where there is none, and who is near a truth.

    In each frame of each camera: tracks stay on the object that they were on while it is
    within the gate (as CLEAR MOT has it); the others are assigned by their centres' distance.

    Returns:
        A row for each truth row, (n,), and whether each track row is within the gate of any
        truth, (m,).
    """
    track_of_truth, is_near = np.full(len(truth), -1, np.int64), np.zeros(len(tracks), np.bool_)
    by_frame = _rows_by_frame(tracks)
    before: dict[str, dict[int, int]] = {}
    for (camera, index), truth_rows in _rows_by_frame(truth).items():
        known = before.setdefault(camera, {})
        track_rows = by_frame.get((camera, index), [])
        if not track_rows:
            continue
        mine, true = (tracks, track_rows), (truth, truth_rows)
        pairs, near = _match_frame(mine, true, before=known, rules=rules)
        is_near[near] = True
        for track_row, truth_row in pairs:
            track_of_truth[truth_row] = track_row
            known[int(truth.object_id[truth_row])] = int(tracks.track_id[track_row])
    return track_of_truth, is_near
