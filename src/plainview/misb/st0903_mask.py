"""VMask, the outline of a target in ST 0903: a polygon or runs of pixels, by pixel number."""

from collections.abc import Mapping
from typing import Final

from plainview.misb.ber import decode_ber_length, encode_ber_length
from plainview.misb.item_kinds import Nested
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import series_item
from plainview.misb.pack_reader import PackReader, encode_blocks

__all__ = ["VMASK"]


def _decode_number(data: bytes) -> Nested:
    return Nested(value=int.from_bytes(data, "big"))


def _encode_number(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")


def _decode_run(data: bytes) -> Nested:
    reader = PackReader(data)
    first_pixel = int.from_bytes(reader.block(), "big")
    n_pixels, reader.offset = decode_ber_length(data, reader.offset)
    reader.end()
    return Nested(value={"first_pixel": first_pixel, "n_pixels": n_pixels})


def _encode_run(value: Mapping[str, int]) -> bytes:
    return encode_blocks([_encode_number(value["first_pixel"])]) + encode_ber_length(
        value["n_pixels"]
    )


VMASK: Final = ItemTable(
    standard="ST 0903 VMask",
    items=(
        series_item(1, "polygon", decode_one=_decode_number, encode_one=_encode_number),
        series_item(2, "bitmask_series", decode_one=_decode_run, encode_one=_encode_run),
    ),
)
