"""What a stream has said and not taken back: report on change, with an age for each item."""

from dataclasses import dataclass
from typing import Final

from plainview.misb.metadata_set import Item, ItemKey, MetadataSet
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["HeldItem", "HeldItems"]

MAX_ITEM_AGE_S: Final = 30.0
"""A number that was not sent again for this long is no longer known. ST 0902.3-04 asks for every
item of its minimum set at least once in 30 s, as two public checkers quote it; the text itself was
not seen, and a source may send items outside that set less often."""

_MAX_STEP_S: Final = 60.0
"""A stream whose time jumps by more, or goes back by more than a second, has begun anew."""
_MAX_BACK_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """An item as it was last sent, and how long ago."""

    item: Item
    age_s: float


class HeldItems:
    """The items of one kind of set on one stream."""

    def __init__(self, *, max_age_s: float = MAX_ITEM_AGE_S) -> None:
        self._max_age_us = microseconds_from_seconds(max_age_s)
        self._items: dict[ItemKey, tuple[Item, int]] = {}
        self._unread: dict[ItemKey, tuple[Item, int]] = {}
        self._now_us: int | None = None

    def update(self, metadata: MetadataSet) -> bool:
        """Take in a set; an item that is empty or out of range is unknown from then on.

        Returns:
            Whether the stream's time jumped, so that the numbers before it are out of date.
        """
        now_us = _instant_us(metadata)
        is_new_start = self._is_step(now_us)
        self._now_us = self._now_us if now_us is None else now_us
        if is_new_start:
            self._outdate()
        for key, item in metadata.items.items():
            self._unread.pop(key, None)
            if item.value is None:
                self._items.pop(key, None)
                if item.wire and not item.is_out_of_range:
                    self._unread[key] = (item, self._now_us or 0)
            else:
                self._items[key] = (item, self._now_us or 0)
        return is_new_start

    def get(self, key: ItemKey) -> HeldItem | None:
        """Return an item that is known and young enough."""
        return self._young(self._items.get(key))

    def unread(self, key: ItemKey) -> HeldItem | None:
        """Return an item that was sent, could not be read, and is young enough."""
        return self._young(self._unread.get(key))

    def _young(self, held: tuple[Item, int] | None) -> HeldItem | None:
        if held is None:
            return None
        item, sent_us = held
        age_us = (self._now_us or 0) - sent_us
        if age_us > self._max_age_us:
            return None
        return HeldItem(item=item, age_s=seconds_from_microseconds(max(0, age_us)))

    def first(self, *keys: ItemKey) -> HeldItem | None:
        """Return the first of these items that is known."""
        return next((held for key in keys if (held := self.get(key)) is not None), None)

    def lasting(self, key: ItemKey) -> object:
        """Return the value of an item that does not grow old, such as a name or a marking."""
        held = self._items.get(key)
        return None if held is None else held[0].value

    def _outdate(self) -> None:
        """Make everything too old to be a number; names and markings last."""
        sent_us = (self._now_us or 0) - self._max_age_us - 1
        self._items = {key: (item, sent_us) for key, (item, _) in self._items.items()}
        self._unread = {}

    def _is_step(self, now_us: int | None) -> bool:
        if now_us is None or self._now_us is None:
            return False
        step_s = seconds_from_microseconds(now_us - self._now_us)
        return not -_MAX_BACK_S <= step_s <= _MAX_STEP_S


def _instant_us(metadata: MetadataSet) -> int | None:
    """Return when a set is, on the video's clock, else on its own."""
    return metadata.time_us if metadata.video_time_us is None else metadata.video_time_us
