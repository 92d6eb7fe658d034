"""The lens of a camera, as the table `[camera]` or `[camera.<name>]` of a calibration says it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from plainview.formats.toml_file import toml_value
from plainview.formats.toml_table import TomlTable
from plainview.geo import ANY_CAMERA, LensCalibration
from plainview.imaging import points_from_opencv
from plainview.model import Distortion

__all__ = ["cameras_from_table", "describe_lens", "toml_from_lenses"]

_TERMS: Final = ("k1", "k2", "p1", "p2", "k3")
"""In OpenCV's order and meaning."""
_FIELDS: Final = (
    *("width_px", "height_px", "principal_x_px", "principal_y_px", "pixel_origin"),
    *("focal_length_px", "distortion", "date"),
)
_ORIGINS: Final = ("corner", "opencv")
_MOST_PX: Final = 1 << 16


def cameras_from_table(table: object, *, where: str, page: str) -> dict[str, LensCalibration]:
    """Return the lenses of a table, by the name of their camera; `ANY_CAMERA` for one without.

    Args:
        table: What stands under ``camera``.
        where: The file, for errors.
        page: The page that describes it.

    Raises:
        InputError: A field is missing, not known, or cannot be used.
    """
    entries = TomlTable(table, where=where, page=page, place="camera", holds=", ".join(_FIELDS))
    if any(name in _FIELDS for name in entries.values):
        return {ANY_CAMERA: _lens(entries)}
    if not entries.values:
        raise entries.refusal("", "names nothing.")
    return {name: _lens(entries.within(name, holds=", ".join(_FIELDS))) for name in entries.values}


def _lens(entries: TomlTable) -> LensCalibration:
    entries.check_names(_FIELDS)
    width_px, height_px = _size_px(entries, "width_px"), _size_px(entries, "height_px")
    date = entries.values.get("date")
    return LensCalibration(
        width_px=width_px,
        height_px=height_px,
        principal_point_px=_principal_point_px(entries, width_px, height_px),
        distortion=_distortion(entries),
        focal_length_px=entries.number("focal_length_px", low=0.0, is_above=True),
        date=None if date is None else str(date),
    )


def _size_px(entries: TomlTable, name: str) -> int:
    value = entries.values.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < _MOST_PX:
        raise entries.refusal(name, f"is {value!r}, not a number of pixels.")
    return value


def _principal_point_px(
    entries: TomlTable, width_px: int, height_px: int
) -> tuple[float, float] | None:
    """Return the optical axis from the outer corner of the top-left pixel; None where not said."""
    x, y = entries.number("principal_x_px"), entries.number("principal_y_px")
    origin = entries.choice("pixel_origin", _ORIGINS)
    if x is None and y is None:
        return None
    if x is None or y is None:
        missing = "principal_x_px" if x is None else "principal_y_px"
        raise entries.refusal(missing, "is missing beside the other of the two.")
    if origin == "opencv":
        x, y = points_from_opencv([[x, y]])[0].tolist()
    for name, value, size in (("principal_x_px", x, width_px), ("principal_y_px", y, height_px)):
        if not 0.0 < value < size:
            raise entries.refusal(name, f"lies outside the picture ({value:g} of {size}).")
    return x, y


def _distortion(entries: TomlTable) -> Distortion | None:
    if "distortion" not in entries.values:
        return None
    terms = entries.within("distortion")
    terms.check_names(_TERMS)
    k1, k2, p1, p2, k3 = (terms.number(name) or 0.0 for name in _TERMS)
    return Distortion(radial=(k1, k2, k3), tangential=(p1, p2))


def describe_lens(lens: LensCalibration) -> dict[str, Any]:
    """Return a lens by the names of its fields, from the outer corner; what is not known is out."""
    point, distortion = lens.principal_point_px, lens.distortion
    found: dict[str, Any] = {"width_px": lens.width_px, "height_px": lens.height_px}
    if point is not None:
        found |= {"principal_x_px": point[0], "principal_y_px": point[1]}
    if lens.focal_length_px is not None:
        found["focal_length_px"] = lens.focal_length_px
    if distortion is not None:
        (k1, k2, k3), (p1, p2) = distortion.radial, distortion.tangential
        found["distortion"] = dict(zip(_TERMS, (k1, k2, p1, p2, k3), strict=True))
    if lens.date is not None:
        found["date"] = lens.date
    return found


def toml_from_lenses(lenses: Mapping[str, LensCalibration]) -> list[str]:
    """Return the lines of a calibration file that say the lenses."""
    lines = []
    for name, lens in lenses.items():
        lines += ["", "[camera]" if name == ANY_CAMERA else f"[camera.{toml_value(name)}]"]
        lines += [
            f"{field} = {_text(field, value)}" for field, value in describe_lens(lens).items()
        ]
    return lines


def _text(field: str, value: object) -> str:
    if field == "date":
        try:
            return dt.date.fromisoformat(str(value)).isoformat()
        except ValueError:
            pass
    return toml_value(value)
