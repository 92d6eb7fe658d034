"""A sensor's height that steps as no aircraft climbs: its datum changed while it was recorded."""

import math
from typing import Final

__all__ = ["HeightWatch"]

_STEP_M: Final = 8.0
"""Less than this is noise of the instrument, or a difference that its error holds: sigma of
height 6 m where a source states none."""
_CHANGE_OF_CLIMB_M_S: Final = 15.0
"""By how much an aircraft's rate of climb may change from one packet to the next."""
_FASTEST_CLIMB_M_S: Final = 100.0
_LONGEST_GAP_S: Final = 5.0
"""After a longer pause any height may be true."""
_CLIMB_TIME_S: Final = 2.0
"""Over which the rate of climb is averaged."""


class HeightWatch:
    """Remembers how high a sensor was and how fast it climbed.

    A step is what is left of a change of height once the climb is taken off. Which of two
    datums is the right one cannot be told from the heights; what came first was used, so that
    everything after a step is doubted until one of the opposite sign takes it back.
    """

    def __init__(self) -> None:
        self._time_s: float | None = None
        self._height_m = 0.0
        self._climb_m_s: float | None = None
        self._stepped_m = 0.0

    @property
    def stepped_m(self) -> float:
        """By how much the height now is off the datum that the source began with."""
        return self._stepped_m

    def update(self, height_m: float, *, time_s: float) -> bool:
        """Take in a height; return whether it is above another datum than the first was.

        Args:
            height_m: Of the sensor, above whatever the source says.
            time_s: Of the packet, on a clock of any start.
        """
        before_s, self._time_s = self._time_s, time_s
        change_m, self._height_m = height_m - self._height_m, height_m
        gap_s = math.inf if before_s is None else time_s - before_s
        if 0.0 < gap_s <= _LONGEST_GAP_S:
            self._follow(change_m, gap_s)
        elif gap_s > _LONGEST_GAP_S:
            self._climb_m_s = None
        return abs(self._stepped_m) > _STEP_M

    def _follow(self, change_m: float, gap_s: float) -> None:
        if self._climb_m_s is None:
            self._climb_m_s = min(max(change_m / gap_s, -_FASTEST_CLIMB_M_S), _FASTEST_CLIMB_M_S)
        step_m = change_m - self._climb_m_s * gap_s
        if abs(step_m) > _STEP_M + _CHANGE_OF_CLIMB_M_S * gap_s:
            self._stepped_m += step_m
            return
        share = 1.0 - math.exp(-gap_s / _CLIMB_TIME_S)
        self._climb_m_s += share * (change_m / gap_s - self._climb_m_s)
