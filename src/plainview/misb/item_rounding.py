"""The 1-sigma of an item's rounding to the steps of the wire."""

import math
from functools import lru_cache
from typing import Final

from plainview.misb.item_kinds import ImapItem, LinearItem
from plainview.misb.metadata_set import Item, ItemKey
from plainview.misb.st0601 import ST0601

__all__ = ["rounding_sigma"]

_SIGMA_OF_STEP: Final = 1.0 / math.sqrt(12.0)
"""A value is evenly likely anywhere within a step."""

_RELATIVE_STEP: Final = {4: 2.0**-23, 8: 2.0**-52}
"""Step of an IEEE number over itself, by its bytes."""


def rounding_sigma(key: ItemKey, item: Item) -> float:
    """Return the 1-sigma of an item's rounding, in the item's unit.

    Args:
        key: Its number in ST 0601, or the name of its EG 0104 key.
        item: With its value and its bytes.

    Returns:
        The step of its table at its length over the root of 12; that of its IEEE number
        where it is one; 0 for other kinds, whose steps do not matter to a View.
    """
    wire, value = item.wire, item.value
    if isinstance(key, str):
        size = abs(value) if isinstance(value, int | float) else 0.0
        return _RELATIVE_STEP.get(len(wire), 0.0) * size * _SIGMA_OF_STEP
    return _rounding_0601(key, len(wire))


@lru_cache(maxsize=1024)
def _rounding_0601(tag: int, n_bytes: int) -> float:
    kind = ST0601.by_number.get(tag)
    if isinstance(kind, LinearItem):
        return kind.step * _SIGMA_OF_STEP
    if isinstance(kind, ImapItem) and n_bytes:
        return kind.step_of(n_bytes) * _SIGMA_OF_STEP
    return 0.0
