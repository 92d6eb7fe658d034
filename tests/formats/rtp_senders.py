"""Senders of pictures and KLV as RTP streams of their own, for tests on loopback.

The pictures are packetised by the video library; the KLV by these lines, as RFC 6597 asks; the
RTSP server knows just enough to be played from.
"""

import hashlib
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.stream import VideoStream

from tests.formats.links import free_port

PICTURE_TYPE, KLV_TYPE = 96, 97
TICKS_PER_PICTURE = 3600
RATE_HZ = 25
NTP_S = 3_900_000_000
"""Seconds since 1900 of the first picture, by the sender's clock."""

ENCODERS = {"H264": "libx264", "H265": "libx265"}
_OPTIONS = {"payload_type": str(PICTURE_TYPE)}
USER, PASSWORD = "coast", "guard"


@dataclass
class Sent:
    """What is sent: packets of two streams in time order, and what they carry.

    Args:
        packets: Stream (0 pictures, 1 KLV) and datagram, reports on it included.
        units: The KLV units.
        n_pictures: How many pictures.
    """

    packets: list[tuple[int, bytes]] = field(default_factory=list)
    units: list[bytes] = field(default_factory=list)
    n_pictures: int = 0


def klv_packets(
    unit: bytes, *, sequence: int, timestamp: int, n_bytes: int = 700, source: int = 9
) -> list[bytes]:
    """Return the packets of one KLV unit: one time stamp, the last one marked (RFC 6597, 4.2)."""
    parts = [unit[at : at + n_bytes] for at in range(0, len(unit), n_bytes)]
    return [
        struct.pack(
            "!BBHII",
            0x80,
            KLV_TYPE | 0x80 * (k == len(parts) - 1),
            (sequence + k) & 0xFFFF,
            timestamp & 0xFFFFFFFF,
            source,
        )
        + part
        for k, part in enumerate(parts)
    ]


def sender_report(*, ntp_s: float, timestamp: int, source: int) -> bytes:
    """Return a report: the same instant on the wall clock and on the stream's."""
    ntp = round(ntp_s * (1 << 32))
    return struct.pack("!BBHIQIII", 0x80, 200, 6, source, ntp, timestamp & 0xFFFFFFFF, 0, 0)


def unit_of(number: int, *, n_bytes: int = 2000) -> bytes:
    """Return a KLV unit that no other is like."""
    body = number.to_bytes(4) + np.random.default_rng(number).bytes(n_bytes - 4)
    key = bytes.fromhex("060e2b34020b01010e01030101000000")
    return key + b"\x82" + n_bytes.to_bytes(2) + body


def sent_clip(path: Path, *, klv_every: int = 1) -> Sent:
    """Return the pictures and the KLV of a clip, in the order of their stamps, with reports.

    Args:
        path: The clip.
        klv_every: Every so many-th KLV unit is sent.
    """
    receiver, url = _receiver()
    sent, found = Sent(), list[tuple[int, int, bytes]]()
    with av.open(str(path)) as clip, av.open(url, "w", format="rtp", options=_OPTIONS) as sender:
        stream = sender.add_stream_from_template(clip.streams.video[0])
        first = None
        for packet in clip.demux(clip.streams.video[0], clip.streams.data[0]):
            if packet.pts is None or not packet.size:
                continue
            pts = packet.pts
            if packet.stream.type == "data":
                found.append((pts, 1, bytes(packet)))
                continue
            packet.stream = stream
            sender.mux(packet)
            datagrams = _datagrams(receiver)
            first = first or (pts, int.from_bytes(datagrams[0][4:8]), datagrams[0][8:12])
            sent.n_pictures += 1
            found += [(pts, 0, datagram) for datagram in datagrams]
    receiver.close()
    assert first is not None
    pts, ticks, source = first
    source_id = int.from_bytes(source)
    sent.packets.append((0, sender_report(ntp_s=NTP_S, timestamp=ticks, source=source_id)))
    sent.packets.append((1, sender_report(ntp_s=NTP_S, timestamp=77 + pts, source=9)))
    sequence = 0
    n_units = 0
    for stamp, index, data in sorted(found, key=lambda each: (each[0], -each[1])):
        if index == 0:
            sent.packets.append((0, data))
            continue
        n_units += 1
        if n_units % klv_every:
            continue
        parts = klv_packets(data, sequence=sequence, timestamp=77 + stamp, n_bytes=100)
        sequence += len(parts)
        sent.units.append(data)
        sent.packets += [(1, part) for part in parts]
    return sent


def recorded_pictures(n_pictures: int, *, encoding: str = "H264") -> list[list[bytes]]:
    """Return the RTP packets of some pictures, as the video library makes them."""
    receiver, url = _receiver()
    made: list[list[bytes]] = []
    with av.open(url, "w", format="rtp", options=_OPTIONS) as sender:
        stream = cast("VideoStream", sender.add_stream(ENCODERS[encoding], rate=RATE_HZ))
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 160, 120, "yuv420p", 10
        quiet = {"x265-params": "log-level=none"} if encoding == "H265" else {}
        stream.options = {"tune": "zerolatency", "preset": "ultrafast", **quiet}
        for k in range(n_pictures):
            noise = np.random.default_rng(k).integers(0, 256, (120, 160, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(noise, format="rgb24")
            frame.pts = k
            for packet in stream.encode(frame):
                sender.mux(packet)
            made.append(_datagrams(receiver))
    receiver.close()
    return made


def _receiver() -> tuple[socket.socket, str]:
    """Return a socket that holds what the video library sends, and its address."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.setblocking(False)
    return receiver, f"rtp://127.0.0.1:{receiver.getsockname()[1]}"


def _datagrams(receiver: socket.socket) -> list[bytes]:
    came = []
    try:
        while True:
            came.append(receiver.recv(1 << 16))
    except BlockingIOError:
        return came


def sent_streams(
    n_pictures: int, *, encoding: str = "H264", klv_ahead_s: float = 0.0, has_reports: bool = True
) -> Sent:
    """Return pictures with one KLV unit each, and reports on both streams before the fifth.

    Args:
        n_pictures: How many.
        encoding: Of the pictures.
        klv_ahead_s: How much earlier a unit's instant is than that of the picture sent with it.
        has_reports: Whether the sender reports.
    """
    sent = Sent(n_pictures=n_pictures)
    pictures = recorded_pictures(n_pictures, encoding=encoding)
    first = int.from_bytes(pictures[0][0][4:8])
    picture_source = int.from_bytes(pictures[0][0][8:12])
    klv_first, sequence = 4_294_960_000, 65_530  # both wrap on the way
    for k, packets in enumerate(pictures):
        ticks = k * TICKS_PER_PICTURE
        if has_reports and k == 4:
            at_s = NTP_S + ticks / 90_000
            report = sender_report(ntp_s=at_s, timestamp=first + ticks, source=picture_source)
            sent.packets.append((0, report))
            klv_at = klv_first + ticks + round(klv_ahead_s * 90_000)
            sent.packets.append((1, sender_report(ntp_s=at_s, timestamp=klv_at, source=9)))
        unit = unit_of(k)
        parts = klv_packets(unit, sequence=sequence, timestamp=klv_first + ticks)
        sequence += len(parts)
        sent.units.append(unit)
        sent.packets += [(1, part) for part in parts]
        sent.packets += [(0, packet) for packet in packets]
    return sent


def description(*, encoding: str = "H264", ports: Sequence[int] = (0, 0)) -> str:
    """Return the SDP of both streams."""
    return (
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=video {ports[0]} RTP/AVP {PICTURE_TYPE}\r\n"
        f"a=rtpmap:{PICTURE_TYPE} {encoding}/90000\r\na=control:track=0\r\n"
        f"m=application {ports[1]} RTP/AVP {KLV_TYPE}\r\n"
        f"a=rtpmap:{KLV_TYPE} smpte336m/90000\r\na=control:track=1\r\n"
    )


class RtspSender:
    """A server of one caller: describes both streams, asks for a login, and plays them.

    Args:
        sent: What it sends.
        is_tcp_refused: Whether it sends over UDP only.
        pause_s: Between two packets.
    """

    def __init__(self, sent: Sent, *, is_tcp_refused: bool = False, pause_s: float = 0.0) -> None:
        self.port = free_port()
        self._sent = sent
        self._is_tcp_refused = is_tcp_refused
        self._pause = threading.Event()
        self._pause_s = pause_s
        self._places: list[int] = []
        self._waiting = socket.create_server(("127.0.0.1", self.port))
        self._waiting.settimeout(20.0)
        self._thread = threading.Thread(target=self._run, daemon=True)

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve meanwhile; give the address with the login."""
        self._thread.start()
        yield f"rtsp://{USER}:{PASSWORD}@127.0.0.1:{self.port}/cam"
        self._pause.set()
        self._waiting.shutdown(socket.SHUT_RDWR)
        self._waiting.close()
        self._thread.join(timeout=10.0)

    def _run(self) -> None:
        try:
            for _ in range(3):
                stream, _ = self._waiting.accept()
                with stream:
                    stream.settimeout(20.0)
                    self._serve(stream)
        except OSError:
            return

    def _serve(self, stream: socket.socket) -> None:
        self._places = []
        waiting = b""
        while data := stream.recv(1 << 16):
            waiting += data
            while b"\r\n\r\n" in waiting:
                request, _, waiting = waiting.partition(b"\r\n\r\n")
                if self._answer(stream, request.decode()):
                    self._play(stream)

    def _answer(self, stream: socket.socket, request: str) -> bool:
        """Answer a request; say whether the streams begin."""
        method = request.split(" ", 1)[0]
        fields = dict(line.split(": ", 1) for line in request.split("\r\n")[1:])
        status, more, body = "200 OK", "", ""
        if not _is_logged_in(method, fields.get("Authorization", "")):
            status = "401 Unauthorized"
            more = 'WWW-Authenticate: Digest realm="sea", nonce="17", qop="auth"\r\n'
        elif method == "DESCRIBE":
            body, more = description(), "Content-Type: application/sdp\r\n"
        elif method == "SETUP" and self._is_tcp_refused and "TCP" in fields["Transport"]:
            status = "461 Unsupported Transport"
        elif method == "SETUP":
            way = fields["Transport"]
            self._places.append(int(way.rpartition("=")[2].split("-")[0]))
            more = f"Transport: {way}\r\nSession: 5;timeout=10\r\n"
        head = f"RTSP/1.0 {status}\r\nCSeq: {fields['CSeq']}\r\n{more}"
        head += f"Content-Length: {len(body)}\r\n" if body else ""
        stream.sendall(f"{head}\r\n{body}".encode())
        return method == "PLAY" and status.startswith("200")

    def _play(self, stream: socket.socket) -> None:
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for index, packet in self._sent.packets:
            if self._pause_s and self._pause.wait(self._pause_s):
                break
            place = self._places[index] + (packet[1] == 200)
            if self._is_tcp_refused:
                sender.sendto(packet, ("127.0.0.1", place))
            else:
                stream.sendall(b"$" + bytes([place]) + len(packet).to_bytes(2) + packet)
        sender.close()


def _is_logged_in(method: str, given: str) -> bool:
    fields = dict(
        part.strip().split("=", 1) for part in given.removeprefix("Digest ").split(",") if part
    )
    told = {name: value.strip('"') for name, value in fields.items()}
    if "response" not in told:
        return False

    def digest(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    secret, place = digest(f"{USER}:sea:{PASSWORD}"), digest(f"{method}:{told['uri']}")
    text = f"{secret}:17:{told['nc']}:{told['cnonce']}:auth:{place}"
    return told["response"] == digest(text)
