"""A range that was measured in the middle: what it is worth elsewhere in the picture.

Flights are drawn by range and depression, each with errors of its own; the range finder meets
things that stand up to 3 m above the sea. Objects anywhere in the picture but in its middle are
located with the range and without it: how often the truth lies in the 95 % ellipse, by how much
the ellipse shrinks, and the error with it.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bench.covariance import is_inside
from bench.drawn_flights import BINS, PIXEL_SIGMA, Bin, DrawnFlight, draw_flight
from bench.drawn_scene.scenario import Errors, SigmaPair
from bench.stressed_missions import SURVEY_TURRET
from plainview.geo import (
    MEASURED_RANGE_SIGMA,
    GeoidSurface,
    GroundPoints,
    assumed_view_sigma,
    enu_m_from_geodetic,
    locate_points,
    rays_from_view,
)
from plainview.model import PoseBasis, RangeKind, View, ce90_from_covariance

__all__ = ["run"]

Array = npt.NDArray[np.float64]

N_DRAWS: Final = 60
"""Of each bin and class."""
MIDDLE_SHARE: Final = 0.02
MET_HEIGHT_M: Final = 3.0
INSIDE: Final = (0.93, 0.97)


def _assumed() -> Errors:
    """Return the class of turret that plainview assumes."""
    sigma = assumed_view_sigma(PoseBasis.RELATIVE)
    known = ((name, getattr(sigma, name)) for name in SURVEY_TURRET.parts())
    return Errors(**{name: SigmaPair(own=part.own, shared=part.shared) for name, part in known})


CLASSES: Final = {"assumed": _assumed(), "survey": SURVEY_TURRET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One object located without the range and with it.

    Args:
        is_inside: Whether the truth lies in the 95 % ellipse, without and with.
        ce90_m: Of the covariance, without and with.
        error_m: Horizontally, without and with.
    """

    is_inside: tuple[bool, bool]
    ce90_m: tuple[float, float]
    error_m: tuple[float, float]


def measured_range_m(drawn: DrawnFlight, true: View, generator: np.random.Generator) -> float:
    """Return what the range finder says: to the sea or to what stands on it in the middle."""
    met_m = drawn.level_m + float(generator.uniform(0.0, MET_HEIGHT_M))
    origin, direction = rays_from_view(true, drawn.camera, middle_px(drawn))
    sea = GeoidSurface(altitude_msl_m=met_m, sigma_m=0.0)
    range_m, _ = sea.intersect(origin, direction, refraction=drawn.refraction)
    sigma = MEASURED_RANGE_SIGMA
    return float(range_m[0] + generator.normal(0.0, np.hypot(sigma.own, sigma.shared)))


def middle_px(drawn: DrawnFlight) -> Array:
    """Return the middle of the picture, (1, 2)."""
    return 0.5 * np.array([[drawn.camera.width_px, drawn.camera.height_px]], np.float64)


def look(where: Bin, generator: np.random.Generator, errors: Errors) -> Pair | None:
    """Draw one flight; None where its object is in the middle, or nothing is located."""
    drawn = draw_flight(where, generator, errors)
    true, said = drawn.views(np.zeros(1), generator)[0]
    place = drawn.place()
    pixel = drawn.pixel(true, place) + generator.normal(0.0, PIXEL_SIGMA, (1, 2))
    if np.linalg.norm(pixel - middle_px(drawn)) < MIDDLE_SHARE * drawn.camera.width_px:
        return None
    ranged = replace(
        said,
        slant_range_m=measured_range_m(drawn, true, generator),
        slant_range_kind=RangeKind.MEASURED,
    )
    alone, fused = (
        locate_points(view, drawn.camera, pixel, surface=drawn.surface, point_sigma_px=PIXEL_SIGMA)
        for view in (replace(said, slant_range_kind=RangeKind.CALCULATED), ranged)
    )
    if not (alone.is_located[0] and fused.is_located[0]):
        return None
    return _pair((alone, fused), place)


def _pair(found: tuple[GroundPoints, GroundPoints], place: tuple[float, float, float]) -> Pair:
    errors_m = [_error_m(each, place) for each in found]
    both = list(zip(found, errors_m, strict=True))
    alone, fused = (is_inside(error_m, each.cov_enu_m2[0]) for each, error_m in both)
    ce90 = [float(ce90_from_covariance(each.cov_enu_m2)[0]) for each in found]
    miss = [float(np.hypot(*error_m)) for error_m in errors_m]
    return Pair(is_inside=(alone, fused), ce90_m=(ce90[0], ce90[1]), error_m=(miss[0], miss[1]))


def _error_m(found: GroundPoints, place: tuple[float, float, float]) -> Array:
    columns = (found.latitude_deg, found.longitude_deg, found.height_hae_m)
    origin = (float(columns[0][0]), float(columns[1][0]), float(columns[2][0]))
    error: Array = np.atleast_2d(enu_m_from_geodetic(*place, origin=origin))[0, :2]
    return error


def _judged(pairs: list[Pair]) -> dict[str, Any]:
    inside = np.mean([pair.is_inside for pair in pairs], axis=0)
    shrunk = [pair.ce90_m[1] / pair.ce90_m[0] for pair in pairs]
    errors = np.median([pair.error_m for pair in pairs], axis=0)
    return {
        "n": len(pairs),
        "inside_95_ellipse_alone": round(float(inside[0]), 3),
        "inside_95_ellipse": round(float(inside[1]), 3),
        "ce90_with_over_without_median": round(float(np.median(shrunk)), 3),
        "error_m_median_alone": round(float(errors[0]), 2),
        "error_m_median": round(float(errors[1]), 2),
    }


def run(*, n_draws: int = N_DRAWS, seed: int = 1) -> dict[str, Any]:
    """Return the row: met where the truth is inside as often as said and the ellipse is smaller."""
    generator = np.random.default_rng([seed, 21])
    row: dict[str, Any] = {
        "figure": "away from the middle 93 to 97 % inside the 95 % ellipse, which shrinks",
    }
    is_met = True
    for name, errors in CLASSES.items():
        bins = {
            where.name: [pair for _ in range(n_draws) if (pair := look(where, generator, errors))]
            for where in BINS
        }
        every = [pair for pairs in bins.values() for pair in pairs]
        row[name] = _judged(every) | {
            "bins": {each: _judged(pairs) for each, pairs in bins.items() if pairs}
        }
        low, high = INSIDE
        is_met &= low <= row[name]["inside_95_ellipse"] <= high
        is_met &= row[name]["ce90_with_over_without_median"] < 1.0
    return row | {"is_met": is_met}


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
