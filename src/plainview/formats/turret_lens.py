"""Which camera of a turret took a source's pictures, and the lens that this gives."""

from plainview.formats.warning_tally import WarningTally
from plainview.geo import LensCalibration
from plainview.sensing import CameraSpec, TurretSpec

__all__ = ["lens_of_camera", "lens_of_turret", "matching_camera"]


def lens_of_turret(
    turret: TurretSpec, *, camera: str, size_px: tuple[int, int], where: str, tally: WarningTally
) -> LensCalibration | None:
    """Return the lens of the camera that took some pictures; None, with a warning, if not known.

    Args:
        turret: What carried the camera.
        camera: The camera's name in the mission.
        size_px: Of the pictures, width and height.
        where: The input and camera, for the warning.
        tally: Counts the warning.
    """
    spec = matching_camera(turret, camera=camera, size_px=size_px)
    if spec is None:
        tally.add("turret_camera_unknown", first=where)
        return None
    if len(spec.lens.steps) > 1:
        tally.add("turret_lens_zooms", first=where)
        return None
    return lens_of_camera(spec)


def matching_camera(
    turret: TurretSpec, *, camera: str, size_px: tuple[int, int]
) -> CameraSpec | None:
    """Return the camera of a turret that took some pictures; None where that is not sure.

    It is the one of the same name, where its array has the shape of the pictures; else the only
    one whose array has just as many columns and rows. Shape alone does not do: a thermal picture
    is often sent in the frame of a day camera's.
    """
    width_px, height_px = size_px
    for spec in turret.cameras:
        if spec.name == camera:
            return spec if lens_of_camera(spec).fits(width_px, height_px) else None
    fitting = [
        spec
        for spec in turret.cameras
        if (spec.detector.columns, spec.detector.rows) == (width_px, height_px)
    ]
    return fitting[0] if len(fitting) == 1 else None


def lens_of_camera(spec: CameraSpec) -> LensCalibration:
    """Return the lens of a camera at the first of its focal lengths, as a calibration has it."""
    focal_length_mm = spec.focal_lengths_mm[0]
    return LensCalibration(
        width_px=spec.detector.columns,
        height_px=spec.detector.rows,
        distortion=spec.camera(focal_length_mm).distortion,
        focal_length_px=spec.focal_length_px(focal_length_mm),
    )
