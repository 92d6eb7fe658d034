"""Footprint: the part of the surface that a frame shows, clipped at the horizon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.camera_rays import principal_point_px, rays_from_view
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import geodetic_from_ecef
from plainview.geo.refraction import REFRACTION_COEFFICIENT, points_on_rays
from plainview.geo.surface import Surface, TerrainSurface
from plainview.model import Camera, View

__all__ = ["Footprint", "footprint"]

_N_PER_SIDE: Final = 8
_N_PER_SIDE_CLIPPED: Final = 12
_N_GRID: Final = 8
_N_SECTIONS: Final = 16
_N_CUTS: Final = 5
_N_CUTS_TERRAIN: Final = 2
"""Each cuts what is left of a line to a sixteenth: a million parts of it; 256 over terrain,
where rays cost more and the edge is rougher than that."""

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


def _outline_px(camera: Camera, turn: Array) -> Array:
    """Points (n, 2) on the picture's outer edge at turns [0, 4), clockwise from the top left."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=np.float64)
    knots = np.arange(5.0)
    x, y = np.interp(turn, knots, corners[:, 0]), np.interp(turn, knots, corners[:, 1])
    return np.stack([x * camera.width_px, y * camera.height_px], axis=-1)


def _turns(n_per_side: int) -> Array:
    return np.arange(4 * n_per_side) / n_per_side


def _grid_px(camera: Camera) -> Array:
    part = (np.arange(_N_GRID) + 0.5) / _N_GRID
    x, y = np.meshgrid(part * camera.width_px, part * camera.height_px)
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def _last_seen(
    points_px: Callable[[Array], Array], n_lines: int, *, ranges_m: Ranges, n_cuts: int
) -> Array:
    """Return the last fraction (n,) of lines, seen at 0 and not at 1, that shows the surface."""
    low, width = np.zeros(n_lines), np.ones(n_lines)
    steps = np.arange(1, _N_SECTIONS) / _N_SECTIONS
    for _ in range(n_cuts if n_lines else 0):
        fractions = low[:, np.newaxis] + width[:, np.newaxis] * steps
        is_seen = ~np.isnan(ranges_m(points_px(fractions).reshape(-1, 2))).reshape(n_lines, -1)
        n_seen = np.argmin(np.pad(is_seen, ((0, 0), (0, 1))), axis=1)
        width = width / _N_SECTIONS
        low = low + n_seen * width
    return low


def _anchor_px(seen_px: Array, ranges_m: Ranges) -> Array:
    """Return a pixel (2,) that shows the surface, in the middle of those that do."""
    middle = seen_px.mean(axis=0)
    if not np.isnan(ranges_m(middle[np.newaxis])).any():
        return np.asarray(middle)
    return np.asarray(seen_px[np.argmin(np.linalg.norm(seen_px - middle, axis=-1))])


def _clipped_outline(camera: Camera, *, ranges_m: Ranges, n_cuts: int) -> Array | None:
    """Return the outline (n, 2) of the part of the picture that shows the surface."""
    turn = _turns(_N_PER_SIDE_CLIPPED if n_cuts == _N_CUTS else _N_PER_SIDE)
    outline = _outline_px(camera, turn)
    is_seen = ~np.isnan(ranges_m(outline))
    tried = outline if is_seen.any() else _grid_px(camera)
    seen_px = tried[~np.isnan(ranges_m(tried))]
    if not len(seen_px):
        return None
    anchor = _anchor_px(seen_px, ranges_m)
    hidden = outline[~is_seen]
    inward = _last_seen(
        lambda part: anchor + part[..., np.newaxis] * (hidden - anchor)[:, np.newaxis],
        len(hidden),
        ranges_m=ranges_m,
        n_cuts=n_cuts,
    )
    drawn = outline.copy()
    drawn[~is_seen] = anchor + inward[:, np.newaxis] * (hidden - anchor)
    after = np.append(turn[1:], 4.0)
    crosses = is_seen != np.roll(is_seen, -1)
    seen_turn = np.where(is_seen, turn, after)[crosses]
    hidden_turn = np.where(is_seen, after, turn)[crosses]
    along = _last_seen(
        lambda part: _outline_px(
            camera, seen_turn[:, np.newaxis] + part * (hidden_turn - seen_turn)[:, np.newaxis]
        ),
        len(seen_turn),
        ranges_m=ranges_m,
        n_cuts=n_cuts,
    )
    edge_turn = seen_turn + along * (hidden_turn - seen_turn)
    order = np.argsort(np.concatenate([turn, edge_turn]), kind="stable")
    return np.concatenate([drawn, _outline_px(camera, edge_turn)])[order]


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

    center_px = [principal_point_px(camera)]
    points_px = np.concatenate([_outline_px(camera, _turns(_N_PER_SIDE)), center_px])
    range_m = ranges_m(points_px)
    is_clipped = bool(np.isnan(range_m[:-1]).any())
    if is_clipped:
        n_cuts = _N_CUTS_TERRAIN if isinstance(surface, TerrainSurface) else _N_CUTS
        clipped = _clipped_outline(camera, ranges_m=ranges_m, n_cuts=n_cuts)
        if clipped is None:
            return None
        points_px = np.concatenate([clipped, center_px])
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
        ring_px=points_px[:-1][is_known],
        frame_center=(latitude, longitude, height) if has_center else None,
        slant_range_m=float(range_m[-1]) if has_center else None,
        is_clipped=is_clipped,
        surface=surface.name,
    )
