"""Arrays of ST 1303 and the numbers of other standards: values to bytes."""

import math
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any, Final

from plainview.misb.ber import encode_ber_oid
from plainview.misb.imap import IMAP_NOT_A_NUMBER, imapb_decode, imapb_encode
from plainview.misb.st1303 import BOOLEAN, IMAP, NATURAL, RUN_LENGTH, UNSIGNED

__all__ = [
    "encode_array",
    "encode_bits",
    "encode_float",
    "encode_float_array",
    "encode_imap",
    "encode_uint_array",
    "n_float_bytes",
]

_FLOATS: Final = {2: ">e", 4: ">f", 8: ">d"}

EncodeElement = Callable[[Any, int], bytes]


def n_float_bytes(*values: float | None) -> int:
    """Return how many bytes hold IEEE 754 numbers without loss: 4 where they can, else 8."""
    return 4 if all(_is_float32(value) for value in values) else 8


def _is_float32(value: float | None) -> bool:
    if value is None:
        return True
    try:
        return bool(struct.unpack(">f", struct.pack(">f", value))[0] == value)
    except OverflowError:
        return False


def encode_float(value: float | None, n_bytes: int | None = None) -> bytes:
    """Return an IEEE 754 number in a length, or in the fewest bytes; None is no number (NaN)."""
    n_bytes = n_float_bytes(value) if n_bytes is None else n_bytes
    if n_bytes not in _FLOATS:
        raise ValueError(f"an IEEE 754 number has 2, 4 or 8 bytes, not {n_bytes}")
    try:
        return struct.pack(_FLOATS[n_bytes], math.nan if value is None else value)
    except (OverflowError, struct.error) as exc:
        raise ValueError(f"{value!r} is no number of {n_bytes} bytes") from exc


def encode_imap(value: float | None, bounds: tuple[float, float], n_bytes: int) -> bytes:
    """Return a number as ST 1201 maps it; None is ST 1201's mark for no number.

    Where the rounding of a float loses a step, it is the code that the value was decoded from.
    """
    if value is None:
        return IMAP_NOT_A_NUMBER.ljust(n_bytes, b"\x00")
    wire = imapb_encode(value, *bounds, n_bytes=n_bytes)
    code = int.from_bytes(wire, "big")
    for near in (code, code + 1, code - 1):
        other = max(near, 0).to_bytes(n_bytes, "big")
        if imapb_decode(other, *bounds) == value:
            return other
    return wire


def encode_float_array(value: object) -> bytes:
    """Encode an array whose elements are IEEE 754 numbers where they are not mapped."""
    return encode_array(value, encode_element=encode_float)


def encode_uint_array(value: object) -> bytes:
    """Encode an array whose elements are unsigned integers where they are not mapped."""
    return encode_array(value, encode_element=lambda each, n_bytes: each.to_bytes(n_bytes, "big"))


def encode_array(value: object, *, encode_element: EncodeElement) -> bytes:
    """Encode an array without the length before it.

    Args:
        value: As `decode_array` gives it.
        encode_element: An element and its length to bytes, for elements in their natural form.

    Returns:
        The array. Bounds of mapped elements take the fewest bytes, the bias of unsigned
        integers is the least of them, and runs are as large as they can be over the value that
        most elements have: a sender may have chosen otherwise for the same elements.

    Raises:
        ValueError: The value is no such array.

    Source:
        MISB ST 1303.2.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"an array takes its members by name, not {value!r}")  # noqa: TRY004
    dimensions, elements = tuple(value["dimensions"]), tuple(value["elements"])
    n_bytes, algorithm = value["element_bytes"], value["algorithm"]
    if len(elements) != (math.prod(dimensions) if n_bytes else 0):
        raise ValueError(f"an array of {dimensions} has {len(elements)} elements")
    head = b"".join(
        encode_ber_oid(number) for number in (len(dimensions), *dimensions, n_bytes, algorithm)
    )
    if not n_bytes:
        return head
    if algorithm == NATURAL:
        return head + b"".join(encode_element(each, n_bytes) for each in elements)
    if algorithm == IMAP:
        return head + _mapped(elements, (value["low"], value["high"]), n_bytes)
    if algorithm == BOOLEAN:
        return head + encode_bits(elements)
    if algorithm == UNSIGNED:
        bias = min(elements)
        return head + b"".join(
            encode_ber_oid(each) for each in (bias, *(e - bias for e in elements))
        )
    if algorithm == RUN_LENGTH:
        wires = tuple(encode_element(each, n_bytes) for each in elements)
        return head + _runs(wires, dimensions)
    raise ValueError(f"arrays packed in way {algorithm} are reserved")


def encode_bits(flags: Sequence[object]) -> bytes:
    """Return flags as bits, the first the highest, the last byte filled with zeros."""
    bits = "".join("1" if flag else "0" for flag in flags)
    return bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))


def _mapped(elements: tuple[Any, ...], bounds: tuple[float, float], n_bytes: int) -> bytes:
    n_bound_bytes = n_float_bytes(*bounds)
    return b"".join(
        [
            *(encode_float(bound, n_bound_bytes) for bound in bounds),
            *(encode_imap(each, bounds, n_bytes) for each in elements),
        ]
    )


def _runs(wires: tuple[bytes, ...], dimensions: tuple[int, ...]) -> bytes:
    """Return blocks of one value each, over the value that most elements have."""
    most, _ = Counter(wires).most_common(1)[0]
    left = {index: wire for index, wire in enumerate(wires) if wire != most}
    data = most
    while left:
        index = next(iter(left))
        start, wire = _place(index, dimensions), left[index]
        sizes = _run_sizes(start, dimensions, partial(_is_same, left, wire))
        for place in _places(start, sizes):
            del left[_index(place, dimensions)]
        data += wire + b"".join(encode_ber_oid(number) for number in (*start, *sizes))
    return data


def _is_same(left: Mapping[int, bytes], wire: bytes, index: int) -> bool:
    return left.get(index) == wire


def _run_sizes(
    start: tuple[int, ...], dimensions: tuple[int, ...], is_same: Callable[[int], bool]
) -> tuple[int, ...]:
    """Return how far a block goes from its start, first along the last dimension."""
    sizes = [1] * len(dimensions)
    for axis in reversed(range(len(dimensions))):
        while start[axis] + sizes[axis] < dimensions[axis]:
            beyond, edge = list(start), list(sizes)
            beyond[axis], edge[axis] = start[axis] + sizes[axis], 1
            if not all(is_same(_index(place, dimensions)) for place in _places(beyond, edge)):
                break
            sizes[axis] += 1
    return tuple(sizes)


def _places(start: Sequence[int], sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return every place of a block, the last dimension running fastest."""
    return product(*(range(first, first + n) for first, n in zip(start, sizes, strict=True)))


def _place(index: int, dimensions: tuple[int, ...]) -> tuple[int, ...]:
    """Return where an element stands, by dimension."""
    place = []
    for size in reversed(dimensions):
        index, at = divmod(index, size)
        place.append(at)
    return tuple(reversed(place))


def _index(place: Sequence[int], dimensions: tuple[int, ...]) -> int:
    """Return which element stands at a place."""
    index = 0
    for at, size in zip(place, dimensions, strict=True):
        index = index * size + at
    return index
