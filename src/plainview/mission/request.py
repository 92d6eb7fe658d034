"""What a run was asked to do, and how it is told from another."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats.calibration_toml import CalibrationFile
from plainview.formats.input_file import HEAD_BYTES, ContentKind, content_kind
from plainview.formats.recognise_inputs import InputsKind
from plainview.formats.settings_toml import RunSettings
from plainview.formats.sidecar import sidecar_paths
from plainview.formats.turret_toml import GivenTurret
from plainview.formats.twin_source import FlightOptions
from plainview.mission.video_sink import OVERLAY, STABILISED, VIDEO_KINDS

__all__ = ["ProcessRequest", "describe_input", "hash_file"]

_HEAD_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRequest:
    """One run of `process`.

    Args:
        inputs: Consecutive parts of one mission.
        out: The mission folder.
        settings: What the settings file says.
        terrain: A terrain model; None where there is none.
        ais: An AIS log that the clock is compared with; None where there is none.
        calibration: What is known of the platform's biases; None where nothing is.
        turret: What carried the cameras; None where it is not known.
        start_s: Where in the video to start; end likewise, None for all of it.
        is_overlay_drawn: Whether ``overlay-<camera>.mp4`` is made.
        is_stabilised: Whether ``stabilised-<camera>.mp4`` is made.
        operator: Who ran it; purpose likewise.
        kind: What the inputs are.
        cameras: Names of the cameras that are looked at; none means all.
        left_out: Name of each file that was given with them and is not used, and why.
        flight: How a scenario of the twin is flown; None for what is not flown.
        scenario_files: Use and path of the turret and the platform that it names as files.
    """

    inputs: tuple[Path, ...]
    out: Path
    settings: RunSettings = field(default_factory=RunSettings)
    terrain: Path | None = None
    ais: Path | None = None
    calibration: CalibrationFile | None = None
    turret: GivenTurret | None = None
    start_s: float | None = None
    end_s: float | None = None
    is_overlay_drawn: bool = True
    is_stabilised: bool = False
    operator: str | None = None
    purpose: str | None = None
    kind: InputsKind = InputsKind.FOOTAGE
    cameras: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    flight: FlightOptions | None = None
    scenario_files: tuple[tuple[str, Path], ...] = ()

    @property
    def video_kinds(self) -> tuple[str, ...]:
        """The kinds of video that are made for people."""
        is_made = {OVERLAY: self.is_overlay_drawn, STABILISED: self.is_stabilised}
        return tuple(kind for kind in VIDEO_KINDS if is_made[kind])

    @property
    def source_kind(self) -> str:
        """What the frames come from, as ``mission.json`` says it."""
        return self.kind.value

    def describe_inputs(self) -> list[dict[str, Any]]:
        """Return what tells each input from another.

        Raises:
            InputError: An input cannot be read.
        """
        return [describe_input(path) for path in self.inputs]

    def describe_settings(self) -> dict[str, Any]:
        """Return what shapes the result, as ``mission.json`` keeps it.

        Raises:
            InputError: A file beside the inputs cannot be read.
        """
        calibration = None if self.calibration is None else self.calibration.describe()
        return {
            **dict(self.settings.values.items()),
            **({} if calibration is None else {"calibration": calibration}),
            **({} if self.turret is None else {"turret": self.turret.describe()}),
            **({} if self.flight is None else {"flight": self.flight.describe()}),
            **({"files": files} if (files := self._describe_files()) else {}),
            "detectors": list(self.settings.detectors),
            "terrain": None if self.terrain is None else self.terrain.name,
            **({} if self.ais is None else {"ais": self.ais.name}),
            **({"cameras": sorted(set(self.cameras))} if self.cameras else {}),
            "start_s": self.start_s,
            "end_s": self.end_s,
            "overlay": self.is_overlay_drawn,
            **({"stabilised": True} if self.is_stabilised else {}),
            "operator": self.operator,
            "purpose": self.purpose,
        }

    def _describe_files(self) -> dict[str, Any]:
        """Return name, size and SHA-256 of every file beside the inputs that shapes the result."""
        grid = self.settings.terrain_datum_grid
        given = {
            "terrain": self.terrain,
            "terrain_datum_grid": None if grid is None or self.terrain is None else Path(grid),
            "ais": self.ais,
            "calibration": None if self.calibration is None else self.calibration.path,
            "turret": None if self.turret is None else self.turret.path,
            **dict(self.scenario_files),
        }
        return {use: _describe_file(path) for use, path in given.items() if path is not None}


def describe_input(path: Path) -> dict[str, Any]:
    """Return what tells one input from another before all of it is read.

    Raises:
        InputError: The input cannot be read.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            size = file.seek(0, 2)
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror}).",
            mend="Give the path of a recording that exists and may be read.",
        ) from error
    known = {"name": path.name, "size": size, "head_sha256": hashlib.sha256(head).hexdigest()}
    if content_kind(head[:HEAD_BYTES]) is ContentKind.TRANSPORT_STREAM:
        return known
    beside = [_describe_file(each) for each in sidecar_paths(path)]
    return {**known, "sidecars": beside} if beside else known


def _describe_file(path: Path) -> dict[str, Any]:
    try:
        stat = path.stat()
        sha256 = _hash_as_it_is(path, (stat.st_size, stat.st_mtime_ns))
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror}).",
            mend="Give the path of a file that exists and may be read.",
        ) from error
    return {"name": path.name, "size": stat.st_size, "sha256": sha256}


@lru_cache(maxsize=16)
def _hash_as_it_is(path: Path, size_and_time: tuple[int, int]) -> str:
    """Return the SHA-256 of a file; a large one is read once as long as it stays the same."""
    return hash_file(path)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
