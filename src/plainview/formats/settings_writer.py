"""Settings as a TOML file for people: each table with the reasons for what it sets."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plainview.formats.toml_file import toml_value, write_new_toml

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
        lines += [f"{name} = {toml_value(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def write_settings(
    path: Path, tables: Mapping[str, Mapping[str, Any]], *, remarks: Sequence[str] = ()
) -> None:
    """Write a settings file that ``plainview process --settings`` reads.

    Raises:
        InputError: The file is there already, or none can be made there.
        DeviceError: The disk failed or is full.
    """
    write_new_toml(path, settings_text(tables, remarks=remarks))
