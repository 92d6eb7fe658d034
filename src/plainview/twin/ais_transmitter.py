"""A transmitter of AIS in a simulated sea: where it truly is, and what is wrong with what it says.

Source:
    Intervals of reports: ITU-R M.1371-5, annex 1, tables 1 and 2; numbers of beacons (970, 972,
    974): ITU-R M.585.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import geodetic_from_enu_m
from plainview.twin.ais_messages import MobileReport
from plainview.units import KNOT_M_S

__all__ = ["BEACONS", "AisFaults", "AisTrack", "Transmitter"]

Array = npt.NDArray[np.float64]

BEACONS: Final = {"ais_sart": (970, "SART"), "mob": (972, "MOB"), "epirb_ais": (974, "EPIRB")}
"""First digits of the number and word of each kind of distress beacon."""
_KINDS: Final = ("class_a", "class_b", *BEACONS)
_TURNING_DEG_S: Final = 0.5
"""A ship that turns faster changes its course; assumed."""
_LOOK_S: Final = 1.0
_BEACON_STATUS: Final = 14
_AT_ANCHOR: Final = 1
_STILL_KNOTS: Final = 0.5
"""A slower ship lies at anchor; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AisTrack:
    """Where a transmitter truly is.

    Args:
        time_s: (n,) from the start of the mission, rising.
        latitude_deg: (n,) WGS84; longitude likewise, without a step at 180 degrees.
        speed_m_s: (n,) over ground.
        course_deg: (n,) over ground.
    """

    time_s: Array
    latitude_deg: Array
    longitude_deg: Array
    speed_m_s: Array
    course_deg: Array

    def __post_init__(self) -> None:
        columns = (self.latitude_deg, self.longitude_deg, self.speed_m_s, self.course_deg)
        n = len(self.time_s)
        if n == 0 or any(np.shape(each) != (n,) for each in (self.time_s, *columns)):
            raise _refused("track", "has columns of different length or none.", "Give n of each.")
        if not all(np.all(np.isfinite(each)) for each in (self.time_s, *columns)):
            raise _refused("track", "holds what is no number.", "Give every value.")
        if np.any(np.diff(self.time_s) <= 0.0):
            raise _refused("track, time_s", "does not rise.", "Give instants in order.")
        if np.any(np.abs(self.latitude_deg) > 90.0):
            raise _refused("track, latitude_deg", "lies beyond a pole.", "Give -90 to 90.")

    def at(self, time_s: float) -> tuple[float, float, float, float]:
        """Return latitude, longitude, speed and course at an instant; held beyond the ends."""
        turn = np.unwrap(np.radians(self.course_deg))
        latitude, longitude, speed, course = (
            float(np.interp(time_s, self.time_s, each))
            for each in (self.latitude_deg, self.longitude_deg, self.speed_m_s, turn)
        )
        return latitude, longitude, speed, float(np.degrees(course)) % 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AisFaults:
    """What is wrong with a transmitter; nothing where all is left out.

    Args:
        east_m: By how much its positions are off; north likewise.
        frozen_from_s: From when it says the same place for ever.
        clock_offset_s: By how much its clock is ahead; reports carry its second of the minute.
        silent: Spans (from, to) in seconds in which it does not send.
    """

    east_m: float = 0.0
    north_m: float = 0.0
    frozen_from_s: float | None = None
    clock_offset_s: float = 0.0
    silent: tuple[tuple[float, float], ...] = ()

    def is_silent(self, time_s: float) -> bool:
        """Return whether nothing is sent at an instant."""
        return any(first <= time_s < last for first, last in self.silent)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transmitter:
    """A ship or a beacon that says where it is.

    Args:
        mmsi: Nine digits; beacons have 970 (AIS-SART), 972 (MOB) or 974 (EPIRB-AIS) first.
        kind: ``class_a``, ``class_b``, ``ais_sart``, ``mob`` or ``epirb_ais``.
        track: Where it truly is.
        name: Of a ship; SIMULATED is put before it.
        size_m: Length and width of a ship.
        ship_type: By the standard's table.
        from_s: When it is switched on.
        faults: What is wrong with it.
    """

    mmsi: int
    kind: str
    track: AisTrack
    name: str = ""
    size_m: tuple[float, float] = (12.0, 4.0)
    ship_type: int = 0
    from_s: float = 0.0
    faults: AisFaults = AisFaults()

    def __post_init__(self) -> None:
        where = f"transmitter {self.mmsi}"
        if self.kind not in _KINDS:
            known = ", ".join(_KINDS)
            raise _refused(f"{where}, kind", f"is {self.kind!r}.", f"Give one of {known}.")
        first = self.mmsi // 1_000_000
        wanted = BEACONS.get(self.kind)
        if wanted is not None and first != wanted[0]:
            raise _refused(
                f"{where}, mmsi", f"is not of a {self.kind}.", f"Give {wanted[0]} and six digits."
            )
        if wanted is None and not 200 <= first <= 799:
            raise _refused(
                f"{where}, mmsi", "is not of a ship.", "Give nine digits, the first from 2 to 7."
            )

    def said(self, time_s: float) -> MobileReport:
        """Return what it says at an instant, its faults included."""
        faults = self.faults
        seen_s = time_s if faults.frozen_from_s is None else min(time_s, faults.frozen_from_s)
        latitude, longitude, speed_m_s, course = self.track.at(seen_s)
        if faults.east_m or faults.north_m:
            off = np.array([[faults.east_m, faults.north_m, 0.0]])
            moved = geodetic_from_enu_m(off, origin=(latitude, longitude, 0.0))
            latitude, longitude = float(moved[0][0]), float(moved[1][0])
        knots = speed_m_s / KNOT_M_S
        status = 0
        if self.kind in BEACONS:
            status = _BEACON_STATUS
        elif self.kind == "class_a" and knots < _STILL_KNOTS:
            status = _AT_ANCHOR
        return MobileReport(
            mmsi=self.mmsi,
            latitude_deg=latitude,
            longitude_deg=(longitude + 180.0) % 360.0 - 180.0,
            speed_knots=knots,
            course_deg=course,
            heading_deg=float("nan") if self.kind in BEACONS else course,
            second=0,
            status=status,
        )

    def is_turning(self, time_s: float) -> bool:
        """Return whether its course changes at an instant."""
        before, after = self.track.at(time_s - _LOOK_S)[3], self.track.at(time_s + _LOOK_S)[3]
        change = (after - before + 180.0) % 360.0 - 180.0
        return abs(change) > 2.0 * _LOOK_S * _TURNING_DEG_S

    def interval_s(self, time_s: float) -> float:
        """Return the time from a report to the next."""
        knots = self.track.at(time_s)[2] / KNOT_M_S
        if self.kind == "class_b":
            return 30.0 if knots > 2.0 else 180.0
        if knots < _STILL_KNOTS:
            return 180.0
        if knots > 23.0:
            return 2.0
        turning = self.is_turning(time_s)
        if knots > 14.0:
            return 2.0 if turning else 6.0
        return 10.0 / 3.0 if turning else 10.0


def _refused(where: str, what: str, mend: str) -> InputError:
    return InputError(where=where, what=what, mend=mend)
