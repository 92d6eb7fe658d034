"""One KLV set to the transport packets that carry it, and the stamp of one that begins it.

Source:
    ISO/IEC 13818-1, 2.4.3.2, 2.4.3.6 and 2.12.4; MISB ST 1402, synchronous metadata.
"""

from typing import Final

from plainview.formats.transport_packets import PACKET_BYTES, SYNC_BYTE, n_payload_skip_bytes

__all__ = ["packets_from_set", "pts_of_packet"]

_METADATA_STREAM: Final = 0xFC
_WHOLE_CELL: Final = 0xDF
"""Its unit is whole in this cell, has no decoder configuration, and can be begun with."""
_BODY_BYTES: Final = PACKET_BYTES - 4


def packets_from_set(klv: bytes, *, pid: int, pts: int, continuity: int, sequence: int) -> bytes:
    """Return the packets of one metadata PES packet: a cell that holds one whole set.

    Args:
        klv: The set; one access unit.
        pid: The PID.
        pts: The 33-bit stamp in ticks of 90 kHz.
        continuity: The continuity counter of the first packet.
        sequence: How many cells of the stream came before it.
    """
    cell = bytes([0, sequence % 256, _WHOLE_CELL]) + len(klv).to_bytes(2) + klv
    pes = _pes_header(len(cell), pts) + cell
    packets = b""
    for begin in range(0, len(pes), _BODY_BYTES):
        part = pes[begin : begin + _BODY_BYTES]
        packets += _packet(part, pid=pid, is_start=begin == 0, continuity=continuity)
        continuity += 1
    return packets


def pts_of_packet(packet: bytes) -> int | None:
    """Return the 33-bit stamp of the PES packet that this transport packet begins.

    Returns:
        Ticks of 90 kHz; None where no PES packet begins here, or one without a stamp.
    """
    header = packet[n_payload_skip_bytes(packet) :][:14]
    if len(header) < 14 or not header.startswith(b"\x00\x00\x01") or not header[7] & 0x80:
        return None
    high, middle, low = header[9], int.from_bytes(header[10:12]), int.from_bytes(header[12:14])
    return (high >> 1 & 0x07) << 30 | (middle >> 1) << 15 | low >> 1


def _pes_header(n_payload_bytes: int, pts: int) -> bytes:
    n_bytes = n_payload_bytes + 8
    if n_bytes > 0xFFFF:
        raise ValueError(f"{n_payload_bytes} bytes do not fit into one metadata PES packet")
    stamp = bytes(
        (
            0x21 | pts >> 29 & 0x0E,
            pts >> 22 & 0xFF,
            0x01 | pts >> 14 & 0xFE,
            pts >> 7 & 0xFF,
            0x01 | pts << 1 & 0xFE,
        )
    )
    head = b"\x00\x00\x01" + bytes([_METADATA_STREAM]) + n_bytes.to_bytes(2)
    return head + b"\x84\x80\x05" + stamp


def _packet(part: bytes, *, pid: int, is_start: bool, continuity: int) -> bytes:
    n_stuffing = _BODY_BYTES - len(part)
    start = 0x4000 if is_start else 0
    control = 0x30 if n_stuffing else 0x10
    header = (SYNC_BYTE << 24) | ((start | pid) << 8) | control | (continuity & 0x0F)
    return header.to_bytes(4) + _stuffing(n_stuffing) + part


def _stuffing(n_bytes: int) -> bytes:
    """Return an adaptation field of this length that says nothing."""
    if n_bytes == 0:
        return b""
    if n_bytes == 1:
        return b"\x00"
    return bytes([n_bytes - 1, 0]) + b"\xff" * (n_bytes - 2)
