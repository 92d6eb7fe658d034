import numpy as np
import numpy.typing as npt
import pytest

from bench.drawn_scene import Scenario
from bench.drawn_scene.sea_texture import SeaTile, draw_patches, draw_tile_in_picture, draw_waves


def _moved(
    homography: npt.NDArray[np.float64], *, east_m: float, north_m: float
) -> npt.NDArray[np.float64]:
    moved = homography.copy()
    moved[:2, 2] += [east_m, north_m]
    return moved


@pytest.fixture(scope="module")
def waves(rescue: Scenario) -> SeaTile:
    return draw_waves(np.random.default_rng(1), rescue.sea)


def test_tiles_have_their_stated_contrast(rescue: Scenario, waves: SeaTile) -> None:
    patches = draw_patches(np.random.default_rng(1), rescue.sea)
    assert np.std(patches.contrast_k) == pytest.approx(rescue.sea.patches_k, rel=1e-3)
    assert np.std(waves.contrast_k) == pytest.approx(rescue.sea.waves_k, rel=1e-3)
    assert patches.velocity_m_s == (0.0, 0.0)


def test_the_dominant_wave_has_its_length_and_runs_downwind(
    rescue: Scenario, waves: SeaTile
) -> None:
    n = waves.contrast_k.shape[0] // 2
    power = np.abs(np.fft.fft2(waves.contrast_k[:n, :n])) ** 2
    frequency = np.fft.fftfreq(n, d=waves.cell_m)
    north, east = np.meshgrid(frequency, frequency, indexing="ij")
    mean_1_m = np.sum(power * np.hypot(north, east)) / np.sum(power)
    assert 1.0 / mean_1_m == pytest.approx(rescue.sea.wave_length_m, rel=0.25)
    axis = 0.5 * np.arctan2(
        np.sum(power * 2.0 * north * east), np.sum(power * (north**2 - east**2))
    )
    wind_to = np.radians(rescue.sea.wind_from_deg - 180.0)
    assert abs(np.cos(axis - wind_to)) > 0.99
    speed = np.hypot(*waves.velocity_m_s)
    assert speed == pytest.approx(np.sqrt(9.80665 * rescue.sea.wave_length_m / 2.0 / np.pi))
    assert np.arctan2(*waves.velocity_m_s) == pytest.approx(wind_to - 2.0 * np.pi, abs=1e-9) or (
        np.arctan2(*waves.velocity_m_s) == pytest.approx(wind_to, abs=1e-9)
    )


def test_a_tile_has_no_seam(waves: SeaTile) -> None:
    n = waves.contrast_k.shape[0] // 2
    across = np.abs(np.diff(waves.contrast_k[:, n - 1 : n + 1], axis=1))
    inside = np.abs(np.diff(waves.contrast_k[:, n // 2 : n // 2 + 2], axis=1))
    assert np.mean(across) == pytest.approx(np.mean(inside), rel=0.2)


def test_a_picture_far_out_is_that_of_the_same_cells_near_by(waves: SeaTile) -> None:
    period_m = waves.cell_m * (waves.contrast_k.shape[0] // 2)
    near = np.array([[0.3, 0.0, 5.0], [0.0, -0.8, 90.0], [0.0, 0.0, 1.0]])
    far = _moved(near, east_m=-7.0 * period_m, north_m=4.0 * period_m)
    pictures = [
        draw_tile_in_picture(waves, scene_from_picture=homography, size_px=(64, 48), time_s=0.0)
        for homography in (near, far)
    ]
    np.testing.assert_allclose(pictures[0], pictures[1], atol=5e-3)


def test_a_picture_wider_than_two_tiles_is_filled(waves: SeaTile) -> None:
    wide = np.array([[30.0, 0.0, 0.0], [0.0, 30.0, 0.0], [0.0, 0.0, 1.0]])
    picture = draw_tile_in_picture(waves, scene_from_picture=wide, size_px=(64, 48), time_s=0.0)
    assert np.std(picture[:, 40:]) == pytest.approx(np.std(waves.contrast_k), rel=0.2)


def test_waves_move_with_time_by_their_speed(waves: SeaTile) -> None:
    homography = np.array([[0.4, 0.0, 0.0], [0.0, 0.4, 0.0], [0.0, 0.0, 1.0]])
    east_m, north_m = waves.velocity_m_s
    moved = _moved(homography, east_m=2.0 * east_m, north_m=2.0 * north_m)
    later = draw_tile_in_picture(waves, scene_from_picture=moved, size_px=(64, 48), time_s=2.0)
    start = draw_tile_in_picture(waves, scene_from_picture=homography, size_px=(64, 48), time_s=0.0)
    np.testing.assert_allclose(later, start, atol=5e-3)


def test_a_cell_is_drawn_where_it_lies() -> None:
    cells = np.zeros((16, 16), np.float32)
    cells[3, 5] = 1.0
    tile = SeaTile(contrast_k=np.tile(cells, (2, 2)), cell_m=2.0, velocity_m_s=(0.0, 0.0))
    metres = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    picture = draw_tile_in_picture(tile, scene_from_picture=metres, size_px=(20, 20), time_s=0.0)
    rows, columns = np.mgrid[0:20, 0:20] + 0.5
    assert np.sum(picture * columns) / np.sum(picture) == pytest.approx(10.0, abs=0.05)
    assert np.sum(picture * rows) / np.sum(picture) == pytest.approx(6.0, abs=0.05)
