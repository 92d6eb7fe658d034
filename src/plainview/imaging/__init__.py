"""Registration, stabilisation, fields, burned-in overlay."""

from plainview.imaging.compiled import compiled
from plainview.imaging.depth import RangeFollower, RangeSettings
from plainview.imaging.fields import (
    combing_ratio,
    deinterlace_pixels,
    is_combed,
    square_pixels,
)
from plainview.imaging.overlay_settings import OverlaySettings
from plainview.imaging.picture import Picture, PictureMaker
from plainview.imaging.pixel_convention import (
    apply_homography,
    homography_from_opencv,
    level_homography,
    opencv_from_homography,
    points_from_opencv,
    warp_pixels,
)
from plainview.imaging.registration import HomographyRegistrar, RegistrationSettings
from plainview.imaging.stabiliser import StabilisedPixels, Stabiliser, StabiliserSettings
from plainview.imaging.static_overlay import StaticOverlayFinder

__all__ = [
    "HomographyRegistrar",
    "OverlaySettings",
    "Picture",
    "PictureMaker",
    "RangeFollower",
    "RangeSettings",
    "RegistrationSettings",
    "StabilisedPixels",
    "Stabiliser",
    "StabiliserSettings",
    "StaticOverlayFinder",
    "apply_homography",
    "combing_ratio",
    "compiled",
    "deinterlace_pixels",
    "homography_from_opencv",
    "is_combed",
    "level_homography",
    "opencv_from_homography",
    "points_from_opencv",
    "square_pixels",
    "warp_pixels",
]
