"""Turrets and platforms as values: what follows from their numbers, and what is refused."""

import math
from typing import Any

import cv2
import numpy as np
import pytest

from plainview.errors import InputError
from plainview.model import Band, UncertaintyBasis
from plainview.sensing import platform_from_mapping, turret_from_mapping
from tests.sensing.turret_values import ABSENT, bent, platform_values, turret_values


def test_a_camera_gives_the_fields_and_pixels_of_its_numbers() -> None:
    thermal = turret_from_mapping(turret_values(), where="t.toml").camera("thermal")
    assert thermal.ifov_rad(55.0) == pytest.approx(12e-6 / 55e-3)
    # OpenCV's own field of a 640 x 512 array of 12 um behind 25 mm.
    matrix = np.array([[25.0 / 0.012, 0, 320], [0, 25.0 / 0.012, 256], [0, 0, 1]])
    across, down, *_ = cv2.calibrationMatrixValues(matrix, (640, 512), 7.68, 6.144)
    assert thermal.horizontal_fov_deg(25.0) == pytest.approx(across)
    assert thermal.vertical_fov_deg(25.0) == pytest.approx(down)
    assert thermal.focal_length_for_fov_mm(across) == pytest.approx(25.0)
    camera = thermal.camera(25.0)
    assert (camera.width_px, camera.height_px, camera.band) == (640, 512, Band.LWIR)


def test_a_zoom_lens_runs_between_its_steps_and_a_stepped_one_does_not() -> None:
    turret = turret_from_mapping(turret_values(), where="t.toml")
    day, thermal = turret.camera("day"), turret.camera("thermal")
    middle = day.step(math.sqrt(10.0 * 100.0))
    assert middle.f_number == pytest.approx(3.0)
    assert middle.bore_sight_right_mrad == pytest.approx(2.0)
    assert day.lens.nearest_focal_length_mm(7.0) == 10.0
    assert thermal.lens.nearest_focal_length_mm(40.0) == 55.0
    with pytest.raises(InputError, match=r"Give one of 25, 55 mm"):
        thermal.camera(40.0)
    with pytest.raises(InputError, match=r"Give from 10 to 100 mm"):
        day.camera(101.0)


def test_distortion_between_steps_bends_the_picture_between_theirs() -> None:
    """At the same height of the picture the displacement lies between that of the steps."""
    day = turret_from_mapping(turret_values(), where="t.toml").camera("day")

    def bend(focal_length_mm: float) -> float:
        (k1, _, _) = day.step(focal_length_mm).radial_distortion
        return k1 * (2.0 / focal_length_mm) ** 2

    wide, narrow = bend(10.0), bend(100.0)
    assert bend(math.sqrt(1000.0)) == pytest.approx(0.5 * (wide + narrow))


def test_the_bore_sight_moves_with_zoom_and_focus() -> None:
    day = turret_from_mapping(turret_values(), where="t.toml").camera("day")
    assert day.bore_sight_rad(100.0) == pytest.approx((3e-3, 0.4e-3))
    assert day.bore_sight_rad(100.0, distance_m=20.0) == pytest.approx((3.25e-3, 0.3e-3))
    assert day.bore_sight_rad(10.0, distance_m=1.0) == pytest.approx((1.5e-3, -0.2e-3))


def test_netd_grows_with_the_f_number_and_falls_with_the_transmission() -> None:
    thermal = turret_from_mapping(turret_values(), where="t.toml").camera("thermal")
    assert thermal.netd_k(25.0) == pytest.approx(0.05 / 0.9)
    assert thermal.netd_k(55.0) == pytest.approx(0.05 / 0.9 * (4 * 1.44 + 1) / 5)


def test_the_navigation_gives_the_sigma_of_a_view() -> None:
    navigation = turret_from_mapping(turret_values(), where="t.toml").navigation
    sigma = navigation.sigma()
    assert sigma.basis is UncertaintyBasis.INSTRUMENT
    assert sigma.platform_heading_deg is not None
    assert (sigma.platform_heading_deg.own, sigma.platform_heading_deg.shared) == (0.02, 0.2)
    assert len(navigation.parts()) == 10


def test_each_number_says_where_it_comes_from() -> None:
    turret = turret_from_mapping(turret_values(), where="t.toml")
    assert turret.navigation.sources["platform_heading_deg"] == "a data sheet"
    assert turret.navigation.sources["rate_hz"] == "assumed"
    lens = turret.camera("day").lens
    assert lens.sources["steps"] == "a drawing"
    assert set(turret.sources) == {"ball_diameter_m", "mass_kg"}


TURRET_REFUSALS: tuple[tuple[tuple[Any, ...], object, str], ...] = (
    (("mass_kg",), ABSENT, r"t.toml, mass_kg: is missing. Give it from 0.01 to 1000"),
    (("colour",), "red", r"t.toml, colour: is not a field of this table"),
    (("mass_kg",), "5", r"mass_kg: is '5', not a number"),
    (("mass_kg",), math.nan, r"mass_kg: is nan, out of range"),
    (("mass_kg",), -1.0, r"mass_kg: is -1.0, out of range"),
    (("sources",), ABSENT, r"t.toml, sources: are missing"),
    (("sources",), {"mass_kg": "a scale"}, r"sources, ball_diameter_m: is missing"),
    (("sources",), {"others": " "}, r"sources, others: is ' ', not a text"),
    (("sources",), {"others": "assumed", "wing": "x"}, r"sources, wing: is of no number"),
    (("sources",), 7, r"sources: are 7, neither text nor table"),
    (("platforms",), "ship", r"platforms: is 'ship', not a list"),
    (("cameras",), [], r"cameras: are none"),
    (("cameras", 1, "name"), "day", r"cameras 2, name: is there twice"),
    (("cameras", 0, "band"), "RGB", r"cameras 1, band: is 'RGB'. Give one of EO"),
    (("cameras", 0, "band_low_um"), 0.9, r"cameras 1, band_high_um: is 0.7, not above"),
    (("cameras", 0, "band"), "LWIR", r"cameras 1, thermal: is missing"),
    (("cameras", 1, "thermal"), ABSENT, r"cameras 2, thermal: is missing"),
    (
        ("cameras", 1, "photon"),
        turret_values()["cameras"][0]["photon"],
        r"cameras 2, photon: is not for the band LWIR",
    ),
    (("cameras", 0, "photon", "longest_exposure_ms"), 0.01, r"photon, longest_exposure_ms"),
    (("cameras", 1, "thermal", "integration_ms"), 5.0, r"cameras 2, thermal: has not exactly"),
    (("cameras", 1, "thermal", "netd_k"), 0.0, r"thermal, netd_k: is 0.0, out of range"),
    (("cameras", 1, "lens", "steps"), [], r"cameras 2, lens, steps: are not focal lengths"),
    (
        ("cameras", 1, "lens", "steps", 0, "focal_length_mm"),
        60.0,
        r"cameras 2, lens, steps: are not focal lengths that rise",
    ),
    (
        ("cameras", 1, "lens", "steps", 0, "radial_distortion"),
        [0.0],
        r"steps 1, radial_distortion: has 1 numbers. Give 3 of them",
    ),
    (
        ("cameras", 0, "lens", "steps"),
        turret_values()["cameras"][0]["lens"]["steps"][:1],
        r"is_con",
    ),
    (("cameras", 0, "detector", "readout"), "global", r"detector, readout_ms: is 10 with a global"),
    (("cameras", 0, "detector", "readout_ms"), 20.0, r"readout_ms: is 20, longer than a frame"),
    (("cameras", 0, "detector", "columns"), 1280.5, r"columns: is 1280.5, not a whole number"),
    (("ball_diameter_m",), 0.06, r"ball_diameter_m: is 0.06: the lenses together"),
    (("ball_diameter_m",), 0.04, r"cameras 2, lens, steps: need an aperture of 46 mm, and the"),
    (("gimbal", "axes"), 3, r"gimbal, axes: is 3. Give 2 or 4"),
    (("gimbal", "axes"), 2, r"gimbal, inner_travel_deg: is given with 2 axes"),
    (("gimbal", "outer_loop_hz"), ABSENT, r"gimbal, outer_loop_hz: is missing"),
    (("gimbal", "azimuth_low_deg"), -90.0, r"azimuth_low_deg: is given with an endless azimuth"),
    (("gimbal", "is_azimuth_endless"), False, r"gimbal, azimuth_low_deg: is missing"),
    (("gimbal", "elevation_low_deg"), 40.0, r"elevation_high_deg: is 30, not above"),
    (("rangefinder", "shortest_m"), 10_000.0, r"rangefinder, longest_m: is not above"),
    (("navigation",), ABSENT, r"t.toml, navigation: is missing"),
    (("navigation", "time_s"), 0.1, r"navigation, time_s: is not a table of fields"),
    (("navigation", "time_s", "shared"), -1.0, r"time_s, shared: is -1.0, out of range"),
)


@pytest.mark.parametrize(("path", "value", "said"), TURRET_REFUSALS)
def test_a_bad_turret_is_refused_with_field_and_reason(
    path: tuple[Any, ...], value: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        turret_from_mapping(bent(turret_values(), path, value), where="t.toml")


def _fields(values: dict[str, Any], path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for name, value in values.items():
        found.append((*path, name))
        if isinstance(value, dict) and name != "sources":
            found += _fields(value, (*path, name))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found += [
                each for n, row in enumerate(value) for each in _fields(row, (*path, name, n))
            ]
    return found


MAY_BE_ABSENT = {"gimbal", "rangefinder", "platforms", "tones", "broadband", "is_continuous"}


@pytest.mark.parametrize("path", _fields(turret_values()), ids=str)
def test_every_field_of_a_turret_is_missed(path: tuple[Any, ...]) -> None:
    values = bent(turret_values(), path, ABSENT)
    if path[-1] in MAY_BE_ABSENT and path[-1] != "is_continuous":
        turret_from_mapping(values, where="t.toml")
        return
    if path[-1] == "is_continuous":
        assert not turret_from_mapping(values, where="t.toml").camera("day").lens.is_continuous
        return
    with pytest.raises(InputError) as refused:
        turret_from_mapping(values, where="t.toml")
    name = "thermal" if path[-1] == "time_constant_ms" else str(path[-1])
    name = "azimuth_low_deg" if name == "is_azimuth_endless" else name
    assert name in refused.value.where
    assert refused.value.mend


@pytest.mark.parametrize("path", _fields(platform_values()), ids=str)
def test_every_field_of_a_platform_is_missed(path: tuple[Any, ...]) -> None:
    values = bent(platform_values(), path, ABSENT)
    if path[-1] in MAY_BE_ABSENT:
        platform_from_mapping(values, where="p.toml")
        return
    with pytest.raises(InputError) as refused:
        platform_from_mapping(values, where="p.toml")
    assert str(path[-1]) in refused.value.where


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("kind",), "balloon", r"p.toml, kind: is 'balloon'. Give one of helicopter"),
        (("kind",), "plane", r"sea_keeping: is given for a plane"),
        (("sea_keeping",), ABSENT, r"sea_keeping: is missing"),
        (("cruise_speed_m_s",), 20.0, r"greatest_speed_m_s: is below cruise_speed_m_s"),
        (("lowest_altitude_m",), 20.0, r"highest_altitude_m: is below lowest"),
        (("broadband", 0, "frequency_hz"), 200.0, r"broadband: are not frequencies that rise"),
        (("tones", 0, "angle_mrad"), -1.0, r"tones 1, angle_mrad: is -1.0, out of range"),
    ],
)
def test_a_bad_platform_is_refused_with_field_and_reason(
    path: tuple[Any, ...], value: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        platform_from_mapping(bent(platform_values(), path, value), where="p.toml")


def test_a_camera_that_is_not_there_is_refused_with_those_that_are() -> None:
    turret = turret_from_mapping(turret_values(), where="t.toml")
    with pytest.raises(InputError, match=r"Choose day, thermal"):
        turret.camera("night")
