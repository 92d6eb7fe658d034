"""The eye at a display: the least contrast that it sees at each spatial frequency.

Source:
    P. G. J. Barten, "Contrast Sensitivity of the Human Eye and Its Effects on Image Quality",
    SPIE, 1999, chapter 3: an observer of 20 to 30 years with good sight, both eyes, threshold at
    50 %. Noise in the picture adds to the noise of the eye, weakened by the eye's optics.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "EYE_TIME_S",
    "Display",
    "contrast_threshold",
    "pupil_diameter_mm",
    "retinal_illuminance_td",
]

Array = npt.NDArray[np.float64]

_SIGMA_0_DEG: Final = 0.5 / 60.0
_ABERRATION_DEG_MM: Final = 0.08 / 60.0
_SIGNAL_TO_NOISE: Final = 3.0
EYE_TIME_S: Final = 0.1
"""Over which the eye adds up."""
_MOST_ANGLE_DEG: Final = 12.0
_MOST_CYCLES: Final = 15.0
_QUANTUM_EFFICIENCY: Final = 0.03
_PHOTONS: Final = 1.2274e6
"""Photons per second, square degree and troland."""
_NEURAL_S_DEG2: Final = 3e-8
_INHIBITION_CYCLES_DEG: Final = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """The display that an observer looks at; every value is assumed.

    Args:
        pixel_mm: Side of a displayed pixel; one pixel of the camera is one of the display.
        distance_mm: From the eye.
        luminance_cd_m2: Mean.
    """

    pixel_mm: float = 0.2
    distance_mm: float = 600.0
    luminance_cd_m2: float = 34.0

    @property
    def pixel_mrad(self) -> float:
        """Return the angle of a pixel at the eye."""
        return 1e3 * self.pixel_mm / self.distance_mm


def pupil_diameter_mm(luminance_cd_m2: float, *, field_deg: float) -> float:
    """Return the pupil's diameter before a square field of some luminance."""
    adaptation = np.log(luminance_cd_m2 * field_deg**2 / 40.0**2)
    return float(5.0 - 3.0 * np.tanh(0.4 * adaptation))


def retinal_illuminance_td(luminance_cd_m2: float, *, pupil_mm: float) -> float:
    """Return the light on the retina in trolands, by the Stiles-Crawford effect."""
    crawford = 1.0 - (pupil_mm / 9.7) ** 2 + (pupil_mm / 12.4) ** 4
    return float(np.pi / 4.0 * pupil_mm**2 * luminance_cd_m2 * crawford)


def contrast_threshold(
    frequency_cycles_deg: Array,
    *,
    size_deg: Array | float,
    illuminance_td: float,
    pupil_mm: float,
    noise_s_deg2: Array | float = 0.0,
) -> Array:
    """Return the least modulation that is seen in one of two looks.

    Args:
        frequency_cycles_deg: At the eye, above 0, any shape.
        size_deg: Apparent size of the object, a square; broadcasts with the frequencies.
        illuminance_td: On the retina.
        pupil_mm: Diameter of the pupil.
        noise_s_deg2: Spectral density of the display's relative luminance noise; broadcasts.
    """
    u = np.asarray(frequency_cycles_deg, np.float64)
    spread_deg2 = _SIGMA_0_DEG**2 + (_ABERRATION_DEG_MM * pupil_mm) ** 2
    optics = np.exp(-2.0 * np.pi**2 * spread_deg2 * u**2)
    one_side = 1.0 / np.asarray(size_deg) ** 2 + 1.0 / _MOST_ANGLE_DEG**2 + (u / _MOST_CYCLES) ** 2
    photons = 1.0 / (_QUANTUM_EFFICIENCY * _PHOTONS * illuminance_td)
    neural = _NEURAL_S_DEG2 / -np.expm1(-((u / _INHIBITION_CYCLES_DEG) ** 2))
    density = photons + neural + optics**2 * noise_s_deg2
    threshold: Array = _SIGNAL_TO_NOISE / optics * np.sqrt(2.0 / EYE_TIME_S * one_side * density)
    return threshold
