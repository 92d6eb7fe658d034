"""What a camera leaves of a pattern's contrast: its modulation transfer, part by part.

Frequencies are cycles per milliradian of the scene, ahead of the camera.

Source:
    G. D. Boreman, "Modulation Transfer Function in Optical and Electro-Optical Systems", 2001:
    the diffraction limit of a round aperture, the square pixel, and Gaussian blurs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "OpticalChain",
    "diffraction_mtf",
    "edge_response",
    "gaussian_mtf",
    "pixel_mtf",
    "system_mtf",
]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpticalChain:
    """What blurs a picture.

    Args:
        focal_length_mm: Of the lens.
        f_number: Focal length over aperture.
        wavelength_um: Middle of the band.
        pitch_um: Of the pixels; they are taken as wholly sensitive.
        blur_um: 1-sigma of the lens's own blur at the detector, diffraction left out.
        jitter_urad: 1-sigma of the line of sight within an exposure, each axis.
    """

    focal_length_mm: float
    f_number: float
    wavelength_um: float
    pitch_um: float
    blur_um: float = 0.0
    jitter_urad: float = 0.0

    @property
    def pixel_mrad(self) -> float:
        """Return the angle of a pixel."""
        return self.pitch_um / self.focal_length_mm

    @property
    def cutoff_cycles_mrad(self) -> float:
        """Return the frequency beyond which diffraction leaves nothing."""
        return self.focal_length_mm / (self.f_number * self.wavelength_um)

    @property
    def nyquist_cycles_mrad(self) -> float:
        """Return the highest frequency that the pixels sample."""
        return 0.5 / self.pixel_mrad

    @property
    def gaussian_mrad(self) -> float:
        """Return the 1-sigma of the lens's blur and the jitter together."""
        blur_mrad = self.blur_um / self.focal_length_mm
        return float(np.hypot(blur_mrad, 1e-3 * self.jitter_urad))


def diffraction_mtf(frequency: Array, *, cutoff: float) -> Array:
    """Return what a round aperture leaves; both in the same unit of frequency."""
    share = np.minimum(np.abs(frequency) / cutoff, 1.0)
    left: Array = 2.0 / np.pi * (np.arccos(share) - share * np.sqrt(1.0 - share**2))
    return left


def pixel_mtf(frequency: Array, *, pixel: float) -> Array:
    """Return what averaging over a pixel leaves; frequency times pixel has no unit."""
    left: Array = np.abs(np.sinc(frequency * pixel))
    return left


def gaussian_mtf(frequency: Array, *, sigma: float) -> Array:
    """Return what a Gaussian blur leaves; frequency times sigma has no unit."""
    left: Array = np.exp(-2.0 * (np.pi * sigma * frequency) ** 2)
    return left


def system_mtf(frequency_cycles_mrad: Array, chain: OpticalChain) -> Array:
    """Return what diffraction, lens, jitter and pixels leave together, of the same shape."""
    left: Array = (
        diffraction_mtf(frequency_cycles_mrad, cutoff=chain.cutoff_cycles_mrad)
        * pixel_mtf(frequency_cycles_mrad, pixel=chain.pixel_mrad)
        * gaussian_mtf(frequency_cycles_mrad, sigma=chain.gaussian_mrad)
    )
    return left


def edge_response(chain: OpticalChain) -> float:
    """Return the relative edge response: the rise of a sharp edge over a pixel about it, 0 to 1.

    Source:
        The edge response is the integral of the line spread, so that its rise over a pixel is the
        transfer weighed by sinc, over all frequencies.
    """
    top = min(chain.cutoff_cycles_mrad * chain.pixel_mrad, 8.0)
    per_px: Array = (np.arange(4000.0) + 0.5) * (top / 4000)
    left = system_mtf(per_px / chain.pixel_mrad, chain)
    return float(2.0 * np.sum(left * np.sinc(per_px)) * (top / 4000))
