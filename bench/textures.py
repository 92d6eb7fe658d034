"""Scenes for benchmarks: land and low-texture thermal ground, and pairs of frames of them.

A scene is a picture of the ground at `OVERSAMPLING` times the resolution of a frame, blurred
like a lens blurs, so that a frame sampled from it under any homography is true to a few
hundredths of a pixel. Everything comes from the generator that is passed in.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["FramePair", "draw_frame_pair", "draw_land", "draw_thermal", "random_homography"]

Image = npt.NDArray[np.float32]
Homography = npt.NDArray[np.float64]

OVERSAMPLING: Final = 2
_LENS_BLUR_PX: Final = 0.6
_MARGIN_PX: Final = 160


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FramePair:
    """Two frames of one scene and how the background truly moved between them.

    Args:
        previous: (H, W) uint8.
        current: (H, W) uint8.
        current_from_previous: (3, 3), outer-corner pixels.
        moving_fraction: Share of the current picture that moves on its own.
    """

    previous: npt.NDArray[np.uint8]
    current: npt.NDArray[np.uint8]
    current_from_previous: Homography
    moving_fraction: float


def _octaves(
    rng: np.random.Generator, size: tuple[int, int], *, coarsest: int, finest: int, falloff: float
) -> Image:
    """Sum of smooth noise whose cells shrink from coarsest to finest pixels."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    cell, amplitude = coarsest, 1.0
    while cell >= finest:
        grid = rng.standard_normal((height // cell + 3, width // cell + 3)).astype(np.float32)
        total += amplitude * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
        cell, amplitude = cell // 2, amplitude * falloff
    return total / np.float32(total.std())


def _draw_fields(image: Image, rng: np.random.Generator, *, n_fields: int, contrast: float) -> None:
    height, width = image.shape
    for _ in range(n_fields):
        centre = rng.uniform((0, 0), (width, height))
        size = rng.uniform(60, 400, 2)
        box = cv2.boxPoints((centre.tolist(), size.tolist(), float(rng.uniform(0, 180))))
        layer = np.zeros_like(image)
        cv2.fillPoly(layer, [box.astype(np.int32)], 1.0)
        image += layer * np.float32(rng.normal(0.0, contrast))


def _draw_roads(image: Image, rng: np.random.Generator, *, n_roads: int, contrast: float) -> None:
    height, width = image.shape
    for _ in range(n_roads):
        layer = np.zeros_like(image)
        ends = rng.uniform((0, 0), (width, height), (2, 2)).astype(int)
        cv2.line(layer, ends[0].tolist(), ends[1].tolist(), 1.0, int(rng.integers(4, 14)))
        image += layer * np.float32(rng.normal(0.0, contrast))


def _scene_size(width_px: int, height_px: int) -> tuple[int, int]:
    return (
        OVERSAMPLING * (width_px + 2 * _MARGIN_PX),
        OVERSAMPLING * (height_px + 2 * _MARGIN_PX),
    )


def _through_lens(image: Image) -> Image:
    blurred: Image = cv2.GaussianBlur(image, (0, 0), _LENS_BLUR_PX * OVERSAMPLING)
    return blurred


def draw_land(rng: np.random.Generator, *, width_px: int, height_px: int) -> Image:
    """Return a scene of land: fields, roads, small things and ground of all sizes, grey levels."""
    size = _scene_size(width_px, height_px)
    image = 22.0 * _octaves(rng, size, coarsest=256, finest=4, falloff=0.75)
    _draw_fields(image, rng, n_fields=30, contrast=20.0)
    _draw_roads(image, rng, n_roads=12, contrast=30.0)
    return _through_lens(image + np.float32(120.0))


def draw_thermal(rng: np.random.Generator, *, width_px: int, height_px: int) -> Image:
    """Return a scene of low-texture thermal ground: faint, smooth, few edges, grey levels."""
    size = _scene_size(width_px, height_px)
    image = 7.0 * _octaves(rng, size, coarsest=256, finest=16, falloff=0.6)
    _draw_fields(image, rng, n_fields=8, contrast=3.0)
    _draw_roads(image, rng, n_roads=3, contrast=4.0)
    return _through_lens(image + np.float32(110.0))


def random_homography(
    rng: np.random.Generator,
    *,
    width_px: int,
    height_px: int,
    shift_sigma_px: float = 5.0,
    rotation_sigma_deg: float = 0.3,
) -> Homography:
    """Return a small camera motion about the picture's middle: shift, turn, zoom, perspective."""
    angle = np.radians(rng.normal(0.0, rotation_sigma_deg))
    zoom = 1.0 + rng.normal(0.0, 0.002)
    shift = rng.normal(0.0, shift_sigma_px, 2)
    cosine, sine = zoom * np.cos(angle), zoom * np.sin(angle)
    motion = np.array([[cosine, -sine, shift[0]], [sine, cosine, shift[1]], [0.0, 0.0, 1.0]])
    motion[2, :2] = rng.normal(0.0, 2e-6, 2)
    to_middle = np.array([[1.0, 0.0, -width_px / 2], [0.0, 1.0, -height_px / 2], [0.0, 0.0, 1.0]])
    homography = np.linalg.inv(to_middle) @ motion @ to_middle
    return np.asarray(homography / homography[2, 2])


def _sample(scene: Image, frame_from_scene_px: Homography, size: tuple[int, int]) -> Image:
    """Frame of the scene; the homography is in outer-corner frame pixels, margin taken off."""
    to_scene = np.diag([OVERSAMPLING, OVERSAMPLING, 1.0])
    to_scene[:2, 2] = OVERSAMPLING * _MARGIN_PX
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    scene_from_frame = np.linalg.inv(half) @ to_scene @ np.linalg.inv(frame_from_scene_px) @ half
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    frame: Image = cv2.warpPerspective(
        scene, scene_from_frame, size, flags=flags, borderMode=cv2.BORDER_REFLECT
    )
    return frame


def _paste_movers(
    frames: tuple[Image, Image], sources: tuple[Image, Image], rng: np.random.Generator, *,
    fraction: float,
) -> float:  # fmt: skip
    """Paste patches of the sources into both frames at places that move; return their share."""
    height, width = frames[0].shape
    covered = np.zeros((height, width), np.uint8)
    while covered.mean() < fraction:
        size = rng.uniform(0.04, 0.16, 2) * width
        centre = rng.uniform((0.0, 0.0), (width, height))
        step = rng.uniform(3.0, 12.0) * np.exp(1j * rng.uniform(0.0, 2.0 * np.pi))
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * size / 2 + centre
        for frame, source, place in zip(frames, sources, (0.0, 1.0), strict=True):
            patch = np.zeros((height, width), np.uint8)
            moved = corners + place * np.array([step.real, step.imag])
            cv2.fillConvexPoly(patch, np.round(moved).astype(np.int32), 1)
            shift = np.float32([[1, 0, place * step.real], [0, 1, place * step.imag]])
            content = cv2.warpAffine(source, shift, (width, height), borderMode=cv2.BORDER_REFLECT)
            frame[patch > 0] = content[patch > 0]
            covered |= patch
    return float(covered.mean())


def draw_frame_pair(
    scene: Image,
    rng: np.random.Generator,
    *,
    width_px: int,
    height_px: int,
    current_from_previous: Homography,
    moving_fraction: float = 0.2,
    noise_sigma: float = 2.0,
) -> FramePair:
    """Return two noisy frames of the scene with a share of the picture moving on its own.

    Args:
        scene: From `draw_land` or `draw_thermal` for the same size of frame.
        rng: Where movers and noise come from.
        width_px: Columns of a frame; rows likewise.
        height_px: Rows of a frame.
        current_from_previous: How the background moves, outer-corner pixels.
        moving_fraction: Least share of the picture that moves otherwise.
        noise_sigma: Grey levels, independent in each pixel and frame.
    """
    size = (width_px, height_px)
    previous = _sample(scene, np.eye(3), size)
    current = _sample(scene, current_from_previous, size)
    other = cv2.flip(previous, -1)
    share = 0.0
    if moving_fraction > 0.0:
        share = _paste_movers(
            (previous, current), (other, other.copy()), rng, fraction=moving_fraction
        )
    noisy = [
        np.clip(np.rint(f + rng.normal(0.0, noise_sigma, f.shape)), 0, 255).astype(np.uint8)
        for f in (previous, current)
    ]
    return FramePair(
        previous=noisy[0],
        current=noisy[1],
        current_from_previous=current_from_previous,
        moving_fraction=share,
    )
