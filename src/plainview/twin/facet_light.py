"""Facet light: what rough water sends, its own and the sky's, by the look and by how it leans.

The low sky changes fast with elevation, and steep facets mirror less of it: what a pixel sees is
the mean of all its facets, each by the area that is seen, and not what a facet of the mean slope
would send. What a facet mirrors below the horizon is taken as the sky at the horizon.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing import SlopeVariances
from plainview.sensing.water import water_reflectance
from plainview.twin.sea_light import N_SENT_TERMS

__all__ = ["FacetLight", "facet_light"]

Array = npt.NDArray[np.float64]

_N_SINES: Final = 48
_N_ROUGHS: Final = 8
_N_COSINES: Final = 2001
_LEANS: Final = np.linspace(-3.0, 3.0, 13)
_FACETS, _FACET_SHARES = np.polynomial.hermite_e.hermegauss(31)
_SIDEWAYS, _SIDEWAYS_SHARES = np.polynomial.hermite_e.hermegauss(5)


@dataclass(frozen=True, slots=True, eq=False)
class FacetLight:
    """What a sea's facets send in one band.

    Args:
        sent: (sines, roughnesses, 5) of `SeaLight`.
        most_rough: The last roughness.
        limits: Least and most of what a facet can send.
    """

    sent: Array
    most_rough: float
    limits: tuple[float, float]


def facet_light(
    sky: Array, body: float, slopes: SlopeVariances, *, limits_um: tuple[float, float]
) -> FacetLight:
    """Return the mean radiance that facets send, by grazing angle, roughness and lean.

    Args:
        sky: (n,) radiance by the square root of the sine of elevation, 0 to 1.
        body: Radiance that water would send if it mirrored nothing.
        slopes: Of the whole sea.
        limits_um: Of the band.
    """
    most_rough = float(max(slopes.upwind, slopes.crosswind))
    cosines = np.linspace(0.0, 1.0, _N_COSINES)
    reflectance = water_reflectance(cosines, low_um=limits_um[0], high_um=limits_um[1])
    roots = np.linspace(0.0, 1.0, len(sky))
    shares = _FACET_SHARES[:, np.newaxis] * _SIDEWAYS_SHARES
    aslant = 1.0 + 0.5 * float(slopes.total) * _SIDEWAYS**2
    sent = np.empty((_N_SINES, _N_ROUGHS, N_SENT_TERMS))
    for i, sine in enumerate(np.linspace(0.0, 1.0, _N_SINES) ** 2):
        cosine = np.sqrt(1.0 - sine**2)
        for j, rough in enumerate(np.linspace(0.0, most_rough, _N_ROUGHS)):
            # Looks between the last two roughnesses lean as those of the last but one.
            sigma = np.sqrt(max(most_rough - rough, most_rough / (_N_ROUGHS - 1)))
            leans = sigma * _LEANS
            slope = (leans[:, np.newaxis] + np.sqrt(rough) * _FACETS)[..., np.newaxis]
            seen = slope * cosine + sine
            per = 1.0 / np.sqrt(aslant + slope**2)
            met = np.clip(seen * per, 0.0, 1.0)
            rise = np.clip(2.0 * met * per - sine, 0.0, 1.0)
            departs = np.interp(np.sqrt(rise), roots, sky) - body
            weight = shares * np.maximum(seen, 1e-6)
            each = weight * np.interp(met, cosines, reflectance) * departs
            mean = body + np.sum(each, axis=(1, 2)) / np.sum(weight, axis=(1, 2))
            # Leans count as they are seen, those that are not a little.
            count = np.sqrt(
                np.exp(-0.5 * _LEANS**2) * np.maximum(leans * cosine + sine, 0.1 * sigma)
            )
            fitted = np.polynomial.Polynomial.fit(
                _LEANS, mean, N_SENT_TERMS - 1, domain=[-1.0, 1.0], w=count
            )
            terms = np.pad(fitted.coef, (0, N_SENT_TERMS - len(fitted.coef)))
            sent[i, j] = terms / sigma ** np.arange(N_SENT_TERMS)
    return FacetLight(sent, most_rough, (min(body, float(sky.min())), max(body, float(sky.max()))))
