"""The Views of one KLV stream along the video's clock."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import replace
from typing import Final

from plainview.misb.interpolate_view import (
    FILE_SETTINGS,
    InterpolationSettings,
    interpolate_view,
    is_joined,
    view_with_motion,
)
from plainview.misb.timed_view import TimedView
from plainview.model import View
from plainview.units import microseconds_from_seconds

__all__ = ["Timeline"]

_MOTION_US: Final = 150_000
"""Velocity and turning rates are those over this long before and after an instant, where sets
come that often: 0.1 m of rounding over one picture at 30 a second would be 3 m/s."""


class Timeline:
    """Keeps the Views of one stream in order of time and gives the View of an instant.

    Args:
        settings: How far a View may be from its metadata.
        kept_s: Views older than this before the last instant asked for are let go.
    """

    def __init__(
        self, settings: InterpolationSettings = FILE_SETTINGS, *, kept_s: float = 10.0
    ) -> None:
        self._settings = settings
        self._kept_us = microseconds_from_seconds(kept_s)
        self._views: list[TimedView] = []

    def __len__(self) -> int:
        return len(self._views)

    @property
    def newest_video_time_us(self) -> int | None:
        """When the last View is; None where there is none."""
        return _video_time_us(self._views[-1]) if self._views else None

    def add(self, timed: TimedView) -> None:
        """Take in a View; one of the same instant replaces the earlier one.

        Raises:
            ValueError: It has no place on the video's clock.
        """
        if timed.video_time_us is None:
            raise ValueError("a timeline holds Views with a video time")
        at = bisect_right(self._views, timed.video_time_us, key=_video_time_us)
        if at and self._views[at - 1].video_time_us == timed.video_time_us:
            self._views[at - 1] = timed
        else:
            insort(self._views, timed, key=_video_time_us)

    def neighbours(self, video_time_us: int) -> tuple[TimedView | None, TimedView | None]:
        """Return the last View at or before an instant and the first one after it."""
        at = bisect_right(self._views, video_time_us, key=_video_time_us)
        before = self._views[at - 1] if at else None
        after = self._views[at] if at < len(self._views) else None
        return before, after

    def view_at(self, video_time_us: int) -> View | None:
        """Return the View of an instant from what has come so far; None likewise."""
        before, after = self.neighbours(video_time_us)
        if before is not None and self._is_followed(before, after):
            view = interpolate_view(
                before,
                after,
                video_time_us=video_time_us,
                settings=self._settings,
                steady=self._steady_span(video_time_us),
            )
        else:
            view = self._carried_view(before, after, video_time_us)
        self._forget(video_time_us - self._kept_us)
        return view

    def _carried_view(
        self, before: TimedView | None, after: TimedView | None, video_time_us: int
    ) -> View | None:
        """Return the View of an instant behind the last set of a run."""
        last = None if before is None else self._with_past_motion(before)
        view = interpolate_view(last, after, video_time_us=video_time_us, settings=self._settings)
        if view is not None and view.velocity_enu_m_s is not None:
            view = self._with_steady_motion(view, video_time_us)
        return view

    def _is_followed(self, before: TimedView, after: TimedView | None) -> bool:
        return after is not None and is_joined(before, after, self._settings)

    def _with_past_motion(self, last: TimedView) -> TimedView:
        """Return the last View of a run with the motion that the ones before it show."""
        at = bisect_left(self._views, _video_time_us(last), key=_video_time_us)
        if at == 0 or not is_joined(self._views[at - 1], last, self._settings):
            return last
        moving = view_with_motion(last.view, self._views[at - 1], last)
        return replace(last, view=self._with_steady_motion(moving, _video_time_us(last)))

    def _with_steady_motion(self, view: View, video_time_us: int) -> View:
        """Return the View with the motion over a span that the rounding of items cannot shake."""
        span = self._steady_span(video_time_us)
        return view if span is None else view_with_motion(view, *span)

    def _steady_span(self, video_time_us: int) -> tuple[TimedView, TimedView] | None:
        """Return the first and the last View of that span; None where they are not joined."""
        first = bisect_left(self._views, video_time_us - _MOTION_US, key=_video_time_us)
        last = bisect_right(self._views, video_time_us + _MOTION_US, key=_video_time_us) - 1
        if last <= first or not is_joined(self._views[first], self._views[last], self._settings):
            return None
        return self._views[first], self._views[last]

    def _forget(self, video_time_us: int) -> None:
        """Let go of what is older, but for one View."""
        n_old = bisect_right(self._views, video_time_us, key=_video_time_us) - 1
        if n_old > 0:
            del self._views[:n_old]


def _video_time_us(timed: TimedView) -> int:
    return timed.video_time_us or 0
