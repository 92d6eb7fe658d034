"""How much heat a sea roughened by wind radiates towards a look, and which sky it mirrors.

A pixel sees many small facets, each tilted its own way. Those that face the look count more, and
at grazing looks almost only they are seen: a rough sea radiates far more there than a smooth one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_facets import (
    SEA_ANGLES_DEG,
    SEA_WINDS_M_S,
    between_looks,
    sea_facets,
)
from plainview.sensing.sea_surface import foam_emissivity_gain, whitecap_fraction
from plainview.sensing.water import water_reflectance

__all__ = ["SeaLook", "sea_look"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeaLook:
    """What looks at the sea meet; arrays of one shape.

    Args:
        emissivity: Share of a black body's radiance that comes from the sea itself; the rest is
            mirrored sky.
        sky_elevation_deg: How high above the horizon the mirrored sky lies, in the mean.
    """

    emissivity: Array
    sky_elevation_deg: Array


def sea_look(
    angle_deg: npt.ArrayLike,
    wind_m_s: npt.ArrayLike,
    *,
    low_um: float,
    high_um: float,
    is_reflecting_itself: bool = False,
    has_foam: bool = False,
) -> SeaLook:
    """Return emissivity and mirrored sky of the sea, averaged over its facets.

    From a table that is made once for a band (some 0.2 s), linear between its nodes.

    Args:
        angle_deg: (...) between the look and the vertical at the sea, 0 to 90; clipped to it.
        wind_m_s: (...) wind speed, 0 to 30; clipped to it. Below 1 m/s the slopes of Cox and Munk
            for 1 m/s fade away, so that 0 is a smooth sea.
        low_um: Where the band begins, micrometres.
        high_um: Where it ends.
        is_reflecting_itself: Whether what facets mirror of other facets counts as the sea's own.
        has_foam: Whether whitecaps count, by the share of the sea that they cover.

    Raises:
        InputError: The band is none, or water is not known in it.

    Source:
        K. Masuda, T. Takashima, Y. Takayama, "Emissivity of pure and sea waters for the model
        sea surface in the infrared window regions", Remote Sensing of Environment 24, 1988, with
        slopes by Cox and Munk, the same to all sides; one reflection after X. Wu, W. L.
        Smith, Applied Optics 36, 1997, where it counts.
    """
    own, again, elevation = _tables(float(low_um), float(high_um))
    angle, wind = np.broadcast_arrays(
        np.asarray(angle_deg, np.float64), np.asarray(wind_m_s, np.float64)
    )
    whitecaps = whitecap_fraction(wind)
    emissivity = between_looks(own, angle, wind)
    if is_reflecting_itself:
        emissivity = emissivity + between_looks(again, angle, wind)
    if has_foam:
        emissivity = np.minimum(emissivity + whitecaps * foam_emissivity_gain(angle), 1.0)
    return SeaLook(emissivity=emissivity, sky_elevation_deg=between_looks(elevation, angle, wind))


@lru_cache(maxsize=16)
def _tables(low_um: float, high_um: float) -> tuple[Array, Array, Array]:
    """Return emissivity, what one reflection adds, and mirrored elevation, (winds, angles)."""
    shape = (len(SEA_WINDS_M_S), len(SEA_ANGLES_DEG))
    own, again, elevation = np.empty(shape), np.zeros(shape), np.empty(shape)
    downward: list[tuple[Any, Any]] = []
    for i, wind in enumerate(SEA_WINDS_M_S):
        downward.clear()
        for j, angle in enumerate(SEA_ANGLES_DEG):
            weight, cosine, upward = sea_facets(float(angle), float(wind))
            reflected = weight * water_reflectance(cosine, low_um=low_um, high_um=high_um)
            own[i, j] = 1.0 - reflected.sum()
            is_sky = upward > 0.0
            sky = np.where(is_sky, reflected, 0.0)
            mean = (sky * np.arcsin(np.clip(upward, 0.0, 1.0))).sum() / max(sky.sum(), 1e-12)
            elevation[i, j] = np.degrees(mean)
            downward.append((reflected[~is_sky], upward[~is_sky]))
        for j, (share, sine) in enumerate(downward):  # a second look at the same sea
            second_deg = np.degrees(np.arccos(np.clip(-sine, 0.0, 1.0)))
            again[i, j] = (share * np.interp(second_deg, SEA_ANGLES_DEG, own[i])).sum()
    return own, again, elevation
