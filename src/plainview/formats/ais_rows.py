"""Reports of an AIS log as one table, with what was wrong with them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from plainview.errors import FormatError, InputError
from plainview.model import CountedWarning, ShipReports, ShipStatic
from plainview.units import KNOT_M_S, wrap_degrees_180

__all__ = ["AisLog", "AisRows", "text_lines"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AisLog:
    """An AIS log.

    Args:
        reports: Where ships said that they were.
        warnings: What was left out, counted.
    """

    reports: ShipReports
    warnings: tuple[CountedWarning, ...]


_WHATS: Final[Mapping[str, tuple[str, str]]] = {
    "ais_checksum": (
        "Sentences whose checksum is wrong were left out.",
        "Look at the receiver or at how the log was copied.",
    ),
    "ais_unreadable": (
        "Lines that are no AIS report, or are cut off, were left out.",
        "Look at the first of them; other sentences in the log do no harm.",
    ),
    "ais_incomplete": (
        "Messages of several sentences lack one of them and were left out.",
        "Only names and sizes of ships come in such messages; positions do not.",
    ),
    "ais_no_time": (
        "Position reports without a time were left out.",
        "Log with tag blocks (`\\\\c:1452603731*hh\\\\`) or a time before each sentence.",
    ),
    "ais_no_position": (
        "Reports say that their position is not known, or give one that cannot be.",
        "Nothing needs to be done; such ships have no satellite fix.",
    ),
}


@dataclass(slots=True)
class AisRows:
    """Reports as they are read.

    Args:
        where: The file, for errors and warnings.
    """

    where: str
    ships: dict[int, ShipStatic] = field(default_factory=dict)
    _rows: list[tuple[float, ...]] = field(default_factory=list)
    _times: list[tuple[int, int]] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)
    _first: dict[str, str] = field(default_factory=dict)

    def note(self, code: str, n_line: int) -> None:
        """Count one more line that was left out."""
        self._counts[code] += 1
        self._first.setdefault(code, f"{self.where}, line {n_line}")

    def add(
        self,
        mmsi: int,
        time_us: int,
        *,
        place: tuple[float, float],
        speed_knots: float | None,
        course_deg: float | None,
        heading_deg: float | None,
        sigma_m: float,
    ) -> bool:
        """Take a report; say whether its position can be.

        Args:
            mmsi: Which ship.
            time_us: UTC.
            place: Latitude and longitude, degrees.
            speed_knots: 102.2 and less; more means not known, as None does.
            course_deg: From 0 to below 360; likewise.
            heading_deg: Likewise.
            sigma_m: Of the position.
        """
        latitude, longitude = place
        if not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0 and mmsi > 0):
            return False
        self._times.append((mmsi, time_us))
        self._rows.append(
            (
                latitude,
                wrap_degrees_180(longitude),
                KNOT_M_S * _within(speed_knots, _MOST_KNOTS),
                _within(course_deg, _MOST_DEG),
                _within(heading_deg, _MOST_DEG),
                sigma_m,
            )
        )
        return True

    def log(self) -> AisLog:
        """Return what was read.

        Raises:
            FormatError: Nothing was.
        """
        if not self._rows:
            counted = ", ".join(f"{count} {code}" for code, count in sorted(self._counts.items()))
            raise FormatError(
                where=self.where,
                what=f"holds no AIS position with its time ({counted or 'it is empty'}).",
                mend="Give a log of NMEA sentences with times, or CSV with a header of"
                " MMSI, time, latitude and longitude.",
            )
        keys, values = np.array(self._times, np.int64), np.array(self._rows, np.float64)
        order = np.lexsort((keys[:, 1], keys[:, 0]))
        keys, values = keys[order], values[order]
        is_new = np.ones(len(keys), bool)
        is_new[1:] = np.any(keys[1:] != keys[:-1], axis=1)
        keys, columns = keys[is_new], values[is_new].T.copy()
        reports = ShipReports(
            mmsi=keys[:, 0].copy(),
            time_us=keys[:, 1].copy(),
            latitude_deg=columns[0],
            longitude_deg=columns[1],
            speed_m_s=columns[2],
            course_deg=columns[3],
            heading_deg=columns[4],
            position_sigma_m=columns[5],
            ships=self.ships,
        )
        return AisLog(reports=reports, warnings=self._warnings())

    def _warnings(self) -> tuple[CountedWarning, ...]:
        return tuple(
            CountedWarning(
                code=code,
                count=count,
                first=self._first[code],
                what=_WHATS[code][0],
                mend=_WHATS[code][1],
            )
            for code, count in self._counts.items()
        )


_MOST_KNOTS: Final = 102.2
_MOST_DEG: Final = 359.95


def _within(value: float | None, most: float) -> float:
    """Return a value from 0 to its largest; NaN where it says that it is not known."""
    return value if value is not None and 0.0 <= value <= most else float("nan")


def text_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a log one by one, whatever its bytes are.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with path.open(encoding="latin-1", newline=None) as file:
            yield from file
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror}).",
            mend="Give the path of an AIS log that exists and may be read.",
        ) from error
