"""Readings of a source's angles against the motion that its pictures show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.misb.angle_convention import AngleConvention, AngleReference
from plainview.misb.convention_hypotheses import FixedReading, angle_hypotheses
from plainview.misb.convention_samples import aligned_samples
from plainview.misb.convention_score import log_of_motion
from plainview.misb.view_items import ViewItems

__all__ = ["ImageMotion", "MotionKey", "log_prior_of_key", "motion_evidence", "motion_key"]

Array = npt.NDArray[np.float64]

N_INSTANTS: Final = 24
"""Errors of neighbouring instants are one; so many are taken, evenly."""

MotionKey = tuple[AngleReference | None, bool, bool]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageMotion:
    """How the line of sight turned, as registration of the pictures saw it.

    The platform's own movement has been taken out. Which north headings are from does not
    show in it.

    Args:
        time_s: (n,) of the instants at which the source's items are given, ascending.
        heading_rate_deg_s: (n,) clockwise; NaN where the pictures say nothing.
        elevation_rate_deg_s: (n,) upward, likewise.
    """

    time_s: Array
    heading_rate_deg_s: Array
    elevation_rate_deg_s: Array


def motion_key(convention: AngleConvention) -> MotionKey:
    """Return what of a reading shows in motion."""
    return convention.reference, convention.is_elevation_down, convention.is_in_radians


def log_prior_of_key(key: MotionKey) -> float:
    """Return the logarithm of how common a reading is, its north left aside."""
    reference, is_down, is_radians = key
    usual = 0.0 if reference is AngleReference.PLATFORM else -2.0
    return usual - 3.5 * is_down - 4.6 * is_radians


def motion_evidence(items: Sequence[ViewItems], motion: ImageMotion) -> dict[MotionKey, float]:
    """Return the logarithm of each reading's likelihood; empty where nothing can be compared.

    Args:
        items: What the source said at the instants of the motion.
        motion: What the pictures showed.
    """
    samples = aligned_samples(items)
    rows = samples.rows
    if len(rows) < 3:
        return {}
    angles = angle_hypotheses(samples, FixedReading(), time_us=None)
    time_s = motion.time_s[rows]
    heading = np.degrees(np.unwrap(np.radians(angles.heading_deg), axis=-1))
    across = np.cos(np.radians(angles.elevation_deg))
    turning = np.gradient(heading, time_s, axis=-1) - motion.heading_rate_deg_s[rows]
    tilting = np.gradient(angles.elevation_deg, time_s, axis=-1)
    tilting = tilting - motion.elevation_rate_deg_s[rows]
    known = np.flatnonzero(np.isfinite(turning[0]) & np.isfinite(tilting[0]))
    if not len(known):
        return {}
    chosen = known[np.linspace(0, len(known) - 1, min(len(known), N_INSTANTS)).astype(int)]
    log = log_of_motion((turning * across)[:, chosen]) + log_of_motion(tilting[:, chosen])
    return {motion_key(each): float(log[row]) for row, each in enumerate(angles.conventions)}
