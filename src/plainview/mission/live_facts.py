"""What ``mission.json`` says of a live run and of no other."""

from dataclasses import dataclass, field
from typing import Any

__all__ = ["LiveFacts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFacts:
    """What a live run was.

    Args:
        live: The summary's ``live``.
        counts: What is added to its ``counts``.
    """

    live: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
