"""False alarms per hour: confirmed tracks of nothing, over the time in which a camera looked."""

from dataclasses import dataclass

import numpy as np

from plainview.tracking.score_frames import FrameRows
from plainview.tracking.score_intervals import poisson_interval

__all__ = ["FalseAlarms", "score_false_alarms"]

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """How often nothing was taken for something.

    Args:
        false_tracks: Confirmed tracks with nothing true there most of the time.
        observed_hours: Of the frames together; two cameras that look for an hour are two.
        per_hour: Their ratio; None where no time is known.
        low: Lower end of the 95 % interval, as of a Poisson count; None likewise.
        high: Upper end likewise; with no false track, what an hour has at most.
    """

    false_tracks: int
    observed_hours: float
    per_hour: float | None
    low: float | None
    high: float | None


def score_false_alarms(
    false_tracks: tuple[tuple[str, int], ...], frames: FrameRows, *, camera: str | None
) -> FalseAlarms:
    """Score false tracks, by camera and identity, of one camera; of all where it is None."""
    count = sum(camera in {None, name} for name, _ in false_tracks)
    hours = float(np.nansum(frames.lasts_s[frames.rows_of(camera)])) / _HOUR_S
    low, high = poisson_interval(count)
    is_timed = hours > 0.0
    return FalseAlarms(
        false_tracks=count,
        observed_hours=hours,
        per_hour=count / hours if is_timed else None,
        low=low / hours if is_timed else None,
        high=high / hours if is_timed else None,
    )
