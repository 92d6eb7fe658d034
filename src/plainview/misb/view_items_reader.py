"""The numbers that a stream's sets say, one after another, before any View is made of them."""

from typing import Final

from plainview.misb.believed_sets import believed_set, is_doubtful_set
from plainview.misb.damage import DamagePolicy
from plainview.misb.held_items import MAX_ITEM_AGE_S, HeldItems
from plainview.misb.metadata_set import MetadataSet
from plainview.misb.view_items import ViewItems
from plainview.misb.view_items_0104 import view_items_0104
from plainview.misb.view_items_0601 import view_items_0601

__all__ = ["ITEM_READERS", "ViewItemsReader"]

ITEM_READERS: Final = {"ST0601": view_items_0601, "EG0104": view_items_0104}
"""How the items of each set that a View can be made of are read."""


class ViewItemsReader:
    """Remembers what one kind of set on one stream has said.

    Args:
        max_item_age_s: A number that was not sent again for this long is not known.
        damage: What is done with damaged sets.
    """

    def __init__(
        self,
        *,
        max_item_age_s: float = MAX_ITEM_AGE_S,
        damage: DamagePolicy = DamagePolicy.MARK,
    ) -> None:
        self._damage = damage
        self._held = HeldItems(max_age_s=max_item_age_s)

    def update(self, metadata: MetadataSet) -> ViewItems | None:
        """Take in a set and return all that is known; None where it is of no use or damaged."""
        reader = ITEM_READERS.get(metadata.set_name)
        if reader is None or is_doubtful_set(metadata, policy=self._damage):
            return None
        self._held.update(believed_set(metadata))
        return reader(self._held)
