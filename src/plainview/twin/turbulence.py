"""Turbulence: gusts of Dryden's spectra, and how a platform's attitude answers to them."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.units import FOOT_M, KNOT_M_S

__all__ = ["MODERATE_20FT_M_S", "Dryden", "double_pole", "dryden_at"]

Array = npt.NDArray[np.float64]

MODERATE_20FT_M_S: Final = 30.0 * KNOT_M_S
"""Wind at 20 feet that goes with moderate turbulence (MIL-F-8785C: 15, 30, 45 kt are light,
moderate and severe)."""

_LOW_FT: Final = (10.0, 1000.0)
_HIGH_FT: Final = 2000.0
_HIGH_SCALE_FT: Final = 1750.0
_LEAST_AIRSPEED_M_S: Final = 2.0
"""Of a platform that stands in still air: the gusts that pass it are carried by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dryden:
    """Gusts at one height.

    Args:
        sigma_m_s: Along, across and down, (3,) 1-sigma.
        scale_m: Scale lengths, (3,).
    """

    sigma_m_s: tuple[float, float, float]
    scale_m: tuple[float, float, float]

    def filters(self, airspeed_m_s: float, step_s: float) -> Array:
        """Return what turns white noise into these gusts, step by step.

        The gust along is a first-order process; those across and down have a double pole at
        V / L and a zero at V / (sqrt(3) L), as the forming filters of the specification.

        Args:
            airspeed_m_s: At which the platform passes through the frozen field.
            step_s: Of the noise.

        Returns:
            (3, 7): decay; step; the lower triangle (3) of the noise's factor; the two weights
            of the state in the gust.
        """
        speed = max(airspeed_m_s, _LEAST_AIRSPEED_M_S)
        rows = np.zeros((3, 7))
        for axis, (sigma, scale) in enumerate(zip(self.sigma_m_s, self.scale_m, strict=True)):
            pole = speed / scale
            if axis == 0:
                decay = math.exp(-pole * step_s)
                rows[0, :7] = (decay, 0.0, sigma * math.sqrt(1.0 - decay**2), 0.0, 0.0, 1.0, 0.0)
                continue
            decay, factor = double_pole(pole, step_s)
            factor = factor * sigma / math.sqrt(pole)
            weights = ((1.0 - math.sqrt(3.0)) * pole**2, math.sqrt(3.0) * pole)
            rows[axis, :7] = (decay, step_s, *factor, *weights)
        return rows


def double_pole(pole_1_s: float, step_s: float) -> tuple[float, Array]:
    """Return the exact step of x1' = -a x1 + x2, x2' = -a x2 + w for white noise w of unit power.

    The state goes over into ``decay * (x1 + step * x2, x2)`` plus noise. Its 1-sigma at rest:
    x1 is sqrt(1 / 4 a^3).

    Args:
        pole_1_s: a.
        step_s: Of the step.

    Returns:
        The decay, and the lower triangle (3,) of the factor of the noise's covariance:
        of x2, of x1 together with x2, of x1 alone.
    """
    a, h = pole_1_s, step_s
    decay = math.exp(-a * h)
    last = decay**2
    b = 2.0 * a
    q22 = (1.0 - last) / b
    q12 = (1.0 - last * (1.0 + b * h)) / b**2
    q11 = (2.0 - last * (2.0 + 2.0 * b * h + (b * h) ** 2)) / b**3
    if b * h < 1e-3:
        q22, q12, q11 = h, 0.5 * h**2, h**3 / 3.0
    low = math.sqrt(q22)
    across = q12 / low
    return decay, np.array([low, across, math.sqrt(max(0.0, q11 - across**2))])


def dryden_at(height_m: float, wind_20ft_m_s: float) -> Dryden:
    """Return intensity and scale of the gusts at a height above the surface.

    Up to 1,000 feet as the specification has them for low altitude. At 1,000 feet all three are a
    tenth of the wind at 20 feet; that intensity is kept above, where the specification's own
    depends on how rare a turbulence is meant. The scales go over to 1,750 feet at 2,000 feet.

    Args:
        height_m: Above the surface.
        wind_20ft_m_s: Wind at 20 feet (6 m), which sets the intensity.

    Source:
        MIL-F-8785C, 3.7.3.4 and figure 10: sigma_w = 0.1 W20, sigma_u = sigma_v =
        sigma_w / (0.177 + 0.000823 h)^0.4, L_w = h, L_u = L_v = h / (0.177 + 0.000823 h)^1.2,
        h in feet; 3.7.2.2: 1,750 feet at medium and high altitude.
    """
    height_ft = height_m / FOOT_M
    low_ft = min(max(height_ft, _LOW_FT[0]), _LOW_FT[1])
    shape = 0.177 + 0.000823 * low_ft
    down = 0.1 * wind_20ft_m_s
    level = down / shape**0.4
    share = min(max((height_ft - _LOW_FT[1]) / (_HIGH_FT - _LOW_FT[1]), 0.0), 1.0)
    scales_ft = (low_ft / shape**1.2, low_ft / shape**1.2, low_ft)
    scale_m = [FOOT_M * (each + share * (_HIGH_SCALE_FT - each)) for each in scales_ft]
    return Dryden(sigma_m_s=(level, level, down), scale_m=(scale_m[0], scale_m[1], scale_m[2]))
