"""Tracks on the ground: where, with which error, and what when there is no View."""

import dataclasses
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from plainview.geo import (
    GeoidSurface,
    assumed_view_sigma,
    destination,
    distance_and_bearing,
    enu_m_from_geodetic,
    geoid_undulation_m,
    locate_points,
    project_points,
)
from plainview.model import LifeStage, PoseBasis, ReportedGeometry, Sigma, Tracks, View, ViewSigma
from plainview.tracking import GroundLocator, LocatorSettings, contact_points_px
from tests.tracking.scenes import CAMERA, Array, frame

TARGET_DEG = (54.40, 10.60)
INSIDE_95 = 5.991464547107979


def look_at_target(*, bearing_deg: float, ground_range_m: float = 4000.0) -> View:
    """A View from a place on a circle about the target that looks at it, about."""
    latitude, longitude = destination(
        *TARGET_DEG, bearing_deg=bearing_deg, distance_m=ground_range_m
    )
    height_m = 1200.0
    return View(
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=height_m,
        camera_heading_deg=(bearing_deg + 180.0) % 360.0,
        camera_elevation_deg=-float(np.degrees(np.arctan2(height_m - 42.0, ground_range_m))),
        camera_roll_deg=0.0,
        pose_basis=PoseBasis.ABSOLUTE,
        horizontal_fov_deg=8.0,
        vertical_fov_deg=4.5,
        sigma=SIGMA,
    )


SIGMA = ViewSigma(
    position_horizontal_m=Sigma(own=0.5, shared=3.0),
    position_vertical_m=Sigma(own=1.0, shared=4.0),
    camera_heading_deg=Sigma(own=0.1, shared=0.3),
    camera_elevation_deg=Sigma(own=0.05, shared=0.15),
    camera_roll_deg=Sigma(own=0.05, shared=0.2),
    field_of_view_ratio=Sigma(own=0.002, shared=0.01),
    time_s=Sigma(own=0.0, shared=0.0),
    basis=assumed_view_sigma(PoseBasis.ABSOLUTE).basis,
)


def tracks_at(
    point_px: Array, *, size_px: float = 20.0, stage: LifeStage = LifeStage.CONFIRMED
) -> Tracks:
    """Tracks whose lower edge has its middle at points (n, 2), or the centre of small ones."""
    n = len(point_px)
    up = 0.5 * size_px if size_px < 8.0 else size_px
    corner = point_px - [0.5 * size_px, up]
    return Tracks.unlocated(
        track_id=np.arange(1, n + 1),
        box_px=np.concatenate([corner, np.full((n, 2), size_px)], axis=1),
        life_stage=np.full(n, stage, np.uint8),
        existence=np.ones(n),
        score=np.ones(n),
        label=(None,) * n,
        detector=("spot",) * n,
        position_cov_px2=np.broadcast_to(0.04 * np.eye(2), (n, 2, 2)).copy(),
        velocity_px_s=np.zeros((n, 2)),
    )


class Draw:
    """One mission: shared errors drawn once, own ones each frame, things that stand still."""

    def __init__(self, seed: int, *, told: float = 1.0) -> None:
        self.generator = np.random.default_rng(seed)
        self.told = told
        self.shared = self.generator.normal(0.0, 1.0, 8)
        bearing = np.array([10.0, 130.0, 250.0])
        self.latitude, self.longitude = destination(
            *TARGET_DEG, bearing_deg=bearing, distance_m=np.full(3, 60.0)
        )
        sea = self.generator.normal(0.0, 1.2)
        self.height = geoid_undulation_m(self.latitude, self.longitude) + sea

    def frame_and_tracks(self, index: int, time_s: float) -> tuple[Any, Tracks]:
        true = look_at_target(bearing_deg=40.0 + 0.7 * time_s)
        points = project_points(true, CAMERA, self.latitude, self.longitude, self.height)
        noise = np.hypot(0.2, 0.1 * 20.0) * np.array([0.1, 1.0])
        points = points + self.generator.normal(0.0, 1.0, points.shape) * noise
        image = frame(index, video_time_us=round(time_s * 1e6), view=self._with_errors(true))
        return image, tracks_at(points)

    def _with_errors(self, true: View) -> View:
        own = self.generator.normal(0.0, 1.0, 8)
        parts = (
            SIGMA.position_horizontal_m,
            SIGMA.position_horizontal_m,
            SIGMA.position_vertical_m,
            SIGMA.camera_heading_deg,
            SIGMA.camera_elevation_deg,
            SIGMA.camera_roll_deg,
            SIGMA.field_of_view_ratio,
        )
        error = [
            part.own * a + part.shared * b
            for part, a, b in zip(parts, own, self.shared, strict=False)
            if part is not None
        ]
        east, north, up, heading, elevation, roll, zoom = error
        latitude, longitude = destination(
            true.latitude_deg or 0.0,
            true.longitude_deg or 0.0,
            bearing_deg=np.degrees(np.arctan2(east, north)),
            distance_m=np.hypot(east, north),
        )
        return replace(
            true,
            latitude_deg=float(latitude),
            longitude_deg=float(longitude),
            height_hae_m=(true.height_hae_m or 0.0) + up,
            camera_heading_deg=(true.camera_heading_deg or 0.0) + heading,
            camera_elevation_deg=(true.camera_elevation_deg or 0.0) + elevation,
            camera_roll_deg=roll,
            horizontal_fov_deg=(true.horizontal_fov_deg or 0.0) * (1.0 + zoom),
            vertical_fov_deg=(true.vertical_fov_deg or 0.0) * (1.0 + zoom),
            sigma=scaled_sigma(self.told),
        )

    def squared_errors(self, located: Tracks) -> Array:
        """Normalised squared horizontal errors, (3,)."""
        squared = []
        for row in range(len(located)):
            origin = (self.latitude[row], self.longitude[row], self.height[row])
            error = enu_m_from_geodetic(
                located.latitude_deg[row],
                located.longitude_deg[row],
                located.height_hae_m[row],
                origin=origin,
            )[:2]
            cov = located.position_cov_enu_m2[row, :2, :2]
            squared.append(error @ np.linalg.solve(cov, error))
        return np.array(squared)


def scaled_sigma(scale: float) -> ViewSigma:
    changed: dict[str, Any] = {
        field.name: Sigma(own=part.own * scale, shared=part.shared * scale)
        for field in dataclasses.fields(SIGMA)
        if isinstance(part := getattr(SIGMA, field.name), Sigma)
    }
    return replace(SIGMA, **changed)


def inside_95(n_draws: int, *, told: float) -> float:
    squared = []
    for seed in range(n_draws):
        draw, locator = (
            Draw(seed, told=told),
            GroundLocator(LocatorSettings(own_error_memory_s=0.0)),
        )
        for index in range(4):
            image, tracks = draw.frame_and_tracks(index, 1.5 * index)
            located = locator.locate(image, tracks)
        squared.append(draw.squared_errors(located))
    return float(np.mean(np.concatenate(squared) < INSIDE_95))


def test_with_right_sigmas_the_95_percent_ellipse_holds_the_truth_in_93_to_97_percent() -> None:
    assert 0.93 < inside_95(350, told=1.0) < 0.97


def test_with_sigmas_a_third_too_small_it_does_not() -> None:
    assert inside_95(100, told=0.67) < 0.9


def test_the_ground_point_is_the_middle_of_the_lower_edge() -> None:
    settings = LocatorSettings()
    points, sigma = contact_points_px(tracks_at(np.array([[100.0, 80.0]])), settings=settings)
    np.testing.assert_allclose(points, [[100.0, 80.0]])
    np.testing.assert_allclose(sigma, [[0.2, np.hypot(0.2, 2.0)]])


def test_a_thing_under_8_px_is_placed_by_its_centre_with_half_its_height_in_its_error() -> None:
    small = tracks_at(np.array([[100.0, 80.0]]), size_px=6.0)
    points, sigma = contact_points_px(small, settings=LocatorSettings())
    np.testing.assert_allclose(points, [[100.0, 80.0]])
    np.testing.assert_allclose(small.box_px[0], [97.0, 77.0, 6.0, 6.0])
    np.testing.assert_allclose(sigma, [[0.2, np.hypot(0.2, 3.0)]])


def test_the_first_place_and_its_error_are_those_of_the_single_look() -> None:
    view = look_at_target(bearing_deg=20.0)
    tracks = tracks_at(np.array([[640.0, 380.0], [300.0, 500.0]]))
    located = GroundLocator().locate(frame(0, view=view), tracks)
    points, sigma = contact_points_px(tracks, settings=LocatorSettings())
    alone = locate_points(
        view,
        CAMERA,
        points,
        surface=GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2),
        point_sigma_px=sigma,
    )
    np.testing.assert_allclose(located.latitude_deg, alone.latitude_deg, atol=1e-9)
    np.testing.assert_allclose(located.longitude_deg, alone.longitude_deg, atol=1e-9)
    np.testing.assert_allclose(located.height_hae_m, alone.height_hae_m, atol=1e-4)
    np.testing.assert_allclose(located.position_cov_enu_m2, alone.cov_enu_m2, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(
        located.position_cov_shared_enu_m2, alone.cov_shared_enu_m2, rtol=1e-3, atol=1e-3
    )
    assert located.surface == ("sea_level", "sea_level")
    assert located.uncertainty_basis == ("assumed", "assumed")
    np.testing.assert_array_equal(located.box_px, tracks.box_px)


def test_the_total_comes_down_to_the_shared_part_and_not_below() -> None:
    locator = GroundLocator()
    view = look_at_target(bearing_deg=20.0)
    tracks = tracks_at(np.array([[640.0, 380.0]]))
    ratios = []
    for index in range(120):
        located = locator.locate(frame(index, view=view), tracks)
        gap = located.position_cov_enu_m2[0] - located.position_cov_shared_enu_m2[0]
        assert np.linalg.eigvalsh(gap).min() > 0.0
        ratios.append(located.ce90_m[0])
    first = GroundLocator().locate(frame(0, view=view), tracks)
    shared = first.position_cov_shared_enu_m2[0]
    assert ratios[-1] < ratios[0]
    assert np.linalg.eigvalsh(located.position_cov_enu_m2[0] - shared).min() > -1e-3
    np.testing.assert_allclose(located.velocity_en_m_s, 0.0, atol=1e-2)


def test_the_velocity_is_told_when_it_is_known_and_not_before() -> None:
    locator = GroundLocator(LocatorSettings(own_error_memory_s=0.0))
    view = replace(look_at_target(bearing_deg=0.0), sigma=scaled_sigma(0.05))
    for index in range(90):
        north_deg = index / 30.0 * 6.0 / 111_300.0
        points = project_points(
            view, CAMERA, TARGET_DEG[0] + north_deg, TARGET_DEG[1], geoid_undulation_m(*TARGET_DEG)
        )
        located = locator.locate(frame(index, view=view), tracks_at(points))
        if index == 0:
            assert np.isnan(located.velocity_en_m_s).all()
    np.testing.assert_allclose(located.velocity_en_m_s[0], [0.0, 6.0], atol=0.4)


def _located_once() -> GroundLocator:
    locator = GroundLocator()
    view = look_at_target(bearing_deg=20.0)
    for index in range(30):
        locator.locate(frame(index, view=view), tracks_at(np.array([[640.0, 380.0]])))
    return locator


def test_a_frame_without_a_view_is_predicted_for_a_stated_time_and_then_not_located() -> None:
    locator = _located_once()
    tracks, ce90 = tracks_at(np.array([[640.0, 380.0]])), []
    for index in range(30, 30 + 330):
        located = locator.locate(frame(index), tracks)
        ce90.append(float(located.ce90_m[0]))
    assert np.all(np.diff(ce90[:299]) > 0.0)
    assert np.isnan(ce90[302:]).all()
    assert located.surface == (None,)
    assert located.uncertainty_basis == (None,)
    again = locator.locate(frame(400, view=look_at_target(bearing_deg=20.0)), tracks)
    assert again.is_located.all()


def test_a_view_that_cannot_locate_locates_nothing() -> None:
    view = replace(look_at_target(bearing_deg=20.0), horizontal_fov_deg=None)
    located = GroundLocator().locate(frame(0, view=view), tracks_at(np.array([[640.0, 380.0]])))
    assert not located.is_located.any()
    assert np.isnan(located.position_cov_enu_m2).all()


def test_a_coasting_track_is_predicted_and_not_measured() -> None:
    locator = _located_once()
    view = look_at_target(bearing_deg=20.0)
    before = locator.locate(frame(30, view=view), tracks_at(np.array([[640.0, 380.0]])))
    elsewhere = tracks_at(np.array([[100.0, 100.0]]), stage=LifeStage.COASTING)
    after = locator.locate(frame(60, view=view), elsewhere)
    moved, _ = distance_and_bearing(
        (before.latitude_deg, before.longitude_deg), (after.latitude_deg, after.longitude_deg)
    )
    assert moved[0] < 1.0
    assert after.ce90_m[0] > before.ce90_m[0]


def test_a_look_above_the_horizon_and_a_box_below_the_picture_are_not_located() -> None:
    view = replace(look_at_target(bearing_deg=20.0), camera_elevation_deg=0.5)
    tracks = tracks_at(np.array([[640.0, 100.0], [640.0, 730.0]]))
    located = GroundLocator().locate(frame(0, view=view), tracks)
    assert not located.is_located.any()


def test_a_step_of_the_surface_begins_the_place_anew() -> None:
    locator = _located_once()
    view = look_at_target(bearing_deg=20.0)
    reported = _reported(frame_center_height_hae_m=400.0)
    tracks = tracks_at(np.array([[640.0, 380.0]]))
    located = locator.locate(frame(30, view=replace(view, reported=reported)), tracks)
    assert located.surface == ("frame_center_height",)
    np.testing.assert_allclose(located.height_hae_m, 400.0, atol=1e-3)


def _reported(**known: Any) -> ReportedGeometry:
    return ReportedGeometry(**known)


def test_tracks_that_end_are_told_once_more_and_forgotten() -> None:
    locator = _located_once()
    view = look_at_target(bearing_deg=20.0)
    ended = tracks_at(np.array([[640.0, 380.0]]), stage=LifeStage.ENDED)
    assert locator.locate(frame(30, view=view), ended).is_located.all()
    assert len(dict(locator.state())["places"]) == 0  # type: ignore[arg-type]
    assert not locator.locate(frame(31, view=view), ended).is_located.any()


def test_no_tracks_are_legal_with_and_without_a_view() -> None:
    locator = GroundLocator()
    for view in (None, look_at_target(bearing_deg=0.0)):
        assert len(locator.locate(frame(0, view=view), Tracks.empty())) == 0


@pytest.mark.parametrize("cut", [1, 5])
def test_a_restored_locator_goes_on_bit_for_bit(cut: int) -> None:
    draw, plain, first, second = Draw(3), GroundLocator(), GroundLocator(), GroundLocator()
    for index in range(10):
        image, tracks = draw.frame_and_tracks(index, 0.2 * index)
        if index == cut:
            second.restore(first.state())
        one = plain.locate(image, tracks)
        other = (first if index < cut else second).locate(image, tracks)
        for field in dataclasses.fields(Tracks):
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            if isinstance(mine, np.ndarray):
                np.testing.assert_array_equal(mine, theirs)
            else:
                assert mine == theirs
