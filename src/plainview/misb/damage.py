"""Damage: what is wrong with a packet, by kind and place, and what is done with what is left."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["DOUBTFUL", "Damage", "DamageKind", "DamagePolicy"]


class DamageKind(StrEnum):
    """How bytes break their standard. A packet with any of these is never passed as whole."""

    GARBAGE = "garbage"
    """Bytes that belong to no packet."""
    LABEL = "label"
    """A universal label that differs in a bit or two from one that is known."""
    STRAY_ELEMENT = "stray_element"
    """A single element where a set should stand."""
    TRUNCATED = "truncated"
    """The bytes end before the packet does."""
    LENGTH = "length"
    """A packet's length that cannot be right: too long, or reaching over the next packet."""
    CHECKSUM = "checksum"
    CHECKSUM_MISSING = "checksum_missing"
    """The set must end with a checksum and does not."""
    ITEM_OVERRUN = "item_overrun"
    """An item's tag or length runs over the end of its set."""
    ITEM_LENGTH = "item_length"
    """An item has a length that its standard does not give it."""
    ITEM_VALUE = "item_value"
    """An item holds what its standard does not allow."""
    ITEM_REPEATED = "item_repeated"
    """An item stands twice where its standard has it once."""
    ITEM_UNKNOWN = "item_unknown"
    """A tag or key that the standard does not have, in a set that must not have any."""
    ITEM_MISSING = "item_missing"
    """An item that the set must have is not there."""
    IMPLAUSIBLE = "implausible"
    """Valid bytes, and values that contradict each other or what came before."""


DOUBTFUL: Final = frozenset(
    {
        DamageKind.GARBAGE,
        DamageKind.LABEL,
        DamageKind.STRAY_ELEMENT,
        DamageKind.TRUNCATED,
        DamageKind.LENGTH,
        DamageKind.CHECKSUM,
        DamageKind.CHECKSUM_MISSING,
    }
)
"""Damage that may lie in any byte of the packet, so that no item alone can be believed for it."""


class DamagePolicy(StrEnum):
    """What is done with a damaged packet; its damage is marked under each of them."""

    REJECT = "reject"
    """Nothing of a packet with any damage is given: no items, no time."""
    MARK = "mark"
    """All that can be read is given and marked. Nothing is made of a packet with doubtful damage;
    of other damage, the items that it lies in are left out alone."""
    SALVAGE = "salvage"
    """Of a packet with doubtful damage, the items before the first place where damage shows are
    given, marked and used; all of them where it shows nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One thing that is wrong with a packet.

    Args:
        kind: One of DamageKind.
        place: Where, such as ``packet``, ``item 13``, ``item 48.3``.
    """

    kind: str
    place: str
