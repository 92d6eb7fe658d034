from dataclasses import replace

import numpy as np
import pymap3d
import pytest

from bench.drawn_scene import Scenario, SceneDrawer, read_scenario
from bench.drawn_scene.scenario import Errors, SigmaPair
from plainview.twin import PoseError, erroneous_view

RESCUE = read_scenario("rescue")
NAMES = tuple(PoseError.__dataclass_fields__)
NOTHING = PoseError(**dict.fromkeys(NAMES, 0.0))


def _sigma_of(scenario: Scenario, name: str, part: str) -> float:
    table = {"east_m": "position_horizontal_m", "north_m": "position_horizontal_m"}
    table["up_m"] = "position_vertical_m"
    return float(getattr(getattr(scenario.instrument, table.get(name, name)), part))


@pytest.mark.parametrize("part", ["own", "shared"])
def test_draws_have_the_stated_sigmas(part: str) -> None:
    generator = np.random.default_rng(3)
    draw = PoseError.draw_own if part == "own" else PoseError.draw_shared
    draws = [draw(generator, RESCUE.instrument.sigma()) for _ in range(2000)]
    for name in NAMES:
        values = np.array([getattr(each, name) for each in draws])
        sigma = _sigma_of(RESCUE, name, part)
        assert np.std(values) == pytest.approx(sigma, rel=0.08), name
        assert abs(np.mean(values)) < 0.1 * sigma, name


def test_a_position_error_moves_by_so_many_metres() -> None:
    view = SceneDrawer(RESCUE, 1).true_view()
    moved = erroneous_view(view, replace(NOTHING, east_m=3.0, north_m=-4.0, up_m=2.0))
    error = pymap3d.geodetic2enu(
        moved.latitude_deg, moved.longitude_deg, moved.height_hae_m,
        view.latitude_deg, view.longitude_deg, view.height_hae_m,
    )  # fmt: skip
    np.testing.assert_allclose(error, [3.0, -4.0, 2.0], atol=1e-6)
    assert moved.altitude_msl_m == pytest.approx(422.0)


def test_a_heading_error_turns_the_sight_line_by_as_much() -> None:
    view = SceneDrawer(RESCUE, 1).true_view()
    turned = erroneous_view(view, replace(NOTHING, platform_heading_deg=0.5))
    assert turned.camera_heading_deg is not None
    assert view.camera_heading_deg is not None
    assert turned.camera_heading_deg - view.camera_heading_deg == pytest.approx(0.5, abs=1e-9)
    assert turned.camera_elevation_deg == pytest.approx(view.camera_elevation_deg, abs=1e-9)


def test_a_field_of_view_error_stretches_both_fields() -> None:
    view = SceneDrawer(RESCUE, 1).true_view()
    stretched = erroneous_view(view, replace(NOTHING, field_of_view_ratio=0.01))
    assert stretched.horizontal_fov_deg == pytest.approx(11.0 * 1.01)
    assert view.vertical_fov_deg is not None
    assert stretched.vertical_fov_deg == pytest.approx(1.01 * view.vertical_fov_deg)


def test_a_mission_keeps_its_shared_error_and_draws_its_own_anew() -> None:
    still = replace(
        RESCUE, instrument=replace(RESCUE.instrument, time_s=_no_sigma(RESCUE.instrument.time_s))
    )
    drawer = SceneDrawer(still, 5)
    errors = []
    for frame_index in range(300):
        drawer.advance(still.video_time_us(frame_index))
        true, said = drawer.true_view(), drawer.erroneous_view()
        assert true.platform_heading_deg is not None
        assert said.platform_heading_deg is not None
        errors.append(said.platform_heading_deg - true.platform_heading_deg)
    assert np.mean(errors) == pytest.approx(drawer.shared_error.platform_heading_deg, abs=0.01)
    assert np.std(errors) == pytest.approx(0.04, rel=0.15)
    assert abs(np.corrcoef(errors[:-1], errors[1:])[0, 1]) < 0.2


def test_shared_errors_differ_between_missions_with_the_stated_sigma() -> None:
    headings = [SceneDrawer(RESCUE, seed).shared_error.platform_heading_deg for seed in range(200)]
    levels = [SceneDrawer(RESCUE, seed).scene.level_m for seed in range(200)]
    assert np.std(headings) == pytest.approx(0.4, rel=0.15)
    assert np.std(levels) == pytest.approx(0.6, rel=0.15)


def test_a_time_error_gives_the_pose_of_another_instant() -> None:
    quiet = RESCUE.instrument
    for name in _all_but_time(quiet):
        quiet = replace(quiet, **{name: _no_sigma(getattr(quiet, name))})  # type: ignore[arg-type]
    drawer = SceneDrawer(replace(RESCUE, instrument=quiet), 3)
    drawer.advance(2_000_000)
    true, said = drawer.true_view(), drawer.erroneous_view()
    late_s = _late_s(drawer)
    assert late_s != 0.0
    moved = pymap3d.geodetic2enu(
        said.latitude_deg, said.longitude_deg, said.height_hae_m,
        true.latitude_deg, true.longitude_deg, true.height_hae_m,
    )  # fmt: skip
    assert np.hypot(*moved[:2]) == pytest.approx(42.0 * abs(late_s), rel=1e-3)
    assert said.time_us == true.time_us


def _late_s(drawer: SceneDrawer) -> float:
    """Own and shared, from where the platform says that it is."""
    true, said = drawer.true_view(), drawer.erroneous_view()
    assert true.velocity_enu_m_s is not None
    moved = pymap3d.geodetic2enu(
        said.latitude_deg, said.longitude_deg, said.height_hae_m,
        true.latitude_deg, true.longitude_deg, true.height_hae_m,
    )  # fmt: skip
    along = np.dot(moved[:2], true.velocity_enu_m_s[:2]) / 42.0**2
    assert along == pytest.approx(drawer.shared_error.time_s, abs=4.0 * 0.002)
    return float(along)


def _no_sigma(table: SigmaPair) -> SigmaPair:
    return replace(table, own=0.0, shared=0.0)


def _all_but_time(errors: Errors) -> list[str]:
    return [name for name in errors.parts() if name != "time_s"]
