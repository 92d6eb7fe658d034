"""The locator: tracks in pixels become tracks on the ground."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    FRAME_CENTER_HEIGHT_SIGMA_M,
    SEA_LEVEL_SIGMA_M,
    GroundPoints,
    NotLocated,
    Surface,
    Terrain,
    choose_surface,
    ecef_from_geodetic,
    locate_points,
)
from plainview.model import Frame, LifeStage, State, Tracks, View
from plainview.tracking.ground_error import told_covariances
from plainview.tracking.ground_filter import (
    GROUND_DTYPE,
    begin_places,
    correct_places,
    is_jump,
    predict_places,
    settle_places,
)
from plainview.tracking.name_numbers import NameNumbers
from plainview.tracking.settings import LocatorSettings
from plainview.tracking.track_record import Records
from plainview.units import seconds_from_microseconds

__all__ = ["GroundLocator", "contact_points_px"]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def contact_points_px(tracks: Tracks, *, settings: LocatorSettings) -> tuple[Array, Array]:
    """Return where tracks meet the ground in the picture, and the 1-sigma of that.

    The middle of the box's lower edge; for a small thing the centre, with half its height
    added to the error.

    Returns:
        Points (n, 2) and sigmas (n, 2), x and y, pixels.
    """
    x, y, width, height = tracks.box_px.T
    is_small = height < settings.small_height_px
    points = np.stack([x + 0.5 * width, y + np.where(is_small, 0.5, 1.0) * height], axis=1)
    variance = np.stack(
        [tracks.position_cov_px2[:, 0, 0], tracks.position_cov_px2[:, 1, 1]], axis=1
    )
    variance[:, 1] += (np.where(is_small, 0.5, settings.edge_sigma_ratio) * height) ** 2
    return points, np.sqrt(variance)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Missed:
    """Why rows were not measured, and how sure those are that were.

    Args:
        reason: n reasons, None where a place was measured.
        second_hit_probability: (n,), NaN where none was.
    """

    reason: tuple[str | None, ...]
    second_hit_probability: Array

    @classmethod
    def everywhere(cls, is_seen: Flags) -> Self:
        """Return that the frame has no View; what it does not show is not seen."""
        reasons = tuple(NotLocated.NO_VIEW if seen else NotLocated.NOT_SEEN for seen in is_seen)
        return cls(reason=reasons, second_hit_probability=np.full(len(is_seen), np.nan))

    @classmethod
    def of(cls, located: GroundPoints, is_seen: Flags) -> Self:
        """Return the reasons of located rows; each is there twice, then with its pixel's error."""
        n_seen = int(is_seen.sum())
        reasons = located.reasons
        both = zip(reasons[:n_seen], reasons[n_seen:], strict=True)
        first = iter([one or other for one, other in both])
        probability = np.full(len(is_seen), np.nan)
        probability[is_seen] = located.second_hit_probability[n_seen:]
        return cls(
            reason=tuple(next(first) if seen else NotLocated.NOT_SEEN for seen in is_seen),
            second_hit_probability=probability,
        )


class GroundLocator:
    """Places tracks on the ground; implements `plainview.model.Locator`.

    A track that is seen is measured by its frame's View and corrected in its ground filter;
    one that coasts, or whose frame has no View that locates, is predicted with a growing
    error, for a stated time.

    Args:
        settings: See `LocatorSettings`.
        terrain: Heights of the ground; without them the surface is the source's own
            frame-centre height or the sea.
    """

    def __init__(
        self, settings: LocatorSettings | None = None, *, terrain: Terrain | None = None
    ) -> None:
        self.settings = LocatorSettings() if settings is None else settings
        self._terrain = terrain
        self._places = np.zeros(0, GROUND_DTYPE)
        self._names = NameNumbers()
        self._time_us = 0

    def locate(self, frame: Frame, tracks: Tracks) -> Tracks:
        """Return the same rows with places, errors and velocities where they are known."""
        dt_s = max(seconds_from_microseconds(frame.video_time_us - self._time_us), 0.0)
        self._time_us = frame.video_time_us
        places = self._take_places(tracks)
        is_known = ~np.isnan(places["ecef_m"][:, 0])
        known = places[is_known]
        predict_places(known, dt_s=dt_s, settings=self.settings)
        places[is_known] = known
        measured, missed = self._measure(frame, tracks)
        is_measured = ~np.isnan(measured["ecef_m"][:, 0])
        self._correct(places, measured, dt_s=dt_s)
        is_stale = places["unmeasured_s"] > self.settings.longest_prediction_s
        places["ecef_m"][is_stale & ~is_measured] = np.nan
        settle_places(places)
        self._places = places[tracks.life_stage != LifeStage.ENDED]
        told = self._tell(tracks, places)
        return replace(
            told,
            location_reason=_where(told.is_located, (None,) * len(tracks), missed.reason),
            second_hit_probability=missed.second_hit_probability,
        )

    def _take_places(self, tracks: Tracks) -> Records:
        """Return a record a track: the one before, or one of which nothing is known."""
        places = np.zeros(len(tracks), GROUND_DTYPE)
        places["ecef_m"] = np.nan
        rows = {track_id: row for row, track_id in enumerate(self._places["track_id"].tolist())}
        before = [rows.get(track_id, -1) for track_id in tracks.track_id.tolist()]
        is_kept = np.array([row >= 0 for row in before], np.bool_)
        places[is_kept] = self._places[[row for row in before if row >= 0]]
        places["track_id"] = tracks.track_id
        return places

    def _measure(self, frame: Frame, tracks: Tracks) -> tuple[Records, "_Missed"]:
        """Return a measurement a track, its place NaN where there is none, and why."""
        measured = np.zeros(len(tracks), GROUND_DTYPE)
        measured["track_id"] = tracks.track_id
        measured["ecef_m"] = np.nan
        is_seen = (tracks.life_stage == LifeStage.CONFIRMED) | (
            tracks.life_stage == LifeStage.TENTATIVE
        )
        n_seen = int(is_seen.sum())
        if frame.view is None or n_seen == 0:
            return measured, _Missed.everywhere(is_seen)
        points, sigma_px = contact_points_px(tracks.select(is_seen), settings=self.settings)
        located = locate_points(
            frame.view,
            frame.camera,
            np.concatenate([points, points]),
            surface=self._choose_surface(frame.view),
            point_sigma_px=np.concatenate([np.zeros((n_seen, 2)), sigma_px]),
            asks_second_hits=self._terrain is not None,
        )
        is_placed = located.is_located[:n_seen] & located.is_located[n_seen:]
        keep = np.where(is_placed, 1.0, np.nan)
        row = measured[is_seen]
        row["ecef_m"] = ecef_from_geodetic(
            located.latitude_deg[:n_seen] * keep,
            located.longitude_deg[:n_seen],
            located.height_hae_m[:n_seen],
        )
        total, shared = located.cov_enu_m2, located.cov_shared_enu_m2[:n_seen]
        row["cov"][:, :3, :3] = total[:n_seen] - shared
        row["least_shared"] = shared
        row["pixel_cov"] = total[n_seen:] - total[:n_seen]
        row["surface"] = self._names.number(located.surface)
        row["basis"] = self._names.number(str(located.uncertainty_basis))
        measured[is_seen] = row
        return measured, _Missed.of(located, is_seen)

    def _choose_surface(self, view: View) -> Surface | None:
        sea_sigma_m = self.settings.sea_level_sigma_m
        center_sigma_m = self.settings.frame_center_sigma_m
        return choose_surface(
            view,
            terrain=self._terrain,
            sea_level_sigma_m=SEA_LEVEL_SIGMA_M if sea_sigma_m is None else sea_sigma_m,
            frame_center_sigma_m=(
                FRAME_CENTER_HEIGHT_SIGMA_M if center_sigma_m is None else center_sigma_m
            ),
        )

    def _correct(self, places: Records, measured: Records, *, dt_s: float) -> None:
        """Correct the places that were measured, in place; begin those that are new or jump."""
        is_measured = ~np.isnan(measured["ecef_m"][:, 0])
        is_known = is_measured & ~np.isnan(places["ecef_m"][:, 0])
        is_new = is_measured & ~is_known
        is_far = is_jump(places[is_known], measured[is_known], settings=self.settings)
        is_new[np.flatnonzero(is_known)[is_far]] = True
        is_known &= ~is_new
        known = places[is_known]
        correct_places(known, measured[is_known], dt_s=dt_s, settings=self.settings)
        places[is_known] = known
        places[is_new] = begin_places(measured[is_new], settings=self.settings)

    def _tell(self, tracks: Tracks, places: Records) -> Tracks:
        is_known = ~np.isnan(places["ecef_m"][:, 0])
        total, shared = np.full((2, len(tracks), 3, 3), np.nan)
        total[is_known], shared[is_known] = told_covariances(places[is_known])
        velocity = places["velocity_en_m_s"].copy()
        speed_variance = np.maximum(places["cov"][:, 3, 3], places["cov"][:, 4, 4])
        is_slow_to_tell = speed_variance > (self.settings.start_speed_m_s / 3.0) ** 2
        velocity[~is_known | is_slow_to_tell] = np.nan
        none = (None,) * len(tracks)
        surface, basis = self._names.names(places["surface"]), self._names.names(places["basis"])
        return replace(
            tracks,
            latitude_deg=places["place"][:, 0].copy(),
            longitude_deg=places["place"][:, 1].copy(),
            height_hae_m=places["place"][:, 2].copy(),
            position_cov_enu_m2=total,
            position_cov_shared_enu_m2=shared,
            velocity_en_m_s=velocity,
            surface=_where(is_known, surface, none),
            uncertainty_basis=_where(is_known, basis, none),
        )

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "places": self._places.copy(),
            "names": self._names.known,
            "video_time_us": self._time_us,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered, as if never interrupted."""
        memory: dict[str, Any] = dict(state)
        self._places = np.array(memory["places"], GROUND_DTYPE)
        self._names = NameNumbers(memory["names"])
        self._time_us = memory["video_time_us"]


def _where(
    is_first: Flags, first: tuple[str | None, ...], second: tuple[str | None, ...]
) -> tuple[str | None, ...]:
    chosen = zip(is_first.tolist(), first, second, strict=True)
    return tuple(a if is_a else b for is_a, a, b in chosen)
