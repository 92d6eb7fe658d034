"""An event: what happened in a mission, one line of ``events.jsonl``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["CountedWarning", "Event"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened: an alert, a gap, a clock step, a restart of the chain.

    Args:
        kind: What it was, such as ``metadata_gap``.
        what: The same in a sentence.
        video_time_us: When, on the video's clock; None where it has no place there.
        time_us: When, in UTC; None where that is not known.
        details: Numbers and names that belong to it.
    """

    kind: str
    what: str
    video_time_us: int | None = None
    time_us: int | None = None
    details: Mapping[str, str | int | float | bool | None] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedWarning:
    """A thing that went wrong and did not stop the work, counted.

    Args:
        code: Short and stable, such as ``klv_checksum``.
        count: How often.
        first: Where it was first, such as ``packet 17, 00:00:03.2``.
        what: What is wrong, in a sentence.
        mend: What the reader can do about it, in a sentence.
    """

    code: str
    count: int
    first: str
    what: str
    mend: str
