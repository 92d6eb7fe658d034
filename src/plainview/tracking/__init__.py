"""The same thing over time, in pixels and metres."""

from plainview.tracking.locator import GroundLocator, contact_points_px
from plainview.tracking.score import (
    ErrorPercentiles,
    ObjectScore,
    Score,
    ScoreRules,
    score_tracks,
)
from plainview.tracking.settings import LocatorSettings, TrackerSettings
from plainview.tracking.tracker import MultiObjectTracker

__all__ = [
    "ErrorPercentiles",
    "GroundLocator",
    "LocatorSettings",
    "MultiObjectTracker",
    "ObjectScore",
    "Score",
    "ScoreRules",
    "TrackerSettings",
    "contact_points_px",
    "score_tracks",
]
