"""What became of a ray, and in words why a pixel has no place on the ground."""

from enum import IntEnum, StrEnum
from typing import Final

__all__ = ["NotLocated", "RayOutcome", "reason_text"]


class NotLocated(StrEnum):
    """Why something has no place; files carry these names."""

    NO_VIEW = "no_view"
    """The frame has no metadata that say where the camera was."""
    POSITION_UNKNOWN = "position_unknown"
    """The source does not say where the camera was."""
    HEIGHT_UNKNOWN = "height_unknown"
    """The source does not say how high the camera was."""
    DATUM_UNKNOWN = "datum_unknown"
    """The camera's height cannot be brought to the ellipsoid."""
    HEIGHTS_CONTRADICT = "heights_contradict"
    """The source gives two heights of the camera that cannot both be true."""
    DATUM_MOVED = "datum_moved"
    """The camera's height jumped by what no aircraft climbs: its datum changed."""
    DIRECTION_UNKNOWN = "direction_unknown"
    """Where the camera looked is not said, or how it is said is undecided."""
    FIELD_OF_VIEW = "field_of_view"
    """The field of view is not said, or not between 0 and 180 degrees."""
    IMPOSSIBLE_VALUE = "impossible_value"
    """The pose holds what no camera near the Earth can have, or what is no number."""
    OUTSIDE_FOOTPRINT = "outside_footprint"
    """The pixel is not in the picture, or its place not in the frame's footprint."""
    OUTSIDE_LENS = "outside_lens"
    """The lens maps nothing to the pixel."""
    ABOVE_HORIZON = "above_horizon"
    """The pixel shows sky, or ground so near the horizon that a metre of height is kilometres."""
    HORIZON_IN_ERROR = "horizon_in_error"
    """Within two sigma of the pose the ray misses the ground: no ellipse holds such an error."""
    OUTSIDE_TERRAIN = "outside_terrain"
    """The ray comes down outside the terrain that was given."""
    TERRAIN_HOLE = "terrain_hole"
    """The ray goes below the ground where the terrain has no height."""
    PLATFORM_BELOW_TERRAIN = "platform_below_terrain"
    """The camera would be below the ground."""
    PLATFORM_BELOW_SURFACE = "platform_below_surface"
    """The camera would be below the level that stands for the ground, the sea for one."""
    RANGE_CONTRADICTS = "range_contradicts"
    """The measured range and the surface are farther apart than their errors explain."""
    NOT_SEEN = "not_seen"
    """The thing is not seen, and where it was is not known or too long ago."""


class RayOutcome(IntEnum):
    """What became of a ray: a place, or why there is none."""

    HIT = 0
    SKY = 1
    """It never comes down to the surface."""
    EDGE = 2
    """It comes down outside the terrain that was given."""
    HOLE = 3
    """It goes below the ground where no height is known."""
    OUTSIDE_PICTURE = 4
    """The pixel is not in the picture, or the place is not in the frame's footprint."""
    NO_VIEW = 5
    """The View cannot locate, or there is no surface."""
    BELOW_TERRAIN = 6
    """The camera is below the ground."""
    BELOW_SURFACE = 7
    """The camera is below the level."""
    POSITION_UNKNOWN = 8
    HEIGHT_UNKNOWN = 9
    DATUM_UNKNOWN = 10
    HEIGHTS_CONTRADICT = 11
    DATUM_MOVED = 12
    DIRECTION_UNKNOWN = 13
    FIELD_OF_VIEW = 14
    IMPOSSIBLE_VALUE = 15
    OUTSIDE_LENS = 16
    HORIZON_IN_ERROR = 17
    RANGE_CONTRADICTS = 18

    @property
    def reason(self) -> NotLocated | None:
        """Why there is no place; None where there is one."""
        return None if self is RayOutcome.HIT else _REASONS[self]

    @classmethod
    def from_reason(cls, reason: str) -> "RayOutcome":
        """Return the outcome of a reason's name; NO_VIEW for one that no ray has."""
        return _OUTCOMES.get(reason, cls.NO_VIEW)


_RENAMED: Final = {
    RayOutcome.SKY: NotLocated.ABOVE_HORIZON,
    RayOutcome.EDGE: NotLocated.OUTSIDE_TERRAIN,
    RayOutcome.HOLE: NotLocated.TERRAIN_HOLE,
    RayOutcome.OUTSIDE_PICTURE: NotLocated.OUTSIDE_FOOTPRINT,
    RayOutcome.BELOW_TERRAIN: NotLocated.PLATFORM_BELOW_TERRAIN,
    RayOutcome.BELOW_SURFACE: NotLocated.PLATFORM_BELOW_SURFACE,
}
_REASONS: Final = {
    outcome: _RENAMED.get(outcome) or NotLocated[outcome.name]
    for outcome in RayOutcome
    if outcome is not RayOutcome.HIT
}

_OUTCOMES: Final = {str(reason): outcome for outcome, reason in _REASONS.items()}

_TEXTS: Final = {
    NotLocated.NO_VIEW: "the frame has no metadata that say where the camera was",
    NotLocated.POSITION_UNKNOWN: "the source does not say where the camera was",
    NotLocated.HEIGHT_UNKNOWN: "the source does not say how high the camera was",
    NotLocated.DATUM_UNKNOWN: "the camera's height is above a datum that is not known here",
    NotLocated.HEIGHTS_CONTRADICT: "the camera's two heights cannot both be true",
    NotLocated.DATUM_MOVED: "the camera's height jumped: its datum changed",
    NotLocated.DIRECTION_UNKNOWN: "where the camera looked is not said, or is undecided",
    NotLocated.FIELD_OF_VIEW: "the field of view is not said, or is not between 0 and 180 degrees",
    NotLocated.IMPOSSIBLE_VALUE: "the pose holds a value that no camera near the Earth can have",
    NotLocated.OUTSIDE_FOOTPRINT: "the pixel is not in the picture",
    NotLocated.OUTSIDE_LENS: "the lens maps nothing to the pixel",
    NotLocated.ABOVE_HORIZON: "the pixel is at the horizon or above it",
    NotLocated.HORIZON_IN_ERROR: "the horizon is within two sigma of where the camera looked",
    NotLocated.OUTSIDE_TERRAIN: "the ray leaves the terrain that was given",
    NotLocated.TERRAIN_HOLE: "the terrain has no height there",
    NotLocated.PLATFORM_BELOW_TERRAIN: "the camera would be below the terrain",
    NotLocated.PLATFORM_BELOW_SURFACE: "the camera would be below the surface",
    NotLocated.RANGE_CONTRADICTS: "the measured range contradicts the surface",
    NotLocated.NOT_SEEN: "it is not seen, and where it was is not known or too long ago",
}


def reason_text(reason: NotLocated) -> str:
    """Return the reason as people read it."""
    return _TEXTS[reason]
