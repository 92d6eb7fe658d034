"""What a source said at many instants, as columns: what conventions are scored against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import up_from_ecef
from plainview.geo.geodetic import ecef_from_geodetic, ecef_from_ned
from plainview.geo.geoid import geoid_undulation_m
from plainview.geo.grid_north import utm_zone
from plainview.misb.angle_convention import HeightReading
from plainview.misb.view_items import Reading, ViewItems, reading_of
from plainview.units import FOOT_M

__all__ = [
    "ConventionSamples",
    "Sight",
    "aligned_samples",
    "center_of",
    "is_of_one_instant",
    "samples_from_items",
]

Array = npt.NDArray[np.float64]

MAX_SAMPLES: Final = 240
"""Evenly over what is given: neighbours say the same."""

_MAX_LATER_S: Final = 0.1
"""Angles and frame centre that were sent further apart than this are of different instants."""

_COLUMNS: Final = (
    "latitude_deg",
    "longitude_deg",
    "height_hae_m",
    "altitude_msl_m",
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "horizontal_fov_deg",
    "vertical_fov_deg",
    "slant_range_m",
    "frame_center_height_hae_m",
    "frame_center_altitude_msl_m",
    "target_width_m",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """The straight lines from sensor to frame centre.

    Args:
        bearing_deg: (n,) clockwise from true north.
        elevation_deg: (n,) above the horizontal at the sensor.
        range_m: (n,).
    """

    bearing_deg: Array
    elevation_deg: Array
    range_m: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConventionSamples:
    """Columns of n instants, NaN where a number is not known.

    Args:
        value: By the name in `ViewItems`, (n,).
        sigma: Rounding of each, (n,).
        angles_deg: (n, 3) azimuth, elevation, roll of the line of sight as sent, whatever
            they are measured from.
        angles_sigma_deg: (n, 3) their rounding.
        is_gimbal: Whether they are the gimbal's items (ST 0601) or those of north and
            obliquity (EG 0104).
        center_deg: (n, 2) reported frame centre; from the corners where it is not sent.
        is_center_of_corners: Whether it is.
        corners_deg: (n, 4, 2).
        geoid_m: (n,) at the sensor; center_geoid_m at the frame centre.
        rows: (n,) which of the items given each is.
    """

    value: dict[str, Array]
    sigma: dict[str, Array]
    angles_deg: Array
    angles_sigma_deg: Array
    is_gimbal: bool
    center_deg: Array
    is_center_of_corners: bool
    corners_deg: Array
    geoid_m: Array
    center_geoid_m: Array
    rows: npt.NDArray[np.int64]

    @property
    def n_samples(self) -> int:
        """How many instants there are."""
        return len(self.rows)

    def has(self, name: str) -> bool:
        """Whether a quantity is known at most instants."""
        return bool(np.mean(np.isfinite(self.value[name])) > 0.5) if self.n_samples else False

    @property
    def grid_zone(self) -> int | None:
        """The UTM zone of the first instant; None without one."""
        latitude, longitude = self.value["latitude_deg"], self.value["longitude_deg"]
        return utm_zone(float(latitude[0]), float(longitude[0])) if self.n_samples else None

    @property
    def has_center_height(self) -> bool:
        """Whether the source gives a height of the frame centre."""
        return self.has("frame_center_height_hae_m") or self.has("frame_center_altitude_msl_m")

    def raw_center_height_m(self) -> Array:
        """Return the frame centre's height as sent, (n,), and whichever item is believed."""
        hae = self.value["frame_center_height_hae_m"]
        return np.where(np.isfinite(hae), hae, self.value["frame_center_altitude_msl_m"])

    def sensor_height_hae_m(self, how: HeightReading) -> Array:
        """Return the sensor's height above the ellipsoid, (n,), as its field is read."""
        pair = self.value["height_hae_m"], self.value["altitude_msl_m"]
        return _height_hae_m(pair, self.geoid_m, how)

    def center_height_hae_m(self, how: HeightReading) -> Array:
        """Return the frame centre's height above the ellipsoid, (n,), as its field is read."""
        pair = self.value["frame_center_height_hae_m"], self.value["frame_center_altitude_msl_m"]
        return _height_hae_m(pair, self.center_geoid_m, how)

    def sight(self, sensor_height_hae_m: Array, center_height_hae_m: Array) -> Sight:
        """Return the lines from the sensor to the frame centre at given heights, (n,) each."""
        sensor = self._sensor_ecef_m(sensor_height_hae_m)
        latitude, longitude = self.center_deg.T
        center = ecef_from_geodetic(latitude, longitude, center_height_hae_m)
        local = ecef_from_ned(self.value["latitude_deg"], self.value["longitude_deg"])
        north, east, down = np.einsum("ni,nij->jn", center - sensor, local)
        return Sight(
            bearing_deg=np.degrees(np.arctan2(east, north)) % 360.0,
            elevation_deg=np.degrees(np.arctan2(-down, np.hypot(north, east))),
            range_m=np.sqrt(north**2 + east**2 + down**2),
        )

    def center_height_at_range_m(self, sensor_height_hae_m: Array, range_m: Array) -> Array:
        """Return the frame centre's height above the ellipsoid that a range implies, (n,).

        The lower of the two that there are; level with the sensor where the range is shorter
        than the ground between them.
        """
        latitude, longitude = self.center_deg.T
        foot = ecef_from_geodetic(latitude, longitude, np.zeros(self.n_samples))
        up = up_from_ecef(foot)
        offset = foot - self._sensor_ecef_m(sensor_height_hae_m)
        along = np.sum(up * offset, axis=-1)
        square = along**2 - np.sum(offset**2, axis=-1) + range_m**2
        height: Array = -along - np.sqrt(np.maximum(square, 0.0))
        return height

    def _sensor_ecef_m(self, height_hae_m: Array) -> Array:
        place = self.value["latitude_deg"], self.value["longitude_deg"]
        return ecef_from_geodetic(place[0], place[1], height_hae_m)


def samples_from_items(items: Sequence[ViewItems]) -> ConventionSamples:
    """Return the instants at which a source's angles can be held against its frame centre.

    Args:
        items: What it said, in order.

    Returns:
        At most `MAX_SAMPLES` of them, evenly; none where the source gives no position, no
        angles, or neither frame centre nor corners.
    """
    rows = [row for row, each in enumerate(items) if _is_testable(each)]
    fresh = [row for row in rows if is_of_one_instant(items[row])]
    rows = fresh or rows
    if len(rows) > MAX_SAMPLES:
        rows = [rows[at] for at in np.linspace(0, len(rows) - 1, MAX_SAMPLES).astype(int)]
    return _columns([items[row] for row in rows], np.array(rows, np.int64))


def aligned_samples(items: Sequence[ViewItems]) -> ConventionSamples:
    """Return every instant that has a place and angles, with a frame centre or without."""
    rows = [
        row
        for row, each in enumerate(items)
        if each.latitude_deg is not None
        and each.longitude_deg is not None
        and _angles_of(each) is not None
    ]
    return _columns([items[row] for row in rows], np.array(rows, np.int64))


def _height_hae_m(pair: tuple[Array, Array], geoid_m: Array, how: HeightReading) -> Array:
    hae, msl = pair
    if how is HeightReading.OTHER_DATUM:
        hae, msl = msl, hae
    elif how is HeightReading.FEET:
        hae, msl = hae * FOOT_M, msl * FOOT_M
    return np.where(np.isfinite(hae), hae, msl + geoid_m)


def _angles_of(items: ViewItems) -> tuple[Reading, Reading, Reading | None] | None:
    if items.relative_azimuth_deg is not None and items.relative_elevation_deg is not None:
        return items.relative_azimuth_deg, items.relative_elevation_deg, items.relative_roll_deg
    if items.north_heading_deg is not None and items.horizon_elevation_deg is not None:
        return items.north_heading_deg, items.horizon_elevation_deg, items.horizon_roll_deg
    return None


def center_of(items: ViewItems) -> tuple[float, float] | None:
    """Return the reported frame centre, or where the diagonals of the corners cross; None for none.

    Latitude and longitude in degrees.
    """
    latitude, longitude = items.frame_center_latitude_deg, items.frame_center_longitude_deg
    if latitude is not None and longitude is not None:
        return latitude.value, longitude.value
    if items.corners is None:
        return None
    corners = [(each.latitude_deg.value, each.longitude_deg.value) for each in items.corners]
    return _crossing_of_diagonals(np.array(corners))


def _crossing_of_diagonals(corners_deg: Array) -> tuple[float, float] | None:
    """Return where the diagonals of a picture on level ground cross: what its middle sees."""
    origin = corners_deg[0]
    offset = corners_deg - origin
    offset[:, 1] = (offset[:, 1] + 180.0) % 360.0 - 180.0
    first, second = offset[2] - offset[0], offset[3] - offset[1]
    matrix = np.stack([first, -second], axis=1)
    if abs(np.linalg.det(matrix)) < 1e-16:
        return None
    along = np.linalg.solve(matrix, offset[1] - offset[0])[0]
    latitude, longitude = (origin + offset[0] + along * first).tolist()
    return latitude, longitude


def _is_testable(items: ViewItems) -> bool:
    has_height = items.height_hae_m is not None or items.altitude_msl_m is not None
    has_place = items.latitude_deg is not None and items.longitude_deg is not None
    return has_place and has_height and _angles_of(items) is not None and bool(center_of(items))


def is_of_one_instant(items: ViewItems) -> bool:
    """Return whether angles, position and frame centre (or corners) were sent together."""
    angles, center = _angles_of(items), items.frame_center_latitude_deg
    if center is None and items.corners is not None:
        center = items.corners[0].latitude_deg
    if angles is None or center is None:
        return True
    place = items.latitude_deg
    ages = [angles[0].age_s, angles[1].age_s, 0.0 if place is None else place.age_s]
    return max(abs(center.age_s - age_s) for age_s in ages) <= _MAX_LATER_S


def _columns(items: list[ViewItems], rows: npt.NDArray[np.int64]) -> ConventionSamples:
    angles = [_angles_of(each) for each in items]
    centers = [center_of(each) or (np.nan, np.nan) for each in items]
    center_deg = np.array(centers, np.float64).reshape(-1, 2)
    value = {name: _numbers(items, name, "value") for name in _COLUMNS}
    return ConventionSamples(
        value=value,
        sigma={name: _numbers(items, name, "sigma") for name in _COLUMNS},
        angles_deg=_triples(angles, "value"),
        angles_sigma_deg=_triples(angles, "sigma"),
        is_gimbal=any(each.relative_azimuth_deg is not None for each in items),
        center_deg=center_deg,
        is_center_of_corners=any(each.frame_center_latitude_deg is None for each in items),
        corners_deg=np.array([_corner_numbers(each) for each in items]).reshape(-1, 4, 2),
        geoid_m=np.asarray(geoid_undulation_m(value["latitude_deg"], value["longitude_deg"])),
        center_geoid_m=np.asarray(geoid_undulation_m(*center_deg.T)),
        rows=rows,
    )


def _numbers(items: list[ViewItems], name: str, part: str) -> Array:
    readings = [reading_of(each, name) for each in items]
    return np.array([np.nan if each is None else getattr(each, part) for each in readings], float)


def _triples(angles: list[tuple[Reading, Reading, Reading | None] | None], part: str) -> Array:
    rows = [
        [np.nan if each is None else getattr(each, part) for each in triple]
        for triple in angles
        if triple is not None
    ]
    return np.array(rows, np.float64).reshape(-1, 3)


def _corner_numbers(items: ViewItems) -> list[list[float]]:
    if items.corners is None:
        return [[np.nan, np.nan]] * 4
    return [[each.latitude_deg.value, each.longitude_deg.value] for each in items.corners]
