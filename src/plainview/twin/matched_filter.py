"""How far a thing stands out of a camera's noise: the filter that is matched to its own shape.

Source:
    In white noise the largest signal-to-noise that any linear filter gives is the root of the
    signal's energy over the noise (D. O. North, 1943; G. L. Turin, "An introduction to matched
    filters", IRE Transactions on Information Theory 6, 1960, eq. 8).
"""

import numba
import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.twin.optics_kernel import OpticsKernel

__all__ = ["blurred_energy", "matched_signal_to_noise"]

Floats = npt.NDArray[np.float32]


def matched_signal_to_noise(
    signal: Floats, *, kernel: OpticsKernel, noise_radiance: float
) -> float:
    """Return the signal-to-noise of a thing for a filter matched to it.

    Args:
        signal: (h, w) what it adds to the radiance of its pixels, W m^-2 sr^-1, as rendered:
            before optics. What lies outside the picture does not count.
        kernel: Optics and motion of the frame.
        noise_radiance: 1-sigma of a pixel, as `SensorResponse.noise_radiance` gives it.

    Returns:
        0 for a thing without signal or without pixels; inf where there is no noise.

    Raises:
        InputError: The noise is below 0, or a number is none.
    """
    if not noise_radiance >= 0.0:
        raise InputError(
            where="noise_radiance",
            what=f"is {noise_radiance:g}, which cannot be.",
            mend="Give the 1-sigma of a pixel, W m^-2 sr^-1.",
        )
    if signal.size == 0:
        return 0.0
    energy = blurred_energy(np.ascontiguousarray(signal, np.float32), kernel.down, kernel.across)
    if not np.isfinite(energy):
        raise InputError(
            where="signal",
            what="holds what is no number.",
            mend="Give what the thing adds to the radiance of each pixel, 0 where it is not.",
        )
    if energy == 0.0:
        return 0.0
    return float(np.sqrt(energy) / noise_radiance) if noise_radiance > 0.0 else float(np.inf)


@numba.njit(cache=True, error_model="numpy", nogil=True)
def blurred_energy(signal: Floats, down: Floats, across: Floats) -> float:
    """Return the sum of the squares of a patch (h, w) that separable terms (n, K) have blurred.

    The patch grows by the taps on every side: all of its energy counts.
    """
    height, width = signal.shape
    n_taps = down.shape[1]
    blurred = np.zeros((height + n_taps - 1, width + n_taps - 1), np.float64)
    lines = np.empty((height + n_taps - 1, width), np.float64)
    for term in range(down.shape[0]):
        lines[:] = 0.0
        for k in range(n_taps):
            for row in range(height):
                for column in range(width):
                    lines[row + n_taps - 1 - k, column] += down[term, k] * signal[row, column]
        for k in range(n_taps):
            for row in range(lines.shape[0]):
                for column in range(width):
                    blurred[row, column + n_taps - 1 - k] += across[term, k] * lines[row, column]
    energy = 0.0
    for row in range(blurred.shape[0]):
        for column in range(blurred.shape[1]):
            energy += blurred[row, column] ** 2
    return energy
