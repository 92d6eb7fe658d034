"""From the likelihood of readings to a verdict: decided, equivalent in effect, or undecided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.misb.angle_convention import (
    AngleConvention,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
)
from plainview.misb.convention_evidence import (
    Reckoning,
    evidence_rows,
    field_rows,
    share_of_range,
)
from plainview.misb.convention_hypotheses import AngleHypotheses, FixedReading, standard_of
from plainview.misb.convention_samples import ConventionSamples
from plainview.misb.convention_score import Scored, score_conventions
from plainview.misb.convention_verdict import ConventionVerdict, EvidenceRow, HypothesisScore
from plainview.misb.convention_words import defects_of, height_reason, listed, range_reason
from plainview.misb.field_of_view_choice import choose_fields, width_of_odd_length
from plainview.misb.ground_reading import GroundReading, ground_sight
from plainview.misb.view_items import ViewItems

__all__ = ["DECIDED", "MAX_MISS_DEG", "SAME_EFFECT_DEG", "judge"]

Array = npt.NDArray[np.float64]

DECIDED: Final = 0.99
"""Probability from which a reading is taken."""

_TOLD_APART: Final = 0.001
"""A reading that is less likely than this share of the best is told from it."""

SAME_EFFECT_DEG: Final = 0.18
"""Directions closer than this are one in effect: a third of the assumed sigma of a heading, so
that the stated error holds the difference whichever of them is taken."""

_MAX_EFFECT_DEG: Final = 0.25
"""Directions further apart than half that sigma are never one, however noisy the numbers."""

MAX_MISS_DEG: Final = 1.65
"""Three times the assumed 1-sigma of a heading (0.55): a reading that misses the frame centre
by more explains nothing."""

_AS_SENT_FROM: Final = 0.3
"""A field is taken as it is sent unless that is less likely and another reading is decided."""

_N_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Best:
    """The best reading of angles, and all that cannot be told from it in effect."""

    row: int
    probability: float
    group: list[int]
    rivals: list[int]


def judge(
    samples: ConventionSamples,
    angles: AngleHypotheses,
    fixed: FixedReading,
    *,
    items: Sequence[ViewItems],
    log_motion: Sequence[float],
    odd: OddLengthReading,
) -> ConventionVerdict:
    """Return the verdict.

    Args:
        samples: What the source said, n instants.
        angles: The readings of its angles.
        fixed: What a person has set.
        items: The n items themselves.
        log_motion: What the pictures' motion says of each reading of the angles.
        odd: How items of another length were read.
    """
    scored = score_conventions(samples, angles, fixed, log_motion=np.array(log_motion))
    best = _best_angles(scored, fixed)
    ground, is_ground_decided = _best_ground(scored, best)
    reckoning = _reckoning(samples, scored, row=best.row, ground=ground)
    hypotheses = _hypotheses(scored, reckoning.elevation_miss_deg)
    miss_deg = reckoning.miss_deg
    reason = _why_not(angles, best, miss_deg=miss_deg, fixed=fixed) or (
        "" if is_ground_decided else "The heights and the slant range contradict each other."
    )
    rows = evidence_rows(samples, reckoning, standard=_standard_reckoning(samples, scored, fixed))
    if reason:
        return ConventionVerdict(
            chosen=None,
            reason=reason,
            is_set=fixed.reference is not None,
            probability=best.probability,
            hypotheses=hypotheses,
            evidence=rows,
            residual_deg=miss_deg,
            n_samples=samples.n_samples,
        )
    chosen, evidence = _with_fields(samples, reckoning, fixed, items=list(items), odd=odd)
    equivalent = tuple(angles.conventions[row].label for row in best.group if row != best.row)
    return ConventionVerdict(
        chosen=chosen,
        reason=_why(
            chosen,
            equivalent,
            is_set=fixed.reference is not None,
            miss_deg=miss_deg,
            n_samples=samples.n_samples,
        ),
        is_set=fixed.reference is not None,
        probability=best.probability,
        hypotheses=hypotheses,
        equivalent=equivalent,
        evidence=rows + evidence,
        defects=defects_of(chosen, samples, items=items),
        residual_deg=miss_deg,
        residual_share=share_of_range(reckoning),
        range_reason=range_reason(samples, reckoning),
        height_reason=height_reason(chosen, samples),
        n_samples=samples.n_samples,
    )


def _best_angles(scored: Scored, fixed: FixedReading) -> _Best:
    """Return the best reading; of those that are one in effect the most usual goes before."""
    probability = scored.probability.sum(axis=1)
    likeliest = int(np.argmax(probability))
    apart_deg = _angles_apart_deg(scored.angles, likeliest)
    noise_deg = float(np.median(np.abs(scored.bearing_miss_deg[likeliest])))
    limit_deg = float(np.clip(2.0 * noise_deg, SAME_EFFECT_DEG, _MAX_EFFECT_DEG))
    is_likely = probability >= _TOLD_APART * probability[likeliest]
    group = np.flatnonzero((apart_deg <= limit_deg) & is_likely).tolist()
    rivals = np.flatnonzero((apart_deg > limit_deg) & is_likely).tolist()
    same = float(probability[apart_deg <= limit_deg].sum())
    row = max(group, key=lambda each: scored.angles.log_weight[each])
    if fixed.reference is not None and same < DECIDED:
        row = _plainest(scored.angles)
    return _Best(row=row, probability=same, group=group, rivals=rivals)


def _plainest(angles: AngleHypotheses) -> int:
    """Return the reading with true north and the usual sign and unit, or the nearest to it."""
    return min(
        range(len(angles.conventions)),
        key=lambda row: (
            angles.conventions[row].north is not North.TRUE,
            angles.conventions[row].is_elevation_down,
            angles.conventions[row].is_in_radians,
        ),
    )


def _row_of_standard(samples: ConventionSamples, angles: AngleHypotheses) -> int | None:
    standard = standard_of(samples)
    return next((row for row, each in enumerate(angles.conventions) if each == standard), None)


def _angles_apart_deg(angles: AngleHypotheses, row: int) -> Array:
    """Return the median angle between the lines of sight of each reading and one, (a,)."""
    elevation = np.radians(angles.elevation_deg)
    heading = np.radians(angles.heading_deg - angles.heading_deg[row])
    up = np.sin(elevation) * np.sin(elevation[row])
    along = np.cos(elevation) * np.cos(elevation[row]) * np.cos(heading)
    apart: Array = np.degrees(np.median(np.arccos(np.clip(up + along, -1.0, 1.0)), axis=-1))
    return apart


def _best_ground(scored: Scored, best: _Best) -> tuple[GroundReading, bool]:
    """Return the reading of heights and range, and whether it is fit to be used.

    A field whose readings cannot be told apart is taken as it is sent.
    """
    log = scored.log_posterior[best.row]
    left = {row: float(np.exp(log[row] - log.max())) for row in range(len(scored.grounds))}
    left, is_decided = _narrowed(scored, left, "sensor_height")
    for name in ("center_height", "slant_range"):
        left, _ = _narrowed(scored, left, name)
    return scored.grounds[max(left, key=lambda row: left[row])], is_decided


def _narrowed(scored: Scored, left: dict[int, float], name: str) -> tuple[dict[int, float], bool]:
    """Return the readings left once one field's is chosen, and whether that one is safe."""
    parts: dict[str | None, float] = {}
    total = sum(left.values())
    for row, part in left.items():
        how = getattr(scored.grounds[row], name)
        parts[how] = parts.get(how, 0.0) + part / total
    chosen = max(parts, key=lambda how: parts[how])
    is_safe = parts[chosen] >= DECIDED
    if not is_safe and parts.get("as_sent", 0.0) >= _AS_SENT_FROM:
        chosen, is_safe = "as_sent", True
    kept = {row: part for row, part in left.items() if getattr(scored.grounds[row], name) == chosen}
    return kept, is_safe


def _reckoning(
    samples: ConventionSamples, scored: Scored, *, row: int, ground: GroundReading
) -> Reckoning:
    sight = ground_sight(samples, ground)
    return Reckoning(
        convention=scored.angles.conventions[row],
        ground=ground,
        sight=sight,
        elevation_deg=scored.angles.elevation_deg[row],
        bearing_miss_deg=scored.bearing_miss_deg[row],
        elevation_miss_deg=scored.angles.elevation_deg[row] - sight.elevation_deg,
    )


def _standard_reckoning(
    samples: ConventionSamples, scored: Scored, fixed: FixedReading
) -> Reckoning | None:
    """Return how the standard's own reading fares; None where what was set excludes it."""
    row = _row_of_standard(samples, scored.angles)
    ground = GroundReading(
        sensor_height=HeightReading.AS_SENT,
        center_height=HeightReading.AS_SENT if samples.has_center_height else None,
        slant_range=RangeReading.AS_SENT if samples.has("slant_range_m") else None,
    )
    return None if row is None else _reckoning(samples, scored, row=row, ground=ground)


def _hypotheses(scored: Scored, elevation_miss_deg: Array) -> tuple[HypothesisScore, ...]:
    probability = scored.probability.sum(axis=1)
    best = int(np.argmax(probability))
    true_deg = scored.angles.elevation_deg[best] - elevation_miss_deg
    order = np.argsort(-probability, kind="stable")[:_N_SHOWN].tolist()
    return tuple(
        HypothesisScore(
            convention=scored.angles.conventions[row],
            probability=float(probability[row]),
            bearing_miss_deg=_median(scored.bearing_miss_deg[row]),
            elevation_miss_deg=_median(scored.angles.elevation_deg[row] - true_deg),
        )
        for row in order
    )


def _median(values: Array) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None


def _why_not(
    angles: AngleHypotheses, best: _Best, *, miss_deg: float, fixed: FixedReading
) -> str | None:
    """Return why nothing is chosen; None where something is."""
    label = angles.conventions[best.row].label
    if fixed.reference is not None:
        return None
    if not miss_deg <= MAX_MISS_DEG:
        return (
            "No known reading explains what the source says of its own frame centre: the best"
            f" ({label}) misses it by {miss_deg:.1f} degrees."
        )
    if best.probability < DECIDED:
        others = [angles.conventions[row].label for row in best.rivals] or ["others"]
        return (
            f"{label} fits best, and {listed(others[:3])} fits nearly as well"
            " and would place things elsewhere."
        )
    return None


def _why(
    chosen: AngleConvention,
    equivalent: tuple[str, ...],
    *,
    is_set: bool,
    miss_deg: float,
    n_samples: int,
) -> str:
    begin = "It was set; its" if is_set else "Its"
    text = (
        f"{begin} lines of sight meet the source's own frame centre within {miss_deg:.3g} degrees"
        f" (median of {n_samples} instants)"
    )
    if equivalent:
        text += f"; {listed(list(equivalent))} cannot be told from it and would change no more"
    north = "" if chosen.north is North.TRUE else f", with {chosen.north} north"
    return f"{text}{north}."


def _with_fields(
    samples: ConventionSamples,
    reckoning: Reckoning,
    fixed: FixedReading,
    *,
    items: list[ViewItems],
    odd: OddLengthReading,
) -> tuple[AngleConvention, tuple[EvidenceRow, ...]]:
    """Return the whole convention, and what the fields of view were held against."""
    ground = reckoning.ground
    range_m = reckoning.sight.range_m
    sensor_m = samples.sensor_height_hae_m(ground.sensor_height)
    center_m = samples.center_height_at_range_m(sensor_m, range_m)
    expected_m = 2.0 * range_m * np.tan(np.radians(samples.value["horizontal_fov_deg"]) / 2.0)
    odd_width, odd_m = width_of_odd_length(items, expected_m, fixed.odd_lengths)
    sent_m = samples.value["target_width_m"]
    fields = choose_fields(
        samples,
        center_height_hae_m=center_m,
        range_m=range_m,
        width_m=np.where(np.isfinite(sent_m), sent_m, odd_m),
        fixed=fixed.fields_of_view,
    )
    convention = replace(
        reckoning.convention,
        sensor_height=ground.sensor_height,
        frame_center_height=ground.center_height or HeightReading.AS_SENT,
        slant_range=ground.slant_range or RangeReading.AS_SENT,
        fields_of_view=fields.reading,
        odd_lengths=odd if odd is not OddLengthReading.UNREAD else odd_width,
    )
    return convention, field_rows(fields)
