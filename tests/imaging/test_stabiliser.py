import numpy as np
import pytest

from plainview.imaging import HomographyRegistrar, Stabiliser, StabiliserSettings
from plainview.model import Registration
from tests.imaging import scenes
from tests.imaging.scenes import draw_ground, frame_of, look, shift, to_bytes


def moved(by: np.ndarray) -> Registration:
    return Registration(current_from_previous=by, residual_px=0.05, is_valid=True, is_restart=False)


def test_a_trembling_picture_is_held_still() -> None:
    ground = draw_ground(6)
    rng = np.random.default_rng(0)
    registrar, stabiliser = HomographyRegistrar(), Stabiliser()
    raw, held = [], []
    for index in range(30):
        tremble = shift(*rng.normal(0.0, 3.0, 2)) @ scenes.turn_about_middle(rng.normal(0.0, 0.2))
        frame = frame_of(to_bytes(look(ground, tremble, seed=index)), index)
        shown = stabiliser.stabilise(frame, registrar.register(frame))
        raw.append(frame.pixels[60:300, 60:420].astype(float))
        held.append(shown.pixels[60:300, 60:420].astype(float))
    tremble_of = [float(np.mean(np.abs(np.diff(np.array(p), axis=0)))) for p in (raw, held)]
    assert tremble_of[1] < 0.35 * tremble_of[0]


def test_a_steady_pan_is_followed() -> None:
    stabiliser = Stabiliser(StabiliserSettings(time_constant_s=0.5))
    pixels = np.zeros((360, 480), np.uint8)
    for index in range(200):
        shown = stabiliser.stabilise(frame_of(pixels.copy(), index), moved(shift(2.0, 0.0)))
    lag_px = -shown.stabilised_from_current[0, 2]
    held_px = lag_px + 2.0
    pull = 1.0 + (held_px / 480 / 0.04) ** 2
    assert lag_px == pytest.approx(held_px * np.exp(-pull / 30 / 0.5), rel=0.01)
    assert 10.0 < lag_px < 30.0


def test_no_corner_is_moved_further_than_the_limit() -> None:
    stabiliser = Stabiliser(
        StabiliserSettings(time_constant_s=10.0, firm_offset=9.0, most_offset=0.05)
    )
    pixels = np.zeros((360, 480), np.uint8)
    for index in range(50):
        shown = stabiliser.stabilise(frame_of(pixels.copy(), index), moved(shift(9.0, 4.0)))
        assert np.linalg.norm(shown.stabilised_from_current[:2, 2]) <= 0.05 * 480 + 1e-6


@pytest.mark.parametrize("is_restart", [True, False])
def test_a_picture_that_is_not_registered_is_shown_as_it_is(is_restart: bool) -> None:
    stabiliser = Stabiliser()
    pixels = np.random.default_rng(0).integers(0, 255, (360, 480)).astype(np.uint8)
    lost = Registration(
        current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=is_restart
    )
    stabiliser.stabilise(frame_of(pixels.copy(), 0), lost)
    stabiliser.stabilise(frame_of(pixels.copy(), 1), moved(shift(5.0, 0.0)))
    frame = frame_of(pixels.copy(), 2)
    assert stabiliser.stabilise(frame, lost).pixels is frame.pixels


def test_a_restored_stabiliser_goes_on_to_the_same_picture() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (360, 480)).astype(np.uint8)
    whole, first, second = Stabiliser(), Stabiliser(), Stabiliser()
    for index in range(6):
        frame, by = frame_of(pixels.copy(), index), moved(shift(1.0 * index, -2.0))
        expected = whole.stabilise(frame, by)
        if index == 3:
            second.restore(first.state())
        found = (first if index < 3 else second).stabilise(frame, by)
        np.testing.assert_array_equal(found.pixels, expected.pixels)
