"""Track summaries: what a reader wants to know of each track, from the rows of all frames."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.formats.report.columns import Columns
from plainview.model import (
    ELLIPSE_95_PER_SIGMA,
    LE90_PER_SIGMA,
    ce90_from_covariance,
    ellipse_from_covariance,
)

__all__ = ["TrackPlace", "TrackSummary", "summarise_tracks"]

Array = npt.NDArray[np.float64]

_MOST_PATH_POINTS: Final = 60
_COVARIANCE_TERMS: Final = {
    (0, 0): "ee",
    (0, 1): "en",
    (1, 1): "nn",
    (0, 2): "eu",
    (1, 2): "nu",
    (2, 2): "uu",
}


_NUMBERS: Final = (
    *("track_id", "frame_index", "video_time_us", "time_us", "existence"),
    *("latitude_deg", "longitude_deg", "height_hae_m"),
    *("velocity_east_m_s", "velocity_north_m_s", "temperature_c", "temperature_accuracy_k"),
    *(f"cov_{term}_m2" for term in _COVARIANCE_TERMS.values()),
)
_WORDS: Final = ("camera", "label", "surface", "uncertainty_basis", "life_stage")
_PLACES: Final = ("track_id", "video_time_us", "latitude_deg", "longitude_deg", "life_stage")

Rows = dict[str, npt.NDArray[Any]]
"""Some rows of one track, by column, in order of time."""

ReadRows = Callable[[Sequence[str]], Iterable[Columns]]
"""Gives the columns that are named of all rows, some rows at a time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackPlace:
    """Where a track was when it was last seen and located; coasting is not seeing.

    Args:
        time_us: UTC; None where not known. On the video's clock likewise.
        latitude_deg: WGS84; longitude likewise.
        height_hae_m: Above the ellipsoid; None where not known.
        semi_axes_95_m: Of the 95 % ellipse, larger first; heading of the larger.
        ce90_m: Horizontal 90 % error; vertical likewise, None where not known.
        velocity_en_m_s: Over the ground; None where not known.
        surface: Where the place lies, and where its error comes from.
        own_ship_deg: Latitude and longitude of the sensor then; None where not known.
    """

    time_us: int | None
    video_time_us: int
    latitude_deg: float
    longitude_deg: float
    height_hae_m: float | None
    semi_axes_95_m: tuple[float, float]
    ellipse_heading_deg: float
    ce90_m: float
    le90_m: float | None
    velocity_en_m_s: tuple[float, float] | None
    surface: str | None
    uncertainty_basis: str | None
    own_ship_deg: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackSummary:
    """One track.

    Args:
        track_id: Its identity.
        camera: Who saw it, and as what; None where not known.
        n_frames: In how many frames it was seen.
        n_coasting: In how many more it was only predicted.
        seen_video_time_us: First and last, on the video's clock.
        seen_time_us: The same in UTC; None where not known.
        existence: Highest probability that there was such a thing; None where not known.
        place: Where it was last located; None where it never was.
        path_deg: (k, 2) latitude and longitude, thinned.
        temperature: Of its middle when it was last seen with one, degrees Celsius, and the
            accuracy of that; None where it is not known.
    """

    track_id: int
    camera: str | None
    label: str | None
    n_frames: int
    n_coasting: int
    seen_video_time_us: tuple[int, int]
    seen_time_us: tuple[int | None, int | None]
    existence: float | None
    place: TrackPlace | None
    path_deg: Array
    temperature: tuple[float, float] | None = None


@dataclass(slots=True)
class _Told:
    """What the rows of a track that passed so far say."""

    camera: str | None
    first_us: tuple[int, int | None]
    last_us: tuple[int, int | None]
    n_frames: int = 0
    n_coasting: int = 0
    n_located: int = 0
    located: dict[str, Any] | None = None
    existence: float | None = None
    label: str | None = None
    temperature: tuple[float, float] | None = None

    def add(self, rows: Rows) -> None:
        """Take in the next rows of the track."""
        seen = np.flatnonzero(_is_seen(rows))
        if len(seen):
            self.first_us = self.first_us if self.n_frames else _times_us(rows, int(seen[0]))
            self.last_us = _times_us(rows, int(seen[-1]))
        self.n_frames += len(seen)
        self.n_coasting += len(rows["track_id"]) - len(seen)
        located = _located(rows)
        if len(located):
            self.n_located += len(located)
            self.located = _row(rows, int(located[-1]))
        warm = np.flatnonzero(_is_seen(rows) & np.isfinite(rows["temperature_c"]))
        if len(warm):
            told = rows["temperature_c"][warm[-1]], rows["temperature_accuracy_k"][warm[-1]]
            self.temperature = float(told[0]), float(told[1])
        existence = rows["existence"][np.isfinite(rows["existence"])]
        if len(existence):
            self.existence = max(float(existence.max()), self.existence or 0.0)
        self.label = next(filter(None, reversed(rows["label"])), self.label)

    def path_ranks(self) -> npt.NDArray[np.int64]:
        """Return which of its located rows make its path."""
        n_points = _MOST_PATH_POINTS if self.n_located else 0
        ranks = np.linspace(0, max(self.n_located - 1, 0), n_points).round()
        return np.unique(ranks).astype(np.int64)


def summarise_tracks(read_rows: ReadRows, frames: Columns) -> list[TrackSummary]:
    """Return every track, located ones first, then by how long they were seen.

    Args:
        read_rows: Gives columns of ``tracks.parquet``, confirmed and coasting rows, those of a
            track in order of time, in tables of any length. It is called twice: the points of
            a path lie evenly among all, so their number must be known first.
        frames: Columns of ``frames.parquet``.
    """
    told: dict[int, _Told] = {}
    for columns in read_rows((*_NUMBERS, *_WORDS)):
        for track_id, rows in _by_track(columns, (*_NUMBERS, *_WORDS)):
            if track_id not in told:
                begin_us = _times_us(rows, 0)
                told[track_id] = _Told(rows["camera"][0], begin_us, begin_us)
            told[track_id].add(rows)
    paths = _paths(read_rows(_PLACES), told)
    places = [each.located for each in told.values() if each.located is not None]
    own_ship = _own_ship_positions(frames, places)
    summaries = [
        _summary(track_id, told[track_id], path_deg=paths[track_id], own_ship=own_ship)
        for track_id in sorted(told)
    ]
    return sorted(summaries, key=lambda track: (track.place is None, -track.n_frames))


def _by_track(columns: Columns, names: Sequence[str]) -> Iterator[tuple[int, Rows]]:
    """Yield the rows of each track, in order of time."""
    if not len(columns):
        return
    ids = columns.numbers("track_id")
    order = np.lexsort((columns.numbers("video_time_us"), ids))
    starts = np.flatnonzero(np.diff(ids[order], prepend=np.nan))
    values = {
        name: np.array(columns.words(name), object)[order]
        if name in _WORDS
        else columns.numbers(name)[order]
        for name in names
    }
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(order)], strict=True):
        yield int(values["track_id"][start]), {n: v[start:end] for n, v in values.items()}


def _row(rows: Rows, row: int) -> dict[str, Any]:
    return {name: values[row : row + 1].tolist()[0] for name, values in rows.items()}


def _times_us(rows: Rows, row: int) -> tuple[int, int | None]:
    """Return when a row is: on the video's clock and in UTC, None where not known."""
    return int(rows["video_time_us"][row]), _instant(rows["time_us"][row])


def _is_seen(rows: Rows) -> npt.NDArray[np.bool_]:
    return np.asarray(rows["life_stage"] != "coasting", np.bool_)


def _located(rows: Rows) -> npt.NDArray[np.int64]:
    """Return the rows in which the track was seen and located."""
    is_placed = np.isfinite(rows["latitude_deg"]) & np.isfinite(rows["longitude_deg"])
    return np.flatnonzero(is_placed & _is_seen(rows))


def _paths(tables: Iterable[Columns], told: dict[int, _Told]) -> dict[int, Array]:
    """Return the path (k, 2) of each track, latitude and longitude."""
    ranks = {track_id: each.path_ranks() for track_id, each in told.items()}
    n_passed = dict.fromkeys(told, 0)
    parts: dict[int, list[Array]] = {track_id: [np.empty((0, 2))] for track_id in told}
    for columns in tables:
        for track_id, rows in _by_track(columns, _PLACES):
            located, first = _located(rows), n_passed[track_id]
            wanted = ranks[track_id] - first
            here = located[wanted[(wanted >= 0) & (wanted < len(located))]]
            places = rows["latitude_deg"][here], rows["longitude_deg"][here]
            parts[track_id].append(np.stack(places, axis=1))
            n_passed[track_id] = first + len(located)
    return {track_id: np.concatenate(each) for track_id, each in parts.items()}


def _own_ship_positions(
    frames: Columns, places: Iterable[dict[str, Any]]
) -> dict[tuple[str | None, int], tuple[float, float]]:
    """Return the sensor's position where it is known, by camera and frame, for some rows."""
    wanted = {_frame_of(row) for row in places}
    index, cameras = frames.numbers("frame_index"), frames.words("camera")
    latitude, longitude = (
        frames.numbers("sensor_latitude_deg"),
        frames.numbers("sensor_longitude_deg"),
    )
    is_wanted = np.isin(index, [frame for _, frame in wanted])
    rows = np.flatnonzero(is_wanted & np.isfinite(latitude) & np.isfinite(longitude))
    return {
        (cameras[row], int(index[row])): (float(latitude[row]), float(longitude[row]))
        for row in rows.tolist()
    }


def _frame_of(row: dict[str, Any]) -> tuple[str | None, int]:
    return row["camera"], int(row["frame_index"])


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _instant(time_us: float) -> int | None:
    return int(time_us) if np.isfinite(time_us) else None


def _summary(
    track_id: int,
    told: _Told,
    *,
    path_deg: Array,
    own_ship: dict[tuple[str | None, int], tuple[float, float]],
) -> TrackSummary:
    located = told.located
    return TrackSummary(
        track_id=track_id,
        camera=told.camera,
        label=told.label,
        n_frames=told.n_frames,
        n_coasting=told.n_coasting,
        seen_video_time_us=(told.first_us[0], told.last_us[0]),
        seen_time_us=(told.first_us[1], told.last_us[1]),
        existence=told.existence,
        place=None if located is None else _place(located, own_ship.get(_frame_of(located))),
        path_deg=path_deg,
        temperature=told.temperature,
    )


def _covariance(row: dict[str, Any]) -> Array:
    cov = np.empty((1, 3, 3))
    for (i, j), term in _COVARIANCE_TERMS.items():
        cov[0, i, j] = cov[0, j, i] = row[f"cov_{term}_m2"]
    return cov


def _place(row: dict[str, Any], own_ship_deg: tuple[float, float] | None) -> TrackPlace:
    cov = _covariance(row)
    major, minor, heading = ellipse_from_covariance(cov)
    east, north = float(row["velocity_east_m_s"]), float(row["velocity_north_m_s"])
    return TrackPlace(
        time_us=_instant(row["time_us"]),
        video_time_us=int(row["video_time_us"]),
        latitude_deg=float(row["latitude_deg"]),
        longitude_deg=float(row["longitude_deg"]),
        height_hae_m=_known(row["height_hae_m"]),
        semi_axes_95_m=(
            float(ELLIPSE_95_PER_SIGMA * major[0]),
            float(ELLIPSE_95_PER_SIGMA * minor[0]),
        ),
        ellipse_heading_deg=float(heading[0]),
        ce90_m=float(ce90_from_covariance(cov)[0]),
        le90_m=_known(LE90_PER_SIGMA * np.sqrt(cov[0, 2, 2])),
        velocity_en_m_s=(east, north) if np.isfinite(east + north) else None,
        surface=row["surface"],
        uncertainty_basis=row["uncertainty_basis"],
        own_ship_deg=own_ship_deg,
    )
