"""Targets to a stand-alone ST 0903 set, at the rate of video."""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.misb.ber import encode_ber_length, encode_ber_oid
from plainview.misb.checksum import CHECKSUM_HEADER, with_checksum
from plainview.misb.imap import imapb_encode, imapb_step
from plainview.misb.local_set_encode import encode_element
from plainview.misb.st0903_pixels import pixel_numbers_from_box
from plainview.misb.universal_label import SETS

__all__ = ["VmtiTarget", "encode_vmti"]

_LABEL: Final = next(each.label for each in SETS if each.name == "ST0903")
_VERSION: Final = 6
_MOVING, _COASTING, _INACTIVE = 1, 4, 0
_MAX_FRAME_NUMBER: Final = (1 << 24) - 1
_INFINITE_SIGMA: Final = 0xC800
"""ST 1201's positive infinity: a sigma that the standard's 650 m cannot hold."""


class _Scale(NamedTuple):
    """IMAPB with its constants worked out once."""

    low: float
    high: float
    steps: float
    offset: int

    @classmethod
    def of(cls, low: float, high: float, *, n_bytes: int) -> "_Scale":
        offset = int.from_bytes(imapb_encode(0.0, low, high, n_bytes=n_bytes), "big")
        return cls(low, high, 1.0 / imapb_step(low, high, n_bytes=n_bytes), offset)

    def code(self, value: float) -> int:
        """Return the code of a value in the range; every range here has zero on a code."""
        return math.floor(value * self.steps) + self.offset


_LATITUDE: Final = _Scale.of(-90.0, 90.0, n_bytes=4)
_LONGITUDE: Final = _Scale.of(-180.0, 180.0, n_bytes=4)
_HEIGHT: Final = _Scale.of(-900.0, 19_000.0, n_bytes=2)
_SIGMA: Final = _Scale.of(0.0, 650.0, n_bytes=2)
_RHO: Final = _Scale.of(-1.0, 1.0, n_bytes=2)


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
) -> bytes:
    """Encode the targets of a frame as one ST 0903 packet.

    A box is clipped to the picture and left out where it lies outside. A place is written
    with its 1-sigmas and correlations; a sigma above 650 m, which the standard cannot hold,
    is infinite, and a place that the standard cannot hold is left out. Item 23 says active or
    coasting where the standard allows it (a located target, and for an active one a box);
    VTracker item 2 says active or inactive for readers of earlier issues, and item 7 has the
    frame number for them.

    Args:
        time_us: What the precision time stamp gets, as it is: UTC, where a View's time is
            given. The standard means MISP time, which runs on through leap seconds; those of
            ST 0601 item 136, with their sign turned, lead from UTC to it.
        frame_number: From 0; its lowest 24 bits are written.
        width_px: Of the picture.
        height_px: Of the picture.
        targets: In any order; none where the frame was looked at and nothing is there.

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
    ]
    if packs:
        items.append(encode_element(101, b"".join(packs)))
    value = b"".join([*items, CHECKSUM_HEADER])
    return with_checksum(_LABEL + encode_ber_length(len(value) + 2) + value)


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
    place = struct.pack(
        ">IIH", _LATITUDE.code(latitude), _LONGITUDE.code(longitude), _HEIGHT.code(height)
    )
    return place if target.cov_enu_m2 is None else place + _uncertainty(target.cov_enu_m2)


def _uncertainty(cov_enu_m2: npt.NDArray[np.float64]) -> bytes:
    """Return 1-sigmas and correlations; no bytes where the covariance is none."""
    (ee, en, eu), (_, nn, nu), (_, _, uu) = cov_enu_m2.tolist()
    if not (math.isfinite(ee + en + eu + nn + nu + uu) and min(ee, nn, uu) >= 0.0):
        return b""
    east, north, up = math.sqrt(ee), math.sqrt(nn), math.sqrt(uu)
    return struct.pack(
        ">HHHHHH",
        *(
            _SIGMA.code(each) if each <= _SIGMA.high else _INFINITE_SIGMA
            for each in (east, north, up)
        ),
        _rho_code(en, east * north),
        _rho_code(eu, east * up),
        _rho_code(nu, north * up),
    )


def _rho_code(covariance: float, product: float) -> int:
    """Return the code of a correlation; none where a sigma is zero."""
    rho = covariance / product if product > 0.0 else 0.0
    return _RHO.code(min(max(rho, -1.0), 1.0))
