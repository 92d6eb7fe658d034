"""Scripted land: what a scenario says of its ground, and the hills made for one without a map.

The hills are random: a sum of waves of every direction, flat below a height and cut at a shore.
They look like land and are no map of any.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import MEAN_EARTH_RADIUS_M, TERRAIN_SIGMA_M, Terrain, VerticalDatum
from plainview.sensing.checked_fields import number, optional_number, text
from plainview.twin.land_surface import Cover

__all__ = ["DRAWN_COVER", "ScriptedHills", "ScriptedLand", "hilly_terrain"]

Array = npt.NDArray[np.float64]

DRAWN_COVER: Final = "drawn"
_COVERS: Final = (DRAWN_COVER, *(c.name.lower() for c in Cover if c is not Cover.WATER))
_DATUMS: Final = (VerticalDatum.EGM96.value, VerticalDatum.WGS84_ELLIPSOID.value)
_DEGREE_M: Final = math.radians(1.0) * MEAN_EARTH_RADIUS_M
_N_WAVES: Final = 40
_SIGMA_M: Final = 1.0
"""Of generated heights, which are known but for how a grid of them is sampled anew; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedHills:
    """Random hills about the origin.

    Args:
        lowest_m: Of the ground above the geoid; what lies below 0 is under water.
        highest_m: Likewise.
        spacing_m: From one hill to the next, about.
        side_m: Of the square that they fill, its middle at the origin.
        cell_m: Between heights.
        shore_north_m: South of it is sea; None for land all about.
        seed: Draws them.
    """

    lowest_m: float = number(low=-100.0, high=8000.0, default=5.0)
    highest_m: float = number(low=1.0, high=9000.0, default=80.0)
    spacing_m: float = number(low=50.0, high=20e3, default=800.0)
    side_m: float = number(low=200.0, high=100e3, default=4000.0)
    cell_m: float = number(low=1.0, high=500.0, default=15.0)
    shore_north_m: float | None = optional_number(low=-100e3, high=100e3)
    seed: int = number(low=0, high=2**31, default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedLand:
    """The ground: a height model or random hills.

    Args:
        terrain: A height model beside the scenario.
        vertical_datum: Above what its heights are, where the file does not say it.
        sigma_m: 1-sigma of its heights as the pipeline is told; the twin takes them for true.
        hills: Random hills, where there is no height model.
        cover: What grows or lies there, all over; ``drawn`` draws it from height and chance.
        seed: Draws the cover.
    """

    terrain: str = text(default="")
    vertical_datum: str = text(choices=_DATUMS, default="")
    sigma_m: float = number(low=0.0, high=100.0, default=TERRAIN_SIGMA_M)
    hills: ScriptedHills | None = None
    cover: str = text(choices=_COVERS, default=DRAWN_COVER)
    seed: int = number(low=0, high=2**31, default=0)

    @property
    def cover_all_over(self) -> Cover | None:
        """What covers all ground; None where it is drawn."""
        return None if self.cover == DRAWN_COVER else Cover[self.cover.upper()]


def hilly_terrain(hills: ScriptedHills, *, latitude_deg: float, longitude_deg: float) -> Terrain:
    """Return random hills about a place as a terrain; the same seed gives the same ones.

    Args:
        hills: What they are like.
        latitude_deg: Of their middle, WGS84.
        longitude_deg: Likewise.
    """
    n = max(3, round(hills.side_m / hills.cell_m) + 1)
    offset_m = np.linspace(-0.5, 0.5, n) * hills.side_m
    east_m, north_m = np.meshgrid(offset_m, offset_m[::-1])
    rng = np.random.default_rng(hills.seed)
    height = _waves(east_m, north_m, spacing_m=hills.spacing_m, rng=rng)
    low, high = float(height.min()), float(height.max())
    height = hills.lowest_m + (height - low) / (high - low) * (hills.highest_m - hills.lowest_m)
    if hills.shore_north_m is not None:
        height = np.where(north_m < hills.shore_north_m, 0.0, height)
    half_north_deg = 0.5 * hills.side_m / _DEGREE_M
    half_east_deg = half_north_deg / math.cos(math.radians(latitude_deg))
    return Terrain.from_heights(
        np.maximum(height, 0.0),
        north_deg=latitude_deg + half_north_deg,
        west_deg=longitude_deg - half_east_deg,
        latitude_step_deg=2.0 * half_north_deg / (n - 1),
        longitude_step_deg=2.0 * half_east_deg / (n - 1),
        vertical_datum=VerticalDatum.EGM96,
        sigma_m=_SIGMA_M,
        name="hills",
    )


def _waves(east_m: Array, north_m: Array, *, spacing_m: float, rng: np.random.Generator) -> Array:
    """Return a sum of waves, each as high as it is long: (rows, columns), of no unit."""
    turn = rng.uniform(0.0, 2.0 * math.pi, _N_WAVES)
    phase = rng.uniform(0.0, 2.0 * math.pi, _N_WAVES)
    length_m = spacing_m * 2.0 ** rng.uniform(-3.0, 0.5, _N_WAVES)
    height = np.zeros_like(east_m)
    for along, start, long_m in zip(turn, phase, length_m, strict=True):
        way_m = east_m * math.sin(along) + north_m * math.cos(along)
        height += long_m * np.sin(2.0 * math.pi * way_m / long_m + start)
    return height
