"""Sunlight in a camera's band: what comes straight, what the sky sends, and from where."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import MEAN_EARTH_RADIUS_M
from plainview.sensing.atmosphere import (
    AirBand,
    air_band_limits_um,
    air_path,
    ground_irradiance_w_m2,
)
from plainview.sensing.night_light import sun_illuminance_lux
from plainview.sensing.planck import band_radiance

__all__ = [
    "Daylight",
    "clear_sky_radiance",
    "daylight",
    "irradiance_of_lux",
    "sunlight_above_air_w_m2",
]

Array = npt.NDArray[np.float64]

_SPACE_W_M2: Final = {AirBand.VIS: 413.87, AirBand.NIR: 311.32, AirBand.SWIR: 367.74}
"""ASTM G173-03, extraterrestrial column, summed over the bands of the table."""
_SUN_K: Final = 5772.0
"""The nominal sun of the International Astronomical Union, 2015, resolution B3."""
_SUN_SR: Final = np.pi * (6.957e8 / 1.495978707e11) ** 2
_SPACE_LUX: Final = 128_000.0
"""The solar illuminance constant, as in the article "Sunlight" of Wikipedia."""
_TOP_M: Final = 24_500.0
_REFRACTION: Final = 0.167
_KNOWN_SUN_DEG: Final = 40.0
_TWILIGHT_BELOW_DEG: Final = 5.0
_GRADATION: Final = (-1.0, -0.32)
_INDICATRIX: Final = (10.0, -3.0, 0.45)
"""CIE standard clear sky, low luminance turbidity: type 12 of CIE S 011 (ISO 15469:2004)."""
_N_ELEVATIONS: Final = 45
_N_AZIMUTHS: Final = 72


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Daylight:
    """What lights the ground over a band, W m^-2; arrays of one shape.

    Args:
        direct_normal: Of the sun itself, on a surface that faces it.
        diffuse_horizontal: Of the whole sky, on level ground.
    """

    direct_normal: Array
    diffuse_horizontal: Array


def sunlight_above_air_w_m2(band: AirBand) -> float:
    """Return the sun's irradiance over a band at the Earth's mean distance, before the air.

    Args:
        band: Which one; in the thermal ones that of a black body of 5,772 K.
    """
    band = AirBand(band)
    if band in _SPACE_W_M2:
        return _SPACE_W_M2[band]
    low_um, high_um = air_band_limits_um(band)
    return float(_SUN_SR * band_radiance(_SUN_K, low_um=low_um, high_um=high_um))


def irradiance_of_lux(illuminance_lux: npt.ArrayLike, band: AirBand) -> Array:
    """Return the irradiance over a band of light with the sun's spectrum, W m^-2.

    It stands for moonlight too. The glow of a moonless night has far more beyond 0.7 um than this
    says.

    Args:
        illuminance_lux: (...) of the light.
        band: Which one.
    """
    return np.asarray(illuminance_lux, np.float64) / _SPACE_LUX * sunlight_above_air_w_m2(band)


def daylight(
    sun_elevation_deg: npt.ArrayLike, *, band: AirBand, visibility_m: float = 23_000.0
) -> Daylight:
    """Return what of the sun's light reaches the ground under a clear sky.

    The straight part goes through the table's air down from 24.5 km. Of what it loses, the sky
    sends down the share that the source's ground has under its sun, 40 degrees high: 0.57 in
    VIS, less where gases absorb. Near and below the horizon the sky has at least its twilight.

    Args:
        sun_elevation_deg: (...) of the sun's centre, without refraction.
        band: Which one; in `MWIR` and `LWIR` no light of the sky is counted.
        visibility_m: Meteorological range, 1 to 300 km.

    Raises:
        InputError: The visibility is beyond what the table of air paths has.
    """
    band = AirBand(band)
    elevation = np.asarray(sun_elevation_deg, np.float64)
    level = sunlight_above_air_w_m2(band) * np.maximum(np.sin(np.radians(elevation)), 0.0)
    through = _through_all_air(elevation, band=band, visibility_m=visibility_m)
    is_up = elevation > 0.0
    direct = np.where(is_up, sunlight_above_air_w_m2(band) * through, 0.0)
    if band not in _SPACE_W_M2:
        return Daylight(direct_normal=direct, diffuse_horizontal=np.zeros_like(direct))
    scattered = _share_of_the_lost(band, visibility_m) * level * (1.0 - through)
    twilight = _twilight(elevation, direct, band=band, visibility_m=visibility_m)
    return Daylight(direct_normal=direct, diffuse_horizontal=np.maximum(scattered, twilight))


def _twilight(
    elevation_deg: Array, direct_normal: Array, *, band: AirBand, visibility_m: float
) -> Array:
    """Return the least that the sky sheds while the sun is low, W m^-2; 0 above 5 degrees.

    Its colour is that of the sky with the sun 5 degrees high.
    """
    low = np.array(_TWILIGHT_BELOW_DEG)
    parts = []
    for each in (band, AirBand.VIS):
        lost = 1.0 - float(_through_all_air(low, band=each, visibility_m=visibility_m))
        share = _share_of_the_lost(each, visibility_m)
        parts.append(share * sunlight_above_air_w_m2(each) * lost)
    seen = irradiance_of_lux(sun_illuminance_lux(elevation_deg), AirBand.VIS)
    straight = direct_normal * np.sin(np.radians(np.maximum(elevation_deg, 0.0)))
    colour = parts[0] / parts[1]
    shed = np.maximum(colour * seen - straight, 0.0)
    return np.where(elevation_deg <= _TWILIGHT_BELOW_DEG, shed, 0.0)


def clear_sky_radiance(
    elevation_deg: npt.ArrayLike,
    azimuth_from_sun_deg: npt.ArrayLike,
    *,
    sun_elevation_deg: float,
    diffuse_horizontal_w_m2: float,
) -> Array:
    """Return the radiance of the clear sky in a direction, W m^-2 sr^-1.

    Args:
        elevation_deg: (...) above the horizon, clipped to 0 to 90.
        azimuth_from_sun_deg: (...) to either side of the sun's azimuth.
        sun_elevation_deg: Of the sun; below the horizon the sky is shaped as at sunset.
        diffuse_horizontal_w_m2: What the whole sky sheds on level ground, over the band.

    Raises:
        InputError: The irradiance is below 0 or unknown.

    Source:
        CIE S 011 / ISO 15469:2004, sky type 12 (clear, low turbidity), equations 1 to 4, scaled
        so that the whole sky sheds the given irradiance.
    """
    if not diffuse_horizontal_w_m2 >= 0.0:
        raise InputError(
            where="diffuse_horizontal_w_m2",
            what=f"an irradiance of {diffuse_horizontal_w_m2:g} W m^-2 is none.",
            mend="Give what the sky sheds on level ground, from 0, such as `daylight` returns.",
        )
    sun_deg = min(max(float(sun_elevation_deg), 0.0), 90.0)
    shape = _sky_shape(
        np.asarray(elevation_deg, np.float64),
        np.asarray(azimuth_from_sun_deg, np.float64),
        sun_deg=sun_deg,
    )
    return diffuse_horizontal_w_m2 / _shed_by_shape(sun_deg) * shape


def _through_all_air(elevation_deg: Array, *, band: AirBand, visibility_m: float) -> Array:
    """Return the transmission from the ground to 24.5 km at elevations, clipped to 0 to 90."""
    radius_m = MEAN_EARTH_RADIUS_M / (1.0 - _REFRACTION)
    drop = radius_m * np.sin(np.radians(np.clip(elevation_deg, 0.0, 90.0)))
    slant_m = np.sqrt(drop**2 + 2.0 * radius_m * _TOP_M + _TOP_M**2) - drop
    path = air_path(band, altitude_m=_TOP_M, slant_range_m=slant_m, visibility_m=visibility_m)
    return path.transmission


@lru_cache(maxsize=64)
def _share_of_the_lost(band: AirBand, visibility_m: float) -> float:
    """Return how much of what the straight light loses comes down from the sky."""
    level = sunlight_above_air_w_m2(band) * np.sin(np.radians(_KNOWN_SUN_DEG))
    bounded_m = min(max(visibility_m, 5_000.0), 23_000.0)
    known = np.array(_KNOWN_SUN_DEG)
    through = float(_through_all_air(known, band=band, visibility_m=bounded_m))
    lost = level * (1.0 - through)
    return float((ground_irradiance_w_m2(band, bounded_m) - level * through) / lost)


def _sky_shape(elevation_deg: Array, azimuth_deg: Array, *, sun_deg: float) -> Array:
    """Return the sky's luminance in parts of an arbitrary one, (...)."""
    (a, b), (c, d, e) = _GRADATION, _INDICATRIX
    elevation, sun = np.radians(np.clip(elevation_deg, 0.0, 90.0)), np.radians(sun_deg)
    height = np.maximum(np.sin(elevation), 1e-6)
    cosine = np.sin(sun) * np.sin(elevation)
    cosine = cosine + np.cos(sun) * np.cos(elevation) * np.cos(np.radians(azimuth_deg))
    chi = np.arccos(np.clip(cosine, -1.0, 1.0))
    indicatrix = 1.0 + c * (np.exp(d * chi) - np.exp(0.5 * d * np.pi)) + e * np.cos(chi) ** 2
    return np.asarray((1.0 + a * np.exp(b / height)) * indicatrix)


@lru_cache(maxsize=256)
def _shed_by_shape(sun_deg: float) -> float:
    """Return what a whole sky of that shape sheds on level ground."""
    elevation = (np.arange(_N_ELEVATIONS) + 0.5) * 90.0 / _N_ELEVATIONS
    azimuth = (np.arange(_N_AZIMUTHS) + 0.5) * 360.0 / _N_AZIMUTHS
    shape = _sky_shape(elevation[:, np.newaxis], azimuth, sun_deg=sun_deg).sum(axis=1)
    level = np.sin(np.radians(elevation)) * np.cos(np.radians(elevation))
    cell = np.radians(90.0 / _N_ELEVATIONS) * np.radians(360.0 / _N_AZIMUTHS)
    return float((shape * level).sum() * cell)
