"""A transport stream out over RTSP: served from here, or handed to a server that others call.

The server is the carriage library's; it takes a transport stream as any publisher hands it over, so
that what readers get is what was sent, to the byte.
"""

import errno
import secrets
import socket
import time
from dataclasses import replace
from typing import Final

from tstrans import TstError, rtp

from plainview.errors import DeviceError, InputError
from plainview.formats.link_address import LinkAddress
from plainview.formats.rtp_packets import PAYLOAD_TRANSPORT_STREAM, rtp_header
from plainview.formats.rtsp_control import RtspControl

__all__ = ["RtspSender", "is_served_here"]

_OK: Final = 200
_FANOUT: Final = 4096
"""Packets that a slow reader may be behind."""
_READER_WAIT_S: Final = 60.0
_FAREWELL_S: Final = 0.5
_LOOK_EVERY_S: Final = 1.0
_TELL_EVERY_S: Final = 20.0
_NOT_HERE: Final = (errno.EADDRNOTAVAIL, errno.EADDRINUSE)
_REALM: Final = "plainview"
_LOOPBACK: Final = "127.0.0.1"
_ANY: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - asked for by the address
_DESCRIPTION: Final = (
    "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=plainview\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
    f"m=video 0 RTP/AVP {PAYLOAD_TRANSPORT_STREAM}\r\n"
    f"a=rtpmap:{PAYLOAD_TRANSPORT_STREAM} MP2T/90000\r\na=control:streamid=0\r\n"
)


class RtspSender:
    """A stream that is served here, or announced to the server at the address.

    Args:
        address: Of this machine, with a port that is free: readers call us there; otherwise of a
            server that takes streams (ANNOUNCE and RECORD).
        wait_s: How long to wait for the first reader where we serve.

    Raises:
        DeviceError: The server refuses, or no reader came.
        InputError: The address cannot be used.
    """

    def __init__(self, address: LinkAddress, *, wait_s: float = _READER_WAIT_S) -> None:
        self._server: rtp.RtspServer | None = None
        self._mount: rtp.PublishMount | None = None
        self._control: RtspControl | None = None
        self._sequence = secrets.randbelow(1 << 16)
        self._source = secrets.randbits(32)
        self._looked_s = self._told_s = time.monotonic()
        try:
            host = address.host
            if is_served_here(address):
                self._serve(address)
                host = _LOOPBACK if host in _ANY else host
            self._control = RtspControl(replace(address, host=host))
            _announce(self._control, address)
            self._wait_for_reader(address, wait_s)
        except (DeviceError, InputError):
            self.close()
            raise

    def send(self, packets: bytes, *, due_s: float) -> None:
        """Send one RTP packet."""
        if self._control is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        header = rtp_header(self._sequence, due_s=due_s, source=self._source)
        self._control.send_frame(0, header + packets)
        self._look()

    def close(self) -> None:
        """End the session, once readers have had time to take what was sent."""
        if self._server is not None and self._control is not None:
            time.sleep(_FAREWELL_S)
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            self._server.stop()

    def _look(self) -> None:
        """Read what the server says now and then, and say that we are still there."""
        now_s = time.monotonic()
        if self._control is None or now_s - self._looked_s < _LOOK_EVERY_S:
            return
        self._looked_s = now_s
        self._control.frames(0.001)
        if now_s - self._told_s > _TELL_EVERY_S:
            self._told_s = now_s
            self._control.tell("OPTIONS")

    def _serve(self, address: LinkAddress) -> None:
        if address.scheme == "rtsps":
            raise InputError(
                where=address.shown,
                what="cannot be served: there is no certificate to serve TLS with.",
                mend="Serve rtsp://, or send to a server that has one.",
            )
        host = f"[{address.host}]" if ":" in address.host else address.host
        user, password = address.user, address.password or ""
        try:
            config = rtp.RtspServerConfig(
                bind_addr=f"{host}:{address.port}",
                auth=None if user is None else rtp.DigestAuth(user, password, realm=_REALM),
                fanout_capacity=_FANOUT,
            )
            self._server = rtp.RtspServer.start(config)
            self._mount = self._server.add_publish_mount(address.path or "/")
        except (TstError, ValueError) as error:  # their own words may repeat the address
            raise InputError(
                where=address.shown,
                what="cannot be served.",
                mend="Give a port that is free and a plain path: rtsp://0.0.0.0:8554/live.",
            ) from error

    def _wait_for_reader(self, address: LinkAddress, wait_s: float) -> None:
        until_s = time.monotonic() + wait_s
        while self._mount is not None and not self._mount.peer_count():
            if time.monotonic() > until_s:
                raise DeviceError(
                    where=address.shown,
                    what=f"nobody has opened it in {wait_s:.0f} s.",
                    mend="Open the address in a player (VLC, ffplay) while this runs.",
                )
            time.sleep(0.05)


def is_served_here(address: LinkAddress) -> bool:
    """Say whether an address is of this machine and its port is free."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        with socket.create_server((address.host, address.port), family=family):
            return True
    except OSError as error:
        if error.errno in _NOT_HERE or isinstance(error, socket.gaierror):
            return False
        raise InputError(
            where=address.shown,
            what=f"cannot be served ({error.strerror or error}).",
            mend="Give a port above 1023: rtsp://0.0.0.0:8554/live.",
        ) from error


def _announce(control: RtspControl, address: LinkAddress) -> None:
    """Hand a transport stream over, packets between the messages."""
    way = "RTP/AVP/TCP;unicast;interleaved=0-1;mode=record"
    steps = (
        ("ANNOUNCE", control.url, {"Content-Type": "application/sdp"}, _DESCRIPTION),
        ("SETUP", control.control_url(control.url, "streamid=0"), {"Transport": way}, ""),
        ("RECORD", control.url, {"Range": "npt=0.000-"}, ""),
    )
    for method, url, headers, body in steps:
        answer = control.ask(method, url, headers=headers, body=body)
        if answer.status != _OK:
            raise DeviceError(
                where=address.shown,
                what=f"does not take the stream ({method}: RTSP status {answer.status}).",
                mend="Give a server that takes MPEG-TS by ANNOUNCE and RECORD, or an address of"
                " this machine with a free port, to be served from here.",
            )
