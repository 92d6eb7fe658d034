"""Drawing: an observation and a layout become a picture, and a report of every text on it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.geo import ned_from_camera
from plainview.model import Observation, Pixels, View
from plainview.overlay.context import OverlayContext
from plainview.overlay.ink import (
    GREY,
    WHITE,
    Colour,
    line_height_px,
    stamp,
    text_height_px,
    text_ink,
    text_width_px,
)
from plainview.overlay.layout import Element, ElementKind, Layout
from plainview.overlay.placement import Box, Placed, Room, place_elements, type_size_px
from plainview.overlay.readings import Reading, is_stale, marking_text, observation_readings
from plainview.overlay.shapes import (
    ELEVATION_SCALE_WIDTH,
    azimuth_tape_ink,
    elevation_scale_ink,
    north_arrow_ink,
    north_circle_ink,
    reticle_ink,
    scale_bar_ink,
    scale_bar_length_m,
)
from plainview.overlay.track_marks import draw_track_boxes, place_track_labels, scaled_boxes_px

__all__ = ["DrawnText", "OverlayDrawing", "compose_overlay", "draw_overlay", "north_angle_deg"]

Bytes = npt.NDArray[np.uint8]

_SMALLEST_MARKING_PX: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnText:
    """A text as it was drawn: what `examine` is to read back.

    Args:
        element: Name of the layout's element, or ``track``.
        text: As drawn.
        box_px: Left, top, width, height of its line of type.
    """

    element: str
    text: str
    box_px: Box


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverlayDrawing:
    """A picture with its overlay.

    Args:
        pixels: (H, W, 3) BGR.
        texts: Every text on it.
        boxes_px: Room of each element that was drawn, by name.
    """

    pixels: Bytes
    texts: tuple[DrawnText, ...]
    boxes_px: Mapping[str, Box]


def draw_overlay(
    pixels: Pixels, observation: Observation, *, layout: Layout, context: OverlayContext
) -> Bytes:
    """Return a new picture with the overlay of a layout drawn on it.

    Args:
        pixels: (H, W) or (H, W, 3) BGR, 8 or 16 bits; not written to. Any size: boxes are
            scaled from the camera's.
        observation: What is known of the frame.
        layout: Which symbols stand where.
        context: What the observation does not know itself.

    Returns:
        (H, W, 3) BGR, 8 bits.
    """
    return compose_overlay(pixels, observation, layout=layout, context=context).pixels


def compose_overlay(
    pixels: Pixels, observation: Observation, *, layout: Layout, context: OverlayContext
) -> OverlayDrawing:
    """Return what `draw_overlay` draws, and where each text of it stands."""
    painter = _Painter(_bgr_copy(pixels), observation, layout=layout, context=context)
    placed = place_elements(layout, painter.width_px, painter.height_px)
    if any(each.element.kind is ElementKind.TRACKS for each in placed):
        painter.draw_tracks([each.box_px for each in placed])
    for each in placed:
        draw = _DRAWERS.get(each.element.kind)
        if draw is not None:
            draw(painter, each)
    return OverlayDrawing(
        pixels=painter.picture, texts=tuple(painter.texts), boxes_px=painter.boxes_px
    )


def _bgr_copy(pixels: Pixels) -> Bytes:
    """Return a new 8-bit BGR picture; 16 bits are stretched from 1st to 99th percentile."""
    if pixels.dtype == np.uint16:
        low, high = np.percentile(pixels[::4, ::4], (1.0, 99.0))
        scaled = (pixels.astype(np.float32) - low) * (255.0 / max(high - low, 1.0))
        pixels = np.clip(scaled, 0.0, 255.0).astype(np.uint8)
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    return np.array(pixels, np.uint8)


class _Painter:
    """What drawing one picture needs to hand: the picture, the values, the sizes."""

    def __init__(
        self, picture: Bytes, observation: Observation, *, layout: Layout, context: OverlayContext
    ) -> None:
        self.picture = picture
        self.observation = observation
        self.layout = layout
        self.context = context
        self.height_px, self.width_px = picture.shape[:2]
        self.type_px = type_size_px(layout, width_px=self.width_px, height_px=self.height_px)
        self.view: View | None = observation.frame.view
        stale_after_s = layout.style.stale_after_s
        self.readings: dict[str, Reading] = observation_readings(
            observation, context, stale_after_s=stale_after_s
        )
        is_old = is_stale(self.view, stale_after_s=stale_after_s)
        self.metadata_colour: Colour = GREY if is_old else WHITE
        self.texts: list[DrawnText] = []
        self.boxes_px: dict[str, Box] = {}

    def write(
        self,
        name: str,
        text: str,
        *,
        x_px: int,
        y_px: int,
        colour: Colour,
        type_px: int | None = None,
    ) -> None:
        """Write a line with its top left at a pixel."""
        type_px, weight = type_px or self.type_px, self.layout.style.weight
        ink = text_ink(text, size_px=type_px, weight=weight, colour=colour)
        stamp(self.picture, ink, x_px=x_px, y_px=y_px)
        box = (x_px, y_px, self.width_of(text, type_px), text_height_px(type_px))
        self.texts.append(DrawnText(element=name, text=text, box_px=box))

    def width_of(self, text: str, type_px: int | None = None) -> int:
        return text_width_px(text, type_px or self.type_px, self.layout.style.weight)

    def draw_tracks(self, taken: list[Box]) -> None:
        is_all_shown = self.layout.style.shows_tentative
        tracks = self.observation.all_tracks if is_all_shown else self.observation.tracks
        camera = self.observation.frame.camera
        if not len(tracks):
            return
        scale = (self.width_px / camera.width_px, self.height_px / camera.height_px)
        boxes_px = scaled_boxes_px(tracks, scale=scale, type_px=self.type_px)
        draw_track_boxes(self.picture, tracks, boxes_px, type_px=self.type_px)
        room = Room(width_px=self.width_px, height_px=self.height_px)
        for box in taken:
            room.take(box)
        labels = place_track_labels(
            tracks,
            boxes_px,
            room=room,
            type_px=self.type_px,
            weight=self.layout.style.weight,
        )
        for label in labels:
            x, y = label.box_px[:2]
            self.write("track", label.text, x_px=x, y_px=y, colour=label.colour)


def _fitting(painter: _Painter, text: str, room_px: int, *, type_px: int | None = None) -> str:
    """Return the text, cut with an ellipsis where it is wider than its room."""
    if painter.width_of(text, type_px) <= room_px:
        return text
    kept = text
    while kept and painter.width_of(f"{kept}…", type_px) > room_px:
        kept = kept[:-1]
    return f"{kept}…"


def _draw_marking(painter: _Painter, placed: Placed) -> None:
    """Write the marking, in smaller type where it is long, and cut only as the last resort."""
    left, top, width, _ = placed.box_px
    text, type_px = marking_text(painter.view, painter.context), painter.type_px
    while painter.width_of(text, type_px) > width and type_px > _SMALLEST_MARKING_PX:
        type_px -= 1
    text = _fitting(painter, text, width, type_px=type_px)
    x = left + (width - painter.width_of(text, type_px)) // 2
    name = placed.element.name
    painter.write(name, text, x_px=x, y_px=top, colour=WHITE, type_px=type_px)
    painter.boxes_px[name] = placed.box_px


def _draw_text(painter: _Painter, placed: Placed) -> None:
    element = placed.element
    lines = [line.fill(painter.readings) for line in element.lines[: placed.n_lines]]
    lines = [_fitting(painter, line, placed.box_px[2]) for line in lines if line]
    if not lines:
        return
    left, top, width, height = placed.box_px
    step = line_height_px(painter.type_px)
    unused = height - text_height_px(painter.type_px) - (len(lines) - 1) * step
    y = top + round(unused * element.anchor[1])
    for number, line in enumerate(lines):
        x = left + round((width - painter.width_of(line)) * element.anchor[0])
        colour = painter.metadata_colour if _shows_metadata(element) else WHITE
        painter.write(element.name, line, x_px=x, y_px=y + number * step, colour=colour)
    painter.boxes_px[element.name] = placed.box_px


_TIMELESS: Final = frozenset({"camera", "video_time", "metadata", "mission"})


@lru_cache(maxsize=256)
def _shows_metadata(element: Element) -> bool:
    """Return whether a text rests on the View, and is grey where that is old."""
    return bool(element.reading_names - _TIMELESS)


def _draw_reticle(painter: _Painter, placed: Placed) -> None:
    left, top, width, _ = placed.box_px
    stamp(
        painter.picture,
        reticle_ink(width, type_px=painter.type_px, colour=WHITE),
        x_px=left,
        y_px=top,
    )
    painter.boxes_px[placed.element.name] = placed.box_px


def north_angle_deg(view: View | None) -> float | None:
    """Return where north lies in the picture, clockwise from up; None where not known.

    It is the way that the middle of the picture would move if the ground there went north.
    """
    if view is None or view.camera_heading_deg is None or view.camera_elevation_deg is None:
        return None
    camera = ned_from_camera(
        heading_rad=np.radians(view.camera_heading_deg),
        elevation_rad=np.radians(view.camera_elevation_deg),
        roll_rad=np.radians(view.camera_roll_deg or 0.0),
    )
    right, down, _ = camera[0]
    if np.hypot(right, down) < 1e-3:
        return None
    return float(np.degrees(np.arctan2(right, -down))) % 360.0


def _draw_north(painter: _Painter, placed: Placed) -> None:
    angle_deg = north_angle_deg(painter.view)
    whole_deg = None if angle_deg is None else round(angle_deg) % 360
    left, top, width, _ = placed.box_px
    colour = painter.metadata_colour
    if placed.element.kind is ElementKind.NORTH_CIRCLE:
        ink = north_circle_ink(width, type_px=painter.type_px, colour=colour, angle_deg=whole_deg)
    elif whole_deg is None:
        return
    else:
        ink = north_arrow_ink(width, type_px=painter.type_px, colour=colour, angle_deg=whole_deg)
    stamp(painter.picture, ink, x_px=left, y_px=top)
    painter.boxes_px[placed.element.name] = placed.box_px


def _draw_azimuth_tape(painter: _Painter, placed: Placed) -> None:
    heading_deg = painter.readings["heading_deg"]
    if not isinstance(heading_deg, float):
        return
    left, top, width, _ = placed.box_px
    tenths = round(heading_deg * 10) % 3600
    colour = painter.metadata_colour
    ink = azimuth_tape_ink(width, type_px=painter.type_px, colour=colour, heading_tenth_deg=tenths)
    stamp(painter.picture, ink, x_px=left, y_px=top)
    text = f"{tenths / 10:05.1f}°T"
    x = left + (width - painter.width_of(text)) // 2
    y = top + round(2.5 * painter.type_px)
    painter.write(placed.element.name, text, x_px=x, y_px=y, colour=colour)
    painter.boxes_px[placed.element.name] = placed.box_px


def _draw_elevation_scale(painter: _Painter, placed: Placed) -> None:
    elevation_deg = painter.readings["elevation_deg"]
    if not isinstance(elevation_deg, float):
        return
    left, top, width, height = placed.box_px
    colour = painter.metadata_colour
    ink = elevation_scale_ink(
        height,
        type_px=painter.type_px,
        colour=colour,
        elevation_tenth_deg=round(elevation_deg * 10),
    )
    scale_left = left + width - round(ELEVATION_SCALE_WIDTH * painter.type_px)
    stamp(painter.picture, ink, x_px=scale_left, y_px=top)
    text = f"{elevation_deg:.1f}°".replace("-", "−")
    x = scale_left - painter.width_of(text) - round(0.1 * painter.type_px)
    y = top + (height - text_height_px(painter.type_px)) // 2
    painter.write(placed.element.name, text, x_px=x, y_px=y, colour=colour)
    painter.boxes_px[placed.element.name] = placed.box_px


def _draw_scale_bar(painter: _Painter, placed: Placed) -> None:
    gsd_m = painter.context.gsd_m
    if gsd_m is None or not 1e-6 < gsd_m < 1e6:
        return
    gsd_m *= painter.observation.frame.camera.width_px / painter.width_px
    left, top, width, height = placed.box_px
    length_m = scale_bar_length_m(gsd_m=gsd_m, room_px=width - 4)
    length_px = round(length_m / gsd_m)
    ink = scale_bar_ink(length_px, type_px=painter.type_px, colour=WHITE)
    bar_top = top + height - round(0.7 * painter.type_px)
    stamp(painter.picture, ink, x_px=left + (width - length_px) // 2, y_px=bar_top)
    text = f"{length_m:g} m" if length_m < 1000.0 else f"{length_m / 1000.0:g} km"
    x = left + (width - painter.width_of(text)) // 2
    painter.write(placed.element.name, text, x_px=x, y_px=top, colour=WHITE)
    painter.boxes_px[placed.element.name] = placed.box_px


_DRAWERS: Final[Mapping[ElementKind, Callable[[_Painter, Placed], None]]] = {
    ElementKind.MARKING: _draw_marking,
    ElementKind.TEXT: _draw_text,
    ElementKind.RETICLE: _draw_reticle,
    ElementKind.NORTH_ARROW: _draw_north,
    ElementKind.NORTH_CIRCLE: _draw_north,
    ElementKind.AZIMUTH_TAPE: _draw_azimuth_tape,
    ElementKind.ELEVATION_SCALE: _draw_elevation_scale,
    ElementKind.SCALE_BAR: _draw_scale_bar,
}
