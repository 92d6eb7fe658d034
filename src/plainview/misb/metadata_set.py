"""What a KLV packet says: its items, each with the bytes that it came as."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plainview.misb.damage import Damage

__all__ = ["DecodedSet", "Item", "ItemKey", "MetadataSet"]

ItemKey = int | str
"""A tag number; the name of an EG 0104 key, or its 32 hex digits where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a set.

    Args:
        value: In the unit that the item's name says. A nested set is a mapping by tag, a
            list a tuple, an enumeration its integer, flags their bits; bytes where the item
            is not known. None where it has no length (not known), holds the standard's mark
            for out of range, or cannot be read.
        wire: The bytes of the value as they came.
        is_out_of_range: Whether it holds the standard's mark for out of range.
    """

    value: object
    wire: bytes = b""
    is_out_of_range: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the item is there and says nothing."""
        return self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedSet:
    """The items of a set, local or universal, nested or not.

    Args:
        items: Tag number or key name to item, in the order of the wire.
        repeats: Items that stand more than once, in order; `items` has the last of each.
        damage: What is wrong inside the set.
    """

    items: dict[ItemKey, Item]
    repeats: tuple[tuple[ItemKey, Item], ...] = ()
    damage: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetadataSet:
    """One decoded KLV packet.

    Args:
        set_name: ``ST0601``, ``EG0104``, ``ST0903``, ...; ``unknown`` for a label that we do
            not know, ``garbage`` for bytes without one.
        items: Tag number or key name to item, in the order of the wire.
        damage: What is wrong with the packet; empty where it is whole.
        time_us: The set's own time stamp as sent: MISP microseconds, not yet UTC. None
            where it has none.
        stream: The stream that it came on.
        video_time_us: When, on the clock of the frames; None where its payload had no stamp.
        pts_us: The container's own stamp; None likewise.
        byte_offset: Where in the file; None where not known.
        repeats: Items that stand more than once, in order; `items` has the last of each.
        raw: The packet to the byte.
    """

    set_name: str
    items: Mapping[ItemKey, Item] = field(default_factory=dict)
    damage: tuple[Damage, ...] = ()
    time_us: int | None = None
    stream: int = 0
    video_time_us: int | None = None
    pts_us: int | None = None
    byte_offset: int | None = None
    repeats: tuple[tuple[ItemKey, Item], ...] = ()
    raw: bytes = b""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.damage

    def value(self, key: ItemKey) -> object:
        """Return an item's value; None where it is absent or not known."""
        item = self.items.get(key)
        return None if item is None else item.value
