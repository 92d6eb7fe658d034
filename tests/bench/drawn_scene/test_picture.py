from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from bench.drawn_scene import Scenario, SceneDrawer
from bench.drawn_scene.picture import cover_things, signal_to_noise
from bench.drawn_scene.thing_picture import project_things
from plainview.geo import project_points
from plainview.twin import ObjectsTruth

Array = npt.NDArray[np.float64]


def _frames(
    scenario: Scenario, seconds: tuple[float, ...], seed: int = 4
) -> Iterator[tuple[Array, ObjectsTruth]]:
    drawer = SceneDrawer(scenario, seed)
    for time_s in seconds:
        drawer.advance(round(1e6 * time_s))
        yield (
            drawer.render(drawer.camera).pixels.astype(np.float64),
            drawer.truth(drawer.camera).objects,
        )


def _window(box: tuple[float, ...], margin: int) -> tuple[slice, slice]:
    x, y, width, height = box
    left, top = int(np.floor(x)) - margin, int(np.floor(y)) - margin
    right, bottom = int(np.ceil(x + width)) + margin, int(np.ceil(y + height)) + margin
    return slice(top, bottom), slice(left, right)


def test_round_things_shine_in_the_middle_of_their_truth_boxes(rescue: Scenario) -> None:
    n_checked = 0
    for pixels, truth in _frames(rescue, (0.0, 4.0, 12.0, 20.0)):
        for row, kind in enumerate(truth.kind):
            if kind == "boat" or truth.visible_fraction[row] < 1.0:
                continue
            box = (truth.x_px[row], truth.y_px[row], truth.width_px[row], truth.height_px[row])
            rows, columns = _window(box, margin=3)
            patch = pixels[rows, columns]
            bright = np.clip(patch - np.median(patch) - 8.0, 0.0, None)
            y, x = np.mgrid[rows, columns] + 0.5
            centroid = np.array([np.sum(x * bright), np.sum(y * bright)]) / np.sum(bright)
            middle = np.array([box[0] + 0.5 * box[2], box[1] + 0.5 * box[3]])
            assert np.max(np.abs(centroid - middle)) < 0.5, (kind, box)
            n_checked += 1
    assert n_checked >= 10


def test_boats_fill_their_truth_boxes_from_edge_to_edge(calm: Scenario) -> None:
    sharp = replace(calm, camera=replace(calm.camera, blur_px=0.3))
    for pixels, truth in _frames(sharp, (1.0,)):
        for row in (n for n, kind in enumerate(truth.kind) if kind == "boat"):
            box = (truth.x_px[row], truth.y_px[row], truth.width_px[row], truth.height_px[row])
            rows, columns = _window(box, margin=4)
            patch = pixels[rows, columns]
            is_boat = patch - patch[0, 0] > 12.0
            seen_rows = np.flatnonzero(is_boat.any(axis=1)) + rows.start
            seen_columns = np.flatnonzero(is_boat.any(axis=0)) + columns.start
            assert seen_columns[0] == pytest.approx(box[0], abs=1.0)
            assert seen_columns[-1] + 1 == pytest.approx(box[0] + box[2], abs=1.0)
            assert seen_rows[0] == pytest.approx(box[1], abs=1.0)
            assert seen_rows[-1] + 1 == pytest.approx(box[1] + box[3], abs=1.0)


def test_what_the_turret_holds_stays_in_the_middle(calm: Scenario) -> None:
    drawer = SceneDrawer(calm, 4)
    for time_s in (0.0, 4.0, 8.0):
        drawer.advance(round(1e6 * time_s))
        held = drawer.scene.places(drawer.scene.position_of(1, np.array([time_s])))
        pixel = project_points(
            drawer.true_view(),
            drawer.camera,
            held.latitude_deg,
            held.longitude_deg,
            held.height_hae_m,
        )
        np.testing.assert_allclose(pixel, [[480.0, 270.0]], atol=1e-3)


def test_signal_to_noise_is_contrast_over_noise_for_a_thing_larger_than_the_blur(
    rescue: Scenario,
) -> None:
    drawer = SceneDrawer(rescue, 1)
    things = project_things(drawer.scene, time_s=0.0, view=drawer.true_view(), camera=drawer.camera)
    raft = next(seen for seen in things if seen.thing.kind == "raft")
    sharp = replace(rescue.camera, blur_px=0.1)
    (covered,) = cover_things((raft,), camera=drawer.camera, response=sharp)
    ratio = signal_to_noise(covered, sigma_k=0.5)
    x, y = raft.hull_px.T
    area_px2 = 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))
    assert ratio == pytest.approx(2.0 / 0.5 * np.sqrt(area_px2), rel=0.05)


def test_a_thing_outside_the_picture_has_no_signal(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 1)
    things = project_things(drawer.scene, time_s=0.0, view=drawer.true_view(), camera=drawer.camera)
    away = replace(things[0], hull_px=things[0].hull_px + 5000.0, engine_px=None)
    (covered,) = cover_things((away,), camera=drawer.camera, response=rescue.camera)
    assert signal_to_noise(covered, sigma_k=1.0) == 0.0


def test_the_sea_stays_where_it_is_under_a_moving_camera(rescue: Scenario) -> None:
    import cv2

    from bench.drawn_scene.sea_geometry import scene_from_picture

    scenario = replace(
        rescue,
        objects=rescue.objects[:1],
        sea=replace(rescue.sea, waves_k=0.0, patches_k=1.0, sky_temperature_c=11.0),
        camera=replace(rescue.camera, noise_k=0.0, fixed_pattern_k=0.0, window_k=12.0),
    )
    drawer = SceneDrawer(scenario, 9)
    first, before = drawer.render(drawer.camera).pixels, drawer.true_view()
    drawer.advance(1_000_000)
    later, after = drawer.render(drawer.camera).pixels, drawer.true_view()
    scene_from_first = scene_from_picture(before, drawer.camera, drawer.scene)
    scene_from_later = scene_from_picture(after, drawer.camera, drawer.scene)
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    first_from_later = np.linalg.inv(half) @ np.linalg.solve(
        scene_from_first, scene_from_later @ half
    )
    warped = cv2.warpPerspective(
        first, first_from_later, (960, 540), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    inner = (slice(60, 240), slice(150, 800))
    assert np.std(later[inner]) > 5.0
    difference = later[inner].astype(float) - warped[inner]
    assert np.std(difference) < 1.0
