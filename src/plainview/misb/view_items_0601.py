"""ST 0601: which of its items say what a View needs, and which comes first."""

from collections.abc import Mapping
from typing import Any, Final

from plainview.misb.held_items import HeldItems
from plainview.misb.item_kinds import LinearItem
from plainview.misb.item_readings import held_reading, plausible_readings
from plainview.misb.security_marking import security_marking
from plainview.misb.st0601 import ST0601
from plainview.misb.view_items import Corner, Identity, OddLength, Reading, ViewItems
from plainview.model import RangeKind
from plainview.units import wrap_degrees_180

__all__ = ["range_kind_0601", "view_items_0601"]

ITEMS_OF: Final[Mapping[str, tuple[int, ...]]] = {
    "latitude_deg": (13,),
    "longitude_deg": (14,),
    "height_hae_m": (104, 75),
    "altitude_msl_m": (15,),
    "platform_heading_deg": (5,),
    "platform_pitch_deg": (90, 6),
    "platform_roll_deg": (91, 7),
    "relative_azimuth_deg": (18,),
    "relative_elevation_deg": (19,),
    "relative_roll_deg": (20,),
    "horizontal_fov_deg": (16,),
    "vertical_fov_deg": (17,),
    "slant_range_m": (21,),
    "frame_center_latitude_deg": (23,),
    "frame_center_longitude_deg": (24,),
    "frame_center_altitude_msl_m": (25,),
    "frame_center_height_hae_m": (78,),
    "target_altitude_msl_m": (42,),
    "target_width_m": (96, 22),
    "ce90_m": (45,),
    "le90_m": (46,),
}
"""The items that a quantity is read from; the first that is known is believed."""

FULL_CORNERS: Final = ((82, 83), (84, 85), (86, 87), (88, 89))
"""Latitude and longitude of the corners, clockwise from the picture's top left."""

CORNER_OFFSETS: Final = ((26, 27), (28, 29), (30, 31), (32, 33))
"""The same as offsets from the frame centre (items 23 and 24)."""

_SENSOR_KEY: Final = (11, 63, 126)
"""Image source, name of the field of view, control mode of the sensor."""

_LASTING: Final = (*_SENSOR_KEY, 3, 4, 10, 47, 48, 65, 94, 136, 137)
"""The items of `_lasting`."""

_MAX_ODD_BYTES: Final = 8
_MEASURED_BIT: Final = 0x10
_REVERSED_VERSIONS: Final = range(13, 17)
"""First printings of issues 13 to 16 of the standard had the bits of item 47 reversed."""


def view_items_0601(held: HeldItems) -> ViewItems:
    """Return what ST 0601 items say, by the order of precedence of the standard's own."""
    readings, n_implausible = plausible_readings(held, ITEMS_OF)
    return ViewItems(
        **readings,  # type: ignore[arg-type]
        **held.made_of("lasting", _LASTING, _lasting),
        corners=_full_corners(held) or _offset_corners(held),
        n_implausible=n_implausible,
        odd_lengths=_odd_lengths(held) if held.has_unread else (),
    )


def _lasting(held: HeldItems) -> dict[str, Any]:
    """Return what does not grow old: names, kinds and the clock's corrections."""
    return {
        "slant_range_kind": range_kind_0601(_integer(held, 47), version=_integer(held, 65)),
        "leap_seconds": _integer(held, 136),
        "correction_us": _integer(held, 137),
        "identity": _identity(held),
        "sensor_key": tuple(held.lasting(tag) for tag in _SENSOR_KEY),
    }


def range_kind_0601(flags: int | None, *, version: int | None) -> RangeKind:
    """Return what the slant range of a set is worth.

    Args:
        flags: Item 47; None where it is not sent.
        version: Item 65; None likewise.

    Returns:
        Measured or calculated by bit 4 of the flags; ambiguous without flags or version,
        and for the issues whose bits were printed in reverse.

    Source:
        The bits as the jmisb project reads them, with its note on issues 13 to 16; not
        checked against the text of the standard.
    """
    if flags is None or version is None or version in _REVERSED_VERSIONS:
        return RangeKind.AMBIGUOUS
    return RangeKind.MEASURED if flags & _MEASURED_BIT else RangeKind.CALCULATED


def _odd_lengths(held: HeldItems) -> tuple[OddLength, ...]:
    """Return the integer items of a View that have another length than the standard's."""
    found = (
        _odd_length(held, quantity, tag) for quantity, tags in ITEMS_OF.items() for tag in tags
    )
    return tuple(odd for odd in found if odd is not None)


def _odd_length(held: HeldItems, quantity: str, tag: int) -> OddLength | None:
    unread, kind = held.unread(tag), ST0601.by_number.get(tag)
    if unread is None or not isinstance(kind, LinearItem):
        return None
    wire = unread.item.wire
    if len(wire) == kind.n_bytes or len(wire) > _MAX_ODD_BYTES:
        return None
    n_codes = (1 << (8 * len(wire) - kind.is_signed)) - 1
    return OddLength(
        quantity=quantity,
        tag=tag,
        n_bytes=len(wire),
        standard_bytes=kind.n_bytes,
        code=int.from_bytes(wire, "big", signed=kind.is_signed),
        step=kind.step,
        full_step=kind.step * kind.max_code / n_codes,
        zero=kind.zero,
        age_s=unread.age_s,
    )


def _readings(held: HeldItems, tags: tuple[tuple[int, int], ...]) -> list[Reading] | None:
    """Return the numbers of all these items; None where one is not known."""
    known: list[Reading] = []
    for pair in tags:
        for tag in pair:
            reading = held_reading(held, tag)
            if reading is None:
                return None
            known.append(reading)
    return known


def _full_corners(held: HeldItems) -> tuple[Corner, ...] | None:
    readings = _readings(held, FULL_CORNERS)
    if readings is None:
        return None
    return tuple(
        Corner(latitude_deg=latitude, longitude_deg=longitude)
        for latitude, longitude in zip(readings[::2], readings[1::2], strict=True)
    )


def _offset_corners(held: HeldItems) -> tuple[Corner, ...] | None:
    readings = _readings(held, CORNER_OFFSETS)
    centre = _readings(held, ((23, 24),))
    if readings is None or centre is None:
        return None
    latitude, longitude = centre
    return tuple(
        Corner(
            latitude_deg=_moved(latitude, north),
            longitude_deg=_moved(longitude, east, is_longitude=True),
        )
        for north, east in zip(readings[::2], readings[1::2], strict=True)
    )


def _moved(centre: Reading, offset: Reading, *, is_longitude: bool = False) -> Reading:
    value = centre.value + offset.value
    return Reading(
        value=wrap_degrees_180(value) if is_longitude else value,
        sigma=(centre.sigma**2 + offset.sigma**2) ** 0.5,
        age_s=max(centre.age_s, offset.age_s),
    )


def _integer(held: HeldItems, tag: int) -> int | None:
    value = held.lasting(tag)
    return value if isinstance(value, int) else None


def _text(held: HeldItems, tag: int) -> str | None:
    value = held.lasting(tag)
    return value.strip() or None if isinstance(value, str) else None


def _identity(held: HeldItems) -> Identity:
    return Identity(
        mission_id=_text(held, 3),
        platform_designation=_text(held, 10),
        platform_tail_number=_text(held, 4),
        image_source=_text(held, 11),
        security_marking=security_marking(held.lasting(48)),
        core_identifier=_text(held, 94),
    )
