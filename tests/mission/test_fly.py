"""Flights of the twin through the pipeline."""

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

from plainview.errors import InputError
from plainview.formats.scenario_toml import read_scenario_file
from plainview.formats.twin_source import FlightOptions
from plainview.misb import KlvFramer, decode_packet
from plainview.mission.fly import Flown, fly
from plainview.mission.observe import process_paths
from plainview.mission.progress import Progress
from plainview.mission.score import score_mission
from plainview.model import KlvPayload

SHORT = """
name = "short"
start = 2026-06-01T09:00:00Z
duration_s = 1.0
frames_per_s = 30.0
latitude_deg = 54.0
longitude_deg = 7.9
turret = "ball-18cm"
platform = "helicopter"
camera = "LWIR"

[[cameras]]
name = "LWIR"
horizontal_fov_deg = 4.0
columns = 320
rows = 256

[[cameras]]
name = "day wide"
horizontal_fov_deg = 6.0
columns = 640
rows = 512
binning = 2

[weather]
wind_m_s = 4.0

[orbit]
radius_m = 400.0
altitude_msl_m = 200.0
speed_m_s = 25.0

[[pointings]]
start_s = 0.0
object_id = 1

[[objects]]
object_id = 1
kind = "small_boat"
east_m = 0.0
north_m = 0.0
course_deg = 40.0
speed_m_s = 3.0
temperature_c = 18.0

[[transmitters]]
object_id = 1
mmsi = 211000001
kind = "class_a"
name = "TEST"
"""
FAST = FlightOptions(seed=3)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def flown(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> Flown:
    return fly(scenario, tmp_path_factory.mktemp("fly") / "mission", options=FAST)


def test_a_flight_makes_a_mission_with_its_truth(flown: Flown) -> None:
    folder = flown.mission.path
    summary = flown.mission.summary
    assert summary["state"] == "complete"
    assert summary["source_kind"] == "twin"
    assert summary["settings"]["flight"] == {"seed": 3, "duration_s": None}
    truth = pq.read_table(folder / "truth_frames.parquet").to_pylist()
    assert {row["camera"] for row in truth} == {"lwir", "day-wide"}
    assert sum(row["camera"] == "lwir" for row in truth) == summary["counts"]["frames"] == 30
    assert (folder / "raw-lwir.mkv").exists()
    assert "ais.nmea" in summary["products"]
    score = score_mission(folder)
    assert score["truth_objects"] >= 1


def test_the_metadata_lie_within_what_they_state(flown: Flown) -> None:
    """The reported pose is not the true one, and off by no more than a few of its 1-sigma."""
    folder = flown.mission.path
    frames = pq.read_table(folder / "frames.parquet").to_pylist()
    truth = [
        row
        for row in pq.read_table(folder / "truth_frames.parquet").to_pylist()
        if row["camera"] == "lwir"
    ]
    off_m = [
        111_000.0 * abs(said["sensor_latitude_deg"] - true["sensor_latitude_deg"])
        for said, true in zip(frames, truth, strict=True)
    ]
    assert 0.001 < np.mean(off_m) < 20.0


def test_all_cameras_are_recorded_and_say_that_they_are_simulated(flown: Flown) -> None:
    with av.open(str(flown.mission.path / "recording.ts")) as recording:
        videos = recording.streams.video
        assert [(each.width, each.height) for each in videos] == [(320, 256), (320, 256)]
        data = [stream.index for stream in recording.streams if stream.type == "data"]
        said: dict[int, int] = {}
        for packet in recording.demux():
            if packet.stream_index not in data or not packet.size:
                continue
            framer = KlvFramer()
            payload = KlvPayload(stream=0, data=bytes(packet))
            for each in (*framer.feed(payload), *framer.flush()):
                decoded = decode_packet(each)
                items = {tag: item.value for tag, item in decoded.items.items()}
                if 77 in items:
                    assert items[77] == 5
                    assert str(items[3]).startswith("SIMULATED")
                    said[packet.stream_index] = said.get(packet.stream_index, 0) + 1
    assert sorted(said.values()) == [30, 30]


def test_its_recording_is_read_and_located_like_any_other(flown: Flown, tmp_path: Path) -> None:
    """Its frame centres test how its angles are to be read; each camera has its own metadata."""
    again = process_paths([flown.mission.path / "recording.ts"], tmp_path / "again")
    frames = again.frames
    assert set(frames["camera"].to_pylist()) == {"camera-1", "camera-2"}
    assert frames["frame_center_latitude_deg"].null_count == 0
    assert again.summary["location"]["angle_convention"] == "st0601"
    assert again.summary["location"]["residual_m"]["p95"] < 1.0


def test_the_same_seed_flies_the_same(flown: Flown, scenario: Path, tmp_path: Path) -> None:
    again = fly(scenario, tmp_path / "again", options=FAST)
    for name in ("truth.parquet", "truth_frames.parquet", "frames.parquet", "tracks.parquet"):
        ours, theirs = (pq.read_table(each.mission.path / name) for each in (flown, again))
        assert ours.equals(theirs), name
    other = fly(scenario, tmp_path / "other", options=FlightOptions(seed=4))
    assert not pq.read_table(other.mission.path / "frames.parquet").equals(
        pq.read_table(flown.mission.path / "frames.parquet")
    )


def test_a_complete_flight_is_left_as_it_is(flown: Flown, scenario: Path) -> None:
    again = fly(scenario, flown.mission.path, options=FAST)
    assert again.slowed_s is None
    with pytest.raises(InputError, match="another mission"):
        fly(scenario, flown.mission.path, options=FlightOptions(seed=9))


def ctrl_c() -> BaseException:
    return KeyboardInterrupt()


def ctrl_c_in_compiled_code() -> BaseException:
    error = SystemError("returned a result with an exception set")
    error.__cause__ = KeyboardInterrupt()
    return error


@pytest.mark.parametrize("stop_of", [ctrl_c, ctrl_c_in_compiled_code])
def test_a_flight_that_was_stopped_goes_on_to_the_same_tracks(
    flown: Flown, scenario: Path, tmp_path: Path, stop_of: Callable[[], BaseException]
) -> None:
    n_told = 0

    def stop(progress: object) -> None:
        nonlocal n_told
        n_told += 1
        if n_told == 2:
            raise stop_of()

    out = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        fly(scenario, out, options=FlightOptions(seed=3, is_paced=True), on_progress=stop)
    assert json.loads((out / "mission.json").read_text())["state"] == "incomplete"
    assert fly(scenario, out, options=FAST).mission.summary["state"] == "complete"
    for name in ("truth.parquet", "tracks.parquet", "frames.parquet"):
        ours, theirs = pq.read_table(out / name), pq.read_table(flown.mission.path / name)
        assert ours.equals(theirs), name


def test_a_flight_keeps_to_the_clock_and_says_when_it_cannot(
    scenario: Path, tmp_path: Path
) -> None:
    paced = FlightOptions(seed=3, duration_s=0.5, is_paced=True)
    told: list[Progress] = []
    flown = fly(scenario, tmp_path / "paced", options=paced, on_progress=told.append)
    assert flown.slowed_s is not None
    events = (tmp_path / "paced" / "events.jsonl").read_text()
    assert ("simulated_time_slowed" in events) == (flown.slowed_s > 0.001)
    assert flown.mission.summary["counts"]["slowed_ms"] == round(1000.0 * flown.slowed_s)
    assert told
    assert all(progress.slowed_s >= 0.0 for progress in told)


def test_the_recording_goes_out_as_it_is_made(scenario: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(2.0)
        came = bytearray()

        def receive() -> None:
            while True:
                try:
                    came.extend(receiver.recv(65536))
                except TimeoutError:
                    if came:
                        return

        thread = threading.Thread(target=receive)
        thread.start()
        to = f"udp://127.0.0.1:{receiver.getsockname()[1]}"
        flown = fly(scenario, tmp_path / "sent", options=FAST, to=to)
        thread.join()
    assert len(came) % 188 == 0
    pids = {((came[i + 1] & 0x1F) << 8) | came[i + 2] for i in range(0, len(came), 188)}
    assert {0x101, 0x102, 0x103, 0x104} <= pids
    assert flown.mission.summary["counts"]["frames"] == 30


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('turret = "ball-18cm"', 'turret = "ball-99cm"', "ball-99cm"),
        ('platform = "helicopter"', 'platform = "balloon"', "platform"),
        ('name = "day wide"', 'name = "night wide"', "night wide"),
        ("columns = 640", "columns = 9000", "columns"),
        ("columns = 640", "columns = 642", "columns"),
        ("altitude_msl_m = 200.0", "altitude_msl_m = -5.0", "altitude_msl_m"),
        ("radius_m = 400.0", "radius_m = 5.0", "radius_m"),
        ("temperature_c = 18.0", "temperature_c = -300.0", "temperature_c"),
        ("temperature_c = 18.0", "temperature_c = nan", "temperature_c"),
        ('kind = "small_boat"', 'kind = "submarine"', "kind"),
        ("object_id = 1\n\n[[objects]]", "object_id = 7\n\n[[objects]]", "object_id"),
        ("start_s = 0.0", "start_s = 5.0", "start_s"),
        ("wind_m_s = 4.0", "wind_m_s = nan", "wind_m_s"),
        ("duration_s = 1.0", "duration_s = 0.0", "duration_s"),
        ("mmsi = 211000001", "mmsi = 970000001", "mmsi"),
        ('camera = "LWIR"', 'camera = "MWIR"', "camera"),
        ("[orbit]", "[stand]\naltitude_msl_m = 10.0\n\n[orbit]", "ways"),
        ("[orbit]", "[orbits]", "orbits"),
    ],
)
def test_an_impossible_scenario_is_refused_by_field(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert old in SHORT
    path = tmp_path / "bad.toml"
    path.write_text(SHORT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=named):
        read_scenario_file(path)
