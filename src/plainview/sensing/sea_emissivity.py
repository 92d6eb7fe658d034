"""How much heat a sea roughened by wind radiates towards a look, and which sky it mirrors.

A pixel sees many small facets, each tilted its own way. Those that face the look count more, and
at grazing looks almost only they are seen: a rough sea radiates far more there than a smooth one.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_surface import (
    foam_emissivity_gain,
    slope_variances,
    whitecap_fraction,
)
from plainview.sensing.water import water_reflectance

__all__ = ["SeaLook", "sea_look"]

Array = npt.NDArray[np.float64]

_WINDS_M_S: Final = np.array(
    [0, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 25, 30], np.float64
)
_ANGLES_DEG: Final = np.concatenate([np.arange(0.0, 60.0, 5.0), np.arange(60.0, 90.1, 1.25)])
_CALM_BELOW_M_S: Final = 1.0
_N_SIGMA: Final = 5.0
_N_SLOPES: Final = 101


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
    place = (*_cell(_WINDS_M_S, wind), *_cell(_ANGLES_DEG, angle))
    emissivity = _between(own, place)
    if is_reflecting_itself:
        emissivity = emissivity + _between(again, place)
    if has_foam:
        emissivity = np.minimum(emissivity + whitecaps * foam_emissivity_gain(angle), 1.0)
    return SeaLook(emissivity=emissivity, sky_elevation_deg=_between(elevation, place))


@lru_cache(maxsize=16)
def _tables(low_um: float, high_um: float) -> tuple[Array, Array, Array]:
    """Return emissivity, what one reflection adds, and mirrored elevation, (winds, angles)."""
    shape = (len(_WINDS_M_S), len(_ANGLES_DEG))
    own, again, elevation = np.empty(shape), np.zeros(shape), np.empty(shape)
    downward: list[tuple[Any, Any]] = []
    for i, wind in enumerate(_WINDS_M_S):
        downward.clear()
        for j, angle in enumerate(_ANGLES_DEG):
            weight, cosine, upward = _facets(float(angle), float(wind))
            reflected = weight * water_reflectance(cosine, low_um=low_um, high_um=high_um)
            own[i, j] = 1.0 - reflected.sum()
            is_sky = upward > 0.0
            sky = np.where(is_sky, reflected, 0.0)
            mean = (sky * np.arcsin(np.clip(upward, 0.0, 1.0))).sum() / max(sky.sum(), 1e-12)
            elevation[i, j] = np.degrees(mean)
            downward.append((reflected[~is_sky], upward[~is_sky]))
        for j, (share, sine) in enumerate(downward):  # a second look at the same sea
            second_deg = np.degrees(np.arccos(np.clip(-sine, 0.0, 1.0)))
            again[i, j] = (share * np.interp(second_deg, _ANGLES_DEG, own[i])).sum()
    return own, again, elevation


def _facets(angle_deg: float, wind_m_s: float) -> tuple[Array, Array, Array]:
    """Return the facets that a look sees.

    Returns:
        For each its weight (all together 1), the cosine between look and normal, and the
        vertical part of the direction whence it mirrors.
    """
    look = np.array([np.sin(np.radians(angle_deg)), np.cos(np.radians(angle_deg))])
    calm = min(wind_m_s / _CALM_BELOW_M_S, 1.0)
    variance = calm * float(slope_variances(max(wind_m_s, _CALM_BELOW_M_S)).total)
    reach = _N_SIGMA * np.sqrt(variance / 2.0)
    slope = np.linspace(-reach, reach, _N_SLOPES)
    along, across = np.meshgrid(slope, slope)
    steepness = np.sqrt(1.0 + along**2 + across**2)
    cosine = (look[1] - along * look[0]) / steepness
    density = np.exp(-(along**2 + across**2) / max(variance, 1e-12))
    weight = density * np.maximum(cosine, 0.0) * steepness  # the area that the look sees
    if variance == 0.0:
        weight, cosine, steepness = np.ones(1), np.maximum(look[1:], 0.0), np.ones(1)
    is_seen = weight > 0.0
    weight, cosine, steepness = weight[is_seen], cosine[is_seen], steepness[is_seen]
    return weight / weight.sum(), cosine, 2.0 * cosine / steepness - look[1]


def _cell(nodes: Array, value: Array) -> tuple[Any, Any]:
    """Return the cell of each value and how far along it, the value clipped to the nodes."""
    clipped = np.clip(value, nodes[0], nodes[-1])
    cell = np.clip(np.searchsorted(nodes, clipped, "right") - 1, 0, len(nodes) - 2)
    return cell, (clipped - nodes[cell]) / (nodes[cell + 1] - nodes[cell])


def _between(table: Array, place: tuple[Any, Any, Any, Any]) -> Array:
    i, f, j, g = place
    low = table[i, j] + g * (table[i, j + 1] - table[i, j])
    high = table[i + 1, j] + g * (table[i + 1, j + 1] - table[i + 1, j])
    return np.asarray(low + f * (high - low))
