"""What haze takes from light on a level path, from how far one can see.

These laws are of one extinction for all ranges. That holds for light in haze; in bands where
gases absorb, which is most of the infrared, it does not: use `plainview.sensing.air_path` there.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = ["koschmieder_extinction_1_m", "kruse_extinction_1_m"]

Array = npt.NDArray[np.float64]

_CONTRAST: Final = 3.912
"""-ln 0.02: at the visibility two hundredths of the contrast are left."""
_GREEN_UM: Final = 0.55


def koschmieder_extinction_1_m(visibility_m: npt.ArrayLike) -> Array:
    """Return how much of light a metre of hazy air takes, at 0.55 um, 1/m.

    Args:
        visibility_m: (...) meteorological range, above 0.

    Raises:
        InputError: A visibility is not above 0.

    Source:
        H. Koschmieder, "Theorie der horizontalen Sichtweite", 1924, for a contrast of 2 %.
    """
    visibility = np.asarray(visibility_m, np.float64)
    if np.any(visibility <= 0.0):
        raise InputError(
            where="visibility_m",
            what=f"a visibility of {float(np.min(visibility)):g} m is none.",
            mend="Give how far one sees by day, in metres, above 0.",
        )
    return np.asarray(_CONTRAST / visibility)


def kruse_extinction_1_m(visibility_m: npt.ArrayLike, wavelength_um: npt.ArrayLike) -> Array:
    """Return how much of light of a wavelength a metre of haze takes, 1/m.

    What gases absorb is not in it, so it holds in their windows from 0.4 to 2.5 um.

    Args:
        visibility_m: (...) meteorological range, above 0.
        wavelength_um: (...) from 0.4 to 2.5.

    Raises:
        InputError: A visibility is not above 0, or a wavelength is beyond the law.

    Source:
        P. W. Kruse, L. D. McGlauchlin, R. B. McQuistan, "Elements of Infrared Technology", 1962:
        the exponent is 0.585 times the cube root of the visibility in km below 6 km, 1.3 to
        50 km, 1.6 beyond.
    """
    wavelength = np.asarray(wavelength_um, np.float64)
    if np.any((wavelength < 0.4) | (wavelength > 2.5)):
        raise InputError(
            where="wavelength_um",
            what="the haze law holds from 0.4 to 2.5 um only.",
            mend="For MWIR and LWIR use the table of air paths (`air_path`).",
        )
    kilometres = np.asarray(visibility_m, np.float64) / 1000.0
    near = 0.585 * np.cbrt(np.abs(kilometres))
    exponent = np.where(kilometres > 50.0, 1.6, np.where(kilometres >= 6.0, 1.3, near))
    return koschmieder_extinction_1_m(visibility_m) * (wavelength / _GREEN_UM) ** -exponent
