"""A transport stream out to a link, so that other players watch it."""

import ipaddress
import secrets
import select
import socket
import time
from typing import Final, Protocol

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress
from plainview.formats.rtp_packets import rtp_header
from plainview.formats.udp_link import scoped

__all__ = ["DatagramSender", "LinkSender", "TcpSender", "open_sender"]

_WAIT_S: Final = 10.0
_MULTICAST_HOPS: Final = 1
"""A group is sent to the local network and no further."""


class LinkSender(Protocol):
    """An open link that takes packets."""

    def send(self, packets: bytes, *, due_s: float) -> None:
        """Send some packets, at most what a datagram holds.

        Args:
            packets: Whole transport packets.
            due_s: When they are due after the first, seconds.

        Raises:
            DeviceError: The other side has gone.
        """

    def close(self) -> None:
        """Send what is held, and hang up."""


def open_sender(address: LinkAddress, *, wait_s: float = _WAIT_S) -> LinkSender:
    """Open a link to send on; where we listen, wait for the first who calls.

    Args:
        address: Of the link.
        wait_s: How long to wait for a call.

    Raises:
        InputError: The address cannot be used, or nothing can be sent to its kind of link.
        DeviceError: Nobody answers, or calls.
    """
    if address.scheme == "srt":
        from plainview.formats.srt_sender import SrtSender

        return SrtSender(address, wait_s=wait_s)
    if address.scheme == "tcp":
        return TcpSender(address, wait_s=wait_s)
    if address.scheme in {"udp", "rtp"}:
        return DatagramSender(address)
    if address.scheme in {"rtsp", "rtsps"}:
        from plainview.formats.rtsp_sender import RtspSender

        return RtspSender(address)
    raise InputError(
        where=address.shown,
        what="cannot be sent to: an SDP file is only read.",
        mend="Send to udp://, rtp://, tcp://, srt:// or rtsp://.",
    )


class DatagramSender:
    """UDP to a host or a group, plain or as RTP (RFC 2250)."""

    def __init__(self, address: LinkAddress) -> None:
        self._where = address.shown
        self._place: tuple[object, ...]
        try:
            family, kind, _, _, place = socket.getaddrinfo(
                address.host or "127.0.0.1", address.port, type=socket.SOCK_DGRAM
            )[0]
            self._place = scoped(place, address)
            self._socket = socket.socket(family, kind)
            if address.is_multicast:
                _send_to_group(self._socket, address)
        except OSError as error:
            raise self._failed(error) from error
        self._is_rtp = address.scheme == "rtp"
        self._sequence = secrets.randbelow(1 << 16)
        self._source = secrets.randbits(32)

    def send(self, packets: bytes, *, due_s: float) -> None:
        """Send one datagram; one that nobody takes is no error."""
        header = self._header(due_s) if self._is_rtp else b""
        try:
            self._socket.sendto(header + packets, self._place)
        except ConnectionRefusedError:
            return
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()

    def _header(self, due_s: float) -> bytes:
        self._sequence = (self._sequence + 1) & 0xFFFF
        return rtp_header(self._sequence, due_s=due_s, source=self._source)

    def _failed(self, error: OSError) -> DeviceError:
        return DeviceError(
            where=self._where,
            what=f"cannot be sent to ({error.strerror or error}).",
            mend="Look at host, port and network; name the interface of a group (?iface=).",
        )


class TcpSender:
    """One TCP connection: we call, or wait for a call."""

    def __init__(self, address: LinkAddress, *, wait_s: float) -> None:
        self._where = address.shown
        try:
            self._socket = (_accepted if address.is_listener else _called)(address, wait_s)
            self._socket.settimeout(wait_s)
        except OSError as error:
            raise self._gone(error) from error

    def send(self, packets: bytes, *, due_s: float) -> None:
        """Send, waiting while the other side is slow."""
        try:
            self._socket.sendall(packets)
        except OSError as error:
            raise self._gone(error) from error

    def close(self) -> None:
        """Hang up once all has arrived, or the other side has."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            select.select([self._socket], [], [], 1.0)
        except OSError:
            pass
        self._socket.close()

    def _gone(self, error: OSError) -> DeviceError:
        return DeviceError(
            where=self._where,
            what=f"the other side does not answer or has gone ({error.strerror or error}).",
            mend="Start the receiver first, or let it call (?mode=listener here).",
        )


def _send_to_group(sender: socket.socket, address: LinkAddress) -> None:
    interface = address.options.get("iface")
    if ipaddress.ip_address(address.host).version == 4:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _MULTICAST_HOPS)
        if interface:
            sender.setsockopt(
                socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface)
            )
    else:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, _MULTICAST_HOPS)
        if interface:
            index = socket.if_nametoindex(interface)
            sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)


def _called(address: LinkAddress, wait_s: float) -> socket.socket:
    """Call until somebody answers."""
    until_s = time.monotonic() + wait_s
    while True:
        try:
            return socket.create_connection((address.host, address.port), timeout=wait_s)
        except OSError:
            if time.monotonic() > until_s:
                raise
            time.sleep(0.1)


def _accepted(address: LinkAddress, wait_s: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.create_server((address.host, address.port), family=family, backlog=1) as waiting:
        waiting.settimeout(wait_s)
        return waiting.accept()[0]
