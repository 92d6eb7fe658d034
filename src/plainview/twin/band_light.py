"""Band light: what sea, sky, sun and air send in one spectral band, as tables by angle and range.

Infrared and daylight have one form: a surface of emissivity e sends e times what a body of its
kind sends, and mirrors 1 - e of what is above it; for daylight the body is the light that comes
out of the water.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.model import Band, Camera
from plainview.sensing import (
    air_band_limits_um,
    band_radiance,
    camera_air_path,
    clear_sky_radiance,
    daylight,
    irradiance_of_lux,
    nearest_air_band,
    sea_look,
    slope_variances,
    thermal_sky_radiance,
)
from plainview.sensing.wave_spectrum import LEAST_WIND_M_S
from plainview.twin.facet_light import FacetLight, facet_light
from plainview.twin.sea_light import SeaLight
from plainview.twin.world import World

__all__ = ["AIR_RANGE_M", "BandLight", "band_light", "band_limits_um", "packed_light", "sun_enu"]

Array = npt.NDArray[np.float64]

AIR_RANGE_M: Final = 400_000.0
MOST_ROUGHNESS: Final = 0.11
"""Slope variance, both ways together, of the last row of emissivities: wind of 21 m/s."""
_N_AIR: Final = 512
_N_SKY: Final = 128
_N_COSINES: Final = 128
_N_ROUGHNESSES: Final = 8

_LIMITS_UM: Final = {
    Band.EO: (0.45, 0.68),
    Band.LOW_LIGHT: (0.45, 0.90),
    Band.NIR: (0.70, 1.00),
    Band.SWIR: (0.90, 1.70),
    Band.MWIR: (3.40, 5.00),
    Band.LWIR: (8.00, 12.0),
    Band.IR: (8.00, 12.0),
}
"""Where a camera does not say its own; assumed, typical."""

_WATER_REFLECTANCE: Final = 0.02
_FOAM_REFLECTANCE: Final = 0.22
"""Of the water's body, assumed; of whitecaps as they age: P. Koepke, Appl. Opt. 23, 1984."""
_SEA_ALBEDO: Final = 0.06
"""Of level sea under sun and sky; assumed."""
_GLOWS_FROM_UM: Final = 2.5
_TABLE_SUN_DEG: Final = 40.0
_N_AZIMUTHS: Final = 37
_STARLIGHT_LUX: Final = 1e-3
"""Of a clear night without moon; assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class BandLight:
    """The light of one band; radiances in W m^-2 sr^-1, irradiances in W m^-2.

    Args:
        low_um: Shortest wavelength; high likewise.
        is_thermal: Whether things glow in it more than they reflect the sun.
        emissivity: (roughnesses, cosines) of the sea.
        sky: (n,) radiance by the square root of the sine of elevation.
        facets: What rough water sends, its own and the sky's.
        transmission: (n,) by the square root of range over `AIR_RANGE_M`; path likewise, radiance.
        body: Radiance of the water as a body.
        foam: Radiance of whitecaps.
        sun_irradiance: Of the direct sun across its rays, at the sea.
        sky_irradiance: Of the sky on level ground.
        ground_irradiance: Of the sea from below.
    """

    low_um: float
    high_um: float
    is_thermal: bool
    emissivity: Array
    sky: Array
    facets: FacetLight
    transmission: Array
    path: Array
    body: float
    foam: float
    sun_irradiance: float
    sky_irradiance: float
    ground_irradiance: float

    @property
    def limits_um(self) -> tuple[float, float]:
        """Shortest and longest wavelength."""
        return self.low_um, self.high_um

    def glow(self, temperature_k: float) -> float:
        """Radiance of a black body in the band; 0 where nothing on Earth glows."""
        if not self.is_thermal:
            return 0.0
        return float(band_radiance(temperature_k, low_um=self.low_um, high_um=self.high_um))


def band_limits_um(camera: Camera) -> tuple[float, float]:
    """Return the usual limits of a camera's band.

    Raises:
        InputError: The camera does not say its band.
    """
    if camera.band is None:
        raise InputError(
            where=f"camera {camera.name!r}, band",
            what="is not said.",
            mend="Give the camera a band, such as EO or LWIR.",
        )
    return _LIMITS_UM[camera.band]


def _sea_emissivity(low_um: float, high_um: float) -> Array:
    """Emissivity (roughnesses, cosines); roughness to wind by Cox and Munk, calm for none."""
    angle = np.degrees(np.arccos(np.linspace(0.0, 1.0, _N_COSINES)))
    variance = np.linspace(0.0, MOST_ROUGHNESS, _N_ROUGHNESSES)
    still, windy = slope_variances(np.array([0.0, 1.0])).total
    wind = np.maximum(variance - still, 0.0) / (windy - still)
    look = sea_look(angle, wind[:, np.newaxis], low_um=low_um, high_um=high_um)
    return np.asarray(look.emissivity)


def _air(
    world: World, altitude_m: float, limits: tuple[float, float]
) -> tuple[Array, Array, Array]:
    """Transmission, and radiance of the air that glows and that scatters, by root of range."""
    path = camera_air_path(
        altitude_m,
        np.linspace(0.0, 1.0, _N_AIR) ** 2 * AIR_RANGE_M,
        low_um=limits[0],
        high_um=limits[1],
        visibility_m=world.visibility_m,
        air_temperature_k=world.air_k,
    )
    return path.transmission, path.thermal_radiance, path.scatter_radiance


def _sunlight(world: World, limits: tuple[float, float]) -> tuple[float, float, float]:
    """Irradiance of the sun across its rays and of the sky on level ground, W m^-2.

    And how much they light the air: 1 for the sun of the table of air paths, 40 degrees high.
    """
    band = nearest_air_band(*limits)
    table_low_um, table_high_um = air_band_limits_um(band)
    share = (limits[1] - limits[0]) / (table_high_um - table_low_um)
    known = daylight(_TABLE_SUN_DEG, band=band, visibility_m=world.visibility_m)
    reference = float(known.direct_normal + known.diffuse_horizontal)
    if world.sun is None:
        shed = float(irradiance_of_lux(_STARLIGHT_LUX, band))
        return 0.0, share * shed, shed / reference
    light = daylight(world.sun.elevation_deg, band=band, visibility_m=world.visibility_m)
    direct, diffuse = float(light.direct_normal), float(light.diffuse_horizontal)
    return share * direct, share * diffuse, (direct + diffuse) / reference


def _day_sky(world: World, sine: Array, diffuse_w_m2: float) -> Array:
    """Radiance of the clear sky by the sine of elevation, the mean of all azimuths."""
    sun_deg = 0.0 if world.sun is None else world.sun.elevation_deg
    azimuth = np.linspace(0.0, 180.0, _N_AZIMUTHS)
    elevation = np.degrees(np.arcsin(sine))[:, np.newaxis]
    radiance = clear_sky_radiance(
        elevation, azimuth, sun_elevation_deg=sun_deg, diffuse_horizontal_w_m2=diffuse_w_m2
    )
    return np.asarray(radiance.mean(axis=-1))


def band_light(
    world: World, *, low_um: float, high_um: float, altitude_m: float = 500.0
) -> BandLight:
    """Return the light of a world in a band.

    The day's sky is that of `clear_sky_radiance`, the same in all azimuths.

    Args:
        world: Its sky, sun, air and water.
        low_um: Shortest wavelength.
        high_um: Longest.
        altitude_m: Of the camera over the sea, for the air between.

    Raises:
        InputError: No air is known in the band.
    """
    glows = 0.5 * (low_um + high_um) > _GLOWS_FROM_UM
    sine = np.linspace(0.0, 1.0, _N_SKY) ** 2
    direct, diffuse, sunlight = _sunlight(world, (low_um, high_um))
    through, thermal, scatter = _air(world, altitude_m, (low_um, high_um))
    sky = _day_sky(world, sine, diffuse)
    body = 0.0
    if glows:
        body = float(band_radiance(world.water_k, low_um=low_um, high_um=high_um))
        sky = sky + thermal_sky_radiance(
            np.degrees(np.arcsin(sine)),
            low_um=low_um,
            high_um=high_um,
            air_temperature_k=world.air_k,
            visibility_m=world.visibility_m,
        )
    sky_level = 2.0 * math.pi * float(np.trapezoid(sky * sine, sine))
    up = 0.0 if world.sun is None else max(math.sin(math.radians(world.sun.elevation_deg)), 0.0)
    level = direct * up + sky_level
    if not glows:
        body = _WATER_REFLECTANCE * level / math.pi
    return BandLight(
        low_um=low_um,
        high_um=high_um,
        is_thermal=glows,
        emissivity=_sea_emissivity(low_um, high_um),
        sky=sky,
        facets=facet_light(
            sky,
            body,
            slope_variances(max(world.wind_m_s, LEAST_WIND_M_S)),
            limits_um=(low_um, high_um),
        ),
        transmission=through,
        path=thermal + sunlight * scatter,
        body=body,
        foam=body if glows else _FOAM_REFLECTANCE * level / math.pi,
        sun_irradiance=direct,
        sky_irradiance=sky_level,
        ground_irradiance=body * math.pi if glows else _SEA_ALBEDO * level,
    )


def sun_enu(world: World) -> Array:
    """Return the direction of the sun, (3,) east, north, up; straight down where there is none."""
    if world.sun is None:
        return np.array([0.0, 0.0, -1.0])
    azimuth, elevation = math.radians(world.sun.azimuth_deg), math.radians(world.sun.elevation_deg)
    level = math.cos(elevation)
    return np.array([level * math.sin(azimuth), level * math.cos(azimuth), math.sin(elevation)])


def _terms(table: Array) -> Array:
    """Fit a polynomial of degree 9 in 2 sqrt(x) - 1 to a table over x."""
    root = np.sqrt(np.linspace(0.0, 1.0, len(table)))
    fitted = np.polynomial.Chebyshev.fit(2.0 * root - 1.0, table, 9, domain=[-1.0, 1.0])
    terms = np.asarray(np.polynomial.chebyshev.cheb2poly(fitted.coef), np.float64)
    return np.pad(terms, (0, 10 - len(terms)))


def packed_light(world: World, first: BandLight, second: BandLight) -> SeaLight:
    """Return the light of two bands as the sea kernel takes it."""
    bands = (first, second)
    sun = sun_enu(world)
    aside = world.downwind_enu @ sun
    sun_row = [aside[0], aside[1], sun[2], first.sun_irradiance, second.sun_irradiance]
    return SeaLight(
        emissivity=np.stack(
            [[_terms(row) for row in band.emissivity] for band in bands], axis=1
        ).astype(np.float32),
        most_variance=MOST_ROUGHNESS,
        sky=np.stack([band.sky for band in bands]).astype(np.float32),
        sent=np.stack([band.facets.sent for band in bands]).astype(np.float32),
        most_rough=first.facets.most_rough,
        limits=np.array([band.facets.limits for band in bands], np.float32),
        air=np.stack([[band.transmission, band.path] for band in bands]).astype(np.float32),
        most_range_m=AIR_RANGE_M,
        foam=np.array([band.foam for band in bands], np.float32),
        sun=np.array(sun_row, np.float32),
    )
