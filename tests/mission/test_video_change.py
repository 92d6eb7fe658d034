"""A mission whose video changes its PID and codec in the middle: one camera, two segments."""

import signal
from pathlib import Path

import av
import numpy as np
import pyarrow as pa
import pytest

import plainview
from plainview.formats.program_tables import KLVA_REGISTRATION, read_program_map
from plainview.formats.source import open_source
from plainview.formats.transport_packets import packet_rows, pids_of
from plainview.mission.reader import Mission, open_mission
from tests.formats.clips import klv_packet, write_clip
from tests.mission.ending_run import run_plainview

N_FRAMES = 30
KILL = str(int(signal.SIGKILL))


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("joined")
    klv = [(n * 3000, klv_packet(n)) for n in range(N_FRAMES)]
    first = write_clip(folder / "first.ts", klv=klv, first_pts=90_000, options={"bf": "0"})
    second = write_clip(
        folder / "second.ts",
        klv=klv,
        codec="libx265",
        first_pts=180_000,
        options={"x265-params": "log-level=none:bframes=0"},
        container_options={"mpegts_start_pid": "512", "tables_version": "1"},
    )
    joined = folder / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    return joined


@pytest.fixture(scope="module")
def whole(footage: Path, tmp_path_factory: pytest.TempPathFactory) -> Mission:
    out = tmp_path_factory.mktemp("whole") / "mission"
    made = run_plainview(["process", footage, "--out", out])
    assert made.returncode == 0, made.stderr
    return open_mission(out)


def test_the_camera_goes_on_in_a_new_segment_and_it_is_said(whole: Mission) -> None:
    assert whole.frames["frame_index"].to_pylist() == list(range(2 * N_FRAMES))
    assert {camera["name"] for camera in whole.summary["cameras"]} == {"camera-1"}
    segments = [(each["first_frame"], each["last_frame"]) for each in whole.summary["segments"]]
    assert segments == [(0, N_FRAMES - 1), (N_FRAMES, 2 * N_FRAMES - 1)]
    restarts = [each for each in whole.events if each["kind"] == "picture_restart"]
    changes = [each for each in whole.events if each["kind"] == "video_stream"]
    assert ["(discontinuity)" in each["what"] for each in restarts] == [True]
    assert [each["details"]["codec_after"] for each in changes] == ["hevc"]
    assert changes[0]["video_time_us"] == restarts[0]["video_time_us"]
    assert "video_stream" in {each["code"] for each in whole.summary["warnings"]}


def test_nothing_is_lost_from_the_recording(whole: Mission, footage: Path) -> None:
    recorded, came = (whole.path / "recording.ts").read_bytes(), footage.read_bytes()
    for pid in (0x100, 0x101, 0x200, 0x201):
        rows, expected = packet_rows(recorded), packet_rows(came)
        assert rows[pids_of(rows) == pid].tobytes() == expected[pids_of(expected) == pid].tobytes()
    source = open_source([whole.path / "recording.ts"])
    assert sum(unit.frame is not None for unit in source.units()) == 2 * N_FRAMES
    source.close()


def test_ours_is_announced_beside_the_new_video_as_well(whole: Mission) -> None:
    rows = packet_rows((whole.path / "recording.ts").read_bytes())
    announced = set()
    for row in rows[pids_of(rows) == 0x1000]:
        n_bytes = 3 + (int.from_bytes(row[6:8].tobytes()) & 0x0FFF)
        table = read_program_map(row[5 : 5 + n_bytes].tobytes())
        assert table is not None
        videos = [stream.pid for stream in table.streams if stream.is_video]
        own = [
            stream.pid
            for stream in table.streams
            if stream.descriptors.startswith(KLVA_REGISTRATION)
        ]
        announced.add((*videos, own[-1]))
    assert announced == {(0x100, 0x1F0E), (0x200, 0x1F0E)}


def test_the_overlay_shows_both(whole: Mission) -> None:
    with av.open(str(whole.path / "overlay-camera-1.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 2 * N_FRAMES


def test_a_run_that_was_killed_after_the_change_resumes_to_the_same(
    footage: Path, whole: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "mission"
    ended = run_plainview(["process", footage, "--out", out], script=(KILL, "frame", "45"))
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    finished = run_plainview(["process", footage, "--out", out])
    assert finished.returncode == 0, finished.stderr
    resumed = plainview.open(out)
    assert_same(resumed.frames, whole.frames)
    assert_same(resumed.tracks, whole.tracks)
    assert resumed.events == whole.events
    assert resumed.summary["warnings"] == whole.summary["warnings"]
    assert (out / "recording.ts").read_bytes() == (whole.path / "recording.ts").read_bytes()


def assert_same(table: pa.Table, expected: pa.Table) -> None:
    """Compare tables; the registration of these still pictures has last digits of its own."""
    assert table.schema == expected.schema
    for name in table.column_names:
        if pa.types.is_floating(table.schema.field(name).type):
            ours, theirs = (t[name].to_numpy(zero_copy_only=False) for t in (table, expected))
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5, err_msg=name)
        else:
            assert table[name].equals(expected[name]), name
