"""Each kind of bad input: a message with file, place and mend, and the exit code of the design."""

import json
import resource
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bench.drawn_scene import SceneDrawer
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.formats.stanag4609 import EncoderSettings, write_stanag4609
from plainview.mission import products
from plainview.mission.reader import Mission
from plainview.model import Frame, View
from plainview.twin import misp_stamp_us
from tests.cli.command import command
from tests.formats.clips import klv_packet, write_clip
from tests.mission.conftest import small_scenario
from tests.mission.ending_run import run_plainview


def refused(*arguments: object, exit_code: int = 2) -> str:
    """Run a command that fails; return its message, which ends with how to mend it."""
    result = command(*arguments)
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("plainview: ")
    assert result.stderr.count("\n") == 1
    return str(result.stderr)


def processed(*arguments: object) -> dict[str, Any]:
    """Run ``process --json`` to its end and return ``mission.json``."""
    result = command("process", *arguments, "--no-overlay", "--json")
    assert result.exit_code == 0, result.output
    summary: dict[str, Any] = json.loads(result.stdout)
    assert summary["state"] == "complete"
    return summary


def codes(summary: dict[str, Any]) -> set[str]:
    assert all(warning["mend"] and warning["first"] for warning in summary["warnings"])
    return {warning["code"] for warning in summary["warnings"]}


@pytest.mark.parametrize("name", ["inspect", "process"])
def test_what_is_no_video_is_refused_by_place_and_look(name: str, tmp_path: Path) -> None:
    path = tmp_path / "notes.ts"
    path.write_text("Nothing to see here.\n" * 200)
    arguments = [path, "--out", tmp_path / "out"] if name == "process" else [path]
    message = refused(name, *arguments)
    assert f"{path}, byte 0" in message
    assert "it looks like a text file" in message
    assert "Give a transport stream (.ts), an MP4" in message
    assert not (tmp_path / "out").exists()


def test_a_file_of_no_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.ts"
    path.touch()
    for arguments in (["inspect", path], ["process", path, "--out", tmp_path / "out"]):
        message = refused(*arguments)
        assert "is empty (0 bytes). Copy the recording again" in message
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_or_a_missing_file_is_refused(tmp_path: Path) -> None:
    for arguments in (["inspect", tmp_path], ["process", tmp_path, "--out", tmp_path / "out"]):
        assert "is an empty folder. Give a recording, or a folder of stills" in refused(*arguments)
    missing = tmp_path / "missing.ts"
    for arguments in (["inspect", missing], ["process", missing, "--out", tmp_path / "out"]):
        assert f"{missing}: cannot be read (No such file" in refused(*arguments)


def test_metadata_without_video_is_refused_by_process_and_shown_by_inspect(tmp_path: Path) -> None:
    path = tmp_path / "only.klv"
    path.write_bytes(b"".join(klv_packet(n) for n in range(20)))
    message = refused("process", path, "--out", tmp_path / "out")
    assert "holds KLV metadata and no video" in message
    result = command("inspect", path, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["video"] is None


def test_a_clip_without_metadata_gives_tracks_in_pixels_and_a_warning(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "silent.ts", n_frames=40, format_name="mpegts")
    summary = processed(path, "--out", tmp_path / "out")
    assert summary["counts"]["frames"] == 40
    assert summary["counts"]["frames_with_view"] == 0
    assert summary["counts"]["tracks_located"] == 0
    assert "no_metadata" in codes(summary)


def test_a_stream_that_was_cut_off_is_processed_as_far_as_it_goes(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    data = drawn_clip.video.read_bytes()
    path = tmp_path / "cut.ts"
    path.write_bytes(data[: len(data) * 6 // 10])
    assert 20 < processed(path, "--out", tmp_path / "out")["counts"]["frames"] < 50


def test_an_mp4_without_its_end_is_refused(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mp4")
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert str(path) in refused("process", path, "--out", tmp_path / "out")


def test_a_wrong_extension_is_said_and_does_no_harm(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(tiny_clip.video.read_bytes())
    assert "name_misleads" in codes(processed(path, "--out", tmp_path / "out"))


def test_metadata_that_stops_half_way_is_not_stretched_over_the_rest(tmp_path: Path) -> None:
    drawer = SceneDrawer(small_scenario(width_px=128, height_px=96, duration_s=10.0), 1)
    frames, packets = [], []
    for index in range(drawer.scenario.n_frames):
        drawer.advance(drawer.scenario.video_time_us(index))
        view = View(time_us=misp_stamp_us(drawer.erroneous_view()))
        frames.append(
            Frame(
                pixels=drawer.pixels(drawer.camera),
                camera=drawer.camera,
                frame_index=index,
                video_time_us=drawer.video_time_us,
                view=view,
            )
        )
        packets.append(drawer.packet() if index < 100 else None)
    path = tmp_path / "half.ts"
    settings = EncoderSettings(rate_hz=Fraction(25))
    write_stanag4609(path, frames=frames, packets=packets, settings=settings)
    summary = processed(path, "--out", tmp_path / "out")
    assert summary["counts"]["frames"] == 250
    assert 100 <= summary["counts"]["frames_with_view"] < 200
    assert "metadata_stops" in codes(summary)


def test_a_resolution_that_changes_is_said_and_processed(tmp_path: Path) -> None:
    small = write_clip(tmp_path / "a.ts", n_frames=20, format_name="mpegts")
    large = write_clip(tmp_path / "b.ts", n_frames=20, format_name="mpegts", size=(320, 240))
    path = tmp_path / "both.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    for n, inputs in enumerate(([path], [small, large])):
        out = tmp_path / f"out{n}"
        result = command("process", *inputs, "--out", out, "--json")
        assert result.exit_code == 0, result.output
        summary = json.loads(result.stdout)
        assert summary["counts"]["frames"] == 40
        assert "picture_size" in codes(summary)
        assert (out / "overlay-camera-1.mp4").exists()


@pytest.mark.parametrize("largest_file_bytes", [500, 5_000, 50_000])
def test_a_full_disk_ends_the_run_with_a_message_and_space_lets_it_go_on(
    largest_file_bytes: int, drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    full = run_plainview(
        ["process", drawn_clip.video, "--out", out], largest_file_bytes=largest_file_bytes
    )
    assert full.returncode == 1, full.stderr
    assert "Traceback" not in full.stderr
    assert full.stderr.startswith(f"plainview: {out}")
    assert "run the same command" in full.stderr
    result = command("process", drawn_clip.video, "--out", out, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["counts"] == whole_mission.summary["counts"]


@pytest.mark.parametrize(
    "writer",
    [
        "write_frames_parquet",
        "write_tracks_parquet",
        "write_geojson",
        "write_geopackage",
        "concatenate_parts",
        "write_report",
    ],
)
def test_a_disk_that_is_full_when_a_product_is_made_is_said(
    writer: str, tiny_clip: DrawnClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = getattr(products, writer)

    def write_on_full_disk(*args: Any, **kwargs: Any) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        try:
            write(*args, **kwargs)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)

    arguments = ["process", tiny_clip.video, "--out", tmp_path / "out"]
    with monkeypatch.context() as patch:
        patch.setattr(products, writer, write_on_full_disk)
        message = refused(*arguments, exit_code=1)
    assert str(tmp_path / "out") in message
    assert "run the same command" in message
    assert command(*arguments).exit_code == 0


def test_a_folder_that_cannot_be_written_is_refused(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = refused("process", tiny_clip.video, "--out", tmp_path / "file" / "out")
    assert "cannot be used as a mission folder (Not a directory)" in message
    message = refused("process", tiny_clip.video, "--out", tmp_path / "file")
    assert str(tmp_path / "file") in message
    message = refused("process", tiny_clip.video, "--out", "/sys/plainview")
    assert "/sys/plainview: cannot be used as a mission folder" in message
    assert "Give a folder that can be written, or a new name." in message


def test_a_folder_of_another_mission_is_refused(
    tiny_clip: DrawnClip, whole_mission: Mission
) -> None:
    before = (whole_mission.path / "mission.json").read_bytes()
    message = refused("process", tiny_clip.video, "--out", whole_mission.path)
    assert "holds another mission (it was made from other inputs)." in message
    assert (whole_mission.path / "mission.json").read_bytes() == before


def test_other_options_are_another_mission(drawn_clip: DrawnClip, whole_mission: Mission) -> None:
    message = refused("process", drawn_clip.video, "--out", whole_mission.path, "--end", "1")
    assert "other settings" in message


def test_a_complete_folder_of_the_same_mission_says_so(
    drawn_clip: DrawnClip, whole_mission: Mission
) -> None:
    result = command("process", drawn_clip.video, "--out", whole_mission.path)
    assert result.exit_code == 0
    assert "is already complete; nothing was done." in result.stdout
    result = command("process", drawn_clip.video, "--out", whole_mission.path, "--json")
    assert json.loads(result.stdout) == whole_mission.summary
    assert "is already complete" in result.stderr


def test_a_folder_of_other_files_is_refused(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    message = refused("process", tiny_clip.video, "--out", tmp_path)
    assert "is not empty and is not a mission folder. Give a new folder" in message
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_spoiled_summary_is_refused(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    (tmp_path / "mission.json").write_text("{")
    message = refused("process", tiny_clip.video, "--out", tmp_path)
    assert "is not a mission summary" in message


def test_settings_and_detectors_that_are_not_known_are_refused(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("[overlay]\ncolour = 'red'\n")
    out = tmp_path / "out"
    message = refused("process", tiny_clip.video, "--out", out, "--settings", settings)
    assert "colour" in message
    message = refused("process", tiny_clip.video, "--out", out, "--detector", "ghosts")
    assert "detector ghosts: is not known. Choose among motion, spot" in message
    message = refused("process", tiny_clip.video, "--out", out, "--start", "2", "--end", "1")
    assert "--end: is 1 s, not after the start (2 s)." in message
