"""The parts of a View's 1-sigma that its source reports, in the parts' own names and units."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from plainview.misb.reported_sigma import ReportedSigma
from plainview.misb.view_items import ViewItems, value_of
from plainview.model import PartCorrelation, PoseBasis, Sigma, ViewSigma

__all__ = ["ReportedParts", "reported_parts"]

METRES_A_DEGREE: Final = 111_195.0
"""Of latitude on the mean sphere; within 0.6 % of any place's, which is enough for an error."""

_RELATIVE: Final = {
    "platform_heading_deg": "platform_heading_deg",
    "platform_pitch_deg": "platform_pitch_deg",
    "platform_roll_deg": "platform_roll_deg",
    "relative_azimuth_deg": "relative_azimuth_deg",
    "relative_elevation_deg": "relative_elevation_deg",
    "relative_roll_deg": "relative_roll_deg",
}
_ABSOLUTE: Final = {
    "camera_heading_deg": "relative_azimuth_deg",
    "camera_elevation_deg": "relative_elevation_deg",
    "camera_roll_deg": "relative_roll_deg",
}
"""Sources whose gimbal items are angles from north and the horizon state the errors of those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedParts:
    """1-sigma of parts of a View as its source reports them.

    Args:
        sigma: Name of the part in `ViewSigma` to its total and the shares of it.
        correlations: Of two of those parts.
        is_pose_whole: Whether position, height and every angle of the pose are among them.
    """

    sigma: Mapping[str, Sigma] = field(default_factory=dict)
    correlations: tuple[PartCorrelation, ...] = ()
    is_pose_whole: bool = False


def reported_parts(
    said: ReportedSigma, items: ViewItems, *, assumed: ViewSigma, basis: PoseBasis
) -> ReportedParts:
    """Return what a source says of its errors as parts of a View's 1-sigma.

    A source says how large an error is, not whether it is new in each frame or stays. It is
    shared out as the assumed one of the same part is: mostly to what stays, which no filter
    may average away.

    Args:
        said: By the names of the items.
        items: For latitude and fields of view, whose sigmas have other units as parts.
        assumed: How each part is shared out.
        basis: Which angles the pose rests on; resected corners use none of them.
    """
    angles = _angles_of(basis)
    name_of = {
        "position_horizontal_m": "longitude_deg",
        "position_north_m": "latitude_deg",
        "position_vertical_m": "height_m",
        **angles,
        "field_of_view_ratio": _widest_field(said, items),
    }
    totals = {
        part: said.sigma[name] * _scale(part, name, items)
        for part, name in name_of.items()
        if name is not None and name in said.sigma
    }
    if not {"position_horizontal_m", "position_north_m"} <= totals.keys():
        totals.pop("position_horizontal_m", None)
        totals.pop("position_north_m", None)
    part_of = {name: part for part, name in name_of.items() if part in totals}
    return ReportedParts(
        sigma={part: _shared_out(total, part, assumed) for part, total in totals.items()},
        correlations=tuple(
            PartCorrelation(first=part_of[one], second=part_of[other], rho=rho)
            for (one, other), rho in said.rho.items()
            if one in part_of and other in part_of
        ),
        is_pose_whole=bool(angles)
        and {"position_horizontal_m", "position_vertical_m", *angles} <= totals.keys(),
    )


def _angles_of(basis: PoseBasis) -> Mapping[str, str]:
    if basis is PoseBasis.RELATIVE:
        return _RELATIVE
    return _ABSOLUTE if basis is PoseBasis.ABSOLUTE else {}


def _widest_field(said: ReportedSigma, items: ViewItems) -> str | None:
    """Return the field of view whose sigma is the larger share of it."""
    shares = {
        name: said.sigma[name] / value
        for name in ("horizontal_fov_deg", "vertical_fov_deg")
        if name in said.sigma and (value := value_of(items, name))
    }
    return max(shares, key=lambda name: shares[name], default=None)


def _scale(part: str, name: str, items: ViewItems) -> float:
    """Return the unit of a part over the unit of its item."""
    if part == "position_north_m":
        return METRES_A_DEGREE
    if part == "position_horizontal_m":
        return METRES_A_DEGREE * math.cos(math.radians(value_of(items, "latitude_deg") or 0.0))
    return 1.0 / (value_of(items, name) or 1.0) if part == "field_of_view_ratio" else 1.0


def _shared_out(total: float, part: str, assumed: ViewSigma) -> Sigma:
    known = getattr(assumed, "position_horizontal_m" if part == "position_north_m" else part)
    whole = math.hypot(known.own, known.shared)
    return Sigma(own=total * known.own / whole, shared=total * known.shared / whole)
