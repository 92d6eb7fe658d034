"""The located history of each track, thinned for maps, from the rows of ``tracks.parquet``."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.tracks_parquet import COVARIANCE_TERMS
from plainview.geo import destination, geoid_undulation_m
from plainview.model import ELLIPSE_95_PER_SIGMA, ce90_from_covariance, ellipse_from_covariance

__all__ = ["TrackHistory", "error_ellipse_ring_deg", "track_histories"]

Array = npt.NDArray[np.float64]

THINNED_TO_S: Final = 1.0
"""Maps get a point of a track a second; ``tracks.parquet`` keeps them all."""

_N_ELLIPSE_POINTS: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackHistory:
    """Where one track was, at most once a second and at its end; n points.

    Args:
        camera: Name of the camera that saw it.
        track_id: Its identity in the mission.
        label: Class of the last detection that had one; None where none had.
        surface: The surface that its last place lies on.
        uncertainty_basis: Where the error of its last place comes from.
        video_time_us: (n,) on the video's clock.
        time_us: (n,) UTC, microseconds since the Unix epoch; 0 rows are masked as None by
            `time_or_none_us`.
        latitude_deg: (n,) WGS84; longitude and height above the ellipsoid likewise.
        cov_enu_m2: (n, 3, 3) total, east-north-up.
        velocity_en_m_s: (n, 2) over the ground; NaN where not known.
        existence: (n,) probability that there is such a thing.
    """

    camera: str
    track_id: int
    label: str | None
    surface: str | None
    uncertainty_basis: str | None
    video_time_us: npt.NDArray[np.int64]
    time_us: tuple[int | None, ...]
    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    cov_enu_m2: Array
    velocity_en_m_s: Array
    existence: Array

    @property
    def altitude_msl_m(self) -> Array:
        """(n,) height above the EGM96 geoid."""
        return self.height_hae_m - geoid_undulation_m(self.latitude_deg, self.longitude_deg)

    @property
    def ce90_m(self) -> Array:
        """(n,) horizontal 90 % error."""
        return ce90_from_covariance(self.cov_enu_m2)

    @property
    def name(self) -> str:
        """What people call it."""
        return (
            f"Track {self.track_id}"
            if self.label is None
            else f"Track {self.track_id} ({self.label})"
        )


def track_histories(tracks: pa.Table) -> list[TrackHistory]:
    """Return the history of every track that was ever located, by camera and identity."""
    located = tracks.filter(pc.is_valid(tracks["latitude_deg"]))
    located = located.sort_by(
        [("camera", "ascending"), ("track_id", "ascending"), ("video_time_us", "ascending")]
    )
    if len(located) == 0:
        return []
    cameras = np.array(located["camera"].to_pylist())
    ids = located["track_id"].to_numpy()
    is_first = np.r_[True, (ids[1:] != ids[:-1]) | (cameras[1:] != cameras[:-1])]
    starts = np.flatnonzero(is_first)
    ends = np.r_[starts[1:], len(ids)]
    return [_history(located.slice(s, e - s)) for s, e in zip(starts, ends, strict=True)]


def _thin(video_time_us: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the rows to keep: the first of each second and the last of all."""
    seconds = ((video_time_us - video_time_us[0]) / (THINNED_TO_S * 1e6)).astype(np.int64)
    rows = np.flatnonzero(np.r_[True, np.diff(seconds) > 0])
    return np.unique(np.r_[rows, len(video_time_us) - 1])


def _history(rows: pa.Table) -> TrackHistory:
    rows = rows.take(pa.array(_thin(rows["video_time_us"].to_numpy())))
    cov = np.empty((len(rows), 3, 3))
    for term, i, j in COVARIANCE_TERMS:
        cov[:, i, j] = cov[:, j, i] = _column(rows, f"cov_{term}_m2")
    labels = [label for label in rows["label"].to_pylist() if label is not None]
    return TrackHistory(
        camera=rows["camera"][0].as_py(),
        track_id=rows["track_id"][0].as_py(),
        label=labels[-1] if labels else None,
        surface=rows["surface"][-1].as_py(),
        uncertainty_basis=rows["uncertainty_basis"][-1].as_py(),
        video_time_us=rows["video_time_us"].to_numpy(),
        time_us=tuple(rows["time_us"].to_pylist()),
        latitude_deg=_column(rows, "latitude_deg"),
        longitude_deg=_column(rows, "longitude_deg"),
        height_hae_m=_column(rows, "height_hae_m"),
        cov_enu_m2=cov,
        velocity_en_m_s=np.column_stack(
            [_column(rows, "velocity_east_m_s"), _column(rows, "velocity_north_m_s")]
        ),
        existence=_column(rows, "existence"),
    )


def _column(rows: pa.Table, name: str) -> Array:
    return np.asarray(rows[name].cast(pa.float64()).fill_null(np.nan), np.float64)


def error_ellipse_ring_deg(history: TrackHistory, row: int) -> tuple[Array, Array]:
    """Return the closed ring of the 95 % error ellipse about one point of a track.

    Args:
        history: The track.
        row: Which of its points.

    Returns:
        Latitude (k,) and longitude (k,), degrees; the first point is the last again.
    """
    major, minor, heading = ellipse_from_covariance(history.cov_enu_m2[[row]])
    angle = np.linspace(0.0, 2.0 * np.pi, _N_ELLIPSE_POINTS + 1)
    along = ELLIPSE_95_PER_SIGMA * major[0] * np.cos(angle)
    across = ELLIPSE_95_PER_SIGMA * minor[0] * np.sin(angle)
    latitude, longitude = destination(
        np.full(len(angle), history.latitude_deg[row]),
        np.full(len(angle), history.longitude_deg[row]),
        bearing_deg=heading[0] + np.degrees(np.arctan2(across, along)),
        distance_m=np.hypot(along, across),
    )
    latitude[-1], longitude[-1] = latitude[0], longitude[0]
    return latitude, longitude
