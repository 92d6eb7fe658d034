"""Each compiled kernel against its NumPy twin."""

import numpy as np
import pytest

from plainview.imaging import opencv_from_homography
from plainview.imaging.agreement import measure_agreement, weigh_cells
from plainview.imaging.gauss_newton import refine_homography
from plainview.imaging.gradient_points import select_points
from plainview.imaging.static_overlay import fill_strokes
from plainview.imaging.stroke_memory import remember_look, stroke_response
from tests.imaging import scenes, twins

NO_MASK = np.empty((0, 0), np.uint8)
TRUTH = scenes.shift(2.3, -1.4) @ scenes.turn_about_middle(0.3)


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    ground = scenes.draw_ground(4, finest_px=16)
    previous = scenes.look(ground, np.eye(3), seed=1)
    current = scenes.look(ground, TRUTH, seed=2)
    current[100:200, 150:300] = previous[90:190, 140:290]
    return previous[:241, :322].copy(), (1.1 * current[:241, :322] + 5.0).astype(np.float32)


def test_points_are_the_ones_that_numpy_selects(pair: tuple[np.ndarray, np.ndarray]) -> None:
    mask = np.zeros(pair[0].shape, np.uint8)
    mask[40:90, 60:100] = 255
    is_masked: np.ndarray
    for is_masked in (NO_MASK, mask):
        found = select_points(pair[0], is_masked, 7)
        np.testing.assert_allclose(found, twins.select_points(pair[0], is_masked, 7), rtol=1e-5)


def test_no_point_lies_where_it_is_masked(pair: tuple[np.ndarray, np.ndarray]) -> None:
    mask = np.zeros(pair[0].shape, np.uint8)
    mask[40:90, 60:100] = 255
    x, y = select_points(pair[0], mask, 7)[:, :2].astype(int).T
    assert not mask[y, x].any()


def test_a_flat_picture_has_no_points() -> None:
    assert select_points(np.full((40, 50), 7.0, np.float32), NO_MASK, 5).shape == (0, 5)


def test_a_homography_is_refined_as_numpy_refines_it(pair: tuple[np.ndarray, np.ndarray]) -> None:
    previous, current = pair
    points = select_points(previous, NO_MASK, 7)
    trust = np.random.default_rng(0).uniform(0.2, 1.0, len(points))
    ours = refine_homography(current, points, np.eye(3), trust, (12, 1e-3))
    theirs = twins.refine_homography(current, points, np.eye(3), trust, (12, 1e-3))
    np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-6, atol=1e-6)
    assert ours[1] == pytest.approx(theirs[1], rel=1e-6)
    assert ours[2] == pytest.approx(theirs[2], rel=1e-6)


def test_gain_and_geometry_are_found_at_once(pair: tuple[np.ndarray, np.ndarray]) -> None:
    previous, current = pair
    points = select_points(previous, NO_MASK, 7)
    homography, gain, _ = refine_homography(
        current, points, np.eye(3), np.ones(len(points)), (20, 1e-3)
    )
    truth = opencv_from_homography(TRUTH)
    moved = twins.bend(homography, points) - twins.bend(truth, points)
    assert np.sqrt(np.mean(moved**2)) < 0.1
    assert gain == pytest.approx(1.1, abs=0.02)


def test_too_few_points_give_no_solution(pair: tuple[np.ndarray, np.ndarray]) -> None:
    points = select_points(pair[0], NO_MASK, 7)[:30]
    homography, _, _ = refine_homography(
        pair[1], points, np.eye(3), np.ones(len(points)), (12, 1e-3)
    )
    assert np.isnan(homography).all()


def test_cells_are_weighed_as_numpy_weighs_them(pair: tuple[np.ndarray, np.ndarray]) -> None:
    points = select_points(pair[0], NO_MASK, 5)
    truth = opencv_from_homography(TRUTH)
    ours = weigh_cells(pair[1], points, truth, (6, 8))
    theirs = twins.weigh_cells(pair[1], points, truth, (6, 8))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-9)


def test_a_cell_that_moves_a_little_on_its_own_loses_trust() -> None:
    ground = scenes.draw_ground(4, finest_px=32, contrast=10.0)
    previous = scenes.look(ground, np.eye(3), noise=1.5, seed=1)
    current = scenes.look(ground, np.eye(3), noise=1.5, seed=2)
    current[100:200, 150:300] = scenes.look(ground, scenes.shift(1.0, 0.5), noise=1.5, seed=3)[
        100:200, 150:300
    ]
    points = select_points(previous, NO_MASK, 5)
    trust = weigh_cells(current, points, np.eye(3), (6, 8))
    x, y = points[:, :2].T
    is_mover = (x > 182) & (x < 298) & (y > 122) & (y < 178)
    assert np.median(trust[is_mover]) < 0.5
    assert np.median(trust[~is_mover]) > 0.7


def test_agreement_is_what_numpy_measures(pair: tuple[np.ndarray, np.ndarray]) -> None:
    points = select_points(pair[0], NO_MASK, 5)
    for homography in (np.eye(3), opencv_from_homography(TRUTH)):
        ours = measure_agreement(pair[1], points, homography, (6, 8))
        theirs = twins.measure_agreement(pair[1], points, homography, (6, 8))
        np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(ours[2], theirs[2], rtol=1e-4, atol=1e-6)


def test_a_look_is_remembered_as_numpy_remembers_it() -> None:
    rng = np.random.default_rng(3)
    shape = (40, 50)
    words = [np.zeros(shape, np.uint16) for _ in range(3)]
    memory = (words[0], words[1], words[2], np.zeros(shape, np.uint8))
    theirs: tuple[np.ndarray, ...] = tuple(part.copy() for part in memory)
    for n_looks in range(1, 12):
        levels = rng.integers(0, 256, shape).astype(np.uint8)
        response = rng.integers(-255, 256, shape).astype(np.int16)
        remember_look(levels, response, memory, 60, n_looks)
        theirs = twins.remember_look(levels, response, theirs, least=60, n_looks=n_looks)
        for ours_part, their_part in zip(memory, theirs, strict=True):
            np.testing.assert_array_equal(ours_part, their_part)


def test_a_masked_pixel_is_filled_with_the_mean_beside_it() -> None:
    picture = np.tile(np.arange(40, dtype=np.float32), (30, 1))
    mask = np.zeros(picture.shape, np.uint8)
    mask[10:13, 5:35] = 255
    truth = picture.copy()
    picture[mask > 0] = 255.0
    filled = fill_strokes(picture, mask)
    np.testing.assert_allclose(filled[:, 9:31], truth[:, 9:31], atol=1e-3)


@pytest.mark.parametrize("depth", [np.uint8, np.float32])
def test_masked_pixels_are_filled_as_numpy_fills_them(depth: type) -> None:
    """Blocks of up to 30 pixels: of the larger the middle is further off than is looked."""
    rng = np.random.default_rng(5)
    picture: np.ndarray = rng.integers(0, 256, (90, 120)).astype(depth)
    mask = np.zeros(picture.shape, np.uint8)
    for size, x, y in ((2, 5, 5), (7, 20, 80), (15, 100, 0), (30, 40, 30), (44, 76, 46)):
        mask[y : y + size, x : x + size] = 255
    theirs = picture.copy()
    for row, column in np.argwhere(mask):
        for radius in (2, 4, 8, 16):
            window = np.s_[
                max(0, row - radius) : row + radius + 1,
                max(0, column - radius) : column + radius + 1,
            ]
            clear = picture[window][mask[window] == 0].astype(np.float64)
            if len(clear) >= 3:
                theirs[row, column] = clear.sum() / len(clear)
                break
    np.testing.assert_allclose(fill_strokes(picture, mask), theirs, rtol=1e-6)


def test_thin_things_respond_and_wide_ones_do_not() -> None:
    picture = np.full((60, 80), 100, np.uint8)
    picture[10:50, 20:22] = 220
    picture[30:50, 50:70] = 220
    picture[5:7, 40:70] = 20
    response = stroke_response(picture, 4)
    assert (response[15:45, 20:22] == 120).all()
    assert (response[32:48, 52:68] == 0).all()
    assert (response[5:7, 45:65] == -80).all()
