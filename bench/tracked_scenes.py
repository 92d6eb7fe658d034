"""Scenes for trackers: steady crowds to time, and a sweeping camera over a world to score.

The second is small things of 8 to 24 pixels in a world of 2560x1440, seen through a camera of
1280x720 that sweeps at up to 10 pixels a frame and shakes by 1.5: detected 85 times of 100
with a pixel of noise, hidden for 10 to 40 frames now and then, among seven false detections a
frame. The camera's motion is known to 0.3 pixels a frame.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Sequence", "draw_crowd", "draw_sweep"]

Array = npt.NDArray[np.float64]

PICTURE_PX: Final = np.array([1280.0, 720.0])
WORLD_PX: Final = np.array([2560.0, 1440.0])
MOTION_SIGMA_PX: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequence:
    """What trackers are given, and what is true.

    Args:
        found: For each frame the detected boxes, (m, 4) x, y, width, height.
        camera_px: (n, 2) where the camera is in the world, as far as it is known.
        truth: For each frame the boxes in the picture, (k, 4).
        truth_ids: For each frame their identities.
    """

    found: list[Array]
    camera_px: Array
    truth: list[Array]
    truth_ids: list[list[int]]


def _boxes(center_px: Array, size_px: Array) -> Array:
    return np.concatenate([center_px - 0.5 * size_px[:, None], np.stack([size_px] * 2, 1)], axis=1)


def draw_crowd(n_things: int, *, n_frames: int, seed: int) -> Sequence:
    """Things that cross a still picture and turn back at its edges."""
    rng = np.random.default_rng((seed, n_things))
    place = rng.uniform([50, 50], PICTURE_PX - 50, (n_things, 2))
    velocity = rng.normal(0.0, 1.0, (n_things, 2))
    found, truth = [], []
    for _ in range(n_frames):
        velocity = np.where((place < 30) & (velocity < 0), -velocity, velocity)
        velocity = np.where((place > PICTURE_PX - 30) & (velocity > 0), -velocity, velocity)
        place = place + velocity
        is_seen = rng.random(n_things) < 0.95
        seen = place[is_seen] + rng.normal(0.0, 0.7, (is_seen.sum(), 2))
        found.append(_boxes(seen, np.full(len(seen), 16.0)))
        truth.append(_boxes(place, np.full(n_things, 16.0)))
    ids = [list(range(n_things))] * n_frames
    return Sequence(found=found, camera_px=np.zeros((n_frames, 2)), truth=truth, truth_ids=ids)


def _camera_path(rng: np.random.Generator, n_frames: int) -> Array:
    """Corners of the picture in the world: a slow figure that stays inside, shaken."""
    room = WORLD_PX - PICTURE_PX
    period = rng.uniform(380.0, 480.0, 2)
    phase = rng.uniform(0.0, 2.0 * np.pi, 2)
    time = np.arange(n_frames)[:, None]
    path: Array = room * (0.5 + 0.5 * np.sin(2.0 * np.pi * time / period + phase))
    return path + rng.normal(0.0, 1.5, (n_frames, 2))


def draw_sweep(*, n_things: int = 200, n_frames: int = 600, seed: int = 0) -> Sequence:
    """Small things in a world under a camera that sweeps and shakes."""
    rng = np.random.default_rng(seed)
    camera = _camera_path(rng, n_frames)
    place = rng.uniform(0.0, WORLD_PX, (n_things, 2))
    velocity = rng.normal(0.0, 0.7, (n_things, 2))
    size = rng.uniform(8.0, 24.0, n_things)
    hidden_for = np.zeros(n_things)
    found, truth, truth_ids = [], [], []
    for index in range(n_frames):
        velocity = velocity + rng.normal(0.0, 0.02, velocity.shape)
        place = place + velocity
        hidden_for = np.maximum(hidden_for - 1.0, 0.0)
        hides = rng.random(n_things) < 0.003
        hidden_for[hides] = rng.integers(10, 41, int(hides.sum()))
        seen_at = place - camera[index]
        is_in = np.all((seen_at > 0.0) & (seen_at < PICTURE_PX), axis=1)
        is_found = is_in & (hidden_for == 0.0) & (rng.random(n_things) < 0.85)
        noisy = seen_at[is_found] + rng.normal(0.0, 1.0, (is_found.sum(), 2))
        measured = size[is_found] * np.exp(rng.normal(0.0, 0.1, is_found.sum()))
        n_false = rng.poisson(7.0)
        false = _boxes(rng.uniform([0, 0], PICTURE_PX, (n_false, 2)), rng.uniform(8, 24, n_false))
        found.append(np.concatenate([_boxes(noisy, measured), false]))
        truth.append(_boxes(seen_at[is_in], size[is_in]))
        truth_ids.append(np.flatnonzero(is_in).tolist())
    steps = np.diff(camera, axis=0, prepend=camera[:1])
    known = np.cumsum(steps + rng.normal(0.0, MOTION_SIGMA_PX, steps.shape), axis=0)
    return Sequence(found=found, camera_px=known, truth=truth, truth_ids=truth_ids)
