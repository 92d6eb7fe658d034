"""EG 0104: which of its keys say what a View needs, read as ST 0601 would say it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from plainview.misb.held_items import HeldItems
from plainview.misb.item_readings import held_reading, plausible_readings
from plainview.misb.security_marking import security_marking
from plainview.misb.view_items import Corner, Identity, Reading, ViewItems
from plainview.model import RangeKind

__all__ = ["elevation_from_obliquity_deg", "view_items_0104"]

KEYS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "latitude_deg": ("device_latitude_deg",),
    "longitude_deg": ("device_longitude_deg",),
    "altitude_msl_m": ("device_altitude_msl_m",),
    "platform_heading_deg": ("platform_heading_deg",),
    "platform_pitch_deg": ("platform_pitch_deg",),
    "platform_roll_deg": ("platform_roll_deg",),
    "north_heading_deg": ("angle_to_north_deg",),
    "horizontal_fov_deg": ("horizontal_fov_deg",),
    "vertical_fov_deg": ("vertical_fov_deg",),
    "slant_range_m": ("slant_range_m",),
    "frame_center_latitude_deg": ("frame_center_latitude_deg",),
    "frame_center_longitude_deg": ("frame_center_longitude_deg",),
    "frame_center_altitude_msl_m": ("frame_center_altitude_msl_m",),
    "target_width_m": ("target_width_m",),
}
"""The key that a quantity is read from. Angles are degrees and lengths metres on the wire."""

_LEVEL_DEG: Final = 180.0


def view_items_0104(held: HeldItems) -> ViewItems:
    """Return what EG 0104 keys say.

    The set says nothing of the range's origin, so it is ambiguous; it has no gimbal angles,
    and its sensor roll is not used because its reference is not known.
    """
    readings, n_implausible = plausible_readings(held, KEYS_OF)
    return ViewItems(
        **readings,  # type: ignore[arg-type]
        horizon_elevation_deg=_elevation(held),
        slant_range_kind=RangeKind.AMBIGUOUS,
        corners=_corners(held),
        identity=_identity(held),
        n_implausible=n_implausible,
        sensor_key=(held.lasting("image_source_device"),),
    )


def elevation_from_obliquity_deg(obliquity_deg: float) -> float | None:
    """Return the elevation of the line of sight above the horizontal, degrees.

    Args:
        obliquity_deg: "The inverse of sensor depression angle": negative below the
            horizon; or, in encoders that count from behind, 180 at the horizon and 270
            straight down.

    Returns:
        The elevation, -90 straight down; None where the angle fits neither.

    Source:
        SMPTE RP 210, "Obliquity Angle", as open implementations cite it; the second form
        as the conversions of ST 0601.12 have it, unchecked on footage.
    """
    if -90.0 <= obliquity_deg <= 90.0:
        return obliquity_deg
    if 90.0 < obliquity_deg <= 270.0:
        return _LEVEL_DEG - obliquity_deg
    return None


def _elevation(held: HeldItems) -> Reading | None:
    reading = held_reading(held, "obliquity_angle_deg")
    if reading is None:
        return None
    elevation_deg = elevation_from_obliquity_deg(reading.value)
    return None if elevation_deg is None else replace(reading, value=elevation_deg)


def _corners(held: HeldItems) -> tuple[Corner, ...] | None:
    corners: list[Corner] = []
    for number in range(1, 5):
        latitude = held_reading(held, f"corner_{number}_latitude_deg")
        longitude = held_reading(held, f"corner_{number}_longitude_deg")
        if latitude is None or longitude is None:
            return None
        corners.append(Corner(latitude_deg=latitude, longitude_deg=longitude))
    return tuple(corners)


def _identity(held: HeldItems) -> Identity:
    marking = security_marking(held.lasting("security_local_set"))
    return Identity(
        mission_id=_text(held, "episode_number"),
        platform_designation=_text(held, "device_designation"),
        image_source=_text(held, "image_source_device"),
        security_marking=marking or security_marking(held.lasting("security_universal_set")),
    )


def _text(held: HeldItems, name: str) -> str | None:
    value = held.lasting(name)
    return value.strip() or None if isinstance(value, str) else None
