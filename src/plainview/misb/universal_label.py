"""The 16-byte universal labels of the sets that we know."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["LABEL_PREFIX", "N_LABEL_BYTES", "SETS", "SetFormat", "nearest_set", "set_of_label"]

LABEL_PREFIX: Final = bytes.fromhex("060e2b34")
"""What every SMPTE universal label begins with."""

N_LABEL_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SetFormat:
    """A set that may stand by itself in a stream.

    Args:
        name: As `plainview inspect --packets` prints it, such as ``ST0601``.
        label: Its universal label.
        has_checksum: Whether it must end with the 16-bit checksum item.
    """

    name: str
    label: bytes
    has_checksum: bool = False


SETS: Final = (
    SetFormat(
        name="ST0601",
        label=bytes.fromhex("060e2b34020b01010e01030101000000"),
        has_checksum=True,
    ),
    SetFormat(
        name="ST0903",
        label=bytes.fromhex("060e2b34020b01010e01030306000000"),
        has_checksum=True,
    ),
    SetFormat(name="EG0104", label=bytes.fromhex("060e2b34020101010e01010201010000")),
    SetFormat(name="ST0102", label=bytes.fromhex("060e2b34020301010e01030302000000")),
    SetFormat(name="ST0102U", label=bytes.fromhex("060e2b34020101010208020000000000")),
    SetFormat(name="ST0806", label=bytes.fromhex("060e2b34020b01010e01030102000000")),
    SetFormat(name="ST1204", label=bytes.fromhex("060e2b34010101010e01040503000000")),
)
"""Each set that we name; one that is not here is kept as bytes."""

_BY_LABEL: Final[Mapping[bytes, SetFormat]] = MappingProxyType({each.label: each for each in SETS})

_N_FAMILY: Final = 13
_ST0601_FAMILY: Final = SETS[0].label[:_N_FAMILY]

_MAX_WRONG_BITS: Final = 2


def set_of_label(label: bytes) -> SetFormat | None:
    """Return the set of a label; None where it is not known.

    Early issues of ST 0601 had a version in the label, which readers are to allow: its bytes
    14 and 15 may be anything there. Damage to them breaks the checksum.
    """
    known = _BY_LABEL.get(label)
    if known is None and label[:_N_FAMILY] == _ST0601_FAMILY and label[-1:] == b"\x00":
        return SETS[0]
    return known


def nearest_set(label: bytes) -> SetFormat | None:
    """Return the one set whose label differs from this in a bit or two; None where none does."""
    code = int.from_bytes(label, "big")
    distances = sorted(
        ((code ^ int.from_bytes(each.label, "big")).bit_count(), each.name, each) for each in SETS
    )
    (first, _, nearest), (second, _, _) = distances[:2]
    return nearest if first <= _MAX_WRONG_BITS and first < second else None
