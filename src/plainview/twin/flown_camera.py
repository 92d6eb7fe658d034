"""Flown camera: a camera of a turret as a scenario switches it on."""

from dataclasses import dataclass, replace
from typing import Final

from plainview.sensing import CameraSpec, TurretSpec
from plainview.sensing.checked_fields import refusal
from plainview.twin.scenario_script import ScriptedCamera

__all__ = ["FlownCamera", "flown_camera"]

_DEEP_BITS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FlownCamera:
    """A camera that is switched on.

    Args:
        name: Names it in every table and file: its name in the turret, without spaces.
        spec: The camera, with the window and the binning that it is read with.
        focal_length_mm: Its zoom.
        is_deep: Whether its frames keep the converter's counts.
    """

    name: str
    spec: CameraSpec
    focal_length_mm: float
    is_deep: bool


def flown_camera(said: ScriptedCamera, turret: TurretSpec, *, where: str) -> FlownCamera:
    """Return a camera of a turret with its zoom, its window and its binning.

    Args:
        said: What was written of it.
        turret: Whose camera it is.
        where: Where it comes from, for the errors.

    Raises:
        InputError: The turret has no such camera, or its array no such window.
    """
    spec = turret.camera(said.name)
    array = spec.detector
    binning = said.binning
    columns, rows = said.columns or array.columns, said.rows or array.rows
    for name, size, whole in (
        ("columns", columns, array.columns),
        ("rows", rows, array.rows),
    ):
        if size > whole:
            raise refusal(
                f"{where}, {name}",
                f"is {size}; the array has {whole}.",
                mend="Give no more, or leave it out.",
            )
        if size % (2 * binning):
            raise refusal(
                f"{where}, {name}",
                f"is {size}, which gives no even number of pixels with binning {binning}.",
                mend=f"Give a multiple of {2 * binning}.",
            )
    detector = replace(
        array,
        columns=columns // binning,
        rows=rows // binning,
        pixel_pitch_um=array.pixel_pitch_um * binning,
    )
    read = replace(spec, detector=detector)
    focal_length_mm = max(read.focal_lengths_mm)
    if said.horizontal_fov_deg is not None:
        wanted_mm = read.focal_length_for_fov_mm(said.horizontal_fov_deg)
        focal_length_mm = read.lens.nearest_focal_length_mm(wanted_mm)
    return FlownCamera(
        name=said.name.replace(" ", "-").lower(),
        spec=read,
        focal_length_mm=focal_length_mm,
        is_deep=(said.bits or (_DEEP_BITS if spec.is_thermal else 8)) == _DEEP_BITS,
    )
