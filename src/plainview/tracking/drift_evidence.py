"""What the drift of several things says of shared errors: can they have their stated sigmas?

Each thing says, for each way that it may move (`WALKS_M_S`), how probable what was seen of it is
as a function of the shared errors u: ``c + w . u - u' G u / 2``. Errors are explained the way
that the stated sigmas like best: of all ways to move, those are taken that together with one u
of prior N(0, 1) are the most probable. So a boat that turns is not taken for a turret that errs,
and a turret that errs is not hidden by all boats turning at once. With G and w then summed, w
has the covariance G G + n G: along each eigenvector of G it is one normal number. n is how many
things were seen together: the own errors of a View move all of them alike, so that n things
say no more than one where those are what blurs them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import State

__all__ = ["Evidence", "drift_squares"]

Array = npt.NDArray[np.float64]

_TOLD: Final = 0.1
"""Directions of which less is told, over what was known beforehand, are noise and left out."""
_N_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What one thing says of the shared errors, in units of their stated 1-sigma; m ways to move.

    Args:
        information: (m, p, p), without what was known beforehand.
        weighted: (m, p) the information times what it says they are.
        log_likelihood: (m,) of what was seen, had there been no shared error.
        n_beside: How many things were looked at together, this one included, on average.
    """

    information: Array
    weighted: Array
    log_likelihood: Array
    n_beside: float

    @property
    def weight(self) -> float:
        """How much it says, if it moved as steadily as may be."""
        return float(np.trace(self.information[0]))

    def best(self, shared: Array) -> tuple[int, float]:
        """Return the most probable way to move if the shared errors are these, and how much so."""
        said = self.log_likelihood + self.weighted @ shared
        said = said - 0.5 * np.einsum("i,mij,j->m", shared, self.information, shared)
        chosen = int(np.argmax(said))
        return chosen, float(said[chosen])

    def dump(self) -> State:
        """Return it as arrays by name."""
        return {
            "information": self.information,
            "weighted": self.weighted,
            "log_likelihood": self.log_likelihood,
            "n_beside": self.n_beside,
        }


def drift_squares(said: Sequence[Evidence]) -> Array:
    """Return squares of normal numbers (k,), one of each direction of the errors that is told.

    Args:
        said: Of each thing; two at least, for one alone may always have moved so.
    """
    ways = max((_explained(said, start) for start in _starts(said)), key=lambda each: each[1])[0]
    information, weighted = _summed(said, ways)
    told, direction = np.linalg.eigh(information)
    is_told = told > _TOLD
    along = (direction.T @ weighted)[is_told]
    together = float(np.mean([each.n_beside for each in said]))
    squares: Array = along**2 / (told[is_told] ** 2 + together * told[is_told])
    return squares


def _starts(said: Sequence[Evidence]) -> list[list[int]]:
    """Return where the search for the best explanation starts: all steady, all as seen."""
    nothing = np.zeros(said[0].weighted.shape[1])
    return [[0] * len(said), [each.best(nothing)[0] for each in said]]


def _summed(said: Sequence[Evidence], ways: Sequence[int]) -> tuple[Array, Array]:
    pairs = list(zip(said, ways, strict=True))
    information: Array = np.sum([each.information[way] for each, way in pairs], axis=0)
    weighted: Array = np.sum([each.weighted[way] for each, way in pairs], axis=0)
    return information, weighted


def _explained(said: Sequence[Evidence], ways: list[int]) -> tuple[list[int], float]:
    """Return the best ways to move from a start on, and how probable all is with them."""
    probable = -np.inf
    for _ in range(_N_ROUNDS):
        information, weighted = _summed(said, ways)
        shared = _solved(information + np.eye(len(weighted)), weighted)
        best = [each.best(shared) for each in said]
        ways = [way for way, _ in best]
        now = sum(value for _, value in best) - 0.5 * float(shared @ shared)
        if now <= probable + 1e-9:
            break
        probable = now
    return ways, probable


def _solved(matrix: Array, vector: Array) -> Array:
    solution: Array = np.linalg.solve(matrix, vector).astype(np.float64, copy=False)
    return solution
