"""Names of classes and detectors as the numbers that records hold."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["NameNumbers"]

_NONE = -1


class NameNumbers:
    """Gives each name that comes the next number; None is -1.

    Args:
        known: Names that have numbers already, from 0.
    """

    def __init__(self, known: Sequence[str] = ()) -> None:
        self._names: list[str | None] = [*known, None]
        self._numbers: dict[str | None, int] = {name: k for k, name in enumerate(known)}
        self._numbers[None] = _NONE

    @property
    def known(self) -> list[str]:
        """The names that have numbers, in their order."""
        return [name for name in self._names if name is not None]

    def number(self, name: str | None) -> int:
        """Return the number of a name."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._names) - 1
            self._names.insert(_NONE, name)
        return number

    def numbers(self, names: tuple[str | None, ...]) -> int | list[int]:
        """Return the number of each name, or the one number where all names are the same."""
        if names and names.count(names[0]) == len(names):
            return self.number(names[0])
        return [self.number(name) for name in names]

    def names(self, numbers: npt.NDArray[np.int64]) -> tuple[str | None, ...]:
        """Return the name of each number, (n,)."""
        listed = numbers.tolist()
        if listed and listed.count(listed[0]) == len(listed):
            return (self._names[listed[0]],) * len(listed)
        return tuple(map(self._names.__getitem__, listed))
