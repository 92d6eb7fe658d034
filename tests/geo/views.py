"""Views and cameras that the tests of geometry share."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    body_from_camera,
    camera_angles_from_rotation,
    ned_from_body,
)
from plainview.model import Camera, PoseBasis, Sigma, View, ViewSigma

__all__ = ["HD", "drawn_view", "make_relative_view", "make_view", "n_parts"]

HD = Camera(name="camera-1", width_px=1280, height_px=720)


def make_view(**changes: object) -> View:
    """Return a View at 1,500 m over the sea that looks 15 degrees down, with some changed."""
    view = View(
        latitude_deg=58.3,
        longitude_deg=5.1,
        height_hae_m=1500.0,
        camera_heading_deg=130.0,
        camera_elevation_deg=-15.0,
        camera_roll_deg=4.0,
        horizontal_fov_deg=8.0,
        vertical_fov_deg=4.5,
        pose_basis=PoseBasis.ABSOLUTE,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def make_relative_view(**changes: float) -> View:
    """Return a View whose line of sight comes from gimbal angles on a platform's attitude."""
    parts = {
        "platform_heading_deg": 200.0,
        "platform_pitch_deg": 4.0,
        "platform_roll_deg": -12.0,
        "sensor_relative_azimuth_deg": -70.0,
        "sensor_relative_elevation_deg": -14.0,
        "sensor_relative_roll_deg": 2.0,
    }
    others = {name: value for name, value in changes.items() if name not in parts}
    parts |= {name: value for name, value in changes.items() if name in parts}
    platform = ned_from_body(
        heading_rad=np.radians(parts["platform_heading_deg"]),
        pitch_rad=np.radians(parts["platform_pitch_deg"]),
        roll_rad=np.radians(parts["platform_roll_deg"]),
    )
    gimbal = body_from_camera(
        azimuth_rad=np.radians(parts["sensor_relative_azimuth_deg"]),
        elevation_rad=np.radians(parts["sensor_relative_elevation_deg"]),
        roll_rad=np.radians(parts["sensor_relative_roll_deg"]),
    )
    heading, elevation, roll = camera_angles_from_rotation(platform @ gimbal)
    return make_view(
        pose_basis=PoseBasis.RELATIVE,
        camera_heading_deg=float(np.degrees(heading)),
        camera_elevation_deg=float(np.degrees(elevation)),
        camera_roll_deg=float(np.degrees(roll)),
        **parts,
        **others,
    )


def n_parts(sigma: ViewSigma) -> dict[str, Sigma]:
    """Return the parts of a sigma that are used, by name."""
    named = {name: getattr(sigma, name) for name in sigma.__dataclass_fields__}
    return {name: part for name, part in named.items() if isinstance(part, Sigma)}


def drawn_view(rng: np.random.Generator) -> View:
    """Return a View from anywhere, looking anywhere that can show ground."""
    return make_view(
        latitude_deg=float(np.degrees(np.arcsin(rng.uniform(-0.9999, 0.9999)))),
        longitude_deg=float(rng.uniform(-180.0, 180.0)),
        height_hae_m=float(np.exp(rng.uniform(np.log(150.0), np.log(15_000.0)))),
        camera_heading_deg=float(rng.uniform(0.0, 360.0)),
        camera_elevation_deg=float(-90.0 * rng.beta(0.7, 2.0)),
        camera_roll_deg=float(rng.uniform(-180.0, 180.0)),
        horizontal_fov_deg=float(np.exp(rng.uniform(np.log(0.3), np.log(70.0)))),
        vertical_fov_deg=float(np.exp(rng.uniform(np.log(0.3), np.log(50.0)))),
    )


def points_in(camera: Camera, rng: np.random.Generator, n: int) -> npt.NDArray[np.float64]:
    """Return n pixels of a picture."""
    return rng.uniform(0.0, [camera.width_px, camera.height_px], (n, 2))
