"""Whether the clock of a mission's metadata can be right: files, sun, ships."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.formats.ais_log import read_ais
from plainview.formats.file_times import read_file_times
from plainview.formats.row_groups import read_row_groups
from plainview.formats.track_history import TrackHistory
from plainview.geo import sun_elevation_deg
from plainview.misb import band_from_image_source
from plainview.misb.clock_check import ClockFacts, ClockVerdict, Light, check_clock
from plainview.misb.ship_clock import ShipClock, ShipSightings, match_ship_clock
from plainview.mission.simulated import is_simulated
from plainview.model import Band, CountedWarning

__all__ = [
    "CLOCK_COLUMNS",
    "check_clock_of_frames",
    "check_mission_clock",
    "clock_warnings",
    "describe_clock",
]

Array = npt.NDArray[np.float64]

CLOCK_COLUMNS: Final = (
    *("time_us", "sensor_latitude_deg", "sensor_longitude_deg", "image_source"),
    *("source_mission_id", "brightness", "colourfulness"),
)
"""Of ``frames.parquet``: all that a clock is tested by."""

_EVERY_US: Final = 1_000_000
"""One frame a second is enough."""
_LIGHT: Final = (0.2, 0.05)
"""Brightness and colourfulness of a picture that needs the sun; lamps do not light so much."""
_DARK: Final = 0.04
_MOST_FRAMES: Final = 0.9
"""Share of the frames that must be so."""
_LEAST_FRAMES: Final = 3
_MOST_SIGMA_M: Final = 150.0
"""Of a track's place; ships in a busy strait are nearer to each other than two of these."""


def check_mission_clock(
    frames: Path,
    histories: Sequence[TrackHistory],
    *,
    inputs: Sequence[Path],
    ais: Path | None,
) -> ClockVerdict:
    """Compare the clock of a mission with what is known beside it.

    Args:
        frames: Its ``frames.parquet``, read a row group at a time.
        histories: Its located tracks.
        inputs: Its files; simulated footage is not compared with them.
        ais: An AIS log of the time and place; None where there is none.

    Raises:
        InputError: The log cannot be read.
        FormatError: It holds no ships.
    """
    groups = read_row_groups(frames, CLOCK_COLUMNS)
    return check_clock_of_frames(groups, histories, inputs=inputs, ais=ais)


def check_clock_of_frames(
    frames: Iterable[pa.Table],
    histories: Sequence[TrackHistory],
    *,
    inputs: Sequence[Path],
    ais: Path | None,
) -> ClockVerdict:
    """Compare a clock likewise, by rows of ``frames.parquet`` as they come.

    Args:
        frames: A group of rows after another, with `CLOCK_COLUMNS` at least.
        histories: Its located tracks.
        inputs: Its files; simulated footage is not compared with them.
        ais: An AIS log of the time and place; None where there is none.

    Raises:
        InputError: The log cannot be read.
        FormatError: It holds no ships.
    """
    groups = [_one_a_second(rows.select(CLOCK_COLUMNS)) for rows in frames]
    rows = pa.concat_tables(groups) if groups else None
    if rows is None or not len(rows):
        return ClockVerdict()
    times_us = rows["time_us"].to_numpy()
    is_made_up = is_simulated(rows["source_mission_id"][0].as_py())
    times = [] if is_made_up else [read_file_times(path) for path in inputs]
    written = [each.written_us for each in times if each.written_us is not None]
    facts = ClockFacts(
        first_us=int(times_us.min()),
        last_us=int(times_us.max()),
        written_us=max(written, default=None),
        created_us=times[0].created_us if times else None,
        sun_deg=_sun_deg(rows),
        light=_light(rows),
        ships=None if ais is None else _ships(ais, histories),
    )
    return check_clock(facts)


def describe_clock(verdict: ClockVerdict) -> dict[str, Any]:
    """Return `location.clock`: what contradicts the clock, what agrees with it, and by how much."""
    return {
        "faults": list(verdict.faults),
        "proofs": list(verdict.proofs),
        "ahead_s": verdict.offset_s,
    }


def clock_warnings(verdict: ClockVerdict, *, applied_s: float) -> tuple[CountedWarning, ...]:
    """Return the warning of a clock that cannot be right.

    Args:
        verdict: What was found.
        applied_s: What the settings had taken out of it.
    """
    if not verdict.faults:
        return ()
    mend = "Find out what the clock was, and give `clock_ahead_s` under [metadata] in the settings."
    if verdict.offset_s is not None:
        whole_s = applied_s + verdict.offset_s
        mend = (
            f"Process again with `clock_ahead_s = {whole_s:.0f}` under [metadata] in the settings."
        )
    return (
        CountedWarning(
            code="clock_wrong",
            count=len(verdict.faults),
            first="metadata",
            what="The clock of the metadata cannot be right; times in all products are its own. "
            + " ".join(verdict.faults),
            mend=mend,
        ),
    )


def _one_a_second(rows: pa.Table) -> pa.Table:
    """Return the rows whose UTC is known, the first of each second."""
    known = rows.filter(rows["time_us"].is_valid())
    seconds = known["time_us"].to_numpy() // _EVERY_US
    _, first = np.unique(seconds, return_index=True)
    return known.take(pa.array(np.sort(first)))


def _numbers(rows: pa.Table, name: str) -> Array:
    numbers: Array = rows[name].cast(pa.float64()).fill_null(np.nan).to_numpy()
    return numbers


def _sun_deg(rows: pa.Table) -> tuple[float, float] | None:
    """Return the sun's lowest and highest elevation at the sensor; None where it is not known."""
    places = [_numbers(rows, f"sensor_{axis}_deg") for axis in ("latitude", "longitude")]
    elevation = sun_elevation_deg(rows["time_us"].to_numpy(), *places)
    known = elevation[np.isfinite(elevation)]
    return (float(known.min()), float(known.max())) if len(known) else None


def _light(rows: pa.Table) -> Light | None:
    """Return what the pictures of a camera that says that it sees daylight show."""
    bands = [band_from_image_source(text) for text in rows["image_source"].to_pylist()]
    seen = rows.filter(pa.array([band is Band.EO for band in bands]))
    brightness, colour = _numbers(seen, "brightness"), _numbers(seen, "colourfulness")
    is_known = np.isfinite(brightness) & np.isfinite(colour)
    if is_known.sum() < _LEAST_FRAMES:
        return None
    brightness, colour = brightness[is_known], colour[is_known]
    if np.mean((brightness >= _LIGHT[0]) & (colour >= _LIGHT[1])) >= _MOST_FRAMES:
        return Light.DAYLIGHT
    return Light.NIGHT if np.mean(brightness <= _DARK) >= _MOST_FRAMES else None


def _ships(ais: Path, histories: Sequence[TrackHistory]) -> ShipClock:
    """Return what an AIS log says of the clock."""
    rows = [row for history in histories for row in _sighted(history)]
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5)
    sightings = ShipSightings(
        track_id=columns[:, 0].astype(np.int64),
        time_us=columns[:, 1].astype(np.int64),
        latitude_deg=columns[:, 2],
        longitude_deg=columns[:, 3],
        sigma_m=columns[:, 4],
    )
    return match_ship_clock(sightings, read_ais(ais).reports)


def _sighted(history: TrackHistory) -> Iterator[tuple[float, ...]]:
    """Yield track, time, place and error of a history, where they are known well enough."""
    variance_m2 = 0.5 * np.trace(history.cov_enu_m2[:, :2, :2], axis1=-2, axis2=-1)
    for row, time_us in enumerate(history.time_us):
        sigma_m = float(np.sqrt(variance_m2[row]))
        if time_us is not None and sigma_m <= _MOST_SIGMA_M:
            place = float(history.latitude_deg[row]), float(history.longitude_deg[row])
            yield float(history.track_id), float(time_us), *place, sigma_m
