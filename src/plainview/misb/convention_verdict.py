"""What was found of a source's convention: the one chosen, why, and how well it fits."""

from dataclasses import dataclass

from plainview.misb.angle_convention import AngleConvention

__all__ = ["ConventionDefect", "ConventionVerdict", "EvidenceRow", "HypothesisScore"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HypothesisScore:
    """One reading of the angles, and how it fares.

    Args:
        convention: The reading.
        probability: Of it, among all that were tried.
        bearing_miss_deg: Median distance of its heading from the frame centre's bearing, across
            the line of sight; elevation_miss_deg likewise. None where nothing tells.
    """

    convention: AngleConvention
    probability: float
    bearing_miss_deg: float | None
    elevation_miss_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One thing that the source says of itself, against what the reading predicts.

    Args:
        quantity: What is compared, such as ``bearing of the frame centre``.
        residual: Median difference by the reading chosen, in the unit.
        spread: Half the range that holds the middle 68 % of them.
        residual_as_standard: The same residual by the standard's own reading.
        unit: ``deg``, ``m`` or ``ratio`` (1 where they agree).
        n_instants: How many were compared.
    """

    quantity: str
    residual: float
    spread: float
    residual_as_standard: float | None
    unit: str
    n_instants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionDefect:
    """One way in which a source departs from its standard.

    Args:
        items: Names or numbers of the items.
        what: What they hold.
        correction: How they are read instead.
    """

    items: str
    what: str
    correction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionVerdict:
    """How a source is to be read.

    Args:
        chosen: The convention; None where nothing decides, so that nothing may be located.
        reason: Why, or why not, in a sentence.
        is_set: Whether a person has set what angles are measured from.
        probability: Of the chosen one and of those that it cannot be told from.
        hypotheses: Readings of the angles, the likeliest first.
        equivalent: Labels of readings that cannot be told from the chosen one in effect.
        evidence: What was compared.
        defects: Departures from the standard.
        residual_deg: Median angle between the line of sight and the frame centre.
        residual_share: Median of what that is on the ground, over the slant range.
        range_reason: Why the slant range is worth what it is; None where nothing tells.
        height_reason: What is known of the height fields' datums.
        n_samples: Instants that were compared.
    """

    chosen: AngleConvention | None
    reason: str
    is_set: bool = False
    probability: float = 0.0
    hypotheses: tuple[HypothesisScore, ...] = ()
    equivalent: tuple[str, ...] = ()
    evidence: tuple[EvidenceRow, ...] = ()
    defects: tuple[ConventionDefect, ...] = ()
    residual_deg: float | None = None
    residual_share: float | None = None
    range_reason: str | None = None
    height_reason: str | None = None
    n_samples: int = 0
