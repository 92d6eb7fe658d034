"""Track marks: a box for each track whose line says its life stage, and a label with room."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.model import ELLIPSE_95_PER_SIGMA, LifeStage, Tracks, ellipse_from_covariance
from plainview.overlay.ink import AMBER, CYAN, WHITE, Colour, text_height_px, text_width_px
from plainview.overlay.placement import Box, Room
from plainview.overlay.readings import error_text

__all__ = ["TrackLabel", "draw_track_boxes", "place_track_labels", "scaled_boxes_px"]

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]

_COLOURS: Final[dict[int, Colour]] = {
    LifeStage.TENTATIVE: WHITE,
    LifeStage.CONFIRMED: CYAN,
    LifeStage.COASTING: AMBER,
}
_DASH_AND_GAP: Final[dict[int, tuple[float, float]]] = {
    LifeStage.TENTATIVE: (0.25, 0.3),
    LifeStage.COASTING: (0.6, 0.45),
}
"""Length of a dash and of the gap after it, over the size of the type."""
_LEAST_HEIGHT_WITH_ERROR_PX: Final = 200
_SMALLEST_BOX: Final = 0.9
"""Least side of a drawn box, over the size of the type: a speck stays visible inside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackLabel:
    """What is written beside a track: its identity, then its error where it is known."""

    text: str
    box_px: Box
    colour: Colour
    type_px: int


def scaled_boxes_px(tracks: Tracks, *, scale: tuple[float, float], type_px: int) -> Floats:
    """Return the boxes (n, 4) to draw: left, top, right, bottom, in pixels of the picture."""
    x, y, width, height = tracks.box_px.T
    center_x, center_y = (x + width / 2) * scale[0], (y + height / 2) * scale[1]
    pad = max(2.0, 0.15 * type_px)
    half_x = np.maximum(width * scale[0] / 2 + pad, _SMALLEST_BOX * type_px)
    half_y = np.maximum(height * scale[1] / 2 + pad, _SMALLEST_BOX * type_px)
    return np.stack(
        [center_x - half_x, center_y - half_y, center_x + half_x, center_y + half_y], axis=1
    )


def draw_track_boxes(picture: Bytes, tracks: Tracks, boxes_px: Floats, *, type_px: int) -> None:
    """Draw a box a track: dotted while tentative, solid when confirmed, dashed while coasting."""
    for stage in (LifeStage.TENTATIVE, LifeStage.COASTING, LifeStage.CONFIRMED):
        rows = np.flatnonzero(tracks.life_stage == stage)
        if not len(rows):
            continue
        is_thin, is_closed = stage == LifeStage.TENTATIVE, stage == LifeStage.CONFIRMED
        width = 1 if is_thin else max(1, round(type_px / 8))
        lines = _outlines(boxes_px[rows], stage, type_px=type_px)
        under = (
            _outlines(boxes_px[rows], LifeStage.CONFIRMED, type_px=type_px) if is_thin else lines
        )
        cv2.polylines(
            picture, under, is_thin or is_closed, (0, 0, 0), width if is_thin else width + 2
        )
        cv2.polylines(picture, lines, is_closed, _COLOURS[stage], width)


def _outlines(boxes_px: Floats, stage: LifeStage, *, type_px: int) -> list[Ints]:
    """Return the lines that make the boxes, whole or in dashes."""
    boxes = np.rint(np.clip(boxes_px, -20_000, 20_000)).astype(np.int32)
    if stage not in _DASH_AND_GAP:
        return list(boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2))
    dash, gap = (max(2, round(part * type_px)) for part in _DASH_AND_GAP[stage])
    across = _dashes(boxes, axis=0, dash=dash, gap=gap)
    upright = _dashes(boxes, axis=1, dash=dash, gap=gap)
    return [*across, *upright]


def _dashes(boxes: Ints, *, axis: int, dash: int, gap: int) -> Ints:
    """Return the dashes (k, 2, 2) of all sides along an axis; a side starts and ends with one."""
    low, high = boxes[:, axis], boxes[:, axis + 2]
    n_dashes = np.clip(np.rint((high - low + gap) / (dash + gap)), 2, 200).astype(np.int64)
    box = np.repeat(np.arange(len(boxes)), n_dashes)
    number = np.arange(len(box)) - np.repeat(np.cumsum(n_dashes) - n_dashes, n_dashes)
    room = np.maximum(high - dash - low, 0)[box]
    start = low[box] + np.rint(number * room / (n_dashes[box] - 1)).astype(np.int32)
    dashes = np.empty((2, len(box), 2, 2), np.int32)
    dashes[:, :, 0, axis] = start
    dashes[:, :, 1, axis] = start + dash - 1
    dashes[0, :, :, 1 - axis] = boxes[box, 1 - axis, np.newaxis]
    dashes[1, :, :, 1 - axis] = boxes[box, 3 - axis, np.newaxis]
    return dashes.reshape(-1, 2, 2)


def place_track_labels(
    tracks: Tracks,
    boxes_px: Floats,
    *,
    room: Room,
    type_px: int,
    weight: int,
) -> list[TrackLabel]:
    """Give each believed track a label beside its box, where there is room.

    A label that has no free place loses its error, then is left out.

    Args:
        tracks: All tracks of the frame.
        boxes_px: (n, 4) left, top, right, bottom as drawn.
        room: What is taken of the picture; the labels take theirs.
        type_px: Size of the type.
        weight: Of the type.
    """
    labels = []
    is_believed = (tracks.life_stage == LifeStage.CONFIRMED) | (
        tracks.life_stage == LifeStage.COASTING
    )
    errors = _error_texts(tracks)
    for row in np.flatnonzero(is_believed).tolist():
        stage = int(tracks.life_stage[row])
        name = f"{int(tracks.track_id[row])}{' COAST' if stage == LifeStage.COASTING else ''}"
        texts = [f"{name}  {errors[row]}", name] if errors[row] else [name]
        for text in texts if room.height_px >= _LEAST_HEIGHT_WITH_ERROR_PX else texts[-1:]:
            size = (text_width_px(text, type_px, weight), text_height_px(type_px))
            box = _free_place(boxes_px[row], size, room=room)
            if box is not None:
                room.take(box)
                labels.append(
                    TrackLabel(text=text, box_px=box, colour=_COLOURS[stage], type_px=type_px)
                )
                break
    return labels


def _error_texts(tracks: Tracks) -> list[str]:
    """Return the 95 % ellipse of each track in words; empty where it is not located."""
    major, minor, _ = ellipse_from_covariance(tracks.position_cov_enu_m2)
    axes = ELLIPSE_95_PER_SIGMA * np.stack([major, minor], axis=1)
    return [error_text((a, b)) if np.isfinite(a) else "" for a, b in axes.tolist()]


def _free_place(box_px: Floats, size_px: tuple[int, int], *, room: Room) -> Box | None:
    """Return the first free place of the usual ones round a box; None where there is none."""
    left, top, right, bottom = (round(value) for value in box_px.tolist())
    width, height = size_px
    gap = max(3, height // 4)
    for x, y in (
        (left, top - height - gap),
        (left, bottom + gap),
        (right + gap, top),
        (left - width - gap, top),
        (right - width, top - height - gap),
        (right + gap, bottom - height),
        (left - width - gap, bottom - height),
    ):
        if room.is_free((x, y, width, height)):
            return x, y, width, height
    return None
