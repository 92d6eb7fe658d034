"""A mission of two cameras in one stream: as two missions of one, in one folder."""

import json
import signal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import plainview
from plainview.formats.fragmented_video import n_frames_on_disk
from plainview.formats.raw_klv import read_klv_payloads
from plainview.misb import KlvFramer, SetDecoder
from plainview.mission.inspect import inspect_file
from plainview.mission.inspect_text import inspect_text
from plainview.mission.observe import process_paths
from plainview.mission.reader import Mission
from plainview.mission.score import score_mission
from tests.formats.camera_clips import write_day_and_thermal
from tests.formats.camera_streams import KLV_PIDS, VIDEO_PIDS, Joined, alone, join_streams
from tests.mission.ending_run import run_plainview

CAMERAS = ("camera-1", "camera-2")
N_FRAMES = 50


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return 2 s of the rescue by each camera."""
    return write_day_and_thermal(tmp_path_factory.mktemp("clips"), duration_s=2.0, width_px=320)


@pytest.fixture(scope="module")
def both(clips: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return both in one program."""
    return join_streams(tmp_path_factory.mktemp("both") / "both.ts", clips)


@pytest.fixture(scope="module")
def mission(both: Path, tmp_path_factory: pytest.TempPathFactory) -> Mission:
    """Return the mission of both; do not write in it."""
    return process_paths(both, tmp_path_factory.mktemp("mission") / "both")


@pytest.fixture(scope="module")
def missions(
    clips: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Mission, ...]:
    """Return a mission of each camera alone."""
    folder = tmp_path_factory.mktemp("alone")
    return tuple(
        process_paths(alone(folder / f"{name}.ts", clip), folder / name)
        for name, clip in zip(CAMERAS, clips, strict=True)
    )


def of_camera(table: pa.Table, camera: str) -> pa.Table:
    return table.filter(pc.equal(table["camera"], camera))


def test_each_camera_is_seen_as_in_a_mission_of_its_own(
    mission: Mission, missions: tuple[Mission, ...]
) -> None:
    for number, (name, own) in enumerate(zip(CAMERAS, missions, strict=True)):
        frames, tracks = of_camera(mission.frames, name), of_camera(mission.tracks, name)
        assert frames.drop(["camera"]).equals(own.frames.drop(["camera"]))
        names = ["camera", "track_id"]
        assert tracks.drop(names).equals(own.tracks.drop(names))
        local = own.tracks["track_id"].to_pylist()
        assert local
        assert tracks["track_id"].to_pylist() == [2 * (each - 1) + number + 1 for each in local]
    counts = [own.summary["counts"] for own in missions]
    for name in ("frames", "detections", "tracks_confirmed", "tracks_located", "packets"):
        assert mission.summary["counts"][name] == sum(each[name] for each in counts)


def test_the_tables_are_in_order_of_time_and_no_identity_is_of_two_cameras(
    mission: Mission,
) -> None:
    for table in (mission.frames, mission.tracks):
        times_us = table["video_time_us"].to_pylist()
        assert times_us == sorted(times_us)
    named = set(
        zip(
            mission.tracks["track_id"].to_pylist(),
            mission.tracks["camera"].to_pylist(),
            strict=True,
        )
    )
    assert len({track_id for track_id, _ in named}) == len(named)
    assert {camera for _, camera in named} == set(CAMERAS)


def test_the_folder_has_each_camera_s_video_and_names_it_in_every_product(
    mission: Mission,
) -> None:
    for name in CAMERAS:
        assert n_frames_on_disk(mission.path / f"overlay-{name}.mp4") == N_FRAMES
    said: list[dict[str, Any]] = mission.summary["cameras"]
    assert [camera["name"] for camera in said] == list(CAMERAS)
    assert [camera["band"] for camera in said] == ["EO", "LWIR"]
    assert [camera["stream"] for camera in said] == list(VIDEO_PIDS)
    assert [camera["metadata_streams"] for camera in said] == [[pid] for pid in KLV_PIDS]
    assert {camera["metadata_by"] for camera in said} == {"order"}
    assert {segment["camera"] for segment in mission.summary["segments"]} == set(CAMERAS)
    assert mission.summary["warnings"] == []
    features = json.loads((mission.path / "tracks.geojson").read_text())["features"]
    assert {each["properties"]["camera"] for each in features} == set(CAMERAS)
    report = (mission.path / "report.html").read_text()
    kml = (mission.path / "tracks.kml").read_text()
    for name in CAMERAS:
        assert f"<dt>Camera</dt><dd>{name}</dd>" in report
        assert f"camera {name}" in kml
    assert report.count("data:image/jpeg") == mission.summary["counts"]["tracks_confirmed"]


def test_the_recording_s_sets_of_ours_name_their_camera(mission: Mission) -> None:
    framer, decoder = KlvFramer(), SetDecoder()
    sensors = [
        str(decoder.decode(packet).items[10].value)
        for payload in read_klv_payloads(mission.path / "recording.ts")
        for packet in framer.feed(payload)
        if payload.stream not in KLV_PIDS
    ]
    assert len(sensors) >= 2 * N_FRAMES - 2  # a framer holds the last of a stream
    assert set(sensors) == set(CAMERAS)


def test_the_recording_is_read_as_its_source_was(mission: Mission, tmp_path: Path) -> None:
    """Its third stream of metadata, our sets of what was found, is of neither camera."""
    source, recording = mission, mission.path / "recording.ts"
    again = process_paths([recording], tmp_path / "again")
    ours = [each["metadata_by"] for each in again.summary["cameras"]]
    assert ours == [each["metadata_by"] for each in source.summary["cameras"]]
    counts = [each.summary["counts"]["frames_with_view"] for each in (again, source)]
    assert counts[0] == counts[1] > 0


def test_a_single_camera_s_mission_says_no_more_than_before(missions: tuple[Mission, ...]) -> None:
    (camera,) = missions[0].summary["cameras"]
    assert "stream" not in camera
    assert [event for event in missions[0].events if event["kind"] == "camera_stream"] == []
    assert "<dt>Camera</dt>" not in (missions[0].path / "report.html").read_text()


@pytest.mark.parametrize(("moment", "number"), [("frame", 38), ("frame", 39), ("checkpoint", 4)])
def test_a_run_that_was_killed_resumes_to_the_same(
    moment: str, number: int, both: Path, mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    killed = run_plainview(
        ["process", both, "--out", out], script=(str(int(signal.SIGKILL)), moment, str(number))
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    cut = plainview.open(out)
    assert 0 < len(cut.frames) < 2 * N_FRAMES
    assert cut.tracks.equals(mission.tracks.slice(0, len(cut.tracks)))
    finished = run_plainview(["process", both, "--out", out])
    assert finished.returncode == 0, finished.stderr
    resumed = plainview.open(out)
    assert resumed.tracks.equals(mission.tracks)
    assert resumed.frames.equals(mission.frames)
    assert resumed.events == mission.events
    assert resumed.summary["counts"] == mission.summary["counts"]
    assert (out / "recording.ts").read_bytes() == (mission.path / "recording.ts").read_bytes()
    for name in CAMERAS:
        assert n_frames_on_disk(out / f"overlay-{name}.mp4") == N_FRAMES


def test_observe_gives_both_with_the_identities_of_the_mission(
    both: Path, mission: Mission
) -> None:
    seen = [
        (observation.frame.camera.name, track.track_id)
        for observation in plainview.observe(both)
        for track in observation.all_tracks
        if track.life_stage.label in ("confirmed", "coasting")
    ]
    kept = mission.tracks.filter(
        pc.is_in(mission.tracks["life_stage"], pa.array(["confirmed", "coasting"]))
    )
    assert set(seen) == set(
        zip(kept["camera"].to_pylist(), kept["track_id"].to_pylist(), strict=True)
    )
    names = [each.frame.camera.name for each in plainview.observe(both, cameras="camera-2")]
    assert names == N_FRAMES * ["camera-2"]


def test_one_camera_of_the_two_can_be_chosen(
    both: Path, missions: tuple[Mission, ...], tmp_path: Path
) -> None:
    chosen = run_plainview(["process", both, "--out", tmp_path / "m", "--camera", "camera-2"])
    assert chosen.returncode == 0, chosen.stderr
    mission = plainview.open(tmp_path / "m")
    assert mission.summary["settings"]["cameras"] == ["camera-2"]
    assert [warning["code"] for warning in mission.summary["warnings"]] == ["video_streams_left"]
    assert mission.tracks.drop(["camera"]).equals(missions[1].tracks.drop(["camera"]))
    assert not (mission.path / "overlay-camera-1.mp4").exists()
    other = run_plainview(["process", both, "--out", tmp_path / "m"])
    assert other.returncode == 2
    assert "other settings" in other.stderr
    unknown = run_plainview(["process", both, "--out", tmp_path / "n", "--camera", "camera-3"])
    assert unknown.returncode == 2
    assert "it has camera-1, camera-2" in unknown.stderr


def test_each_camera_is_scored_against_its_own_truth(
    both: Path, clips: tuple[Path, Path], missions: tuple[Mission, ...], tmp_path: Path
) -> None:
    mission = process_paths(both, tmp_path / "m", is_overlay_drawn=False)
    truths, objects = [], 0
    for name, clip, own in zip(CAMERAS, clips, missions, strict=True):
        truth = pq.read_table(clip.with_name("truth.parquet"))
        pq.write_table(truth, own.path / "truth.parquet")
        names = pa.array([name] * len(truth), truth["camera"].type)
        truths.append(truth.set_column(truth.column_names.index("camera"), "camera", names))
        objects += score_mission(own.path)["truth_objects"]
    pq.write_table(pa.concat_tables(truths), mission.path / "truth.parquet")
    score = score_mission(mission.path)
    assert score["truth_objects"] == objects
    for name in ("found", "missed", "false_tracks"):
        assert score[name] == sum(score_mission(own.path)[name] for own in missions)


def test_inspect_says_what_the_cameras_are(clips: tuple[Path, Path], tmp_path: Path) -> None:
    two = join_streams(tmp_path / "two.ts", clips, Joined(n_programs=2, klv_of=(0,)))
    found = inspect_file(two, are_pictures_seen=False)
    day, thermal = found["cameras"]
    assert (day["metadata_streams"], day["metadata_by"]) == ((KLV_PIDS[0],), "program")
    assert (thermal["metadata_streams"], thermal["metadata_by"]) == ((), None)
    assert thermal["same_stamp_fraction"] == 1.0
    text = " ".join(inspect_text(found).split())
    assert f"camera-1 stream {VIDEO_PIDS[0]}; 320x240; 25.00 pictures/s; metadata of" in text
    assert "100 % of its pictures have the stamp of one of camera-1; no metadata" in text
    one = inspect_file(alone(tmp_path / "one.ts", clips[0]), are_pictures_seen=False)
    assert one["cameras"] == []
