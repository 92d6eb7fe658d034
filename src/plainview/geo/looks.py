"""Looks: pixels of known or unknown things, with the Views they were seen from, as arrays."""

from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np

from plainview.geo.camera_rays import (
    ecef_from_camera,
    focal_lengths_px,
    principal_point_px,
    sensor_position_ecef_m,
)
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import NED_FROM_ENU, ecef_from_enu
from plainview.geo.lens import distort_points
from plainview.geo.pose_bias import (
    BIAS_NAMES,
    N_TURNS,
    rotations_about,
    turn_axes,
    turned_by_biases,
)
from plainview.geo.refraction import apparent_directions
from plainview.model import Camera, PoseBasis, Sigma, View, ViewSigma

__all__ = ["BiasGeometry", "Looks", "Things", "bias_sigmas"]

_POSE: Final = slice(0, N_TURNS)
_FOCAL, _LAG, _EAST = (BIAS_NAMES.index(name) for name in ("focal_length_ratio", "lag_s", "east_m"))
_PLACE: Final = slice(_EAST, _EAST + 3)

_RELATIVE_PARTS: Final = (
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "relative_azimuth_deg",
    "relative_elevation_deg",
    "relative_roll_deg",
)
_CAMERA_PARTS: Final = (
    "camera_heading_deg",
    None,
    None,
    None,
    "camera_elevation_deg",
    "camera_roll_deg",
)
_OTHER_PARTS: Final = (
    "field_of_view_ratio",
    "time_s",
    "position_horizontal_m",
    "position_north_m",
    "position_vertical_m",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """Where things were seen; n rows, one a pixel.

    Args:
        views: (n,) as reported, each locatable; rows of one frame share its View.
        points_px: (n, 2) x, y from the outer corner of the top-left pixel.
        point_sigma_px: (n, 2) 1-sigma of them.
        thing: (n,) which of the `Things` is seen.
        frame: (n,) which frame it is seen in: the own errors of a View are the same there.
        time_s: (n,) since any one instant, for things that drift.
        moved_enu_m: (n, 3) how far the thing is known to have moved since its place was.
    """

    views: tuple[View, ...]
    points_px: Array
    point_sigma_px: Array
    thing: np.ndarray
    frame: np.ndarray
    time_s: Array
    moved_enu_m: Array

    def __len__(self) -> int:
        return len(self.views)

    @classmethod
    def of_still(
        cls,
        views: tuple[View, ...],
        points_px: Array,
        *,
        point_sigma_px: float,
        thing: np.ndarray | None = None,
    ) -> Self:
        """Return looks at things at rest, each row a frame of its own."""
        n_rows = len(views)
        return cls(
            views=views,
            points_px=np.asarray(points_px, np.float64).reshape(-1, 2),
            point_sigma_px=np.full((n_rows, 2), point_sigma_px),
            thing=np.zeros(n_rows, np.int64) if thing is None else thing,
            frame=np.arange(n_rows),
            time_s=np.zeros(n_rows),
            moved_enu_m=np.zeros((n_rows, 3)),
        )

    def select(self, rows: np.ndarray) -> "Looks":
        """Return some rows, by their numbers or a mask."""
        numbers = np.arange(len(self))[rows]
        return Looks(
            views=tuple(self.views[row] for row in numbers.tolist()),
            points_px=self.points_px[numbers],
            point_sigma_px=self.point_sigma_px[numbers],
            thing=self.thing[numbers],
            frame=self.frame[numbers],
            time_s=self.time_s[numbers],
            moved_enu_m=self.moved_enu_m[numbers],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Things:
    """What is looked at, and what is known of where it is beforehand; m rows.

    A surveyed point has a small covariance; a thing on the sea a small one upward and a very
    large one along; a piece of coast a large one along its line only.

    Args:
        latitude_deg: (m,) WGS84; longitude likewise.
        height_hae_m: (m,) above the ellipsoid.
        cov_enu_m2: (m, 3, 3) of that place.
        drift_sigma_m_s: (m,) 1-sigma of an unknown steady motion, for each of east and
            north; 0 for what is at rest.
    """

    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    cov_enu_m2: Array
    drift_sigma_m_s: Array

    def __len__(self) -> int:
        return len(self.latitude_deg)


def bias_sigmas(view: View, sigma: ViewSigma, part: str) -> Array:
    """Return the 1-sigma of each bias (b,) that a View's sigma states.

    Args:
        view: For its pose basis.
        sigma: The 1-sigma of its parts.
        part: ``shared`` for the biases themselves, ``own`` for what is new in each frame.
    """
    angles = _RELATIVE_PARTS if view.pose_basis is PoseBasis.RELATIVE else _CAMERA_PARTS
    return np.array([_sigma(sigma, name, part) for name in (*angles, *_OTHER_PARTS)])


def _sigma(sigma: ViewSigma, name: str | None, part: str) -> float:
    both: Sigma | None = None if name is None else getattr(sigma, name)
    if name == "position_north_m" and both is None:
        both = sigma.position_horizontal_m
    return 0.0 if both is None else float(getattr(both, part))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BiasGeometry:
    """What looks need of their Views to say where a thing would be seen, n rows.

    Args:
        camera: Principal point and distortion.
        origin_ecef_m: (n, 3) where the camera is, as reported.
        ecef_from_camera: (n, 3, 3) its pose, as reported.
        ecef_from_enu: (n, 3, 3) there.
        axes_ecef: (n, 6, 3) about which the angle biases turn it.
        turn_ecef_rad_s: (n, 3) how it turns; velocity_ecef_m_s how it moves.
        focal_px: (n, 2) as the reported fields of view give.
        moved_ecef_m: (n, 3) how far the thing has moved.
    """

    camera: Camera
    origin_ecef_m: Array
    ecef_from_camera: Array
    ecef_from_enu: Array
    axes_ecef: Array
    turn_ecef_rad_s: Array
    velocity_ecef_m_s: Array
    focal_px: Array
    moved_ecef_m: Array

    @classmethod
    def of(cls, looks: Looks, camera: Camera) -> Self:
        """Take from each View what the geometry needs."""
        views = looks.views
        places = np.array([(view.latitude_deg, view.longitude_deg) for view in views], np.float64)
        enu = ecef_from_enu(places[:, 0], places[:, 1])
        ned = enu @ NED_FROM_ENU.T
        axes = np.array([turn_axes(view) for view in views])
        velocity = np.array([view.velocity_enu_m_s or (0.0, 0.0, 0.0) for view in views])
        return cls(
            camera=camera,
            origin_ecef_m=np.array([sensor_position_ecef_m(view) for view in views]),
            ecef_from_camera=np.array([ecef_from_camera(view) for view in views]),
            ecef_from_enu=enu,
            axes_ecef=np.einsum("nij,nkj->nki", ned, axes),
            turn_ecef_rad_s=np.einsum("nij,nj->ni", ned, np.array([_turn(v) for v in views])),
            velocity_ecef_m_s=np.einsum("nij,nj->ni", enu, velocity),
            focal_px=np.array([_focal_px(view, camera) for view in views]),
            moved_ecef_m=np.einsum("nij,nj->ni", enu, looks.moved_enu_m),
        )

    def tiled(self, n_times: int) -> Self:
        """Return the same rows n times, one block after the other."""
        arrays: dict[str, Any] = {
            entry.name: np.concatenate([getattr(self, entry.name)] * n_times)
            for entry in fields(self)
            if entry.name != "camera"
        }
        return replace(self, **arrays)

    def seen_px(self, biases: Array, places_ecef_m: Array, *, refraction: Array) -> Array:
        """Return where things would be seen (n, 2) if the source had these biases.

        Args:
            biases: (n, b) in the order of `BIAS_NAMES`.
            places_ecef_m: (n, 3) of the thing of each row, before it moved.
            refraction: (n, 1), the coefficient k.
        """
        lag_s = biases[:, _LAG]
        off = np.einsum("nij,nj->ni", self.ecef_from_enu, biases[:, _PLACE])
        origin = self.origin_ecef_m - off + lag_s[:, np.newaxis] * self.velocity_ecef_m_s
        pose = turned_by_biases(self.ecef_from_camera, self.axes_ecef, biases[:, _POSE])
        pose = self._turned_on(lag_s) @ pose
        targets = places_ecef_m + self.moved_ecef_m
        seen = apparent_directions(origin, targets, refraction=refraction)  # type: ignore[arg-type]
        ray = np.einsum("nji,nj->ni", pose, seen)
        depth = np.where(ray[:, 2] > 0.0, ray[:, 2], np.nan)
        plane = distort_points(ray[:, :2] / depth[:, np.newaxis], self.camera.distortion)
        focal_px = biases[:, _FOCAL, np.newaxis] * self.focal_px
        points: Array = plane * focal_px + principal_point_px(self.camera)
        return points

    def _turned_on(self, lag_s: Array) -> Array:
        """Return how each camera turned on (n, 3, 3) while its metadata was on its way."""
        rate = np.linalg.norm(self.turn_ecef_rad_s, axis=-1)
        axis = self.turn_ecef_rad_s / np.where(rate > 0.0, rate, 1.0)[:, np.newaxis]
        return rotations_about(axis, lag_s * rate)


def _turn(view: View) -> Array:
    """Return how the line of sight turns (3,), north-east-down, radians a second; 0 unknown."""
    heading = np.radians(view.camera_heading_deg or 0.0)
    tilt = np.radians(view.camera_elevation_rate_deg_s or 0.0)
    swing = np.radians(view.camera_heading_rate_deg_s or 0.0)
    return np.array([-np.sin(heading) * tilt, np.cos(heading) * tilt, swing])


def _focal_px(view: View, camera: Camera) -> tuple[float, float]:
    return focal_lengths_px(
        camera,
        horizontal_fov_deg=view.horizontal_fov_deg or 0.0,
        vertical_fov_deg=view.vertical_fov_deg or 0.0,
    )
