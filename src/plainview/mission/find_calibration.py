"""From looks to a calibration: which biases the footage tells, and which it does not."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import GeometryError
from plainview.geo import (
    BIAS_NAMES,
    BiasEstimate,
    CalibratedPart,
    Calibration,
    Looks,
    LooksResidual,
    Things,
    Told,
    estimate_biases,
)
from plainview.geo.calibration import one_field_deg
from plainview.geo.looks import bias_sigmas
from plainview.model import Camera, PoseBasis
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["FoundCalibration", "find_calibration"]

_WIDE: Final = {
    "boresight_azimuth_deg": 3.0,
    "boresight_elevation_deg": 3.0,
    "boresight_roll_deg": 3.0,
    "focal_length_ratio": 0.1,
    "lag_s": 0.5,
}
"""1-sigma beforehand of what is calibrated: far wider than any turret's, so that the footage
decides. The platform's attitude and position keep what is stated of them."""
_HEADING, _AZIMUTH = "heading_bias_deg", "boresight_azimuth_deg"
_WRITTEN: Final = (*_WIDE, _HEADING, "pitch_bias_deg", "roll_bias_deg")
_SIGNIFICANT: Final = 3.0
_TIED: Final = -0.9
_BANKED: Final = 0.2
"""Sine of a bank (12 degrees) at which heading and azimuth turn the picture differently: what of
their split is not known counts by this."""
_MOST_ROUNDS: Final = 5
_LEAST_LOOKS: Final = 5
"""Fewer leave nothing over by which to see whether they fit."""
_LAG_FOUND_US: Final = 500
_BARRED: Final = "not taken from looks of this kind"

LooksAtLag = Callable[[int], Looks]
"""Gives the looks with the Views that metadata late by so many microseconds would have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundCalibration:
    """What footage told.

    Args:
        calibration: The biases that it told.
        not_determined: The others, and why each is left out.
        estimate: The estimate behind it, its lag that which is left.
        before: Residual with nothing taken off.
        after: Residual with the calibration taken off.
    """

    calibration: Calibration
    not_determined: dict[str, str]
    estimate: BiasEstimate
    before: LooksResidual
    after: LooksResidual


def find_calibration(
    looks_at: LooksAtLag,
    things: Things,
    *,
    camera: Camera,
    where: str,
    date: str | None,
    surface_sigma_m: float = 0.0,
    tells: Collection[str] | None = None,
    sigma_factor: float = 1.0,
) -> FoundCalibration:
    """Estimate what can be calibrated from looks.

    Args:
        looks_at: Gives the looks at a lag; 0 is asked for first.
        things: What is known of what is looked at.
        camera: Of all looks.
        where: What the looks are from, for errors.
        date: When the footage was taken, as ISO 8601.
        surface_sigma_m: 1-sigma of what the heights of all things have in common.
        tells: What such looks can tell; None means all.
        sigma_factor: By how much errors that go together from look to look widen every sigma.

    Raises:
        GeometryError: The looks are too few, or tell no bias.
    """
    search = _Search(looks_at, things, camera, surface_sigma_m=surface_sigma_m)
    if search.n_looks < _LEAST_LOOKS:
        raise _untelling(where, f"gives {search.n_looks} looks, and {_LEAST_LOOKS} are needed.")
    held = dict.fromkeys((name for name in _WRITTEN if tells and name not in tells), _BARRED)
    for _ in range(_MOST_ROUNDS):
        found = search.estimate(held)
        new = {name: why for name, why in _untold(found, search.stated).items() if name not in held}
        if not new:
            break
        held |= new
    names = [name for name in _WRITTEN if name not in held]
    if not names:
        raise _untelling(
            where, "tells no bias: nothing seen here is surer than what is assumed of the source."
        )
    return FoundCalibration(
        calibration=Calibration(
            parts=search.parts(found, names, date=date, sigma_factor=sigma_factor),
            horizontal_fov_deg=search.field_deg,
        ),
        not_determined=held,
        estimate=found,
        before=found.before if search.before is None else search.before,
        after=found.after,
    )


def _untelling(where: str, what: str) -> GeometryError:
    return GeometryError(
        where=where,
        what=what,
        mend="Look at more points, from more sides and with the camera turning;"
        " docs/field-trial.md shows a flight that does.",
    )


class _Search:
    """Estimates again and again, the lag taken out of the looks as it is found."""

    def __init__(
        self, looks_at: LooksAtLag, things: Things, camera: Camera, *, surface_sigma_m: float
    ) -> None:
        self._looks_at, self._things, self._camera = looks_at, things, camera
        self._lag_us = 0
        self.before: LooksResidual | None = None
        looks = looks_at(0)
        view = looks.views[0]
        if view.sigma is None:
            raise ValueError("a look's View has no sigma")
        self.stated = dict(
            zip(BIAS_NAMES, bias_sigmas(view, view.sigma, "shared").tolist(), strict=True)
        )
        self._height_m = float(np.hypot(self.stated["height_offset_m"], surface_sigma_m))
        self.is_relative = view.pose_basis is PoseBasis.RELATIVE
        self._looks = looks
        self.field_deg = one_field_deg(looks.views)

    @property
    def n_looks(self) -> int:
        """How many looks there are."""
        return len(self._looks)

    def estimate(self, held: Collection[str]) -> BiasEstimate:
        """Return the estimate with some biases held, though not known."""
        wide = {name: sigma for name, sigma in _WIDE.items() if name not in held}
        if not self.is_relative:
            wide |= {_AZIMUTH: 0.0, _HEADING: _WIDE[_AZIMUTH]}
        for _ in range(_MOST_ROUNDS):
            found = estimate_biases(
                self._looks,
                self._things,
                camera=self._camera,
                prior_sigma={"height_offset_m": self._height_m} | wide,
                considered=tuple(held),
            )
            self.before = self.before or found.before
            left_us = microseconds_from_seconds(found.bias.lag_s)
            if "lag_s" in held or abs(left_us) < _LAG_FOUND_US:
                break
            self._lag_us += left_us
            self._looks = self._looks_at(self._lag_us)
        if "lag_s" in held and self._lag_us:
            self._lag_us, self._looks = 0, self._looks_at(0)
            return self.estimate(held)
        return found

    def parts(
        self, found: BiasEstimate, names: list[str], *, date: str | None, sigma_factor: float
    ) -> dict[str, CalibratedPart]:
        """Return what is written of each bias, the lag that was taken out added."""
        parts = {}
        for name in names:
            value = float(getattr(found.bias, name))
            if name == "lag_s":
                value += seconds_from_microseconds(self._lag_us)
            sigma = sigma_factor * found.sigma_of(name)
            parts[name] = CalibratedPart(value=value, sigma=sigma, date=date)
        if _HEADING in parts and _AZIMUTH in parts and _is_tied(found):
            both = sigma_factor * _sigma_of_both(found)
            parts[_AZIMUTH] = replace(parts[_AZIMUTH], sigma=both)
            parts[_HEADING] = replace(parts[_HEADING], sigma=0.0, tied_to=_AZIMUTH)
        return parts


def _headings(found: BiasEstimate) -> npt.NDArray[np.float64]:
    """Return the covariance (2, 2) of heading and azimuth."""
    rows = [BIAS_NAMES.index(name) for name in (_HEADING, _AZIMUTH)]
    return found.cov[np.ix_(rows, rows)]


def _is_tied(found: BiasEstimate) -> bool:
    """Return whether heading and azimuth go together, as they do on a platform that is level."""
    (heading, both), (_, azimuth) = _headings(found).tolist()
    return bool(both < _TIED * math.sqrt(heading * azimuth))


def _sigma_of_both(found: BiasEstimate) -> float:
    """Return the 1-sigma of the turn that heading and azimuth make together."""
    cov = _headings(found)
    return math.sqrt(max(float(cov.sum()), 0.0) + _BANKED**2 * float(cov[0, 0]))


def _untold(found: BiasEstimate, stated: dict[str, float]) -> dict[str, str]:
    """Return the biases that are not known better than is stated of them, and why."""
    told = {each.name: each for each in found.told}
    untold = {}
    for name in _WRITTEN:
        if name in told and not _is_sure(found, told[name], stated):
            others = ", ".join(told[name].tied_to)
            untold[name] = (
                f"cannot be told apart from {others}: only a combination is known"
                if others
                else "not seen by these looks"
            )
    return untold


def _is_sure(found: BiasEstimate, told: Told, stated: dict[str, float]) -> bool:
    """Return whether a bias is worth writing: surer than stated, or plainly not nothing."""
    name, sigma, before = told.name, found.sigma_of(told.name), stated[told.name]
    if name in (_HEADING, _AZIMUTH) and _is_tied(found):
        before = math.hypot(stated[_HEADING], stated[_AZIMUTH])
        return _sigma_of_both(found) <= before
    if name not in _WIDE:
        return told.is_determined
    off = abs(getattr(found.bias, name) - (1.0 if name == "focal_length_ratio" else 0.0))
    return sigma <= before or (told.is_determined and off > _SIGNIFICANT * sigma)
