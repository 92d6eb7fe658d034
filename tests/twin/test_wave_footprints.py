"""Pixels of the sea against the mean of many points in each: drawn here facet by facet."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from plainview.model import Band, Camera, View
from plainview.sensing import band_radiance, thermal_sky_radiance
from plainview.sensing.water import water_reflectance
from plainview.twin.ray_block import BLOCK, fill_geometry
from plainview.twin.renderer import Renderer
from plainview.twin.scene_pass import ScenePass
from plainview.twin.wave_footprints import footprint_maps
from plainview.twin.wave_tiles import WaveTiles
from plainview.twin.world import World

Array = npt.NDArray[np.float64]
SIDE_PX = 40
ALTITUDE_M = 500.0
WATER_K = 288.15
LOW_UM, HIGH_UM = 8.0, 12.0
PIXEL_RAD = 2.18e-4


def renderer_of(wind_m_s: float) -> Renderer:
    world = World(
        latitude_deg=43.0, longitude_deg=8.0, sea_hae_m=0.0, wind_m_s=wind_m_s, water_k=WATER_K,
        air_k=WATER_K, seed=3,
    )  # fmt: skip
    return Renderer(world, n_threads=1)


def view_at(range_m: float) -> View:
    field_deg = 2.0 * math.degrees(math.atan(0.5 * SIDE_PX * PIXEL_RAD))
    down = math.degrees(math.asin(ALTITUDE_M / range_m + 0.5 * range_m / 7.323e6))
    return View(
        latitude_deg=43.0, longitude_deg=8.0, height_hae_m=ALTITUDE_M, camera_heading_deg=130.0,
        camera_elevation_deg=-down, camera_roll_deg=0.0, horizontal_fov_deg=field_deg,
        vertical_fov_deg=field_deg,
    )  # fmt: skip


def facets_send(slope: Array, aslant: Array, sine: Array) -> tuple[Array, Array]:
    """Return the radiance of facets, and the area that is seen of each."""
    per = 1.0 / np.sqrt(1.0 + slope**2 + aslant**2)
    seen = np.maximum(slope * np.sqrt(1.0 - sine**2) + sine, 0.0)
    met = np.clip(seen * per, 0.0, 1.0)
    cosines = np.linspace(0.0, 1.0, 2001)
    elevations = np.linspace(0.0, 90.0, 2001)
    mirrored = water_reflectance(cosines, low_um=LOW_UM, high_um=HIGH_UM)
    sky = thermal_sky_radiance(
        elevations, low_um=LOW_UM, high_um=HIGH_UM, air_temperature_k=WATER_K
    )
    rise = np.degrees(np.arcsin(np.clip(2.0 * met * per - sine, 0.0, 1.0)))
    body = float(band_radiance(WATER_K, low_um=LOW_UM, high_um=HIGH_UM))
    share = np.interp(met, cosines, mirrored)
    return body + share * (np.interp(rise, elevations, sky) - body), seen


def drawn_by_points(
    renderer: Renderer, view: View, points: tuple[int, int], rng: np.random.Generator
) -> Array:
    """Return a picture whose pixels are means of points within each, facets by what is seen."""
    rows, columns = points[0] * SIDE_PX, points[1] * SIDE_PX
    fine = Camera(name="fine", width_px=columns, height_px=rows, band=Band.LWIR)
    scene = ScenePass.of(renderer.world, fine, view)
    tiles = renderer._tiles
    stack = tiles.at(0.0)
    rest = tiles.total - sum(tile.slope_variances() for tile in tiles.tiles)
    nodes, shares = np.polynomial.hermite_e.hermegauss(5)
    sent, seen = np.zeros((SIDE_PX, SIDE_PX)), np.zeros((SIDE_PX, SIDE_PX))
    block, samples = np.empty((8, BLOCK)), np.zeros((8, 16))
    for row in range(rows):
        fill_geometry(block, samples, (0, row, columns), scene.lens, scene.rays)
        g = block[:, :columns]
        level = np.hypot(g[4], g[5])
        ahead, aside = g[4] / level, g[5] / level
        wide = (rng.random(columns) - 0.5) * g[0] / scene.lens.focal_px[0]
        deep = (rng.random(columns) - 0.5) * g[0] / scene.lens.focal_px[1] / g[1]
        places = g[2] + deep * ahead - wide * aside, g[3] + deep * aside + wide * ahead
        slopes = np.zeros((2, columns))
        for t, size_m in enumerate(stack.sizes_m):
            start, side = int(stack.starts[t]), int(stack.sides[t])
            texels = stack.texels[start : start + side**2].reshape(side, side, 2)
            x, y = places[0] * side / size_m, places[1] * side / size_m
            j, i = np.floor(x).astype(int), np.floor(y).astype(int)
            f, h = (x - j)[:, np.newaxis], (y - i)[:, np.newaxis]
            top = (1.0 - f) * texels[i % side, j % side] + f * texels[i % side, (j + 1) % side]
            i = i + 1
            low = (1.0 - f) * texels[i % side, j % side] + f * texels[i % side, (j + 1) % side]
            slopes += ((1.0 - h) * top + h * low).T
        towards, across = (
            slopes[0] * ahead + slopes[1] * aside,
            slopes[1] * ahead - slopes[0] * aside,
        )
        rough = rest[0] * ahead**2 + rest[1] * aside**2
        for node, share in zip(nodes, shares / shares.sum(), strict=True):
            radiance, area = facets_send(
                towards + np.sqrt(rough) * node, np.hypot(across, np.sqrt(rest.sum() - rough)), g[1]
            )
            of_pixel = (share * area * radiance).reshape(SIDE_PX, -1).sum(axis=1)
            sent[row // points[0]] += of_pixel
            seen[row // points[0]] += (share * area).reshape(SIDE_PX, -1).sum(axis=1)
    return sent / seen


def levelled(picture: Array) -> Array:
    """Return a picture less a plane and a parabola down it."""
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX].reshape(2, -1)
    terms = np.stack([np.ones(len(x)), x, y, y**2], axis=-1).astype(np.float64)
    fitted = terms @ np.linalg.lstsq(terms, picture.ravel(), rcond=None)[0]
    left: Array = picture - fitted.reshape(SIDE_PX, SIDE_PX)
    return left


@pytest.mark.parametrize(
    ("wind_m_s", "range_m", "most"),
    [(4.0, 1000.0, 0.1), (10.0, 1000.0, 0.15), (4.0, 3000.0, 0.3), (10.0, 6000.0, 0.3)],
)
def test_a_pixel_is_the_mean_of_what_its_footprint_sends(
    wind_m_s: float, range_m: float, most: float
) -> None:
    # Clutter was 1.3 to 3 times that of points before footprints were long and narrow.
    renderer, view = renderer_of(wind_m_s), view_at(range_m)
    camera = Camera(name="thermal", width_px=SIDE_PX, height_px=SIDE_PX, band=Band.LWIR)
    picture = renderer.render([(camera, view)], time_s=0.0)[0]
    light = renderer.light_of(camera, altitude_m=ALTITUDE_M)
    place = np.linspace(0.0, 1.0, len(light.transmission))
    root = np.sqrt(picture.range_m / 400e3)
    through, path = np.interp(root, place, light.transmission), np.interp(root, place, light.path)
    sea = (picture.radiance.astype(np.float64) - path) / through
    rng = np.random.default_rng(1)
    # Two draws of points share the sea and not their chance.
    first, second = (drawn_by_points(renderer, view, (8, 4), rng) for _ in range(2))
    assert sea.mean() == pytest.approx(0.5 * (first.mean() + second.mean()), rel=3e-3)
    drawn, one, two = levelled(sea), levelled(first), levelled(second)
    wanted = math.sqrt(float(np.mean(one * two)))
    assert float(np.std(drawn)) == pytest.approx(wanted, rel=most)
    assert float(np.mean(drawn * 0.5 * (one + two))) > 0.6 * wanted * float(np.std(drawn))


def test_a_long_footprint_leaves_of_waves_what_the_tables_say() -> None:
    tiles = WaveTiles.of(8.0, rng=np.random.default_rng(0))
    azimuth, size = 0.0, np.array([[0.512, 8.192]])
    maps = footprint_maps(tiles.at(3.0), size, azimuth_rad=azimuth)
    kept = np.exp(tiles.seen_from(azimuth))[:, 7, 4, 2]
    assert maps.variances[0, 1] == pytest.approx(kept[1], rel=0.25)
    assert maps.variances[0, 2] < 0.02 * tiles.total[0]
    twice = footprint_maps(tiles.at(3.0), np.repeat(size, 2, axis=0), azimuth_rad=azimuth)
    assert twice.starts[0, 1] == twice.starts[1, 1]
    np.testing.assert_array_equal(twice.variances[0], twice.variances[1])
