import hashlib
import itertools
import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pyarrow.parquet as pq
import pytest

from bench.drawn_scene import Scenario, SceneDrawer, read_scenario
from bench.drawn_scene.drawn_clip import DrawnClip, instrument_toml, write_drawn_clip
from plainview.errors import DeviceError
from plainview.formats.settings_toml import settings_from_mapping
from plainview.formats.truth_parquet import TRUTH_FRAMES_SCHEMA, TRUTH_SCHEMA


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    rescue = read_scenario("rescue")
    camera = replace(rescue.camera, width_px=320, height_px=180)
    return replace(rescue, camera=camera, duration_s=0.8)


@pytest.fixture(scope="module")
def clip(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> DrawnClip:
    return write_drawn_clip(tmp_path_factory.mktemp("drawn") / "clip", scenario, seed=3)


def test_the_clip_holds_every_frame_with_klv_beside_it(clip: DrawnClip) -> None:
    with av.open(str(clip.video)) as container:
        kinds = {stream.type for stream in container.streams}
        frames = list(container.decode(video=0))
    assert kinds == {"video", "data"}
    assert len(frames) == clip.n_frames == 20
    steps = {(b.pts or 0) - (a.pts or 0) for a, b in itertools.pairwise(frames)}
    assert steps == {3600}
    assert frames[0].time_base == Fraction(1, 90_000)


def test_the_clip_shows_what_the_twin_drew(clip: DrawnClip, scenario: Scenario) -> None:
    drawer = SceneDrawer(scenario, 3)
    drawer.advance(scenario.video_time_us(10))
    with av.open(str(clip.video)) as container:
        frames = list(container.decode(video=0))
    shown = frames[10].to_ndarray(format="gray").astype(float)
    assert np.mean(np.abs(shown - drawer.render(drawer.camera).pixels)) < 3.0


def test_both_truth_tables_have_their_columns_and_rows(clip: DrawnClip, scenario: Scenario) -> None:
    objects, frames = pq.read_table(clip.truth), pq.read_table(clip.truth_frames)
    assert objects.schema.names == TRUTH_SCHEMA.names
    assert frames.schema.names == TRUTH_FRAMES_SCHEMA.names
    assert frames["frame_index"].to_pylist() == list(range(20))
    assert set(objects["frame_index"].to_pylist()) == set(range(20))
    drawer = SceneDrawer(scenario, 3)
    drawer.advance(scenario.video_time_us(19))
    truth = drawer.truth(drawer.camera)
    last = objects.filter(np.array(objects["frame_index"]) == 19)
    assert last["object_id"].to_pylist() == truth.objects.object_id.tolist()
    np.testing.assert_array_equal(last["x_px"], truth.objects.x_px)
    assert frames["sensor_height_hae_m"].to_pylist()[-1] == truth.view.height_hae_m
    assert frames["time_us"].to_pylist()[-1] == truth.view.time_us


def test_the_same_seed_writes_the_same_bytes(
    clip: DrawnClip, scenario: Scenario, tmp_path: Path
) -> None:
    again = write_drawn_clip(tmp_path, scenario, seed=3)
    for name in ("video", "truth", "truth_frames", "settings"):
        first, second = (
            hashlib.sha256(getattr(each, name).read_bytes()).hexdigest() for each in (clip, again)
        )
        assert first == second, name


def test_the_settings_are_those_that_process_reads(clip: DrawnClip, scenario: Scenario) -> None:
    values = tomllib.loads(clip.settings.read_text(encoding="utf-8"))
    settings = settings_from_mapping(values, where="settings.toml")
    assert settings.instrument == scenario.instrument.sigma()
    assert settings.sea_level_sigma_m == scenario.sea.level_sigma_m
    assert clip.settings.read_text(encoding="utf-8") == instrument_toml(scenario)


def test_the_source_reads_the_views_that_were_reported(clip: DrawnClip, scenario: Scenario) -> None:
    from plainview.formats.source import open_source

    drawer = SceneDrawer(scenario, 3)
    source = open_source([clip.video])
    frames = [unit.frame for unit in source.units() if unit.frame is not None]
    source.close()
    assert len(frames) == 20
    for frame in frames[3:6]:
        drawer.advance(scenario.video_time_us(frame.frame_index))
        reported = drawer.reported_view()
        assert frame.view is not None
        assert frame.view.time_us == reported.time_us
        for name in ("latitude_deg", "height_hae_m", "camera_heading_deg", "horizontal_fov_deg"):
            assert getattr(frame.view, name) == pytest.approx(getattr(reported, name), abs=1e-9)


def test_a_folder_that_cannot_be_written_is_refused_by_name(
    scenario: Scenario, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DeviceError, match="cannot be written"):
        write_drawn_clip(tmp_path / "file", scenario, seed=1)


def test_each_frame_is_told_when_it_is_made(scenario: Scenario, tmp_path: Path) -> None:
    told: list[int] = []
    short = replace(scenario, duration_s=0.12)
    write_drawn_clip(tmp_path, short, seed=1, on_frame=told.append)
    assert told == [0, 1, 2]
