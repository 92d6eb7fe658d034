"""The packs of places and motions in ST 0903: Location, Velocity and Acceleration.

Each has its components, then 1-sigmas and then correlations where it is long enough for them,
always in the order east, north, up.

Source:
    MISB ST 0903.6 (Location, Velocity and Acceleration truncation packs); the order of the
    sigmas checked against two other readers.
"""

from collections.abc import Mapping
from typing import Any, Final

from plainview.misb.imap import imapb_decode, imapb_encode
from plainview.misb.item_kind import ItemLengthError
from plainview.misb.pack_reader import PackReader

__all__ = ["decode_location", "decode_motion", "encode_location", "encode_motion"]

Component = tuple[str, float, float, int]
"""Name, low, high and bytes."""

_LOCATION: Final[tuple[Component, ...]] = (
    ("latitude_deg", -90.0, 90.0, 4),
    ("longitude_deg", -180.0, 180.0, 4),
    ("height_hae_m", -900.0, 19_000.0, 2),
)
_MOTION: Final[tuple[Component, ...]] = (
    ("east", -900.0, 900.0, 2),
    ("north", -900.0, 900.0, 2),
    ("up", -900.0, 900.0, 2),
)
_SIGMAS: Final[tuple[Component, ...]] = (
    ("sigma_east", 0.0, 650.0, 2),
    ("sigma_north", 0.0, 650.0, 2),
    ("sigma_up", 0.0, 650.0, 2),
)
_RHOS: Final[tuple[Component, ...]] = (
    ("rho_east_north", -1.0, 1.0, 2),
    ("rho_east_up", -1.0, 1.0, 2),
    ("rho_north_up", -1.0, 1.0, 2),
)


def decode_location(data: bytes) -> dict[str, float | None]:
    """Decode 10, 16 or 22 bytes; sigmas (metres) and correlations are None where left out."""
    return _decode(data, _LOCATION)


def encode_location(value: object) -> bytes:
    """Encode a place, with sigmas and correlations as far as they are known."""
    return _encode(value, _LOCATION)


def decode_motion(data: bytes) -> dict[str, float | None]:
    """Decode a velocity (m/s) or an acceleration (m/s2) of 6, 12 or 18 bytes."""
    return _decode(data, _MOTION)


def encode_motion(value: object) -> bytes:
    """Encode a velocity or an acceleration."""
    return _encode(value, _MOTION)


def _decode(data: bytes, components: tuple[Component, ...]) -> dict[str, float | None]:
    reader = PackReader(data)
    n_first = sum(n_bytes for *_, n_bytes in components)
    if len(data) not in (n_first, n_first + 6, n_first + 12):
        raise ItemLengthError(f"a pack has {len(data)} bytes, not {n_first}, or 6 or 12 more.")
    value: dict[str, float | None] = {}
    for name, low, high, n_bytes in (*components, *_SIGMAS, *_RHOS):
        is_there = not reader.is_at_end
        value[name] = imapb_decode(reader.take(n_bytes), low, high) if is_there else None
    return value


def _encode(value: object, components: tuple[Component, ...]) -> bytes:
    if not isinstance(value, Mapping):
        raise ValueError(f"a pack takes its members by name, not {value!r}")  # noqa: TRY004
    members: Mapping[str, Any] = value
    groups = [components, _SIGMAS, _RHOS]
    while len(groups) > 1 and all(members.get(name) is None for name, *_ in groups[-1]):
        groups.pop()
    return b"".join(
        imapb_encode(members[name], low, high, n_bytes=n_bytes)
        for group in groups
        for name, low, high, n_bytes in group
    )
