"""Pictures of things: where each object's outline falls, and how it covers the pixels there."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scenario import SceneObject
from bench.drawn_scene.scene import Scene, outline_m
from plainview.geo import project_points
from plainview.model import Camera, View

__all__ = ["Coverage", "ThingInPicture", "cover_pixels", "project_things"]

Array = npt.NDArray[np.float64]

_SUBPIXELS: Final = 4
"""Samples a pixel, each way, on which the optics blur before the detector integrates."""

_LINES: Final = 4
"""Lines that each row of samples is cut into."""

_BLUR_REACH: Final = 4.0
"""Sigmas of blur that are drawn."""

_ENGINE_AFT: Final = -0.32
_ENGINE_SIZE: Final = 0.18
"""Place of the warm spot and its size, shares of the length."""

_ENGINE_OUTLINE: Final = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThingInPicture:
    """One object as the camera sees it.

    Args:
        thing: What it is.
        hull_px: (m, 2) corners of its outline in the picture, in order.
        engine_px: (k, 2) corners of its warm spot likewise; None where it has none.
        box_px: x, y, width, height of the outline, in the picture or not.
        latitude_deg: Of its middle on the water; longitude and height likewise.
    """

    thing: SceneObject
    hull_px: Array
    engine_px: Array | None
    box_px: tuple[float, float, float, float]
    latitude_deg: float
    longitude_deg: float
    height_hae_m: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """How much of each pixel of a patch something covers, after the blur of the optics.

    Args:
        column_px: Of the patch's first pixel; row likewise.
        share: (rows, columns) in [0, 1].
    """

    column_px: int
    row_px: int
    share: npt.NDArray[np.float32]

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the patch in the picture."""
        n_rows, n_columns = self.share.shape
        return (
            slice(self.row_px, self.row_px + n_rows),
            slice(self.column_px, self.column_px + n_columns),
        )


def _engine_outline_m(thing: SceneObject) -> Array:
    course = np.radians(thing.course_deg)
    forward = np.array([np.sin(course), np.cos(course)])
    return thing.length_m * (_ENGINE_AFT * forward + 0.5 * _ENGINE_SIZE * _ENGINE_OUTLINE)


def _outlines_m(thing: SceneObject) -> tuple[Array, Array, int]:
    """Points about an object's middle: (n, 2) metres, height (n,), and how many are its hull."""
    ring = outline_m(thing)
    flat = [np.zeros((1, 2)), ring, ring]
    height_m = [np.zeros(1 + len(ring)), np.full(len(ring), thing.height_m)]
    if thing.engine_k:
        engine = _engine_outline_m(thing)
        flat.append(engine)
        height_m.append(np.full(len(engine), thing.height_m))
    return np.concatenate(flat), np.concatenate(height_m), 2 * len(ring)


def project_things(
    scene: Scene, *, time_s: float, view: View, camera: Camera
) -> tuple[ThingInPicture, ...]:
    """Return every object of the scene that is before the camera, in the picture or not."""
    middles = scene.object_east_north_m(time_s)
    parts = [_outlines_m(thing) for thing in scene.objects]
    if not parts:
        return ()
    flat = [middle + ring for middle, (ring, _, _) in zip(middles, parts, strict=True)]
    places = scene.places(
        np.concatenate(flat), above_sea_m=np.concatenate([height for _, height, _ in parts])
    )
    points_px = project_points(
        view, camera, places.latitude_deg, places.longitude_deg, places.height_hae_m
    )
    things, first = [], 0
    for thing, (ring, _, n_hull) in zip(scene.objects, parts, strict=True):
        own_px, middle_row = points_px[first : first + len(ring)], first
        first += len(ring)
        if np.isnan(own_px).any():
            continue
        hull_px = _hull(own_px[1 : 1 + n_hull])
        left, top = hull_px.min(axis=0).tolist()
        right, bottom = hull_px.max(axis=0).tolist()
        things.append(
            ThingInPicture(
                thing=thing,
                hull_px=hull_px,
                engine_px=_hull(own_px[1 + n_hull :]) if thing.engine_k else None,
                box_px=(left, top, right - left, bottom - top),
                latitude_deg=float(places.latitude_deg[middle_row]),
                longitude_deg=float(places.longitude_deg[middle_row]),
                height_hae_m=float(places.height_hae_m[middle_row]),
            )
        )
    return tuple(things)


def _hull(points_px: Array) -> Array:
    """Return the corners of the convex hull in order, (m, 2)."""
    near = points_px - points_px[0]
    order = cv2.convexHull(near.astype(np.float32), clockwise=True, returnPoints=False)
    corners: Array = points_px[order.ravel()]
    return corners


def cover_pixels(hull_px: Array, *, camera: Camera, blur_px: float) -> Coverage | None:
    """Return how a convex outline covers the picture's pixels; None where it is outside.

    Args:
        hull_px: (m, 2) corners in order.
        camera: Its picture.
        blur_px: 1-sigma of the point spread.
    """
    reach = int(np.ceil(_BLUR_REACH * blur_px))
    size = np.array([camera.width_px, camera.height_px])
    low = np.maximum(np.floor(hull_px.min(axis=0)).astype(int), -reach)
    high = np.minimum(np.ceil(hull_px.max(axis=0)).astype(int), size + reach)
    if np.any(high <= low):
        return None
    fine = np.pad(_sample_share(hull_px, low=low, high=high), reach * _SUBPIXELS)
    sigma = blur_px * _SUBPIXELS
    blurred = cv2.GaussianBlur(fine, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    pixels = _integrate_pixels(blurred.astype(np.float32, copy=False))
    low, high = low - reach, high + reach
    inner_low, inner_high = np.maximum(low, 0), np.minimum(high, size)
    if np.any(inner_high <= inner_low):
        return None
    start, stop = inner_low - low, inner_high - low
    return Coverage(
        column_px=int(inner_low[0]),
        row_px=int(inner_low[1]),
        share=pixels[start[1] : stop[1], start[0] : stop[0]],
    )


def _sample_share(
    hull_px: Array, *, low: npt.NDArray[np.int_], high: npt.NDArray[np.int_]
) -> npt.NDArray[np.float32]:
    """Return the share of each sample within a convex outline, `_SUBPIXELS` a pixel each way.

    Each row of samples is cut into thin lines; on a line the outline is an interval, whose
    overlap with each sample is exact.
    """
    n_columns, n_rows = ((high - low) * _SUBPIXELS).tolist()
    corners = (hull_px - low) * _SUBPIXELS
    y = (np.arange(n_rows * _LINES) + 0.5) / _LINES
    left, right = _interval_of_lines(corners, y)
    column = np.arange(n_columns)
    overlap = np.minimum(right[:, np.newaxis], column + 1) - np.maximum(left[:, np.newaxis], column)
    share = np.clip(overlap, 0.0, 1.0).reshape(n_rows, _LINES, n_columns).mean(axis=1)
    sharp: npt.NDArray[np.float32] = share.astype(np.float32)
    return sharp


def _integrate_pixels(fine: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the mean of the samples of each pixel."""
    n_rows, n_columns = (size // _SUBPIXELS for size in fine.shape)
    blocks = fine.reshape(n_rows, _SUBPIXELS, n_columns, _SUBPIXELS)
    pixels: npt.NDArray[np.float32] = blocks.mean(axis=(1, 3))
    return pixels


def _interval_of_lines(hull_px: Array, y: Array) -> tuple[Array, Array]:
    """Return where horizontal lines (n,) enter and leave a convex outline, each (n,).

    A line that misses it enters at inf and leaves at -inf.
    """
    start, end = hull_px[:, np.newaxis], np.roll(hull_px, -1, axis=0)[:, np.newaxis]
    is_crossed = (start[..., 1] > y) != (end[..., 1] > y)
    rise = np.where(is_crossed, end[..., 1] - start[..., 1], 1.0)
    x = start[..., 0] + (y - start[..., 1]) / rise * (end[..., 0] - start[..., 0])
    return (
        np.min(np.where(is_crossed, x, np.inf), axis=0),
        np.max(np.where(is_crossed, x, -np.inf), axis=0),
    )
