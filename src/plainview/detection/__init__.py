"""Detectors that need no training: things that move, and small hot or dark spots."""

from plainview.detection.combined import CombinedDetector
from plainview.detection.known_places import KnownPlaces
from plainview.detection.motion import MotionDetector, MotionSettings
from plainview.detection.spot import SpotDetector, SpotSettings

__all__ = [
    "CombinedDetector",
    "KnownPlaces",
    "MotionDetector",
    "MotionSettings",
    "SpotDetector",
    "SpotSettings",
]
