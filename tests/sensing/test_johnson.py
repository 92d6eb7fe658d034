"""Johnson's criteria against the tables that makers print, and the curve's own invariants."""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import InputError
from plainview.sensing.johnson import (
    GEOMETRY_LABEL,
    JOHNSON_CYCLES_50,
    PIXELS_RULE,
    Task,
    cycles_on_object,
    cycles_over_50_at,
    johnson_probability,
    pixels_on_object,
    range_of_pixels_m,
)

PUBLISHED = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "range" / "published_ranges.toml").read_text()
)


@pytest.mark.parametrize("row", PUBLISHED["hikvision"]["row"], ids=str)
@pytest.mark.parametrize("kind", ["vehicle", "person"])
def test_a_makers_table_comes_of_the_pixels_rule_to_the_metre(
    row: dict[str, float | list[float]], kind: str
) -> None:
    printed = row[f"{kind}_m"]
    assert isinstance(printed, list)
    assert PUBLISHED["hikvision"]["pixels"] == list(PIXELS_RULE.values())
    for pixels, range_m in zip(PIXELS_RULE.values(), printed, strict=True):
        ours_m = range_of_pixels_m(
            PUBLISHED["hikvision"]["size_m"][kind],
            pixels,
            focal_length_mm=float(row["focal_length_mm"]),  # type: ignore[arg-type]
            pitch_um=float(row["pitch_um"]),  # type: ignore[arg-type]
        )
        assert abs(ours_m - range_m) <= 1.0


def test_another_makers_range_comes_of_the_same_rule_to_a_percent() -> None:
    row = PUBLISHED["drs"]
    ours_m = range_of_pixels_m(
        row["size_m"],
        row["pixels"],
        focal_length_mm=row["focal_length_mm"],
        pitch_um=row["pitch_um"],
    )
    assert ours_m == pytest.approx(row["range_m"], rel=0.01)


def test_a_third_makers_ranges_stand_in_the_ratios_of_the_rule() -> None:
    row = PUBLISHED["flir"]
    short_mm, long_mm = row["focal_length_mm"]
    for detect_m, recognise_m in zip(row["detect_m"], row["recognise_m"], strict=True):
        rule = PIXELS_RULE[Task.RECOGNISE] / PIXELS_RULE[Task.DETECT]
        assert detect_m / recognise_m == pytest.approx(rule, rel=0.02)
    assert row["recognise_m"][0] / row["identify_9_mm_m"] == pytest.approx(2.0, rel=0.02)
    for name in ("detect_m", "recognise_m"):
        assert row[name][1] / row[name][0] == pytest.approx(long_mm / short_mm, rel=0.02)


def test_the_curve_gives_the_published_cycles_at_50_70_and_90_percent() -> None:
    for cycles, probability in PUBLISHED["drs"]["detection_cycles"]:
        ours = float(johnson_probability(cycles, cycles_50=0.75))
        assert ours == pytest.approx(probability, abs=0.01)
        assert 0.75 * cycles_over_50_at(probability) == pytest.approx(cycles, rel=0.025)


@given(st.floats(1e-3, 1e3), st.floats(0.1, 20.0))
def test_more_cycles_never_make_a_task_less_likely(cycles: float, cycles_50: float) -> None:
    low, high = johnson_probability([cycles, 1.01 * cycles], cycles_50=cycles_50)
    assert 0.0 <= low <= high <= 1.0
    assert float(johnson_probability(cycles_50, cycles_50=cycles_50)) == pytest.approx(0.5)


@given(st.floats(0.01, 0.99))
def test_the_cycles_of_a_probability_give_it_back(probability: float) -> None:
    ratio = cycles_over_50_at(probability)
    assert float(johnson_probability(ratio, cycles_50=1.0)) == pytest.approx(probability)


def test_two_pixels_are_a_cycle_and_the_range_is_the_inverse() -> None:
    optics = {"focal_length_mm": 200.0, "pitch_um": 15.0}
    pixels = pixels_on_object(0.5, [1000.0, 2000.0], **optics)
    assert pixels[0] == pytest.approx(0.5 / 1000.0 / (15e-6 / 0.2))
    assert np.all(cycles_on_object(0.5, [1000.0, 2000.0], **optics) == pixels / 2.0)
    assert range_of_pixels_m(0.5, float(pixels[1]), **optics) == pytest.approx(2000.0)


def test_nothing_resolved_is_never_enough() -> None:
    assert float(johnson_probability(0.0, cycles_50=1.0)) == 0.0
    assert float(johnson_probability(math.inf, cycles_50=1.0)) == 1.0


def test_the_tasks_are_of_things_and_their_class_never_of_who() -> None:
    assert {str(task) for task in Task} == {"detect", "recognise", "classify"}
    assert set(JOHNSON_CYCLES_50) == set(PIXELS_RULE) == set(Task)
    assert GEOMETRY_LABEL == "geometry"


@pytest.mark.parametrize("name", ["size_m", "focal_length_mm", "pitch_um", "range_m"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.nan])
def test_a_length_that_is_none_is_refused_by_name(name: str, value: float) -> None:
    given_values = {"size_m": 1.0, "range_m": 1.0, "focal_length_mm": 50.0, "pitch_um": 12.0}
    given_values[name] = value
    with pytest.raises(InputError, match=name):
        pixels_on_object(
            given_values["size_m"],
            given_values["range_m"],
            focal_length_mm=given_values["focal_length_mm"],
            pitch_um=given_values["pitch_um"],
        )


@pytest.mark.parametrize("probability", [0.0, 1.0, math.nan])
def test_a_probability_without_a_ratio_is_refused(probability: float) -> None:
    with pytest.raises(InputError, match="probability"):
        cycles_over_50_at(probability)
