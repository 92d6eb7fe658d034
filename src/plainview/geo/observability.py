"""Observability: which unknowns looks tell, and which only in combination."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.ellipsoid import Array

__all__ = ["Told", "told_apart"]

_DETERMINED: Final = 0.5
"""An unknown is determined where what is left of its prior sigma is at most this."""
_TIED: Final = 0.6
"""An unknown goes together with others where knowing them would leave this share of its sigma."""
_PARTNER: Final = 0.3
"""Those others are the ones whose errors are correlated with its own by more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of one unknown.

    Args:
        name: Of the unknown.
        left: Its 1-sigma over the one beforehand: 1 where nothing is told of it.
        tied_to: Others that it cannot be told apart from, the most alike first: only a
            combination of them is known.
    """

    name: str
    left: float
    tied_to: tuple[str, ...] = ()

    @property
    def is_determined(self) -> bool:
        """Whether it is known by itself."""
        return self.left <= _DETERMINED


def told_apart(names: tuple[str, ...], cov: Array, prior_sigma: Array) -> tuple[Told, ...]:
    """Return what a covariance tells of each unknown; those held (prior 0) are left out.

    One that would be much better known if others were cannot be told apart from them: it may
    be exchanged for them and the looks fit as well.

    Args:
        names: Of the unknowns.
        cov: (b, b) afterwards.
        prior_sigma: (b,) beforehand.
    """
    free = np.flatnonzero(prior_sigma > 0.0)
    scaled = cov[np.ix_(free, free)] / np.outer(prior_sigma[free], prior_sigma[free])
    left = np.sqrt(np.maximum(np.diag(scaled), 1e-24))
    alone = 1.0 / np.sqrt(np.diag(np.linalg.pinv(scaled, hermitian=True)))
    alike = np.abs(scaled / np.outer(left, left)) - np.eye(len(free))
    told = []
    for row, number in enumerate(free.tolist()):
        is_tied = alone[row] < _TIED * left[row]
        partners = [other for other in np.argsort(-alike[row]) if alike[row, other] > _PARTNER]
        told.append(
            Told(
                name=names[number],
                left=float(left[row]),
                tied_to=tuple(names[free[other]] for other in partners) if is_tied else (),
            )
        )
    return tuple(told)
