"""The metadata doctor: what of a source's metadata may be trusted, why, and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from plainview.geo import LagEstimate
from plainview.misb import ConventionVerdict, North
from plainview.mission.doctor_proof import (
    bearing_proof,
    convention_settings,
    lag_proof,
    lag_settings,
    proof_of,
)
from plainview.model import RangeKind, TimeBasis

__all__ = ["PARTS", "Diagnosis", "DoctorFacts", "Finding", "diagnose"]

PARTS: Final = ("position", "time", "bearing", "range")
"""What is trusted or not, each by itself."""

Settings = Mapping[str, Mapping[str, Any]]
"""Tables of a settings file, by name."""

_SAY_IT: Final = (
    "Where you know it, say it in a settings file: `angle_convention` and `north` under [metadata]."
)
_NO_POSE: Final = "Give the metadata of the flight, if there is a recording that holds it."
_FIND_CLOCK: Final = (
    "Find out what the clock was (an AIS log, --ais; a known event), and give `clock_ahead_s` under"
    " [metadata]."
)
_TEST_CLOCK: Final = "To test it, give an AIS log (--ais), or compare with an event of known time."
_SIGHT: Final = "Test it with a thing whose place is known (`plainview trial`, `calibrate`)."
_NOT_NEEDED: Final = "Nothing need be done: positions do not rest on it where the ground is known."
_NORTHS: Final = {
    North.TRUE: "true north",
    North.GRID: "grid north, which is converted to true north",
    North.MAGNETIC: "magnetic north, which is converted to true north",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorFacts:
    """What is known of a source.

    Args:
        verdict: How its angles and heights are to be read; None where it says no pose.
        n_located: Views that can locate.
        has_ground_height: Whether it says how high the ground is that it looks at.
        range_kinds: What its slant ranges are worth, each kind once; empty for none.
        time_bases: How its UTC is known, each once.
        clock_faults: What contradicts its clock, a sentence each.
        clock_proof: What its clock agrees with; None where nothing was there to compare.
        clock_ahead_s: By how much its clock is ahead of UTC, beside what was taken out; None
            where nothing tells.
        clock_taken_out_s: What was taken out before.
        lag: Of the metadata behind the pictures, beside what was taken out; None where the
            pictures were not looked at.
        lag_taken_out_s: What was taken out before.
        contradictions: Other things that contradict its positions, a sentence each.
    """

    verdict: ConventionVerdict | None = None
    n_located: int = 0
    has_ground_height: bool = False
    range_kinds: tuple[RangeKind, ...] = ()
    time_bases: tuple[TimeBasis, ...] = ()
    clock_faults: tuple[str, ...] = ()
    clock_proof: str | None = None
    clock_ahead_s: float | None = None
    clock_taken_out_s: float = 0.0
    lag: LagEstimate | None = None
    lag_taken_out_s: float = 0.0
    contradictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is found of one part.

    Args:
        part: One of `PARTS`.
        is_trusted: Whether it may be; None where nothing decides.
        why: The reason in a sentence.
        proof: What was compared, a line each.
        correction: Settings that mend it; empty where none is known or needed.
        mend: What a person can do where settings do not mend it; empty where nothing need be.
    """

    part: str
    is_trusted: bool | None
    why: str
    proof: tuple[str, ...] = ()
    correction: Settings = field(default_factory=dict)
    mend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What may be trusted, part by part."""

    findings: tuple[Finding, ...]

    @property
    def corrections(self) -> dict[str, dict[str, Any]]:
        """The settings that mend all that is known to be mendable."""
        tables: dict[str, dict[str, Any]] = {}
        for finding in self.findings:
            for table, values in finding.correction.items():
                tables.setdefault(table, {}).update(values)
        return tables

    def describe(self) -> dict[str, Any]:
        """Return `trusted` as ``inspect --json`` and ``mission.json`` hold it."""
        return {
            **{finding.part: finding.is_trusted for finding in self.findings},
            "why": {finding.part: finding.why for finding in self.findings},
            "proof": {finding.part: list(finding.proof) for finding in self.findings},
            "mend": {finding.part: finding.mend for finding in self.findings if finding.mend},
            "correction": {
                finding.part: {table: dict(rows) for table, rows in finding.correction.items()}
                for finding in self.findings
                if finding.correction
            },
        }


def diagnose(facts: DoctorFacts) -> Diagnosis:
    """Return what may be trusted of a source, and by what proof."""
    return Diagnosis(findings=(_position(facts), _time(facts), _bearing(facts), _range(facts)))


def _position(facts: DoctorFacts) -> Finding:
    verdict = facts.verdict
    part = "position"
    if verdict is None and facts.n_located:
        why = "The pose is from beside the pictures (captions, EXIF); nothing there proves it."
        return Finding(part=part, is_trusted=None, why=why, mend=_SIGHT)
    if verdict is None:
        return Finding(part=part, is_trusted=None, why="The metadata says no pose.", mend=_NO_POSE)
    proof, correction = proof_of(verdict), convention_settings(verdict)
    if verdict.chosen is None:
        why = f"Nothing is located: {_lowered(verdict.reason)}"
        return Finding(part=part, is_trusted=False, why=why, proof=proof, mend=_SAY_IT)
    if facts.contradictions:
        why = " ".join(facts.contradictions)
        mend = "Widen the 1-sigmas of the instrument (--settings), or calibrate it."
        return Finding(part=part, is_trusted=False, why=why, proof=proof, mend=mend)
    doubt, mend = _why_open(facts, verdict)
    if doubt is not None:
        return Finding(
            part=part, is_trusted=None, why=doubt, proof=proof, correction=correction, mend=mend
        )
    how = "with the corrections below" if verdict.defects else "as their standard says"
    why = f"Read {how}, its pose meets its own frame centres."
    return Finding(part=part, is_trusted=True, why=why, proof=proof, correction=correction)


def _why_open(facts: DoctorFacts, verdict: ConventionVerdict) -> tuple[str | None, str]:
    """Return why it is open whether positions are right, and what decides it; None where not."""
    if not facts.n_located:
        why = "The pose is read, and too little else is said to locate (heights, fields of view)."
        return why, "`--json` has what the source sends, item by item."
    if not verdict.evidence:
        why = "The angles are read as they were set; the source says nothing that could test it."
        return why, _SIGHT
    if verdict.residual_deg is None:
        why = (
            "The motion of the pictures decides how the angles are read, and nothing tests where"
            " they point: an error of them that stays the same would not show."
        )
        return why, _SIGHT
    if not facts.has_ground_height:
        why = (
            "The pose is proven; how high the ground is, the source does not say: over the sea"
            " it may be trusted, over land not by itself."
        )
        return why, "Over land give a height model (`process --terrain`)."
    return None, ""


def _time(facts: DoctorFacts) -> Finding:
    lag = lag_settings(facts.lag, taken_out_s=facts.lag_taken_out_s)
    known: dict[str, Any] = {"part": "time", "proof": _time_proof(facts)}
    if facts.clock_faults:
        why = " ".join(facts.clock_faults)
        settings = _clock_settings(facts) | lag
        mend = "" if "clock_ahead_s" in settings else _FIND_CLOCK
        return Finding(
            is_trusted=False, why=why, correction=_metadata(settings), mend=mend, **known
        )
    if not facts.time_bases:
        return Finding(is_trusted=None, why="The metadata has no time.", **known)
    if lag:
        late_ms = 1e3 * lag["lag_s"]
        side = "after" if late_ms > 0.0 else "before"
        why = f"The metadata comes {abs(late_ms):.0f} ms {side} the pictures that it belongs to."
        return Finding(is_trusted=False, why=why, correction=_metadata(lag), **known)
    if facts.time_bases == (TimeBasis.MISP_CORRECTED,):
        why = "The source says how its stamps are corrected to UTC" + (
            ", and its clock agrees with what is outside it." if facts.clock_proof else "."
        )
        return Finding(is_trusted=True, why=why, **known)
    why = "Its stamps are taken for UTC; the source does not tie them to it."
    if facts.clock_proof is not None:
        why += " To within hours they are right."
    return Finding(is_trusted=None, why=why, mend=_TEST_CLOCK, **known)


def _time_proof(facts: DoctorFacts) -> tuple[str, ...]:
    of_clock = (facts.clock_proof,) if facts.clock_proof and not facts.clock_faults else ()
    return lag_proof(facts.lag, taken_out_s=facts.lag_taken_out_s) + of_clock


def _metadata(settings: dict[str, float]) -> Settings:
    return {"metadata": settings} if settings else {}


def _clock_settings(facts: DoctorFacts) -> dict[str, float]:
    """Return what sets a clock right; empty where nothing tells by how much it is wrong."""
    if facts.clock_ahead_s is None:
        return {}
    return {"clock_ahead_s": round(facts.clock_ahead_s + facts.clock_taken_out_s, 1)}


def _bearing(facts: DoctorFacts) -> Finding:
    verdict = facts.verdict
    part = "bearing"
    if verdict is None and facts.n_located:
        why = "The pose is from beside the pictures (captions, EXIF); nothing there proves it."
        return Finding(part=part, is_trusted=None, why=why, mend=_SIGHT)
    if verdict is None:
        return Finding(part=part, is_trusted=None, why="The metadata says no pose.", mend=_NO_POSE)
    proof, correction = bearing_proof(verdict), convention_settings(verdict)
    if verdict.chosen is None:
        why = verdict.reason
        return Finding(part=part, is_trusted=False, why=why, proof=proof, mend=_SAY_IT)
    if not verdict.evidence:
        why = "It was set what angles are measured from; nothing tests it."
        return Finding(part=part, is_trusted=None, why=why, mend=_SIGHT)
    north = _NORTHS[verdict.chosen.north]
    if verdict.residual_deg is None:
        why = f"Headings are taken from {north}; nothing tests a bias of them. {verdict.reason}"
        return Finding(
            part=part, is_trusted=None, why=why, proof=proof, correction=correction, mend=_SIGHT
        )
    why = f"Headings are from {north}; {_lowered(verdict.reason)}"
    return Finding(part=part, is_trusted=True, why=why, proof=proof, correction=correction)


def _range(facts: DoctorFacts) -> Finding:
    kinds, part = facts.range_kinds, "range"
    reason = None if facts.verdict is None else facts.verdict.range_reason
    proof = () if reason is None else (reason,)
    if not kinds:
        why = "The source gives no slant range."
        return Finding(part=part, is_trusted=None, why=why, mend=_NOT_NEEDED)
    if RangeKind.MEASURED in kinds and len(kinds) > 1 and reason is None:
        why = "The slant range is measured in some frames, and counts there; in others it is not."
        return Finding(part=part, is_trusted=False, why=why, mend=_NOT_NEEDED)
    if RangeKind.CALCULATED in kinds or reason is not None:
        why = "The slant range is calculated by the source, not measured; it proves nothing."
        return Finding(part=part, is_trusted=False, why=why, proof=proof, mend=_NOT_NEEDED)
    if kinds == (RangeKind.MEASURED,):
        why = "The source says that its slant range was measured."
        return Finding(part=part, is_trusted=True, why=why, proof=proof)
    why = "The source does not say whether its slant range was measured or calculated."
    return Finding(part=part, is_trusted=None, why=why, proof=proof, mend=_NOT_NEEDED)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
