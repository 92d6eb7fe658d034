from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.drawn_scene import Scenario, Scene, SceneDrawer
from bench.drawn_scene.thing_picture import Coverage, cover_pixels, project_things
from plainview.model import Camera

CAMERA = Camera(name="camera-1", width_px=80, height_px=60)


def _ellipse(
    x: float, y: float, radii: tuple[float, float], n: int = 24
) -> npt.NDArray[np.float64]:
    turn = np.linspace(0.0, 2.0 * np.pi, n, endpoint=False)
    return np.stack([x + radii[0] * np.cos(turn), y + radii[1] * np.sin(turn)], axis=-1)


def _area_px2(corners: npt.NDArray[np.float64]) -> float:
    x, y = corners.T
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


def _centroid(coverage: Coverage) -> tuple[float, float]:
    rows, columns = coverage.window
    y, x = np.mgrid[rows, columns] + 0.5
    total = np.sum(coverage.share)
    return float(np.sum(x * coverage.share) / total), float(np.sum(y * coverage.share) / total)


@given(
    st.floats(20.0, 60.0),
    st.floats(20.0, 40.0),
    st.tuples(st.floats(0.6, 10.0), st.floats(0.6, 8.0)),
    st.floats(0.5, 1.5),
)
def test_coverage_has_the_area_and_the_middle_of_the_outline(
    x: float, y: float, radii: tuple[float, float], blur_px: float
) -> None:
    hull_px = _ellipse(x, y, radii)
    coverage = cover_pixels(hull_px, camera=CAMERA, blur_px=blur_px)
    assert coverage is not None
    assert np.sum(coverage.share) == pytest.approx(_area_px2(hull_px), rel=0.01)
    np.testing.assert_allclose(_centroid(coverage), [x, y], atol=0.01)


def test_a_pixel_that_is_wholly_covered_has_share_one() -> None:
    box = np.array([[10.0, 10.0], [20.0, 10.0], [20.0, 18.0], [10.0, 18.0]])
    coverage = cover_pixels(box, camera=CAMERA, blur_px=0.1)
    assert coverage is not None
    rows, columns = coverage.window
    share = np.zeros((60, 80))
    share[rows, columns] = coverage.share
    np.testing.assert_allclose(share[11:17, 11:19], 1.0, atol=1e-5)
    assert np.sum(share) == pytest.approx(80.0, rel=1e-4)


@pytest.mark.parametrize("x", [-30.0, 120.0])
def test_an_outline_outside_covers_nothing(x: float) -> None:
    assert cover_pixels(_ellipse(x, 30.0, (4.0, 4.0)), camera=CAMERA, blur_px=0.7) is None


def test_an_outline_over_the_edge_covers_what_is_inside() -> None:
    hull_px = _ellipse(0.0, 30.0, (6.0, 6.0))
    coverage = cover_pixels(hull_px, camera=CAMERA, blur_px=0.5)
    assert coverage is not None
    assert coverage.column_px == 0
    assert np.sum(coverage.share) == pytest.approx(0.5 * _area_px2(hull_px), rel=0.02)


def test_a_camera_that_looks_away_sees_nothing(calm: Scenario) -> None:
    drawer = SceneDrawer(calm, 1)
    view = drawer.true_view()
    assert view.camera_heading_deg is not None
    away = replace(view, camera_heading_deg=(view.camera_heading_deg + 180.0) % 360.0)
    assert project_things(drawer.scene, time_s=0.0, view=away, camera=drawer.camera) == ()


def test_an_empty_sea_has_no_things(calm: Scenario) -> None:
    scene = Scene.of(replace(calm, objects=()), level_m=0.0)
    drawer = SceneDrawer(calm, 1)
    assert project_things(scene, time_s=0.0, view=drawer.true_view(), camera=drawer.camera) == ()


def test_a_taller_thing_reaches_higher_and_stands_on_the_same_water(calm: Scenario) -> None:
    boxes = []
    for height_m in (0.5, 3.0):
        thing = replace(calm.objects[0], height_m=height_m)
        drawer = SceneDrawer(replace(calm, objects=(thing,)), 1)
        (seen,) = project_things(
            drawer.scene, time_s=0.0, view=drawer.true_view(), camera=drawer.camera
        )
        boxes.append(seen.box_px)
    (low, high) = boxes
    assert high[1] < low[1]
    assert high[1] + high[3] == pytest.approx(low[1] + low[3], abs=0.05)
