"""The room that a mission needs is estimated from the length of its inputs."""

import contextlib
from pathlib import Path

import pytest

from plainview.errors import DeviceError
from plainview.formats.source import open_source
from plainview.mission import disk_space
from plainview.mission.disk_space import check_disk_space, estimate_needed_bytes
from plainview.mission.process import process, source_settings
from plainview.mission.progress import Progress
from plainview.mission.request import ProcessRequest
from tests.formats.clips import write_clip

FIXED_BYTES = 8 << 20


def estimate(request: ProcessRequest) -> int:
    settings = source_settings(request)
    with contextlib.closing(open_source(request.inputs, settings=settings)) as source:
        return estimate_needed_bytes(request, source)


def test_the_overlay_follows_from_the_length_of_the_video(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=90)
    request = ProcessRequest(inputs=(clip,), out=tmp_path / "out")
    bare = ProcessRequest(inputs=(clip,), out=tmp_path / "out", is_overlay_drawn=False)
    drawn_bytes = estimate(request) - estimate(bare)
    assert drawn_bytes == pytest.approx(90 * 160 * 120 * 0.12 / 8, rel=0.01)
    assert estimate(bare) == pytest.approx(FIXED_BYTES + clip.stat().st_size + 90 * 2000, rel=0.01)


def test_an_end_that_is_asked_for_makes_it_less(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=90)
    whole = ProcessRequest(inputs=(clip,), out=tmp_path / "out")
    part = ProcessRequest(inputs=(clip,), out=tmp_path / "out", start_s=1.0, end_s=2.0)
    share = (estimate(part) - FIXED_BYTES) / (estimate(whole) - FIXED_BYTES)
    assert share == pytest.approx(1 / 3, rel=0.01)


def test_inputs_of_unknown_length_need_twice_their_size(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mkv", container_options={"live": "1"})
    request = ProcessRequest(inputs=(clip,), out=tmp_path / "out")
    assert estimate(request) == FIXED_BYTES + 2 * clip.stat().st_size


def test_too_little_room_is_refused_before_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "clip.ts")
    request = ProcessRequest(inputs=(clip,), out=tmp_path)
    monkeypatch.setattr(disk_space, "_FIXED_BYTES", 1 << 60)
    source = open_source([clip])
    with pytest.raises(DeviceError, match="MB are needed"):
        check_disk_space(request, source)
    source.close()


def test_progress_goes_to_the_end_that_was_asked_for(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=900, size=(320, 240))
    shown: list[Progress] = []
    request = ProcessRequest(
        inputs=(clip,), out=tmp_path / "out", end_s=20.0, is_overlay_drawn=False
    )
    process(request, on_progress=shown.append)
    assert len(shown) > 2
    for each in shown:
        assert each.fraction == pytest.approx((each.n_frames - 1) / 600, abs=1e-3)
