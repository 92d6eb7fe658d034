"""Looks at the background itself: places that the registration follows through the pictures.

What a place is, nobody knows; only that it is at rest on the surface, or drifts with it. Where the
metadata says that it moves, the metadata is wrong: in time while the camera turns, in focal length
where a turn is too large in the picture, in roll where it goes askew. Heading and tilt would show
in the platform's own way across the ground, but far more weakly than waves, wind and unlevel
ground do: they are not taken from here.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import MissingMetadataError
from plainview.formats.settings_toml import RunSettings
from plainview.geo import Looks, Terrain, Things, locate_points
from plainview.imaging import HomographyRegistrar
from plainview.mission.frame_place import Surfaces
from plainview.mission.view_track import ViewTrack
from plainview.model import Frame, View
from plainview.units import microseconds_from_seconds

__all__ = ["OWN_MOTION_SIGMA_FACTOR", "OWN_MOTION_TELLS", "OwnMotion"]

OWN_MOTION_TELLS: Final = ("boresight_roll_deg", "focal_length_ratio", "lag_s")
OWN_MOTION_SIGMA_FACTOR: Final = 2.5
"""The errors of a registration are those of all places of a frame and add up over frames, so many
looks are worth less than as many picks: over flights of the twin by this, in sigma."""

Array = npt.NDArray[np.float64]

_CELLS: Final = (4, 3)
"""Columns and rows of the picture, one followed place in each."""
_LONGEST_S: Final = 4.0
"""A place is followed no longer: the steps of the registration add up."""
_LOOK_EVERY_S: Final = 0.4
_LEAST_LOOKS: Final = 5
_MOST_PLACES: Final = 120
_STILL_PX: Final = 0.2
"""1-sigma of a look that has just begun."""
_DRIFT_PX: Final = 0.3
"""What the steps of the registration add up to over a second, as the root of time."""
_MARGIN: Final = 0.02
_UNKNOWN_M: Final = 5_000.0
_WAVES_M_S: Final = 2.0
"""1-sigma of how fast the texture of a sea goes, which is that of its waves."""
_ROUGH_M: Final = 0.5
"""1-sigma of one place's height about the surface; what all have in common is a height offset."""


@dataclass(slots=True)
class _Followed:
    """A place that is followed."""

    x_px: float
    y_px: float
    began_us: int
    looks: list[tuple[int, float, float, float]] = field(default_factory=list)


class OwnMotion:
    """Takes frames as they come, and follows places of the background.

    Args:
        settings: The surface's sigma.
        terrain: A height model; None takes the source's own heights, else the sea.
    """

    def __init__(self, settings: RunSettings, *, terrain: Terrain | None) -> None:
        self._registrar = HomographyRegistrar()
        self._surfaces = Surfaces.from_settings(settings, terrain=terrain)
        self._followed: dict[int, _Followed] = {}
        self._done: list[_Followed] = []
        self._is_sea = False
        self.surface_sigma_m = 0.0

    def add(self, frame: Frame) -> None:
        """Take the next frame."""
        registration = self._registrar.register(frame)
        if not registration.is_valid or registration.is_restart:
            self._end(list(self._followed))
        else:
            self._move(registration.current_from_previous)
        width, height = frame.camera.width_px, frame.camera.height_px
        now_us = frame.video_time_us
        longest_us = microseconds_from_seconds(_LONGEST_S)
        self._end(
            [
                cell
                for cell, place in self._followed.items()
                if now_us - place.began_us > longest_us
                or not _MARGIN * width < place.x_px < (1.0 - _MARGIN) * width
                or not _MARGIN * height < place.y_px < (1.0 - _MARGIN) * height
            ]
        )
        self._begin(width, height, now_us)
        self._look(now_us)

    def _move(self, current_from_previous: Array) -> None:
        for place in self._followed.values():
            x, y, w = current_from_previous @ [place.x_px, place.y_px, 1.0]
            place.x_px, place.y_px = float(x / w), float(y / w)

    def _begin(self, width: int, height: int, now_us: int) -> None:
        columns, rows = _CELLS
        for cell in range(columns * rows):
            if cell in self._followed:
                continue
            column, row = cell % columns, cell // columns
            self._followed[cell] = _Followed(
                x_px=(column + 0.5) / columns * width,
                y_px=(row + 0.5) / rows * height,
                began_us=now_us,
            )

    def _look(self, now_us: int) -> None:
        every_us = microseconds_from_seconds(_LOOK_EVERY_S)
        for place in self._followed.values():
            if place.looks and now_us - place.looks[-1][0] < every_us:
                continue
            age_s = 1e-6 * (now_us - place.began_us)
            sigma_px = float(np.sqrt(_STILL_PX**2 + _DRIFT_PX**2 * age_s))
            place.looks.append((now_us, place.x_px, place.y_px, sigma_px))

    def _end(self, cells: list[int]) -> None:
        for cell in cells:
            place = self._followed.pop(cell)
            if len(place.looks) >= _LEAST_LOOKS:
                self._done.append(place)

    def _places(self) -> list[_Followed]:
        """Return what was followed, thinned where it is a lot."""
        self._end(list(self._followed))
        rows = np.linspace(0, len(self._done) - 1, min(_MOST_PLACES, len(self._done)))
        return [self._done[row] for row in np.unique(rows.round().astype(int)).tolist()]

    def things(self, track: ViewTrack) -> Things:
        """Return the places, somewhere on the surface; those that look at none are let go.

        Raises:
            MissingMetadataError: No place was followed, or none has a View.
        """
        kept, places = [], []
        for place in self._places():
            found = self._located(place, track)
            if found is not None:
                kept.append(place)
                places.append(found)
        self._done = kept
        if not places:
            raise MissingMetadataError(
                where="footage",
                what="has no stretch of a few seconds whose pictures can be followed and whose"
                " metadata says how the camera looked.",
                mend="Give footage with more texture, or picks of known points (--points).",
            )
        latitude, longitude, height = np.array(places).T
        cov = np.diag([_UNKNOWN_M**2, _UNKNOWN_M**2, _ROUGH_M**2])
        return Things(
            latitude_deg=latitude,
            longitude_deg=longitude,
            height_hae_m=height,
            cov_enu_m2=np.broadcast_to(cov, (len(places), 3, 3)).copy(),
            drift_sigma_m_s=np.full(len(places), _WAVES_M_S if self._is_sea else 0.0),
        )

    def _located(self, place: _Followed, track: ViewTrack) -> tuple[float, float, float] | None:
        """Return where a place is by its middle look alone."""
        time_us, x_px, y_px, _ = place.looks[len(place.looks) // 2]
        view = track.view_at(time_us)
        if view is None:
            return None
        surface = self._surfaces.of(view)
        found = locate_points(view, track.camera, [[x_px, y_px]], surface=surface)
        at = (found.latitude_deg[0], found.longitude_deg[0], found.height_hae_m[0])
        if surface is None or not np.isfinite(at).all():
            return None
        self._is_sea = self._is_sea or surface.name == "sea_level"
        self.surface_sigma_m = max(self.surface_sigma_m, surface.sigma_m)
        return float(at[0]), float(at[1]), float(at[2])

    def looks(self, track: ViewTrack, *, lag_us: int = 0) -> Looks:
        """Return every look at a place, with the View that it would have at a lag."""
        views: list[View] = []
        rows: list[tuple[int, int, float, float, float]] = []
        for number, place in enumerate(self._done):
            for time_us, x_px, y_px, sigma_px in place.looks:
                view = track.view_at(time_us, lag_us=lag_us)
                if view is not None:
                    views.append(view)
                    rows.append((number, time_us, x_px, y_px, sigma_px))
        number, time_us, x_px, y_px, sigma_px = np.array(rows).T
        return Looks(
            views=tuple(views),
            points_px=np.stack([x_px, y_px], axis=-1),
            point_sigma_px=np.stack([sigma_px, sigma_px], axis=-1),
            thing=number.astype(np.int64),
            frame=time_us.astype(np.int64),
            time_s=1e-6 * (time_us - time_us[0]),
            moved_enu_m=np.zeros((len(rows), 3)),
        )
