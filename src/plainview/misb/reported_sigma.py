"""What a source itself says of its errors: ST 0601 item 102, a pack of ST 1010, as numbers by name.

The pack has a 1-sigma for each of the items before it in its set, and correlations of them. A
set may have several packs, each of the items right before it. What is used is what moves a
located point: the sensor's position, the platform's attitude, the gimbal's angles and the
fields of view, and the correlations among those; and the slant range and the frame centre's
height. Left out, and counted, are the others (place of the frame centre, target, corners,
speeds, the time stamp), sigmas that a pack maps to a range that it does not tell, and numbers
that no 1-sigma can be: zero, for which encoders mean "not known", and what `_MOST` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

import numpy as np

from plainview.misb.metadata_set import Item, MetadataSet
from plainview.units import seconds_from_microseconds

__all__ = ["ReportedSigma", "ReportedSigmaMemory", "reported_sigma_0601"]

_ITEM: Final = 102
_QUANTITIES: Final[Mapping[int, str]] = {
    13: "latitude_deg",
    14: "longitude_deg",
    15: "height_m",
    75: "height_m",
    104: "height_m",
    5: "platform_heading_deg",
    6: "platform_pitch_deg",
    90: "platform_pitch_deg",
    7: "platform_roll_deg",
    91: "platform_roll_deg",
    18: "relative_azimuth_deg",
    19: "relative_elevation_deg",
    20: "relative_roll_deg",
    16: "horizontal_fov_deg",
    17: "vertical_fov_deg",
    21: "slant_range_m",
    25: "frame_center_height_m",
    78: "frame_center_height_m",
}
"""What the items are of; two items of one thing have one error, the last one's sigma counts."""

_MOST: Final[Mapping[str, float]] = {
    "latitude_deg": 0.1,
    "longitude_deg": 0.1,
    "height_m": 1_000.0,
    "platform_heading_deg": 45.0,
    "platform_pitch_deg": 20.0,
    "platform_roll_deg": 20.0,
    "relative_azimuth_deg": 20.0,
    "relative_elevation_deg": 20.0,
    "relative_roll_deg": 20.0,
    "horizontal_fov_deg": 20.0,
    "vertical_fov_deg": 20.0,
    "slant_range_m": 1_000.0,
    "frame_center_height_m": 1_000.0,
}
"""Above these a number is in another unit, or means that nothing is known. The standard leaves
latitude and longitude in degrees, as their items are; a source that writes metres is left out
by 0.1 degrees, which is 11 km."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSigma:
    """What a source says of its errors.

    Args:
        sigma: Name of the quantity to its 1-sigma, in the unit that the name says.
        rho: Correlations of two of those quantities; those that are none are not there.
        n_left_out: How many members of its packs are not used.
    """

    sigma: Mapping[str, float] = field(default_factory=dict)
    rho: Mapping[tuple[str, str], float] = field(default_factory=dict)
    n_left_out: int = 0


def reported_sigma_0601(metadata: MetadataSet) -> ReportedSigma | None:
    """Return what the packs of a set say of its errors; None where it has no pack."""
    items = [item for key, item in metadata.repeats if key == _ITEM]
    if _ITEM in metadata.items:
        items.append(metadata.items[_ITEM])
    packs = [pack for item in items if (pack := _pack(item)) is not None]
    if not packs:
        return None
    sigma: dict[str, float] = {}
    rho: dict[tuple[str, str], float] = {}
    n_left_out = 0
    for names, sigmas, rhos in packs:
        used = {row for row, name in enumerate(names) if _is_usable(name, sigmas, row)}
        n_left_out += len(names) - len(used)
        sigma |= {str(names[row]): sigmas[row] for row in used}
        rho |= {
            (str(names[one]), str(names[other])): value
            for (one, other), value in rhos.items()
            if {one, other} <= used and names[one] != names[other]
        }
    return ReportedSigma(sigma=sigma, rho=_possible(rho), n_left_out=n_left_out)


_Pack = tuple[list[str | None], tuple[Any, ...], dict[tuple[int, int], float]]
"""Names of the members, their sigmas, and correlations by the members' rows."""


def _pack(item: Item) -> _Pack | None:
    value = item.value
    if not isinstance(value, Mapping):
        return None
    members, sigma, rho = (tuple(value[name]) for name in ("members", "sigma", "rho"))
    names = [_QUANTITIES.get(tag) for tag in members]
    pairs = combinations(range(len(members)), 2)
    rhos = {
        pair: float(each)
        for pair, each in zip(pairs, rho, strict=False)
        if isinstance(each, float) and each and abs(each) <= 1.0
    }
    return names, sigma, rhos


def _is_usable(name: str | None, sigmas: tuple[Any, ...], row: int) -> bool:
    if name is None or row >= len(sigmas):
        return False
    sigma = sigmas[row]
    return isinstance(sigma, float) and 0.0 < sigma <= _MOST[name]


def _possible(rho: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Return the correlations; none of them where together they are of no covariance."""
    names = sorted({name for pair in rho for name in pair})
    matrix = np.eye(len(names))
    for (one, other), value in rho.items():
        row, column = names.index(one), names.index(other)
        matrix[row, column] = matrix[column, row] = value
    is_possible = not rho or float(np.linalg.eigvalsh(matrix)[0]) > -1e-6
    return rho if is_possible else {}


class ReportedSigmaMemory:
    """What each stream last said of its errors, for as long as its numbers are known.

    Args:
        max_age_s: How long.
    """

    def __init__(self, *, max_age_s: float) -> None:
        self._max_age_s = max_age_s
        self._said: dict[int, tuple[ReportedSigma, int]] = {}

    def update(self, metadata: MetadataSet) -> ReportedSigma | None:
        """Take in a set of ST 0601 and return what holds now; None where nothing was said."""
        now_us = metadata.time_us if metadata.video_time_us is None else metadata.video_time_us
        said = reported_sigma_0601(metadata)
        if said is not None:
            self._said[metadata.stream] = (said, now_us or 0)
        known = self._said.get(metadata.stream)
        if known is None:
            return None
        age_s = seconds_from_microseconds((now_us or 0) - known[1])
        return known[0] if abs(age_s) <= self._max_age_s else None
