"""The Views of a stream along the video's clock."""

from dataclasses import replace

import pytest

from plainview.misb.interpolate_view import (
    InterpolationSettings,
    interpolate_view,
    view_with_motion,
)
from plainview.misb.timeline import Timeline
from plainview.model import ViewMethod
from tests.misb.view_examples import timed, view_of

SECOND = 1_000_000


def test_views_that_come_out_of_order_are_put_in_order() -> None:
    timeline = Timeline()
    for second in (2, 0, 1):
        timeline.add(timed(second * SECOND, view_of(height_hae_m=1000.0 + second)))
    view = timeline.view_at(SECOND // 2)
    assert view is not None
    assert view.height_hae_m == pytest.approx(1000.5)
    assert timeline.newest_video_time_us == 2 * SECOND


def test_a_second_view_of_an_instant_replaces_the_first() -> None:
    timeline = Timeline()
    timeline.add(timed(0, view_of(height_hae_m=1.0)))
    timeline.add(timed(0, view_of(height_hae_m=2.0)))
    view = timeline.view_at(0)
    assert len(timeline) == 1
    assert view is not None
    assert view.height_hae_m == 2.0


def test_live_the_last_two_views_give_the_rates_of_the_prediction() -> None:
    timeline = Timeline(InterpolationSettings(max_predicted_s=0.2))
    timeline.add(timed(0, view_of(height_hae_m=1000.0)))
    timeline.add(timed(SECOND, view_of(height_hae_m=1010.0)))
    view = timeline.view_at(SECOND + SECOND // 10)
    assert view is not None
    assert view.view_method is ViewMethod.PREDICTED
    assert view.height_hae_m == pytest.approx(1011.0)


def test_one_view_alone_is_held() -> None:
    timeline = Timeline(InterpolationSettings(max_predicted_s=0.2))
    timeline.add(timed(0, view_of()))
    view = timeline.view_at(SECOND // 10)
    assert view is not None
    assert view.view_method is ViewMethod.HELD


def test_old_views_are_let_go() -> None:
    timeline = Timeline(kept_s=5.0)
    for second in range(100):
        timeline.add(timed(second * SECOND, view_of()))
        timeline.view_at(second * SECOND)
    assert len(timeline) <= 7


def test_an_empty_timeline_has_no_view() -> None:
    assert Timeline().view_at(0) is None
    assert Timeline().newest_video_time_us is None


def test_a_view_without_a_video_time_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="video time"):
        Timeline().add(replace(timed(0, view_of()), video_time_us=None))


def test_the_motion_is_that_over_several_sets_not_of_one_rounded_step() -> None:
    timeline = Timeline()
    for index in range(31):
        metres = 0.1 * round(2.0 * index / 30.0 / 0.1)
        timeline.add(timed(index * SECOND // 30, view_of(height_hae_m=1000.0 + metres)))
    for index in range(8, 22):
        view = timeline.view_at(index * SECOND // 30 + 1000)
        assert view is not None
        assert view.velocity_enu_m_s is not None
        assert view.velocity_enu_m_s[2] == pytest.approx(2.0, abs=0.4)


def test_the_motion_does_not_reach_over_a_change_of_sensor() -> None:
    timeline = Timeline()
    for index in range(5):
        key = ("EO",) if index < 3 else ("IR",)
        height_hae_m = 1000.0 if index < 3 else 1100.0
        timeline.add(
            timed(index * SECOND // 30, view_of(height_hae_m=height_hae_m), sensor_key=key)
        )
    view = timeline.view_at(SECOND // 30)
    assert view is not None
    assert view.velocity_enu_m_s == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


@pytest.mark.parametrize("after_us", [0, 10_000])
def test_the_motion_is_that_of_the_views_over_the_longer_span(after_us: int) -> None:
    step_us = 33_333
    views = [
        timed(n * step_us, view_of(height_hae_m=1000.0 + n + 0.1 * (n % 2))) for n in range(20)
    ]
    timeline = Timeline()
    for each in views:
        timeline.add(each)
    at_us = 10 * step_us + after_us
    near = interpolate_view(views[10], views[11], video_time_us=at_us)
    assert near is not None
    span = [each for each in views if abs((each.video_time_us or 0) - at_us) <= 150_000]
    assert len(span) > 7
    assert timeline.view_at(at_us) == view_with_motion(near, span[0], span[-1])
    assert timeline.view_at(at_us) != near
