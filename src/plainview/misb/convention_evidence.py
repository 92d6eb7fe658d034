"""What a source says of itself against what a reading of its numbers predicts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.misb.angle_convention import AngleConvention, HeightReading, RangeReading
from plainview.misb.convention_samples import ConventionSamples, Sight
from plainview.misb.convention_verdict import EvidenceRow
from plainview.misb.field_of_view_choice import FieldChoice
from plainview.misb.ground_reading import GroundReading, ground_sight
from plainview.units import FOOT_M

__all__ = ["Reckoning", "evidence_rows", "field_rows", "range_miss_m", "share_of_range"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reckoning:
    """One reading carried out at every instant.

    Args:
        convention: Of the angles.
        ground: Of heights and range.
        sight: (n) straight lines from sensor to frame centre by them.
        elevation_deg: (n,) of the line of sight.
        bearing_miss_deg: (n,) of the line of sight from the frame centre, across it;
            elevation_miss_deg likewise, upward.
    """

    convention: AngleConvention
    ground: GroundReading
    sight: Sight
    elevation_deg: Array
    bearing_miss_deg: Array
    elevation_miss_deg: Array

    @property
    def miss_deg(self) -> float:
        """Median angle between the line of sight and the frame centre; at most 180."""
        off = np.hypot(self.bearing_miss_deg, self.elevation_miss_deg)
        return float(np.median(np.minimum(off, 180.0)))


def evidence_rows(
    samples: ConventionSamples, chosen: Reckoning, *, standard: Reckoning | None
) -> tuple[EvidenceRow, ...]:
    """Return what bears on the angles, the range and the heights."""
    found = [
        _row(
            "bearing of the frame centre",
            chosen.bearing_miss_deg,
            "deg",
            as_standard=_bearing(standard),
        ),
        _row(
            f"elevation of the frame centre, {_by(chosen.ground)}",
            chosen.elevation_miss_deg,
            "deg",
            as_standard=None if standard is None else standard.elevation_miss_deg,
        ),
    ]
    if samples.has("slant_range_m"):
        other = None if standard is None else range_miss_m(samples, standard)
        found.append(_row("slant range", range_miss_m(samples, chosen), "m", as_standard=other))
    if chosen.ground.center_height is HeightReading.ELEVATION_ANGLE:
        off = samples.raw_center_height_m() - chosen.elevation_deg
        found.append(
            _row("frame-centre height, as an elevation angle", off, "deg", as_standard=None)
        )
    return tuple(row for row in found if row is not None)


def field_rows(fields: FieldChoice) -> tuple[EvidenceRow, ...]:
    """Return what bears on the fields of view: what is spanned over what is read."""
    parts = (
        ("field of view by the corners", fields.by_corners),
        ("field of view by the target width", fields.by_width),
    )
    rows = [_row(name, ratio / fields.factor, "ratio", as_standard=ratio) for name, ratio in parts]
    return tuple(row for row in rows if row is not None)


def range_miss_m(samples: ConventionSamples, reckoning: Reckoning) -> Array:
    """Return the slant range, in metres, less the distance that the reading makes, (n,)."""
    how = reckoning.ground.slant_range
    sent_m = samples.value["slant_range_m"] * (FOOT_M if how is RangeReading.FEET else 1.0)
    ground = reckoning.ground
    is_input = not (ground.has_center_height or ground.is_sea)
    sight = reckoning.sight
    if is_input and how in (RangeReading.AS_SENT, RangeReading.FEET):
        along = np.cos(np.radians(reckoning.elevation_deg))
        over = sight.range_m * np.cos(np.radians(sight.elevation_deg)) / np.maximum(along, 1e-3)
        miss: Array = sent_m - over
        return miss
    if how in (RangeReading.FLAT_EARTH, RangeReading.FLAT_GRID):
        sight = ground_sight(
            samples,
            GroundReading(sensor_height=ground.sensor_height, center_height=None, slant_range=how),
        )
    return sent_m - sight.range_m


def share_of_range(reckoning: Reckoning) -> float:
    """Return the median miss on level ground over the slant range."""
    across = np.radians(reckoning.bearing_miss_deg)
    sine = np.maximum(np.abs(np.sin(np.radians(reckoning.sight.elevation_deg))), 1e-2)
    along = np.radians(reckoning.elevation_miss_deg) / sine
    return float(np.median(np.hypot(across, along)))


def _bearing(standard: Reckoning | None) -> Array | None:
    return None if standard is None else standard.bearing_miss_deg


def _by(ground: GroundReading) -> str:
    if ground.has_center_height:
        return "by the heights"
    if ground.slant_range in (RangeReading.FLAT_EARTH, RangeReading.FLAT_GRID):
        return "on a flat earth at height 0"
    if ground.is_sea or ground.slant_range in (None, RangeReading.UNUSABLE):
        return "at sea level"
    return "by the slant range"


def _row(quantity: str, miss: Array, unit: str, *, as_standard: Array | None) -> EvidenceRow | None:
    known = miss[np.isfinite(miss)]
    if not len(known):
        return None
    low, high = np.percentile(known, [16.0, 84.0]).tolist()
    other = None
    if as_standard is not None and np.isfinite(as_standard).any():
        other = float(np.median(as_standard[np.isfinite(as_standard)]))
    return EvidenceRow(
        quantity=quantity,
        residual=float(np.median(known)),
        spread=0.5 * (high - low),
        residual_as_standard=other,
        unit=unit,
        n_instants=len(known),
    )
