"""A standard's reading with what a person has set."""

from dataclasses import replace

from plainview.misb.angle_convention import KNOWN_CONVENTIONS, AngleConvention
from plainview.misb.convention_hypotheses import FixedReading

__all__ = ["as_fixed"]


def as_fixed(standard: AngleConvention, fixed: FixedReading) -> AngleConvention:
    """Return the standard's reading with what was set."""
    convention = standard
    if fixed.reference is not None and fixed.reference is not standard.reference:
        convention = next(
            each
            for name, each in KNOWN_CONVENTIONS.items()
            if each.reference is fixed.reference and name != "eg0104"
        )
    names = (
        "north",
        "is_elevation_down",
        "is_in_radians",
        "sensor_height",
        "frame_center_height",
        "slant_range",
        "fields_of_view",
        "odd_lengths",
    )
    changes = {name: value for name in names if (value := getattr(fixed, name)) is not None}
    return replace(convention, **changes)
