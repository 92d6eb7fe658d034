"""A transport stream over SRT, which sends again what was lost; the library is tstrans."""

import time
from typing import Final

from tstrans import TstError, srt
from tstrans.exceptions import SrtErrorKind

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress

__all__ = ["SrtLink", "srt_builder"]

_CALL_TIMEOUT_MS: Final = 3_000
_POLL_MS: Final = 20
_MOST_BYTES: Final = 1 << 16
_MOST_AT_ONCE: Final = 256
_NOTHING_YET: Final = (SrtErrorKind.BACKPRESSURE, SrtErrorKind.TIMEOUT)
_GATHERED_S: Final = 0.002
"""For how long what comes is gathered: the library gives one transport packet at a time."""


class SrtLink:
    """One connection, or the port on which one is waited for."""

    n_damaged = 0

    def __init__(self, address: LinkAddress) -> None:
        self._shown = address.shown
        self._receiver: srt.Receiver | None = None
        self._listener: srt.Listener | None = None
        self._n_lost = 0
        builder = srt_builder(address, timeout_ms=_POLL_MS)
        try:
            if address.is_listener:
                self._listener = builder.listener().listen()
            else:
                self._receiver = builder.caller().connect().into_receiver()
        except TstError as error:
            raise _refusal(address, error) from error

    @property
    def n_lost(self) -> int:
        """How many packets were given up: they came neither at first nor again in time."""
        if self._receiver is not None and self._receiver.is_alive():
            self._n_lost = int(self._receiver.srt_stats().packets_dropped_recv_side)
        return self._n_lost

    def receive(self, timeout_s: float) -> bytes:
        """Return what came; nothing where nothing came in time.

        Raises:
            DeviceError: The connection broke or was ended.
        """
        if self._receiver is None and not self._accept(timeout_s):
            return b""
        until_s = time.monotonic() + timeout_s
        while not (parts := self._gathered()) and time.monotonic() < until_s:
            pass
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        for each in (self._receiver, self._listener):
            if each is not None:
                each.close()

    def _gathered(self) -> list[bytes]:
        """Return the packets of a moment; the first is waited for as long as a poll."""
        parts: list[bytes] = []
        receiver, until_s = self._receiver, None
        while receiver is not None and len(parts) < _MOST_AT_ONCE:
            try:
                parts.append(receiver.recv_bytes(_MOST_BYTES))
            except TstError as error:
                if getattr(error, "kind", None) in _NOTHING_YET or parts:
                    break
                raise self._lost() from error
            now_s = time.monotonic()
            until_s = until_s or now_s + _GATHERED_S
            if now_s > until_s:
                break
        return parts

    def _accept(self, timeout_s: float) -> bool:
        if self._listener is None:
            return False
        try:
            socket = self._listener.accept(max(1, round(timeout_s * 1000)))
        except TstError as error:
            if getattr(error, "kind", None) in {*_NOTHING_YET, SrtErrorKind.ACCEPT_FAILED}:
                return False
            raise self._lost() from error
        self._receiver = socket.into_receiver()
        self._listener.close()
        self._listener = None
        return True

    def _lost(self) -> DeviceError:
        return DeviceError(
            where=self._shown,
            what="the connection was ended or broke.",
            mend="Look at the sender; it is called again.",
        )


def srt_builder(address: LinkAddress, *, timeout_ms: int) -> srt.Builder:
    """Return what opens an SRT connection.

    Raises:
        InputError: An option of the address cannot be used.
    """
    host = f"[{address.host}]" if ":" in address.host else address.host or "0.0.0.0"  # noqa: S104
    options = address.options
    known = "&".join(f"{name}={options[name]}" for name in ("mode", "pbkeylen") if name in options)
    try:
        builder = srt.Builder(
            f"srt://{host}:{address.port}{'?' if known else ''}{known}",
            connect_timeout_ms=_CALL_TIMEOUT_MS,
            recv_timeout_ms=timeout_ms,
        )
        if "latency" in options:
            builder = builder.latency_ms(int(options["latency"]))
        if "passphrase" in options:
            builder = builder.passphrase(options["passphrase"])
        if "streamid" in options:
            builder = builder.stream_id(options["streamid"])
    except (TstError, ValueError, OverflowError) as error:
        raise _bad_options(address) from error
    return builder


def _bad_options(address: LinkAddress) -> InputError:
    return InputError(
        where=address.shown,
        what="has options that SRT does not take.",
        mend="latency is in whole milliseconds, passphrase has 10 to 79 characters, pbkeylen is"
        " 16, 24 or 32.",
    )


def _refusal(address: LinkAddress, error: TstError) -> InputError | DeviceError:
    """Return the error of a connection that could not be opened.

    The library's own words are kept back, for they may repeat the address.
    """
    if getattr(error, "kind", None) is SrtErrorKind.CONFIG_INVALID:
        return _bad_options(address)
    if address.is_listener:
        return InputError(
            where=address.shown,
            what="cannot be listened to.",
            mend="Give a port that no other program uses and an address of this machine.",
        )
    return DeviceError(
        where=address.shown,
        what="does not answer, or refuses the passphrase.",
        mend="Start the sender, or look at address, port, firewall and passphrase.",
    )
