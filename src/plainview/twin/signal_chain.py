"""From radiance to counts: the chain of a thermal detector, and that of one that counts photons."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol, Self

import numpy as np
import numpy.typing as npt

from plainview.sensing.camera_spec import CameraSpec
from plainview.sensing.planck import band_radiance, band_radiance_slope
from plainview.twin.electronics import Electronics
from plainview.twin.exposure_path import BOLOMETER_SPANS
from plainview.twin.gain_and_level import GainAndLevel
from plainview.twin.response_kernel import Conversion

__all__ = ["PhotonChain", "SignalChain", "ThermalChain"]

Floats = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8]

_NETD_SCENE_K: Final = 300.0
_LEAST_HOTTEST_K: Final = 340.0
"""Full scale is never narrowed below a scene of this temperature; assumed."""
_JOULE_METRES: Final = 6.62607015e-34 * 299_792_458.0
"""Planck's constant times the speed of light: a photon's energy times its wavelength."""
_BRIGHTEST: Final = 0.99
"""Of the pixels are darker than what automatic exposure looks at."""
_EVERY: Final = 4


class SignalChain(Protocol):
    """What a detector makes of radiance."""

    exposure: tuple[float, float]
    """Time and amplification of the next frame, as automatic exposure has them."""

    @property
    def top(self) -> int:
        """Highest count."""

    @property
    def collecting_s(self) -> float:
        """For how long a row collects, or remembers."""

    @property
    def time_constant_s(self) -> float | None:
        """Of a bolometer; None for a detector that integrates."""

    @property
    def gain_ratio(self) -> float:
        """Of the amplifier over its least."""

    @property
    def fixed_sigma(self) -> float:
        """1-sigma of the fixed pattern, in units of the signal."""

    @property
    def gain_sigma(self) -> float:
        """1-sigma of gain from pixel to pixel, over the gain."""

    def meet(self, radiance: Floats, *, f_number: float) -> None:
        """Set the exposure for the first picture."""

    def responsivity(self, f_number: float) -> float:
        """Return the signal that a unit of radiance gives."""

    def conversion(self, f_number: float) -> Conversion:
        """Return the numbers from signal to counts."""

    def line_sigmas(self, f_number: float) -> tuple[float, float]:
        """Return the 1-sigma that rows and columns share in a frame, in units of the signal."""

    def noise_radiance(self, radiance: float, *, f_number: float) -> float:
        """Return the noise of a pixel, new and fixed together, as radiance, 1-sigma."""

    def window(self, level: GainAndLevel) -> tuple[float, float]:
        """Return the counts that are shown darkest and brightest."""

    def table(self, level: GainAndLevel, window: tuple[float, float]) -> Grey:
        """Return the grey level of each count."""

    def follow(self, level: GainAndLevel, *, passed_s: float) -> None:
        """Set the exposure of the next frame by what was seen."""


@dataclass(slots=True, kw_only=True)
class ThermalChain:
    """A thermal detector: its signal is the radiance of the scene, noise and all.

    Args:
        spec: The camera.
        electronics: What is behind it.
        slope: Radiance a kelvin at 300 K over the band.
        middle: Radiance at 300 K.
        coldest: Radiance that counts 0; hottest likewise full scale.
        exposure: Of no use here: always what it was.
    """

    spec: CameraSpec
    electronics: Electronics
    slope: float
    middle: float
    coldest: float
    hottest: float
    exposure: tuple[float, float] = (0.0, 1.0)

    @classmethod
    def of_camera(cls, spec: CameraSpec, electronics: Electronics) -> Self:
        """Return the chain of a camera.

        Raises:
            InputError: A temperature cannot be.
        """
        band = {"low_um": spec.band_low_um, "high_um": spec.band_high_um}
        slope = float(band_radiance_slope(_NETD_SCENE_K, **band))
        middle, coldest, hottest, least_hot = (
            float(band_radiance(kelvin, **band))
            for kelvin in (
                *(_NETD_SCENE_K, electronics.coldest_k, electronics.hottest_k),
                min(electronics.hottest_k, _LEAST_HOTTEST_K),
            )
        )
        finest_k = min(spec.netd_k(each) or 0.0 for each in spec.focal_lengths_mm)
        span = 2**spec.detector.bit_depth * finest_k * slope / electronics.least_noise_counts
        hottest = max(min(hottest, coldest + span), least_hot)
        return cls(
            spec=spec,
            electronics=electronics,
            slope=slope,
            middle=middle,
            coldest=coldest,
            hottest=hottest,
        )

    @property
    def top(self) -> int:
        """Highest count."""
        return int(2**self.spec.detector.bit_depth - 1)

    @property
    def time_constant_s(self) -> float | None:
        """Of a bolometer; None for a detector that integrates."""
        assert self.spec.thermal is not None
        constant_ms = self.spec.thermal.time_constant_ms
        return None if constant_ms is None else 1e-3 * constant_ms

    @property
    def collecting_s(self) -> float:
        """The integration time, or how far back a bolometer remembers."""
        assert self.spec.thermal is not None
        if self.spec.thermal.integration_ms is not None:
            return 1e-3 * self.spec.thermal.integration_ms
        return BOLOMETER_SPANS * (self.time_constant_s or 0.0)

    @property
    def gain_ratio(self) -> float:
        """Of a thermal camera: always 1."""
        return 1.0

    @property
    def fixed_sigma(self) -> float:
        """1-sigma of the fixed pattern, as radiance."""
        assert self.spec.thermal is not None
        return self.spec.thermal.fixed_pattern_k * self.slope

    @property
    def gain_sigma(self) -> float:
        """1-sigma of gain from pixel to pixel; a scene of 300 K shows nothing of it."""
        return self.electronics.gain_pattern_ratio

    def meet(self, radiance: Floats, *, f_number: float) -> None:
        """Do nothing: the exposure of a thermal camera is what it is."""

    def responsivity(self, f_number: float) -> float:
        """Return 1: the signal is radiance."""
        return 1.0

    def _noise(self, f_number: float) -> float:
        assert self.spec.thermal is not None
        transmission = self.spec.lens.transmission
        return self.spec.thermal.netd_at_k(f_number, transmission=transmission) * self.slope

    def conversion(self, f_number: float) -> Conversion:
        """Return the numbers from radiance to counts; the noise is that of a 300 K scene."""
        counts_a_unit = self.top / (self.hottest - self.coldest)
        return Conversion(
            reference=self.middle,  # where the correction was made
            dark=0.0,
            least=-self.middle,
            most=self.hottest - self.middle,
            read_variance=self._noise(f_number) ** 2,
            shot_variance=0.0,
            fixed=self.fixed_sigma,
            drifted=0.0,
            counts_a_unit=counts_a_unit,
            zero_counts=(self.middle - self.coldest) * counts_a_unit,
            top=self.top,
        )

    def line_sigmas(self, f_number: float) -> tuple[float, float]:
        """Return the 1-sigma that rows and columns share in a frame."""
        noise = self._noise(f_number)
        return (
            self.electronics.row_noise_ratio * noise,
            self.electronics.column_noise_ratio * noise,
        )

    def noise_radiance(self, radiance: float, *, f_number: float) -> float:
        """Return the noise of a pixel as radiance, lines and fixed pattern with it."""
        parts = (self._noise(f_number), *self.line_sigmas(f_number), self.fixed_sigma)
        rounding = (self.hottest - self.coldest) / self.top / np.sqrt(12.0)
        return float(np.linalg.norm([*parts, rounding]))

    def window(self, level: GainAndLevel) -> tuple[float, float]:
        """Return the window of automatic gain and level."""
        return level.window()

    def table(self, level: GainAndLevel, window: tuple[float, float]) -> Grey:
        """Return the table of automatic gain and level."""
        return level.table(window)

    def follow(self, level: GainAndLevel, *, passed_s: float) -> None:
        """Do nothing: only gain and level follow."""


@dataclass(slots=True, kw_only=True)
class PhotonChain:
    """A detector that counts photons: its signal is electrons.

    Args:
        spec: The camera.
        electronics: What is behind it.
        exposure: How long the next frame collects, and its amplification from 1.
    """

    spec: CameraSpec
    electronics: Electronics
    exposure: tuple[float, float] = (0.0, 1.0)

    @classmethod
    def of_camera(cls, spec: CameraSpec, electronics: Electronics) -> Self:
        """Return the chain of a camera, its exposure the longest until it has seen something."""
        chain = cls(spec=spec, electronics=electronics)
        chain.exposure = (chain._longest_s, 1.0)
        return chain

    @property
    def _longest_s(self) -> float:
        assert self.spec.photon is not None
        longest_s = 1e-3 * self.spec.photon.longest_exposure_ms
        return min(longest_s, 1.0 / self.spec.detector.frame_rate_hz)

    @property
    def top(self) -> int:
        """Highest count."""
        return int(2**self.spec.detector.bit_depth - 1)

    @property
    def collecting_s(self) -> float:
        """The exposure of the next frame."""
        return self.exposure[0]

    @property
    def time_constant_s(self) -> float | None:
        """None: the detector integrates."""
        return None

    @property
    def gain_ratio(self) -> float:
        """Of the amplifier over its least."""
        return self.exposure[1]

    @property
    def fixed_sigma(self) -> float:
        """1-sigma of offsets from pixel to pixel, electrons."""
        assert self.spec.photon is not None
        return self.spec.photon.fixed_pattern_e

    @property
    def gain_sigma(self) -> float:
        """1-sigma of gain from pixel to pixel."""
        assert self.spec.photon is not None
        return self.spec.photon.fixed_pattern_ratio

    def responsivity(self, f_number: float) -> float:
        """Return the electrons that a unit of radiance gives in one exposure.

        Source:
            The irradiance behind a lens is pi L tau / (4 N^2 + 1) for a distant Lambertian scene
            (R. D. Hudson, "Infrared System Engineering", 1969); photons are counted as if all
            had the wavelength in the middle of the band.
        """
        assert self.spec.photon is not None
        irradiance = np.pi * self.spec.lens.transmission / (4.0 * f_number**2 + 1.0)
        area_m2 = self.spec.detector.fill_ratio * (1e-6 * self.spec.detector.pixel_pitch_um) ** 2
        wavelength_m = 0.5e-6 * (self.spec.band_low_um + self.spec.band_high_um)
        photons = irradiance * area_m2 * self.exposure[0] * wavelength_m / _JOULE_METRES
        return float(photons * self.spec.photon.quantum_efficiency)

    def meet(self, radiance: Floats, *, f_number: float) -> None:
        """Set the exposure for the first picture, as if the camera had looked at it before."""
        assert self.spec.photon is not None
        bright = float(np.quantile(radiance[::_EVERY, ::_EVERY], _BRIGHTEST))
        electrons = bright * self.responsivity(f_number) * self.exposure[1]
        self._expose(self.electronics.wanted_share * self.spec.photon.full_well_e, electrons, 1.0)

    def _expose(self, wanted: float, seen: float, share: float) -> None:
        """Change exposure, then gain, towards what is wanted; `share` of the way."""
        assert self.spec.photon is not None
        now = self.exposure[0] * self.exposure[1]
        most = self._longest_s * self.electronics.most_gain
        least = min(1e-3 * self.spec.photon.shortest_exposure_ms, self._longest_s)
        ratio = wanted / seen if seen > 0.0 else most / now
        total = float(np.clip(now * ratio**share, least, most))
        exposure_s = min(total, self._longest_s)
        self.exposure = (exposure_s, total / exposure_s)

    def _black(self) -> float:
        return self.electronics.black_share * self.top

    def conversion(self, f_number: float) -> Conversion:
        """Return the numbers from electrons to counts; the mean dark current is taken off."""
        assert self.spec.photon is not None
        noise = self.spec.photon
        dark = noise.dark_current_e_s * self.exposure[0]
        counts_a_unit = self.exposure[1] * (self.top - self._black()) / noise.full_well_e
        return Conversion(
            reference=0.0,
            dark=dark,
            least=0.0,
            most=noise.full_well_e,
            read_variance=noise.read_noise_e**2,
            shot_variance=1.0,
            fixed=self.fixed_sigma,
            drifted=0.0,
            counts_a_unit=counts_a_unit,
            zero_counts=self._black() - dark * counts_a_unit,
            top=self.top,
        )

    def line_sigmas(self, f_number: float) -> tuple[float, float]:
        """Return the 1-sigma that rows and columns share in a frame, electrons."""
        assert self.spec.photon is not None
        noise_e = self.spec.photon.read_noise_e
        return (
            self.electronics.row_noise_ratio * noise_e,
            self.electronics.column_noise_ratio * noise_e,
        )

    def noise_radiance(self, radiance: float, *, f_number: float) -> float:
        """Return the noise of a pixel as radiance: shot, read, lines, fixed pattern, rounding."""
        assert self.spec.photon is not None
        responsivity = self.responsivity(f_number)
        electrons = radiance * responsivity
        numbers = self.conversion(f_number)
        variance = (
            electrons
            + numbers.dark
            + numbers.read_variance
            + sum(each**2 for each in self.line_sigmas(f_number))
            + self.fixed_sigma**2
            + (self.gain_sigma * electrons) ** 2
            + 1.0 / (12.0 * numbers.counts_a_unit**2)
        )
        return float(np.sqrt(variance) / responsivity)

    def window(self, level: GainAndLevel) -> tuple[float, float]:
        """Return the counts without light and of full scale."""
        return self._black(), float(self.top)

    def table(self, level: GainAndLevel, window: tuple[float, float]) -> Grey:
        """Return the grey levels of a day camera: a power of what is above black."""
        black, white = window
        return _day_table(self.top, (black, white), self.electronics.gamma)

    def follow(self, level: GainAndLevel, *, passed_s: float) -> None:
        """Set the exposure of the next frame by the brightest hundredth of what was seen."""
        bright = level.bright(1.0 - _BRIGHTEST) - self._black()
        wanted = self.electronics.wanted_share * (self.top - self._black())
        time_s = self.electronics.exposure_time_s
        share = 1.0 if time_s == 0.0 else 1.0 - float(np.exp(-passed_s / time_s))
        self._expose(wanted, max(bright, 1.0), share)


@lru_cache(maxsize=16)
def _day_table(top: int, window: tuple[float, float], gamma: float) -> Grey:
    black, white = window
    share = (np.arange(top + 1) - black) / (white - black)
    grey = 255.0 * np.clip(share, 0.0, 1.0) ** (1.0 / gamma)
    return np.asarray(grey + 0.5, np.uint8)
