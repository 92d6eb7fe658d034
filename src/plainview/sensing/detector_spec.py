"""A detector array as numbers: its pixels, its clock and its noise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plainview.sensing.checked_fields import number, sources, text

__all__ = ["DetectorSpec", "PhotonNoise", "ThermalNoise"]

NETD_SCENE_K: Final = 300.0
"""The scene temperature at which a `ThermalNoise` states its NETD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorSpec:
    """The array of pixels behind a lens.

    Args:
        columns: Of the array; rows likewise.
        pixel_pitch_um: From one pixel's centre to the next.
        fill_ratio: Area of a pixel that collects, over the square of the pitch.
        bit_depth: Of the counts that leave the converter, before any automatic gain.
        frame_rate_hz: Highest, at the whole array.
        readout: ``global``: all rows at once; ``rolling``: one row after the other.
        readout_ms: From the first row's instant to the last's; 0 for ``global``.
        dead_pixel_ratio: Pixels that do not answer, over all.
        sources: Where each number comes from, by field.
    """

    columns: int = number(low=16, high=16_384)
    rows: int = number(low=16, high=16_384)
    pixel_pitch_um: float = number(low=0.5, high=100.0)
    fill_ratio: float = number(low=0.05, high=1.0)
    bit_depth: int = number(low=8, high=16)
    frame_rate_hz: float = number(low=1.0, high=1000.0)
    readout: str = text(choices=("global", "rolling"))
    readout_ms: float = number(low=0.0, high=1000.0)
    dead_pixel_ratio: float = number(low=0.0, high=0.1)
    sources: Mapping[str, str] = sources()

    @property
    def width_mm(self) -> float:
        """How wide the array is."""
        return self.columns * self.pixel_pitch_um * 1e-3

    @property
    def height_mm(self) -> float:
        """How high the array is."""
        return self.rows * self.pixel_pitch_um * 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ThermalNoise:
    """The noise of a camera that sees what things radiate (MWIR, LWIR).

    Args:
        netd_k: Temporal noise of a pixel as a difference of temperature, 1-sigma, at a black
            scene of 300 K seen through a perfect lens of ``netd_f_number``.
        netd_f_number: The f-number at which that holds.
        fixed_pattern_k: What differs from pixel to pixel and stays, after correction, 1-sigma,
            at the same scene.
        integration_ms: How long a frame collects; None for a bolometer, which never stops.
        time_constant_ms: With which a bolometer follows; None for a photon detector.
        sources: Where each number comes from, by field.
    """

    netd_k: float = number(low=0.0, above=0.0, high=5.0)
    netd_f_number: float = number(low=0.5, high=20.0)
    fixed_pattern_k: float = number(low=0.0, high=5.0)
    integration_ms: float | None = number(low=0.0, above=0.0, high=100.0, is_optional=True)
    time_constant_ms: float | None = number(low=0.0, above=0.0, high=100.0, is_optional=True)
    sources: Mapping[str, str] = sources()

    def netd_at_k(self, f_number: float, *, transmission: float) -> float:
        """Return the NETD behind a lens: it grows as the light on a pixel shrinks.

        Args:
            f_number: Of the lens.
            transmission: Of the lens, 0 to 1.

        Source:
            The irradiance of the focal plane goes with transmission over 4 N^2 + 1 for a distant
            Lambertian scene (R. D. Hudson, "Infrared System Engineering", 1969); the noise is
            taken as that of the detector, which does not change with it.
        """
        ratio = (4.0 * f_number**2 + 1.0) / (4.0 * self.netd_f_number**2 + 1.0)
        return self.netd_k * ratio / transmission


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotonNoise:
    """The noise of a camera that sees reflected light and counts electrons (EO, NIR, SWIR).

    Args:
        quantum_efficiency: Electrons a photon, mean over the camera's band.
        full_well_e: Electrons that a pixel holds.
        read_noise_e: Of one reading, 1-sigma.
        dark_current_e_s: Electrons a second without light.
        fixed_pattern_ratio: Difference of gain from pixel to pixel, 1-sigma, over the gain.
        fixed_pattern_e: Difference of offset from pixel to pixel, 1-sigma.
        shortest_exposure_ms: Of the automatic exposure; longest likewise.
        sources: Where each number comes from, by field.
    """

    quantum_efficiency: float = number(low=0.01, high=1.0)
    full_well_e: float = number(low=100.0, high=1e7)
    read_noise_e: float = number(low=0.0, high=1000.0)
    dark_current_e_s: float = number(low=0.0, high=1e6)
    fixed_pattern_ratio: float = number(low=0.0, high=0.5)
    fixed_pattern_e: float = number(low=0.0, high=1000.0)
    shortest_exposure_ms: float = number(low=1e-3, high=1000.0)
    longest_exposure_ms: float = number(low=1e-3, high=1000.0)
    sources: Mapping[str, str] = sources()
