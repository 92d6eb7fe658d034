"""Stamps become one time that only goes forward."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.formats.video_clock import PTS_WRAP, FrameTime, VideoClock

FRAME = 3000
"""Ticks of 90 kHz at 30 frames a second."""


def clock(start_us: int = 0) -> VideoClock:
    return VideoClock(
        time_base=Fraction(1, 90_000), wrap=PTS_WRAP, interval_us=33_333, start_us=start_us
    )


def run(stamps: list[int | None], video: VideoClock | None = None) -> list[FrameTime]:
    video = video or clock()
    packets = [video.take_packet(pts=stamp, dts=None) for stamp in stamps]
    video.finish()
    assert all(packet.is_settled for packet in packets)
    return [
        video.take_frame(packet, pts=stamp) for packet, stamp in zip(packets, stamps, strict=True)
    ]


def times_us(stamps: list[int | None]) -> list[int]:
    return [time.video_time_us for time in run(stamps)]


def test_the_first_frame_is_at_0_wherever_its_stamp_is() -> None:
    assert times_us([195_030, 198_030, 201_030]) == [0, 33_333, 66_667]


def test_time_goes_on_over_the_wrap_of_33_bits() -> None:
    stamps = [(PTS_WRAP - 2 * FRAME + k * FRAME) % PTS_WRAP for k in range(5)]
    assert times_us(list(stamps)) == [0, 33_333, 66_667, 100_000, 133_333]


def test_a_gap_is_kept_in_the_time_and_said() -> None:
    stamps = [k * FRAME for k in range(10)] + [600 * 90_000 + k * FRAME for k in range(10)]
    times = run(list(stamps))
    assert times[10].video_time_us == 600_000_000
    assert [bool(time.gap_us) for time in times] == [k == 10 for k in range(20)]


@pytest.mark.parametrize("jump", [-(10**7), 10 * 3600 * 90_000])
def test_a_clock_that_jumps_goes_on_one_frame_later(jump: int) -> None:
    stamps = [10**8 + k * FRAME for k in range(10)]
    times = run([*stamps, *(stamp + 10 * FRAME + jump for stamp in stamps)])
    assert times[10].is_step
    assert times[10].video_time_us - times[9].video_time_us == pytest.approx(33_333, abs=1000)
    assert sum(time.is_step for time in times) == 1


@pytest.mark.parametrize("jump", [1 << 20, 1 << 28, -(1 << 20), -(1 << 28)])
def test_one_damaged_stamp_does_not_move_the_clock(jump: int) -> None:
    stamps = [10**9 + k * FRAME for k in range(20)]
    damaged = [stamp + jump if k == 7 else stamp for k, stamp in enumerate(stamps)]
    expected, found = run(list(stamps)), run(list(damaged))
    for k, (one, other) in enumerate(zip(expected, found, strict=True)):
        assert other.video_time_us == pytest.approx(one.video_time_us, abs=2 if k == 7 else 0)
    assert [time.is_guessed for time in found] == [k == 7 for k in range(20)]


def test_frames_without_stamps_follow_at_the_rate_of_the_stream() -> None:
    times = run([None, None, None])
    assert [time.video_time_us for time in times] == [0, 33_333, 66_666]
    assert all(time.is_guessed for time in times)


def test_pictures_out_of_order_take_the_times_at_which_they_are_shown() -> None:
    video = clock()
    order = [(6000, 0), (15_000, 3000), (9000, 6000), (12_000, 9000)]
    packets = {pts: video.take_packet(pts=pts, dts=dts) for pts, dts in order}
    times = [video.take_frame(packets[pts], pts=pts) for pts in sorted(packets)]
    assert [time.video_time_us for time in times] == [0, 33_333, 66_667, 100_000]


@settings(max_examples=80, deadline=None)
@given(stamps=st.lists(st.one_of(st.none(), st.integers(0, PTS_WRAP - 1)), min_size=1, max_size=40))
def test_time_goes_forward_whatever_the_stamps_are(stamps: list[int | None]) -> None:
    times = times_us(stamps)
    assert times[0] >= 0
    assert all(before < after for before, after in pairwise(times))


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, PTS_WRAP - 1), n=st.integers(0, 500))
def test_a_time_leads_back_to_its_stamp_to_the_tick(first: int, n: int) -> None:
    video = clock()
    stamps = [(first + k * 3003) % PTS_WRAP for k in range(n + 1)]
    times = run(list(stamps), video)
    assert video.pts(times[-1].video_time_us) == stamps[-1]


def test_metadata_is_placed_by_the_clock_of_the_pictures_beside_it() -> None:
    video = clock()
    assert video.time_us(90_000) is None
    for k in range(30):
        video.take_packet(pts=90_000 + k * FRAME, dts=None)
    assert video.time_us(90_000 + 1500) == 16_667
    assert video.time_us(90_000 - FRAME) == -33_333
    assert video.time_us(90_000 + 600 * 90_000) is None


def test_metadata_after_a_jump_is_placed_on_the_new_clock() -> None:
    video = clock()
    for k in range(30):
        video.take_packet(pts=10**9 + k * FRAME, dts=None)
    for k in range(3):
        video.take_packet(pts=5000 + k * FRAME, dts=None)
    assert video.time_us(5000 + FRAME) == pytest.approx(31 * 33_333, abs=50)


def test_a_beginning_that_is_skipped_lies_before_0() -> None:
    video = clock(start_us=-1_000_000)
    times = run([k * FRAME for k in range(40)], video)
    assert times[0].video_time_us == -1_000_000
    assert times[30].video_time_us == 0
