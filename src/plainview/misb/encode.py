"""Values to packets, and packets changed in place with every other byte kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from plainview.misb.ber import decode_ber_length, encode_ber_length
from plainview.misb.checksum import CHECKSUM_HEADER, with_checksum
from plainview.misb.crc32 import CRC32_HEADER, crc32_mpeg2
from plainview.misb.decode import LOCAL_SETS, UNIVERSAL_SETS
from plainview.misb.items import ItemTable, walk_local_set
from plainview.misb.local_set_encode import (
    KlvEncodeError,
    encode_element,
    encode_item,
    encode_local_set,
)
from plainview.misb.metadata_set import ItemKey, MetadataSet
from plainview.misb.universal_label import N_LABEL_BYTES, SETS, SetFormat
from plainview.misb.universal_set import encode_universal_set

__all__ = ["KlvEncodeError", "amend_set", "encode_local_set", "encode_set"]

_LABELS: Final[Mapping[str, SetFormat]] = {each.name: each for each in SETS}


def encode_set(items: Mapping[Any, object], *, set_name: str = "ST0601") -> bytes:
    """Encode a packet: label, length, items, and the checksum where the set has one.

    Args:
        items: Tag number, or EG 0104 name, to value. None is written without a length, which
            says that the value is not known. An Item that was decoded is written by the
            bytes that it came as.
        set_name: ``ST0601``, ``EG0104``, ... as in MetadataSet.

    Returns:
        The packet. The time stamp comes first and the checksum last; the others stand in the
        order that they were given in.

    Raises:
        KlvEncodeError: A value that its item cannot hold, or an item that we never set
            (weapons and laser codes) given as anything but an Item with its bytes.
    """
    form = _LABELS[set_name]
    if set_name in UNIVERSAL_SETS:
        named = _by_name(items)
        try:
            value = encode_universal_set(named, UNIVERSAL_SETS[set_name])
        except ValueError as exc:
            raise KlvEncodeError(where=set_name, what=f"{exc}.", mend="") from exc
    else:
        value = encode_local_set(_by_tag(items), LOCAL_SETS[set_name])
    return _packet(form, value)


def amend_set(metadata: MetadataSet, changes: Mapping[int, object]) -> bytes:
    """Return a decoded packet with some items changed and every other byte as it came.

    Args:
        metadata: A whole packet of a local set.
        changes: Tag number to value, as for `encode_set`; a tag that the packet does not have
            is added before the checksum.

    Returns:
        The packet; the same bytes where nothing is changed.

    Raises:
        KlvEncodeError: The packet is damaged or no local set, or a value cannot be written.
    """
    table, form = LOCAL_SETS.get(metadata.set_name), _LABELS.get(metadata.set_name)
    if table is None or form is None or not metadata.is_whole:
        raise KlvEncodeError(
            where=f"a packet of {metadata.set_name}",
            what="is damaged or no local set, so that its items cannot be changed.",
            mend="Write its bytes as they are.",
        )
    if not changes:
        return metadata.raw
    _, start = decode_ber_length(metadata.raw, N_LABEL_BYTES)
    data = metadata.raw[start:]
    parts: list[bytes] = []
    preceding: dict[ItemKey, None] = {}
    left = dict(changes)
    for element in walk_local_set(data)[0]:
        if element.tag == table.checksum:
            continue
        part = data[element.tag_start : element.end]
        if element.tag in left:
            part = _element(element.tag, left.pop(element.tag), (table, preceding))
        parts.append(part)
        preceding[element.tag] = None
    for tag, given in left.items():
        parts.append(_element(tag, given, (table, preceding)))
        preceding[tag] = None
    kept_label = replace(form, label=metadata.raw[:N_LABEL_BYTES])
    return _packet(kept_label, b"".join(parts))


def _element(tag: int, given: object, at: tuple[ItemTable, Mapping[ItemKey, None]]) -> bytes:
    """Return an item with its tag and length, after the items that stand before it."""
    table, preceding = at
    return encode_element(tag, encode_item(tag, given, table, preceding=tuple(preceding)))


def _packet(form: SetFormat, value: bytes) -> bytes:
    """Return label, length, value, and the checksum where the set has one."""
    if form.name == "ST0806":
        return _with_crc32(form, value)
    if not form.has_checksum:
        return form.label + encode_ber_length(len(value)) + value
    n_bytes = len(value) + len(CHECKSUM_HEADER) + 2
    return with_checksum(form.label + encode_ber_length(n_bytes) + value + CHECKSUM_HEADER)


def _with_crc32(form: SetFormat, value: bytes) -> bytes:
    n_bytes = len(value) + len(CRC32_HEADER) + 4
    packet = form.label + encode_ber_length(n_bytes) + value + CRC32_HEADER
    return packet + crc32_mpeg2(packet).to_bytes(4, "big")


def _by_tag(items: Mapping[ItemKey, object]) -> dict[int, object]:
    wrong = [key for key in items if not isinstance(key, int)]
    if wrong:
        raise ValueError(f"a local set has tag numbers, not {wrong}")
    return {key: given for key, given in items.items() if isinstance(key, int)}


def _by_name(items: Mapping[ItemKey, object]) -> dict[str, object]:
    wrong = [key for key in items if not isinstance(key, str)]
    if wrong:
        raise ValueError(f"a universal set has names, not {wrong}")
    return {key: given for key, given in items.items() if isinstance(key, str)}
