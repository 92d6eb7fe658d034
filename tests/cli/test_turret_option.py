"""What a turret tells `process`, `watch` and `observe`: its errors, and a lens where it is sure."""

import math
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

import plainview
from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.errors import InputError
from plainview.formats import open_source
from plainview.formats.settings_toml import RunSettings, read_settings
from plainview.formats.toml_file import toml_value
from plainview.formats.turret_lens import lens_of_camera, matching_camera
from plainview.mission.options import make_requests
from plainview.mission.process import source_settings
from plainview.mission.reader import Mission
from plainview.mission.turret_option import settings_with_turret
from plainview.mission.view_track import ViewTrack
from plainview.mission.watch import make_watch_request
from plainview.model import PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma
from plainview.sensing import NavigationSpec, shipped_turret, turret_from_mapping
from tests.cli.command import command
from tests.conftest import SharedData
from tests.sensing.turret_values import TURRET, turret_values


def own_turret(path: Path, text: str = TURRET) -> Path:
    """Write a turret's file."""
    path.write_text(text)
    return path


def with_errors(text: str, navigation: dict[str, tuple[float, float]]) -> str:
    """Return a turret with some of its errors changed."""
    for name, (own, shared) in navigation.items():
        pair = f"{name} = {{ own = {own}, shared = {shared} }}"
        text, n_found = re.subn(rf"^{name} = .*$", pair, text, flags=re.MULTILINE)
        assert n_found == 1
    return text


def turret_of_clip(path: Path, clip: DrawnClip) -> Path:
    """Write a turret whose errors are those of a clip's own settings."""
    instrument = tomllib.loads(clip.settings.read_text())["instrument"]
    pairs = {name: (pair["own"], pair["shared"]) for name, pair in instrument.items()}
    return own_turret(path, with_errors(TURRET, pairs))


def with_camera(text: str, *, columns: int, rows: int, name: str, k1: float) -> str:
    """Return a turret whose thermal camera has one focal length, another array and distortion."""
    head, tail = text.split('name = "thermal"')
    tail = tail.replace("columns = 640", f"columns = {columns}").replace(
        "rows = 512", f"rows = {rows}"
    )
    first, second, rest = tail.split("[[cameras.lens.steps]]\n")
    second = second.replace("[0.0, 0.0, 0.0]", f"[{k1}, 0.0, 0.0]")
    rest = "[cameras.detector]" + rest.split("[cameras.detector]")[1]
    return f'{head}name = "{name}"{first}[[cameras.lens.steps]]\n{second}{rest}'


def made(*arguments: object) -> Mission:
    result = command("process", *arguments, "--no-overlay")
    assert result.exit_code == 0, result.output
    return plainview.open(arguments[arguments.index("--out") + 1])  # type: ignore[arg-type]


def codes(mission: Mission) -> set[str]:
    return {warning["code"] for warning in mission.summary["warnings"]}


def first_view(inputs: Path, **options: Any) -> View:
    (request,) = make_requests((inputs,), out=Path(), **options)
    source = open_source(request.inputs, settings=source_settings(request))
    for unit in source.units():
        if unit.frame is not None and unit.frame.view is not None:
            source.close()
            return unit.frame.view
    raise AssertionError("no frame has a View")


def test_a_turret_of_the_same_errors_gives_the_tracks_of_the_settings(
    drawn_clip: DrawnClip, tmp_path: Path
) -> None:
    surface = tmp_path / "surface.toml"
    level_m = tomllib.loads(drawn_clip.settings.read_text())["surface"]["sea_level_sigma_m"]
    surface.write_text(f"[surface]\nsea_level_sigma_m = {level_m}\n")
    turret = turret_of_clip(tmp_path / "mine.toml", drawn_clip)
    said = made(drawn_clip.video, "--out", tmp_path / "said", "--settings", drawn_clip.settings)
    given = made(
        *(drawn_clip.video, "--out", tmp_path / "given"),
        *("--settings", surface, "--turret", turret),
    )
    located = given.tracks.filter(pc.is_valid(given.tracks["latitude_deg"]))
    assert len(located)
    assert given.tracks.equals(said.tracks)
    assert pc.unique(located["uncertainty_basis"]).to_pylist() == ["instrument"]
    plain = made(drawn_clip.video, "--out", tmp_path / "plain", "--settings", surface)
    assert not given.tracks.equals(plain.tracks), "the turret changed nothing"
    kept = given.summary["settings"]
    assert kept["turret"] == {"name": "test ball", "file": "mine.toml"}
    assert kept["instrument"] == said.summary["settings"]["instrument"]
    assert kept["files"]["turret"]["name"] == "mine.toml"
    assert len(kept["files"]["turret"]["sha256"]) == 64
    # What reads the mission again has the errors without the turret's file.
    turret.unlink()
    again, before = ViewTrack.of_mission(given).views[0], ViewTrack.of_mission(said).views[0]
    assert again is not None
    assert before is not None
    assert again.sigma == before.sigma


def test_a_turret_of_the_catalogue_tells_real_footage_its_errors(shared_data: SharedData) -> None:
    """Airborne footage (EG 0104): what serves every pose basis is the turret's."""
    path = shared_data("fmv_klv/kwiver/aphill_klv_10s.ts")
    plain = first_view(path).sigma
    told = first_view(path, turret_name="ball-64cm").sigma
    navigation = shipped_turret("ball-64cm").navigation
    assert plain is not None
    assert told is not None
    for name in ("position_horizontal_m", "position_vertical_m", "field_of_view_ratio", "time_s"):
        assert getattr(told, name).shared == pytest.approx(getattr(navigation, name).shared)
        assert getattr(told, name).shared < getattr(plain, name).shared
    # The source gives the line of sight from north, without roll: of that a turret says nothing.
    assert first_view(path).pose_basis is PoseBasis.NORTH_OBLIQUITY
    assert told.camera_roll_deg == plain.camera_roll_deg
    assert told.camera_heading_deg == plain.camera_heading_deg
    assert told.basis is UncertaintyBasis.ASSUMED


def test_real_footage_whose_camera_is_not_sure_is_warned_of_and_processed(
    shared_data: SharedData, tmp_path: Path
) -> None:
    path = shared_data("fmv_klv/kwiver/aphill_klv_10s.ts")
    mission = made(path, "--out", tmp_path / "out", "--turret", "ball-25cm")
    assert "turret_camera_unknown" in codes(mission)
    assert "distortion" not in mission.summary["cameras"][0]
    assert mission.summary["settings"]["turret"] == {"name": "ball-25cm", "file": None}
    zoomed = made(
        *(path, "--out", tmp_path / "zoomed", "--turret"),
        own_turret(
            tmp_path / "zoom.toml",
            TURRET.replace('name = "day"', 'name = "camera-1"')
            .replace("columns = 1280", "columns = 1080")
            .replace("rows = 720", "rows = 720"),
        ),
    )
    assert "turret_lens_zooms" in codes(zoomed)
    assert "distortion" not in zoomed.summary["cameras"][0]


def test_the_lens_of_a_matched_camera_is_that_of_a_calibration(
    shared_data: SharedData, tmp_path: Path
) -> None:
    path = shared_data("fmv_klv/kwiver/aphill_klv_10s.ts")
    text = with_camera(TURRET, columns=360, rows=240, name="thermal", k1=-12.5)
    turret = own_turret(tmp_path / "mine.toml", text)
    lens = tmp_path / "lens.toml"
    lens.write_text(
        "schema_version = 1\n[camera]\nwidth_px = 360\nheight_px = 240\n"
        "distortion = { k1 = -7.5 }\n"
    )
    told = made(path, "--out", tmp_path / "told", "--turret", turret)
    assert told.summary["cameras"][0]["distortion"]["radial"] == [-12.5, 0.0, 0.0]
    assert not {"turret_camera_unknown", "turret_lens_zooms"} & codes(told)
    both = made(path, "--out", tmp_path / "both", "--turret", turret, "--calibration", lens)
    alone = made(path, "--out", tmp_path / "alone", "--calibration", lens)
    assert both.summary["cameras"] == alone.summary["cameras"]
    assert both.summary["cameras"][0]["distortion"]["radial"] == [-7.5, 0.0, 0.0]


def test_a_camera_is_matched_by_name_or_by_an_array_that_no_other_has() -> None:
    turret = turret_from_mapping(turret_values(), where="t.toml")

    def match(camera: str, width_px: int, height_px: int) -> str | None:
        found = matching_camera(turret, camera=camera, size_px=(width_px, height_px))
        return None if found is None else found.name

    assert match("camera-1", 640, 512) == "thermal"
    assert match("camera-1", 1280, 720) == "day"
    assert match("camera-1", 640, 360) is None, "shape alone is not enough"
    assert match("day", 640, 360) == "day"
    assert match("day", 640, 512) is None, "the name is of pictures of another shape"
    twice = turret_values()
    twice["cameras"].append({**twice["cameras"][1], "name": "thermal wide"})
    twins = turret_from_mapping(twice, where="t.toml")
    assert matching_camera(twins, camera="camera-1", size_px=(640, 512)) is None


def test_settings_go_before_the_turret_part_by_part(tmp_path: Path) -> None:
    stated = {
        "position_horizontal_m": {"own": 7.0, "shared": 8.0},
        "position_vertical_m": {"own": 7.0, "shared": 8.0},
        "field_of_view_ratio": {"own": 0.1, "shared": 0.2},
        "time_s": {"own": 0.3, "shared": 0.4},
        "camera_heading_deg": {"own": 0.5, "shared": 0.6},
    }
    path = tmp_path / "settings.toml"
    path.write_text(
        "[instrument]\n" + "".join(f"{k} = {toml_value(v)}\n" for k, v in stated.items())
    )
    navigation = shipped_turret("ball-25cm").navigation
    merged = settings_with_turret(read_settings(path), navigation)
    assert merged.instrument is not None
    assert merged.instrument.position_horizontal_m == Sigma(own=7.0, shared=8.0)
    assert merged.instrument.camera_heading_deg == Sigma(own=0.5, shared=0.6)
    assert merged.instrument.platform_heading_deg == navigation.platform_heading_deg.sigma()
    assert merged.instrument.basis is UncertaintyBasis.INSTRUMENT
    assert set(merged.values["instrument"]) == {*stated, *navigation.parts()}
    alone = settings_with_turret(RunSettings(), navigation)
    assert alone.instrument == navigation.sigma()


def test_every_error_of_a_relative_pose_is_the_turrets() -> None:
    needed = {entry.name for entry in fields(ViewSigma)} - {"basis", "correlations"}
    other = {"position_north_m"} | {name for name in needed if name.startswith("camera_")}
    assert {entry.name for entry in fields(NavigationSpec)} >= needed - other


def test_another_turret_is_another_mission(tiny_clip: DrawnClip, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made(tiny_clip.video, "--out", out, "--turret", "ball-25cm")
    options = ("process", tiny_clip.video, "--out", out, "--no-overlay", "--turret")
    again = command(*options, "ball-25cm")
    assert again.exit_code == 0
    assert "already complete" in again.output
    refused = command(*options, "ball-38cm")
    assert refused.exit_code == 2
    assert "other settings" in refused.stderr


def test_what_is_no_turret_is_refused_before_anything_is_made(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    bad = own_turret(tmp_path / "bad.toml", TURRET.replace("mass_kg = 5.0", "mass_kg = -5.0"))
    for turret, said in (
        ("ball-26cm", "neither a turret of the catalogue nor a file"),
        (bad, "bad.toml, mass_kg: is -5.0, out of range. Give it from 0.01 to 1000"),
        (tmp_path / "none.toml", "none.toml: cannot be read as text"),
    ):
        out = tmp_path / "out"
        refused = command("process", tiny_clip.video, "--out", out, "--turret", turret)
        assert refused.exit_code == 2
        assert said in refused.stderr
        assert not out.exists()


def test_stills_take_no_turret(shared_data: SharedData, tmp_path: Path) -> None:
    still = shared_data("radiometric_jpeg/FLIR_E40.jpg")
    refused = command("process", still, "--out", tmp_path / "out", "--turret", "ball-25cm")
    assert refused.exit_code == 2
    assert "--turret: is for footage, and these are stills." in refused.stderr
    assert not (tmp_path / "out").exists()


def test_a_live_link_takes_a_turret_too(tmp_path: Path) -> None:
    request = make_watch_request("udp://:5000", out=tmp_path, turret_name="ball-18cm")
    navigation = shipped_turret("ball-18cm").navigation
    assert request.settings.instrument == navigation.sigma()
    assert source_settings(request).turret is shipped_turret("ball-18cm")
    assert request.describe_settings()["turret"]["name"] == "ball-18cm"
    with pytest.raises(InputError, match="neither a turret"):
        make_watch_request("udp://:5000", out=tmp_path, turret_name="ball-17cm")
    assert "--turret" in command("watch", "--help").output


def test_observe_takes_a_turret(tiny_clip: DrawnClip) -> None:
    told = next(iter(plainview.observe(tiny_clip.video, turret="ball-64cm")))
    assert told.frame.view is not None
    assert told.frame.view.sigma is not None
    assert told.frame.view.sigma.basis is UncertaintyBasis.INSTRUMENT


def test_focal_length_and_pixel_pitch_give_the_fields_of_a_source_without() -> None:
    camera = shipped_turret("ball-10cm").camera("LWIR")
    fields_deg = lens_of_camera(camera).fields_of_view_deg
    assert fields_deg is not None
    across_deg = 2.0 * math.degrees(math.atan(0.5 * 640 * 0.012 / 20.0))
    assert fields_deg[0] == pytest.approx(across_deg)
    assert fields_deg[1] == pytest.approx(camera.vertical_fov_deg(20.0))
