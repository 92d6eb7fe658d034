"""What is assumed of an instrument that does not state its errors.

The numbers are those of a stabilised turret of the middle class on a platform with GNSS and
an inertial attitude reference; every product that rests on them says ``assumed``. Where a
source states its own, those are used.
"""

from typing import Final

from plainview.model import PoseBasis, Sigma, UncertaintyBasis, ViewSigma

__all__ = ["assumed_view_sigma"]

_POSITION_HORIZONTAL_M: Final = Sigma(own=0.5, shared=3.0)
"""GNSS without correction: GPS SPS Performance Standard 2020 promises 8 m at 95 % (3.3 m an
axis), nearly all of it slow; fix-to-fix noise after filtering is half a metre."""

_POSITION_VERTICAL_M: Final = Sigma(own=1.0, shared=6.0)
"""The same standard: 13 m at 95 % (6.6 m)."""

_PLATFORM_HEADING_DEG: Final = Sigma(own=0.1, shared=0.5)
"""GNSS-aided MEMS attitude reference: heading 0.3 to 1 degree where the flight is straight
(data sheets of such units), slow; a tenth of noise and of quantisation (ST 0601: 0.0055)."""

_PLATFORM_PITCH_DEG: Final = Sigma(own=0.05, shared=0.2)
"""The same units: 0.1 to 0.3 degree in pitch and roll."""

_PLATFORM_ROLL_DEG: Final = Sigma(own=0.05, shared=0.2)
"""As pitch."""

_RELATIVE_AZIMUTH_DEG: Final = Sigma(own=0.02, shared=0.15)
"""Encoder and servo jitter; the mount's bore-sight against the attitude reference, which
nobody has calibrated, is the larger part."""

_RELATIVE_ELEVATION_DEG: Final = Sigma(own=0.02, shared=0.15)
"""As azimuth."""

_RELATIVE_ROLL_DEG: Final = Sigma(own=0.02, shared=0.2)
"""As azimuth; roll is looked after least."""

_CAMERA_HEADING_DEG: Final = Sigma(own=0.12, shared=0.55)
"""Platform heading and gimbal azimuth together, root of squares."""

_CAMERA_ELEVATION_DEG: Final = Sigma(own=0.06, shared=0.25)
"""Platform pitch or roll and gimbal elevation together."""

_CAMERA_ROLL_DEG: Final = Sigma(own=0.06, shared=0.3)
"""Platform pitch or roll and gimbal roll together."""

_NORTH_OBLIQUITY_ROLL_DEG: Final = Sigma(own=1.0, shared=5.0)
"""The source says nothing of roll: a turret that levels its picture, banking its platform."""

_CORNERS_DEG: Final = Sigma(own=0.1, shared=0.6)
"""The corners were computed by the source from the angles above; the resection adds little."""

_FIELD_OF_VIEW_RATIO: Final = Sigma(own=0.002, shared=0.02)
"""Zoom read-out: 2 % of lens tables without calibration; steps of the encoder 0.2 %."""

_TIME_S: Final = Sigma(own=0.017, shared=0.05)
"""Half a frame at 30 a second of jitter; an unmeasured delay of the video of one or two."""


def assumed_view_sigma(pose_basis: PoseBasis | None) -> ViewSigma:
    """Return the 1-sigma that is assumed of a View without its own, by its pose basis.

    Args:
        pose_basis: How the line of sight was known; None is taken as absolute.

    Returns:
        Own and shared parts, with the basis ``assumed``. The platform's and the gimbal's
        angles for ``relative``, the line of sight's for the others.
    """
    if pose_basis is PoseBasis.RELATIVE:
        return ViewSigma(
            position_horizontal_m=_POSITION_HORIZONTAL_M,
            position_vertical_m=_POSITION_VERTICAL_M,
            platform_heading_deg=_PLATFORM_HEADING_DEG,
            platform_pitch_deg=_PLATFORM_PITCH_DEG,
            platform_roll_deg=_PLATFORM_ROLL_DEG,
            relative_azimuth_deg=_RELATIVE_AZIMUTH_DEG,
            relative_elevation_deg=_RELATIVE_ELEVATION_DEG,
            relative_roll_deg=_RELATIVE_ROLL_DEG,
            field_of_view_ratio=_FIELD_OF_VIEW_RATIO,
            time_s=_TIME_S,
            basis=UncertaintyBasis.ASSUMED,
        )
    is_resected = pose_basis is PoseBasis.CORNERS
    has_no_roll = pose_basis is PoseBasis.NORTH_OBLIQUITY
    return ViewSigma(
        position_horizontal_m=_POSITION_HORIZONTAL_M,
        position_vertical_m=_POSITION_VERTICAL_M,
        camera_heading_deg=_CORNERS_DEG if is_resected else _CAMERA_HEADING_DEG,
        camera_elevation_deg=_CORNERS_DEG if is_resected else _CAMERA_ELEVATION_DEG,
        camera_roll_deg=_NORTH_OBLIQUITY_ROLL_DEG if has_no_roll else _CAMERA_ROLL_DEG,
        field_of_view_ratio=_FIELD_OF_VIEW_RATIO,
        time_s=_TIME_S,
        basis=UncertaintyBasis.ASSUMED,
    )
