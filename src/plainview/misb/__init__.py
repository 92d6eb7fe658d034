"""Bytes to KLV sets and back, sets to View and tracks and back."""

from plainview.misb.angle_convention import (
    KNOWN_CONVENTIONS,
    UNDECIDED,
    AngleConvention,
    AngleReference,
    Conventions,
    FieldReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
    convention_of_set,
)
from plainview.misb.ber import (
    KlvDecodeError,
    decode_ber_length,
    decode_ber_oid,
    encode_ber_length,
    encode_ber_oid,
)
from plainview.misb.checksum import checksum16
from plainview.misb.columns import MetadataColumns, decode_columns
from plainview.misb.columns_encode import amend_columns, encode_columns
from plainview.misb.convention_choice import choose_convention
from plainview.misb.convention_hypotheses import FixedReading
from plainview.misb.convention_verdict import (
    ConventionDefect,
    ConventionVerdict,
    EvidenceRow,
    HypothesisScore,
)
from plainview.misb.damage import Damage, DamageKind, DamagePolicy
from plainview.misb.decode import LOCAL_SETS, UNIVERSAL_SETS, decode_packet
from plainview.misb.eg0104 import EG0104
from plainview.misb.encode import amend_set, encode_set
from plainview.misb.framing import KlvFramer, KlvPacket, frame_packet
from plainview.misb.image_source import band_from_image_source
from plainview.misb.imap import imapb_decode, imapb_encode
from plainview.misb.interpolate_view import InterpolationSettings, interpolate_view
from plainview.misb.items import ItemTable
from plainview.misb.items_by_convention import camera_angles_under, items_by_convention
from plainview.misb.lazy_set import LazyReader, LazySet
from plainview.misb.local_set_encode import KlvEncodeError
from plainview.misb.location_residual import LocationResidual, location_residual
from plainview.misb.metadata_set import Item, ItemKey, MetadataSet
from plainview.misb.never_set import find_never_set_of_packet
from plainview.misb.plausibility import PlausibilityCheck, SetDecoder
from plainview.misb.resect_corners import Resection, resect_corners
from plainview.misb.seen_motion import ImageMotion
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
from plainview.misb.view_items import ViewItems
from plainview.misb.view_items_reader import ViewItemsReader
from plainview.misb.view_state import ViewState, ViewStateSettings

__all__ = [
    "EG0104",
    "KNOWN_CONVENTIONS",
    "LOCAL_SETS",
    "ST0102",
    "ST0601",
    "ST0903",
    "UNDECIDED",
    "UNIVERSAL_SETS",
    "AngleConvention",
    "AngleReference",
    "ConventionDefect",
    "ConventionVerdict",
    "Conventions",
    "Damage",
    "DamageKind",
    "DamagePolicy",
    "EvidenceRow",
    "FieldReading",
    "FixedReading",
    "HeightReading",
    "HypothesisScore",
    "ImageMotion",
    "InterpolationSettings",
    "Item",
    "ItemKey",
    "ItemTable",
    "KlvDecodeError",
    "KlvEncodeError",
    "KlvFramer",
    "KlvPacket",
    "LazyReader",
    "LazySet",
    "LocationResidual",
    "MetadataColumns",
    "MetadataSet",
    "North",
    "OddLengthReading",
    "PictureStamp",
    "PlausibilityCheck",
    "RangeReading",
    "Resection",
    "SetDecoder",
    "TimedView",
    "Timeline",
    "ViewItems",
    "ViewItemsReader",
    "ViewState",
    "ViewStateSettings",
    "VmtiTarget",
    "amend_columns",
    "amend_set",
    "band_from_image_source",
    "box_from_pixel_numbers",
    "camera_angles_under",
    "checksum16",
    "choose_convention",
    "convention_of_set",
    "decode_ber_length",
    "decode_ber_oid",
    "decode_columns",
    "decode_packet",
    "decode_picture_stamp",
    "encode_ber_length",
    "encode_ber_oid",
    "encode_columns",
    "encode_picture_stamp",
    "encode_set",
    "encode_vmti",
    "find_never_set_of_packet",
    "find_picture_stamp",
    "frame_packet",
    "imapb_decode",
    "imapb_encode",
    "interpolate_view",
    "items_by_convention",
    "location_residual",
    "pixel_numbers_from_box",
    "resect_corners",
]
