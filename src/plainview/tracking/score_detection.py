"""Detection probability against range and signal: by frames, and by how soon a thing is found."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.tracking.score_bins import (
    RANGE_EDGES_M,
    SIGNAL_EDGES,
    Bin,
    bins_with_rows,
    clustered_share,
)
from plainview.tracking.score_tables import ScoreRules
from plainview.tracking.sightings import Sightings

__all__ = ["BinnedShares", "DetectionScore", "ShareRow", "score_detection"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NOWHERE: Final = Bin(at_least=None, below=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """The share of trials that succeeded, in one bin or over all.

    Args:
        at_least: Lower edge of the bin; None where it is open, and where there is none.
        below: Upper edge likewise.
        kind: Of the things; None where kinds are not told apart.
        things: Things that the trials are of.
        trials: Frames, or appearances.
        successes: Of the trials.
        share: Successes of trials.
        low: Lower end of the 95 % interval, in which a thing counts as one trial.
        high: Upper end likewise.
        independent_things: What the things are worth where some have more trials than others.
    """

    at_least: float | None
    below: float | None
    kind: str | None
    things: int
    trials: int
    successes: int
    share: float
    low: float
    high: float
    independent_things: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BinnedShares:
    """A share over all and by bins; bins without a trial are left out.

    Args:
        overall: Over all; None without a trial.
        by_range_m: By slant range; None where no range is known.
        by_signal_to_noise: By the truth's signal; None where the truth says none.
        by_kind: By what the things are, in order of name.
    """

    overall: ShareRow | None
    by_range_m: tuple[ShareRow, ...] | None
    by_signal_to_noise: tuple[ShareRow, ...] | None
    by_kind: tuple[ShareRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionScore:
    """How probably a thing in the picture is detected.

    Args:
        frames: A trial is a frame of a thing in the picture; a success, one in which a
            confirmed track that is not false is on it.
        appearances: A trial is a thing that came into the picture and stayed as long as the
            rules give for finding it; a success, one that was found in that time. Range and
            signal are the medians over that time.
        too_short: Appearances that ended sooner; they are no trials.
        median_seconds_to_find: Of all appearances in which the thing was ever found; None
            without one.
        p95_seconds_to_find: Likewise.
    """

    frames: BinnedShares
    appearances: BinnedShares
    too_short: int
    median_seconds_to_find: float | None
    p95_seconds_to_find: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trials:
    """n trials: what succeeded, of which thing and kind, at which range and signal."""

    is_success: Flags
    thing: Indices
    kind: tuple[str, ...]
    range_m: Array
    signal_to_noise: Array

    def shares(self) -> BinnedShares:
        everything = np.arange(len(self.thing), dtype=np.int64)
        kinds = np.array(self.kind, dtype=np.str_)
        return BinnedShares(
            overall=self._row(_NOWHERE, everything) if len(everything) else None,
            by_range_m=self._binned(self.range_m, RANGE_EDGES_M),
            by_signal_to_noise=self._binned(self.signal_to_noise, SIGNAL_EDGES),
            by_kind=tuple(
                self._row(_NOWHERE, np.flatnonzero(kinds == kind).astype(np.int64), kind=str(kind))
                for kind in np.unique(kinds)
            ),
        )

    def _binned(self, values: Array, edges: tuple[float, ...]) -> tuple[ShareRow, ...] | None:
        if np.all(np.isnan(values)):
            return None
        return tuple(self._row(each, rows) for each, rows in bins_with_rows(values, edges))

    def _row(self, where: Bin, rows: Indices, *, kind: str | None = None) -> ShareRow:
        told = clustered_share(self.is_success[rows], self.thing[rows])
        return ShareRow(
            at_least=where.at_least,
            below=where.below,
            kind=kind,
            things=told.n_things,
            trials=told.n_trials,
            successes=int(np.count_nonzero(self.is_success[rows])),
            share=told.share,
            low=told.low,
            high=told.high,
            independent_things=told.n_independent,
        )


def score_detection(sightings: Sightings, *, rules: ScoreRules) -> DetectionScore:
    """Score how probably things in the picture are detected, whatever their signal.

    Things are told apart by their identity in the truth: what two cameras see is one thing.
    """
    seen = sightings.select(sightings.is_in_picture)
    frames = _Trials(
        is_success=seen.is_covered,
        thing=seen.object_id,
        kind=seen.kind,
        range_m=seen.range_m,
        signal_to_noise=seen.signal_to_noise,
    )
    looks = [
        look
        for rows in seen.rows_of_things()
        for look in np.split(rows, 1 + np.flatnonzero(_is_pause(seen, rows, rules=rules)))
    ]
    whole = [rows for rows in looks if _span_s(seen, rows) >= rules.found_within_s]
    delays_s = np.array([_delay_s(seen, rows) for rows in looks], np.float64)
    found_s = delays_s[np.isfinite(delays_s)]
    return DetectionScore(
        frames=frames.shares(),
        appearances=_appearances(seen, whole, rules=rules).shares(),
        too_short=len(looks) - len(whole),
        median_seconds_to_find=float(np.median(found_s)) if len(found_s) else None,
        p95_seconds_to_find=float(np.percentile(found_s, 95.0)) if len(found_s) else None,
    )


def _is_pause(seen: Sightings, rows: Indices, *, rules: ScoreRules) -> Flags:
    """Return between which rows of one thing, (n - 1,), it was out of the picture for long."""
    is_long: Flags = np.diff(seen.start_s[rows]) > rules.new_sight_s
    return is_long


def _span_s(seen: Sightings, rows: Indices) -> float:
    """Return from the start of the first to the end of the last of a thing's rows."""
    lasts_s = np.nan_to_num(seen.lasts_s[rows[-1]])
    return float(seen.start_s[rows[-1]] + lasts_s - seen.start_s[rows[0]])


def _delay_s(seen: Sightings, rows: Indices) -> float:
    """Return how long after its first row a thing was found; inf where it never was."""
    covered = rows[seen.is_covered[rows]]
    return float(seen.start_s[covered[0]] - seen.start_s[rows[0]]) if len(covered) else np.inf


def _appearances(seen: Sightings, looks: list[Indices], *, rules: ScoreRules) -> _Trials:
    early = [
        rows[seen.start_s[rows] - seen.start_s[rows[0]] <= rules.found_within_s] for rows in looks
    ]
    return _Trials(
        is_success=np.array([bool(seen.is_covered[rows].any()) for rows in early], np.bool_),
        thing=np.array([seen.object_id[rows[0]] for rows in early], np.int64),
        kind=tuple(seen.kind[rows[0]] for rows in early),
        range_m=np.array([np.median(seen.range_m[rows]) for rows in early], np.float64),
        signal_to_noise=np.array(
            [np.median(seen.signal_to_noise[rows]) for rows in early], np.float64
        ),
    )
