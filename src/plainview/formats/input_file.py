"""The file that was given: whether it can be read, and what it is by its content."""

from enum import StrEnum
from io import BufferedReader
from pathlib import Path
from typing import Final

from plainview.errors import FormatError, InputError
from plainview.formats.transport_packets import PacketAligner

__all__ = ["HEAD_BYTES", "ContentKind", "content_kind", "not_a_video", "open_input"]

HEAD_BYTES: Final = 1 << 16
_KLV_LABEL_HEAD: Final = b"\x06\x0e\x2b\x34"

_TEXT_BYTES: Final = 4096
_SIGNATURES: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "an SQLite database"),
    (b"RIFF", "a RIFF file"),
    (b"#EXTM3U", "a playlist"),
)


class ContentKind(StrEnum):
    """What a file holds, by its first bytes."""

    TRANSPORT_STREAM = "transport_stream"
    RAW_KLV = "raw_klv"
    OTHER = "other"


def open_input(path: Path) -> BufferedReader:
    """Open a file for reading.

    Raises:
        InputError: It is not there, is a folder or no file, is empty, or may not be read.
    """
    try:
        if path.is_dir():
            raise InputError(
                where=str(path),
                what="is a folder, not a recording.",
                mend="Give the recordings in it by name; several are parts of one mission.",
            )
        if path.exists() and not path.is_file():
            raise InputError(
                where=str(path),
                what="is a pipe or a device, not a file.",
                mend="Save the recording to a file and give that; live links are not read yet.",
            )
        file = path.open("rb")
        is_empty = not file.peek(1)
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror or error}).",
            mend="Give the path of a recording that exists and may be read.",
        ) from error
    if is_empty:
        file.close()
        raise InputError(
            where=str(path),
            what="is empty (0 bytes).",
            mend="Copy the recording again from where it was made.",
        )
    return file


def content_kind(head: bytes) -> ContentKind:
    """Tell a transport stream and raw KLV from everything else by the first bytes."""
    if _KLV_LABEL_HEAD in head[:20]:
        return ContentKind.RAW_KLV
    if head[4:8] == b"ftyp" or head[:4] == b"\x1a\x45\xdf\xa3":
        return ContentKind.OTHER
    if _is_text(head[:_TEXT_BYTES]):  # a G every 188 letters comes by chance in long texts
        return ContentKind.OTHER
    aligner = PacketAligner()
    aligner.feed(head, is_end=len(head) < HEAD_BYTES)
    if aligner.has_packets:
        return ContentKind.TRANSPORT_STREAM
    return ContentKind.RAW_KLV if _KLV_LABEL_HEAD in head else ContentKind.OTHER


def not_a_video(path: Path, *, head: bytes) -> FormatError:
    """Return the error for a file that holds no video that can be read."""
    if head[4:8] == b"ftyp":
        return FormatError(
            where=f"{path}, byte 0",
            what="is not a video recording that can be read: it begins as an MP4, and its index"
            " (moov) is missing or broken, as where a copy or a recorder was cut off.",
            mend="Copy the file again from its recorder; a repair tool may rebuild the index.",
        )
    looks = next((name for mark, name in _SIGNATURES if head.startswith(mark)), None)
    if looks is None and _is_text(head[:_TEXT_BYTES]):
        looks = "a text file"
    seen = f"it looks like {looks}" if looks else "no known container begins in it"
    return FormatError(
        where=f"{path}, byte 0",
        what=f"is not a video recording: {seen}.",
        mend="Give a transport stream (.ts), an MP4 or a Matroska file (or, to"
        " `plainview inspect`, raw KLV).",
    )


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\r\n\t\f" for character in text)
