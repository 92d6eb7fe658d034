"""Normal noise by counting: the n-th number of a key is always the same, whoever asks for it.

Sixty-four bits come from SplitMix64 at a place in its sequence, and each half of them becomes one
normal number through the inverse of the distribution. Nothing is carried from one number to the
next, so that rows can be made in any order and by any number of threads.

Source:
    G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", OOPSLA
    2014 (SplitMix64, its constants). The inverse is a polynomial of ours in the square root of
    the logarithm of the tail, within 1.1e-4 of the true one out to 6.3 sigma.
"""

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["fill_normals", "noise_key", "normals_in_numpy", "uniform_at"]

Floats = npt.NDArray[np.float32]

_GAMMA: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)
_ONE_64: Final = np.uint64(1)

_MAGNITUDE: Final = np.int32(0x7FFFFFFF)
_MANTISSA: Final = np.int32(0x7FFFFF)
_EXPONENT_OF_1: Final = np.int32(0x3F800000)
_BIAS, _SHIFT, _ZERO = np.int32(127), np.int32(23), np.int32(0)
_STEP: Final = np.float32(2.0**-31)
_HALF, _ONE, _TWO, _FOUR = (np.float32(x) for x in (0.5, 1.0, 2.0, 4.0))
_L0, _L1, _L2, _L3, _L4 = (
    np.float32(x) for x in (0.44262227, -0.27629676, 0.18362999, -0.09720294, 0.02595216)
)
"""log2(1 + m) = m + m (1 - m) times this polynomial, within 5e-6 for m from 0 to 1."""
_P0, _P1, _P2, _P3, _P4, _P5, _P6, _P7, _P8, _P9 = (
    np.float32(x)
    for x in (
        *(3.8424369, 2.7164758, -0.163094, 0.038675159, 0.1038488),
        *(-0.2185565, 0.134856, 0.045791517, -0.069566883, 0.012974989),
    )
)
"""The normal number over x = 1 - t, t the two-sided tail, by powers of half the square root of
4 - log2(t (2 - t)) less 2."""


def noise_key(*parts: int) -> np.uint64:
    """Return the key of a sequence that whole numbers name, such as a seed and a frame.

    >>> noise_key(1, 2) == noise_key(2, 1)
    False
    """
    key = 0
    for part in parts:
        key = _mixed(((key ^ (part & _ALL)) + int(_GAMMA)) & _ALL)
    return np.uint64(key)


_ALL: Final = 2**64 - 1


def _mixed(x: int) -> int:
    x = ((x ^ (x >> 30)) * int(_FIRST)) & _ALL
    x = ((x ^ (x >> 27)) * int(_SECOND)) & _ALL
    return x ^ (x >> 31)


def uniform_at(key: np.uint64, n: int) -> float:
    """Return the n-th number of a key, uniform from 0 to below 1."""
    return _mixed((int(key) + (n + 1) * int(_GAMMA)) & _ALL) / 2.0**64


@numba.njit(cache=True, error_model="numpy", nogil=True)
def fill_normals(  # noqa: PLR0917  (compiled)
    out: Floats, scratch: npt.NDArray[np.uint64], key: np.uint64, pair: int
) -> None:
    """Write normal numbers of a key, from a pair of them on, in place.

    Args:
        out: (n,) is overwritten.
        scratch: (n + 1,) at least; overwritten.
        key: Which sequence.
        pair: Numbers 2 pair, 2 pair + 1, ... are written.
    """
    n = out.size
    n_pairs = (n + 1) // 2
    words = scratch[:n_pairs]
    place = key + np.uint64(pair) * _GAMMA
    for i in range(n_pairs):
        place += _GAMMA
        x = (place ^ (place >> _S30)) * _FIRST
        x = (x ^ (x >> _S27)) * _SECOND
        words[i] = x ^ (x >> _S31)
    bits = words.view(np.int32)[:n]
    tail_bits = scratch[n_pairs : 2 * n_pairs].view(np.int32)[:n]
    tail = tail_bits.view(np.float32)
    for i in range(n):
        t = (np.float32(bits[i] & _MAGNITUDE) + _HALF) * _STEP
        tail[i] = t * (_TWO - t)
    for i in range(n):
        whole = tail_bits[i]
        out[i] = np.float32((whole >> _SHIFT) - _BIAS)
        tail_bits[i] = (whole & _MANTISSA) | _EXPONENT_OF_1
    for i in range(n):
        m = tail[i] - _ONE
        log2 = out[i] + (m + m * (_ONE - m) * (_L0 + m * (_L1 + m * (_L2 + m * (_L3 + m * _L4)))))
        v = np.sqrt(max(_FOUR - log2, _FOUR)) * _HALF - _TWO
        p = _P5 + v * (_P6 + v * (_P7 + v * (_P8 + v * _P9)))
        p = _P0 + v * (_P1 + v * (_P2 + v * (_P3 + v * (_P4 + v * p))))
        t = (np.float32(bits[i] & _MAGNITUDE) + _HALF) * _STEP
        z = (_ONE - t) * p
        out[i] = -z if bits[i] < _ZERO else z


def normals_in_numpy(n: int, *, key: np.uint64, pair: int = 0) -> Floats:
    """Return the numbers that `fill_normals` writes, (n,): its twin."""
    with np.errstate(over="ignore"):
        x = key + (np.arange(pair, pair + (n + 1) // 2, dtype=np.uint64) + _ONE_64) * _GAMMA
        x = (x ^ (x >> _S30)) * _FIRST
        x = (x ^ (x >> _S27)) * _SECOND
    bits = (x ^ (x >> _S31)).view(np.int32)[:n]
    t = ((bits & _MAGNITUDE).astype(np.float32) + _HALF) * _STEP
    whole = (t * (_TWO - t)).view(np.int32)
    exponent = ((whole >> _SHIFT) - _BIAS).astype(np.float32)
    m = ((whole & _MANTISSA) | _EXPONENT_OF_1).view(np.float32) - _ONE
    log2 = exponent + (m + m * (_ONE - m) * (_L0 + m * (_L1 + m * (_L2 + m * (_L3 + m * _L4)))))
    v = np.sqrt(np.maximum(_FOUR - log2, _FOUR)) * _HALF - _TWO
    p = _P5 + v * (_P6 + v * (_P7 + v * (_P8 + v * _P9)))
    p = _P0 + v * (_P1 + v * (_P2 + v * (_P3 + v * (_P4 + v * p))))
    z = (_ONE - t) * p
    return np.where(bits < 0, -z, z).astype(np.float32)
