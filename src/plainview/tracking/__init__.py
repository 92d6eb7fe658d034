"""The same thing over time, in pixels and metres."""

from plainview.tracking.drift_evidence import Evidence, drift_squares
from plainview.tracking.error_percentiles import ErrorPercentiles
from plainview.tracking.flight_score import Flight, FlightScore
from plainview.tracking.locator import GroundLocator, contact_points_px
from plainview.tracking.score import ObjectScore, Score, score_matched, score_tracks
from plainview.tracking.score_match import MatchedRows, match_mission
from plainview.tracking.score_tables import ScoreRules
from plainview.tracking.settings import LocatorSettings, TrackerSettings
from plainview.tracking.shared_error_filter import SharedErrorFilter, common_square
from plainview.tracking.tracker import MultiObjectTracker

__all__ = [
    "ErrorPercentiles",
    "Evidence",
    "Flight",
    "FlightScore",
    "GroundLocator",
    "LocatorSettings",
    "MatchedRows",
    "MultiObjectTracker",
    "ObjectScore",
    "Score",
    "ScoreRules",
    "SharedErrorFilter",
    "TrackerSettings",
    "common_square",
    "contact_points_px",
    "drift_squares",
    "match_mission",
    "score_matched",
    "score_tracks",
]
