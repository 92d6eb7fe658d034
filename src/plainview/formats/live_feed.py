"""What arrives on a live link: recorded at once, then given to a reader that may be slow.

Two threads. One takes what comes and waits for nothing but the link; one cuts it into packets,
has them recorded, and puts them where the reader finds them. The link is opened again when it is
lost; what is read goes on, and the gap is remembered.
"""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from plainview.errors import DeviceError, InputError, PlainviewError
from plainview.formats.arrival_queue import ArrivalQueue
from plainview.formats.link_address import LinkAddress
from plainview.formats.live_link import Link, open_link
from plainview.formats.transport_packets import PacketAligner

__all__ = ["FeedSettings", "LinkGap", "LinkState", "LinkStatus", "LiveFeed"]

_POLL_S: Final = 0.1
_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 2.0


class LinkState(StrEnum):
    """How the link is."""

    CALLING = "calling"
    """Nobody answers yet, or again."""
    SILENT = "silent"
    """It is open and nothing comes."""
    RECEIVING = "receiving"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """When a link is taken for silent, and when for ended.

    Args:
        gap_s: A silence longer than this is a gap.
        duration_s: How long is received, from the first packet on; None means until stopped.
        give_up_s: A silence after which the link is ended; None means never.
    """

    gap_s: float = 1.0
    duration_s: float | None = None
    give_up_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGap:
    """A time in which nothing came.

    Args:
        offset: Before which of the bytes that came it lies.
        gap_s: How long it was.
        is_new_link: Whether the link was opened anew.
    """

    offset: int
    gap_s: float
    is_new_link: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    """How the link is, and what came.

    Args:
        state: How it is.
        n_bytes: What came, in whole packets.
        n_links: How often it was opened.
        n_gaps: How often nothing came for longer than a gap.
        n_lost: Packets that the link itself knows to be missing.
        n_damaged: Units of metadata that were left out, for packets of theirs never came.
        silent_s: For how long nothing has come.
        why: What is wrong with it; empty where nothing is.
    """

    state: LinkState
    n_bytes: int
    n_links: int
    n_gaps: int
    n_lost: int
    silent_s: float
    n_damaged: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Arrival:
    time_s: float
    data: bytes
    link: int


class LiveFeed:
    """Receives from one address until it is closed.

    Args:
        address: Of the link.
        record: Is given every packet that comes, 188 bytes each and whole, before anyone reads it.
        settings: When it is silent and when it ends.
        folder: Where what waits is held once there is much of it; None means with the machine's
            temporary files.
        opener: Opens the link.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        address: LinkAddress,
        *,
        record: Callable[[bytes], None],
        settings: FeedSettings | None = None,
        folder: Path | None = None,
        opener: Callable[[LinkAddress], Link] = open_link,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self.arrivals = ArrivalQueue(folder=folder)
        self.gaps: list[LinkGap] = []
        self._record = record
        self._settings = settings or FeedSettings()
        self._opener = opener
        self._clock = clock
        self._came: queue.SimpleQueue[_Arrival | None] = queue.SimpleQueue()
        self._is_stopped = threading.Event()
        self._is_asked_to_end = False
        self._state = LinkState.CALLING
        self._why = ""
        self._n_links = 0
        self._n_lost = self._n_damaged = 0
        self._began_s = clock()
        self._first_s: float | None = None
        self._last_s: float | None = None
        self._threads = [
            threading.Thread(target=self._receive_all, name="link", daemon=True),
            threading.Thread(target=self._record_all, name="record", daemon=True),
        ]

    def start(self) -> None:
        """Begin to receive."""
        self._began_s = self._clock()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop receiving; what has come is recorded, and the reader meets the end."""
        self._is_stopped.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self.arrivals.close()

    def ask_to_end(self) -> None:
        """Let the reader meet the end behind what has come; returns at once, waits for no lock."""
        self._is_asked_to_end = True

    def status(self) -> LinkStatus:
        """Return how the link is just now."""
        now_s = self._clock()
        since_s = self._began_s if self._last_s is None else self._last_s
        return LinkStatus(
            state=self._state,
            n_bytes=self.arrivals.n_bytes,
            n_links=self._n_links,
            n_gaps=len(self.gaps),
            n_lost=self._n_lost,
            n_damaged=self._n_damaged,
            silent_s=max(0.0, now_s - since_s),
            why=self._why,
        )

    def _receive_all(self) -> None:
        """Open the link as often as it is lost; hand on what comes."""
        try:
            while not self._is_over():
                link = self._opened()
                if link is not None:
                    self._receive_from(link)
        except PlainviewError as error:
            self.arrivals.fail(error)
        finally:
            self._state = LinkState.ENDED
            self._came.put(None)

    def _opened(self) -> Link | None:
        wait_s = _FIRST_WAIT_S
        while not self._is_over():
            self._state = LinkState.CALLING
            try:
                link = self._opener(self.address)
            except DeviceError as error:
                self._why = error.what
            except InputError as error:
                if self._n_links == 0:
                    raise
                self._why = error.what
            else:
                self._n_links += 1
                self._state, self._why = LinkState.SILENT, ""
                return link
            self._is_stopped.wait(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        return None

    def _receive_from(self, link: Link) -> None:
        n_lost_before, n_damaged_before = self._n_lost, self._n_damaged
        try:
            while not self._is_over():
                data = link.receive(_POLL_S)
                now_s = self._clock()
                self._n_lost = n_lost_before + link.n_lost
                self._n_damaged = n_damaged_before + link.n_damaged
                if data:
                    self._note(now_s)
                    self._came.put(_Arrival(now_s, data, self._n_links))
                elif self._last_s is not None and now_s - self._last_s > self._settings.gap_s:
                    self._state = LinkState.SILENT
        except DeviceError as error:
            self._why = error.what
        finally:
            link.close()

    def _note(self, now_s: float) -> None:
        self._state = LinkState.RECEIVING
        self._first_s = now_s if self._first_s is None else self._first_s
        self._last_s = now_s

    def _is_over(self) -> bool:
        """Say whether it was stopped, has lasted as long as was asked, or has gone silent."""
        if self._is_stopped.is_set() or self._is_asked_to_end:
            return True
        now_s, settings = self._clock(), self._settings
        since_s = self._began_s if self._last_s is None else self._last_s
        return (
            settings.duration_s is not None
            and self._first_s is not None
            and now_s - self._first_s >= settings.duration_s
        ) or (settings.give_up_s is not None and now_s - since_s > settings.give_up_s)

    def _record_all(self) -> None:
        """Cut what came into packets, have them recorded, and give them to the reader."""
        aligner, link, last_s = PacketAligner(), 0, None
        try:
            while (arrival := self._came.get()) is not None:
                is_new_link = link not in {0, arrival.link}
                if is_new_link:
                    self._take(aligner, b"", arrival.time_s, is_end=True)
                    aligner = PacketAligner()
                if last_s is not None and (
                    is_new_link or arrival.time_s - last_s > self._settings.gap_s
                ):
                    self._note_gap(arrival.time_s - last_s, is_new_link=is_new_link)
                link, last_s = arrival.link, arrival.time_s
                self._take(aligner, arrival.data, arrival.time_s)
            self._take(aligner, b"", last_s or 0.0, is_end=True)
        except PlainviewError as error:
            self.arrivals.fail(error)
            self._is_stopped.set()
        finally:
            self.arrivals.close()

    def _take(
        self, aligner: PacketAligner, data: bytes, time_s: float, *, is_end: bool = False
    ) -> None:
        for run in aligner.feed(data, is_end=is_end):
            self._record(run.packets)
            self.arrivals.put(run.packets, time_s=time_s)

    def _note_gap(self, gap_s: float, *, is_new_link: bool) -> None:
        gap = LinkGap(offset=self.arrivals.n_bytes, gap_s=gap_s, is_new_link=is_new_link)
        self.gaps.append(gap)
