"""Wave kernels, compiled: a tile's Fourier transform at an instant, what floats on it.

Each has a NumPy twin in the tests.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["compiled", "fill_tile_spectrum", "heights_and_slopes"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Texels = npt.NDArray[np.float32]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return the function compiled on its first call, with a cache beside its file.

    Products and sums may be fused, which changes the last bit between kinds of processor and
    never between threads.
    """
    kernel: Callable[_P, _R] = numba.njit(
        cache=True, error_model="numpy", nogil=True, fastmath={"contract", "nsz"}
    )(function)
    return kernel


@compiled
def fill_tile_spectrum(
    packed: Texels, places: tuple[Indices, Indices], waves: tuple[Array, Array, Array], phase: Array
) -> None:
    """Fill in the transform of slopes along + i slopes across.

    Args:
        packed: (side, side, 2) float32 zeros, rows across wind; real and imaginary parts.
        places: Row and column of each wave, (n,).
        waves: Wave numbers along and across (rad/m), amplitude of height (m), (n,) each.
        phase: (n,) radians.
    """
    side = len(packed)
    rows, columns = places
    along, across, amplitude = waves
    for n in range(len(phase)):
        half = 0.5 * amplitude[n]
        real, imaginary = half * math.cos(phase[n]), half * math.sin(phase[n])
        kx, ky = along[n], across[n]
        i, j = rows[n], columns[n]
        packed[i, j, 0] = -kx * imaginary - ky * real
        packed[i, j, 1] = kx * real - ky * imaginary
        i, j = (side - i) % side, (side - j) % side
        packed[i, j, 0] = -kx * imaginary + ky * real
        packed[i, j, 1] = -kx * real - ky * imaginary


@compiled
def heights_and_slopes(
    waves: tuple[Array, ...], places: Array, lengths: Array, time_s: float
) -> Array:
    """Return height, slope along and slope across (n, 3) at places, as long things feel them.

    Args:
        waves: Of `LongWaves`.
        places: (n, 2) metres down wind and across wind.
        lengths: (n,) of each thing, metres: waves shorter than it hardly move it.
        time_s: The instant.
    """
    along, across, amplitude, phase, frequency = waves
    out = np.zeros((len(places), 3))
    for n in range(len(places)):
        for w in range(len(along)):
            kx, ky = along[w], across[w]
            felt = amplitude[w] * math.exp(-(kx * kx + ky * ky) * lengths[n] ** 2 / 24.0)
            angle = kx * places[n, 0] + ky * places[n, 1] - frequency[w] * time_s + phase[w]
            cosine, sine = math.cos(angle), math.sin(angle)
            out[n, 0] += felt * cosine
            out[n, 1] -= felt * kx * sine
            out[n, 2] -= felt * ky * sine
    return out
