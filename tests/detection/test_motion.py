import cv2
import numpy as np
import pytest

from plainview.detection import MotionDetector, MotionSettings
from plainview.imaging import HomographyRegistrar, PictureMaker
from plainview.model import Detections, Registration
from tests.detection.sights import RESTART, film, holds, moved, watch
from tests.imaging import scenes
from tests.imaging.scenes import draw_ground, frame_of, look, shift, to_bytes


@pytest.fixture(scope="module")
def land() -> scenes.Image:
    return draw_ground(11)


def run(frames: list[np.ndarray], settings: MotionSettings | None = None) -> list[Detections]:
    pictures = PictureMaker()
    return watch(MotionDetector(settings, pictures=pictures), pictures, frames)


def test_a_thing_that_moves_on_the_ground_is_found_where_it_is(land: scenes.Image) -> None:
    frames, places = film(land, 26)
    found = run(frames)[20:]
    assert all(holds(f, *place) for f, place in zip(found, places[20:], strict=True))
    assert found[-1].detector[0] == "motion"


def test_ground_that_moves_with_the_camera_is_not_found(land: scenes.Image) -> None:
    frames, _ = film(land, 30, thing_step=None)
    assert sum(len(found) for found in run(frames)) == 0


def test_a_thing_that_rests_on_the_ground_is_not_found(land: scenes.Image) -> None:
    frames, _ = film(land, 30, thing_step=(0.0, 0.0))
    assert sum(len(found) for found in run(frames)) == 0


def test_a_dark_thing_is_found_as_well(land: scenes.Image) -> None:
    frames, places = film(land, 24, height=-60.0)
    assert holds(run(frames)[-1], *places[-1])


def test_no_hole_is_found_where_a_thing_was(land: scenes.Image) -> None:
    frames, places = film(land, 30, thing_step=(4.0, 0.0), height=80.0)
    found = run(frames)
    for index in range(20, 30):
        left_of = found[index].box_px[:, 0] < places[index][0] - 15.0
        assert not left_of.any()


def test_a_large_slow_thing_leaves_no_hole_behind_it(land: scenes.Image) -> None:
    frames, places = film(land, 34, thing_step=(1.0, 0.0), height=90.0, sigma_px=7.0)
    found = run(frames)
    behind = [f.box_px[:, 0] + f.box_px[:, 2] < p[0] for f, p in zip(found, places, strict=True)]
    assert sum(len(f) for f in found) > 10
    assert sum(int(b.sum()) for b in behind) <= 4


def test_a_box_holds_the_thing(land: scenes.Image) -> None:
    frames, places = film(land, 24, sigma_px=4.0, thing_step=(5.0, 0.0))
    box = run(frames)[-1].box_px[0]
    assert box[0] < places[-1][0] < box[0] + box[2]
    assert 4.0 < box[2] < 30.0
    assert 4.0 < box[3] < 30.0


def test_nothing_is_found_until_there_is_a_past(land: scenes.Image) -> None:
    frames, _ = film(land, 30)
    found = run(frames)
    assert all(len(f) == 0 for f in found[:8])
    assert any(len(f) > 0 for f in found[8:24])


@pytest.mark.parametrize("kind", ["cut", "flip", "zoom"])
def test_a_break_gives_no_false_detections(land: scenes.Image, kind: str) -> None:
    frames, _ = film(land, 45, thing_step=None)
    after = {
        "cut": [to_bytes(look(draw_ground(12), shift(i, 0.0), seed=i)) for i in range(25)],
        "flip": [255 - frame for frame in frames[20:]],
        "zoom": [
            to_bytes(look(land, scenes.turn_about_middle(0.0, zoom=2.0) @ shift(i, 0.0), seed=i))
            for i in range(25)
        ],
    }[kind]
    found = run(frames[:20] + after)
    assert sum(len(f) for f in found) == 0


def test_a_frame_that_cannot_be_registered_makes_it_start_anew(land: scenes.Image) -> None:
    frames, _ = film(land, 24)
    detector = MotionDetector()
    lost = Registration(
        current_from_previous=np.eye(3), residual_px=None, is_valid=False, is_restart=False
    )
    for index, pixels in enumerate(frames[:22]):
        found = detector.detect(frame_of(pixels, index), moved(shift(2.0, 1.0)))
    assert len(found) > 0
    assert len(detector.detect(frame_of(frames[22], 22), lost)) == 0
    assert len(detector.detect(frame_of(frames[23], 23), moved(shift(2.0, 1.0)))) == 0


def test_a_registration_that_is_a_little_off_does_not_light_up_edges(land: scenes.Image) -> None:
    detector = MotionDetector()
    n_found = 0
    for index in range(25):
        frame = frame_of(to_bytes(look(land, shift(2.0 * index, 0.0), seed=index)), index)
        n_found += len(detector.detect(frame, moved(shift(2.02, 0.0), residual_px=0.05)))
    assert n_found <= 2


def test_a_change_of_gain_is_no_motion(land: scenes.Image) -> None:
    frames = [
        to_bytes((1.0 + 0.01 * index) * look(land, shift(2.0 * index, 0.0), seed=index) - index)
        for index in range(25)
    ]
    assert sum(len(found) for found in run(frames)) <= 2


def test_a_place_that_never_rests_is_expected_not_to() -> None:
    ground = draw_ground(13)
    frames = []
    for index in range(90):
        seen = look(ground, np.eye(3), seed=index)
        glitter = np.random.default_rng(index).normal(0.0, 25.0, (120, 480))
        seen[200:320] += glitter
        frames.append(to_bytes(seen))
    found = run(frames)
    assert sum(len(f) for f in found[60:]) <= 3


def test_a_slow_frame_rate_compares_with_the_frames_before(land: scenes.Image) -> None:
    frames, places = film(land, 6, thing_step=(20.0, -10.0))
    pictures = PictureMaker()
    detector, registrar = MotionDetector(pictures=pictures), HomographyRegistrar(pictures=pictures)
    for index, pixels in enumerate(frames):
        frame = frame_of(pixels, index, frame_rate_hz=1.0)
        found = detector.detect(frame, registrar.register(frame))
    assert holds(found, *places[-1])


def test_overlay_that_nobody_has_learned_yet_is_no_mover(land: scenes.Image) -> None:
    frames, places = film(land, 22, camera_step=(0.8, 0.4))
    for pixels in frames:
        cv2.putText(pixels, "N 48 25.200", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 2)
    found = run(frames)
    tops = np.concatenate([f.box_px[:, 1] for f in found])
    assert np.all(tops > 60.0)
    assert holds(found[-1], *places[-1])


def test_black_borders_are_no_motion(land: scenes.Image) -> None:
    frames, _ = film(land, 30, thing_step=None, camera_step=(3.0, 0.0))
    for pixels in frames:
        pixels[:, :14] = 3
        pixels[-9:] = 5
    assert sum(len(found) for found in run(frames)) == 0


@pytest.mark.parametrize("size", [(1, 1), (12, 20), (48, 64)])
def test_pictures_of_any_size_are_survived(size: tuple[int, int]) -> None:
    detector = MotionDetector()
    rng = np.random.default_rng(0)
    detector.detect(frame_of(rng.integers(0, 255, size).astype(np.uint8)), RESTART)
    for index in range(1, 25):
        pixels = rng.integers(0, 255, size).astype(np.uint8)
        found = detector.detect(frame_of(pixels, index), moved(np.eye(3)))
    assert np.isfinite(found.box_px).all()


def test_a_restored_detector_goes_on_to_the_same_detections(land: scenes.Image) -> None:
    frames, _ = film(land, 30)
    whole, first, second = MotionDetector(), MotionDetector(), MotionDetector()
    for index, pixels in enumerate(frames):
        by = moved(shift(2.0, 1.0)) if index else RESTART
        frame = frame_of(pixels, index)
        expected = whole.detect(frame, by)
        if index == 15:
            second.restore(first.state())
        found = (first if index < 15 else second).detect(frame, by)
        np.testing.assert_array_equal(found.box_px, expected.box_px)
        np.testing.assert_array_equal(found.score, expected.score)
    assert len(expected) > 0
