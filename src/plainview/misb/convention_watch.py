"""Whether a source goes on in the convention that it began with.

A firmware's mode, another camera or a joined recording may read its angles otherwise from some
packet on. Then the line of sight leaves the frame centre that the source itself reports. Such
packets locate nothing, until enough of them decide how they are to be read.
"""

from dataclasses import replace
from math import cos, hypot, radians
from typing import Final

import numpy as np

from plainview.geo.single_pose import enu_m_of_place, geoid_undulation_at
from plainview.misb.angle_convention import AngleConvention
from plainview.misb.convention_choice import choose_convention
from plainview.misb.convention_judge import MAX_MISS_DEG
from plainview.misb.convention_samples import center_of, is_of_one_instant
from plainview.misb.view_items import ViewItems
from plainview.model import PoseBasis, View

__all__ = ["ConventionWatch", "center_miss_deg"]

_APART_DEG: Final = 2.0 * MAX_MISS_DEG
"""A frame centre this far off the line of sight is not that of the pose: twice what a reading may
miss in the median, for frame centres that come late while the camera turns."""
_TRIED_AT: Final = (10, 20, 40, 80, 160)
"""Packets after a change at which it is asked how they are to be read."""
_MOST_TRIALS: Final = 30
_ANGLES: Final = ("reference", "north", "is_elevation_down", "is_in_radians")


class ConventionWatch:
    """Follows one kind of set on one stream.

    Args:
        convention: How it was read so far.
    """

    def __init__(self, convention: AngleConvention) -> None:
        self.given = self.convention = convention
        self._apart: list[ViewItems] = []
        self._n_trials = 0

    @property
    def is_in_doubt(self) -> bool:
        """Whether the newest packet that could be tested contradicts the reading."""
        return bool(self._apart)

    @property
    def is_changed(self) -> bool:
        """Whether so many packets contradict it that it is no mistake of a few."""
        return len(self._apart) == _TRIED_AT[0]

    def look(self, items: ViewItems, view: View) -> None:
        """Take in a packet as it was sent, and the View that the reading makes of it."""
        miss_deg = center_miss_deg(items, view)
        if miss_deg is None:
            return
        if miss_deg <= _APART_DEG:
            self._apart.clear()
        elif len(self._apart) <= _TRIED_AT[-1]:
            self._apart.append(items)

    def choose(self, *, time_us: int | None) -> bool:
        """Return whether the packets in doubt decide another reading, which is then taken."""
        if len(self._apart) not in _TRIED_AT or self._n_trials >= _MOST_TRIALS:
            return False
        self._n_trials += 1
        found = choose_convention(self._apart, time_us=time_us).chosen
        if found is None or _angles(found) == _angles(self.convention):
            return False
        self.convention = replace(found, is_watched=True)
        self._apart.clear()
        return True


def center_miss_deg(items: ViewItems, view: View) -> float | None:
    """Return the angle between a line of sight and the frame centre that its source reports.

    Only across the line of sight where the height of the frame centre is not known. None where
    there is no frame centre of the same instant, or the line of sight comes from the picture's
    own corners.

    Args:
        items: As sent.
        view: What was made of them.
    """
    heading, elevation = view.camera_heading_deg, view.camera_elevation_deg
    latitude, longitude, sensor_m = view.latitude_deg, view.longitude_deg, view.height_hae_m
    center = center_of(items) if is_of_one_instant(items) else None
    if view.pose_basis is PoseBasis.CORNERS or center is None:
        return None
    if heading is None or elevation is None:
        return None
    if latitude is None or longitude is None or sensor_m is None:
        return None
    height_m = _center_height_hae_m(view, center)
    ground_m = sensor_m if height_m is None else height_m
    origin = (latitude, longitude, sensor_m)
    east, north, up = enu_m_of_place((*center, ground_m), origin=origin).tolist()
    bearing = float(np.degrees(np.arctan2(east, north)))
    across_deg = ((heading - bearing + 180.0) % 360.0 - 180.0) * cos(radians(elevation))
    if height_m is None:
        return abs(across_deg)
    return hypot(across_deg, elevation - float(np.degrees(np.arctan2(up, hypot(east, north)))))


def _center_height_hae_m(view: View, center: tuple[float, float]) -> float | None:
    reported = view.reported
    if reported is None:
        return None
    if reported.frame_center_height_hae_m is not None:
        return reported.frame_center_height_hae_m
    altitude_m = reported.frame_center_altitude_msl_m
    return None if altitude_m is None else altitude_m + geoid_undulation_at(*center)


def _angles(convention: AngleConvention) -> tuple[object, ...]:
    return tuple(getattr(convention, name) for name in _ANGLES)
