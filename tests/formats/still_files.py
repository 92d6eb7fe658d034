"""Stills made for tests: FLIR's and DJI's layouts, EXIF and XMP, written byte by byte."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

__all__ = [
    "dji_raw_jpeg",
    "drone_xmp",
    "exif_bytes",
    "flir_fff",
    "flir_jpeg",
    "jpeg_of",
    "with_segments",
]

Counts = npt.NDArray[np.uint16]

INFO: Final = {
    0x20: 0.95,
    0x24: 2.0,
    0x28: 294.14,
    0x2C: 287.14,
    0x30: 292.14,
    0x34: 0.98,
    0x3C: 0.49,
    0x58: 14866.514,
    0x5C: 1395.7,
    0x60: 1.0,
    0x70: 0.006569,
    0x74: 0.01262,
    0x78: -0.002276,
    0x7C: -0.00667,
    0x80: 1.9,
    0x90: 393.15,
    0x94: 253.15,
    0x1B4: 25.0,
    0x30C: 0.011086479,
}
PLANCK_O: Final = -5859


def jpeg_of(pixels: npt.NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".jpg", pixels)
    assert done
    return data.tobytes()


def with_segments(jpeg: bytes, segments: Sequence[tuple[int, bytes]]) -> bytes:
    """Put APPn segments before everything else of a JPEG."""
    put = b"".join(
        struct.pack(">BBH", 0xFF, 0xE0 + number, len(payload) + 2) + payload
        for number, payload in segments
    )
    return jpeg[:2] + put + jpeg[2:]


def exif_bytes(
    *,
    make: str = "FLIR Systems AB",
    model: str = "FLIR E40",
    local_time: str | None = "2024:05:06 07:08:09",
    subsec: str | None = None,
    offset: str | None = None,
    focal_length_35mm: int | None = None,
    place: tuple[float, float, float] | None = None,
    order: str = "<",
) -> bytes:
    """Return an EXIF segment's payload; place is latitude, longitude, altitude."""
    main: dict[int, Any] = {0x010F: make, 0x0110: model}
    shot: dict[int, Any] = {}
    if local_time is not None:
        shot[0x9003] = local_time
    if subsec is not None:
        shot[0x9291] = subsec
    if offset is not None:
        shot[0x9011] = offset
    if focal_length_35mm is not None:
        shot[0xA405] = focal_length_35mm
    gps: dict[int, Any] = {}
    if place is not None:
        latitude, longitude, altitude = place
        gps = {
            1: "N" if latitude >= 0 else "S",
            2: _degrees(abs(latitude)),
            3: "E" if longitude >= 0 else "W",
            4: _degrees(abs(longitude)),
            6: [(round(altitude * 1000), 1000)],
        }
    head = b"II*\0" if order == "<" else b"MM\0*"
    size = len(_directory({**main, 0x8769: 0, 0x8825: 0}, 8, order))
    shot_at = 8 + size
    gps_at = shot_at + len(_directory(shot, shot_at, order))
    data = head + struct.pack(f"{order}I", 8)
    data += _directory({**main, 0x8769: shot_at, 0x8825: gps_at}, 8, order)
    data += _directory(shot, shot_at, order) + _directory(gps, gps_at, order)
    return b"Exif\0\0" + data


def _degrees(value: float) -> list[tuple[int, int]]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    seconds = (value - whole - minutes / 60) * 3600
    return [(whole, 1), (minutes, 1), (round(seconds * 1e6), 10**6)]


def _directory(tags: Mapping[int, Any], place: int, order: str) -> bytes:
    entries, beside = b"", b""
    begin = place + 2 + 12 * len(tags) + 4
    for tag, value in sorted(tags.items()):
        if isinstance(value, str):
            kind, count, data = 2, len(value) + 1, value.encode() + b"\0"
        elif isinstance(value, list):
            kind, count = 5, len(value)
            data = b"".join(struct.pack(f"{order}II", *each) for each in value)
        else:
            kind, count, data = 4, 1, struct.pack(f"{order}I", value)
        if len(data) <= 4:
            stored = data.ljust(4, b"\0")
        else:
            stored = struct.pack(f"{order}I", begin + len(beside))
            beside += data
        entries += struct.pack(f"{order}HHI", tag, kind, count) + stored
    return struct.pack(f"{order}H", len(tags)) + entries + b"\0\0\0\0" + beside


def drone_xmp(**said: float | str) -> bytes:
    """Return an XMP segment's payload with numbers of a DJI drone."""
    attributes = " ".join(f'drone-dji:{name}="{value}"' for name, value in said.items())
    return b"http://ns.adobe.com/xap/1.0/\0" + f"<rdf:Description {attributes}/>".encode()


def flir_fff(
    counts: Counts, *, form: str = "plain", order: str = "<", info: Mapping[int, float] = INFO
) -> bytes:
    """Return an FFF; form is ``plain``, ``png`` or ``png-swapped``."""
    height, width = counts.shape
    if form == "plain":
        samples = counts.astype(f"{order}u2").tobytes()
    else:
        kept = counts.byteswap() if form == "png-swapped" else counts
        samples = cv2.imencode(".png", kept)[1].tobytes()
    raw = struct.pack(f"{order}3H", 2, width, height).ljust(32, b"\0") + samples
    camera = bytearray(0x400)
    struct.pack_into(f"{order}H", camera, 0, 2)
    for place, value in info.items():
        struct.pack_into(f"{order}f", camera, place, value)
    struct.pack_into(f"{order}i", camera, 0x308, PLANCK_O)
    camera[0xD4:0xDC] = b"FLIR E40"
    raw_at = 64 + 2 * 32
    entries = b""
    for kind, place, record in ((1, raw_at, raw), (0x20, raw_at + len(raw), camera)):
        entry = struct.pack(f"{order}HH", kind, 1).ljust(0x0C, b"\0")
        entries += (entry + struct.pack(f"{order}2I", place, len(record))).ljust(32, b"\0")
    head = (b"FFF\0".ljust(0x14, b"\0") + struct.pack(f"{order}3I", 101, 64, 2)).ljust(64, b"\0")
    return head + entries + raw + bytes(camera)


def flir_jpeg(
    counts: Counts,
    *,
    exif: bytes | None = None,
    xmp: bytes | None = None,
    chunk_bytes: int = 20_000,
    **fff: Any,
) -> bytes:
    """Return a radiometric JPEG as FLIR writes it, its FFF in chunks."""
    data = flir_fff(counts, **fff)
    chunks = [data[at : at + chunk_bytes] for at in range(0, len(data), chunk_bytes)]
    last = len(chunks) - 1
    segments = [
        *([] if exif is None else [(1, exif)]),
        *([] if xmp is None else [(1, xmp)]),
        *((1, b"FLIR\0" + bytes([1, index, last]) + each) for index, each in enumerate(chunks)),
    ]
    shown = np.asarray(counts >> 8, np.uint8)
    return with_segments(jpeg_of(shown), segments)


def dji_raw_jpeg(counts: Counts, *, exif: bytes | None = None, xmp: bytes | None = None) -> bytes:
    """Return a thermal JPEG as DJI writes it, raw values in APP3."""
    data = counts.astype("<u2").tobytes()
    segments = [
        (1, exif if exif is not None else exif_bytes(make="DJI", model="ZH20T")),
        *([] if xmp is None else [(1, xmp)]),
        *((3, data[at : at + 65_532]) for at in range(0, len(data), 65_532)),
    ]
    shown = np.asarray(counts >> 8, np.uint8)
    return with_segments(jpeg_of(shown), segments)
