"""Surfaces: what a ray meets, and with which error of its height."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geoid import geoid_grid
from plainview.geo.ray_kernels import height_above_level, ranges_to_level, undulation_of_place
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import REFRACTION_COEFFICIENT
from plainview.geo.terrain import Terrain
from plainview.geo.terrain_rays import intersect_terrain
from plainview.model import LE90_PER_SIGMA, ReportedGeometry, View

__all__ = [
    "FRAME_CENTER_HEIGHT_SIGMA_M",
    "SEA_LEVEL_SIGMA_M",
    "GeoidSurface",
    "HeightSurface",
    "Surface",
    "TerrainSurface",
    "WithheldSurface",
    "choose_surface",
]

SEA_LEVEL_SIGMA_M: Final = 1.2
"""1-sigma of the sea against the EGM96 geoid: tide 0.8 (a range of 2.3 m), the mean sea's own
topography 0.6 and the geoid 0.6 m, root of squares. On land it is far too small."""

FRAME_CENTER_HEIGHT_SIGMA_M: Final = 10.0
"""1-sigma of a frame-centre height that comes without one: sources take it from a height
model (16 m at 90 %, as SRTM and DTED 2 require), and the rest of the frame is not the centre."""


_CENTERS_SIGMA: Final = 3.0
_CENTERS_CLOSE_M: Final = 5.0


class Surface(Protocol):
    """What rays are brought to."""

    @property
    def name(self) -> str:
        """For the column ``surface``: terrain, frame_center_height, sea_level, ellipsoid."""

    @property
    def sigma_m(self) -> float:
        """1-sigma of its height."""

    def intersect(
        self, origin_ecef_m: Array, direction_ecef: Vectors, *, refraction: float
    ) -> tuple[Array, npt.NDArray[np.uint8]]:
        """Return ranges (n,), metres, NaN on a miss, and a `RayOutcome` (n,) for each ray."""

    def slopes(self, latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
        """Return the rise per metre eastward and northward at places, each (n,)."""


_NO_GEOID: Final = np.zeros((0, 0))
_NO_GEOID.flags.writeable = False
"""Read-only as the geoid's own grid is: one kernel serves both."""

_LEVEL_OUTCOMES: Final = np.array([RayOutcome.HIT, RayOutcome.SKY], np.uint8)
_BELOW_OUTCOMES: Final = np.array([RayOutcome.HIT, RayOutcome.BELOW_SURFACE], np.uint8)


def _met_level(
    grid_m: Array, altitude_m: float, rays: tuple[Array, Vectors], *, refraction: float
) -> tuple[Array, npt.NDArray[np.uint8]]:
    """Return ranges and outcomes of rays (origin and directions) to a level surface."""
    origin, directions = (np.array(part, np.float64) for part in rays)
    range_m = ranges_to_level(origin, directions, grid_m, float(altitude_m), refraction)
    is_above = height_above_level(origin, grid_m, float(altitude_m)) > 0.0
    outcomes = _LEVEL_OUTCOMES if is_above else _BELOW_OUTCOMES
    return range_m, outcomes[np.isnan(range_m).astype(np.int64)]


def _level_slopes(latitude_deg: Array) -> tuple[Array, Array]:
    flat = np.where(np.isnan(latitude_deg), np.nan, 0.0)
    return flat, flat


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightSurface:
    """A surface of one height above the ellipsoid.

    Args:
        height_hae_m: Above the ellipsoid.
        sigma_m: 1-sigma of that height.
        name: For the column ``surface``.
    """

    height_hae_m: float
    sigma_m: float
    name: str = "frame_center_height"

    def intersect(
        self,
        origin_ecef_m: Array,
        direction_ecef: Vectors,
        *,
        refraction: float = REFRACTION_COEFFICIENT,
    ) -> tuple[Array, npt.NDArray[np.uint8]]:
        """Return ranges (n,) and outcomes (n,), as a Surface does."""
        return _met_level(
            _NO_GEOID, self.height_hae_m, (origin_ecef_m, direction_ecef), refraction=refraction
        )

    def slopes(self, latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
        """Return no rise; NaN where the place is."""
        return _level_slopes(latitude_deg + longitude_deg)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoidSurface:
    """A surface of one altitude above mean sea level (EGM96); the sea itself at 0.

    Args:
        altitude_msl_m: Above the geoid.
        sigma_m: 1-sigma of that altitude.
        name: For the column ``surface``.
    """

    altitude_msl_m: float
    sigma_m: float
    name: str = "sea_level"

    def intersect(
        self,
        origin_ecef_m: Array,
        direction_ecef: Vectors,
        *,
        refraction: float = REFRACTION_COEFFICIENT,
    ) -> tuple[Array, npt.NDArray[np.uint8]]:
        """Return ranges (n,) and outcomes (n,), as a Surface does."""
        return _met_level(
            geoid_grid(),
            self.altitude_msl_m,
            (origin_ecef_m, direction_ecef),
            refraction=refraction,
        )

    def slopes(self, latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
        """Return no rise (the geoid's is under 0.0002); NaN where the place is."""
        return _level_slopes(latitude_deg + longitude_deg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TerrainSurface:
    """The ground as a height model has it."""

    terrain: Terrain

    @property
    def name(self) -> str:
        """For the column ``surface``."""
        return "terrain"

    @property
    def sigma_m(self) -> float:
        """1-sigma of its height."""
        return self.terrain.sigma_m

    def intersect(
        self,
        origin_ecef_m: Array,
        direction_ecef: Vectors,
        *,
        refraction: float = REFRACTION_COEFFICIENT,
    ) -> tuple[Array, npt.NDArray[np.uint8]]:
        """Return ranges (n,) and outcomes (n,), as a Surface does."""
        return intersect_terrain(
            origin_ecef_m, direction_ecef, terrain=self.terrain, refraction=refraction
        )

    def slopes(self, latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
        """Return the rise per metre eastward and northward, each (n,)."""
        return self.terrain.slopes(latitude_deg, longitude_deg)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldSurface:
    """A surface that is not believed: no ray meets it, and each says why.

    Args:
        outcome: Why.
        name: For the column ``surface``.
        sigma_m: Of its height.
    """

    outcome: RayOutcome
    name: str = "withheld"
    sigma_m: float = float("nan")

    def intersect(
        self,
        origin_ecef_m: Array,
        direction_ecef: Vectors,
        *,
        refraction: float = REFRACTION_COEFFICIENT,
    ) -> tuple[Array, npt.NDArray[np.uint8]]:
        """Return no ranges, (n,) NaN, and the reason, (n,)."""
        n_rays = len(direction_ecef)
        return np.full(n_rays, np.nan), np.full(n_rays, self.outcome, np.uint8)

    def slopes(self, latitude_deg: Array, longitude_deg: Array) -> tuple[Array, Array]:
        """Return no rise; NaN where the place is."""
        return _level_slopes(latitude_deg + longitude_deg)


def _do_centers_contradict(view: View, reported: ReportedGeometry, sigma_m: float) -> bool:
    """Whether a source's two frame-centre heights are off the geoid by more than three sigma."""
    hae_m, msl_m = reported.frame_center_height_hae_m, reported.frame_center_altitude_msl_m
    if hae_m is None or msl_m is None or view.latitude_deg is None or view.longitude_deg is None:
        return False
    latitude_deg, longitude_deg = (
        view.latitude_deg
        if reported.frame_center_latitude_deg is None
        else reported.frame_center_latitude_deg,
        view.longitude_deg
        if reported.frame_center_longitude_deg is None
        else reported.frame_center_longitude_deg,
    )
    geoid_m = undulation_of_place(geoid_grid(), float(latitude_deg), float(longitude_deg))
    limit_m = max(_CENTERS_CLOSE_M, _CENTERS_SIGMA * sigma_m)
    return not abs(hae_m - msl_m - geoid_m) <= limit_m


def _said_sigma_m(reported: ReportedGeometry) -> float | None:
    """Return what the source says its frame-centre height is worth; of the target's, else."""
    if reported.frame_center_height_sigma_m:
        return reported.frame_center_height_sigma_m
    return reported.le90_m / LE90_PER_SIGMA if reported.le90_m else None


def choose_surface(
    view: View,
    *,
    terrain: Terrain | None = None,
    sea_level_sigma_m: float = SEA_LEVEL_SIGMA_M,
    frame_center_sigma_m: float = FRAME_CENTER_HEIGHT_SIGMA_M,
    allow_ellipsoid: bool = False,
) -> Surface | None:
    """Return the surface that this View's rays are brought to.

    In order: the terrain given; the source's own frame-centre height (above the ellipsoid
    before above the sea; none where the two contradict each other by more than three sigma);
    the sea, which is the geoid. With ``allow_ellipsoid`` the bare ellipsoid takes the sea's
    place.

    Args:
        view: Where the camera was and what its source said about the ground.
        terrain: Heights; None where none were given.
        sea_level_sigma_m: 1-sigma of the sea against the geoid.
        frame_center_sigma_m: 1-sigma of the source's frame-centre height; where nobody set
            it, what the source says (ST 0601 item 102), or its LE90 (item 46).
        allow_ellipsoid: Asks for the bare ellipsoid instead of the sea.

    Returns:
        The surface; None where the View cannot locate.
    """
    if not view.is_locatable:
        return None
    if terrain is not None:
        return TerrainSurface(terrain=terrain)
    reported = view.reported
    if reported is not None and frame_center_sigma_m == FRAME_CENTER_HEIGHT_SIGMA_M:
        frame_center_sigma_m = _said_sigma_m(reported) or frame_center_sigma_m
    if reported is not None and _do_centers_contradict(view, reported, frame_center_sigma_m):
        return WithheldSurface(outcome=RayOutcome.HEIGHTS_CONTRADICT)
    if reported is not None and reported.frame_center_height_hae_m is not None:
        return HeightSurface(
            height_hae_m=reported.frame_center_height_hae_m, sigma_m=frame_center_sigma_m
        )
    if reported is not None and reported.frame_center_altitude_msl_m is not None:
        return GeoidSurface(
            altitude_msl_m=reported.frame_center_altitude_msl_m,
            sigma_m=frame_center_sigma_m,
            name="frame_center_height",
        )
    if allow_ellipsoid:
        return HeightSurface(height_hae_m=0.0, sigma_m=sea_level_sigma_m, name="ellipsoid")
    return GeoidSurface(altitude_msl_m=0.0, sigma_m=sea_level_sigma_m)
