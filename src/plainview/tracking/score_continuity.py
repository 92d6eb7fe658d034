"""Continuity: how long one track stays on one thing, and what comes between."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from plainview.tracking.score_tables import ScoreRules
from plainview.tracking.sightings import Sightings

__all__ = ["ContinuityScore", "ThingContinuity", "score_continuity"]

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingContinuity:
    """How one thing was held while one camera could see it; coasting tracks hold too.

    Args:
        camera: That saw it.
        object_id: Of the truth.
        kind: What it is.
        visible_s: How long it was visible; whatever is below is within that.
        late_s: Before the first track was on it.
        tracked_share: Share of that time with a track on it.
        longest_unbroken_share: Share of it for which one track was on it without a gap, at
            the longest; while the thing is not visible nothing breaks.
        gaps: How often no track was on it and one came back.
        longest_gap_s: The longest of them; None without one.
        lost_s: After the last track was on it.
        identity_changes: How often the track on it was another than before.
        tracks: Different tracks that were on it.
    """

    camera: str
    object_id: int
    kind: str
    visible_s: float
    late_s: float
    tracked_share: float
    longest_unbroken_share: float
    gaps: int
    longest_gap_s: float | None
    lost_s: float
    identity_changes: int
    tracks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuityScore:
    """How things were held; over those that were visible long enough to count.

    Args:
        things: How many they are.
        median_longest_unbroken_share: Of them; None without one.
        least_longest_unbroken_share: Likewise.
        gaps: Over all.
        longest_gap_s: Over all; None without a gap.
        identity_changes: Over all.
        tracks_per_thing: Mean over the things that were tracked at all; None without one.
        each: Each thing.
    """

    things: int
    median_longest_unbroken_share: float | None
    least_longest_unbroken_share: float | None
    gaps: int
    longest_gap_s: float | None
    identity_changes: int
    tracks_per_thing: float | None
    each: tuple[ThingContinuity, ...]


def score_continuity(sightings: Sightings, *, rules: ScoreRules) -> ContinuityScore:
    """Score how things that were visible in enough frames were held."""
    visible = sightings.select(sightings.is_visible)
    rows_of_things = visible.rows_of_things()
    each = tuple(
        _score_thing(visible, rows)
        for rows in rows_of_things
        if len(rows) >= rules.fewest_visible_frames
    )
    longest = [thing.longest_unbroken_share for thing in each]
    gaps_s = [thing.longest_gap_s for thing in each if thing.longest_gap_s is not None]
    n_tracks = [thing.tracks for thing in each if thing.tracks]
    return ContinuityScore(
        things=len(each),
        median_longest_unbroken_share=float(np.median(longest)) if longest else None,
        least_longest_unbroken_share=min(longest, default=None),
        gaps=sum(thing.gaps for thing in each),
        longest_gap_s=max(gaps_s, default=None),
        identity_changes=sum(thing.identity_changes for thing in each),
        tracks_per_thing=float(np.mean(n_tracks)) if n_tracks else None,
        each=each,
    )


def _runs(track_id: Indices) -> Iterator[tuple[int, slice]]:
    """Yield each stretch of the same track, or of none (-1), and its rows."""
    edges = [0, *(1 + np.flatnonzero(np.diff(track_id))).tolist(), len(track_id)]
    for first, last in pairwise(edges):
        yield int(track_id[first]), slice(first, last)


def _score_thing(visible: Sightings, rows: Indices) -> ThingContinuity:
    """Score the visible rows of one thing, at least one, in order of frame."""
    lasts_s = np.nan_to_num(visible.lasts_s[rows], nan=1.0)
    runs = [(track, float(lasts_s[part].sum())) for track, part in _runs(visible.track_id[rows])]
    held = [index for index, (track, _) in enumerate(runs) if track >= 0]
    first, last = (held[0], held[-1]) if held else (len(runs), len(runs))
    gaps_s = [span_s for track, span_s in runs[first:last] if track < 0]
    ids = [track for track, _ in runs if track >= 0]
    total_s = float(lasts_s.sum())
    return ThingContinuity(
        camera=visible.camera[rows[0]],
        object_id=int(visible.object_id[rows[0]]),
        kind=visible.kind[rows[0]],
        visible_s=total_s,
        late_s=sum(span_s for _, span_s in runs[:first]),
        tracked_share=sum(runs[index][1] for index in held) / total_s,
        longest_unbroken_share=max((runs[index][1] for index in held), default=0.0) / total_s,
        gaps=len(gaps_s),
        longest_gap_s=max(gaps_s, default=None),
        lost_s=sum(span_s for _, span_s in runs[last + 1 :]),
        identity_changes=sum(a != b for a, b in pairwise(ids)),
        tracks=len(set(ids)),
    )
