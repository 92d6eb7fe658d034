"""How a platform moved by its metadata: speed, turn and climb, and jumps that nothing makes."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["MotionTally"]

_MOST: Final = {"speed_m_s": 550.0, "turn_deg_s": 60.0, "climb_m_s": 100.0}
"""What no aircraft that carries such a turret does; as in `plausibility_limits`, chosen."""
_STILL: Final = {"speed_m_s": 15.0, "turn_deg_s": 1.0, "climb_m_s": 5.0}
"""What rounding and stamps that jitter may add to a single step: m, degrees, m."""
_EARTH_RADIUS_M: Final = 6_371_000.0
"""A sphere is near enough to tell what flies."""
_BIN_US: Final = 1_000_000
_DT_S: Final = (0.5, 5.0)

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Columns = dict[str, Floats]
NAMES: Final = ("latitude_deg", "longitude_deg", "heading_deg", "height_m")


@dataclass(slots=True)
class MotionTally:
    """Takes the poses of one stream in order.

    Rates are over a second, where the wire's steps and the jitter of stamps are small; jumps
    are between neighbours, by more than the highest rate and a margin allow.
    """

    rates: dict[str, list[Floats]] = field(default_factory=dict)
    n_jumps: dict[str, int] = field(default_factory=dict)
    first_jump_us: dict[str, int] = field(default_factory=dict)
    _before: tuple[Times, Columns] | None = None
    _second: tuple[Times, Columns] | None = None

    def add(self, stamp_us: Times, poses: Columns) -> None:
        """Take in packets.

        Args:
            stamp_us: (n,) their stamps; -1 where there is none.
            poses: (n,) latitude_deg, longitude_deg, heading_deg and height_m; NaN unknown.
        """
        is_known = (stamp_us >= 0) & np.isfinite(poses["latitude_deg"])
        is_known &= np.isfinite(poses["longitude_deg"])
        if not is_known.any():
            return
        here = stamp_us[is_known], {name: poses[name][is_known] for name in NAMES}
        joined = here if self._before is None else _joined(self._before, here)
        self._before = _rows(here, slice(-1, None))
        self._note_jumps(joined)
        seconds = joined if self._second is None else _joined(self._second, here)
        firsts = np.unique(seconds[0] // _BIN_US, return_index=True)[1]
        sparse = _rows(seconds, np.sort(firsts))
        self._second = _rows(sparse, slice(-1, None))
        dt_s, change = _changes(sparse)
        is_usable = (dt_s >= _DT_S[0]) & (dt_s <= _DT_S[1])
        for name, moved in change.items():
            rate = moved[is_usable] / dt_s[is_usable]
            self.rates.setdefault(name, []).append(rate[np.isfinite(rate)])

    def _note_jumps(self, poses: tuple[Times, Columns]) -> None:
        dt_s, change = _changes(poses)
        for name, moved in change.items():
            most = _MOST[name] * np.clip(dt_s, 0.0, 60.0) + _STILL[name]
            jumps = np.flatnonzero(np.abs(np.nan_to_num(moved)) > most)
            self.n_jumps[name] = self.n_jumps.get(name, 0) + len(jumps)
            if len(jumps):
                self.first_jump_us.setdefault(name, int(poses[0][jumps[0] + 1]))

    def describe(self) -> dict[str, Any] | None:
        """Return what was found as JSON holds it; None where nothing moved in time."""
        found = {name: np.concatenate(rates) for name, rates in self.rates.items()}
        if not any(len(each) for each in found.values()):
            return None
        return {
            name: {
                "median": round(float(np.median(np.abs(each))), 3),
                "highest": round(float(np.abs(each).max()), 3),
                "seconds": len(each),
                "limit": _MOST[name],
                "beyond": int(np.count_nonzero(np.abs(each) > _MOST[name])),
                "jumps": self.n_jumps.get(name, 0),
                "first_jump_us": self.first_jump_us.get(name),
            }
            for name, each in found.items()
            if len(each)
        }


def _changes(poses: tuple[Times, Columns]) -> tuple[Floats, Columns]:
    """Return the seconds between neighbours, and by how much each quantity changes."""
    stamp_us, column = poses
    turn_deg = np.mod(np.diff(column["heading_deg"]) + 180.0, 360.0) - 180.0
    latitude_deg = column["latitude_deg"]
    east_deg = np.mod(np.diff(column["longitude_deg"]) + 180.0, 360.0) - 180.0
    east_deg *= np.cos(np.radians(latitude_deg[:-1]))
    distance_m = np.radians(np.hypot(np.diff(latitude_deg), east_deg)) * _EARTH_RADIUS_M
    return 1e-6 * np.diff(stamp_us), {
        "speed_m_s": distance_m,
        "turn_deg_s": turn_deg,
        "climb_m_s": np.diff(column["height_m"]),
    }


def _joined(first: tuple[Times, Columns], second: tuple[Times, Columns]) -> tuple[Times, Columns]:
    return np.concatenate([first[0], second[0]]), {
        name: np.concatenate([first[1][name], second[1][name]]) for name in NAMES
    }


def _rows(
    poses: tuple[Times, Columns], picked: slice | npt.NDArray[np.intp]
) -> tuple[Times, Columns]:
    return poses[0][picked], {name: column[picked] for name, column in poses[1].items()}
