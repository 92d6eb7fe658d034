"""Which track is of which true thing, how far off it is, and which tracks are worth nothing."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.geo import distance_and_bearing
from plainview.tracking.score_tables import (
    Columns,
    ScoreRules,
    TrackRows,
    TruthRows,
    match_rows,
)

__all__ = ["MatchedRows", "TrackKinds", "match_mission"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackKinds:
    """Which tracks were ever confirmed, by camera and identity; which are not worth it.

    Args:
        confirmed: Ever.
        false: Of them, those with nothing true there most of the time.
        duplicate: Those on something that another track was on already.
    """

    confirmed: frozenset[tuple[str, int]]
    false: tuple[tuple[str, int], ...]
    duplicate: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchedRows:
    """Tracks, truth, which is of which, and how far off.

    Args:
        tracks: n rows.
        truth: m rows.
        track_of_truth: (m,) the track row of each truth row, -1 where there is none.
        error_m: (m,) horizontal error of that track's place, NaN where it has none.
        squared: (m,) the same, squared over the track's covariance.
        is_covered: (m,) whether a track that is confirmed in this very frame and is not false
            has the thing, be it the one that is on it or another.
        kinds: Of the tracks.
    """

    tracks: TrackRows
    truth: TruthRows
    track_of_truth: Indices
    error_m: Array
    squared: Array
    is_covered: Flags
    kinds: TrackKinds


def match_mission(
    tracks_columns: Columns, truth_columns: Columns, *, rules: ScoreRules
) -> MatchedRows:
    """Match tracks and truth by frame; the columns are those that `score_tracks` says."""
    tracks = TrackRows.from_columns(tracks_columns)
    truth = TruthRows.from_columns(truth_columns, rules=rules)
    track_of_truth, is_near = match_rows(tracks, truth, rules=rules)
    error_m, squared = _position_errors(tracks, truth, track_of_truth)
    kinds = _judge_tracks(tracks, (track_of_truth, is_near), rules=rules)
    return MatchedRows(
        tracks=tracks,
        truth=truth,
        track_of_truth=track_of_truth,
        error_m=error_m,
        squared=squared,
        is_covered=_is_covered(tracks, truth, false=set(kinds.false), rules=rules),
        kinds=kinds,
    )


def _position_errors(
    tracks: TrackRows, truth: TruthRows, track_of_truth: Indices
) -> tuple[Array, Array]:
    """Return for each truth row, (n,), the horizontal error and its Mahalanobis square.

    NaN where there is no track, no place, or no covariance.
    """
    matched = np.flatnonzero(track_of_truth >= 0)
    error_m, squared = np.full(len(truth), np.nan), np.full(len(truth), np.nan)
    rows = track_of_truth[matched]
    true, told = truth.place_deg[matched], tracks.place_deg[rows]
    distance_m, bearing_deg = distance_and_bearing(
        (true[:, 0], true[:, 1]), (told[:, 0], told[:, 1])
    )
    bearing = np.radians(np.where(distance_m > 0.0, bearing_deg, 0.0))
    east, north = distance_m * np.sin(bearing), distance_m * np.cos(bearing)
    cov = tracks.cov_en_m2[rows]
    ee, en, nn = cov[:, 0, 0], cov[:, 0, 1], cov[:, 1, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        mahalanobis = (east**2 * nn - 2.0 * east * north * en + north**2 * ee) / (ee * nn - en**2)
    error_m[matched] = np.where(np.isnan(mahalanobis), np.nan, distance_m)
    squared[matched] = mahalanobis
    return error_m, squared


def _judge_tracks(
    tracks: TrackRows, found: tuple[Indices, Flags], *, rules: ScoreRules
) -> TrackKinds:
    """Tell false and duplicate tracks by the frames in which they were confirmed."""
    track_of_truth, is_near = found
    is_on = np.zeros(len(tracks), np.bool_)
    is_on[track_of_truth[track_of_truth >= 0]] = True
    keys = list(zip(tracks.camera, tracks.track_id.tolist(), strict=True))
    seen = np.flatnonzero(tracks.is_seen).tolist()
    n_seen = Counter(keys[row] for row in seen)
    n_near = Counter(keys[row] for row in seen if is_near[row])
    n_on = Counter(keys[row] for row in seen if is_on[row])
    least = rules.least_true_fraction
    false = {key for key, n in n_seen.items() if n_near[key] < least * n}
    duplicate = {key for key, n in n_seen.items() if n_on[key] < least * n} - false
    return TrackKinds(
        confirmed=frozenset(n_seen),
        false=tuple(sorted(false)),
        duplicate=tuple(sorted(duplicate)),
    )


def _is_covered(
    tracks: TrackRows, truth: TruthRows, *, false: set[tuple[str, int]], rules: ScoreRules
) -> Flags:
    """Match the tracks that are seen and true by themselves: none that coasts is in their way."""
    keys = zip(tracks.camera, tracks.track_id.tolist(), strict=True)
    is_true = np.array([key not in false for key in keys], np.bool_)
    seen = tracks.select(np.flatnonzero(tracks.is_seen & is_true).astype(np.int64))
    covered: Flags = match_rows(seen, truth, rules=rules)[0] >= 0
    return covered
