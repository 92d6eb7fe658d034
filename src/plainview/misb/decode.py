"""Packets to sets: each item by the table of its standard, each defect marked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from plainview.misb.crc32 import is_crc32_right
from plainview.misb.damage import Damage, DamageKind, DamagePolicy
from plainview.misb.eg0104 import EG0104, EG0104_TIME
from plainview.misb.framing import KlvPacket
from plainview.misb.items import ItemTable, decode_item, decode_local_set, inside
from plainview.misb.metadata_set import DecodedSet, Item, ItemKey, MetadataSet
from plainview.misb.salvage import intact_elements, is_broken, items_before_damage
from plainview.misb.set_memory import SetMemory
from plainview.misb.st0102 import ST0102, ST0102_UNIVERSAL
from plainview.misb.st0601 import ST0601
from plainview.misb.st0806 import ST0806
from plainview.misb.st0903 import ST0903
from plainview.misb.universal_label import N_LABEL_BYTES, nearest_set, set_of_label
from plainview.misb.universal_set import UniversalTable, decode_universal_set

__all__ = [
    "LOCAL_SETS",
    "UNIVERSAL_SETS",
    "Item",
    "ItemKey",
    "MetadataSet",
    "decode_packet",
    "rejected",
    "set_name",
]

LOCAL_SETS: Final[Mapping[str, ItemTable]] = {
    "ST0601": ST0601,
    "ST0102": ST0102,
    "ST0903": ST0903,
    "ST0806": ST0806,
}
"""The sets that stand by themselves, by name; a further standard is one entry more."""

UNIVERSAL_SETS: Final[Mapping[str, UniversalTable]] = {
    "EG0104": EG0104,
    "ST0102U": ST0102_UNIVERSAL,
}


def decode_packet(
    packet: KlvPacket,
    *,
    policy: DamagePolicy = DamagePolicy.MARK,
    memory: SetMemory | None = None,
) -> MetadataSet:
    """Decode a packet to what it says.

    Args:
        packet: As a KlvFramer gives it, damaged or not.
        policy: What is given of a damaged one.
        memory: Of the packets before it, which saves work and changes nothing.

    Returns:
        Everything that can be read, or what the policy leaves of it, and all that is wrong: the
        packet's own damage and that of its items. A set that we do not know has one item, its
        bytes, under its label.
    """
    name = set_name(packet)
    decoded = _decode(name, packet, memory)
    damage = packet.damage + _crc_damage(name, packet) + decoded.damage
    if policy is DamagePolicy.SALVAGE and is_broken(damage):
        decoded = _salvaged(name, packet, decoded)
    metadata = MetadataSet(
        set_name=name,
        items=decoded.items,
        damage=damage,
        time_us=_time_us(name, decoded),
        stream=packet.stream,
        video_time_us=packet.video_time_us,
        pts_us=packet.pts_us,
        byte_offset=packet.byte_offset,
        repeats=decoded.repeats,
        raw=packet.raw,
    )
    return rejected(metadata) if policy is DamagePolicy.REJECT and damage else metadata


def rejected(metadata: MetadataSet) -> MetadataSet:
    """Return a set with nothing left of it but what is wrong, and where it was."""
    return replace(metadata, items={}, repeats=(), time_us=None)


def set_name(packet: KlvPacket) -> str:
    """Return the name of a packet's set: ``unknown`` or ``garbage`` where it has none."""
    if not packet.label:
        return "garbage"
    known = set_of_label(packet.label) or nearest_set(packet.label)
    return "unknown" if known is None else known.name


def _decode(name: str, packet: KlvPacket, memory: SetMemory | None) -> DecodedSet:
    if name in LOCAL_SETS:
        if memory is not None:
            return memory.decode(packet.value, LOCAL_SETS[name], stream=packet.stream)
        return decode_local_set(packet.value, LOCAL_SETS[name])
    if name in UNIVERSAL_SETS:
        return decode_universal_set(packet.value, UNIVERSAL_SETS[name])
    if name == "ST1204":
        return _decode_core_identifier(packet.value)
    key = packet.label.hex() or name
    kept = packet.value if packet.label else packet.raw
    item = Item(value=kept, wire=kept)
    is_broken = bool(packet.label) and any(
        table.find(kept[:N_LABEL_BYTES]) is not None for table in UNIVERSAL_SETS.values()
    )
    damage = (Damage(kind=DamageKind.LABEL, place="label"),) if is_broken else ()
    return DecodedSet(items={key: item}, damage=damage)


def _salvaged(name: str, packet: KlvPacket, decoded: DecodedSet) -> DecodedSet:
    """Return what a broken packet says before its damage."""
    if name in UNIVERSAL_SETS:
        return items_before_damage(decoded)
    if name not in LOCAL_SETS:
        return decoded
    elements = intact_elements(packet.value, LOCAL_SETS[name])
    end = elements[-1].end if elements else 0
    return decode_local_set(packet.value[:end], LOCAL_SETS[name])


def _crc_damage(name: str, packet: KlvPacket) -> tuple[Damage, ...]:
    """Return what is wrong with the CRC that an ST 0806 set by itself must end with."""
    if name != "ST0806":
        return ()
    is_right = is_crc32_right(packet.raw)
    if is_right is None:
        return (Damage(kind=DamageKind.CHECKSUM_MISSING, place="item 1"),)
    return () if is_right else (Damage(kind=DamageKind.CHECKSUM, place="item 1"),)


def _decode_core_identifier(wire: bytes) -> DecodedSet:
    """Return a core identifier that stands by itself: one item, under its name."""
    kind = ST0601.by_name["miis_core_identifier"]
    item, wrong = decode_item(kind, wire)
    return DecodedSet(items={kind.name: item}, damage=inside(wrong, kind.name))


def _time_us(name: str, decoded: DecodedSet) -> int | None:
    key: ItemKey | None = EG0104_TIME
    if name in LOCAL_SETS:
        key = LOCAL_SETS[name].timestamp
    item = None if key is None else decoded.items.get(key)
    return item.value if item is not None and isinstance(item.value, int) else None
