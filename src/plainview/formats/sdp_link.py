"""Streams that an SDP file describes, received over UDP."""

import select
import socket
import time
from pathlib import Path
from typing import Final

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress
from plainview.formats.rtp_streams import ElementaryStreams
from plainview.formats.sdp import SdpMedia, chosen_media, read_description
from plainview.formats.udp_link import RtpLink, receiving_socket

__all__ = ["DescribedStreams", "SdpLink", "open_described"]

_LONGEST_FILE: Final = 1 << 16
_LONGEST_DATAGRAM: Final = 1 << 16
_MOST_AT_ONCE: Final = 64
_WAIT_S: Final = 0.05
_ANY_HOST: Final = "0.0.0.0"  # noqa: S104 - as the description asks


class DescribedStreams:
    """Sockets on which the packets of each stream and the reports on it come.

    Args:
        media: The streams, pictures first.
        sockets: By socket the stream whose packets or reports come there.
    """

    def __init__(self, media: tuple[SdpMedia, ...], sockets: dict[socket.socket, int]) -> None:
        self._streams = ElementaryStreams(media)
        self._sockets = sockets

    @property
    def n_lost(self) -> int:
        """How many packets never came."""
        return self._streams.n_lost

    @property
    def n_damaged(self) -> int:
        """How many KLV units were left out, for parts of them never came."""
        return self._streams.n_damaged

    def receive(self, timeout_s: float) -> bytes:
        """Return what became whole, as a transport stream; nothing where nothing did in time."""
        came = select.select(list(self._sockets), [], [], min(timeout_s, _WAIT_S))[0]
        now_s = time.monotonic()
        given = self._streams.look(now_s=now_s)
        for each in came:
            for datagram in _datagrams(each):
                given += self._streams.take(self._sockets[each], datagram, arrived_s=now_s)
        return given

    def close(self) -> None:
        """Let go of the ports, and leave the groups."""
        for each in self._sockets:
            each.close()


class SdpLink(DescribedStreams):
    """The streams of an SDP file.

    Args:
        address: That file.
        media: Its streams, pictures first.
    """

    def __init__(self, address: LinkAddress, media: tuple[SdpMedia, ...]) -> None:
        sockets: dict[socket.socket, int] = {}
        try:
            for index, each in enumerate(media):
                for port in {each.port, each.control_port} - {0}:
                    sockets[_socket_of(address, host=each.host, port=port)] = index
        except (InputError, DeviceError):
            for opened in sockets:
                opened.close()
            raise
        super().__init__(media, sockets)


def open_described(address: LinkAddress) -> SdpLink | RtpLink:
    """Receive the streams of an SDP file.

    Raises:
        InputError: The file cannot be read, describes nothing that we read, or names ports that
            are taken.
        DeviceError: A group cannot be joined now.
    """
    media = chosen_media(read_description(_text_of(Path(address.path))), where=address.shown)
    if not media[0].port:
        raise InputError(
            where=address.shown,
            what="names no port for its pictures.",
            mend="Give the file that the sender writes for receivers (m=video 5004 RTP/AVP 96).",
        )
    if media[0].is_transport_stream:
        host, port = media[0].host or _ANY_HOST, media[0].port
        return RtpLink(LinkAddress(scheme="rtp", host=host, port=port))
    return SdpLink(address, tuple(each for each in media if each.port))


def _socket_of(address: LinkAddress, *, host: str, port: int) -> socket.socket:
    """Return a socket bound to a port: of the group or address named, or of every interface.

    A description that was not written for us names the sender, or another receiver.
    """
    place = LinkAddress(scheme="udp", host=host or _ANY_HOST, port=port)
    if place.is_multicast:
        return receiving_socket(place)
    try:
        return receiving_socket(place)
    except (InputError, DeviceError):
        any_host = "::" if ":" in host else _ANY_HOST
        try:
            return receiving_socket(LinkAddress(scheme="udp", host=any_host, port=port))
        except InputError as error:
            raise InputError(
                where=f"{address.shown}, port {port}", what=error.what, mend=error.mend
            ) from error


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST_FILE).decode("utf-8", "replace")
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror or error}).",
            mend="Give the SDP file of the sender.",
        ) from error


def _datagrams(source: socket.socket) -> list[bytes]:
    came: list[bytes] = []
    try:
        while len(came) < _MOST_AT_ONCE:
            came.append(source.recv(_LONGEST_DATAGRAM))
    except OSError:  # nothing more just now, or word that nobody took a report
        pass
    return came
