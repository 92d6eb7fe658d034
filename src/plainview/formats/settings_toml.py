"""Settings of a run, as a TOML file: what the instrument is worth, and how stages are set."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from plainview.formats.convention_toml import (
    CONVENTION_FIELDS,
    ConventionSetting,
    convention_from_table,
)
from plainview.formats.read_sidecar import SidecarSettings
from plainview.formats.sidecar_toml import SIDECAR_FIELDS, sidecar_settings_from_table
from plainview.formats.toml_file import read_toml
from plainview.formats.toml_table import TomlTable
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
    file = TomlTable(values, where=where, page=_PAGE)
    for name, content in values.items():
        if name not in _TABLES or not isinstance(content, Mapping):
            raise file.refusal(name, f"is not one of the tables {', '.join(_TABLES)}.")
        file.within(name).check_names(_TABLES[name])
    surface, metadata = file.within("surface"), file.within("metadata")
    return RunSettings(
        instrument=_instrument(file.within("instrument")) if "instrument" in values else None,
        detectors=_detectors(file.within("detection")),
        layout=str(values.get("overlay", {}).get("layout", "plainview")),
        sea_level_sigma_m=_positive(surface, "sea_level_sigma_m"),
        frame_center_sigma_m=_positive(surface, "frame_center_sigma_m"),
        terrain_datum=_terrain_datum(surface),
        terrain_datum_grid=surface.text("terrain_datum_grid"),
        terrain_sigma_m=_positive(surface, "terrain_sigma_m"),
        max_gap_s=_positive(metadata, "max_gap_s"),
        convention=convention_from_table(metadata),
        damage=DamagePolicy(metadata.choice("damage", DamagePolicy) or DamagePolicy.MARK),
        metadata_lag_s=metadata.number("lag_s", low=-MAX_LAG_S, high=MAX_LAG_S) or 0.0,
        clock_ahead_s=metadata.number("clock_ahead_s", low=-MAX_CLOCK_S, high=MAX_CLOCK_S) or 0.0,
        metadata_lag_sigma_s=_positive(metadata, "lag_sigma_s"),
        sidecars=sidecar_settings_from_table(file.within("sidecar")),
        values=dict(values),
    )


def _positive(table: TomlTable, name: str) -> float | None:
    return table.number(name, low=0.0, is_above=True)


def _detectors(table: TomlTable) -> tuple[str, ...]:
    names = table.values.get("detectors", RunSettings().detectors)
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise table.refusal("detectors", "is not a list of names.")
    return tuple(names)


def _terrain_datum(table: TomlTable) -> VerticalDatum | None:
    name = table.values.get("terrain_datum")
    if name is None:
        return None
    datum = vertical_datum_from_name(name) if isinstance(name, str) else VerticalDatum.UNKNOWN
    if datum is VerticalDatum.UNKNOWN:
        known = ", ".join(each for each in VerticalDatum if each is not VerticalDatum.UNKNOWN)
        raise table.refusal("terrain_datum", f"is {name!r}, not one of {known}.")
    return datum


def _instrument(table: TomlTable) -> ViewSigma:
    """Return the instrument's 1-sigma; each field is a table of ``own`` and ``shared``."""
    for name in _INSTRUMENT_NEEDED:
        if name not in table.values:
            raise table.refusal(name, "is missing.")
    sigmas = {name: _sigma(table, name) for name in table.values}
    return ViewSigma(basis=UncertaintyBasis.INSTRUMENT, **sigmas)  # type: ignore[arg-type]


def _sigma(table: TomlTable, name: str) -> Sigma:
    parts = table.within(name, holds="`own` and `shared`")
    if set(parts.values) != {"own", "shared"}:
        raise table.refusal(name, "is not a table of `own` and `shared`.")
    return Sigma(
        own=parts.needed_number("own", low=0.0), shared=parts.needed_number("shared", low=0.0)
    )
