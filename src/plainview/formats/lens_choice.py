"""Which lens of a calibration is that of a source's pictures."""

from plainview.errors import InputError
from plainview.formats.source_reader import SourceReader
from plainview.geo import Calibration, LensCalibration
from plainview.model import Camera

__all__ = ["choose_lens", "with_lens"]


def choose_lens(
    reader: SourceReader, calibration: Calibration | None, *, camera: str, where: str
) -> LensCalibration | None:
    """Return the lens of a camera; None where no lens is calibrated.

    Args:
        reader: The source; it is closed where its camera or its pictures are others.
        calibration: What is known of the platform.
        camera: The camera's name.
        where: The input, for errors.

    Raises:
        InputError: The calibration is of other cameras, or of pictures of another shape.
    """
    if calibration is None or not calibration.lenses:
        return None
    lens, video = calibration.lens_of(camera), reader.container.video
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
