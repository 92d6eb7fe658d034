"""A live link to a mission folder: nothing that arrives is lost, and the rest is in time."""

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.errors import DeviceError, InputError
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows, pids_of
from plainview.mission.live_recorder import RollSettings, recordings_in
from plainview.mission.live_run import LiveStatus
from plainview.mission.play import play
from plainview.mission.reader import Mission
from plainview.mission.watch import make_watch_request, watch
from tests.formats.links import free_port, send_all, sender_to
from tests.mission.ending_run import run_plainview

PICTURE_COLUMNS = ("track_id", "frame_index", "video_time_us", "x_px", "y_px", "width_px")


@contextmanager
def playing(
    clip: Path, url: str, *, speed: float = 1.0, times: int = 1, may_break: bool = False
) -> Iterator[None]:
    """Play a clip to a link meanwhile, one connection after the other."""

    def run() -> None:
        for _ in range(times):
            try:
                play(clip, url, speed=speed)
            except DeviceError:
                if not may_break:
                    raise

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()


def watched(url: str, out: Path, **options: Any) -> Mission:
    given: dict[str, Any] = {"give_up_s": 8.0, "max_delay_s": None, **options}
    return watch(make_watch_request(url, out=out, **given))


def source_packets(path: Path, clip: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return the packets of a recording and of a clip, without tables and without ours."""
    tables = {0, 0x100}
    sent = packet_rows(clip.read_bytes())
    known = sorted(set(pids_of(sent).tolist()) - tables)
    recorded = packet_rows(path.read_bytes())
    return recorded[np.isin(pids_of(recorded), known)], sent[np.isin(pids_of(sent), known)]


def test_a_link_gives_the_tracks_of_its_file_and_every_byte(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with playing(drawn_clip.video, url):
        mission = watched(f"{url}?mode=listener", tmp_path / "live")
    assert mission.is_complete
    assert not (mission.path / ".journal").exists()
    live, file = mission.tracks, whole_mission.tracks
    for name in PICTURE_COLUMNS:
        assert live[name].to_pylist() == file[name].to_pylist()
    recorded, sent = source_packets(mission.path / "recording.ts", drawn_clip.video)
    np.testing.assert_array_equal(recorded, sent)
    summary = mission.summary
    assert summary["source_kind"] == "live"
    assert summary["counts"]["frames_dropped"] == 0
    assert summary["counts"]["packets"] == whole_mission.summary["counts"]["packets"]
    assert summary["live"]["delay_s"]["frames"] == 50
    assert 0.0 < summary["live"]["delay_s"]["median"] <= summary["live"]["delay_s"]["p95"]
    located = live["latitude_deg"].drop_null()
    assert len(located) > 0.5 * len(live)


def test_what_is_late_is_dropped_and_counted_and_its_metadata_is_not(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with playing(drawn_clip.video, url, speed=20.0):
        mission = watched(f"{url}?mode=listener", tmp_path / "live", max_delay_s=0.05)
    counts = mission.summary["counts"]
    assert counts["frames_dropped"] > 0
    assert counts["frames"] + counts["frames_dropped"] == 50
    assert counts["packets"] == 50
    assert mission.frames["frame_index"].to_pylist() == list(range(counts["frames"]))
    assert "frames_dropped" in {warning["code"] for warning in mission.summary["warnings"]}
    recorded, sent = source_packets(mission.path / "recording.ts", drawn_clip.video)
    np.testing.assert_array_equal(recorded, sent)


def test_a_link_that_is_lost_comes_back_into_the_same_mission(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    """A sender that drops its connection in the middle of a packet, and goes on.

    Late in the clip: nothing is tracked before its burned-in graphics are known.
    """
    url, data = f"tcp://127.0.0.1:{free_port()}", drawn_clip.video.read_bytes()
    cut = 9 * len(data) // (10 * PACKET_BYTES) * PACKET_BYTES

    def run() -> None:
        for part in (data[: cut + 100], data[cut:]):
            sender = sender_to(url)
            send_all(sender, part, pause_s=0.002)
            sender.close()

    thread = threading.Thread(target=run)
    thread.start()
    mission = watched(f"{url}?mode=listener", tmp_path / "live")
    thread.join()
    recorded, sent = source_packets(mission.path / "recording.ts", drawn_clip.video)
    np.testing.assert_array_equal(recorded, sent)
    (gap,) = [event for event in mission.events if event["kind"] == "link_gap"]
    assert gap["details"]["is_new_link"]
    assert mission.summary["live"]["links"] >= 2
    assert mission.summary["live"]["gaps"] == 1
    frames = mission.frames
    assert len(frames) == 50
    assert frames["is_restart"].to_pylist().count(True) == 1
    before = mission.tracks.filter(np.asarray(mission.tracks["video_time_us"]) < 1_650_000)
    after = mission.tracks.filter(np.asarray(mission.tracks["video_time_us"]) > 1_850_000)
    assert set(before["track_id"].to_pylist()) & set(after["track_id"].to_pylist())


def test_a_sender_that_begins_anew_goes_on_behind_the_silence(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with playing(drawn_clip.video, url, speed=2.0, times=2):
        mission = watched(f"{url}?mode=listener", tmp_path / "live")
    times_us = mission.frames["video_time_us"].to_pylist()
    assert len(times_us) == 100
    assert times_us == sorted(set(times_us))
    (gap,) = [event for event in mission.events if event["kind"] == "link_gap"]
    assert times_us[50] - times_us[49] >= 1e6 * gap["details"]["gap_s"] - 1


def test_ctrl_c_ends_a_live_mission_with_its_products(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    url, out = f"tcp://127.0.0.1:{free_port()}", tmp_path / "live"
    with playing(drawn_clip.video, url, may_break=True):
        ended = run_plainview(
            ["watch", f"{url}?mode=listener", "--out", out, "--no-drop", "--give-up", "60"],
            script=(str(int(signal.SIGINT)), "frame", "20"),
        )
    assert ended.returncode == 0, ended.stderr
    mission = plainview.open(out)
    assert mission.is_complete
    assert 10 <= len(mission.frames) <= 50
    assert (out / "report.html").is_file()
    assert (out / "recording.ts").is_file()


def test_a_live_mission_that_was_killed_opens_and_goes_on(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    url, out = f"tcp://127.0.0.1:{free_port()}", tmp_path / "live"
    command: list[str | Path] = ["watch", f"{url}?mode=listener", "--out", out, "--no-drop"]
    with playing(drawn_clip.video, url, may_break=True):
        ended = run_plainview(command, script=(str(int(signal.SIGKILL)), "frame", "30"))
    assert ended.returncode == -signal.SIGKILL
    killed = plainview.open(out)
    n_before, ids_before = len(killed.frames), set(killed.tracks["track_id"].to_pylist())
    assert not killed.is_complete
    assert n_before >= 20
    n_recorded = (out / ".journal" / "recording.ts").stat().st_size
    with playing(drawn_clip.video, url):
        ended = run_plainview([*command, "--give-up", "8"])
    assert ended.returncode == 0, ended.stderr
    mission = plainview.open(out)
    assert mission.is_complete
    assert mission.summary["mission_id"] == killed.summary["mission_id"]
    frames = mission.frames
    assert frames["frame_index"].to_pylist() == list(range(n_before + 50))
    assert frames["video_time_us"].to_pylist() == sorted(set(frames["video_time_us"].to_pylist()))
    later = mission.tracks.filter(np.asarray(mission.tracks["frame_index"]) >= n_before)
    assert not ids_before & set(later["track_id"].to_pylist())
    recorded, sent = source_packets(out / "recording.ts", drawn_clip.video)
    np.testing.assert_array_equal(recorded[-len(sent) :], sent)
    assert (out / "recording.ts").stat().st_size >= n_recorded // PACKET_BYTES * PACKET_BYTES


def test_the_status_tells_of_the_link_before_and_while_packets_come(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    told: list[LiveStatus] = []
    url = f"tcp://127.0.0.1:{free_port()}"
    request = make_watch_request(
        f"{url}?mode=listener", out=tmp_path / "live", give_up_s=6.0, max_delay_s=None
    )
    with playing(tiny_clip.video, url):
        watch(request, on_status=told.append)
    assert told[-1].n_frames == tiny_clip.n_frames
    assert told[-1].delay_s is not None
    assert told[-1].n_recorded_bytes == tiny_clip.video.stat().st_size


def test_a_password_is_in_no_file_of_the_mission(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    port = free_port()
    with playing(tiny_clip.video, f"srt://127.0.0.1:{port}?passphrase=hunter2hunter2"):
        mission = watched(
            f"srt://127.0.0.1:{port}?mode=listener&passphrase=hunter2hunter2", tmp_path / "live"
        )
    assert mission.summary["inputs"] == [
        {"name": f"srt://127.0.0.1:{port}", "size": None, "sha256": None}
    ]
    for path in mission.path.rglob("*"):
        assert b"hunter2" not in path.read_bytes(), path


def test_a_link_on_which_nothing_comes_says_so_and_leaves_no_mission(tmp_path: Path) -> None:
    out = tmp_path / "live"
    with pytest.raises(DeviceError, match="nothing came"):
        watched(f"udp://127.0.0.1:{free_port()}", out, give_up_s=0.3)
    assert not out.exists() or not any(out.iterdir())


def test_another_folder_is_not_written_into(whole_mission: Mission) -> None:
    with pytest.raises(InputError, match="another mission"):
        watched("udp://127.0.0.1:5000", whole_mission.path)


def test_a_complete_live_mission_is_said_and_left_alone(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    with playing(tiny_clip.video, url):
        first = watched(f"{url}?mode=listener", tmp_path / "live")
    again = watched(f"{url}?mode=listener", tmp_path / "live")
    assert again.summary == first.summary
    assert json.loads((tmp_path / "live" / "mission.json").read_text())["state"] == "complete"


def test_a_recording_that_rolls_is_published_whole_and_played_as_one(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    roll = RollSettings(file_bytes=50_000)
    with playing(drawn_clip.video, url):
        first = watched(f"{url}?mode=listener", tmp_path / "first", roll=roll)
    names = [path.name for path in recordings_in(first.path)]
    assert len(names) >= 2
    assert set(names) <= set(first.summary["products"])
    with playing(first.path, url):
        second = watched(f"{url}?mode=listener", tmp_path / "second")
    assert len(second.frames) == len(first.frames) == 50
    recorded, sent = source_packets(second.path / "recording.ts", drawn_clip.video)
    np.testing.assert_array_equal(recorded, sent)


def test_a_full_disk_ends_a_live_mission_and_says_so(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    url, out = f"tcp://127.0.0.1:{free_port()}", tmp_path / "live"
    n_most = 80_000
    with playing(drawn_clip.video, url, may_break=True):
        ended = run_plainview(
            ["watch", f"{url}?mode=listener", "--out", out, "--no-drop", "--no-overlay"],
            largest_file_bytes=n_most,
        )
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr or "the disk is full" in ended.stderr
    assert (out / ".journal" / "recording.ts").stat().st_size >= n_most // 2
    assert not plainview.open(out).is_complete
