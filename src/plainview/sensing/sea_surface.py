"""The sea's surface by the wind that blows over it: slopes, whitecaps, foam."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = [
    "FOAM_REFLECTANCE",
    "SlopeVariances",
    "foam_emissivity_gain",
    "slope_variances",
    "whitecap_fraction",
]

Array = npt.NDArray[np.float64]

FOAM_REFLECTANCE: Final = 0.22
"""Of whitecaps over their life, visible light: P. Koepke, "Effective reflectance of oceanic
whitecaps", Applied Optics 23, 1816-1824, 1984."""
_GAIN: Final = 0.23
_GAIN_FROM_DEG: Final = 65.0
_GAIN_AT_DEG: Final = 85.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlopeVariances:
    """The variances of the sea's slope, along the wind and across it; arrays of one shape."""

    upwind: Array
    crosswind: Array

    @property
    def total(self) -> Array:
        """Both together: the mean square slope."""
        return self.upwind + self.crosswind


def slope_variances(wind_m_s: npt.ArrayLike) -> SlopeVariances:
    """Return the variances of the sea's slope in a clean sea.

    Args:
        wind_m_s: (...) wind speed 12.5 m (41 feet) above the sea, from 0; measured to 14.

    Raises:
        InputError: A wind speed is below 0.

    Source:
        C. Cox, W. Munk, "Measurement of the roughness of the sea surface from photographs of
        the sun's glitter", Journal of the Optical Society of America 44, 1954.
    """
    wind = _wind(wind_m_s)
    return SlopeVariances(upwind=0.00316 * wind, crosswind=0.003 + 0.00192 * wind)


def whitecap_fraction(wind_m_s: npt.ArrayLike) -> Array:
    """Return what share of the sea is white, 0 to 1.

    Args:
        wind_m_s: (...) wind speed 10 m above the sea, from 0.

    Raises:
        InputError: A wind speed is below 0.

    Source:
        E. C. Monahan, I. G. O'Muircheartaigh, "Optimal power-law description of oceanic whitecap
        coverage dependence on wind speed", Journal of Physical Oceanography 10, 1980.
    """
    return np.minimum(3.84e-6 * _wind(wind_m_s) ** 3.41, 1.0)


def foam_emissivity_gain(angle_deg: npt.ArrayLike) -> Array:
    """Return by how much foam's infrared emissivity exceeds that of water beside it.

    Args:
        angle_deg: (...) between the look and the vertical, 0 to 90.

    Source:
        Measured: nothing significant up to 65 degrees, at most 0.23 at 85 degrees and 8.9 um
        (R. Branch et al., "Infrared emissivity of seawater and foam at large incidence angles in
        the 3-14 um wavelength range", Remote Sensing of Environment 184, 2016, abstract).
        That it grows in proportion between them, and stays beyond, is assumed.
    """
    beyond = np.asarray(angle_deg, np.float64) - _GAIN_FROM_DEG
    return np.asarray(_GAIN * np.clip(beyond / (_GAIN_AT_DEG - _GAIN_FROM_DEG), 0.0, 1.0))


def _wind(wind_m_s: npt.ArrayLike) -> Array:
    wind = np.asarray(wind_m_s, np.float64)
    if np.any(wind < 0.0):
        raise InputError(
            where="wind_m_s",
            what=f"a wind speed of {float(np.nanmin(wind)):g} m/s is none.",
            mend="Give wind speeds from 0, in metres a second.",
        )
    return wind
