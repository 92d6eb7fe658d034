"""Land of scenarios: generated hills, height models, and what cannot be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from plainview.errors import InputError, PlainviewError
from plainview.formats.scenario_toml import read_scenario_file
from plainview.geo import geodetic_from_ecef, geoid_undulation_m
from plainview.twin.digital_twin import DigitalTwin
from plainview.twin.land_surface import Cover
from plainview.twin.scripted_land import ScriptedHills, hilly_terrain

SHORT = """
name = "short"
start = 2026-06-01T02:00:00Z
duration_s = 1.0
frames_per_s = 10.0
latitude_deg = 54.0
longitude_deg = -3.0
turret = "ball-18cm"
platform = "helicopter"

[[cameras]]
name = "LWIR"
horizontal_fov_deg = 10.0
columns = 160
rows = 128

[land]
cover = "grass"

[land.hills]
lowest_m = 100.0
highest_m = 200.0
side_m = 2000.0
cell_m = 20.0

[orbit]
radius_m = 400.0
altitude_msl_m = 500.0
speed_m_s = 25.0

[[pointings]]
start_s = 0.0
east_m = 10.0
north_m = 20.0

[[objects]]
object_id = 1
kind = "person"
east_m = 10.0
north_m = 20.0
"""
HILLS = SHORT[SHORT.index("[land.hills]") : SHORT.index("[orbit]")]


def written(folder: Path, text: str) -> Path:
    path = folder / "short.toml"
    path.write_text(text, encoding="utf-8")
    return path


def write_dem(path: Path, heights: npt.NDArray[np.float32], *, west_deg: float = -3.02) -> None:
    rasterio = pytest.importorskip("rasterio")
    n_rows, n_columns = heights.shape
    profile = {
        "driver": "GTiff", "dtype": "float32", "count": 1, "width": n_columns, "height": n_rows,
        "crs": "EPSG:4326+5773", "nodata": -9999.0,
        "transform": rasterio.Affine(0.04 / n_columns, 0.0, west_deg, 0.0, -0.04 / n_rows, 54.02),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(np.where(np.isnan(heights), -9999.0, heights).astype(np.float32), 1)


def test_hills_are_as_high_as_was_said_and_the_same_for_a_seed() -> None:
    hills = ScriptedHills(lowest_m=50.0, highest_m=90.0, side_m=3000.0, cell_m=20.0, seed=4)
    made = hilly_terrain(hills, latitude_deg=54.0, longitude_deg=-3.0)
    above_m = made.grid_hae_m - float(geoid_undulation_m(54.0, -3.0))
    assert above_m.min() == pytest.approx(50.0, abs=0.5)
    assert above_m.max() == pytest.approx(90.0, abs=0.5)
    assert made.cell_m == pytest.approx(20.0, rel=0.01)
    again = hilly_terrain(hills, latitude_deg=54.0, longitude_deg=-3.0)
    np.testing.assert_array_equal(again.grid_hae_m, made.grid_hae_m)
    other = hilly_terrain(replace(hills, seed=5), latitude_deg=54.0, longitude_deg=-3.0)
    assert not np.array_equal(other.grid_hae_m, made.grid_hae_m)


def test_south_of_a_shore_is_sea() -> None:
    hills = ScriptedHills(lowest_m=5.0, highest_m=9.0, side_m=2000.0, shore_north_m=300.0)
    made = hilly_terrain(hills, latitude_deg=54.0, longitude_deg=-3.0)
    undulation_m = float(geoid_undulation_m(54.0, -3.0))
    metre_deg = 1.0 / 111_195.0
    heights = made.height_hae_m([54.0 + 200.0 * metre_deg, 54.0 + 400.0 * metre_deg], [-3.0, -3.0])
    assert heights[0] == pytest.approx(undulation_m, abs=0.2)
    assert heights[1] > undulation_m + 4.0


def test_things_and_pointings_stand_on_the_ground(tmp_path: Path) -> None:
    flight = read_scenario_file(written(tmp_path, SHORT))
    land = flight.world.land
    assert land is not None
    assert flight.terrain is not None
    assert set(np.unique(land.grid.cover)) == {Cover.GRASS}
    ground_m = float(land.heights_m(np.array([10.0]), np.array([20.0]))[0])
    assert 100.0 <= ground_m <= 200.0
    sea_m = flight.world.sea_level_hae_m
    assert flight.pointings[0].height_hae_m == pytest.approx(sea_m + ground_m, abs=0.1)
    there = flight.object_places(flight.world)(1, np.array([0.0]))
    assert geodetic_from_ecef(there)[2][0] == pytest.approx(sea_m + ground_m, abs=0.1)


def test_the_truth_stands_on_the_terrain_that_the_pipeline_gets(tmp_path: Path) -> None:
    """Whatever the sea's level of the flight, land stays where the height model has it."""
    flight = read_scenario_file(
        written(tmp_path, SHORT + "\n[weather]\nsea_level_sigma_m = 20.0\n")
    )
    twin = DigitalTwin(flight, 5, n_threads=1)
    twin.advance(0)
    seen = twin.shots()[0].truth.objects
    twin.close()
    assert seen.kind == ("person",)
    assert flight.terrain is not None
    ground = flight.terrain.height_hae_m(seen.latitude_deg, seen.longitude_deg)
    assert seen.height_hae_m[0] == pytest.approx(ground[0], abs=1.0)
    level_m = twin.sea_hae_m - flight.world.sea_level_hae_m
    assert abs(level_m) > 3.0


def test_a_height_model_is_read_from_beside_the_scenario(tmp_path: Path) -> None:
    write_dem(tmp_path / "dem.tif", np.full((80, 80), 150.0, np.float32))
    flight = read_scenario_file(
        written(tmp_path, SHORT.replace(HILLS, "\n").replace("[land]", '[land]\nterrain="dem.tif"'))
    )
    assert flight.world.land is not None
    heights = flight.world.land.heights_m(np.array([0.0]), np.array([0.0]))
    assert heights[0] == pytest.approx(150.0, abs=0.1)
    assert flight.terrain is not None
    assert flight.terrain.name == "dem.tif"


def with_dem(folder: Path, *, what: str) -> str:
    heights = np.full((80, 80), 150.0, np.float32)
    if what == "holes":
        heights[30:33, 40:45] = np.nan
    write_dem(folder / "dem.tif", heights, west_deg=12.0 if what == "elsewhere" else -3.02)
    if what == "broken":
        (folder / "dem.tif").write_bytes(b"no height model")
    file = "nothing.tif" if what == "missing" else "dem.tif"
    return SHORT.replace(HILLS, "\n").replace("[land]", f'[land]\nterrain="{file}"')


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("holes", "15 heights inside it"),
        ("elsewhere", "does not reach"),
        ("broken", "cannot be read"),
        ("missing", "no such file"),
    ],
)
def test_a_height_model_that_cannot_be_the_ground_is_refused(
    tmp_path: Path, what: str, said: str
) -> None:
    path = written(tmp_path, with_dem(tmp_path, what=what))
    with pytest.raises(PlainviewError, match=said) as refused:
        read_scenario_file(path)
    assert "land, terrain" in refused.value.where
    assert refused.value.mend


def test_unknown_heights_at_the_edge_of_a_height_model_are_outside_it(tmp_path: Path) -> None:
    heights = np.full((80, 80), 150.0, np.float32)
    heights[:2] = np.nan
    write_dem(tmp_path / "dem.tif", heights)
    text = SHORT.replace(HILLS, "\n").replace("[land]", '[land]\nterrain="dem.tif"')
    assert read_scenario_file(written(tmp_path, text)).terrain is not None


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("altitude_msl_m = 500.0", "altitude_msl_m = 90.0", "altitude_msl_m"),
        ('[land]\ncover = "grass"', '[land]\nterrain = "x.tif"', "land"),
        (HILLS, "\n", "land"),
        ("highest_m = 200.0", "highest_m = 90.0", "highest_m"),
        ("highest_m = 200.0", "highest_m = nan", "highest_m"),
        ('cover = "grass"', 'cover = "lava"', "cover"),
        ("cell_m = 20.0", "cell_m = 0.0", "cell_m"),
    ],
)
def test_impossible_land_is_refused_by_field(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert old in SHORT
    path = written(tmp_path, SHORT.replace(old, new, 1))
    with pytest.raises(InputError, match=named) as refused:
        read_scenario_file(path)
    assert refused.value.mend


@pytest.mark.parametrize(
    "way",
    [
        "[stand]\naltitude_msl_m = 60.0\n",
        "[route]\nspeed_m_s = 20.0\n[[route.waypoints]]\neast_m = -900.0\nnorth_m = 0.0\n"
        "altitude_msl_m = 250.0\n[[route.waypoints]]\neast_m = 900.0\nnorth_m = 0.0\n"
        "altitude_msl_m = 90.0\n",
    ],
)
def test_every_way_stays_above_the_ground(tmp_path: Path, way: str) -> None:
    orbit = SHORT[SHORT.index("[orbit]") : SHORT.index("[[pointings]]")]
    text = SHORT.replace(orbit, way).replace("duration_s = 1.0", "duration_s = 90.0")
    with pytest.raises(InputError, match="under it"):
        read_scenario_file(written(tmp_path, text))
