"""The recorder of a live mission: one file or several; the oldest go only where that was asked."""

from pathlib import Path

import numpy as np

from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows, pids_of
from plainview.mission.live_recorder import LiveRecorder, RollSettings, recordings_in
from tests.formats.links import pieces

FILE_BYTES = 40_000


def recorded(
    clip: DrawnClip, folder: Path, roll: RollSettings, *, clock_step_s: float = 1.0
) -> LiveRecorder:
    """Record a clip piece by piece, a flush at each."""
    now_s = iter(np.arange(0.0, 1e6).tolist())
    recorder = LiveRecorder(folder, roll=roll, clock=lambda: next(now_s))
    for piece in pieces(clip.video.read_bytes()):
        recorder.take(piece)
    recorder.close()
    return recorder


def source_rows(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    rows = packet_rows(data)
    return rows[~np.isin(pids_of(rows), [0, 0x100])]


def test_without_rolling_there_is_one_file(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    recorded(drawn_clip, tmp_path, RollSettings())
    (path,) = recordings_in(tmp_path)
    sent = source_rows(drawn_clip.video.read_bytes())
    np.testing.assert_array_equal(source_rows(path.read_bytes()), sent)


def test_files_roll_where_tables_begin_and_hold_everything_in_order(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    recorded(drawn_clip, tmp_path, RollSettings(file_bytes=FILE_BYTES))
    paths = recordings_in(tmp_path)
    assert [path.name for path in paths[:2]] == ["recording-000.ts", "recording-001.ts"]
    assert len(paths) >= 3
    for path in paths:
        assert pids_of(packet_rows(path.read_bytes()))[0] == 0
    whole = b"".join(path.read_bytes() for path in paths)
    np.testing.assert_array_equal(source_rows(whole), source_rows(drawn_clip.video.read_bytes()))


def test_the_oldest_files_go_each_with_an_event_and_marked_ones_stay(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    (tmp_path / "recording-000.keep").touch()
    roll = RollSettings(file_bytes=FILE_BYTES, kept_bytes=2 * FILE_BYTES)
    recorder = recorded(drawn_clip, tmp_path, roll)
    names = [path.name for path in recordings_in(tmp_path)]
    removed = [str(event.details["name"]) for event in recorder.take_events()]
    assert names[0] == "recording-000.ts"
    assert removed
    assert "recording-000.ts" not in removed
    assert removed == sorted(removed)
    assert not set(removed) & set(names)
    last = (tmp_path / names[-1]).read_bytes()
    sent = source_rows(drawn_clip.video.read_bytes())
    np.testing.assert_array_equal(source_rows(last), sent[-len(source_rows(last)) :])


def test_what_a_kill_left_is_kept_and_gone_on_behind(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    data = drawn_clip.video.read_bytes()
    torn = data[: 100 * PACKET_BYTES + 50]
    (tmp_path / "recording.ts").write_bytes(torn)
    recorded(drawn_clip, tmp_path, RollSettings())
    (path,) = recordings_in(tmp_path)
    assert path.read_bytes()[: 100 * PACKET_BYTES] == data[: 100 * PACKET_BYTES]
    np.testing.assert_array_equal(
        source_rows(path.read_bytes()[100 * PACKET_BYTES :]), source_rows(data)
    )


def test_rolled_files_are_numbered_on_after_a_kill(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    roll = RollSettings(file_bytes=FILE_BYTES)
    recorded(drawn_clip, tmp_path, roll)
    n_before = len(recordings_in(tmp_path))
    recorded(drawn_clip, tmp_path, roll)
    names = [path.name for path in recordings_in(tmp_path)]
    assert names == [f"recording-{k:03d}.ts" for k in range(len(names))]
    assert len(names) >= 2 * n_before


def test_a_recording_is_readable_while_it_is_written(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    recorder = LiveRecorder(tmp_path, clock=iter(np.arange(0.0, 1e6).tolist()).__next__)
    data = drawn_clip.video.read_bytes()
    recorder.take(data[: 70 * PACKET_BYTES])
    assert (tmp_path / "recording.ts").stat().st_size == 70 * PACKET_BYTES
    recorder.close()
