"""Renderer: a world seen by cameras at an instant, as radiance, with the truth beside it.

Cameras with one geometry (position, line of sight, size, field, lens) share one pass over the
scene, two bands at a time: a turret's day and thermal camera see the same waves to the pixel.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import ecef_from_enu
from plainview.model import Band, Camera, View
from plainview.sensing import whitecap_fraction
from plainview.twin.band_light import BandLight, band_light, band_limits_um, packed_light, sun_enu
from plainview.twin.land_kernel import LandLight, fill_land_rows, hide_behind_land
from plainview.twin.land_light import land_light
from plainview.twin.lens_bends import LensBends
from plainview.twin.object_kernel import N_FIGURES, N_SOLID, Patches, fill_patches, paint_patches
from plainview.twin.object_pose import (
    ObjectPoses,
    SeenObjects,
    poses_of_objects,
    seen_objects,
    solid_corners,
)
from plainview.twin.object_shape import Solid, solids_of
from plainview.twin.scene_pass import ScenePass, geometry_key, pixels_of_bounds
from plainview.twin.sea_kernel import fill_sea_share
from plainview.twin.sea_light import SeaLight
from plainview.twin.seen_truth import SeenTruth
from plainview.twin.side_by_side import SideBySide
from plainview.twin.wake import wakes_of
from plainview.twin.wave_footprints import FootprintMaps, footprint_maps, footprints_of
from plainview.twin.wave_tiles import TileStack, WaveTiles
from plainview.twin.world import World

__all__ = ["RenderedPicture", "Renderer"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]
Limits = tuple[float, float]

_ALTITUDE_STEP: Final = 0.02
_ROWS_A_SHARE: Final = 16
_SHARES_A_THREAD: Final = 4
"""Of rows and of things, so that no thread waits long for another at the end."""
_LEVEL_ROLL_DEG: Final = 2.0
"""A picture that is rolled less has level rows."""
_LEAST_WHITECAPS: Final = 1e-5
_NO_WHITECAPS: Final = 9.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RenderedPicture:
    """What one camera sees, before its optics and its detector.

    Args:
        camera: The camera.
        view: Its true pose.
        time_s: The instant, from the world's time 0.
        radiance: (rows, columns) float32, of the camera's band, W m^-2 sr^-1.
        range_m: (rows, columns) float64 slant range; NaN where there is sky. Cameras of one
            geometry share it.
        truth: Of every object.
        is_thermal: Whether the band's things glow.
    """

    camera: Camera
    view: View
    time_s: float
    radiance: Single
    range_m: Array
    truth: SeenTruth
    is_thermal: bool


class Renderer:
    """Draws one world; keeps its waves and tables, and a pool of threads.

    Args:
        world: What is drawn.
        n_threads: How many draw at once; the pictures are the same to the byte.
        bands_um: Limits of bands, where a camera's are not the usual ones.
    """

    def __init__(
        self, world: World, *, n_threads: int = 2, bands_um: Mapping[Band, Limits] | None = None
    ) -> None:
        if n_threads < 1:
            raise ValueError(f"a renderer draws with 1 thread or more, not {n_threads}")
        self.world = world
        self._threads = SideBySide(n_threads)
        self._bands_um = dict(bands_um or {})
        self._tiles = WaveTiles.of(world.wind_m_s, rng=np.random.default_rng(world.seed))
        self._lights: dict[tuple[Limits, int], BandLight] = {}
        self._packed: dict[tuple[int, int], SeaLight] = {}
        self._grounds: dict[tuple[int, int], LandLight] = {}
        self._surfaces: dict[tuple[Limits, Limits], Array] = {}
        self._bends = LensBends()
        self._solids = tuple(solids_of(thing, air_k=world.air_k) for thing in world.objects)
        self._corners = solid_corners(self._solids)
        self._whitecaps = float(whitecap_fraction(world.wind_m_s))

    @property
    def significant_height_m(self) -> float:
        """Of the waves."""
        return self._tiles.significant_height_m

    def render(
        self, cameras: Sequence[tuple[Camera, View]], *, time_s: float
    ) -> tuple[RenderedPicture, ...]:
        """Return what each camera sees at an instant.

        Args:
            cameras: Each with its true View.
            time_s: From the world's time 0.

        Raises:
            InputError: A View without pose or field of view, or with a number that is none; a
                camera without band.
            GeometryError: A camera under the sea or hardly above it, or whose lens folds.
        """
        if not math.isfinite(time_s):
            raise InputError(
                where="the instant to draw, time_s", what=f"is {time_s}.", mend="Give a number."
            )
        if not cameras:
            return ()
        groups: dict[tuple[object, ...], list[int]] = {}
        for index, (camera, view) in enumerate(cameras):
            groups.setdefault(geometry_key(camera, view), []).append(index)
        scenes: list[ScenePass] = []
        standing: list[ObjectPoses] = []

        def set_scene() -> None:
            standing.append(poses_of_objects(self.world, self._tiles, time_s))
            scenes.extend(ScenePass.of(self.world, *cameras[each[0]]) for each in groups.values())

        stack = self._tiles.at(time_s, in_turn=self._threads.beside(set_scene))
        poses = standing[0]
        pictures: dict[int, RenderedPicture] = {}
        for indices, scene in zip(groups.values(), scenes, strict=True):
            for start in range(0, len(indices), 2):
                pair = indices[start : start + 2]
                drawn = self._draw(
                    [cameras[i] for i in pair],
                    scene=scene,
                    stack=stack,
                    poses=poses,
                    time_s=time_s,
                )
                pictures.update(zip(pair, drawn, strict=True))
        return tuple(pictures[index] for index in range(len(cameras)))

    def light_of(self, camera: Camera, *, altitude_m: float = 500.0) -> BandLight:
        """Return the light of a camera's band, through the air below an altitude over the sea.

        Altitudes are taken in steps of a fiftieth, so that tables are made anew seldom.
        """
        step = round(math.log(max(altitude_m, 1.0)) / _ALTITUDE_STEP)
        key = self._limits(camera), step
        if key not in self._lights:
            (low_um, high_um), height = key[0], math.exp(step * _ALTITUDE_STEP)
            self._lights[key] = band_light(
                self.world, low_um=low_um, high_um=high_um, altitude_m=height
            )
        return self._lights[key]

    def close(self) -> None:
        """Let the threads go."""
        self._threads.close()

    def _limits(self, camera: Camera) -> Limits:
        if camera.band is not None and camera.band in self._bands_um:
            return self._bands_um[camera.band]
        return band_limits_um(camera)

    def _sea_light(self, lights: Sequence[BandLight]) -> SeaLight:
        first, second = lights[0], lights[-1]
        key = id(first), id(second)
        if key not in self._packed:
            self._packed[key] = packed_light(self.world, first, second)
        return self._packed[key]

    def _ground_light(self, lights: Sequence[BandLight]) -> LandLight:
        key = id(lights[0]), id(lights[-1])
        if key not in self._grounds:
            self._grounds[key] = land_light(self.world, (lights[0], lights[-1]))
        return self._grounds[key]

    def _draw(
        self,
        cameras: list[tuple[Camera, View]],
        *,
        scene: ScenePass,
        stack: TileStack,
        poses: ObjectPoses,
        time_s: float,
    ) -> list[RenderedPicture]:
        """Return what one or two cameras of one geometry see: ground, then things over it."""
        camera = cameras[0][0]
        lights = [self.light_of(each, altitude_m=scene.altitude_m) for each, _ in cameras]
        shape = (camera.height_px, camera.width_px)
        canvas = np.empty((len(cameras), *shape), np.float32), np.empty(shape)
        found: list[tuple[SeenObjects, Patches]] = []

        def see() -> None:
            seen = seen_objects(
                poses,
                self._corners,
                camera,
                lens=scene.lens,
                origin_ecef_m=scene.origin_ecef_m,
                ecef_from_camera=scene.ecef_from_camera,
            )
            found.append((seen, self._patches_of(seen, scene, lights=lights, shape=shape)))

        maps = footprint_maps(
            stack,
            footprints_of(scene.lens, scene.rays, shape, pixel_rad=scene.pixel_rad),
            azimuth_rad=scene.azimuth_rad,
            in_turn=self._threads.beside(see),
        )
        seen, patches = found[0]
        wakes = wakes_of(self.world, time_s)
        self._fill(canvas, patches, cameras[0], scene=scene, maps=maps, lights=lights, wakes=wakes)
        pictures, ranges = canvas
        if self.world.land is not None:
            deep = (scene.pixel_rad, scene.altitude_m)
            hide_behind_land(patches.pool, patches.pixels, patches.start, ranges, deep)
        signals = np.zeros((len(seen.range_m), 2))
        order = np.argsort(seen.range_m, kind="stable")
        light = self._sea_light(lights)
        paint_patches(pictures, ranges, patches, order, (light.air, light.most_range_m), signals)
        return [
            RenderedPicture(
                camera=each,
                view=view,
                time_s=time_s,
                radiance=pictures[band],
                range_m=ranges,
                truth=SeenTruth.of(
                    self.world, poses, seen, figures=patches.figures, signal=signals[:, band]
                ),
                is_thermal=lights[band].is_thermal,
            )
            for band, (each, view) in enumerate(cameras)
        ]

    def _fill(
        self,
        canvas: tuple[Single, Array],
        patches: Patches,
        seen_by: tuple[Camera, View],
        *,
        scene: ScenePass,
        maps: FootprintMaps,
        lights: Sequence[BandLight],
        wakes: Array,
    ) -> None:
        """Draw sea, sky and land into pictures and ranges, and each thing by itself.

        Rows and things are shared out; the pictures are the same on any number of threads.
        """
        pictures, ranges = canvas
        camera, view = seen_by
        n_rows_all = camera.height_px
        waves = (maps, self._tiles.seen_from(scene.azimuth_rad), self._tiles.total)
        light, limit = self._sea_light(lights), self._whitecap_limit
        lens = self._bends.added(scene.lens, camera)
        eye = (lens, scene.rays, scene.pixel_rad)
        land = self.world.land
        n_rows = _ROWS_A_SHARE if land is None else 4 * _ROWS_A_SHARE
        ground = None if land is None else self._ground_light(lights)
        roll_deg = math.remainder(view.camera_roll_deg or 0.0, 360.0)
        is_level = abs(roll_deg) < _LEVEL_ROLL_DEG

        n_shares = _SHARES_A_THREAD * self._threads.n_threads if self._threads.n_threads > 1 else 1

        def fill_rows(index: int) -> None:
            mine = (index, n_shares, n_rows)
            fill_sea_share(pictures, ranges, mine, eye, waves, light, limit, wakes)
            for first in range(index * n_rows, n_rows_all, n_shares * n_rows):
                rows = (first, min(first + n_rows, n_rows_all))
                if land is not None and ground is not None:
                    fill_land_rows(pictures, ranges, rows, eye, land.grid, ground, is_level)

        def fill_things(index: int) -> None:
            fill_patches(patches, lens, scene.rays, (index, n_shares))

        shares = range(n_shares)
        self._threads.do(
            [*(partial(fill_things, i) for i in shares), *(partial(fill_rows, i) for i in shares)]
        )

    @property
    def _whitecap_limit(self) -> float:
        """Of the sum of the waves, over its 1-sigma, beyond which there is foam."""
        if self._whitecaps <= _LEAST_WHITECAPS:
            return _NO_WHITECAPS
        return -NormalDist().inv_cdf(min(self._whitecaps, 0.4))

    def _patches_of(
        self,
        seen: SeenObjects,
        scene: ScenePass,
        *,
        lights: list[BandLight],
        shape: tuple[int, int],
    ) -> Patches:
        n_things = len(seen.range_m)
        pixels = pixels_of_bounds(seen.bounds_px, shape)
        sizes = pixels[:, 2] * pixels[:, 3]
        ends = np.cumsum(sizes)
        bands = (lights[0], lights[-1])
        rotation = np.swapaxes(seen.camera_from_object, 1, 2).copy()
        return Patches(
            solids=self._solid_rows(bands),
            first_solid=np.cumsum([0, *(len(parts) for parts in self._solids)]),
            rotation=rotation,
            position=-np.einsum("nij,nj->ni", rotation, seen.position_m),
            bounds=np.nan_to_num(seen.bounds_px, nan=-1e9),
            pixels=pixels,
            start=ends - sizes,
            is_far=seen.range_m > scene.horizon_range_m,
            is_cut=np.array([thing.above_m == 0.0 for thing in self.world.objects], dtype=bool),
            sun=self._sun_on_objects(rotation, scene.ecef_from_camera).reshape(n_things, 3),
            light=np.array(
                [[b.sun_irradiance, b.sky_irradiance, b.ground_irradiance] for b in bands]
            ),
            pool=np.zeros((int(ends[-1]) if n_things else 0, 4), np.float32),
            figures=np.zeros((n_things, N_FIGURES)),
        )

    def _solid_rows(self, bands: tuple[BandLight, BandLight]) -> Array:
        key = (bands[0].limits_um, bands[1].limits_um)
        if key not in self._surfaces:
            self._surfaces[key] = self._surfaces_in(bands)
        return self._surfaces[key]

    def _surfaces_in(self, bands: tuple[BandLight, BandLight]) -> Array:
        rows = [
            [
                float(part.form),
                *part.center_m,
                *part.half_m,
                *(number for band in bands for number in _surface(part, band)),
            ]
            for parts in self._solids
            for part in parts
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, N_SOLID)

    def _sun_on_objects(self, object_from_camera: Array, pose: Array) -> Array:
        if self.world.sun is None or self.world.sun.elevation_deg <= 0.0:
            return np.zeros((len(object_from_camera), 3))
        enu = sun_enu(self.world)
        in_camera = pose.T @ ecef_from_enu(self.world.latitude_deg, self.world.longitude_deg) @ enu
        lit: Array = object_from_camera @ in_camera
        return lit


def _surface(part: Solid, band: BandLight) -> tuple[float, float]:
    """What a surface sends of its own, and which share of the light on it it sends back."""
    if not band.is_thermal:
        return 0.0, part.reflectance
    return part.emissivity * band.glow(part.temperature_k), 1.0 - part.emissivity
