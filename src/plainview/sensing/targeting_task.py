"""What an observer at a display makes of a resolved thing: resolved cycles, and the TTP metric.

The system's contrast threshold is the eye's over what camera and display leave, with the noise
of the picture in it. Johnson's cycles are those up to the frequency where the thing's contrast
meets that threshold. The metric that came after Johnson (targeting task performance, TTP) adds
up how far the contrast lies above it at all frequencies. It is held against no published range
here and is called ``unchecked`` wherever it is shown.

Source:
    R. H. Vollmerhausen, E. Jacobs, "The Targeting Task Performance (TTP) Metric", AMSEL-NV-TR-230,
    2004. Exponent 1.5, V50 of 2, 7.5 and 13, and the contrast of 0.2 that the display is set to:
    as in MITRE's "Infrared Camera Cetacean Detection Model" (2025, Apache-2.0), which cites it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.contrast_threshold import (
    Display,
    contrast_threshold,
    pupil_diameter_mm,
    retinal_illuminance_td,
)
from plainview.sensing.johnson import Task, probability_of_ratio
from plainview.sensing.system_mtf import OpticalChain, pixel_mtf, system_mtf

__all__ = [
    "DISPLAYED_CONTRAST",
    "TTP_CYCLES_50",
    "Look",
    "observed_cycles",
    "system_threshold",
    "ttp_probability",
    "ttp_value",
]

Array = npt.NDArray[np.float64]

DISPLAYED_CONTRAST: Final = 0.2
"""Modulation that the display's gain gives a thing, whatever its own contrast is."""
TTP_CYCLES_50: Final = {Task.DETECT: 2.0, Task.RECOGNISE: 7.5, Task.CLASSIFY: 13.0}
"""V at which one in two succeeds."""

_EXPONENT: Final = 1.5
_DEG_PER_MRAD: Final = float(np.degrees(1e-3))
_N_FREQUENCIES: Final = 128
_BAR_CYCLES: Final = 3.5
_FIELD_DEG: Final = 30.0
"""Of the display, as the pupil knows it: about 1500 pixels; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A camera and the display behind it.

    Args:
        chain: What blurs its pictures.
        frame_rate_hz: Of its pictures: the eye adds up those of 0.1 s.
        display: What the observer looks at.
    """

    chain: OpticalChain
    frame_rate_hz: float
    display: Display

    @property
    def magnification(self) -> float:
        """Return the angle at the eye over the angle in the scene."""
        return self.display.pixel_mrad / self.chain.pixel_mrad

    def frequencies(self) -> Array:
        """Return frequencies of the scene up to the sampling limit, cycles per milliradian."""
        steps = (np.arange(_N_FREQUENCIES) + 0.5) / _N_FREQUENCIES
        return self.chain.nyquist_cycles_mrad * steps


def system_threshold(look: Look, *, signal_to_noise: Array) -> Array:
    """Return the contrast threshold through camera and display at each frequency.

    The pattern looked at is that of the minimum resolvable temperature difference: four bars,
    7 times as long as wide, 3.5 cycles both ways.

    Args:
        look: Camera and display.
        signal_to_noise: (n,) its contrast over the noise of a pixel in one picture.

    Returns:
        (n, 128), at the frequencies of ``look``.
    """
    frequency = look.frequencies()
    per_deg = frequency / (look.magnification * _DEG_PER_MRAD)
    pixel_deg = look.display.pixel_mrad * _DEG_PER_MRAD
    shown = pixel_mtf(frequency, pixel=look.chain.pixel_mrad)
    relative = 2.0 * DISPLAYED_CONTRAST / np.maximum(signal_to_noise, 1e-9)
    density = relative[:, np.newaxis] ** 2 * pixel_deg**2 / look.frame_rate_hz * shown**2
    luminance = look.display.luminance_cd_m2
    pupil_mm = pupil_diameter_mm(luminance, field_deg=_FIELD_DEG)
    eye = contrast_threshold(
        per_deg,
        size_deg=_BAR_CYCLES / per_deg,
        illuminance_td=retinal_illuminance_td(luminance, pupil_mm=pupil_mm),
        pupil_mm=pupil_mm,
        noise_s_deg2=density,
    )
    left: Array = eye / np.maximum(system_mtf(frequency, look.chain) * shown, 1e-12)
    return left


def observed_cycles(look: Look, threshold: Array, *, side_mrad: Array) -> Array:
    """Return how many cycles an observer resolves across a side of the thing, shape (n,).

    Args:
        look: Camera and display.
        threshold: (n, 128) from ``system_threshold``.
        side_mrad: (n,) angle of the side.
    """
    step = look.chain.nyquist_cycles_mrad / _N_FREQUENCIES
    is_seen = threshold <= DISPLAYED_CONTRAST
    n_seen = np.where(is_seen.any(axis=1), _N_FREQUENCIES - np.argmax(is_seen[:, ::-1], axis=1), 0)
    rows = np.arange(len(threshold))
    last = threshold[rows, np.maximum(n_seen - 1, 0)]
    beyond = threshold[rows, np.minimum(n_seen, _N_FREQUENCIES - 1)]
    is_between = (n_seen > 0) & (n_seen < _N_FREQUENCIES)
    part = (DISPLAYED_CONTRAST - last) / np.where(is_between, beyond - last, 1.0)
    top = np.where(is_between, n_seen - 0.5 + part, n_seen)
    resolved: Array = top * step * side_mrad
    return resolved


def ttp_value(look: Look, threshold: Array, *, size_mrad: Array) -> Array:
    """Return the metric V, shape (n,): cycles on the thing, weighted by contrast."""
    step = look.chain.nyquist_cycles_mrad / _N_FREQUENCIES
    above = np.where(threshold < DISPLAYED_CONTRAST, DISPLAYED_CONTRAST / threshold, 0.0)
    value: Array = size_mrad * np.sum(np.sqrt(above), axis=1) * step
    return value


def ttp_probability(value: npt.ArrayLike, *, task: Task) -> Array:
    """Return the probability that a task succeeds at a value of the metric; unchecked."""
    ratio = np.maximum(np.asarray(value, np.float64), 0.0) / TTP_CYCLES_50[task]
    return probability_of_ratio(ratio, np.full(ratio.shape, _EXPONENT))
