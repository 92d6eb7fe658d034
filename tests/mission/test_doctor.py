"""The metadata doctor: each part gets its answer from what is known, and never without a reason."""

from dataclasses import replace
from itertools import product

import pytest

from plainview.geo import LagEstimate
from plainview.misb import KNOWN_CONVENTIONS, ConventionVerdict, North
from plainview.misb.convention_verdict import ConventionDefect, EvidenceRow
from plainview.mission.doctor import PARTS, DoctorFacts, Finding, diagnose
from plainview.model import RangeKind, TimeBasis

BEARING = EvidenceRow(
    quantity="bearing of the frame centre",
    residual=0.01,
    spread=0.02,
    residual_as_standard=12.0,
    unit="deg",
    n_instants=170,
)
STANDARD = ConventionVerdict(
    chosen=KNOWN_CONVENTIONS["st0601"],
    reason="It fits.",
    evidence=(BEARING,),
    residual_deg=0.02,
    n_samples=170,
)
NORTHERN = ConventionVerdict(
    chosen=replace(KNOWN_CONVENTIONS["north_referenced"], north=North.GRID),
    reason="It fits.",
    evidence=(BEARING,),
    defects=(ConventionDefect(items="items 18 to 20", what="hold a bearing", correction="so"),),
    residual_deg=0.02,
    n_samples=170,
)
UNDECIDED = ConventionVerdict(chosen=None, reason="Nothing tests its angles.")
FACTS = DoctorFacts(
    verdict=STANDARD,
    n_located=170,
    has_ground_height=True,
    range_kinds=(RangeKind.MEASURED,),
    time_bases=(TimeBasis.MISP_CORRECTED,),
)


def finding(part: str, facts: DoctorFacts) -> Finding:
    return next(each for each in diagnose(facts).findings if each.part == part)


def lag(lag_s: float | None, half_s: float = 0.01) -> LagEstimate:
    if lag_s is None:
        return LagEstimate(lag_s=None, low_s=None, high_s=None, reason="nothing moves enough")
    return LagEstimate(lag_s=lag_s, low_s=lag_s - half_s, high_s=lag_s + half_s, reason=None)


def test_a_source_that_keeps_its_standard_is_trusted_and_needs_no_correction() -> None:
    diagnosis = diagnose(FACTS)
    assert [each.is_trusted for each in diagnosis.findings] == [True] * 4
    assert diagnosis.corrections == {}


def test_where_nothing_decides_nothing_is_trusted_and_nothing_proposed() -> None:
    diagnosis = diagnose(replace(FACTS, verdict=UNDECIDED, n_located=0))
    trusted = diagnosis.describe()
    assert trusted["position"] is False
    assert trusted["bearing"] is False
    assert "nothing tests its angles" in trusted["why"]["position"]
    assert diagnosis.corrections == {}


def test_a_departure_is_trusted_with_its_correction() -> None:
    diagnosis = diagnose(replace(FACTS, verdict=NORTHERN))
    assert diagnosis.corrections == {
        "metadata": {"angle_convention": "north_referenced", "north": "grid"}
    }
    position = finding("position", replace(FACTS, verdict=NORTHERN))
    assert position.is_trusted
    assert any("(read by its standard: 12 deg)" in line for line in position.proof)


def test_without_a_height_of_the_ground_the_position_is_undecided() -> None:
    position = finding("position", replace(FACTS, has_ground_height=False))
    assert position.is_trusted is None
    assert "--terrain" in position.mend


def test_a_contradiction_is_stronger_than_a_convention_that_fits() -> None:
    facts = replace(FACTS, contradictions=("Its corners lie elsewhere.",))
    assert finding("position", facts).is_trusted is False


@pytest.mark.parametrize(("lag_s", "is_trusted"), [(0.0, True), (0.025, True), (0.25, False)])
def test_a_lag_that_matters_is_said_and_mended(lag_s: float, is_trusted: bool) -> None:
    facts = replace(FACTS, lag=lag(lag_s), lag_taken_out_s=0.1)
    time = finding("time", facts)
    assert time.is_trusted is is_trusted
    if not is_trusted:
        assert time.correction["metadata"]["lag_s"] == pytest.approx(0.35)
        assert "350 ms" in time.why


def test_a_lag_that_cannot_be_told_is_no_reproach() -> None:
    time = finding("time", replace(FACTS, lag=lag(None)))
    assert time.is_trusted
    assert "nothing moves enough" in time.proof[0]


def test_a_wrong_clock_is_never_trusted() -> None:
    facts = replace(FACTS, clock_faults=("It is night there by its clock.",))
    time = finding("time", facts)
    assert time.is_trusted is False
    assert "clock_ahead_s" in time.mend


def test_a_clock_and_a_lag_that_are_known_are_mended_together() -> None:
    facts = replace(
        FACTS,
        clock_faults=("It is ahead.",),
        clock_ahead_s=1800.0,
        clock_taken_out_s=60.0,
        lag=lag(0.25),
    )
    time = finding("time", facts)
    assert time.correction["metadata"]["clock_ahead_s"] == pytest.approx(1860.0)
    assert time.correction["metadata"]["lag_s"] == pytest.approx(0.25)
    assert time.mend == ""


def test_what_only_the_motion_of_the_pictures_decides_stays_open() -> None:
    moved = replace(BEARING, quantity="image motion", unit="deg/s", residual=0.2)
    verdict = replace(STANDARD, evidence=(moved,), residual_deg=None)
    told = diagnose(replace(FACTS, verdict=verdict)).describe()
    assert (told["position"], told["bearing"]) == (None, None)
    assert "motion of the pictures" in told["why"]["position"]
    assert "image motion" in told["proof"]["bearing"][0]


def test_stamps_that_are_taken_for_utc_are_undecided() -> None:
    facts = replace(FACTS, time_bases=(TimeBasis.ASSUMED_UTC,))
    assert finding("time", facts).is_trusted is None


@pytest.mark.parametrize(
    ("kinds", "is_trusted"),
    [
        ((), None),
        ((RangeKind.MEASURED,), True),
        ((RangeKind.AMBIGUOUS,), None),
        ((RangeKind.CALCULATED,), False),
        ((RangeKind.CALCULATED, RangeKind.MEASURED), False),
    ],
)
def test_a_range_is_trusted_only_where_it_was_measured(
    kinds: tuple[RangeKind, ...], is_trusted: bool | None
) -> None:
    assert finding("range", replace(FACTS, range_kinds=kinds)).is_trusted is is_trusted


def test_a_range_that_is_found_to_be_calculated_is_not_trusted_whatever_it_is_called() -> None:
    verdict = replace(STANDARD, range_reason="calculated: it is the distance to a flat earth.")
    assert finding("range", replace(FACTS, verdict=verdict)).is_trusted is False


def test_every_answer_has_its_reason() -> None:
    facts = [
        DoctorFacts(verdict=verdict, n_located=n, has_ground_height=has, time_bases=bases)
        for verdict, n, has, bases in product(
            (None, UNDECIDED, STANDARD, NORTHERN, replace(STANDARD, evidence=())),
            (0, 3),
            (False, True),
            ((), (TimeBasis.ASSUMED_UTC,), (TimeBasis.MISP_CORRECTED,)),
        )
    ]
    for each in facts:
        told = diagnose(each).describe()
        for part in PARTS:
            assert told[part] in {True, False, None}
            assert told["why"][part].endswith(".")
