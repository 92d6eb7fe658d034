"""What the tests of a mission's consistency say: values, words, and the warning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plainview.model import CountedWarning

__all__ = [
    "Consistency",
    "ConsistencyTest",
    "consistency_warnings",
    "contradictions_of",
    "describe_consistency",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyTest:
    """One question that was asked.

    Args:
        name: ``scatter``, ``outliers``, ``drift``, ``frame_center``, ``corners``, ``range``.
        value: What was found; None where there was too little to ask.
        limit: What it may be.
        n: Of how many looks, frames or directions.
    """

    name: str
    value: float | None
    limit: float
    n: int

    @property
    def is_passed(self) -> bool | None:
        """Whether the numbers fit; None where nothing could be asked."""
        return None if self.value is None else self.value <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """What all tests of one camera say."""

    camera: str
    tests: tuple[ConsistencyTest, ...]
    first: str

    @property
    def is_consistent(self) -> bool | None:
        """Whether every test that could be asked is passed; None where none could."""
        asked = [test.is_passed for test in self.tests if test.is_passed is not None]
        return all(asked) if asked else None

    @property
    def failed(self) -> tuple[ConsistencyTest, ...]:
        """The tests that are not passed."""
        return tuple(test for test in self.tests if test.is_passed is False)


_WORDS: Final[Mapping[str, str]] = {
    "scatter": "located things jump from frame to frame more than the stated errors let them",
    "outliers": "located things jump far too often",
    "drift": "located things drift with the direction of the look, more than the stated errors of "
    "heading, attitude, height and delay explain",
    "frame_center": "the frame centre that the source reports is not where its pose looks",
    "corners": "the corners that the source reports are not where its pose has them",
    "range": "the measured range is not that of the place that the pose looks at",
}


def _reasons(found: Consistency) -> str:
    return "; ".join(_WORDS[test.name] for test in found.failed)


def contradictions_of(found: Sequence[Consistency]) -> tuple[str, ...]:
    """Return what contradicts a mission's positions, a sentence a camera that does."""
    return tuple(
        f"The numbers of {each.camera} fit each other worse than their stated errors allow:"
        f" {_reasons(each)}."
        for each in found
        if each.failed
    )


def consistency_warnings(found: Sequence[Consistency]) -> tuple[CountedWarning, ...]:
    """Return a warning for each camera whose numbers do not fit each other."""
    return tuple(
        CountedWarning(
            code="inconsistent",
            count=len(each.failed),
            first=each.first,
            what="The numbers of the source fit each other worse than their stated errors allow:"
            f" {_reasons(each)}. The error ellipses are too small.",
            mend="Look for a lag, a bore-sight offset or a wrong height datum (`plainview inspect`,"
            " `plainview calibrate`), or state larger errors under [instrument].",
        )
        for each in found
        if each.failed
    )


def describe_consistency(found: Sequence[Consistency]) -> list[dict[str, Any]]:
    """Return ``location.consistency`` of ``mission.json``: an object a camera."""
    return [
        {
            "camera": each.camera,
            "is_consistent": each.is_consistent,
            "tests": {
                test.name: {
                    "value": None if test.value is None else round(test.value, 3),
                    "limit": round(test.limit, 3),
                    "n": test.n,
                    "is_passed": test.is_passed,
                }
                for test in each.tests
            },
        }
        for each in found
    ]
