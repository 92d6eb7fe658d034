"""Columns back to packets: the values of n packets written at once, by the same table.

What is written over keeps the length that it had on the wire, so a number that was not changed
gives the bytes that it came from, and so does a packet. New packets take their layout from the
first of them, which `encode_set` writes.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.misb.checksum import checksums_of_rows
from plainview.misb.columns import Layout, MetadataColumns, decode_columns
from plainview.misb.encode import encode_set
from plainview.misb.imap import IMAP_NOT_A_NUMBER, imapb_encode_array
from plainview.misb.item_kind import ItemKind
from plainview.misb.item_numbers import EnumItem, FlagsItem, ImapItem, IntItem, LinearItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.local_set_encode import KlvEncodeError
from plainview.misb.st0601 import ST0601

__all__ = ["amend_columns", "encode_columns"]

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

_MOST_INTEGER: Final = 2.0**53
_BLOCK: Final = 4096
"""Rows that are written at a time: their bytes stay in a processor's second cache."""
_WHOLE: Final = (1, 2, 4, 8)
"""Lengths that NumPy has an integer of."""


def amend_columns(
    columns: MetadataColumns, changes: Mapping[int, Floats], *, table: ItemTable = ST0601
) -> tuple[bytes | None, ...]:
    """Return decoded packets with some numbers changed and every other byte as it came.

    Args:
        columns: n packets, as `decode_columns` gives them.
        changes: Tag to (n,) values. NaN becomes the item's mark for out of range. A packet
            that has no such item, or has it without a length, is left as it is.
        table: The set's standard.

    Returns:
        The packet of each row; None where the row was not whole.

    Raises:
        KlvEncodeError: A value that its item cannot hold, or an item that we never set.
    """
    for tag in changes:
        _check_settable(tag, table)
    packets: list[bytes | None] = [None] * len(columns)
    for layout in columns.layouts:
        data = _amended(layout, columns, changes, table=table) if changes else layout.data
        _cut(data, layout.rows, packets)
    return tuple(packets)


def encode_columns(
    numbers: Mapping[int, Floats],
    *,
    others: Mapping[int, object] | None = None,
    set_name: str = "ST0601",
    table: ItemTable = ST0601,
) -> tuple[bytes, ...]:
    """Encode n packets of numbers.

    Args:
        numbers: Tag to (n,) values, all of one length. Where a value is NaN, the packet does
            not have the item. Integers must be whole numbers below 2**53.
        others: Items that are the same in all packets, as `encode_set` takes them.
        set_name: As for `encode_set`.
        table: That set's standard.

    Returns:
        A packet a row, equal to what `encode_set` makes of the row.

    Raises:
        KlvEncodeError: A value that its item cannot hold, or an item that we never set.
    """
    given = {tag: np.asarray(values, np.float64) for tag, values in numbers.items()}
    for tag in given:
        _check_settable(tag, table)
    packets: list[bytes] = [b""] * len(next(iter(given.values()), ()))
    for rows in _rows_of_one_layout(given, table):
        first = {tag: _plain(table, tag, float(column[rows[0]])) for tag, column in given.items()}
        known = {tag: value for tag, value in first.items() if value is not None}
        template = encode_set({**known, **(others or {})}, set_name=set_name)
        (layout,) = decode_columns((template,), table=table).layouts
        written = [each for each in layout.elements if each.tag in known]
        is_all = len(rows) == len(packets)
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            data = np.repeat(layout.data, len(block), axis=0)
            for element in written:
                column = given[element.tag]
                values = column[start : start + _BLOCK] if is_all else column[block]
                kind = table.by_number[element.tag]
                _write(kind, values, data=data, span=(element.start, element.end))
            _write_checksums(data)
            _cut(data, block, packets)
    return tuple(packets)


def _amended(
    layout: Layout, columns: MetadataColumns, changes: Mapping[int, Floats], *, table: ItemTable
) -> Bytes:
    """Return the bytes of a layout's packets with what differs written over."""
    data = layout.data.copy()
    for element in layout.elements:
        if element.tag not in changes or element.start == element.end:
            continue
        before = columns.numbers[element.tag][layout.rows]
        values = np.asarray(changes[element.tag], np.float64)[layout.rows]
        differs = np.flatnonzero((values != before) & ~(np.isnan(values) & np.isnan(before)))
        kind = table.by_number[element.tag]
        span = (element.start, element.end)
        _write(kind, values[differs], data=data, span=span, rows=differs)
    _write_checksums(data)
    return data


def _cut(data: Bytes, rows: Rows, packets: list[Any]) -> None:
    """Put (k, length) bytes into their rows."""
    whole, length = data.tobytes(), data.shape[1]
    for place, row in enumerate(rows.tolist()):
        packets[row] = whole[place * length : (place + 1) * length]


def _check_settable(tag: int, table: ItemTable) -> None:
    kind = table.by_number.get(tag)
    name = f"{table.standard} item {tag}" + (f" ({kind.name})" if kind else "")
    if tag in table.never_set:
        what, mend = "is read and kept to the byte, and never set.", "Leave it out."
    elif tag == table.checksum:
        what, mend = "is computed, not set.", "Leave it out."
    elif not isinstance(kind, LinearItem | ImapItem | UintItem | IntItem | EnumItem | FlagsItem):
        what, mend = "holds no number.", "Give it to `encode_set`, packet by packet."
    else:
        return
    raise KlvEncodeError(where=name, what=what, mend=mend)


def _plain(table: ItemTable, tag: int, value: float) -> float | int | None:
    """Return a column's value as its item takes it; None where there is none."""
    if np.isnan(value):
        return None
    is_float = isinstance(table.by_number[tag], LinearItem | ImapItem)
    return value if is_float or value != round(value) else int(value)


def _rows_of_one_layout(numbers: Mapping[int, Floats], table: ItemTable) -> list[Rows]:
    """Return rows whose packets have the same items in the same lengths."""
    n_packets = len(next(iter(numbers.values()), ()))
    lengths = []
    for tag, values in numbers.items():
        if len(values) != n_packets:
            raise ValueError(f"columns of {n_packets} and of {len(values)} packets")
        if not n_packets:
            return []
        kind = table.by_number[tag]
        if not _is_of_one_length(kind, values):
            lengths.append(_n_bytes(kind, values))
    if not lengths:
        return [np.arange(n_packets)] if n_packets else []
    _, group_of = np.unique(np.stack(lengths), axis=1, return_inverse=True)
    order = np.argsort(group_of.reshape(-1), kind="stable")
    borders = np.flatnonzero(np.diff(group_of.reshape(-1)[order])) + 1
    return list(np.split(order, borders))


def _is_of_one_length(kind: ItemKind, values: Floats) -> bool:
    """Return whether surely all of some values are known and need as many bytes."""
    ends = np.array([values.min(), values.max()])
    if np.isnan(ends).any():
        return False
    if not isinstance(kind, UintItem | IntItem) or kind.n_bytes is not None:
        return True
    needed = _n_bytes(kind, ends)
    is_of_one_sign = bool(ends[0] >= 0.0 or ends[1] < 0.0)
    return bool(needed[0] == needed[1] and (is_of_one_sign or needed[0] == 1))


def _n_bytes(kind: ItemKind, values: Floats) -> npt.NDArray[np.int8]:
    """Return how many bytes each value needs, 1 for a fixed length, 0 where none: (n,)."""
    unknown = np.isnan(values)
    if not isinstance(kind, UintItem | IntItem) or kind.n_bytes is not None:
        return (~unknown).view(np.int8)
    sign_bits = 1 if isinstance(kind, IntItem) else 0
    magnitude = np.where(values < 0.0, -values - 1.0, values)
    _, n_bits = np.frexp(np.nan_to_num(magnitude))
    needed = np.clip((n_bits + sign_bits + 7) // 8, 1, kind.max_bytes)
    return np.where(unknown, 0, needed).astype(np.int8)


def _write(
    kind: ItemKind, values: Floats, *, data: Bytes, span: tuple[int, int], rows: Rows | None = None
) -> None:
    """Write (k,) values into the columns of a span of (m, length) bytes, at k of its rows.

    Raises:
        KlvEncodeError: A value that the item cannot hold.
    """
    start, end = span
    n_bytes = end - start
    codes: Codes | Floats
    if isinstance(kind, LinearItem):
        codes = _linear_codes(kind, values)
    elif isinstance(kind, ImapItem):
        codes = _imap_codes(kind, values, n_bytes=n_bytes)
    else:
        codes = _integer_codes(kind, values, n_bytes=n_bytes)
    if n_bytes not in _WHOLE:
        wide = codes.astype(np.int64).astype(">i8").view(np.uint8).reshape(len(values), 8)
        data[slice(None) if rows is None else rows, start:end] = wide[:, 8 - n_bytes :]
        return
    is_signed = isinstance(kind, IntItem) or (isinstance(kind, LinearItem) and kind.is_signed)
    form = f">{'i' if is_signed else 'u'}{n_bytes}"
    column = np.ndarray(len(data), form, data.data, offset=start, strides=(data.strides[0],))
    column[slice(None) if rows is None else rows] = codes


def _linear_codes(kind: LinearItem, values: Floats) -> Floats:
    """Return codes that are whole numbers below 2**53."""
    unknown = None
    if not _is_inside(values, kind.low, kind.high):
        unknown = np.isnan(values)
        if kind.out_of_range_code is not None:
            values = np.where(unknown, 0.0, values)
        _refuse(kind, values, ~((values >= kind.low) & (values <= kind.high)))
    steps = values / kind.step if kind.zero == 0.0 else (values - kind.zero) / kind.step
    np.rint(steps, out=steps)
    if unknown is not None and kind.out_of_range_code is not None:
        steps[unknown] = kind.out_of_range_code
    return steps


def _imap_codes(kind: ImapItem, values: Floats, *, n_bytes: int) -> Codes:
    unknown = None
    if not _is_inside(values, kind.low, kind.high):
        unknown = np.isnan(values)
        values = np.where(unknown, kind.low, values)
        _refuse(kind, values, ~((values >= kind.low) & (values <= kind.high)))
    codes = imapb_encode_array(values, kind.low, kind.high, n_bytes=n_bytes)
    if unknown is not None:
        codes[unknown] = IMAP_NOT_A_NUMBER[0] << (8 * (n_bytes - 1))
    return codes.view(np.int64)


def _integer_codes(kind: ItemKind, values: Floats, *, n_bytes: int) -> Codes:
    is_signed = isinstance(kind, IntItem)
    n_bits = 8 * n_bytes - is_signed
    high = min(2.0**n_bits - 1.0, _MOST_INTEGER)
    low = max(-(2.0**n_bits), -_MOST_INTEGER) * is_signed
    if not _is_inside(values, low, high):
        _refuse(kind, values, ~((values >= low) & (values <= high)))
    codes = values.astype(np.int64)
    _refuse(kind, values, codes != values)
    if isinstance(kind, EnumItem) and kind.names:
        _refuse(kind, values, ~np.isin(values, list(kind.names)))
    return codes


def _is_inside(values: Floats, low: float, high: float) -> bool:
    """Return whether all of some values lie in a range; not where one of them is NaN."""
    return not len(values) or bool(values.min() >= low and values.max() <= high)


def _refuse(kind: ItemKind, values: Floats, wrong: npt.NDArray[np.bool_]) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        raise KlvEncodeError(
            where=f"item {kind.number} ({kind.name})",
            what=f"cannot hold {values[row]:g}.",
            mend="Its table has its range; NaN says that the value is not known.",
        )


def _write_checksums(data: Bytes) -> None:
    """Write each row's sum into its last two bytes."""
    sums = checksums_of_rows(data[:, :-2])
    data[:, -2] = sums >> np.uint16(8)
    data[:, -1] = sums & np.uint16(0xFF)
