"""Looks at tracked things, gathered from the tables of a mission: what bias estimates rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.row_groups import read_row_groups
from plainview.geo import Looks, distance_and_bearing
from plainview.mission.view_track import VIEW_COLUMNS, view_of_row
from plainview.model import LifeStage, View, ViewSigma

__all__ = ["TrackLooks", "gather_track_looks"]

Array = npt.NDArray[np.float64]

_TRACK_COLUMNS: Final = (
    *("camera", "track_id", "video_time_us", "time_us", "life_stage", "surface"),
    *("x_px", "y_px", "width_px", "height_px", "latitude_deg", "longitude_deg", "height_hae_m"),
)
_EVERY_US: Final = 1_000_000
_MOST_LOOKS: Final = 90
"""Of one track: beyond it, every other one is let go and the rest come half as often."""
_LEAST_SIGMA_PX: Final = 1.0
_SIGMA_SHARE: Final = 0.15
"""Of a thing's size in the picture: its middle is not the same place of it from every side."""


@dataclass(slots=True)
class _Gathered:
    """The looks at one track so far."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    every_us: int = _EVERY_US

    def add(self, row: dict[str, Any]) -> None:
        """Take a row of ``tracks.parquet``, unless the last one is near."""
        if self.rows and row["video_time_us"] - self.rows[-1]["video_time_us"] < self.every_us:
            return
        self.rows.append(row)
        if len(self.rows) > _MOST_LOOKS:
            self.rows = self.rows[::2]
            self.every_us *= 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrackLooks:
    """Looks at one track, in the order of the video; n of them.

    Args:
        camera: Name of the camera.
        track_id: Of the track.
        surface: What its places lie on.
        video_time_us: (n,) of each look.
        time_us: (n,) UTC of each; None where it is not known.
        views: (n,) of each.
        points_px: (n, 2) the middle of its box.
        sigma_px: (n,) 1-sigma of that.
        places: (n, 3) latitude, longitude and height as the mission has them.
    """

    camera: str
    track_id: int
    surface: str
    video_time_us: npt.NDArray[np.int64]
    time_us: tuple[int | None, ...]
    views: tuple[View, ...]
    points_px: Array
    sigma_px: Array
    places: Array

    def __len__(self) -> int:
        return len(self.views)

    @property
    def bearing_range_deg(self) -> float:
        """From how large an arc about it the thing was seen."""
        middle = np.median(self.places[:, :2], axis=0)
        sensors = [(view.latitude_deg, view.longitude_deg) for view in self.views]
        latitude, longitude = np.array(sensors, np.float64).T
        _, bearing = distance_and_bearing(
            (np.full(len(self), middle[0]), np.full(len(self), middle[1])), (latitude, longitude)
        )
        turned = np.unwrap(np.radians(bearing))
        return float(np.degrees(turned.max() - turned.min()))

    def looks(self, *, thing: int = 0, moved_enu_m: Array | None = None) -> Looks:
        """Return them as an estimate takes them.

        Args:
            thing: The number that the track's thing has.
            moved_enu_m: (n, 3) how far it is known to have moved; None for one at rest.
        """
        return Looks(
            views=self.views,
            points_px=self.points_px,
            point_sigma_px=np.stack([self.sigma_px, self.sigma_px], axis=-1),
            thing=np.full(len(self), thing, np.int64),
            frame=self.video_time_us,
            time_s=1e-6 * (self.video_time_us - self.video_time_us[0]),
            moved_enu_m=np.zeros((len(self), 3)) if moved_enu_m is None else moved_enu_m,
        )


def gather_track_looks(
    folder: Path, *, instrument: ViewSigma | None, least_looks: int
) -> list[TrackLooks]:
    """Return the looks at each located track, thinned to one a second.

    The tables pass by a row group at a time; some hundred bytes a look are held.

    Args:
        folder: Holds ``frames.parquet`` and ``tracks.parquet``.
        instrument: The 1-sigma of the turret; None takes what is assumed.
        least_looks: Tracks with fewer are left out.
    """
    gathered: dict[tuple[str, int], _Gathered] = {}
    for group in read_row_groups(folder / "tracks.parquet", _TRACK_COLUMNS):
        for row in _one_a_second(group).to_pylist():
            gathered.setdefault((row["camera"], row["track_id"]), _Gathered()).add(row)
    kept = {key: each.rows for key, each in gathered.items() if len(each.rows) >= least_looks}
    wanted = {(key[0], row["video_time_us"]) for key, rows in kept.items() for row in rows}
    views = _views(folder / "frames.parquet", wanted, instrument)
    found = [_track_looks(key, rows, views) for key, rows in kept.items()]
    return [looks for looks in found if looks is not None and len(looks) >= least_looks]


def _one_a_second(rows: pa.Table) -> pa.Table:
    """Return the rows of tracks that are seen and located, the first of each second of each."""
    is_located = pc.and_(pc.is_valid(rows["latitude_deg"]), pc.is_valid(rows["surface"]))
    is_seen = pc.equal(rows["life_stage"], LifeStage.CONFIRMED.label)
    seen = rows.filter(pc.and_(is_located, is_seen))
    keys = np.stack(
        [seen["track_id"].to_numpy(), seen["video_time_us"].to_numpy() // _EVERY_US], axis=-1
    )
    _, first = np.unique(keys, axis=0, return_index=True)
    return seen.take(pa.array(np.sort(first)))


def _views(
    frames: Path, wanted: set[tuple[str, int]], instrument: ViewSigma | None
) -> dict[tuple[str, int], View]:
    """Return the Views of some frames, by camera and time."""
    views: dict[tuple[str, int], View] = {}
    times_us = pa.array(sorted({time_us for _, time_us in wanted}), pa.int64())
    for group in read_row_groups(frames, VIEW_COLUMNS):
        is_wanted = pc.is_in(group["video_time_us"], value_set=times_us)
        for row in group.filter(is_wanted).to_pylist():
            key = (row["camera"], row["video_time_us"])
            view = view_of_row(row, instrument=instrument) if key in wanted else None
            if view is not None and view.is_locatable:
                views[key] = view
    return views


def _track_looks(
    key: tuple[str, int], rows: Sequence[dict[str, Any]], views: dict[tuple[str, int], View]
) -> TrackLooks | None:
    camera, track_id = key
    known = [row for row in rows if (camera, row["video_time_us"]) in views]
    if not known:
        return None
    boxes = np.array([[row[name] for name in _TRACK_COLUMNS[6:10]] for row in known], np.float64)
    places = np.array([[row[name] for name in _TRACK_COLUMNS[10:]] for row in known], np.float64)
    size_px = np.sqrt(boxes[:, 2] * boxes[:, 3])
    return TrackLooks(
        camera=camera,
        track_id=track_id,
        surface=known[-1]["surface"],
        video_time_us=np.array([row["video_time_us"] for row in known], np.int64),
        time_us=tuple(row["time_us"] for row in known),
        views=tuple(views[camera, row["video_time_us"]] for row in known),
        points_px=boxes[:, :2] + 0.5 * boxes[:, 2:],
        sigma_px=np.hypot(_LEAST_SIGMA_PX, _SIGMA_SHARE * size_px),
        places=places,
    )
