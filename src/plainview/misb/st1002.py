"""ST 1002, the range image local set, with the transformation of ST 1202 inside it."""

from collections.abc import Mapping
from typing import Any, Final

from plainview.misb.ber import encode_ber_oid
from plainview.misb.item_kinds import EnumItem, IntItem, NestedItem, PackItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import set_item
from plainview.misb.pack_reader import PackReader, encode_blocks
from plainview.misb.st1010 import sdcc_item
from plainview.misb.st1303 import decode_float, decode_float_array
from plainview.misb.st1303_encode import encode_float, encode_float_array

__all__ = ["RANGE_IMAGE_ITEM", "ST1002", "ST1202"]

TRANSFORMATIONS: Final = {
    0: "Not defined",
    1: "Chipping",
    2: "Child - parent",
    3: "Pixel to image space",
    4: "Optical",
}


def _float(number: int, name: str) -> PackItem:
    """Return an item that is an IEEE 754 number, written in the fewest bytes that hold it."""
    return PackItem(number, name, decode_pack=decode_float, encode_pack=_encode_float)


def _encode_float(value: object) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a number is none: {value!r}")  # noqa: TRY004
    return encode_float(value)


def _oid(number: int, name: str) -> PackItem:
    """Return an item that is one BER-OID number."""
    return PackItem(number, name, decode_pack=_decode_oid, encode_pack=_encode_oid)


def _decode_oid(data: bytes) -> int:
    reader = PackReader(data)
    number = reader.oid()
    reader.end()
    return number


def _encode_oid(value: object) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"an integer is none: {value!r}")  # noqa: TRY004
    return encode_ber_oid(value)


ST1202: Final = ItemTable(
    standard="ST 1202",
    items=(
        *(
            _float(number, name)
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


_ENUMERATIONS: Final = {"compression_method": (0, 7), "data_type": (3, 7), "source": (6, 1)}
"""Member of item 12 to its lowest bit and its greatest value."""


def _decode_enumerations(data: bytes) -> dict[str, int]:
    """Return item 12: compression (0 none, 1 planar fit), data (0 perspective, 1 depth), source."""
    bits = _decode_oid(data)
    return {name: bits >> shift & mask for name, (shift, mask) in _ENUMERATIONS.items()}


def _encode_enumerations(value: object) -> bytes:
    """Return item 12."""
    members = _members(value)
    for name, (_, mask) in _ENUMERATIONS.items():
        if not 0 <= members[name] <= mask:
            raise ValueError(f"{name} is {members[name]}, not 0 to {mask}")
    return encode_ber_oid(sum(members[name] << shift for name, (shift, _) in _ENUMERATIONS.items()))


def _members(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"a pack takes its members by name, not {value!r}")  # noqa: TRY004
    return value


def _decode_section(data: bytes) -> dict[str, Any]:
    """Return item 20: the ranges of one part of the image, and the plane taken off them."""
    reader = PackReader(data)
    section: dict[str, Any] = {
        "section_x": _decode_oid(reader.block()),
        "section_y": _decode_oid(reader.block()),
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


def _encode_section(value: object) -> bytes:
    """Return item 20, without unknown members at its end."""
    members = _members(value)
    blocks = [
        encode_ber_oid(members["section_x"]),
        encode_ber_oid(members["section_y"]),
        encode_float_array(members["ranges"]),
    ]
    uncertainties = members.get("uncertainties")
    blocks.append(b"" if uncertainties is None else encode_float_array(uncertainties))
    planes = (members.get(name) for name in ("plane_x_scale", "plane_y_scale", "plane_constant"))
    blocks += [b"" if each is None else encode_float(each) for each in planes]
    while not blocks[-1]:
        blocks.pop()
    return encode_blocks(blocks)


ST1002: Final = ItemTable(
    standard="ST 1002",
    items=(
        UintItem(1, "precision_time_stamp_us", n_bytes=8),
        _oid(11, "version"),
        PackItem(
            12,
            "enumerations",
            decode_pack=_decode_enumerations,
            encode_pack=_encode_enumerations,
        ),
        _float(13, "range_m"),
        _float(14, "range_sigma_m"),
        _float(15, "range_row"),
        _float(16, "range_column"),
        _oid(17, "n_sections_x"),
        _oid(18, "n_sections_y"),
        set_item(19, "transformation_set", ST1202),
        PackItem(20, "section", decode_pack=_decode_section, encode_pack=_encode_section),
        UintItem(21, "crc_16", n_bytes=2),
        IntItem(22, "leap_seconds"),
    ),
    repeatable=frozenset({20}),
)
"""MISB ST 1002.3; one section a part of the image. Item 21 is written as it is given: it holds
for a set by itself, and inside another set the sum of that one counts."""

RANGE_IMAGE_ITEM: Final[NestedItem] = set_item(97, "range_image_local_set", ST1002)
"""ST 0601 item 97."""
