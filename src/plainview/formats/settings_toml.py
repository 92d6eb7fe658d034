"""Settings of a run, as a TOML file: what the instrument is worth, and how stages are set."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats.convention_toml import (
    CONVENTION_FIELDS,
    ConventionSetting,
    convention_from_mapping,
)
from plainview.formats.read_sidecar import SidecarSettings
from plainview.formats.sidecar_toml import SIDECAR_FIELDS, sidecar_settings_from_mapping
from plainview.formats.toml_file import read_toml
from plainview.geo import VerticalDatum, vertical_datum_from_name
from plainview.misb import DamagePolicy
from plainview.model import Sigma, UncertaintyBasis, ViewSigma

__all__ = ["RunSettings", "read_settings", "settings_from_mapping"]

_PAGE: Final = "docs/reference/settings.md"
_INSTRUMENT_FIELDS = tuple(
    f.name for f in fields(ViewSigma) if f.name not in ("basis", "correlations")
)
_INSTRUMENT_NEEDED = (
    "position_horizontal_m",
    "position_vertical_m",
    "field_of_view_ratio",
    "time_s",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What a settings file can say; every part may be absent.

    Args:
        instrument: The 1-sigma of the source's pose, own and shared; None means assumed.
        detectors: Names of the detectors that run, in order.
        layout: Name of a shipped overlay layout, or the path of a layout file.
        sea_level_sigma_m: Of the sea's level against the geoid; None means the default.
        frame_center_sigma_m: Of the source's own frame-centre height; None likewise.
        terrain_datum: Above what the heights of a terrain model are; None means what its file
            says.
        terrain_datum_grid: A file with how high that datum lies above the ellipsoid; None where
            it needs none.
        terrain_sigma_m: Of the terrain model's heights; None means the default.
        max_gap_s: Longest pause of metadata that a View is interpolated across.
        convention: What is set of how the source's numbers are to be read.
        damage: What is done with damaged metadata.
        metadata_lag_s: By how much the metadata comes too late on the video's clock; taken out.
        metadata_lag_sigma_s: 1-sigma of that lag; None leaves what is assumed of it.
        clock_ahead_s: By how much the clock of the metadata is ahead of UTC; taken out.
        sidecars: What is known of files beside videos that have no metadata of their own.
        values: The whole file as read, for ``mission.json``.
    """

    instrument: ViewSigma | None = None
    detectors: tuple[str, ...] = ("motion", "spot")
    layout: str = "plainview"
    sea_level_sigma_m: float | None = None
    frame_center_sigma_m: float | None = None
    terrain_datum: VerticalDatum | None = None
    terrain_datum_grid: str | None = None
    terrain_sigma_m: float | None = None
    max_gap_s: float | None = None
    convention: ConventionSetting = field(default_factory=ConventionSetting)
    damage: DamagePolicy = DamagePolicy.MARK
    metadata_lag_s: float = 0.0
    metadata_lag_sigma_s: float | None = None
    clock_ahead_s: float = 0.0
    sidecars: SidecarSettings = field(default_factory=SidecarSettings)
    values: Mapping[str, Any] = field(default_factory=dict)


def read_settings(path: Path) -> RunSettings:
    """Read a settings file.

    Raises:
        InputError: The file cannot be read, is not TOML, or says something that is not known.
    """
    return settings_from_mapping(read_toml(path, page=_PAGE), where=str(path))


MAX_LAG_S: Final = 30.0
"""A source whose metadata comes later than this has two clocks, not a lag."""
MAX_CLOCK_S: Final = 4e9
"""More than a century: a clock that was never set is half a century behind."""

_TABLES: Mapping[str, tuple[str, ...]] = {
    "instrument": _INSTRUMENT_FIELDS,
    "detection": ("detectors",),
    "overlay": ("layout",),
    "surface": (
        "sea_level_sigma_m",
        "frame_center_sigma_m",
        "terrain_datum",
        "terrain_datum_grid",
        "terrain_sigma_m",
    ),
    "metadata": (
        *CONVENTION_FIELDS,
        "damage",
        "max_gap_s",
        "lag_s",
        "lag_sigma_s",
        "clock_ahead_s",
    ),
    "sidecar": SIDECAR_FIELDS,
}


def settings_from_mapping(values: Mapping[str, Any], *, where: str) -> RunSettings:
    """Check the tables and fields of a settings mapping and return it as a value.

    Args:
        values: Tables by name, as TOML gives them.
        where: The file, for errors.

    Raises:
        InputError: A table or field is not known, or its value is not usable.
    """
    for table, content in values.items():
        if table not in _TABLES or not isinstance(content, Mapping):
            raise _refusal(where, table, f"is not one of the tables {', '.join(_TABLES)}.")
        for name in content:
            if name not in _TABLES[table]:
                known = ", ".join(_TABLES[table])
                raise _refusal(where, f"{table}.{name}", f"is not one of {known}.")
    instrument = values.get("instrument")
    return RunSettings(
        instrument=None if instrument is None else _instrument(instrument, where=where),
        detectors=_detectors(values, where),
        layout=str(values.get("overlay", {}).get("layout", "plainview")),
        sea_level_sigma_m=_positive(values, "surface", "sea_level_sigma_m", where=where),
        frame_center_sigma_m=_positive(values, "surface", "frame_center_sigma_m", where=where),
        terrain_datum=_terrain_datum(values, where),
        terrain_datum_grid=_text(values, "surface", "terrain_datum_grid", where=where),
        terrain_sigma_m=_positive(values, "surface", "terrain_sigma_m", where=where),
        max_gap_s=_positive(values, "metadata", "max_gap_s", where=where),
        convention=convention_from_mapping(values.get("metadata", {}), where=where),
        damage=_damage(values, where),
        metadata_lag_s=_signed(values, "lag_s", MAX_LAG_S, where=where),
        clock_ahead_s=_signed(values, "clock_ahead_s", MAX_CLOCK_S, where=where),
        metadata_lag_sigma_s=_positive(values, "metadata", "lag_sigma_s", where=where),
        sidecars=sidecar_settings_from_mapping(values.get("sidecar", {}), where=where),
        values=dict(values),
    )


def _refusal(where: str, field_name: str, what: str) -> InputError:
    return InputError(
        where=f"{where}, {field_name}",
        what=what,
        mend=f"{_PAGE} shows every setting.",
    )


def _detectors(values: Mapping[str, Any], where: str) -> tuple[str, ...]:
    names = values.get("detection", {}).get("detectors", RunSettings().detectors)
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise _refusal(where, "detection.detectors", "is not a list of names.")
    return tuple(names)


def _terrain_datum(values: Mapping[str, Any], where: str) -> VerticalDatum | None:
    name = values.get("surface", {}).get("terrain_datum")
    if name is None:
        return None
    datum = vertical_datum_from_name(name) if isinstance(name, str) else VerticalDatum.UNKNOWN
    if datum is VerticalDatum.UNKNOWN:
        known = ", ".join(each for each in VerticalDatum if each is not VerticalDatum.UNKNOWN)
        raise _refusal(where, "surface.terrain_datum", f"is {name!r}, not one of {known}.")
    return datum


def _damage(values: Mapping[str, Any], where: str) -> DamagePolicy:
    name = values.get("metadata", {}).get("damage", DamagePolicy.MARK.value)
    if name not in list(DamagePolicy):
        known = ", ".join(DamagePolicy)
        raise _refusal(where, "metadata.damage", f"is {name!r}, not one of {known}.")
    return DamagePolicy(name)


def _signed(values: Mapping[str, Any], name: str, most: float, *, where: str) -> float:
    value = values.get("metadata", {}).get(name, 0.0)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) <= most:
        what = f"is {value!r}, not a number from -{most:.0f} to {most:.0f}."
        raise _refusal(where, f"metadata.{name}", what)
    return float(value)


def _text(values: Mapping[str, Any], table: str, name: str, *, where: str) -> str | None:
    value = values.get(table, {}).get(name)
    if value is not None and not isinstance(value, str):
        raise _refusal(where, f"{table}.{name}", f"is {value!r}, not a text.")
    return value


def _positive(values: Mapping[str, Any], table: str, name: str, *, where: str) -> float | None:
    value = values.get(table, {}).get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise _refusal(where, f"{table}.{name}", f"is {value!r}, not a number above 0.")
    return float(value)


def _instrument(table: Mapping[str, Any], *, where: str) -> ViewSigma:
    """Return the instrument's 1-sigma; each field is a table of ``own`` and ``shared``."""
    for name in _INSTRUMENT_NEEDED:
        if name not in table:
            raise _refusal(where, f"instrument.{name}", "is missing.")
    sigmas = {name: _sigma(table[name], f"instrument.{name}", where) for name in table}
    return ViewSigma(basis=UncertaintyBasis.INSTRUMENT, **sigmas)  # type: ignore[arg-type]


def _sigma(value: Any, field_name: str, where: str) -> Sigma:
    parts = {"own", "shared"}
    if not isinstance(value, Mapping) or set(value) != parts:
        raise _refusal(where, field_name, "is not a table of `own` and `shared`.")
    for part in parts:
        number = value[part]
        if isinstance(number, bool) or not isinstance(number, int | float) or not number >= 0:
            raise _refusal(where, f"{field_name}.{part}", f"is {number!r}, not a number from 0 up.")
    return Sigma(own=float(value["own"]), shared=float(value["shared"]))
