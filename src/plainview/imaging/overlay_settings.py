"""What counts as burned-in overlay."""

from dataclasses import dataclass

__all__ = ["OverlaySettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaySettings:
    """What counts as burned-in overlay. Lengths are for 480 rows and grow with the picture.

    Args:
        least_contrast: Grey levels of a stroke over what lies beside it.
        stroke_width_px: Widest stroke.
        least_extent_px: A smaller group of pixels is masked only when it is surely drawn.
        motion_px: How far the background must move between two looks.
        n_looks: Looks before anything is masked.
        least_share: Share of looks in which a pixel is part of a stroke.
        most_flicker: Mean deviation of a stroke's value over its contrast.
        most_flicker_small: The same for a small group, which must be sharp as well.
        most_flicker_still: The same while the camera is still: as good as none.
        least_sharpness: Share of the contrast that lies in one pixel step at an edge.
        reach_px: How far from strokes that stay those that change are looked for.
        frames_between_looks: A look costs a millisecond; no more often than this.
        frames_between_still_looks: The same while no motion is known.
    """

    least_contrast: int = 30
    stroke_width_px: int = 4
    least_extent_px: int = 7
    motion_px: float = 4.0
    n_looks: int = 8
    least_share: float = 0.5
    most_flicker: float = 0.10
    most_flicker_small: float = 0.06
    most_flicker_still: float = 0.02
    least_sharpness: float = 0.55
    reach_px: int = 24
    frames_between_looks: int = 3
    frames_between_still_looks: int = 10
