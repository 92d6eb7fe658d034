"""Sea clutter that range models predict, against the pictures that the twin draws of the same sea.

The winds, heights, headings and cameras are none of the benchmark's (`range_counted`).
"""

import math

import numpy as np
import numpy.typing as npt
import pytest

from plainview.model import Band, Camera, View
from plainview.sensing import Weather, scene_of, shipped_turret, viewer_from_camera
from plainview.sensing.filtered_sea import filter_sea
from plainview.sensing.range_scene import grazing_rad
from plainview.sensing.sea_clutter import slope_spectrum
from plainview.sensing.system_mtf import OpticalChain, diffraction_mtf, gaussian_mtf
from plainview.twin.renderer import Renderer
from plainview.twin.wave_tiles import WaveTiles
from plainview.twin.world import World

Array = npt.NDArray[np.float64]
ROWS, COLUMNS, FINER = 64, 320, 2
SPOT_M = (0.5, 0.4)
# Of looks that the prediction is made for: 10.1 and 45 degrees off down wind, and the opposite.
AZIMUTHS_DEG = (10.14, 190.14, 45.0, 225.0)


def view(chain: OpticalChain, range_m: float, altitude_m: float, heading_deg: float) -> View:
    pixel_rad = 1e-3 * chain.pixel_mrad
    steeper = altitude_m / range_m + 0.5 * range_m / 7.323e6
    return View(
        latitude_deg=43.0,
        longitude_deg=8.0,
        height_hae_m=altitude_m,
        camera_heading_deg=heading_deg,
        camera_elevation_deg=-math.degrees(math.asin(steeper)),
        camera_roll_deg=0.0,
        horizontal_fov_deg=2.0 * math.degrees(math.atan(0.5 * COLUMNS * pixel_rad)),
        vertical_fov_deg=2.0 * math.degrees(math.atan(0.5 * ROWS * pixel_rad)),
    )


def frequencies(finer: int) -> tuple[Array, Array]:
    down = np.fft.fftfreq(ROWS * finer, 1.0 / finer).astype(np.float64)[:, np.newaxis]
    return down, np.fft.fftfreq(COLUMNS * finer, 1.0 / finer).astype(np.float64)


def lens(chain: OpticalChain, finer: int) -> Array:
    per_mrad = np.hypot(*frequencies(finer)) / chain.pixel_mrad
    left: Array = diffraction_mtf(per_mrad, cutoff=chain.cutoff_cycles_mrad) * gaussian_mtf(
        per_mrad, sigma=chain.gaussian_mrad
    )
    return left


def behind_filter(picture: Array, chain: OpticalChain, range_m: float) -> Array:
    """Return the middle rows of a picture behind the lens, the pixels and the filter of a spot."""
    blurred = np.real(np.fft.ifft2(np.fft.fft2(picture - picture.mean()) * lens(chain, FINER)))
    pixels = blurred.reshape(ROWS, FINER, COLUMNS, FINER).mean(axis=(1, 3))
    down, across = frequencies(1)
    pixel_m = 1e-3 * chain.pixel_mrad * range_m
    searched = lens(chain, 1) * np.sinc(down) * np.sinc(across)
    searched = (
        searched * np.sinc(SPOT_M[0] / pixel_m * across) * np.sinc(SPOT_M[1] / pixel_m * down)
    )
    searched = searched * (1.0 - np.sinc(21.0 * down) * np.sinc(21.0 * across))
    return np.real(np.fft.ifft2(np.fft.fft2(pixels) * searched))[24:40, 24:-24]


@pytest.mark.parametrize(
    ("turret", "camera", "focal_mm", "wind_m_s", "altitude_m", "range_m", "air_k"),
    [
        ("ball-18cm", "LWIR", 55.0, 4.5, 300.0, 900.0, 285.0),
        ("ball-18cm", "LWIR", 55.0, 8.0, 900.0, 2500.0, 290.0),
        ("ball-18cm", "LWIR", 55.0, 12.0, 200.0, 2000.0, 288.0),
        ("ball-38cm", "MWIR", 300.0, 4.5, 1000.0, 8000.0, 290.0),
        ("ball-38cm", "MWIR", 300.0, 8.0, 300.0, 3000.0, 285.0),
        ("ball-38cm", "MWIR", 300.0, 12.0, 1200.0, 6000.0, 288.0),
    ],
)
def test_clutter_behind_a_filter_is_that_of_the_twins_seas(
    turret: str,
    camera: str,
    focal_mm: float,
    wind_m_s: float,
    altitude_m: float,
    range_m: float,
    air_k: float,
) -> None:
    spec = shipped_turret(turret).camera(camera)
    chain = viewer_from_camera(spec, focal_length_mm=focal_mm, jitter_px=0.25).chain
    weather = Weather(visibility_m=20_000.0, wind_m_s=wind_m_s, surface_k=287.0, air_k=air_k)
    scene = scene_of(spec, weather, altitude_m=altitude_m, is_sea=True)
    assert scene.facet_radiance is not None
    sea = filter_sea(
        scene.facet_radiance,
        chain,
        SPOT_M,
        range_m=np.array([range_m]),
        depression_rad=np.array([float(grazing_rad(altitude_m, range_m))]),
        spectrum=scene.spectrum,
        foam_radiance=scene.foam_radiance,
    )
    band = Band(spec.band)
    limits = {band: (spec.band_low_um, spec.band_high_um)}
    seen = Camera(name="x", width_px=FINER * COLUMNS, height_px=FINER * ROWS, band=band)
    variances: list[list[float]] = [[] for _ in AZIMUTHS_DEG]
    for seed in (11, 12):
        world = World(
            latitude_deg=43.0,
            longitude_deg=8.0,
            sea_hae_m=0.0,
            wind_m_s=wind_m_s,
            water_k=287.0,
            air_k=air_k,
            visibility_m=20_000.0,
            seed=seed,
        )
        renderer = Renderer(world, n_threads=1, bands_um=limits)
        for found, azimuth_deg in zip(variances, AZIMUTHS_DEG, strict=True):
            looks = [(seen, view(chain, range_m, altitude_m, 90.0 + azimuth_deg))]
            for time_s in (10.0, 777.0, 5000.0):
                picture = renderer.render(looks, time_s=time_s)[0].radiance.astype(np.float64)
                found.append(float(np.var(behind_filter(picture, chain, range_m))))
    transmission = float(np.interp(range_m, scene.range_m, scene.transmission))
    drawn = np.sqrt(np.mean(variances, axis=1)) / transmission
    ratio = drawn / sea.behind[0, : len(AZIMUTHS_DEG)]
    assert np.all((ratio > 0.65) & (ratio < 1.5)), ratio
    assert np.exp(np.log(ratio).mean()) == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize("wind_m_s", [3.0, 6.0, 10.0, 14.0])
def test_the_tiles_hold_the_waves_of_the_range_models_sea(wind_m_s: float) -> None:
    sea = slope_spectrum(wind_m_s)
    k = np.geomspace(sea.low_1_m, sea.high_1_m, 2001)
    angle = (np.arange(64) + 0.5) / 64 * 2.0 * np.pi
    downwind, crosswind = np.outer(k, np.cos(angle)), np.outer(k, np.sin(angle))
    height = sea.density(downwind, crosswind)
    tiles = WaveTiles.of(wind_m_s, rng=np.random.default_rng(1))
    edges = np.concatenate([[0.0], sea.high_1_m / 11.2 ** np.array([2.0, 1.0, 0.0])])
    for tile, low, high in zip(tiles.tiles, edges[:-1], edges[1:], strict=True):
        is_in = (k >= low) & (k < high)
        per_log = np.where(is_in, 2.0 * np.pi * k**2, 0.0)
        held = [
            np.trapezoid((height * each**2).mean(axis=1) * per_log, np.log(k))
            for each in (downwind, crosswind)
        ]
        assert tile.slope_variances() == pytest.approx(np.array(held), rel=0.08)
    assert tiles.total == pytest.approx(np.array([sea.upwind, sea.crosswind]))
