"""Stills and thermal clips as missions: what was taken for what, time order, places, warmth."""

import contextlib
import json
import signal
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import plainview
from plainview.cli.main import app
from plainview.errors import FormatError, InputError
from plainview.formats.recognise_inputs import InputsKind, recognise_inputs
from plainview.formats.source import open_source
from plainview.formats.still import decode_still
from plainview.mission.disk_space import estimate_needed_bytes
from plainview.mission.observe import process_paths
from plainview.mission.options import make_requests
from plainview.mission.request import describe_input
from plainview.sensing import KELVIN_AT_0_C, counts_from_temperature_k
from tests.conftest import SharedData
from tests.formats.cptv_files import write_cptv
from tests.formats.still_files import drone_xmp, exif_bytes, flir_jpeg, jpeg_of, with_segments
from tests.mission.ending_run import run_plainview

Counts = npt.NDArray[np.uint16]
KILL = str(int(signal.SIGKILL))
NAMES = ["c.jpg", "a.jpg", "b.jpg", "d.jpg", "h.jpg", "g.jpg", "j.jpg", "i.jpg", "e.jpg"]
"""Of the stills of the flight, in the order of their times."""
POSE = {
    "GpsLatitude": "+59.9000000",
    "GpsLongitude": "+10.7000000",
    "AbsoluteAltitude": "+120.0",
    "RelativeAltitude": "+100.0",
    "GimbalYawDegree": "-90.0",
    "GimbalPitchDegree": "-60.0",
    "GimbalRollDegree": "+0.0",
}


def ground(seed: int = 3, height: int = 240, width: int = 320) -> npt.NDArray[np.float64]:
    """Return textured ground, degrees Celsius."""
    noise = np.random.default_rng(seed).normal(size=(height, width))
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 5.0), np.float64)
    return np.asarray(15.0 + 3.0 * smooth / smooth.std())


def counts_of(celsius: npt.NDArray[np.float64]) -> Counts:
    radiometry = decode_still(flir_jpeg(np.full((8, 8), 17_000, np.uint16)), Path("x")).radiometry
    assert radiometry is not None
    counts = counts_from_temperature_k(celsius + KELVIN_AT_0_C, radiometry)
    return np.asarray(np.rint(counts), np.uint16)


def write_still(
    path: Path, celsius: npt.NDArray[np.float64], *, clock: str, subsec: str = "0"
) -> Path:
    exif = exif_bytes(
        make="DJI", model="FLIR", local_time=f"2024:05:06 {clock}", subsec=subsec, offset="+00:00",
        focal_length_35mm=58,
    )  # fmt: skip
    path.write_bytes(flir_jpeg(counts_of(celsius), exif=exif, xmp=drone_xmp(**POSE)))
    return path


def events_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def flight(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder of stills over one place, a person-warm spot in them, and its mission."""
    folder = tmp_path_factory.mktemp("stills") / "flight"
    folder.mkdir()
    for index, name in enumerate(NAMES):
        celsius = ground() if index < 8 else ground(seed=9)
        cv2.circle(celsius, (160, 120), 6, (34.0,), -1)
        clock = "07:20:00" if index == 8 else f"07:00:{index // 2:02d}"
        subsec = "5" if index % 2 else "0"
        write_still(folder / name, celsius, clock=clock, subsec=subsec)
    (folder / "notes.txt").write_text("wind from the north")
    whole = (folder / "a.jpg").read_bytes()
    (folder / "f.jpg").write_bytes(whole[:-100_000])
    out = folder.parent / "mission"
    process_paths(folder, out=out)
    return folder, out


def test_a_folder_of_stills_is_one_mission_in_the_order_of_their_times(
    flight: tuple[Path, Path],
) -> None:
    _, out = flight
    mission = json.loads((out / "mission.json").read_text())
    assert (mission["state"], mission["source_kind"]) == ("complete", "stills")
    names = [entry["name"] for entry in mission["inputs"]]
    assert names == NAMES
    assert all(len(entry["sha256"]) == 64 for entry in mission["inputs"])
    rows = pq.read_table(out / "frames.parquet").to_pylist()
    seconds = [row["video_time_us"] / 1e6 for row in rows]
    assert seconds == [*np.arange(0.0, 4.0, 0.5), 13.5]  # the pause of 18 minutes is shown as 10 s
    assert rows[-1]["time_us"] - rows[0]["time_us"] == 20 * 60 * 1_000_000


def test_it_is_said_what_was_taken_for_what_and_what_was_left_out(
    flight: tuple[Path, Path],
) -> None:
    _, out = flight
    by_kind = {event["kind"]: event["what"] for event in events_of(out)}
    assert "9 stills (9 x DJI JPEG of a FLIR core)" in by_kind["source_recognised"]
    assert "notes.txt (nothing that is read" in by_kind["inputs_left"]
    assert "f.jpg (is damaged" in by_kind["inputs_left"]
    assert "within 5 K or 5 %" in by_kind["temperatures"]
    report = (out / "report.html").read_text()
    assert "9 stills (9 x DJI JPEG of a FLIR core)" in report


def test_temperatures_are_those_of_the_scene(flight: tuple[Path, Path]) -> None:
    _, out = flight
    rows = pq.read_table(out / "frames.parquet").to_pylist()
    for row in rows:
        assert row["temperature_max_c"] == pytest.approx(34.0, abs=0.05)
        assert row["temperature_median_c"] == pytest.approx(15.0, abs=0.5)
        assert row["temperature_accuracy_k"] == 5.0
    report = (out / "report.html").read_text()
    assert "34 ± 5 °C" in report


def test_each_still_with_a_pose_is_located(flight: tuple[Path, Path]) -> None:
    _, out = flight
    for row in pq.read_table(out / "frames.parquet").to_pylist():
        assert row["pose_basis"] == "absolute"
        assert row["footprint"] is not None
        # looking west and 60 degrees down from 120 m: 69 m away over the sea
        assert row["frame_center_latitude_deg"] == pytest.approx(59.9, abs=1e-4)
        offset_m = (row["frame_center_longitude_deg"] - 10.7) * 111_320 * np.cos(np.radians(59.9))
        assert offset_m == pytest.approx(-120.0 / np.tan(np.radians(60.0)), abs=1.0)


def test_stills_that_do_not_overlap_restart_and_no_motion_is_found(
    flight: tuple[Path, Path],
) -> None:
    _, out = flight
    rows = pq.read_table(out / "frames.parquet").to_pylist()
    assert [row["is_restart"] for row in rows] == [True, *[False] * 7, True]
    tracks = pq.read_table(out / "tracks.parquet").to_pylist()
    assert {row["frame_index"] for row in tracks} >= {4, 5, 6, 7}
    for row in tracks:
        middle = row["x_px"] + row["width_px"] / 2, row["y_px"] + row["height_px"] / 2
        assert np.hypot(middle[0] - 160, middle[1] - 120) < 10
        assert row["temperature_c"] == pytest.approx(34.0, abs=0.1)
        assert row["temperature_accuracy_k"] == 5.0


def test_the_counts_are_kept_to_the_bit_beside_a_recording_for_viewing(
    flight: tuple[Path, Path],
) -> None:
    folder, out = flight
    with av.open(str(out / "raw-camera-1.mkv")) as container:
        kept = [frame.to_ndarray() for frame in container.decode(video=0)]
    for name, counts in zip(NAMES, kept, strict=True):
        whole = decode_still((folder / name).read_bytes(), folder / name)
        assert np.array_equal(counts, whole.pixels)
    with av.open(str(out / "recording.ts")) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in container.decode(video=0)) == 9


def test_the_room_that_stills_need_goes_with_their_number_not_with_their_pauses(
    tmp_path: Path,
) -> None:
    paths = [
        write_still(tmp_path / f"{hour}.jpg", ground(), clock=f"{hour:02d}:00:00")
        for hour in range(6)
    ]
    (request,) = make_requests(tuple(paths), out=tmp_path / "out")
    with contextlib.closing(open_source(request.inputs)) as source:
        assert source.is_deep
        needed = estimate_needed_bytes(request, source) - sum(p.stat().st_size for p in paths)
    fixed = 8 << 20
    assert fixed < needed < fixed + 6 * 320 * 240 * 2


def test_one_still_is_a_mission_and_the_same_command_says_it_is_complete(tmp_path: Path) -> None:
    still = write_still(tmp_path / "one.jpg", ground(), clock="07:00:00")
    mission = process_paths(still, out=tmp_path / "mission")
    assert mission.summary["counts"]["frames"] == 1
    again = process_paths(still, out=tmp_path / "mission")
    assert again.summary["mission_id"] == mission.summary["mission_id"]


def test_observing_gives_the_counts_and_what_turns_them_into_temperatures(tmp_path: Path) -> None:
    still = write_still(tmp_path / "one.jpg", ground(), clock="07:00:00")
    (observation,) = plainview.observe(still)
    assert observation.frame.pixels.dtype == np.uint16
    assert observation.frame.radiometry is not None


def test_stills_without_times_go_by_name(tmp_path: Path) -> None:
    for name in ("p10.jpg", "p02.jpg"):
        (tmp_path / name).write_bytes(jpeg_of(np.zeros((64, 64, 3), np.uint8)))
    found = recognise_inputs([tmp_path])
    assert [path.name for path in found.paths] == ["p02.jpg", "p10.jpg"]
    assert not found.is_in_time_order


def test_stills_of_another_camera_are_left_out_and_thermal_ones_come_first(tmp_path: Path) -> None:
    write_still(tmp_path / "thermal.jpg", ground(), clock="07:00:00")
    for index in range(3):
        exif = exif_bytes(make="DJI", model="M3T")
        jpeg = with_segments(jpeg_of(np.zeros((64, 64, 3), np.uint8)), [(1, exif)])
        (tmp_path / f"wide{index}.jpg").write_bytes(jpeg)
    found = recognise_inputs([tmp_path])
    assert [path.name for path in found.paths] == ["thermal.jpg"]
    assert {why for _, why in found.left_out} == {"of another camera"}


def test_a_folder_with_one_video_is_that_video(shared_data: SharedData, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    with av.open(str(clip), "w") as output:
        stream = output.add_stream("mpeg4", 25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for index in range(5):
            picture = np.full((64, 64, 3), 40 * index, np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "bgr24")))
        output.mux(stream.encode(None))
    (tmp_path / "clip.srt").write_text("")
    (tmp_path / "still.jpg").write_bytes(jpeg_of(np.zeros((64, 64, 3), np.uint8)))
    found = recognise_inputs([tmp_path])
    assert (found.kind, found.paths) == (InputsKind.FOOTAGE, (clip,))
    assert ("still.jpg", "beside a video") in found.left_out
    (tmp_path / "other.mp4").write_bytes(clip.read_bytes())
    with pytest.raises(InputError, match="2 videos"):
        recognise_inputs([tmp_path])


def test_what_is_no_source_is_refused_with_a_reason(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="empty folder"):
        recognise_inputs([empty])
    (empty / "notes.txt").write_text("nothing")
    with pytest.raises(InputError, match=r"notes\.txt"):
        recognise_inputs([empty])
    (empty / "a.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    with pytest.raises(FormatError, match=r"a\.jpg"):
        recognise_inputs([empty])
    still = write_still(tmp_path / "one.jpg", ground(), clock="07:00:00")
    clip = tmp_path / "clip.cptv"
    write_cptv(clip, np.full((2, 8, 8), 3000).tolist())
    with pytest.raises(InputError, match="several kinds"):
        recognise_inputs([still, clip])
    assert describe_input(still)["name"] == "one.jpg"


def moving_pictures() -> list[list[list[int]]]:
    """Return 40 pictures of a still scene with something warm that goes to the right."""
    rows, columns = np.mgrid[0:120, 0:160]
    still = 3000 + np.rint(20 * np.sin(rows / 9.0) * np.cos(columns / 7.0)).astype(int)
    pictures = []
    for index in range(40):
        picture = still.copy()
        picture[50:58, 20 + 2 * index : 28 + 2 * index] += 150
        pictures.append(picture.tolist())
    return pictures


def test_clips_of_raw_counts_are_followed_at_their_own_times(tmp_path: Path) -> None:
    pictures = moving_pictures()
    path = tmp_path / "clip.cptv"
    write_cptv(path, pictures)
    mission = process_paths(path, out=tmp_path / "mission")
    assert mission.summary["source_kind"] == "thermal_clips"
    frames = pq.read_table(tmp_path / "mission" / "frames.parquet").to_pylist()
    assert [row["video_time_us"] for row in frames] == [111_000 * index for index in range(40)]
    assert frames[9]["time_us"] == 1_700_000_000_000_000 + 999_000
    assert all(row["temperature_max_c"] is None for row in frames)
    codes = {warning["code"] for warning in mission.summary["warnings"]}
    assert "temperature_unknown" in codes
    tracks = pq.read_table(tmp_path / "mission" / "tracks.parquet").to_pylist()
    late = [row for row in tracks if row["frame_index"] == 35 and row["life_stage"] == "confirmed"]
    assert any(abs(row["x_px"] + row["width_px"] / 2 - 94) < 6 for row in late)
    with av.open(str(tmp_path / "mission" / "raw-camera-1.mkv")) as container:
        kept = [frame.to_ndarray() for frame in container.decode(video=0)]
    assert np.array_equal(kept, np.array(pictures, np.uint16))


def test_inspect_says_the_same_of_a_folder_without_processing_it(
    flight: tuple[Path, Path],
) -> None:
    folder, _ = flight
    result = CliRunner().invoke(app, ["inspect", str(folder), "--json"])
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert {"streams", "metadata", "warnings", "location"} <= set(told)
    assert told["video"]["n_pictures"] == 9
    assert told["pictures"][0]["temperature_max_c"] == pytest.approx(34.0, abs=0.05)
    shown = CliRunner().invoke(app, ["inspect", str(folder)]).stdout
    assert "9 stills (9 x DJI JPEG of a FLIR core)" in shown
    assert "warmest 34 ± 5 °C" in shown
    assert "9 of 9 say their whole pose" in shown


def test_clips_that_were_killed_go_on_to_the_same_tracks_recording_and_counts(
    tmp_path: Path,
) -> None:
    path, out = tmp_path / "clip.cptv", tmp_path / "cut"
    write_cptv(path, moving_pictures())
    whole = process_paths(path, out=tmp_path / "whole")
    ended = run_plainview(["process", path, "--out", out], script=(KILL, "frame", "25"))
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    cut = plainview.open(out)
    assert not cut.is_complete
    assert len(cut.frames) == 24
    finished = run_plainview(["process", path, "--out", out])
    assert finished.returncode == 0, finished.stderr
    resumed = plainview.open(out)
    assert resumed.tracks.equals(whole.tracks)
    assert resumed.frames.equals(whole.frames)
    assert resumed.events == whole.events
    assert (out / "recording.ts").read_bytes() == (whole.path / "recording.ts").read_bytes()
    with av.open(str(out / "raw-camera-1.mkv")) as container:
        kept = [frame.to_ndarray() for frame in container.decode(video=0)]
    assert np.array_equal(kept, np.array(moving_pictures(), np.uint16))


def test_a_start_behind_the_last_still_is_refused(tmp_path: Path) -> None:
    still = write_still(tmp_path / "one.jpg", ground(), clock="07:00:00")
    with pytest.raises(InputError, match="start"):
        list(plainview.observe(still, start_s=5.0))


def test_unrelated_stills_give_no_track(shared_data: SharedData, tmp_path: Path) -> None:
    pictures = sorted(shared_data("hit_uav/images").glob("*.jpg"))[::6][:40]
    mission = process_paths(pictures, out=tmp_path / "mission", is_overlay_drawn=False)
    assert mission.summary["counts"]["frames"] == 40
    assert mission.summary["counts"]["tracks_confirmed"] == 0
    rows = pq.read_table(tmp_path / "mission" / "frames.parquet").to_pylist()
    assert sum(row["is_restart"] for row in rows) >= 35


def test_two_photos_of_a_real_flight_are_placed_where_they_were_taken(
    shared_data: SharedData, tmp_path: Path
) -> None:
    folder = shared_data("brighton_beach/DJI_0024.JPG").parent
    mission = process_paths(folder, out=tmp_path / "mission")
    assert mission.summary["counts"]["frames"] == 2
    assert mission.summary["counts"]["tracks_confirmed"] == 0
    rows = pq.read_table(tmp_path / "mission" / "frames.parquet").to_pylist()
    for row in rows:  # straight down: its middle lies under the drone
        assert row["frame_center_latitude_deg"] == pytest.approx(
            row["sensor_latitude_deg"], abs=5e-6
        )
        assert row["footprint"] is not None
