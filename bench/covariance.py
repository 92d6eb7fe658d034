"""Covariance: does the 95 % ellipse of a located point hold the truth 95 times of 100?

Each draw is a flight of the demo's scene with errors of its own, shared and own, and one of
its objects at one instant. Nothing is rendered: the object's true place is projected through
the true pose, pixel noise is added, and the pixel is located with what the metadata says, in
the steps of ST 0601. Then again with a heading sigma that is a third of the truth: that must
show. The tracked row does the same with the ground filter over some seconds of frames.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bench.drawn_scene import Places, Scenario, SceneDrawer, read_scenario
from plainview.geo import (
    GeoidSurface,
    GroundPoints,
    enu_m_from_geodetic,
    locate_points,
    project_points,
)
from plainview.model import (
    ELLIPSE_95_PER_SIGMA,
    Frame,
    LifeStage,
    Sigma,
    Tracks,
    View,
    ViewSigma,
    ce90_from_covariance,
)
from plainview.tracking import GroundLocator, LocatorSettings

__all__ = ["run"]

Array = npt.NDArray[np.float64]

N_DRAWS: Final = 500
N_FLIGHTS: Final = 100
FOLLOWED_S: Final = 8.0
FRAME_STEP: Final = 5
N_FOLLOWED: Final = 4
TRACK_SIZE_PX: Final = 10.0
PIXEL_SIGMA: Final = 0.5
WRONG_SHARE: Final = 1.0 / 3.0
INSIDE: Final = (0.93, 0.97)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sighting:
    """One object at one instant of one flight.

    Args:
        pixel: (1, 2) where it was seen, with noise.
        reported: What the metadata says.
        place: Where it truly is.
    """

    pixel: Array
    reported: View
    place: Places


def object_places(drawer: SceneDrawer, time_s: float) -> Places:
    """Return where the middles of a scene's objects truly are."""
    return drawer.scene.places(drawer.scene.object_east_north_m(time_s))


def row_of(places: Places, row: int) -> Places:
    return Places(
        latitude_deg=places.latitude_deg[row : row + 1],
        longitude_deg=places.longitude_deg[row : row + 1],
        height_hae_m=places.height_hae_m[row : row + 1],
    )


def sight(scenario: Scenario, seed: int) -> Sighting | None:
    """Draw one flight and look at one of the objects in its picture; None where none is."""
    generator = np.random.default_rng([seed, 1])
    drawer = SceneDrawer(scenario, seed)
    drawer.advance(scenario.video_time_us(int(generator.integers(scenario.n_frames))))
    places = object_places(drawer, 1e-6 * drawer.video_time_us)
    camera = drawer.camera
    pixels = project_points(
        drawer.true_view(),
        camera,
        places.latitude_deg,
        places.longitude_deg,
        places.height_hae_m,
    )
    pixels = pixels + generator.normal(0.0, PIXEL_SIGMA, pixels.shape)
    is_seen = np.all((pixels > 0.0) & (pixels < [camera.width_px, camera.height_px]), axis=-1)
    if not is_seen.any():
        return None
    row = int(generator.choice(np.flatnonzero(is_seen)))
    return Sighting(
        pixel=pixels[row : row + 1], reported=drawer.reported_view(), place=row_of(places, row)
    )


def wrong(sigma: ViewSigma | None) -> ViewSigma:
    """Return the sigma of somebody who believes the compass three times too much."""
    if sigma is None or sigma.platform_heading_deg is None:
        raise ValueError("the View has no sigma of its heading")
    heading = sigma.platform_heading_deg
    return replace(
        sigma,
        platform_heading_deg=Sigma(own=heading.own, shared=WRONG_SHARE * heading.shared),
    )


def miss_m(found: GroundPoints | Tracks, place: Places) -> Array:
    """Return the error of one located point, (2,) metres east and north."""
    origin = (
        float(found.latitude_deg[0]),
        float(found.longitude_deg[0]),
        float(found.height_hae_m[0]),
    )
    error = enu_m_from_geodetic(
        place.latitude_deg, place.longitude_deg, place.height_hae_m, origin=origin
    )
    horizontal: Array = error[0, :2]
    return horizontal


def is_inside(error_m: Array, cov_enu_m2: Array) -> bool:
    """Say whether an error lies in the 95 % ellipse of a covariance (3, 3)."""
    squared = error_m @ np.linalg.solve(cov_enu_m2[:2, :2], error_m)
    return bool(squared <= ELLIPSE_95_PER_SIGMA**2)


def sightings(scenario: Scenario, n_draws: int, seed: int) -> Iterator[Sighting]:
    n_found = 0
    while n_found < n_draws:
        seen = sight(scenario, seed)
        seed += 1
        if seen is not None:
            n_found += 1
            yield seen


def single_frames(scenario: Scenario, n_draws: int, seed: int) -> dict[str, Any]:
    """Return how often the truth was inside, with the true sigma and with a wrong one."""
    surface = GeoidSurface(altitude_msl_m=0.0, sigma_m=scenario.sea.level_sigma_m)
    camera = scenario.camera.camera()
    inside, inside_wrong, misses, expected = [], [], [], []
    for seen in sightings(scenario, n_draws, seed):
        views = (seen.reported, replace(seen.reported, sigma=wrong(seen.reported.sigma)))
        right, bad = (
            locate_points(view, camera, seen.pixel, surface=surface, point_sigma_px=PIXEL_SIGMA)
            for view in views
        )
        error_m = miss_m(right, seen.place)
        inside.append(is_inside(error_m, right.cov_enu_m2[0]))
        inside_wrong.append(is_inside(error_m, bad.cov_enu_m2[0]))
        misses.append(float(np.hypot(*error_m)))
        expected.append(float(ce90_from_covariance(right.cov_enu_m2)[0]))
    return {
        "n_draws": n_draws,
        "inside_95_ellipse": float(np.mean(inside)),
        "inside_95_ellipse_heading_sigma_third": float(np.mean(inside_wrong)),
        "error_m_median": round(float(np.median(misses)), 2),
        "error_m_p90": round(float(np.percentile(misses, 90)), 2),
        "predicted_ce90_m_median": round(float(np.median(expected)), 2),
    }


def _track(pixel: Array) -> Tracks:
    """Return one track whose box stands on a pixel (1, 2)."""
    size = TRACK_SIZE_PX
    return Tracks.unlocated(
        track_id=np.array([1]),
        box_px=np.array([[pixel[0, 0] - 0.5 * size, pixel[0, 1] - size, size, size]]),
        life_stage=np.array([int(LifeStage.CONFIRMED)], np.uint8),
        existence=np.ones(1),
        score=np.ones(1),
        label=(None,),
        detector=("truth",),
        position_cov_px2=np.array([PIXEL_SIGMA**2 * np.eye(2)]),
        velocity_px_s=np.zeros((1, 2)),
    )


def follow(scenario: Scenario, seed: int) -> list[tuple[Tracks, Places]]:
    """Fly some seconds and locate one object in each sampled frame.

    Returns:
        The located track and where the object truly is, for each frame; empty where it was
        not in the picture all the time.
    """
    drawer, generator = SceneDrawer(scenario, seed), np.random.default_rng([seed, 2])
    camera = drawer.camera
    locator = GroundLocator(LocatorSettings(sea_level_sigma_m=scenario.sea.level_sigma_m))
    followed: list[tuple[Tracks, Places]] = []
    for index in range(0, round(FOLLOWED_S * scenario.frames_per_s) + 1, FRAME_STEP):
        drawer.advance(scenario.video_time_us(index))
        place = row_of(object_places(drawer, 1e-6 * drawer.video_time_us), seed % N_FOLLOWED)
        pixel = project_points(
            drawer.true_view(), camera, place.latitude_deg, place.longitude_deg, place.height_hae_m
        ) + generator.normal(0.0, PIXEL_SIGMA, (1, 2))
        if not np.all((pixel > 0.0) & (pixel < [camera.width_px, camera.height_px])):
            return []
        frame = Frame(
            pixels=np.zeros((1, 1), np.uint8),
            camera=camera,
            frame_index=index,
            video_time_us=drawer.video_time_us,
            view=drawer.reported_view(),
        )
        followed.append((locator.locate(frame, _track(pixel)), place))
    return followed


def tracked(scenario: Scenario, n_flights: int, seed: int) -> dict[str, Any]:
    """Return how often the truth was inside the ellipse of a track, at its start and end."""
    ends: dict[str, list[tuple[Tracks, Places]]] = {"first_frame": [], "last_frame": []}
    n_flown = 0
    while len(ends["last_frame"]) < n_flights:
        followed = follow(scenario, seed + n_flown)
        n_flown += 1
        if followed:
            ends["first_frame"].append(followed[0])
            ends["last_frame"].append(followed[-1])
    row: dict[str, Any] = {"n_flights": n_flights, "followed_s": FOLLOWED_S}
    return row | {name: _judged(seen) for name, seen in ends.items()}


def _judged(seen: list[tuple[Tracks, Places]]) -> dict[str, float]:
    errors_m = [miss_m(track, place) for track, place in seen]
    inside = [
        is_inside(error_m, track.position_cov_enu_m2[0])
        for error_m, (track, _) in zip(errors_m, seen, strict=True)
    ]
    return {
        "inside_95_ellipse": float(np.mean(inside)),
        "error_m_median": round(float(np.median(np.hypot(*np.transpose(errors_m)))), 2),
        "error_m_p90": round(float(np.percentile(np.hypot(*np.transpose(errors_m)), 90)), 2),
        "predicted_ce90_m_median": round(
            float(np.median([track.ce90_m[0] for track, _ in seen])), 2
        ),
    }


def run(*, n_draws: int = N_DRAWS, n_flights: int = N_FLIGHTS, seed: int = 1) -> dict[str, Any]:
    """Return the row: single frames, and tracks after some seconds; met where both are honest."""
    scenario = read_scenario("rescue")
    frames = single_frames(scenario, n_draws, seed)
    tracks = tracked(scenario, n_flights, seed)
    low, high = INSIDE
    slack = 2.0 * math.sqrt(0.95 * 0.05 / n_flights)
    right, bad = (
        frames[name] for name in ("inside_95_ellipse", "inside_95_ellipse_heading_sigma_third")
    )
    after = tracks["last_frame"]["inside_95_ellipse"]
    is_met = low <= right <= high and not low <= bad <= high
    return {
        "figure": "93 to 97 % inside the 95 % ellipse; not with a wrong sigma",
        "single_frames": frames,
        "tracked": tracks,
        "is_met": is_met and 0.95 - slack <= after <= 0.95 + slack,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
