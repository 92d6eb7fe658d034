"""Ground points: where pixels lie on the ground, and how sure that is; a frozen table."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import Array
from plainview.geo.ray_outcome import NotLocated, RayOutcome
from plainview.model import (
    LE90_PER_SIGMA,
    UncertaintyBasis,
    ce90_from_covariance,
)
from plainview.model.table import freeze_columns

__all__ = ["GroundPoints"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundPoints:
    """Where pixels lie on the ground; one read-only array a column, n rows, NaN on a miss.

    Args:
        latitude_deg: (n,), WGS84.
        longitude_deg: (n,), WGS84, [-180, 180).
        height_hae_m: (n,), above the ellipsoid.
        slant_range_m: (n,), from the camera along the ray.
        cov_enu_m2: (n, 3, 3) in total, east-north-up at each point.
        cov_shared_enu_m2: (n, 3, 3), the part that is the same through the mission.
        outcome: (n,) `RayOutcome` of each ray.
        second_hit_probability: (n,) how probable it is that the ray truly ends on other ground,
            before a crest or behind it; 0 on a level surface, NaN where that was not asked.
        surface: What the rays were brought to; None where there was no surface.
        uncertainty_basis: Where the 1-sigma behind the covariance came from.
    """

    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    slant_range_m: Array
    cov_enu_m2: Array
    cov_shared_enu_m2: Array
    outcome: npt.NDArray[np.uint8]
    surface: str | None
    uncertainty_basis: UncertaintyBasis
    second_hit_probability: Array = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        if not len(self.second_hit_probability):
            object.__setattr__(self, "second_hit_probability", np.full(len(self), np.nan))
        columns = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in ("surface", "uncertainty_basis")
        }
        freeze_columns(columns, {"cov_enu_m2": (3, 3), "cov_shared_enu_m2": (3, 3)})

    @classmethod
    def missed(
        cls,
        n_rows: int,
        outcome: RayOutcome = RayOutcome.NO_VIEW,
        *,
        surface: str | None = None,
        basis: UncertaintyBasis = UncertaintyBasis.ASSUMED,
    ) -> Self:
        """Return a table of n rows that all miss."""
        unknown = np.full(n_rows, np.nan)
        return cls(
            latitude_deg=unknown.copy(),
            longitude_deg=unknown.copy(),
            height_hae_m=unknown.copy(),
            slant_range_m=unknown.copy(),
            cov_enu_m2=np.full((n_rows, 3, 3), np.nan),
            cov_shared_enu_m2=np.full((n_rows, 3, 3), np.nan),
            outcome=np.full(n_rows, outcome, dtype=np.uint8),
            surface=surface,
            uncertainty_basis=basis,
        )

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def is_located(self) -> npt.NDArray[np.bool_]:
        """Which rows have a place, (n,)."""
        located: npt.NDArray[np.bool_] = self.outcome == RayOutcome.HIT
        return located

    @property
    def reasons(self) -> tuple[NotLocated | None, ...]:
        """Why each row has no place; None where it has one; n of them."""
        return tuple(RayOutcome(code).reason for code in self.outcome.tolist())

    @property
    def is_inside_footprint(self) -> npt.NDArray[np.bool_]:
        """Which rows lie in their frame's footprint, (n,): all that are located, no other."""
        return self.is_located

    @property
    def ce90_m(self) -> Array:
        """Radius of the circle that holds each place 90 times of 100, (n,)."""
        return ce90_from_covariance(self.cov_enu_m2)

    @property
    def le90_m(self) -> Array:
        """Half-width of the interval that holds each height 90 times of 100, (n,)."""
        vertical_m: Array = LE90_PER_SIGMA * np.sqrt(self.cov_enu_m2[:, 2, 2])
        return vertical_m

    def count(self, outcome: RayOutcome) -> int:
        """Return how many rows had this outcome, for counted warnings."""
        return int(np.count_nonzero(self.outcome == outcome))
