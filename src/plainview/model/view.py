"""A view: where a camera was and how it looked at one instant. It knows no pixels."""

from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, Final

__all__ = [
    "PartCorrelation",
    "PoseBasis",
    "RangeKind",
    "ReportedGeometry",
    "Sigma",
    "TimeBasis",
    "UncertaintyBasis",
    "View",
    "ViewMethod",
    "ViewSigma",
    "changed_view",
]


class PoseBasis(StrEnum):
    """How the line of sight of a View was known."""

    RELATIVE = "relative"
    """Gimbal angles on the platform's attitude (ST 0601 items 18 to 20 on 5 to 7 or 90, 91)."""
    ABSOLUTE = "absolute"
    """Angles of the camera itself from north and the horizon."""
    NORTH_OBLIQUITY = "north_obliquity"
    """Angle to north and obliquity angle (EG 0104); roll is not known and taken as level."""
    CORNERS = "corners"
    """Resected from the reported corners of the picture."""


class ViewMethod(StrEnum):
    """How a View was made for the instant of its frame."""

    EXACT = "exact"
    INTERPOLATED = "interpolated"
    PREDICTED = "predicted"
    HELD = "held"


class TimeBasis(StrEnum):
    """How the UTC of a View was known."""

    MISP_CORRECTED = "misp_corrected"
    """The MISP stamp with the leap-second and correction items (ST 0601 items 136, 137)."""
    ASSUMED_UTC = "assumed_utc"
    """A stamp that the source does not tie to UTC, taken as it is."""
    SIDECAR = "sidecar"
    SIMULATED = "simulated"


class RangeKind(StrEnum):
    """What a slant range is worth."""

    MEASURED = "measured"
    CALCULATED = "calculated"
    AMBIGUOUS = "ambiguous"
    """The source does not say, or says it in a way that its version leaves open."""


class UncertaintyBasis(StrEnum):
    """Where a 1-sigma came from."""

    REPORTED = "reported"
    INSTRUMENT = "instrument"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sigma:
    """A 1-sigma in two independent parts, both in the unit that the field's name says.

    Args:
        own: New in each frame (noise, quantisation).
        shared: The same through the mission (bias, bore-sight, datum, clock).
    """

    own: float
    shared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCorrelation:
    """How the errors of two parts of a View go together.

    Args:
        first: Name of a part of `ViewSigma`; second another. ``position_horizontal_m`` is
            the position eastward here, ``position_north_m`` the one northward.
        rho: Their correlation, from -1 to 1; the same in own and shared part.
    """

    first: str
    second: str
    rho: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSigma:
    """The 1-sigma of each part of a View; a part that its pose basis does not use is None.

    ``platform_*`` and ``relative_*`` serve the basis ``relative``; ``camera_*`` the others.

    Args:
        position_horizontal_m: Of the sensor's position, for each of east and north.
        position_north_m: Of the position northward, where it is not that eastward; None
            where both are the same.
        position_vertical_m: Of the sensor's height.
        platform_heading_deg: Of the platform's heading; pitch and roll likewise.
        relative_azimuth_deg: Of the gimbal's azimuth; elevation and roll likewise.
        camera_heading_deg: Of the line of sight's heading; elevation and roll likewise.
        field_of_view_ratio: Of the fields of view, as a fraction of them.
        time_s: Of the instant of the metadata against the picture (both parts matter
            only while the camera or the platform moves).
        basis: Where these came from; the weakest of them.
        correlations: Parts whose errors the source says to go together (ST 1010); the others
            are independent.
    """

    position_horizontal_m: Sigma
    position_vertical_m: Sigma
    position_north_m: Sigma | None = None
    platform_heading_deg: Sigma | None = None
    platform_pitch_deg: Sigma | None = None
    platform_roll_deg: Sigma | None = None
    relative_azimuth_deg: Sigma | None = None
    relative_elevation_deg: Sigma | None = None
    relative_roll_deg: Sigma | None = None
    camera_heading_deg: Sigma | None = None
    camera_elevation_deg: Sigma | None = None
    camera_roll_deg: Sigma | None = None
    field_of_view_ratio: Sigma
    time_s: Sigma
    basis: UncertaintyBasis
    correlations: tuple[PartCorrelation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedGeometry:
    """What the source itself says about the ground, kept beside what we compute.

    Args:
        frame_center_latitude_deg: WGS84; longitude likewise.
        frame_center_altitude_msl_m: Above the geoid (ST 0601 item 25).
        frame_center_height_hae_m: Above the ellipsoid (ST 0601 item 78).
        slant_range_m: From sensor to frame centre.
        slant_range_kind: What that range is worth.
        corners_deg: Four (latitude, longitude), clockwise from the top left.
        target_width_m: Width of the picture on the ground.
        ce90_m: Circular error of the target, as the source says.
        le90_m: Linear (vertical) error of the target, as the source says.
        frame_center_height_sigma_m: 1-sigma of the frame centre's height, as the source says.
    """

    frame_center_latitude_deg: float | None = None
    frame_center_longitude_deg: float | None = None
    frame_center_altitude_msl_m: float | None = None
    frame_center_height_hae_m: float | None = None
    slant_range_m: float | None = None
    slant_range_kind: RangeKind | None = None
    corners_deg: tuple[tuple[float, float], ...] | None = None
    target_width_m: float | None = None
    ce90_m: float | None = None
    le90_m: float | None = None
    frame_center_height_sigma_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the camera was and how it looked at one instant.

    A thing that is not known is None, never 0 and never invented.

    Args:
        time_us: UTC, microseconds since the Unix epoch.
        time_basis: How that UTC was known.
        utc_sigma_s: 1-sigma of that UTC; the instant against the picture is in ``sigma``.
        latitude_deg: Of the sensor, WGS84; longitude likewise, [-180, 180).
        height_hae_m: Of the sensor above the ellipsoid.
        altitude_msl_m: Of the sensor above the geoid.
        platform_heading_deg: Clockwise from true north, [0, 360).
        platform_pitch_deg: Nose up positive.
        platform_roll_deg: Right wing down positive.
        sensor_relative_azimuth_deg: Gimbal azimuth from the platform's nose, clockwise
            from above, [-180, 180).
        sensor_relative_elevation_deg: Gimbal elevation, up positive.
        sensor_relative_roll_deg: Gimbal roll, clockwise as seen from behind the camera.
        camera_heading_deg: Of the line of sight, clockwise from true north, [0, 360).
        camera_elevation_deg: Of the line of sight above the local horizontal.
        camera_roll_deg: Of the picture's x axis about the line of sight, from level,
            clockwise as seen from behind the camera.
        pose_basis: How the line of sight was known.
        horizontal_fov_deg: Full horizontal field of view; vertical likewise.
        slant_range_m: From sensor to what it looks at, and what it is worth.
        slant_range_sigma_m: 1-sigma of that range where its source says it.
        view_method: How the View was made for its instant.
        metadata_age_s: Age of the oldest part of the pose that it rests on.
        velocity_enu_m_s: Of the sensor, east, north, up; None where not known.
        camera_heading_rate_deg_s: How fast the line of sight turns; elevation likewise.
        sigma: The 1-sigma of each part; None where the View cannot locate.
        angle_convention: How the angles were read, such as ``st0601``.
        withheld: Why nothing may be located with this View although it has a pose, by the name
            that files carry (`plainview.geo.NotLocated`); None where nothing is held against it.
        reported: What the source says about the ground.
        security_marking: As the source says (ST 0102), such as ``UNCLASSIFIED//``.
        core_identifier: ST 1204, as text.
        mission_id: ST 0601 item 3; platform designation (item 10), tail number (item 4)
            and image source (item 11) likewise.
    """

    time_us: int | None = None
    time_basis: TimeBasis | None = None
    utc_sigma_s: float | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_hae_m: float | None = None
    altitude_msl_m: float | None = None
    platform_heading_deg: float | None = None
    platform_pitch_deg: float | None = None
    platform_roll_deg: float | None = None
    sensor_relative_azimuth_deg: float | None = None
    sensor_relative_elevation_deg: float | None = None
    sensor_relative_roll_deg: float | None = None
    camera_heading_deg: float | None = None
    camera_elevation_deg: float | None = None
    camera_roll_deg: float | None = None
    pose_basis: PoseBasis | None = None
    horizontal_fov_deg: float | None = None
    vertical_fov_deg: float | None = None
    slant_range_m: float | None = None
    slant_range_kind: RangeKind | None = None
    slant_range_sigma_m: Sigma | None = None
    view_method: ViewMethod = ViewMethod.EXACT
    metadata_age_s: float | None = None
    velocity_enu_m_s: tuple[float, float, float] | None = None
    camera_heading_rate_deg_s: float | None = None
    camera_elevation_rate_deg_s: float | None = None
    sigma: ViewSigma | None = None
    angle_convention: str | None = None
    withheld: str | None = None
    reported: ReportedGeometry | None = None
    security_marking: str | None = None
    core_identifier: str | None = None
    mission_id: str | None = None
    platform_designation: str | None = None
    platform_tail_number: str | None = None
    image_source: str | None = None

    @property
    def is_locatable(self) -> bool:
        """Whether a ray can be drawn: position with ellipsoidal height, line of sight, fields."""
        return None not in (
            self.latitude_deg,
            self.longitude_deg,
            self.height_hae_m,
            self.camera_heading_deg,
            self.camera_elevation_deg,
            self.camera_roll_deg,
            self.horizontal_fov_deg,
            self.vertical_fov_deg,
        )


_NAMES: Final = tuple(each.name for each in fields(View))
_VALUES: Final = attrgetter(*_NAMES)
_SET: Final = {name: getattr(View, name).__set__ for name in _NAMES}


def changed_view(view: View, **changes: Any) -> View:
    """Return a View with some parts changed, as `dataclasses.replace` does, in a third of its time.

    A View has many parts and no checks of its own, and is changed several times a picture.

    Raises:
        TypeError: A View has no such part.

    >>> changed_view(View(latitude_deg=50.0), longitude_deg=1.5).latitude_deg
    50.0
    """
    if not changes.keys() <= _SET.keys():
        raise TypeError(f"a View has no {', '.join(changes.keys() - _SET.keys())}")
    changed = object.__new__(View)
    for set_part, value in zip(_SET.values(), _VALUES(view), strict=True):
        set_part(changed, value)
    for name, value in changes.items():
        _SET[name](changed, value)
    return changed
