"""Several readers of one link: each gets every byte, none holds another up for good."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import DeviceError, InputError
from plainview.formats.arrival_branches import ArrivalBranches
from plainview.formats.link_address import parse_link
from plainview.formats.live_arrivals import LiveArrivals, LiveSettings
from plainview.formats.live_feed import FeedSettings, LinkGap, LiveFeed
from plainview.formats.live_head import cameras_of_head, look_at_head
from plainview.formats.live_merge import CameraStream, LiveMerge
from plainview.formats.live_source import LiveSource, open_live_source
from plainview.formats.source_settings import SourceSettings
from plainview.formats.transport_packets import packet_rows, pids_of
from plainview.model import Camera, Frame, Unit
from tests.formats.camera_clips import write_day_and_thermal
from tests.formats.camera_streams import KLV_PIDS, VIDEO_PIDS, join_streams
from tests.formats.links import wait_until


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a second of a day and a thermal camera, in one stream."""
    folder = tmp_path_factory.mktemp("both")
    return join_streams(
        folder / "both.ts", write_day_and_thermal(folder, duration_s=1.0)
    ).read_bytes()


def branches_of(parts: Sequence[bytes], n_branches: int, *, most_apart: int) -> ArrivalBranches:
    left = list(parts)
    branches = ArrivalBranches(
        lambda n_bytes: left.pop(0) if left else b"",
        n_branches=n_branches,
        most_apart=most_apart,
    )
    branches.let_go()
    return branches


@given(
    parts=st.lists(st.binary(min_size=1, max_size=50), max_size=30),
    asked=st.lists(st.integers(1, 40), min_size=1, max_size=4),
)
def test_each_reader_gets_every_byte_in_order(parts: list[bytes], asked: list[int]) -> None:
    branches = branches_of(parts, len(asked), most_apart=60)
    came = [b""] * len(asked)

    def read_all(number: int) -> None:
        while part := branches.branches[number].read(asked[number]):
            assert len(part) <= max(asked)
            came[number] += part

    threads = [threading.Thread(target=read_all, args=(k,)) for k in range(len(asked))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20.0)
    assert came == [b"".join(parts)] * len(asked)


def test_a_reader_that_is_far_ahead_waits_and_one_that_has_ended_is_not_waited_for() -> None:
    n_taken = 0

    def read(n_bytes: int) -> bytes:
        nonlocal n_taken
        n_taken += 100
        return bytes(100) if n_taken <= 10_000 else b""

    branches = ArrivalBranches(read, n_branches=2, most_apart=500)
    branches.let_go()
    came: list[int] = []

    def read_all() -> None:
        while part := branches.branches[0].read(100):
            came.append(len(part))

    thread = threading.Thread(target=read_all)
    thread.start()
    assert wait_until(lambda: len(came) >= 6)
    time.sleep(0.05)
    assert len(came) == 6  # the other has 600 bytes before it
    branches.branches[1].close()
    thread.join(timeout=10.0)
    assert sum(came) == 10_000
    assert branches.branches[1].read(100) == b""


def test_each_reader_meets_the_error_behind_what_came_and_the_end_when_it_is_closed() -> None:
    left = [b"abc"]

    def read(n_bytes: int) -> bytes:
        if left:
            return left.pop()
        raise DeviceError(where="disk", what="is full.", mend="Make room.")

    branches = ArrivalBranches(read, n_branches=2)
    branches.let_go()
    for branch in branches.branches:
        assert branch.read(10) == b"abc"
        with pytest.raises(DeviceError, match="full"):
            branch.read(10)
    other = branches_of([b"abc"], 2, most_apart=10)
    other.close()
    assert other.branches[0].read(10) == b""


def unit(camera: str, time_us: int) -> Unit:
    frame = Frame(
        pixels=np.zeros((2, 2), np.uint8),
        camera=Camera(name=camera, width_px=2, height_px=2),
        frame_index=0,
        video_time_us=time_us,
    )
    return Unit(frame=frame)


def stream_of(name: str, units: Iterator[Unit], ended: list[str]) -> CameraStream:
    return CameraStream(name=name, units=lambda: units, end=lambda: ended.append(name))


def test_no_camera_waits_for_another_and_what_waits_goes_in_order() -> None:
    is_awake = threading.Event()

    def silent() -> Iterator[Unit]:
        yield unit("camera-2", 0)
        is_awake.wait(timeout=20.0)
        yield unit("camera-2", 5)

    ended: list[str] = []
    day = (unit("camera-1", time_us) for time_us in range(0, 50, 10))
    merge = LiveMerge([stream_of("camera-1", day, ended), stream_of("camera-2", silent(), ended)])
    came = []
    for each in merge.units():
        assert each.frame is not None
        came.append((each.frame.camera.name, each.frame.video_time_us))
        if len(came) == 6:
            is_awake.set()
    merge.close()
    assert [time_us for name, time_us in came if name == "camera-1"] == [0, 10, 20, 30, 40]
    assert came[-1] == ("camera-2", 5)
    assert sorted(ended) == ["camera-1", "camera-2"]


def test_a_camera_that_fails_ends_all_with_its_error() -> None:
    def failing() -> Iterator[Unit]:
        yield unit("camera-2", 0)
        raise InputError(where="link", what="broke.", mend="Mend it.")

    endless = (unit("camera-1", time_us) for time_us in range(1_000_000_000))
    ended: list[str] = []
    merge = LiveMerge(
        [stream_of("camera-1", endless, ended), stream_of("camera-2", failing(), ended)]
    )
    with pytest.raises(InputError, match="broke"):
        for _ in merge.units():
            pass
    merge.close()
    assert sorted(ended) == ["camera-1", "camera-2"]


class PacedLink:
    """A link that gives a part each time it is asked; silence before a gate, and at the end."""

    n_lost = 0
    n_damaged = 0

    def __init__(self, data: bytes, *, n_behind: int = 0) -> None:
        n_bytes = 188 * 7
        self.is_open = threading.Event()
        self.parts = [data[at : at + n_bytes] for at in range(0, len(data), n_bytes)]
        self._n_behind = n_behind // n_bytes

    def receive(self, timeout_s: float) -> bytes:
        if len(self.parts) <= (0 if self.is_open.is_set() else self._n_behind):
            time.sleep(0.01)
            return b""
        return self.parts.pop(0)

    def close(self) -> None:
        pass


def fed(link: PacedLink, *, each_s: float = 0.0) -> LiveFeed:
    """Return a feed whose clock goes on so much each time that it is looked at; or a real one."""
    now_s = 0.0

    def clock() -> float:
        nonlocal now_s
        now_s += each_s
        return now_s if each_s else time.monotonic()

    return LiveFeed(
        parse_link("udp://127.0.0.1:5000"),
        record=lambda packets: None,
        settings=FeedSettings(gap_s=1e9, give_up_s=1e9 if each_s else 0.5),
        opener=lambda address: link,
        clock=clock,
    )


def without(data: bytes, pids: Sequence[int]) -> bytes:
    rows = packet_rows(data)
    return rows[~np.isin(pids_of(rows), pids)].tobytes()


def test_the_head_tells_both_cameras_and_which_metadata_are_whose(both: bytes) -> None:
    feed = fed(PacedLink(both))
    feed.start()
    head = look_at_head(feed)
    cameras = cameras_of_head(head, names=None, where="link", start_us=7)
    feed.close()
    assert head.announced == VIDEO_PIDS == tuple(head.shown)
    assert head.options["fflags"] == "noparse"
    assert [camera.name for camera in cameras] == ["camera-1", "camera-2"]
    for camera, video, klv in zip(cameras, VIDEO_PIDS, KLV_PIDS, strict=True):
        assert camera.choice.pid == video
        assert camera.pairing is not None
        assert camera.pairing.klv == (klv,)
        assert camera.n_left == 0
    assert cameras[0].shared is cameras[1].shared is not None


@pytest.mark.parametrize(("off", "on"), [(1, 0), (0, 1)])
def test_a_camera_that_does_not_send_is_not_waited_for_long(both: bytes, off: int, on: int) -> None:
    """Its number and its metadata stay its own; the one that sends comes first."""
    feed = fed(PacedLink(without(both, [VIDEO_PIDS[off]]) * 30), each_s=0.02)
    feed.start()
    head = look_at_head(feed)
    feed.close()
    assert list(head.shown) == [VIDEO_PIDS[on]]
    assert (feed.arrivals.arrived_s(len(head.data) - 1) or 0.0) > 2.0
    cameras = cameras_of_head(head, names=None, where="link", start_us=0)
    assert [camera.name for camera in cameras] == [f"camera-{on + 1}", f"camera-{off + 1}"]
    for camera, number in zip(cameras, (on, off), strict=True):
        assert camera.choice.pid == VIDEO_PIDS[number]
        assert camera.choice.klv == camera.given == frozenset({KLV_PIDS[number]})
    with pytest.raises(InputError, match=f"it has camera-{on + 1}"):
        cameras_of_head(head, names=[f"camera-{off + 1}"], where="link", start_us=0)


@pytest.mark.parametrize("off", [0, 1])
def test_a_camera_that_begins_later_joins_on_the_clock_of_the_other(
    off: int, tmp_path: Path
) -> None:
    """It sends from the middle on, behind a jump of the encoder's clock."""
    clips = write_day_and_thermal(tmp_path, duration_s=4.0)
    data = join_streams(tmp_path / "both.ts", clips).read_bytes()
    link = PacedLink(without(data, [VIDEO_PIDS[off]]) + data, n_behind=len(data))
    feed = fed(link, each_s=0.1)
    feed.start()
    head = look_at_head(feed)
    assert list(head.shown) == [VIDEO_PIDS[1 - off]]
    link.is_open.set()
    source = LiveSource(
        feed,
        settings=SourceSettings(),
        arrivals=LiveArrivals(feed, settings=LiveSettings(max_delay_s=None)),
        head=head,
    )
    assert source.camera_names == ("camera-1", "camera-2")
    assert [camera.name for camera in source.cameras] == [f"camera-{2 - off}"]
    came: dict[str, list[Unit]] = {"camera-1": [], "camera-2": []}

    def end() -> None:
        wait_until(lambda: not link.parts)
        feed.ask_to_end()

    threading.Thread(target=end).start()
    for each in source.units():
        if each.frame is not None:
            came[each.frame.camera.name].append(each)
    source.close()
    assert [camera.name for camera in source.cameras] == ["camera-1", "camera-2"]
    times_us = {
        name: [each.frame.video_time_us for each in units if each.frame is not None]
        for name, units in came.items()
    }
    first, late = times_us[f"camera-{2 - off}"], times_us[f"camera-{off + 1}"]
    assert len(first) == 200
    assert late == first[100:]
    arrived = {name: [each.arrived_s for each in units] for name, units in came.items()}
    assert None not in arrived[f"camera-{off + 1}"]
    assert min(filter(None, arrived[f"camera-{off + 1}"])) > min(
        filter(None, arrived[f"camera-{2 - off}"])
    )
    views = [each.frame.view for each in came[f"camera-{off + 1}"] if each.frame is not None]
    assert sum(view is not None for view in views) > 90
    assert {warning.code for warning in source.warnings()} & {"video_streams_left"} == set()


def test_the_metadata_of_a_camera_that_is_off_do_not_wait_and_it_comes_back_in_time(
    tmp_path: Path,
) -> None:
    """The thermal camera sends no pictures from the 2nd to the 7th second."""
    clips = write_day_and_thermal(tmp_path, duration_s=9.0)
    rows = packet_rows(join_streams(tmp_path / "both.ts", clips).read_bytes())
    share = np.arange(len(rows)) * 9.0 / len(rows)
    is_off = (pids_of(rows) == VIDEO_PIDS[1]) & (share > 1.0) & (share < 7.5)
    feed = fed(PacedLink(rows[~is_off].tobytes()))
    feed.start()
    source = open_live_source(
        feed,
        settings=SourceSettings(),
        arrivals=LiveArrivals(feed, settings=LiveSettings(max_delay_s=None)),
    )
    times_us: dict[str, list[int]] = {"camera-1": [], "camera-2": []}
    given_while_off = 0
    for each in source.units():
        if each.frame is not None:
            times_us[each.frame.camera.name].append(each.frame.video_time_us)
        else:
            given_while_off += sum(payload.stream == KLV_PIDS[1] for payload in each.payloads)
    source.close()
    assert times_us["camera-1"] == [40_000 * index for index in range(225)]
    thermal = np.array(times_us["camera-2"])
    assert set(thermal) < set(times_us["camera-1"])
    assert 5_000_000 < np.max(np.diff(thermal)) < 8_000_000
    assert len(thermal) > 30
    assert given_while_off > 20
    assert source.n_packets == 450


def test_a_gap_is_said_by_the_first_camera_that_meets_it() -> None:
    feed = fed(PacedLink(b""))
    arrivals = LiveArrivals(feed, settings=LiveSettings())
    feed.gaps.append(LinkGap(offset=100, gap_s=2.0, is_new_link=True))
    day, thermal = arrivals.of_camera("camera-1"), arrivals.of_camera("camera-2")
    assert arrivals.of_camera("camera-1") is day
    assert day.gap_before(99) is None
    gaps = [thermal.gap_before(100), day.gap_before(120)]
    assert gaps[0] is gaps[1] is feed.gaps[0]
    assert thermal.gap_before(200) is None
    assert [each.is_first_to_meet(feed.gaps[0]) for each in (thermal, day)] == [True, False]
