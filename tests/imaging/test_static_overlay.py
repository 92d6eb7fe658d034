import cv2
import numpy as np
import pytest

from plainview.imaging import HomographyRegistrar, OverlaySettings, StaticOverlayFinder
from plainview.model import Registration
from tests.imaging import scenes
from tests.imaging.scenes import add_blob, draw_ground, look, shift, to_bytes

N_FRAMES = 45
BOAT_PX = (240.0, 180.0)


def moved(by: np.ndarray) -> Registration:
    return Registration(current_from_previous=by, residual_px=0.05, is_valid=True, is_restart=False)


@pytest.fixture(scope="module")
def ground() -> scenes.Image:
    return draw_ground(7, contrast=18.0)


def draw_strokes(picture: np.ndarray, index: int) -> np.ndarray:
    """Text, a reticle with an open middle and a counter, as an encoder burns them in."""
    cv2.putText(picture, "N 38 13.245", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    cv2.putText(picture, f"{index:04d}", (380, 340), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 255, 1)
    for start, end in (((180, 180), (222, 180)), ((258, 180), (300, 180))):
        cv2.line(picture, start, end, 255, 2)
    for start, end in (((240, 120), (240, 162)), ((240, 198), (240, 240))):
        cv2.line(picture, start, end, 255, 2)
    return picture


def picture_of(ground: scenes.Image, index: int, step_px: float, *, has_boat: bool) -> np.ndarray:
    rng = np.random.default_rng(index)
    seen = look(ground, shift(step_px * index - 60.0, 0.4 * step_px * index - 20), seed=index)
    if has_boat:
        x, y = BOAT_PX + rng.normal(0.0, 0.4, 2)
        seen = add_blob(seen, x, y, sigma_px=2.2, height=90.0)
        seen = add_blob(seen, x + 5.0, y, sigma_px=1.6, height=70.0)
    return draw_strokes(to_bytes(seen), index)


def stroke_truth() -> np.ndarray:
    drawn = draw_strokes(np.zeros((scenes.HEIGHT_PX, scenes.WIDTH_PX), np.uint8), 0)
    drawn[300:] = 0
    return drawn > 128


def watch(ground: scenes.Image, *, step_px: float, has_boat: bool) -> np.ndarray:
    finder = StaticOverlayFinder()
    for index in range(N_FRAMES):
        picture = picture_of(ground, index, step_px, has_boat=has_boat)
        finder.observe(picture, moved(shift(step_px, 0.4 * step_px)))
    return finder.strokes((scenes.HEIGHT_PX, scenes.WIDTH_PX))


def test_strokes_are_found_while_the_background_moves(ground: scenes.Image) -> None:
    mask = watch(ground, step_px=3.0, has_boat=False)
    truth = stroke_truth()
    assert np.mean(mask[truth] > 0) > 0.95


def test_only_strokes_are_masked(ground: scenes.Image) -> None:
    mask = watch(ground, step_px=3.0, has_boat=False)
    near = cv2.dilate(stroke_truth().astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    near[310:350, 370:450] = True
    assert np.mean(mask[~near] > 0) < 0.001


def test_a_boat_held_on_the_reticle_is_not_masked(ground: scenes.Image) -> None:
    mask = watch(ground, step_px=3.0, has_boat=True)
    x, y = (int(v) for v in BOAT_PX)
    assert not mask[y - 6 : y + 6, x - 6 : x + 11].any()
    assert np.mean(mask[stroke_truth()] > 0) > 0.9


def test_a_held_boat_is_masked_at_no_time(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    x, y = (int(v) for v in BOAT_PX)
    for index in range(N_FRAMES):
        finder.observe(picture_of(ground, index, 3.0, has_boat=True), moved(shift(3.0, 1.2)))
        mask = finder.strokes((scenes.HEIGHT_PX, scenes.WIDTH_PX))
        assert mask.size == 0 or not mask[y - 6 : y + 6, x - 6 : x + 11].any()


def test_most_strokes_are_masked_after_three_looks(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    for index in range(10):
        finder.observe(picture_of(ground, index, 3.0, has_boat=False), moved(shift(3.0, 1.2)))
    assert not finder.is_learned
    mask = finder.strokes((scenes.HEIGHT_PX, scenes.WIDTH_PX))
    assert np.mean(mask[stroke_truth()] > 0) > 0.6


def test_nothing_is_masked_before_the_background_has_moved_enough(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    for index in range(N_FRAMES):
        finder.observe(picture_of(ground, index, 0.02, has_boat=True), moved(shift(0.02, 0.008)))
    mask = finder.strokes((scenes.HEIGHT_PX, scenes.WIDTH_PX))
    assert mask.size == 0 or not mask[174:186, 234:250].any()


def test_scenery_seen_by_a_still_camera_is_not_masked(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    still = look(ground, np.eye(3), noise=0.0)
    for index in range(150):
        noise = np.random.default_rng(index).normal(0.0, 1.0, still.shape)
        finder.observe(to_bytes(still + noise), moved(np.eye(3)))
    assert not finder.strokes(still.shape).any()


def test_saturated_graphics_are_found_even_by_a_still_camera(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    still = look(ground, np.eye(3), noise=0.0)
    for index in range(150):
        noise = np.random.default_rng(index).normal(0.0, 1.0, still.shape)
        finder.observe(draw_strokes(to_bytes(still + noise), 0), moved(np.eye(3)))
    mask = finder.strokes(still.shape)
    assert mask.size
    assert np.mean(mask[stroke_truth()] > 0) > 0.6


def test_strokes_that_go_are_forgotten(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    for index in range(90):
        seen = to_bytes(look(ground, shift(1.5 * index - 60.0, 0.0), seed=index))
        if index < 40:
            draw_strokes(seen, index)
        finder.observe(seen, moved(shift(6.0, 0.0)))
        if index == 39:
            assert finder.strokes(seen.shape).any()
    assert not finder.strokes(seen.shape).any()


def test_another_size_starts_anew(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder()
    for index in range(N_FRAMES):
        finder.observe(picture_of(ground, index, 3.0, has_boat=False), moved(shift(3.0, 1.2)))
    assert finder.strokes((360, 480)).any()
    finder.observe(np.zeros((240, 320), np.uint8), moved(np.eye(3)))
    assert finder.strokes((360, 480)).size == 0


def test_without_registration_a_boat_is_never_masked(ground: scenes.Image) -> None:
    lost = Registration(
        current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=False
    )
    finder = StaticOverlayFinder()
    for index in range(150):
        finder.observe(picture_of(ground, index, 0.5, has_boat=True), lost)
    mask = finder.strokes((360, 480))
    assert mask.size == 0 or not mask[174:186, 234:250].any()


def test_a_restored_finder_goes_on_to_the_same_mask(ground: scenes.Image) -> None:
    pictures = [picture_of(ground, index, 3.0, has_boat=True) for index in range(N_FRAMES)]
    whole, first, second = (StaticOverlayFinder() for _ in range(3))
    for index, picture in enumerate(pictures):
        whole.observe(picture, moved(shift(3.0, 1.2)))
        if index < 20:
            first.observe(picture, moved(shift(3.0, 1.2)))
    second.restore(first.state())
    for picture in pictures[20:]:
        second.observe(picture, moved(shift(3.0, 1.2)))
    np.testing.assert_array_equal(second.strokes((360, 480)), whole.strokes((360, 480)))


def test_the_chain_finds_strokes_by_itself(ground: scenes.Image) -> None:
    registrar = HomographyRegistrar()
    for index in range(N_FRAMES):
        picture = picture_of(ground, index, 3.0, has_boat=True)
        registrar.register(scenes.frame_of(picture, index))
    last = registrar.pictures.picture(scenes.frame_of(picture, N_FRAMES))
    truth = stroke_truth()
    assert np.mean(last.strokes[truth] > 0) > 0.9
    assert np.abs(last.clean[truth].astype(float) - 255.0).min() > 20.0


def test_settings_can_ask_for_more_contrast(ground: scenes.Image) -> None:
    finder = StaticOverlayFinder(OverlaySettings(least_contrast=250))
    for index in range(N_FRAMES):
        finder.observe(picture_of(ground, index, 3.0, has_boat=False), moved(shift(3.0, 1.2)))
    assert not finder.strokes((360, 480)).any()


def test_the_noise_of_a_stretched_thermal_picture_is_not_taken_for_ink() -> None:
    """Letters on a sea that fills the grey levels with little more than noise."""
    rng = np.random.default_rng(5)
    finder = StaticOverlayFinder()
    shape = (256, 320)
    for _ in range(40):
        picture = np.clip(rng.normal(90.0, 25.0, shape), 0.0, 255.0).astype(np.uint8)
        cv2.putText(picture, "SIMULATED", (10, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 4)
        cv2.putText(picture, "SIMULATED", (10, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 255, 1)
        finder.observe(picture, moved(shift(3.0, 1.2)))
    mask = finder.strokes_of(picture)
    assert mask.size
    assert np.count_nonzero(mask[180:210, :110]) > 300
    assert np.count_nonzero(mask) < 0.05 * mask.size
