"""The files beside a scenario belong to the mission that it makes."""

from importlib import resources
from pathlib import Path

import pytest

from plainview.errors import InputError
from plainview.formats.twin_source import FlightOptions
from plainview.mission.fly import fly
from tests.mission.test_flown_ranges import SCENARIO


@pytest.mark.parametrize(
    ("use", "shipped", "old", "new"),
    [
        ("turret", "turrets/ball-18cm.toml", "noise_m = 1.0", "noise_m = 1.5"),
        ("platform", "platforms/helicopter.toml", "# A generic", "# Another generic"),
    ],
)
def test_a_turret_or_platform_that_was_changed_makes_another_mission(
    tmp_path: Path, use: str, shipped: str, old: str, new: str
) -> None:
    beside = tmp_path / "own.toml"
    text = (resources.files("plainview.sensing") / "catalogue" / shipped).read_text("utf-8")
    beside.write_text(text, encoding="utf-8")
    name = Path(shipped).stem
    scenario = tmp_path / "ranged.toml"
    scenario.write_text(SCENARIO.replace(f'{use} = "{name}"', f'{use} = "own.toml"'), "utf-8")
    out = tmp_path / "mission"
    options = FlightOptions(seed=1, duration_s=0.4)
    summary = fly(scenario, out, options=options, is_overlay_drawn=False).mission.summary
    assert summary["settings"]["files"][use]["name"] == "own.toml"
    assert fly(scenario, out, options=options, is_overlay_drawn=False).mission.summary == summary
    assert old in text
    beside.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match="another mission"):
        fly(scenario, out, options=options, is_overlay_drawn=False)
