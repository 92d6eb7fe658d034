"""A platform's calibration as a TOML file: read, checked by name, and written.

One table a bias, named with its unit: ``value``, ``sigma``, ``date``, and ``tied_to`` where it
is part of another. ``[field_of_view]`` says at which field of view they were measured;
``[made]`` from what: footage with its SHA-256, method, numbers of looks; ``[residual]`` how
well things fitted before and after; ``[not_determined]`` what the
footage could not tell and why. Only the tables of biases, and of lenses (`[camera]`),
are applied.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from plainview.formats.camera_toml import cameras_from_table, describe_lens, toml_from_lenses
from plainview.formats.toml_file import read_toml, toml_value, write_new_toml
from plainview.formats.toml_table import TomlTable
from plainview.geo import CALIBRATED_NAMES, CalibratedPart, Calibration, LensCalibration

__all__ = ["CalibrationFile", "read_calibration", "toml_from_calibration", "write_calibration"]

SCHEMA_VERSION: Final = 1
_NOTES: Final = ("made", "residual", "not_determined")
_FIELD: Final = "field_of_view"
_FIELDS: Final = ("value", "sigma", "date", "tied_to")
_LIMITS: Final[Mapping[str, float]] = {
    "focal_length_ratio": 4.0,
    "lag_s": 30.0,
    "height_offset_m": 1_000.0,
}
_HALF_TURN_DEG: Final = 180.0
_MOST_DEG: Final = 45.0
"""A larger angle is another reading of the metadata, not a bias of it."""
_PAGE: Final = "docs/reference/calibration.md"
_N_DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationFile:
    """What a calibration file holds.

    Args:
        calibration: What is applied.
        made: From what it was made; empty for one that a person wrote.
        residual: How well things fitted, before and after.
        not_determined: What could not be told, and why, by name.
        name: Of the file.
        path: Where it was read; None for one that was made.
    """

    calibration: Calibration
    made: Mapping[str, Any] = field(default_factory=dict)
    residual: Mapping[str, float] = field(default_factory=dict)
    not_determined: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    path: Path | None = field(default=None, compare=False)

    def describe(self) -> dict[str, Any]:
        """Return it as one tree of plain values, for JSON and for ``mission.json``."""
        return {
            "name": self.name,
            "biases": {
                part: {
                    "value": found.value,
                    "sigma": found.sigma,
                    "date": found.date,
                    "tied_to": found.tied_to,
                }
                for part, found in self.calibration.parts.items()
            },
            "field_of_view": {"horizontal_deg": self.calibration.horizontal_fov_deg},
            **({} if not self.calibration.lenses else {"cameras": self._describe_lenses()}),
            "not_determined": dict(self.not_determined),
            "residual": dict(self.residual),
            "made": dict(self.made),
        }

    def _describe_lenses(self) -> dict[str, Any]:
        """Return each lens by its camera; ``any`` for the table without a name."""
        return {
            name or "any": describe_lens(lens) for name, lens in self.calibration.lenses.items()
        }


def read_calibration(path: Path) -> CalibrationFile:
    """Read a calibration file.

    Raises:
        InputError: The file cannot be read, is not TOML, or says something that is not known.
    """
    return _checked(read_toml(path, page=_PAGE), path)


def _checked(values: Mapping[str, Any], path: Path) -> CalibrationFile:
    file = TomlTable(values, where=str(path), page=_PAGE)
    version = values.get("schema_version")
    if version != SCHEMA_VERSION:
        raise file.refusal("schema_version", f"is {version!r}, not {SCHEMA_VERSION}.")
    beside = ("camera", _FIELD, *_NOTES)
    file.check_names(("schema_version", *CALIBRATED_NAMES, *beside))
    field_deg = _field_deg(file)
    parts = {name: _part(file, name) for name in values if name in CALIBRATED_NAMES}
    lenses: dict[str, LensCalibration] = {}
    if "camera" in values:
        lenses = cameras_from_table(values["camera"], where=str(path), page=_PAGE)
    if not parts and not lenses:
        raise file.refusal("file", "names no bias and no camera: there is nothing to apply.")
    made, residual, not_determined = (file.within(name).values for name in _NOTES)
    return CalibrationFile(
        calibration=Calibration(parts=parts, horizontal_fov_deg=field_deg, lenses=lenses),
        made=made,
        residual=residual,
        not_determined=not_determined,
        name=path.name,
        path=path,
    )


def _field_deg(file: TomlTable) -> float | None:
    """Return the field of view at which the biases were measured; None where it is not said."""
    if _FIELD not in file.values:
        return None
    table = file.within(_FIELD, holds="`horizontal_deg` alone")
    if set(table.values) != {"horizontal_deg"}:
        raise file.refusal(_FIELD, "is not a table of `horizontal_deg` alone.")
    field_deg = table.needed_number("horizontal_deg")
    if not 0.0 < field_deg < _HALF_TURN_DEG:
        what = f"is {field_deg:g}, not between 0 and 180 degrees."
        raise table.refusal("horizontal_deg", what)
    return field_deg


def _part(file: TomlTable, name: str) -> CalibratedPart:
    table = file.within(name, holds="`value` and `sigma`")
    table.check_names(_FIELDS)
    value, sigma = table.needed_number("value"), table.needed_number("sigma", low=0.0)
    most = _LIMITS.get(name, _MOST_DEG)
    if abs(value) > most or (name == "focal_length_ratio" and value < 1.0 / most):
        raise table.refusal("value", f"is {value:g}, too large for a bias.")
    tied_to = table.values.get("tied_to")
    if tied_to is not None and tied_to not in CALIBRATED_NAMES:
        raise table.refusal("tied_to", f"is {tied_to!r}, which is no bias.")
    date = table.values.get("date")
    return CalibratedPart(
        value=value, sigma=sigma, date=None if date is None else str(date), tied_to=tied_to
    )


def write_calibration(path: Path, content: CalibrationFile) -> None:
    """Write a calibration file.

    Raises:
        InputError: There is a file of that name already, or none can be made there.
        DeviceError: The disk failed or is full.
    """
    write_new_toml(path, toml_from_calibration(content))


def toml_from_calibration(content: CalibrationFile) -> str:
    """Return the text of a calibration file."""
    lines = [
        "# A calibration for `plainview process --calibration`: what the source says minus what is",
        "# true (the focal length: true over said), each with its 1-sigma.",
        f"schema_version = {SCHEMA_VERSION}",
    ]
    field_deg = content.calibration.horizontal_fov_deg
    if field_deg is not None:
        lines += ["", f"[{_FIELD}]", f"horizontal_deg = {_value(field_deg)}"]
    for name, part in content.calibration.parts.items():
        lines += ["", f"[{name}]", f"value = {_value(part.value)}"]
        lines.append(f"sigma = {_value(part.sigma)}")
        if part.date is not None:
            lines.append(f"date = {_date(part.date)}")
        if part.tied_to is not None:
            lines.append(f"tied_to = {toml_value(part.tied_to)}")
    lines += toml_from_lenses(content.calibration.lenses)
    for title, note in (
        ("not_determined", content.not_determined),
        ("residual", content.residual),
        ("made", content.made),
    ):
        if note:
            lines += ["", f"[{title}]", *(f"{name} = {_value(note[name])}" for name in note)]
    return "\n".join(lines) + "\n"


def _date(date: str) -> str:
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError:
        return toml_value(date)


def _value(value: object) -> str:
    return toml_value(value, n_digits=_N_DIGITS)
