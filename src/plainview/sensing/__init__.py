"""Sensors as values: what their numbers stand for."""

from plainview.sensing.radiometry import (
    KELVIN_AT_0_C,
    accuracy_k,
    atmosphere_transmission,
    celsius_text,
    counts_from_temperature_k,
    temperature_k_from_counts,
)

__all__ = [
    "KELVIN_AT_0_C",
    "accuracy_k",
    "atmosphere_transmission",
    "celsius_text",
    "counts_from_temperature_k",
    "temperature_k_from_counts",
]
