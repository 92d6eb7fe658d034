import itertools

import numpy as np
import pymap3d
import pytest

from bench.drawn_scene import Scenario, SceneDrawer
from bench.drawn_scene.drawn_truth import visible_fraction
from plainview.model import Camera

CAMERA = Camera(name="camera-1", width_px=100, height_px=80)
NO_MARK = (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("box", "share"),
    [
        ((10.0, 10.0, 4.0, 4.0), 1.0),
        ((-2.0, 10.0, 4.0, 4.0), 0.5),
        ((98.0, 78.0, 4.0, 4.0), 0.25),
        ((-9.0, 10.0, 4.0, 4.0), 0.0),
        ((10.0, 10.0, 0.0, 4.0), 0.0),
    ],
)
def test_the_visible_fraction_is_the_share_in_the_picture(
    box: tuple[float, float, float, float], share: float
) -> None:
    assert visible_fraction(box, camera=CAMERA, mark_px=NO_MARK) == share


def test_what_the_mark_covers_is_not_visible() -> None:
    mark = (0.0, 0.0, 12.0, 100.0)
    assert visible_fraction((10.0, 10.0, 4.0, 4.0), camera=CAMERA, mark_px=mark) == 0.5


def test_only_what_is_seen_has_a_row(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 1)
    drawer.advance(13_600_000)
    truth = drawer.truth(drawer.camera).objects
    assert 0 < len(truth) < len(rescue.objects)
    assert np.all(truth.visible_fraction > 0.0)
    assert not truth.x_px.flags.writeable


def test_objects_leave_the_view_and_come_back(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 1)
    seen = []
    for frame_index in range(0, rescue.n_frames, 10):
        drawer.advance(rescue.video_time_us(frame_index))
        seen.append(set(drawer.truth(drawer.camera).objects.object_id.tolist()))
    comings_and_goings = [
        sum((object_id in now) != (object_id in then) for then, now in itertools.pairwise(seen))
        for object_id in range(1, 8)
    ]
    assert max(comings_and_goings) >= 2
    assert all(1 in now for now in seen)


def test_a_box_is_where_an_independent_projection_puts_the_object(calm: Scenario) -> None:
    drawer = SceneDrawer(calm, 1)
    drawer.advance(6_000_000)
    view, truth = drawer.true_view(), drawer.truth(drawer.camera).objects
    east, north, up = pymap3d.geodetic2enu(
        truth.latitude_deg, truth.longitude_deg, truth.height_hae_m,
        view.latitude_deg, view.longitude_deg, view.height_hae_m,
    )  # fmt: skip
    assert view.camera_heading_deg is not None
    assert view.camera_elevation_deg is not None
    heading, elevation = np.radians([view.camera_heading_deg, view.camera_elevation_deg])
    ahead, right = (
        east * np.sin(heading) + north * np.cos(heading),
        east * np.cos(heading) - north * np.sin(heading),
    )
    forward = ahead * np.cos(elevation) + up * np.sin(elevation)
    down = ahead * np.sin(elevation) - up * np.cos(elevation)
    focal_px = 480.0 / np.tan(np.radians(5.5))
    x, y = 480.0 + focal_px * right / forward, 270.0 + focal_px * down / forward
    person = np.array([kind == "person" for kind in truth.kind])
    assert person.any()
    middle_x = truth.x_px + 0.5 * truth.width_px
    foot_y = truth.y_px + truth.height_px
    np.testing.assert_allclose(middle_x[person], x[person], atol=0.05)
    half_depth_px = 0.5 * 0.7 * focal_px / forward[person] * np.sin(-elevation)
    np.testing.assert_allclose(foot_y[person], y[person] + half_depth_px, atol=0.25)
