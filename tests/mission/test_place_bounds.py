import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.mission.place_bounds import PlaceBounds


def bounds_of(*parts: list[tuple[float, float]]) -> dict[str, float | None]:
    bounds = PlaceBounds()
    for part in parts:
        latitude, longitude = np.array(part, np.float64).reshape(-1, 2).T
        bounds.add(latitude, longitude)
    return bounds.describe()


@given(
    middle_deg=st.floats(-180.0, 179.9),
    offsets_deg=st.lists(st.floats(-80.0, 80.0), min_size=1, max_size=60),
    cut=st.integers(0, 60),
)
def test_the_box_is_the_least_that_holds_all_places(
    middle_deg: float, offsets_deg: list[float], cut: int
) -> None:
    places = [(off / 2, (middle_deg + off + 180.0) % 360.0 - 180.0) for off in offsets_deg]
    found = bounds_of(places[:cut], places[cut:])
    latitudes = [latitude for latitude, _ in places]
    assert (found["south_deg"], found["north_deg"]) == (min(latitudes), max(latitudes))
    # The widest gap between neighbours on the circle lies outside the box.
    longitudes = np.unique([longitude for _, longitude in places])
    gaps = np.diff(longitudes, append=longitudes[0] + 360.0)
    widest = int(np.argmax(gaps))
    assert found["east_deg"] == longitudes[widest]
    assert found["west_deg"] == longitudes[(widest + 1) % len(longitudes)]


def test_a_place_that_is_not_known_is_no_place() -> None:
    assert set(bounds_of([(np.nan, 5.0), (1.0, np.nan)]).values()) == {None}
    found = bounds_of([(np.nan, 5.0), (1.0, 2.0)], [])
    assert found == {"south_deg": 1.0, "north_deg": 1.0, "west_deg": 2.0, "east_deg": 2.0}


@pytest.mark.parametrize("edge_deg", [-180.0, 180.0, 179.9999])
def test_a_box_may_cross_the_antimeridian(edge_deg: float) -> None:
    found = bounds_of([(0.0, 179.0), (0.0, edge_deg), (0.0, -179.5)])
    assert (found["west_deg"], found["east_deg"]) == (179.0, -179.5)
