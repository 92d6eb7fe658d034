import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bench.drawn_scene import (
    Scenario,
    instrument_settings,
    read_scenario,
    scenario,
    scenario_from_mapping,
)
from plainview.errors import InputError
from plainview.model import ViewSigma

Values = dict[str, Any]


@pytest.fixture
def values() -> Values:
    file = Path(scenario.__file__).with_name("rescue.toml")
    return copy.deepcopy(tomllib.loads(file.read_text(encoding="utf-8")))


def _set(values: Values, place: tuple[str | int, ...], value: object) -> None:
    inner: Any = values
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value


def test_the_shipped_scenario_is_read(values: Values) -> None:
    assert scenario_from_mapping(values, where="here") == read_scenario("rescue")


def test_a_scenario_that_does_not_ship_is_refused_with_those_that_do() -> None:
    with pytest.raises(InputError, match=r"scenario atlantis: is not known. Choose rescue"):
        read_scenario("atlantis")


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("duration_s",), 0.0, "duration_s: is 0.0, out of range."),
        (("duration_s",), float("nan"), "duration_s: is nan, out of range."),
        (("duration_s",), "long", "duration_s: is 'long', not a number."),
        (("start",), "yesterday", "start: is 'yesterday', not an instant with its zone."),
        (("latitude_deg",), 91.0, "latitude_deg: is 91.0, out of range."),
        (("camera", "width_px"), 641, "camera, width_px: is odd."),
        (("camera", "width_px"), 640.5, "camera, width_px: is 640.5, not a whole number."),
        (("camera", "band"), "X-ray", "camera, band: is 'X-ray'. Give one of EO"),
        (("camera", "noise_k"), float("inf"), "camera, noise_k: is inf, out of range."),
        (("camera", "colour"), True, "camera, colour: is not a field of this table."),
        (("platform",), 3, "platform: is not a table of fields."),
        (("platform", "altitude_msl_m"), -10.0, "platform, altitude_msl_m: is -10.0, out of"),
        (("platform", "speed_m_s"), 290.0, "platform, speed_m_s: needs a bank of 82 degrees"),
        (("platform", "direction"), "up", "platform, direction: is 'up'. Give one of left, right"),
        (("instrument", "is_accuracy_reported"), 1, "reported: is 1, neither true nor false."),
        (("sea", "temperature_c"), -300.0, "sea, temperature_c: is -300.0, out of range."),
        (("sea", "level_sigma_m"), 0.0, "sea, level_sigma_m: is 0.0, out of range."),
        (("objects",), "boats", "objects: is not a list of tables."),
        (("objects", 2, "kind"), "whale", "objects 3, kind: is 'whale'."),
        (("objects", 2, "length_m"), -1.0, "objects 3, length_m: is -1.0, out of range."),
        (("objects", 2, "length_m"), True, "objects 3, length_m: is True, not a number."),
        (("objects", 2, "object_id"), 1, "objects 3, object_id: is 1 a second time."),
        (("gimbal", "aims"), [], "gimbal, aims: do not start at 0 and go on in order."),
        (("gimbal", "aims", 1, "start_s"), 0.0, "gimbal, aims: do not start at 0"),
        (("gimbal", "aims", 0, "object_id"), 99, "aims 1, object_id: is 99, which no object has."),
        (("gimbal", "aims", 1, "north_m"), 2e4, "aims 2: can bring the horizon into the picture"),
        (("instrument", "time_s"), {"own": 1.0}, "instrument, time_s, shared: is missing."),
        (
            ("instrument", "time_s", "own"),
            -1.0,
            "instrument, time_s, own: is -1.0, out of range. Give it from 0 to 10000",
        ),
    ],
)
def test_a_bad_field_is_refused_with_its_name_and_the_reason(
    values: Values, place: tuple[str | int, ...], value: object, message: str
) -> None:
    _set(values, place, value)
    with pytest.raises(InputError) as refused:
        scenario_from_mapping(values, where="mine.toml")
    assert str(refused.value).startswith("mine.toml, ")
    assert message in str(refused.value)
    assert refused.value.mend


@pytest.mark.parametrize("name", ["name", "start", "camera", "instrument", "duration_s"])
def test_a_missing_field_is_refused_by_name(values: Values, name: str) -> None:
    del values[name]
    with pytest.raises(InputError, match=f"mine.toml, {name}: is missing."):
        scenario_from_mapping(values, where="mine.toml")


def test_a_field_with_a_default_may_be_left_out(values: Values) -> None:
    del values["platform"]["pitch_deg"]
    assert scenario_from_mapping(values, where="here").platform.pitch_deg == 2.0


def test_pixels_are_square(rescue: Scenario) -> None:
    from plainview.geo import focal_lengths_px

    camera = rescue.camera
    across, down = focal_lengths_px(
        camera.camera(),
        horizontal_fov_deg=camera.horizontal_fov_deg,
        vertical_fov_deg=camera.vertical_fov_deg,
    )
    assert across == pytest.approx(down, rel=1e-12)


def test_the_instrument_settings_are_the_sigma_of_the_views(rescue: Scenario) -> None:
    table = instrument_settings(rescue)["instrument"]
    sigma = rescue.instrument.sigma()
    known = {name for name in ViewSigma.__dataclass_fields__ if getattr(sigma, name) is not None}
    assert set(table) == known - {"basis", "correlations"}
    assert table["platform_heading_deg"] == {"own": 0.04, "shared": 0.4}
