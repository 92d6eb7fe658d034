"""ST 1206, the SAR motion imagery local set."""

from typing import Final

from plainview.misb.item_kinds import EnumItem, ImapItem, NestedItem, PackItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import set_item
from plainview.misb.st1303 import decode_float_array
from plainview.misb.st1303_encode import encode_float_array

__all__ = ["SAR_ITEM", "ST1206"]

LOOK_DIRECTIONS: Final = {0: "Left", 1: "Right"}
IMAGE_PLANES: Final = {0: "Slant", 1: "Ground", 2: "Other"}


def _angle(number: int, name: str, *, low: float, high: float) -> ImapItem:
    return ImapItem(number, name, low=low, high=high, n_bytes=2)


def _wide(number: int, name: str, *, high: float) -> ImapItem:
    return ImapItem(number, name, low=0.0, high=high, n_bytes=4)


ST1206: Final = ItemTable(
    standard="ST 1206",
    items=(
        _angle(1, "grazing_angle_deg", low=0.0, high=90.0),
        _angle(2, "ground_plane_squint_angle_deg", low=-90.0, high=90.0),
        EnumItem(3, "look_direction", names=LOOK_DIRECTIONS),
        EnumItem(4, "image_plane", names=IMAGE_PLANES),
        _wide(5, "range_resolution_m", high=1e6),
        _wide(6, "cross_range_resolution_m", high=1e6),
        _wide(7, "range_pixel_size_m", high=1e6),
        _wide(8, "cross_range_pixel_size_m", high=1e6),
        UintItem(9, "image_rows", n_bytes=2),
        UintItem(10, "image_columns", n_bytes=2),
        _angle(11, "range_direction_angle_deg", low=0.0, high=360.0),
        _angle(12, "true_north_deg", low=0.0, high=360.0),
        _angle(13, "range_layover_angle_deg", low=0.0, high=360.0),
        _angle(14, "ground_aperture_extent_deg", low=0.0, high=90.0),
        UintItem(15, "aperture_duration_us", n_bytes=4),
        _angle(16, "ground_track_angle_deg", low=0.0, high=360.0),
        _angle(17, "minimum_detectable_velocity_m_s", low=0.0, high=100.0),
        _wide(18, "true_pulse_repetition_frequency_hz", high=1e6),
        _angle(19, "pulse_repetition_frequency_scale", low=0.0, high=1.0),
        _wide(20, "transmit_center_frequency_hz", high=1e12),
        _wide(21, "transmit_bandwidth_hz", high=1e11),
        PackItem(
            22,
            "cross_section_scale_polynomial",
            decode_pack=decode_float_array,
            encode_pack=encode_float_array,
        ),
        UintItem(23, "reference_time_stamp_us", n_bytes=8),
        _angle(24, "reference_grazing_angle_deg", low=0.0, high=90.0),
        _angle(25, "reference_ground_plane_squint_angle_deg", low=-90.0, high=90.0),
        _angle(26, "reference_range_direction_angle_deg", low=0.0, high=360.0),
        _angle(27, "reference_range_layover_angle_deg", low=0.0, high=360.0),
        UintItem(28, "version", n_bytes=1),
    ),
)
"""MISB ST 1206.1."""

SAR_ITEM: Final[NestedItem] = set_item(95, "sar_motion_imagery_local_set", ST1206)
"""ST 0601 item 95."""
