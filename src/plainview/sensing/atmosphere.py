"""What the air between a camera and the ground does: it weakens, it glows, it scatters light in.

Transmission over a band is not exponential in range where gases absorb: what the strong lines
take is gone after metres, and what is left goes far (`docs/explanation/infrared-air.md`). So
paths are looked up in a table of computed ones, and laws of one extinction stand beside it for
visible light only.

Source:
    MODTRAN 5.2.1 paths published with pybsm 0.16.1 (Kitware, Apache-2.0), derived by
    ``scripts/make_atmosphere_table.py``: mid-latitude summer, rural haze, sun 40 degrees high.
"""

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import MEAN_EARTH_RADIUS_M
from plainview.sensing.planck import band_radiance

__all__ = [
    "AirBand",
    "AirPath",
    "air_band_limits_um",
    "air_path",
    "ground_irradiance_w_m2",
    "nearest_air_band",
    "slant_range_to_ground_m",
]

Array = npt.NDArray[np.float64]

_FILE: Final = "air_paths.npz"
_SHA256: Final = "db79ab0977a84bc546a2ee6c13058e05ddf3093cc5b141e2870c442b621710fd"
_HORIZON_K: Final = 0.167
"""Refraction of the source's air at the ground; it only scales the table's axis."""
_LEAST_ALTITUDE_M: Final = 2.0
_AIR_AT_GROUND_K: Final = 294.2
"""Mid-latitude summer: G. P. Anderson et al., AFGL-TR-86-0110, 1986, table 1b."""
_VISIBILITY_M: Final = (1_000.0, 300_000.0)


class AirBand(StrEnum):
    """A band that the table of air paths has."""

    VIS = "VIS"
    NIR = "NIR"
    SWIR = "SWIR"
    MWIR = "MWIR"
    LWIR = "LWIR"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AirPath:
    """What paths through the air do to a band; arrays of one shape.

    Args:
        transmission: What share of the radiance arrives, 0 to 1.
        thermal_radiance: What the air itself radiates towards the camera, W m^-2 sr^-1.
        scatter_radiance: Sunlight that the air scatters towards the camera, W m^-2 sr^-1, for a
            sun 40 degrees high and square to the view; none by night.
    """

    transmission: Array
    thermal_radiance: Array
    scatter_radiance: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Paths:
    """The file: axes, and values by visibility, altitude, band and distance."""

    visibility_m: Array
    log_altitude: Array
    bands: tuple[str, ...]
    limits_um: Array
    extinction_1_m: Array
    thermal_source: Array
    scatter_source: Array
    ground_irradiance: Array


def air_path(
    band: AirBand,
    *,
    altitude_m: npt.ArrayLike,
    slant_range_m: npt.ArrayLike,
    visibility_m: float = 23_000.0,
    air_temperature_k: float = _AIR_AT_GROUND_K,
) -> AirPath:
    """Return what the air does between a camera and points on the ground or the sea.

    Beyond the source's last path extinction goes on by its power law of range, so transmission
    falls without end. Between visibilities extinction is linear in 1 / visibility (as
    Koschmieder's), also below 5 km; above 23 km likewise, but never less than in proportion.

    Args:
        band: Which one.
        altitude_m: (...) metres of the camera above the ground, 0 to 24,500; below 2 as 2.
        slant_range_m: (...) metres from the camera to the point, as the ray goes; not less than
            the altitude, or it is taken as that.
        visibility_m: Meteorological range, 1 to 300 km.
        air_temperature_k: Near the ground. Air of another temperature than the source's 294.2 K
            glows in proportion to a black body; its water vapour stays that of the source.

    Returns:
        Arrays of the broadcast shape; NaN where altitude or range is NaN.

    Raises:
        InputError: An altitude, the visibility or the temperature is beyond what the table has.
    """
    altitude, slant = np.broadcast_arrays(
        np.asarray(altitude_m, np.float64), np.asarray(slant_range_m, np.float64)
    )
    _check(altitude, visibility_m)
    altitude = np.maximum(altitude, _LEAST_ALTITUDE_M)
    slant = np.maximum(slant, altitude)
    row, across, column, along, is_known = _place(altitude, slant)
    log_extinction, thermal, scatter = (
        _bilinear(table, (row, across, column, along))
        for table in _tables(AirBand(band), float(visibility_m))
    )
    depth = np.where(is_known, slant * np.exp(log_extinction), np.nan)
    share = -np.expm1(-depth)
    glow = _glow(AirBand(band), air_temperature_k)
    return AirPath(
        transmission=np.exp(-depth),
        thermal_radiance=glow * thermal * share,
        scatter_radiance=scatter * share,
    )


def slant_range_to_ground_m(altitude_m: npt.ArrayLike, ground_range_m: npt.ArrayLike) -> Array:
    """Return the distance from an altitude to the ground at a distance along it, metres.

    Args:
        altitude_m: (...) above the ground.
        ground_range_m: (...) along the ground, which is curved.
    """
    altitude = np.asarray(altitude_m, np.float64)
    half_turn = 0.5 * np.asarray(ground_range_m, np.float64) / MEAN_EARTH_RADIUS_M
    radius = MEAN_EARTH_RADIUS_M + altitude
    return np.hypot(altitude, 2.0 * np.sqrt(radius * MEAN_EARTH_RADIUS_M) * np.sin(half_turn))


def air_band_limits_um(band: AirBand) -> tuple[float, float]:
    """Return from which wavelength to which a band of the table goes, micrometres."""
    low_um, high_um = _paths().limits_um[_paths().bands.index(AirBand(band))]
    return float(low_um), float(high_um)


def nearest_air_band(low_um: float, high_um: float) -> AirBand:
    """Return the band of the table that shares most with a camera's.

    Args:
        low_um: Where the camera's band begins, micrometres.
        high_um: Where it ends.

    Raises:
        InputError: No band of the table shares any wavelength with it.
    """
    limits = _paths().limits_um
    shared_um = np.minimum(limits[:, 1], high_um) - np.maximum(limits[:, 0], low_um)
    if not np.max(shared_um) > 0.0:
        raise InputError(
            where="low_um, high_um",
            what=f"no air is known between {low_um:g} and {high_um:g} um.",
            mend="Bands are 0.45-0.68, 0.7-1, 0.9-1.7, 3.4-5 and 8-12 um; give one that meets one.",
        )
    whole_um = np.maximum(limits[:, 1], high_um) - np.minimum(limits[:, 0], low_um)
    return AirBand(_paths().bands[int(np.argmax(shared_um / whole_um))])


def _check(altitude_m: Array, visibility_m: float) -> None:
    highest_m = float(np.exp(_paths().log_altitude[-1])) + 1e-6
    if np.any(altitude_m < 0.0) or np.any(altitude_m > highest_m):
        raise InputError(
            where="altitude_m",
            what="a camera below the ground, or above 24,500 m, has no air path here.",
            mend="Give altitudes from 0 to 24,500 m above the ground or the sea.",
        )
    if not _VISIBILITY_M[0] <= visibility_m <= _VISIBILITY_M[1]:
        raise InputError(
            where="visibility_m",
            what=f"{visibility_m:g} m is no visibility that the table can tell of.",
            mend="Give 1,000 to 300,000 m; below is fog, which hides infrared as well as light.",
        )


def _place(altitude_m: Array, slant_m: Array) -> tuple[Any, Any, Any, Any, Any]:
    """Return row and column of the cell and how far along it, (...), and where it is known."""
    log_altitude, n_nodes = _paths().log_altitude, _paths().extinction_1_m.shape[-1]
    horizon = altitude_m + np.sqrt(2.0 * altitude_m * MEAN_EARTH_RADIUS_M / (1.0 - _HORIZON_K))
    log_height = np.log(altitude_m)
    nodes = np.log(slant_m / altitude_m) / np.log(horizon / altitude_m) * (n_nodes - 1)
    is_known = np.isfinite(nodes)
    nodes = np.where(is_known, np.clip(nodes, 0.0, n_nodes - 1), 0.0)
    row = np.clip(np.searchsorted(log_altitude, log_height, "right") - 1, 0, len(log_altitude) - 2)
    across = (log_height - log_altitude[row]) / (log_altitude[row + 1] - log_altitude[row])
    column = np.minimum(nodes.astype(np.int64), n_nodes - 2)
    return row, np.clip(across, 0.0, 1.0), column, nodes - column, is_known


def _bilinear(table: Array, place: tuple[Any, Any, Any, Any]) -> Array:
    row, across, column, along = place
    n_nodes, flat = table.shape[1], table.ravel()
    first = row * n_nodes + column
    low = flat[first] + along * (flat[first + 1] - flat[first])
    first = first + n_nodes
    high = flat[first] + along * (flat[first + 1] - flat[first])
    return np.asarray(low + across * (high - low))


def ground_irradiance_w_m2(band: AirBand, visibility_m: float) -> float:
    """Return what lights level ground under a sun 40 degrees high, sky and sun, W m^-2.

    Args:
        band: Which one; in the thermal ones it is mostly the glow of the sky.
        visibility_m: 5 to 23 km; beyond, that of 5 or of 23 km.
    """
    paths = _paths()
    k = paths.bands.index(AirBand(band))
    place = np.interp(1.0 / visibility_m, 1.0 / paths.visibility_m, [0.0, 1.0])
    clear, hazy = paths.ground_irradiance[:, k]
    return float(clear + place * (hazy - clear))


@lru_cache(maxsize=32)
def _tables(band: AirBand, visibility_m: float) -> tuple[Array, Array, Array]:
    """Return log extinction, thermal and scattered source by altitude and distance."""
    paths = _paths()
    k = paths.bands.index(band)
    clear_1_m, hazy_1_m = 1.0 / paths.visibility_m
    haze = (1.0 / visibility_m - clear_1_m) / (hazy_1_m - clear_1_m)
    clear, hazy = paths.extinction_1_m[:, :, k]
    extinction = clear + haze * (hazy - clear)
    extinction = np.maximum(extinction, clear * min(1.0, 1.0 / (visibility_m * clear_1_m)))
    share = min(max(haze, 0.0), 1.0)
    sources = (
        source[0, :, k] + share * (source[1, :, k] - source[0, :, k])
        for source in (paths.thermal_source, paths.scatter_source)
    )
    thermal, scatter = sources
    return np.log(extinction), thermal, scatter


@lru_cache(maxsize=256)
def _glow(band: AirBand, air_temperature_k: float) -> float:
    """Return how much more air of a temperature glows than that of the source."""
    low_um, high_um = air_band_limits_um(band)
    now, then = band_radiance(
        np.array([air_temperature_k, _AIR_AT_GROUND_K]), low_um=low_um, high_um=high_um
    )
    return float(now / then)


@cache
def _paths() -> _Paths:
    """Return the table that ships with the package, read once."""
    data = resources.files("plainview.sensing").joinpath("data", _FILE).read_bytes()
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise InputError(
            where=f"plainview/sensing/data/{_FILE}",
            what="the table of air paths is damaged: its SHA-256 is not the one that shipped.",
            mend="Install plainview again.",
        )
    with np.load(io.BytesIO(data)) as file:
        return _Paths(
            visibility_m=file["visibility_m"],
            log_altitude=np.log(file["altitude_m"]),
            bands=tuple(str(name) for name in file["band"]),
            limits_um=file["limits_um"],
            extinction_1_m=np.exp(file["log_extinction_1_m"].astype(np.float64)),
            thermal_source=file["thermal_source"].astype(np.float64),
            scatter_source=file["scatter_source"].astype(np.float64),
            ground_irradiance=file["ground_irradiance"],
        )
