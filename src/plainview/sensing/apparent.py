"""What reaches a camera of a surface: its own radiance and what it mirrors, through the air."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing.atmosphere import AirPath, air_band_limits_um, air_path, nearest_air_band
from plainview.sensing.planck import band_radiance

__all__ = ["SurfaceRadiance", "camera_air_path", "radiance_at_camera", "surface_radiance"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceRadiance:
    """What leaves a surface towards a camera, W m^-2 sr^-1 over a band; arrays of one shape.

    Args:
        emitted: By its temperature.
        mirrored: Of what shines on it.
    """

    emitted: Array
    mirrored: Array

    @property
    def total(self) -> Array:
        """Both together."""
        return self.emitted + self.mirrored


def surface_radiance(
    temperature_k: npt.ArrayLike,
    emissivity: npt.ArrayLike,
    surround_radiance: npt.ArrayLike,
    *,
    low_um: float,
    high_um: float,
) -> SurfaceRadiance:
    """Return what leaves an opaque surface: eps B(T) of its own and (1 - eps) of its surround.

    Args:
        temperature_k: (...) of the surface.
        emissivity: (...) over the band, 0 to 1.
        surround_radiance: (...) of what it mirrors, sky for the sea, W m^-2 sr^-1 over the band.
        low_um: Where the band begins, micrometres.
        high_um: Where it ends.

    Raises:
        InputError: An emissivity is no share, a temperature below absolute zero, a band none.

    Source:
        Kirchhoff's law.
    """
    share = np.asarray(emissivity, np.float64)
    if np.any((share < 0.0) | (share > 1.0)):
        raise InputError(
            where="emissivity",
            what="an emissivity below 0 or above 1 is none.",
            mend="Give shares of a black body's radiance, from 0 to 1.",
        )
    body = band_radiance(temperature_k, low_um=low_um, high_um=high_um)
    emitted, mirrored = np.broadcast_arrays(
        share * body, (1.0 - share) * np.asarray(surround_radiance, np.float64)
    )
    return SurfaceRadiance(emitted=emitted, mirrored=mirrored)


def camera_air_path(
    altitude_m: npt.ArrayLike,
    slant_range_m: npt.ArrayLike,
    *,
    low_um: float,
    high_um: float,
    visibility_m: float,
    air_temperature_k: float,
) -> AirPath:
    """Return what air does to a camera's own band, by the nearest band of the table.

    Transmission is that of the nearest band; thermal radiance is that band's, in proportion to
    what a black body of the air radiates in each; scattered light in proportion to the width.

    Args:
        altitude_m: (...) metres of the camera above the ground.
        slant_range_m: (...) metres to the point.
        low_um: Where the camera's band begins, micrometres.
        high_um: Where it ends.
        visibility_m: Meteorological range, 1 to 300 km.
        air_temperature_k: Near the ground.

    Raises:
        InputError: As `air_path`, or no air is known in the band.
    """
    band = nearest_air_band(low_um, high_um)
    path = air_path(
        band,
        altitude_m=altitude_m,
        slant_range_m=slant_range_m,
        visibility_m=visibility_m,
        air_temperature_k=air_temperature_k,
    )
    table_low_um, table_high_um = air_band_limits_um(band)
    own = float(band_radiance(air_temperature_k, low_um=low_um, high_um=high_um))
    tabled = float(band_radiance(air_temperature_k, low_um=table_low_um, high_um=table_high_um))
    return AirPath(
        transmission=path.transmission,
        thermal_radiance=own / tabled * path.thermal_radiance,
        scatter_radiance=(high_um - low_um)
        / (table_high_um - table_low_um)
        * path.scatter_radiance,
    )


def radiance_at_camera(
    leaving_radiance: npt.ArrayLike, path: AirPath, *, sunlight: float = 0.0
) -> Array:
    """Return what arrives of a surface's radiance, with what the air adds, W m^-2 sr^-1.

    Args:
        leaving_radiance: (...) of the surface towards the camera.
        path: The air between.
        sunlight: How much the sun lights the air, 0 by night, 1 when it stands as the table's
            40 degrees high.

    Source:
        L = tau L_surface + L_path, the equation of radiative transfer.
    """
    leaving = np.asarray(leaving_radiance, np.float64)
    added = path.thermal_radiance + sunlight * path.scatter_radiance
    return np.asarray(path.transmission * leaving + added)
