"""Tracks: the same things over time, one frozen table a frame."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import IntEnum
from functools import lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt

from plainview.model.percentiles import LE90_PER_SIGMA, ce90_from_covariance
from plainview.model.table import freeze_columns

__all__ = ["LifeStage", "Track", "Tracks"]

Array = npt.NDArray[np.float64]


class LifeStage(IntEnum):
    """Where a track is in its life; written to files by its lower-case name."""

    TENTATIVE = 1
    CONFIRMED = 2
    COASTING = 3
    """Confirmed, but not seen in this frame."""
    ENDED = 4

    @property
    def label(self) -> str:
        """The name that files and pictures show."""
        return self.name.lower()


@lru_cache(maxsize=1024)
def _unknown(n_rows: int, shape: tuple[int, ...] = ()) -> Array:
    """Return a read-only column of NaN, the same object for the same size."""
    column = np.full((n_rows, *shape), np.nan)
    column.setflags(write=False)
    return column


_ROW_SHAPES = {
    "box_px": (4,),
    "position_cov_px2": (2, 2),
    "velocity_px_s": (2,),
    "position_cov_enu_m2": (3, 3),
    "position_cov_shared_enu_m2": (3, 3),
    "velocity_en_m_s": (2,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One track in one frame. Metres and degrees are None where it is not located."""

    track_id: int
    x_px: float
    y_px: float
    width_px: float
    height_px: float
    life_stage: LifeStage
    existence: float
    score: float
    label: str | None
    detector: str | None
    latitude_deg: float | None
    longitude_deg: float | None
    height_hae_m: float | None
    surface: str | None
    ce90_m: float | None
    le90_m: float | None
    velocity_east_m_s: float | None
    velocity_north_m_s: float | None
    uncertainty_basis: str | None
    location_reason: str | None = None
    second_hit_probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tracks:
    """All tracks of one frame; one read-only array a column, n rows.

    Args:
        track_id: (n,) int64, from 1, never used again in a mission.
        box_px: (n, 4) x, y of the top-left corner, width, height.
        life_stage: (n,) uint8, a LifeStage.
        existence: (n,) probability that there is such a thing.
        score: (n,) of the last detection, in [0, 1].
        label: n names of a class or None.
        detector: n names of the last detector or None.
        position_cov_px2: (n, 2, 2) of the box's centre.
        velocity_px_s: (n, 2) of the box's centre in the picture, the camera's motion taken out.
        latitude_deg: (n,) WGS84, NaN where not located; longitude and height likewise.
        height_hae_m: (n,) above the ellipsoid.
        surface: n names of the surface that the ray met, or None.
        position_cov_enu_m2: (n, 3, 3) total, east-north-up at the point; NaN where not located.
        position_cov_shared_enu_m2: (n, 3, 3) the part that is the same through the mission.
        velocity_en_m_s: (n, 2) over the ground, east and north; NaN where not known.
        uncertainty_basis: n UncertaintyBasis values or None.
        location_reason: n reasons why a thing has no place (`plainview.geo.NotLocated`), None
            where it has one.
        second_hit_probability: (n,) that its ray truly ends on other ground, before a crest or
            behind it; NaN where it was not located in this frame.
    """

    track_id: npt.NDArray[np.int64]
    box_px: Array
    life_stage: npt.NDArray[np.uint8]
    existence: Array
    score: Array
    label: tuple[str | None, ...]
    detector: tuple[str | None, ...]
    position_cov_px2: Array
    velocity_px_s: Array
    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    surface: tuple[str | None, ...]
    position_cov_enu_m2: Array
    position_cov_shared_enu_m2: Array
    velocity_en_m_s: Array
    uncertainty_basis: tuple[str | None, ...]
    location_reason: tuple[str | None, ...] = ()
    second_hit_probability: Array = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if not self.location_reason:
            object.__setattr__(self, "location_reason", (None,) * len(self.track_id))
        if not len(self.second_hit_probability):
            object.__setattr__(self, "second_hit_probability", _unknown(len(self.track_id)))
        freeze_columns({name: getattr(self, name) for name in _COLUMNS}, _ROW_SHAPES)

    @classmethod
    def empty(cls) -> Self:
        """Return a table of no rows."""
        return cls.unlocated(
            track_id=np.empty(0, np.int64),
            box_px=np.empty((0, 4)),
            life_stage=np.empty(0, np.uint8),
            existence=np.empty(0),
            score=np.empty(0),
            label=(),
            detector=(),
            position_cov_px2=np.empty((0, 2, 2)),
            velocity_px_s=np.empty((0, 2)),
        )

    @classmethod
    def unlocated(
        cls,
        *,
        track_id: npt.NDArray[np.int64],
        box_px: Array,
        life_stage: npt.NDArray[np.uint8],
        existence: Array,
        score: Array,
        label: tuple[str | None, ...],
        detector: tuple[str | None, ...],
        position_cov_px2: Array,
        velocity_px_s: Array,
    ) -> Self:
        """Return tracks in pixels whose place on the ground is not known (NaN and None)."""
        n = len(track_id)
        return cls(
            track_id=track_id,
            box_px=box_px,
            life_stage=life_stage,
            existence=existence,
            score=score,
            label=label,
            detector=detector,
            position_cov_px2=position_cov_px2,
            velocity_px_s=velocity_px_s,
            latitude_deg=_unknown(n),
            longitude_deg=_unknown(n),
            height_hae_m=_unknown(n),
            surface=(None,) * n,
            position_cov_enu_m2=_unknown(n, (3, 3)),
            position_cov_shared_enu_m2=_unknown(n, (3, 3)),
            velocity_en_m_s=_unknown(n, (2,)),
            uncertainty_basis=(None,) * n,
        )

    @property
    def is_located(self) -> npt.NDArray[np.bool_]:
        """(n,) whether a place on the ground is known."""
        return ~np.isnan(self.latitude_deg)

    @property
    def ce90_m(self) -> Array:
        """(n,) horizontal 90 % error; NaN where not located."""
        return ce90_from_covariance(self.position_cov_enu_m2)

    @property
    def le90_m(self) -> Array:
        """(n,) vertical 90 % error; NaN where not located."""
        return LE90_PER_SIGMA * np.sqrt(self.position_cov_enu_m2[:, 2, 2])

    def select(self, is_kept: npt.NDArray[np.bool_]) -> Self:
        """Return the rows where is_kept (n,) is true."""
        rows = np.flatnonzero(is_kept).tolist()
        columns: dict[str, object] = {}
        for each in fields(self):
            column = getattr(self, each.name)
            columns[each.name] = (
                column[is_kept]
                if isinstance(column, np.ndarray)
                else tuple(column[r] for r in rows)
            )
        return type(self)(**columns)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.track_id)

    def __getitem__(self, row: int) -> Track:
        rows = np.zeros(len(self), np.bool_)
        rows[row] = True
        return self.select(rows)._track(0)

    def __iter__(self) -> Iterator[Track]:
        return (self._track(row) for row in range(len(self)))

    def _track(self, row: int) -> Track:
        x, y, width, height = self.box_px[row].tolist()
        cov_enu_m2 = self.position_cov_enu_m2[row : row + 1]
        return Track(
            track_id=int(self.track_id[row]),
            x_px=x,
            y_px=y,
            width_px=width,
            height_px=height,
            life_stage=LifeStage(int(self.life_stage[row])),
            existence=float(self.existence[row]),
            score=float(self.score[row]),
            label=self.label[row],
            detector=self.detector[row],
            latitude_deg=_known(self.latitude_deg[row]),
            longitude_deg=_known(self.longitude_deg[row]),
            height_hae_m=_known(self.height_hae_m[row]),
            surface=self.surface[row],
            ce90_m=_known(ce90_from_covariance(cov_enu_m2)[0]),
            le90_m=_known(LE90_PER_SIGMA * np.sqrt(cov_enu_m2[0, 2, 2])),
            velocity_east_m_s=_known(self.velocity_en_m_s[row, 0]),
            velocity_north_m_s=_known(self.velocity_en_m_s[row, 1]),
            uncertainty_basis=self.uncertainty_basis[row],
            location_reason=self.location_reason[row],
            second_hit_probability=_known(self.second_hit_probability[row]),
        )


_COLUMNS = tuple(each.name for each in fields(Tracks))


def _known(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)
