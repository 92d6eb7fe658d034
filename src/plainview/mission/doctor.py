"""The metadata doctor: what of a source's metadata may be trusted, why, and what mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from plainview.geo import LagEstimate
from plainview.misb import AngleConvention, ConventionVerdict, North
from plainview.model import RangeKind, TimeBasis

__all__ = ["PARTS", "Diagnosis", "DoctorFacts", "Finding", "diagnose"]

PARTS: Final = ("position", "time", "bearing", "range")
"""What is trusted or not, each by itself."""

Settings = Mapping[str, Mapping[str, Any]]
"""Tables of a settings file, by name."""

_READINGS: Final = (
    *("north", "sensor_height", "frame_center_height", "slant_range", "fields_of_view"),
    "odd_lengths",
)
"""Of a convention that a settings file fixes by the same name."""

_NO_LAG_S: Final = 0.02
"""A lag within this is half a frame of usual video, and moves nothing that is seen."""


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
    """

    part: str
    is_trusted: bool | None
    why: str
    proof: tuple[str, ...] = ()
    correction: Settings = field(default_factory=dict)


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
    if verdict is None:
        return Finding(part="position", is_trusted=None, why="The metadata says no pose.")
    if verdict.chosen is None:
        why = f"Nothing is located: {_lowered(verdict.reason)}"
        return Finding(part="position", is_trusted=False, why=why)
    proof = _proof_of(verdict)
    if facts.contradictions:
        why = " ".join(facts.contradictions)
        return Finding(part="position", is_trusted=False, why=why, proof=proof)
    correction = _convention_settings(verdict)
    if not facts.n_located:
        why = "The pose is read, and too little else is said to locate (heights, fields of view)."
        return Finding(part="position", is_trusted=None, why=why, proof=proof)
    if not verdict.evidence:
        why = "The angles are read as they were set; the source says nothing that could test it."
        return Finding(part="position", is_trusted=None, why=why)
    if verdict.residual_deg is None:
        why = (
            "The motion of the pictures decides how the angles are read, and nothing tests where"
            " they point: an error of them that stays the same would not show."
        )
        return Finding(
            part="position", is_trusted=None, why=why, proof=proof, correction=correction
        )
    if not facts.has_ground_height:
        why = (
            "The pose is proven; how high the ground is, the source does not say: over the sea"
            " it may be trusted, over land it needs a height model (--terrain)."
        )
        return Finding(
            part="position", is_trusted=None, why=why, proof=proof, correction=correction
        )
    how = "as their standard says" if not verdict.defects else "with the corrections below"
    why = f"Read {how}, its pose meets its own frame centres."
    return Finding(part="position", is_trusted=True, why=why, proof=proof, correction=correction)


def _proof_of(verdict: ConventionVerdict) -> tuple[str, ...]:
    """Return what was compared, and each departure from the standard with its mend."""
    rows = [
        f"{row.quantity}: {_amount(row.residual, row.unit)} off"
        + (
            ""
            if row.residual_as_standard is None or not verdict.defects
            else f" ({_amount(row.residual_as_standard, row.unit)} by the standard's own reading)"
        )
        + f", {row.n_instants} instants"
        for row in verdict.evidence
    ]
    defects = [f"{each.items} {each.what}: {each.correction}" for each in verdict.defects]
    alike = [f"cannot be told from: {', '.join(verdict.equivalent)}"] if verdict.equivalent else []
    return (*rows, *defects, *alike)


def _amount(value: float, unit: str) -> str:
    if unit == "ratio":
        return f"{100.0 * (value - 1.0):+.2g} %"
    return f"{value:.3g} {unit}" if abs(value) < 1000.0 else f"{value / 1000.0:,.1f} k{unit}"


def _convention_settings(verdict: ConventionVerdict) -> dict[str, dict[str, Any]]:
    """Return the settings that fix a reading that is not the standard's own."""
    chosen = verdict.chosen
    if chosen is None or not verdict.defects:
        return {}
    return {"metadata": _angle_settings(chosen)}


def _angle_settings(chosen: AngleConvention) -> dict[str, Any]:
    """Return what fixes a reading, without what is as the standard has it."""
    usual = AngleConvention(name="usual", reference=chosen.reference)
    settings: dict[str, Any] = {"angle_convention": chosen.name}
    if chosen.is_elevation_down:
        settings["elevation_sign"] = "down"
    if chosen.is_in_radians:
        settings["angle_unit"] = "radians"
    for name in _READINGS:
        if getattr(chosen, name) != getattr(usual, name):
            settings[name] = str(getattr(chosen, name))
    return settings


def _time(facts: DoctorFacts) -> Finding:
    if facts.clock_faults:
        why = " ".join(facts.clock_faults)
        return Finding(part="time", is_trusted=False, why=why, proof=_lag_proof(facts))
    if not facts.time_bases:
        return Finding(part="time", is_trusted=None, why="The metadata has no time.")
    lag = facts.lag
    if lag is not None and lag.lag_s is not None and not _is_around_zero(lag):
        whole_s = lag.lag_s + facts.lag_taken_out_s
        why = f"The metadata comes {whole_s * 1e3:.0f} ms after the pictures that it belongs to."
        sigma_s = round(max(lag.sigma_s or 0.0, 1e-3), 4)
        correction = {"metadata": {"lag_s": round(whole_s, 4), "lag_sigma_s": sigma_s}}
        return Finding(
            part="time", is_trusted=False, why=why, proof=_lag_proof(facts), correction=correction
        )
    if facts.time_bases == (TimeBasis.MISP_CORRECTED,):
        is_proven = facts.clock_proof is not None
        proof = _lag_proof(facts) + ((facts.clock_proof,) if facts.clock_proof else ())
        why = "The source says how its stamps are corrected to UTC" + (
            ", and its clock agrees with what is outside it." if is_proven else "."
        )
        return Finding(part="time", is_trusted=True, why=why, proof=proof)
    why = "Its stamps are taken for UTC; the source does not tie them to it."
    if facts.clock_proof is not None:
        why += " To within hours they are right."
    proof = _lag_proof(facts) + ((facts.clock_proof,) if facts.clock_proof else ())
    return Finding(part="time", is_trusted=None, why=why, proof=proof)


def _is_around_zero(lag: LagEstimate) -> bool:
    """Whether no lag, or less than half a frame, is what the interval holds."""
    low_s, high_s = lag.low_s, lag.high_s
    return low_s is None or high_s is None or (low_s <= _NO_LAG_S and high_s >= -_NO_LAG_S)


def _lag_proof(facts: DoctorFacts) -> tuple[str, ...]:
    lag = facts.lag
    if lag is None:
        return ()
    taken = f" beside the {facts.lag_taken_out_s * 1e3:.0f} ms taken out"
    beside = taken if facts.lag_taken_out_s else ""
    if lag.lag_s is None or lag.low_s is None or lag.high_s is None:
        return (f"lag of the metadata: not known{beside}: {lag.reason}",)
    interval = f"{lag.low_s * 1e3:.0f} to {lag.high_s * 1e3:.0f} ms"
    return (f"lag of the metadata: {lag.lag_s * 1e3:.0f} ms ({interval}){beside}",)


def _bearing(facts: DoctorFacts) -> Finding:
    verdict = facts.verdict
    if verdict is None:
        return Finding(part="bearing", is_trusted=None, why="The metadata says no pose.")
    if verdict.chosen is None:
        return Finding(part="bearing", is_trusted=False, why=verdict.reason)
    if not verdict.evidence:
        why = "It was set what angles are measured from; nothing tests it."
        return Finding(part="bearing", is_trusted=None, why=why)
    rows = [row for row in verdict.evidence if row.unit == "deg"]
    proof = tuple(
        f"{row.quantity}: {row.residual:.3g} deg off, spread {row.spread:.2g} deg" for row in rows
    )
    north = {
        North.TRUE: "true north",
        North.GRID: "grid north, which is converted to true north",
        North.MAGNETIC: "magnetic north, which is converted to true north",
    }[verdict.chosen.north]
    correction = _convention_settings(verdict)
    if verdict.residual_deg is None:
        proof = _motion_proof(verdict)
        why = f"Headings are taken from {north}; nothing tests a bias of them. {verdict.reason}"
        return Finding(part="bearing", is_trusted=None, why=why, proof=proof, correction=correction)
    why = f"Headings are from {north}; {_lowered(verdict.reason)}"
    return Finding(part="bearing", is_trusted=True, why=why, proof=proof, correction=correction)


def _motion_proof(verdict: ConventionVerdict) -> tuple[str, ...]:
    return tuple(
        f"{row.quantity}: {row.residual:.2g} deg/s off, spread {row.spread:.2g} deg/s"
        for row in verdict.evidence
        if row.unit == "deg/s"
    )


def _range(facts: DoctorFacts) -> Finding:
    kinds = facts.range_kinds
    reason = None if facts.verdict is None else facts.verdict.range_reason
    proof = () if reason is None else (reason,)
    if not kinds:
        return Finding(part="range", is_trusted=None, why="The source gives no slant range.")
    if RangeKind.CALCULATED in kinds or reason is not None:
        why = "The slant range is calculated by the source, not measured; it proves nothing."
        return Finding(part="range", is_trusted=False, why=why, proof=proof)
    if kinds == (RangeKind.MEASURED,):
        why = "The source says that its slant range was measured."
        return Finding(part="range", is_trusted=True, why=why, proof=proof)
    why = "The source does not say whether its slant range was measured or calculated."
    return Finding(part="range", is_trusted=None, why=why, proof=proof)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
