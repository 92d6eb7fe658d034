"""One frame through optics, detector and converter, compiled, row by row.

A row is blurred, given its noise and counted while it lies in the nearest cache. Rows do not
depend on one another, so that any split over threads gives the same bytes.
"""

from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from plainview.twin.normal_noise import fill_normals, normals_in_numpy
from plainview.twin.optics_kernel import OpticsKernel

__all__ = ["Conversion", "PixelMaps", "fill_counts", "respond_in_numpy", "respond_rows"]

Floats = npt.NDArray[np.float32]
Counts = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelMaps:
    """What differs from pixel to pixel, float32.

    Args:
        gain: (H, W) signal over what the taps give.
        offset: (H, W) fixed pattern, of unit 1-sigma; drift likewise.
        row: (H,) of this frame, in units of the signal; column (W,) likewise.
    """

    gain: Floats
    offset: Floats
    drift: Floats
    row: Floats
    column: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """From the signal to counts.

    Args:
        reference: What the taps give where gain is taken not to matter, taken off.
        dark: Signal that is added after the gain.
        least: Signal below which the well cannot go.
        most: Signal at which the well is full.
        read_variance: Of the noise without light.
        shot_variance: Of the noise, for each unit of signal.
        fixed: Signal that 1 in `PixelMaps.offset` stands for; drifted likewise in its drift.
        counts_a_unit: Of signal; zero_counts at no signal.
        top: Highest count.
    """

    reference: float
    dark: float
    least: float
    most: float
    read_variance: float
    shot_variance: float
    fixed: float
    drifted: float
    counts_a_unit: float
    zero_counts: float
    top: int

    def numbers(self) -> Floats:
        """Return the fields in order, as the kernel takes them."""
        return np.array(
            [
                *(self.reference, self.dark, self.least, self.most),
                *(self.read_variance, self.shot_variance),
                *(self.fixed, self.drifted, self.counts_a_unit, self.zero_counts, self.top),
            ],
            np.float32,
        )


def fill_counts(
    out: Counts,
    picture: Floats,
    *,
    kernel: OpticsKernel,
    maps: PixelMaps,
    conversion: Conversion,
    key: np.uint64,
    rows: tuple[int, int] | None = None,
) -> None:
    """Write rows of a frame's counts, in place.

    Args:
        out: (H, W) counts; only `rows` are written.
        picture: (H + 2 b, W + 2 c) band radiance, its border as wide on each side; where a tap
            reaches beyond, the nearest value stands.
        kernel: Optics and motion.
        maps: What differs from pixel to pixel.
        conversion: From signal to counts.
        key: Of this frame's noise.
        rows: First and the one after the last; all where not given.
    """
    first, last = (0, len(out)) if rows is None else rows
    respond_rows(
        out,
        picture,
        (kernel.down, kernel.across, kernel.radius),
        (maps.gain, maps.offset, maps.drift, maps.row, maps.column),
        conversion.numbers(),
        key,
        (first, last),
    )


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def respond_rows(  # noqa: PLR0917  (compiled)
    out: Counts,
    picture: Floats,
    taps: tuple[Floats, Floats, int],
    maps: tuple[Floats, Floats, Floats, Floats, Floats],
    conversion: Floats,
    key: np.uint64,
    rows: tuple[int, int],
) -> None:
    """Write rows of counts: see `fill_counts`, and `respond_in_numpy` for its twin."""
    down, across, radius = taps
    gain, offset, drift, row_noise, column_noise = maps
    reference, dark, least, most = conversion[:4]
    read_variance, shot_variance, fixed, drifted = conversion[4:8]
    counts_a_unit, zero_counts, top = conversion[8:]
    height, width = out.shape
    n_taps = down.shape[1]
    n_across = width + n_taps - 1
    top_border = (picture.shape[0] - height) // 2
    left = (picture.shape[1] - width) // 2 - radius
    first, last = max(0, -left), min(n_across, picture.shape[1] - left)
    summed = np.empty(n_across, np.float32)
    blurred = np.empty(width, np.float32)
    noise = np.empty(width, np.float32)
    scratch = np.empty(width + 1, np.uint64)
    half, zero = np.float32(0.5), np.float32(0.0)
    for row in range(rows[0], rows[1]):
        blurred[:] = zero
        for term in range(down.shape[0]):
            summed[:] = zero
            _add_rows(summed, picture, (first, last, left), down[term], row + top_border - radius)
            summed[:first] = summed[first]
            summed[last:] = summed[last - 1]
            _add_columns(blurred, summed, across[term])
        fill_normals(noise, scratch, key, row * ((width + 1) // 2))
        if shot_variance > zero:
            _add_shot_noise(blurred, noise, gain[row], conversion)
        else:
            sigma, gains = np.sqrt(read_variance), gain[row]
            for x in range(width):
                signal = min(max((blurred[x] - reference) * gains[x] + dark, least), most)
                blurred[x] = signal + sigma * noise[x]
        offsets, drifts, counts, shared = offset[row], drift[row], out[row], row_noise[row]
        for x in range(width):
            signal = blurred[x] + fixed * offsets[x] + drifted * drifts[x] + shared
            value = (signal + column_noise[x]) * counts_a_unit + zero_counts + half
            counts[x] = np.uint16(np.int32(min(max(value, zero), top)))


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_shot_noise(  # noqa: PLR0917  (compiled)
    blurred: Floats, noise: Floats, gains: Floats, conversion: Floats
) -> None:
    """Put the signal of a row with the noise of its light in the place of what the taps gave."""
    reference, dark, least, most = conversion[:4]
    read_variance, shot_variance = conversion[4:6]
    one, zero, sixth = np.float32(1.0), np.float32(0.0), np.float32(1.0 / 6.0)
    for x in range(blurred.size):
        signal = min(max((blurred[x] - reference) * gains[x] + dark, least), most)
        shot = shot_variance * max(signal, zero)
        variance = read_variance + shot
        # the third moment of a Poisson law: Cornish and Fisher's first term
        skew = shot / (variance + np.float32(1e-30)) * sixth
        z = noise[x]
        blurred[x] = signal + np.sqrt(variance) * z + skew * (z * z - one)


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_rows(  # noqa: PLR0917  (compiled)
    summed: Floats, picture: Floats, inside: tuple[int, int, int], weights: Floats, at: int
) -> None:
    """Add rows of a picture from `at` on, weighted; columns `inside` of the sum are touched."""
    first, last, left = inside
    lowest = picture.shape[0] - 1
    out = summed[first:last]
    for k in range(0, weights.size, 5):
        a = picture[min(max(at + k, 0), lowest), first + left : last + left]
        b = picture[min(max(at + k + 1, 0), lowest), first + left : last + left]
        c = picture[min(max(at + k + 2, 0), lowest), first + left : last + left]
        d = picture[min(max(at + k + 3, 0), lowest), first + left : last + left]
        e = picture[min(max(at + k + 4, 0), lowest), first + left : last + left]
        p, q, r, s, t = weights[k], weights[k + 1], weights[k + 2], weights[k + 3], weights[k + 4]
        for x in range(last - first):
            out[x] += p * a[x] + q * b[x] + r * c[x] + s * d[x] + t * e[x]


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _add_columns(blurred: Floats, summed: Floats, weights: Floats) -> None:
    """Add what columns beside each other give, weighted."""
    width = blurred.size
    for k in range(0, weights.size, 5):
        a, b, c = (
            summed[k : k + width],
            summed[k + 1 : k + 1 + width],
            summed[k + 2 : k + 2 + width],
        )
        d, e = summed[k + 3 : k + 3 + width], summed[k + 4 : k + 4 + width]
        p, q, r, s, t = weights[k], weights[k + 1], weights[k + 2], weights[k + 3], weights[k + 4]
        for x in range(width):
            blurred[x] += p * a[x] + q * b[x] + r * c[x] + s * d[x] + t * e[x]


def respond_in_numpy(
    picture: Floats,
    *,
    kernel: OpticsKernel,
    maps: PixelMaps,
    conversion: Conversion,
    key: np.uint64,
) -> Counts:
    """Return what `fill_counts` writes, (H, W): its twin, to the rounding of a last digit."""
    height, width = maps.gain.shape
    n_taps = kernel.down.shape[1]
    top_border = (picture.shape[0] - height) // 2
    left_border = (picture.shape[1] - width) // 2
    row_at = np.arange(height) + top_border - kernel.radius
    column_at = np.arange(width + n_taps - 1) + left_border - kernel.radius
    columns = picture[:, np.clip(column_at, 0, picture.shape[1] - 1)]
    blurred = np.zeros((height, width), np.float32)
    for down, across in zip(kernel.down, kernel.across, strict=True):
        summed = np.zeros((height, width + n_taps - 1), np.float32)
        for k, weight in enumerate(down):
            summed += weight * columns[np.clip(row_at + k, 0, len(picture) - 1)]
        for k, weight in enumerate(across):
            blurred += weight * summed[:, k : k + width]
    pairs = (width + 1) // 2
    noise = np.stack([normals_in_numpy(width, key=key, pair=row * pairs) for row in range(height)])
    signal = (blurred - np.float32(conversion.reference)) * maps.gain + conversion.dark
    signal = np.clip(signal, conversion.least, conversion.most)
    shot = conversion.shot_variance * np.maximum(signal, 0.0)
    variance = conversion.read_variance + shot
    skew = shot / (variance + 1e-30) / 6.0
    signal = signal + np.sqrt(variance) * noise + skew * (noise**2 - 1.0)
    signal = signal + conversion.fixed * maps.offset + conversion.drifted * maps.drift
    signal = signal + maps.row[:, np.newaxis] + maps.column
    value = signal * conversion.counts_a_unit + conversion.zero_counts + 0.5
    return np.asarray(np.clip(value, 0.0, conversion.top).astype(np.uint16))
