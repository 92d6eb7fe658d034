"""Height models from files: their grids, datums and every way to be unusable."""

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import pytest
import rasterio
import rasterio.shutil
from rasterio.warp import transform as reproject_points

from plainview.errors import FormatError, GeometryError, InputError
from plainview.formats.terrain_raster import read_datum_grid, read_terrain
from plainview.geo import VerticalDatum, geoid_undulation_m

ELLIPSOID = VerticalDatum.WGS84_ELLIPSOID


def from_origin(west: float, north: float, width: float, height: float) -> rasterio.Affine:
    """Return the transform of a grid from its north-west corner and the size of its cells."""
    return rasterio.Affine(width, 0.0, west, 0.0, -height, north)


def write_raster(path: Path, heights: npt.NDArray[Any], **changes: Any) -> Path:
    """Write a small GeoTIFF with its north-west corner at 46 N 10 E, a hundredth a cell."""
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "height": heights.shape[-2],
        "width": heights.shape[-1],
        "count": 1,
        "dtype": heights.dtype,
        "crs": "EPSG:4326",
        "transform": from_origin(10.0, 46.0, 0.01, 0.01),
        "nodata": -32768,
    } | changes
    units = profile.pop("units", None)
    tags = profile.pop("tags", {})
    with rasterio.open(path, "w", **profile) as raster:
        for band in range(1, profile["count"] + 1):
            raster.write(heights, band)
        if units:
            raster.units = (units,)
        raster.update_tags(**tags)
    return path


def ramp(rows: int = 30, columns: int = 40) -> npt.NDArray[np.int16]:
    rise = 5 * np.arange(rows)[:, np.newaxis] + 2 * np.arange(columns)
    return rise.astype(np.int16)


def test_nodes_lie_at_the_middles_of_cells_and_nodata_is_a_hole(tmp_path: Path) -> None:
    heights = ramp()
    heights[10, 10] = -32768
    terrain = read_terrain(write_raster(tmp_path / "dem.tif", heights), vertical_datum=ELLIPSOID)
    assert terrain.height_hae_m(46.0 - 0.205, 10.305) == pytest.approx(5 * 20 + 2 * 30, abs=1e-3)
    assert np.isnan(terrain.height_hae_m(46.0 - 0.105, 10.105))
    assert terrain.name == "dem.tif"


@pytest.mark.parametrize(
    ("crs", "datum"),
    [
        ("EPSG:4326+5773", VerticalDatum.EGM96),
        ("EPSG:9707", VerticalDatum.EGM96),
        ("EPSG:4979", VerticalDatum.WGS84_ELLIPSOID),
    ],
)
def test_the_datum_that_the_file_states_is_taken(
    tmp_path: Path, crs: str, datum: VerticalDatum
) -> None:
    terrain = read_terrain(write_raster(tmp_path / "dem.tif", ramp(), crs=crs))
    assert terrain.vertical_datum is datum
    undulation_m = geoid_undulation_m(45.795, 10.305) if datum is VerticalDatum.EGM96 else 0.0
    assert terrain.height_hae_m(45.795, 10.305) == pytest.approx(160.0 + undulation_m, abs=0.01)


@pytest.mark.parametrize("crs", ["EPSG:4326+3855", "EPSG:4326+5703"])
def test_a_datum_without_a_grid_is_withheld(tmp_path: Path, crs: str) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp(), crs=crs)
    with pytest.raises(GeometryError, match="no grid here"):
        read_terrain(path)


def test_a_file_that_names_no_datum_is_withheld_until_someone_names_it(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp())
    with pytest.raises(GeometryError, match="does not say above which vertical datum") as caught:
        read_terrain(path)
    assert "dem.tif" in caught.value.where
    assert read_terrain(path, vertical_datum=VerticalDatum.EGM96).lowest_hae_m > 30.0
    tagged = write_raster(tmp_path / "tag.tif", ramp(), tags={"VERTICAL_DATUM": "EGM96"})
    assert read_terrain(tagged).vertical_datum is VerticalDatum.EGM96


def test_a_projected_model_is_brought_to_latitude_and_longitude(tmp_path: Path) -> None:
    east, north = np.arange(200) * 30.0, -np.arange(150)[:, np.newaxis] * 30.0
    heights = (500.0 + 0.1 * east + 0.05 * north).astype(np.float32)
    path = write_raster(
        tmp_path / "utm.tif",
        heights,
        crs="EPSG:32632",
        transform=from_origin(600_000.0, 5_100_000.0, 30.0, 30.0),
    )
    terrain = read_terrain(path, vertical_datum=ELLIPSOID)
    (longitude,), (latitude,) = reproject_points(
        "EPSG:32632", "EPSG:4326", [603_000.0], [5_098_000.0]
    )
    expected = 500.0 + 0.1 * (3000.0 - 15.0) + 0.05 * (-2000.0 + 15.0)
    assert terrain.height_hae_m(latitude, longitude) == pytest.approx(expected, abs=0.3)
    assert np.isnan(terrain.height_hae_m(terrain.north_deg, terrain.west_deg - 0.01))


def test_scaled_heights_are_unscaled(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp())
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (0.1,), (100.0,)
    terrain = read_terrain(path, vertical_datum=ELLIPSOID)
    assert terrain.height_hae_m(45.795, 10.305) == pytest.approx(116.0, abs=1e-3)


def test_an_hgt_tile_is_above_egm96_and_its_nodes_on_the_degree(tmp_path: Path) -> None:
    heights = np.zeros((1201, 1201), ">i2")
    heights[0, 0], heights[600, 600] = 1000, -32768
    path = tmp_path / "N45E010.hgt"
    path.write_bytes(heights.tobytes())
    terrain = read_terrain(path)
    assert terrain.vertical_datum is VerticalDatum.EGM96
    corner_m = 1000.0 + float(geoid_undulation_m(46.0, 10.0))
    assert terrain.grid_hae_m[0, 0] == pytest.approx(corner_m, abs=0.01)
    assert (terrain.north_deg, terrain.west_deg) == pytest.approx((46.0, 10.0))
    assert np.isnan(terrain.height_hae_m(45.5, 10.5))


@pytest.mark.parametrize(
    ("south", "columns"), [(40, 1201), (59, 601)], ids=["at 40 north", "in the zone from 50"]
)
def test_dted_is_above_egm96_in_every_zone(tmp_path: Path, south: int, columns: int) -> None:
    heights = np.full((1201, columns), 250, np.int16)
    step = 1.0 / (columns - 1), 1.0 / 1200.0
    placed = from_origin(10.0 - step[0] / 2.0, south + 1.0 + step[1] / 2.0, *step)
    tiff = write_raster(tmp_path / "dem.tif", heights, transform=placed, nodata=-32767)
    path = tmp_path / "e010.dt1"
    with rasterio.open(tiff) as source:
        rasterio.shutil.copy(source, path, driver="DTED")
    terrain = read_terrain(path)
    assert terrain.vertical_datum is VerticalDatum.EGM96
    undulation_m = float(geoid_undulation_m(south + 0.5, 10.5))
    assert terrain.height_hae_m(south + 0.5, 10.5) == pytest.approx(250.0 + undulation_m, abs=0.01)


def test_the_real_tile_has_its_published_extent(shared_data: Callable[[str], Path]) -> None:
    terrain = read_terrain(shared_data("dem/cobb.tif"), vertical_datum=VerticalDatum.EGM96)
    assert terrain.grid_hae_m.shape == (1206, 1342)
    assert terrain.north_deg == pytest.approx(34.078472 - 0.5 / 3600.0, abs=1e-6)
    assert terrain.west_deg == pytest.approx(-84.74125 + 0.5 / 3600.0, abs=1e-6)
    undulation_m = float(geoid_undulation_m(33.9, -84.55))
    assert terrain.lowest_hae_m == pytest.approx(161.0 + undulation_m, abs=1.0)


def test_a_model_in_feet_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp(), units="US survey foot")
    with pytest.raises(FormatError, match="US survey foot"):
        read_terrain(path, vertical_datum=ELLIPSOID)


def test_a_picture_is_no_height_model(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "photo.tif", ramp(), count=3)
    with pytest.raises(FormatError, match="3 bands"):
        read_terrain(path, vertical_datum=ELLIPSOID)


def test_a_model_without_a_place_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp(), crs=None)
    with pytest.raises(FormatError, match="where on the Earth"):
        read_terrain(path, vertical_datum=ELLIPSOID)


def test_a_single_row_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp(rows=1))
    with pytest.raises(FormatError, match="40 x 1"):
        read_terrain(path, vertical_datum=ELLIPSOID)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp(400, 400))
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(FormatError, match="cannot be read"):
        read_terrain(path, vertical_datum=ELLIPSOID)


@pytest.mark.parametrize("content", [b"", b"not a raster at all"])
def test_what_is_no_raster_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dem.tif"
    path.write_bytes(content)
    with pytest.raises(FormatError, match="cannot be read"):
        read_terrain(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_terrain(tmp_path / "missing.tif")


def test_without_rasterio_the_way_to_install_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(InputError) as caught:
        read_terrain(tmp_path / "dem.tif")
    assert "plainview[terrain]" in caught.value.mend


def test_a_model_of_holes_alone_is_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", np.full((5, 5), -32768, np.int16))
    with pytest.raises(GeometryError, match="no known height"):
        read_terrain(path, vertical_datum=ELLIPSOID)


# Datums that need a grid


def write_gtx(path: Path, undulation_m: npt.NDArray[np.float32], *, south_west: Any) -> Path:
    """Write a grid in NOAA's format: a header of the south-west node and the steps, then rows."""
    rows, columns = undulation_m.shape
    header = struct.pack(">4d2i", *south_west, 0.25, 0.25, rows, columns)
    path.write_bytes(header + undulation_m[::-1].astype(">f4").tobytes())
    return path


def hilly_grid(tmp_path: Path) -> Path:
    """Return undulations of no model around 46 N 10 E."""
    row, column = np.mgrid[0:20, 0:24]
    waves = 40.0 + 3.0 * np.sin(row / 2.0) + 2.0 * np.cos(column / 3.0)
    return write_gtx(tmp_path / "datum.gtx", waves.astype(np.float32), south_west=(43.0, 8.0))


@pytest.mark.parametrize("datum", [VerticalDatum.EGM2008, VerticalDatum.EVRF2007])
def test_a_datum_with_its_grid_is_converted_as_proj_does(
    tmp_path: Path, datum: VerticalDatum
) -> None:
    grid = hilly_grid(tmp_path)
    path = write_raster(tmp_path / "dem.tif", ramp())
    terrain = read_terrain(path, vertical_datum=datum, datum_grid=grid, sigma_m=0.5)
    pipeline = pyproj.Transformer.from_pipeline(f"+proj=vgridshift +grids={grid} +multiplier=1")
    rng = np.random.default_rng(4)
    row, column = rng.integers(0, 30, 50), rng.integers(0, 40, 50)
    latitude, longitude = 45.995 - 0.01 * row, 10.005 + 0.01 * column
    _, _, peer = pipeline.transform(longitude, latitude, (5.0 * row + 2.0 * column))
    np.testing.assert_allclose(terrain.height_hae_m(latitude, longitude), peer, atol=2e-3)
    expected = 0.5 if datum is VerticalDatum.EGM2008 else np.hypot(0.5, 1.0)
    assert terrain.sigma_m == pytest.approx(expected)


def test_without_its_grid_a_datum_is_withheld_and_the_mend_names_the_grid(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "dem.tif", ramp(), crs="EPSG:4326+5703")
    with pytest.raises(GeometryError) as caught:
        read_terrain(path)
    assert "NAVD88" in caught.value.what
    assert "terrain_datum_grid" in caught.value.mend


def test_terrain_beyond_the_grid_is_a_hole(tmp_path: Path) -> None:
    grid = hilly_grid(tmp_path)
    path = write_raster(tmp_path / "dem.tif", ramp(), transform=from_origin(13.6, 46.0, 0.01, 0.01))
    terrain = read_terrain(path, vertical_datum=VerticalDatum.EGM2008, datum_grid=grid)
    assert np.isnan(terrain.height_hae_m(45.8, 13.9))
    assert np.isfinite(terrain.height_hae_m(45.8, 13.65))


def test_a_grid_of_the_whole_earth_has_no_gap_where_it_closes(tmp_path: Path) -> None:
    grid = write_gtx(
        tmp_path / "world.gtx",
        np.full((721, 1440), 12.5, np.float32),
        south_west=(-90.0, -180.0),
    )
    terrain = read_datum_grid(grid)
    longitude = [179.8, 179.95, 180.0, -180.0, -179.9, 0.0]
    np.testing.assert_allclose(terrain.height_hae_m(np.full(6, 10.0), longitude), 12.5)


def test_a_height_model_is_no_grid_of_a_datum(tmp_path: Path) -> None:
    mountains = write_raster(tmp_path / "dem.tif", 10 * ramp())
    with pytest.raises(FormatError, match="no datum lies further"):
        read_datum_grid(mountains)


def test_heights_whose_datum_is_in_feet_are_refused(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "feet.tif", ramp(), crs="EPSG:4326+6360")
    with pytest.raises(FormatError, match="foot"):
        read_terrain(path)
