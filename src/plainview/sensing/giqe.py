"""The General Image Quality Equation, version 5: how a visible still would be rated (NIIRS).

It was fitted to ratings of visible stills from above; it says nothing of infrared or of moving
pictures, and is refused there. Ratings below a signal-to-noise of 5 scattered far from it.

Source:
    National Geospatial-Intelligence Agency, "General Image Quality Equation (GIQE), Version 5.0",
    2015, equations of section 2 and table 2; standard error 0.32 NIIRS.
"""

import math
from dataclasses import dataclass
from typing import Final

from plainview.errors import InputError
from plainview.model import Band

__all__ = ["GIQE_SIGMA", "LEAST_SIGNAL_TO_NOISE", "ImageRating", "estimate_niirs"]

GIQE_SIGMA: Final = 0.32
"""Standard error of the equation, in NIIRS."""
LEAST_SIGNAL_TO_NOISE: Final = 5.0
"""Below it the equation's own validation calls its ratings unreliable."""

_INCH_M: Final = 0.0254
_CONSTANT: Final = 9.57
_SCALE: Final = 3.32
_SHARPNESS: Final = 3.32
_SHARPNESS_NOISE: Final = 1.9
_BLUR: Final = 2.0
_NOISE: Final = 1.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRating:
    """A rating with what it rests on.

    Args:
        niirs: National Imagery Interpretability Rating Scale, 0 to 9 and beyond.
        niirs_sigma: 1-sigma of the equation.
        ground_sample_m: As the equation weighs it by elevation.
        edge_response: Relative edge response, of both directions together.
        is_reliable: False where the signal-to-noise is below what was validated.
    """

    niirs: float
    niirs_sigma: float
    ground_sample_m: float
    edge_response: float
    is_reliable: bool


def estimate_niirs(
    *,
    ground_sample_m: float,
    edge_responses: tuple[float, float],
    signal_to_noise: float,
    elevation_deg: float = 90.0,
    band: Band = Band.EO,
    is_still: bool = True,
) -> ImageRating:
    """Return how a visible still would be rated, and the error of that.

    Args:
        ground_sample_m: Geometric mean of the ground sample distances in the image plane.
        edge_responses: Relative edge responses along two directions, 0 to 1.
        signal_to_noise: Of a contrast of reflectances of 0.07 and 0.15.
        elevation_deg: Of the camera, seen from the ground; 90 is straight above.
        band: Of the camera; only ``EO`` is rated.
        is_still: Whether it is a still; moving pictures are not rated.

    Raises:
        InputError: Not a visible still, or a number that no picture has.
    """
    _refuse_others(band, is_still=is_still)
    _check(
        ground_sample_m,
        edge_responses,
        signal_to_noise=signal_to_noise,
        elevation_deg=elevation_deg,
    )
    sample_m = ground_sample_m / math.sin(math.radians(elevation_deg)) ** 0.25
    low, high = min(edge_responses), max(edge_responses)
    response = (high * low * low) ** (1.0 / 3.0)
    log_response = math.log10(response)
    niirs = (
        _CONSTANT
        - _SCALE * math.log10(sample_m / _INCH_M)
        + _SHARPNESS * (1.0 - math.exp(-_SHARPNESS_NOISE / signal_to_noise)) * log_response
        - _BLUR * log_response**4
        - _NOISE / signal_to_noise
    )
    return ImageRating(
        niirs=niirs,
        niirs_sigma=GIQE_SIGMA,
        ground_sample_m=sample_m,
        edge_response=response,
        is_reliable=signal_to_noise >= LEAST_SIGNAL_TO_NOISE,
    )


def _refuse_others(band: Band, *, is_still: bool) -> None:
    if band is not Band.EO:
        raise InputError(
            where="band",
            what=f"NIIRS by GIQE 5 is not defined for {band}: it was fitted to visible stills.",
            mend="Ask for the detection range of an infrared camera instead.",
        )
    if not is_still:
        raise InputError(
            where="is_still",
            what="NIIRS by GIQE 5 is not defined for moving pictures: they are rated otherwise.",
            mend="Ask for the rating of a single still.",
        )


def _check(
    ground_sample_m: float,
    edge_responses: tuple[float, float],
    *,
    signal_to_noise: float,
    elevation_deg: float,
) -> None:
    checks = (
        ("ground_sample_m", 0.0 < ground_sample_m < math.inf, "a length above 0"),
        ("edge_responses", all(0.0 < one <= 1.0 for one in edge_responses), "shares of 0 to 1"),
        ("signal_to_noise", 0.0 < signal_to_noise < math.inf, "a ratio above 0"),
        ("elevation_deg", 0.0 < elevation_deg <= 90.0, "an angle above 0, to 90"),
    )
    for name, is_good, wanted in checks:
        if not is_good:
            raise InputError(where=name, what="no picture has this.", mend=f"Give {wanted}.")
