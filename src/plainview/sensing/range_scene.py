"""Air, sea and sky between a camera and a thing on the surface, for range models."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import MEAN_EARTH_RADIUS_M, REFRACTION_COEFFICIENT
from plainview.sensing.atmosphere import air_path, nearest_air_band
from plainview.sensing.camera_spec import CameraSpec
from plainview.sensing.detection_range import RangeScene
from plainview.sensing.planck import band_radiance
from plainview.sensing.sea_clutter import FacetRadiance, slope_spectrum
from plainview.sensing.thermal_sky import thermal_sky_radiance
from plainview.sensing.water import water_reflectance

__all__ = ["Weather", "grazing_rad", "horizon_range_m", "scene_of"]

Array = npt.NDArray[np.float64]

_STEEPEST: Final = float(np.sin(np.radians(60.0)))
"""Sine of the steepest look: ranges begin there."""
_NEAREST_M: Final = 20.0
_N_RANGES: Final = 240
_LEAST_ALTITUDE_M: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The weather between camera and thing.

    Args:
        visibility_m: Meteorological range, 1 to 300 km.
        wind_m_s: At 12.5 m over the sea, 0 to 20.
        surface_k: Temperature of the water, or of the ground about the thing.
        air_k: Of the air near the surface.
    """

    visibility_m: float
    wind_m_s: float
    surface_k: float
    air_k: float


def horizon_range_m(altitude_m: float) -> float:
    """Return the slant range to the sea's horizon, rays bent as `geo` bends them."""
    radius_m = _radius_m()
    return float(np.sqrt(altitude_m**2 + 2.0 * radius_m * altitude_m))


def grazing_rad(altitude_m: float, range_m: npt.ArrayLike) -> Array:
    """Return the angle between a look and the surface where they meet; 0 beyond the horizon."""
    distance_m, radius_m = np.asarray(range_m, np.float64), _radius_m()
    drop = 2.0 * radius_m * altitude_m + altitude_m**2 - distance_m**2
    sine: Array = np.clip(drop / (2.0 * radius_m * distance_m), 0.0, 1.0)
    return np.arcsin(sine)


def scene_of(
    camera: CameraSpec, weather: Weather, *, altitude_m: float, is_sea: bool
) -> RangeScene:
    """Return what lies between a camera and things at 240 ranges, out to the horizon.

    Args:
        camera: Its band.
        weather: Visibility, wind, temperatures.
        altitude_m: Of the camera above the surface, 2 to 24,500.
        is_sea: Whether the thing is on the sea; on land no clutter is known, and none is taken.

    Raises:
        InputError: An altitude, a visibility, a temperature or a wind that the models do not know.
    """
    if not altitude_m >= _LEAST_ALTITUDE_M:
        raise InputError(
            where="altitude_m",
            what=f"a camera at {altitude_m:g} m is not above the surface.",
            mend=f"Give its height above the surface, from {_LEAST_ALTITUDE_M:g} m.",
        )
    near_m = max(altitude_m / _STEEPEST, _NEAREST_M)
    range_m = np.geomspace(near_m, 0.999 * horizon_range_m(altitude_m), _N_RANGES)
    low_um, high_um = camera.band_low_um, camera.band_high_um
    air = air_path(
        nearest_air_band(low_um, high_um),
        altitude_m=altitude_m,
        slant_range_m=range_m,
        visibility_m=weather.visibility_m,
    )
    spectrum = slope_spectrum(weather.wind_m_s)
    body = float(band_radiance(weather.surface_k, low_um=low_um, high_um=high_um))
    facets = _sea(camera, weather, body) if is_sea else _ground(body)
    return RangeScene(
        range_m=range_m,
        depression_rad=grazing_rad(altitude_m, range_m),
        transmission=air.transmission,
        spectrum=spectrum if is_sea else None,
        facet_radiance=facets if camera.is_thermal else None,
        foam_radiance=body if is_sea else None,
        object_radiance=lambda warmer_k: band_radiance(
            weather.surface_k + warmer_k, low_um=low_um, high_um=high_um
        ),
    )


def _sea(camera: CameraSpec, weather: Weather, body: float) -> FacetRadiance:
    """Return what a facet of the sea sends out: its own, and the sky that it mirrors."""
    low_um, high_um = camera.band_low_um, camera.band_high_um

    def radiance(incidence_rad: Array, elevation_rad: Array) -> Array:
        mirrored = water_reflectance(np.cos(incidence_rad), low_um=low_um, high_um=high_um)
        sky = thermal_sky_radiance(
            np.degrees(elevation_rad),
            low_um=low_um,
            high_um=high_um,
            air_temperature_k=weather.air_k,
            visibility_m=weather.visibility_m,
        )
        total: Array = (1.0 - mirrored) * body + mirrored * sky
        return total

    return radiance


def _ground(body: float) -> FacetRadiance:
    def radiance(incidence_rad: Array, elevation_rad: Array) -> Array:
        return np.full(np.broadcast(incidence_rad, elevation_rad).shape, body)

    return radiance


def _radius_m() -> float:
    """Return the radius of an Earth over which rays are straight."""
    return MEAN_EARTH_RADIUS_M / (1.0 - REFRACTION_COEFFICIENT)
