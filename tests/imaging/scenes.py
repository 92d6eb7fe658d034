"""Scenes that the tests of seeing look at: ground under a moving camera, with truth."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging import apply_homography, opencv_from_homography
from plainview.model import Camera, Frame, Pixels

Array = npt.NDArray[np.float64]
Image = npt.NDArray[np.float32]

WIDTH_PX, HEIGHT_PX = 480, 360
MARGIN_PX = 120
OVERSAMPLING = 2


def camera(width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX, name: str = "camera-1") -> Camera:
    return Camera(name=name, width_px=width_px, height_px=height_px)


def frame_of(
    pixels: Pixels,
    index: int = 0,
    *,
    name: str = "camera-1",
    is_interlaced: bool = False,
    is_discontinuous: bool = False,
    frame_rate_hz: float = 30.0,
) -> Frame:
    height, width = pixels.shape[:2]
    return Frame(
        pixels=pixels,
        camera=camera(width, height, name),
        frame_index=index,
        video_time_us=round(index * 1e6 / frame_rate_hz),
        is_interlaced=is_interlaced,
        is_discontinuous=is_discontinuous,
    )


def draw_ground(seed: int, *, contrast: float = 25.0, finest_px: int = 4) -> Image:
    """A picture of ground larger than a frame, blurred as by a lens."""
    rng = np.random.default_rng(seed)
    width = OVERSAMPLING * (WIDTH_PX + 2 * MARGIN_PX)
    height = OVERSAMPLING * (HEIGHT_PX + 2 * MARGIN_PX)
    total = np.zeros((height, width), np.float32)
    cell, amplitude = 128, 1.0
    while cell >= finest_px:
        grid = rng.standard_normal((height // cell + 3, width // cell + 3)).astype(np.float32)
        total += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        cell, amplitude = cell // 2, amplitude * 0.75
    total = contrast * total / total.std() + 120.0
    return np.asarray(cv2.GaussianBlur(total, (0, 0), 0.6 * OVERSAMPLING), np.float32)


def shift(x_px: float, y_px: float) -> Array:
    return np.array([[1.0, 0.0, x_px], [0.0, 1.0, y_px], [0.0, 0.0, 1.0]])


def turn_about_middle(angle_deg: float, *, zoom: float = 1.0) -> Array:
    angle = np.radians(angle_deg)
    cosine, sine = zoom * np.cos(angle), zoom * np.sin(angle)
    middle = shift(WIDTH_PX / 2, HEIGHT_PX / 2)
    turned = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(middle @ turned @ np.linalg.inv(middle))


def look(ground: Image, frame_from_first: Array, *, noise: float = 1.0, seed: int = 0) -> Image:
    """What the camera sees after moving by a homography (outer-corner pixels), grey levels."""
    scene_from_first = np.diag([OVERSAMPLING, OVERSAMPLING, 1.0])
    scene_from_first[:2, 2] = OVERSAMPLING * MARGIN_PX
    scene_from_frame = scene_from_first @ np.linalg.inv(frame_from_first)
    seen = cv2.warpPerspective(
        ground,
        opencv_from_homography(scene_from_frame),
        (WIDTH_PX, HEIGHT_PX),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
    rng = np.random.default_rng(seed)
    return np.asarray(seen + rng.normal(0.0, noise, seen.shape), np.float32)


def to_bytes(image: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    return np.asarray(np.clip(np.rint(image), 0, 255), np.uint8)


def read_grey(path: Path) -> npt.NDArray[np.uint8]:
    """A picture file as grey levels."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def add_blob(image: Image, x_px: float, y_px: float, *, sigma_px: float, height: float) -> Image:
    """The image with a Gaussian blob at a place in outer-corner pixels."""
    rows, columns = np.indices(image.shape)
    squared = (columns + 0.5 - x_px) ** 2 + (rows + 0.5 - y_px) ** 2
    return np.asarray(image + height * np.exp(-0.5 * squared / sigma_px**2), np.float32)


def grid_error_px(found: Array, truth: Array) -> float:
    """RMS distance of two homographies over a grid of 9 x 7 points of the picture."""
    x, y = np.meshgrid(np.linspace(0, WIDTH_PX, 9), np.linspace(0, HEIGHT_PX, 7))
    points = np.stack((x.ravel(), y.ravel()), axis=1)
    off = apply_homography(found, points) - apply_homography(truth, points)
    return float(np.sqrt(np.mean(np.sum(off**2, axis=1))))
