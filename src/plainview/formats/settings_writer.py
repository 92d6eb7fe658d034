"""Settings as a TOML file for people: each table with the reasons for what it sets."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plainview.errors import InputError

__all__ = ["settings_text", "write_settings"]


def settings_text(tables: Mapping[str, Mapping[str, Any]], *, remarks: Sequence[str] = ()) -> str:
    """Return tables of texts, numbers and truth values as TOML.

    Args:
        tables: Values by table and name.
        remarks: Lines that stand at the top as comments.
    """
    lines = [f"# {part}" for remark in remarks for part in remark.splitlines()]
    for table, values in tables.items():
        lines += ["", f"[{table}]"]
        lines += [f"{name} = {_value_text(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value)  # a basic string of TOML is written as one of JSON is
    raise TypeError(f"{value!r} cannot stand in a settings file")


def write_settings(
    path: Path, tables: Mapping[str, Mapping[str, Any]], *, remarks: Sequence[str] = ()
) -> None:
    """Write a settings file that ``plainview process --settings`` reads.

    Raises:
        InputError: The file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(settings_text(tables, remarks=remarks))
    except FileExistsError as error:
        raise InputError(
            where=str(path),
            what="is there already.",
            mend="Give the name of a new file; settings of yours are never written over.",
        ) from error
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be written ({error.strerror or error}).",
            mend="Give a file in a folder that is there and may be written to.",
        ) from error
