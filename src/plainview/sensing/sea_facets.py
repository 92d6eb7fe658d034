"""The facets of a sea roughened by wind, as a look at an angle sees them."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_surface import slope_variances

__all__ = ["SEA_ANGLES_DEG", "SEA_WINDS_M_S", "between_looks", "sea_facets"]

Array = npt.NDArray[np.float64]

SEA_WINDS_M_S: Final = np.array(
    [0, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 25, 30], np.float64
)
SEA_ANGLES_DEG: Final = np.concatenate([np.arange(0.0, 60.0, 5.0), np.arange(60.0, 90.1, 1.25)])
"""From the vertical; both are the nodes of the tables that are made of facets."""
_CALM_BELOW_M_S: Final = 1.0
_N_SIGMA: Final = 5.0
_N_SLOPES: Final = 101


def sea_facets(angle_deg: float, wind_m_s: float) -> tuple[Array, Array, Array]:
    """Return the facets that a look sees, sloped as by Cox and Munk, alike to all sides.

    Args:
        angle_deg: Between the look and the vertical, 0 to 90.
        wind_m_s: Below 1 m/s the slopes of 1 m/s fade away; 0 is a smooth sea.

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


def between_looks(table: Array, angle_deg: npt.ArrayLike, wind_m_s: npt.ArrayLike) -> Array:
    """Return values of a table over `SEA_WINDS_M_S` and `SEA_ANGLES_DEG`, linear between nodes.

    Args:
        table: (winds, angles).
        angle_deg: (...) clipped to the nodes.
        wind_m_s: (...) clipped to the nodes.
    """
    i, f = _cell(SEA_WINDS_M_S, np.asarray(wind_m_s, np.float64))
    j, g = _cell(SEA_ANGLES_DEG, np.asarray(angle_deg, np.float64))
    low = table[i, j] + g * (table[i, j + 1] - table[i, j])
    high = table[i + 1, j] + g * (table[i + 1, j + 1] - table[i + 1, j])
    return np.asarray(low + f * (high - low))


def _cell(nodes: Array, value: Array) -> tuple[Any, Any]:
    """Return the cell of each value and how far along it, the value clipped to the nodes."""
    clipped = np.clip(value, nodes[0], nodes[-1])
    cell = np.clip(np.searchsorted(nodes, clipped, "right") - 1, 0, len(nodes) - 2)
    return cell, (clipped - nodes[cell]) / (nodes[cell + 1] - nodes[cell])
