"""How long a video has been silent while the others of its stream went on."""

from typing import Final

from plainview.formats.container import CompressedPacket, time_base_of
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["SilentVideo"]

_SILENT_US: Final = 5 * MICROSECONDS_PER_SECOND
"""Multiplexers put pictures of one instant closer together in the file."""
_MAX_STEP_US: Final = MICROSECONDS_PER_SECOND


class SilentVideo:
    """Counts the time that other videos take since a video's last packet.

    Its steps are bounded, so that a jump of the others' clock is no silence.
    """

    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._silent_us: dict[int, int] = {}

    @property
    def silent_us(self) -> int:
        """How long nothing came."""
        return max(self._silent_us.values(), default=0)

    def take_other(self, packet: CompressedPacket) -> bool:
        """Take a packet of another video; say whether this one is silent."""
        stamp = packet.pts if packet.dts is None else packet.dts
        if stamp is not None:
            number = packet.stream.id
            before = self._last.get(number, stamp)
            self._last[number] = stamp
            step_s = (stamp - before) * time_base_of(packet.stream)
            step_us = min(max(0, int(step_s * MICROSECONDS_PER_SECOND)), _MAX_STEP_US)
            self._silent_us[number] = self._silent_us.get(number, 0) + step_us
        return self.silent_us > _SILENT_US

    def end(self) -> None:
        """Begin again: the video has sent a packet."""
        self._silent_us.clear()
