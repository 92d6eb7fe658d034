"""A homography between two pyramids: refined from coarse to fine, and judged."""

import math
from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.agreement import measure_agreement, weigh_cells
from plainview.imaging.gauss_newton import refine_homography
from plainview.imaging.gradient_points import select_points
from plainview.imaging.picture import Picture
from plainview.imaging.pixel_convention import (
    homography_from_opencv,
    level_homography,
    opencv_from_homography,
)

__all__ = ["Match", "Template", "judge_match", "match_pyramids"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]

_SMOOTHING_PX: Final = (1.5, 1.0, 1.0)
_N_POINTS: Final = (3600, 900, 400)
_LEAST_BLOCK_PX: Final = 3
_ITERATIONS: Final = (10, 12, 12)
_TOLERANCE_PX: Final = 0.05
_WORK_WIDTH_PX: Final = 480
_LEAST_SIDE_PX: Final = 22
_GRID: Final = (6, 8)
_TRUST_GRID: Final = (9, 16)
_N_TRUST_PASSES: Final = 2
_COARSE_GRID: Final = (4, 5)
_ALIKE_COSINE: Final = 0.4
_N_DIRECTIONS: Final = 12


def _inside(points: Array, scene: tuple[int, int, int, int]) -> Array:
    left, top, right, bottom = scene
    x, y = points[:, 0], points[:, 1]
    return points[(x >= left) & (x < right) & (y >= top) & (y < bottom)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Template:
    """One picture made ready for registration: smoothed levels, fine to coarse, and points.

    Args:
        scales: Of each level against the full picture.
        levels: (h, w) smoothed grey levels.
        points: (n, 5) from `select_points` of each level.
    """

    scales: tuple[float, ...]
    levels: tuple[Level, ...]
    points: tuple[Array, ...]

    @classmethod
    def from_picture(cls, picture: Picture) -> Self:
        """Return the template of a picture: the level up to 480 columns wide and two coarser."""
        height, width = picture.clean.shape
        finest = 0
        while width >> finest > _WORK_WIDTH_PX:
            finest += 1
        scales, levels, points = [], [], []
        for k in range(3):
            if k > 0 and min(height, width) >> (finest + k) < _LEAST_SIDE_PX:
                break
            sharp = picture.level(finest + k)
            level = np.asarray(cv2.GaussianBlur(sharp, (0, 0), _SMOOTHING_PX[k]), np.float32)
            scales.append(0.5 ** (finest + k))
            levels.append(level)
            block_px = max(_LEAST_BLOCK_PX, round(math.sqrt(level.size / _N_POINTS[k])))
            found = select_points(level, picture.strokes_at(finest + k), block_px)
            points.append(_inside(found, picture.scene_at(finest + k, margin_px=2)))
        return cls(scales=tuple(scales), levels=tuple(levels), points=tuple(points))

    def inverted(self) -> Self:
        """Return the template of the negative of the picture."""
        points = tuple(p * (1.0, 1.0, -1.0, -1.0, -1.0) for p in self.points)
        levels = tuple(-level for level in self.levels)
        return type(self)(scales=self.scales, levels=levels, points=points)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Match:
    """A homography between two pictures and how far it may be believed.

    Args:
        current_from_previous: (3, 3), outer-corner pixels of the full picture.
        cosine: Mean cosine between the gradients of the two pictures, [-1, 1].
        weakest: Correlation of the gradients along the direction where it is least: 0 where
            the picture holds the homography in one direction only (a horizon, a smooth sky).
        share_alike: Share of the cells of the picture whose gradients agree.
        residual: Robust RMS over the cells of the shift that is left, in pixels of the level
            that it was judged at; infinite where no cell can tell.
    """

    current_from_previous: Array
    cosine: float
    weakest: float
    share_alike: float
    residual: float


def _refine_level(previous: Template, current: Template, *, k: int, start: Array) -> Array | None:
    level_start = opencv_from_homography(level_homography(start, previous.scales[k]))
    if len(previous.points[k]) < 40:
        return None
    level, points = current.levels[k], previous.points[k]
    trust, limits = np.ones(len(points)), (_ITERATIONS[k], _TOLERANCE_PX)
    refined, _, _ = refine_homography(level, points, level_start, trust, limits)
    for _ in range(_N_TRUST_PASSES if k == 0 else 0):
        if np.isnan(refined[0, 0]):
            return None
        trust = weigh_cells(level, points, refined, _TRUST_GRID)
        refined, _, _ = refine_homography(level, points, refined, trust, limits)
    if np.isnan(refined[0, 0]):
        return None
    return level_homography(homography_from_opencv(refined), 1.0 / previous.scales[k])


def _coarse_cosine(previous: Template, current: Template, homography: Array) -> float:
    k = len(previous.scales) - 1
    return judge_match(previous, current, homography, k=k).cosine


def match_pyramids(previous: Template, current: Template, *, starts: list[Array]) -> Match | None:
    """Refine the best of the starts from the coarsest level to the finest.

    Args:
        previous: The picture before.
        current: This picture, of the same size.
        starts: (3, 3) each, outer-corner pixels of the full picture; at least one.

    Returns:
        The match; None where there is nothing to refine on.
    """
    coarsest = len(previous.scales) - 1
    refined = [_refine_level(previous, current, k=coarsest, start=start) for start in starts]
    found = [h for h in refined if h is not None]
    if not found:
        return None
    best = max(found, key=lambda h: _coarse_cosine(previous, current, h)) if found[1:] else found[0]
    for k in range(coarsest - 1, -1, -1):
        finer = _refine_level(previous, current, k=k, start=best)
        if finer is None:
            return None
        best = finer
    return judge_match(previous, current, best, k=0)


def _weakest_correlation(moments: Array) -> float:
    """Least correlation of two pictures' gradients along any direction."""
    angle = np.arange(_N_DIRECTIONS) * (np.pi / _N_DIRECTIONS)
    along = np.stack((np.cos(angle) ** 2, np.sin(2.0 * angle), np.sin(angle) ** 2))
    both, previous, current = moments @ along
    return float(np.min(both / np.sqrt(np.maximum(previous * current, 1e-12))))


def judge_match(previous: Template, current: Template, homography: Array, *, k: int) -> Match:
    """Return the homography (3, 3) with how well it explains the current picture at a level."""
    grid = _GRID if k == 0 else _COARSE_GRID
    scale = previous.scales[k]
    at_level = opencv_from_homography(level_homography(homography, scale))
    cosine, shift_px, moments = measure_agreement(
        current.levels[k], previous.points[k], at_level, grid
    )
    is_seen = ~np.isnan(cosine)
    if not is_seen.any():
        return Match(
            current_from_previous=homography,
            cosine=0.0,
            weakest=0.0,
            share_alike=0.0,
            residual=np.inf,
        )
    shifts = shift_px[~np.isnan(shift_px)]
    residual = np.median(shifts) / np.sqrt(np.log(2.0)) if shifts.size else np.inf
    return Match(
        current_from_previous=homography,
        cosine=float(np.mean(cosine[is_seen])),
        weakest=_weakest_correlation(moments),
        share_alike=float(np.mean(cosine[is_seen] > _ALIKE_COSINE)),
        residual=float(residual),
    )
