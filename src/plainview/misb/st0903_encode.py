"""Targets to a stand-alone ST 0903 set, at the rate of video."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, isfinite, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.misb.ber import encode_ber_length, encode_ber_oid
from plainview.misb.checksum import CHECKSUM_HEADER, with_checksum
from plainview.misb.imap import imapb_encode, imapb_step
from plainview.misb.local_set_encode import encode_element
from plainview.misb.st0903_pixels import pixel_numbers_from_box
from plainview.misb.st1204 import core_identifier_from_text
from plainview.misb.universal_label import SETS

__all__ = ["VmtiTarget", "encode_vmti"]

_LABEL: Final = next(each.label for each in SETS if each.name == "ST0903")
_VERSION: Final = 6
_MOVING, _COASTING, _INACTIVE = 1, 4, 0
_MAX_FRAME_NUMBER: Final = (1 << 24) - 1
_MAX_FOV_DEG: Final = 180.0
_INFINITE_SIGMA: Final = 0xC800
"""ST 1201's positive infinity: a sigma that the standard's 650 m cannot hold."""


def _steps(low: float, high: float, *, n_bytes: int) -> tuple[float, int]:
    """Return IMAPB's steps to one and the code of zero, which is a code in every range here."""
    zero = int.from_bytes(imapb_encode(0.0, low, high, n_bytes=n_bytes), "big")
    return 1.0 / imapb_step(low, high, n_bytes=n_bytes), zero


_MAX_SIGMA_M: Final = 650.0
_LATITUDE_STEPS, _LATITUDE_ZERO = _steps(-90.0, 90.0, n_bytes=4)
_LONGITUDE_STEPS, _LONGITUDE_ZERO = _steps(-180.0, 180.0, n_bytes=4)
_HEIGHT_STEPS, _HEIGHT_ZERO = _steps(-900.0, 19_000.0, n_bytes=2)
_SIGMA_STEPS, _ = _steps(0.0, _MAX_SIGMA_M, n_bytes=2)
_RHO_STEPS, _RHO_ZERO = _steps(-1.0, 1.0, n_bytes=2)
_PLACE: Final = struct.Struct(">IIH")
_UNCERTAINTY: Final = struct.Struct(">HHHHHH")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VmtiTarget:
    """One target of a frame.

    Args:
        target_id: From 0; the same thing has the same number in every frame.
        box_px: x, y, width, height, (0, 0) being the outer corner of the top-left pixel.
        confidence: 0 to 1.
        is_coasting: Whether it is predicted here and was not seen.
        latitude_deg: None where it is not located.
        longitude_deg: None likewise.
        height_hae_m: None likewise.
        cov_enu_m2: (3, 3) covariance of its place, east, north, up; None where not known.
    """

    target_id: int
    box_px: tuple[float, float, float, float]
    confidence: float
    is_coasting: bool
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_hae_m: float | None = None
    cov_enu_m2: npt.NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.target_id < 0:
            raise ValueError(f"a target's number is not {self.target_id}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"a confidence is between 0 and 1, not {self.confidence}")
        if self.cov_enu_m2 is not None and self.cov_enu_m2.shape != (3, 3):
            raise ValueError(f"a covariance is (3, 3), not {self.cov_enu_m2.shape}")


def encode_vmti(
    *,
    time_us: int,
    frame_number: int,
    width_px: int,
    height_px: int,
    targets: Sequence[VmtiTarget],
    horizontal_fov_deg: float | None = None,
    vertical_fov_deg: float | None = None,
    core_identifier: str | None = None,
    source_sensor: str | None = None,
) -> bytes:
    """Encode the targets of a frame as one ST 0903 packet.

    A box is clipped to the picture and left out where it lies outside. A place is written
    with its 1-sigmas and correlations; a sigma above 650 m, which the standard cannot hold,
    is infinite, and a place that the standard cannot hold is left out. Item 23 says active or
    coasting where the standard allows it (a located target, and for an active one a box);
    VTracker item 2 says active or inactive for readers of earlier issues, and item 7 has the
    frame number for them.

    Args:
        time_us: What the precision time stamp gets, as it is. The standard means MISP time,
            which runs on through leap seconds; a View's time is UTC.
        frame_number: From 0; its lowest 24 bits are written.
        width_px: Of the picture.
        height_px: Of the picture.
        targets: In any order; none where the frame was looked at and nothing is there.
        horizontal_fov_deg: 0 to 180; left out where it is not known, though issue 6 asks a
            set that stands by itself for it.
        vertical_fov_deg: Likewise.
        core_identifier: Of the source, as ST 1204 text; likewise.
        source_sensor: Names the sensor whose pictures were looked at, of several; likewise.

    Returns:
        Label, length, items and checksum.

    Source:
        MISB ST 0903.6.
    """
    packs = [_target(target, width_px=width_px, height_px=height_px) for target in targets]
    items = [
        encode_element(2, time_us.to_bytes(8, "big")),
        encode_element(4, bytes([_VERSION])),
        encode_element(5, _uint(len(packs))),
        encode_element(6, _uint(len(packs))),
        encode_element(7, _uint(frame_number & _MAX_FRAME_NUMBER)),
        encode_element(8, _uint(width_px)),
        encode_element(9, _uint(height_px)),
        b"" if source_sensor is None else encode_element(10, source_sensor.encode()),
        _fov(11, horizontal_fov_deg),
        _fov(12, vertical_fov_deg),
    ]
    if core_identifier is not None:
        items.append(encode_element(13, core_identifier_from_text(core_identifier)))
    if packs:
        items.append(encode_element(101, b"".join(packs)))
    value = b"".join([*items, CHECKSUM_HEADER])
    return with_checksum(_LABEL + encode_ber_length(len(value) + 2) + value)


def _fov(tag: int, fov_deg: float | None) -> bytes:
    if fov_deg is None or not 0.0 <= fov_deg <= _MAX_FOV_DEG:
        return b""
    return encode_element(tag, imapb_encode(fov_deg, 0.0, _MAX_FOV_DEG, n_bytes=2))


def _uint(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _target(target: VmtiTarget, *, width_px: int, height_px: int) -> bytes:
    """Return a VTarget pack with its length."""
    box = pixel_numbers_from_box(target.box_px, width_px=width_px, height_px=height_px)
    location = _location(target)
    data = encode_ber_oid(target.target_id)
    if box is not None:
        for tag, pixel in enumerate(box, start=1):
            number = _uint(pixel)
            data += bytes((tag, len(number))) + number
    data += bytes((5, 1, round(100.0 * target.confidence)))
    if location:
        data += bytes((17, len(location))) + location
        if target.is_coasting:
            data += bytes((23, 1, _COASTING))
        elif box is not None:
            data += bytes((23, 1, _MOVING))
    data += bytes((104, 3, 2, 1, _INACTIVE if target.is_coasting else _MOVING))
    return encode_ber_length(len(data)) + data


def _location(target: VmtiTarget) -> bytes:
    """Return a Location pack; no bytes where the place is not known or cannot be held."""
    latitude, longitude = target.latitude_deg, target.longitude_deg
    height = target.height_hae_m
    if latitude is None or longitude is None or height is None:
        return b""
    if not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0 and -900.0 <= height <= 19_000.0):
        return b""
    place = _PLACE.pack(
        floor(latitude * _LATITUDE_STEPS) + _LATITUDE_ZERO,
        floor(longitude * _LONGITUDE_STEPS) + _LONGITUDE_ZERO,
        floor(height * _HEIGHT_STEPS) + _HEIGHT_ZERO,
    )
    return place if target.cov_enu_m2 is None else place + _uncertainty(target.cov_enu_m2)


def _uncertainty(cov_enu_m2: npt.NDArray[np.float64]) -> bytes:
    """Return 1-sigmas and correlations; no bytes where the covariance is none."""
    (ee, en, eu), (_, nn, nu), (_, _, uu) = cov_enu_m2.tolist()
    if not (isfinite(ee + en + eu + nn + nu + uu) and min(ee, nn, uu) >= 0.0):
        return b""
    east, north, up = sqrt(ee), sqrt(nn), sqrt(uu)
    return _UNCERTAINTY.pack(
        _sigma_code(east),
        _sigma_code(north),
        _sigma_code(up),
        _rho_code(en, east * north),
        _rho_code(eu, east * up),
        _rho_code(nu, north * up),
    )


def _sigma_code(sigma_m: float) -> int:
    return floor(sigma_m * _SIGMA_STEPS) if sigma_m <= _MAX_SIGMA_M else _INFINITE_SIGMA


def _rho_code(covariance: float, product: float) -> int:
    """Return the code of a correlation; none where a sigma is zero."""
    rho = covariance / product if product > 0.0 else 0.0
    if abs(rho) > 1.0:
        rho = 1.0 if rho > 0.0 else -1.0
    return floor(rho * _RHO_STEPS) + _RHO_ZERO
