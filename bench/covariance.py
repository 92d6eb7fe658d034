"""Covariance: does the 95 % ellipse of a located point hold the truth 95 times of 100?

Each draw is a flight of the demo's scene with errors of its own, shared and own, and one of
its objects at one instant. Nothing is rendered: the object's true place is projected through
the true pose, pixel noise is added, and the pixel is located with what the metadata says, in
the steps of ST 0601. Then again with a heading sigma that is a third of the truth: that must
show. The tracked row does the same with the ground filter over ten seconds of frames.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    GeoidSurface,
    GroundPoints,
    enu_m_from_geodetic,
    locate_points,
    project_points,
)
from plainview.model import ELLIPSE_95_PER_SIGMA, Sigma, View, ViewSigma, ce90_from_covariance
from plainview.twin import Places, Scenario, Twin, read_scenario

__all__ = ["run"]

Array = npt.NDArray[np.float64]

N_DRAWS: Final = 500
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


def object_places(twin: Twin, time_s: float) -> Places:
    """Return where the middles of a scene's objects truly are."""
    return twin.scene.places(twin.scene.object_east_north_m(time_s))


def row_of(places: Places, row: int) -> Places:
    return Places(
        latitude_deg=places.latitude_deg[row : row + 1],
        longitude_deg=places.longitude_deg[row : row + 1],
        height_hae_m=places.height_hae_m[row : row + 1],
    )


def sight(scenario: Scenario, seed: int) -> Sighting | None:
    """Draw one flight and look at one of the objects in its picture; None where none is."""
    generator = np.random.default_rng([seed, 1])
    twin = Twin(scenario, seed)
    twin.advance(scenario.video_time_us(int(generator.integers(scenario.n_frames))))
    places = object_places(twin, 1e-6 * twin.video_time_us)
    camera = twin.camera
    pixels = project_points(
        twin.true_view(),
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
        pixel=pixels[row : row + 1], reported=twin.reported_view(), place=row_of(places, row)
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


def miss_m(found: GroundPoints, place: Places) -> Array:
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


def run(*, n_draws: int = N_DRAWS, seed: int = 10_000) -> dict[str, object]:
    """Return how often the truth was inside, with the true sigma and with a wrong one."""
    scenario = read_scenario("rescue")
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
    share, share_wrong = float(np.mean(inside)), float(np.mean(inside_wrong))
    return {
        "n_draws": n_draws,
        "inside_95_ellipse": share,
        "inside_95_ellipse_wrong_heading_sigma": share_wrong,
        "error_m": {"median": float(np.median(misses)), "p90": float(np.percentile(misses, 90))},
        "predicted_ce90_m": float(np.median(expected)),
        "passes": INSIDE[0] <= share <= INSIDE[1] and not INSIDE[0] <= share_wrong <= INSIDE[1],
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
