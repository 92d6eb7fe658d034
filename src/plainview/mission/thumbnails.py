"""A picture of each track: the best look so far, as a small JPEG."""

from typing import Any, Final

import cv2
import numpy as np

from plainview.model import Frame, LifeStage, Observation, State

__all__ = ["Thumbnails"]

_SIZE_PX: Final = 96
_MARGIN: Final = 2.5
"""Width of the picture over the larger side of the box."""
_SMALLEST_PX: Final = 32
_N_KEPT: Final = 400
_GAIN: Final = 1.15
"""How much better a look must be to replace the one that is kept."""


class Thumbnails:
    """Keeps the best look at each of the first tracks of a mission."""

    def __init__(self) -> None:
        self._quality: dict[int, float] = {}
        self._jpeg: dict[int, bytes] = {}

    def take(self, observation: Observation) -> None:
        """Cut out the tracks of which this frame is the best look so far."""
        tracks = observation.all_tracks
        is_seen = tracks.life_stage == LifeStage.CONFIRMED
        for row in np.flatnonzero(is_seen).tolist():
            self._take_one(
                observation.frame,
                tracks.box_px[row],
                (int(tracks.track_id[row]), float(tracks.score[row])),
            )

    def _take_one(
        self, frame: Frame, box_px: np.ndarray, track_and_score: tuple[int, float]
    ) -> None:
        track_id, score = track_and_score
        quality = score * float(np.sqrt(box_px[2] * box_px[3]))
        if track_id not in self._quality and len(self._quality) >= _N_KEPT:
            return
        if quality < _GAIN * self._quality.get(track_id, 0.0):
            return
        self._quality[track_id] = quality
        self._jpeg[track_id] = _cut_out(frame, box_px)

    def jpegs(self) -> dict[int, bytes]:
        """Return track_id to JPEG bytes."""
        return dict(self._jpeg)

    def state(self) -> State:
        """Return what is kept."""
        return {"quality": dict(self._quality), "jpeg": dict(self._jpeg)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what was kept."""
        self._quality, self._jpeg = dict(state["quality"]), dict(state["jpeg"])


def _cut_out(frame: Frame, box_px: np.ndarray) -> bytes:
    """Return what is square as displayed round the box, moved where it crosses an edge."""
    pixels, ratio = frame.pixels, frame.camera.pixel_aspect_ratio
    height, width = pixels.shape[:2]
    x, y, box_width, box_height = box_px
    side = np.ceil(max(_SMALLEST_PX, _MARGIN * max(ratio * box_width, box_height)))
    rows = int(min(side, height, ratio * width))
    columns = min(width, max(1, round(rows / ratio)))
    left = int(np.clip(round(x + box_width / 2 - columns / 2), 0, width - columns))
    top = int(np.clip(round(y + box_height / 2 - rows / 2), 0, height - rows))
    cut = pixels[top : top + rows, left : left + columns]
    if cut.dtype == np.uint16:
        cut = cv2.normalize(cut, np.empty_like(cut), 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    resized = cv2.resize(cut, (_SIZE_PX, _SIZE_PX), interpolation=cv2.INTER_CUBIC)
    _, jpeg = cv2.imencode(".jpg", resized, [cv2.IMWRITE_JPEG_QUALITY, 85])
    return bytes(jpeg)
