"""EG 0104, the Predator universal set: IEEE numbers and text under 16-byte keys.

It is deprecated, and the real footage that people can get is full of it. Its keys live on
in ST 0601 up to issue 12, which names the key beside each item; the number in the table is
that item's. It has no checksum.

Source:
    MISB EG 0104.5 section 4.1 (the set's label); MISB ST 0601.12 (the keys), as the open
    implementations of KWIVER and jmisb list them.
"""

from typing import Final

from plainview.misb.item_kind import ItemKind
from plainview.misb.item_kinds import FloatItem, NestedItem, TextItem, UintItem
from plainview.misb.st0102 import decode_security_set, decode_security_universal_set
from plainview.misb.universal_set import UniversalItem, UniversalTable

__all__ = ["EG0104", "EG0104_TIME"]

EG0104_TIME: Final = "user_defined_time_stamp_us"
"""The set's own time: microseconds since 1970, UTC."""


def _keyed(key: str, item: ItemKind) -> UniversalItem:
    return UniversalItem(key=bytes.fromhex("060e2b34" + key), item=item)


def _latitude(key: str, number: int, name: str) -> UniversalItem:
    return _keyed(key, FloatItem(number, name, n_bytes=8, low=-90.0, high=90.0))


def _longitude(key: str, number: int, name: str) -> UniversalItem:
    return _keyed(key, FloatItem(number, name, n_bytes=8, low=-180.0, high=180.0))


def _number(key: str, number: int, name: str, *, low: float, high: float) -> UniversalItem:
    return _keyed(key, FloatItem(number, name, low=low, high=high))


ITEMS: Final = (
    _keyed("01010103 0702010101050000", UintItem(2, EG0104_TIME, n_bytes=8)),
    _keyed("01010101 0105050000000000", TextItem(3, "episode_number")),
    _number("01010107 0701100106000000", 5, "platform_heading_deg", low=-180.0, high=360.0),
    _number("01010107 0701100105000000", 6, "platform_pitch_deg", low=-90.0, high=90.0),
    _number("01010107 0701100104000000", 7, "platform_roll_deg", low=-180.0, high=180.0),
    _keyed("01010101 0101200100000000", TextItem(10, "device_designation")),
    _keyed("01010101 0420010201010000", TextItem(11, "image_source_device")),
    _keyed("01010101 0701010100000000", TextItem(12, "image_coordinate_system")),
    _latitude("01010103 0701020102040200", 13, "device_latitude_deg"),
    _longitude("01010103 0701020102060200", 14, "device_longitude_deg"),
    _number("01010101 0701020102020000", 15, "device_altitude_msl_m", low=-900.0, high=40_000.0),
    _number("01010102 0420020101080000", 16, "horizontal_fov_deg", low=0.0, high=180.0),
    _number("01010107 04200201010a0100", 17, "vertical_fov_deg", low=0.0, high=180.0),
    _number("01010101 0701080101000000", 21, "slant_range_m", low=0.0, high=5e6),
    _number("01010101 0701090201000000", 22, "target_width_m", low=0.0, high=1.5e6),
    _latitude("01010101 0701020103020000", 23, "frame_center_latitude_deg"),
    _longitude("01010101 0701020103040000", 24, "frame_center_longitude_deg"),
    _number(
        "0101010a 0701020103160000", 25, "frame_center_altitude_msl_m", low=-900.0, high=19_000.0
    ),
    _latitude("01010103 0701020103070100", 82, "corner_1_latitude_deg"),
    _longitude("01010103 07010201030b0100", 83, "corner_1_longitude_deg"),
    _latitude("01010103 0701020103080100", 84, "corner_2_latitude_deg"),
    _longitude("01010103 07010201030c0100", 85, "corner_2_longitude_deg"),
    _latitude("01010103 0701020103090100", 86, "corner_3_latitude_deg"),
    _longitude("01010103 07010201030d0100", 87, "corner_3_longitude_deg"),
    _latitude("01010103 07010201030a0100", 88, "corner_4_latitude_deg"),
    _longitude("01010103 07010201030e0100", 89, "corner_4_longitude_deg"),
    _keyed(
        "02030101 0e01030302000000",
        NestedItem(48, "security_local_set", decode_nested=decode_security_set),
    ),
    _keyed(
        "02010101 0208020000000000",
        NestedItem(48, "security_universal_set", decode_nested=decode_security_universal_set),
    ),
    _keyed("01010101 0702010201010000", TextItem(72, "start_date_time")),
    _keyed("01010101 0702010207010000", TextItem(72, "event_start_date_time")),
    _number("01010101 0701100101000000", 20, "sensor_roll_deg", low=-180.0, high=360.0),
    _number("01010101 0701100102000000", 18, "angle_to_north_deg", low=-180.0, high=360.0),
    _number("01010101 0701100103000000", 19, "obliquity_angle_deg", low=-180.0, high=360.0),
)
"""Corners go clockwise from the picture's top left."""

EG0104: Final = UniversalTable(standard="EG 0104", items=ITEMS)
