"""The nouns: the values that every room speaks of, over errors and units alone."""

from plainview.model.camera import Band, Camera, Distortion
from plainview.model.detections import Detection, Detections
from plainview.model.event import CountedWarning, Event
from plainview.model.frame import Frame, Pixels
from plainview.model.observation import Observation
from plainview.model.percentiles import (
    CE90_PER_SIGMA,
    ELLIPSE_95_PER_SIGMA,
    LE90_PER_SIGMA,
    ce90_from_covariance,
    ellipse_from_covariance,
)
from plainview.model.protocols import Detector, Locator, Registrar, Sink, Source, State, Tracker
from plainview.model.radiometry import Radiometry
from plainview.model.registration import Registration
from plainview.model.ship_reports import ShipReports, ShipStatic
from plainview.model.tracks import LifeStage, Track, Tracks
from plainview.model.unit import KlvPayload, StreamInfo, StreamKind, Unit
from plainview.model.view import (
    PartCorrelation,
    PoseBasis,
    RangeKind,
    ReportedGeometry,
    Sigma,
    TimeBasis,
    UncertaintyBasis,
    View,
    ViewMethod,
    ViewSigma,
    changed_view,
)

__all__ = [
    "CE90_PER_SIGMA",
    "ELLIPSE_95_PER_SIGMA",
    "LE90_PER_SIGMA",
    "Band",
    "Camera",
    "CountedWarning",
    "Detection",
    "Detections",
    "Detector",
    "Distortion",
    "Event",
    "Frame",
    "KlvPayload",
    "LifeStage",
    "Locator",
    "Observation",
    "PartCorrelation",
    "Pixels",
    "PoseBasis",
    "Radiometry",
    "RangeKind",
    "Registrar",
    "Registration",
    "ReportedGeometry",
    "ShipReports",
    "ShipStatic",
    "Sigma",
    "Sink",
    "Source",
    "State",
    "StreamInfo",
    "StreamKind",
    "TimeBasis",
    "Track",
    "Tracker",
    "Tracks",
    "UncertaintyBasis",
    "Unit",
    "View",
    "ViewMethod",
    "ViewSigma",
    "ce90_from_covariance",
    "changed_view",
    "ellipse_from_covariance",
]
