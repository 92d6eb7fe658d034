"""The same thing over time, in pixels and metres."""

from plainview.tracking.settings import LocatorSettings, TrackerSettings
from plainview.tracking.tracker import MultiObjectTracker

__all__ = ["LocatorSettings", "MultiObjectTracker", "TrackerSettings"]
