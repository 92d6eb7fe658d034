"""CE90 and LE90 that a source reports of its target (ST 0601 items 45, 46), put to use.

A source that says nothing of its instruments, but how far off its target may be, has said how
large their errors are together: the assumed ones are widened or narrowed, all by one factor,
until they make that CE90 in the middle of the picture. The factor is kept within a tenth and
ten: beyond, a number means something else. What item 102 says of a part is said of that part and
stands above what item 45 says of all together: only the others are scaled. LE90 is the vertical
error of the same target, and so of the frame-centre height that rays are brought to;
`geo.choose_surface` takes it from there, unless item 102 says what that height is worth.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Final

import numpy as np

from plainview.geo.locate import locate_points
from plainview.geo.surface import choose_surface
from plainview.model import (
    Camera,
    RangeKind,
    Sigma,
    UncertaintyBasis,
    View,
    ViewSigma,
    ce90_from_covariance,
)

__all__ = ["with_reported_accuracy"]

_FACTORS: Final = (0.1, 10.0)
_LEAST_CE90_M: Final = 0.1
"""Item 45 has steps of 0.0624 m; zero is sent for "not known"."""
_MOST_OF_REST: Final = 0.9
"""Where the surface and the air alone make that much of it, a CE90 says nothing of a pose."""
_SQUARE: Final = Camera(name="middle", width_px=100, height_px=100)
_MIDDLE: Final = np.array([[50.0, 50.0]])
_KEPT: Final = ("time_s", "basis", "correlations")
_N_HALVINGS: Final = 12
"""To a thousandth."""


def with_reported_accuracy(view: View, *, kept: frozenset[str] = frozenset()) -> View:
    """Return a View whose assumed 1-sigma makes the CE90 that its source reports.

    Unchanged where the source reports none, where its sigma is not assumed (the settings or
    ST 1010 say it), where the middle of its picture meets no surface, or where what is not
    assumed (the surface's height, the parts kept) explains that CE90 alone.

    Args:
        view: With its assumed sigma.
        kept: Names of its parts that the source itself reports.
    """
    ce90_m = None if view.reported is None else view.reported.ce90_m
    sigma = view.sigma
    if sigma is None or sigma.basis is not UncertaintyBasis.ASSUMED:
        return view
    if ce90_m is None or ce90_m < _LEAST_CE90_M:
        return view
    whole = _covariance(view)
    rest = _covariance(replace(view, sigma=_scaled(sigma, 0.0, kept)))
    if not np.isfinite(whole).all() or _ce90_m(rest) > _MOST_OF_REST * ce90_m:
        return view
    if view.slant_range_kind is RangeKind.MEASURED:
        factor = _factor(
            lambda f: _ce90_m(_covariance(replace(view, sigma=_scaled(sigma, f, kept)))), ce90_m
        )
    else:
        factor = _factor(lambda f: _ce90_m(f**2 * (whole - rest) + rest), ce90_m)
    scaled = _scaled(sigma, factor, kept)
    return replace(view, sigma=replace(scaled, basis=UncertaintyBasis.REPORTED))


def _covariance(view: View) -> np.ndarray:
    surface = choose_surface(view)
    return locate_points(view, _SQUARE, _MIDDLE, surface=surface).cov_enu_m2


def _ce90_m(cov_enu_m2: np.ndarray) -> float:
    return float(ce90_from_covariance(cov_enu_m2)[0])


def _factor(ce90_m_of: Callable[[float], float], ce90_m: float) -> float:
    """Return by what the instrument's sigmas make a CE90 with the rest; by bisection."""
    low, high = _FACTORS
    for _ in range(_N_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if ce90_m_of(middle) < ce90_m else (low, middle)
    return float(np.sqrt(low * high))


def _scaled(sigma: ViewSigma, factor: float, kept: frozenset[str]) -> ViewSigma:
    parts = {
        entry.name: Sigma(own=factor * part.own, shared=factor * part.shared)
        for entry in fields(sigma)
        if entry.name not in kept.union(_KEPT) and (part := getattr(sigma, entry.name)) is not None
    }
    return replace(sigma, **parts)  # type: ignore[arg-type]
