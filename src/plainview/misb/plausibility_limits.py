"""How fast each number of a metadata stream may change, and numbers that go together.

The limits are wide: what breaks them no aircraft, turret or zoom lens does from one packet to
the next. They are chosen, not taken from a standard.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plainview.misb.item_kind import ItemKind
from plainview.misb.item_numbers import FloatItem, ImapItem, IntItem, LinearItem, UintItem

__all__ = ["RELATIONS", "SENSOR_ITEMS", "Limit", "limit_of", "relations_of", "step_of"]

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much a number may change.

    Args:
        rate_s: In a second, whatever it did before.
        relative_rate_s: The same as a fraction of the number.
        still: At once, over any time: rounding, and things that come in steps.
        wrap: What the number wraps at, such as 360; None where it does not.
    """

    rate_s: float
    relative_rate_s: float = 0.0
    still: float = 0.0
    wrap: float | None = None


_PLATFORM_PLACE: Final = Limit(rate_s=0.015, wrap=360.0)
"""Degrees a second: 550 m/s at 70 degrees of latitude, of longitude too."""
_GROUND_PLACE: Final = Limit(rate_s=0.02, wrap=360.0)
"""2.2 km/s of ground."""
_TURN: Final = Limit(rate_s=60.0, wrap=360.0)

_LIMITS: Final[tuple[tuple[tuple[str, ...], Limit], ...]] = (
    (("sensor_l", "device_l", "alternate_platform_l"), _PLATFORM_PLACE),
    (("frame_center_l", "target_l", "corner_"), _GROUND_PLACE),
    (("_range_m", "target_width", "_range_to"), Limit(rate_s=1.0, relative_rate_s=0.5)),
    (("_us",), Limit(rate_s=1.0)),
    (("_m_s", "_deg_s"), Limit(rate_s=30.0, still=2.0)),
    (("frame_center_", "target_altitude"), Limit(rate_s=300.0)),
    (("altitude", "height", "altimeter"), Limit(rate_s=100.0)),
    (("_deg",), _TURN),
)
"""The first that a name has a part of; what none fits may change by a fraction of its range."""

_FREE: Final = ("_fov_", "wind_", "n_navsats", "st0601_version", "checksum", "_ce90", "_le90")
"""May change by any amount at once, or is looked at elsewhere."""

SENSOR_ITEMS: Final = ("_fov_", "frame_center_", "target_", "corner_", "_range_", "relative_")
"""Parts of the names of what changes at once when another camera or field is switched to."""

_DEFAULT_RATE: Final = 0.2


def step_of(kind: ItemKind, n_bytes: int) -> float:
    """Return the step of a number on the wire, 0 where it is an IEEE number."""
    if isinstance(kind, LinearItem):
        return kind.step
    if isinstance(kind, ImapItem) and 1 <= n_bytes <= kind.max_bytes:
        return kind.step_of(n_bytes)
    return 0.0 if isinstance(kind, FloatItem) else 1.0


def limit_of(kind: ItemKind) -> Limit | None:
    """Return the limit of an item; None where it may change as it likes."""
    if any(part in kind.name for part in _FREE):
        return None
    for parts, limit in _LIMITS:
        if any(part in kind.name for part in parts):
            return limit
    if isinstance(kind, LinearItem | ImapItem):
        return Limit(rate_s=_DEFAULT_RATE * (kind.high - kind.low))
    if isinstance(kind, UintItem | IntItem):
        return Limit(rate_s=1.0, still=1.0)
    return Limit(rate_s=1.0) if isinstance(kind, FloatItem) else None


def _ratio(upper: str, lower: str) -> Callable[[Values], float | None]:
    def ratio(values: Values) -> float | None:
        return values[upper] / values[lower] if values[lower] > 0.0 else None

    return ratio


def _difference(first: str, second: str) -> Callable[[Values], float | None]:
    return lambda values: values[first] - values[second]


def _range_ratio(
    place: str, altitude: str, centre_altitude: str
) -> Callable[[Values], float | None]:
    """Slant range over the straight distance to the frame centre."""

    def ratio(values: Values) -> float | None:
        north_deg = values["frame_center_latitude_deg"] - values[f"{place}_latitude_deg"]
        east_deg = values["frame_center_longitude_deg"] - values[f"{place}_longitude_deg"]
        east_deg = (east_deg + 180.0) % 360.0 - 180.0
        cosine = math.cos(math.radians(values[f"{place}_latitude_deg"]))
        ground_m = math.radians(math.hypot(north_deg, east_deg * cosine)) * 6_371_000.0
        up_m = values[altitude] - values.get(centre_altitude, 0.0)
        distance_m = math.hypot(ground_m, up_m)
        return values["slant_range_m"] / distance_m if distance_m > 1.0 else None

    return ratio


def _width_ratio(values: Values) -> float | None:
    """Target width over the width of the field of view at the slant range."""
    width_m = (
        2.0
        * values["slant_range_m"]
        * math.tan(math.radians(min(values["horizontal_fov_deg"], 179.0)) / 2.0)
    )
    return values["target_width_m"] / width_m if width_m > 0.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relation:
    """A number made of several items, which changes slowly however those do.

    Args:
        name: What it is called.
        of: The items that it needs.
        at: The item that is called implausible when it jumps.
        value: The number; None where it has none.
        limit: How much it may change.
    """

    name: str
    of: tuple[str, ...]
    at: str
    value: Callable[[Values], float | None]
    limit: Limit


def _twin(name: str, other: str, *, still: float) -> _Relation:
    return _Relation(
        name=f"{name} - {other}",
        of=(name, other),
        at=name,
        value=_difference(name, other),
        limit=Limit(rate_s=0.0, still=still, wrap=360.0 if name.endswith("_deg") else None),
    )


def _range(place: str, altitude: str, *, centre_altitude: str) -> _Relation:
    return _Relation(
        name=f"range from {altitude}",
        of=(
            f"{place}_latitude_deg",
            f"{place}_longitude_deg",
            altitude,
            "slant_range_m",
            "frame_center_latitude_deg",
            "frame_center_longitude_deg",
        ),
        at="slant_range_m",
        value=_range_ratio(place, altitude, centre_altitude),
        limit=Limit(rate_s=0.0, still=0.005),
    )


RELATIONS: Final = (
    _Relation(
        name="aspect",
        of=("horizontal_fov_deg", "vertical_fov_deg"),
        at="horizontal_fov_deg",
        value=_ratio("horizontal_fov_deg", "vertical_fov_deg"),
        limit=Limit(rate_s=0.0, still=0.02),
    ),
    _Relation(
        name="width",
        of=("target_width_m", "slant_range_m", "horizontal_fov_deg"),
        at="target_width_m",
        value=_width_ratio,
        limit=Limit(rate_s=0.0, still=0.02),
    ),
    _range("sensor", "sensor_altitude_msl_m", centre_altitude="frame_center_altitude_msl_m"),
    _range("device", "device_altitude_msl_m", centre_altitude="frame_center_altitude_msl_m"),
    _twin("sensor_height_hae_m", "sensor_altitude_msl_m", still=5.0),
    _twin("frame_center_height_hae_m", "frame_center_altitude_msl_m", still=5.0),
    _twin("platform_pitch_full_deg", "platform_pitch_deg", still=0.5),
    _twin("platform_roll_full_deg", "platform_roll_deg", still=0.5),
)
"""Numbers of several items that stay what they are while the items change."""


def relations_of(values: Values) -> dict[str, tuple[_Relation, float]]:
    """Return the relations that some values have, by name."""
    found = {}
    for relation in _relations_among(tuple(values)):
        value = relation.value(values)
        if value is not None:
            found[relation.name] = (relation, value)
    return found


@lru_cache(maxsize=256)
def _relations_among(names: tuple[str, ...]) -> tuple[_Relation, ...]:
    """Return the relations for which all numbers are there."""
    return tuple(each for each in RELATIONS if set(each.of) <= set(names))
