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

from bench.drawn_row import (
    COLUMNS,
    FINER,
    N_HEADINGS,
    ROWS,
    Case,
    DrawnRow,
    headings_deg,
    is_beside,
)
from plainview.sensing import (
    SeenObject,
    Task,
    Viewer,
    shipped_object,
)
from plainview.sensing.filtered_sea import BACKGROUND_PX
from plainview.sensing.point_target import filter_spot, threshold_from_false_alarms
from plainview.sensing.system_mtf import diffraction_mtf, gaussian_mtf

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
N_FRAMES: Final = 60
"""Of each cell, with eight things in each: the count's own 1-sigma is 0.023."""
EVERY: Final = 3
"""Of so many cells one is counted here; `run(every=1)` counts all 60."""
ASKED: Final = 0.05
_NEAR_ROWS: Final = 8
_REACH_PX: Final = 40


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


def outline_of(stage: DrawnRow, range_m: float, generator: np.random.Generator) -> Outline:
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
    pixel_m = stage.pixel_rad * range_m / FINER
    seen = replace(
        shipped_object(stage.case.thing),
        width_m=float(width_px * pixel_m),
        height_m=float(height_px * pixel_m),
        warmer_by_k=stage.warmer_by_k(whole / area_px, range_m),
    )
    return Outline(seen=seen, off_px=(off_px[0] / FINER, off_px[1] / FINER))


def frequencies(finer: int) -> tuple[Array, Array]:
    """Return cycles a camera's pixel, down and across a picture that is so much finer."""
    down = np.fft.fftfreq(ROWS * finer, 1.0 / finer).astype(np.float64)[:, np.newaxis]
    return down, np.fft.fftfreq(COLUMNS * finer, 1.0 / finer).astype(np.float64)


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
    return blurred.reshape(ROWS, FINER, COLUMNS, FINER).mean(axis=(1, 3))


def behind(picture: Array, transfer: Array) -> Array:
    """Return a picture behind a transfer, its mean taken away."""
    return np.real(np.fft.ifft2(np.fft.fft2(picture - picture.mean()) * transfer))


def cell_of(case: Case, *, n_frames: int, seed: int) -> Cell | None:
    """Return predicted and counted shares at the range of a half; None where there is none."""
    stage, generator = DrawnRow.of(case), np.random.default_rng(seed)
    seen = shipped_object(case.thing)
    for _ in range(2):
        range_m = stage.range_of_half_m(seen)
        if not np.isfinite(range_m):
            return None
        outline = outline_of(stage, range_m, generator)
        seen = outline.seen
    range_m = stage.range_of_half_m(seen)
    return counted(stage, outline, range_m, n_frames=n_frames, seed=seed)


def counted(stage: DrawnRow, outline: Outline, range_m: float, *, n_frames: int, seed: int) -> Cell:
    """Return what is predicted at a range, and what the twin's frames give."""
    viewer, seen, generator = stage.viewer, outline.seen, np.random.default_rng(seed)
    renderer = stage.renderer(range_m, seed=seed)
    lens, searched = lens_of(viewer, FINER), filter_of(viewer, seen, range_m)
    rows = slice(ROWS // 2 - _NEAR_ROWS, ROWS // 2 + _NEAR_ROWS + 1)
    signals: list[Array] = []
    sigmas: list[float] = []
    clutters: list[float] = []
    for heading_deg in headings_deg():
        peaks, fields, seas = [], [], []
        for _ in range(n_frames // N_HEADINGS):
            time_s = float(generator.uniform(0.0, 1e5))
            picture = stage.drawn(renderer, range_m, heading_deg, time_s=time_s)
            sea = behind(in_pixels(picture.radiance, lens), searched)
            white = (viewer.noise or 0.0) * generator.standard_normal(sea.shape)
            field = sea + behind(white, searched)
            truth = picture.truth
            is_in = truth.visible_fraction > 0.0
            middle = truth.box_px[is_in, :2] + 0.5 * truth.box_px[is_in, 2:]
            middle = middle / FINER + outline.off_px
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
