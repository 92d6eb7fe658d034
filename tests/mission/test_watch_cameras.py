"""Two cameras over one live link: both are followed, as those of a file are."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import plainview
from plainview.errors import DeviceError, InputError
from plainview.formats.fragmented_video import n_frames_on_disk
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows, pids_of
from plainview.mission.live_run import LiveStatus
from plainview.mission.observe import process_paths
from plainview.mission.play import play
from plainview.mission.reader import Mission
from plainview.mission.watch import make_watch_request, watch
from tests.formats.camera_clips import write_day_and_thermal
from tests.formats.camera_streams import KLV_PIDS, VIDEO_PIDS, join_streams
from tests.formats.links import free_port, send_all, sender_to
from tests.mission.ending_run import run_plainview

CAMERAS: Final = ("camera-1", "camera-2")
N_FRAMES: Final = 50
RATES_KNOWN_US: Final = 200_000
"""After the first packets have decided how angles are read; when they do depends on the load."""
PLACES: Final = frozenset(
    {
        *("latitude_deg", "longitude_deg", "height_hae_m", "uncertainty_basis", "geometry"),
        *("surface", "velocity_east_m_s", "velocity_north_m_s"),
    }
)
OF_RATES: Final = ["sight_right_sigma_deg", "sight_up_sigma_deg"]
"""They go with how fast the camera turns, which packets that have not come yet say better."""
OF_TIME_AND_PICTURE: Final = (
    *("camera", "frame_index", "video_time_us", "time_us", "time_basis", "view_method"),
    *("sensor_latitude_deg", "horizontal_fov_deg", "slant_range_m", "is_restart", "n_detections"),
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 2 s of the rescue by a day and a thermal camera, in one stream."""
    folder = tmp_path_factory.mktemp("both")
    return join_streams(
        folder / "both.ts", write_day_and_thermal(folder, duration_s=2.0, width_px=320)
    )


@pytest.fixture(scope="module")
def file(both: Path, tmp_path_factory: pytest.TempPathFactory) -> Mission:
    """Return the mission of the file; do not write in it."""
    return process_paths(both, tmp_path_factory.mktemp("file") / "mission", is_overlay_drawn=False)


@contextmanager
def sending(
    url: str, parts: Sequence[bytes], *, pause_s: float = 0.002, may_break: bool = False
) -> Iterator[None]:
    """Send parts meanwhile, a connection each; the other side may go only where that is said."""

    def run() -> None:
        for part in parts:
            sender = sender_to(url)
            try:
                send_all(sender, part, pause_s=pause_s)
            except DeviceError:
                if not may_break:
                    raise
            finally:
                sender.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()


@contextmanager
def playing(clip: Path, url: str, *, may_break: bool = False) -> Iterator[None]:
    """Play a clip to a link meanwhile, in time."""

    def run() -> None:
        try:
            play(clip, url)
        except DeviceError:
            if not may_break:
                raise

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()


def watched(url: str, out: Path, **options: Any) -> Mission:
    given = {"give_up_s": 5.0, "max_delay_s": None, "is_overlay_drawn": False, **options}
    return watch(make_watch_request(url, out=out, **given))


def source_packets(path: Path, both: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the packets of a recording and of what was sent, without tables and ours."""
    known = [*VIDEO_PIDS, *KLV_PIDS]
    sent, came = packet_rows(both.read_bytes()), packet_rows(path.read_bytes())
    return came[np.isin(pids_of(came), known)], sent[np.isin(pids_of(sent), known)]


def of_camera(table: pa.Table, camera: str) -> pa.Table:
    return table.filter(pc.equal(table["camera"], camera))


def assert_same_tables(live: Mission, file: Mission) -> None:
    """Hold both tables against those of the file, places once angles are read."""
    for name in file.tracks.column_names:
        if name not in PLACES and not name.startswith("cov_"):
            assert live.tracks[name].equals(file.tracks[name]), name
    for name in OF_TIME_AND_PICTURE:
        assert live.frames[name].equals(file.frames[name]), name
    is_open = pc.equal(live.frames["angle_convention"], "undecided")
    times_us = live.frames.filter(is_open)["video_time_us"].to_pylist()
    is_late = pc.greater(file.frames["video_time_us"], max(times_us, default=0) + RATES_KNOWN_US)
    assert sum(is_late.to_pylist()) > 10
    ours, theirs = (each.frames.filter(is_late).drop_columns(OF_RATES) for each in (live, file))
    assert ours.equals(theirs)
    located = live.tracks["latitude_deg"].drop_null()
    assert len(located) > 0.3 * len(live.tracks)


def test_both_cameras_come_as_from_the_file_with_every_byte(
    both: Path, file: Mission, tmp_path: Path
) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with playing(both, url):
        mission = watched(f"{url}?mode=listener", tmp_path / "live", is_overlay_drawn=True)
    assert_same_tables(mission, file)
    recorded, sent = source_packets(mission.path / "recording.ts", both)
    np.testing.assert_array_equal(recorded, sent)
    summary = mission.summary
    for name, count in file.summary["counts"].items():
        assert summary["counts"][name] == count or name == "not_located"
    assert summary["counts"]["frames_dropped"] == 0
    assert summary["cameras"] == file.summary["cameras"]
    codes = {warning["code"] for warning in summary["warnings"]}
    assert "video_streams_left" not in codes
    assert [each["name"] for each in summary["live"]["cameras"]] == list(CAMERAS)
    for each in summary["live"]["cameras"]:
        assert each["frames_dropped"] == 0
        assert each["delay_s"]["frames"] == N_FRAMES
        assert 0.0 < each["delay_s"]["median"] <= each["delay_s"]["p95"]
    for name in CAMERAS:
        assert n_frames_on_disk(mission.path / f"overlay-{name}.mp4") == N_FRAMES


def test_datagrams_in_a_burst_give_the_same_and_the_status_names_both(
    both: Path, file: Mission, tmp_path: Path
) -> None:
    """A burst of all at once: one camera may be far ahead, the tables are in order."""
    told: list[LiveStatus] = []
    url = f"udp://127.0.0.1:{free_port()}"
    request = make_watch_request(
        url, out=tmp_path / "live", give_up_s=5.0, max_delay_s=None, is_overlay_drawn=False
    )

    def send_when_open(status: LiveStatus) -> None:
        if not told:
            threading.Thread(target=lambda: send_all_of(url, both)).start()
        told.append(status)

    mission = watch(request, on_status=send_when_open)
    assert mission.summary["live"]["packets_lost_by_link"] == 0
    assert_same_tables(mission, file)
    assert [each.name for each in told[-1].cameras] == list(CAMERAS)
    assert [each.n_frames for each in told[-1].cameras] == [N_FRAMES, N_FRAMES]
    assert all(each.delay_s is not None for each in told[-1].cameras)


def send_all_of(url: str, clip: Path) -> None:
    sender = sender_to(url)
    send_all(sender, clip.read_bytes(), pause_s=0.000_2)
    sender.close()


def test_a_link_that_is_lost_comes_back_for_both(both: Path, tmp_path: Path) -> None:
    url, data = f"tcp://127.0.0.1:{free_port()}", both.read_bytes()
    half = len(data) // (2 * PACKET_BYTES) * PACKET_BYTES
    with sending(url, [data[: half + 100], data[half:]]):
        mission = watched(f"{url}?mode=listener", tmp_path / "live")
    recorded, sent = source_packets(mission.path / "recording.ts", both)
    np.testing.assert_array_equal(recorded, sent)
    (gap,) = [event for event in mission.events if event["kind"] == "link_gap"]
    assert gap["details"]["is_new_link"]
    assert mission.summary["live"]["gaps"] == 1
    times_us = [of_camera(mission.frames, name)["video_time_us"].to_pylist() for name in CAMERAS]
    assert times_us[0] == times_us[1] == [40_000 * index for index in range(N_FRAMES)]
    assert len(mission.tracks) > 0


def test_an_encoder_that_begins_anew_keeps_both_on_one_clock(both: Path, tmp_path: Path) -> None:
    url, data = f"tcp://127.0.0.1:{free_port()}", both.read_bytes()
    with sending(url, [data, data]):
        mission = watched(f"{url}?mode=listener", tmp_path / "live")
    (gap,) = [event for event in mission.events if event["kind"] == "link_gap"]
    first, second = (
        of_camera(mission.frames, name)["video_time_us"].to_pylist() for name in CAMERAS
    )
    assert first == second == sorted(set(first))
    assert len(first) == 2 * N_FRAMES
    assert (
        first[N_FRAMES] - first[N_FRAMES - 1] >= 1e6 * gap["details"]["gap_s"] - 1e3
    )  # told to the millisecond


def test_what_is_late_is_dropped_and_counted_by_camera(both: Path, tmp_path: Path) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with sending(url, [both.read_bytes()], pause_s=0.0002):
        mission = watched(f"{url}?mode=listener", tmp_path / "live", max_delay_s=0.05)
    counts = mission.summary["counts"]
    assert counts["frames_dropped"] > 0
    assert counts["frames"] + counts["frames_dropped"] == 2 * N_FRAMES
    assert counts["packets"] == 2 * N_FRAMES
    dropped = {each["name"]: each["frames_dropped"] for each in mission.summary["live"]["cameras"]}
    assert sum(dropped.values()) == counts["frames_dropped"]
    for name in CAMERAS:
        numbers = of_camera(mission.frames, name)["frame_index"].to_pylist()
        assert numbers == list(range(N_FRAMES - dropped[name]))


def test_a_mission_of_two_that_was_killed_goes_on(both: Path, tmp_path: Path) -> None:
    url, out = f"tcp://127.0.0.1:{free_port()}", tmp_path / "live"
    command: list[str | Path] = ["watch", f"{url}?mode=listener", "--out", out, "--no-drop"]
    with playing(both, url, may_break=True):
        ended = run_plainview(command, script=(str(int(signal.SIGKILL)), "frame", "60"))
    assert ended.returncode == -signal.SIGKILL
    killed = plainview.open(out)
    n_before = {name: len(of_camera(killed.frames, name)) for name in CAMERAS}
    ids_before = set(killed.tracks["track_id"].to_pylist())
    assert min(n_before.values()) > 0
    with playing(both, url):
        ended = run_plainview([*command, "--give-up", "5"])
    assert ended.returncode == 0, ended.stderr
    mission = plainview.open(out)
    assert mission.is_complete
    for number, name in enumerate(CAMERAS):
        frames = of_camera(mission.frames, name)
        assert frames["frame_index"].to_pylist() == list(range(n_before[name] + N_FRAMES))
        times_us = frames["video_time_us"].to_pylist()
        assert times_us == sorted(set(times_us))
        tracks = of_camera(mission.tracks, name)
        assert {track_id % 2 for track_id in tracks["track_id"].to_pylist()} == {1 - number}
        later = tracks.filter(np.asarray(tracks["frame_index"]) >= n_before[name])
        assert len(later)
        assert not ids_before & set(later["track_id"].to_pylist())


def test_a_camera_that_stops_holds_the_other_up_in_nothing(both: Path, tmp_path: Path) -> None:
    """The thermal camera is switched off after a second; its metadata go on and are not lost."""
    rows = packet_rows(both.read_bytes())
    is_off = (pids_of(rows) == VIDEO_PIDS[1]) & (np.arange(len(rows)) > len(rows) // 2)
    url = f"tcp://127.0.0.1:{free_port()}"
    with sending(url, [rows[~is_off].tobytes()]):
        mission = watched(f"{url}?mode=listener", tmp_path / "live")
    n_day, n_thermal = (len(of_camera(mission.frames, name)) for name in CAMERAS)
    assert n_day == N_FRAMES
    assert 10 < n_thermal < 40
    assert mission.summary["counts"]["packets"] == 2 * N_FRAMES
    times_us = mission.frames["video_time_us"].to_pylist()
    assert times_us == sorted(times_us)


def test_a_camera_that_is_switched_on_later_joins_the_mission(both: Path, tmp_path: Path) -> None:
    rows = packet_rows(both.read_bytes())
    day_alone = rows[pids_of(rows) != VIDEO_PIDS[1]].tobytes()
    url = f"tcp://127.0.0.1:{free_port()}"
    with sending(url, [day_alone, both.read_bytes()], pause_s=0.04):
        mission = watched(f"{url}?mode=listener", tmp_path / "live", is_overlay_drawn=True)
    day, thermal = (
        of_camera(mission.frames, name)["video_time_us"].to_pylist() for name in CAMERAS
    )
    assert len(day) == 2 * N_FRAMES
    assert thermal == day[N_FRAMES:]
    assert [camera["name"] for camera in mission.summary["cameras"]] == list(CAMERAS)
    assert n_frames_on_disk(mission.path / "overlay-camera-2.mp4") == N_FRAMES
    tracks = of_camera(mission.tracks, "camera-2")["track_id"].to_pylist()
    assert {track_id % 2 for track_id in tracks} == {0}
    codes = {warning["code"] for warning in mission.summary["warnings"]}
    assert "video_streams_left" not in codes


def test_one_camera_of_a_link_can_be_chosen(both: Path, file: Mission, tmp_path: Path) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with sending(url, [both.read_bytes()]):
        mission = watched(f"{url}?mode=listener", tmp_path / "live", cameras=("camera-2",))
    assert mission.frames["camera"].to_pylist() == N_FRAMES * ["camera-2"]
    (left,) = [w for w in mission.summary["warnings"] if w["code"] == "video_streams_left"]
    assert left["count"] == 1
    theirs = of_camera(file.tracks, "camera-2")
    for name in ("frame_index", "x_px", "y_px", "width_px", "height_px"):
        assert mission.tracks[name].to_pylist() == theirs[name].to_pylist()
    data = [both.read_bytes()]
    with (
        sending(url, data, may_break=True),
        pytest.raises(InputError, match="camera-1, camera-2"),
    ):
        watched(f"{url}?mode=listener", tmp_path / "none", cameras=("camera-3",))
