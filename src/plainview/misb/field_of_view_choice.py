"""Whether fields of view and the target's width are what their names say."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.misb.angle_convention import FieldReading, OddLengthReading
from plainview.misb.convention_samples import ConventionSamples
from plainview.misb.corner_sights import corner_fields_deg
from plainview.misb.items_by_convention import odd_reading
from plainview.misb.scale_mixture import Scales, log_likelihood
from plainview.misb.view_items import ViewItems

__all__ = ["FieldChoice", "choose_fields", "width_of_odd_length"]

Array = npt.NDArray[np.float64]

_WEIGHTS: Final = {FieldReading.AS_SENT: 0.97, FieldReading.HALF: 0.02, FieldReading.RADIANS: 0.01}
_FACTORS: Final = {
    FieldReading.AS_SENT: 1.0,
    FieldReading.HALF: 2.0,
    FieldReading.RADIANS: float(np.degrees(1.0)),
}
_SCALES: Final = Scales(least=1e-4, usual=0.05, most=5.0)
_DECIDED: Final = 0.99
_N_BLOCKS: Final = 8
_MAX_WIDTH_RATIO: Final = 1.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldChoice:
    """What the fields of view are.

    Args:
        reading: The likeliest; as sent where nothing decides.
        is_decided: Whether the numbers decided it.
        by_corners: (n,) field that the corners span over the one sent; NaN without.
        by_width: (n,) field that width and range span over the one sent; NaN without.
    """

    reading: FieldReading
    is_decided: bool
    by_corners: Array
    by_width: Array

    @property
    def factor(self) -> float:
        """What the sent fields are multiplied with to be full fields in degrees."""
        return _FACTORS[self.reading]


def choose_fields(
    samples: ConventionSamples,
    *,
    center_height_hae_m: Array,
    range_m: Array,
    width_m: Array,
    fixed: FieldReading | None,
) -> FieldChoice:
    """Return what the fields of view are, by the corners and the width of the picture.

    Args:
        samples: What the source said.
        center_height_hae_m: (n,) of the ground in the picture.
        range_m: (n,) from sensor to frame centre.
        width_m: (n,) of the picture on the ground, NaN without.
        fixed: What a person has set; None leaves it to the numbers.
    """
    sent = samples.value["horizontal_fov_deg"], samples.value["vertical_fov_deg"]
    spanned = corner_fields_deg(samples, center_height_hae_m)
    by_corners = np.sqrt(spanned[:, 0] / sent[0] * spanned[:, 1] / sent[1])
    by_width = np.degrees(2.0 * np.arctan(0.5 * width_m / range_m)) / sent[0]
    log = {each: float(np.log(weight)) for each, weight in _WEIGHTS.items()}
    for ratio in (by_corners, by_width):
        with np.errstate(invalid="ignore", divide="ignore"):
            blocks = _medians(np.log(ratio))
        for reading, factor in _FACTORS.items():
            miss = (blocks - np.log(factor))[np.newaxis]
            log[reading] += float(log_likelihood(miss, np.zeros(len(blocks)), _SCALES)[0])
    best = max(log, key=lambda reading: log[reading])
    total = sum(float(np.exp(each - log[best])) for each in log.values())
    is_tested = bool(np.isfinite(by_corners).any() or np.isfinite(by_width).any())
    is_decided = is_tested and 1.0 / total >= _DECIDED
    reading = best if is_decided else FieldReading.AS_SENT
    return FieldChoice(
        reading=reading if fixed is None else fixed,
        is_decided=is_decided or fixed is not None,
        by_corners=by_corners,
        by_width=by_width,
    )


def width_of_odd_length(
    items: list[ViewItems], expected_m: Array, fixed: OddLengthReading | None
) -> tuple[OddLengthReading, Array]:
    """Return how a target width of another length is read, and the widths so read, (n,).

    Args:
        items: What the source said, n of them.
        expected_m: (n,) width that range and field of view make.
        fixed: What a person has set; None leaves it to the numbers.
    """
    missing = np.full(len(items), np.nan)
    tried = (OddLengthReading.STANDARD_STEP, OddLengthReading.FULL_SCALE)
    for how in tried if fixed is None else (fixed,):
        widths = np.array([_odd_width_m(each, how) for each in items], np.float64)
        if not np.isfinite(widths).any():
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            off = float(np.nanmedian(np.abs(np.log(widths / expected_m))))
        if fixed is not None or off < np.log(_MAX_WIDTH_RATIO):
            return how, widths
    return fixed or OddLengthReading.UNREAD, missing


def _odd_width_m(items: ViewItems, how: OddLengthReading) -> float:
    found = [odd_reading(odd, how) for odd in items.odd_lengths if odd.quantity == "target_width_m"]
    return next((reading.value for reading in found if reading is not None), np.nan)


def _medians(values: Array) -> Array:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.array([np.nan])
    blocks = np.array_split(known, min(_N_BLOCKS, len(known)))
    return np.array([np.median(block) for block in blocks])
