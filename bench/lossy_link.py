"""A relay of datagrams on loopback that loses some of them, drawn from a seed."""

import random
import select
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class LossyLink:
    """Passes datagrams between one caller and one port, both ways, and loses a share of them.

    Args:
        to_port: Of the one who is called.
        share_lost: Of the datagrams towards the called one and back.
        seed: Draws which.
    """

    def __init__(self, to_port: int, *, share_lost: float, seed: int) -> None:
        self.n_passed = self.n_lost = 0
        self._share_lost = share_lost
        self._draw = random.Random(seed)
        self._front = _socket(0)
        self._back = _socket(0)
        self._back.connect(("127.0.0.1", to_port))
        self.port: int = self._front.getsockname()[1]
        self._caller: tuple[str, int] | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()
        self._front.close()
        self._back.close()

    def _run(self) -> None:
        while not self._is_over.is_set():
            for each in select.select([self._front, self._back], [], [], 0.1)[0]:
                try:
                    if each is self._front:
                        data, self._caller = each.recvfrom(1 << 16)
                        self._pass(self._back.send, data)
                    else:
                        data = each.recv(1 << 16)
                        if self._caller is not None:
                            self._front.sendto(data, self._caller)
                except ConnectionRefusedError:
                    continue

    def _pass(self, send: Callable[[bytes], object], data: bytes) -> None:
        if self._draw.random() < self._share_lost:
            self.n_lost += 1
            return
        self.n_passed += 1
        send(data)


def _socket(port: int) -> socket.socket:
    relay = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    relay.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    relay.bind(("127.0.0.1", port))
    return relay
