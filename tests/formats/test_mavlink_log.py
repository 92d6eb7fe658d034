"""Telemetry logs: a real flight's, and one that pymavlink writes."""

import contextlib
import math
import random
import struct
from pathlib import Path

import pytest
from pymavlink.dialects.v20 import common as mavlink

from plainview.errors import InputError
from plainview.formats.mavlink_log import read_mavlink_log
from plainview.formats.mavlink_views import MavlinkReading, sidecar_from_mavlink
from plainview.geo import distance_and_bearing, locate_points
from plainview.geo.surface import GeoidSurface
from plainview.model import Camera, PoseBasis
from tests.conftest import SharedData

START_US = 1_533_430_847_360_000
"""When the first of the flight's photos was taken, by its name."""
READING = MavlinkReading(
    width_px=1640,
    height_px=1232,
    start_us=START_US,
    camera_mount_deg=(0.0, -90.0, 0.0),
    horizontal_fov_deg=62.2,
)


def test_a_real_flight_is_read_whole(shared_data: SharedData) -> None:
    """19,205 packets, as pymavlink's own tools count them; 5.7 Hz of radio delay that jitters."""
    log = read_mavlink_log(shared_data("cuav_search/flight.tlog"))
    assert (log.system, log.n_packets, log.n_damaged) == (1, 19_205, 0)
    assert (len(log.position), len(log.attitude_deg), len(log.gimbal_deg)) == (676, 604, 0)
    assert log.position[0] == pytest.approx([-35.3619363, 149.1642653, 666.91])
    assert log.attitude_deg[0] == pytest.approx([-21.117, 0.395, 4.617], abs=0.001)
    assert 0.05 < log.delay_spread_s < 1.0


def test_a_camera_that_looks_down_sees_what_lies_below(shared_data: SharedData) -> None:
    """The middle of a level picture is under the plane; a bank moves it aside by its tangent.

    The last minute is the landing.
    """
    log = read_mavlink_log(shared_data("cuav_search/flight.tlog"))
    found = sidecar_from_mavlink(log, name="flight.tlog", reading=READING)
    assert len(found.views) > 590
    camera = Camera(name="c", width_px=1640, height_px=1232)
    for timed in found.views[:500:25]:
        view = timed.view
        assert view.pose_basis is PoseBasis.RELATIVE
        assert view.platform_pitch_deg is not None
        assert view.platform_roll_deg is not None
        tilt = math.acos(
            math.cos(math.radians(view.platform_pitch_deg))
            * math.cos(math.radians(view.platform_roll_deg))
        )
        surface = GeoidSurface(altitude_msl_m=590.0, sigma_m=5.0)
        place = locate_points(view, camera, [(820.0, 616.0)], surface=surface)
        away_m, _ = distance_and_bearing(
            (view.latitude_deg or 0.0, view.longitude_deg or 0.0),
            (float(place.latitude_deg[0]), float(place.longitude_deg[0])),
        )
        height_m = (view.altitude_msl_m or 0.0) - 590.0
        assert away_m == pytest.approx(height_m * math.tan(tilt), abs=0.5)


def test_a_video_without_a_start_is_not_joined(shared_data: SharedData) -> None:
    log = read_mavlink_log(shared_data("cuav_search/flight.tlog"))
    reading = MavlinkReading(width_px=1640, height_px=1232, start_us=None)
    found = sidecar_from_mavlink(log, name="flight.tlog", reading=reading)
    assert found.views == ()
    assert [each.code for each in found.warnings] == ["sidecar_no_start"]


def write_log(path: Path, *, flags: int = 0, q: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0)) -> Path:
    """Write ten seconds of a vehicle that flies east with a gimbal, by another's encoder."""
    link = mavlink.MAVLink(None, srcSystem=7, srcComponent=1)
    with path.open("wb") as file:
        for n in range(100):
            boot_ms = 5_000 + 100 * n
            heading = math.radians(90.0)
            messages = [
                mavlink.MAVLink_global_position_int_message(
                    boot_ms, 480_000_000, -50_000_000 + 200 * n, 420_000, 400_000, 0, 0, 0, 9000
                ),
                mavlink.MAVLink_attitude_message(boot_ms, 0.1, 0.05, heading, 0.0, 0.0, 0.0),
                mavlink.MAVLink_gimbal_device_attitude_status_message(
                    0, 0, boot_ms, flags, list(q), 0.0, 0.0, 0.0, 0
                ),
            ]
            for late_us, message in zip((0, 30_000, 90_000), messages, strict=True):
                stamp = 1_700_000_000_000_000 + 1_000 * boot_ms + late_us
                file.write(struct.pack(">Q", stamp) + message.pack(link))
    return path


def quaternion(heading_deg: float, elevation_deg: float) -> tuple[float, float, float, float]:
    half, tilt = math.radians(0.5 * heading_deg), math.radians(0.5 * elevation_deg)
    return (
        math.cos(half) * math.cos(tilt),
        -math.sin(half) * math.sin(tilt),
        math.cos(half) * math.sin(tilt),
        math.sin(half) * math.cos(tilt),
    )


@pytest.mark.parametrize(
    ("flags", "heading_deg"), [(64, 30.0), (32, 120.0), (16, 30.0), (0, 120.0)]
)
def test_a_gimbal_from_north_and_one_from_the_nose(
    tmp_path: Path, flags: int, heading_deg: float
) -> None:
    """The vehicle heads east; the gimbal says 30 degrees and 20 down."""
    log = read_mavlink_log(write_log(tmp_path / "a.tlog", flags=flags, q=quaternion(30.0, -20.0)))
    assert log.system == 7
    reading = MavlinkReading(width_px=640, height_px=480, start_us=1_700_000_005_000_000)
    found = sidecar_from_mavlink(log, name="a.tlog", reading=reading)
    view = found.views[50].view
    assert view.camera_heading_deg == pytest.approx(heading_deg, abs=0.01)
    assert view.camera_elevation_deg == pytest.approx(-20.0, abs=0.01)
    assert view.pose_basis is PoseBasis.ABSOLUTE


def test_instants_are_those_of_the_autopilot(tmp_path: Path) -> None:
    """Attitudes arrive 30 ms late; the places, 0 ms late, tell how the clocks lie."""
    log = read_mavlink_log(write_log(tmp_path / "a.tlog"))
    assert log.attitude_us[0] == 1_700_000_005_000_000
    assert log.position_us[99] == 1_700_000_014_900_000


def test_damaged_logs_never_raise_but_with_their_name(
    shared_data: SharedData, tmp_path: Path
) -> None:
    data = shared_data("cuav_search/flight.tlog").read_bytes()[:60_000]
    draw = random.Random(8)
    path = tmp_path / "broken.tlog"
    for _ in range(60):
        changed = bytearray(data[: draw.randrange(1, len(data))])
        for _ in range(draw.choice((1, 30, 2_000))):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        path.write_bytes(bytes(changed))
        with contextlib.suppress(InputError):
            log = read_mavlink_log(path)
            assert (abs(log.position[:, 0]) <= 90.0).all()


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"no log at all, but text" * 20])
def test_what_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "none.tlog"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_mavlink_log(path)
    assert "none.tlog" in refused.value.where
