"""ST 0806, the remote video terminal local set: points and areas of interest, MGRS places."""

from collections.abc import Mapping
from typing import Final

from plainview.misb.item_kinds import (
    BytesItem,
    EnumItem,
    LinearItem,
    NestedItem,
    PackItem,
    TextItem,
    UintItem,
)
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import set_item
from plainview.misb.pack_reader import PackReader

__all__ = ["RVT_ITEM", "ST0806"]

INTEREST_TYPES: Final = {1: "Friendly", 2: "Hostile", 3: "Target", 4: "Unknown"}
"""What the sender takes a point or area for."""


def _decode_data_type(data: bytes) -> dict[str, int]:
    reader = PackReader(data)
    octet = reader.uint(1)
    reader.end()
    return {"type": octet >> 6, "id": octet & 0x3F}


def _encode_data_type(value: object) -> bytes:
    if not isinstance(value, Mapping):
        raise ValueError(f"a data type has a type and an id, not {value!r}")  # noqa: TRY004
    return bytes([value["type"] << 6 | value["id"]])


def _latitude(number: int, name: str) -> LinearItem:
    return LinearItem(number, name, n_bytes=4, low=-90.0, high=90.0)


def _longitude(number: int, name: str) -> LinearItem:
    return LinearItem(number, name, n_bytes=4, low=-180.0, high=180.0)


USER_DEFINED: Final = ItemTable(
    standard="ST 0806 User Defined",
    items=(
        PackItem(1, "data_type", decode_pack=_decode_data_type, encode_pack=_encode_data_type),
        BytesItem(2, "user_data"),
    ),
)
"""The data's type: 0 text, 1 signed, 2 unsigned, 3 experimental."""

POINT: Final = ItemTable(
    standard="ST 0806 Point of Interest",
    items=(
        UintItem(1, "point_number", n_bytes=2),
        _latitude(2, "latitude_deg"),
        _longitude(3, "longitude_deg"),
        LinearItem(4, "altitude_msl_m", n_bytes=2, low=-900.0, high=19_000.0),
        EnumItem(5, "type", names=INTEREST_TYPES),
        TextItem(6, "text", max_bytes=2048),
        TextItem(7, "source_icon"),
        TextItem(8, "source_id", max_bytes=255),
        TextItem(9, "label", max_bytes=16),
        TextItem(10, "operation_id"),
    ),
)

AREA: Final = ItemTable(
    standard="ST 0806 Area of Interest",
    items=(
        UintItem(1, "area_number", n_bytes=2),
        _latitude(2, "corner_1_latitude_deg"),
        _longitude(3, "corner_1_longitude_deg"),
        _latitude(4, "corner_3_latitude_deg"),
        _longitude(5, "corner_3_longitude_deg"),
        EnumItem(6, "type", names=INTEREST_TYPES),
        TextItem(7, "text", max_bytes=2048),
        TextItem(8, "source_id", max_bytes=255),
        TextItem(9, "label", max_bytes=16),
        TextItem(10, "operation_id"),
    ),
)

ST0806: Final = ItemTable(
    standard="ST 0806",
    items=(
        UintItem(1, "crc_32", n_bytes=4),
        UintItem(2, "precision_time_stamp_us", n_bytes=8),
        UintItem(3, "platform_true_airspeed_m_s", n_bytes=2),
        UintItem(4, "platform_indicated_airspeed_m_s", n_bytes=2),
        BytesItem(5, "telemetry_accuracy"),
        UintItem(6, "frag_circle_radius_m", n_bytes=2),
        UintItem(7, "frame_code", n_bytes=4),
        UintItem(8, "version", n_bytes=1),
        UintItem(9, "video_data_rate_bit_s", n_bytes=4),
        TextItem(10, "digital_video_file_format"),
        set_item(11, "user_defined_set", USER_DEFINED),
        set_item(12, "point_of_interest_set", POINT),
        set_item(13, "area_of_interest_set", AREA),
        UintItem(14, "mgrs_zone", n_bytes=1),
        TextItem(15, "mgrs_band_and_square", n_bytes=3),
        UintItem(16, "mgrs_easting_m", n_bytes=3),
        UintItem(17, "mgrs_northing_m", n_bytes=3),
        UintItem(18, "frame_center_mgrs_zone", n_bytes=1),
        TextItem(19, "frame_center_mgrs_band_and_square", n_bytes=3),
        UintItem(20, "frame_center_mgrs_easting_m", n_bytes=3),
        UintItem(21, "frame_center_mgrs_northing_m", n_bytes=3),
    ),
    repeatable=frozenset({11, 12, 13}),
    never_set=frozenset({6}),
    checksum=1,
    timestamp=2,
)
"""MISB ST 0806.5. Item 6 tells of a weapon: read, kept to the byte and never set."""

RVT_ITEM: Final[NestedItem] = set_item(73, "rvt_local_set", ST0806)
"""ST 0601 item 73."""
