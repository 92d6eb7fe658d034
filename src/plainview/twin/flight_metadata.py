"""The metadata of a flight: what its instruments say as ST 0601 items, as bytes, and read back."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from plainview.geo import (
    REFRACTION_COEFFICIENT,
    GeoidSurface,
    Surface,
    geodetic_from_ecef,
    points_on_rays,
    rays_from_view,
)
from plainview.misb import KlvFramer, ViewState, ViewStateSettings, decode_packet, encode_set
from plainview.model import Camera, KlvPayload, RangeKind, View, ViewSigma
from plainview.twin.simulated_mark import SIMULATED

__all__ = [
    "SEA",
    "SIMULATED_MISSION_PREFIX",
    "FlightNames",
    "encode_flight_view",
    "items_of_flight_view",
    "misp_stamp_us",
    "read_flight_view",
]

SIMULATED_MISSION_PREFIX: Final = f"{SIMULATED} "
"""Starts the mission identifier (ST 0601 item 3) of everything that the twin makes."""
_VERSION: Final = 19
_UNCLASSIFIED: Final = 1
_ST0102_VERSION: Final = 12
_TEST_MODE: Final = 5
"""ST 0601 item 77, operational mode: test."""
_CALCULATED_RANGE: Final = 0
"""ST 0601 item 47: the slant range was not measured."""
_MEASURED_RANGE: Final = 0x10
"""ST 0601 item 47, bit 4: it was; as the jmisb project reads it."""
_LEAP_SECONDS: Final = 29
"""MISP time over UTC since 2017: TAI is 37 s ahead of UTC and 8 s ahead of the MISP epoch's
count (ST 1603, item 2: 11 more than GPS's 18)."""
_VIRTUAL_SENSOR_AND_PLATFORM: Final = bytes([1, 0b0101_0000])
"""ST 1204: version 1, and for sensor and platform each the two bits of a virtual device."""
SEA: Final = GeoidSurface(altitude_msl_m=0.0, sigma_m=0.0)
_SHORT_PITCH_DEG: Final = 20.0
_SHORT_ROLL_DEG: Final = 50.0
"""Greatest values of items 6 and 7; items 90 and 91 hold any attitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightNames:
    """What things are called in the metadata; each gets the mark of a simulation before it.

    Args:
        mission: Of item 3.
        platform: Of item 10.
        camera: Of item 11.
    """

    mission: str
    platform: str
    camera: str


def misp_stamp_us(view: View) -> int:
    """Return the precision time stamp of a View: MISP time, which counts no leap seconds."""
    return (view.time_us or 0) + 1_000_000 * _LEAP_SECONDS


def items_of_flight_view(
    view: View, names: FlightNames, *, camera: Camera, surface: Surface = SEA
) -> dict[int, object]:
    """Return the ST 0601 items of one frame: simulated in name, in mode (item 77) and marking.

    The height of the frame centre (items 25, 78) is left out: the twin's platform knows no
    more of the surface than its readers do.

    Args:
        view: What the instruments say, with its fields of view.
        names: Of mission, platform and camera.
        camera: Whose middle is the frame centre.
        surface: On which the platform computes that: the sea, or the terrain that it carries.
    """
    pitch_deg, roll_deg = view.platform_pitch_deg or 0.0, view.platform_roll_deg or 0.0
    short: dict[int, object] = {}
    if abs(pitch_deg) <= _SHORT_PITCH_DEG and abs(roll_deg) <= _SHORT_ROLL_DEG:
        short = {6: pitch_deg, 7: roll_deg}
    return {
        2: misp_stamp_us(view),
        3: f"{SIMULATED_MISSION_PREFIX}{names.mission}",
        5: view.platform_heading_deg,
        **short,
        10: f"{SIMULATED} {names.platform}",
        11: f"{SIMULATED} {names.camera}",
        12: "Geodetic WGS84",
        13: view.latitude_deg,
        14: view.longitude_deg,
        15: view.altitude_msl_m,
        16: view.horizontal_fov_deg,
        17: view.vertical_fov_deg,
        18: (view.sensor_relative_azimuth_deg or 0.0) % 360.0,
        19: view.sensor_relative_elevation_deg,
        20: (view.sensor_relative_roll_deg or 0.0) % 360.0,
        47: _MEASURED_RANGE if _is_measured(view) else _CALCULATED_RANGE,
        48: {1: _UNCLASSIFIED, 5: SIMULATED, 22: _ST0102_VERSION},
        65: _VERSION,
        77: _TEST_MODE,
        90: pitch_deg,
        91: roll_deg,
        94: _core_identifier(names),
        104: view.height_hae_m,
        136: -_LEAP_SECONDS,
        **_centre_items(view, camera, surface),
    }


def _is_measured(view: View) -> bool:
    return view.slant_range_kind is RangeKind.MEASURED and view.slant_range_m is not None


def _centre_items(view: View, camera: Camera, surface: Surface) -> dict[int, object]:
    """Return slant range and frame centre; nothing where the middle looks past the surface.

    A range that was measured says where along the line of sight the frame centre lies.
    """
    middle_px = [[0.5 * camera.width_px, 0.5 * camera.height_px]]
    origin, direction = rays_from_view(view, camera, middle_px)
    if _is_measured(view):
        range_m = np.array([view.slant_range_m], np.float64)
    else:
        range_m, _ = surface.intersect(origin, direction, refraction=REFRACTION_COEFFICIENT)
    latitude, longitude, _ = geodetic_from_ecef(points_on_rays(origin, direction, range_m))
    if np.isnan(range_m[0]):
        return {}
    return {21: float(range_m[0]), 23: float(latitude[0]), 24: float(longitude[0])}


@lru_cache(maxsize=64)
def _core_identifier(names: FlightNames) -> bytes:
    """Return the identifiers of sensor and platform (ST 1204), both declared virtual."""
    identifiers = (
        uuid5(NAMESPACE_OID, f"plainview {SIMULATED} {name}")
        for name in (names.camera, names.platform)
    )
    return _VIRTUAL_SENSOR_AND_PLATFORM + b"".join(each.bytes for each in identifiers)


def encode_flight_view(
    view: View, names: FlightNames, *, camera: Camera, surface: Surface = SEA
) -> bytes:
    """Return the KLV packet of one frame: an ST 0601 local set."""
    return encode_set(items_of_flight_view(view, names, camera=camera, surface=surface))


def read_flight_view(packet: bytes, *, said: View, sigma: ViewSigma | None) -> View:
    """Return what a reader of a packet knows: the values in the steps of the standard.

    Args:
        packet: As `encode_flight_view` made it.
        said: What it was made of, for what packets do not hold: the rates of motion, and how good
            a measured range is.
        sigma: The 1-sigma that the reader is told; None for what is assumed of any turret.
    """
    framer = KlvFramer()
    packets = [*framer.feed(KlvPayload(stream=0, data=packet)), *framer.flush()]
    timed = ViewState(ViewStateSettings(instrument=sigma)).update(decode_packet(packets[0]))
    if timed is None:
        raise ValueError("the twin's own packet holds no View")
    return replace(
        timed.view,
        velocity_enu_m_s=said.velocity_enu_m_s,
        camera_heading_rate_deg_s=said.camera_heading_rate_deg_s,
        camera_elevation_rate_deg_s=said.camera_elevation_rate_deg_s,
        slant_range_sigma_m=said.slant_range_sigma_m,
    )
