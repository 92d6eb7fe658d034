from dataclasses import replace

import numpy as np
import pymap3d
import pytest

from bench.drawn_scene import Scenario, Scene
from bench.drawn_scene.scene import outline_m
from plainview.geo import geoid_undulation_m


def test_the_sea_is_the_geoid_raised_by_its_level(rescue: Scenario) -> None:
    scene = Scene.of(rescue, level_m=1.5)
    places = scene.places([[0.0, 0.0], [3000.0, -2000.0]])
    geoid_m = geoid_undulation_m(places.latitude_deg, places.longitude_deg)
    np.testing.assert_allclose(places.height_hae_m, geoid_m + 1.5, atol=1e-9)


def test_metres_of_the_scene_are_metres_on_the_ground(rescue: Scenario) -> None:
    scene = Scene.of(rescue, level_m=0.0)
    places = scene.places([[300.0, -400.0]])
    east, north, _ = pymap3d.geodetic2enu(
        places.latitude_deg[0], places.longitude_deg[0], places.height_hae_m[0], *scene.origin
    )
    assert (east, north) == (pytest.approx(300.0, abs=0.01), pytest.approx(-400.0, abs=0.01))


def test_objects_move_by_course_and_speed(rescue: Scenario) -> None:
    thing = replace(rescue.objects[0], course_deg=90.0, speed_m_s=3.0, east_m=1.0, north_m=2.0)
    scene = Scene.of(replace(rescue, objects=(thing,)), level_m=0.0)
    np.testing.assert_allclose(scene.object_east_north_m(10.0), [[31.0, 2.0]], atol=1e-9)
    np.testing.assert_allclose(scene.position_of(1, np.array([10.0])), [[31.0, 2.0]], atol=1e-9)


def test_a_scene_may_be_empty(rescue: Scenario) -> None:
    scene = Scene.of(replace(rescue, objects=()), level_m=0.0)
    assert scene.object_east_north_m(1.0).shape == (0, 2)


def test_an_outline_lies_along_the_course(rescue: Scenario) -> None:
    boat = replace(rescue.objects[0], course_deg=90.0, length_m=8.0, width_m=2.0)
    extent = np.ptp(outline_m(boat), axis=0)
    assert extent == pytest.approx([8.0, 2.0])
    assert outline_m(boat)[0] == pytest.approx([4.0, 0.0])
