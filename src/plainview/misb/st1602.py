"""ST 1602, the composite imaging local set: a picture put together from several."""

from typing import Final

from plainview.misb.item_kinds import IntItem, NestedItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import set_item

__all__ = ["COMPOSITE_ITEM", "ST1602"]

ST1602: Final = ItemTable(
    standard="ST 1602",
    items=(
        UintItem(1, "precision_time_stamp_us", n_bytes=8),
        UintItem(2, "version"),
        UintItem(3, "source_rows"),
        UintItem(4, "source_columns"),
        UintItem(5, "source_area_rows"),
        UintItem(6, "source_area_columns"),
        IntItem(7, "source_area_x"),
        IntItem(8, "source_area_y"),
        UintItem(9, "sub_image_rows"),
        UintItem(10, "sub_image_columns"),
        IntItem(11, "sub_image_x"),
        IntItem(12, "sub_image_y"),
        UintItem(13, "active_rows"),
        UintItem(14, "active_columns"),
        IntItem(15, "active_x"),
        IntItem(16, "active_y"),
        UintItem(17, "transparency", n_bytes=1),
        UintItem(18, "z_order", n_bytes=1),
    ),
)
"""MISB ST 1602.1; numbers of pixels. The version is BER-OID, below 128 the same byte."""

COMPOSITE_ITEM: Final[NestedItem] = set_item(99, "composite_imaging_local_set", ST1602)
"""ST 0601 item 99."""
