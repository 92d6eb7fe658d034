"""The metadata: what the instruments say, as ST 0601 items, as bytes, and read back."""

import math
from dataclasses import replace
from itertools import combinations
from typing import Final
from uuid import NAMESPACE_OID, uuid5

import numpy as np

from plainview.geo import GeoidSurface, geodetic_from_ecef, points_on_rays, rays_from_view
from plainview.misb import KlvFramer, ViewState, ViewStateSettings, decode_packet, encode_set
from plainview.misb.reported_parts import METRES_A_DEGREE
from plainview.model import Camera, KlvPayload, Sigma, View, ViewSigma
from plainview.twin.scenario import Scenario
from plainview.twin.simulated_mark import SIMULATED

__all__ = ["SIMULATED_MISSION_PREFIX", "encode_view", "items_of_view", "misp_stamp_us", "read_view"]

SIMULATED_MISSION_PREFIX: Final = f"{SIMULATED} "
"""Starts the mission identifier (ST 0601 item 3) of everything that the twin makes."""

_LEAP_SECONDS: Final = 29
"""MISP time over UTC since 2017: TAI is 37 s ahead of UTC and 8 s ahead of the MISP epoch's
count (ST 1603, item 2: 11 more than GPS's 18)."""

_VERSION: Final = 19
_UNCLASSIFIED: Final = 1
_ST0102_VERSION: Final = 12
_TEST_MODE: Final = 5
"""ST 0601 item 77, operational mode: test."""

_VIRTUAL_SENSOR_AND_PLATFORM: Final = bytes([1, 0b0101_0000])
"""ST 1204: version 1, and for sensor and platform each the two bits of a virtual device."""

_FIELDS_OF_VIEW: Final = (16, 17)

_CALCULATED_RANGE: Final = 0
"""ST 0601 item 47: the slant range was not measured."""


def misp_stamp_us(view: View) -> int:
    """Return the precision time stamp of a View: MISP time, which counts no leap seconds."""
    return (view.time_us or 0) + 1_000_000 * _LEAP_SECONDS


def items_of_view(view: View, scenario: Scenario) -> dict[int, object]:
    """Return the ST 0601 items that the twin sends for one frame.

    The height of the frame centre (items 25, 78) is left out: the twin's platform knows no
    more of the sea's level than its readers do.

    Args:
        view: What the instruments say.
        scenario: Names and camera.
    """
    items: dict[int, object] = {
        2: misp_stamp_us(view),
        3: f"{SIMULATED_MISSION_PREFIX}{scenario.name}",
        5: view.platform_heading_deg,
        6: view.platform_pitch_deg,
        7: view.platform_roll_deg,
        10: f"{SIMULATED} {scenario.platform.designation}",
        11: f"{SIMULATED} {scenario.camera.band}",
        12: "Geodetic WGS84",
        13: view.latitude_deg,
        14: view.longitude_deg,
        15: view.altitude_msl_m,
        16: view.horizontal_fov_deg,
        17: view.vertical_fov_deg,
        18: (view.sensor_relative_azimuth_deg or 0.0) % 360.0,
        19: view.sensor_relative_elevation_deg,
        20: (view.sensor_relative_roll_deg or 0.0) % 360.0,
        47: _CALCULATED_RANGE,
        48: {1: _UNCLASSIFIED, 5: SIMULATED, 22: _ST0102_VERSION},
        65: _VERSION,
        77: _TEST_MODE,
        90: view.platform_pitch_deg,
        91: view.platform_roll_deg,
        94: _core_identifier(scenario),
        104: view.height_hae_m,
        136: -_LEAP_SECONDS,
    }
    items |= _centre_items(view, scenario.camera.camera())
    return _with_accuracy(items, view, scenario) if _reports_accuracy(scenario) else items


def _reports_accuracy(scenario: Scenario) -> bool:
    return scenario.instrument.is_accuracy_reported


def _with_accuracy(items: dict[int, object], view: View, scenario: Scenario) -> dict[int, object]:
    """Return the items with what the platform says of their errors, a pack of ST 1010.

    The pack is of the items that stand right before it, so that those come last. Both fields of
    view are wrong by the same ratio; the others' errors are independent.
    """
    sigma = _item_sigmas(view, scenario.instrument.sigma())
    pairs = combinations(sigma, 2)
    pack = {
        "members": tuple(sigma),
        "sigma": tuple(sigma.values()),
        "rho": tuple(1.0 if pair == _FIELDS_OF_VIEW else 0.0 for pair in pairs),
    }
    others = {tag: value for tag, value in items.items() if tag not in sigma}
    return others | {tag: items[tag] for tag in sigma} | {102: pack}


def _item_sigmas(view: View, sigma: ViewSigma) -> dict[int, float]:
    """Return the 1-sigma in total of each item whose error is known, in the item's unit."""
    level_deg = _total(sigma.position_horizontal_m) / METRES_A_DEGREE
    ratio = _total(sigma.field_of_view_ratio)
    return {
        5: _total(sigma.platform_heading_deg),
        13: level_deg,
        14: level_deg / math.cos(math.radians(view.latitude_deg or 0.0)),
        16: ratio * (view.horizontal_fov_deg or 0.0),
        17: ratio * (view.vertical_fov_deg or 0.0),
        18: _total(sigma.relative_azimuth_deg),
        19: _total(sigma.relative_elevation_deg),
        20: _total(sigma.relative_roll_deg),
        90: _total(sigma.platform_pitch_deg),
        91: _total(sigma.platform_roll_deg),
        104: _total(sigma.position_vertical_m),
    }


def _total(sigma: Sigma | None) -> float:
    return 0.0 if sigma is None else math.hypot(sigma.own, sigma.shared)


def _core_identifier(scenario: Scenario) -> bytes:
    """Return the identifiers of sensor and platform (ST 1204), both declared virtual."""
    names = (scenario.camera.name, scenario.platform.designation)
    identifiers = (uuid5(NAMESPACE_OID, f"plainview {SIMULATED} {name}") for name in names)
    return _VIRTUAL_SENSOR_AND_PLATFORM + b"".join(each.bytes for each in identifiers)


def _centre_items(view: View, camera: Camera) -> dict[int, object]:
    """Return slant range and frame centre as the platform computes them: on the geoid."""
    middle_px = [[0.5 * camera.width_px, 0.5 * camera.height_px]]
    origin, direction = rays_from_view(view, camera, middle_px)
    sea = GeoidSurface(altitude_msl_m=0.0, sigma_m=0.0)
    range_m, _ = sea.intersect(origin, direction)
    latitude, longitude, _ = geodetic_from_ecef(points_on_rays(origin, direction, range_m))
    if np.isnan(range_m[0]):
        return {}
    return {21: float(range_m[0]), 23: float(latitude[0]), 24: float(longitude[0])}


def encode_view(view: View, scenario: Scenario) -> bytes:
    """Return the KLV packet of one frame: an ST 0601 local set."""
    return encode_set(items_of_view(view, scenario))


def read_view(packet: bytes, *, instrument: View, scenario: Scenario) -> View:
    """Return what a reader of a packet knows: the values in the steps of the standard.

    Args:
        packet: As `encode_view` made it.
        instrument: What it was made of, for the rates of motion that packets do not hold.
        scenario: The 1-sigma of the errors, which the reader is told unless the packet has them.
    """
    framer = KlvFramer()
    packets = [*framer.feed(KlvPayload(stream=0, data=packet)), *framer.flush()]
    told = None if _reports_accuracy(scenario) else scenario.instrument.sigma()
    state = ViewState(ViewStateSettings(instrument=told))
    timed = state.update(decode_packet(packets[0]))
    if timed is None:
        raise ValueError("the twin's own packet holds no View")
    return replace(
        timed.view,
        velocity_enu_m_s=instrument.velocity_enu_m_s,
        camera_heading_rate_deg_s=instrument.camera_heading_rate_deg_s,
        camera_elevation_rate_deg_s=instrument.camera_elevation_rate_deg_s,
    )
