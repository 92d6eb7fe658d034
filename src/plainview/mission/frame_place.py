"""Where a frame's picture lies: its footprint and its middle with its error."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from plainview.formats.settings_toml import RunSettings
from plainview.geo import (
    FRAME_CENTER_HEIGHT_SIGMA_M,
    SEA_LEVEL_SIGMA_M,
    Footprint,
    Surface,
    Terrain,
    choose_surface,
    footprint,
    locate_points,
)
from plainview.model import ELLIPSE_95_PER_SIGMA, Frame, View, ellipse_from_covariance

__all__ = ["FramePlace", "Surfaces", "place_frame"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surfaces:
    """What pictures of a run are brought to.

    Args:
        terrain: A terrain model; None where there is none.
        sea_level_sigma_m: Of the sea against the geoid.
        frame_center_sigma_m: Of the source's own frame-centre height.
    """

    terrain: Terrain | None
    sea_level_sigma_m: float = SEA_LEVEL_SIGMA_M
    frame_center_sigma_m: float = FRAME_CENTER_HEIGHT_SIGMA_M

    @classmethod
    def from_settings(cls, settings: RunSettings, *, terrain: Terrain | None) -> Self:
        """Return the surfaces of a run, with the stated defaults where settings say nothing."""
        return cls(
            terrain=terrain,
            sea_level_sigma_m=settings.sea_level_sigma_m or SEA_LEVEL_SIGMA_M,
            frame_center_sigma_m=settings.frame_center_sigma_m or FRAME_CENTER_HEIGHT_SIGMA_M,
        )

    def of(self, view: View) -> Surface | None:
        """Return the surface of one View; None where it cannot locate."""
        return choose_surface(
            view,
            terrain=self.terrain,
            sea_level_sigma_m=self.sea_level_sigma_m,
            frame_center_sigma_m=self.frame_center_sigma_m,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FramePlace:
    """Where a frame's picture lies.

    Args:
        footprint: Its outline on a surface; None where it cannot be located.
        center_semi_axes_95_m: Of the 95 % ellipse of its middle, larger first.
        gsd_m: Width of a pixel on the ground in its middle, across the line of sight.
    """

    footprint: Footprint | None = None
    center_semi_axes_95_m: tuple[float, float] | None = None
    gsd_m: float | None = None


def place_frame(frame: Frame, *, surfaces: Surfaces) -> FramePlace:
    """Return where a frame's picture lies; nothing where it cannot be located."""
    if frame.view is None:
        return FramePlace()
    surface = surfaces.of(frame.view)
    outline = footprint(frame.view, frame.camera, surface=surface)
    if outline is None or outline.frame_center is None or outline.slant_range_m is None:
        return FramePlace(footprint=outline)
    middle = np.array([[0.5 * frame.camera.width_px, 0.5 * frame.camera.height_px]])
    points = locate_points(frame.view, frame.camera, middle, surface=surface)
    major, minor, _ = ellipse_from_covariance(points.cov_enu_m2)
    axes = (ELLIPSE_95_PER_SIGMA * float(major[0]), ELLIPSE_95_PER_SIGMA * float(minor[0]))
    return FramePlace(
        footprint=outline,
        center_semi_axes_95_m=axes if np.isfinite(axes).all() else None,
        gsd_m=_gsd_m(frame, outline.slant_range_m),
    )


def _gsd_m(frame: Frame, slant_range_m: float) -> float | None:
    if frame.view is None or frame.view.horizontal_fov_deg is None:
        return None
    half_width = np.tan(np.radians(frame.view.horizontal_fov_deg / 2.0))
    return float(2.0 * slant_range_m * half_width / frame.camera.width_px)
