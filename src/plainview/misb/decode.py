"""Packets to sets: each item by the table of its standard, each defect marked."""

from plainview.misb.framing import KlvPacket
from plainview.misb.metadata_set import Item, ItemKey, MetadataSet

__all__ = ["Item", "ItemKey", "MetadataSet", "decode_packet"]


def decode_packet(packet: KlvPacket) -> MetadataSet:
    """Decode a packet to what it says."""
    raise NotImplementedError(packet.label.hex())
