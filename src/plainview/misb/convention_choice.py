"""Which convention a source follows, by its own numbers; undecided rather than wrong."""

from collections.abc import Sequence
from dataclasses import replace

from plainview.misb.angle_convention import KNOWN_CONVENTIONS, AngleConvention, OddLengthReading
from plainview.misb.convention_by_motion import verdict_by_motion
from plainview.misb.convention_hypotheses import FixedReading, angle_hypotheses
from plainview.misb.convention_judge import judge
from plainview.misb.convention_motion import (
    NO_EVIDENCE,
    MotionEvidence,
    motion_evidence,
    motion_key,
)
from plainview.misb.convention_samples import samples_from_items
from plainview.misb.convention_verdict import ConventionVerdict
from plainview.misb.convention_words import listed
from plainview.misb.fixed_convention import as_fixed
from plainview.misb.items_by_convention import items_by_convention
from plainview.misb.seen_motion import ImageMotion
from plainview.misb.view_items import ViewItems

__all__ = ["choose_convention"]


def choose_convention(
    samples: Sequence[ViewItems],
    *,
    fixed: FixedReading | None = None,
    time_us: int | None = None,
    motion: ImageMotion | None = None,
) -> ConventionVerdict:
    """Return the convention that a source follows.

    Platform-relative, north-referenced and horizon-stabilised angles, true, grid and magnetic
    north, the sign and unit of angles, the datum and unit of heights and of the slant range
    and the scale of the fields of view are scored against what the source says of its own
    frame centre, corners, range and heights. A reading is taken where it and those that cannot
    be told from it in effect have 99 % of the probability, and where it misses the frame
    centre by no more than the errors that are assumed of an instrument.

    Args:
        samples: What one source says, at instants in order.
        fixed: What a person has set; it wins over the numbers.
        time_us: UTC, for magnetic north, which is not tried without it.
        motion: How the scene moved in the pictures; None where they were not looked at.
    """
    fixed = fixed or FixedReading()
    items = list(samples)
    seen = NO_EVIDENCE if motion is None else motion_evidence(items, motion)
    verdict: ConventionVerdict | None = None
    for how in _odd_readings(items, fixed):
        found = _tested(items, fixed, seen, how=how, time_us=time_us)
        if found is not None and found.chosen is not None:
            return found
        verdict = verdict or found
    return verdict or _untested(items, fixed, seen, time_us=time_us)


def _odd_readings(items: list[ViewItems], fixed: FixedReading) -> tuple[OddLengthReading, ...]:
    """Return how numbers of another length than the standard's are tried.

    The target's width is no part of the geometry and is looked at apart.
    """
    if fixed.odd_lengths is not None:
        return (fixed.odd_lengths,)
    quantities = {odd.quantity for each in items for odd in each.odd_lengths}
    if quantities - {"target_width_m"}:
        return (
            OddLengthReading.STANDARD_STEP,
            OddLengthReading.FULL_SCALE,
            OddLengthReading.UNREAD,
        )
    return (OddLengthReading.UNREAD,)


def _tested(
    items: list[ViewItems],
    fixed: FixedReading,
    seen: MotionEvidence,
    *,
    how: OddLengthReading,
    time_us: int | None,
) -> ConventionVerdict | None:
    """Return the verdict of the numbers; None where there is nothing to hold angles against."""
    plain = AngleConvention(name="plain", reference=None, odd_lengths=how)
    read = items
    if how is not OddLengthReading.UNREAD:
        read = [_odd_lengths_alone(each, plain) for each in items]
    columns = samples_from_items(read)
    if not columns.n_samples:
        return None
    angles = angle_hypotheses(columns, fixed, time_us=time_us)
    if not angles.conventions:
        return ConventionVerdict(
            chosen=None,
            reason="What was set needs angles, an attitude or a date that the source does not"
            " give.",
            is_set=True,
            n_samples=columns.n_samples,
        )
    log_motion = seen.log_likelihood if seen.explains else {}
    by_motion = [log_motion.get(motion_key(each), 0.0) for each in angles.conventions]
    chosen_items = [read[row] for row in columns.rows.tolist()]
    found = judge(columns, angles, fixed, items=chosen_items, log_motion=by_motion, odd=how)
    return _with_motion(found, seen)


def _with_motion(verdict: ConventionVerdict, seen: MotionEvidence) -> ConventionVerdict:
    """Return a verdict with how far its reading, or the likeliest, is off the pictures' motion."""
    likeliest = verdict.hypotheses[0].convention if verdict.hypotheses else None
    best = verdict.chosen or likeliest
    row = None if best is None else seen.rows.get(motion_key(best))
    return verdict if row is None else replace(verdict, evidence=(*verdict.evidence, row))


def _odd_lengths_alone(items: ViewItems, convention: AngleConvention) -> ViewItems:
    """Return the items with those of another length read, and everything else as sent."""
    read = items_by_convention(items, convention)
    width = items.target_width_m
    quantities = {odd.quantity for odd in items.odd_lengths} - {"target_width_m"}
    changes = {name: getattr(read, name) for name in quantities}
    return replace(items, **changes, target_width_m=width)


def _untested(
    items: list[ViewItems], fixed: FixedReading, seen: MotionEvidence, *, time_us: int | None
) -> ConventionVerdict:
    """Return the verdict where there is no frame centre to hold the angles against."""
    is_gimbal = any(each.relative_azimuth_deg is not None for each in items)
    standard = KNOWN_CONVENTIONS["st0601" if is_gimbal else "eg0104"]
    if not any(_has_angles(each) for each in items):
        return _without_angles(items, fixed)
    if fixed.reference is not None:
        return _with_motion(
            ConventionVerdict(
                chosen=as_fixed(standard, fixed),
                reason="It was set; the source says nothing that could test it.",
                is_set=True,
                probability=1.0,
            ),
            seen,
        )
    return verdict_by_motion(
        items, fixed, seen, standard=standard, missing=_what_is_missing(items), time_us=time_us
    )


def _without_angles(items: list[ViewItems], fixed: FixedReading) -> ConventionVerdict:
    """Return the verdict of a source that sends no angles: corners need no convention."""
    has_gimbal_set = not items or any(each.platform_heading_deg is not None for each in items)
    standard = KNOWN_CONVENTIONS["st0601" if has_gimbal_set else "eg0104"]
    has_corners = any(each.corners is not None for each in items)
    what = "its pose comes from the picture's corners" if has_corners else "it has no pose"
    return ConventionVerdict(
        chosen=as_fixed(standard, fixed),
        reason=f"The source sends no angles of the line of sight; {what}.",
        is_set=fixed.reference is not None,
        probability=1.0,
    )


def _has_angles(items: ViewItems) -> bool:
    gimbal = items.relative_azimuth_deg, items.relative_elevation_deg
    north = items.north_heading_deg, items.horizon_elevation_deg
    return None not in gimbal or None not in north


def _what_is_missing(items: list[ViewItems]) -> str:
    """Return in words what a test would need and the source does not give."""
    needs = {
        "no position of the sensor": any(each.latitude_deg is not None for each in items),
        "no height of the sensor": any(
            each.height_hae_m is not None or each.altitude_msl_m is not None for each in items
        ),
        "neither frame centre nor corners": any(
            each.frame_center_latitude_deg is not None or each.corners is not None for each in items
        ),
    }
    missing = [name for name, is_there in needs.items() if not is_there]
    return f"it gives {listed(missing or ['them never together'])}"
