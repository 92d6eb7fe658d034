"""What distortion adds to each pixel, kept, against Newton's steps of a single pixel."""

from dataclasses import replace

import numpy as np

from plainview.model import Band, Camera, Distortion, View
from plainview.twin.lens_bends import LensBends
from plainview.twin.renderer import Renderer
from plainview.twin.sea_rays import Lens, plane_of_pixel
from plainview.twin.world import World


def lens_of(*terms: float) -> Lens:
    return Lens(
        np.array([900.0, 905.0]),
        np.array([161.0, 127.5]),
        np.array(terms),
        any(terms),
        np.zeros((2, 0, 0), np.float32),
    )


def camera_of(width_px: int, height_px: int) -> Camera:
    return Camera(
        name="a",
        width_px=width_px,
        height_px=height_px,
        distortion=Distortion(radial=(-0.3, 0.1, 0.0), tangential=(1e-3, -2e-3)),
    )


def test_bends_are_those_of_each_pixel() -> None:
    lens = LensBends().added(lens_of(-0.3, 0.1, 0.0, 1e-3, -2e-3), camera_of(320, 256))
    for column, row in ((0, 0), (319, 255), (160, 128), (40, 200)):
        x, y = plane_of_pixel(lens, column + 0.5, row + 0.5)
        flat_x = (column + 0.5 - 161.0) / 900.0
        flat_y = (row + 0.5 - 127.5) / 905.0
        assert abs(flat_x + float(lens.bends[0, row, column]) - x) < 1e-9
        assert abs(flat_y + float(lens.bends[1, row, column]) - y) < 1e-9
    assert np.abs(lens.bends).max() > 1e-4


def test_a_straight_lens_is_left_as_it_is() -> None:
    lens = lens_of(0.0, 0.0, 0.0, 0.0, 0.0)
    assert LensBends().added(lens, camera_of(320, 256)) is lens


def test_few_lenses_are_kept() -> None:
    bends = LensBends()
    lens = lens_of(-0.3, 0.0, 0.0, 0.0, 0.0)
    first = bends.added(lens, camera_of(8, 8)).bends
    assert bends.added(lens, camera_of(8, 8)).bends is first
    for width in range(9, 17):
        bends.added(lens, camera_of(width, 8))
    assert bends.added(lens, camera_of(8, 8)).bends is not first


def test_a_band_is_the_same_alone_and_beside_another() -> None:
    world = World(latitude_deg=43.0, longitude_deg=8.0, sea_hae_m=40.0, wind_m_s=7.0)
    view = View(
        latitude_deg=43.0,
        longitude_deg=8.0,
        height_hae_m=540.0,
        camera_heading_deg=25.0,
        camera_elevation_deg=-15.0,
        camera_roll_deg=0.0,
        horizontal_fov_deg=12.0,
        vertical_fov_deg=9.62,
    )
    day = Camera(
        name="day",
        width_px=320,
        height_px=256,
        band=Band.EO,
        distortion=Distortion(radial=(-0.2, 0.05, 0.0)),
    )
    thermal = replace(day, name="thermal", band=Band.LWIR)
    renderer = Renderer(world, n_threads=1)
    both = renderer.render([(day, view), (thermal, view)], time_s=0.0)
    for camera, beside in zip((day, thermal), both, strict=True):
        alone = renderer.render([(camera, view)], time_s=0.0)[0]
        assert np.array_equal(alone.radiance, beside.radiance)
        assert np.array_equal(alone.range_m, beside.range_m, equal_nan=True)
