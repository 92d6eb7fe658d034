"""A row of things on a sea that the twin draws, under each heading, as one camera sees it."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import Band, Camera, View
from plainview.sensing import (
    CameraSpec,
    RangeCurves,
    SeenObject,
    Task,
    Viewer,
    Weather,
    band_radiance,
    brightness_temperature_k,
    camera_air_path,
    curves_at,
    range_at,
    scene_of,
    shipped_object,
    shipped_turret,
    viewer_from_camera,
)
from plainview.sensing.range_scene import grazing_rad
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.world import World, WorldObject

__all__ = [
    "COLUMNS",
    "FINER",
    "N_HEADINGS",
    "ROWS",
    "Case",
    "DrawnRow",
    "headings_deg",
    "is_beside",
]

Array = npt.NDArray[np.float64]

_DEEP: Final = 0.5
"""Depth of a box over its smaller side."""
ROWS: Final = 64
COLUMNS: Final = 512
FINER: Final = 2
"""Pixels that the twin draws for one of the camera's, each way: a lens blurs what pixels sample."""
_APART_PX: Final = 64
N_HEADINGS: Final = 12
_BESIDE_PX: Final = 12
"""Columns in the middle between two things, to each side, in which sea and noise are measured."""
_EARTH_M: Final = 6_371_008.8
_EARTH_OF_RAYS_M: Final = _EARTH_M / (1.0 - 0.13)
_WATER_K: Final = 288.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is looked for, with what and in which weather."""

    turret: str
    camera: str
    focal_length_mm: float
    wind_m_s: float
    thing: str
    altitude_m: float = 500.0
    visibility_m: float = 23_000.0
    air_k: float = _WATER_K

    @property
    def name(self) -> str:
        """Of the sensor, the wind and the thing."""
        return f"{self.camera} {self.focal_length_mm:g} mm, {self.wind_m_s:g} m/s, {self.thing}"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnRow:
    """A case with its camera and its air."""

    case: Case
    spec: CameraSpec
    viewer: Viewer

    @classmethod
    def of(cls, case: Case) -> "DrawnRow":
        """Return the row of a case."""
        spec = shipped_turret(case.turret).camera(case.camera)
        viewer = viewer_from_camera(spec, focal_length_mm=case.focal_length_mm, jitter_px=0.25)
        return cls(case, spec, viewer)

    def curves(self, seen: SeenObject) -> RangeCurves:
        """Return what the model says of a thing by range."""
        case = self.case
        weather = Weather(
            visibility_m=case.visibility_m,
            wind_m_s=case.wind_m_s,
            surface_k=_WATER_K,
            air_k=case.air_k,
        )
        scene = scene_of(self.spec, weather, altitude_m=case.altitude_m, is_sea=True)
        return curves_at(scene, self.viewer, seen, false_alarms_per_hour=1.0)

    def range_of_half_m(self, seen: SeenObject) -> float:
        """Return the range at which a spot is found in half of the pictures."""
        curves = self.curves(seen)
        return range_at(curves.range_m, curves.probability["spot"][Task.DETECT], level=0.5)

    def warmer_by_k(self, contrast: float, range_m: float) -> float:
        """Return how warm a thing is that shows a contrast with the sea beside it at a range."""
        limits = {"low_um": self.spec.band_low_um, "high_um": self.spec.band_high_um}
        seen = shipped_object(self.case.thing)
        curves = self.curves(seen)
        path = camera_air_path(
            self.case.altitude_m,
            range_m,
            visibility_m=self.case.visibility_m,
            air_temperature_k=self.case.air_k,
            **limits,
        )
        more = contrast - float(np.interp(range_m, curves.range_m, curves.contrast))
        body = float(band_radiance(_WATER_K + seen.warmer_by_k, **limits))
        own = body + more / float(path.transmission)
        return float(brightness_temperature_k(own, **limits)) - _WATER_K

    def renderer(self, range_m: float, seed: int, *, has_things: bool = True) -> Renderer:
        """Return a sea with a row of things at a range under each heading."""
        case, shipped = self.case, shipped_object(self.case.thing)
        columns = np.arange(_APART_PX // 2, COLUMNS, _APART_PX)
        # Things lie anywhere within the pixels, both ways.
        lies = np.random.default_rng(seed).uniform(-0.5, 0.5, (N_HEADINGS, len(columns), 2))
        per_row_m = range_m * self.pixel_rad / float(np.tan(grazing_rad(case.altitude_m, range_m)))
        aside = np.arctan((columns - 0.5 * COLUMNS + lies[..., 0]) * self.pixel_rad)
        azimuth = (np.radians(headings_deg())[:, np.newaxis] + aside).ravel()
        distance_m = (range_m + lies[..., 1] * per_row_m).ravel()
        chord_m = np.sqrt((distance_m**2 - case.altitude_m**2) / (1.0 + case.altitude_m / _EARTH_M))
        things = [
            WorldObject(
                object_id=i + 1,
                kind="flotsam",
                east_m=float(chord_m[i] * np.sin(azimuth[i])),
                north_m=float(chord_m[i] * np.cos(azimuth[i])),
                course_deg=(math.degrees(azimuth[i]) + 90.0) % 360.0,
                length_m=shipped.width_m,
                width_m=_DEEP * min(shipped.width_m, shipped.height_m),
                height_m=shipped.height_m,
                temperature_k=_WATER_K + shipped.warmer_by_k,
            )
            for i in range(len(azimuth))
        ]
        world = World(
            latitude_deg=43.0,
            longitude_deg=8.0,
            sea_hae_m=0.0,
            wind_m_s=case.wind_m_s,
            water_k=_WATER_K,
            air_k=case.air_k,
            visibility_m=case.visibility_m,
            seed=seed,
            objects=tuple(things) if has_things else (),
        )
        limits = self.spec.band_low_um, self.spec.band_high_um
        return Renderer(world, n_threads=1, bands_um={Band(self.spec.band): limits})

    @property
    def pixel_rad(self) -> float:
        """The angle of one of the camera's pixels."""
        return 1e-3 * self.viewer.chain.pixel_mrad

    def drawn(
        self, renderer: Renderer, range_m: float, heading_deg: float, *, time_s: float
    ) -> RenderedPicture:
        """Return the picture of a row of things, one pixel of the camera a pixel of it."""
        case = self.case
        steeper = case.altitude_m / range_m + 0.5 * range_m / _EARTH_OF_RAYS_M
        view = View(
            latitude_deg=43.0,
            longitude_deg=8.0,
            height_hae_m=case.altitude_m,
            camera_heading_deg=heading_deg,
            camera_elevation_deg=-math.degrees(math.asin(steeper)),
            camera_roll_deg=0.0,
            horizontal_fov_deg=2.0 * math.degrees(math.atan(0.5 * COLUMNS * self.pixel_rad)),
            vertical_fov_deg=2.0 * math.degrees(math.atan(0.5 * ROWS * self.pixel_rad)),
        )
        camera = Camera(
            name="x",
            width_px=FINER * COLUMNS,
            height_px=FINER * ROWS,
            band=Band(self.spec.band),
        )
        return renderer.render([(camera, view)], time_s=time_s)[0]


def headings_deg() -> Array:
    """Return the headings of the looks, evenly round; the wind blows to 90 degrees."""
    return 7.0 + 360.0 / N_HEADINGS * np.arange(N_HEADINGS)


def is_beside() -> npt.NDArray[np.bool_]:
    """Return which columns lie in the middle between two things, (columns,)."""
    middle = np.arange(COLUMNS) % _APART_PX
    beside: npt.NDArray[np.bool_] = (middle < _BESIDE_PX) | (middle >= _APART_PX - _BESIDE_PX)
    beside[:_APART_PX] = beside[-_APART_PX:] = False
    return beside
