"""Which stages a run has, from its settings."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Final

from plainview.detection import CombinedDetector, KnownPlaces, MotionDetector, SpotDetector
from plainview.errors import InputError
from plainview.formats.settings_toml import RunSettings
from plainview.imaging import HomographyRegistrar, PictureMaker
from plainview.mission.frame_place import Surfaces
from plainview.mission.pipeline import Stages, TrackNumbers
from plainview.model import Detector
from plainview.tracking import GroundLocator, LocatorSettings, MultiObjectTracker

__all__ = ["DETECTORS", "make_stages"]

DETECTORS: Final[Mapping[str, Callable[[PictureMaker, KnownPlaces], Detector]]] = {
    "motion": lambda pictures, _: MotionDetector(pictures=pictures),
    "spot": lambda pictures, known: SpotDetector(pictures=pictures, known=known),
}
"""The detectors that ship, which share the registrar's pictures of a frame; others come through
the entry points `plainview.detectors`."""


def _detector(name: str, pictures: PictureMaker, known: KnownPlaces) -> Detector:
    if name in DETECTORS:
        return DETECTORS[name](pictures, known)
    for entry_point in entry_points(group="plainview.detectors", name=name):
        detector: Detector = entry_point.load()()
        return detector
    raise InputError(
        where=f"detector {name}",
        what="is not known.",
        mend=f"Choose among {', '.join(DETECTORS)}, or install the package that brings it.",
    )


def make_stages(
    settings: RunSettings,
    *,
    surfaces: Surfaces,
    first_track_id: int = 1,
    numbers: TrackNumbers | None = None,
) -> Stages:
    """Return new stages for one camera.

    Args:
        settings: Of the run.
        surfaces: What pictures are brought to.
        first_track_id: Of the camera's tracks.
        numbers: Which identities they have in the mission; None where it is the only camera.

    Raises:
        InputError: A detector is not known.
    """
    registrar = HomographyRegistrar()
    known = KnownPlaces()
    detectors = [_detector(name, registrar.pictures, known) for name in settings.detectors]
    return Stages(
        registrar=registrar,
        detector=CombinedDetector(detectors),
        known=known,
        tracker=MultiObjectTracker(first_id=first_track_id),
        numbers=numbers or TrackNumbers(),
        locator=GroundLocator(
            LocatorSettings(
                sea_level_sigma_m=surfaces.sea_level_sigma_m,
                frame_center_sigma_m=surfaces.frame_center_sigma_m,
            ),
            terrain=surfaces.terrain,
        ),
    )
