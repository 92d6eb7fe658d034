"""Covariance on the ground: what each error of a View does to a located point.

Every error moves the point at the end of the ray (`covariance_columns`); the covariance is the
sum of what they do, and where the source says that two errors go together, of what they do
together. The ellipse is long where the look is shallow, and what is left of the vertical is
the surface's own error and its slope. The derivatives are exact to first order; tests hold
them equal to finite differences of the whole path from View to ground.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.camera_rays import ecef_from_camera, focal_lengths_px, principal_point_px
from plainview.geo.covariance_columns import (
    CAMERA_PARTS,
    FOV_STEP,
    RELATIVE_PARTS,
    GroundErrors,
    Rays,
    ground_columns,
    ground_terms,
    picture_turns_in_numpy,
    turns_of_view,
)
from plainview.geo.covariance_kernel import covariances_on_ground, turns_of_picture
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import ecef_from_enu
from plainview.model import Camera, PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma

__all__ = [
    "GroundErrors",
    "Rays",
    "covariance_in_numpy",
    "error_covariances",
    "error_sigmas",
    "ground_covariance",
    "uncertainty_basis",
]

_PIXEL_SIGMAS: Final = (Sigma(own=1.0, shared=0.0),) * 2
"""Their displacements already carry the pixels' own sigma."""

_TERM_OF_PART: Final = {"position_horizontal_m": "position_east_m"}
"""The part of a `ViewSigma` whose term has another name."""


def uncertainty_basis(view: View) -> UncertaintyBasis:
    """Return where the 1-sigma of this View's points come from; assumed where it has none."""
    return UncertaintyBasis.ASSUMED if view.sigma is None else view.sigma.basis


def _turn_sigmas(view: View, sigma: ViewSigma) -> list[Sigma]:
    """1-sigma of each turn; the assumed one where a part is missing, never none at all."""
    relative = view.pose_basis is PoseBasis.RELATIVE
    assumed = assumed_view_sigma(PoseBasis.RELATIVE if relative else PoseBasis.ABSOLUTE)
    parts = RELATIVE_PARTS if relative else CAMERA_PARTS
    return [getattr(sigma, part) or getattr(assumed, part) for part in parts]


def error_sigmas(view: View, errors: GroundErrors) -> list[Sigma]:
    """Return the 1-sigma of every error of a View's points, as `ground_terms` names them."""
    sigma = assumed_view_sigma(view.pose_basis) if view.sigma is None else view.sigma
    return [
        sigma.position_horizontal_m,
        sigma.position_north_m or sigma.position_horizontal_m,
        sigma.position_vertical_m,
        *_turn_sigmas(view, sigma),
        sigma.time_s,
        sigma.field_of_view_ratio,
        *_PIXEL_SIGMAS,
        Sigma(own=0.0, shared=errors.refraction_sigma),
        Sigma(own=0.0, shared=errors.surface_sigma_m),
    ]


def error_covariances(view: View, errors: GroundErrors) -> tuple[Array, Array]:
    """Return the covariance of a View's errors themselves, own and shared, each (p, p).

    In the order of `ground_terms`, with the correlations that the source reports.
    """
    sigmas = error_sigmas(view, errors)
    parts = np.array([[sigma.own, sigma.shared] for sigma in sigmas]).T
    own, shared = (np.diag(np.square(part)) for part in parts)
    for first, second, rho in _correlated_terms(view):
        for cov, part in zip((own, shared), parts, strict=True):
            cov[first, second] = cov[second, first] = rho * part[first] * part[second]
    return own, shared


def _correlated_terms(view: View) -> Iterator[tuple[int, int, float]]:
    """Yield rows of errors that the source says to go together, and their correlation."""
    row = {name: number for number, name in enumerate(ground_terms(view))}
    for pair in () if view.sigma is None else view.sigma.correlations:
        first, second = (row.get(_TERM_OF_PART.get(p, p)) for p in (pair.first, pair.second))
        if first is not None and second is not None:
            yield first, second, pair.rho


def _picture_turns(view: View, camera: Camera, points_px: Array) -> Array:
    """How rays turn, (3, n, 3) ECEF, per unit of field of view and per pixel in x and in y."""
    if camera.distortion is not None:
        return picture_turns_in_numpy(view, camera, points_px)
    fields = (view.horizontal_fov_deg or 0.0, view.vertical_fov_deg or 0.0)
    focals_px = [
        focal_lengths_px(
            camera, horizontal_fov_deg=stretch * fields[0], vertical_fov_deg=stretch * fields[1]
        )
        for stretch in (1.0, 1.0 + 0.5 * FOV_STEP, 1.0 - 0.5 * FOV_STEP)
    ]
    return turns_of_picture(
        np.array(points_px),
        np.array(focals_px),
        principal_point_px(camera),
        ecef_from_camera(view),
        FOV_STEP,
    )


def ground_covariance(
    view: View, camera: Camera, rays: Rays, *, errors: GroundErrors
) -> tuple[Array, Array]:
    """Return the covariance of where rays met the surface, in total and its shared part.

    The heights of terrain and sea and the refraction count as shared: the next frames look
    at the same cell of the same height model, in the same tide and air, so that a filter
    must not average them away. The pixel's error is new in each frame.

    Args:
        view: Its ``sigma``, or the assumed one where it has none.
        camera: Its size, principal point and distortion.
        rays: Where they met the surface.
        errors: 1-sigma of pixels, surface and refraction.

    Returns:
        Total and shared, (n, 3, 3), metres squared, east-north-up at each point; NaN where
        a ray missed.
    """
    enu = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    turns, velocity = turns_of_view(view, enu)
    sigmas = error_sigmas(view, errors)
    total, shared = covariances_on_ground(
        (
            rays.origin_ecef_m,
            rays.direction_ecef,
            rays.range_m,
            rays.latitude_deg,
            rays.longitude_deg,
            *rays.slopes,
        ),
        (turns, velocity, enu),
        (_picture_turns(view, camera, rays.points_px), np.array(errors.point_sigma_px)),
        (np.array([part.own for part in sigmas]), np.array([part.shared for part in sigmas])),
        errors.refraction,
    )
    if view.sigma is None or not view.sigma.correlations:
        return total, shared
    columns = ground_columns(view, camera, rays, errors=errors)
    own, together = _joint_covariances(view, columns, sigmas)
    return total + own + together, shared + together


def _joint_covariances(view: View, columns: Array, sigmas: list[Sigma]) -> tuple[Array, Array]:
    """Return what correlations add to the own and to the shared part, each (n, 3, 3)."""
    own, shared = np.zeros((2, columns.shape[1], 3, 3))
    for first, second, rho in _correlated_terms(view):
        product = columns[first][:, :, np.newaxis] * columns[second][:, np.newaxis, :]
        both = rho * (product + np.swapaxes(product, 1, 2))
        own += sigmas[first].own * sigmas[second].own * both
        shared += sigmas[first].shared * sigmas[second].shared * both
    return own, shared


def _covariance(columns: Array, sigmas: Array) -> Array:
    """Sum (n, 3, 3) of what errors (p,) make of displacements (p, n, 3) per unit of each."""
    by_point = np.moveaxis(sigmas[:, np.newaxis, np.newaxis] * columns, 0, -1)
    summed: Array = by_point @ np.swapaxes(by_point, -1, -2)
    return summed


def covariance_in_numpy(
    view: View, camera: Camera, rays: Rays, *, errors: GroundErrors
) -> tuple[Array, Array]:
    """Return what `ground_covariance` does, without its kernel: the twin that tests hold it to."""
    columns = ground_columns(view, camera, rays, errors=errors)
    sigmas = error_sigmas(view, errors)
    own, together = _joint_covariances(view, columns, sigmas)
    shared = _covariance(columns, np.array([part.shared for part in sigmas])) + together
    return _covariance(columns, np.array([part.own for part in sigmas])) + own + shared, shared
