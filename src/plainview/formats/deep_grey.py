"""Pictures of more than 8 bits: which of them are grey, and their values as they came."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

__all__ = ["DeepGreyReader", "is_deep_format"]

Counts = npt.NDArray[np.uint16]

_GREY: Final = re.compile(r"gray(9|10|12|14|16)(le|be)")
_PLANAR: Final = re.compile(r"yuva?4[0-4]\dp(9|10|12|14|16)(le|be)")
_HALF_PLANAR: Final = re.compile(r"p[0-4](10|12|16)(le|be)")
_STEP: Final = 8
_LEAST_CONTRAST: Final = 1 / 64
"""Of the whole scale; a flatter picture does not show whether the video has colour."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the samples of a format lie in memory."""

    n_bits: int
    order: str
    n_shift_bits: int = 0
    n_chroma_planes: int = 0


def _layout(name: str) -> _Layout | None:
    for pattern, n_chroma_planes in ((_GREY, 0), (_PLANAR, 2), (_HALF_PLANAR, 1)):
        found = pattern.fullmatch(name)
        if found:
            n_bits, order = int(found[1]), "<" if found[2] == "le" else ">"
            n_shift_bits = 16 - n_bits if pattern is _HALF_PLANAR else 0
            return _Layout(n_bits, order, n_shift_bits, n_chroma_planes)
    return None


def is_deep_format(name: str | None) -> bool:
    """Say whether pictures of this pixel format may be grey of more than 8 bits."""
    return name is not None and _layout(name) is not None


class DeepGreyReader:
    """Reads the grey of one video, as long as it is grey.

    Grey formats are. A format with colour is grey while its colour is neutral everywhere, as in
    thermal video that was encoded in YUV for want of another profile: the first picture with
    contrast decides, and the first colour ends it for good.
    """

    def __init__(self) -> None:
        self._is_grey: bool | None = None

    def read(self, frame: VideoFrame) -> Counts | None:
        """Return (H, W) uint16 counts as they came; None where the picture is not deep grey."""
        layout = _layout(frame.format.name)
        if layout is None or (layout.n_chroma_planes and self._is_grey is False):
            return None
        counts = _plane(frame, 0, layout)[:, : frame.width]
        if layout.n_chroma_planes:
            self._decide(frame, layout, counts)
            if not self._is_grey:
                return None
        return np.ascontiguousarray(counts >> layout.n_shift_bits, np.uint16)

    def _decide(self, frame: VideoFrame, layout: _Layout, counts: Counts) -> None:
        if not _is_neutral(frame, layout):
            self._is_grey = False
        elif self._is_grey is None:
            seen = counts[::_STEP, ::_STEP] >> layout.n_shift_bits
            span = int(seen.max()) - int(seen.min())
            self._is_grey = True if span > _LEAST_CONTRAST * (1 << layout.n_bits) else None


def _is_neutral(frame: VideoFrame, layout: _Layout) -> bool:
    """Say whether no sample of colour is off the middle by more than a step of 8 bits."""
    middle, allowed = 1 << layout.n_bits - 1, 1 << layout.n_bits - 8
    for index in range(1, 1 + layout.n_chroma_planes):
        seen = _plane(frame, index, layout)[::_STEP]
        n_columns = frame.planes[index].width * (1 if layout.n_chroma_planes == 2 else 2)
        values = (seen[:, :n_columns] >> layout.n_shift_bits).astype(np.int32)
        if np.abs(values - middle).max() > allowed:
            return False
    return True


def _plane(frame: VideoFrame, index: int, layout: _Layout) -> Counts:
    """Return one plane, (rows, columns and padding), in the machine's own order of bytes."""
    plane = frame.planes[index]
    samples = np.frombuffer(memoryview(plane), f"{layout.order}u2")
    rows = samples.reshape(-1, plane.line_size // 2)[: plane.height]
    return rows.astype(np.uint16, copy=False)
