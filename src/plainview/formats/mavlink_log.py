"""Telemetry logs of MAVLink (``.tlog``) as Views: place, attitude, and the gimbal where it tells.

Packets are decoded by pymavlink, which the extra ``mavlink`` installs. A log is stamped by the
ground station when a packet arrived, late by the radio's delay and never early; the autopilot's
own clock, which most messages carry, runs evenly. So instants are the autopilot's, brought to
UTC by the least delay that was met.

Source:
    MAVLink common messages 30, 33, 265, 285 (mavlink.io); the tlog stamp is microseconds of the
    Unix epoch, big-endian, before each packet.
"""

import contextlib
import math
import struct
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = ["MavlinkLog", "read_mavlink_log"]

Array = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

MAX_BYTES: Final = 4 << 30
_YAW_FROM_NORTH: Final = 64
"""GIMBAL_DEVICE_FLAGS_YAW_IN_EARTH_FRAME."""
_YAW_FROM_NOSE: Final = 32
"""GIMBAL_DEVICE_FLAGS_YAW_IN_VEHICLE_FRAME."""
_YAW_LOCK: Final = 16
"""GIMBAL_DEVICE_FLAGS_YAW_LOCK: from north, where neither of the two above is set."""
_LEAST_ROWS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MavlinkLog:
    """What a vehicle said; rows in order of time, instants in microseconds of UTC.

    Args:
        position_us: (n,) instants of the places.
        position: (n, 3) latitude, longitude (degrees), height above the sea (metres).
        attitude_us: (m,) instants of the attitudes.
        attitude_deg: (m, 3) heading, pitch, roll.
        gimbal_us: (k,) instants of the gimbal's angles; k is 0 where it says none.
        gimbal_deg: (k, 3) azimuth (from the nose, or from north), elevation, roll.
        is_gimbal_from_north: Whether that azimuth is from north, and the other two from level.
        system: The vehicle's number.
        n_packets: How many packets the log holds.
        n_damaged: How many stretches of it are none.
        delay_spread_s: By how much the arrival of packets jitters (95 %).
    """

    position_us: Times
    position: Array
    attitude_us: Times
    attitude_deg: Array
    gimbal_us: Times
    gimbal_deg: Array
    is_gimbal_from_north: bool
    system: int
    n_packets: int
    n_damaged: int
    delay_spread_s: float


@dataclass(slots=True)
class _Rows:
    """What was read of one vehicle: boot times in milliseconds, arrivals in seconds, values."""

    arrivals: list[tuple[float, float]] = field(default_factory=list)
    position: list[tuple[float, ...]] = field(default_factory=list)
    attitude: list[tuple[float, ...]] = field(default_factory=list)
    gimbal: list[tuple[float, ...]] = field(default_factory=list)
    gimbal_from_north: Counter[bool] = field(default_factory=Counter)


def read_mavlink_log(path: Path) -> MavlinkLog:
    """Read a log.

    Raises:
        InputError: It cannot be read, pymavlink is not installed, or no vehicle in it says where
            it was and how it lay.
    """
    rows: dict[int, _Rows] = {}
    with contextlib.closing(_open(path)) as connection:
        n_packets, n_damaged = _read_all(connection, rows)
    usable = {
        system: each
        for system, each in rows.items()
        if len(each.position) >= _LEAST_ROWS and len(each.attitude) >= _LEAST_ROWS
    }
    if not usable:
        raise _refusal(path, "holds no vehicle that says where it was and how it lay.")
    system = max(usable, key=lambda each: len(usable[each].position))
    return _log(usable[system], system, n_packets=n_packets, n_damaged=n_damaged)


def _read_all(connection: Any, rows: dict[int, _Rows]) -> tuple[int, int]:
    """Take every packet; return how many there are, and how many stretches are none."""
    n_packets = n_damaged = 0
    while True:
        try:
            message = connection.recv_match()
        except (ValueError, KeyError, IndexError, ArithmeticError, struct.error):
            n_damaged += 1
            continue
        if message is None:
            return n_packets, n_damaged
        if message.get_type() == "BAD_DATA":
            n_damaged += 1
            continue
        n_packets += 1
        _take(message, rows)


def _open(path: Path) -> Any:
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise _refusal(path, f"cannot be read ({error.strerror or error}).") from error
    if size > MAX_BYTES:
        raise _refusal(path, f"is larger than {MAX_BYTES >> 30} GiB.")
    try:
        mavutil = import_module("pymavlink.mavutil")
    except ImportError as error:
        raise InputError(
            where=str(path),
            what="is a MAVLink log, and pymavlink, which reads it, is not installed.",
            mend="Install plainview[mavlink].",
        ) from error
    return mavutil.mavlogfile(str(path), robust_parsing=True)


def _take(message: Any, rows: dict[int, _Rows]) -> None:
    name = message.get_type()
    reader = _READERS.get(name)
    if reader is None:
        return
    row = rows.setdefault(message.get_srcSystem(), _Rows())
    boot_ms = float(message.time_boot_ms)
    values = reader(message, row)
    if values is None or not all(math.isfinite(each) for each in values):
        return
    target = row.position if name == "GLOBAL_POSITION_INT" else row.gimbal
    (row.attitude if name == "ATTITUDE" else target).append((boot_ms, *values))
    row.arrivals.append((boot_ms, float(message._timestamp)))


def _position(message: Any, _: _Rows) -> tuple[float, ...] | None:
    latitude, longitude = message.lat * 1e-7, message.lon * 1e-7
    is_place = abs(latitude) <= 90.0 and abs(longitude) <= 180.0
    if not is_place or (message.lat, message.lon) == (0, 0):
        return None
    return latitude, longitude, message.alt * 1e-3


def _attitude(message: Any, _: _Rows) -> tuple[float, ...]:
    return tuple(math.degrees(each) for each in (message.yaw, message.pitch, message.roll))


def _mount(message: Any, row: _Rows) -> tuple[float, ...] | None:
    """MOUNT_ORIENTATION: yaw from the nose, and from north where that is known."""
    is_absolute = math.isfinite(message.yaw_absolute)
    row.gimbal_from_north[is_absolute] += 1
    heading = message.yaw_absolute if is_absolute else message.yaw
    return heading, message.pitch, message.roll


def _gimbal(message: Any, row: _Rows) -> tuple[float, ...] | None:
    """GIMBAL_DEVICE_ATTITUDE_STATUS: a quaternion whose yaw is from the nose or from north."""
    w, x, y, z = (float(each) for each in message.q)
    norm = math.sqrt(w * w + x * x + y * y + z * z)
    if not norm > 0.0:
        return None
    w, x, y, z = w / norm, x / norm, y / norm, z / norm
    flags = int(message.flags)
    is_absolute = bool(flags & _YAW_FROM_NORTH)
    if not flags & (_YAW_FROM_NORTH | _YAW_FROM_NOSE):
        is_absolute = bool(flags & _YAW_LOCK)
    row.gimbal_from_north[is_absolute] += 1
    heading = math.atan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z))
    elevation = math.asin(max(-1.0, min(1.0, 2.0 * (w * y - z * x))))
    roll = math.atan2(2.0 * (w * x + y * z), 1.0 - 2.0 * (x * x + y * y))
    return math.degrees(heading), math.degrees(elevation), math.degrees(roll)


_READERS: Final[dict[str, Any]] = {
    "GLOBAL_POSITION_INT": _position,
    "ATTITUDE": _attitude,
    "MOUNT_ORIENTATION": _mount,
    "GIMBAL_DEVICE_ATTITUDE_STATUS": _gimbal,
}


def _log(rows: _Rows, system: int, *, n_packets: int, n_damaged: int) -> MavlinkLog:
    arrivals = np.array(rows.arrivals)
    delays_s = arrivals[:, 1] - 1e-3 * arrivals[:, 0]
    least_s = float(delays_s.min())
    spread_s = float(np.percentile(delays_s - least_s, 95.0))
    position_us, position = _in_order(rows.position, least_s)
    attitude_us, attitude = _in_order(rows.attitude, least_s)
    is_north = rows.gimbal_from_north[True] > rows.gimbal_from_north[False]
    gimbal_us, gimbal = _in_order(rows.gimbal, least_s)
    return MavlinkLog(
        position_us=position_us,
        position=position,
        attitude_us=attitude_us,
        attitude_deg=attitude,
        gimbal_us=gimbal_us,
        gimbal_deg=gimbal,
        is_gimbal_from_north=is_north,
        system=system,
        n_packets=n_packets,
        n_damaged=n_damaged,
        delay_spread_s=spread_s,
    )


def _in_order(rows: list[tuple[float, ...]], offset_s: float) -> tuple[Times, Array]:
    """Return instants in UTC and values, in order, each instant once."""
    if not rows:
        return np.empty(0, np.int64), np.empty((0, 3))
    table = np.array(rows, np.float64)
    times_us = np.rint(1e3 * table[:, 0] + 1e6 * offset_s).astype(np.int64)
    times_us, first = np.unique(times_us, return_index=True)
    return times_us, table[first, 1:]


def _refusal(path: Path, what: str) -> InputError:
    mend = "Give the telemetry log that the ground station wrote."
    return InputError(where=str(path), what=what, mend=mend)
