"""Which sets, and which of their items, are believed."""

from dataclasses import replace
from typing import Final

from plainview.misb.damage import DamageKind
from plainview.misb.metadata_set import MetadataSet

__all__ = ["DOUBTFUL", "believed_set", "is_doubtful_set"]

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
"""Damage after which no item of the set can be believed."""

_TIME_STAMP: Final = "time stamp"
"""What a plausibility check calls the set's own time."""


def is_doubtful_set(metadata: MetadataSet, *, is_damage_used: bool = False) -> bool:
    """Return whether a set cannot be believed at all: its bytes, or when it is.

    Args:
        metadata: A decoded set.
        is_damage_used: Whether sets whose checksum fails are used all the same.
    """
    return any(
        damage.place == _TIME_STAMP or (damage.kind in DOUBTFUL and not is_damage_used)
        for damage in metadata.damage
    )


def believed_set(metadata: MetadataSet) -> MetadataSet:
    """Return the set without the items that contradict others or what came before."""
    places = {damage.place for damage in metadata.damage if damage.kind == DamageKind.IMPLAUSIBLE}
    if not places:
        return metadata
    items = {
        key: item for key, item in metadata.items.items() if not places & {str(key), f"item {key}"}
    }
    return replace(metadata, items=items)
