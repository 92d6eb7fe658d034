"""Track summaries: what a reader wants to know of each track, from the rows of all frames."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.formats.report.data import Columns, ReportData
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
    *("velocity_east_m_s", "velocity_north_m_s"),
    *(f"cov_{term}_m2" for term in _COVARIANCE_TERMS.values()),
)
_WORDS: Final = ("camera", "label", "surface", "uncertainty_basis")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackPlace:
    """Where a track was last located.

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
        n_frames: In how many frames it is.
        seen_video_time_us: First and last, on the video's clock.
        seen_time_us: The same in UTC; None where not known.
        existence: Highest probability that there was such a thing; None where not known.
        place: Where it was last located; None where it never was.
        path_deg: (k, 2) latitude and longitude, thinned.
    """

    track_id: int
    camera: str | None
    label: str | None
    n_frames: int
    seen_video_time_us: tuple[int, int]
    seen_time_us: tuple[int | None, int | None]
    existence: float | None
    place: TrackPlace | None
    path_deg: Array


def summarise_tracks(data: ReportData) -> list[TrackSummary]:
    """Return every track, located ones first, then by how long they were seen."""
    if not len(data.tracks):
        return []
    rows = _in_order(data.tracks)
    starts = np.flatnonzero(np.diff(rows["track_id"], prepend=rows["track_id"][0] - 1))
    ends = [*starts[1:].tolist(), len(data.tracks)]
    own_ship = _own_ship_positions(data.frames)
    summaries = [
        _summary(_cut(rows, start, end), own_ship)
        for start, end in zip(starts.tolist(), ends, strict=True)
    ]
    return sorted(summaries, key=lambda track: (track.place is None, -track.n_frames))


def _in_order(tracks: Columns) -> dict[str, npt.NDArray[Any]]:
    """Return the columns that a summary needs, sorted by track and time."""
    order = np.lexsort((tracks.numbers("video_time_us"), tracks.numbers("track_id")))
    numbers = {name: tracks.numbers(name)[order] for name in _NUMBERS}
    words = {name: np.array(tracks.words(name), object)[order] for name in _WORDS}
    return {**numbers, **words}


def _cut(rows: dict[str, npt.NDArray[Any]], start: int, end: int) -> Columns:
    return Columns(columns={name: values[start:end] for name, values in rows.items()})


def _own_ship_positions(frames: Columns) -> dict[tuple[str | None, int], tuple[float, float]]:
    """Return the sensor's position by camera and frame."""
    latitude, longitude = (
        frames.numbers("sensor_latitude_deg"),
        frames.numbers("sensor_longitude_deg"),
    )
    index = frames.numbers("frame_index")
    return {
        (camera, int(frame)): (lat, lon)
        for camera, frame, lat, lon in zip(
            frames.words("camera"),
            index.tolist(),
            latitude.tolist(),
            longitude.tolist(),
            strict=True,
        )
        if np.isfinite(lat) and np.isfinite(lon)
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _instant(time_us: float) -> int | None:
    return int(time_us) if np.isfinite(time_us) else None


def _summary(
    rows: Columns, own_ship: dict[tuple[str | None, int], tuple[float, float]]
) -> TrackSummary:
    """Return the summary of the rows of one track, which are in order of time."""
    video_time_us, time_us = rows.numbers("video_time_us"), rows.numbers("time_us")
    latitude, longitude = rows.numbers("latitude_deg"), rows.numbers("longitude_deg")
    located = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    thinned = (
        located[
            np.unique(np.linspace(0, len(located) - 1, _MOST_PATH_POINTS).round()).astype(np.int64)
        ]
        if len(located)
        else located
    )
    existence = rows.numbers("existence")
    labels = [label for label in rows.words("label") if label]
    return TrackSummary(
        track_id=int(rows.numbers("track_id")[0]),
        camera=rows.words("camera")[0],
        label=labels[-1] if labels else None,
        n_frames=len(rows),
        seen_video_time_us=(int(video_time_us[0]), int(video_time_us[-1])),
        seen_time_us=(_instant(time_us[0]), _instant(time_us[-1])),
        existence=None if np.all(np.isnan(existence)) else float(np.nanmax(existence)),
        place=_place(rows, int(located[-1]), own_ship) if len(located) else None,
        path_deg=np.stack([latitude[thinned], longitude[thinned]], axis=1),
    )


def _covariance(rows: Columns, row: int) -> Array:
    cov = np.empty((1, 3, 3))
    for (i, j), term in _COVARIANCE_TERMS.items():
        cov[0, i, j] = cov[0, j, i] = rows.numbers(f"cov_{term}_m2")[row]
    return cov


def _place(
    rows: Columns, row: int, own_ship: dict[tuple[str | None, int], tuple[float, float]]
) -> TrackPlace:
    cov = _covariance(rows, row)
    major, minor, heading = ellipse_from_covariance(cov)
    east = rows.numbers("velocity_east_m_s")[row]
    north = rows.numbers("velocity_north_m_s")[row]
    key = (rows.words("camera")[row], int(rows.numbers("frame_index")[row]))
    return TrackPlace(
        time_us=_instant(rows.numbers("time_us")[row]),
        video_time_us=int(rows.numbers("video_time_us")[row]),
        latitude_deg=float(rows.numbers("latitude_deg")[row]),
        longitude_deg=float(rows.numbers("longitude_deg")[row]),
        height_hae_m=_known(rows.numbers("height_hae_m")[row]),
        semi_axes_95_m=(
            float(ELLIPSE_95_PER_SIGMA * major[0]),
            float(ELLIPSE_95_PER_SIGMA * minor[0]),
        ),
        ellipse_heading_deg=float(heading[0]),
        ce90_m=float(ce90_from_covariance(cov)[0]),
        le90_m=_known(LE90_PER_SIGMA * np.sqrt(cov[0, 2, 2])),
        velocity_en_m_s=(float(east), float(north)) if np.isfinite(east + north) else None,
        surface=rows.words("surface")[row],
        uncertainty_basis=rows.words("uncertainty_basis")[row],
        own_ship_deg=own_ship.get(key),
    )
