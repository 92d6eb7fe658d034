"""KLV and pictures into a transport stream; as in `klv_carriage`, the library is tstrans."""

from typing import Final

import numpy as np
from tstrans import codec, mpegts

from plainview.formats.transport_packets import PACKET_BYTES, packet_rows

__all__ = ["KlvMuxer"]

_METADATA_STD_DESCRIPTOR: Final = bytes.fromhex("2709c00190c00080c00190")
_CLOCK_LEAD_TICKS: Final = 45_000
"""Half a second between arrival and display: time to receive, below the second of ST 1402."""

_TIME_STATUS_LOCKED: Final = 0x1F


class KlvMuxer:
    """Makes a transport stream of pictures and synchronous KLV, as STANAG 4609 asks (type 0x15).

    Args:
        is_h265: Whether the pictures are H.265, not H.264.
        n_cameras: How many streams of pictures there are, each with its KLV.
    """

    def __init__(self, *, is_h265: bool = False, n_cameras: int = 1) -> None:
        codec_of_pictures = mpegts.VideoCodec.H265 if is_h265 else mpegts.VideoCodec.H264
        program = mpegts.MuxerProgramConfigBuilder(program_number=1, pmt_pid=0x100)
        for camera in range(n_cameras):
            program = program.add_video(0x101 + 2 * camera, codec_of_pictures).add_klv(
                0x102 + 2 * camera, mpegts.KlvStreamType.SYNCHRONOUS_METADATA, carries_pts=True
            )
        for camera in range(n_cameras):
            program = program.stream_descriptors_for_klv(camera, [_METADATA_STD_DESCRIPTOR])
        config = mpegts.MuxerConfigBuilder().add_program(program.build())
        self._muxer = mpegts.Muxer(config.build())
        self._videos = self._muxer.video_handles()
        self._klvs = self._muxer.klv_handles()

    def mux_klv(self, packet: bytes, *, pts: int, camera: int = 0) -> bytes:
        """Return the transport packets of one KLV packet, which come before its picture's."""
        self._muxer.push_klv_to(self._klvs[camera], packet, pts=mpegts.Pts90khz.from_raw(pts))
        return self._take()

    def mux_picture(
        self, access_unit: bytes, *, pts: int, is_key: bool, time_us: int | None, camera: int = 0
    ) -> bytes:
        """Return the transport packets of one picture; its time becomes an ST 0604 stamp."""
        stamp, video = mpegts.Pts90khz.from_raw(pts), self._videos[camera]
        if time_us is None:
            self._muxer.push_video_to(video, access_unit, pts=stamp, key_frame=is_key)
        else:
            misp = codec.MispTimestamp.micros(time_us, _TIME_STATUS_LOCKED)
            self._muxer.push_video_misp_to(
                video, access_unit, pts=stamp, key_frame=is_key, misp=misp
            )
        return self._take()

    def _take(self) -> bytes:
        buffer = bytearray(self._muxer.pending_packets() * PACKET_BYTES)
        n_bytes = self._muxer.pull(buffer)
        return _with_clock_behind(bytes(buffer[:n_bytes]))


def _with_clock_behind(packets: bytes) -> bytes:
    """Return packets whose clock references lie before the stamps.

    The library sets them equal, so that everything would come after it is due.
    """
    rows = packet_rows(packets).copy()
    has_clock = (rows[:, 3] & 0x20 != 0) & (rows[:, 4] >= 7) & (rows[:, 5] & 0x10 != 0)
    for row in np.flatnonzero(has_clock):
        clock = int.from_bytes(rows[row, 6:12].tobytes())
        shifted = ((clock >> 15) - _CLOCK_LEAD_TICKS) % (1 << 33) << 15 | clock & 0x7FFF
        rows[row, 6:12] = np.frombuffer(shifted.to_bytes(6), np.uint8)
    return rows.tobytes()
