"""What the information allows: the Cramer-Rao bound of a place, from the errors injected.

Worked out by another road than the package's own propagation: the pixel of the true place is
differentiated numerically with respect to the place and to every error, and the errors are
nuisances with a normal prior. No estimator of the place that is told no more can do better.

Source:
    H. L. Van Trees, "Detection, Estimation, and Modulation Theory, Part I", section 2.4
    (bound with nuisances and priors); for tracks the recursion of P. Tichavsky, C. Muravchik
    and A. Nehorai, "Posterior Cramer-Rao bounds for discrete-time nonlinear filtering", 1998.
"""

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.drawn_flights import LEVEL_SIGMA_M, PIXEL_SIGMA, DrawnFlight, Place
from plainview.geo import (
    REFRACTION_COEFFICIENT_SIGMA,
    ecef_from_enu,
    ecef_from_geodetic,
    geodetic_from_ecef,
    project_points,
)
from plainview.model import ELLIPSE_95_PER_SIGMA, Sigma, View, ViewSigma
from plainview.twin import PoseError, erroneous_view

__all__ = [
    "Motion",
    "Sensitivity",
    "long_axis_95_m",
    "sensitivity",
    "single_look_bound_m2",
    "track_bound_m2",
]

Array = npt.NDArray[np.float64]

ERRORS: Final = tuple(entry.name for entry in fields(PoseError))
_STEPS: Final = {name: 1.0 if name.endswith("_m") else 1e-2 for name in ERRORS} | {
    "field_of_view_ratio": 1e-3,
    "time_s": 1e-2,
}
_PLACE_STEP_M: Final = 1.0
_ANYWHERE_M: Final = 1e5
_REFRACTION_STEP: Final = 0.02
_SIGMA_OF: Final = {
    "east_m": "position_horizontal_m",
    "north_m": "position_horizontal_m",
    "up_m": "position_vertical_m",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensitivity:
    """How a pixel moves at one instant.

    Args:
        by_place: (2, 3) pixels a metre east, north and up of the object.
        by_error: (2, 12) pixels per unit of each pose error and of refraction.
    """

    by_place: Array
    by_error: Array


def _no_error() -> dict[str, float]:
    return dict.fromkeys(ERRORS, 0.0)


def _pixel(drawn: DrawnFlight, view: View, place: Place, refraction: float) -> Array:
    latitude, longitude, height = ([part] for part in place)
    pixel: Array = project_points(
        view, drawn.camera, latitude, longitude, height, refraction=refraction
    )[0]
    return pixel


def sensitivity(drawn: DrawnFlight, time_s: float, place: Place) -> Sensitivity:
    """Return how the pixel of a place moves with the place and with each error."""
    pose, before, after = drawn.flight.poses(time_s + _STEPS["time_s"] * np.array([0.0, -1.0, 1.0]))
    k = drawn.refraction
    at = ecef_from_geodetic(*place)
    by_place = [
        _slope(
            _pixel(drawn, pose, _place(at + _PLACE_STEP_M * axis), k),
            _pixel(drawn, pose, _place(at - _PLACE_STEP_M * axis), k),
            _PLACE_STEP_M,
        )
        for axis in ecef_from_enu(place[0], place[1]).T
    ]
    by_error = []
    for name in ERRORS:
        views = [after, before]
        if name != "time_s":
            views = [
                erroneous_view(pose, PoseError(**(_no_error() | {name: sign * _STEPS[name]})))
                for sign in (1.0, -1.0)
            ]
        ahead, behind = (_pixel(drawn, view, place, k) for view in views)
        by_error.append(_slope(ahead, behind, _STEPS[name]))
    more, less = (_pixel(drawn, pose, place, k + sign * _REFRACTION_STEP) for sign in (1.0, -1.0))
    by_error.append(_slope(more, less, _REFRACTION_STEP))
    return Sensitivity(by_place=np.stack(by_place, axis=-1), by_error=np.stack(by_error, axis=-1))


def _slope(ahead: Array, behind: Array, step: float) -> Array:
    slope: Array = (ahead - behind) / (2.0 * step)
    return slope


def _place(ecef_m: Array) -> Place:
    latitude, longitude, height = (float(part) for part in geodetic_from_ecef(ecef_m))
    return latitude, longitude, height


def error_sigmas(sigma: ViewSigma, part: str) -> Array:
    """Return the 1-sigma (12,) of each error, own or shared; refraction is shared."""
    sigmas = []
    for name in ERRORS:
        both = getattr(sigma, _SIGMA_OF.get(name, name))
        sigmas.append(getattr(both, part) if isinstance(both, Sigma) else 0.0)
    return np.array([*sigmas, REFRACTION_COEFFICIENT_SIGMA if part == "shared" else 0.0])


def single_look_bound_m2(look: Sensitivity, sigma: ViewSigma) -> Array:
    """Return the least covariance (3, 3), east-north-up, of a place seen once."""
    variances = error_sigmas(sigma, "own") ** 2 + error_sigmas(sigma, "shared") ** 2
    noise = PIXEL_SIGMA**2 * np.eye(2) + look.by_error @ np.diag(variances) @ look.by_error.T
    information = look.by_place.T @ np.linalg.solve(noise, look.by_place)
    information[2, 2] += LEVEL_SIGMA_M**-2
    return np.linalg.inv(information)


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """How the thing moves, and how often it is looked at.

    Args:
        step_s: Between looks.
        start_speed_m_s: 1-sigma of its speed, each axis.
        velocity_walk_m_s: How its velocity walks in a second.
    """

    step_s: float
    start_speed_m_s: float
    velocity_walk_m_s: float

    def step(self) -> tuple[Array, Array]:
        """Return the transition and the noise of a step (4, 4): east, north, their velocities."""
        moved, noise = np.eye(4), np.zeros((4, 4))
        moved[0, 2] = moved[1, 3] = self.step_s
        walk = self.velocity_walk_m_s**2
        for axis in range(2):
            noise[axis, axis] = walk * self.step_s**3 / 3.0
            noise[axis, axis + 2] = noise[axis + 2, axis] = walk * self.step_s**2 / 2.0
            noise[axis + 2, axis + 2] = walk * self.step_s
        return moved, noise


def track_bound_m2(looks: list[Sensitivity], sigma: ViewSigma, motion: Motion) -> Array:
    """Return the least covariance (3, 3) of a moving thing's place at the last of its looks.

    The shared errors are unknowns like the place: the bound is that of an estimator that also
    learns them from the way that places drift while the geometry changes.

    Args:
        looks: At each instant, in order.
        sigma: 1-sigma of the metadata.
        motion: Of the thing.
    """
    own, shared = (np.diag(error_sigmas(sigma, part) ** 2) for part in ("own", "shared"))
    # East, north, their velocities; the level of the sea; the shared errors.
    size = 5 + len(shared)
    cov, moved, noise = np.zeros((size, size)), np.eye(size), np.zeros((size, size))
    cov[:2, :2] = _ANYWHERE_M**2 * np.eye(2)
    cov[2:4, 2:4] = motion.start_speed_m_s**2 * np.eye(2)
    cov[4, 4] = LEVEL_SIGMA_M**2
    cov[5:, 5:] = shared
    moved[:4, :4], noise[:4, :4] = motion.step()
    for index, look in enumerate(looks):
        if index:
            cov = moved @ cov @ moved.T + noise
        by_state = np.zeros((2, size))
        by_state[:, :2], by_state[:, 4] = look.by_place[:, :2], look.by_place[:, 2]
        by_state[:, 5:] = look.by_error
        white = PIXEL_SIGMA**2 * np.eye(2) + look.by_error @ own @ look.by_error.T
        gain = cov @ by_state.T @ np.linalg.inv(by_state @ cov @ by_state.T + white)
        left = np.eye(size) - gain @ by_state
        cov = left @ cov @ left.T + gain @ white @ gain.T
    keep = [0, 1, 4]
    return cov[np.ix_(keep, keep)]


def long_axis_95_m(cov_m2: Array) -> float:
    """Return the long semi-axis of the 95 % ellipse of a covariance, metres."""
    return float(ELLIPSE_95_PER_SIGMA * np.sqrt(np.linalg.eigvalsh(cov_m2[:2, :2])[-1]))
