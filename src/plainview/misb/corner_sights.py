"""What the reported corners say of the picture: its fields of view, and how it is rolled."""

import numpy as np
import numpy.typing as npt

from plainview.geo.geodetic import ecef_from_geodetic, ecef_from_ned
from plainview.misb.angle_convention import HeightReading
from plainview.misb.convention_samples import ConventionSamples

__all__ = ["corner_fields_deg", "corner_roll_deg"]

Array = npt.NDArray[np.float64]


def corner_fields_deg(samples: ConventionSamples, center_height_hae_m: Array) -> Array:
    """Return the fields of view that the corners span, (n, 2): horizontal and vertical.

    Args:
        samples: With corners and the sensor's place.
        center_height_hae_m: (n,) height of the ground that they lie on.

    Returns:
        Degrees; NaN where there are no corners.

    Source:
        Corners at (-a, -b), (a, -b), (a, b), (-a, b) before a pinhole at distance 1: the
        angle of a diagonal is 2 atan(hypot(a, b)), the cosine of the upper edge's
        (1 - a^2 + b^2) / (1 + a^2 + b^2), that of the right edge's (1 + a^2 - b^2) / the same.
    """
    unit = _directions(samples, center_height_hae_m)

    def cosine(one: int, other: int) -> Array:
        product: Array = np.sum(unit[:, one] * unit[:, other], axis=-1)
        return np.clip(product, -1.0, 1.0)

    diagonal = 0.25 * (np.arccos(cosine(0, 2)) + np.arccos(cosine(1, 3)))
    square = np.tan(diagonal) ** 2
    across = 0.5 * (1.0 + square) * (1.0 - 0.5 * (cosine(0, 1) + cosine(3, 2)))
    down = 0.5 * (1.0 + square) * (1.0 - 0.5 * (cosine(0, 3) + cosine(1, 2)))
    fields: Array = np.degrees(2.0 * np.arctan(np.sqrt(np.stack([across, down], axis=-1))))
    return fields


def corner_roll_deg(samples: ConventionSamples) -> Array:
    """Return the roll of the picture by its corners, (n,), as a camera's roll; NaN without.

    The corners are taken on level ground at the sea's height: a slope of the ground turns
    the picture less than what tells one reading of the angles from another.
    """
    unit = _directions(samples, samples.center_geoid_m)
    forward = unit.sum(axis=1)
    right = unit[:, 1] + unit[:, 2] - unit[:, 0] - unit[:, 3]
    level = np.cross(np.array([0.0, 0.0, 1.0]), forward)
    lower = np.cross(forward, level)
    sine = np.sum(right * lower, axis=-1) / np.linalg.norm(lower, axis=-1)
    cosine = np.sum(right * level, axis=-1) / np.linalg.norm(level, axis=-1)
    roll: Array = np.degrees(np.arctan2(sine, cosine))
    return roll


def _directions(samples: ConventionSamples, center_height_hae_m: Array) -> Array:
    """Return directions to the corners from the sensor, (n, 4, 3), north-east-down, of length 1."""
    place = samples.value["latitude_deg"], samples.value["longitude_deg"]
    sensor = ecef_from_geodetic(*place, samples.sensor_height_hae_m(HeightReading.AS_SENT))
    latitude, longitude = np.moveaxis(samples.corners_deg, -1, 0)
    heights = np.broadcast_to(center_height_hae_m[:, np.newaxis], latitude.shape)
    corners = ecef_from_geodetic(latitude, longitude, heights)
    offset = np.einsum("nki,nij->nkj", corners - sensor[:, np.newaxis], ecef_from_ned(*place))
    unit: Array = offset / np.linalg.norm(offset, axis=-1, keepdims=True)
    return unit
