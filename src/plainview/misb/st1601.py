"""ST 1601, the geo-registration local set: points of two images that are the same place."""

from typing import Any, Final

from plainview.misb.ber import KlvDecodeError
from plainview.misb.imap import imapb_decode
from plainview.misb.item_kinds import BytesItem, NestedItem, TextItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import read_only_set_item
from plainview.misb.read_only_pack import read_only_pack
from plainview.misb.st1303 import decode_array, decode_float_array, decode_uint_array

__all__ = ["GEO_REGISTRATION_ITEM", "ST1601"]

Bounds = tuple[tuple[float, float], ...]

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


def _decode_pixel_sigmas(data: bytes) -> dict[str, Any]:
    return _decode_rows(data, _PIXEL_BOUNDS, (6,))


def _decode_place_sigmas(data: bytes) -> dict[str, Any]:
    return _decode_rows(data, _PLACE_BOUNDS, (3, 6))


ST1601: Final = ItemTable(
    standard="ST 1601",
    items=(
        UintItem(1, "version"),
        TextItem(2, "algorithm_name"),
        TextItem(3, "algorithm_version"),
        read_only_pack(4, "points_row_column", decode=decode_uint_array),
        read_only_pack(5, "points_latitude_longitude_deg", decode=decode_float_array),
        TextItem(6, "second_image_name"),
        BytesItem(7, "algorithm_configuration_id"),
        read_only_pack(8, "points_elevation_m", decode=decode_float_array),
        read_only_pack(9, "points_row_column_sigma_rho", decode=_decode_pixel_sigmas),
        read_only_pack(10, "points_place_sigma_rho", decode=_decode_place_sigmas),
    ),
)
"""MISB ST 1601.2."""

GEO_REGISTRATION_ITEM: Final[NestedItem] = read_only_set_item(
    98, "geo_registration_local_set", ST1601
)
"""ST 0601 item 98, which we read and do not write."""
