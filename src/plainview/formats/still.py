"""One still: what it is by its content, its pixels, and what it says of itself."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from plainview.errors import FormatError, InputError
from plainview.formats.dji_thermal import decode_dji_counts, has_dji_counts
from plainview.formats.drone_xmp import XMP_HEAD, numbers_from_xmp
from plainview.formats.exif import EXIF_HEAD, Exif, decode_exif, is_tiff
from plainview.formats.flir_jpeg import decode_flir_jpeg, is_flir_jpeg
from plainview.formats.jpeg_segments import JpegSegments, is_jpeg, split_jpeg
from plainview.formats.png_chunks import PNG_MARK, is_whole_png
from plainview.formats.still_views import StillPose, still_pose
from plainview.model import Band, Pixels, Radiometry

__all__ = [
    "Still",
    "StillHead",
    "StillKind",
    "decode_still",
    "is_still",
    "read_still",
    "read_still_head",
]

_HEAD_BYTES: Final = 1 << 20
_MAX_BYTES: Final = 1 << 29
_MAX_PIXELS: Final = 1 << 28
_APP1: Final = 1
_MOST_PER_BYTE: Final = 1100
"""Pixels that a byte of a file can stand for at most, by the densest coding (deflate)."""
_CORE_ACCURACY_K: Final = 5.0
_CORE_ACCURACY_RATIO: Final = 0.05
"""What the maker of the core in DJI's XT and XT2 states of it (Tau 2, advanced radiometry)."""


class StillKind(StrEnum):
    """What a still was taken for."""

    FLIR = "FLIR radiometric JPEG"
    DJI_FLIR = "DJI JPEG of a FLIR core"
    DJI_RAW = "DJI thermal JPEG with raw values"
    DEEP = "picture of 16 bits"
    PLAIN = "picture of 8 bits"


@dataclass(frozen=True, slots=True, kw_only=True)
class StillHead:
    """What a still is and says of itself, without its pixels.

    Args:
        kind: What it was taken for.
        exif: What it says of camera and instant.
        said: Numbers of its XMP, by the drone's own names.
        size_px: Width and height of its picture; None where it does not say.
    """

    kind: StillKind
    exif: Exif
    said: dict[str, float]
    size_px: tuple[int, int] | None

    @property
    def is_thermal(self) -> bool:
        """Whether it is of a thermal camera that says so."""
        return self.kind in (StillKind.FLIR, StillKind.DJI_FLIR, StillKind.DJI_RAW)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Still:
    """One still.

    Args:
        head: What it is and says of itself.
        pixels: (H, W) or (H, W, 3) BGR; raw values of 16 bits where it has them.
        pose: Where the camera was and how it looked, as far as it says.
        band: What its camera sees; None where it does not say.
        radiometry: What turns its values into temperatures; None where that is not known.
        camera_model: Of the camera; None where it does not say.
        has_visible_picture: Whether a picture of a visible camera is embedded too.
    """

    head: StillHead
    pixels: Pixels
    pose: StillPose
    band: Band | None = None
    radiometry: Radiometry | None = None
    camera_model: str | None = None
    has_visible_picture: bool = False


def is_still(head: bytes) -> bool:
    """Say whether a file that begins so is a picture that is read: JPEG, TIFF or PNG."""
    return is_jpeg(head) or is_tiff(head) or head.startswith(PNG_MARK)


def read_still_head(path: Path) -> StillHead:
    """Return what a still is and says of itself.

    Raises:
        InputError: It cannot be read.
        FormatError: It is no still that is read.
    """
    data = _read(path, _HEAD_BYTES)
    head = None if is_tiff(data) else _head_of(data, path)
    if head is None or (head.size_px is None and len(data) == _HEAD_BYTES):
        # The directory of a TIFF may lie at its end, a JPEG's size behind raw values.
        head = _head_of(_read(path, _MAX_BYTES), path)
    if head.size_px is None:
        raise _damaged(path, "it ends before its picture begins")
    return head


def read_still(path: Path) -> Still:
    """Return a still with its pixels.

    Raises:
        InputError: It cannot be read.
        FormatError: It is no still that is read, or is damaged.
    """
    return decode_still(_read(path, _MAX_BYTES), path)


def decode_still(data: bytes, path: Path) -> Still:
    """Return a still from its bytes.

    Args:
        data: The file.
        path: What it is called, for errors.

    Raises:
        FormatError: It is no still that is read, or is damaged.
    """
    head = _head_of(data, path)
    if head.kind in (StillKind.FLIR, StillKind.DJI_FLIR):
        return _flir_still(data, head, path)
    if head.kind is StillKind.DJI_RAW:
        counts = decode_dji_counts(split_jpeg(data))
        if counts is None:
            raise _damaged(path, "its raw values are not as many as its picture has pixels")
        return _still(head, counts, band=Band.LWIR)
    if is_jpeg(data) and not split_jpeg(data).is_whole:
        raise _damaged(path, "it ends before its picture does")
    pixels = _decode_pixels(data, head.size_px, path)
    return _still(head, pixels)


def _head_of(data: bytes, path: Path) -> StillHead:
    if is_jpeg(data):
        segments = split_jpeg(data)
        said: dict[str, float] = {}
        for xmp in segments.of(_APP1, head=XMP_HEAD):
            said |= numbers_from_xmp(xmp)
        found = [decode_exif(each) for each in segments.of(_APP1, head=EXIF_HEAD)]
        exif = next((each for each in found if each is not None), Exif())
        kind = _kind_of_jpeg(segments, exif)
        return StillHead(kind=kind, exif=exif, said=said, size_px=segments.size_px)
    if is_tiff(data):
        exif = decode_exif(data) or Exif()
        kind = StillKind.DEEP if exif.n_bits == 16 else StillKind.PLAIN
        said = numbers_from_xmp(exif.xmp)
        return StillHead(kind=kind, exif=exif, said=said, size_px=exif.size_px)
    if data.startswith(PNG_MARK) and len(data) > 25:
        size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
        kind = StillKind.DEEP if data[24] == 16 else StillKind.PLAIN
        return StillHead(kind=kind, exif=Exif(), said={}, size_px=size)
    raise FormatError(
        where=f"{path}, byte 0",
        what="is no still that plainview reads.",
        mend="Give a JPEG, a TIFF or a PNG.",
    )


def _kind_of_jpeg(segments: JpegSegments, exif: Exif) -> StillKind:
    is_dji = (exif.make or "").upper() == "DJI"
    if is_flir_jpeg(segments):
        return StillKind.DJI_FLIR if is_dji else StillKind.FLIR
    return StillKind.DJI_RAW if is_dji and has_dji_counts(segments) else StillKind.PLAIN


def _flir_still(data: bytes, head: StillHead, path: Path) -> Still:
    records = decode_flir_jpeg(split_jpeg(data))
    if records is None or records.counts is None:
        raise _damaged(path, "a part of the camera's own file (APP1 FLIR) is missing or cut off")
    radiometry = records.radiometry
    if head.said.get("TlinearGain"):
        radiometry = None  # its counts go with temperature, not with radiation
    if radiometry is not None and head.kind is StillKind.DJI_FLIR:
        radiometry = replace(
            radiometry, accuracy_k=_CORE_ACCURACY_K, accuracy_ratio=_CORE_ACCURACY_RATIO
        )
    still = _still(head, records.counts, band=Band.LWIR)
    pose = still.pose
    field_deg = records.horizontal_fov_deg
    if pose.horizontal_fov_deg is None and field_deg is not None:
        height, width = records.counts.shape
        half = np.tan(np.radians(0.5 * field_deg)) * height / width
        pose = replace(
            pose,
            horizontal_fov_deg=field_deg,
            vertical_fov_deg=float(2.0 * np.degrees(np.arctan(half))),
        )
    return replace(
        still,
        pose=pose,
        radiometry=radiometry,
        camera_model=records.camera_model or still.camera_model,
        has_visible_picture=records.has_visible_picture,
    )


def _still(head: StillHead, pixels: Pixels, *, band: Band | None = None) -> Still:
    height, width = pixels.shape[:2]
    pose = still_pose(
        head.exif,
        head.said,
        size_px=(width, height),
        has_flir_core=head.kind is StillKind.DJI_FLIR,
    )
    model = " ".join(part for part in (head.exif.make, head.exif.model) if part)
    return Still(head=head, pixels=pixels, pose=pose, band=band, camera_model=model or None)


def _decode_pixels(data: bytes, size_px: tuple[int, int] | None, path: Path) -> Pixels:
    """Decode a JPEG, a TIFF or a PNG, as it lies in the file: EXIF's orientation is not applied."""
    most = min(_MAX_PIXELS, _MOST_PER_BYTE * len(data))
    if size_px is None or not 0 < size_px[0] * size_px[1] <= most:
        raise _damaged(path, "it does not say how large its picture is, or says it wrong")
    if data.startswith(PNG_MARK) and not is_whole_png(data):
        raise _damaged(path, "its checksums do not fit, or it ends too early")
    decoded = _decoded(data)
    if decoded is None or decoded.ndim not in (2, 3):
        raise _damaged(path, "its pixels cannot be decoded")
    if decoded.dtype not in (np.uint8, np.uint16):
        raise FormatError(
            where=path.name,
            what=f"is no picture of 8 or 16 bits: its numbers are {decoded.dtype}.",
            mend="Give pictures of 8 or 16 bits; a height model goes to --terrain.",
        )
    is_deep = decoded.dtype == np.uint16
    if decoded.ndim == 2:
        return np.array(decoded, np.uint16) if is_deep else np.array(decoded, np.uint8)
    if decoded.shape[2] not in (1, 3, 4):
        raise _damaged(path, f"its pixels have {decoded.shape[2]} values each")
    colours = np.asarray(decoded, np.uint16)[..., :3]  # without transparency
    if decoded.shape[2] == 1:
        grey = colours[..., 0]
        return np.array(grey, np.uint16) if is_deep else np.array(grey, np.uint8)
    return np.array(colours >> 8 if is_deep else colours, np.uint8)  # colour is shown in 8 bits


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most_bytes)
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror or error}).",
            mend="Give the path of a still that exists and may be read.",
        ) from error


def _decoded(data: bytes) -> np.ndarray | None:
    """Return what OpenCV makes of a picture's bytes, without its own words on the terminal."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        return cv2.imdecode(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error:
        return None
    finally:
        cv2.utils.logging.setLogLevel(level)


def _damaged(path: Path, why: str) -> FormatError:
    return FormatError(
        where=str(path),
        what=f"is damaged: {why}.",
        mend="Copy the still again from the camera.",
    )
