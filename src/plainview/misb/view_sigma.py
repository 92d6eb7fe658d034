"""The 1-sigma of each part of a View: the instrument's, and the rounding of each item."""

from dataclasses import fields, replace
from typing import Final

import numpy as np

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.misb.resect_corners import Resection
from plainview.misb.view_items import Reading, ViewItems, reading_of
from plainview.misb.view_pose import ViewPose
from plainview.model import PoseBasis, Sigma, UncertaintyBasis, ViewSigma

__all__ = ["view_sigma", "with_more_time_sigma"]

_METRES_A_DEGREE: Final = 111_195.0
"""Of latitude on the mean sphere; within 0.6 % of any place's, which is enough for a rounding."""

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

    Args:
        items: What the source says, with the rounding of each number.
        pose: Its line of sight.
        instrument: The 1-sigma of this turret where it is known; what it leaves out for
            this pose basis is assumed, and the whole is then marked so.
    """
    sigma = _completed(instrument, pose.basis)
    sigma = _with_rounding(sigma, items)
    return sigma if pose.resection is None else _with_resection(sigma, pose.resection)


def with_more_time_sigma(sigma: ViewSigma | None, *, shared_s: float) -> ViewSigma | None:
    """Return the sigma with more doubt about the instant, the same through the mission."""
    if sigma is None or shared_s == 0.0:
        return sigma
    shared = float(np.hypot(sigma.time_s.shared, shared_s))
    return replace(sigma, time_s=Sigma(own=sigma.time_s.own, shared=shared))


def _completed(instrument: ViewSigma | None, basis: PoseBasis) -> ViewSigma:
    """Return the instrument's sigma with the parts of this basis, the missing ones assumed."""
    assumed = assumed_view_sigma(basis)
    if instrument is None:
        return assumed
    parts: dict[str, Sigma | None] = {}
    is_whole = True
    for part in _parts():
        stated, default = getattr(instrument, part), getattr(assumed, part)
        is_whole = is_whole and (default is None or stated is not None)
        parts[part] = None if default is None else stated or default
    weakest = instrument.basis if is_whole else UncertaintyBasis.ASSUMED
    return replace(instrument, **parts, basis=weakest)  # type: ignore[arg-type]


def _parts() -> list[str]:
    return [member.name for member in fields(ViewSigma) if member.name != "basis"]


def _with_rounding(sigma: ViewSigma, items: ViewItems) -> ViewSigma:
    parts: dict[str, Sigma | None] = {
        part: _widened(getattr(sigma, part), reading_of(items, name))
        for part, name in _READING_OF_PART.items()
    }
    parts["position_horizontal_m"] = _wider(
        sigma.position_horizontal_m,
        _METRES_A_DEGREE * _sigma_of(items, "latitude_deg", "longitude_deg"),
    )
    height = "height_hae_m" if items.height_hae_m is not None else "altitude_msl_m"
    parts["position_vertical_m"] = _wider(sigma.position_vertical_m, _sigma_of(items, height))
    parts["field_of_view_ratio"] = _wider(sigma.field_of_view_ratio, _field_ratio(items))
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


def _widened(sigma: Sigma | None, reading: Reading | None) -> Sigma | None:
    return sigma if sigma is None or reading is None else _wider(sigma, reading.sigma)


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
