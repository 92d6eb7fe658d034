"""ST 0601, the UAS Datalink Local Set: the one table that everything about it is read from.

Decoder, encoder, columns and the map to a View use these items; a nested standard is plugged
in by giving its NestedItem a `decode_nested` in the table.

Source:
    MISB ST 0601.19, checked item by item against the tables of tstrans 0.8, stanag4609 0.4
    and KWIVER's decoded packets.
"""

from typing import Final

from plainview.misb.items import ItemTable
from plainview.misb.st0601_items_1_to_72 import ITEMS_1_TO_72
from plainview.misb.st0601_items_73_to_143 import ITEMS_73_TO_143

__all__ = ["ITEMS", "ST0601"]

ITEMS: Final = ITEMS_1_TO_72 + ITEMS_73_TO_143

ST0601: Final = ItemTable(
    standard="ST 0601",
    items=ITEMS,
    repeatable=frozenset({100, 101, 102, 115}),
    never_set=frozenset({60, 61, 62, 140}),
    own_sets=frozenset({100, 101}),
    checksum=1,
    timestamp=2,
)
"""Items 60, 61, 62 and 140 tell of weapons and laser codes; SCOPE.md says why they are read,
kept to the byte and never set."""
