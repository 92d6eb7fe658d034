"""CPTV: 16-bit thermal clips of the Cacophony Project's cameras, versions 1 and 2.

A gzip stream of sections: a header, then a frame each. Pixels run to and fro over the rows; of
each frame the change against the one before is stored, and of that the steps from pixel to
pixel, in as few bits as the largest needs.

Source:
    The Cacophony Project's description of the format and its reader (Apache-2.0), which a test
    holds this one against.
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from plainview.errors import FormatError, InputError

__all__ = ["CptvFrame", "CptvHeader", "CptvReader", "is_cptv"]

_MAGIC: Final = b"CPTV"
_FORMATS: Final = {
    **dict.fromkeys("TS", "<Q"),
    **dict.fromkeys("XYftcIN", "<I"),
    **dict.fromkeys("QKJ", "<H"),
    **dict.fromkeys("CwPZg", "<B"),
    **dict.fromkeys("LOAUab", "<f"),
}
_MAX_SIDE_PX: Final = 4096
_MAX_BITS: Final = 24
_END_OF_TIMES_US: Final = 4_102_444_800_000_000
"""The year 2100: a later clock is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CptvHeader:
    """What a clip says of itself; what it does not is None.

    Args:
        version: Of the format.
        width_px: Of its pictures; height likewise.
        time_us: When it began, UTC.
        rate_hz: Pictures a second.
        latitude_deg: Of the camera; longitude likewise.
        altitude_m: Of the camera; above what is not said.
        camera_model: Of its detector.
        device_name: Of the camera.
    """

    version: int
    width_px: int
    height_px: int
    time_us: int | None = None
    rate_hz: float | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    altitude_m: float | None = None
    camera_model: str | None = None
    device_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CptvFrame:
    """One picture.

    Args:
        counts: (H, W) uint16.
        time_on_us: Since the camera was switched on; None in version 1.
        is_background: Whether it is a mean over time, put before the pictures.
    """

    counts: npt.NDArray[np.uint16]
    time_on_us: int | None
    is_background: bool


def is_cptv(head: bytes) -> bool:
    """Say whether a file that begins so is a CPTV clip."""
    if not head.startswith(b"\x1f\x8b"):
        return False
    try:
        begin = zlib.decompressobj(wbits=31).decompress(head, len(_MAGIC))
    except zlib.error:
        return False
    return begin == _MAGIC


class CptvReader:
    """A clip, opened; its frames come once.

    Args:
        path: The file.

    Raises:
        InputError: It cannot be read.
        FormatError: It is no clip of version 1 or 2.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.is_cut_off = False
        """Whether the clip ended in the middle of a frame or was damaged there."""
        try:
            self._raw = path.open("rb")
        except OSError as error:
            raise InputError(
                where=str(path),
                what=f"cannot be read ({error.strerror or error}).",
                mend="Give the path of a clip that exists and may be read.",
            ) from error
        self._file = gzip.GzipFile(fileobj=self._raw)
        try:
            self.header = self._read_header()
        except (_DamagedError, OSError, EOFError, zlib.error) as error:
            self.close()
            raise FormatError(
                where=str(path),
                what=f"is no CPTV clip that can be read ({error}).",
                mend="Copy the clip again from its camera.",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._raw.close()

    @property
    def n_bytes_read(self) -> int:
        """How much of the file was read."""
        return 0 if self._raw.closed else self._raw.tell()

    def frames(self) -> Iterator[CptvFrame]:
        """Yield the pictures in order, as far as the clip is whole."""
        shape = (self.header.height_px, self.header.width_px)
        state = np.zeros(shape[0] * shape[1], np.int32)
        while True:
            try:
                fields = self._section(b"F")
                if fields is None:
                    return
                steps = _unpack(self._take(_size(fields)), fields.get("w", 0), state.size)
            except (_DamagedError, OSError, EOFError, zlib.error):
                self.is_cut_off = True
                return
            state = state + np.cumsum(steps, dtype=np.int32)
            rows = (state & 0xFFFF).astype(np.uint16).reshape(shape)
            rows[1::2] = rows[1::2, ::-1]
            time_ms = fields.get("t") if self.header.version > 1 else None
            yield CptvFrame(
                counts=rows,
                time_on_us=None if time_ms is None else time_ms * 1000,
                is_background=bool(fields.get("g", 0)),
            )

    def _read_header(self) -> CptvHeader:
        if self._take(len(_MAGIC)) != _MAGIC:
            raise _DamagedError("it does not begin as one")
        version = self._take(1)[0]
        if version not in (1, 2):
            raise _DamagedError(f"its version is {version}")
        fields = self._section(b"H")
        if fields is None or fields.get("C", 1) != 1:
            raise _DamagedError("its header is missing, or its compression is not known")
        width, height = fields.get("X", 0), fields.get("Y", 0)
        if not (1 < width <= _MAX_SIDE_PX and 0 < height <= _MAX_SIDE_PX):
            raise _DamagedError(f"its pictures are said to be {width}x{height}")
        latitude_deg, longitude_deg = fields.get("L", 0.0), fields.get("O", 0.0)
        is_placed = (latitude_deg, longitude_deg) != (0.0, 0.0)
        is_placed &= abs(latitude_deg) <= 90.0 and abs(longitude_deg) < 180.0
        return CptvHeader(
            version=version,
            width_px=width,
            height_px=height,
            time_us=fields.get("T", 0) if 0 < fields.get("T", 0) < _END_OF_TIMES_US else None,
            rate_hz=float(fields["Z"]) if fields.get("Z") else None,
            latitude_deg=latitude_deg if is_placed else None,
            longitude_deg=longitude_deg if is_placed else None,
            altitude_m=fields.get("A") or None,
            camera_model=_text(fields.get("E")),
            device_name=_text(fields.get("D")),
        )

    def _section(self, kind: bytes) -> dict[str, Any] | None:
        """Return the fields of the next section; None at the end."""
        begin = self._file.read(1)
        if not begin:
            return None
        if begin != kind:
            raise _DamagedError("a section is of a kind that is not known")
        fields: dict[str, Any] = {}
        for _ in range(self._take(1)[0]):
            n_bytes, name = self._take(2)
            value = self._take(n_bytes)
            form = _FORMATS.get(chr(name))
            if form is None:
                fields[chr(name)] = value
            elif struct.calcsize(form) == n_bytes:
                fields[chr(name)] = struct.unpack(form, value)[0]
            else:
                raise _DamagedError(f"its field {chr(name)!r} has {n_bytes} bytes")
        return fields

    def _take(self, n_bytes: int) -> bytes:
        data = self._file.read(n_bytes)
        if len(data) < n_bytes:
            raise _DamagedError("it ends too early")
        return data


class _DamagedError(Exception):
    """A clip that is not as its format has it; stays in this file."""


def _size(fields: dict[str, Any]) -> int:
    n_bytes = fields.get("f", 0)
    if not 4 <= n_bytes <= 4 + _MAX_BITS // 8 * _MAX_SIDE_PX**2:
        raise _DamagedError(f"a frame has {n_bytes} bytes")
    return int(n_bytes)


def _text(value: bytes | None) -> str | None:
    return (value or b"").decode("utf-8", "replace").strip("\0 ") or None


def _unpack(data: bytes, n_bits: int, n_pixels: int) -> npt.NDArray[np.int32]:
    """Return the steps of a frame, (n,): the first value, then signed numbers of some bits."""
    first = struct.unpack_from("<i", data)[0]
    n_steps = n_pixels - 1
    if not 0 < n_bits <= _MAX_BITS or (len(data) - 4) * 8 < n_steps * n_bits:
        raise _DamagedError("a frame has too few bits for its pixels")
    packed = np.frombuffer(data, np.uint8, offset=4)
    if n_bits == 8:
        steps = packed[:n_steps].view(np.int8).astype(np.int32)
    else:
        at = np.arange(n_steps, dtype=np.int64) * n_bits
        wide = np.concatenate([packed, np.zeros(4, np.uint8)]).astype(np.int64)
        byte = at >> 3
        window = wide[byte] << 24 | wide[byte + 1] << 16 | wide[byte + 2] << 8 | wide[byte + 3]
        values = window >> (32 - n_bits - (at & 7)) & ((1 << n_bits) - 1)
        half = 1 << (n_bits - 1)
        steps = ((values + half & (1 << n_bits) - 1) - half).astype(np.int32)
    return np.concatenate([np.array([first], np.int32), steps])
