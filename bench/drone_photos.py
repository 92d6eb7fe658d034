"""A publisher's places from pictures of a drone, surveyed points beside them: what was measured.

`bench/data` holds every fifth of the 441 places that Theta computed from pictures of a Skydio X2
in July 2024, and the points that were surveyed there. Each place comes with the camera's and
with the depression and length of the ray, so that the looks can be drawn again, the rays can be
brought to the ground by plainview, and the errors be held against its ellipse. The rays' bearing
is that of the place from the camera. Their heights are 57 m above the surveyed ones at every
place and every camera, so that only differences of height are used.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from bench.covariance import is_inside
from plainview.geo import (
    HeightSurface,
    Refraction,
    ecef_from_enu,
    ecef_from_geodetic,
    locate_points,
)
from plainview.model import Camera, PoseBasis, View, ViewSigma, ce90_from_covariance

__all__ = ["Look", "measured", "read_looks", "read_surveyed"]

Array = npt.NDArray[np.float64]

DATA: Final = Path(__file__).with_name("data")
CAMERA: Final = Camera(name="photo", width_px=4056, height_px=3040)
"""Of the pictures; that of the field of view is as their focal length in pixels says."""
FOCAL_PX: Final = 4826.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One place and the look that it was computed from; heights above one level (metres)."""

    latitude_deg: float
    longitude_deg: float
    height_m: float
    camera_latitude_deg: float
    camera_longitude_deg: float
    camera_height_m: float
    ray_depression_deg: float
    slant_range_m: float

    @classmethod
    def of(cls, row: Array) -> Self:
        """Return the look of a row of the table, in the order of its columns."""
        return cls(**dict(zip(cls.__slots__, (float(each) for each in row), strict=True)))

    @property
    def bearing_deg(self) -> float:
        """Of the place at the camera."""
        east_m, north_m = _offset_m(
            (self.camera_latitude_deg, self.camera_longitude_deg),
            np.array([self.latitude_deg, self.longitude_deg]),
        )
        return math.degrees(math.atan2(east_m, north_m)) % 360.0

    def view(self, sigma: ViewSigma) -> View:
        """Return the pose of a camera that looks along the ray."""
        return View(
            latitude_deg=self.camera_latitude_deg,
            longitude_deg=self.camera_longitude_deg,
            height_hae_m=self.camera_height_m,
            camera_heading_deg=self.bearing_deg,
            camera_elevation_deg=-self.ray_depression_deg,
            camera_roll_deg=0.0,
            horizontal_fov_deg=math.degrees(2.0 * math.atan(0.5 * CAMERA.width_px / FOCAL_PX)),
            vertical_fov_deg=math.degrees(2.0 * math.atan(0.5 * CAMERA.height_px / FOCAL_PX)),
            pose_basis=PoseBasis.ABSOLUTE,
            sigma=sigma,
        )


def _table(name: str) -> Array:
    """Return a table of numbers (n, columns) below its comments and its line of names."""
    lines = (DATA / name).read_text().splitlines()
    rows = [line for line in lines if not line.startswith("#")][1:]
    return np.array([[float(part) for part in row.split(",")] for row in rows])


def read_looks() -> list[Look]:
    """Return the looks, as their publisher orders them."""
    return [Look.of(row) for row in _table("drone_photos.csv")]


def read_surveyed() -> Array:
    """Return latitude, longitude (degrees) and height (m) of each surveyed point, (n, 3)."""
    return _table("surveyed_points.csv")


def _offset_m(origin_deg: tuple[float, float], place_deg: Array) -> Array:
    """Return how far east and north places (..., 2) lie of an origin, (..., 2), on a level."""
    latitude, longitude = origin_deg
    start = ecef_from_geodetic(latitude, longitude, 0.0)
    ends = ecef_from_geodetic(place_deg[..., 0], place_deg[..., 1], 0.0)
    enu = (np.asarray(ends) - np.asarray(start)) @ ecef_from_enu(latitude, longitude)
    return np.asarray(enu[..., :2], np.float64)


def errors_m(looks: list[Look]) -> Array:
    """Return each place's miss, east and north of the surveyed point nearest to it, (n, 2).

    The nearest to the place is what the publisher compares with. Places of one picture miss by up
    to 20 m more than each other, which no error of its pose explains, so some are of other things
    than the nearest point; the others' misses cannot be told from those.
    """
    surveyed = read_surveyed()
    misses = []
    for look in looks:
        away = _offset_m((look.latitude_deg, look.longitude_deg), surveyed[:, :2])
        misses.append(-away[np.argmin(np.hypot(*away.T))])
    return np.array(misses)


def measured(looks: list[Look], sigma: ViewSigma, ground_sigma_m: float) -> dict[str, Any]:
    """Return what was measured: errors, our places of the same rays, and our ellipses."""
    missed = errors_m(looks)
    error = np.hypot(*missed.T)
    apart_m, inside_90, inside_95, ce90_m = [], [], [], []
    for look, miss in zip(looks, missed, strict=True):
        found = locate_points(
            look.view(sigma),
            CAMERA,
            [[0.5 * CAMERA.width_px, 0.5 * CAMERA.height_px]],
            surface=HeightSurface(height_hae_m=look.height_m, sigma_m=ground_sigma_m),
            refraction=Refraction(),
        )
        ours = np.stack([found.latitude_deg, found.longitude_deg], axis=-1)[0]
        off = _offset_m((look.latitude_deg, look.longitude_deg), ours)
        apart_m.append(float(np.hypot(*off)))
        inside_95.append(is_inside(miss, found.cov_enu_m2[0]))
        inside_90.append(is_inside(miss, found.cov_enu_m2[0] * _RATIO_OF_90))
        ce90_m.append(float(ce90_from_covariance(found.cov_enu_m2)[0]))
    return {
        "n": len(looks),
        "mean_m": round(float(error.mean()), 2),
        "p90_m": round(float(np.percentile(error, 90)), 2),
        "ours_from_theirs_m_most": round(max(apart_m), 2),
        "inside_90_ellipse": round(float(np.mean(inside_90)), 3),
        "inside_95_ellipse": round(float(np.mean(inside_95)), 3),
        "ce90_m_median": round(float(np.median(ce90_m)), 1),
    }


_RATIO_OF_90: Final = math.log(0.1) / math.log(0.05)
"""Of the 90 % ellipse's squared axes to those of the 95 % ellipse, in two dimensions."""
