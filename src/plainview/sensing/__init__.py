"""Sensors as values: what their numbers stand for, and the radiance that reaches them."""

from plainview.sensing.planck import (
    band_photon_radiance,
    band_radiance,
    band_radiance_slope,
    brightness_temperature_k,
    spectral_radiance,
)
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
    "band_photon_radiance",
    "band_radiance",
    "band_radiance_slope",
    "brightness_temperature_k",
    "celsius_text",
    "counts_from_temperature_k",
    "spectral_radiance",
    "temperature_k_from_counts",
]
