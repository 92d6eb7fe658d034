import numpy as np
import pytest

from plainview.detection import CombinedDetector, MotionDetector, SpotDetector
from plainview.detection.overlap import keep_best_boxes
from plainview.imaging import HomographyRegistrar
from plainview.model import Detections, Detector, Frame, Registration, State
from tests.detection.sights import RESTART, film, holds
from tests.imaging.scenes import draw_ground, frame_of


class Always:
    """A detector that always finds the same."""

    def __init__(self, name: str, box_px: list[list[float]], score: list[float]) -> None:
        self._found = Detections(
            box_px=np.array(box_px).reshape(-1, 4),
            score=np.array(score),
            label=("boat",) * len(score),
            detector=(name,) * len(score),
        )
        self.n_seen = 0

    def detect(self, frame: Frame, registration: Registration) -> Detections:
        self.n_seen += 1
        return self._found

    def state(self) -> State:
        return {"n_seen": self.n_seen}

    def restore(self, state: State) -> None:
        self.n_seen = int(str(state["n_seen"]))


FRAME = frame_of(np.zeros((360, 480), np.uint8))


def test_what_two_detectors_find_in_one_place_is_one_thing_the_surer() -> None:
    both = CombinedDetector(
        [Always("a", [[10, 10, 8, 8]], [0.4]), Always("b", [[11, 10, 8, 9]], [0.7])]
    ).detect(FRAME, RESTART)
    assert len(both) == 1
    assert both.detector == ("b",)
    assert both.label == ("boat",)
    assert both.score.tolist() == [0.7]


def test_a_small_box_inside_a_large_one_is_the_same_thing() -> None:
    found = CombinedDetector(
        [Always("a", [[10, 10, 40, 40]], [0.8]), Always("b", [[20, 20, 4, 4]], [0.7])]
    ).detect(FRAME, RESTART)
    assert found.detector == ("a",)


def test_things_apart_stay_apart() -> None:
    found = CombinedDetector(
        [Always("a", [[10, 10, 8, 8]], [0.4]), Always("b", [[100, 10, 8, 8]], [0.7])]
    ).detect(FRAME, RESTART)
    assert found.detector == ("b", "a")


def test_nothing_found_is_an_empty_table() -> None:
    assert len(CombinedDetector([Always("a", [], [])]).detect(FRAME, RESTART)) == 0
    assert len(CombinedDetector([]).detect(FRAME, RESTART)) == 0


def test_each_detector_gets_its_own_state_back() -> None:
    before = CombinedDetector([Always("a", [], []), Always("b", [], [])])
    before.detect(FRAME, RESTART)
    parts = [Always("a", [], []), Always("b", [], [])]
    CombinedDetector(parts).restore(before.state())
    assert [part.n_seen for part in parts] == [1, 1]


def test_the_state_of_other_detectors_is_refused() -> None:
    state = CombinedDetector([Always("a", [], [])]).state()
    with pytest.raises(ValueError, match="zip"):
        CombinedDetector([]).restore(state)


def test_no_boxes_are_kept_of_none() -> None:
    assert keep_best_boxes(np.empty((0, 4))).shape == (0,)


def test_boxes_that_touch_are_two() -> None:
    boxes = np.array([[0.0, 0.0, 10.0, 10.0], [10.0, 0.0, 10.0, 10.0]])
    assert keep_best_boxes(boxes).tolist() == [True, True]


def both_detectors() -> tuple[HomographyRegistrar, CombinedDetector]:
    """A registrar and the detectors that ship, which share its pictures."""
    registrar = HomographyRegistrar()
    pictures = registrar.pictures
    detectors: list[Detector] = [
        MotionDetector(pictures=pictures),
        SpotDetector(pictures=pictures),
    ]
    return registrar, CombinedDetector(detectors)


def test_both_detectors_on_one_registrar_find_a_mover_and_resumes_to_the_same() -> None:
    frames, places = film(draw_ground(11), 30)
    registrar, detector = both_detectors()
    for index, pixels in enumerate(frames):
        frame = frame_of(pixels, index)
        if index == 18:
            other_registrar, other_detector = both_detectors()
            other_registrar.restore(registrar.state())
            other_detector.restore(detector.state())
        expected = detector.detect(frame, registrar.register(frame))
        if index >= 18:
            found = other_detector.detect(frame, other_registrar.register(frame))
            np.testing.assert_array_equal(found.box_px, expected.box_px)
            assert found.detector == expected.detector
    assert holds(expected, *places[-1])
