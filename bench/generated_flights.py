"""Generated flights of sources that agree with themselves, as numbers and as KLV packets.

Each flight is drawn anew: a place on Earth, a date, a platform that flies a circle, a turret
that looks at places on the ground with changes of aim, and how well the source's own computer
agrees with its instruments. Packets are made by the encoder, so that every number is rounded as
its standard rounds it.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    body_angles_from_rotation,
    camera_angles_from_rotation,
    declination_deg,
    destination,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
    geoid_undulation_m,
    gimbal_angles_from_rotation,
    grid_convergence_deg,
    ned_from_body,
    ned_from_camera,
    utm_zone,
)
from plainview.misb import encode_set
from plainview.misb.metadata_set import Item
from plainview.misb.st0601 import ST0601

__all__ = [
    "ALL_SENT",
    "STEP_S",
    "Course",
    "Errors",
    "Row",
    "draw_course",
    "draw_errors",
    "packet_of",
    "rows_of",
]

Array = npt.NDArray[np.float64]
Row = dict[str, float]
Packet = dict[Any, object]

N_PACKETS: Final = 60
STEP_S: Final = 0.5
ALL_SENT: Final = frozenset({"range", "center_height", "width", "corners"})
"""What a source may send of the ground beside its frame centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How well a source agrees with itself, drawn for each flight.

    Args:
        noise_deg: Of the frame centre's direction from the angles' own, each instant.
        bias_deg: The same through the flight, two axes.
        latency_s: Of the angles against the frame centre.
        range_sigma_m: Of a rangefinder; 0 where the range is computed.
    """

    noise_deg: float
    bias_deg: tuple[float, float]
    latency_s: float
    range_sigma_m: float


def draw_errors(generator: np.random.Generator) -> Errors:
    bias = generator.normal(0.0, 10.0 ** generator.uniform(-4.0, -1.3), 2)
    return Errors(
        noise_deg=float(10.0 ** generator.uniform(-4.0, -1.0)),
        bias_deg=(float(bias[0]), float(bias[1])),
        latency_s=float(generator.uniform(0.0, 0.04)),
        range_sigma_m=float(generator.uniform(0.5, 5.0)) if generator.random() < 1 / 3 else 0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where and how a platform flies and a turret looks, a circle with changes of aim."""

    latitude_deg: float
    longitude_deg: float
    altitude_m: float
    radius_m: float
    speed_m_s: float
    bank_deg: float
    pitch_deg: float
    start_deg: float
    aims_m: tuple[tuple[float, float], ...]
    ground_m: float
    relief_m: float
    hfov_deg: float
    time_us: int
    phases: tuple[float, ...]

    def sensor(self, time_s: Array) -> tuple[Array, Array, Array]:
        """Return latitude, longitude and heading of the platform, (n,) each."""
        bearing = self.start_deg + np.degrees(self.speed_m_s * time_s / self.radius_m)
        latitude, longitude = destination(
            self.latitude_deg, self.longitude_deg, bearing_deg=bearing, distance_m=self.radius_m
        )
        return latitude, longitude, (bearing + 90.0) % 360.0

    def aim(self, time_s: Array) -> tuple[Array, Array, Array]:
        """Return latitude, longitude and altitude above the sea of what is looked at, (n,)."""
        share = time_s / (N_PACKETS * STEP_S) * len(self.aims_m)
        row = np.minimum(share.astype(int), len(self.aims_m) - 1)
        east, north = np.array(self.aims_m)[row].T
        latitude, longitude = destination(
            self.latitude_deg,
            self.longitude_deg,
            bearing_deg=np.degrees(np.arctan2(east, north)),
            distance_m=np.hypot(east, north),
        )
        hills = np.sin(east / 900.0 + self.phases[0]) * np.cos(north / 700.0 + self.phases[1])
        return latitude, longitude, self.ground_m + self.relief_m * hills

    def attitude(self, time_s: Array) -> tuple[Array, Array]:
        """Return pitch and roll, which the air shakes, (n,) each."""
        shake = [np.sin(0.7 * time_s * (1 + k) + phase) for k, phase in enumerate(self.phases)]
        return self.pitch_deg + 0.8 * shake[0] + 0.3 * shake[1], self.bank_deg + 1.5 * shake[2]


def draw_course(generator: np.random.Generator) -> Course:
    above_m = float(np.exp(generator.uniform(np.log(400.0), np.log(6_000.0))))
    ground_m = float(generator.choice([0.0, 1.0]) * generator.uniform(0.0, 1_500.0))
    speed = float(generator.uniform(25.0, 80.0))
    radius = float(generator.uniform(1_200.0, 5_000.0))
    bank = float(np.degrees(np.arctan(speed**2 / (9.81 * radius))))
    reach = above_m / np.tan(np.radians(generator.uniform(8.0, 60.0, 4)))
    ways = generator.uniform(0.0, 2.0 * np.pi, 4)
    return Course(
        latitude_deg=float(np.degrees(np.arcsin(generator.uniform(-0.9, 0.9)))),
        longitude_deg=float(generator.uniform(-180.0, 180.0)),
        altitude_m=ground_m + above_m,
        radius_m=radius,
        speed_m_s=speed,
        bank_deg=bank,
        pitch_deg=float(generator.uniform(0.5, 4.0)),
        start_deg=float(generator.uniform(0.0, 360.0)),
        aims_m=tuple(
            (float(far * np.sin(way)), float(far * np.cos(way)))
            for far, way in zip(reach, ways, strict=True)
        ),
        ground_m=ground_m,
        relief_m=0.0 if ground_m == 0.0 else float(generator.uniform(0.0, 60.0)),
        hfov_deg=float(np.exp(generator.uniform(np.log(0.6), np.log(20.0)))),
        time_us=int(generator.uniform(1.30e15, 1.75e15)),
        phases=tuple(generator.uniform(0.0, 6.28, 3).tolist()),
    )


def _look(course: Course, time_s: Array) -> tuple[Array, Array, Array]:
    """Return the sensor's place in ECEF, ned_from_camera and ned_from_body, as instruments say."""
    latitude, longitude, heading = course.sensor(time_s)
    pitch, roll = course.attitude(time_s)
    height = course.altitude_m + geoid_undulation_m(latitude, longitude)
    sensor = ecef_from_geodetic(latitude, longitude, height)
    at = course.aim(time_s)
    target = ecef_from_geodetic(at[0], at[1], at[2] + geoid_undulation_m(at[0], at[1]))
    local = ecef_from_ned(latitude, longitude)
    north, east, down = np.einsum("ni,nij->jn", target - sensor, local)
    shake = 0.02 * np.sin(9.0 * time_s + course.phases[0])
    sight = ned_from_camera(
        heading_rad=np.arctan2(east, north) + np.radians(shake),
        elevation_rad=np.arctan2(-down, np.hypot(north, east)) - np.radians(shake),
        roll_rad=np.radians(0.3 * np.sin(time_s + course.phases[1])),
    )
    body = ned_from_body(
        heading_rad=np.radians(heading), pitch_rad=np.radians(pitch), roll_rad=np.radians(roll)
    )
    return sensor, sight, body


def _ground(sensor: Array, direction: Array, altitude_m: Array) -> Array:
    """Return where rays (n, 3) meet altitudes (n,) above the sea, ECEF, by iteration."""
    point = sensor
    for _ in range(12):
        latitude, longitude, height = geodetic_from_ecef(point)
        left_m = height - altitude_m - geoid_undulation_m(latitude, longitude)
        down = np.sum(direction * ecef_from_ned(latitude, longitude)[..., 2], axis=-1)
        point = point + (left_m / np.maximum(down, 0.01))[:, np.newaxis] * direction
    return point


def rows_of(course: Course, errors: Errors, generator: np.random.Generator) -> list[Row]:
    """Return what the packets of an honest source say."""
    time_s: Array = np.arange(N_PACKETS) * np.float64(STEP_S)
    sensor, sight, _ = _look(course, time_s)
    latitude, longitude, _ = geodetic_from_ecef(sensor)
    _, angled, angled_body = _look(course, np.clip(time_s - errors.latency_s, 0.0, None))
    noise = generator.normal(0.0, errors.noise_deg, (N_PACKETS, 2))
    off = np.radians(np.array(errors.bias_deg) + noise)
    heading, elevation, roll = camera_angles_from_rotation(sight)
    seen = ned_from_camera(
        heading_rad=heading + off[:, 0] / np.cos(elevation),
        elevation_rad=elevation + off[:, 1],
        roll_rad=roll,
    )
    ecef_from_camera = ecef_from_ned(latitude, longitude) @ seen
    altitude_m = course.aim(time_s)[2]
    center = _ground(sensor, ecef_from_camera[..., 2], altitude_m)
    range_m = np.linalg.norm(center - sensor, axis=-1)
    center_latitude, center_longitude, _ = geodetic_from_ecef(center)
    measured_m = range_m + generator.normal(0.0, 1.0, N_PACKETS) * errors.range_sigma_m
    columns = {
        "latitude": latitude,
        "longitude": longitude,
        "geoid": geoid_undulation_m(latitude, longitude),
        "altitude": np.full(N_PACKETS, course.altitude_m),
        "range": measured_m,
        "width": 2.0 * range_m * np.tan(np.radians(course.hfov_deg) / 2.0),
        "hfov": np.full(N_PACKETS, course.hfov_deg),
        "vfov": np.full(N_PACKETS, 0.75 * course.hfov_deg),
        "center_height": altitude_m,
        "center_latitude": center_latitude,
        "center_longitude": center_longitude,
        **_norths(latitude, longitude, course.time_us),
        **_angles(angled, angled_body),
        **_corners(course, sensor, ecef_from_camera, altitude_m),
    }
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]


def _norths(latitude: Array, longitude: Array, time_us: int) -> dict[str, Array]:
    zone = utm_zone(float(latitude[0]), float(longitude[0]))
    convergence = np.zeros(len(latitude))
    if zone is not None:
        convergence = grid_convergence_deg(latitude, longitude, zone=zone)
    ends = [declination_deg(latitude[at], longitude[at], time_us=time_us) for at in (0, -1)]
    start, end = (0.0 if each is None else each for each in ends)
    return {"convergence": convergence, "declination": np.linspace(start, end, len(latitude))}


def _angles(sight: Array, body: Array) -> dict[str, Array]:
    gimbal = gimbal_angles_from_rotation(body.swapaxes(-1, -2) @ sight)
    camera = camera_angles_from_rotation(sight)
    attitude = body_angles_from_rotation(body)
    names = ("azimuth", "elevation", "roll", "camera_heading", "camera_elevation", "camera_roll")
    degrees = {
        name: np.degrees(angle) for name, angle in zip(names, (*gimbal, *camera), strict=True)
    }
    for name in ("azimuth", "roll", "camera_heading"):
        degrees[name] %= 360.0
    named = zip(("heading", "pitch", "bank"), attitude, strict=True)
    return degrees | {name: np.degrees(angle) for name, angle in named}


def _corners(
    course: Course, sensor: Array, ecef_from_camera: Array, altitude_m: Array
) -> dict[str, Array]:
    half = np.tan(np.radians(np.array([course.hfov_deg, 0.75 * course.hfov_deg])) / 2.0)
    found: dict[str, Array] = {}
    for number, (x, y) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1)), start=1):
        ray = np.array([x * half[0], y * half[1], 1.0])
        direction = ecef_from_camera @ (ray / np.linalg.norm(ray))
        latitude, longitude, _ = geodetic_from_ecef(_ground(sensor, direction, altitude_m))
        found |= {f"corner_{number}_latitude": latitude, f"corner_{number}_longitude": longitude}
    return found


def packet_of(
    row: Row,
    *,
    set_name: str,
    time_us: int,
    sent: frozenset[str] = ALL_SENT,
    has_center: bool = True,
) -> bytes:
    """Return the packet of one row.

    Args:
        row: What it says.
        set_name: ``ST0601`` or ``EG0104``.
        time_us: Its stamp.
        sent: What it says of the ground.
        has_center: Whether it has the frame centre.
    """
    make = _st0601 if set_name == "ST0601" else _eg0104
    items = make(row, time_us, sent)
    if not has_center:
        for key in (23, 24, "frame_center_latitude_deg", "frame_center_longitude_deg"):
            items.pop(key, None)
    return encode_set(items, set_name=set_name)


def _st0601(row: Row, time_us: int, sent: frozenset[str]) -> Packet:
    items: Packet = {
        2: time_us,
        5: row["heading"],
        6: row["pitch"],
        7: row["bank"],
        13: row["latitude"],
        14: row["longitude"],
        15: row["altitude"],
        16: row["hfov"],
        17: row["vfov"],
        18: row["azimuth"],
        19: row["elevation"],
        20: row["roll"],
        21: row["range"],
        22: min(row["width"], 10_000.0),
        23: row["center_latitude"],
        24: row["center_longitude"],
        25: row["center_height"],
        65: 12,
        90: row["pitch"],
        91: row["bank"],
    }
    if "corners" in sent:
        for number in range(4):
            items[82 + 2 * number] = row[f"corner_{number + 1}_latitude"]
            items[83 + 2 * number] = row[f"corner_{number + 1}_longitude"]
    if row.get("is_width_long"):
        code = int.from_bytes(ST0601.by_number[22].encode(items[22]), "big")
        items[22] = Item(value=None, wire=code.to_bytes(4, "big"))
    for tag, name in ((21, "range"), (22, "width"), (25, "center_height")):
        if name not in sent:
            del items[tag]
    return items


def _eg0104(row: Row, time_us: int, sent: frozenset[str]) -> Packet:
    items: Packet = {
        "user_defined_time_stamp_us": time_us,
        "device_latitude_deg": row["latitude"],
        "device_longitude_deg": row["longitude"],
        "device_altitude_msl_m": row["altitude"],
        "platform_heading_deg": row["heading"],
        "platform_pitch_deg": row["pitch"],
        "platform_roll_deg": row["bank"],
        "horizontal_fov_deg": row["hfov"],
        "vertical_fov_deg": row["vfov"],
        "slant_range_m": row["range"],
        "angle_to_north_deg": row["camera_heading"],
        "obliquity_angle_deg": row["camera_elevation"],
        "frame_center_latitude_deg": row["center_latitude"],
        "frame_center_longitude_deg": row["center_longitude"],
    }
    if "center_height" in sent:
        items["frame_center_altitude_msl_m"] = row["center_height"]
    if "corners" in sent:
        for number in range(1, 5):
            for axis in ("latitude", "longitude"):
                items[f"corner_{number}_{axis}_deg"] = row[f"corner_{number}_{axis}"]
    return items
