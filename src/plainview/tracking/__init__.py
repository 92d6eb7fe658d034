"""The same thing over time, in pixels and metres."""

from plainview.tracking.locator import GroundLocator, contact_points_px
from plainview.tracking.settings import LocatorSettings, TrackerSettings
from plainview.tracking.tracker import MultiObjectTracker

__all__ = [
    "GroundLocator",
    "LocatorSettings",
    "MultiObjectTracker",
    "TrackerSettings",
    "contact_points_px",
]
