"""ST 0903, the VMTI local set: moving targets that someone saw in a frame.

Inside ST 0601 it is item 74; by itself it has its own label and checksum. Times in it are MISP
time.

Source:
    MISB ST 0903.6, with the items of issue 5 that real streams have; checked against KWIVER's
    decoded packets, tstrans 0.8 and stanag4609 0.4.
"""

from typing import Final

from plainview.misb.item_kinds import ImapItem, NestedItem, TextItem, UintItem
from plainview.misb.items import ItemTable
from plainview.misb.nested_sets import series_item, set_item, set_series_item
from plainview.misb.st0903_target import decode_target, encode_target
from plainview.misb.st1204 import decode_core_identifier, encode_core_identifier

__all__ = ["ST0903", "VMTI_ITEM"]

ALGORITHM: Final = ItemTable(
    standard="ST 0903 Algorithm",
    items=(
        UintItem(1, "algorithm_id"),
        TextItem(2, "name"),
        TextItem(3, "version"),
        TextItem(4, "class"),
        UintItem(5, "n_frames"),
    ),
)

ONTOLOGY: Final = ItemTable(
    standard="ST 0903 Ontology",
    items=(
        UintItem(1, "ontology_id"),
        UintItem(2, "parent_id"),
        TextItem(3, "ontology_iri"),
        TextItem(4, "entity_iri"),
        TextItem(5, "version_iri"),
        TextItem(6, "label"),
    ),
)

ST0903: Final = ItemTable(
    standard="ST 0903",
    items=(
        UintItem(1, "checksum", n_bytes=2),
        UintItem(2, "precision_time_stamp_us", max_bytes=8),
        TextItem(3, "system_name", max_bytes=128),
        UintItem(4, "version", max_bytes=2),
        UintItem(5, "n_targets_detected", max_bytes=3),
        UintItem(6, "n_targets_reported", max_bytes=3),
        UintItem(7, "frame_number", max_bytes=3),
        UintItem(8, "frame_width_px", max_bytes=3),
        UintItem(9, "frame_height_px", max_bytes=3),
        TextItem(10, "source_sensor", max_bytes=512),
        ImapItem(11, "horizontal_fov_deg", low=0.0, high=180.0, n_bytes=2, max_bytes=2),
        ImapItem(12, "vertical_fov_deg", low=0.0, high=180.0, n_bytes=2, max_bytes=2),
        NestedItem(
            13,
            "miis_core_identifier",
            decode_nested=decode_core_identifier,
            encode_nested=encode_core_identifier,
        ),
        series_item(101, "vtarget_series", decode_one=decode_target, encode_one=encode_target),
        set_series_item(102, "algorithm_series", ALGORITHM),
        set_series_item(103, "ontology_series", ONTOLOGY),
    ),
    checksum=1,
    timestamp=2,
)
"""The time stamp has 8 bytes; some encoders leave leading zeros out. Item 7 is of issue 5."""

VMTI_ITEM: Final = set_item(74, "vmti_local_set", ST0903)
"""ST 0601 item 74."""
