"""FLIR's own file inside a picture (FFF): raw counts and the constants of the camera.

Records lie behind a directory; each names its own order of bytes by its first number, which is 2.
Raw counts are stored plain, or as a PNG whose samples many cameras write in the wrong order.

Source:
    The layout as ExifTool documents it (FLIR tags).
"""

import math
import struct
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.formats.png_chunks import PNG_MARK, is_whole_png
from plainview.model import Radiometry

__all__ = ["FlirRecords", "decode_fff"]

Counts = npt.NDArray[np.uint16]

_HEAD_BYTES: Final = 64
_ENTRY_BYTES: Final = 32
_MAX_ENTRIES: Final = 512
_RAW_DATA, _EMBEDDED_IMAGE, _CAMERA_INFO = 0x01, 0x0E, 0x20
_RAW_HEAD_BYTES: Final = 0x20
_MAX_SIDE_PX: Final = 8192
_HUMIDITY_IN_PERCENT: Final = 2.0
"""A larger humidity is in per cent."""

_FLOATS: Final = {
    "emissivity": 0x20,
    "object_distance_m": 0x24,
    "reflected_k": 0x28,
    "atmosphere_k": 0x2C,
    "window_k": 0x30,
    "window_transmission": 0x34,
    "relative_humidity": 0x3C,
    "planck_r1": 0x58,
    "planck_b_k": 0x5C,
    "planck_f": 0x60,
    "alpha_1": 0x70,
    "alpha_2": 0x74,
    "beta_1": 0x78,
    "beta_2": 0x7C,
    "transmission_x": 0x80,
    "most_k": 0x90,
    "least_k": 0x94,
    "planck_r2": 0x30C,
}
_MODEL: Final = slice(0xD4, 0xF4)
_FIELD_OF_VIEW: Final = 0x1B4
_PLANCK_O: Final = 0x308
_INFO_BYTES: Final = 0x310


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlirRecords:
    """What an FFF says.

    Args:
        counts: (H, W) raw values; None where there are none that can be read.
        radiometry: The camera's constants; None where they are missing or make no sense.
        camera_model: As the camera says; None where it does not.
        horizontal_fov_deg: The same.
        has_visible_picture: Whether a picture of a visible camera is embedded too.
    """

    counts: Counts | None
    radiometry: Radiometry | None
    camera_model: str | None = None
    horizontal_fov_deg: float | None = None
    has_visible_picture: bool = False


def decode_fff(data: bytes) -> FlirRecords | None:
    """Return what an FFF says; None where it is none."""
    counts, info, has_visible_picture = None, None, False
    records = _records(data)
    if records is None:
        return None
    for kind, record in records:
        if kind == _RAW_DATA and counts is None:
            counts = _counts(record)
        elif kind == _CAMERA_INFO and info is None:
            info = record if len(record) >= _INFO_BYTES else None
        has_visible_picture |= kind == _EMBEDDED_IMAGE
    if info is None:
        return FlirRecords(counts=counts, radiometry=None, has_visible_picture=has_visible_picture)
    order = _order(info)
    (field_deg,) = struct.unpack_from(f"{order}f", info, _FIELD_OF_VIEW)
    model = info[_MODEL].split(b"\0")[0].decode("ascii", "replace").strip()
    return FlirRecords(
        counts=counts,
        radiometry=_radiometry(info, order),
        camera_model=model or None,
        horizontal_fov_deg=field_deg if 0.1 < field_deg < 179.0 else None,
        has_visible_picture=has_visible_picture,
    )


def _records(data: bytes) -> list[tuple[int, bytes]] | None:
    """Return type and bytes of each record; None where the head is no FFF's."""
    if len(data) < _HEAD_BYTES or data[:4] not in (b"FFF\0", b"AFF\0"):
        return None
    for order in "<>":
        version, place, n_entries = struct.unpack_from(f"{order}3I", data, 0x14)
        if 100 <= version < 200:
            break
    else:
        return None
    found = []
    for index in range(min(n_entries, _MAX_ENTRIES)):
        at = place + index * _ENTRY_BYTES
        if at + _ENTRY_BYTES > len(data):
            break
        kind = struct.unpack_from(f"{order}H", data, at)[0]
        begin, n_bytes = struct.unpack_from(f"{order}2I", data, at + 0x0C)
        if kind and n_bytes > 0 and begin + n_bytes <= len(data):
            found.append((kind, data[begin : begin + n_bytes]))
    return found


def _order(record: bytes) -> str:
    return "<" if record[:2] == b"\x02\0" else ">"


def _counts(record: bytes) -> Counts | None:
    if len(record) <= _RAW_HEAD_BYTES:
        return None
    order = _order(record)
    width, height = struct.unpack_from(f"{order}2H", record, 2)
    data = record[_RAW_HEAD_BYTES:]
    if not (0 < width <= _MAX_SIDE_PX and 0 < height <= _MAX_SIDE_PX):
        return None
    if data.startswith(PNG_MARK):
        return _counts_of_png(data, (width, height))
    if len(data) < 2 * width * height:
        return None
    counts = np.frombuffer(data, f"{order}u2", count=width * height)
    return np.ascontiguousarray(counts.reshape(height, width), np.uint16)


def _counts_of_png(data: bytes, size_px: tuple[int, int]) -> Counts | None:
    """Return the samples of a PNG in the order of bytes in which neighbours are alike."""
    if not is_whole_png(data) or struct.unpack_from(">2I", data, 16) != size_px:
        return None
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if decoded is None or decoded.dtype != np.uint16 or decoded.ndim != 2:
        return None
    as_written = np.asarray(decoded, np.uint16)
    swapped = as_written.byteswap()
    return swapped if _roughness(swapped) <= _roughness(as_written) else as_written


def _roughness(counts: Counts) -> float:
    steps = np.diff(counts.astype(np.int32), axis=1)
    return float(np.median(np.abs(steps))) if steps.size else 0.0


def _radiometry(info: bytes, order: str) -> Radiometry | None:
    read: dict[str, Any] = {
        name: struct.unpack_from(f"{order}f", info, place)[0] for name, place in _FLOATS.items()
    }
    read["planck_o"] = float(struct.unpack_from(f"{order}i", info, _PLANCK_O)[0])
    if not all(math.isfinite(value) for value in read.values()):
        return None
    if read["relative_humidity"] > _HUMIDITY_IN_PERCENT:
        read["relative_humidity"] /= 100.0
    read["transmission_alpha"] = (read.pop("alpha_1"), read.pop("alpha_2"))
    read["transmission_beta"] = (read.pop("beta_1"), read.pop("beta_2"))
    return Radiometry(**read) if _is_sensible(read) else None


def _is_sensible(read: dict[str, Any]) -> bool:
    """Say whether constants are those of a camera and of things on Earth."""
    temperatures = (read["reflected_k"], read["atmosphere_k"], read["window_k"])
    return (
        1.0 < read["planck_r1"] < 1e7
        and 1e-6 < read["planck_r2"] < 10.0
        and 100.0 < read["planck_b_k"] < 1e4
        and 0.0 <= read["planck_f"] < 100.0
        and 0.01 <= read["emissivity"] <= 1.0
        and 0.01 <= read["window_transmission"] <= 1.0
        and 0.0 <= read["object_distance_m"] < 1e5
        and 0.0 <= read["relative_humidity"] <= 1.0
        and 0.0 < read["transmission_x"] < 10.0
        and all(150.0 < each < 2000.0 for each in temperatures)
        and all(0.0 <= each < 1.0 for each in read["transmission_alpha"])
        and all(-1.0 < each <= 0.0 for each in read["transmission_beta"])
    )
