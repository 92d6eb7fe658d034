"""Numbers with their age and their rounding from the items that a stream holds."""

import math
from collections.abc import Iterable, Mapping
from typing import Final

from plainview.misb.held_items import HeldItems
from plainview.misb.item_rounding import rounding_sigma
from plainview.misb.metadata_set import Item, ItemKey
from plainview.misb.view_items import Reading, plausible_reading

__all__ = ["held_reading", "plausible_readings"]

_NO_NUMBER: Final = Reading(value=math.nan)
"""Stands for an item that holds no number, told by its identity."""


def held_reading(held: HeldItems, key: ItemKey) -> Reading | None:
    """Return the number of an item; None where it is not known or no number."""
    found = held.aged(key)
    return None if found is None else _reading(key, *found)


def plausible_readings(
    held: HeldItems, keys_of: Mapping[str, Iterable[ItemKey]]
) -> tuple[dict[str, Reading], int]:
    """Return the numbers of quantities, each from the first of its items that is known.

    Args:
        held: What a stream has said.
        keys_of: Name of each quantity to its items, the one to be believed first.

    Returns:
        The numbers by name, and how many known ones were left out because they cannot be.
    """
    readings: dict[str, Reading] = {}
    n_implausible = 0
    for name, keys in keys_of.items():
        for key in keys:
            found = held.aged(key)
            if found is None:
                continue
            known = held.readings.get((name, key))
            if known is None or known[0] is not found[0] or known[1] != found[1]:
                known = (*found, _plausible(name, key, found[0], age_s=found[1]))
                held.readings[name, key] = known
            plausible = known[2]
            if plausible is _NO_NUMBER:
                continue
            if plausible is not None:
                readings[name] = plausible
                break
            n_implausible += 1
    return readings, n_implausible


def _plausible(name: str, key: ItemKey, item: Item, *, age_s: float) -> Reading | None:
    """Return an item's number in the range of a quantity; `_NO_NUMBER` where it is none."""
    reading = _reading(key, item, age_s)
    return _NO_NUMBER if reading is None else plausible_reading(name, reading)


def _reading(key: ItemKey, item: Item, age_s: float) -> Reading | None:
    value = item.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Reading(value=float(value), sigma=rounding_sigma(key, item), age_s=age_s)
