"""Files that are written: whole or not at all, and the error that says why one could not be."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from plainview.errors import DeviceError, InputError

__all__ = ["device_error", "whole_file", "write_given_file"]

_MEND: Final = "Free some space or mend the folder's rights, then run the same command."


def device_error(path: Path, error: Exception) -> DeviceError:
    """Return the error of a file that cannot be written."""
    reason = getattr(error, "strerror", None) or str(error)
    return DeviceError(where=str(path), what=f"cannot be written ({reason}).", mend=_MEND)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a name to write under; what is written there gets its own name once it is whole.

    Where nothing was written, or something failed, nothing is left.

    Raises:
        DeviceError: The file cannot be written.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        if partial.exists():
            partial.replace(path)
    except OSError as error:
        raise device_error(path, error) from error
    finally:
        partial.unlink(missing_ok=True)


def write_given_file(path: Path, data: bytes, *, is_new: bool) -> None:
    """Write a file that a person named; a new one that fails half-way is taken away again.

    Args:
        path: The file.
        data: All that is in it.
        is_new: Whether a file that is there already is left as it is.

    Raises:
        InputError: There is a file of that name already, or none can be made there.
        DeviceError: The disk failed or is full.
    """
    try:
        file = path.open("xb" if is_new else "wb")
    except FileExistsError as error:
        raise InputError(
            where=str(path),
            what="is there already, and is not written over.",
            mend="Give the name of a new file.",
        ) from error
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be written ({error.strerror or error}).",
            mend="Give a file in a folder that is there and may be written to.",
        ) from error
    try:
        with file:
            file.write(data)
    except OSError as error:
        if is_new:
            path.unlink(missing_ok=True)
        raise device_error(path, error) from error
