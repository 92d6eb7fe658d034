"""ST 1601, the geo-registration local set: points of two images that are the same place."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from plainview.misb.ber import KlvDecodeError
from plainview.misb.imap import imapb_decode
from plainview.misb.item_kinds import BytesItem, NestedItem, PackItem, TextItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import set_item
from plainview.misb.st1303 import IMAP, decode_array, decode_float_array, decode_uint_array
from plainview.misb.st1303_encode import (
    encode_array,
    encode_float_array,
    encode_imap,
    encode_uint_array,
)

__all__ = ["GEO_REGISTRATION_ITEM", "ST1601"]

Bounds = tuple[tuple[float, float], ...]
Decode = Callable[[bytes], object]
Encode = Callable[[object], bytes]

_CORRELATION: Final = (-1.0, 1.0)
_PIXEL_BOUNDS: Final[Bounds] = ((0.0, 100.0), (0.0, 100.0), _CORRELATION) * 2
"""Sigmas of row and column and their correlation, of the one image and of the other."""
_PLACE_BOUNDS: Final[Bounds] = (
    (0.0, 650.0),
    (0.0, 650.0),
    _CORRELATION,
    (0.0, 1000.0),
    _CORRELATION,
    _CORRELATION,
)
"""Sigmas of latitude and longitude (m) and their correlation; then of the height."""
_MAX_IMAP_BYTES: Final = 8


def _decode_rows(data: bytes, bounds: Bounds, n_rows: tuple[int, ...]) -> dict[str, Any]:
    """Return an array whose rows are each mapped to a range of their own."""
    array = decode_array(data, decode_element=bytes)
    dimensions, elements = array["dimensions"], array["elements"]
    if len(dimensions) != 2 or dimensions[0] not in n_rows:
        raise KlvDecodeError(f"uncertainties are an array of {dimensions} elements.")
    if array["element_bytes"] > _MAX_IMAP_BYTES or not all(
        isinstance(each, bytes) for each in elements
    ):
        raise KlvDecodeError("uncertainties are elements of up to 8 bytes in natural form.")
    values = (
        imapb_decode(each, *bounds[index // dimensions[1]]) for index, each in enumerate(elements)
    )
    return {**array, "elements": tuple(values)}


def _encode_rows(value: object, bounds: Bounds) -> bytes:
    """Return an array whose rows are each mapped to a range of their own."""
    if not isinstance(value, Mapping):
        raise ValueError(f"an array takes its members by name, not {value!r}")  # noqa: TRY004
    n_rows, n_columns = value["dimensions"]
    if value["algorithm"] == IMAP or n_rows > len(bounds):
        raise ValueError("uncertainties are elements in natural form, in up to 6 rows")
    wires = [
        encode_imap(each, bounds[index // n_columns], value["element_bytes"])
        for index, each in enumerate(value["elements"])
    ]
    return encode_array({**value, "elements": wires}, encode_element=lambda wire, _: bytes(wire))


def _decode_pixel_sigmas(data: bytes) -> dict[str, Any]:
    return _decode_rows(data, _PIXEL_BOUNDS, (6,))


def _encode_pixel_sigmas(value: object) -> bytes:
    return _encode_rows(value, _PIXEL_BOUNDS)


def _decode_place_sigmas(data: bytes) -> dict[str, Any]:
    return _decode_rows(data, _PLACE_BOUNDS, (3, 6))


def _encode_place_sigmas(value: object) -> bytes:
    return _encode_rows(value, _PLACE_BOUNDS)


def _array(number: int, name: str, *, decode: Decode, encode: Encode) -> PackItem:
    return PackItem(number, name, decode_pack=decode, encode_pack=encode)


ST1601: Final = ItemTable(
    standard="ST 1601",
    items=(
        UintItem(1, "version"),
        TextItem(2, "algorithm_name"),
        TextItem(3, "algorithm_version"),
        _array(4, "points_row_column", decode=decode_uint_array, encode=encode_uint_array),
        _array(
            5, "points_latitude_longitude_deg", decode=decode_float_array, encode=encode_float_array
        ),
        TextItem(6, "second_image_name"),
        BytesItem(7, "algorithm_configuration_id"),
        _array(8, "points_elevation_m", decode=decode_float_array, encode=encode_float_array),
        _array(
            9,
            "points_row_column_sigma_rho",
            decode=_decode_pixel_sigmas,
            encode=_encode_pixel_sigmas,
        ),
        _array(
            10, "points_place_sigma_rho", decode=_decode_place_sigmas, encode=_encode_place_sigmas
        ),
    ),
)
"""MISB ST 1601.2."""

GEO_REGISTRATION_ITEM: Final[NestedItem] = set_item(98, "geo_registration_local_set", ST1601)
"""ST 0601 item 98."""
