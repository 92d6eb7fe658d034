"""The coast that ships with the package, against known places and a peer's polygons."""

import numpy as np
import pytest
import shapely

from plainview.formats.coast import clip_ring, read_coast

UNIT_LOW, UNIT_HIGH = np.array([0.0, 0.0]), np.array([1.0, 1.0])

PLACES = [
    ("Stockholm", 17.9, 59.4, True),
    ("the Baltic off Gotland", 19.9, 57.5, False),
    ("Antarctica", 0.0, -80.0, True),
    ("Antarctica at the date line", 179.95, -85.0, True),
    ("the Atlantic", -30.0, 30.0, False),
    ("the Caspian Sea, a hole in Asia", 51.0, 42.0, False),
    ("Chukotka, beyond 180 degrees", -177.6, 67.1, True),
]


def is_land(longitude_deg: float, latitude_deg: float) -> bool:
    rings = read_coast().clip(
        low_deg=(longitude_deg - 0.5, latitude_deg - 0.5),
        high_deg=(longitude_deg + 0.5, latitude_deg + 0.5),
    )
    point = shapely.Point(longitude_deg, latitude_deg)
    n_round: int = sum(bool(shapely.Polygon(ring).contains(point)) for ring in rings)
    return n_round % 2 == 1


@pytest.mark.parametrize(("name", "longitude_deg", "latitude_deg", "expected"), PLACES)
def test_known_places_are_land_or_sea(
    name: str, longitude_deg: float, latitude_deg: float, expected: bool
) -> None:
    assert is_land(longitude_deg, latitude_deg) is expected, name


def test_a_box_across_the_date_line_joins_both_sides() -> None:
    rings = read_coast().clip(low_deg=(179.0, 66.0), high_deg=(181.5, 67.0))
    longitudes = np.concatenate(rings)[:, 0]
    assert longitudes.min() < 179.5
    assert longitudes.max() > 180.5
    assert longitudes.max() <= 181.5


def test_clipped_rings_stay_in_their_box() -> None:
    rings = read_coast().clip(low_deg=(10.0, 55.0), high_deg=(20.0, 60.0))
    points = np.concatenate(rings)
    assert np.all((points >= [10.0, 55.0]) & (points <= [20.0, 60.0]))


def test_open_sea_has_no_rings() -> None:
    assert read_coast().clip(low_deg=(-31.0, 29.0), high_deg=(-30.0, 30.0)) == []


def test_the_whole_world_has_the_land_area_of_the_earth() -> None:
    coast = read_coast()
    area_m2 = 0.0
    for first, last in zip(coast.start[:-1], coast.start[1:], strict=True):
        longitude, latitude = np.radians(coast.longitude_latitude_deg[first:last]).T
        area_m2 += abs(np.sum(np.sin(latitude) * (np.roll(longitude, -1) - np.roll(longitude, 1))))
    # Holes are added here instead of taken away, which makes less than a percent.
    assert 0.5 * area_m2 * 6_371_007.0**2 == pytest.approx(148.9e12, rel=0.03)


def test_clipping_agrees_with_a_peer_on_random_triangles() -> None:
    rng = np.random.default_rng(7)
    box = shapely.box(0.0, 0.0, 1.0, 1.0)
    for _ in range(200):
        triangle = rng.uniform(-0.7, 1.7, (3, 2))
        ours = clip_ring(triangle, low=UNIT_LOW, high=UNIT_HIGH)
        area = shapely.Polygon(ours).area if len(ours) else 0.0
        assert area == pytest.approx(shapely.Polygon(triangle).intersection(box).area, abs=1e-12)


def test_a_ring_outside_the_box_vanishes() -> None:
    ring = np.array([[2.0, 2.0], [3.0, 2.0], [3.0, 3.0]])
    assert clip_ring(ring, low=UNIT_LOW, high=UNIT_HIGH).shape == (0, 2)


def test_a_ring_inside_the_box_is_kept() -> None:
    ring = np.array([[0.2, 0.2], [0.8, 0.2], [0.5, 0.9]])
    np.testing.assert_array_equal(clip_ring(ring, low=UNIT_LOW, high=UNIT_HIGH), ring)
