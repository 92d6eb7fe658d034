"""Several videos in one transport stream: cameras on one clock, each with its own metadata."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.formats import SourceSettings, open_source
from plainview.formats.camera_survey import survey_cameras
from plainview.formats.source import InputSource
from plainview.formats.transport_packets import PACKET_BYTES
from plainview.model import Frame, Unit
from tests.formats.camera_clips import DAY_FOV_DEG, THERMAL_FOV_DEG, write_day_and_thermal
from tests.formats.camera_streams import KLV_PIDS, VIDEO_PIDS, Joined, alone, join_streams, ticks

CLIP_S = 1.6
FRAME_US = 40_000


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a clip of each camera, 40 frames."""
    return write_day_and_thermal(tmp_path_factory.mktemp("cameras"), duration_s=CLIP_S)


def read(
    *paths: Path, settings: SourceSettings | None = None
) -> tuple[InputSource, list[Unit], dict[str, list[Frame]]]:
    source = open_source(paths, settings=settings)
    with contextlib.closing(source):
        units = list(source.units())
    frames = defaultdict(list)
    for frame in frames_of(units):
        frames[frame.camera.name].append(frame)
    return source, units, dict(frames)


def frames_of(units: list[Unit]) -> Iterator[Frame]:
    return (unit.frame for unit in units if unit.frame is not None)


def times_of(frames: list[Frame]) -> list[int]:
    return [frame.video_time_us for frame in frames]


def assert_same_frames(ours: list[Frame], theirs: list[Frame], *, later_us: int = 0) -> None:
    assert times_of(ours) == [time_us + later_us for time_us in times_of(theirs)]
    for one, other in zip(ours, theirs, strict=True):
        assert np.array_equal(one.pixels, other.pixels)
        assert one.view == other.view
        assert one.frame_index == other.frame_index
        assert one.is_discontinuous == other.is_discontinuous


def codes(source: InputSource) -> dict[str, int]:
    return {warning.code: warning.count for warning in source.warnings()}


@pytest.mark.parametrize("n_programs", [1, 2])
def test_both_cameras_come_as_from_files_of_their_own(
    n_programs: int, clips: tuple[Path, Path], tmp_path: Path
) -> None:
    both = join_streams(tmp_path / "both.ts", clips, Joined(n_programs=n_programs))
    source, units, frames = read(both)
    assert [camera.name for camera in source.cameras] == ["camera-1", "camera-2"]
    for clip, fov_deg, (name, ours) in zip(
        clips, (DAY_FOV_DEG, THERMAL_FOV_DEG), frames.items(), strict=True
    ):
        _, _, theirs = read(alone(tmp_path / f"{name}.ts", clip))
        assert_same_frames(ours, theirs["camera-1"])
        assert len(ours) == 40
        for frame in ours:
            assert frame.view is not None
            assert frame.view.horizontal_fov_deg == pytest.approx(fov_deg, rel=0.02)
    assert b"".join(unit.recorded for unit in units) == both.read_bytes()
    assert source.n_packets == 80
    assert codes(source) == {}
    said = [event.details for event in source.events() if event.kind == "camera_stream"]
    assert [(each["stream"], each["metadata_streams"]) for each in said] == [
        (video, str(klv)) for video, klv in zip(VIDEO_PIDS, KLV_PIDS, strict=True)
    ]
    assert {each["metadata_by"] for each in said} == {"order" if n_programs == 1 else "program"}


def test_frames_of_one_stamp_have_one_time_and_come_together(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    _, units, _ = read(join_streams(tmp_path / "both.ts", clips))
    came = [(frame.video_time_us, frame.camera.name) for frame in frames_of(units)]
    assert came == [
        (FRAME_US * index, name) for index in range(40) for name in ("camera-1", "camera-2")
    ]


def test_swapped_pids_of_metadata_are_told_by_their_programs(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    how = Joined(n_programs=2, klv_pids=(KLV_PIDS[1], KLV_PIDS[0]))
    _, _, frames = read(join_streams(tmp_path / "both.ts", clips, how))
    for name, fov_deg in (("camera-1", DAY_FOV_DEG), ("camera-2", THERMAL_FOV_DEG)):
        view = frames[name][10].view
        assert view is not None
        assert view.horizontal_fov_deg == pytest.approx(fov_deg, rel=0.02)


def test_a_camera_without_metadata_has_no_views(clips: tuple[Path, Path], tmp_path: Path) -> None:
    how = Joined(n_programs=2, klv_of=(0,))
    source, _, frames = read(join_streams(tmp_path / "both.ts", clips, how))
    assert all(frame.view is not None for frame in frames["camera-1"])
    assert all(frame.view is None for frame in frames["camera-2"])
    assert codes(source) == {"no_metadata": 1}
    _, _, theirs = read(alone(tmp_path / "alone.ts", clips[1], has_klv=False))
    assert_same_frames(frames["camera-2"], theirs["camera-1"])


def test_one_metadata_stream_serves_both_and_is_counted_once(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    both = join_streams(tmp_path / "both.ts", clips, Joined(klv_of=(0,)))
    source, units, frames = read(both)
    for ours in frames.values():
        for frame in ours:
            assert frame.view is not None
            assert frame.view.horizontal_fov_deg == pytest.approx(DAY_FOV_DEG, rel=0.02)
    assert source.n_packets == 40
    assert sum(len(unit.payloads) for unit in units) == 40
    assert codes(source) == {"metadata_shared": 2}


def test_metadata_that_nothing_tells_of_are_used_for_none(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    how = Joined(more_klv=(0x132,))
    source, _, frames = read(join_streams(tmp_path / "both.ts", clips, how))
    assert all(frame.view is None for ours in frames.values() for frame in ours)
    assert codes(source)["metadata_of_no_camera"] == 3
    assert source.n_packets == 0


def test_cameras_of_different_rates_share_their_clock(tmp_path: Path) -> None:
    clips = write_day_and_thermal(tmp_path, duration_s=CLIP_S, thermal_rate_hz=12.5)
    both = join_streams(tmp_path / "both.ts", clips)
    _, units, frames = read(both)
    assert times_of(frames["camera-1"]) == [FRAME_US * index for index in range(40)]
    assert times_of(frames["camera-2"]) == [2 * FRAME_US * index for index in range(20)]
    times = times_of(list(frames_of(units)))
    assert times == sorted(times)
    day, thermal = survey_cameras(both)
    assert day.rate_hz == pytest.approx(25.0)
    assert thermal.rate_hz == pytest.approx(12.5)
    assert thermal.same_stamp_fraction == 1.0


@pytest.mark.parametrize("later_s", [0.4, 7.0, -0.4, -7.0])
def test_a_camera_that_starts_later_lies_later_on_the_clock(
    later_s: float, clips: tuple[Path, Path], tmp_path: Path
) -> None:
    how = Joined(shift_ticks=(ticks(20), ticks(20 + later_s)))
    both = join_streams(tmp_path / "both.ts", clips, how)
    source, units, frames = read(both)
    times = times_of(list(frames_of(units)))
    assert times == sorted(times)
    assert times[0] == 0
    starts_us = (max(0, round(-later_s * 1e6)), max(0, round(later_s * 1e6)))
    for clip, start_us, name in zip(clips, starts_us, ("camera-1", "camera-2"), strict=True):
        _, _, theirs = read(alone(tmp_path / f"{name}.ts", clip))
        assert_same_frames(frames[name], theirs["camera-1"], later_us=start_us)
    assert b"".join(unit.recorded for unit in units) == both.read_bytes()
    assert codes(source) == {}


def test_stamps_that_wrap_wrap_for_both(clips: tuple[Path, Path], tmp_path: Path) -> None:
    near_end = (1 << 33) - ticks(1.8)
    how = Joined(shift_ticks=(near_end, near_end + ticks(0.4)))
    _, _, frames = read(join_streams(tmp_path / "both.ts", clips, how))
    assert times_of(frames["camera-1"]) == [FRAME_US * index for index in range(40)]
    assert times_of(frames["camera-2"]) == [400_000 + FRAME_US * index for index in range(40)]


def test_cameras_stay_together_where_the_clock_begins_anew(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    first = join_streams(tmp_path / "first.ts", clips, Joined(shift_ticks=(ticks(90), ticks(90))))
    second = join_streams(tmp_path / "second.ts", clips)
    both = tmp_path / "both.ts"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    source, _, frames = read(both)
    assert times_of(frames["camera-1"]) == times_of(frames["camera-2"])
    assert len(frames["camera-1"]) == 80
    assert codes(source)["video_clock_step"] == 2


def test_consecutive_inputs_go_on_with_both_cameras(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    both = join_streams(tmp_path / "both.ts", clips)
    one = alone(tmp_path / "one.ts", clips[0])
    source, _, frames = read(both, one, both)
    assert [len(ours) for ours in frames.values()] == [120, 80]
    assert [frame.frame_index for frame in frames["camera-2"]] == list(range(80))
    assert times_of(frames["camera-2"])[40:] == times_of(frames["camera-1"])[80:]
    assert [camera.name for camera in source.cameras] == ["camera-1", "camera-2"]
    with contextlib.closing(open_source([one, both])) as later:
        assert [camera.name for camera in later.cameras] == ["camera-1", "camera-2"]


def test_a_span_is_cut_from_both(clips: tuple[Path, Path], tmp_path: Path) -> None:
    both = join_streams(tmp_path / "both.ts", clips)
    _, _, frames = read(both, settings=SourceSettings(start_s=0.4, end_s=1.2))
    assert [times_of(ours) for ours in frames.values()] == 2 * [
        [FRAME_US * index for index in range(20)]
    ]


def test_a_camera_alone_gives_the_same_and_says_what_is_left(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    both = join_streams(tmp_path / "both.ts", clips)
    source, units, frames = read(both, settings=SourceSettings(cameras=("camera-2",)))
    _, _, theirs = read(alone(tmp_path / "alone.ts", clips[1]))
    assert list(frames) == ["camera-2"]
    assert_same_frames(frames["camera-2"], theirs["camera-1"])
    assert b"".join(unit.recorded for unit in units) == both.read_bytes()
    assert codes(source) == {"video_streams_left": 1}


def test_a_camera_that_is_not_there_is_refused_by_its_name(
    clips: tuple[Path, Path], tmp_path: Path
) -> None:
    both = join_streams(tmp_path / "both.ts", clips)
    one = alone(tmp_path / "one.ts", clips[0])
    settings = SourceSettings(cameras=("camera-2",))
    for paths in ([one], [both, one]):
        with pytest.raises(InputError, match=r"one\.ts, camera-2.*it has camera-1"):
            open_source(paths, settings=settings)


def test_lost_packets_are_counted_once(clips: tuple[Path, Path], tmp_path: Path) -> None:
    both = join_streams(tmp_path / "both.ts", clips)
    data = both.read_bytes()
    middle = len(data) // 2 // PACKET_BYTES * PACKET_BYTES
    both.write_bytes(data[:middle] + data[middle + 20 * PACKET_BYTES :])
    source, _, frames = read(both)
    assert 0 < codes(source)["transport_continuity"] <= 4
    assert times_of(frames["camera-1"])[-1] == times_of(frames["camera-2"])[-1] == 39 * FRAME_US


def test_the_survey_says_what_each_camera_is(clips: tuple[Path, Path], tmp_path: Path) -> None:
    how = Joined(shift_ticks=(0, ticks(0.5)), n_programs=2)
    day, thermal = survey_cameras(join_streams(tmp_path / "both.ts", clips, how))
    assert (day.name, day.stream, day.width_px) == ("camera-1", VIDEO_PIDS[0], 128)
    assert (thermal.name, thermal.stream, thermal.width_px) == ("camera-2", VIDEO_PIDS[1], 102)
    assert (day.metadata_streams, thermal.metadata_streams) == ((KLV_PIDS[0],), (KLV_PIDS[1],))
    assert (day.starts_after_s, thermal.starts_after_s) == (0.0, 0.5)
    assert thermal.same_stamp_fraction == 0.0
    assert survey_cameras(alone(tmp_path / "alone.ts", clips[0])) == ()
