"""Pictures and KLV that an RTSP server sends as streams of their own."""

import re
import socket
import time
from typing import Final

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress
from plainview.formats.rtp_streams import ElementaryStreams
from plainview.formats.rtsp_control import RtspAnswer, RtspControl
from plainview.formats.sdp import SdpMedia, SessionDescription, chosen_media, read_description
from plainview.formats.sdp_link import DescribedStreams
from plainview.formats.udp_link import receiving_socket

__all__ = ["RtspStreamsLink", "is_transport_stream_served"]

_OK: Final = 200
_UNSUPPORTED_TRANSPORT: Final = 461
_INTERLEAVED: Final = re.compile(r"interleaved\s*=\s*(\d{1,3})(?:-(\d{1,3}))?")
_N_PORTS_TRIED: Final = 20


class RtspStreamsLink:
    """One session: packets between the messages (TCP), or where the server refuses that, over UDP.

    Args:
        address: Of the link.

    Raises:
        DeviceError: The server does not answer, or refuses.
        InputError: It offers nothing that we read.
    """

    def __init__(self, address: LinkAddress) -> None:
        self._address = address
        self._control = RtspControl(address)
        self._datagrams: DescribedStreams | None = None
        self._indices: dict[int, int] = {}
        try:
            description, base = _described(self._control, address)
            self._media = chosen_media(description, where=address.shown)
            self._streams = ElementaryStreams(self._media)
            answer = self._set_up(base)
            self._keep_alive_s = max(5.0, answer.timeout_s / 2.0)
            session_url = self._control.control_url(base, description.control)
            _checked(
                self._control.ask("PLAY", session_url, headers={"Range": "npt=0.000-"}), address
            )
        except (DeviceError, InputError):
            self.close()
            raise
        self._told_s = time.monotonic()

    @property
    def n_lost(self) -> int:
        """How many packets never came."""
        return (self._datagrams or self._streams).n_lost

    @property
    def n_damaged(self) -> int:
        """How many KLV units were left out, for parts of them never came."""
        return (self._datagrams or self._streams).n_damaged

    def receive(self, timeout_s: float) -> bytes:
        """Return what became whole, as a transport stream; nothing where nothing did in time.

        Raises:
            DeviceError: The server has ended the session, or it broke.
        """
        if time.monotonic() - self._told_s > self._keep_alive_s:
            self._told_s = time.monotonic()
            self._control.tell("OPTIONS")
        if self._datagrams is not None:
            given = self._datagrams.receive(timeout_s)
            self._control.frames(0.001)  # answers, or the end
            return given
        came = self._control.frames(timeout_s)
        now_s, given = time.monotonic(), b""
        for channel, packet in came:
            if channel in self._indices:
                given += self._streams.take(self._indices[channel], packet, arrived_s=now_s)
        return given + self._streams.look(now_s=now_s)

    def close(self) -> None:
        """End the session."""
        self._control.close()
        if self._datagrams is not None:
            self._datagrams.close()

    def _set_up(self, base: str) -> RtspAnswer:
        """Ask for each stream over this connection; over UDP where the server refuses that."""
        for index, media in enumerate(self._media):
            way = f"RTP/AVP/TCP;unicast;interleaved={2 * index}-{2 * index + 1}"
            answer = self._asked_for(media, base, way)
            if answer.status == _UNSUPPORTED_TRANSPORT and index == 0:
                return self._set_up_datagrams(base)
            _checked(answer, self._address)
            given = _INTERLEAVED.search(answer.headers.get("transport", ""))
            first = int(given[1]) if given else 2 * index
            last = int(given[2] or first + 1) if given else first + 1
            self._indices |= {first: index, last: index}
        return answer

    def _set_up_datagrams(self, base: str) -> RtspAnswer:
        sockets: dict[socket.socket, int] = {}
        self._datagrams = DescribedStreams(self._media, sockets)
        for index, media in enumerate(self._media):
            pair = _pair_of_ports(self._control.own_host)
            sockets |= dict.fromkeys(pair, index)
            first, last = (each.getsockname()[1] for each in pair)
            answer = self._asked_for(media, base, f"RTP/AVP;unicast;client_port={first}-{last}")
            _checked(answer, self._address)
        return answer

    def _asked_for(self, media: SdpMedia, base: str, way: str) -> RtspAnswer:
        url = self._control.control_url(base, media.control)
        return self._control.ask("SETUP", url, headers={"Transport": way})


def is_transport_stream_served(address: LinkAddress) -> bool:
    """Ask a server what it has, and say whether that is a transport stream.

    Raises:
        DeviceError: The server does not answer, or refuses.
        InputError: It offers nothing that we read.
    """
    control = RtspControl(address)
    try:
        description, _ = _described(control, address)
    finally:
        control.close()
    return chosen_media(description, where=address.shown)[0].is_transport_stream


def _described(control: RtspControl, address: LinkAddress) -> tuple[SessionDescription, str]:
    """Return what a server offers, and the address to which those of its streams are relative."""
    answer = _checked(control.ask("DESCRIBE", headers={"Accept": "application/sdp"}), address)
    base = answer.headers.get("content-base") or answer.headers.get("content-location")
    return read_description(answer.body.decode("utf-8", "replace")), base or control.url


def _checked(answer: RtspAnswer, address: LinkAddress) -> RtspAnswer:
    if answer.status != _OK:
        raise DeviceError(
            where=address.shown,
            what=f"refuses (RTSP status {answer.status}).",
            mend="Look at the path, user and password; is the server sending there now?",
        )
    return answer


def _pair_of_ports(host: str) -> tuple[socket.socket, socket.socket]:
    """Return two sockets, the first on an even port and the second on the one behind it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for _ in range(_N_PORTS_TRIED):
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.bind((host, 0))
            port = asked.getsockname()[1] & ~1
        try:
            first = receiving_socket(LinkAddress(scheme="udp", host=host, port=port))
        except InputError:
            continue
        try:
            return first, receiving_socket(LinkAddress(scheme="udp", host=host, port=port + 1))
        except InputError:
            first.close()
    raise DeviceError(
        where=host,
        what="has no two ports in a row that are free.",
        mend="Close other programs that receive.",
    )
