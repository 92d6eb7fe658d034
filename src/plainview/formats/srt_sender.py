"""A transport stream out over SRT; the library is tstrans."""

import time
from typing import Final

from tstrans import TstError, srt
from tstrans.exceptions import SrtErrorKind

from plainview.errors import DeviceError
from plainview.formats.link_address import LinkAddress
from plainview.formats.srt_link import srt_builder

__all__ = ["SrtSender"]

_TIMEOUT_MS: Final = 1_000
_DRAIN_S: Final = 5.0
_USUAL_LATENCY_S: Final = 0.12
_MARGIN_S: Final = 0.3
_FULL: Final = (SrtErrorKind.BACKPRESSURE, SrtErrorKind.TIMEOUT)


class SrtSender:
    """One SRT connection: we call, or wait for a call.

    Args:
        address: Of the link.
        wait_s: How long to call or to wait.

    Raises:
        DeviceError: Nobody answers, or calls.
        InputError: An option of the address cannot be used.
    """

    def __init__(self, address: LinkAddress, *, wait_s: float) -> None:
        self._where = address.shown
        self._latency_s = _latency_s(address)
        self._sender = (
            _accepted(address, wait_s) if address.is_listener else _called(address, wait_s)
        )

    def send(self, packets: bytes, *, due_s: float) -> None:
        """Send, waiting while the library's buffer is full.

        Raises:
            DeviceError: The other side has gone.
        """
        while True:
            try:
                self._sender.send_bytes(packets)
            except TstError as error:
                if getattr(error, "kind", None) in _FULL and self._sender.is_alive():
                    time.sleep(0.001)
                    continue
                raise _gone(self._where) from error
            return

    def close(self) -> None:
        """Wait until what was sent has been taken, then hang up.

        The other side gives packets out when their latency has passed, and loses those that it
        still holds when it is hung up on.
        """
        until_s = time.monotonic() + _DRAIN_S
        try:
            self._sender.flush()
            while self._sender.is_alive() and time.monotonic() < until_s:
                if not self._sender.srt_stats().send_buffer_packets:
                    break
                time.sleep(0.01)
            time.sleep(self._latency_s + _MARGIN_S)
            self._sender.close()
        except TstError:
            return


def _latency_s(address: LinkAddress) -> float:
    asked = address.options.get("latency", "")
    return max(_USUAL_LATENCY_S, int(asked) / 1000.0 if asked.isdecimal() else 0.0)


def _called(address: LinkAddress, wait_s: float) -> srt.Sender:
    until_s = time.monotonic() + wait_s
    while True:
        try:
            return srt_builder(address, timeout_ms=_TIMEOUT_MS).caller().connect().into_sender()
        except TstError as error:
            if time.monotonic() > until_s:
                raise _gone(address.shown) from error


def _accepted(address: LinkAddress, wait_s: float) -> srt.Sender:
    try:
        listener = srt_builder(address, timeout_ms=_TIMEOUT_MS).listener().listen()
        try:
            return listener.accept(round(1000 * wait_s)).into_sender()
        finally:
            listener.close()
    except TstError as error:
        raise _gone(address.shown) from error


def _gone(where: str) -> DeviceError:
    return DeviceError(
        where=where,
        what="the other side does not answer or has gone.",
        mend="Start the receiver first, or let it call (?mode=listener here).",
    )
