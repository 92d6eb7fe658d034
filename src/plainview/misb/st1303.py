"""ST 1303, arrays of numbers of any number of dimensions, as other standards carry them."""

import math
import struct
from collections.abc import Callable
from typing import Any, Final

from plainview.misb.ber import KlvDecodeError
from plainview.misb.imap import imapb_decode
from plainview.misb.pack_reader import PackReader

__all__ = ["decode_array", "decode_float", "decode_float_array", "decode_uint_array"]

NATURAL, IMAP, BOOLEAN, UNSIGNED, RUN_LENGTH = 1, 2, 3, 4, 5
"""How the elements are packed."""

_MAX_ELEMENTS: Final = 1 << 20
"""Runs of one value can announce any number of elements in a few bytes."""
_MAX_DIMENSIONS: Final = 16
_FLOATS: Final = {2: ">e", 4: ">f", 8: ">d"}
_MAX_IMAP_BYTES: Final = 8

DecodeElement = Callable[[bytes], Any]


def decode_float(data: bytes) -> float | None:
    """Return an IEEE 754 number of 2, 4 or 8 bytes; None where it is not finite."""
    if len(data) not in _FLOATS:
        raise KlvDecodeError(f"an IEEE 754 number has 2, 4 or 8 bytes, not {len(data)}.")
    (value,) = struct.unpack(_FLOATS[len(data)], data)
    return float(value) if math.isfinite(value) else None


def decode_uint_array(data: bytes) -> dict[str, Any]:
    """Decode an array whose elements are unsigned integers where they are not mapped."""
    return decode_array(data, decode_element=lambda each: int.from_bytes(each, "big"))


def decode_float_array(data: bytes) -> dict[str, Any]:
    """Decode an array whose elements are IEEE 754 numbers where they are not mapped."""
    return decode_array(data, decode_element=decode_float)


def decode_array(data: bytes, *, decode_element: DecodeElement) -> dict[str, Any]:
    """Decode an array without the length before it.

    Args:
        data: The array.
        decode_element: Bytes of one element to its value, for elements that are in their
            natural form.

    Returns:
        ``dimensions``; ``algorithm`` (1 natural, 2 IMAPB, 3 boolean, 4 unsigned integers, 5
        runs); ``element_bytes``; ``low`` and ``high`` of a mapped array, else None;
        ``elements``, a tuple with the last dimension running fastest, empty where the sender
        says that there are none.

    Raises:
        KlvDecodeError: The bytes are no such array.

    Source:
        MISB ST 1303.2.
    """
    reader = PackReader(data)
    dimensions = _dimensions(reader)
    n_elements = math.prod(dimensions)
    element_bytes, algorithm = reader.oid(), reader.oid()
    array: dict[str, Any] = {
        "dimensions": dimensions,
        "algorithm": algorithm,
        "element_bytes": element_bytes,
        "low": None,
        "high": None,
        "elements": (),
    }
    if element_bytes == 0:
        reader.end()
        return array
    if algorithm == NATURAL:
        array["elements"] = _plain(
            reader, n_elements, element_bytes=element_bytes, decode_element=decode_element
        )
    elif algorithm == IMAP:
        array.update(_mapped(reader, n_elements, element_bytes))
    elif algorithm == BOOLEAN:
        array["elements"] = _booleans(reader, n_elements)
    elif algorithm == UNSIGNED:
        bias = reader.oid()
        array["elements"] = tuple(reader.oid() + bias for _ in range(n_elements))
    elif algorithm == RUN_LENGTH:
        array["elements"] = _runs(
            reader, dimensions, element_bytes=element_bytes, decode_element=decode_element
        )
    else:
        raise KlvDecodeError(f"an array is packed in a way ({algorithm}) that is reserved.")
    reader.end()
    return array


def _dimensions(reader: PackReader) -> tuple[int, ...]:
    n_dimensions = reader.oid()
    if not 1 <= n_dimensions <= _MAX_DIMENSIONS:
        raise KlvDecodeError(f"an array has {n_dimensions} dimensions.")
    dimensions = tuple(reader.oid() for _ in range(n_dimensions))
    if not 1 <= math.prod(dimensions) <= _MAX_ELEMENTS:
        raise KlvDecodeError(f"an array has {dimensions} elements.")
    return dimensions


def _plain(
    reader: PackReader, n_elements: int, *, element_bytes: int, decode_element: DecodeElement
) -> tuple[Any, ...]:
    data = reader.take(n_elements * element_bytes)
    return tuple(
        decode_element(data[start : start + element_bytes])
        for start in range(0, len(data), element_bytes)
    )


def _mapped(reader: PackReader, n_elements: int, element_bytes: int) -> dict[str, Any]:
    n_bounds = len(reader.data) - reader.offset - n_elements * element_bytes
    if n_bounds not in (8, 16) or element_bytes > _MAX_IMAP_BYTES:
        raise KlvDecodeError("a mapped array has two bounds and elements of up to 8 bytes.")
    low, high = decode_float(reader.take(n_bounds // 2)), decode_float(reader.take(n_bounds // 2))
    if low is None or high is None or not low < high or not math.isfinite(high - low):
        raise KlvDecodeError(f"an array is mapped from {low} to {high}.")
    elements = _plain(
        reader,
        n_elements,
        element_bytes=element_bytes,
        decode_element=lambda each: imapb_decode(each, low, high),
    )
    return {"low": low, "high": high, "elements": elements}


def _booleans(reader: PackReader, n_elements: int) -> tuple[bool, ...]:
    data = reader.take((n_elements + 7) // 8)
    return tuple(bool(data[index // 8] >> (7 - index % 8) & 1) for index in range(n_elements))


def _runs(
    reader: PackReader,
    dimensions: tuple[int, ...],
    *,
    element_bytes: int,
    decode_element: DecodeElement,
) -> tuple[Any, ...]:
    """Return the elements of blocks of one value each, laid over a value for all the rest."""
    elements = [decode_element(reader.take(element_bytes))] * math.prod(dimensions)
    n_left = _MAX_ELEMENTS
    while not reader.is_at_end:
        value = decode_element(reader.take(element_bytes))
        starts = [reader.oid() for _ in dimensions]
        sizes = [reader.oid() for _ in dimensions]
        places = zip(starts, sizes, dimensions, strict=True)
        n_left -= math.prod(sizes)
        if n_left < 0 or any(start + size > whole for start, size, whole in places):
            raise KlvDecodeError("a run lies outside its array.")
        for index in _indices(starts, sizes, dimensions):
            elements[index] = value
    return tuple(elements)


def _indices(starts: list[int], sizes: list[int], dimensions: tuple[int, ...]) -> list[int]:
    """Return where the elements of a block stand in the order of the array."""
    indices = [0]
    for start, size, whole in zip(starts, sizes, dimensions, strict=True):
        indices = [index * whole + start + step for index in indices for step in range(size)]
    return indices
