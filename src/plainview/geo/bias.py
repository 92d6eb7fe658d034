"""Estimates the biases of a pose from many looks at things, known or not: a least-squares batch.

The unknowns are the biases (`PoseBias`), the refraction, and of each thing its place and its
drift; each has a 1-sigma beforehand, so that what the looks cannot see stays where it was and
says so. A look's error is the pixel's own and what the own errors of its View do to it, which
is the same for all looks of one frame. Looks that fit nothing are weighed down (Huber).

What the looks tell apart is asked of the covariance, not of the case: over one thing that is
circled a heading bias shows, and a height offset goes with a tilt of the bore-sight.

Source:
    The bundle adjustment of photogrammetry: D. C. Brown, "A solution to the general problem of
    multiple station analytical stereotriangulation", 1958. P. J. Huber, "Robust estimation of a
    location parameter", 1964. For what is held but not known: S. F. Schmidt, 1966 (consider).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.bias_batch import N_BIASES, REJECTED, LooksBatch, LooksResidual
from plainview.geo.ellipsoid import Array
from plainview.geo.looks import Looks, Things, bias_sigmas
from plainview.geo.observability import Told, told_apart
from plainview.geo.pose_bias import BIAS_NAMES, NEUTRAL_BIASES, PoseBias
from plainview.model import Camera

__all__ = ["BiasEstimate", "LooksResidual", "estimate_biases"]

_HONEST_RATIO: Final = 1.2
"""Residuals larger than stated by more than this widen the covariance by what they are."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BiasEstimate:
    """What looks say of the biases of their source.

    Args:
        bias: The most probable values; those that were held keep their neutral one.
        sigma: (b,) 1-sigma of each, in the order of `BIAS_NAMES`; 0 for those held.
        cov: (b, b) covariance.
        prior_sigma: (b,) 1-sigma of each beforehand.
        told: What the looks tell of each, and what they cannot tell apart.
        before: Residual with no bias taken off (unknown things at their best places).
        after: Residual with the estimated ones taken off.
        places: Of each thing: latitude, longitude, height above the ellipsoid, (m, 3).
        place_cov_enu_m2: (m, 3, 3) of them.
        n_looks: How many looks there were.
        n_rejected: How many of them fit nothing.
    """

    bias: PoseBias
    sigma: Array
    cov: Array
    prior_sigma: Array
    told: tuple[Told, ...]
    before: LooksResidual
    after: LooksResidual
    places: Array
    place_cov_enu_m2: Array
    n_looks: int
    n_rejected: int

    def sigma_of(self, name: str) -> float:
        """Return the 1-sigma of one bias."""
        return float(self.sigma[BIAS_NAMES.index(name)])


def estimate_biases(
    looks: Looks,
    things: Things,
    *,
    camera: Camera,
    prior_sigma: Mapping[str, float] | None = None,
    considered: tuple[str, ...] = (),
) -> BiasEstimate:
    """Estimate biases and places from looks.

    Args:
        looks: At least one; their Views have a sigma.
        things: What is known of each thing beforehand.
        camera: Of all looks.
        prior_sigma: 1-sigma of a bias beforehand; of one that is not named here, what the
            first View states as its shared part. 0 holds a bias.
        considered: Biases that are held at their neutral value although they may not have
            it: what their prior sigma does to the others is in the covariance.

    Returns:
        Values, covariance, what cannot be told apart, and residuals before and after.
    """
    prior = _prior(looks, prior_sigma or {})
    is_held = np.array([name in considered for name in BIAS_NAMES])
    batch = LooksBatch(looks, things, camera)
    nothing = batch.solve(np.zeros(N_BIASES), refraction_sigma=0.0, is_robust=False)
    found = batch.solve(np.where(is_held, 0.0, prior))
    cov = found.cov
    if is_held.any():
        cov = batch.considered_cov(found, prior, is_held)
    is_kept = found.distance <= REJECTED
    after = batch.residual(found, is_kept)
    cov = cov * (after.ratio**2 if after.ratio > _HONEST_RATIO else 1.0)
    shared = found.state[:N_BIASES]
    bias_cov = cov[:N_BIASES, :N_BIASES]
    return BiasEstimate(
        bias=PoseBias.from_array(NEUTRAL_BIASES + shared),
        sigma=np.sqrt(np.maximum(np.diag(bias_cov), 0.0)),
        cov=bias_cov,
        prior_sigma=prior,
        told=told_apart(BIAS_NAMES, bias_cov, np.where(is_held, 0.0, prior)),
        before=batch.residual(nothing, is_kept),
        after=after,
        places=batch.places(found),
        place_cov_enu_m2=np.array(
            [cov[row : row + 3, row : row + 3] for row in batch.rows_of_things()]
        ).reshape(-1, 3, 3),
        n_looks=len(looks),
        n_rejected=int((~is_kept).sum()),
    )


def _prior(looks: Looks, given: Mapping[str, float]) -> Array:
    view = looks.views[0]
    if view.sigma is None:
        raise ValueError("a look's View has no sigma")
    stated = bias_sigmas(view, view.sigma, "shared")
    return np.array(
        [given.get(name, sigma) for name, sigma in zip(BIAS_NAMES, stated.tolist(), strict=True)]
    )
