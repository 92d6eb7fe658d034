"""Predicted against counted: things that the twin draws, at the range where half should be found.

For each sensor, wind and thing the model says at which range the thing is found as a warm spot in
half of the pictures. There the twin draws seas with such things on them, under looks from all
sides; the camera's blur and noise and the spot's filter are applied, and how many of the things
stand above the threshold, in sigmas of the sea and noise beside them, is counted. What the model
is told of a thing is the size of its outline as it is drawn, and how warm it is over the sea. At
a half the curve is steepest: a signal or a clutter that is 2 % off moves the share by 0.05.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Final

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
from plainview.sensing.filtered_sea import BACKGROUND_PX
from plainview.sensing.point_target import filter_spot, threshold_from_false_alarms
from plainview.sensing.range_scene import grazing_rad
from plainview.sensing.system_mtf import diffraction_mtf, gaussian_mtf
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.world import World, WorldObject

__all__ = ["SENSORS", "THINGS", "WINDS_M_S", "Case", "Cell", "cell_of", "run"]

Array = npt.NDArray[np.float64]

SENSORS: Final = (
    ("ball-18cm", "LWIR", 55.0),
    ("ball-38cm", "MWIR", 150.0),
    ("ball-38cm", "MWIR", 600.0),
)
WINDS_M_S: Final = (3.0, 6.0, 10.0, 14.0)
THINGS: Final = ("person-in-water", "raft", "boat", "fishing-vessel", "vehicle")
"""Things that ship with plainview; the twin draws boxes of their sizes and warmths, which float,
their broad side to the camera."""
_DEEP: Final = 0.5
"""Depth of a box over its smaller side."""
N_FRAMES: Final = 60
"""Of each cell, with eight things in each: the count's own 1-sigma is 0.023."""
EVERY: Final = 3
"""Of so many cells one is counted here; `run(every=1)` counts all 60."""
ASKED: Final = 0.05
_ROWS: Final = 64
_COLUMNS: Final = 512
_FINER: Final = 2
"""Pixels that the twin draws for one of the camera's, each way: a lens blurs what pixels sample."""
_APART_PX: Final = 64
_N_HEADINGS: Final = 12
_BESIDE_PX: Final = 12
"""Columns in the middle between two things, to each side, in which sea and noise are measured."""
_NEAR_ROWS: Final = 8
_REACH_PX: Final = 40
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What was predicted and what was counted; signal, noise and clutter behind the filter."""

    case: Case
    range_m: float
    predicted: float
    counted: float
    n_looks: int
    signal_ratio: float
    clutter_ratio: float
    clutter_over_noise: float

    @property
    def miss(self) -> float:
        """Counted less predicted."""
        return self.counted - self.predicted


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """A case with its camera and its air."""

    case: Case
    spec: CameraSpec
    viewer: Viewer

    @classmethod
    def of(cls, case: Case) -> "_Stage":
        spec = shipped_turret(case.turret).camera(case.camera)
        viewer = viewer_from_camera(spec, focal_length_mm=case.focal_length_mm, jitter_px=0.25)
        return cls(case, spec, viewer)

    def curves(self, seen: SeenObject) -> RangeCurves:
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
        columns = np.arange(_APART_PX // 2, _COLUMNS, _APART_PX)
        # Things lie anywhere within the pixels, both ways.
        lies = np.random.default_rng(seed).uniform(-0.5, 0.5, (_N_HEADINGS, len(columns), 2))
        per_row_m = range_m * self.pixel_rad / float(np.tan(grazing_rad(case.altitude_m, range_m)))
        aside = np.arctan((columns - 0.5 * _COLUMNS + lies[..., 0]) * self.pixel_rad)
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
            horizontal_fov_deg=2.0 * math.degrees(math.atan(0.5 * _COLUMNS * self.pixel_rad)),
            vertical_fov_deg=2.0 * math.degrees(math.atan(0.5 * _ROWS * self.pixel_rad)),
        )
        camera = Camera(
            name="x",
            width_px=_FINER * _COLUMNS,
            height_px=_FINER * _ROWS,
            band=Band(self.spec.band),
        )
        return renderer.render([(camera, view)], time_s=time_s)[0]


def headings_deg() -> Array:
    """Return the headings of the looks, evenly round; the wind blows to 90 degrees."""
    return 7.0 + 360.0 / _N_HEADINGS * np.arange(_N_HEADINGS)


def is_beside() -> npt.NDArray[np.bool_]:
    """Return which columns lie in the middle between two things, (columns,)."""
    middle = np.arange(_COLUMNS) % _APART_PX
    beside: npt.NDArray[np.bool_] = (middle < _BESIDE_PX) | (middle >= _APART_PX - _BESIDE_PX)
    beside[:_APART_PX] = beside[-_APART_PX:] = False
    return beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A thing as it is drawn at a range, without blur and noise.

    Args:
        seen: The rectangle of its area and warmth, as long for its height as its signal is spread.
        off_px: Column and row of its signal's middle, from the middle of its box.
    """

    seen: SeenObject
    off_px: tuple[float, float]


def moments_of(signal: Array, middle_px: Array) -> Array:
    """Return the sum of a signal, and its first and second moments about a place, (5,)."""
    x, y = middle_px
    columns = slice(max(int(x) - _REACH_PX, 0), int(x) + _REACH_PX + 1)
    rows = slice(max(int(y) - _REACH_PX, 0), int(y) + _REACH_PX + 1)
    part = signal[rows, columns]
    across = columns.start + 0.5 + np.arange(part.shape[1]) - x
    down = rows.start + 0.5 + np.arange(part.shape[0]) - y
    along, upright = part.sum(axis=0), part.sum(axis=1)
    return np.array(
        [part.sum(), along @ across, upright @ down, along @ across**2, upright @ down**2]
    )


def outline_of(stage: _Stage, range_m: float, generator: np.random.Generator) -> Outline:
    """Return a thing as its outline is drawn at a range."""
    renderer, bare = (stage.renderer(range_m, seed=1, has_things=has) for has in (True, False))
    sums = []
    for heading_deg in headings_deg():
        time_s = float(generator.uniform(0.0, 1e5))
        picture, empty = (
            stage.drawn(each, range_m, heading_deg, time_s=time_s) for each in (renderer, bare)
        )
        signal = picture.radiance.astype(np.float64) - empty.radiance
        truth = picture.truth
        for i in np.flatnonzero(truth.visible_fraction > 0.999):
            box = truth.box_px[i]
            moments = moments_of(signal, box[:2] + 0.5 * box[2:])
            sums.append([truth.visible_px[i], *moments])
    area_px, whole, right, low, wide, high = np.mean(sums, axis=0)
    off_px = float(right / whole), float(low / whole)
    # A pixel's own spread is a twelfth.
    wide_2, high_2 = (
        max(float(each) / whole - off**2 - 1.0 / 12.0, 1e-3)
        for each, off in zip((wide, high), off_px, strict=True)
    )
    longer = (wide_2 / high_2) ** 0.25
    width_px, height_px = math.sqrt(area_px) * longer, math.sqrt(area_px) / longer
    pixel_m = stage.pixel_rad * range_m / _FINER
    seen = replace(
        shipped_object(stage.case.thing),
        width_m=float(width_px * pixel_m),
        height_m=float(height_px * pixel_m),
        warmer_by_k=stage.warmer_by_k(whole / area_px, range_m),
    )
    return Outline(seen=seen, off_px=(off_px[0] / _FINER, off_px[1] / _FINER))


def frequencies(finer: int) -> tuple[Array, Array]:
    """Return cycles a camera's pixel, down and across a picture that is so much finer."""
    down = np.fft.fftfreq(_ROWS * finer, 1.0 / finer).astype(np.float64)[:, np.newaxis]
    return down, np.fft.fftfreq(_COLUMNS * finer, 1.0 / finer).astype(np.float64)


def lens_of(viewer: Viewer, finer: int) -> Array:
    """Return what lens and jitter leave."""
    per_mrad = np.hypot(*frequencies(finer)) / viewer.chain.pixel_mrad
    lens = diffraction_mtf(per_mrad, cutoff=viewer.chain.cutoff_cycles_mrad)
    return lens * gaussian_mtf(per_mrad, sigma=viewer.chain.gaussian_mrad)


def filter_of(viewer: Viewer, seen: SeenObject, range_m: float) -> Array:
    """Return the filter of a spot, over the frequencies of the camera's pixels."""
    down, across = frequencies(1)
    pixel_m = viewer.chain.pixel_mrad * 1e-3 * range_m
    shape = lens_of(viewer, 1) * np.sinc(across) * np.sinc(down)
    shape = (
        shape * np.sinc(seen.width_m / pixel_m * across) * np.sinc(seen.height_m / pixel_m * down)
    )
    around = np.sinc(BACKGROUND_PX * across) * np.sinc(BACKGROUND_PX * down)
    filtered: Array = shape * (1.0 - around)
    return filtered


def in_pixels(picture: npt.NDArray[np.float32], lens: Array) -> Array:
    """Return what the camera's pixels take of a finer picture, behind the lens."""
    blurred = behind(picture.astype(np.float64), lens)
    return blurred.reshape(_ROWS, _FINER, _COLUMNS, _FINER).mean(axis=(1, 3))


def behind(picture: Array, transfer: Array) -> Array:
    """Return a picture behind a transfer, its mean taken away."""
    return np.real(np.fft.ifft2(np.fft.fft2(picture - picture.mean()) * transfer))


def cell_of(case: Case, *, n_frames: int, seed: int) -> Cell | None:
    """Return predicted and counted shares at the range of a half; None where there is none."""
    stage, generator = _Stage.of(case), np.random.default_rng(seed)
    seen = shipped_object(case.thing)
    for _ in range(2):
        range_m = stage.range_of_half_m(seen)
        if not np.isfinite(range_m):
            return None
        outline = outline_of(stage, range_m, generator)
        seen = outline.seen
    range_m = stage.range_of_half_m(seen)
    return counted(stage, outline, range_m, n_frames=n_frames, seed=seed)


def counted(stage: _Stage, outline: Outline, range_m: float, *, n_frames: int, seed: int) -> Cell:
    """Return what is predicted at a range, and what the twin's frames give."""
    viewer, seen, generator = stage.viewer, outline.seen, np.random.default_rng(seed)
    renderer = stage.renderer(range_m, seed=seed)
    lens, searched = lens_of(viewer, _FINER), filter_of(viewer, seen, range_m)
    rows = slice(_ROWS // 2 - _NEAR_ROWS, _ROWS // 2 + _NEAR_ROWS + 1)
    signals: list[Array] = []
    sigmas: list[float] = []
    clutters: list[float] = []
    for heading_deg in headings_deg():
        peaks, fields, seas = [], [], []
        for _ in range(n_frames // _N_HEADINGS):
            time_s = float(generator.uniform(0.0, 1e5))
            picture = stage.drawn(renderer, range_m, heading_deg, time_s=time_s)
            sea = behind(in_pixels(picture.radiance, lens), searched)
            white = (viewer.noise or 0.0) * generator.standard_normal(sea.shape)
            field = sea + behind(white, searched)
            truth = picture.truth
            is_in = truth.visible_fraction > 0.0
            middle = truth.box_px[is_in, :2] + 0.5 * truth.box_px[is_in, 2:]
            middle = middle / _FINER + outline.off_px
            column, row = np.floor(middle).astype(int).T
            peaks.append(field[row, column])
            fields.append(field[rows, is_beside()])
            seas.append(sea[rows, is_beside()])
        sigma = float(np.std(fields))
        signals.append(np.concatenate(peaks) / sigma)
        sigmas.append(sigma)
        clutters.append(float(np.var(seas)))
    threshold = threshold_from_false_alarms(
        1.0, pixels=viewer.pixels, frame_rate_hz=viewer.frame_rate_hz
    )
    curves = stage.curves(seen)
    spot = filter_spot(viewer.chain, (seen.width_m, seen.height_m), range_m=np.array([range_m]))
    signal = float(np.interp(range_m, curves.range_m, np.abs(curves.contrast))) * spot.signal[0]
    stands_out = float(np.interp(range_m, curves.range_m, curves.signal_to_clutter_and_noise))
    noise = (viewer.noise or 0.0) * float(spot.noise[0])
    clutter = math.sqrt(max((signal / stands_out) ** 2 - noise**2, 1e-30))
    looks = np.concatenate(signals)
    drawn = np.mean([sigma * float(np.mean(s)) for s, sigma in zip(signals, sigmas, strict=True)])
    found = curves.probability["spot"][Task.DETECT]
    return Cell(
        case=stage.case,
        range_m=range_m,
        predicted=float(np.interp(range_m, curves.range_m, found)),
        counted=float(np.mean(looks > threshold)),
        n_looks=len(looks),
        signal_ratio=float(drawn / signal),
        clutter_ratio=math.sqrt(float(np.mean(clutters))) / clutter,
        clutter_over_noise=clutter / noise,
    )


def run(every: int = EVERY) -> dict[str, Any]:
    """Return the row."""
    cases = [
        Case(turret=turret, camera=name, focal_length_mm=focal, wind_m_s=wind_m_s, thing=thing)
        for turret, name, focal in SENSORS
        for wind_m_s in WINDS_M_S
        for thing in THINGS
    ][::every]
    found = [cell_of(case, n_frames=N_FRAMES, seed=i) for i, case in enumerate(cases)]
    cells = [cell for cell in found if cell is not None]
    misses = np.abs([cell.miss for cell in cells])
    in_waves = [cell.clutter_ratio for cell in cells if cell.clutter_over_noise > 0.3]
    return {
        "cells": f"{len(cells)} of {len(cases)}",
        "frames": N_FRAMES * len(cells),
        "looks_a_cell": min(cell.n_looks for cell in cells),
        "within_0.05": f"{int(np.sum(misses <= ASKED))} of {len(cells)}",
        "median_miss": round(float(np.median(misses)), 3),
        "worst_miss": round(float(np.max(misses)), 3),
        "missed": [f"{c.case.name}: {c.counted:.2f}" for c in cells if abs(c.miss) > ASKED],
        "drawn_over_predicted_clutter": [
            round(float(value), 2) for value in np.quantile(in_waves or [np.nan], [0, 0.5, 1])
        ],
        "is_met": len(cells) == len(cases) and bool(np.all(misses <= ASKED)),
    }
