"""How far the frame centre that a pose implies lies from the one that its source reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import choose_surface, distance_and_bearing, locate_points
from plainview.model import Camera, View

__all__ = ["LocationResidual", "location_residual"]

_ANY_CAMERA: Final = Camera(name="middle", width_px=2, height_px=2)
"""The middle of the picture does not depend on its size."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocationResidual:
    """Distances of computed frame centres from reported ones.

    Args:
        distance_m: (n,) along the ground, one a View that has both.
        slant_range_m: (n,) from the sensor to the computed centre.
        n_views: Views looked at, those without either included.
    """

    distance_m: npt.NDArray[np.float64]
    slant_range_m: npt.NDArray[np.float64]
    n_views: int

    @property
    def median_m(self) -> float | None:
        """Median distance; None where there is none."""
        return _percentile(self.distance_m, 50.0)

    @property
    def p95_m(self) -> float | None:
        """95th percentile of the distances; None where there is none."""
        return _percentile(self.distance_m, 95.0)

    @property
    def median_share(self) -> float | None:
        """Median distance over the slant range; None where there is none."""
        return _percentile(self.distance_m / self.slant_range_m, 50.0)

    @property
    def p95_share(self) -> float | None:
        """95th percentile of the distances over the slant range; None where there is none."""
        return _percentile(self.distance_m / self.slant_range_m, 95.0)


def location_residual(views: Iterable[View | None]) -> LocationResidual:
    """Compute the frame centre of each View from its pose alone and compare it.

    The ray through the middle of the picture is brought to the source's own frame-centre
    height, or to the sea where it gives none; position and angles alone make the ray.

    Args:
        views: Views as they were read; None and those that say too little are passed over.
    """
    distances: list[float] = []
    ranges: list[float] = []
    n_views = 0
    for view in views:
        n_views += 1
        one = None if view is None else _distance_and_range_m(view)
        if one is not None:
            distances.append(one[0])
            ranges.append(one[1])
    return LocationResidual(
        distance_m=np.array(distances, dtype=np.float64),
        slant_range_m=np.array(ranges, dtype=np.float64),
        n_views=n_views,
    )


def _distance_and_range_m(view: View) -> tuple[float, float] | None:
    reported = view.reported
    if (
        reported is None
        or reported.frame_center_latitude_deg is None
        or reported.frame_center_longitude_deg is None
    ):
        return None
    centre = locate_points(view, _ANY_CAMERA, np.array([[1.0, 1.0]]), surface=choose_surface(view))
    range_m = float(centre.slant_range_m[0])
    if np.isnan(range_m):
        return None
    distance, _ = distance_and_bearing(
        (float(centre.latitude_deg[0]), float(centre.longitude_deg[0])),
        (reported.frame_center_latitude_deg, reported.frame_center_longitude_deg),
    )
    return float(distance), range_m


def _percentile(values: npt.NDArray[np.float64], percent: float) -> float | None:
    return float(np.percentile(values, percent)) if len(values) else None
