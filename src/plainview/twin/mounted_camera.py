"""A camera in its turret at one focal length: its picture, and where it looks beside the axis."""

import math
from dataclasses import dataclass
from typing import Self

from plainview.errors import InputError
from plainview.model import Camera
from plainview.sensing import CameraSpec

__all__ = ["MountedCamera"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MountedCamera:
    """A camera as motion sees it.

    Args:
        camera: Its picture.
        horizontal_fov_deg: Full angle across the picture; vertical likewise.
        bore_sight_right_rad: Where its axis points from the turret's, right in the picture; down
            likewise. The metadata do not know of it.
    """

    camera: Camera
    horizontal_fov_deg: float
    vertical_fov_deg: float
    bore_sight_right_rad: float = 0.0
    bore_sight_down_rad: float = 0.0

    def __post_init__(self) -> None:
        for name in ("horizontal_fov_deg", "vertical_fov_deg"):
            _check(name, getattr(self, name), low=1e-3, high=179.0)
        for name in ("bore_sight_right_rad", "bore_sight_down_rad"):
            _check(name, getattr(self, name), low=-0.1, high=0.1)

    @classmethod
    def of(cls, spec: CameraSpec, focal_length_mm: float, *, distance_m: float = math.inf) -> Self:
        """Return a camera of a catalogue at a focal length, its lens focused at a distance.

        Raises:
            InputError: The lens does not take this focal length.
        """
        right_rad, down_rad = spec.bore_sight_rad(focal_length_mm, distance_m=distance_m)
        return cls(
            camera=spec.camera(focal_length_mm),
            horizontal_fov_deg=spec.horizontal_fov_deg(focal_length_mm),
            vertical_fov_deg=spec.vertical_fov_deg(focal_length_mm),
            bore_sight_right_rad=right_rad,
            bore_sight_down_rad=down_rad,
        )


def _check(name: str, value: float, *, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise InputError(
            where=f"camera, {name}",
            what=f"is {value!r}, not a number from {low:g} to {high:g}.",
            mend=f"Give {name} within that range.",
        )
