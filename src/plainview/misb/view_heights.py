"""A sensor's height in both datums, from whichever a source gives."""

from dataclasses import dataclass
from typing import Final

from plainview.geo.single_pose import geoid_undulation_at
from plainview.misb.view_items import ViewItems

__all__ = ["MAX_DATUM_DIFFERENCE_M", "SensorHeight", "sensor_height"]

MAX_DATUM_DIFFERENCE_M: Final = 5.0
"""Two heights of one sensor whose difference is further from the geoid than this contradict
each other: both are sent in steps of 0.3 m, and geoid models differ by less than 3 m."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorHeight:
    """Heights of a sensor.

    Args:
        height_hae_m: Above the ellipsoid, as sent or from the geoid; None where not known.
        altitude_msl_m: Above the geoid, likewise.
        datum_difference_m: Where both are sent: by how much their difference is off the
            geoid's height; None where there is nothing to compare.
    """

    height_hae_m: float | None = None
    altitude_msl_m: float | None = None
    datum_difference_m: float | None = None


def sensor_height(items: ViewItems) -> SensorHeight:
    """Return the sensor's height above the ellipsoid and above the geoid.

    The ellipsoidal height is believed where both are sent; the other is derived with the
    EGM96 geoid where only one is, and only where the sensor's place is known.
    """
    hae_m = None if items.height_hae_m is None else items.height_hae_m.value
    msl_m = None if items.altitude_msl_m is None else items.altitude_msl_m.value
    if items.latitude_deg is None or items.longitude_deg is None or hae_m is msl_m is None:
        return SensorHeight(height_hae_m=hae_m, altitude_msl_m=msl_m)
    geoid_m = geoid_undulation_at(items.latitude_deg.value, items.longitude_deg.value)
    if hae_m is None and msl_m is not None:
        return SensorHeight(height_hae_m=msl_m + geoid_m, altitude_msl_m=msl_m)
    if msl_m is None and hae_m is not None:
        return SensorHeight(height_hae_m=hae_m, altitude_msl_m=hae_m - geoid_m)
    difference_m = (hae_m or 0.0) - (msl_m or 0.0) - geoid_m
    return SensorHeight(height_hae_m=hae_m, altitude_msl_m=msl_m, datum_difference_m=difference_m)
