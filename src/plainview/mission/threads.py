"""How many threads the libraries below may use while a run has three of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import cv2

__all__ = ["one_opencv_thread"]


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
