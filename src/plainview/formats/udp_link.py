"""Datagrams as they come: UDP to one host or to a group, plain or as RTP."""

import ipaddress
import select
import socket
from typing import Final

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress
from plainview.formats.rtp_packets import RtpOrder

__all__ = ["RtpLink", "UdpLink", "receiving_socket", "scoped"]

_BUFFER_BYTES: Final = 8 << 20
"""What the operating system is asked to hold for us; it may give less."""
_MOST_AT_ONCE: Final = 64
_LONGEST_DATAGRAM: Final = 1 << 16
_LONGEST_WAIT_S: Final = 0.05
"""How long a datagram that came too early waits for those before it where nothing follows."""


class UdpLink:
    """Datagrams that hold transport packets."""

    n_lost = 0
    n_damaged = 0

    def __init__(self, address: LinkAddress) -> None:
        self._socket = receiving_socket(address)

    def receive(self, timeout_s: float) -> bytes:
        """Return what came, at most some datagrams; nothing where nothing came in time."""
        return b"".join(self.datagrams(timeout_s))

    def datagrams(self, timeout_s: float) -> list[bytes]:
        """Return the datagrams that came, in the order of their coming."""
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return []
        came: list[bytes] = []
        try:
            while len(came) < _MOST_AT_ONCE:
                came.append(self._socket.recv(_LONGEST_DATAGRAM))
        except BlockingIOError:
            pass
        return came

    def close(self) -> None:
        """Let go of the port, and leave the group."""
        self._socket.close()


class RtpLink:
    """RTP datagrams that hold transport packets (payload type 33), put in order."""

    n_damaged = 0

    def __init__(self, address: LinkAddress) -> None:
        self._link = UdpLink(address)
        self._order = RtpOrder(where=address.shown)

    @property
    def n_lost(self) -> int:
        """How many datagrams never came."""
        return self._order.n_lost

    def receive(self, timeout_s: float) -> bytes:
        """Return the payloads that are next in order.

        Raises:
            InputError: The datagrams are no RTP, or hold no transport stream.
        """
        wait_s = min(timeout_s, _LONGEST_WAIT_S) if self._order.n_held else timeout_s
        came = self._link.datagrams(wait_s)
        payloads = [self._order.feed(datagram) for datagram in came]
        return b"".join(payloads) if came else self._order.flush()

    def close(self) -> None:
        """Let go of the port, and leave the group."""
        self._link.close()


def receiving_socket(address: LinkAddress) -> socket.socket:
    """Return a socket bound to an address; a group is joined.

    Raises:
        InputError: The address cannot be bound: it is taken, or no address of this machine.
        DeviceError: The group cannot be joined now.
    """
    family, place = _resolved(address)
    receiver = socket.socket(family, socket.SOCK_DGRAM)
    try:
        receiver.setblocking(False)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        if address.is_multicast:
            receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        receiver.bind(place)
    except OSError as error:
        receiver.close()
        raise InputError(
            where=address.shown,
            what=f"cannot be listened to ({error.strerror or error}).",
            mend="Give a port that no other program uses, and 0.0.0.0, this machine's own address"
            " or a multicast group as the host.",
        ) from error
    try:
        if address.is_multicast:
            _join(receiver, address)
    except OSError as error:
        receiver.close()
        raise DeviceError(
            where=address.shown,
            what=f"cannot be joined as a multicast group ({error.strerror or error}).",
            mend="Name the interface: its address for IPv4 (?iface=10.0.0.2), its name for IPv6"
            " (?iface=eth0).",
        ) from error
    return receiver


def _resolved(address: LinkAddress) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    try:
        found = socket.getaddrinfo(
            address.host or "0.0.0.0",  # noqa: S104 - asked for by leaving the host out
            address.port,
            type=socket.SOCK_DGRAM,
        )
    except OSError as error:
        raise DeviceError(
            where=address.shown,
            what=f"has a host that is not found ({error.strerror or error}).",
            mend="Give its number instead of its name, or mend the name service.",
        ) from error
    family, _, _, _, place = found[0]
    return family, scoped(place, address)


def scoped(place: tuple[object, ...], address: LinkAddress) -> tuple[object, ...]:
    """Return the place of a group with the interface that it is meant on; others as they are.

    Raises:
        DeviceError: There is no such interface.
    """
    interface = address.options.get("iface")
    if len(place) != 4 or not address.is_multicast or interface is None:
        return place
    try:
        return (*place[:3], socket.if_nametoindex(interface))
    except OSError as error:
        raise DeviceError(
            where=address.shown,
            what=f"names an interface that is not there ({interface}).",
            mend="Give the name of an interface of this machine (?iface=eth0).",
        ) from error


def _join(receiver: socket.socket, address: LinkAddress) -> None:
    group, interface = ipaddress.ip_address(address.host), address.options.get("iface")
    if group.version == 4:
        own = socket.inet_aton(interface or "0.0.0.0")  # noqa: S104 - the system chooses
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group.packed + own)
    else:
        index = socket.if_nametoindex(interface) if interface else 0
        receiver.setsockopt(
            socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group.packed + index.to_bytes(4, "little")
        )
