"""Small scenes for the tests of tracking: things that move, a camera that may, and clutter."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from plainview.model import Camera, Detections, Frame, Registration, Tracks, View
from plainview.tracking import MultiObjectTracker

Array = npt.NDArray[np.float64]

CAMERA = Camera(name="camera-1", width_px=1280, height_px=720)
RATE_HZ = 30.0


def frame(index: int, *, video_time_us: int | None = None, view: View | None = None) -> Frame:
    """Return a frame whose pixels nobody looks at."""
    time_us = round(index * 1e6 / RATE_HZ) if video_time_us is None else video_time_us
    return Frame(
        pixels=np.zeros((1, 1), np.uint8),
        camera=CAMERA,
        frame_index=index,
        video_time_us=time_us,
        view=view,
    )


def registration(
    homography: Array | None = None, *, is_restart: bool = False, is_valid: bool = True
) -> Registration:
    return Registration(
        current_from_previous=np.eye(3) if homography is None else homography.copy(),
        residual_px=0.1,
        is_valid=is_valid,
        is_restart=is_restart,
    )


def detections(box_px: npt.ArrayLike, *, label: str | None = None) -> Detections:
    boxes = np.asarray(box_px, dtype=np.float64).reshape(-1, 4)
    n = len(boxes)
    return Detections(
        box_px=boxes.copy(), score=np.full(n, 0.9), label=(label,) * n, detector=("motion",) * n
    )


def boxes_around(center_px: npt.ArrayLike, size_px: float = 16.0) -> Array:
    centers = np.asarray(center_px, dtype=np.float64).reshape(-1, 2)
    return np.concatenate([centers - 0.5 * size_px, np.full_like(centers, size_px)], axis=1)


def shift(x_px: float, y_px: float) -> Array:
    return np.array([[1.0, 0.0, x_px], [0.0, 1.0, y_px], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Things in straight lines, seen with noise, misses and clutter; the camera may sweep."""

    start_px: Array
    velocity_px_s: Array
    seed: int
    n_frames: int = 90
    detection_probability: float = 0.95
    noise_px: float = 0.7
    clutter_per_frame: float = 0.0
    camera_px_s: tuple[float, float] = (0.0, 0.0)
    hidden: dict[int, tuple[int, int]] = field(default_factory=dict)

    def places_px(self, index: int) -> Array:
        """Where the things are in the picture of a frame, (n, 2)."""
        time_s = index / RATE_HZ
        camera = np.array(self.camera_px_s) * time_s
        moved: Array = self.start_px + self.velocity_px_s * time_s - camera
        return moved

    def frames(self) -> Iterator[tuple[Frame, Registration, Detections]]:
        generator = np.random.default_rng(self.seed)
        sweep = -np.array(self.camera_px_s) / RATE_HZ
        for index in range(self.n_frames):
            centers = self.places_px(index)
            is_seen = generator.random(len(centers)) < self.detection_probability
            is_seen &= np.all((centers > 0) & (centers < [1280, 720]), axis=1)
            for thing, (first, last) in self.hidden.items():
                is_seen[thing] &= not first <= index < last
            seen = centers[is_seen] + generator.normal(0.0, self.noise_px, (is_seen.sum(), 2))
            n_clutter = generator.poisson(self.clutter_per_frame)
            clutter = generator.uniform([0, 0], [1280, 720], (n_clutter, 2))
            found = detections(boxes_around(np.concatenate([seen, clutter])))
            yield frame(index), registration(shift(*sweep), is_restart=index == 0), found


def run(scene: Scene, tracker: MultiObjectTracker | None = None) -> Iterator[tuple[Frame, Tracks]]:
    tracker = MultiObjectTracker() if tracker is None else tracker
    for image, registered, found in scene.frames():
        yield image, tracker.update(found, frame=image, registration=registered)


def memory(tracker: MultiObjectTracker) -> dict[str, Any]:
    return dict(tracker.state())


def believed(tracks: Tracks) -> Tracks:
    """Confirmed and coasting."""
    return tracks.select((tracks.life_stage == 2) | (tracks.life_stage == 3))


def centers_px(tracks: Tracks) -> Array:
    centers: Array = tracks.box_px[:, :2] + 0.5 * tracks.box_px[:, 2:]
    return centers


def random_scene(seed: int, n_things: int = 12, **options: object) -> Scene:
    generator = np.random.default_rng(1000 + seed)
    return Scene(
        start_px=generator.uniform([100, 100], [1180, 620], (n_things, 2)),
        velocity_px_s=generator.normal(0.0, 30.0, (n_things, 2)),
        seed=seed,
        **options,  # type: ignore[arg-type]
    )
