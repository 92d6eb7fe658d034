"""A transport stream from an RTSP server; the library is tstrans."""

import queue
import threading
import time
from typing import Final
from urllib.parse import quote

from tstrans import TstError, rtp

from plainview.errors import DeviceError
from plainview.formats.link_address import LinkAddress

__all__ = ["RtspLink"]

_MOST_WAITING: Final = 200_000
"""Transport packets between the library's thread and ours, some 40 MB."""


class RtspLink:
    """One session with a server that sends MPEG-TS (payload type 33), over UDP or interleaved.

    Servers that send pictures and metadata as streams of their own are read by `RtspStreamsLink`:
    the library reads such pictures and has no way to their metadata.
    """

    n_lost = 0
    n_damaged = 0

    def __init__(self, address: LinkAddress) -> None:
        self._shown = address.shown
        self._packets: queue.Queue[bytes] = queue.Queue(_MOST_WAITING)
        self._is_over = threading.Event()
        self._session = _session_of(address)
        try:
            self._receiver = self._session.into_demux_receiver()
        except TstError as error:
            self._session.teardown()
            raise _refusal(address) from error
        self._receiver.add_byte_sink(self._packets.put)
        self._thread = threading.Thread(target=self._run, name="rtsp", daemon=True)
        self._thread.start()

    def receive(self, timeout_s: float) -> bytes:
        """Return what came; nothing where nothing came in time.

        Raises:
            DeviceError: The server has ended the session, or it broke.
        """
        until_s = time.monotonic() + timeout_s
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                parts = [self._packets.get(timeout=min(left_s, 0.1))]
            except queue.Empty:
                if self._is_over.is_set():
                    raise self._lost() from None
                continue
            while not self._packets.empty():
                parts.append(self._packets.get_nowait())
            return b"".join(parts)
        return b""

    def close(self) -> None:
        """End the session."""
        for end in (self._receiver.close, self._session.teardown):
            try:
                end()
            except TstError:
                continue

    def _run(self) -> None:
        try:
            for _ in self._receiver:
                pass
        except (TstError, RuntimeError):
            pass  # what is left is given, then `receive` says that the session is over
        finally:
            self._is_over.set()

    def _lost(self) -> DeviceError:
        return DeviceError(
            where=self._shown,
            what="the session was ended by the server or broke.",
            mend="Look at the server; it is called again.",
        )


def _session_of(address: LinkAddress) -> rtp.RtspSession:
    host = f"[{address.host}]" if ":" in address.host else address.host
    url = f"{address.scheme}://{host}:{address.port}{quote(address.path, safe='/?&=%:,;+@!*')}"
    user, password = address.user, address.password or ""
    ways: list[rtp.DigestAuth | rtp.BasicAuth | None] = (
        [None] if user is None else [rtp.DigestAuth(user, password), rtp.BasicAuth(user, password)]
    )
    for way in ways:
        try:
            return rtp.RtspClient.connect(rtp.RtspClientConfig(url, auth=way))
        except TstError as error:
            failure = error
    raise _refusal(address) from failure


def _refusal(address: LinkAddress) -> DeviceError:
    """Return the error of a session that could not be opened.

    The library's own words are kept back, for they may repeat the address.
    """
    return DeviceError(
        where=address.shown,
        what="gives no MPEG transport stream: it does not answer, or refuses the login.",
        mend="Look at address, user and password, or let it send over SRT or UDP.",
    )
