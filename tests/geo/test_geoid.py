"""The geoid grid: its published values, PROJ beside it, and how it fails."""

import os
from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import GeometryError
from plainview.geo import geoid, geoid_undulation_m

# NIMA's test of its interpolation program: INPUT.DAT and OUTINTPT.DAT, distributed with
# WW15MGH.GRD and listed in the readme of EGM96. Its spline differs from ours by 6 cm at most.
PUBLISHED = [
    (38.6281550, 269.7791550, -31.628),
    (-14.6212170, 305.0211140, -2.969),
    (46.8743190, 102.4487290, -43.575),
    (-23.6174460, 133.8747120, 15.871),
    (38.6254730, 359.9995000, 50.066),
    (-0.4667440, 0.0023000, 17.329),
]


@pytest.mark.parametrize(("latitude", "longitude", "undulation_m"), PUBLISHED)
def test_the_published_test_values_come_out(
    latitude: float, longitude: float, undulation_m: float
) -> None:
    assert geoid_undulation_m(latitude, longitude) == pytest.approx(undulation_m, abs=0.06)


def proj_grid() -> Path:
    folders = [
        os.environ.get("PLAINVIEW_PROJ_DATA"),
        pyproj.datadir.get_data_dir(),
        "/usr/share/proj",
    ]
    for folder in folders:
        path = Path(folder or "/nowhere") / "egm96_15.gtx"
        if path.exists():
            return path
    pytest.skip("egm96_15.gtx (Debian's proj-data) is not installed")


def test_undulations_are_projs_to_a_millimetre() -> None:
    pipeline = pyproj.Transformer.from_pipeline(
        f"+proj=vgridshift +grids={proj_grid()} +multiplier=1"
    )
    rng = np.random.default_rng(5)
    latitude, longitude = rng.uniform(-90, 90, 10_000), rng.uniform(-180, 180, 10_000)
    _, _, peer = pipeline.transform(longitude, latitude, np.zeros(10_000))
    np.testing.assert_allclose(geoid_undulation_m(latitude, longitude), peer, atol=1e-3)


def test_the_poles_have_one_undulation_each() -> None:
    longitude = np.linspace(-180.0, 180.0, 9)
    assert np.ptp(geoid_undulation_m(np.full(9, 90.0), longitude)) == 0.0
    assert geoid_undulation_m(90.0, 0.0) == pytest.approx(13.606)
    assert geoid_undulation_m(-90.0, 0.0) == pytest.approx(-29.534)


@given(latitude=st.floats(-90.0, 90.0), longitude=st.floats(-180.0, 180.0))
def test_a_whole_turn_changes_nothing_and_the_geoid_has_no_steps(
    latitude: float, longitude: float
) -> None:
    here = geoid_undulation_m(latitude, longitude)
    assert geoid_undulation_m(latitude, longitude + 360.0) == pytest.approx(here, abs=1e-6)
    nearby = geoid_undulation_m(latitude * (1.0 - 1e-6), longitude + 1e-6)
    assert abs(nearby - here) < 1e-3
    assert -107.0 < here < 86.0


def test_an_impossible_or_unknown_place_has_no_undulation_and_never_zero() -> None:
    found = geoid_undulation_m([91.0, -90.1, np.nan, 0.0], [0.0, 0.0, 0.0, np.nan])
    assert np.isnan(found).all()
    assert geoid_undulation_m(np.empty(0), np.empty(0)).shape == (0,)


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty"])
def test_a_damaged_grid_is_refused(damage: str) -> None:
    path = Path(geoid.__file__).parent / "data" / "egm96_15.bin"
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
    else:
        data = data[: len(data) // 2] if damage == "truncate" else bytearray()
    with pytest.raises(GeometryError, match="damaged"):
        geoid.decode_geoid_grid(bytes(data))


def test_an_installation_without_the_grid_raises_and_never_answers_zero(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(geoid, "_FILE", "not_there.bin")
    geoid.geoid_grid.cache_clear()
    try:
        with pytest.raises(GeometryError, match="missing from this installation"):
            geoid_undulation_m(0.0, 0.0)
    finally:
        geoid.geoid_grid.cache_clear()
