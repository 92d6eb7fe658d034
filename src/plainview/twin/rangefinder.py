"""A laser rangefinder that measures a distance, with its error, or finds none.

It gives one number, the distance to what the camera looks at, and nothing else: no code, no
marking of a place. What comes back from a thing falls with the square of its distance, with the air
twice over and with how bright it is; what comes back from water are the facets that face the
beam, so that at shallow angles there is hardly any but from foam.

Source:
    J. L. Bufton, F. E. Hoge, R. N. Swift, "Airborne measurements of laser backscatter from the
    ocean surface", Applied Optics 22, 1983 (facets); C. Cox, W. Munk, "Measurement of the
    roughness of the sea surface from photographs of the sun's glitter", JOSA 44, 1954 (slopes);
    E. C. Monahan, I. O'Muircheartaigh, "Optimal power-law description of oceanic whitecap
    coverage dependence on wind speed", Journal of Physical Oceanography 10, 1980 (foam).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing.rangefinder_spec import RangefinderSpec

__all__ = ["BRIGHT_REFLECTANCE", "Rangefinder", "sea_reflectance"]

Array = npt.NDArray[np.float64]

BRIGHT_REFLECTANCE: Final = 0.8
"""Of the large bright thing for which a rangefinder's longest distance is stated; assumed."""
_WATER: Final = 0.02
"""Reflected by flat water at right angles (Fresnel, refractive index 1.33)."""
_FOAM: Final = 0.2
"""Of foam in the near infrared; assumed."""
_STEEPNESS: Final = 6.0
"""How sharply detection falls about the weakest signal that is found half the time; assumed."""
_CLEAR_AIR_M: Final = 0.06e-3
"""Extinction for which the longest distance is stated: near infrared, clear; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rangefinder:
    """A rangefinder with the bias that is its own.

    Args:
        spec: Its reach and its errors.
        bias_m: What all of its measurements have in common.
        extinction_m: Of the air at its wavelength, one over metres.
    """

    spec: RangefinderSpec
    bias_m: float = 0.0
    extinction_m: float = _CLEAR_AIR_M

    def __post_init__(self) -> None:
        if not (self.extinction_m >= 0.0 and np.isfinite(self.extinction_m)):
            raise InputError(
                where="extinction_m",
                what=f"is {self.extinction_m:g}, which cannot be.",
                mend="Give the extinction of the air, one over metres, 0 or more.",
            )

    @classmethod
    def draw(
        cls,
        generator: np.random.Generator,
        *,
        spec: RangefinderSpec,
        extinction_m: float = _CLEAR_AIR_M,
    ) -> "Rangefinder":
        """Draw the bias of one instrument."""
        bias_m = spec.bias_m * float(generator.standard_normal())
        return cls(spec=spec, bias_m=bias_m, extinction_m=extinction_m)

    def detection_probability(
        self, true_range_m: npt.ArrayLike, *, reflectance: npt.ArrayLike
    ) -> Array:
        """Return how likely a measurement is found.

        Args:
            true_range_m: (...) NaN where the beam meets nothing.
            reflectance: (...) of what the beam meets, as of a matt surface that faces it; for
                water see `sea_reflectance`.
        """
        true_m, bright = np.broadcast_arrays(
            np.asarray(true_range_m, np.float64), np.asarray(reflectance, np.float64)
        )
        longest_m = self.spec.longest_m
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            air = 2.0 * (_CLEAR_AIR_M * longest_m - self.extinction_m * true_m)
            margin = bright / BRIGHT_REFLECTANCE * (longest_m / true_m) ** 2 * np.exp(air)
            found = margin**_STEEPNESS / (1.0 + margin**_STEEPNESS)
            found = np.where(np.isfinite(margin), found, 1.0)
            is_in_reach = (true_m >= self.spec.shortest_m) & np.isfinite(true_m)
        return np.where(is_in_reach, found, 0.0)

    def measure(
        self,
        true_range_m: npt.ArrayLike,
        *,
        reflectance: npt.ArrayLike,
        generator: np.random.Generator,
    ) -> Array:
        """Return measured distances, (...) metres; NaN where none was found.

        Args:
            true_range_m: (...) to the first thing that the beam meets; NaN for nothing.
            reflectance: (...) of it.
            generator: Draws noise and drop-outs; as many numbers for each, found or not.

        Raises:
            InputError: A distance or a reflectance cannot be.
        """
        true_m, bright = np.broadcast_arrays(
            np.asarray(true_range_m, np.float64), np.asarray(reflectance, np.float64)
        )
        if np.any(true_m < 0.0):
            raise InputError(
                where="true_range_m",
                what="lies below 0.",
                mend="Give distances from the rangefinder, NaN where it meets nothing.",
            )
        if not np.all(bright >= 0.0):
            raise InputError(
                where="reflectance",
                what="lies below 0 or is no number.",
                mend="Give the share of light that a surface throws back.",
            )
        luck = generator.random(true_m.shape)
        noise = generator.standard_normal(true_m.shape)
        probability = self.detection_probability(true_m, reflectance=bright)
        measured = true_m + self.bias_m + self.spec.noise_m * noise
        return np.where(luck < probability, measured, np.nan)


def sea_reflectance(grazing_rad: npt.ArrayLike, *, wind_m_s: float) -> Array:
    """Return the reflectance of water for a beam that comes back on itself.

    Args:
        grazing_rad: (...) angle between beam and level water, above 0.
        wind_m_s: At 12.5 m, as slopes and foam are known by.

    Returns:
        (...) as of a matt surface that faces the beam; above 1 near the vertical, where water
        mirrors.
    """
    if not (wind_m_s >= 0.0 and np.isfinite(wind_m_s)):
        raise InputError(
            where="wind_m_s", what=f"is {wind_m_s:g}.", mend="Give a wind of 0 m/s or more."
        )
    grazing = np.clip(np.asarray(grazing_rad, np.float64), 1e-6, 0.5 * np.pi)
    slope_variance = 0.003 + 0.00512 * wind_m_s
    sine = np.sin(grazing)
    tangent_2 = (np.cos(grazing) / sine) ** 2
    # power that facets throw back a steradian; a matt surface that faces the beam: r / pi
    facets = _WATER / (4.0 * slope_variance) * np.exp(-tangent_2 / slope_variance) / sine**5
    foam = min(3.84e-6 * wind_m_s**3.41, 1.0)
    return np.asarray((1.0 - foam) * facets + foam * _FOAM * sine)
