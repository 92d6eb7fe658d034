"""A rangefinder as numbers. It gives a distance with its error, and does nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plainview.sensing.checked_fields import number, sources, text

__all__ = ["FIRST", "LAST", "RangefinderSpec"]

FIRST: Final = "first"
LAST: Final = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class RangefinderSpec:
    """A laser rangefinder that measures the distance to what the camera looks at.

    Args:
        shortest_m: Distance that it measures; longest likewise, to a large bright thing in
            clear air.
        noise_m: 1-sigma of one measurement, new each time.
        bias_m: 1-sigma of what is the same in all.
        rate_hz: Measurements a second.
        beam_width_mrad: Full angle of the beam: what lies in it is measured.
        returns: Which distance it gives of things in the beam one behind the other: to the
            ``first`` or to the ``last``.
        sources: Where each number comes from, by field.
    """

    shortest_m: float = number(low=0.0, high=10_000.0)
    longest_m: float = number(low=1.0, high=100_000.0)
    noise_m: float = number(low=0.0, above=0.0, high=1000.0)
    bias_m: float = number(low=0.0, high=1000.0)
    rate_hz: float = number(low=0.001, high=10_000.0)
    beam_width_mrad: float = number(low=0.001, high=100.0)
    returns: str = text(choices=(FIRST, LAST), default=FIRST)
    sources: Mapping[str, str] = sources()
