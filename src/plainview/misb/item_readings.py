"""Numbers with their age and their rounding from the items that a stream holds."""

import math
from collections.abc import Iterable, Mapping

from plainview.misb.held_items import HeldItem, HeldItems
from plainview.misb.item_rounding import rounding_sigma
from plainview.misb.metadata_set import ItemKey
from plainview.misb.view_items import Reading, plausible_reading

__all__ = ["held_reading", "plausible_readings"]


def held_reading(held: HeldItems, key: ItemKey) -> Reading | None:
    """Return the number of an item; None where it is not known or no number."""
    found = held.get(key)
    return None if found is None else _reading(key, found)


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
            reading = held_reading(held, key)
            if reading is None:
                continue
            plausible = plausible_reading(name, reading)
            if plausible is not None:
                readings[name] = plausible
                break
            n_implausible += 1
    return readings, n_implausible


def _reading(key: ItemKey, held: HeldItem) -> Reading | None:
    value = held.item.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Reading(value=float(value), sigma=rounding_sigma(key, held), age_s=held.age_s)
