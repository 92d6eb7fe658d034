"""Time stamps that MISB ST 0604 puts into the compressed picture itself.

A stamp is 28 bytes: an identifier (16), a time status (1), and 64 bits of time with a
stuffing byte 0xFF after its second, fourth and sixth byte, so that no start code can arise.
Because of that stuffing it can be read from the bytes of an access unit as they are.
"""

from dataclasses import dataclass
from typing import Final

__all__ = ["PictureStamp", "decode_picture_stamp", "encode_picture_stamp", "find_picture_stamp"]

MICROSECOND_IDENTIFIER: Final = b"MISPmicrosectime"
"""AVC (SEI user data unregistered) and MPEG-2 (user data)."""

HEVC_MICROSECOND_IDENTIFIER: Final = bytes.fromhex("a8687dd4d7593758a5cef0338b6545f1")
HEVC_NANOSECOND_IDENTIFIER: Final = bytes.fromhex("cf848278ee23306c9265e8fef22fb8b8")

_NANOSECONDS_PER_UNIT: Final = {
    MICROSECOND_IDENTIFIER: 1000,
    HEVC_MICROSECOND_IDENTIFIER: 1000,
    HEVC_NANOSECOND_IDENTIFIER: 1,
}
_N_BYTES: Final = 28
_STUFFING_OFFSETS: Final = (19, 22, 25)
_NOT_LOCKED, _DISCONTINUITY, _REVERSE = 0x80, 0x40, 0x20
_RESERVED: Final = 0x1F


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureStamp:
    """The time of one picture, as its encoder wrote it.

    Args:
        time_us: Microseconds since 1970 on the MISP time scale (not proven to be UTC).
        is_locked: Whether the encoder's clock was locked to its reference.
        is_discontinuous: Whether time did not go on evenly since the stamp before.
        is_reversed: Whether that step went back.
        has_reserved_bits: Whether the reserved bits hold all ones, as the standard asks;
            real encoders break this, and their times are good all the same.
    """

    time_us: int
    is_locked: bool
    is_discontinuous: bool
    is_reversed: bool
    has_reserved_bits: bool


def decode_picture_stamp(payload: bytes) -> PictureStamp | None:
    """Decode the stamp at the start of an SEI or user-data payload.

    Args:
        payload: The bytes from the identifier on.

    Returns:
        The stamp, or None where the bytes are something else, too few or not stuffed.

    Source:
        MISB ST 0604.6 section 7, ST 0603.5 table 1 (time status).

    >>> stamp = bytes([31, 0, 0, 255, 0, 0, 255, 0, 0, 255, 1, 0])
    >>> decode_picture_stamp(b"MISPmicrosectime" + stamp).time_us
    256
    """
    n_nanoseconds = _NANOSECONDS_PER_UNIT.get(payload[:16])
    if n_nanoseconds is None or len(payload) < _N_BYTES:
        return None
    if any(payload[offset] != 0xFF for offset in _STUFFING_OFFSETS):
        return None
    time = int.from_bytes(payload[17:19] + payload[20:22] + payload[23:25] + payload[26:28], "big")
    status = payload[16]
    return PictureStamp(
        time_us=time * n_nanoseconds // 1000,
        is_locked=not status & _NOT_LOCKED,
        is_discontinuous=bool(status & _DISCONTINUITY),
        is_reversed=bool(status & _REVERSE),
        has_reserved_bits=status & _RESERVED == _RESERVED,
    )


def find_picture_stamp(access_unit: bytes) -> PictureStamp | None:
    """Find the first stamp in the bytes of one compressed picture, of any codec.

    Args:
        access_unit: MPEG-2, AVC or HEVC bytes, or one SEI payload.

    Returns:
        The first whole stamp, or None where there is none.
    """
    offsets = sorted(
        offset
        for identifier in _NANOSECONDS_PER_UNIT
        if (offset := access_unit.find(identifier)) >= 0
    )
    for offset in offsets:
        stamp = decode_picture_stamp(access_unit[offset : offset + _N_BYTES])
        if stamp is not None:
            return stamp
    return None


def encode_picture_stamp(time_us: int, *, is_hevc: bool = False, is_locked: bool = False) -> bytes:
    """Encode the 28 bytes of one microsecond stamp, from the identifier on."""
    identifier = HEVC_MICROSECOND_IDENTIFIER if is_hevc else MICROSECOND_IDENTIFIER
    status = _RESERVED if is_locked else _RESERVED | _NOT_LOCKED
    time = time_us.to_bytes(8, "big")
    pairs = (time[index : index + 2] for index in range(0, 8, 2))
    return identifier + bytes([status]) + b"\xff".join(pairs)
