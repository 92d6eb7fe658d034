"""The same thing over time, in pixels and metres."""

from plainview.tracking.drift_evidence import Evidence, drift_squares
from plainview.tracking.locator import GroundLocator, contact_points_px
from plainview.tracking.score import (
    ErrorPercentiles,
    ObjectScore,
    Score,
    ScoreRules,
    score_tracks,
)
from plainview.tracking.settings import LocatorSettings, TrackerSettings
from plainview.tracking.shared_error_filter import SharedErrorFilter, common_square
from plainview.tracking.tracker import MultiObjectTracker

__all__ = [
    "ErrorPercentiles",
    "Evidence",
    "GroundLocator",
    "LocatorSettings",
    "MultiObjectTracker",
    "ObjectScore",
    "Score",
    "ScoreRules",
    "SharedErrorFilter",
    "TrackerSettings",
    "common_square",
    "contact_points_px",
    "drift_squares",
    "score_tracks",
]
