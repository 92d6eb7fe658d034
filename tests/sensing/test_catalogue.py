"""The catalogue: every turret could be built, and every number says where it comes from."""

import re
import tomllib
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from plainview.errors import InputError
from plainview.sensing import (
    CameraSpec,
    platform_names,
    shipped_platform,
    shipped_turret,
    turret_names,
)

CATALOGUE = resources.files("plainview.sensing").joinpath("catalogue")
FILES = sorted(
    (kind, file.name) for kind in ("turrets", "platforms") for file in (CATALOGUE / kind).iterdir()
)
BALLS = ("ball-10cm", "ball-18cm", "ball-25cm", "ball-38cm", "ball-64cm")
CAMERAS = [(name, camera) for name in turret_names() for camera in shipped_turret(name).cameras]


def text_of(kind: str, name: str) -> str:
    return CATALOGUE.joinpath(kind, name).read_text(encoding="utf-8")


def finest_rad(camera: CameraSpec) -> float:
    return camera.ifov_rad(camera.focal_lengths_mm[-1])


def test_five_balls_of_rising_size_a_fixed_camera_and_four_platforms_ship() -> None:
    assert set(turret_names()) == {*BALLS, "fixed"}
    assert set(platform_names()) == {"helicopter", "plane", "multirotor", "ship"}
    assert [name for name in turret_names() if shipped_turret(name).gimbal is None] == ["fixed"]
    balls = [shipped_turret(name) for name in BALLS]
    assert (balls[0].ball_diameter_m, balls[-1].ball_diameter_m) == (0.10, 0.64)
    for small, large in pairwise(balls):
        assert small.ball_diameter_m < large.ball_diameter_m
        assert small.mass_kg < large.mass_kg
        assert small.gimbal is not None
        assert large.gimbal is not None
        assert small.gimbal.rate_loop_hz < large.gimbal.rate_loop_hz
        assert small.gimbal.gyro_random_walk_deg_rt_h > large.gimbal.gyro_random_walk_deg_rt_h
        assert min(map(finest_rad, small.cameras)) > min(map(finest_rad, large.cameras))


@pytest.mark.parametrize("name", turret_names())
def test_a_turret_knows_its_name_and_its_platforms(name: str) -> None:
    turret = shipped_turret(name)
    assert turret.name == name
    assert turret.platforms
    assert set(turret.platforms) <= set(platform_names())
    bands = {camera.band for camera in turret.cameras}
    assert "EO" in bands
    assert bands & {"MWIR", "LWIR"}
    assert len(turret.cameras) >= 2


@pytest.mark.parametrize("name", turret_names())
def test_the_lenses_fit_into_the_ball(name: str) -> None:
    turret = shipped_turret(name)
    ball_mm = turret.ball_diameter_m * 1e3
    widest_mm = [
        max(step.focal_length_mm / step.f_number for step in camera.lens.steps)
        for camera in turret.cameras
    ]
    assert max(widest_mm) < 0.5 * ball_mm
    assert sum(width_mm**2 for width_mm in widest_mm) <= 0.4 * ball_mm**2
    # A folded telephoto is a third as long as its focal length at best.
    assert max(camera.focal_lengths_mm[-1] for camera in turret.cameras) < 3.3 * ball_mm


@pytest.mark.parametrize(("name", "camera"), CAMERAS, ids=lambda each: getattr(each, "name", each))
def test_a_camera_could_be_built(name: str, camera: CameraSpec) -> None:
    for focal_length_mm in camera.focal_lengths_mm:
        step = camera.step(focal_length_mm)
        wavelength_um = 0.5 * (camera.band_low_um + camera.band_high_um)
        blur_in_pixels = wavelength_um * step.f_number / camera.detector.pixel_pitch_um
        assert 0.1 < blur_in_pixels < 2.5, "the lens is far too coarse or too fine for its pixels"
        corner = 0.5 * camera.detector.width_mm / focal_length_mm
        assert abs(step.radial_distortion[0]) * corner**2 < 0.05
        netd_k = camera.netd_k(focal_length_mm)
        assert (netd_k is None) != camera.is_thermal
        assert netd_k is None or 0.015 < netd_k < 0.1
    assert camera.horizontal_fov_deg(camera.focal_lengths_mm[-1]) > 0.2
    assert camera.horizontal_fov_deg(camera.focal_lengths_mm[0]) < 70.0


def test_a_moving_platform_is_faster_than_its_stall_and_shakes() -> None:
    for name in platform_names():
        platform = shipped_platform(name)
        assert platform.name == name
        assert platform.tones
        assert platform.broadband
    assert shipped_platform("plane").least_speed_m_s > 0.0
    assert shipped_platform("helicopter").least_speed_m_s == 0.0


def _unsourced(table: dict[str, Any], where: str) -> list[str]:
    """Return every number of a table, and of the tables in it, that no source covers."""
    said = table.get("sources", {})
    covered = {"others"} if isinstance(said, str) else set(said)
    found: list[str] = []
    for name, value in table.items():
        is_row_list = isinstance(value, list) and value and isinstance(value[0], dict)
        if is_row_list and "sources" in value[0]:
            found += [each for row in value for each in _unsourced(row, f"{where}.{name}")]
        elif isinstance(value, dict) and name != "sources" and "own" not in value:
            found += _unsourced(value, f"{where}.{name}")
        elif name == "sources" or isinstance(value, str | bool) or name == "platforms":
            continue
        elif name not in covered and "others" not in covered:
            found.append(f"{where}.{name}")
    return found


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_every_number_carries_its_source_or_says_assumed(kind: str, name: str) -> None:
    values = tomllib.loads(text_of(kind, name))
    assert _unsourced(values, name) == []
    del values["sources"]
    assert _unsourced(values, name), "the check would not see a missing source"


def test_no_turret_is_named_after_one_that_is_sold() -> None:
    maker = re.compile(r"wescam|safire|zenmuse|trillium|gremsy|nextvision|controp|\bmx-?\d", re.I)
    assert maker.search("a WESCAM MX-15")
    assert [name for kind, name in FILES if maker.search(text_of(kind, name))] == []


def test_a_name_that_does_not_ship_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"turret huge: is not in the catalogue. Choose ball-10cm"):
        shipped_turret("huge")
    with pytest.raises(InputError, match=r"platform kite: is not in the catalogue. Choose heli"):
        shipped_platform("kite")


def test_every_field_of_a_file_is_described() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "turrets.md").read_text()
    named = set(re.findall(r"`\[*([\w.]+)\]*`", page))
    named = {part for name in named for part in name.split(".")}
    texts = "\n".join(text_of(kind, name) for kind, name in FILES)
    fields = {line.split(" = ")[0].split(".")[0] for line in texts.splitlines() if " = " in line}
    assert len(fields) > 80
    assert fields <= named
