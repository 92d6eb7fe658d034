"""A feed: all that comes is recorded and read, through every loss of its link."""

import hashlib
import threading
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import DeviceError, PlainviewError
from plainview.formats.arrival_queue import ArrivalQueue
from plainview.formats.link_address import LinkAddress, parse_link
from plainview.formats.live_feed import FeedSettings, LinkState, LiveFeed
from plainview.formats.transport_packets import PACKET_BYTES
from tests.formats.links import free_port, packets, pieces, send_all, sender_to, wait_until

ADDRESS = parse_link("udp://127.0.0.1:5000")


class ScriptedLink:
    """A link that gives what its script says: bytes, or None for the loss of the link."""

    n_lost = 0
    n_damaged = 0

    def __init__(self, script: "list[bytes | None]") -> None:
        self._script = script

    def receive(self, timeout_s: float) -> bytes:
        if not self._script:
            time.sleep(min(timeout_s, 0.01))
            return b""
        data = self._script.pop(0)
        if data is None:
            raise DeviceError(where="link", what="was lost.", mend="Wait.")
        return data

    def close(self) -> None:
        pass


def read_all(feed: LiveFeed) -> bytes:
    data = b""
    while part := feed.arrivals.read():
        data += part
    return data


def fed(script: "list[bytes | None]", *, gap_s: float = 1.0) -> tuple[LiveFeed, bytes]:
    """Return a feed that has received all of a script, and what it recorded."""
    recorded: list[bytes] = []
    feed = LiveFeed(
        ADDRESS,
        record=recorded.append,
        settings=FeedSettings(gap_s=gap_s),
        opener=lambda address: ScriptedLink(script),
    )
    feed.start()
    assert wait_until(lambda: not script)
    feed.close()
    return feed, b"".join(recorded)


@given(st.lists(st.integers(1, 4000), max_size=12))
def test_what_comes_is_recorded_and_read_however_it_is_cut(cuts: list[int]) -> None:
    data, at = packets(60), 0
    script: list[bytes | None] = []
    for cut in cuts:
        script.append(data[at : at + cut])
        at += cut
    feed, recorded = fed(script + ([data[at:]] if data[at:] else []))
    assert recorded == data
    assert read_all(feed) == data
    assert feed.gaps == []


def test_whole_packets_before_a_loss_and_all_after_it_are_kept() -> None:
    data = packets(90)
    n_before = 40 * PACKET_BYTES
    feed, recorded = fed([data[:n_before], data[n_before : n_before + 77], None, data[n_before:]])
    assert recorded == data
    assert [gap.offset for gap in feed.gaps] == [n_before]
    assert feed.gaps[0].is_new_link
    assert feed.status().n_links == 2


def test_when_a_byte_came_is_known() -> None:
    queue = ArrivalQueue()
    for k in range(5):
        queue.put(bytes(10), time_s=float(k))
    assert [queue.arrived_s(offset) for offset in (0, 9, 10, 49)] == [0.0, 0.0, 1.0, 4.0]


def test_a_reader_may_look_before_it_takes() -> None:
    queue = ArrivalQueue()
    queue.put(b"abc", time_s=0.0)
    queue.put(b"def", time_s=1.0)
    assert queue.peek(more_than=3) == b"abcdef"
    assert queue.read(2) + queue.read(9) + queue.read(9) == b"abcdef"
    queue.close()
    assert queue.read(9) == b""


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60)), max_size=60))
def test_what_waits_is_on_the_disk_beyond_the_limit_and_comes_in_order(
    steps: list[tuple[int, int]],
) -> None:
    queue, sent, came = ArrivalQueue(most_in_memory=64), b"", b""
    for k, (n_put, n_read) in enumerate(steps):
        data = bytes([k]) * n_put
        if data:
            queue.put(data, time_s=float(k))
        sent += data
        if queue.n_waiting_bytes and n_read:
            came += queue.read(n_read)
        assert queue.n_waiting_bytes == len(sent) - len(came)
        assert queue.n_waiting_bytes - queue.n_on_disk_bytes <= 64 + (1 << 20)
    queue.close()
    while part := queue.read(7):
        came += part
    assert came == sent
    assert queue.n_on_disk_bytes == 0


def test_a_reader_far_behind_costs_no_memory(tmp_path: Path) -> None:
    queue, part = ArrivalQueue(folder=tmp_path, most_in_memory=1 << 20), packets(70)
    tracemalloc.start()
    for k in range(8000):
        queue.put(part, time_s=k / 1000)
    n_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert queue.n_waiting_bytes == 8000 * len(part) > 100e6
    assert n_bytes < 3e6
    assert not list(tmp_path.iterdir())
    assert queue.arrived_s(5000 * len(part)) == pytest.approx(5.0, abs=0.011)
    queue.close()
    digest = hashlib.sha256()
    while data := queue.read():
        digest.update(data)
    assert digest.digest() == hashlib.sha256(part * 8000).digest()


def test_a_disk_that_is_full_of_what_waits_is_said(tmp_path: Path) -> None:
    queue = ArrivalQueue(folder=tmp_path / "not there", most_in_memory=10)
    queue.put(b"0123456789", time_s=0.0)
    with pytest.raises(DeviceError, match="--no-drop"):
        queue.put(b"x", time_s=0.0)


def test_a_disk_that_fails_ends_the_feed_with_its_error() -> None:
    def fail(_: bytes) -> None:
        raise DeviceError(where="disk", what="is full.", mend="Free some space.")

    feed = LiveFeed(
        ADDRESS, record=fail, opener=lambda address: ScriptedLink(list(pieces(packets(20))))
    )
    feed.start()
    with pytest.raises(PlainviewError, match="is full"):
        read_all(feed)
    feed.close()


def test_it_ends_after_a_silence_or_a_time_that_was_asked_for() -> None:
    for settings in (FeedSettings(give_up_s=0.2), FeedSettings(duration_s=0.2)):
        feed = LiveFeed(
            ADDRESS,
            record=lambda _: None,
            settings=settings,
            opener=lambda address: ScriptedLink([packets(10)]),
        )
        feed.start()
        assert read_all(feed) == packets(10)
        assert feed.status().state is LinkState.ENDED
        feed.close()


def test_a_silence_is_a_gap_and_the_link_stays() -> None:
    data = packets(20)

    class SlowLink(ScriptedLink):
        def receive(self, timeout_s: float) -> bytes:
            came = super().receive(timeout_s)
            if came and not self._script:
                time.sleep(0.25)
            return came

    recorded: list[bytes] = []
    script: list[bytes | None] = [data[: 10 * PACKET_BYTES], data[10 * PACKET_BYTES :]]
    feed = LiveFeed(
        ADDRESS,
        record=recorded.append,
        settings=FeedSettings(gap_s=0.1),
        opener=lambda address: SlowLink(script),
    )
    feed.start()
    assert wait_until(lambda: feed.arrivals.n_bytes == len(data))
    feed.close()
    assert [(gap.offset, gap.is_new_link) for gap in feed.gaps] == [(10 * PACKET_BYTES, False)]
    assert feed.gaps[0].gap_s >= 0.2


def test_a_tcp_sender_that_comes_back_is_called_again() -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    data = packets(300)
    recorded: list[bytes] = []
    feed = LiveFeed(_listening(url), record=recorded.append)
    feed.start()
    for part in pieces(data, 100 * PACKET_BYTES):
        sender = sender_to(url)
        send_all(sender, part)
        sender.close()
    assert wait_until(lambda: sum(map(len, recorded)) == len(data))
    feed.close()
    assert b"".join(recorded) == data
    assert feed.status().n_links >= 3
    assert not any(thread.name == "link" for thread in threading.enumerate())


def _listening(url: str) -> LinkAddress:
    return parse_link(f"{url}?mode=listener")
