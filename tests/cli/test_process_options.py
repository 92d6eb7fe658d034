"""What each option of ``process`` changes, through the real command."""

import hashlib
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import rasterio
from rasterio import Affine

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.mission.reader import Mission
from tests.cli.command import command
from tests.formats.clips import picture, write_clip

RIDGE_M = 60.0
AIS_LOG = "time,mmsi,lat,lon,sog,cog\n2026-03-14T10:00:00Z,235000001,48.42,-5.1,3.0,90\n"


def made(*arguments: object) -> Mission:
    result = command("process", *arguments)
    assert result.exit_code == 0, result.output
    return plainview.open(arguments[arguments.index("--out") + 1])  # type: ignore[arg-type]


def warnings_of(mission: Mission) -> dict[str, Any]:
    return {warning["code"]: warning for warning in mission.summary["warnings"]}


def test_a_terrain_is_what_rays_meet(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    path = tmp_path / "plateau.tif"
    profile = {"driver": "GTiff", "width": 80, "height": 80, "count": 1, "dtype": "float32"}
    transform = Affine(0.001, 0.0, -5.25, 0.0, -0.001, 48.46)
    with rasterio.open(path, "w", crs="EPSG:4979", transform=transform, **profile) as raster:
        raster.write(np.full((80, 80), RIDGE_M + 52.0, np.float32), 1)
    settings = tmp_path / "settings.toml"
    settings.write_text('[surface]\nterrain_datum = "WGS84 ellipsoid"\nterrain_sigma_m = 3.0\n')
    options = ("--terrain", path, "--settings", settings, "--end", "2", "--no-overlay")
    mission = made(drawn_clip.video, "--out", tmp_path / "out", *options)
    assert pc.unique(mission.frames["surface"]).to_pylist() == ["terrain"]
    heights_m = mission.frames["frame_center_height_hae_m"].to_numpy()
    np.testing.assert_allclose(heights_m, RIDGE_M + 52.0, atol=0.01)
    kept = mission.summary["settings"]
    assert kept["terrain"] == "plateau.tif"
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    size = path.stat().st_size
    assert kept["files"] == {"terrain": {"name": path.name, "size": size, "sha256": sha256}}
    located = mission.tracks.filter(pc.is_valid(mission.tracks["latitude_deg"]))
    assert len(located)
    assert pc.unique(located["surface"]).to_pylist() == ["terrain"]


def test_another_file_under_the_same_name_is_another_mission(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    log = tmp_path / "ships.csv"
    log.write_text(AIS_LOG)
    calibration = tmp_path / "turret.toml"
    calibration.write_text("schema_version = 1\n[lag_s]\nvalue = 0.0\nsigma = 0.01\n")
    out = tmp_path / "out"
    options = (tiny_clip.video, "--out", out, "--ais", log, "--calibration", calibration)
    files = made(*options).summary["settings"]["files"]
    assert {use: each["name"] for use, each in files.items()} == {
        "ais": "ships.csv",
        "calibration": "turret.toml",
    }
    assert "already complete" in command("process", *options).output
    log.write_text(AIS_LOG.replace("48.42", "48.43"))
    refused = command("process", *options)
    assert refused.exit_code == 2
    assert "other settings" in refused.stderr
    log.unlink()
    refused = command("process", *options)
    assert refused.exit_code == 2
    assert "ships.csv: cannot be read" in refused.stderr


def test_a_start_and_an_end_cut_the_mission(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    cut = made(drawn_clip.video, "--out", tmp_path / "out", "--start", "0.4", "--end", "1.2")
    assert cut.summary["counts"]["frames"] == 20
    assert cut.frames["time_us"].to_pylist() == whole_mission.frames["time_us"].to_pylist()[10:30]
    with av.open(str(tmp_path / "out" / "overlay-camera-1.mp4")) as overlay:
        assert overlay.streams.video[0].frames == 20


def test_only_the_detectors_that_were_asked_for_run(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    mission = made(tiny_clip.video, "--out", tmp_path / "out", "--detector", "spot")
    assert mission.summary["settings"]["detectors"] == ["spot"]
    assert set(mission.tracks["detector"].to_pylist()) <= {"spot"}


def test_the_settings_of_the_instrument_are_the_basis_of_the_errors(
    drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path
) -> None:
    options = ("--settings", drawn_clip.settings, "--no-overlay")
    mission = made(drawn_clip.video, "--out", tmp_path / "out", *options)
    for found, basis in ((mission, "instrument"), (whole_mission, "assumed")):
        stated = found.tracks["uncertainty_basis"].drop_null()
        assert pc.unique(stated).to_pylist() == [basis]


def test_a_layout_of_ones_own_is_drawn(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    layout = tmp_path / "mine.toml"
    layout.write_text(
        'name = "mine"\n[style]\ntext_height = 0.05\n'
        '[[element]]\nkind = "marking"\nanchor = "top"\nx = 0.5\ny = 0.01\n'
    )
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[overlay]\nlayout = '{layout}'\n")
    made(tiny_clip.video, "--out", tmp_path / "mine", "--settings", settings)
    made(tiny_clip.video, "--out", tmp_path / "ours")
    mine, ours = (
        (tmp_path / name / "overlay-camera-1.mp4").read_bytes() for name in ("mine", "ours")
    )
    assert mine != ours


@pytest.mark.parametrize("start", ["2", "60"])
def test_a_start_behind_the_end_is_refused_with_the_length(
    start: str, drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    result = command("process", drawn_clip.video, "--out", tmp_path / "out", "--start", start)
    assert result.exit_code == 2
    assert f"has 2.00 s of video, and the start is at {start} s" in result.stderr
    assert not list((tmp_path / "out").iterdir())


def test_several_inputs_are_as_long_as_all_together(tmp_path: Path) -> None:
    parts = [write_clip(tmp_path / name, n_frames=60) for name in ("a.ts", "b.ts")]
    mission = made(*parts, "--out", tmp_path / "late", "--start", "3", "--no-overlay")
    assert mission.summary["counts"]["frames"] == 30
    result = command("process", *parts, "--out", tmp_path / "out", "--start", "4.5")
    assert result.exit_code == 2
    assert "a.ts, b.ts: has 4.00 s of video together" in result.stderr


def test_a_length_that_no_container_knows_is_said_after_reading(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mkv", n_frames=60, container_options={"live": "1"})
    out = tmp_path / "out"
    result = command("process", clip, "--out", out, "--start", "5")
    assert result.exit_code == 2
    assert "has 2.00 s of video, and the start is at 5 s" in result.stderr
    assert made(clip, "--out", out, "--start", "1").summary["counts"]["frames"] == 30


def test_a_span_that_holds_no_time_is_refused(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    for options in (("--start", "2", "--end", "2"), ("--end", "0"), ("--start", "nan")):
        result = command("process", tiny_clip.video, "--out", tmp_path / "out", *options)
        assert result.exit_code == 2, options
        assert not (tmp_path / "out").exists()


def test_a_mission_without_a_picture_says_so(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", n_frames=60, options={"g": "60"})
    with av.open(str(clip)) as read, av.open(str(tmp_path / "late.mp4"), "w") as late:
        stream = late.add_stream_from_template(read.streams.video[0])
        for packet in read.demux(video=0):
            if packet.dts is not None and not packet.is_keyframe:
                packet.stream = stream
                late.mux(packet)
    mission = made(tmp_path / "late.mp4", "--out", tmp_path / "out", "--no-overlay")
    assert mission.summary["counts"]["frames"] == 0
    assert "--start" in warnings_of(mission)["no_pictures"]["mend"]


def test_interlaced_pictures_of_oblong_pixels_become_a_mission(tmp_path: Path) -> None:
    clip = tmp_path / "clip.ts"
    with av.open(str(clip), "w") as output:
        video = output.add_stream("libx264", 25, {"x264-params": "tff=1:sar=16/11"})
        video.width, video.height = 192, 160
        video.codec_context.flags |= 1 << 18
        for n in range(30):
            frame = av.VideoFrame.from_ndarray(picture(n, width=192, height=160), format="bgr24")
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    mission = made(clip, "--out", tmp_path / "out")
    (camera,) = mission.summary["cameras"]
    assert camera["pixel_aspect_ratio"] == pytest.approx(16 / 11)
    assert len(mission.frames) == 30
    with av.open(str(tmp_path / "out" / "overlay-camera-1.mp4")) as overlay:
        shown = overlay.streams.video[0]
        assert (shown.width, shown.height) == (192, 160)
        assert float(shown.sample_aspect_ratio or 1) == pytest.approx(16 / 11)


def test_the_recording_holds_the_tracks_as_targets_beside_the_source(
    whole_mission: Mission, drawn_clip: DrawnClip
) -> None:
    recorded, source = (
        [json.loads(line) for line in command("inspect", path, "--packets").stdout.splitlines()]
        for path in (whole_mission.path / "recording.ts", drawn_clip.video)
    )
    ours = [packet for packet in recorded if packet["set"] == "ST0903"]
    theirs = [packet["items"] for packet in recorded if packet["set"] == "ST0601"]
    assert theirs == [packet["items"] for packet in source]
    assert {packet["stream"] for packet in ours}.isdisjoint(p["stream"] for p in source)
    assert all(packet["damage"] == [] and packet["pts_us"] is not None for packet in ours)
    stamps_us = [packet["items"]["2"] for packet in source]
    assert {packet["time_us"] for packet in ours} == set(stamps_us), "on the source's own clock"
    utc_us = dict(zip(stamps_us, whole_mission.frames["time_us"].to_pylist(), strict=True))
    told = {
        (utc_us[packet["time_us"]], target["target_id"])
        for packet in ours
        for target in packet["items"].get("101", [])
    }
    is_told = pc.is_in(
        whole_mission.tracks["life_stage"], value_set=pa.array(["confirmed", "coasting"])
    )
    tracks = whole_mission.tracks.filter(is_told)
    held = set(zip(tracks["time_us"].to_pylist(), tracks["track_id"].to_pylist(), strict=True))
    assert told == held
    assert len({track_id for _, track_id in told}) >= 2


def test_the_options_of_a_mission_are_kept_in_its_summary(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = ("--operator", "A", "--purpose", "search", "--json")
    result = command("process", tiny_clip.video, "--out", out, *told)
    settings = json.loads(result.stdout)["settings"]
    assert (settings["operator"], settings["purpose"]) == ("A", "search")
    assert settings["overlay"] is True
    assert settings["detectors"] == ["motion", "spot"]
