"""One object of a drawn flight, located: by one look, and by a track of some seconds.

Each sample can be made with the stated sigmas scaled: somebody who believes the instrument too
much, or too little, sees the same pixels.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bench.drawn_flights import (
    LEVEL_SIGMA_M,
    PIXEL_SIGMA,
    Bin,
    DrawnFlight,
    Place,
    Views,
    draw_flight,
)
from bench.drawn_scene.scenario import Errors
from bench.information import (
    Motion,
    sensitivity,
    single_look_bound_m2,
    track_bound_m2,
)
from plainview.geo import (
    GroundPoints,
    Refraction,
    enu_m_from_geodetic,
    locate_points,
)
from plainview.model import Frame, LifeStage, Sigma, Tracks, View, ViewSigma
from plainview.tracking import GroundLocator, LocatorSettings

__all__ = ["Fix", "Following", "follow", "look_once"]

Array = npt.NDArray[np.float64]

SETTINGS: Final = LocatorSettings(sea_level_sigma_m=LEVEL_SIGMA_M, edge_sigma_ratio=0.0)
"""The defaults, but for the sea's level as it is drawn; where a box stands is exact here."""
_EDGE: Final = 0.15
"""Share of the picture along its edges in which no track begins."""
_BOX_PX: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fix:
    """Where an object was said to be.

    Args:
        error_enu_m: (3,) from there to the truth.
        cov_enu_m2: (3, 3) as it was told.
    """

    error_enu_m: Array
    cov_enu_m2: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How tracks are followed.

    Args:
        length_s: From the first look to the last, which is judged.
        step_s: Between looks.
        speed_sigma_m_s: 1-sigma of how fast objects are at first, each axis.
    """

    length_s: float
    step_s: float
    speed_sigma_m_s: float

    @property
    def time_s(self) -> Array:
        """Of all looks."""
        n_looks = round(self.length_s / self.step_s) + 1
        return np.arange(n_looks, dtype=np.float64) * self.step_s

    @property
    def motion(self) -> Motion:
        """What the ground filter states that it knows beforehand of how things move."""
        return Motion(
            step_s=self.step_s,
            start_speed_m_s=SETTINGS.start_speed_m_s,
            velocity_walk_m_s=SETTINGS.velocity_walk_m_s,
        )


def _scaled(view: View, scale: float) -> View:
    """Return the View with every stated sigma scaled."""
    sigma = view.sigma
    if sigma is None:
        raise ValueError("the View states no sigma")
    return replace(view, sigma=_scaled_sigma(sigma, scale))


def _scaled_sigma(sigma: ViewSigma, scale: float) -> ViewSigma:
    parts: dict[str, Any] = {
        entry.name: Sigma(own=scale * part.own, shared=scale * part.shared)
        for entry in fields(sigma)
        if isinstance(part := getattr(sigma, entry.name), Sigma)
    }
    return replace(sigma, **parts)


def _fix(found: GroundPoints | Tracks, cov_enu_m2: Array, place: Place) -> Fix:
    origin = (
        float(found.latitude_deg[0]),
        float(found.longitude_deg[0]),
        float(found.height_hae_m[0]),
    )
    latitude, longitude, height = ([part] for part in place)
    error = enu_m_from_geodetic(latitude, longitude, height, origin=origin)
    return Fix(error_enu_m=error[0], cov_enu_m2=cov_enu_m2)


def look_once(
    where: Bin,
    generator: np.random.Generator,
    errors: Errors,
    *,
    scales: Sequence[float],
    asks_bound: bool,
) -> tuple[list[Fix], Array | None]:
    """Return one object located by one look, with sigmas scaled, and the bound (3, 3).

    There are no fixes where it is not located, which happens at the horizon and the edge.
    """
    drawn = draw_flight(where, generator, errors)
    true, told = drawn.views(np.zeros(1), generator)[0]
    place = drawn.place()
    pixel = drawn.pixel(true, place) + generator.normal(0.0, PIXEL_SIGMA, (1, 2))
    bound_m2 = (
        single_look_bound_m2(sensitivity(drawn, 0.0, place), drawn.sigma) if asks_bound else None
    )
    fixes = []
    for scale in scales:
        found = locate_points(
            _scaled(told, scale),
            drawn.camera,
            pixel,
            surface=replace(drawn.surface, sigma_m=scale * LEVEL_SIGMA_M),
            point_sigma_px=scale * PIXEL_SIGMA,
            refraction=Refraction(sigma=scale * Refraction().sigma),
        )
        if not found.is_located[0]:
            return [], bound_m2
        fixes.append(_fix(found, found.cov_enu_m2[0], place))
    return fixes, bound_m2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Followed:
    drawn: DrawnFlight
    views: list[Views]
    places: list[Place]
    pixels: list[Array]

    def bound_m2(self, following: Following) -> Array:
        sigma = self.views[0][1].sigma
        if sigma is None:
            raise ValueError("the View states no sigma")
        looks = [
            sensitivity(self.drawn, time_s, place)
            for time_s, place in zip(following.time_s.tolist(), self.places, strict=True)
        ]
        return track_bound_m2(looks, sigma, following.motion)

    def located(self, following: Following, scale: float) -> Fix | None:
        """Return the last of the track that the ground filter makes."""
        settings = replace(SETTINGS, sea_level_sigma_m=scale * LEVEL_SIGMA_M)
        locator = GroundLocator(settings)
        told = Tracks.empty()
        looks = zip(following.time_s.tolist(), self.views, self.pixels, strict=True)
        for index, (time_s, (_, view), pixel) in enumerate(looks):
            frame = Frame(
                pixels=np.zeros((1, 1), np.uint8),
                camera=self.drawn.camera,
                frame_index=index,
                video_time_us=round(1e6 * time_s),
                view=_scaled(view, scale),
            )
            told = locator.locate(frame, _track(pixel, scale * PIXEL_SIGMA))
        if not told.is_located[0]:
            return None
        return _fix(told, told.position_cov_enu_m2[0], self.places[-1])


def _track(pixel: Array, sigma_px: float) -> Tracks:
    """Return one track whose box stands on a pixel (1, 2)."""
    return Tracks.unlocated(
        track_id=np.array([1]),
        box_px=np.array([[pixel[0, 0] - 0.5 * _BOX_PX, pixel[0, 1] - _BOX_PX, _BOX_PX, _BOX_PX]]),
        life_stage=np.array([int(LifeStage.CONFIRMED)], np.uint8),
        existence=np.ones(1),
        score=np.ones(1),
        label=(None,),
        detector=("truth",),
        position_cov_px2=np.array([sigma_px**2 * np.eye(2)]),
        velocity_px_s=np.zeros((1, 2)),
    )


def _walked_m(
    drawn: DrawnFlight, following: Following, generator: np.random.Generator
) -> list[Array]:
    """Return where an object is whose velocity walks as the filter believes, (2,) each look."""
    step_s = following.step_s
    walk_m_s = SETTINGS.velocity_walk_m_s * math.sqrt(step_s)
    offset_m, velocity_m_s, walked_m = np.zeros(2), drawn.speed_en_m_s.copy(), []
    for turn, aside in walk_m_s * generator.normal(size=(len(following.time_s), 2, 2)):
        walked_m.append(offset_m)
        # The integral of a walk over a step, given where the walk ends.
        offset_m = offset_m + step_s * (velocity_m_s + 0.5 * turn + aside / math.sqrt(12.0))
        velocity_m_s = velocity_m_s + turn
    return walked_m


def _draw_followed(
    where: Bin, generator: np.random.Generator, errors: Errors, following: Following
) -> _Followed:
    """Return an object that stays in the picture, whatever the metadata says."""
    while True:
        drawn = draw_flight(
            where, generator, errors, edge=_EDGE, speed_sigma_m_s=following.speed_sigma_m_s
        )
        places = [drawn.place(offset_m) for offset_m in _walked_m(drawn, following, generator)]
        views = drawn.rounded_views(following.time_s, generator)
        pixels = [
            drawn.pixel(true, place) + generator.normal(0.0, PIXEL_SIGMA, (1, 2))
            for (true, _), place in zip(views, places, strict=True)
        ]
        size = [drawn.camera.width_px, drawn.camera.height_px]
        if all(np.all((pixel > 0.0) & (pixel < size)) for pixel in pixels):
            return _Followed(drawn=drawn, views=views, places=places, pixels=pixels)


def follow(
    where: Bin,
    generator: np.random.Generator,
    errors: Errors,
    following: Following,
    *,
    scales: Sequence[float],
    asks_bound: bool,
) -> tuple[list[Fix], Array | None]:
    """Return an object located by the last look of a track, with sigmas scaled, and the bound.

    Args:
        where: The bin of the first look.
        generator: Of all chance.
        errors: Of the metadata.
        following: How long and how often it is looked at.
        scales: By which all stated sigmas are multiplied.
        asks_bound: Whether to work out the bound (3, 3), which takes as long as all the rest.
    """
    followed = _draw_followed(where, generator, errors, following)
    fixes = [followed.located(following, scale) for scale in scales]
    bound_m2 = followed.bound_m2(following) if asks_bound else None
    return [fix for fix in fixes if fix is not None], bound_m2
