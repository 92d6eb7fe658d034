"""What an overlay shows beside the observation: values that need geometry or the source."""

from dataclasses import dataclass

__all__ = ["OverlayContext"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayContext:
    """Values that the caller computes for one frame; a thing not known is None.

    Args:
        frame_center_latitude_deg: Where the middle of the picture meets the surface, WGS84;
            longitude likewise.
        frame_center_height_hae_m: Height of that place above the ellipsoid.
        frame_center_semi_axes_95_m: Semi-axes of the 95 % ellipse of that place, larger first.
        surface: Name of the surface that it was found on, such as ``terrain``.
        slant_range_m: From sensor to that place, as computed; a View's own range goes first.
        gsd_m: Width of a pixel on the ground at that place, across the line of sight.
        is_simulated: Whether the source is the twin; the picture then says so.
        security_marking: As the source says; None takes the View's, and where that has none
            either the picture says that it is not marked.
        mission_name: What the mission is called where the source does not say.
    """

    frame_center_latitude_deg: float | None = None
    frame_center_longitude_deg: float | None = None
    frame_center_height_hae_m: float | None = None
    frame_center_semi_axes_95_m: tuple[float, float] | None = None
    surface: str | None = None
    slant_range_m: float | None = None
    gsd_m: float | None = None
    is_simulated: bool = False
    security_marking: str | None = None
    mission_name: str | None = None
