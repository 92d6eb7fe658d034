"""From picks of known points to looks and things that biases are estimated from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.errors import InputError, MissingMetadataError
from plainview.formats.known_points import KnownPoint, Pick
from plainview.geo import Looks, Things, enu_m_from_geodetic
from plainview.mission.view_track import ViewTrack
from plainview.model import View
from plainview.units import seconds_from_microseconds

__all__ = ["PlacedPicks", "cov_of_point", "looks_of_picks", "place_picks", "things_of_points"]

_LEAST_SIGMA_M: Final = 0.01
"""Nobody surveys better, and a place without any error would be believed to the last bit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedPicks:
    """Picks with the frames that they are in.

    Args:
        picks: n of them, in the order of the video.
        video_time_us: (n,) of the frame of each.
        points: The m points that are seen, each once; of a thing that moves, its first place.
        point: (n,) which of them each pick is of.
        moved_enu_m: (n, 3) how far a thing that moves is from that first place.
    """

    picks: tuple[Pick, ...]
    video_time_us: np.ndarray
    points: tuple[KnownPoint, ...]
    point: np.ndarray
    moved_enu_m: np.ndarray

    def __len__(self) -> int:
        return len(self.picks)

    def select(self, rows: np.ndarray) -> "PlacedPicks":
        """Return some picks; all points stay, so that their numbers do."""
        numbers = np.arange(len(self))[rows]
        return PlacedPicks(
            picks=tuple(self.picks[row] for row in numbers.tolist()),
            video_time_us=self.video_time_us[numbers],
            points=self.points,
            point=self.point[numbers],
            moved_enu_m=self.moved_enu_m[numbers],
        )


def place_picks(picks: Sequence[Pick], track: ViewTrack) -> PlacedPicks:
    """Return picks on the video's clock, their points told apart.

    Args:
        picks: As read.
        track: The frames of the recording.

    Raises:
        InputError: A pick is of no frame, or outside its picture.
    """
    times_us = [_time_us(pick, track) for pick in picks]
    order = np.argsort(times_us, kind="stable")
    ordered = tuple(picks[row] for row in order.tolist())
    first: dict[str, KnownPoint] = {}
    for pick in ordered:
        _check_pixel(pick, track)
        first.setdefault(pick.point.name, pick.point)
    names = list(first)
    return PlacedPicks(
        picks=ordered,
        video_time_us=np.array(times_us, np.int64)[order],
        points=tuple(first.values()),
        point=np.array([names.index(pick.point.name) for pick in ordered], np.int64),
        moved_enu_m=np.array([_moved_m(pick.point, first[pick.point.name]) for pick in ordered]),
    )


def _time_us(pick: Pick, track: ViewTrack) -> int:
    if pick.frame_index is not None:
        return track.time_of_frame(pick.frame_index, where=pick.where)
    return track.time_near(pick.video_time_s or 0.0, where=pick.where)


def _check_pixel(pick: Pick, track: ViewTrack) -> None:
    width, height = track.camera.width_px, track.camera.height_px
    if not (0.0 <= pick.x_px <= width and 0.0 <= pick.y_px <= height):
        raise InputError(
            where=pick.where,
            what=f"lies at {pick.x_px:g}, {pick.y_px:g}, outside the picture of"
            f" {width} by {height}.",
            mend="Count pixels of the recorded picture from its top left corner.",
        )


def _moved_m(point: KnownPoint, first: KnownPoint) -> np.ndarray:
    if point is first:
        return np.zeros(3)
    origin = (first.latitude_deg, first.longitude_deg, first.height_hae_m)
    moved: np.ndarray = enu_m_from_geodetic(
        point.latitude_deg, point.longitude_deg, point.height_hae_m, origin=origin
    )
    return moved.reshape(3)


def cov_of_point(point: KnownPoint) -> np.ndarray:
    """Return the covariance (3, 3) of a known point, east-north-up, metres squared."""
    across_m2 = max(point.sigma_m, _LEAST_SIGMA_M) ** 2
    up_m2 = max(point.height_sigma_m, _LEAST_SIGMA_M) ** 2
    cov = np.diag([across_m2, across_m2, up_m2])
    if point.line_bearing_deg is not None:
        bearing = np.radians(point.line_bearing_deg)
        along = np.array([np.sin(bearing), np.cos(bearing), 0.0])
        cov += (point.line_sigma_m**2 - across_m2) * np.outer(along, along)
    return cov


def things_of_points(points: Sequence[KnownPoint]) -> Things:
    """Return known points as things at rest."""
    return Things(
        latitude_deg=np.array([point.latitude_deg for point in points]),
        longitude_deg=np.array([point.longitude_deg for point in points]),
        height_hae_m=np.array([point.height_hae_m for point in points]),
        cov_enu_m2=np.array([cov_of_point(point) for point in points]),
        drift_sigma_m_s=np.zeros(len(points)),
    )


def looks_of_picks(placed: PlacedPicks, track: ViewTrack, *, lag_us: int = 0) -> Looks:
    """Return picks with the Views of their frames; those without a View are left out.

    Raises:
        MissingMetadataError: No pick's frame has a View.
    """
    views = [track.view_at(int(t), lag_us=lag_us) for t in placed.video_time_us.tolist()]
    rows = np.array([row for row, view in enumerate(views) if view is not None], np.int64)
    if not len(rows):
        first_s = seconds_from_microseconds(int(placed.video_time_us[0]))
        raise MissingMetadataError(
            where=placed.picks[0].where,
            what=f"neither this pick's frame (at {first_s:.3f} s) nor any other's has a View.",
            mend="Pick points in frames whose metadata says how the camera looked.",
        )
    kept: list[View] = [view for view in views if view is not None]
    return Looks(
        views=tuple(kept),
        points_px=np.array([(placed.picks[r].x_px, placed.picks[r].y_px) for r in rows.tolist()]),
        point_sigma_px=np.array([[placed.picks[r].sigma_px] * 2 for r in rows.tolist()]),
        thing=placed.point[rows],
        frame=placed.video_time_us[rows],
        time_s=1e-6 * (placed.video_time_us[rows] - placed.video_time_us[rows[0]]),
        moved_enu_m=placed.moved_enu_m[rows],
    )
