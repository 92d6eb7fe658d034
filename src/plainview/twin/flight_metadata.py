"""The metadata of a flight: what its instruments say as ST 0601 items, as bytes, and read back."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from plainview.misb import KlvFramer, ViewState, ViewStateSettings, decode_packet, encode_set
from plainview.model import KlvPayload, View, ViewSigma
from plainview.twin.reported import SIMULATED_MISSION_PREFIX, misp_stamp_us
from plainview.twin.simulated_mark import SIMULATED

__all__ = ["FlightNames", "encode_flight_view", "items_of_flight_view", "read_flight_view"]

_VERSION: Final = 19
_UNCLASSIFIED: Final = 1
_ST0102_VERSION: Final = 12
_TEST_MODE: Final = 5
"""ST 0601 item 77, operational mode: test."""
_LEAP_SECONDS: Final = 29
"""As `misp_stamp_us` adds them."""
_VIRTUAL_SENSOR_AND_PLATFORM: Final = bytes([1, 0b0101_0000])
"""ST 1204: version 1, and for sensor and platform each the two bits of a virtual device."""
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


def items_of_flight_view(view: View, names: FlightNames) -> dict[int, object]:
    """Return the ST 0601 items of one frame: simulated in name, in mode (item 77) and marking.

    Args:
        view: What the instruments say, with its fields of view.
        names: Of mission, platform and camera.
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
        48: {1: _UNCLASSIFIED, 5: SIMULATED, 22: _ST0102_VERSION},
        65: _VERSION,
        77: _TEST_MODE,
        90: pitch_deg,
        91: roll_deg,
        94: _core_identifier(names),
        104: view.height_hae_m,
        136: -_LEAP_SECONDS,
    }


def _core_identifier(names: FlightNames) -> bytes:
    """Return the identifiers of sensor and platform (ST 1204), both declared virtual."""
    identifiers = (
        uuid5(NAMESPACE_OID, f"plainview {SIMULATED} {name}")
        for name in (names.camera, names.platform)
    )
    return _VIRTUAL_SENSOR_AND_PLATFORM + b"".join(each.bytes for each in identifiers)


def encode_flight_view(view: View, names: FlightNames) -> bytes:
    """Return the KLV packet of one frame: an ST 0601 local set."""
    return encode_set(items_of_flight_view(view, names))


def read_flight_view(packet: bytes, *, said: View, sigma: ViewSigma | None) -> View:
    """Return what a reader of a packet knows: the values in the steps of the standard.

    Args:
        packet: As `encode_flight_view` made it.
        said: What it was made of, for the rates of motion that packets do not hold.
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
    )
