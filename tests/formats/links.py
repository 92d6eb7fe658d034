"""Senders and transport packets for tests of live links, all on loopback."""

import socket
import time
from collections.abc import Callable, Iterator

import numpy as np

from plainview.formats.link_address import parse_link
from plainview.formats.link_sender import LinkSender, open_sender
from plainview.formats.live_link import Link
from plainview.formats.transport_packets import PACKET_BYTES, SYNC_BYTE

AT_ONCE = 7 * PACKET_BYTES


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM, host: str = "127.0.0.1") -> int:
    """Return a port that nobody uses just now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as asked:
        asked.bind((host, 0))
        port: int = asked.getsockname()[1]
        return port


def packets(n_packets: int, *, seed: int = 0) -> bytes:
    """Return transport packets of one PID, no two of them alike."""
    rows = np.random.default_rng(seed).integers(0, 256, (n_packets, PACKET_BYTES), np.uint8)
    rows[:, 0] = SYNC_BYTE
    rows[:, 1], rows[:, 2] = 0x01, 0x00
    rows[:, 3] = 0x10 | np.arange(n_packets) % 16
    rows[:, 4:8] = np.arange(n_packets, dtype=">u4").view(np.uint8).reshape(-1, 4)
    return rows.tobytes()


def pieces(data: bytes, n_bytes: int = AT_ONCE) -> Iterator[bytes]:
    """Yield data in pieces of a datagram."""
    for begin in range(0, len(data), n_bytes):
        yield data[begin : begin + n_bytes]


def sender_to(url: str) -> LinkSender:
    return open_sender(parse_link(url))


def send_all(sender: LinkSender, data: bytes, *, pause_s: float = 0.0) -> None:
    """Send data in pieces, with a breath between them."""
    for piece in pieces(data):
        sender.send(piece, due_s=0.0)
        if pause_s:
            time.sleep(pause_s)


def received(link: Link, n_bytes: int, *, within_s: float = 10.0) -> bytes:
    """Return what comes until it is so many bytes, or the time is over."""
    came, until_s = b"", time.monotonic() + within_s
    while len(came) < n_bytes and time.monotonic() < until_s:
        came += link.receive(0.05)
    return came


def wait_until(is_so: Callable[[], bool], *, within_s: float = 20.0) -> bool:
    """Wait for something to be so, and say whether it is."""
    until_s = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > until_s:
            return False
        time.sleep(0.01)
    return True
