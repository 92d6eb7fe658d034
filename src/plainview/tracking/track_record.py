"""The memory of the tracker: one record a track, and the rules and the step as records.

Numba reads the fields of a record by name, NumPy its columns, so the compiled kernel and its
NumPy twin speak the same language, and a checkpoint is the array itself.
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from plainview.tracking.settings import TrackerSettings

__all__ = [
    "CLUTTER_SHAPE",
    "DETECTION_DTYPE",
    "LEAST_CLUTTER_PER_PICTURE",
    "RULES_DTYPE",
    "STEP_DTYPE",
    "TRACK_DTYPE",
    "Record",
    "Records",
    "make_rules",
]

Record: TypeAlias = Any
"""One element of a structured array, its fields read and written as attributes (in Numba)."""

Records: TypeAlias = npt.NDArray[np.void]

CLUTTER_SHAPE: Final = (4, 6)
"""Rows and columns of the cells in which the density of clutter is measured."""

LEAST_CLUTTER_PER_PICTURE: Final = 0.05
"""Where none is seen, some may still come: one in twenty frames."""

TRACK_DTYPE: Final = np.dtype(
    [
        ("track_id", "i8"),
        ("life_stage", "i8"),
        ("label", "i8"),  # index of a name, -1 for None; detector likewise
        ("detector", "i8"),
        ("n_hits", "i8"),
        ("is_hit", "i8"),  # in the last frame
        ("state", "f8", (4,)),  # x, y, velocity in x, velocity in y; px, px/s
        ("cov", "f8", (4, 4)),
        ("width_px", "f8"),
        ("height_px", "f8"),
        ("score", "f8"),  # of the last detection
        ("age_s", "f8"),
        ("seen_s", "f8"),  # of its age, with a detection
        ("unseen_s", "f8"),  # since the last detection
        ("shadowed_s", "f8"),  # gone with a senior track of the same thing
        ("log_ratio", "f8"),  # of a thing against clutter, since the first detection
        ("prior_log_odds", "f8"),
        ("p_observable", "f8"),  # of a thing that once was: in plain sight,
        ("p_hidden", "f8"),  # behind something; gone is what is left
        ("p_in_view", "f8"),  # predicted, as is the next
        ("clutter_px2", "f8"),  # density at the predicted place
        ("born_px", "f8", (2,)),  # centre in the picture when it began
        ("ground_px", "f8", (2,)),  # where the ground that was there is now
        ("box_px", "f8", (4,)),  # as it is told: x, y of the corner, width, height
        ("existence", "f8"),
    ],
    align=True,
)

DETECTION_DTYPE: Final = np.dtype(
    [("box_px", "f8", (4,)), ("score", "f8"), ("label", "i8"), ("detector", "i8")], align=True
)

RULES_DTYPE: Final = np.dtype(
    [
        *((field.name, "f8") for field in fields(TrackerSettings)),
        ("confirming_score", "f8"),
        ("rejecting_score", "f8"),
    ],
    align=True,
)

STEP_DTYPE: Final = np.dtype(
    [
        ("dt_s", "f8"),
        ("width_px", "f8"),
        ("height_px", "f8"),
        ("is_restart", "i8"),
        ("is_overlay_known", "i8"),
        ("n_tracks", "i8"),
        ("next_id", "i8"),
        ("motion_sigma_px", "f8"),
        ("mean_clutter", "f8"),  # unexplained detections a frame and cell, at least some
        ("homography", "f8", (3, 3)),
        ("survives", "f8"),  # of things, the fraction that this step does this to
        ("hides", "f8"),
        ("reappears", "f8"),
    ],
    align=True,
)


def make_rules(settings: TrackerSettings) -> Records:
    """Return the settings and the thresholds that follow from them as one record, (1,)."""
    rules = np.zeros(1, RULES_DTYPE)
    names: Sequence[str] = RULES_DTYPE.names or ()
    for name in names:
        rules[name] = getattr(settings, name)
    return rules
