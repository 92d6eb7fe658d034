"""A turret or a platform as plain values, with what follows from its numbers."""

from dataclasses import asdict
from typing import Any

from plainview.sensing.camera_spec import CameraSpec
from plainview.sensing.platform_spec import PlatformSpec
from plainview.sensing.turret_spec import TurretSpec

__all__ = ["describe_platform", "describe_turret"]


def describe_turret(turret: TurretSpec) -> dict[str, Any]:
    """Return a turret as tables, lists, numbers and texts, the fields as its file has them.

    Each focal length has besides, under ``derived``, its fields of view, the angle of a pixel,
    the aperture, and for a thermal camera the NETD behind its lens.
    """
    values = asdict(turret)
    for camera, described in zip(turret.cameras, values["cameras"], strict=True):
        described["derived"] = [_at_step(camera, mm) for mm in camera.focal_lengths_mm]
    return values


def describe_platform(platform: PlatformSpec) -> dict[str, Any]:
    """Return a platform as tables, lists, numbers and texts, the fields as its file has them."""
    return asdict(platform)


def _at_step(camera: CameraSpec, focal_length_mm: float) -> dict[str, Any]:
    return {
        "focal_length_mm": focal_length_mm,
        "horizontal_fov_deg": camera.horizontal_fov_deg(focal_length_mm),
        "vertical_fov_deg": camera.vertical_fov_deg(focal_length_mm),
        "ifov_rad": camera.ifov_rad(focal_length_mm),
        "aperture_mm": camera.step(focal_length_mm).aperture_mm,
        "netd_k": camera.netd_k(focal_length_mm),
    }
