"""Security markings as text, as a source says them."""

from collections.abc import Mapping
from typing import Final

__all__ = ["security_marking"]

CLASSIFICATIONS: Final = {
    1: "UNCLASSIFIED",
    2: "RESTRICTED",
    3: "CONFIDENTIAL",
    4: "SECRET",
    5: "TOP SECRET",
}
"""ST 0102 item 1."""

_CLASSIFICATION, _COUNTRY, _SCI_SHI, _CAVEATS, _RELEASE = 1, 3, 4, 5, 6


def security_marking(local_set: object) -> str | None:
    """Return the marking of an ST 0102 local set as one line.

    Args:
        local_set: Tag to value, as decoded, the classification an integer or its word;
            anything else means that there is no set.

    Returns:
        Classification, classifying country, compartments, caveats and releasing
        instructions, whichever are there, joined by ``//``; a classification alone ends in
        ``//``. None where the set has no classification that the standard knows.

    >>> security_marking({1: 1, 3: "//USA"})
    'UNCLASSIFIED//USA'
    """
    if not isinstance(local_set, Mapping):
        return None
    classification = _classification(_plain(local_set.get(_CLASSIFICATION)))
    if classification is None:
        return None
    parts = [_text(local_set.get(tag)) for tag in (_COUNTRY, _SCI_SHI, _CAVEATS, _RELEASE)]
    return f"{classification}//" + "//".join(part for part in parts if part)


def _classification(value: object) -> str | None:
    """Return the word of a classification, sent as an integer or as the word itself."""
    if isinstance(value, int):
        return CLASSIFICATIONS.get(value)
    word = value.strip().strip("/").upper() if isinstance(value, str) else ""
    return word if word in CLASSIFICATIONS.values() else None


def _plain(value: object) -> object:
    """Return the value of an item of a nested set, however it is wrapped."""
    return getattr(value, "value", value)


def _text(value: object) -> str:
    plain = _plain(value)
    return plain.strip().strip("/") if isinstance(plain, str) else ""
