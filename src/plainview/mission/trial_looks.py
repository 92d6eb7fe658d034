"""The looks of a field trial: picks of surveyed points, or tracks that stand on them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.errors import InputError
from plainview.formats.known_points import KnownPoint, Pick
from plainview.geo import distance_and_bearing
from plainview.mission.known_looks import PlacedPicks, place_picks
from plainview.mission.track_looks import TrackLooks, gather_track_looks
from plainview.mission.view_track import ViewTrack
from plainview.model import ViewSigma

__all__ = ["passes_of", "picks_of_tracks"]

_LEAST_LOOKS: Final = 3
_FARTHEST_M: Final = 150.0
"""From a surveyed point: beyond it a track is of something else."""
_NEXT_RATIO: Final = 2.0
"""The next surveyed point must be this much further."""
_MOST_SPREAD_M: Final = 60.0
"""Of a track's own places along its way: what went further was not standing on a point."""
_PASS_GAP_US: Final = 10_000_000


def picks_of_tracks(
    folder: Path, points: Sequence[KnownPoint], track: ViewTrack, *, instrument: ViewSigma | None
) -> PlacedPicks:
    """Return the tracks of a mission that stand on surveyed points, as picks of them.

    Args:
        folder: The mission.
        points: The surveyed points.
        track: The mission's frames.
        instrument: The 1-sigma of the turret; None takes what is assumed.

    Raises:
        InputError: No track stands on a point.
    """
    tracks = gather_track_looks(folder, instrument=instrument, least_looks=_LEAST_LOOKS)
    picks = [
        pick
        for each in tracks
        if each.camera == track.camera.name and (point := _point_of(each, points)) is not None
        for pick in _picks(each, point, str(folder))
    ]
    if not picks:
        raise InputError(
            where=str(folder),
            what=f"has {len(tracks)} tracks of some length, and none of them stands on a surveyed"
            " point.",
            mend="Give the footage with picks instead (--picks), or look whether the survey is of"
            " this place.",
        )
    return place_picks(picks, track)


def _point_of(track: TrackLooks, points: Sequence[KnownPoint]) -> KnownPoint | None:
    """Return the one point that a track stands on; None where there is none, or two are near."""
    middle = np.median(track.places, axis=0)
    span_m, _ = distance_and_bearing(
        (np.full(len(track), middle[0]), np.full(len(track), middle[1])),
        (track.places[:, 0], track.places[:, 1]),
    )
    off_m, _ = distance_and_bearing(
        (np.full(len(points), middle[0]), np.full(len(points), middle[1])),
        (
            np.array([point.latitude_deg for point in points]),
            np.array([point.longitude_deg for point in points]),
        ),
    )
    order = np.argsort(off_m)
    is_near = off_m[order[0]] <= _FARTHEST_M and float(np.max(span_m)) <= _MOST_SPREAD_M
    is_alone = len(points) == 1 or off_m[order[1]] > _NEXT_RATIO * off_m[order[0]]
    return points[int(order[0])] if is_near and is_alone else None


def _picks(track: TrackLooks, point: KnownPoint, where: str) -> list[Pick]:
    rows: list[Any] = list(zip(track.video_time_us, track.points_px, track.sigma_px, strict=True))
    return [
        Pick(
            point=point,
            frame_index=None,
            video_time_s=1e-6 * int(time_us),
            x_px=float(np.clip(x, 0.0, None)),
            y_px=float(np.clip(y, 0.0, None)),
            sigma_px=float(sigma_px),
            where=f"{where}, track {track.track_id}",
        )
        for time_us, (x, y), sigma_px in rows
    ]


def passes_of(placed: PlacedPicks) -> np.ndarray:
    """Return which pass each pick belongs to, (n,): the same point without a longer pause."""
    numbers = np.zeros(len(placed), np.int64)
    next_pass = 0
    for point in range(len(placed.points)):
        rows = np.flatnonzero(placed.point == point)
        if not len(rows):
            continue
        starts = np.diff(placed.video_time_us[rows]) > _PASS_GAP_US
        numbers[rows] = next_pass + np.concatenate([[0], np.cumsum(starts)])
        next_pass = int(numbers[rows].max()) + 1
    return numbers
