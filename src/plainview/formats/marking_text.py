"""The security marking that every product shows: the source's own (ST 0102), or none."""

from collections.abc import Mapping
from typing import Any

__all__ = ["marking_text"]


def marking_text(mission: Mapping[str, Any]) -> str:
    """Return the marking that a product shows; ``not marked`` where the source has none.

    Args:
        mission: What ``mission.json`` says; ``security_marking`` is looked at.
    """
    return mission.get("security_marking") or "not marked"
