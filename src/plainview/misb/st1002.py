"""ST 1002, the range image local set, with the transformation of ST 1202 inside it."""

from typing import Any, Final

from plainview.misb.item_kinds import EnumItem, IntItem, NestedItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import read_only_set_item
from plainview.misb.pack_reader import PackReader
from plainview.misb.read_only_pack import decode_oid, read_only_pack
from plainview.misb.st1010 import sdcc_item
from plainview.misb.st1303 import decode_float, decode_float_array

__all__ = ["RANGE_IMAGE_ITEM", "ST1002", "ST1202"]

TRANSFORMATIONS: Final = {
    0: "Not defined",
    1: "Chipping",
    2: "Child - parent",
    3: "Pixel to image space",
    4: "Optical",
}

ST1202: Final = ItemTable(
    standard="ST 1202",
    items=(
        *(
            read_only_pack(number, name, decode=decode_float)
            for number, name in enumerate(
                (
                    "x_numerator_x_factor",
                    "x_numerator_y_factor",
                    "x_numerator_constant",
                    "y_numerator_x_factor",
                    "y_numerator_y_factor",
                    "y_numerator_constant",
                    "denominator_x_factor",
                    "denominator_y_factor",
                ),
                start=1,
            )
        ),
        sdcc_item(9),
        UintItem(10, "version", max_bytes=2),
        EnumItem(11, "transformation_type", names=TRANSFORMATIONS),
    ),
    repeatable=frozenset({9}),
)
"""MISB ST 1202.2: how pixels of one image go over into those of another."""


def _decode_enumerations(data: bytes) -> dict[str, int]:
    """Return item 12: compression (0 none, 1 planar fit), data (0 perspective, 1 depth), source."""
    bits = decode_oid(data)
    return {"compression_method": bits & 7, "data_type": bits >> 3 & 7, "source": bits >> 6 & 1}


def _decode_section(data: bytes) -> dict[str, Any]:
    """Return item 20: the ranges of one part of the image, and the plane taken off them."""
    reader = PackReader(data)
    section: dict[str, Any] = {
        "section_x": decode_oid(reader.block()),
        "section_y": decode_oid(reader.block()),
        "ranges": decode_float_array(reader.block()),
    }
    for name, decode in (
        ("uncertainties", decode_float_array),
        ("plane_x_scale", decode_float),
        ("plane_y_scale", decode_float),
        ("plane_constant", decode_float),
    ):
        block = b"" if reader.is_at_end else reader.block()
        section[name] = decode(block) if block else None
    reader.end()
    return section


ST1002: Final = ItemTable(
    standard="ST 1002",
    items=(
        UintItem(1, "precision_time_stamp_us", n_bytes=8),
        read_only_pack(11, "version", decode=decode_oid),
        read_only_pack(12, "enumerations", decode=_decode_enumerations),
        read_only_pack(13, "range_m", decode=decode_float),
        read_only_pack(14, "range_sigma_m", decode=decode_float),
        read_only_pack(15, "range_row", decode=decode_float),
        read_only_pack(16, "range_column", decode=decode_float),
        read_only_pack(17, "n_sections_x", decode=decode_oid),
        read_only_pack(18, "n_sections_y", decode=decode_oid),
        read_only_set_item(19, "transformation_set", ST1202),
        read_only_pack(20, "section", decode=_decode_section),
        UintItem(21, "crc_16", n_bytes=2),
        IntItem(22, "leap_seconds"),
    ),
    repeatable=frozenset({20}),
)
"""MISB ST 1002.3; one section a part of the image."""

RANGE_IMAGE_ITEM: Final[NestedItem] = read_only_set_item(97, "range_image_local_set", ST1002)
"""ST 0601 item 97, which we read and do not write."""
