"""ST 0102, the security marking: a local set, and a universal set that says the same in words.

Both decode to a mapping by the local set's tags, so that a marking reads the same whichever
way it came.
"""

from collections.abc import Mapping
from typing import Final

from plainview.misb.ber import KlvDecodeError
from plainview.misb.item_kinds import (
    BytesItem,
    EnumItem,
    Nested,
    PackItem,
    TextItem,
    UintItem,
)
from plainview.misb.items import ItemTable, decode_nested_set
from plainview.misb.local_set_encode import encode_local_set
from plainview.misb.metadata_set import ItemKey
from plainview.misb.universal_set import UniversalItem, UniversalTable, decode_universal_set

__all__ = [
    "ST0102",
    "ST0102_UNIVERSAL",
    "decode_security_set",
    "decode_security_universal_set",
    "encode_security_set",
]

CLASSIFICATIONS: Final = {
    1: "UNCLASSIFIED",
    2: "RESTRICTED",
    3: "CONFIDENTIAL",
    4: "SECRET",
    5: "TOP SECRET",
}

COUNTRY_METHODS: Final = {
    1: "ISO-3166 Two Letter",
    2: "ISO-3166 Three Letter",
    3: "FIPS 10-4 Two Letter",
    4: "FIPS 10-4 Four Letter",
    5: "ISO-3166 Numeric",
    6: "1059 Two Letter",
    7: "1059 Three Letter",
    10: "FIPS 10-4 Mixed",
    11: "ISO 3166 Mixed",
    12: "STANAG 1059 Mixed",
    13: "GENC Two Letter",
    14: "GENC Three Letter",
    15: "GENC Numeric",
    16: "GENC Mixed",
}
"""Of the classifying country and the releasing instructions (item 2)."""

OBJECT_COUNTRY_METHODS: Final = {
    1: "ISO-3166 Two Letter",
    2: "ISO-3166 Three Letter",
    3: "ISO-3166 Numeric",
    4: "FIPS 10-4 Two Letter",
    5: "FIPS 10-4 Four Letter",
    6: "1059 Two Letter",
    7: "1059 Three Letter",
    13: "GENC Two Letter",
    14: "GENC Three Letter",
    15: "GENC Numeric",
    64: "GENC AdminSub",
}
"""Of the object's countries (item 12)."""


def _decode_utf16(data: bytes) -> str:
    """Return item 13, which is UTF-16; some encoders write single bytes all the same."""
    try:
        if len(data) % 2 == 0 and b"\x00" in data:
            return data.decode("utf-16-be").rstrip("\x00")
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise KlvDecodeError("is no text in UTF-16.", where="ST 0102 item 13") from exc


def _encode_utf16(value: object) -> bytes:
    """Return text as item 13 has it."""
    if not isinstance(value, str):
        raise ValueError(f"item 13 (object_country_codes) takes text, not {value!r}")  # noqa: TRY004
    return value.encode("utf-16-be")


ITEMS: Final = (
    EnumItem(1, "security_classification", names=CLASSIFICATIONS),
    EnumItem(2, "country_coding_method", names=COUNTRY_METHODS),
    TextItem(3, "classifying_country"),
    TextItem(4, "sci_shi_information"),
    TextItem(5, "caveats"),
    TextItem(6, "releasing_instructions"),
    TextItem(7, "classified_by"),
    TextItem(8, "derived_from"),
    TextItem(9, "classification_reason"),
    TextItem(10, "declassification_date", n_bytes=8),
    TextItem(11, "classification_and_marking_system"),
    EnumItem(12, "object_country_coding_method", names=OBJECT_COUNTRY_METHODS),
    PackItem(13, "object_country_codes", decode_pack=_decode_utf16, encode_pack=_encode_utf16),
    TextItem(14, "classification_comments"),
    BytesItem(15, "umid_video"),
    BytesItem(16, "umid_audio"),
    BytesItem(17, "umid_data"),
    BytesItem(18, "umid_system"),
    UintItem(19, "stream_id", n_bytes=1),
    UintItem(20, "transport_stream_id", n_bytes=2),
    BytesItem(21, "item_designator_id"),
    UintItem(22, "security_metadata_version", n_bytes=2),
    TextItem(23, "country_coding_method_version_date", n_bytes=10),
    TextItem(24, "object_country_coding_method_version_date", n_bytes=10),
)
"""MISB ST 0102.12, and the items that earlier issues had (15 to 21)."""

ST0102: Final = ItemTable(standard="ST 0102", items=ITEMS)

_UNIVERSAL_KEYS: Final = {
    1: "01010103 0208020100000000",
    2: "01010103 0701200102070000",
    3: "01010103 0701200102080000",
    4: "01010101 0e01020302000000",
    5: "01010103 0208020200000000",
    6: "01010103 0701200102090000",
    7: "01010103 0208020300000000",
    8: "01010103 0208020600000000",
    9: "01010103 0208020400000000",
    10: "01010103 0208020500000000",
    11: "01010103 0208020800000000",
    12: "01010103 0701200102060000",
    13: "01010103 0701200102010100",
    14: "01010103 0208020700000000",
    22: "01010101 0e01020504000000",
    23: "01010101 0e01040303000000",
    24: "01010101 0e01040304000000",
}

_WORDS: Final[Mapping[int, Mapping[int, str]]] = {
    1: CLASSIFICATIONS,
    2: COUNTRY_METHODS,
    12: OBJECT_COUNTRY_METHODS,
}
"""Items that the universal set has as words and the local set as integers."""


def _universal_item(tag: int) -> UniversalItem:
    item = ST0102.by_number[tag]
    key = bytes.fromhex("060e2b34" + _UNIVERSAL_KEYS[tag])
    return UniversalItem(key=key, item=TextItem(tag, item.name) if tag in _WORDS else item)


ST0102_UNIVERSAL: Final = UniversalTable(
    standard="ST 0102 universal", items=tuple(_universal_item(tag) for tag in _UNIVERSAL_KEYS)
)


def decode_security_set(data: bytes) -> Nested:
    """Decode the local set to a mapping by tag."""
    return decode_nested_set(data, ST0102)


def encode_security_set(value: object) -> bytes:
    """Encode a mapping by tag as the local set."""
    if not isinstance(value, Mapping):
        raise ValueError(f"a security set is a mapping by tag, not {value!r}")  # noqa: TRY004
    return encode_local_set(value, ST0102)


def decode_security_universal_set(data: bytes) -> Nested:
    """Decode the universal set to a mapping by the local set's tags; words become integers."""
    universal_set = decode_universal_set(data, ST0102_UNIVERSAL)
    tags: dict[ItemKey, int] = {item.name: item.number for item in ITEMS}
    value = {
        tags[name]: _integer_of(tags[name], item.value)
        for name, item in universal_set.items.items()
        if name in tags
    }
    return Nested(value=value, damage=universal_set.damage)


def _integer_of(tag: int, value: object) -> object:
    """Return the integer of a word; a word that the standard does not have stays one."""
    if not isinstance(value, str):
        return value
    plain = value.strip().strip("/").upper()
    words = _WORDS.get(tag, {})
    return next((code for code, word in words.items() if word.upper() == plain), value)
