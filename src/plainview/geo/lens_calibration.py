"""A lens as it was calibrated: principal point, distortion, focal length, of one picture size."""

import math
from dataclasses import dataclass, replace

from plainview.model import Camera, Distortion, View

__all__ = ["LensCalibration", "view_with_fields"]

_MOST_ROUNDING_PX = 1.0
"""By how much a scaled picture's height may be rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LensCalibration:
    """What is known of a camera's lens.

    Args:
        width_px: Of the picture that it was made for; height likewise.
        principal_point_px: x, y of the optical axis, from the outer corner of the top-left
            pixel; None means the middle.
        distortion: None means that none is known.
        focal_length_px: Of the calibrated zoom; None where it is not known.
        date: When it was measured, as ISO 8601; None where that is not said.
    """

    width_px: int
    height_px: int
    principal_point_px: tuple[float, float] | None = None
    distortion: Distortion | None = None
    focal_length_px: float | None = None
    date: str | None = None

    def fits(self, width_px: int, height_px: int) -> bool:
        """Say whether a picture has the same shape, up to the rounding of a row."""
        scaled_px = self.height_px * width_px / self.width_px
        return abs(scaled_px - height_px) <= _MOST_ROUNDING_PX

    def camera(self, camera: Camera) -> Camera:
        """Return a camera with this lens, scaled to its picture; without any where it differs."""
        if not self.fits(camera.width_px, camera.height_px):
            return replace(camera, principal_point_px=None, distortion=None)
        point = self.principal_point_px
        scales = (camera.width_px / self.width_px, camera.height_px / self.height_px)
        return replace(
            camera,
            principal_point_px=None
            if point is None
            else (point[0] * scales[0], point[1] * scales[1]),
            distortion=self.distortion,
        )

    @property
    def fields_of_view_deg(self) -> tuple[float, float] | None:
        """Full angles across and down the picture that the focal length gives; None without one.

        Between the outer edges, without distortion, as those of a View are.
        """
        focal_px = self.focal_length_px
        if focal_px is None:
            return None
        x, y = self.principal_point_px or (0.5 * self.width_px, 0.5 * self.height_px)
        return (
            _field_deg(x, self.width_px - x, focal_px=focal_px),
            _field_deg(y, self.height_px - y, focal_px=focal_px),
        )


def _field_deg(before_px: float, after_px: float, *, focal_px: float) -> float:
    return math.degrees(math.atan2(before_px, focal_px) + math.atan2(after_px, focal_px))


def view_with_fields(view: View, lens: LensCalibration | None) -> View:
    """Return a View with the lens's fields of view where its source gave none at all."""
    fields_deg = None if lens is None else lens.fields_of_view_deg
    is_said = view.horizontal_fov_deg is not None or view.vertical_fov_deg is not None
    if fields_deg is None or is_said:
        return view
    return replace(view, horizontal_fov_deg=fields_deg[0], vertical_fov_deg=fields_deg[1])
