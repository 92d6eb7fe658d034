"""Which lens of a calibration, or of a turret, is that of a source's pictures."""

from plainview.errors import InputError
from plainview.formats.source_reader import SourceReader
from plainview.formats.source_settings import SourceSettings
from plainview.formats.turret_lens import lens_of_turret
from plainview.geo import LensCalibration
from plainview.model import Camera

__all__ = ["choose_lens", "with_lens"]


def choose_lens(
    reader: SourceReader, settings: SourceSettings, *, camera: str, where: str
) -> LensCalibration | None:
    """Return the lens of a camera; None where none is known.

    That of the calibration goes before the turret's.

    Args:
        reader: The source; it is closed where its camera or its pictures are others.
        settings: With what is known of the platform and of its turret.
        camera: The camera's name.
        where: The input, for errors.

    Raises:
        InputError: The calibration is of other cameras, or of pictures of another shape.
    """
    calibration, video = settings.calibration, reader.container.video
    if calibration is None or not calibration.lenses:
        if settings.turret is None:
            return None
        return lens_of_turret(
            settings.turret,
            camera=camera,
            size_px=(video.width, video.height),
            where=f"{where}, {camera}",
            tally=reader.tally,
        )
    lens = calibration.lens_of(camera)
    if lens is None:
        what = f"is not calibrated: the calibration is of {', '.join(calibration.lenses)}."
        mend = f"Name its table `[camera.{camera}]`, or `[camera]` for any."
    elif video.width and video.height and not lens.fits(video.width, video.height):
        was, size = f"{lens.width_px}x{lens.height_px}", f"{video.width}x{video.height}"
        what = f"has pictures of {size}, and the calibration of its lens is of {was}."
        mend = "Give one of pictures of this shape; a cropped picture needs its own."
    else:
        return lens
    reader.close()
    raise InputError(where=f"{where}, {camera}", what=what, mend=mend)


def with_lens(camera: Camera, lens: LensCalibration | None) -> Camera:
    """Return a camera with its lens, where one is calibrated."""
    return camera if lens is None else lens.camera(camera)
