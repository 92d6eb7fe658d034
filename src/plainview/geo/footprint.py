"""Footprint: the part of the surface that a frame shows, clipped at the horizon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.camera_rays import rays_from_view
from plainview.geo.ellipsoid import Array
from plainview.geo.pose_check import pose_outcome
from plainview.geo.ray_kernels import places_on_rays
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import REFRACTION_COEFFICIENT
from plainview.geo.surface import Surface, TerrainSurface
from plainview.model import Camera, View

__all__ = ["Footprint", "footprint"]

_N_PER_SIDE_LEVEL: Final = 4
_N_PER_SIDE: Final = 12
"""On a level surface straight edges stay all but straight; not on terrain or at the horizon."""

_N_GRID: Final = 8
_TOWARDS_CROSSING: Final = np.array([0.5, 0.8, 0.95, 1.0])
"""Where the outline meets the horizon range grows fast, so that more points are needed."""

_SAME_PX: Final = 0.1
"""Points of the ring that are nearer to one another are one point."""

_N_SECTIONS: Final = 16
_N_CUTS: Final = 5
_N_CUTS_TERRAIN: Final = 2
"""Each cuts what is left of a line to a sixteenth: a million parts of it; 256 over terrain,
where rays cost more and the edge is rougher than that."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """Finds where a picture stops showing the surface.

    Args:
        ranges_m: From pixels (n, 2) to ranges (n,), NaN where they show none.
        n_cuts: How often a line is cut into sections.
    """

    ranges_m: Callable[[Array], Array]
    n_cuts: int

    def sees(self, points_px: Array) -> npt.NDArray[np.bool_]:
        """Say which points (n, 2) show the surface, (n,)."""
        return ~np.isnan(self.ranges_m(points_px))

    def anchor_px(self, seen_px: Array) -> Array:
        """Return a pixel (2,) that shows the surface, in the middle of those that do."""
        middle = seen_px.mean(axis=0)
        if self.sees(middle[np.newaxis]).all():
            return np.asarray(middle)
        return np.asarray(seen_px[np.argmin(np.linalg.norm(seen_px - middle, axis=-1))])

    def last_seen(self, seen_px: Array, hidden_px: Array) -> Array:
        """Return the fraction (n,) of each line, seen at its start, up to which it is seen."""
        low, width = np.zeros(len(seen_px)), 1.0
        steps = np.arange(1, _N_SECTIONS) / _N_SECTIONS
        for _ in range(self.n_cuts if len(seen_px) else 0):
            part = (low[:, np.newaxis] + width * steps)[..., np.newaxis]
            points = seen_px[:, np.newaxis] + part * (hidden_px - seen_px)[:, np.newaxis]
            is_seen = self.sees(points.reshape(-1, 2)).reshape(len(seen_px), -1)
            n_seen = np.argmin(np.pad(is_seen, ((0, 0), (0, 1))), axis=1)
            width /= _N_SECTIONS
            low = low + n_seen * width
        return low


def _drawn_in(hidden_px: Array, anchor: Array, *, search: _Search) -> Array:
    """Return for each hidden point (n, 2) the last seen one on the line from the anchor."""
    starts = np.broadcast_to(anchor, hidden_px.shape)
    part = search.last_seen(starts, hidden_px)
    drawn: Array = starts + part[:, np.newaxis] * (hidden_px - starts)
    return drawn


def _crossing_turns(
    camera: Camera, turn: Array, *, is_seen: npt.NDArray[np.bool_], search: _Search
) -> Array:
    """Return turns (m,) at and towards which the outline goes from seen to hidden or back."""
    before = np.flatnonzero(is_seen != np.roll(is_seen, -1))
    step = np.where(is_seen[before], 1.0, -1.0) / _N_PER_SIDE
    start = np.where(is_seen[before], turn[before], turn[before] + 1.0 / _N_PER_SIDE)
    outline = _outline_px(camera, start), _outline_px(camera, start + step)
    part = search.last_seen(*outline)[:, np.newaxis] * _TOWARDS_CROSSING
    turns: Array = (start[:, np.newaxis] + part * step[:, np.newaxis]).ravel()
    return turns


def _clipped_outline(camera: Camera, search: _Search) -> Array | None:
    """Return the outline (n, 2) of the part of the picture that shows the surface.

    Points of the picture's outline that show none are drawn in towards an anchor; where the
    outline goes from seen to hidden, the last seen point between the two joins the ring.
    """
    turn = _turns(_N_PER_SIDE)
    outline = _outline_px(camera, turn)
    is_seen = search.sees(outline)
    tried = outline if is_seen.any() else _grid_px(camera)
    seen_px = tried[search.sees(tried)]
    if not len(seen_px):
        return None
    ring = outline.copy()
    ring[~is_seen] = _drawn_in(outline[~is_seen], search.anchor_px(seen_px), search=search)
    crossing = _crossing_turns(camera, turn, is_seen=is_seen, search=search)
    ring = np.concatenate([ring, _outline_px(camera, crossing)])
    ring = ring[np.argsort(np.concatenate([turn, crossing]), kind="stable")]
    step_px = np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=-1)
    return ring[step_px > _SAME_PX] if np.any(step_px > _SAME_PX) else ring[:1]


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
        The footprint; None where no pixel tried shows the surface or nothing
        of the View can be located.
    """
    if surface is None or pose_outcome(view) is not RayOutcome.HIT:
        return None

    def ranges_m(points_px: Array) -> Array:
        origin, direction = rays_from_view(view, camera, points_px)
        return surface.intersect(origin, direction, refraction=refraction)[0]

    is_terrain = isinstance(surface, TerrainSurface)
    turn = _turns(_N_PER_SIDE if is_terrain else _N_PER_SIDE_LEVEL)
    center_px = [[0.5 * camera.width_px, 0.5 * camera.height_px]]
    points_px = np.concatenate([_outline_px(camera, turn), center_px])
    range_m = ranges_m(points_px)
    is_clipped = bool(np.isnan(range_m[:-1]).any())
    if is_clipped:
        n_cuts = _N_CUTS_TERRAIN if is_terrain else _N_CUTS
        clipped = _clipped_outline(camera, _Search(ranges_m=ranges_m, n_cuts=n_cuts))
        if clipped is None:
            return None
        points_px = np.concatenate([clipped, center_px])
        range_m = ranges_m(points_px)
    origin, direction = rays_from_view(view, camera, points_px)
    places = places_on_rays(origin, direction, range_m, refraction)
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
