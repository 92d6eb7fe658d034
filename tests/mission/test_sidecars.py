"""A drone's video with a file beside it, through the whole run, against the drawn truth."""

import datetime as dt
import json
import math
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import pyarrow.parquet as pq
import pytest
from pymavlink.dialects.v20 import common as mavlink

from bench.drawn_scene import read_scenario
from bench.drawn_scene.drawn_clip import write_drawn_clip
from plainview.formats.settings_toml import settings_from_mapping
from plainview.mission.process import process
from plainview.mission.reader import Mission
from plainview.mission.request import ProcessRequest
from plainview.mission.score import score_mission

Truth = dict[str, list[Any]]


@pytest.fixture(scope="module")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn clip as an MP4 without metadata, with its truth beside it."""
    folder = tmp_path_factory.mktemp("drone")
    scenario = replace(read_scenario("rescue"), duration_s=6.0)
    clip = write_drawn_clip(folder / "drawn", scenario, seed=3)
    with av.open(str(clip.video)) as source, av.open(str(folder / "bare.mp4"), "w") as out:
        video = source.streams.video[0]
        stream = out.add_stream_from_template(video)
        for packet in source.demux(video):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return folder


def _truth(flown: Path) -> Truth:
    truth: Truth = pq.read_table(flown / "drawn" / "truth_frames.parquet").to_pydict()
    return truth


def _srt(truth: Truth, *, has_gimbal: bool = True) -> str:
    """Return captions as a drone writes them, from the true pose; at each fifth frame."""
    lines = []
    start_us = truth["time_us"][0]
    for number, row in enumerate(range(0, len(truth["time_us"]), 5), 1):
        times = [round((truth["time_us"][row] - start_us) / 1e3) + 33 * n for n in (0, 5)]
        gimbal = (
            f" [gb_yaw: {(truth['camera_heading_deg'][row] + 180.0) % 360.0 - 180.0:.1f}"
            f" gb_pitch: {truth['camera_elevation_deg'][row]:.1f}"
            f" gb_roll: {truth['camera_roll_deg'][row]:.1f}]"
        )
        half = math.tan(math.radians(0.5 * truth["horizontal_fov_deg"][row]))
        focal_mm = 0.5 * 0.8 * math.hypot(36.0, 24.0) / half
        lines += [
            str(number),
            " --> ".join(f"00:00:{ms // 1000:02d},{ms % 1000:03d}" for ms in times),
            f"<font size='28'>FrameCnt: {row}, DiffTime: 166ms",
            f"2026-06-01 14:00:{times[0] // 1000:02d}.{times[0] % 1000:03d}",
            f"[focal_len: {focal_mm:.2f}] [latitude: {truth['sensor_latitude_deg'][row]:.6f}]"
            f" [longitude: {truth['sensor_longitude_deg'][row]:.6f}]"
            f" [rel_alt: 500.0 abs_alt: {truth['sensor_altitude_msl_m'][row]:.3f}]"
            + (gimbal if has_gimbal else "")
            + "</font>",
            "",
        ]
    return "\n".join(lines)


def _run(flown: Path, folder: Path, name: str, content: str | bytes, **settings: object) -> Mission:
    """Process the bare video with one file beside it and the truth in its folder."""
    folder.mkdir()
    (folder / "flight.mp4").write_bytes((flown / "bare.mp4").read_bytes())
    data = content.encode() if isinstance(content, str) else content
    (folder / f"flight{name}").write_bytes(data)
    tables = {"sidecar": settings} if settings else {}
    mission = process(
        ProcessRequest(
            inputs=(folder / "flight.mp4",),
            out=folder / "mission",
            settings=settings_from_mapping(tables, where="test"),
        )
    )
    for table in ("truth.parquet", "truth_frames.parquet"):
        (mission.path / table).write_bytes((flown / "drawn" / table).read_bytes())
    return mission


def _codes(mission: Mission) -> set[str]:
    return {each["code"] for each in mission.summary["warnings"]}


def test_a_drone_with_gimbal_angles_is_located_with_errors_that_hold(
    flown: Path, tmp_path: Path
) -> None:
    mission = _run(flown, tmp_path / "run", ".SRT", _srt(_truth(flown)))
    score = score_mission(mission.path)
    assert score["found"] >= 5
    assert score["position_error_m"]["median"] < 25.0
    assert score["position_error_m"]["median"] < score["predicted_error_m"]["median"]
    assert score["inside_95_ellipse"] > 0.95
    assert {"sidecar_height_unsure"} <= _codes(mission)
    assert "no_metadata" not in _codes(mission)
    frames = mission.frames.to_pydict()
    assert set(frames["pose_basis"]) == {"absolute"}
    assert set(frames["time_us"]) == {None}
    events = [each["kind"] for each in mission.events]
    assert "sidecar" in events
    assert "sidecar_time" in events


def test_a_stated_zone_and_place_of_takeoff_are_used(flown: Path, tmp_path: Path) -> None:
    """The drone's barometer says 500 m above take-off; it was at 420 m above the sea."""
    said = {"utc_offset_h": 2.0, "takeoff_altitude_msl_m": -80.0}
    first = _caption_on_the_ground(_srt(_truth(flown)))
    mission = _run(flown, tmp_path / "run", ".srt", first, **said)
    frames = mission.frames.to_pydict()
    assert frames["time_us"][0] == 1_780_315_200_000_000
    assert frames["time_basis"][0] == "sidecar"
    altitude = [each for each in frames["sensor_altitude_msl_m"] if each is not None]
    assert altitude[-1] == pytest.approx(420.0, abs=0.5)
    assert "sidecar_height_unsure" not in _codes(mission)


def _caption_on_the_ground(text: str) -> str:
    """Return captions of which the first is on the ground, where the drone took off."""
    return text.replace("rel_alt: 500.0", "rel_alt: 0.0", 1)


def test_without_gimbal_angles_nothing_is_located_and_that_is_said(
    flown: Path, tmp_path: Path
) -> None:
    mission = _run(flown, tmp_path / "run", ".srt", _srt(_truth(flown), has_gimbal=False))
    assert mission.summary["counts"]["tracks_confirmed"] > 0
    assert mission.summary["counts"]["tracks_located"] == 0
    assert "sidecar_no_gimbal" in _codes(mission)
    frames = mission.frames.to_pydict()
    assert frames["sensor_latitude_deg"][10] is not None
    assert frames["camera_heading_deg"][10] is None


def test_a_pose_table_locates_as_its_errors_say(flown: Path, tmp_path: Path) -> None:
    truth = _truth(flown)
    names = (
        *("latitude_deg", "longitude_deg", "height_hae_m", "camera_heading_deg"),
        *("camera_elevation_deg", "camera_roll_deg", "horizontal_fov_deg", "vertical_fov_deg"),
    )
    head = ",".join(("video_time_s", *names, "heading_sigma_deg", "elevation_sigma_deg"))
    rows = [head]
    for row in range(len(truth["time_us"])):
        values = [
            truth[
                name if name.startswith(("camera", "horizontal", "vertical")) else f"sensor_{name}"
            ][row]
            for name in names
        ]
        rows.append(
            ",".join(
                f"{each:.9g}" for each in (truth["video_time_us"][row] / 1e6, *values, 0.05, 0.05)
            )
        )
    mission = _run(flown, tmp_path / "run", ".csv", "\n".join(rows))
    score = score_mission(mission.path)
    assert score["found"] >= 5
    assert score["position_error_m"]["median"] < 5.0


@pytest.mark.parametrize(("name", "text"), [(".srt", "no captions"), (".csv", "a,b\n1,2\n")])
def test_a_file_that_is_no_sidecar_is_named_and_left(
    flown: Path, tmp_path: Path, name: str, text: str
) -> None:
    mission = _run(flown, tmp_path / "run", name, text)
    assert "no_metadata" in _codes(mission)
    (event,) = [each for each in mission.events if each["kind"] == "sidecar_unread"]
    assert f"flight{name}" in event["what"]
    assert json.loads((mission.path / "mission.json").read_text())["state"] == "complete"


def test_a_telemetry_log_with_a_stated_start_locates(flown: Path, tmp_path: Path) -> None:
    """The gimbal says its angles from north and level; a second packet is late by the radio."""
    truth = _truth(flown)
    link = mavlink.MAVLink(None, srcSystem=1, srcComponent=1)
    log = bytearray()
    for row in range(0, len(truth["time_us"]), 3):
        boot_ms = 60_000 + round((truth["time_us"][row] - truth["time_us"][0]) / 1e3)
        place = [
            round(truth[f"sensor_{name}"][row] * scale)
            for name, scale in (
                ("latitude_deg", 1e7),
                ("longitude_deg", 1e7),
                ("altitude_msl_m", 1e3),
            )
        ]
        angles = [
            math.radians(truth[f"platform_{name}_deg"][row])
            for name in ("roll", "pitch", "heading")
        ]
        looking = [truth[f"camera_{name}_deg"][row] for name in ("roll", "elevation", "heading")]
        messages = (
            mavlink.MAVLink_global_position_int_message(boot_ms, *place, 0, 0, 0, 0, 0),
            mavlink.MAVLink_attitude_message(boot_ms, *angles, 0.0, 0.0, 0.0),
            mavlink.MAVLink_mount_orientation_message(boot_ms, *looking[:2], 0.0, looking[2]),
        )
        for late_us, message in zip((0, 120_000, 80_000), messages, strict=True):
            log += struct.pack(">Q", truth["time_us"][row] + late_us) + message.pack(link)
    start = dt.datetime.fromtimestamp(truth["time_us"][0] / 1e6, dt.UTC).isoformat()
    said = {"video_start_utc": start, "horizontal_fov_deg": truth["horizontal_fov_deg"][0]}
    mission = _run(flown, tmp_path / "run", ".tlog", bytes(log), **said)
    score = score_mission(mission.path)
    assert score["found"] >= 5
    assert score["position_error_m"]["median"] < 8.0
    assert score["position_error_m"]["median"] < score["predicted_error_m"]["median"]
    assert set(mission.frames.to_pydict()["time_basis"]) <= {"sidecar", None}
