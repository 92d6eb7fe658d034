"""Ship reports: where ships said that they were, as one table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from plainview.model.table import freeze_columns

__all__ = ["ShipReports", "ShipStatic"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipStatic:
    """What a ship says of itself that does not change; None for what it does not say.

    Args:
        name: Its name.
        length_m: From bow to stern.
        width_m: From side to side.
        antenna_from_bow_m: Where its positions are, along the ship.
        antenna_from_port_m: The same across it.
    """

    name: str | None = None
    length_m: float | None = None
    width_m: float | None = None
    antenna_from_bow_m: float | None = None
    antenna_from_port_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShipReports:
    """Reports of ships (AIS), ordered by ship and then by time.

    Args:
        mmsi: (n,) which ship, by its nine digits.
        time_us: (n,) UTC, microseconds since 1970.
        latitude_deg: (n,) WGS84; longitude likewise, [-180, 180).
        speed_m_s: (n,) over ground; NaN where not said.
        course_deg: (n,) over ground from true north; NaN likewise.
        heading_deg: (n,) of the bow from true north; NaN likewise.
        position_sigma_m: (n,) 1-sigma of the position for each of east and north.
        ships: What ships say of themselves, by MMSI.
    """

    mmsi: npt.NDArray[np.int64]
    time_us: npt.NDArray[np.int64]
    latitude_deg: Array
    longitude_deg: Array
    speed_m_s: Array
    course_deg: Array
    heading_deg: Array
    position_sigma_m: Array
    ships: Mapping[int, ShipStatic] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        names = (
            *("mmsi", "time_us", "latitude_deg", "longitude_deg", "speed_m_s", "course_deg"),
            *("heading_deg", "position_sigma_m"),
        )
        freeze_columns({name: getattr(self, name) for name in names}, {})
        order = np.lexsort((self.time_us, self.mmsi))
        if not np.array_equal(order, np.arange(len(order))):
            raise ValueError("ship reports are not in the order of ship and time")

    def __len__(self) -> int:
        return len(self.mmsi)

    def of_ship(self, mmsi: int) -> slice:
        """Return the rows of one ship."""
        first, last = np.searchsorted(self.mmsi, [mmsi, mmsi + 1])
        return slice(int(first), int(last))

    @property
    def each_mmsi(self) -> list[int]:
        """The ships that report."""
        ships: list[int] = np.unique(self.mmsi).tolist()
        return ships
