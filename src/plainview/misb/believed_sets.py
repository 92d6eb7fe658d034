"""Which sets, and which of their items, are believed."""

from dataclasses import replace
from typing import Final

from plainview.misb.damage import DOUBTFUL, DamageKind, DamagePolicy
from plainview.misb.metadata_set import MetadataSet

__all__ = ["believed_set", "is_doubtful_set"]

_TIME_STAMP: Final = "time stamp"
"""What a plausibility check calls the set's own time."""


def is_doubtful_set(metadata: MetadataSet, *, policy: DamagePolicy = DamagePolicy.MARK) -> bool:
    """Return whether a set cannot be believed at all: its bytes, or when it is.

    Args:
        metadata: A decoded set.
        policy: What is done with damaged ones.
    """
    if policy is DamagePolicy.REJECT:
        return not metadata.is_whole
    return any(
        damage.place == _TIME_STAMP
        or (damage.kind in DOUBTFUL and policy is not DamagePolicy.SALVAGE)
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
