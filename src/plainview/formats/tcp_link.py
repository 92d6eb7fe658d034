"""A transport stream over TCP: we call the sender, or wait for its call."""

import select
import socket
from typing import Final

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress

__all__ = ["TcpLink"]

_CALL_TIMEOUT_S: Final = 3.0
_MOST_BYTES: Final = 1 << 16


class TcpLink:
    """One connection, or the port on which one is waited for."""

    n_lost = 0
    n_damaged = 0

    def __init__(self, address: LinkAddress) -> None:
        self._shown = address.shown
        self._waiting: socket.socket | None = None
        self._stream: socket.socket | None = None
        if address.is_listener:
            self._waiting = _listening(address)
        else:
            self._stream = _called(address)

    def receive(self, timeout_s: float) -> bytes:
        """Return what came; nothing where nothing came in time.

        Raises:
            DeviceError: The sender has ended the connection, or it broke.
        """
        source = self._stream or self._waiting
        if source is None or not select.select([source], [], [], timeout_s)[0]:
            return b""
        try:
            if self._stream is None:
                self._accept()
                return b""
            data = self._stream.recv(_MOST_BYTES)
        except OSError as error:
            raise self._lost(f"broke ({error.strerror or error})") from error
        if not data:
            raise self._lost("was ended by the sender")
        return data

    def close(self) -> None:
        """Hang up."""
        for each in (self._stream, self._waiting):
            if each is not None:
                each.close()

    def _accept(self) -> None:
        if self._waiting is not None:
            self._stream, _ = self._waiting.accept()
            self._waiting.close()
            self._waiting = None

    def _lost(self, how: str) -> DeviceError:
        return DeviceError(
            where=self._shown, what=f"{how}.", mend="Look at the sender; it is called again."
        )


def _called(address: LinkAddress) -> socket.socket:
    try:
        return socket.create_connection((address.host, address.port), timeout=_CALL_TIMEOUT_S)
    except OSError as error:
        raise DeviceError(
            where=address.shown,
            what=f"does not answer ({error.strerror or error}).",
            mend="Start the sender, or look at address, port and firewall.",
        ) from error


def _listening(address: LinkAddress) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family, backlog=1)
    except OSError as error:
        raise InputError(
            where=address.shown,
            what=f"cannot be listened to ({error.strerror or error}).",
            mend="Give a port that no other program uses and an address of this machine.",
        ) from error
