"""VTarget, one target of ST 0903, and the sets inside it."""

from collections.abc import Mapping
from typing import Final

from plainview.misb.ber import encode_ber_oid
from plainview.misb.item_kinds import (
    BytesItem,
    EnumItem,
    ImapItem,
    Nested,
    PackItem,
    TextItem,
    UintItem,
)
from plainview.misb.items import ItemTable, decode_nested_set
from plainview.misb.nested_sets import (
    encode_nested_set,
    series_item,
    set_item,
    set_series_item,
)
from plainview.misb.pack_reader import PackReader
from plainview.misb.st0903_location import (
    decode_location,
    decode_motion,
    encode_location,
    encode_motion,
)
from plainview.misb.st0903_mask import VMASK

__all__ = ["DETECTION_STATUSES", "VTARGET", "decode_target", "encode_target"]

DETECTION_STATUSES: Final = {
    0: "Inactive",
    1: "Active - moving",
    2: "Dropped",
    3: "Active - stopped",
    4: "Active - coasting",
}
"""Of VTarget item 23 (issue 6), and of VTracker item 2 (issues before), which ends at 3."""

VFEATURE: Final = ItemTable(
    standard="ST 0903 VFeature",
    items=(
        TextItem(1, "schema", max_bytes=1 << 16),
        TextItem(2, "schema_feature", max_bytes=1 << 16),
        UintItem(3, "ontology_id"),
        ImapItem(4, "confidence_percent", low=0.0, high=100.0, n_bytes=3, max_bytes=3),
    ),
)
"""Items 1 and 2 are of issue 5, the others of issue 6."""

VOBJECT: Final = ItemTable(
    standard="ST 0903 VObject",
    items=(
        TextItem(1, "ontology"),
        TextItem(2, "ontology_class"),
        UintItem(3, "ontology_id"),
        ImapItem(4, "confidence_percent", low=0.0, high=100.0, n_bytes=3, max_bytes=3),
        set_series_item(5, "feature_series", VFEATURE),
    ),
)
"""Items 1 and 2 are of issue 5."""

VCHIP: Final = ItemTable(
    standard="ST 0903 VChip",
    items=(TextItem(1, "image_type"), TextItem(2, "image_uri"), BytesItem(3, "embedded_image")),
)


def _place(data: bytes) -> Nested:
    return Nested(value=decode_location(data))


VTRACKER: Final = ItemTable(
    standard="ST 0903 VTracker",
    items=(
        BytesItem(1, "track_id"),
        EnumItem(2, "detection_status", names=DETECTION_STATUSES),
        UintItem(3, "first_observation_time_us", n_bytes=8),
        UintItem(4, "latest_observation_time_us", n_bytes=8),
        series_item(5, "track_boundary_series", decode_one=_place, encode_one=encode_location),
        TextItem(6, "algorithm"),
        UintItem(7, "confidence_percent", n_bytes=1, high=100),
        UintItem(8, "n_track_points", max_bytes=2),
        series_item(9, "track_history_series", decode_one=_place, encode_one=encode_location),
        PackItem(10, "velocity_m_s", decode_pack=decode_motion, encode_pack=encode_motion),
        PackItem(11, "acceleration_m_s2", decode_pack=decode_motion, encode_pack=encode_motion),
        UintItem(12, "algorithm_id"),
    ),
)
"""Items 2, 6 and 8 are of issues before 6."""


def _decode_fpa_index(data: bytes) -> dict[str, int]:
    reader = PackReader(data)
    index = {"row": reader.uint(1), "column": reader.uint(1)}
    reader.end()
    return index


def _encode_fpa_index(value: object) -> bytes:
    if not isinstance(value, Mapping):
        raise ValueError(f"an FPA index is a row and a column, not {value!r}")  # noqa: TRY004
    return bytes([value["row"], value["column"]])


def _offset(number: int, name: str) -> ImapItem:
    return ImapItem(number, name, low=-19.2, high=19.2, n_bytes=3, max_bytes=3)


VTARGET: Final = ItemTable(
    standard="ST 0903 VTarget",
    items=(
        UintItem(1, "centroid_pixel_number"),
        UintItem(2, "box_top_left_pixel_number"),
        UintItem(3, "box_bottom_right_pixel_number"),
        UintItem(4, "priority", n_bytes=1),
        UintItem(5, "confidence_percent", n_bytes=1, high=100),
        UintItem(6, "history_frames", max_bytes=2),
        UintItem(7, "target_pixels_percent", n_bytes=1, high=100),
        UintItem(8, "color_rgb", n_bytes=3),
        UintItem(9, "intensity", max_bytes=3),
        _offset(10, "latitude_offset_deg"),
        _offset(11, "longitude_offset_deg"),
        ImapItem(12, "height_hae_m", low=-900.0, high=19_000.0, n_bytes=2, max_bytes=2),
        _offset(13, "box_top_left_latitude_offset_deg"),
        _offset(14, "box_top_left_longitude_offset_deg"),
        _offset(15, "box_bottom_right_latitude_offset_deg"),
        _offset(16, "box_bottom_right_longitude_offset_deg"),
        PackItem(17, "location", decode_pack=decode_location, encode_pack=encode_location),
        series_item(18, "boundary_series", decode_one=_place, encode_one=encode_location),
        UintItem(19, "centroid_row", max_bytes=4),
        UintItem(20, "centroid_column", max_bytes=4),
        PackItem(21, "fpa_index", decode_pack=_decode_fpa_index, encode_pack=_encode_fpa_index),
        UintItem(22, "algorithm_id"),
        EnumItem(23, "detection_status", names=DETECTION_STATUSES),
        set_item(101, "vmask", VMASK),
        set_item(102, "vobject", VOBJECT),
        set_item(103, "vfeature", VFEATURE),
        set_item(104, "vtracker", VTRACKER),
        set_item(105, "vchip", VCHIP),
        set_series_item(106, "vchip_series", VCHIP),
        set_series_item(107, "vobject_series", VOBJECT),
    ),
)
"""Offsets (items 10 to 16) are from the frame centre of the ST 0601 set around; items 21, 102
and 103 are of issues before 6, item 23 of issue 6. Rows and columns count from 1."""


def decode_target(data: bytes) -> Nested:
    """Decode one VTarget pack to a mapping: ``target_id``, and its items by tag."""
    reader = PackReader(data)
    target_id = reader.oid()
    nested = decode_nested_set(reader.rest(), VTARGET)
    assert isinstance(nested.value, dict)
    return Nested(value={"target_id": target_id, **nested.value}, damage=nested.damage)


def encode_target(value: object) -> bytes:
    """Encode a mapping as `decode_target` gives it."""
    if not isinstance(value, Mapping):
        raise ValueError(f"a target is a mapping, not {value!r}")  # noqa: TRY004
    items = {tag: item for tag, item in value.items() if tag != "target_id"}
    return encode_ber_oid(value["target_id"]) + encode_nested_set(items, VTARGET)
