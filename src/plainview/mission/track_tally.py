"""What is counted of the rows of tracks while they are written, and the few that are kept."""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.track_thinning import TrackThinning
from plainview.mission.place_bounds import PlaceBounds
from plainview.mission.result_warnings import NotLocated

__all__ = ["TrackTally"]


class TrackTally:
    """Counts tracks; its memory goes with their number, not with their rows.

    Args:
        frames: A row a frame; the places of the sensor and of the frame centres count as well.

    Attributes:
        places: The box of all places.
        not_located: Rows that should have a place and have none.
        thinning: The points of tracks that maps show.
        reasons: How many rows have no place, by why.
    """

    def __init__(self, frames: pa.Table) -> None:
        self.places = PlaceBounds()
        self.not_located = NotLocated(frames)
        self.thinning = TrackThinning()
        self.reasons: Counter[str] = Counter()
        self._confirmed: set[int] = set()
        self._located: set[int] = set()
        for prefix in ("sensor", "frame_center"):
            self._add_places(frames, f"{prefix}_latitude_deg", f"{prefix}_longitude_deg")

    @property
    def n_confirmed(self) -> int:
        """How many tracks there are."""
        return len(self._confirmed)

    @property
    def n_located(self) -> int:
        """How many of them were ever located."""
        return len(self._located)

    def counted(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Yield rows of tracks as they come, in order of time, and count them."""
        for rows in tables:
            self._add(rows)
            yield rows

    def _add(self, rows: pa.Table) -> None:
        places = rows.select(["track_id", "latitude_deg", "longitude_deg"])
        located = places.filter(pc.is_valid(places["latitude_deg"]))
        self._confirmed.update(pc.unique(places["track_id"]).to_pylist())
        self._located.update(pc.unique(located["track_id"]).to_pylist())
        self._add_places(located, "latitude_deg", "longitude_deg")
        self.not_located.add(rows)
        for entry in pc.value_counts(rows["location_reason"].drop_null()).to_pylist():
            self.reasons[entry["values"]] += entry["counts"]
        self.thinning.add(rows)

    def _add_places(self, rows: pa.Table, *names: str) -> None:
        latitude, longitude = (rows[name].fill_null(np.nan).to_numpy() for name in names)
        self.places.add(latitude, longitude)
