"""Probability against range: limits that are known, and what the parts do to the whole."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.geo import MEAN_EARTH_RADIUS_M
from plainview.sensing import (
    InputSpread,
    RangeCurves,
    Task,
    Weather,
    curves_at,
    horizon_range_m,
    range_at,
    range_interval,
    rate_still,
    scene_of,
    shipped_object,
    shipped_turret,
    viewer_from_camera,
)
from plainview.sensing.range_scene import grazing_rad

TURRET = shipped_turret("ball-18cm")
CAMERA = TURRET.camera("LWIR")
WEATHER = Weather(visibility_m=23_000.0, wind_m_s=8.0, surface_k=288.15, air_k=288.15)
VIEWER = viewer_from_camera(CAMERA, focal_length_mm=55.0, jitter_px=0.25)
PERSON = shipped_object("person-in-water")


def curves(**changes: Any) -> RangeCurves:
    weather = dataclasses.replace(
        WEATHER, **{key: value for key, value in changes.items() if hasattr(WEATHER, key)}
    )
    seen = dataclasses.replace(
        changes.get("seen", PERSON),
        **{key: value for key, value in changes.items() if key == "warmer_by_k"},
    )
    scene = scene_of(CAMERA, weather, altitude_m=500.0, is_sea=True)
    return curves_at(scene, VIEWER, seen, false_alarms_per_hour=changes.get("false_alarms", 1.0))


def reach_m(found: RangeCurves, model: str = "spot", task: Task = Task.DETECT) -> float:
    return range_at(found.range_m, found.probability[model][task], level=0.5)


def test_noise_alone_promises_a_person_in_the_water_much_too_far() -> None:
    found = curves()
    ratio = reach_m(found, "noise only") / reach_m(found)
    assert 1.5 < ratio < 3.5
    assert np.all(found.probability["spot"][Task.DETECT] <= 1.0)
    assert np.all(found.signal_to_clutter_and_noise <= found.signal_to_noise * (1.0 + 1e-12))


def test_a_sea_without_waves_leaves_noise_alone() -> None:
    calm = dataclasses.replace(
        scene_of(CAMERA, WEATHER, altitude_m=500.0, is_sea=True), spectrum=None
    )
    found = curves_at(calm, VIEWER, PERSON, false_alarms_per_hour=1.0)
    assert found.signal_to_clutter_and_noise == pytest.approx(found.signal_to_noise)


def test_the_clutter_is_some_netds_at_the_looks_of_a_search() -> None:
    found = curves()
    is_search = (found.range_m > 900.0) & (found.range_m < 2500.0)
    assert np.all(found.clutter[is_search] / found.noise[is_search] > 1.0)
    assert np.max(found.clutter / found.noise) < 15.0


def test_what_helps_helps() -> None:
    plain = reach_m(curves())
    assert reach_m(curves(warmer_by_k=5.0)) > plain
    assert reach_m(curves(false_alarms=100.0)) > plain
    assert reach_m(curves(wind_m_s=3.0)) > plain
    assert reach_m(curves(seen=shipped_object("boat"))) > 3.0 * plain
    assert reach_m(curves(visibility_m=3_000.0), "noise only") < reach_m(curves(), "noise only")


def test_a_person_is_recognised_as_one_and_nothing_more() -> None:
    found = curves()
    for tasks in found.probability.values():
        assert set(tasks) <= {Task.DETECT, Task.RECOGNISE}
    assert Task.CLASSIFY in curves(seen=shipped_object("boat")).probability["johnson"]


def test_harder_tasks_end_nearer() -> None:
    found = curves(seen=shipped_object("fishing-vessel"))
    for model in ("johnson", "ttp"):
        ends = [reach_m(found, model, task) for task in Task]
        assert ends[0] > ends[1] > ends[2]


def test_an_observer_resolves_no_more_than_the_pixels_do() -> None:
    found = curves(seen=shipped_object("boat"))
    assert np.all(found.cycles <= 0.5 * found.pixels_across * (1.0 + 1e-9))
    assert found.cycles[0] > 0.3 * found.pixels_across[0]


def test_a_signal_of_a_lone_spot_falls_with_the_square_of_the_range_and_the_air() -> None:
    found = curves(wind_m_s=0.0)
    scene = scene_of(CAMERA, WEATHER, altitude_m=500.0, is_sea=True)
    far = found.range_m > 20_000.0
    spot = found.signal_to_noise[far] * found.range_m[far] ** 2
    expected = np.abs(found.contrast[far])
    ratio = spot / expected
    assert ratio / ratio[0] == pytest.approx(1.0, rel=0.01)
    assert np.all(np.diff(scene.transmission) < 0.0)


def test_the_range_is_where_the_probability_first_falls_below() -> None:
    range_m = np.array([1.0, 2.0, 3.0, 4.0])
    assert range_at(range_m, np.array([1.0, 0.8, 0.4, 0.9]), level=0.6) == pytest.approx(2.5)
    assert np.isnan(range_at(range_m, np.full(4, 0.1), level=0.5))
    assert np.isnan(range_at(range_m, np.full(4, np.nan), level=0.5))
    assert range_at(range_m, np.ones(4), level=0.5) == 4.0


def test_the_interval_holds_the_range_widens_with_the_inputs_and_repeats() -> None:
    scene = scene_of(CAMERA, WEATHER, altitude_m=500.0, is_sea=True)

    def interval(spread: InputSpread, seed: int) -> tuple[float, float]:
        found = range_interval(
            scene,
            VIEWER,
            PERSON,
            false_alarms_per_hour=1.0,
            spread=spread,
            generator=np.random.default_rng(seed),
            n_draws=60,
        )
        return found["spot", Task.DETECT, 0.5]

    middle = reach_m(curves())
    low, high = interval(InputSpread(), 3)
    assert low < middle < high
    assert interval(InputSpread(), 3) == (low, high)
    wide = InputSpread(visibility=0.3, noise=0.2, clutter=0.8, size=0.3)
    wide_low, wide_high = interval(wide, 3)
    assert wide_high - wide_low > high - low


def test_looks_meet_the_curved_sea_and_end_at_the_horizon() -> None:
    radius_m = MEAN_EARTH_RADIUS_M / (1.0 - 0.13)
    assert horizon_range_m(500.0) == pytest.approx(np.sqrt(2.0 * radius_m * 500.0), rel=1e-3)
    assert float(grazing_rad(500.0, 1000.0)) == pytest.approx(np.radians(30.0), abs=1e-3)
    assert float(grazing_rad(500.0, horizon_range_m(500.0))) == pytest.approx(0.0, abs=1e-6)
    assert float(grazing_rad(500.0, 500.0)) == pytest.approx(0.5 * np.pi)


def test_a_visible_camera_is_forecast_for_observers_only() -> None:
    camera = TURRET.camera("day narrow")
    viewer = viewer_from_camera(camera, focal_length_mm=180.0, jitter_px=0.0)
    scene = scene_of(camera, WEATHER, altitude_m=500.0, is_sea=True)
    found = curves_at(scene, viewer, PERSON, false_alarms_per_hour=1.0)
    assert set(found.probability) == {"johnson", "ttp"}
    assert np.all(np.isnan(found.signal_to_noise))
    assert found.contrast[0] < PERSON.visible_contrast


def test_stills_are_rated_worse_from_afar_and_infrared_ones_are_refused() -> None:
    camera = TURRET.camera("day narrow")
    viewer = viewer_from_camera(camera, focal_length_mm=180.0, jitter_px=0.0)
    near, far = (
        rate_still(camera, viewer, range_m=range_m, elevation_deg=30.0, transmission=0.8)
        for range_m in (1000.0, 4000.0)
    )
    assert near.niirs - far.niirs == pytest.approx(3.32 * np.log10(4.0))
    with pytest.raises(InputError, match="not defined for LWIR"):
        rate_still(CAMERA, VIEWER, range_m=1000.0, elevation_deg=30.0, transmission=0.8)


@pytest.mark.parametrize("altitude_m", [-5.0, 0.0, float("nan")])
def test_a_camera_under_the_sea_is_refused(altitude_m: float) -> None:
    with pytest.raises(InputError, match="altitude_m"):
        scene_of(CAMERA, WEATHER, altitude_m=altitude_m, is_sea=True)
