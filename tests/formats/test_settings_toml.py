from pathlib import Path

import pytest

from plainview.errors import InputError
from plainview.formats.settings_toml import RunSettings, read_settings, settings_from_mapping
from plainview.geo import VerticalDatum
from plainview.misb import DamagePolicy
from plainview.model import Sigma, UncertaintyBasis

WHOLE = """
[instrument]
position_horizontal_m = { own = 0.5, shared = 2.0 }
position_vertical_m = { own = 1.0, shared = 3 }
platform_heading_deg = { own = 0.05, shared = 0.3 }
field_of_view_ratio = { own = 0.0, shared = 0.002 }
time_s = { own = 0.01, shared = 0.0 }

[detection]
detectors = ["spot"]

[surface]
sea_level_sigma_m = 0.5
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "turret.toml"
    path.write_text(text)
    return path


def test_a_whole_file_becomes_values(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, WHOLE))
    assert settings.instrument is not None
    assert settings.instrument.position_vertical_m == Sigma(own=1.0, shared=3.0)
    assert settings.instrument.relative_azimuth_deg is None
    assert settings.instrument.basis is UncertaintyBasis.INSTRUMENT
    assert settings.detectors == ("spot",)
    assert settings.sea_level_sigma_m == 0.5


def test_a_lag_may_be_negative_and_has_a_sigma(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path, "[metadata]\nlag_s = -0.2\nlag_sigma_s = 0.01"))
    assert (settings.metadata_lag_s, settings.metadata_lag_sigma_s) == (-0.2, 0.01)


@pytest.mark.parametrize("policy", DamagePolicy)
def test_what_is_done_with_damage_has_a_name(tmp_path: Path, policy: DamagePolicy) -> None:
    settings = read_settings(write(tmp_path, f"[metadata]\ndamage = '{policy}'"))
    assert settings.damage is policy


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, "")) == RunSettings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[instrument", "not TOML"),
        ("[lasers]\npower = 1", "turret.toml, lasers: is not one of the tables"),
        ("[surface]\ndepth_m = 1", "surface.depth_m: is not one of"),
        ("[surface]\nsea_level_sigma_m = -1", "is -1, not a number above 0"),
        ("[surface]\nsea_level_sigma_m = true", "is True, not a number"),
        ("[surface]\nterrain_datum = 'the sea'", "surface.terrain_datum: is 'the sea', not one of"),
        ("[metadata]\ndamage = 'use'", "metadata.damage: is 'use', not one of reject, mark, sal"),
        ("[metadata]\ndamage = 1", "metadata.damage: is 1, not one of"),
        ("[metadata]\nlag_s = 31", "metadata.lag_s: is 31, not a number from -30 to 30"),
        ("[metadata]\nlag_s = 'much'", "metadata.lag_s: is 'much', not a number"),
        ("[metadata]\nclock_ahead_s = true", "metadata.clock_ahead_s: is True, not a number"),
        ("[metadata]\nlag_s = nan", "metadata.lag_s: is nan, not a number"),
        ("[detection]\ndetectors = 3", "detection.detectors: is not a list of names"),
        (WHOLE.replace("shared = 3 }", "shared = -3 }"), "position_vertical_m.shared: is -3"),
        (
            WHOLE.replace("{ own = 0.01, shared = 0.0 }", "0.01"),
            "instrument.time_s: is not a table",
        ),
        ("[instrument]\ntime_s = { own = 0.0, shared = 0.0 }", "position_horizontal_m: is missing"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=r"turret\.toml") as caught:
        read_settings(write(tmp_path, text))
    assert said in str(caught.value)
    assert caught.value.mend


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_settings(tmp_path / "none.toml")


def test_the_grid_of_a_datum_is_a_path() -> None:
    told = {"surface": {"terrain_datum": "NAVD88", "terrain_datum_grid": "g2018u0.tif"}}
    settings = settings_from_mapping(told, where="settings.toml")
    assert settings.terrain_datum is VerticalDatum.NAVD88
    assert settings.terrain_datum_grid == "g2018u0.tif"
    with pytest.raises(InputError, match="terrain_datum_grid: is 3, not a text"):
        settings_from_mapping({"surface": {"terrain_datum_grid": 3}}, where="settings.toml")
