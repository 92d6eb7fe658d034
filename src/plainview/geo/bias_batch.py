"""The least squares behind `estimate_biases`: all looks at once, weighed after Huber."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import ecef_from_enu, ecef_from_geodetic, geodetic_from_ecef
from plainview.geo.looks import BiasGeometry, Looks, Things, bias_sigmas
from plainview.geo.pose_bias import BIAS_NAMES, NEUTRAL_BIASES
from plainview.geo.refraction import REFRACTION_COEFFICIENT, REFRACTION_COEFFICIENT_SIGMA
from plainview.model import Camera, View

__all__ = ["N_BIASES", "REJECTED", "LooksBatch", "LooksResidual", "Solution"]

N_BIASES: Final = len(BIAS_NAMES)
_N_SHARED: Final = N_BIASES + 1
"""The biases and the refraction."""
_N_OF_THING: Final = 5
"""Place east, north, up; drift east, north."""
_STEPS: Final = np.array([1e-3] * 6 + [1e-5, 1e-4] + [1e-2] * 3 + [1e-3])
"""By which each shared unknown is moved for its derivative, in its unit."""
_PLACE_STEP_M: Final = 0.01
_MOST_ITERATIONS: Final = 25
_HUBER: Final = 3.0
_N_UNWEIGHED: Final = 2
"""First steps, which count every look in full: far from the answer all of them are far off."""
_CONVERGED: Final = 1e-3
"""Largest step, in sigmas beforehand, that is none."""
REJECTED: Final = 6.0
"""Sigmas beyond which a look is counted as one that fits nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LooksResidual:
    """How far things are seen from where they should be.

    Args:
        px: Root mean square over looks that fit, in the picture.
        m: The same across the line of sight, at each look's range.
        ratio: The same over what the stated own errors let expect.
    """

    px: float
    m: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """One least-squares solution.

    Args:
        state: (s,) biases from their neutral values, refraction from its, then of each thing
            its place from its prior, east-north-up, and its drift.
        cov: (s, s).
        distance: (n,) of each look from where it should be, in sigmas.
        residual_px: (n, 2).
        scale: (s, s) factor of the prior covariance.
    """

    state: Array
    cov: Array
    distance: Array
    residual_px: Array
    scale: Array


class LooksBatch:
    """All looks of one estimate, and what does not change while it is made."""

    def __init__(self, looks: Looks, things: Things, camera: Camera) -> None:
        self._looks, self._things = looks, things
        self._geometry = BiasGeometry.of(looks, camera)
        self._tiled = self._geometry.tiled(2 * (_N_SHARED + 3))
        self._enu = ecef_from_enu(things.latitude_deg, things.longitude_deg)
        self._prior_ecef_m = ecef_from_geodetic(
            things.latitude_deg, things.longitude_deg, things.height_hae_m
        )
        self._own = np.array([_own_sigma(view) for view in looks.views])
        order = np.argsort(looks.frame, kind="stable")
        ends = np.flatnonzero(np.diff(looks.frame[order])) + 1
        self._frames = np.split(order, ends)
        self._n_states = _N_SHARED + _N_OF_THING * len(things)

    def rows_of_things(self) -> list[int]:
        """Return the first row of each thing's place in the state."""
        return [_N_SHARED + _N_OF_THING * number for number in range(len(self._things))]

    def solve(
        self,
        bias_sigma: Array,
        *,
        refraction_sigma: float = REFRACTION_COEFFICIENT_SIGMA,
        is_robust: bool = True,
    ) -> Solution:
        """Return the most probable state, by Gauss and Newton with weights after Huber."""
        scale = self._scale(np.append(bias_sigma, refraction_sigma))
        unit = np.zeros(self._n_states)
        normal = np.eye(self._n_states)
        distance = np.zeros(len(self._looks))
        for number in range(_MOST_ITERATIONS):
            jacobian, residual = self._linearised(scale @ unit)
            distance = self._distance(jacobian, residual)
            is_weighed = is_robust and number >= _N_UNWEIGHED
            white, white_residual = self._whitened(
                jacobian, residual, _huber(distance) if is_weighed else np.ones_like(distance)
            )
            design = white @ scale
            normal = np.eye(self._n_states) + design.T @ design
            step = np.linalg.solve(normal, design.T @ white_residual - unit)
            unit = unit + step
            if number > _N_UNWEIGHED and float(np.abs(step).max()) < _CONVERGED:
                break
        state = scale @ unit
        cov = scale @ np.linalg.inv(normal) @ scale.T
        return Solution(
            state=state,
            cov=cov,
            distance=distance,
            residual_px=self._residual(state),
            scale=scale,
        )

    def considered_cov(self, found: Solution, prior: Array, is_held: Array) -> Array:
        """Return the covariance with what the held biases, at their prior sigma, do to it."""
        jacobian, residual = self._linearised(found.state)
        distance = self._distance(jacobian, residual)
        white, _ = self._whitened(jacobian, residual, _huber(distance))
        held = np.flatnonzero(is_held)
        moved = -found.cov @ white.T @ (white[:, held] * prior[held])
        cov: Array = found.cov + moved @ moved.T
        return cov

    def residual(self, found: Solution, is_kept: np.ndarray) -> LooksResidual:
        """Return the root mean squares of a solution, over the looks (n,) that are kept."""
        if not is_kept.any():
            is_kept = np.ones_like(is_kept)
        squared_px = np.sum(found.residual_px[is_kept] ** 2, axis=1)
        places = self._places_ecef_m(found.state)
        range_m = np.linalg.norm(places - self._geometry.origin_ecef_m, axis=1)[is_kept]
        across_m2 = squared_px * (range_m / self._geometry.focal_px[is_kept, 0]) ** 2
        return LooksResidual(
            px=float(np.sqrt(squared_px.mean())),
            m=float(np.sqrt(across_m2.mean())),
            ratio=float(np.sqrt(0.5 * np.mean(found.distance[is_kept] ** 2))),
        )

    def places(self, found: Solution) -> Array:
        """Return latitude, longitude and height of each thing, (m, 3)."""
        offsets = found.state[_N_SHARED:].reshape(-1, _N_OF_THING)[:, :3]
        ecef_m = self._prior_ecef_m + np.einsum("mij,mj->mi", self._enu, offsets)
        return np.stack(geodetic_from_ecef(ecef_m), axis=-1)

    def _scale(self, shared_sigma: Array) -> Array:
        """Return the factor (s, s) of the prior covariance."""
        scale = np.zeros((self._n_states, self._n_states))
        scale[range(_N_SHARED), range(_N_SHARED)] = shared_sigma
        for number, row in enumerate(self.rows_of_things()):
            values, vectors = np.linalg.eigh(self._things.cov_enu_m2[number])
            scale[row : row + 3, row : row + 3] = vectors * np.sqrt(np.maximum(values, 0.0))
            drift = self._things.drift_sigma_m_s[number]
            scale[row + 3, row + 3] = scale[row + 4, row + 4] = drift
        return scale

    def _places_ecef_m(self, state: Array) -> Array:
        """Return where each look's thing is, (n, 3), its drift included."""
        thing = self._looks.thing
        of_thing = state[_N_SHARED:].reshape(-1, _N_OF_THING)[thing]
        offset = of_thing[:, :3].copy()
        offset[:, :2] += self._looks.time_s[:, np.newaxis] * of_thing[:, 3:]
        places: Array = self._prior_ecef_m[thing] + np.einsum(
            "nij,nj->ni", self._enu[thing], offset
        )
        return places

    def _seen(self, geometry: BiasGeometry, shared: Array, places_ecef_m: Array) -> Array:
        """Return where things are seen, (n, 2), for shared unknowns (n, s)."""
        return geometry.seen_px(
            NEUTRAL_BIASES + shared[:, :N_BIASES],
            places_ecef_m,
            refraction=REFRACTION_COEFFICIENT + shared[:, N_BIASES:],
        )

    def _residual(self, state: Array) -> Array:
        shared = np.broadcast_to(state[:_N_SHARED], (len(self._looks), _N_SHARED))
        seen = self._seen(self._geometry, shared, self._places_ecef_m(state))
        residual: Array = self._looks.points_px - seen
        return residual

    def _slopes(self, state: Array) -> Array:
        """Return derivatives of the pixels by each shared unknown and by east, north, up.

        All moves forth and back are projected at once: (n, 2, shared + 3).
        """
        n_looks, thing = len(self._looks), self._looks.thing
        n_moves = _N_SHARED + 3
        shared = np.tile(state[:_N_SHARED], (2, n_moves, n_looks, 1))
        places = np.tile(self._places_ecef_m(state), (2, n_moves, 1, 1))
        for row, sign in enumerate((1.0, -1.0)):
            for column, step in enumerate(_STEPS.tolist()):
                shared[row, column, :, column] += sign * step
            for axis in range(3):
                shift = sign * _PLACE_STEP_M * self._enu[thing][:, :, axis]
                places[row, _N_SHARED + axis] += shift
        seen = self._seen(
            self._tiled, shared.reshape(-1, _N_SHARED), places.reshape(-1, 3)
        ).reshape(2, n_moves, n_looks, 2)
        steps = np.append(_STEPS, np.full(3, _PLACE_STEP_M))
        slopes: Array = np.moveaxis(seen[0] - seen[1], 0, -1) / (2.0 * steps)
        return slopes

    def _linearised(self, state: Array) -> tuple[Array, Array]:
        """Return derivatives of the pixels (n, 2, s) and the residual (n, 2)."""
        slopes, residual = self._slopes(state), self._residual(state)
        n_looks = len(self._looks)
        jacobian = np.zeros((n_looks, 2, self._n_states))
        jacobian[:, :, :_N_SHARED] = slopes[:, :, :_N_SHARED]
        first, rows = _N_SHARED + _N_OF_THING * self._looks.thing, np.arange(n_looks)
        for axis in range(3):
            slope = slopes[:, :, _N_SHARED + axis]
            jacobian[rows, :, first + axis] = slope
            if axis < 2:
                jacobian[rows, :, first + 3 + axis] = self._looks.time_s[:, np.newaxis] * slope
        is_lost = ~np.isfinite(residual).all(axis=1)
        jacobian[is_lost], residual[is_lost] = 0.0, 0.0
        return jacobian, residual

    def _own_cov(self, jacobian: Array, rows: np.ndarray, wider: Array) -> Array:
        """Return the covariance (2k, 2k) of the pixels of the looks of one frame."""
        pose = jacobian[rows][:, :, :N_BIASES] * self._own[rows[0]]
        flat = pose.reshape(2 * len(rows), N_BIASES)
        pixel = self._looks.point_sigma_px[rows] ** 2 * wider[:, np.newaxis]
        cov: Array = flat @ flat.T + np.diag(pixel.ravel())
        return cov

    def _distance(self, jacobian: Array, residual: Array) -> Array:
        """Return how far each look is off, in sigmas of its own error, (n,)."""
        pose = jacobian[:, :, :N_BIASES] * self._own[:, np.newaxis, :]
        cov = pose @ np.swapaxes(pose, 1, 2)
        cov[:, [0, 1], [0, 1]] += self._looks.point_sigma_px**2
        squared = np.einsum("ni,nij,nj->n", residual, np.linalg.inv(cov), residual)
        distance: Array = np.sqrt(squared)
        return distance

    def _whitened(self, jacobian: Array, residual: Array, weights: Array) -> tuple[Array, Array]:
        """Return derivatives (2n, s) and residuals (2n,) in units of their own error.

        A frame most of whose looks are off is weighed down as a whole, its pose being wrong;
        a look that is off beyond its frame's others, by itself.
        """
        white, white_residual = [], []
        for rows in self._frames:
            of_frame = float(np.median(weights[rows]))
            wider = np.maximum(1.0, of_frame / weights[rows])
            lower = np.linalg.cholesky(self._own_cov(jacobian, rows, wider))
            part = jacobian[rows].reshape(2 * len(rows), -1)
            both = np.concatenate([part, residual[rows].reshape(-1, 1)], axis=1)
            solved = np.sqrt(of_frame) * np.linalg.solve(lower, both)
            white.append(solved[:, :-1])
            white_residual.append(solved[:, -1])
        return np.concatenate(white), np.concatenate(white_residual)


def _huber(distance: Array) -> Array:
    """Return the weight of each look, (n,), by how many sigmas it is off."""
    weights: Array = _HUBER / np.maximum(distance, _HUBER)
    return weights


def _own_sigma(view: View) -> Array:
    if view.sigma is None:
        raise ValueError("a look's View has no sigma")
    return bias_sigmas(view, view.sigma, "own")
