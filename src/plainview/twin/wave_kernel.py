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

__all__ = ["compiled", "cosine_and_sine", "fill_tile_spectrum", "heights_and_slopes"]

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
def cosine_and_sine(angle: float) -> tuple[float, float]:
    """Return cosine and sine to 1e-11, of an angle in radians, so that loops become vector code.

    Taylor's series within an eighth of a turn.
    """
    quarter = math.floor(angle * (2.0 / math.pi) + 0.5)
    r = angle - quarter * (0.5 * math.pi)
    s = r * r
    high = 1.0 / 362880.0 - s * (1.0 / 39916800.0)
    sine = r * (1.0 - s * (1.0 / 6.0 - s * (1.0 / 120.0 - s * (1.0 / 5040.0 - s * high))))
    high = 1.0 / 40320.0 - s * (1.0 / 3628800.0 - s * (1.0 / 479001600.0))
    cosine = 1.0 - s * (0.5 - s * (1.0 / 24.0 - s * (1.0 / 720.0 - s * high)))
    turn = np.int64(quarter) & 3
    is_odd = (turn & 1) == 1
    x, y = (sine if is_odd else cosine), (cosine if is_odd else sine)
    return (-x if turn in (1, 2) else x), (-y if turn >= 2 else y)


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
    reals, imaginaries = np.empty(len(phase)), np.empty(len(phase))
    for n in range(len(phase)):
        cosine, sine = cosine_and_sine(phase[n])
        reals[n], imaginaries[n] = 0.5 * amplitude[n] * cosine, 0.5 * amplitude[n] * sine
    for n in range(len(phase)):
        real, imaginary = reals[n], imaginaries[n]
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
    cosines, sines, felt = np.empty(len(along)), np.empty(len(along)), np.empty(len(along))
    for n in range(len(places)):
        x, y = places[n, 0], places[n, 1]
        if n == 0 or lengths[n] != lengths[n - 1]:
            for w in range(len(along)):
                square = along[w] * along[w] + across[w] * across[w]
                felt[w] = amplitude[w] * math.exp(-square * lengths[n] ** 2 / 24.0)
        for w in range(len(along)):
            angle = along[w] * x + across[w] * y - frequency[w] * time_s + phase[w]
            cosine, sine = cosine_and_sine(angle)
            cosines[w], sines[w] = felt[w] * cosine, felt[w] * sine
        height, slope_along, slope_across = 0.0, 0.0, 0.0
        for w in range(len(along)):
            height += cosines[w]
            slope_along -= along[w] * sines[w]
            slope_across -= across[w] * sines[w]
        out[n, 0], out[n, 1], out[n, 2] = height, slope_along, slope_across
    return out
