"""Sea texture: periodic tiles of apparent temperature, drawn once for a mission.

Two tiles lie over one another. One stays with the water: streaks and slicks, long along the
wind. The other travels downwind at the speed of its waves. Both hold nothing finer than a
few of their cells, so a linear interpolation shows them without aliasing.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scenario import Sea

__all__ = ["SeaTile", "draw_patches", "draw_tile_in_picture", "draw_waves"]

Array = npt.NDArray[np.float64]
Picture = npt.NDArray[np.float32]

_N_CELLS: Final = 1024
_PATCH_CELL_M: Final = 1.0
_PATCH_SPAN_M: Final = (10.0, 220.0)
_PATCH_STRETCH: Final = 2.5
"""Streaks are longer along the wind than across it (windrows; the ratio is assumed)."""

_CELLS_PER_WAVE: Final = 18.0
_WAVE_SPREAD: Final = 0.45
"""1-sigma of the logarithm of wavelengths about the dominant one (assumed)."""

_WAVE_FOCUS: Final = 4
"""Power of the cosine by which wave directions spread about the wind."""

_GRAVITY_M_S2: Final = 9.80665


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeaTile:
    """A periodic square of sea, laid twice each way so that a picture needs no wrapping.

    Args:
        contrast_k: (2 n, 2 n) apparent temperature about its mean; rows go north, columns
            east, cell (0, 0) lies on the scene's origin at the start.
        cell_m: Distance of neighbouring cells.
        velocity_m_s: East and north, at which the tile travels.
    """

    contrast_k: Picture
    cell_m: float
    velocity_m_s: tuple[float, float]


def _wave_numbers(cell_m: float, wind_to_rad: float) -> tuple[Array, Array]:
    """Wave numbers along and across the wind, each (n, n), radians a metre."""
    frequency = 2.0 * np.pi * np.fft.fftfreq(_N_CELLS, d=cell_m)
    north, east = np.meshgrid(frequency, frequency, indexing="ij")
    sine, cosine = np.sin(wind_to_rad), np.cos(wind_to_rad)
    return east * sine + north * cosine, east * cosine - north * sine


def _tile(
    generator: np.random.Generator,
    amplitude: Array,
    *,
    sigma_k: float,
    cell_m: float,
    velocity_m_s: tuple[float, float],
) -> SeaTile:
    white = generator.standard_normal((_N_CELLS, _N_CELLS))
    shaped = np.fft.ifft2(np.fft.fft2(white) * amplitude).real
    contrast_k = (sigma_k / np.std(shaped) * shaped).astype(np.float32)
    return SeaTile(contrast_k=np.tile(contrast_k, (2, 2)), cell_m=cell_m, velocity_m_s=velocity_m_s)


def _wind_to_rad(sea: Sea) -> float:
    return float(np.radians(sea.wind_from_deg + 180.0))


def draw_patches(generator: np.random.Generator, sea: Sea) -> SeaTile:
    """Draw the tile of streaks and slicks, which stays where it is."""
    along, across = _wave_numbers(_PATCH_CELL_M, _wind_to_rad(sea))
    wave_number = np.hypot(_PATCH_STRETCH * along, across)
    finest, coarsest = (2.0 * np.pi / span_m for span_m in _PATCH_SPAN_M)
    is_inside = (wave_number >= coarsest) & (np.hypot(along, across) <= finest)
    amplitude = np.where(is_inside, 1.0 / np.maximum(wave_number, coarsest) ** 1.5, 0.0)
    return _tile(
        generator,
        amplitude,
        sigma_k=sea.patches_k,
        cell_m=_PATCH_CELL_M,
        velocity_m_s=(0.0, 0.0),
    )


def draw_waves(generator: np.random.Generator, sea: Sea) -> SeaTile:
    """Draw the tile of waves, which travels downwind at their phase speed in deep water."""
    wind_to_rad, cell_m = _wind_to_rad(sea), sea.wave_length_m / _CELLS_PER_WAVE
    along, across = _wave_numbers(cell_m, wind_to_rad)
    wave_number = np.maximum(np.hypot(along, across), 1e-9)
    octave = np.log(wave_number * sea.wave_length_m / (2.0 * np.pi))
    spread = np.abs(along / wave_number) ** _WAVE_FOCUS
    amplitude = np.exp(-0.5 * (octave / _WAVE_SPREAD) ** 2) * spread / wave_number
    speed_m_s = np.sqrt(_GRAVITY_M_S2 * sea.wave_length_m / (2.0 * np.pi))
    return _tile(
        generator,
        amplitude,
        sigma_k=sea.waves_k,
        cell_m=cell_m,
        velocity_m_s=(
            float(speed_m_s * np.sin(wind_to_rad)),
            float(speed_m_s * np.cos(wind_to_rad)),
        ),
    )


def draw_tile_in_picture(
    tile: SeaTile, *, scene_from_picture: Array, size_px: tuple[int, int], time_s: float
) -> Picture:
    """Draw a tile as the camera sees it.

    Args:
        tile: The piece of sea, without end each way.
        scene_from_picture: (3, 3) homography from pixels (corner convention) to metres east
            and north of the scene's origin.
        size_px: Columns and rows.
        time_s: By which the tile has travelled.

    Returns:
        (rows, columns) apparent temperature about the tile's mean, kelvin.
    """
    width_px, height_px = size_px
    east_m, north_m = (time_s * speed for speed in tile.velocity_m_s)
    cells_from_scene = np.array(
        [[1.0, 0.0, -east_m], [0.0, 1.0, -north_m], [0.0, 0.0, tile.cell_m]]
    )
    opencv_offset = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    cells = cells_from_scene @ scene_from_picture @ opencv_offset
    corners = cells @ np.array(
        [[0.0, width_px, 0.0, width_px], [0.0, 0.0, height_px, height_px], [1.0] * 4]
    )
    reach = corners[:2] / corners[2]
    n_cells = tile.contrast_k.shape[0] // 2
    start = np.floor(reach.min(axis=1) / n_cells) * n_cells
    cells = np.array([[1.0, 0.0, -start[0]], [0.0, 1.0, -start[1]], [0.0, 0.0, 1.0]]) @ cells
    is_covered = bool(np.all(reach.max(axis=1) - start < 2 * n_cells - 1))
    picture = cv2.warpPerspective(
        tile.contrast_k,
        cells,
        size_px,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT if is_covered else cv2.BORDER_WRAP,
    )
    return picture.astype(np.float32, copy=False)
