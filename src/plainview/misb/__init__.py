"""Bytes to KLV sets and back, sets to View and tracks and back."""

from plainview.misb.image_source import band_from_image_source
from plainview.misb.interpolate_view import InterpolationSettings, interpolate_view
from plainview.misb.location_residual import LocationResidual, location_residual
from plainview.misb.resect_corners import Resection, resect_corners
from plainview.misb.stamps0604 import (
    PictureStamp,
    decode_picture_stamp,
    encode_picture_stamp,
    find_picture_stamp,
)
from plainview.misb.timed_view import TimedView
from plainview.misb.timeline import Timeline
from plainview.misb.view_state import ViewState, ViewStateSettings

__all__ = [
    "InterpolationSettings",
    "LocationResidual",
    "PictureStamp",
    "Resection",
    "TimedView",
    "Timeline",
    "ViewState",
    "ViewStateSettings",
    "band_from_image_source",
    "decode_picture_stamp",
    "encode_picture_stamp",
    "find_picture_stamp",
    "interpolate_view",
    "location_residual",
    "resect_corners",
]
