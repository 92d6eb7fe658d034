"""What a stream has said and not taken back: report on change, with an age for each item."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from plainview.misb.metadata_set import Item, ItemKey, MetadataSet
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["HeldItem", "HeldItems"]

Made = TypeVar("Made")

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
        self._made: dict[str, tuple[list[Item | None], Any]] = {}
        self.readings: dict[tuple[str, ItemKey], tuple[Item, float, Any]] = {}
        """For `plausible_readings`: by quantity and item, the item, its age, and its number."""

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
        sent_us = self._now_us or 0
        for key, item in metadata.items.items():
            if self._unread:
                self._unread.pop(key, None)
            if item.value is None:
                self._items.pop(key, None)
                if item.wire and not item.is_out_of_range:
                    self._unread[key] = (item, sent_us)
            else:
                self._items[key] = (item, sent_us)
        return is_new_start

    def get(self, key: ItemKey) -> HeldItem | None:
        """Return an item that is known and young enough."""
        return self._young(self._items.get(key))

    def aged(self, key: ItemKey) -> tuple[Item, float] | None:
        """Return the same as a pair, for there are very many: the item and its age in seconds."""
        held = self._items.get(key)
        if held is None:
            return None
        age_us = (self._now_us or 0) - held[1]
        if age_us > self._max_age_us:
            return None
        return held[0], (seconds_from_microseconds(age_us) if age_us > 0 else 0.0)

    @property
    def has_unread(self) -> bool:
        """Whether any item was sent that could not be read, of whatever age."""
        return bool(self._unread)

    def made_of(
        self, name: str, keys: tuple[ItemKey, ...], make: Callable[["HeldItems"], Made]
    ) -> Made:
        """Return what is made of the lasting values of some items, anew only where they changed.

        Args:
            name: What is made.
            keys: The items that it is made of.
            make: Makes it.
        """
        items = [self._items[key][0] if key in self._items else None for key in keys]
        known = self._made.get(name)
        if known is None or known[0] != items:
            known = self._made[name] = (items, make(self))
        made: Made = known[1]
        return made

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
