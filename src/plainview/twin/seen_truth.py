"""Seen truth: what a picture shows of every object of its world."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.twin.object_pose import ObjectPoses, SeenObjects
from plainview.twin.world import World

__all__ = ["SeenTruth"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenTruth:
    """The truth of the n objects of a world in one picture, in the world's order.

    Args:
        object_id: (n,).
        kind: Of each.
        box_px: (n, 4) x, y, width and height of what is seen of it; NaN where nothing is.
        visible_fraction: (n,) of its area above the water that lies in the picture, before the
            horizon and not behind another thing.
        visible_px: (n,) that area, in pixels.
        signal: (n,) mean radiance over that area above what lies behind it, W m^-2 sr^-1; 0
            where nothing is seen. Times `visible_px` it is the whole signal.
        range_m: (n,) from the camera to its middle.
        latitude_deg: (n,) of its middle at the waterline or the feet; longitude likewise.
        height_hae_m: (n,) above the ellipsoid, waves included.
    """

    object_id: npt.NDArray[np.int64]
    kind: tuple[str, ...]
    box_px: Array
    visible_fraction: Array
    visible_px: Array
    signal: Array
    range_m: Array
    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array

    @classmethod
    def of(
        cls, world: World, poses: ObjectPoses, seen: SeenObjects, *, figures: Array, signal: Array
    ) -> "SeenTruth":
        """Return the truth from what the object kernel found.

        Args:
            world: Whose objects they are.
            poses: Where they stand.
            seen: Where they are seen.
            figures: (n, 7) of `Patches`.
            signal: (n,) of the picture's band.
        """
        with np.errstate(invalid="ignore"):
            fraction = np.where(figures[:, 1] > 0.0, figures[:, 1] / figures[:, 0], 0.0)
            is_seen = figures[:, 1] > 0.0
            box = np.stack(
                [
                    figures[:, 2],
                    figures[:, 3],
                    figures[:, 4] - figures[:, 2],
                    figures[:, 5] - figures[:, 3],
                ],
                axis=-1,
            )
        return cls(
            object_id=np.array([thing.object_id for thing in world.objects], dtype=np.int64),
            kind=tuple(thing.kind for thing in world.objects),
            box_px=np.where(is_seen[:, np.newaxis], box, np.nan),
            visible_fraction=np.clip(fraction, 0.0, 1.0),
            visible_px=figures[:, 1].copy(),
            signal=signal.copy(),
            range_m=seen.range_m,
            latitude_deg=poses.latitude_deg,
            longitude_deg=poses.longitude_deg,
            height_hae_m=poses.height_hae_m,
        )
