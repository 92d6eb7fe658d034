"""A lens as numbers: one row for each focal length, and what lies between the rows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from plainview.errors import InputError
from plainview.sensing.checked_fields import flag, number, numbers, sources

__all__ = ["FocalStep", "LensSpec"]

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class FocalStep:
    """A lens at one of its focal lengths.

    Args:
        focal_length_mm: The focal length; f-number likewise.
        radial_distortion: k1, k2, k3 of Brown-Conrady in normalised camera coordinates.
        tangential_distortion: p1, p2.
        bore_sight_right_mrad: Of the optical axis from the turret's axis, towards the right of
            the picture, focused far; down likewise.
    """

    focal_length_mm: float = number(low=0.5, high=10_000.0)
    f_number: float = number(low=0.5, high=64.0)
    radial_distortion: tuple[float, float, float] = numbers(low=-1e6, high=1e6, n=3)
    tangential_distortion: tuple[float, float] = numbers(low=-1e3, high=1e3, n=2)
    bore_sight_right_mrad: float = number(low=-100.0, high=100.0)
    bore_sight_down_mrad: float = number(low=-100.0, high=100.0)

    @property
    def aperture_mm(self) -> float:
        """Diameter of the entrance pupil."""
        return self.focal_length_mm / self.f_number


@dataclass(frozen=True, slots=True, kw_only=True)
class LensSpec:
    """The lens of a camera.

    Args:
        steps: Its focal lengths, the shortest first; one for a lens that does not zoom.
        is_continuous: Whether it takes every focal length between the steps; otherwise it
            takes the steps alone.
        transmission: Of lens, window and filter together, 0 to 1, mean over the band.
        blur_um: 1-sigma of the spread that imperfect lens and focus add at the focal plane,
            over diffraction.
        nearest_focus_m: The nearest distance that it focuses on.
        focus_shift_right_mrad: By how much the axis moves from far to nearest focus, towards
            the right of the picture; down likewise.
        sources: Where each number comes from, by field.
    """

    steps: tuple[FocalStep, ...]
    is_continuous: bool = flag()
    transmission: float = number(low=0.01, high=1.0)
    blur_um: float = number(low=0.0, high=100.0)
    nearest_focus_m: float = number(low=0.01, high=10_000.0)
    focus_shift_right_mrad: float = number(low=-100.0, high=100.0)
    focus_shift_down_mrad: float = number(low=-100.0, high=100.0)
    sources: Mapping[str, str] = sources()

    @property
    def focal_lengths_mm(self) -> tuple[float, ...]:
        """The focal lengths of the steps, the shortest first."""
        return tuple(step.focal_length_mm for step in self.steps)

    def nearest_focal_length_mm(self, wanted_mm: float) -> float:
        """Return the focal length that the lens takes when another is asked for."""
        known = self.focal_lengths_mm
        if self.is_continuous:
            return min(max(wanted_mm, known[0]), known[-1])
        return min(known, key=lambda mm: abs(math.log(mm / wanted_mm)))

    def step(self, focal_length_mm: float) -> FocalStep:
        """Return the lens at a focal length that it takes.

        Between the steps every number runs straight over the logarithm of the focal length; the
        distortion does so as it shows at a fixed height of the picture.

        Raises:
            InputError: The lens does not take this focal length.
        """
        known = self.focal_lengths_mm
        for step in self.steps:
            if abs(step.focal_length_mm - focal_length_mm) <= _ROUNDING * focal_length_mm:
                return step
        if not self.is_continuous or not known[0] < focal_length_mm < known[-1]:
            between = "from {:g} to {:g}" if self.is_continuous else "one of {}"
            span = (known[0], known[-1]) if self.is_continuous else (_listed(known),)
            raise InputError(
                where="focal_length_mm",
                what=f"is {focal_length_mm:g}, which this lens does not take.",
                mend=f"Give {between.format(*span)} mm.",
            )
        return _between(self.steps, focal_length_mm)


def _listed(numbers_mm: tuple[float, ...]) -> str:
    return ", ".join(f"{each:g}" for each in numbers_mm)


_ORDER_OF_TERM: Final = {"radial_distortion": (2, 4, 6), "tangential_distortion": (1, 1)}
"""With which power of the focal length a term grows where the picture bends alike."""


def _between(steps: tuple[FocalStep, ...], focal_length_mm: float) -> FocalStep:
    """Return the lens at a focal length between two of its steps."""
    places = np.log([step.focal_length_mm for step in steps])
    place = math.log(focal_length_mm)

    def at(values: list[float]) -> float:
        return float(np.interp(place, places, values))

    found: dict[str, float] = {
        name: at([getattr(step, name) for step in steps])
        for name in (entry.name for entry in fields(FocalStep))
        if name not in _ORDER_OF_TERM
    }
    bent = {
        name: tuple(
            at([getattr(step, name)[n] / step.focal_length_mm**power for step in steps])
            * focal_length_mm**power
            for n, power in enumerate(powers)
        )
        for name, powers in _ORDER_OF_TERM.items()
    }
    return FocalStep(**{**found, **bent, "focal_length_mm": focal_length_mm})  # type: ignore[arg-type]
