from dataclasses import replace

import numpy as np
import pytest

from plainview.imaging.reported_step import ReportedStep
from plainview.model import Frame, View
from tests.imaging.scenes import frame_of

PICTURE = np.zeros((24, 32), np.uint8)


def frame(n: int, *, field_deg: float | None = 10.0, source: str | None = "EO") -> Frame:
    view = View(horizontal_fov_deg=field_deg, image_source=source)
    return replace(frame_of(PICTURE, n), view=view)


def reasons(frames: list[Frame], *, lost: set[int]) -> list[str | None]:
    step = ReportedStep(most_zoom=1.25)
    return [step.take(each, is_lost=n in lost) for n, each in enumerate(frames)]


@pytest.mark.parametrize("lost", [3, 5, 7])
def test_a_step_of_the_field_and_a_lost_picture_within_a_second_are_a_restart(lost: int) -> None:
    frames = [frame(n, field_deg=10.0 if n < 5 else 2.5) for n in range(10)]
    found = reasons(frames, lost={lost})
    assert found[max(lost, 5)] == "field step"
    assert found.count(None) == 9


def test_another_sensor_and_a_lost_picture_are_a_switch_of_camera() -> None:
    frames = [frame(n, source="EO" if n < 5 else "IR") for n in range(10)]
    assert reasons(frames, lost={5})[5] == "camera switch"


def test_neither_alone_is_a_restart() -> None:
    stepped = [frame(n, field_deg=10.0 if n < 5 else 2.5) for n in range(10)]
    assert set(reasons(stepped, lost=set())) == {None}
    steady = [frame(n) for n in range(10)]
    assert set(reasons(steady, lost={2, 3, 7})) == {None}
    assert set(reasons([replace(each, view=None) for each in steady], lost={2})) == {None}


def test_what_is_far_apart_in_time_does_not_belong_together() -> None:
    frames = [frame(n, field_deg=10.0 if n < 5 else 2.5) for n in range(50)]
    assert set(reasons(frames, lost={40})) == {None}


def test_a_zoom_is_a_motion_and_an_unknown_field_says_nothing() -> None:
    zoom = [frame(n, field_deg=10.0 * 0.9**n) for n in range(20)]
    assert set(reasons(zoom, lost=set(range(20)))) == {None}
    gap = [frame(n, field_deg=None if n == 5 else 10.0, source=None) for n in range(10)]
    assert set(reasons(gap, lost={5, 6})) == {None}


def test_what_a_restart_has_settled_does_not_make_another_and_state_comes_back() -> None:
    first, second = ReportedStep(most_zoom=1.25), ReportedStep(most_zoom=1.25)
    assert first.take(frame(0), is_lost=True) is None
    first.forget()
    second.restore(first.state())
    for step in (first, second):
        assert step.take(frame(1, field_deg=2.0), is_lost=False) is None
        assert step.take(frame(2, field_deg=2.0), is_lost=True) == "field step"
