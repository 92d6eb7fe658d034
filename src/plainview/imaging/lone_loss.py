"""A picture that jumped though all before it and all after it fit: a step, not too little to see.

Water looks alike from far away whatever its field of view, so that the first picture after a
step may pass for one with too little in it. What comes next tells: it fits that picture after
a step, and the one before it where a single picture was damaged. Until then the picture is in
doubt, and nothing that was seen before is known to be anywhere in it.
"""

from collections.abc import Callable
from typing import Final, cast

from plainview.model import State

__all__ = ["LoneLoss"]

_SURELY_ALIKE: Final = 0.8
"""Mean cosine between gradients: pictures of one sight have 0.9 to 1."""
_UNLIKE: Final = 0.6
"""The same, where a picture may have jumped: one half made of two sights has up to 0.6."""
_MOST_IN_DOUBT: Final = 3
"""Pictures; where none of more of them fits the next, there is too little in them."""


class LoneLoss:
    """Watches how well each picture fits the one before."""

    def __init__(self) -> None:
        self._last = 0.0
        self._n_in_doubt = 0

    @property
    def is_doubtful(self) -> bool:
        """Whether the last picture may be the first after a step, which the next will tell."""
        return self._n_in_doubt > 0

    def take(self, cosine: float, *, fits_before: Callable[[], bool]) -> bool:
        """Return whether the picture before this one was the first after a step.

        Args:
            cosine: How well this picture fits the one before, 0 where not at all.
            fits_before: Whether it fits the last one before the doubt; asked in doubt only.
        """
        before, self._last = self._last, cosine
        if not self.is_doubtful:
            self._n_in_doubt = int(before >= _SURELY_ALIKE and cosine < _UNLIKE)
            return False
        if fits_before():
            self._n_in_doubt = 0
            return False
        is_step = cosine >= _SURELY_ALIKE
        is_over = is_step or self._n_in_doubt >= _MOST_IN_DOUBT
        self._n_in_doubt = 0 if is_over else self._n_in_doubt + 1
        return is_step

    def forget(self) -> None:
        """The picture has started anew."""
        self._last = 0.0
        self._n_in_doubt = 0

    def state(self) -> State:
        """Return what is remembered."""
        return {"last": self._last, "n_in_doubt": self._n_in_doubt}

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._last = cast(float, state["last"])
        self._n_in_doubt = cast(int, state["n_in_doubt"])
