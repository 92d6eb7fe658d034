"""Short moving-camera scenes with things in them, for the tests of detectors."""

import numpy as np

from plainview.imaging import HomographyRegistrar, PictureMaker
from plainview.model import Detections, Detector, Registration
from tests.imaging import scenes
from tests.imaging.scenes import add_blob, frame_of, look, shift, to_bytes

RESTART = Registration(
    current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=True
)


def moved(by: np.ndarray, residual_px: float = 0.05) -> Registration:
    return Registration(
        current_from_previous=by, residual_px=residual_px, is_valid=True, is_restart=False
    )


def holds(detections: Detections, x_px: float, y_px: float, *, within_px: float = 3.0) -> bool:
    """Whether the middle of any box lies near a place."""
    middles = detections.box_px[:, :2] + 0.5 * detections.box_px[:, 2:]
    off = np.linalg.norm(middles - (x_px, y_px), axis=1)
    return bool(np.any(off <= within_px))


def film(
    ground: scenes.Image,
    n_frames: int,
    *,
    camera_step: tuple[float, float] = (2.0, 1.0),
    thing_step: tuple[float, float] | None = (3.0, -2.0),
    height: float = 60.0,
    sigma_px: float = 2.0,
) -> tuple[list[np.ndarray], np.ndarray]:
    """Frames of ground under a moving camera with one thing on it, and where it is (n, 2)."""
    frames, places = [], []
    for index in range(n_frames):
        moved_by = (camera_step[0] * index, camera_step[1] * index)
        seen = look(ground, shift(*moved_by), seed=index)
        place = np.array([200.0, 180.0]) + moved_by
        if thing_step is not None:
            place = place + np.array(thing_step) * index
            seen = add_blob(seen, place[0], place[1], sigma_px=sigma_px, height=height)
        frames.append(to_bytes(seen))
        places.append(place)
    return frames, np.array(places)


def watch(detector: Detector, pictures: PictureMaker, frames: list[np.ndarray]) -> list[Detections]:
    """Run registrar and detector over frames."""
    registrar = HomographyRegistrar(pictures=pictures)
    found = []
    for index, pixels in enumerate(frames):
        frame = frame_of(pixels, index)
        found.append(detector.detect(frame, registrar.register(frame)))
    return found
