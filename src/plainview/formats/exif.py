"""EXIF: what a camera says of one picture; the few tags that a mission needs.

A tag that is damaged is left out, and nothing is read beyond the data.

Source:
    CIPA DC-008 (Exif 2.32); TIFF 6.0.
"""

import datetime as dt
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["EXIF_HEAD", "Exif", "decode_exif", "is_tiff"]

EXIF_HEAD: Final = b"Exif\0\0"
"""What its APP1 segment of a JPEG begins with."""

_MARKS: Final = {b"II*\0": "<", b"MM\0*": ">"}
_TYPES: Final = {1: "B", 2: "s", 3: "H", 4: "I", 5: "II", 7: "s", 9: "i", 10: "ii", 12: "d"}
_MAX_ENTRIES: Final = 512
_MAX_VALUES: Final = 1 << 20
_EXIF_IFD, _GPS_IFD, _XMP = 0x8769, 0x8825, 0x02BC
_MM_PER_UNIT: Final = {2: 25.4, 3: 10.0, 4: 1.0, 5: 1e-3}
_WORTH: Final = 1.0, 60.0, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exif:
    """What is said of one picture; what is not is None.

    Args:
        make: Who made the camera; model likewise.
        local_time: When the picture was taken, by the camera's clock.
        utc_offset_s: By how much that clock is ahead of UTC.
        utc_time: The instant by GPS, to the second or better.
        latitude_deg: WGS84; longitude likewise.
        altitude_msl_m: Said to be above the sea.
        focal_length_mm: Of the lens.
        focal_length_35mm: As if the picture were a 35 mm film frame, by its diagonal.
        pixel_pitch_mm: Of the detector.
        digital_zoom: Times.
        size_px: Width and height of a TIFF's first picture.
        n_bits: Of each of its samples.
        n_samples: A pixel.
        xmp: Its XMP.
    """

    make: str | None = None
    model: str | None = None
    local_time: dt.datetime | None = None
    utc_offset_s: float | None = None
    utc_time: dt.datetime | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    altitude_msl_m: float | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    pixel_pitch_mm: float | None = None
    digital_zoom: float | None = None
    size_px: tuple[int, int] | None = None
    n_bits: int | None = None
    n_samples: int | None = None
    xmp: bytes = b""


def is_tiff(head: bytes) -> bool:
    """Say whether a file that begins so is a TIFF, which is how EXIF is laid out too."""
    return head[:4] in _MARKS


def decode_exif(data: bytes) -> Exif | None:
    """Return what a TIFF structure says; None where it is none.

    Args:
        data: A TIFF file, or the payload of an EXIF segment after `EXIF_HEAD`.
    """
    if not is_tiff(data) or len(data) < 8:
        return None
    order = _MARKS[data[:4]]
    main = _directory(data, _integer(data, 4, order), order)
    shot = _directory(data, _pointer(main, _EXIF_IFD), order)
    gps = _directory(data, _pointer(main, _GPS_IFD), order)
    latitude_deg, longitude_deg = _position(gps)
    return Exif(
        make=_text(main, 0x010F),
        model=_text(main, 0x0110),
        local_time=_local_time(main, shot),
        utc_offset_s=_offset_s(_text(shot, 0x9011) or _text(shot, 0x9010)),
        utc_time=_gps_time(gps),
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        altitude_msl_m=_altitude_m(gps),
        focal_length_mm=_positive(shot, 0x920A),
        focal_length_35mm=_positive(shot, 0xA405),
        pixel_pitch_mm=_pixel_pitch_mm(shot),
        digital_zoom=_positive(shot, 0xA404),
        size_px=_size_px(main),
        n_bits=_whole(main, 0x0102),
        n_samples=_whole(main, 0x0115) or 1,
        xmp=_bytes(main, _XMP),
    )


_Values = tuple[Any, ...]
_Tags = Mapping[int, _Values]


def _integer(data: bytes, place: int, order: str) -> int:
    return int(struct.unpack_from(f"{order}I", data, place)[0])


def _directory(data: bytes, place: int | None, order: str) -> dict[int, _Values]:
    """Return the tags of one directory: number to values; those that can be read."""
    tags: dict[int, _Values] = {}
    if place is None or not 8 <= place <= len(data) - 2:
        return tags
    (n_entries,) = struct.unpack_from(f"{order}H", data, place)
    for index in range(min(n_entries, _MAX_ENTRIES)):
        at = place + 2 + 12 * index
        if at + 12 > len(data):
            break
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, at)
        values = _values(data, at + 8, (kind, count), order=order)
        if values is not None:
            tags.setdefault(tag, values)
    return tags


def _values(data: bytes, at: int, said: tuple[int, int], *, order: str) -> _Values | None:
    """Return the values of one tag: rational numbers as numbers, text and bytes as bytes."""
    kind, count = said
    code = _TYPES.get(kind)
    if code is None or not 0 < count <= _MAX_VALUES:
        return None
    n_bytes = count * struct.calcsize(f"={code}")
    begin = at if n_bytes <= 4 else _integer(data, at, order)
    if begin + n_bytes > len(data):
        return None
    if code == "s":
        return (data[begin : begin + n_bytes],)
    numbers = struct.unpack_from(f"{order}{count * len(code)}{code[0]}", data, begin)
    if len(code) == 1:
        return numbers
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return tuple(above / below if below else None for above, below in pairs)


def _pointer(tags: _Tags, tag: int) -> int | None:
    return _whole(tags, tag)


def _whole(tags: _Tags, tag: int) -> int | None:
    value = tags.get(tag, (None,))[0]
    return value if isinstance(value, int) else None


def _positive(tags: _Tags, tag: int) -> float | None:
    value = tags.get(tag, (None,))[0]
    return float(value) if isinstance(value, int | float) and value > 0 else None


def _bytes(tags: _Tags, tag: int) -> bytes:
    values = tags.get(tag, ())
    if values and isinstance(values[0], bytes):
        return values[0]
    return (
        bytes(values) if all(isinstance(each, int) and 0 <= each < 256 for each in values) else b""
    )


def _text(tags: _Tags, tag: int) -> str | None:
    text = _bytes(tags, tag).split(b"\0")[0].decode("utf-8", "replace").strip()
    return text or None


def _local_time(main: _Tags, shot: _Tags) -> dt.datetime | None:
    """Return when a picture was taken; else when it was made digital, else when changed."""
    said = ((shot, 0x9003, 0x9291), (shot, 0x9004, 0x9292), (main, 0x0132, 0x9290))
    for tags, tag, fraction in said:
        text = _text(tags, tag)
        if text is None:
            continue
        try:
            instant = dt.datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        except ValueError:
            continue
        return instant + dt.timedelta(seconds=_fraction_s(_text(shot, fraction), shot))
    return None


def _fraction_s(text: str | None, shot: _Tags) -> float:
    """Return a part of a second from its digits; of the shot where its own are missing."""
    digits = text or _text(shot, 0x9291) or ""
    return float(f"0.{digits}") if digits.isascii() and digits.isdigit() else 0.0


def _offset_s(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        offset = dt.datetime.strptime(text, "%z").utcoffset()
    except ValueError:
        return None
    return None if offset is None else offset.total_seconds()


def _triple(tags: _Tags, tag: int) -> tuple[float, float, float] | None:
    values = tags.get(tag, ())
    if len(values) != 3 or not all(isinstance(each, int | float) for each in values):
        return None
    return float(values[0]), float(values[1]), float(values[2])


def _position(gps: _Tags) -> tuple[float, float] | tuple[None, None]:
    """Return latitude and longitude; none where one is missing, or both are 0: no fix."""
    found = []
    for reference, tag, below, limit in ((1, 2, "S", 90.0), (3, 4, "W", 180.0)):
        parts = _triple(gps, tag)
        side = (_text(gps, reference) or "").upper()
        if parts is None or side not in ("N", "S", "E", "W"):
            return None, None
        degrees = sum(part / worth for part, worth in zip(parts, _WORTH, strict=True))
        if not 0.0 <= degrees <= limit:
            return None, None
        found.append(-degrees if side == below else degrees)
    return (found[0], found[1]) if any(found) else (None, None)


def _altitude_m(gps: _Tags) -> float | None:
    value = gps.get(6, (None,))[0]
    if not isinstance(value, int | float):
        return None
    is_below = gps.get(5, (0,))[0] in (1, b"\1")
    return -float(value) if is_below else float(value)


def _gps_time(gps: _Tags) -> dt.datetime | None:
    day, clock = _text(gps, 0x1D), _triple(gps, 7)
    if day is None or clock is None:
        return None
    hours, minutes, seconds = clock
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        return None
    try:
        midnight = dt.datetime.strptime(day, "%Y:%m:%d").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return midnight + dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _pixel_pitch_mm(shot: _Tags) -> float | None:
    n_per_unit, unit_mm = _positive(shot, 0xA20E), _MM_PER_UNIT.get(_whole(shot, 0xA210) or 2)
    return None if n_per_unit is None or unit_mm is None else unit_mm / n_per_unit


def _size_px(main: _Tags) -> tuple[int, int] | None:
    width, height = _whole(main, 0x0100), _whole(main, 0x0101)
    return None if not width or not height else (width, height)
