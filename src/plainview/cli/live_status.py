"""One line on how a live link goes: rewritten on a terminal, silent in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from plainview.mission.camera_pace import CameraStatus
from plainview.mission.live_run import LiveStatus

__all__ = ["show_status", "status_text"]

_SPINNER_WIDTH: Final = 3


@contextmanager
def show_status(title: str) -> Iterator[Callable[[LiveStatus], None] | None]:
    """Yield what takes the status of a run and shows it; None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.status import Status

    console = Console(stderr=True)

    def one_line(said: str) -> str:
        line = f"{said}, {title}"
        room = max(20, console.width - _SPINNER_WIDTH)
        return line if len(line) <= room else f"{line[: room - 1]}…"

    with Status(one_line("calling"), console=console) as line:
        yield lambda status: line.update(one_line(status_text(status)))


def status_text(status: LiveStatus) -> str:
    """Return a status as one line; of several cameras, each by its name.

    Delay is from a frame's first packet to its observation, the median of the newest frames and
    their 95th percentile.
    """
    link = status.link
    words = [str(link.state)]
    if link.why and link.state != "receiving":
        words.append(link.why.rstrip("."))
    if link.silent_s > 1.0:
        words.append(f"nothing for {link.silent_s:.0f} s")
    words += _camera_words(status)
    words.append(f"{status.n_recorded_bytes / 1e6:.1f} MB recorded")
    if link.n_gaps:
        words.append(f"{link.n_gaps} gaps")
    if link.n_lost:
        words.append(f"{link.n_lost} packets lost")
    return ("; " if len(status.cameras) > 1 else ", ").join(words)


def _camera_words(status: LiveStatus) -> list[str]:
    """Return how the frames go, a text a camera, of one a word each."""
    if len(status.cameras) > 1:
        return [f"{each.name}: {', '.join(_words_of(each))}" for each in status.cameras]
    if status.cameras:
        return _words_of(status.cameras[0])
    return [f"{status.n_frames} frames", f"{status.n_dropped} dropped"]


def _words_of(camera: CameraStatus) -> list[str]:
    words = []
    if camera.delay_s is not None:
        median_s, p95_s = camera.delay_s
        words.append(f"{camera.frames_per_s:.0f} frames/s")
        words.append(f"delay {1000 * median_s:.0f} ms (95 %: {1000 * p95_s:.0f})")
        words.append(f"view {camera.view_method or 'unknown'}")
    return [*words, f"{camera.n_frames} frames", f"{camera.n_dropped} dropped"]
