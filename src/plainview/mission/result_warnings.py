"""Warnings that only the results of a run can tell."""

from collections import Counter
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.coast import Coast, read_coast
from plainview.geo import NotLocated as Reason
from plainview.geo import reason_text
from plainview.model import CountedWarning, LifeStage

__all__ = ["NotLocated", "result_warnings"]

_HALF_BOX_DEG: Final = 0.05
"""Some five kilometres: far more than the land polygons are off."""
_N_PLACES_TRIED: Final = 20
_NAMING_COLUMNS: Final = ["camera", "track_id", "frame_index", "video_time_us", "location_reason"]


class NotLocated:
    """Counts rows of tracks that were seen in a frame with a View and have no place all the same.

    Args:
        frames: A row a frame.
    """

    def __init__(self, frames: pa.Table) -> None:
        with_view = frames.filter(pc.is_valid(frames["camera_heading_deg"]))
        self._with_view_us = {
            name: np.unique(_of(with_view, name)["video_time_us"].to_numpy())
            for name in pc.unique(with_view["camera"]).to_pylist()
        }
        self._count = 0
        self._first = ""
        self._reasons: Counter[str] = Counter()

    def add(self, tracks: pa.Table) -> None:
        """Take in the next rows of tracks."""
        is_seen = pc.equal(tracks["life_stage"], LifeStage.CONFIRMED.label)
        is_unplaced = pc.and_(is_seen, pc.is_null(tracks["latitude_deg"]))
        unplaced = tracks.select(_NAMING_COLUMNS).filter(is_unplaced)
        for camera, with_view_us in self._with_view_us.items():
            self._add_camera(_of(unplaced, camera), with_view_us)

    def _add_camera(self, unplaced: pa.Table, with_view_us: npt.NDArray[np.int64]) -> None:
        """Take in rows of one camera that have no place."""
        if not len(unplaced):
            return
        times_us = unplaced["video_time_us"].to_numpy()
        at = np.searchsorted(with_view_us, times_us).clip(max=len(with_view_us) - 1)
        missed = np.flatnonzero(with_view_us[at] == times_us)
        if len(missed) and not self._count:
            row = int(missed[0])
            self._first = f"track {unplaced['track_id'][row]}, frame {unplaced['frame_index'][row]}"
        self._count += len(missed)
        self._reasons.update(unplaced["location_reason"].take(missed).drop_null().to_pylist())

    def warning(self) -> CountedWarning | None:
        """Return what was counted; None for nothing."""
        if not self._count:
            return None
        return CountedWarning(
            code="track_not_located",
            count=self._count,
            first=self._first,
            what=f"Tracks could not be placed: {self._why()}.",
            mend="Give a height model that covers the scene (--terrain), or settings that say what"
            " the metadata leave open; the boxes stand anyway.",
        )

    def _why(self) -> str:
        """Return the reasons in words, the commonest first."""
        if not self._reasons:
            return "their rays meet no surface, or the pose says too little"
        return "; ".join(
            f"{reason_text(Reason(reason))} ({count} times)"
            for reason, count in self._reasons.most_common()
        )


def _of(rows: pa.Table, camera: str) -> pa.Table:
    return rows.filter(pc.equal(rows["camera"], camera))


def result_warnings(frames: pa.Table, not_located: NotLocated) -> tuple[CountedWarning, ...]:
    """Return what the tables of a run show to be wrong or doubtful.

    Args:
        frames: A row a frame.
        not_located: What was counted of the rows of tracks.
    """
    found = (_no_pictures(frames), not_located.warning(), _sea_level_on_land(frames))
    return tuple(warning for warning in found if warning is not None)


def _no_pictures(frames: pa.Table) -> CountedWarning | None:
    """Say where there was nothing to look at."""
    if len(frames):
        return None
    return CountedWarning(
        code="no_pictures",
        count=1,
        first="the whole mission",
        what="No picture was processed: none between the start and the end that were asked for"
        " can be decoded.",
        mend="`plainview inspect` says what the file holds; give another --start or --end.",
    )


def _sea_level_on_land(frames: pa.Table) -> CountedWarning | None:
    """Say where the sea's level was taken for the ground and the map has land."""
    at_sea = frames.filter(
        pc.and_(
            pc.equal(frames["surface"], "sea_level"),
            pc.is_valid(frames["frame_center_latitude_deg"]),
        )
    )
    if not len(at_sea):
        return None
    coast = read_coast()
    rows = np.unique(np.linspace(0, len(at_sea) - 1, _N_PLACES_TRIED).astype(int)).tolist()
    places = at_sea.take(rows)
    is_land = [
        _is_surely_land(coast, longitude, latitude)
        for longitude, latitude in zip(
            places["frame_center_longitude_deg"].to_pylist(),
            places["frame_center_latitude_deg"].to_pylist(),
            strict=True,
        )
    ]
    if not any(is_land):
        return None
    return CountedWarning(
        code="sea_level_on_land",
        count=round(len(at_sea) * sum(is_land) / len(is_land)),
        first=f"frame {places['frame_index'][is_land.index(True)]}",
        what="The source gives no height of the ground, so the sea's level was taken, and the map"
        " has land there: positions lie too far away by the ground's height over the tangent of"
        " the look-down angle, and their errors do not hold that.",
        mend="Give a height model of the place (--terrain).",
    )


def _is_surely_land(coast: Coast, longitude_deg: float, latitude_deg: float) -> bool:
    """Return whether the whole box round a place is land."""
    rings = coast.clip(
        low_deg=(longitude_deg - _HALF_BOX_DEG, latitude_deg - _HALF_BOX_DEG),
        high_deg=(longitude_deg + _HALF_BOX_DEG, latitude_deg + _HALF_BOX_DEG),
    )
    covered = sum(_area(ring) for ring in rings) / (2.0 * _HALF_BOX_DEG) ** 2
    return abs(covered - 1.0) < 1e-6


def _area(ring: np.ndarray) -> float:
    """Return the area of a closed ring (n, 2), in the square of its unit."""
    x, y = (ring - ring[0]).T
    return abs(0.5 * float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))))
