"""Detector response: noise that is new, noise that stays, and the map to grey levels."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scenario import CameraResponse

__all__ = ["DetectorResponse"]

_BLACK: Final = 16.0
_WHITE: Final = 240.0
_COLUMN_SHARE: Final = 0.5
"""Of the fixed pattern's variance that whole columns share (assumed)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DetectorResponse:
    """What a detector makes of apparent temperatures.

    Args:
        fixed_pattern_k: (rows, columns) the same in each frame.
        noise_k: 1-sigma of what is new in each frame.
        window_k: Temperatures that the grey levels span.
    """

    fixed_pattern_k: npt.NDArray[np.float32]
    noise_k: float
    window_k: float

    @classmethod
    def draw(
        cls,
        generator: np.random.Generator,
        *,
        response: CameraResponse,
        size_px: tuple[int, int],
    ) -> Self:
        """Draw the fixed pattern of one detector of so many columns and rows."""
        size = size_px[::-1]
        pixels = generator.standard_normal(size, dtype=np.float32)
        columns = generator.standard_normal(size_px[0], dtype=np.float32)
        pattern = np.sqrt(1.0 - _COLUMN_SHARE) * pixels + np.sqrt(_COLUMN_SHARE) * columns
        return cls(
            fixed_pattern_k=(response.fixed_pattern_k * pattern).astype(np.float32),
            noise_k=response.noise_k,
            window_k=response.window_k,
        )

    def grey_levels(
        self, temperature_k: npt.NDArray[np.float32], generator: np.random.Generator
    ) -> npt.NDArray[np.uint8]:
        """Return the picture of a scene, (rows, columns), 8 bits.

        Args:
            temperature_k: (rows, columns) apparent, about the level that is shown mid-grey.
            generator: Draws the noise of this frame.
        """
        noise = generator.standard_normal(temperature_k.shape, dtype=np.float32)
        noise *= np.float32(self.noise_k)
        noise += temperature_k
        noise += self.fixed_pattern_k
        noise *= np.float32((_WHITE - _BLACK) / self.window_k)
        noise += np.float32(0.5 * (_WHITE + _BLACK) + 0.5)
        np.clip(noise, 0.0, 255.0, out=noise)
        return noise.astype(np.uint8)
