"""The errors of a field trial: each look brought to its point's height, and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.formats.known_points import KnownPoint
from plainview.geo import HeightSurface, enu_m_from_geodetic, locate_points
from plainview.mission.known_looks import PlacedPicks
from plainview.model import ELLIPSE_95_PER_SIGMA, Camera, View, ce90_from_covariance

__all__ = [
    "DEPRESSION_EDGES_DEG",
    "RANGE_EDGES_M",
    "TrialErrors",
    "describe_errors",
    "locate_looks",
]

Array = npt.NDArray[np.float64]

RANGE_EDGES_M: Final = (0.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0)
DEPRESSION_EDGES_DEG: Final = (0.0, 5.0, 10.0, 20.0, 40.0, 90.0)
_N_DRAWS: Final = 1_000
_LEAST_PASSES: Final = 5
"""Looks of one pass share their errors: fewer passes give no interval that could be believed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialErrors:
    """Located looks against their surveyed points; n of them, NaN where one was not located.

    Args:
        off_enu_m: (n, 3) located less surveyed.
        cov_enu_m2: (n, 3, 3) predicted, the survey's own included.
        range_m: (n,) slant range.
        depression_deg: (n,) of the line of sight.
        in_pass: (n,) which pass each is of.
        point: (n,) which point.
    """

    off_enu_m: Array
    cov_enu_m2: Array
    range_m: Array
    depression_deg: Array
    in_pass: npt.NDArray[np.int64]
    point: npt.NDArray[np.int64]

    @property
    def radial_m(self) -> Array:
        """Horizontal distance from the point, (n,)."""
        radial: Array = np.hypot(self.off_enu_m[:, 0], self.off_enu_m[:, 1])
        return radial


def locate_looks(
    placed: PlacedPicks,
    views: Sequence[View | None],
    *,
    camera: Camera,
    in_pass: npt.NDArray[np.int64],
) -> TrialErrors:
    """Return where each pick's ray meets the height of its point, against the point.

    That height is surveyed, so what is measured is the turret and not a model of the ground.

    Args:
        placed: n picks.
        views: The View of each; None where it has none.
        camera: Of all.
        in_pass: Which pass each is of.
    """
    n_rows = len(placed)
    off, cov = np.full((n_rows, 3), np.nan), np.full((n_rows, 3, 3), np.nan)
    range_m, depression = np.full((2, n_rows), np.nan)
    for row, view in enumerate(views):
        point = placed.points[int(placed.point[row])]
        if view is None:
            continue
        pick = placed.picks[row]
        found = locate_points(
            view,
            camera,
            [[pick.x_px, pick.y_px]],
            surface=HeightSurface(
                height_hae_m=point.height_hae_m, sigma_m=point.height_sigma_m, name="surveyed"
            ),
            point_sigma_px=pick.sigma_px,
        )
        if not np.isfinite(found.latitude_deg[0]):
            continue
        off[row] = _off_m(found, pick.point)
        cov[row] = found.cov_enu_m2[0] + np.diag([pick.point.sigma_m**2] * 2 + [0.0])
        range_m[row] = found.slant_range_m[0]
        above_m = (view.height_hae_m or 0.0) - point.height_hae_m
        depression[row] = np.degrees(np.arcsin(np.clip(above_m / range_m[row], -1.0, 1.0)))
    return TrialErrors(
        off_enu_m=off,
        cov_enu_m2=cov,
        range_m=range_m,
        depression_deg=depression,
        in_pass=in_pass,
        point=placed.point,
    )


def _off_m(found: Any, point: KnownPoint) -> Array:
    """Return located less surveyed, (3,) east-north-up."""
    off: Array = enu_m_from_geodetic(
        found.latitude_deg[0],
        found.longitude_deg[0],
        found.height_hae_m[0],
        origin=(point.latitude_deg, point.longitude_deg, point.height_hae_m),
    )
    return off.reshape(3)


def describe_errors(errors: TrialErrors, *, seed: int = 1) -> dict[str, Any]:
    """Return CE90 over all looks and by bin of range and depression.

    Args:
        errors: Of the looks.
        seed: Of the resampling of passes.
    """
    is_known = np.isfinite(errors.radial_m)
    bins = []
    for near_m, far_m in pairwise(RANGE_EDGES_M):
        for low_deg, high_deg in pairwise(DEPRESSION_EDGES_DEG):
            is_in = (
                is_known
                & (errors.range_m >= near_m)
                & (errors.range_m < far_m)
                & (errors.depression_deg >= low_deg)
                & (errors.depression_deg < high_deg)
            )
            if is_in.any():
                bins.append(
                    {"range_m": [near_m, far_m], "depression_deg": [low_deg, high_deg]}
                    | _row(errors, is_in, seed)
                )
    return {
        "looks_not_located": int((~is_known).sum()),
        "all": _row(errors, is_known, seed) if is_known.any() else None,
        "bins": bins,
    }


def _row(errors: TrialErrors, is_in: npt.NDArray[np.bool_], seed: int) -> dict[str, Any]:
    """Return the figures of some looks."""
    radial, off = errors.radial_m[is_in], errors.off_enu_m[is_in]
    cov, in_pass = errors.cov_enu_m2[is_in], errors.in_pass[is_in]
    squared = np.einsum("ni,nij,nj->n", off[:, :2], np.linalg.inv(cov[:, :2, :2]), off[:, :2])
    low_m, high_m = _interval(radial, in_pass, seed)
    return {
        "n_looks": len(radial),
        "n_passes": len(np.unique(in_pass)),
        "n_points": len(np.unique(errors.point[is_in])),
        "ce90_m": _rounded(np.percentile(radial, 90)),
        "ce90_low_m": low_m,
        "ce90_high_m": high_m,
        "median_m": _rounded(np.median(radial)),
        "mean_east_m": _rounded(off[:, 0].mean()),
        "mean_north_m": _rounded(off[:, 1].mean()),
        "predicted_ce90_m": _rounded(np.median(ce90_from_covariance(cov))),
        "inside_95_ellipse": _rounded(np.mean(squared <= ELLIPSE_95_PER_SIGMA**2)),
    }


def _interval(
    radial_m: Array, in_pass: npt.NDArray[np.int64], seed: int
) -> tuple[float | None, float | None]:
    """Return the 95 % interval of CE90 by drawing whole passes anew; None of too few of them."""
    passes = np.unique(in_pass)
    if len(passes) < _LEAST_PASSES:
        return None, None
    by_pass = [radial_m[in_pass == number] for number in passes]
    generator = np.random.default_rng(seed)
    drawn = [
        np.percentile(np.concatenate([by_pass[row] for row in rows]), 90)
        for rows in generator.integers(len(passes), size=(_N_DRAWS, len(passes)))
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return _rounded(low), _rounded(high)


def _rounded(value: Any) -> float:
    return round(float(value), 3)
