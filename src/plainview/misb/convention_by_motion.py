"""The verdict on a source that says nothing of the ground: only its pictures can decide."""

from collections.abc import Sequence
from dataclasses import replace
from math import exp
from typing import Final

from plainview.misb.angle_convention import AngleConvention, North
from plainview.misb.convention_hypotheses import FixedReading
from plainview.misb.convention_judge import DECIDED, SAME_EFFECT_DEG
from plainview.misb.convention_motion import MotionEvidence, MotionKey, log_prior_of_key
from plainview.misb.convention_verdict import (
    ConventionDefect,
    ConventionVerdict,
    EvidenceRow,
    HypothesisScore,
)
from plainview.misb.convention_words import angle_defects
from plainview.misb.fixed_convention import as_fixed
from plainview.misb.items_by_convention import north_correction_deg
from plainview.misb.view_items import ViewItems

__all__ = ["verdict_by_motion"]

_OTHER_NORTHS: Final = (North.GRID, North.MAGNETIC)


def verdict_by_motion(
    items: Sequence[ViewItems],
    fixed: FixedReading,
    seen: MotionEvidence,
    *,
    standard: AngleConvention,
    missing: str,
    time_us: int | None,
) -> ConventionVerdict:
    """Return what the motion of the pictures decides.

    It tells what angles are measured from, their sign and unit, and never from which north:
    that has to be set, unless all norths are one in effect where the source is.

    Args:
        items: What the source said.
        fixed: What a person has set; not what angles are measured from.
        seen: What the motion says of each reading.
        standard: The reading of the set's own standard.
        missing: In words, what else could have tested the angles.
        time_us: UTC, for magnetic north.
    """
    log = {key: each + log_prior_of_key(key) for key, each in seen.log_likelihood.items()}
    log = {key: each for key, each in log.items() if _is_left(key, fixed)}
    if not log:
        return ConventionVerdict(chosen=None, reason=f"Nothing tests its angles: {missing}.")
    peak = max(log.values())
    total = sum(exp(each - peak) for each in log.values())
    probability = {key: exp(each - peak) / total for key, each in log.items()}
    best = max(log, key=lambda key: log[key])
    row = seen.rows[best]
    found = as_fixed(standard, replace(fixed, reference=best[0], north=fixed.north or North.TRUE))
    found = replace(found, is_elevation_down=best[1], is_in_radians=best[2])
    verdict = ConventionVerdict(
        chosen=None,
        reason="",
        probability=probability[best],
        hypotheses=_hypotheses(probability, standard=standard, fixed=fixed),
        evidence=(row,),
        n_samples=row.n_instants,
    )
    why_not = _why_not(best, verdict, seen, missing=missing)
    if why_not is not None:
        return replace(verdict, reason=why_not)
    others = _norths_apart(items, found, fixed=fixed, time_us=time_us)
    if others:
        return replace(
            verdict,
            reason=f"The pictures' motion fits {found.name} angles, and nothing tests which north"
            f" they are from, which {' and '.join(others)} would change: {missing}. Setting"
            " `north` alone decides it.",
        )
    return _decided(verdict, found, row, is_gimbal=standard.name == "st0601", fixed=fixed)


def _decided(
    verdict: ConventionVerdict,
    found: AngleConvention,
    row: EvidenceRow,
    *,
    is_gimbal: bool,
    fixed: FixedReading,
) -> ConventionVerdict:
    north = "the north was set" if fixed.north else "all norths are one in effect there"
    defects: tuple[ConventionDefect, ...] = angle_defects(found, is_gimbal=is_gimbal)
    return replace(
        verdict,
        chosen=found,
        defects=defects,
        reason=f"The motion of the pictures fits it within {row.residual:.2g} degrees a second"
        f" (median of {row.n_instants} steps), and no other reading; {north}.",
    )


def _is_left(key: MotionKey, fixed: FixedReading) -> bool:
    """Return whether a reading is one of those that what was set leaves."""
    pairs = ((fixed.is_elevation_down, key[1]), (fixed.is_in_radians, key[2]))
    return all(said is None or said == tried for said, tried in pairs)


def _hypotheses(
    probability: dict[MotionKey, float], *, standard: AngleConvention, fixed: FixedReading
) -> tuple[HypothesisScore, ...]:
    order = sorted(probability, key=lambda key: -probability[key])
    return tuple(
        HypothesisScore(
            convention=replace(
                as_fixed(standard, replace(fixed, reference=key[0])),
                is_elevation_down=key[1],
                is_in_radians=key[2],
            ),
            probability=probability[key],
            bearing_miss_deg=None,
            elevation_miss_deg=None,
        )
        for key in order
    )


def _why_not(
    best: MotionKey, verdict: ConventionVerdict, seen: MotionEvidence, *, missing: str
) -> str | None:
    """Return why the motion decides nothing; None where it does."""
    if best not in seen.explains:
        return (
            "No known reading turns the camera as the pictures show it: the best is off by"
            f" {seen.rows[best].residual:.2g} degrees a second; and {missing}."
        )
    if verdict.probability < DECIDED:
        first, second, *_ = [each.convention.label for each in verdict.hypotheses]
        return (
            f"The motion of the pictures does not tell {first} from {second} (the camera turns too"
            f" little, or alike by both); and {missing}."
        )
    return None


def _norths_apart(
    items: Sequence[ViewItems],
    found: AngleConvention,
    *,
    fixed: FixedReading,
    time_us: int | None,
) -> list[str]:
    """Return the norths that would place things elsewhere than true north, with by how much."""
    if fixed.north is not None:
        return []
    place = next(each for each in items if each.latitude_deg and each.longitude_deg)
    apart = []
    for north in _OTHER_NORTHS:
        other = replace(found, north=north)
        turned_deg = north_correction_deg(place, other, time_us=time_us)
        if turned_deg is None:
            apart.append(f"{north} north (by what is not known)")
        elif abs(turned_deg) > SAME_EFFECT_DEG:
            apart.append(f"{north} north (by {abs(turned_deg):.1f} degrees)")
    return apart
