"""The 1-sigma of each part of a View: the instrument's, and the rounding of each item."""

from dataclasses import fields, replace
from functools import lru_cache
from typing import Final

import numpy as np

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.range_fusion import MEASURED_RANGE_SIGMA
from plainview.misb.reported_parts import METRES_A_DEGREE, ReportedParts, reported_parts
from plainview.misb.resect_corners import Resection
from plainview.misb.view_items import ViewItems, reading_of
from plainview.misb.view_pose import ViewPose
from plainview.model import PartCorrelation, PoseBasis, Sigma, UncertaintyBasis, ViewSigma

__all__ = ["parts_said", "slant_range_sigma", "view_sigma", "with_more_time_sigma"]

_READING_OF_PART: Final = {
    "platform_heading_deg": "platform_heading_deg",
    "platform_pitch_deg": "platform_pitch_deg",
    "platform_roll_deg": "platform_roll_deg",
    "relative_azimuth_deg": "relative_azimuth_deg",
    "relative_elevation_deg": "relative_elevation_deg",
    "relative_roll_deg": "relative_roll_deg",
    "camera_heading_deg": "north_heading_deg",
    "camera_elevation_deg": "horizon_elevation_deg",
}
"""The number of the set whose rounding each part has."""


def view_sigma(
    items: ViewItems, pose: ViewPose, *, instrument: ViewSigma | None = None
) -> ViewSigma:
    """Return the 1-sigma of a View.

    Each part is the instrument's where settings or a calibration state it, else what the
    source reports (ST 0601 item 102), else assumed; the rounding of its item comes on top.

    Args:
        items: What the source says, with the rounding of each number.
        pose: Its line of sight.
        instrument: The 1-sigma of this turret where it is known; what neither it nor the
            source states for this pose basis is assumed, and the whole is then marked so. A
            pose that the source reports whole is marked ``reported``, though the fields of
            view and the instant of the metadata, which few packs have, may be assumed.
    """
    rounding = _roundings(items)
    if instrument is None and items.reported_sigma is None:
        sigma = _assumed_with_rounding(pose.basis, rounding)
    else:
        sigma = _with_rounding(_completed(instrument, items, pose.basis), rounding)
    return sigma if pose.resection is None else _with_resection(sigma, pose.resection)


def parts_said(items: ViewItems, basis: PoseBasis) -> frozenset[str]:
    """Return the names of the parts of a View's sigma that the source itself reports."""
    if items.reported_sigma is None:
        return frozenset()
    assumed = assumed_view_sigma(basis)
    return frozenset(
        reported_parts(items.reported_sigma, items, assumed=assumed, basis=basis).sigma
    )


def slant_range_sigma(items: ViewItems) -> Sigma | None:
    """Return the 1-sigma of the slant range where the source reports it, with its rounding.

    It is shared out as that of a range finder that says nothing is.
    """
    total = (
        None if items.reported_sigma is None else items.reported_sigma.sigma.get("slant_range_m")
    )
    if total is None:
        return None
    assumed = MEASURED_RANGE_SIGMA
    share = total / float(np.hypot(assumed.own, assumed.shared))
    sigma = Sigma(own=share * assumed.own, shared=share * assumed.shared)
    return _wider(sigma, _sigma_of(items, "slant_range_m"))


def with_more_time_sigma(sigma: ViewSigma | None, *, shared_s: float) -> ViewSigma | None:
    """Return the sigma with more doubt about the instant, the same through the mission."""
    if sigma is None or shared_s == 0.0:
        return sigma
    shared = float(np.hypot(sigma.time_s.shared, shared_s))
    return replace(sigma, time_s=Sigma(own=sigma.time_s.own, shared=shared))


def _completed(instrument: ViewSigma | None, items: ViewItems, basis: PoseBasis) -> ViewSigma:
    """Return the sigma with the parts of this basis: stated, else reported, else assumed."""
    assumed = assumed_view_sigma(basis)
    said = ReportedParts()
    if items.reported_sigma is not None:
        said = reported_parts(items.reported_sigma, items, assumed=assumed, basis=basis)
    if instrument is None and not said.sigma:
        return assumed
    parts: dict[str, Sigma | None] = {}
    is_stated, is_reported = True, False
    for part in _parts():
        stated = None if instrument is None else getattr(instrument, part)
        default = getattr(assumed, part)
        if default is not None:
            parts[part] = stated or said.sigma.get(part) or default
            is_reported = is_reported or (stated is None and part in said.sigma)
            is_stated = is_stated and stated is not None
    north = said.sigma.get("position_north_m")
    parts["position_north_m"] = north if instrument is None else instrument.position_north_m
    weakest = UncertaintyBasis.ASSUMED
    if instrument is not None and is_stated:
        weakest = instrument.basis
    elif instrument is None and said.is_pose_whole:
        weakest = UncertaintyBasis.REPORTED
    used = _correlations_used(said, instrument) if is_reported else ()
    return replace(assumed, **parts, basis=weakest, correlations=used)  # type: ignore[arg-type]


def _correlations_used(
    said: ReportedParts, instrument: ViewSigma | None
) -> tuple[PartCorrelation, ...]:
    """Return the correlations of parts that are the source's own."""
    stated = {part for part in _parts() if getattr(instrument, part, None) is not None}
    if "position_horizontal_m" in stated:
        stated.add("position_north_m")
    return tuple(pair for pair in said.correlations if not {pair.first, pair.second} & stated)


def _parts() -> list[str]:
    """Return the parts that a basis has a default of."""
    others = ("basis", "correlations", "position_north_m")
    return [member.name for member in fields(ViewSigma) if member.name not in others]


_Roundings = tuple[tuple[float | None, ...], float, float, float]
"""Of the numbers of `_READING_OF_PART`, of the place in metres, of the height, of the fields."""


def _roundings(items: ViewItems) -> _Roundings:
    """Return the rounding of each number that a sigma rests on; None where it is not known."""
    readings = (getattr(items, name) for name in _READING_OF_PART.values())
    height = "height_hae_m" if items.height_hae_m is not None else "altitude_msl_m"
    return (
        tuple([None if reading is None else reading.sigma for reading in readings]),
        METRES_A_DEGREE * _sigma_of(items, "latitude_deg", "longitude_deg"),
        _sigma_of(items, height),
        _field_ratio(items),
    )


@lru_cache(maxsize=1024)
def _assumed_with_rounding(basis: PoseBasis, roundings: _Roundings) -> ViewSigma:
    """Return what is assumed with the rounding, which is mostly that of the View before."""
    return _with_rounding(assumed_view_sigma(basis), roundings)


def _with_rounding(sigma: ViewSigma, roundings: _Roundings) -> ViewSigma:
    angles, rounding_m, height_m, field_ratio = roundings
    parts: dict[str, Sigma | None] = {
        part: _widened(getattr(sigma, part), angle)
        for part, angle in zip(_READING_OF_PART, angles, strict=True)
    }
    parts["position_horizontal_m"] = _wider(sigma.position_horizontal_m, rounding_m)
    if sigma.position_north_m is not None:
        parts["position_north_m"] = _wider(sigma.position_north_m, rounding_m)
    parts["position_vertical_m"] = _wider(sigma.position_vertical_m, height_m)
    parts["field_of_view_ratio"] = _wider(sigma.field_of_view_ratio, field_ratio)
    return replace(sigma, **parts)  # type: ignore[arg-type]


def _with_resection(sigma: ViewSigma, found: Resection) -> ViewSigma:
    parts: dict[str, Sigma | None] = {
        part: None if (was := getattr(sigma, part)) is None else _wider(was, own)
        for part, own in zip(
            ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg"),
            found.camera_sigma_deg,
            strict=True,
        )
    }
    parts["field_of_view_ratio"] = _wider(sigma.field_of_view_ratio, found.fov_sigma_ratio)
    parts["position_horizontal_m"] = _wider(sigma.position_horizontal_m, found.position_sigma_m)
    parts["position_vertical_m"] = _wider(sigma.position_vertical_m, found.position_sigma_m)
    return replace(sigma, **parts)  # type: ignore[arg-type]


def _widened(sigma: Sigma | None, own: float | None) -> Sigma | None:
    return sigma if sigma is None or own is None else _wider(sigma, own)


def _wider(sigma: Sigma, own: float) -> Sigma:
    return Sigma(own=float(np.hypot(sigma.own, own)), shared=sigma.shared)


def _sigma_of(items: ViewItems, *names: str) -> float:
    readings = (reading_of(items, name) for name in names)
    return max((reading.sigma for reading in readings if reading is not None), default=0.0)


def _field_ratio(items: ViewItems) -> float:
    """Return the rounding of the fields of view over them, the worse of the two."""
    ratios = [
        reading.sigma / reading.value
        for reading in (items.horizontal_fov_deg, items.vertical_fov_deg)
        if reading is not None and reading.value > 0.0
    ]
    return max(ratios, default=0.0)
