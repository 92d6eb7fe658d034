"""A picture that jumped though all before it and all after it fit: a step, not too little to see.

Water looks alike from far away whatever its field of view, so that the first picture after a
step may pass for one with too little in it. That the next fits it well shows that there was
enough. A damaged picture fits neither side, and is no step.
"""

from typing import Final, cast

from plainview.model import State

__all__ = ["LoneLoss"]

_SURELY_ALIKE: Final = 0.8
"""Mean cosine between gradients: pictures of one sight have 0.9 to 1."""
_SURELY_UNLIKE: Final = 0.3
"""The same, of pictures that only resemble each other from far away: up to 0.3."""


class LoneLoss:
    """Watches how well each picture fits the one before."""

    def __init__(self) -> None:
        self._last = (0.0, 0.0)

    def take(self, cosine: float) -> bool:
        """Return whether the picture before this one was the first after a step.

        Args:
            cosine: How well this picture fits the one before, 0 where not at all.
        """
        before, at = self._last
        self._last = (at, cosine)
        return before >= _SURELY_ALIKE and at < _SURELY_UNLIKE and cosine >= _SURELY_ALIKE

    def forget(self) -> None:
        """The picture has started anew."""
        self._last = (0.0, 0.0)

    def state(self) -> State:
        """Return what is remembered."""
        return {"last": list(self._last)}

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        before, at = cast("list[float]", state["last"])
        self._last = (before, at)
