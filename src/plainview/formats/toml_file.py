"""TOML files for people: read, and written where none is; what is ours in them is checked above."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plainview.errors import InputError
from plainview.formats.written_file import write_given_file

__all__ = ["read_toml", "toml_value", "write_new_toml"]


def read_toml(path: Path, *, page: str) -> dict[str, Any]:
    """Return the values of a TOML file.

    Args:
        path: The file.
        page: The page that describes such files, for the reader of an error.

    Raises:
        InputError: The file cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read as text ({error}).",
            mend=f"Give the path of a TOML file; {page} shows one.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            where=str(path),
            what=f"is not TOML: {error}.",
            mend=f"Mend that line; {page} shows every table and field.",
        ) from error


def write_new_toml(path: Path, text: str) -> None:
    """Write a file that is not there yet; one that fails half-way is taken away again.

    Raises:
        InputError: There is a file of that name, or none can be made there.
        DeviceError: The disk failed or is full.
    """
    write_given_file(path, text.encode("utf-8"), is_new=True)


def toml_value(value: object, *, n_digits: int | None = None) -> str:
    """Return a value as TOML writes it.

    Args:
        value: A truth value, number, text, or a list or mapping of such.
        n_digits: To how many digits broken numbers are rounded; None keeps them all.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(float(value if n_digits is None else f"{value:.{n_digits}g}"))
    if isinstance(value, int):
        return repr(value)
    if isinstance(value, str):
        # A basic string of TOML is written as one of JSON is, but for one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        parts = (f"{name} = {toml_value(part, n_digits=n_digits)}" for name, part in value.items())
        return f"{{ {', '.join(parts)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(part, n_digits=n_digits) for part in value)}]"
    raise TypeError(f"{value!r} cannot stand in a TOML file")
