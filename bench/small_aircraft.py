"""Small aircraft: published errors of location from them, and navigation of their class."""

from dataclasses import replace
from typing import Final

from bench.drawn_scene.scenario import Errors, SigmaPair
from plainview.formats.drone_assumed import (
    FIELD_OF_VIEW_RATIO,
    HEADING_DEG,
    POSITION_M,
    TAKEOFF_SIGMA_M,
    TILT_DEG,
)
from plainview.geo import assumed_view_sigma
from plainview.model import PoseBasis, Sigma, UncertaintyBasis, ViewSigma

__all__ = ["CLASSES", "DRONE", "GROUND_SIGMA_M", "LINES", "MOVING", "ORBIT_LINES"]

GROUND_SIGMA_M: Final = 4.0
"""Of a height model's heights: assumed; SRTM's requirement, 16 m at 90 %, is more."""

LINES: Final = {
    "Skydio 2": (5.18, 0.0203),
    "ANAFI": (5.13, 0.0221),
    "X10": (5.45, 0.0264),
    "Mavic 2 Zoom": (2.44, 0.0569),
    "Mavic 2 Enterprise Zoom": (5.6599, 0.025532),
}
"""Mean horizontal error in metres, at no range and a metre of slant range: Theta's DroneModels,
fitted to surveyed points by its OA-Accuracy-Testing, pictures of high influence left out (their
README and script were read; of the first four the coefficients are as noted when the table was
read, of the last as its README has them)."""

ORBIT_LINES: Final = {
    "Madison, DeBitetto, Olean, Peebles (Draper): filtered, hand-launched aircraft": 10.0,
    "Redding, McLain, Beard, Taylor (ACC 2006): localised by a small fixed wing": 11.0,
}
"""Metres: "approximately 10 m, compared with 20-60 m" for the software that came with it on the
same flights, and "to within 11 m"; read in the papers' abstracts."""


def _pair(own: float, shared: float) -> SigmaPair:
    return SigmaPair(own=own, shared=shared)


def _class(attitude_deg: SigmaPair, heading_deg: SigmaPair) -> Errors:
    """Return the errors of a small aircraft with an attitude reference.

    Position: GNSS without correction (GPS SPS Performance Standard 2020: 8 m at 95 %
    horizontally, 13 m vertically). Gimbal, field of view and instant are assumed: a gimbal that
    knows its angles to 0.1 degrees, plainview's own defaults for the others.
    """
    known = assumed_view_sigma(PoseBasis.RELATIVE)

    def default(sigma: Sigma) -> SigmaPair:
        return _pair(sigma.own, sigma.shared)

    gimbal = _pair(0.02, 0.1)
    return Errors(
        position_horizontal_m=default(known.position_horizontal_m),
        position_vertical_m=default(known.position_vertical_m),
        platform_heading_deg=heading_deg,
        platform_pitch_deg=attitude_deg,
        platform_roll_deg=attitude_deg,
        relative_azimuth_deg=gimbal,
        relative_elevation_deg=gimbal,
        relative_roll_deg=gimbal,
        field_of_view_ratio=default(known.field_of_view_ratio),
        time_s=default(known.time_s),
    )


SHEET: Final = _class(_pair(0.1, 0.5), _pair(0.1, 1.0))
MOVING: Final = _class(_pair(1.94, 0.5), _pair(1.73, 1.0))
"""Xsens MTi/MTx manual (MT0100P, page 12): roll and pitch 0.5 degrees and heading 1.0 (in a
homogeneous magnetic field) where it is still, 2 rms where it moves; what is beyond the still
figure counts as new in each picture."""

CLASSES: Final = {
    "sheet": SHEET,
    "assumed_good": replace(
        SHEET,
        position_horizontal_m=_pair(0.5, 1.5),
        position_vertical_m=_pair(0.5, 2.5),
        platform_pitch_deg=_pair(0.05, 0.2),
        platform_roll_deg=_pair(0.05, 0.2),
    ),
}
"""The second is assumed, from no sheet: GNSS of several systems, and a good attitude reference."""

DRONE: Final = ViewSigma(
    position_horizontal_m=POSITION_M,
    position_vertical_m=Sigma(own=0.0, shared=TAKEOFF_SIGMA_M),
    camera_heading_deg=HEADING_DEG,
    camera_elevation_deg=TILT_DEG,
    camera_roll_deg=TILT_DEG,
    field_of_view_ratio=FIELD_OF_VIEW_RATIO,
    time_s=Sigma(own=0.0, shared=0.0),
    basis=UncertaintyBasis.ASSUMED,
)
"""What plainview assumes of drones whose makers state no accuracy."""
