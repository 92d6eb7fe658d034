"""What one detector has that no other has: its fixed pattern and its dead pixels, from its seed."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.twin.normal_noise import fill_normals, noise_key, uniform_at

__all__ = ["DeadPixels", "noise_of_lines", "pixel_pattern"]

Floats = npt.NDArray[np.float32]

_PIXELS, _COLUMNS, _DEAD, _ROWS_NEW, _COLUMNS_NEW = range(5)
"""What a key is for."""


def _normals(n: int, *parts: int) -> Floats:
    out = np.empty(n, np.float32)
    fill_normals(out, np.empty(n + 1, np.uint64), noise_key(*parts), 0)
    return out


def pixel_pattern(size: tuple[int, int], *, seed: tuple[int, ...], column_share: float) -> Floats:
    """Return a fixed pattern of unit 1-sigma, (H, W).

    Args:
        size: Rows and columns.
        seed: Names the pattern.
        column_share: Of its variance that whole columns share.
    """
    pixels = _normals(size[0] * size[1], *seed, _PIXELS).reshape(size)
    columns = _normals(size[1], *seed, _COLUMNS)
    pattern = np.sqrt(1.0 - column_share) * pixels + np.sqrt(column_share) * columns
    return np.asarray(pattern / pattern.std(), np.float32)


def noise_of_lines(
    size: tuple[int, int], *, seed: tuple[int, ...], sigmas: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return what the rows (H,) and the columns (W,) of one frame share.

    Args:
        size: Rows and columns.
        seed: Names the frame.
        sigmas: Of rows and columns.
    """
    rows = np.float32(sigmas[0]) * _normals(size[0], *seed, _ROWS_NEW)
    columns = np.float32(sigmas[1]) * _normals(size[1], *seed, _COLUMNS_NEW)
    return rows, columns


_MOST_DRAWS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DeadPixels:
    """Pixels that do not answer, as places in the flattened picture.

    Args:
        dark: (n,) show nothing; hot (m,) show full scale.
        replaced: (k,) are known to the camera, which shows the mean of those beside them.
    """

    dark: npt.NDArray[np.int64]
    hot: npt.NDArray[np.int64]
    replaced: npt.NDArray[np.int64]

    @classmethod
    def draw(
        cls,
        size: tuple[int, int],
        *,
        seed: tuple[int, ...],
        ratio: float,
        hot_share: float,
        replaced_share: float = 0.0,
    ) -> Self:
        """Draw as many as the ratio of all pixels says, to the nearest one, none twice."""
        n_pixels = size[0] * size[1]
        n_dead = round(ratio * n_pixels)
        key = noise_key(*seed, _DEAD)
        drawn: dict[int, None] = {}
        for n in range(_MOST_DRAWS * max(n_dead, 1)):
            if len(drawn) == n_dead:
                break
            drawn.setdefault(int(uniform_at(key, n) * n_pixels))
        places = np.array(list(drawn), np.int64)
        n_replaced = round(replaced_share * len(places))
        shown = places[n_replaced:]
        n_hot = round(hot_share * len(shown))
        return cls(dark=shown[n_hot:], hot=shown[:n_hot], replaced=places[:n_replaced])

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.dark) + len(self.hot) + len(self.replaced)

    def show_in(self, counts: npt.NDArray[np.uint16], *, top: int) -> None:
        """Write what they show into a frame (H, W), in place."""
        flat = counts.reshape(-1)
        if len(self.replaced):
            before, after = np.maximum(self.replaced - 1, 0), self.replaced + 1
            beside = flat[before].astype(np.uint32) + flat[np.minimum(after, flat.size - 1)]
            flat[self.replaced] = (beside // 2).astype(np.uint16)
        flat[self.dark] = 0
        flat[self.hot] = top
