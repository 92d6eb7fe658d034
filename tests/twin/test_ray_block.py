import numpy as np
import pytest

from plainview.model import Band, Camera, Distortion, View
from plainview.twin.lens_bends import LensBends
from plainview.twin.ray_block import BLOCK, N_GEOMETRY, N_SAMPLES, fill_geometry, fill_rays
from plainview.twin.scene_pass import ScenePass
from plainview.twin.world import World


def block_of(
    elevation_deg: float, roll_deg: float, field_deg: float, *, row: int, height_m: float = 400.0,
    distortion: Distortion | None = None,
) -> tuple[np.ndarray, np.ndarray, ScenePass, bool]:  # fmt: skip
    """Return a block of a row as drawn, ray by ray, its scene, and whether it is all sea."""
    camera = Camera(
        name="day", width_px=BLOCK, height_px=256, band=Band.EO, distortion=distortion
    )  # fmt: skip
    view = View(
        latitude_deg=43.0, longitude_deg=8.0, height_hae_m=height_m, camera_heading_deg=70.0,
        camera_elevation_deg=elevation_deg, camera_roll_deg=roll_deg,
        horizontal_fov_deg=field_deg, vertical_fov_deg=0.8 * field_deg,
    )  # fmt: skip
    scene = ScenePass.of(World(latitude_deg=43.0, longitude_deg=8.0, sea_hae_m=0.0), camera, view)
    lens = LensBends().added(scene.lens, camera)
    drawn, samples = np.zeros((N_GEOMETRY, BLOCK)), np.zeros((N_GEOMETRY, N_SAMPLES))
    is_sea, is_sky = fill_geometry(drawn, samples, (0, row, BLOCK), lens, scene.rays)
    exact = np.zeros((N_GEOMETRY, BLOCK))
    exact[6] = (np.arange(BLOCK) + 0.5 - lens.center_px[0]) / lens.focal_px[0]
    exact[7] = (row + 0.5 - lens.center_px[1]) / lens.focal_px[1]
    if lens.is_curved:
        exact[6:] += lens.bends[:, row]
    fill_rays(exact, lens, scene.rays, BLOCK)
    return drawn, exact, scene, is_sea and not is_sky


@pytest.mark.parametrize(
    ("elevation_deg", "roll_deg", "field_deg"),
    [(-10.0, 0.0, 7.0), (-3.0, 5.0, 4.0), (-20.0, 90.0, 30.0), (-89.0, 10.0, 40.0),
     (-4.0, -60.0, 12.0), (-12.0, 2.0, 60.0)],
)  # fmt: skip
@pytest.mark.parametrize("row", [100, 255])
def test_a_block_is_that_of_its_rays_to_a_thousandth_of_a_pixel(
    elevation_deg: float, roll_deg: float, field_deg: float, row: int
) -> None:
    drawn, exact, scene, is_all_sea = block_of(elevation_deg, roll_deg, field_deg, row=row)
    assert np.array_equal(exact[7] > 0.0, drawn[7] > 0.0) or is_all_sea
    sea = exact[7] > 0.0
    pixel_m = exact[0, sea] / scene.lens.focal_px[0]
    for place in (0, 2, 3):
        assert np.max(np.abs(drawn[place, sea] - exact[place, sea]) / pixel_m) < 2e-3
    np.testing.assert_allclose(drawn[1, sea], exact[1, sea], rtol=2e-5)
    np.testing.assert_allclose(drawn[4:6, sea], exact[4:6, sea], atol=2e-3 * scene.pixel_rad)


def test_a_lens_that_bends_the_picture_keeps_to_its_rays() -> None:
    bent = Distortion(radial=(-0.25, 0.06, 0.0), tangential=(0.001, -0.002))
    drawn, exact, scene, _ = block_of(-25.0, 3.0, 50.0, row=200, distortion=bent)
    pixel_m = exact[0] / scene.lens.focal_px[0]
    assert np.max(np.abs(drawn[2] - exact[2]) / pixel_m) < 2e-3


def test_the_horizon_is_solved_ray_by_ray() -> None:
    for row in range(0, 256, 5):
        drawn, exact, _, is_all_sea = block_of(-0.6, 25.0, 6.0, row=row)
        if not is_all_sea:
            np.testing.assert_allclose(drawn, exact, rtol=1e-9)
        else:
            assert np.all(exact[7] > 0.0)
