"""How many threads the libraries below may use beside those of a run, and how they take turns."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import cv2

__all__ = ["one_opencv_thread", "quick_turns"]

_TURN_S: Final = 0.000_5


@contextmanager
def quick_turns() -> Iterator[None]:
    """Let the threads of a live run take turns ten times as often as Python does by itself.

    A packet passes through four of them, and may wait a whole turn at each: 5 ms by default.
    """
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before_s)


@contextmanager
def one_opencv_thread() -> Iterator[None]:
    """Let OpenCV work in the thread that calls it; its setting before comes back afterwards.

    Reading, stages and writing already fill two cores. OpenCV's pool would take turns with
    them: measured at 720p on two cores, a run with it took a tenth more core time and no
    less wall time.
    """
    n_threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(n_threads)
