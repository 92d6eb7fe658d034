"""From modulation transfer to pixels: the few taps that blur a picture as a lens and its pixels do.

The transfer of a diffraction-limited circular aperture in incoherent light, times a Gaussian for
what imperfect lens and focus add, times the footprint of a pixel, is wanted at every frequency
that the pixels sample. Taps on the pixel grid are fitted to it once (least squares, what is
constant kept exactly), moved along the line of sight's path, and split into a few separable terms.

Source:
    G. D. Boreman, "Modulation Transfer Function in Optical and Electro-Optical Systems", SPIE
    2001, for the parts (`plainview.sensing.system_mtf`); the fit is ours.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing.system_mtf import diffraction_mtf, gaussian_mtf

__all__ = ["OpticsKernel", "SystemMtf", "kernel_of"]

Array = npt.NDArray[np.float64]

TAPS_AT_ONCE: Final = 5
"""As many taps the compiled loop takes in one pass over a row."""
_SHAPES: Final = ((4, 1), (4, 2), (7, 2), (9, 2), (7, 3), (9, 3), (12, 3), (14, 3), (14, 4))
"""Radius and number of terms, the quickest first."""
_TOLERANCE: Final = 0.018
"""Of the transfer along the axes and the diagonals: the first shape that keeps it is taken."""
_CLEAR_OF_NYQUIST: Final = 0.45
"""Beyond, taps on the pixel grid must be even about the half cycle, and a lens is not."""
_GRID: Final = np.concatenate([np.linspace(0.0, 0.1, 21), np.linspace(0.1125, 0.5, 32)])
_LEFT_OUT: Final = 0.015
"""Of the transfer at any frequency: what the terms left out may be together."""
_MOST_TERMS: Final = 12
_STILL_PX: Final = 0.1
"""A path that spreads less takes 0.4 % at the half cycle at most."""
_IN_PLACE_PX: Final = 0.03
_WITHIN_PX: Final = 0.3
"""By so much taps are moved without more of them: what is cut off is of their last ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMtf:
    """The modulation transfer of optics and pixel, as numbers.

    Args:
        cutoff_px: Frequency at which a perfect aperture passes nothing, cycles a pixel: pixel
            pitch over wavelength times f-number.
        blur_px: 1-sigma of the Gaussian that imperfect lens and focus add, pixels.
        footprint_px: Side of the square that a pixel collects from, pixels.
    """

    cutoff_px: float
    blur_px: float = 0.0
    footprint_px: float = 1.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.cutoff_px) and self.cutoff_px > 0.0):
            raise InputError(
                where="cutoff_px",
                what=f"is {self.cutoff_px:g}, not above 0.",
                mend="Give a pixel pitch, a wavelength and an f-number above 0.",
            )

    @classmethod
    def of_lens(
        cls,
        *,
        f_number: float,
        wavelength_um: float,
        pixel_pitch_um: float,
        blur_um: float = 0.0,
        fill_ratio: float = 1.0,
    ) -> Self:
        """Return the transfer of a lens in front of an array.

        Raises:
            InputError: A number is not above 0.
        """
        numbers = {
            "f_number": f_number,
            "wavelength_um": wavelength_um,
            "pixel_pitch_um": pixel_pitch_um,
            "fill_ratio": fill_ratio,
        }
        for name, value in numbers.items():
            if not value > 0.0:
                raise InputError(
                    where=name, what=f"is {value:g}, not above 0.", mend="Give what the lens has."
                )
        return cls(
            cutoff_px=pixel_pitch_um / (wavelength_um * f_number),
            blur_px=blur_um / pixel_pitch_um,
            footprint_px=float(np.sqrt(fill_ratio)),
        )

    def optics(self, frequency_px: npt.ArrayLike) -> Array:
        """Return the transfer of aperture and blur at radial frequencies (...), cycles a pixel."""
        f = np.asarray(frequency_px, np.float64)
        lens = diffraction_mtf(f, cutoff=self.cutoff_px)
        return np.asarray(lens * gaussian_mtf(f, sigma=self.blur_px))

    def along_axis(self, frequency_px: npt.ArrayLike) -> Array:
        """Return the whole transfer, footprint included, at frequencies (...) along rows."""
        f = np.asarray(frequency_px, np.float64)
        return np.asarray(self.optics(f) * np.sinc(self.footprint_px * f))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpticsKernel:
    """Taps that blur a picture, as a sum of separable terms.

    Args:
        taps: (k, k) their sum is 1.
        down: (n, K) factors over rows, with `across` (n, K) over columns; K is a multiple of
            `TAPS_AT_ONCE`, at least k, zeros after the taps.
        radius: Of the taps: they reach from -radius on.
    """

    taps: Array
    down: npt.NDArray[np.float32]
    across: npt.NDArray[np.float32]
    radius: int

    @classmethod
    def split(cls, taps: Array, *, n_terms: int | None = None) -> Self:
        """Return taps (k, k), k odd, split into terms, as many as are needed where not said."""
        left, size, right = np.linalg.svd(taps)
        if n_terms is None:
            n_terms = 1
            while n_terms < min(len(taps), _MOST_TERMS):
                rest = (left[:, n_terms:] * size[n_terms:]) @ right[n_terms:]
                if np.abs(np.fft.fft2(rest)).max() <= _LEFT_OUT:
                    break
                n_terms += 1
        root = np.sqrt(size[:n_terms])
        width = -(-len(taps) // TAPS_AT_ONCE) * TAPS_AT_ONCE
        down, across = np.zeros((2, n_terms, width), np.float64)
        down[:, : len(taps)] = (left[:, :n_terms] * root).T
        across[:, : len(taps)] = right[:n_terms] * root[:, np.newaxis]
        kept = np.einsum("ti,tj->ij", down, across)
        down /= kept.sum()
        return cls(
            taps=kept[: len(taps), : len(taps)] / kept.sum(),
            down=down.astype(np.float32),
            across=across.astype(np.float32),
            radius=len(taps) // 2,
        )

    def transfer(self, across_px: npt.ArrayLike, down_px: npt.ArrayLike = 0.0) -> Array:
        """Return the modulation transfer of the taps at frequencies (...), cycles a pixel."""
        places = np.arange(-self.radius, self.radius + 1)
        across, down = np.broadcast_arrays(np.asarray(across_px), np.asarray(down_px))
        over_columns = np.exp(-2j * np.pi * np.multiply.outer(across, places))
        over_rows = np.exp(-2j * np.pi * np.multiply.outer(down, places))
        return np.asarray(np.abs(np.sum(over_columns * (over_rows @ self.taps), axis=-1)))


def kernel_of(
    mtf: SystemMtf,
    *,
    path_px: npt.ArrayLike = ((0.0, 0.0),),
    weights: npt.ArrayLike | None = None,
    has_footprint: bool = True,
) -> OpticsKernel:
    """Return the taps of optics, footprint and motion for pictures on the pixel grid.

    Args:
        mtf: Optics and pixel.
        path_px: (n, 2) where the line of sight points during the exposure, right and down of
            where the picture was rendered for.
        weights: (n,) of the path's instants; alike where not given.
        has_footprint: Whether the picture's values are already means over whole pixels, as a
            renderer gives that covers edges; otherwise the footprint is in the taps.

    Raises:
        InputError: The path is not of numbers.
    """
    path = np.asarray(path_px, np.float64).reshape(-1, 2)
    if not np.all(np.isfinite(path)):
        raise InputError(
            where="path_px",
            what="holds what is no number.",
            mend="Give where the line of sight points, two angles an instant.",
        )
    footprint = 0.0 if has_footprint else mtf.footprint_px
    is_small = bool(np.all(np.ptp(path, axis=0) < _STILL_PX))
    if is_small and bool(np.all(np.abs(path.mean(axis=0)) < _IN_PLACE_PX)):
        return _still(mtf.cutoff_px, mtf.blur_px, footprint)
    still = _still(mtf.cutoff_px, mtf.blur_px, footprint)
    return OpticsKernel.split(_moved(still.taps, path, weights))


@lru_cache(maxsize=64)
def _still(cutoff_px: float, blur_px: float, footprint_px: float) -> OpticsKernel:
    """Return the taps of a lens that does not move, as few as are near enough."""
    mtf = SystemMtf(cutoff_px=cutoff_px, blur_px=blur_px)
    for radius, n_terms in _SHAPES:
        taps = _fitted(mtf, radius, footprint_px=footprint_px)
        kernel = OpticsKernel.split(taps, n_terms=n_terms)
        if _largest_error(kernel, mtf, footprint_px=footprint_px) <= _TOLERANCE:
            break
    return kernel


def _largest_error(kernel: OpticsKernel, mtf: SystemMtf, *, footprint_px: float) -> float:
    """Return how far the taps are from what is wanted, as seen through a whole pixel."""
    shown = np.linspace(0.0, _CLEAR_OF_NYQUIST, 46)
    worst = 0.0
    for down in (np.zeros_like(shown), shown):
        wanted = mtf.optics(np.hypot(shown, down))
        wanted = wanted * np.sinc(footprint_px * shown) * np.sinc(footprint_px * down)
        off = np.abs(kernel.transfer(shown, down) - wanted) * np.sinc(shown) * np.sinc(down)
        worst = max(worst, float(off.max()))
    return worst


def _fitted(mtf: SystemMtf, radius: int, *, footprint_px: float) -> Array:
    """Return symmetric taps (k, k) whose transfer is nearest to what is wanted."""
    inverse, constant, weight, (across, down) = _least_squares(radius)
    wanted = mtf.optics(np.hypot(across, down))
    wanted = wanted * np.sinc(footprint_px * across) * np.sinc(footprint_px * down)
    others = inverse @ ((wanted - 1.0) * weight)
    values = np.concatenate([[1.0 - constant @ others], others])
    side = np.abs(np.arange(-radius, radius + 1))
    high, low = np.maximum.outer(side, side), np.minimum.outer(side, side)
    return np.asarray(values[high * (high + 1) // 2 + low])


@lru_cache(maxsize=8)
def _least_squares(radius: int) -> tuple[Array, Array, Array, tuple[Array, Array]]:
    """Return what fits taps of a radius: the inverse, the sums, the weights, the frequencies.

    A tap stands for its eight mirror images. The first is what the others leave of a sum of 1.
    """
    first, second = np.meshgrid(_GRID, _GRID)
    is_half = first >= second
    across, down = first[is_half], second[is_half]
    columns = [
        _cosines(high, across) * _cosines(low, down)
        + (_cosines(low, across) * _cosines(high, down) if high != low else 0.0)
        for high in range(radius + 1)
        for low in range(high + 1)
    ]
    basis = np.stack(columns, axis=-1)
    constant = basis[0, 1:]  # the frequency 0 stands first
    weight = np.sinc(across) * np.sinc(down) / (np.hypot(across, down) + 0.1)
    weight = weight * np.where(across > _CLEAR_OF_NYQUIST, 0.3, 1.0)
    weight = weight * np.where(down == 0.0, 3.0, 1.0)
    inverse = np.linalg.pinv((basis[:, 1:] - constant) * weight[:, np.newaxis])
    return inverse, constant, weight, (across, down)


def _cosines(n: int, frequency_px: Array) -> Array:
    """Return what taps at n and -n add to the transfer."""
    return np.asarray((1.0 if n == 0 else 2.0) * np.cos(2.0 * np.pi * n * frequency_px))


def _moved(taps: Array, path: Array, weights: npt.ArrayLike | None) -> Array:
    """Return taps smeared along a path: the picture's content goes against the line of sight."""
    share = np.full(len(path), 1.0) if weights is None else np.asarray(weights, np.float64)
    share = share / share.sum()
    radius = len(taps) // 2
    reach = radius + max(0, int(np.ceil(np.abs(path).max() - _WITHIN_PX)))
    size = int(2 ** np.ceil(np.log2(2 * (reach + 4))))
    frequency = np.fft.fftfreq(size)
    # a line of sight that points right sees at each pixel what lies to the right of it, and
    # taps say what a pixel takes from where
    across = np.exp(-2j * np.pi * np.multiply.outer(path[:, 0], frequency))
    down = np.exp(-2j * np.pi * np.multiply.outer(path[:, 1], frequency))
    motion = np.einsum("n,ni,nj->ij", share, down, across)
    spread = np.zeros((size, size))
    spread[: len(taps), : len(taps)] = taps
    spread = np.roll(spread, (-radius, -radius), axis=(0, 1))
    moved = np.real(np.fft.ifft2(np.fft.fft2(spread) * motion))
    inside = np.arange(-reach, reach + 1)
    kept = moved[np.ix_(inside, inside)]
    return np.asarray(kept / kept.sum())
