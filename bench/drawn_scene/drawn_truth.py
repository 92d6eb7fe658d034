"""Which of the drawn things are seen, and where: the truth of a drawn frame."""

import numpy as np

from bench.drawn_scene.thing_picture import ThingInPicture
from plainview.model import Camera
from plainview.twin import ObjectsTruth

__all__ = ["objects_truth", "visible_fraction"]

Box = tuple[float, float, float, float]


def _overlap_px2(one: Box, other: Box) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(width, 0.0) * max(height, 0.0)


def visible_fraction(box_px: Box, *, camera: Camera, mark_px: Box) -> float:
    """Return which share of a box is in the picture and not under the mark."""
    area_px2 = box_px[2] * box_px[3]
    if area_px2 <= 0.0:
        return 0.0
    picture = (0.0, 0.0, float(camera.width_px), float(camera.height_px))
    seen_px2 = _overlap_px2(box_px, picture) - _overlap_px2(box_px, mark_px)
    return min(max(seen_px2 / area_px2, 0.0), 1.0)


def objects_truth(
    things: tuple[ThingInPicture, ...],
    *,
    signal_to_noise: tuple[float, ...],
    camera: Camera,
    mark_px: Box,
) -> ObjectsTruth:
    """Return the truth of the things that are at least partly seen."""
    shares = [visible_fraction(seen.box_px, camera=camera, mark_px=mark_px) for seen in things]
    kept = [row for row, share in enumerate(shares) if share > 0.0]
    boxes = np.array([things[row].box_px for row in kept], np.float64).reshape(-1, 4)
    return ObjectsTruth(
        object_id=np.array([things[row].thing.object_id for row in kept], np.int64),
        kind=tuple(things[row].thing.kind for row in kept),
        x_px=boxes[:, 0].copy(),
        y_px=boxes[:, 1].copy(),
        width_px=boxes[:, 2].copy(),
        height_px=boxes[:, 3].copy(),
        visible_fraction=np.array([shares[row] for row in kept], np.float64),
        signal_to_noise=np.array([signal_to_noise[row] for row in kept], np.float64),
        latitude_deg=np.array([things[row].latitude_deg for row in kept], np.float64),
        longitude_deg=np.array([things[row].longitude_deg for row in kept], np.float64),
        height_hae_m=np.array([things[row].height_hae_m for row in kept], np.float64),
    )
