"""The stages that see, as they are put together where nothing else is asked for."""

from plainview.detection.combined import CombinedDetector
from plainview.detection.motion import MotionDetector, MotionSettings
from plainview.detection.spot import SpotDetector, SpotSettings
from plainview.imaging import HomographyRegistrar, PictureMaker, RegistrationSettings

__all__ = ["default_stages"]


def default_stages(
    *,
    registration: RegistrationSettings | None = None,
    motion: MotionSettings | None = None,
    spot: SpotSettings | None = None,
) -> tuple[HomographyRegistrar, CombinedDetector]:
    """Return a registrar and a detector of movers and spots that share one picture a frame."""
    pictures = PictureMaker()
    registrar = HomographyRegistrar(registration, pictures=pictures)
    detectors = (
        MotionDetector(motion, pictures=pictures),
        SpotDetector(spot, pictures=pictures),
    )
    return registrar, CombinedDetector(detectors)
