"""Many packets at once: ST 0601 as NumPy columns, by the same table as one packet.

Packets of a length are rows of one array. Those whose tags and lengths stand where the first
of them has its own share a layout, and a layout's items are slices of columns; so each
layout is read once, however many packets have it, and the checksum is two sums of the array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.misb.ber import KlvDecodeError, decode_ber_length
from plainview.misb.checksum import CHECKSUM_HEADER, checksums_of_rows
from plainview.misb.damage import DamagePolicy
from plainview.misb.decode import decode_packet
from plainview.misb.framing import KlvPacket, frame_packet
from plainview.misb.imap import imapb_decode_array
from plainview.misb.item_kind import ItemKind
from plainview.misb.item_numbers import EnumItem, FlagsItem, ImapItem, IntItem, LinearItem, UintItem
from plainview.misb.items import Element, ItemTable, walk_local_set
from plainview.misb.salvage import salvaged_elements
from plainview.misb.st0601 import ST0601
from plainview.misb.universal_label import N_LABEL_BYTES, set_of_label

__all__ = ["Layout", "MetadataColumns", "decode_columns", "elements_of_packet"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]

_MAX_COLUMN_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Packets whose items stand at the same places: (k,) rows and their (k, length) bytes."""

    rows: Rows
    data: Bytes
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetadataColumns:
    """n packets as columns.

    Args:
        is_whole: (n,) whether each packet's structure and checksum hold, or under ``reject``
            whether nothing at all is wrong with it; only ``salvage`` reads anything from one
            where they do not.
        numbers: Tag to (n,) values of the items that are numbers; NaN where a packet lacks
            the item, or has it without a length, out of range or with a wrong length.
            Integers up to 2**53 are exact, which MISP microseconds are until 2255.
        layouts: The bytes that they were read from, with the place of each item.
    """

    is_whole: Flags
    numbers: Mapping[int, Floats]
    layouts: tuple[Layout, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.is_whole)

    def wires(self, tag: int) -> tuple[bytes | None, ...]:
        """Return the bytes of one item of each packet, None where it has none."""
        found: list[bytes | None] = [None] * len(self)
        for layout in self.layouts:
            for element in layout.elements:
                if element.tag != tag:
                    continue
                column = layout.data[:, element.start : element.end]
                for row, octets in zip(layout.rows.tolist(), column, strict=True):
                    found[row] = octets.tobytes()
        return tuple(found)


def decode_columns(
    packets: Sequence[KlvPacket] | Sequence[bytes],
    *,
    table: ItemTable = ST0601,
    policy: DamagePolicy = DamagePolicy.MARK,
) -> MetadataColumns:
    """Decode the numbers of n packets of one set to columns.

    Args:
        packets: As a KlvFramer gives them, or their bytes. A packet that is no whole packet
            of the set is marked and left out.
        table: The set's standard.
        policy: What is given of damaged packets. ``mark`` reads many at once; ``reject`` decodes
            each packet whole, to know that nothing is wrong with it, and ``salvage`` those that
            are broken.

    Returns:
        The columns, a row a packet, in order.
    """
    raws = [packet if isinstance(packet, bytes) else packet.raw for packet in packets]
    is_whole = np.zeros(len(raws), dtype=np.bool_)
    numbers: dict[int, Floats] = {}
    layouts: list[Layout] = []
    for rows, data in _by_length(raws):
        layouts += _layouts(rows, data)
    if policy is DamagePolicy.REJECT:
        layouts = [kept for each in layouts if (kept := _without_damage(each)) is not None]
    for layout in layouts:
        is_whole[layout.rows] = True
    if policy is DamagePolicy.SALVAGE:
        layouts += _salvaged(raws, np.flatnonzero(~is_whole), table)
    for layout in layouts:
        _read(layout, table, numbers=numbers, n_packets=len(raws))
    return MetadataColumns(is_whole=is_whole, numbers=numbers, layouts=tuple(layouts))


def _by_length(raws: list[bytes]) -> list[tuple[Rows, Bytes]]:
    """Return the rows of each length, and their bytes as (k, length), sums right."""
    rows_of: dict[int, list[int]] = {}
    for row, raw in enumerate(raws):
        rows_of.setdefault(len(raw), []).append(row)
    found = []
    for length, rows in rows_of.items():
        if length < N_LABEL_BYTES + 1 + len(CHECKSUM_HEADER) + 2:
            continue
        joined = b"".join([raws[row] for row in rows])
        data = np.frombuffer(joined, dtype=np.uint8).reshape(len(rows), length)
        is_right = _is_checksum_right(data)
        found.append((np.array(rows, dtype=np.intp)[is_right], data[is_right]))
    return found


def _is_checksum_right(data: Bytes) -> Flags:
    """Return whether each row's sum holds: (k,)."""
    stated = data[:, -2].astype(np.uint16) << np.uint16(8) | data[:, -1]
    right: Flags = checksums_of_rows(data[:, :-2]) == stated
    return right


def _layouts(rows: Rows, data: Bytes) -> list[Layout]:
    """Return packets of one length by their layouts; a packet that has none is left out."""
    found = []
    while len(rows):
        first = data[0].tobytes()
        elements = elements_of_packet(first)
        if elements is None:
            rows, data = rows[1:], data[1:]
            continue
        columns = _fixed_columns(elements)
        is_same = (data[:, columns] == data[0, columns]).all(axis=1)
        found.append(
            Layout(
                rows=rows[is_same],
                data=np.ascontiguousarray(data[is_same]),
                elements=tuple(elements),
            )
        )
        rows, data = rows[~is_same], data[~is_same]
    return found


def _without_damage(layout: Layout) -> Layout | None:
    """Return the packets of a layout with which nothing is wrong; None where there are none."""
    is_sound = np.array(
        [not decode_packet(frame_packet(row.tobytes())).damage for row in layout.data], np.bool_
    )
    if not is_sound.any():
        return None
    return Layout(rows=layout.rows[is_sound], data=layout.data[is_sound], elements=layout.elements)


def _salvaged(raws: list[bytes], rows: Rows, table: ItemTable) -> list[Layout]:
    """Return what is left of broken packets: a layout each."""
    found = []
    for row in rows.tolist():
        elements = salvaged_elements(raws[row], table)
        if elements:
            data = np.frombuffer(raws[row], dtype=np.uint8)[np.newaxis]
            rows_of_one = np.array([row], dtype=np.intp)
            found.append(Layout(rows=rows_of_one, data=data, elements=tuple(elements)))
    return found


def elements_of_packet(raw: bytes) -> list[Element] | None:
    """Return where the items of a packet stand in it; None where its structure is broken."""
    form = set_of_label(raw[:N_LABEL_BYTES])
    if form is None or not form.has_checksum:
        return None
    try:
        n_bytes, start = decode_ber_length(raw, N_LABEL_BYTES)
    except KlvDecodeError:
        return None
    elements, damage = walk_local_set(raw[start:])
    if damage or start + n_bytes != len(raw) or not elements:
        return None
    return [
        Element(each.tag, each.tag_start + start, each.start + start, each.end + start)
        for each in elements
    ]


def _fixed_columns(elements: list[Element]) -> npt.NDArray[np.intp]:
    """Return the bytes that a layout fixes: label, length, and each item's tag and length."""
    parts = [np.arange(elements[0].tag_start)]
    parts += [np.arange(each.tag_start, each.start) for each in elements]
    return np.concatenate(parts).astype(np.intp)


def _read(layout: Layout, table: ItemTable, *, numbers: dict[int, Floats], n_packets: int) -> None:
    """Write the numbers of a layout's items into their columns."""
    for element in layout.elements:
        kind = table.by_number.get(element.tag)
        n_bytes = element.end - element.start
        if kind is None or not 1 <= n_bytes <= _MAX_COLUMN_BYTES:
            continue
        values = _values(kind, layout.data[:, element.start : element.end])
        if values is None:
            continue
        if element.tag not in numbers:
            numbers[element.tag] = np.full(n_packets, np.nan)
        numbers[element.tag][layout.rows] = values


def _values(kind: ItemKind, octets: Bytes) -> Floats | None:
    """Return the numbers of (k, n_bytes) bytes; None where the item is none or not as long."""
    n_bytes = octets.shape[1]
    if isinstance(kind, ImapItem):
        if n_bytes > kind.max_bytes:
            return None
        return imapb_decode_array(_unsigned(octets), kind.low, kind.high, n_bytes=n_bytes)
    if not isinstance(kind, LinearItem | UintItem | IntItem | EnumItem | FlagsItem):
        return None
    if kind.n_bytes is None and isinstance(kind, UintItem | IntItem):
        if n_bytes > kind.max_bytes:
            return None
    elif n_bytes != kind.n_bytes:
        return None
    if isinstance(kind, LinearItem):
        return _linear(kind, octets)
    return (_signed(octets) if isinstance(kind, IntItem) else _unsigned(octets)).astype(np.float64)


def _linear(kind: LinearItem, octets: Bytes) -> Floats:
    if not kind.is_signed:
        return _unsigned(octets).astype(np.float64) * kind.step + kind.low
    codes = _signed(octets)
    values = codes.astype(np.float64) * kind.step
    values[codes == kind.out_of_range_code] = np.nan
    return values


def _unsigned(octets: Bytes) -> npt.NDArray[np.uint64]:
    """Return (k, n_bytes) big-endian bytes as integers."""
    n_bytes = octets.shape[1]
    if n_bytes in (1, 2, 4, 8):
        packed = np.ascontiguousarray(octets).view(f">u{n_bytes}")[:, 0]
        return packed.astype(np.uint64)
    codes = np.zeros(len(octets), dtype=np.uint64)
    for column in range(n_bytes):
        codes = codes << np.uint64(8) | octets[:, column]
    return codes


def _signed(octets: Bytes) -> npt.NDArray[np.int64]:
    """Return (k, n_bytes) big-endian bytes as signed integers."""
    shift = np.int64(64 - 8 * octets.shape[1])
    return (_unsigned(octets).view(np.int64) << shift) >> shift
