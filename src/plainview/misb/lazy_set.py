"""One packet, read as far as it is asked: items are decoded when they are looked at.

Packets of a source mostly have the layout of the one before. Where all bytes of label, lengths
and tags are those of a layout that was met, which is one comparison of two large integers,
nothing is walked.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from plainview.misb.checksum import CHECKSUM_HEADER
from plainview.misb.columns import elements_of_packet
from plainview.misb.damage import DamagePolicy
from plainview.misb.decode import decode_packet
from plainview.misb.framing import frame_packet
from plainview.misb.items import ItemTable, decode_item_of_set, mask_of_layout
from plainview.misb.metadata_set import Item
from plainview.misb.salvage import salvaged_elements
from plainview.misb.st0601 import ST0601

__all__ = ["LazyReader", "LazySet"]

_MOST_LAYOUTS: Final = 16
"""Of packets of one length; a stream with more has damaged ones, and the oldest is forgotten."""

_NO_SPANS: Final[Mapping[int, tuple[int, int]]] = MappingProxyType({})


class LazySet(Mapping[int, Item]):
    """The items of one packet by tag; each is decoded when it is asked for.

    An item that stands more than once is the last of them, as in `decode_packet`.

    Args:
        raw: The packet's bytes.
        spans: Tag to where its value begins and ends in them, in the order of the wire.
        table: The set's standard.
        is_whole: Whether structure and checksum hold. Where they do not, there are no items, or
            under ``salvage`` those that stand before the damage.
    """

    __slots__ = ("_spans", "_table", "is_whole", "raw")

    def __init__(
        self,
        raw: bytes,
        spans: Mapping[int, tuple[int, int]],
        *,
        table: ItemTable,
        is_whole: bool = True,
    ) -> None:
        self.raw = raw
        self.is_whole = is_whole
        self._spans = spans
        self._table = table

    def __getitem__(self, tag: int) -> Item:
        """Return an item, decoded; its value is None where it cannot be read."""
        start, end = self._spans[tag]
        before = [each for each, span in self._spans.items() if span[0] < start]
        return decode_item_of_set(tag, self.raw[start:end], self._table, preceding=before)[0]

    def __iter__(self) -> Iterator[int]:
        """Iterate over the tags in the order of the wire."""
        return iter(self._spans)

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self._spans)

    def value(self, tag: int) -> object:
        """Return an item's value; None where it is absent or not known."""
        return self[tag].value if tag in self._spans else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where items stand in packets whose masked bytes are these, and how to sum them."""

    mask: int
    masked: int
    spans: Mapping[int, tuple[int, int]]


class LazyReader:
    """Reads packets of one set, and remembers the layouts that it met.

    Args:
        table: The set's standard.
        policy: What is given of damaged packets. ``reject`` decodes each packet whole, to know
            that nothing is wrong with it, so that nothing is gained by reading lazily.
    """

    def __init__(
        self, *, table: ItemTable = ST0601, policy: DamagePolicy = DamagePolicy.MARK
    ) -> None:
        self._table = table
        self._policy = policy
        self._layouts: dict[int, list[_Layout]] = {}
        self._words: dict[int, struct.Struct] = {}

    def read(self, raw: bytes) -> LazySet:
        """Return a packet's set; one that is not whole has the items that the policy gives."""
        spans = self._spans(raw) if self._is_checksum_right(raw) else _NO_SPANS
        is_whole = bool(spans)
        if is_whole and self._policy is DamagePolicy.REJECT:
            is_whole = not decode_packet(frame_packet(raw)).damage
            spans = spans if is_whole else _NO_SPANS
        elif not is_whole and self._policy is DamagePolicy.SALVAGE:
            elements = salvaged_elements(raw, self._table)
            spans = {each.tag: (each.start, each.end) for each in elements}
        return LazySet(raw, spans, table=self._table, is_whole=is_whole)

    def _is_checksum_right(self, raw: bytes) -> bool:
        n_even = len(raw) & ~1
        if n_even < len(CHECKSUM_HEADER) + 2:
            return False
        if n_even not in self._words:
            self._words[n_even] = struct.Struct(f">{n_even // 2}H")
        total: int = sum(self._words[n_even].unpack_from(raw))
        stated = raw[-2] << 8 | raw[-1]
        total -= stated if n_even == len(raw) else raw[-2]
        return total & 0xFFFF == stated

    def _spans(self, raw: bytes) -> Mapping[int, tuple[int, int]]:
        known = self._layouts.setdefault(len(raw), [])
        code = int.from_bytes(raw, "big")
        for layout in known:
            if code & layout.mask == layout.masked:
                return layout.spans
        elements = elements_of_packet(raw)
        if not elements:
            return _NO_SPANS
        mask = mask_of_layout(elements, n_bytes=len(raw))
        spans = {each.tag: (each.start, each.end) for each in elements}
        known.insert(0, _Layout(mask=mask, masked=code & mask, spans=MappingProxyType(spans)))
        del known[_MOST_LAYOUTS:]
        return known[0].spans
