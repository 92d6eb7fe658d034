"""A camera: one sensor of a turret, with the constants of its picture."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Band", "Camera", "Distortion"]


class Band(StrEnum):
    """The part of the spectrum that a camera sees."""

    EO = "EO"
    LOW_LIGHT = "LOW_LIGHT"
    NIR = "NIR"
    SWIR = "SWIR"
    MWIR = "MWIR"
    LWIR = "LWIR"
    IR = "IR"
    """Infrared, the source does not say which part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distortion:
    """Brown-Conrady lens distortion in normalised camera coordinates.

    Args:
        radial: k1, k2, k3 (dimensionless).
        tangential: p1, p2 (dimensionless).

    Source:
        D. C. Brown, "Close-range camera calibration", 1971; the same order of
        terms as OpenCV's five-parameter model.
    """

    radial: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tangential: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One camera of a mission.

    Args:
        name: Names the camera in every table and file, such as ``camera-1``.
        width_px: Columns of a recorded picture.
        height_px: Rows of a recorded picture.
        band: What it sees; None where the source does not say.
        principal_point_px: x, y of the optical axis; None means the middle.
        distortion: Lens distortion; None means that none is known.
        pixel_aspect_ratio: Width of a pixel over its height as displayed.
    """

    name: str
    width_px: int
    height_px: int
    band: Band | None = None
    principal_point_px: tuple[float, float] | None = None
    distortion: Distortion | None = None
    pixel_aspect_ratio: float = 1.0
