"""Range beam: what the narrow beam of a rangefinder meets, and the distance that it gives.

The beam is drawn as a picture of its own width along the camera's true line of sight, through the
same world: sea, land and things. Surfaces of one range make one return; those farther behind
make the next. How strong a return is follows from how much of the beam it fills, how bright it is
and how it is turned.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    apparent_directions,
    ecef_from_camera,
    ecef_from_enu,
    ecef_from_geodetic,
    enu_m_from_geodetic,
    geodetic_from_ecef,
    sensor_position_ecef_m,
)
from plainview.model import Camera, View
from plainview.sensing.rangefinder_spec import LAST
from plainview.twin.land_surface import Cover, LandSurface
from plainview.twin.object_shape import ELLIPSOID, Solid, solids_of
from plainview.twin.rangefinder import Rangefinder, sea_reflectance
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.world import World, WorldObject

__all__ = ["BeamReturns", "ask_range", "beam_returns"]

Array = npt.NDArray[np.float64]

_SIDE_PX: Final = 16
_PULSE_M: Final = 1.5
"""Surfaces that lie closer behind each other make one return: half of a pulse of 10 ns; assumed."""
_COVERS: Final = {
    Cover.WATER: 0.02,
    Cover.GRASS: 0.3,
    Cover.FOREST: 0.3,
    Cover.ROCK: 0.3,
    Cover.SAND: 0.5,
    Cover.ROAD: 0.2,
    Cover.BUILDING: 0.3,
}
"""Reflectance of what covers the ground, at 1.5 um; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BeamReturns:
    """What comes back of a beam: n returns, nearest first.

    Args:
        range_m: (n,) to what threw it back.
        reflectance: (n,) as of a matt surface that fills the beam and faces it.
    """

    range_m: Array
    reflectance: Array


def ask_range(
    finder: Rangefinder,
    renderer: Renderer,
    seen_by: tuple[Camera, View],
    *,
    time_s: float,
    generator: np.random.Generator,
) -> float | None:
    """Return the distance that a rangefinder gives, in metres; None where it finds none.

    Args:
        finder: It.
        renderer: Of the world.
        seen_by: The camera along whose middle it measures, and its true View.
        time_s: From the world's time 0.
        generator: Draws noise and drop-outs.
    """
    returns = beam_returns(
        renderer, seen_by, beam_width_mrad=finder.spec.beam_width_mrad, time_s=time_s
    )
    measured = finder.measure(returns.range_m, reflectance=returns.reflectance, generator=generator)
    found = measured[~np.isnan(measured)]
    if not len(found):
        return None
    return float(found[-1] if finder.spec.returns == LAST else found[0])


def beam_returns(
    renderer: Renderer, seen_by: tuple[Camera, View], *, beam_width_mrad: float, time_s: float
) -> BeamReturns:
    """Return what comes back of a beam along the middle of a camera's picture.

    Args:
        renderer: Of the world.
        seen_by: The camera, and its true View.
        beam_width_mrad: Full angle of the beam.
        time_s: From the world's time 0.
    """
    camera, view = seen_by
    width_deg = math.degrees(1e-3 * beam_width_mrad)
    beam = Camera(name="beam", width_px=_SIDE_PX, height_px=_SIDE_PX, band=camera.band)
    looked = replace(view, horizontal_fov_deg=width_deg, vertical_fov_deg=width_deg)
    (picture,) = renderer.render([(beam, looked)], time_s=time_s)
    side = (np.arange(_SIDE_PX) + 0.5) / (0.5 * _SIDE_PX) - 1.0
    right, down = (each.ravel() for each in np.meshgrid(side, side))
    is_in_beam = np.hypot(right, down) < 1.0
    tangent = math.tan(0.5e-3 * beam_width_mrad)
    sights = np.stack([tangent * right, tangent * down, np.ones_like(right)], axis=-1)[is_in_beam]
    sights /= np.linalg.norm(sights, axis=-1, keepdims=True)
    range_m = picture.range_m.ravel()[is_in_beam]
    bright = _ground_reflectance(renderer.world, looked, sights, range_m=range_m)
    range_m, bright = _with_things(renderer.world, picture, sights, met=(range_m, bright))
    return _returns(range_m, bright)


def _returns(range_m: Array, bright: Array) -> BeamReturns:
    """Return the returns of samples that share a beam evenly, (m,) each."""
    is_met = ~np.isnan(range_m)
    order = np.argsort(range_m[is_met], kind="stable")
    near_m, share = range_m[is_met][order], bright[is_met][order] / len(range_m)
    if not len(near_m):
        return BeamReturns(range_m=np.zeros(0), reflectance=np.zeros(0))
    step_m = np.diff(near_m)
    apart_m = _PULSE_M + 2.0 * float(np.median(step_m[step_m > 0.0])) if np.any(step_m) else 1.0
    first = np.flatnonzero(np.concatenate([[True], step_m > max(apart_m, _PULSE_M)]))
    total = np.add.reduceat(share, first)
    weight = np.maximum(share, 1e-12)
    mean_m = np.add.reduceat(near_m * weight, first) / np.add.reduceat(weight, first)
    return BeamReturns(range_m=mean_m, reflectance=total)


def _ground_reflectance(world: World, view: View, sights: Array, *, range_m: Array) -> Array:
    """Return how bright sea or land is where rays meet it, (m,); 0 where they meet nothing."""
    rays = sights @ ecef_from_camera(view).T
    place = sensor_position_ecef_m(view) + rays * np.nan_to_num(range_m)[:, np.newaxis]
    latitude, longitude, height = geodetic_from_ecef(place)
    axes = ecef_from_enu(latitude, longitude)
    enu = np.einsum("nji,nj->ni", axes, rays)
    bright = sea_reflectance(np.arcsin(np.clip(-enu[:, 2], 1e-6, 1.0)), wind_m_s=world.wind_m_s)
    if world.land is not None:
        plane = enu_m_from_geodetic(latitude, longitude, height, origin=world.origin)
        bright = _on_land(world.land, plane[:, :2], enu, bright=bright)
    return np.where(np.isnan(range_m), 0.0, bright)


def _on_land(land: LandSurface, place_m: Array, ray_enu: Array, *, bright: Array) -> Array:
    """Return the brightness with that of the ground where there is any."""
    east, north = place_m.T
    grid = land.grid
    half_m = 0.5 * grid.frame[2]
    rows, columns = grid.cover.shape
    column = np.clip(np.rint((east - grid.frame[0]) / grid.frame[2]), 0, columns - 1)
    row = np.clip(np.rint((north - grid.frame[1]) / grid.frame[2]), 0, rows - 1)
    cover = grid.cover[row.astype(np.intp), column.astype(np.intp)]
    rise_e = land.heights_m(east + half_m, north) - land.heights_m(east - half_m, north)
    rise_n = land.heights_m(east, north + half_m) - land.heights_m(east, north - half_m)
    normal = np.stack([-rise_e, -rise_n, np.full_like(rise_e, 2.0 * half_m)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    facing = np.clip(-np.sum(normal * ray_enu, axis=-1), 0.0, 1.0)
    reflectance = np.array([_COVERS[each] for each in Cover])[cover]
    is_land = (land.heights_m(east, north) > 0.0) & (cover != Cover.WATER)
    return np.where(is_land, reflectance * facing, bright)


def _with_things(
    world: World, picture: RenderedPicture, sights: Array, *, met: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return range and brightness with the things that rays meet before the ground."""
    range_m, bright = met
    truth, view = picture.truth, picture.view
    origin = sensor_position_ecef_m(view)
    turn = ecef_from_camera(view)
    nearest_m = np.full(len(sights), np.inf)
    for row in np.flatnonzero(truth.visible_px > 0.0):
        thing = world.objects[row]
        ecef = ecef_from_geodetic(
            truth.latitude_deg[row], truth.longitude_deg[row], truth.height_hae_m[row]
        )
        axes = _object_axes(thing, truth.latitude_deg[row], truth.longitude_deg[row])
        seen = apparent_directions(origin, ecef[np.newaxis])[0] * np.linalg.norm(ecef - origin)
        start, rays = -seen @ axes, sights @ turn.T @ axes
        for part in solids_of(thing, air_k=world.air_k):
            hit_m, facing = _meet(part, start, rays, is_cut=thing.above_m == 0.0)
            is_hidden = range_m < hit_m - max(thing.size_m)
            is_first = (hit_m < nearest_m) & ~is_hidden
            nearest_m = np.where(is_first, hit_m, nearest_m)
            range_m = np.where(is_first, hit_m, range_m)
            bright = np.where(is_first, part.reflectance * facing, bright)
    return range_m, bright


def _object_axes(thing: WorldObject, latitude_deg: float, longitude_deg: float) -> Array:
    """Return ecef_from_object of a thing that stands level: x forward, y to the left, z up."""
    course = math.radians(thing.course_deg)
    ahead = np.array([math.sin(course), math.cos(course), 0.0])
    up = np.array([0.0, 0.0, 1.0])
    axes: Array = ecef_from_enu(latitude_deg, longitude_deg) @ np.stack(
        [ahead, np.cross(up, ahead), up], axis=-1
    )
    return axes


def _meet(part: Solid, start: Array, rays: Array, *, is_cut: bool) -> tuple[Array, Array]:
    """Return where rays first meet a solid, (m,), inf where they miss, and how it faces them.

    Args:
        part: The solid.
        start: (3,) of the rays, in the thing's frame.
        rays: (m, 3) unit.
        is_cut: Whether what lies below the thing's zero is under water.
    """
    half = np.array(part.half_m)
    from_middle = (start - np.array(part.center_m)) / half
    along = rays / half
    with np.errstate(invalid="ignore", divide="ignore"):
        if part.form == ELLIPSOID:
            a = np.sum(along**2, axis=-1)
            b = along @ from_middle
            inside = b**2 - a * (from_middle @ from_middle - 1.0)
            hit = np.where(inside >= 0.0, (-b - np.sqrt(np.maximum(inside, 0.0))) / a, np.inf)
            normal = (from_middle + hit[:, np.newaxis] * along) / half
        else:
            ends = np.stack([(-1.0 - from_middle) / along, (1.0 - from_middle) / along])
            near, far = ends.min(axis=0), ends.max(axis=0)
            enters = near.max(axis=-1)
            hit = np.where(enters < far.min(axis=-1), enters, np.inf)
            side = np.arange(3) == near.argmax(axis=-1)[:, np.newaxis]
            normal = -np.sign(along) * side
        normal = normal / np.linalg.norm(normal, axis=-1, keepdims=True)
        facing = np.clip(-np.sum(normal * rays, axis=-1), 0.0, 1.0)
        is_dry = (not is_cut) | (start[2] + hit * rays[:, 2] >= 0.0)
    is_met = np.isfinite(hit) & (hit > 0.0) & is_dry
    return np.where(is_met, hit, np.inf), np.where(is_met, np.nan_to_num(facing), 0.0)
