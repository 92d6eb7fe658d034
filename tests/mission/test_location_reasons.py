"""Bad geometry in a mission: reasons in the tables and the summary, and the rest goes on."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.drawn_scene import SceneDrawer
from bench.drawn_scene.reported import items_of_view
from plainview.formats.stanag4609 import EncoderSettings, write_stanag4609
from plainview.misb import encode_set
from plainview.mission.reader import Mission
from plainview.model import Frame, View
from plainview.twin import misp_stamp_us
from tests.mission.conftest import small_scenario
from tests.mission.ending_run import run_plainview

N_FRAMES = 75
Change = Callable[[int, dict[int, object]], None]


def clip_with(path: Path, change: Change) -> Path:
    """Write 3 s of the rescue whose items are changed, by the frame's index."""
    scenario = small_scenario(width_px=320, height_px=180, duration_s=N_FRAMES / 25.0)
    drawer, frames, packets = SceneDrawer(scenario, 1), [], []
    for index in range(N_FRAMES):
        drawer.advance(scenario.video_time_us(index))
        told = drawer.erroneous_view()
        items = items_of_view(told, scenario)
        change(index, items)
        frames.append(
            Frame(
                pixels=drawer.pixels(drawer.camera),
                camera=drawer.camera,
                frame_index=index,
                video_time_us=drawer.video_time_us,
                view=View(time_us=misp_stamp_us(told)),
            )
        )
        packets.append(encode_set(items))
    write_stanag4609(
        path, frames=frames, packets=packets, settings=EncoderSettings(rate_hz=Fraction(25))
    )
    return path


def contradict(_: int, items: dict[int, object]) -> None:
    """An encoder that sends its height above the sea in both items: 52 m too low here."""
    items[104] = items[15]


def move_datum(index: int, items: dict[int, object]) -> None:
    """An encoder whose only height changes from above the ellipsoid to above another datum."""
    del items[104]
    if index >= 25:
        items[15] = float(items[15]) + 40.0  # type: ignore[arg-type]


def close_the_field(index: int, items: dict[int, object]) -> None:
    if 30 <= index < 50:
        items[16] = 180.0


def look_up(_: int, items: dict[int, object]) -> None:
    items[19] = 20.0


@pytest.mark.parametrize(
    ("change", "reason"),
    [(contradict, "heights_contradict"), (look_up, "above_horizon")],
)
def test_a_mission_of_bad_geometry_goes_on_and_says_why_nothing_has_a_place(
    change: Change, reason: str, tmp_path: Path
) -> None:
    clip = clip_with(tmp_path / "clip.ts", change)
    settings = tmp_path / "standard.toml"
    settings.write_text('[metadata]\nangle_convention = "standard"\n')  # or nothing would decide
    options: list[str | Path] = ["--no-overlay", "--settings", settings]
    made = run_plainview(["process", clip, "--out", tmp_path / "out", *options])
    assert made.returncode == 0, made.stderr
    summary = json.loads((tmp_path / "out" / "mission.json").read_text())
    assert summary["counts"]["tracks_confirmed"] > 0
    assert summary["counts"]["tracks_located"] == 0
    rows = pq.read_table(tmp_path / "out" / "tracks.parquet").to_pylist()
    assert all(row["latitude_deg"] is None and row["cov_ee_m2"] is None for row in rows)
    seen = [row["location_reason"] for row in rows if row["life_stage"] == "confirmed"]
    assert set(seen) == {reason}
    unseen = [row["location_reason"] for row in rows if row["life_stage"] == "coasting"]
    assert set(unseen) <= {"not_seen"}
    assert summary["counts"]["not_located"][reason] == len(seen)
    assert sum(summary["counts"]["not_located"].values()) == len(rows)
    warning = next(each for each in summary["warnings"] if each["code"] == "track_not_located")
    assert f"({len(seen)} times)" in warning["what"]


@pytest.mark.parametrize("change", [move_datum, close_the_field])
def test_bad_geometry_in_a_part_is_withheld_there_and_the_rest_is_located(
    change: Change, tmp_path: Path
) -> None:
    clip = clip_with(tmp_path / "clip.ts", change)
    made = run_plainview(["process", clip, "--out", tmp_path / "out", "--no-overlay"])
    assert made.returncode == 0, made.stderr
    frames = pq.read_table(tmp_path / "out" / "frames.parquet").to_pylist()
    located = [row["frame_center_latitude_deg"] is not None for row in frames]
    first, last = (27, N_FRAMES) if change is move_datum else (31, 49)
    assert all(located[:24])
    assert not any(located[first:last])
    assert all(located[52:]) is (change is close_the_field)
    tracks = pq.read_table(tmp_path / "out" / "tracks.parquet").to_pylist()
    assert any(row["latitude_deg"] is not None for row in tracks)


def test_terrain_that_does_not_cover_the_scene_withholds_places_and_nothing_else(
    whole_mission: Mission, drawn_clip: object, tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    """A real height model of another continent, named with its datum in the settings."""
    settings = tmp_path / "settings.toml"
    settings.write_text('[surface]\nterrain_datum = "EGM96"\n')
    made = run_plainview(
        [
            "process",
            drawn_clip.video,  # type: ignore[attr-defined]
            "--out",
            tmp_path / "out",
            "--no-overlay",
            "--terrain",
            shared_data("dem/cobb.tif"),
            "--settings",
            settings,
        ]
    )
    assert made.returncode == 0, made.stderr
    summary = json.loads((tmp_path / "out" / "mission.json").read_text())
    counts = summary["counts"]
    assert counts["tracks_confirmed"] == whole_mission.summary["counts"]["tracks_confirmed"]
    assert counts["tracks_located"] == 0
    assert set(counts["not_located"]) <= {"outside_terrain", "above_horizon", "not_seen"}
    assert counts["not_located"]["outside_terrain"] > 0
