"""What of a calm or rough sea leaves towards a look in the infrared, by night or shaded."""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.apparent import SurfaceRadiance
from plainview.sensing.atmosphere import nearest_air_band
from plainview.sensing.planck import band_radiance
from plainview.sensing.sea_emissivity import sea_look
from plainview.sensing.sea_facets import (
    SEA_ANGLES_DEG,
    SEA_WINDS_M_S,
    between_looks,
    sea_facets,
)
from plainview.sensing.thermal_sky import sky_emissivity
from plainview.sensing.water import water_reflectance

__all__ = ["sea_radiance"]

Array = npt.NDArray[np.float64]

_CLEAR_M: Final = 23_000.0


def sea_radiance(
    angle_deg: npt.ArrayLike,
    wind_m_s: npt.ArrayLike,
    *,
    water_temperature_k: float,
    air_temperature_k: float,
    low_um: float,
    high_um: float,
    visibility_m: float = _CLEAR_M,
) -> SurfaceRadiance:
    """Return the sea's own and the mirrored radiance, averaged over facets, W m^-2 sr^-1.

    Each facet mirrors the clear sky at its own height. What one mirrors of another is the sea's
    own, once; what is mirrored twice is taken as the sky at the horizon. Foam counts by its share.

    Args:
        angle_deg: (...) between the look and the vertical at the sea, 0 to 90; clipped to it.
        wind_m_s: (...) wind speed, 0 to 30; clipped to it.
        water_temperature_k: Of the water's skin.
        air_temperature_k: Near the sea.
        low_um: Where the band begins, micrometres; an infrared one.
        high_um: Where it ends.
        visibility_m: Meteorological range, 1 to 300 km.

    Raises:
        InputError: As `sea_look` and `thermal_sky_radiance`.
    """
    low_um, high_um = float(low_um), float(high_um)
    angle, wind = np.broadcast_arrays(
        np.asarray(angle_deg, np.float64), np.asarray(wind_m_s, np.float64)
    )
    bare, foamy = (
        sea_look(
            angle, wind, low_um=low_um, high_um=high_um, is_reflecting_itself=True, has_foam=each
        ).emissivity
        for each in (False, True)
    )
    share = _mirrored_share(low_um=low_um, high_um=high_um, visibility_m=float(visibility_m))
    mirrored = between_looks(share, angle, wind)
    kept = (1.0 - foamy) / np.maximum(1.0 - bare, 1e-9)  # foam hides some of the mirror
    water, air = band_radiance(
        [water_temperature_k, air_temperature_k], low_um=low_um, high_um=high_um
    )
    return SurfaceRadiance(emitted=foamy * water, mirrored=kept * mirrored * air)


@lru_cache(maxsize=16)
def _mirrored_share(*, low_um: float, high_um: float, visibility_m: float) -> Array:
    """Return mirrored radiance over that of a black body of the air, (winds, angles)."""
    band = nearest_air_band(low_um, high_um)
    wind, angle = np.meshgrid(SEA_WINDS_M_S, SEA_ANGLES_DEG, indexing="ij")
    looks = [
        sea_look(angle, wind, low_um=low_um, high_um=high_um, is_reflecting_itself=each)
        for each in (False, True)
    ]
    again = looks[1].emissivity - looks[0].emissivity
    share = np.empty(wind.shape)
    for i, j in np.ndindex(*share.shape):
        weight, cosine, upward = sea_facets(float(angle[i, j]), float(wind[i, j]))
        reflected = weight * water_reflectance(cosine, low_um=low_um, high_um=high_um)
        elevation_deg = np.degrees(np.arcsin(np.clip(upward, 0.0, 1.0)))  # below: the horizon
        sky = sky_emissivity(elevation_deg, band=band, visibility_m=visibility_m)
        share[i, j] = (reflected * sky).sum() - again[i, j]
    return share
