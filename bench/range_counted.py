"""Predicted against counted: spots in rendered seas, at the range where half should be found.

For each sensor, wind and thing the model says at which range a spot is found in half of the
pictures. There the twin draws the sea without the thing; the camera's blur and noise and the
spot's filter are applied, the thing's own blurred signal is added anywhere, and what stands above
the threshold, in sigmas of the picture itself, is counted. So the sea, its waves and its radiance
are the twin's; the thing is a flat rectangle that no wave hides. At a half the curve is steepest:
a clutter that is 15 % more than predicted takes the share down to 0.2.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.model import Band, Camera, View
from plainview.sensing import (
    CameraSpec,
    SeenObject,
    Task,
    Viewer,
    Weather,
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
from plainview.twin.renderer import Renderer
from plainview.twin.world import World

__all__ = ["run"]

Array = npt.NDArray[np.float64]

SENSORS: Final = (
    ("ball-18cm", "LWIR", 55.0),
    ("ball-38cm", "MWIR", 150.0),
    ("ball-38cm", "MWIR", 600.0),
)
WINDS_M_S: Final = (3.0, 6.0, 10.0, 14.0)
THINGS: Final = ("person-in-water", "raft", "boat", "fishing-vessel", "vehicle")
ALTITUDE_M: Final = 500.0
SIDE_PX: Final = 256
EDGE_PX: Final = 30
HEADINGS_DEG: Final = (10.0, 130.0, 250.0)
ASKED: Final = 0.05


def blurs(viewer: Viewer, seen: SeenObject, range_m: float) -> tuple[Array, Array]:
    """Return what is left to do to a rendered picture, and the filter of the spot."""
    down = np.fft.fftfreq(SIDE_PX).astype(np.float64)[:, np.newaxis]
    across = np.fft.fftfreq(SIDE_PX).astype(np.float64)
    chain = viewer.chain
    per_mrad = np.hypot(down, across) / chain.pixel_mrad
    lens = diffraction_mtf(per_mrad, cutoff=chain.cutoff_cycles_mrad)
    lens = lens * gaussian_mtf(per_mrad, sigma=chain.gaussian_mrad)
    pixel_m = chain.pixel_mrad * 1e-3 * range_m
    shape = lens * np.sinc(across) * np.sinc(down)
    shape = (
        shape * np.sinc(seen.width_m / pixel_m * across) * np.sinc(seen.height_m / pixel_m * down)
    )
    around = np.sinc(BACKGROUND_PX * across) * np.sinc(BACKGROUND_PX * down)
    return lens, shape * (1.0 - around)


def behind(picture: Array, transfer: Array) -> Array:
    """Return a picture behind a transfer, without its edges."""
    spectrum = np.fft.fft2(picture - picture.mean())
    whole = np.real(np.fft.ifft2(spectrum * transfer))
    return whole[EDGE_PX:-EDGE_PX, EDGE_PX:-EDGE_PX]


def look(viewer: Viewer, range_m: float, heading_deg: float) -> View:
    """Return a look at the sea at a range, one pixel of the camera a pixel of the picture."""
    half = 0.5 * SIDE_PX * viewer.chain.pixel_mrad * 1e-3
    field_deg = 2.0 * float(np.degrees(np.arctan(half)))
    steeper = ALTITUDE_M / range_m + 0.5 * range_m / 7.323e6
    return View(
        latitude_deg=43.0,
        longitude_deg=8.0,
        height_hae_m=ALTITUDE_M,
        camera_heading_deg=heading_deg,
        camera_elevation_deg=-float(np.degrees(np.arcsin(steeper))),
        camera_roll_deg=0.0,
        horizontal_fov_deg=field_deg,
        vertical_fov_deg=field_deg,
    )


def counted(
    spec: CameraSpec, viewer: Viewer, renderer: Renderer, *, weather: Weather, seen: SeenObject
) -> dict[str, float] | None:
    """Return predicted and counted shares at the range of a half; None where there is none."""
    scene = scene_of(spec, weather, altitude_m=ALTITUDE_M, is_sea=True)
    curves = curves_at(scene, viewer, seen, false_alarms_per_hour=1.0)
    range_m = range_at(curves.range_m, curves.probability["spot"][Task.DETECT], level=0.5)
    if not np.isfinite(range_m) or float(grazing_rad(ALTITUDE_M, range_m)) < 0.01:
        return None
    lens, searched = blurs(viewer, seen, range_m)
    spot = filter_spot(viewer.chain, (seen.width_m, seen.height_m), range_m=np.array([range_m]))
    contrast = float(np.interp(range_m, curves.range_m, np.abs(curves.contrast)))
    signal = contrast * float(spot.signal[0])
    stands_out = float(np.interp(range_m, curves.range_m, curves.signal_to_clutter_and_noise))
    threshold = threshold_from_false_alarms(
        1.0, pixels=viewer.pixels, frame_rate_hz=viewer.frame_rate_hz
    )
    sigma, generator = signal / stands_out, np.random.default_rng(1)
    camera = Camera(name="x", width_px=SIDE_PX, height_px=SIDE_PX, band=Band(spec.band))
    shares, clutters = [], []
    for heading_deg in HEADINGS_DEG:
        drawn = renderer.render([(camera, look(viewer, range_m, heading_deg))], time_s=heading_deg)
        sea = behind(drawn[0].radiance.astype(np.float64), lens * searched)
        white = (viewer.noise or 0.0) * generator.standard_normal((SIDE_PX, SIDE_PX))
        field = sea + behind(white, searched)
        shares.append(float(np.mean(field + signal > threshold * np.std(field))))
        clutters.append(float(np.var(sea)))
    noise = (viewer.noise or 0.0) * float(spot.noise[0])
    predicted = float(np.sqrt(max(sigma**2 - noise**2, 0.0)))
    return {
        "counted": float(np.mean(shares)),
        "clutter_ratio": float(np.sqrt(np.mean(clutters))) / max(predicted, 1e-12),
        "clutter_over_noise": predicted / noise,
    }


def run() -> dict[str, Any]:
    """Return the row."""
    cells = []
    for turret, name, focal_length_mm in SENSORS:
        spec = shipped_turret(turret).camera(name)
        viewer = viewer_from_camera(spec, focal_length_mm=focal_length_mm, jitter_px=0.25)
        limits = {Band(spec.band): (spec.band_low_um, spec.band_high_um)}
        for wind_m_s in WINDS_M_S:
            weather = Weather(
                visibility_m=23_000.0, wind_m_s=wind_m_s, surface_k=288.15, air_k=288.15
            )
            world = World(
                latitude_deg=43.0,
                longitude_deg=8.0,
                sea_hae_m=0.0,
                wind_m_s=wind_m_s,
                water_k=288.15,
                air_k=288.15,
                seed=3,
            )
            renderer = Renderer(world, n_threads=1, bands_um=limits)
            for thing in THINGS:
                found = counted(spec, viewer, renderer, weather=weather, seen=shipped_object(thing))
                if found is not None:
                    cells.append(found)
    misses = np.array([abs(cell["counted"] - 0.5) for cell in cells])
    in_waves = [cell["clutter_ratio"] for cell in cells if cell["clutter_over_noise"] > 1.0]
    return {
        "cells": len(cells),
        "median_miss": round(float(np.median(misses)), 3),
        "worst_miss": round(float(np.max(misses)), 3),
        "within_0.05": f"{int(np.sum(misses <= ASKED))} of {len(cells)}",
        "cells_limited_by_clutter": len(in_waves),
        "drawn_over_predicted_clutter": [
            round(float(value), 2) for value in np.quantile(in_waves or [np.nan], [0, 0.5, 1])
        ],
        "counted_quartiles": [
            round(float(value), 2)
            for value in np.quantile([cell["counted"] for cell in cells], [0, 0.25, 0.5, 0.75, 1])
        ],
        "is_met": bool(np.all(misses <= ASKED)),
    }
