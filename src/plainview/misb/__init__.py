"""Bytes to KLV sets and back, sets to View and tracks and back."""

from plainview.misb.ber import (
    KlvDecodeError,
    decode_ber_length,
    decode_ber_oid,
    encode_ber_length,
    encode_ber_oid,
)
from plainview.misb.checksum import checksum16
from plainview.misb.columns import MetadataColumns, decode_columns
from plainview.misb.damage import Damage, DamageKind
from plainview.misb.decode import LOCAL_SETS, UNIVERSAL_SETS, decode_packet
from plainview.misb.eg0104 import EG0104
from plainview.misb.encode import amend_set, encode_set
from plainview.misb.framing import KlvFramer, KlvPacket, frame_packet
from plainview.misb.image_source import band_from_image_source
from plainview.misb.imap import imapb_decode, imapb_encode
from plainview.misb.interpolate_view import InterpolationSettings, interpolate_view
from plainview.misb.items import ItemTable
from plainview.misb.local_set_encode import KlvEncodeError
from plainview.misb.location_residual import LocationResidual, location_residual
from plainview.misb.metadata_set import Item, ItemKey, MetadataSet
from plainview.misb.never_set import find_never_set_of_packet
from plainview.misb.plausibility import PlausibilityCheck, SetDecoder
from plainview.misb.resect_corners import Resection, resect_corners
from plainview.misb.st0102 import ST0102
from plainview.misb.st0601 import ST0601
from plainview.misb.st0903 import ST0903
from plainview.misb.st0903_encode import VmtiTarget, encode_vmti
from plainview.misb.st0903_pixels import box_from_pixel_numbers, pixel_numbers_from_box
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
    "EG0104",
    "LOCAL_SETS",
    "ST0102",
    "ST0601",
    "ST0903",
    "UNIVERSAL_SETS",
    "Damage",
    "DamageKind",
    "InterpolationSettings",
    "Item",
    "ItemKey",
    "ItemTable",
    "KlvDecodeError",
    "KlvEncodeError",
    "KlvFramer",
    "KlvPacket",
    "LocationResidual",
    "MetadataColumns",
    "MetadataSet",
    "PictureStamp",
    "PlausibilityCheck",
    "Resection",
    "SetDecoder",
    "TimedView",
    "Timeline",
    "ViewState",
    "ViewStateSettings",
    "VmtiTarget",
    "amend_set",
    "band_from_image_source",
    "box_from_pixel_numbers",
    "checksum16",
    "decode_ber_length",
    "decode_ber_oid",
    "decode_columns",
    "decode_packet",
    "decode_picture_stamp",
    "encode_ber_length",
    "encode_ber_oid",
    "encode_picture_stamp",
    "encode_set",
    "encode_vmti",
    "find_never_set_of_packet",
    "find_picture_stamp",
    "frame_packet",
    "imapb_decode",
    "imapb_encode",
    "interpolate_view",
    "location_residual",
    "pixel_numbers_from_box",
    "resect_corners",
]
