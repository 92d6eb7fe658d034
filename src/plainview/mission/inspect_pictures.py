"""What a minute of a file's pictures says of the lag and the clock of its metadata."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.formats import SourceSettings
from plainview.misb import Conventions, TimedView
from plainview.misb.clock_check import ClockVerdict
from plainview.mission.clock_watch import check_clock_of_frames, clock_warnings, describe_clock
from plainview.mission.lag_watch import (
    LAG_COLUMNS,
    FoundLag,
    LagWatch,
    describe_lags,
    lag_warnings,
)
from plainview.mission.picture_look import (
    LONGEST_LOOK_S,
    Stretch,
    busiest_stretches,
    look_at_pictures,
)
from plainview.mission.progress import Progress
from plainview.model import CountedWarning, View

__all__ = ["Sighting", "see_lag_and_clock"]

Array = npt.NDArray[np.float64]

_LONGEST_STEP_S: Final = 2.0
"""Between two pictures of one stretch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was found; nothing where no picture was looked at.

    Args:
        lags: Of each camera.
        clock: What contradicts the clock and what agrees with it.
        seen_s: How much of the video was looked at.
        failure: Why no picture could be; None where some could, or none was asked for.
    """

    lags: tuple[FoundLag, ...] = ()
    clock: ClockVerdict = field(default_factory=ClockVerdict)
    seen_s: float = 0.0
    failure: str | None = None

    def describe(self) -> dict[str, Any]:
        """Return ``lag`` and ``clock`` as ``mission.json`` has them, and what was looked at."""
        return {
            "lag": describe_lags(self.lags),
            "clock": describe_clock(self.clock),
            "pictures": {"seen_s": round(self.seen_s, 1), "failure": self.failure},
        }

    def warnings(self) -> tuple[CountedWarning, ...]:
        """Return the warnings of a lag that is there and of a clock that cannot be right."""
        return (*lag_warnings(self.lags), *clock_warnings(self.clock, applied_s=0.0))


def see_lag_and_clock(
    path: Path,
    said: Sequence[TimedView],
    *,
    conventions: Conventions,
    ais: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Sighting:
    """Look at the pictures where the camera moves most, a minute at most.

    Args:
        path: The file.
        said: What its metadata said, a View a packet.
        conventions: How its metadata are read.
        ais: An AIS log; things are then followed too, to be compared with ships.
        on_progress: Is told how far it is.

    Raises:
        InputError: The log cannot be read.
        FormatError: It holds no ships.
    """
    stretches = _stretches(path, said)
    look = look_at_pictures(
        stretches,
        source=SourceSettings(convention=conventions),
        are_things_followed=ais is not None,
        on_progress=on_progress,
    )
    clock = check_clock_of_frames([look.frames], look.histories, inputs=(path,), ais=ais)
    if look.failure is not None:
        return Sighting(clock=clock, failure=look.failure)
    watch = LagWatch(look.cameras)
    watch.add(look.frames.select(LAG_COLUMNS))
    return Sighting(
        lags=tuple(watch.found(applied_s=0.0)), clock=clock, seen_s=_seen_s(look.frames)
    )


def _seen_s(frames: pa.Table) -> float:
    """Return how long pictures follow each other without a pause."""
    step_s = 1e-6 * np.diff(frames["video_time_us"].to_numpy())
    return float(step_s[(step_s > 0.0) & (step_s < _LONGEST_STEP_S)].sum())


def _stretches(path: Path, said: Sequence[TimedView]) -> list[Stretch]:
    """Return where the camera moves most by the metadata; the beginning where it says nothing."""
    times_us = [timed.time_us for timed in said]
    known = [time_us for time_us in times_us if time_us is not None]
    if not known:
        return [Stretch(path=path, start_s=0.0, end_s=LONGEST_LOOK_S)]
    time_s = np.array([np.nan if each is None else 1e-6 * (each - known[0]) for each in times_us])
    sights = np.array([_sight_deg(timed.view) for timed in said])
    sights[:, 0] = np.degrees(np.unwrap(np.radians(sights[:, 0])))
    found = busiest_stretches(path, time_s, sights)
    return [stretch for _, stretch in found] or [
        Stretch(path=path, start_s=0.0, end_s=LONGEST_LOOK_S)
    ]


def _sight_deg(view: View) -> tuple[float, float]:
    heading, elevation = view.camera_heading_deg, view.camera_elevation_deg
    return (0.0, 0.0) if heading is None or elevation is None else (heading, elevation)
