"""The minimum metadata set of ST 0902, and how much of it a stream sends how often.

Source:
    MISB ST 0902.8 table 1 and ST 0902.3-04 (each item at least once in 30 s), -05 (an item
    without a length does not count), as the checkers of tstrans 0.8 and stanag4609 0.4 list
    them; the text itself was not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.misb.columns import Layout

__all__ = ["MAX_INTERVAL_S", "MINIMUM_SET", "MinimumGroup", "MinimumSetTally"]

MAX_INTERVAL_S: Final = 30.0

Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumGroup:
    """One thing that must be said.

    Args:
        name: What it is.
        tags: Items of ST 0601 of which any one says it.
        inside: Item of the security set (ST 0102, item 48) that says it; None for ST 0601's.
    """

    name: str
    tags: tuple[int, ...]
    inside: int | None = None

    @property
    def items(self) -> str:
        """Its items as text, such as ``15, 75 or 104``."""
        if self.inside is not None:
            return f"48.{self.inside}"
        texts = [str(tag) for tag in self.tags]
        return " or ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]


def _group(name: str, *tags: int) -> MinimumGroup:
    return MinimumGroup(name=name, tags=tags)


def _marking(name: str, inside: int) -> MinimumGroup:
    return MinimumGroup(name=name, tags=(48,), inside=inside)


MINIMUM_SET: Final = (
    _group("checksum", 1),
    _group("time stamp", 2),
    _group("mission", 3),
    _group("platform heading", 5),
    _group("platform pitch", 6, 90),
    _group("platform roll", 7, 91),
    _group("platform designation", 10),
    _group("image source", 11),
    _group("image coordinate system", 12),
    _group("sensor latitude", 13),
    _group("sensor longitude", 14),
    _group("sensor height", 15, 75, 104),
    _group("horizontal field of view", 16),
    _group("vertical field of view", 17),
    _group("sensor relative azimuth", 18),
    _group("sensor relative elevation", 19),
    _group("sensor relative roll", 20),
    _group("slant range", 21),
    _group("target width", 22, 96),
    _group("frame centre latitude", 23),
    _group("frame centre longitude", 24),
    _group("frame centre height", 25, 78),
    _group("version of ST 0601", 65),
    _group("core identifier (ST 1204)", 94),
    _marking("classification", 1),
    _marking("country coding method", 2),
    _marking("classifying country", 3),
    _marking("object country coding method", 12),
    _marking("object country", 13),
    _marking("version of ST 0102", 22),
)
"""Markings that must be there only where they apply (48.4 to 48.6) are not asked for."""


@dataclass(slots=True)
class _Seen:
    n_packets: int = 0
    first_us: int | None = None
    last_us: int | None = None
    longest_us: int = 0
    n_empty: int = 0

    def add(self, times_us: Times, *, begin_us: int) -> None:
        """Take in when it was sent; the silence before the first counts from the beginning."""
        self.n_packets += len(times_us)
        if not len(times_us):
            return
        before_us = begin_us if self.last_us is None else self.last_us
        gaps_us = np.diff(np.concatenate([[before_us], times_us]))
        self.longest_us = max(self.longest_us, int(gaps_us.max()))
        self.first_us = int(times_us[0]) if self.first_us is None else self.first_us
        self.last_us = int(times_us[-1])


@dataclass(slots=True)
class MinimumSetTally:
    """Counts what of the minimum set the packets of ST 0601 have.

    Packets without a time stamp count for the shares, and not for the intervals.
    """

    n_packets: int = 0
    _begin_us: int | None = None
    _end_us: int | None = None
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def add(
        self,
        layouts: Sequence[Layout],
        *,
        markings: Mapping[int, frozenset[int]],
        stamp_us: Times,
    ) -> None:
        """Take in packets in order.

        Args:
            layouts: Where their items stand.
            markings: By the layout's place in the list: the items in its security set.
            stamp_us: (n,) their time stamps, -1 where there is none.
        """
        n_packets = sum(len(layout.rows) for layout in layouts)
        self.n_packets += n_packets
        known_us = stamp_us[stamp_us >= 0]
        if len(known_us):
            self._begin_us = int(known_us[0]) if self._begin_us is None else self._begin_us
            self._end_us = int(known_us[-1])
        for group in MINIMUM_SET:
            is_there, n_empty = np.zeros(len(stamp_us), np.bool_), 0
            for place, layout in enumerate(layouts):
                sizes = {each.tag: each.end - each.start for each in layout.elements}
                has = any(sizes.get(tag, 0) > 0 for tag in group.tags)
                if group.inside is not None:
                    has &= group.inside in markings.get(place, frozenset())
                n_empty += 0 if has or not sizes.keys() & set(group.tags) else len(layout.rows)
                is_there[layout.rows] = has
            self._note(group.name, is_there, stamp_us=stamp_us, n_empty=n_empty)

    def _note(self, name: str, is_there: Flags, *, stamp_us: Times, n_empty: int) -> None:
        seen = self._seen.setdefault(name, _Seen())
        seen.n_empty += n_empty
        seen.n_packets += int(np.count_nonzero(is_there & (stamp_us < 0)))
        seen.add(stamp_us[is_there & (stamp_us >= 0)], begin_us=self._begin_us or 0)

    def describe(self) -> dict[str, Any] | None:
        """Return the table as JSON holds it; None without a packet of ST 0601.

        ``rate_hz`` is null without two time stamps; ``longest_interval_s`` counts the silence
        before the first and behind the last; ``is_met`` asks for every one of the set at
        least each `MAX_INTERVAL_S`.
        """
        if not self.n_packets:
            return None
        rows = [self._row(group) for group in MINIMUM_SET]
        missing = [row["name"] for row in rows if not row["packets"]]
        late = [
            row["name"]
            for row in rows
            if row["packets"] and (row["longest_interval_s"] or 0.0) > MAX_INTERVAL_S
        ]
        return {
            "profile": "ST 0902",
            "packets": self.n_packets,
            "groups": len(rows),
            "present": len(rows) - len(missing),
            "missing": missing,
            "late": late,
            "items": rows,
        }

    def _row(self, group: MinimumGroup) -> dict[str, Any]:
        seen = self._seen.get(group.name, _Seen())
        span_us = (self._end_us or 0) - (self._begin_us or 0)
        behind_us = (self._end_us or 0) - (seen.last_us or 0)
        longest_us = max(seen.longest_us, behind_us)
        is_timed = seen.last_us is not None and span_us > 0
        return {
            "name": group.name,
            "items": group.items,
            "packets": seen.n_packets,
            "empty": seen.n_empty,
            "share": seen.n_packets / self.n_packets,
            "rate_hz": round(1e6 * (seen.n_packets - 1) / span_us, 3) if is_timed else None,
            "longest_interval_s": round(1e-6 * longest_us, 3) if is_timed else None,
        }
