"""Sightings: each true thing in each frame, with where it was and what became of it."""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from plainview.geo import ecef_from_geodetic
from plainview.tracking.score_frames import FrameRows, frame_rows_by_key
from plainview.tracking.score_match import MatchedRows

__all__ = ["Sightings"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sightings:
    """Things in frames, n rows in order of frame; frames that the mission lacks are left out.

    Args:
        camera: n names.
        object_id: (n,).
        kind: n names.
        start_s: (n,) when the frame begins, on the mission's video clock.
        lasts_s: (n,) how long it lasts.
        range_m: (n,) from the true camera; NaN where that is not known.
        depression_deg: (n,) of the line to it below the camera's horizontal; NaN likewise.
        signal_to_noise: (n,) NaN where the truth does not say it.
        is_in_picture: (n,) seen in part at least, whatever its signal.
        is_visible: (n,) in the picture and strong enough, by the rules.
        is_covered: (n,) a confirmed track that is not false is on it.
        track_id: (n,) of the track on it, coasting ones too; -1 for none.
        error_m: (n,) horizontal error of that track's place; NaN where it has none.
        squared: (n,) the same, squared over its covariance.
        cov_en_m2: (n, 2, 2) that covariance.
        center_px: (n, 2) of its box.
    """

    camera: tuple[str, ...]
    object_id: Indices
    kind: tuple[str, ...]
    start_s: Array
    lasts_s: Array
    range_m: Array
    depression_deg: Array
    signal_to_noise: Array
    is_in_picture: Flags
    is_visible: Flags
    is_covered: Flags
    track_id: Indices
    error_m: Array
    squared: Array
    cov_en_m2: Array
    center_px: Array

    def __len__(self) -> int:
        return len(self.camera)

    @classmethod
    def of(cls, matched: MatchedRows, frames: FrameRows) -> Self:
        """Return the sightings of matched rows in the mission's frames."""
        truth, on = matched.truth, matched.track_of_truth
        row_of = frame_rows_by_key(frames.camera, frames.frame_index)
        keys = zip(truth.camera, truth.frame_index.tolist(), strict=True)
        frame = np.array([row_of.get(key, -1) for key in keys], dtype=np.int64)
        kept = np.flatnonzero(frame >= 0).astype(np.int64)
        place = np.column_stack([truth.place_deg, truth.height_hae_m])[kept]
        range_m, depression_deg = _where_seen(frames, frame[kept], place)
        track_id = np.full(len(truth), -1, np.int64)
        cov = np.full((len(truth), 2, 2), np.nan)
        track_id[on >= 0] = matched.tracks.track_id[on[on >= 0]]
        cov[on >= 0] = matched.tracks.cov_en_m2[on[on >= 0]]
        return cls(
            camera=tuple(truth.camera[row] for row in kept),
            object_id=truth.object_id[kept],
            kind=tuple(truth.kind[row] for row in kept),
            start_s=frames.start_s[frame[kept]],
            lasts_s=frames.lasts_s[frame[kept]],
            range_m=range_m,
            depression_deg=depression_deg,
            signal_to_noise=truth.signal_to_noise[kept],
            is_in_picture=truth.is_in_picture[kept],
            is_visible=truth.is_visible[kept],
            is_covered=matched.is_covered[kept],
            track_id=track_id[kept],
            error_m=matched.error_m[kept],
            squared=matched.squared[kept],
            cov_en_m2=cov[kept],
            center_px=truth.center_px[kept],
        )

    def select(self, rows: Indices | Flags) -> Self:
        """Return some rows, in the order given."""
        picked = np.arange(len(self))[rows]
        chosen: dict[str, Any] = {}
        for entry in fields(self):
            column = getattr(self, entry.name)
            is_names = isinstance(column, tuple)
            chosen[entry.name] = tuple(column[r] for r in picked) if is_names else column[picked]
        return type(self)(**chosen)

    def of_camera(self, camera: str) -> Self:
        """Return the rows of one camera."""
        return self.select(np.array([name == camera for name in self.camera], np.bool_))

    def rows_of_things(self) -> list[Indices]:
        """Return the rows of each thing of each camera, in order of frame."""
        by_thing: dict[tuple[str, int], list[int]] = {}
        for row, key in enumerate(zip(self.camera, self.object_id.tolist(), strict=True)):
            by_thing.setdefault(key, []).append(row)
        return [np.array(by_thing[key], np.int64) for key in sorted(by_thing)]


def _where_seen(frames: FrameRows, rows: Indices, place: Array) -> tuple[Array, Array]:
    """Return slant ranges and depressions of places (n, 3) from the true cameras of frames."""
    if not len(rows):
        return np.zeros(0), np.zeros(0)
    points = ecef_from_geodetic(place[:, 0], place[:, 1], place[:, 2])
    ned_m = frames.true.select(rows).ned_m_of(points)
    across_m = np.hypot(ned_m[:, 0], ned_m[:, 1])
    return np.hypot(across_m, ned_m[:, 2]), np.degrees(np.arctan2(ned_m[:, 2], across_m))
