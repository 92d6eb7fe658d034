"""A calibration: what is known of a platform's biases, each with its 1-sigma, and its lenses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np

from plainview.geo.lens_calibration import LensCalibration
from plainview.geo.pose_bias import PoseBias, view_without_bias
from plainview.model import PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma

__all__ = [
    "ANY_CAMERA",
    "CALIBRATED_NAMES",
    "CalibratedPart",
    "Calibration",
    "calibrated_view",
    "one_field_deg",
]

ANY_CAMERA: Final = ""
"""Names the lens of whatever camera there is."""

CALIBRATED_NAMES: Final = (
    "boresight_azimuth_deg",
    "boresight_elevation_deg",
    "boresight_roll_deg",
    "heading_bias_deg",
    "pitch_bias_deg",
    "roll_bias_deg",
    "focal_length_ratio",
    "lag_s",
    "height_offset_m",
)
"""Biases that stay with a platform from flight to flight; those of its position do not."""

_RELATIVE_PARTS: Final[Mapping[str, str]] = {
    "boresight_azimuth_deg": "relative_azimuth_deg",
    "boresight_elevation_deg": "relative_elevation_deg",
    "boresight_roll_deg": "relative_roll_deg",
    "heading_bias_deg": "platform_heading_deg",
    "pitch_bias_deg": "platform_pitch_deg",
    "roll_bias_deg": "platform_roll_deg",
}
_CAMERA_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "camera_heading_deg": ("heading_bias_deg", "boresight_azimuth_deg"),
    "camera_elevation_deg": ("boresight_elevation_deg",),
    "camera_roll_deg": ("boresight_roll_deg",),
}
_OTHER_PARTS: Final[Mapping[str, str]] = {
    "focal_length_ratio": "field_of_view_ratio",
    "height_offset_m": "position_vertical_m",
}


_SAME_FIELD: Final = 1.1
"""Fields of view within this ratio are one: a step of a zoom is larger."""
_AXIS_SHARE: Final = 0.01
"""By how much the axis of a lens moves over its zoom, 1-sigma, as a share of the wider field;
assumed, for makers do not say it."""
_OF_AXIS: Final = ("boresight_azimuth_deg", "boresight_elevation_deg")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedPart:
    """One bias that was measured.

    Args:
        value: What the source says minus what is true (the focal length: true over said).
        sigma: 1-sigma of it.
        date: When it was measured, as ISO 8601; None where that is not said.
        tied_to: The bias that this one goes together with: the sigma of the other is that of
            both together, and the sigma here is 0.
    """

    value: float
    sigma: float
    date: str | None = None
    tied_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What is known of a platform's biases and lenses; what is not named is not known.

    Args:
        parts: By name, of `CALIBRATED_NAMES`.
        lenses: By the name of the camera; `ANY_CAMERA` for any.
        horizontal_fov_deg: The field of view, as the source says it, at which they were
            measured; None where that is not known, or it was not the same all the time.
    """

    parts: Mapping[str, CalibratedPart] = field(default_factory=dict)
    horizontal_fov_deg: float | None = None
    lenses: Mapping[str, LensCalibration] = field(default_factory=dict)

    def lens_of(self, camera: str) -> LensCalibration | None:
        """Return the lens of a camera; None where it is not known."""
        return self.lenses.get(camera, self.lenses.get(ANY_CAMERA))

    def is_of_field(self, view: View) -> bool:
        """Return whether a View has the field of view at which the biases were measured."""
        own_deg, fov_deg = self.horizontal_fov_deg, view.horizontal_fov_deg
        if own_deg is None or fov_deg is None:
            return True
        return max(fov_deg, own_deg) <= _SAME_FIELD * min(fov_deg, own_deg)

    def at_field(self, view: View) -> Self:
        """Return what is left of the biases at the field of view of a View.

        A focal length that was measured at one zoom says nothing of another: it is not applied.
        The axis of a zoom lens moves while it zooms, so that the bore-sight is known less well.
        """
        own_deg, fov_deg = self.horizontal_fov_deg, view.horizontal_fov_deg
        if own_deg is None or fov_deg is None or self.is_of_field(view):
            return self
        moved_deg = _AXIS_SHARE * max(own_deg, fov_deg)
        parts = {
            name: replace(part, sigma=float(np.hypot(part.sigma, moved_deg)))
            if name in _OF_AXIS
            else part
            for name, part in self.parts.items()
            if name != "focal_length_ratio"
        }
        return replace(self, parts=parts)

    @property
    def bias(self) -> PoseBias:
        """What is to be taken off, the lag included."""
        return PoseBias(**{name: part.value for name, part in self.parts.items()})

    @property
    def lag(self) -> CalibratedPart | None:
        """The lag, which is taken off where metadata meets pictures; None where not known."""
        return self.parts.get("lag_s")

    def sigma(self, sigma: ViewSigma, pose_basis: PoseBasis | None) -> ViewSigma:
        """Return a View's sigma with the shared part of each calibrated bias put in.

        The own parts, new in each frame, are no calibration's business and stay. The lag's is
        put in where the lag is taken off.
        """
        found = {
            part: _shared(getattr(sigma, part), self.parts[name].sigma)
            for name, part in _OTHER_PARTS.items()
            if name in self.parts
        }
        if pose_basis is PoseBasis.RELATIVE:
            found |= {
                part: _shared(getattr(sigma, part), self.parts[name].sigma)
                for name, part in _RELATIVE_PARTS.items()
                if name in self.parts
            }
        else:
            found |= {
                part: _shared(getattr(sigma, part), _together(self.parts, names))
                for part, names in _CAMERA_PARTS.items()
                if any(name in self.parts for name in names)
            }
        return replace(sigma, basis=UncertaintyBasis.ESTIMATED, **found)  # type: ignore[arg-type]


def one_field_deg(views: Iterable[View]) -> float | None:
    """Return the horizontal field of view that Views have in common; None where it changes."""
    fields_deg = [view.horizontal_fov_deg for view in views if view.horizontal_fov_deg is not None]
    if not fields_deg or max(fields_deg) > _SAME_FIELD * min(fields_deg):
        return None
    return float(np.median(fields_deg))


def _together(parts: Mapping[str, CalibratedPart], names: tuple[str, ...]) -> float:
    return float(np.hypot.reduce([parts[name].sigma for name in names if name in parts]))


def _shared(sigma: Sigma | None, shared: float) -> Sigma:
    return Sigma(own=0.0 if sigma is None else sigma.own, shared=shared)


def calibrated_view(view: View, calibration: Calibration | None) -> View:
    """Return a View with a calibration applied: its line of sight, fields, height and sigma.

    A View that cannot locate, or whose line of sight came from the source's own corners, is
    left as it is; so is one without a calibration.
    """
    is_left = not view.is_locatable or view.pose_basis is PoseBasis.CORNERS
    if calibration is None or is_left or not calibration.parts:
        return view
    known = calibration.at_field(view)
    corrected = view_without_bias(view, known.bias)
    if view.sigma is None:
        return corrected
    return replace(corrected, sigma=known.sigma(view.sigma, view.pose_basis))
