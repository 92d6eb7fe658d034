"""``plainview range``: what it prints, what it writes, and what it refuses."""

import json
from pathlib import Path

import pytest

from tests.cli.command import command

BASE = ("--turret", "ball-18cm", "--object", "person-in-water")


def test_the_table_names_model_air_warmth_clutter_and_false_alarms() -> None:
    result = command("range", *BASE)
    assert result.exit_code == 0
    text = result.stdout
    for part in (
        "visibility 23 km, wind 8 m/s",
        "visibility 5 km, wind 8 m/s",
        "detect, spot",
        "detect, noise only",
        "recognise, johnson",
        "recognise, ttp (unchecked)",
        "3 K warmer (1-sigma 1 K, assumed)",
        "MODTRAN",
        "Cox and Munk",
        "false alarms: 1 an hour",
        "By geometry alone",
        "horizon at 85.6 km",
    ):
        assert part in text
    assert "classify" not in text
    assert max(len(line) for line in text.splitlines()) < 160


def test_of_a_person_no_kind_is_told() -> None:
    document = json.loads(command("range", *BASE, "--json").stdout)
    tasks = {figure["task"] for one in document["weathers"] for figure in one["figures"]}
    assert tasks == {"detect", "recognise"}
    assert set(document["geometry"]) == {"detect", "recognise"}


def test_the_document_has_figures_curves_and_inputs_and_repeats() -> None:
    arguments = ("range", *BASE, "--visibility-km", "10", "--json")
    first = command(*arguments).stdout
    assert command(*arguments).stdout == first
    document = json.loads(first)
    (weather,) = document["weathers"]
    assert weather["visibility_km"] == 10.0
    spot = [one for one in weather["figures"] if one["model"] == "spot"]
    assert [one["probability"] for one in spot] == [0.5, 0.9]
    for one in spot:
        assert one["low_m"] < one["range_m"] < one["high_m"]
        assert one["clutter_over_noise"] > 0.0
    assert spot[0]["range_m"] > spot[1]["range_m"]
    columns = weather["curves"]
    assert len({len(values) for values in columns.values()}) == 1
    assert document["inputs"]["threshold_sigma"] > 6.0
    assert document["object"]["sources"]["warmer_by_k"].startswith("assumed")


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_plot_is_written(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"range.{ending}"
    result = command("range", *BASE, "--visibility-km", "23", "--out", out)
    assert result.exit_code == 0
    assert out.stat().st_size > 2000


def test_a_visible_camera_has_its_stills_rated_and_says_what_is_not_modelled() -> None:
    arguments = ("--turret", "ball-18cm", "--object", "boat", "--camera", "day narrow")
    text = command("range", *arguments, "--niirs").stdout
    assert "NIIRS by GIQE 5" in text
    assert "By day only" in text
    assert "detect, spot" not in text
    assert "classify, johnson" in text


def test_an_own_thing_is_read_and_one_on_land_is_told_too_far(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[[objects]]\nname = "deer"\ndescription = "A deer"\nplace = "land"\nkind = "thing"\n'
        "width_m = 1.2\nheight_m = 0.9\nwarmer_by_k = 6.0\nwarmer_sigma_k = 2.0\n"
        'visible_contrast = 0.3\nsources = "assumed"\n'
    )
    result = command("range", "--turret", "fixed", "--object", "deer", "--objects", file)
    assert result.exit_code == 0
    assert "6 K warmer" in result.stdout
    assert "clutter of land is not modelled" in result.stdout


def test_a_colder_thing_is_seen_too() -> None:
    warm = json.loads(command("range", *BASE, "--warmer-by-k", "6", "--json").stdout)
    cold = json.loads(command("range", *BASE, "--warmer-by-k=-6", "--json").stdout)
    assert warm["object"]["sources"]["warmer_by_k"] == "given"
    assert cold["weathers"][0]["figures"][0]["range_m"] is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--turret", "nothing", "--object", "raft"), "turret nothing"),
        (("--turret", "ball-18cm", "--object", "ghost"), "object ghost: is not known"),
        (("--turret", "ball-18cm", "--object", "raft", "--camera", "x"), "camera x"),
        ((*BASE, "--visibility-km", "0"), "--visibility-km"),
        ((*BASE, "--visibility-km", "nan"), "--visibility-km"),
        ((*BASE, "--wind-m-s", "-1"), "--wind-m-s"),
        ((*BASE, "--wind-m-s", "nan"), "--wind-m-s"),
        ((*BASE, "--altitude-m", "-3"), "--altitude-m"),
        ((*BASE, "--altitude-m", "nan"), "--altitude-m"),
        ((*BASE, "--surface-c", "-300"), "--surface-c"),
        ((*BASE, "--air-c", "nan"), "--air-c"),
        ((*BASE, "--warmer-by-k", "nan"), "--warmer-by-k"),
        ((*BASE, "--jitter-px", "-1"), "--jitter-px"),
        ((*BASE, "--seed", "-1"), "--seed"),
        ((*BASE, "--false-alarms-per-hour", "0"), "false_alarms_per_hour"),
        ((*BASE, "--focal-length-mm", "7"), "focal_length_mm"),
        ((*BASE, "--niirs"), "NIIRS by GIQE 5 is not defined for LWIR"),
        ((*BASE, "--out", "plot.bmp"), "plot.bmp"),
        ((*BASE, "--objects", "not-there.toml"), "not-there.toml"),
    ],
)
def test_what_cannot_be_is_refused_by_name_with_a_mend(
    arguments: tuple[str, ...], said: str
) -> None:
    result = command("range", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
