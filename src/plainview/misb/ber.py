"""Lengths and tags as KLV writes them: BER lengths and BER-OID tags.

Source:
    SMPTE ST 336, MISB ST 0107 (BER short and long form, BER-OID).
"""

from typing import Final

from plainview.errors import FormatError

__all__ = [
    "KlvDecodeError",
    "decode_ber_length",
    "decode_ber_oid",
    "encode_ber_length",
    "encode_ber_oid",
]

_MAX_LENGTH_BYTES: Final = 8
_MAX_OID_BYTES: Final = 9
"""Nine groups of seven bits: every tag and identifier below 2**63."""


class KlvDecodeError(FormatError):
    """Bytes that are not the KLV that they claim to be.

    Args:
        what: What is wrong, in one clause.
        where: The place, such as ``ST 0601 item 13``.
        mend: What the reader can do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "KLV",
        mend: str = "`plainview inspect --packets` lists such packets.",
    ) -> None:
        super().__init__(where=where, what=what, mend=mend)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the three parts."""
        return _rebuild, (self.what, self.where, self.mend)


def _rebuild(what: str, where: str, mend: str) -> KlvDecodeError:
    return KlvDecodeError(what, where=where, mend=mend)


def decode_ber_length(data: bytes | bytearray, offset: int = 0) -> tuple[int, int]:
    """Decode a BER length, short or long form.

    Args:
        data: Bytes that hold it.
        offset: Where it begins.

    Returns:
        The length, and the offset of the byte after it.

    Raises:
        KlvDecodeError: The bytes end before it does, or it has the indefinite form or
            more than 8 bytes.

    >>> decode_ber_length(bytes([0x82, 0x01, 0x00]))
    (256, 3)
    """
    if offset >= len(data):
        raise KlvDecodeError("the bytes end where a length should stand.")
    first = data[offset]
    if first < 0x80:
        return first, offset + 1
    n_bytes = first & 0x7F
    if not 1 <= n_bytes <= _MAX_LENGTH_BYTES:
        raise KlvDecodeError(f"a length of {n_bytes} bytes is none that KLV allows.")
    end = offset + 1 + n_bytes
    if end > len(data):
        raise KlvDecodeError("the bytes end inside a length.")
    return int.from_bytes(data[offset + 1 : end], "big"), end


def encode_ber_length(n_bytes: int) -> bytes:
    """Encode a length in the shortest BER form.

    >>> encode_ber_length(127).hex(), encode_ber_length(128).hex()
    ('7f', '8180')
    """
    if n_bytes < 0:
        raise ValueError(f"a length cannot be {n_bytes}")
    if n_bytes < 0x80:
        return bytes([n_bytes])
    octets = n_bytes.to_bytes((n_bytes.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def decode_ber_oid(data: bytes | bytearray, offset: int = 0) -> tuple[int, int]:
    """Decode a BER-OID number: seven bits a byte, the top bit set on all but the last.

    Args:
        data: Bytes that hold it.
        offset: Where it begins.

    Returns:
        The number, and the offset of the byte after it.

    Raises:
        KlvDecodeError: The bytes end before it does, or it has more than 9 bytes.

    >>> decode_ber_oid(bytes([0x81, 0x00]))
    (128, 2)
    """
    value = 0
    for index in range(offset, min(len(data), offset + _MAX_OID_BYTES)):
        octet = data[index]
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            return value, index + 1
    if len(data) - offset < _MAX_OID_BYTES:
        raise KlvDecodeError("the bytes end inside a tag.")
    raise KlvDecodeError("a tag goes on for more than 9 bytes.")


def encode_ber_oid(value: int) -> bytes:
    """Encode a number as BER-OID in the fewest bytes.

    >>> encode_ber_oid(127).hex(), encode_ber_oid(128).hex()
    ('7f', '8100')
    """
    if value < 0:
        raise ValueError(f"a BER-OID number cannot be {value}")
    octets = [value & 0x7F]
    while value := value >> 7:
        octets.append(0x80 | value & 0x7F)
    return bytes(reversed(octets))
