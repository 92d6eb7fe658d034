"""Footprint: the part of the surface that a frame shows, clipped at the horizon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.camera_rays import principal_point_px, rays_from_view
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import geodetic_from_ecef
from plainview.geo.refraction import REFRACTION_COEFFICIENT, points_on_rays
from plainview.geo.surface import Surface
from plainview.model import Camera, View

__all__ = ["Footprint", "footprint"]

_N_PER_SIDE: Final = 8
_N_CLIP_STEPS: Final = 16
_N_GRID: Final = 8

Ranges = Callable[[Array], Array]
"""From pixels (n, 2) to ranges (n,), NaN where they show no surface."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Footprint:
    """The outline of a frame on a surface.

    Args:
        ring_deg_m: (n, 3) latitude, longitude, height above the ellipsoid, clockwise in the
            picture from its top-left corner, open (the first is not repeated).
        ring_px: (n, 2) the pixels that look there.
        frame_center: Latitude, longitude, height above the ellipsoid where the optical axis
            meets the surface; None where it does not.
        slant_range_m: From the camera to the frame centre; None without one.
        is_clipped: Whether part of the picture shows no surface (sky, or no known ground).
        surface: What the rays were brought to.
    """

    ring_deg_m: Array
    ring_px: Array
    frame_center: tuple[float, float, float] | None
    slant_range_m: float | None
    is_clipped: bool
    surface: str

    def __post_init__(self) -> None:
        self.ring_deg_m.flags.writeable = False
        self.ring_px.flags.writeable = False


def _outline_px(camera: Camera) -> Array:
    """Points (n, 2) along the picture's outer edges, clockwise from the top left."""
    side = np.arange(_N_PER_SIDE) / _N_PER_SIDE
    zero, one = np.zeros_like(side), np.ones_like(side)
    x = np.concatenate([side, one, 1.0 - side, zero])
    y = np.concatenate([zero, side, one, 1.0 - side])
    return np.stack([x * camera.width_px, y * camera.height_px], axis=-1)


def _grid_px(camera: Camera) -> Array:
    part = (np.arange(_N_GRID) + 0.5) / _N_GRID
    x, y = np.meshgrid(part * camera.width_px, part * camera.height_px)
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def _towards(anchor: Array, points_px: Array, fraction: Array) -> Array:
    moved: Array = anchor + fraction[:, np.newaxis] * (points_px - anchor)
    return moved


def _drawn_in(outline: Array, *, anchor: Array, ranges_m: Ranges) -> Array:
    """Return, for each point that shows nothing, the last one towards the anchor that does."""
    fraction = np.where(np.isnan(ranges_m(outline)), 0.0, 1.0)
    missed = np.flatnonzero(fraction == 0.0)
    low, high = np.zeros(len(missed)), np.ones(len(missed))
    for _ in range(_N_CLIP_STEPS):
        middle = 0.5 * (low + high)
        is_seen = ~np.isnan(ranges_m(_towards(anchor, outline[missed], middle)))
        low, high = np.where(is_seen, middle, low), np.where(is_seen, high, middle)
    fraction[missed] = low
    return _towards(anchor, outline, fraction)


def _clipped_outline(camera: Camera, ranges_m: Ranges) -> tuple[Array, bool] | None:
    """Return the outline (n, 2) of what shows the surface, and whether it was drawn in."""
    outline = _outline_px(camera)
    is_hit = ~np.isnan(ranges_m(outline))
    if is_hit.all():
        return outline, False
    tried = outline if is_hit.any() else _grid_px(camera)
    hits = tried[~np.isnan(ranges_m(tried))]
    if not len(hits):
        return None
    nearest = np.argmin(np.linalg.norm(hits - hits.mean(axis=0), axis=-1))
    middle = hits.mean(axis=0, keepdims=True)
    anchor = hits[nearest] if np.isnan(ranges_m(middle)).any() else middle[0]
    return _drawn_in(outline, anchor=anchor, ranges_m=ranges_m), True


def footprint(
    view: View,
    camera: Camera,
    *,
    surface: Surface | None,
    refraction: float = REFRACTION_COEFFICIENT,
) -> Footprint | None:
    """Return the outline of what a frame shows of a surface.

    Where the outline of the picture shows no surface it is drawn in, towards a pixel that
    does, until it shows some: the horizon. (What is seen of a convex Earth is convex in the
    picture, so that every pixel between two that see it sees it.)

    Args:
        view: Where the camera was and how it looked.
        camera: Its size, principal point and distortion.
        surface: What the rays are brought to; None has no footprint.
        refraction: The coefficient k.

    Returns:
        The footprint; None where no pixel tried shows the surface or the View cannot locate.
    """
    if surface is None or not view.is_locatable:
        return None

    def ranges_m(points_px: Array) -> Array:
        origin, direction = rays_from_view(view, camera, points_px)
        return surface.intersect(origin, direction, refraction=refraction)[0]

    clipped = _clipped_outline(camera, ranges_m)
    if clipped is None:
        return None
    ring_px, is_clipped = clipped
    points_px = np.concatenate([ring_px, [principal_point_px(camera)]])
    range_m = ranges_m(points_px)
    origin, direction = rays_from_view(view, camera, points_px)
    places = np.stack(
        geodetic_from_ecef(points_on_rays(origin, direction, range_m, refraction=refraction)),
        axis=-1,
    )
    latitude, longitude, height = places[-1].tolist()
    has_center = not np.isnan(range_m[-1])
    is_known = ~np.isnan(range_m[:-1])
    return Footprint(
        ring_deg_m=places[:-1][is_known],
        ring_px=ring_px[is_known],
        frame_center=(latitude, longitude, height) if has_center else None,
        slant_range_m=float(range_m[-1]) if has_center else None,
        is_clipped=is_clipped,
        surface=surface.name,
    )
