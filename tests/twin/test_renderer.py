import dataclasses
import math
from typing import Any

import numpy as np
import pymap3d
import pytest
from scipy.integrate import solve_ivp
from scipy.spatial.transform import Rotation

from plainview.errors import GeometryError, InputError
from plainview.model import Band, Camera, Distortion, View
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.world import OBJECT_SIZES_M, SunPosition, World, WorldObject

SUN = SunPosition(azimuth_deg=120.0, elevation_deg=35.0)
K = 0.13


def world_of(**changes: Any) -> World:
    fields: dict[str, Any] = {
        "latitude_deg": 43.0,
        "longitude_deg": 8.0,
        "sea_hae_m": 40.0,
        "wind_m_s": 7.0,
        "sun": SUN,
    }
    return World(**{**fields, **changes})


def view_of(**changes: Any) -> View:
    fields: dict[str, Any] = {
        "latitude_deg": 43.0,
        "longitude_deg": 8.0,
        "height_hae_m": 540.0,
        "camera_heading_deg": 25.0,
        "camera_elevation_deg": -15.0,
        "camera_roll_deg": 0.0,
        "horizontal_fov_deg": 12.0,
        "vertical_fov_deg": 9.62,
    }
    return View(**{**fields, **changes})


def camera_of(
    band: Band = Band.LWIR, *, width: int = 320, height: int = 256, **more: Any
) -> Camera:
    return Camera(name=str(band), width_px=width, height_px=height, band=band, **more)


def one(world: World, view: View, camera: Camera | None = None) -> RenderedPicture:
    return Renderer(world, n_threads=1).render([(camera or camera_of(), view)], time_s=0.0)[0]


def apparent_pixel(view: View, camera: Camera, place: tuple[float, float, float]) -> np.ndarray:
    """Where a place is seen: azimuth, elevation and range of a peer, lifted by refraction."""
    azimuth, elevation, range_m = pymap3d.geodetic2aer(
        *place, view.latitude_deg, view.longitude_deg, view.height_hae_m
    )
    lifted = math.radians(elevation) + K * range_m * math.cos(math.radians(elevation)) / (
        2.0 * 6_371_008.8
    )
    turn = math.radians(azimuth)
    level = math.cos(lifted)
    ned = [level * math.cos(turn), level * math.sin(turn), -math.sin(lifted)]
    angles = [view.camera_heading_deg, view.camera_elevation_deg, view.camera_roll_deg]
    body = Rotation.from_euler("ZYX", angles, degrees=True).inv().apply(ned)
    x, y = body[1] / body[0], body[2] / body[0]
    if camera.distortion is not None:
        r2 = x * x + y * y
        k1, k2, k3 = camera.distortion.radial
        p1, p2 = camera.distortion.tangential
        radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
        x, y = (
            x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
            y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
        )
    width, height = camera.width_px, camera.height_px
    tangent_x = math.tan(math.radians(0.5 * (view.horizontal_fov_deg or 0.0)))
    tangent_y = math.tan(math.radians(0.5 * (view.vertical_fov_deg or 0.0)))
    return np.array([width / 2 * (1 + x / tangent_x), height / 2 * (1 + y / tangent_y)])


def sea_range_by_integration(view: View, direction_ecef: np.ndarray, sea_m: float) -> float:
    """Follow a bent ray step by step until a peer says that it is at the sea."""

    def bend(_: float, state: np.ndarray) -> np.ndarray:
        up = state[:3] / np.array([6_378_137.0**2] * 2 + [6_356_752.314245**2])
        up /= np.linalg.norm(up)
        t = state[3:] / np.linalg.norm(state[3:])
        return np.concatenate([t, -K / 6_371_008.8 * (up - (up @ t) * t)])

    def above(_: float, state: np.ndarray) -> float:
        return float(pymap3d.ecef2geodetic(*state[:3])[2] - sea_m)

    above.terminal = True  # type: ignore[attr-defined]
    start = pymap3d.geodetic2ecef(view.latitude_deg, view.longitude_deg, view.height_hae_m)
    state = np.concatenate([start, direction_ecef])
    solved = solve_ivp(bend, (0, 2e5), state, events=above, rtol=1e-10, atol=1e-6, max_step=2000.0)
    return float(solved.t_events[0][0])


@pytest.mark.parametrize("elevation_deg", [-2.5, -8.0, -35.0, -80.0])
def test_range_is_that_of_a_bent_ray_followed_step_by_step(elevation_deg: float) -> None:
    view = view_of(camera_elevation_deg=elevation_deg, horizontal_fov_deg=1.0, vertical_fov_deg=0.8)
    picture = one(world_of(), view)
    for x, y in ((0, 0), (160, 128), (319, 255)):
        tangent = math.tan(math.radians(0.5)), math.tan(math.radians(0.4))
        body = np.array(
            [1.0, ((x + 0.5) / 160 - 1) * tangent[0], ((y + 0.5) / 128 - 1) * tangent[1]]
        )
        angles = [25.0, elevation_deg, 0.0]
        n, e, d = Rotation.from_euler("ZYX", angles, degrees=True).apply(
            body / np.linalg.norm(body)
        )
        ecef = np.array(pymap3d.enu2uvw(e, n, -d, view.latitude_deg, view.longitude_deg))
        wanted = sea_range_by_integration(view, ecef, 40.0)
        assert picture.range_m[y, x] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("height_m", [30.0, 500.0, 3000.0])
def test_the_horizon_lies_where_geometry_has_it(height_m: float) -> None:
    view = view_of(height_hae_m=40.0 + height_m, camera_elevation_deg=-1.0, camera_roll_deg=4.0)
    picture = one(world_of(), view)
    boundary = np.isnan(picture.range_m).sum(axis=0).astype(np.float64)
    heading = math.radians(25.0)
    e2, latitude = 0.00669437999014, math.radians(43.0)
    w = 1.0 - e2 * math.sin(latitude) ** 2
    meridian, prime = 6_378_137.0 * (1 - e2) / w**1.5, 6_378_137.0 / math.sqrt(w)
    radius = 1.0 / (math.cos(heading) ** 2 / meridian + math.sin(heading) ** 2 / prime) + 40.0
    bent = 1.0 / (1.0 / radius - K / 6_371_008.8)
    dip = math.acos(bent / (bent + height_m))
    predicted = []
    for column in range(320):
        rows = np.arange(0.0, 256.0, 0.02)
        x = ((column + 0.5) / 160 - 1) * math.tan(math.radians(6.0))
        y = (rows / 128 - 1) * math.tan(math.radians(4.81))
        body = np.stack([np.ones_like(y), np.full_like(y, x), y], axis=-1)
        body /= np.linalg.norm(body, axis=-1, keepdims=True)
        down = Rotation.from_euler("ZYX", [25.0, -1.0, 4.0], degrees=True).apply(body)[:, 2]
        predicted.append(rows[np.searchsorted(down, math.sin(dip))])
    # A row counts as sky where its middle is above: on average the boundary itself.
    assert np.mean(boundary - np.array(predicted)) == pytest.approx(0.0, abs=0.1)
    assert np.max(np.abs(boundary - np.array(predicted))) < 0.65


@pytest.mark.parametrize("distortion", [None, Distortion(radial=(-0.2, 0.05, 0.0))])
@pytest.mark.parametrize("distance_m", [700.0, 2500.0, 9000.0])
def test_a_thing_is_drawn_where_a_peer_projects_it(
    distance_m: float, distortion: Distortion | None
) -> None:
    heading = math.radians(25.0)
    thing = WorldObject(
        object_id=1, kind="flotsam", length_m=3.0, width_m=3.0, height_m=0.02, temperature_k=330.0,
        east_m=distance_m * math.sin(heading), north_m=distance_m * math.cos(heading),
    )  # fmt: skip
    depression = math.degrees(math.atan2(500.0, distance_m))
    view = view_of(
        camera_elevation_deg=1.3 - depression, camera_heading_deg=27.0, camera_roll_deg=3.0,
        horizontal_fov_deg=8.0, vertical_fov_deg=6.4,
    )  # fmt: skip
    camera = camera_of(distortion=distortion)
    picture = one(world_of(objects=(thing,), wind_m_s=0.5), view, camera)
    truth = picture.truth
    place = truth.latitude_deg[0], truth.longitude_deg[0], truth.height_hae_m[0]
    wanted = apparent_pixel(view, camera, place)
    if distance_m < 1000.0:
        calm = one(world_of(wind_m_s=0.5), view, camera)
        more = (picture.radiance - calm.radiance).astype(np.float64)
        y, x = np.mgrid[0:256, 0:320] + 0.5
        middle = np.array([(more * x).sum(), (more * y).sum()]) / more.sum()
        assert middle == pytest.approx(wanted, abs=0.1)
    box = truth.box_px[0]
    assert box[:2] + 0.5 * box[2:] == pytest.approx(wanted, abs=0.1)
    # Its whole range is what the peer says.
    _, _, range_m = pymap3d.geodetic2aer(*place, view.latitude_deg, view.longitude_deg, 540.0)
    assert truth.range_m[0] == pytest.approx(range_m, rel=1e-6)


def test_the_same_bytes_come_from_one_and_two_threads_and_twice() -> None:
    objects = tuple(
        WorldObject(object_id=i + 1, kind=kind, east_m=40.0 * i, north_m=1500.0 + 60.0 * i)
        for i, kind in enumerate(OBJECT_SIZES_M)
    )
    world = world_of(objects=objects, wind_m_s=9.0)
    cameras = [(camera_of(band), view_of()) for band in (Band.EO, Band.LWIR)]
    drawn = [
        renderer.render(cameras, time_s=4.2)
        for renderer in (Renderer(world, n_threads=1), Renderer(world, n_threads=2))
    ]
    drawn.append(Renderer(world, n_threads=2).render(cameras, time_s=4.2))
    for others in drawn[1:]:
        for a, b in zip(drawn[0], others, strict=True):
            assert a.radiance.tobytes() == b.radiance.tobytes()
            assert a.range_m.tobytes() == b.range_m.tobytes()
            assert a.truth.signal.tobytes() == b.truth.signal.tobytes()
    other = Renderer(dataclasses.replace(world, seed=1)).render(cameras, time_s=4.2)
    assert other[0].radiance.tobytes() != drawn[0][0].radiance.tobytes()


def test_day_and_thermal_of_one_turret_share_their_range() -> None:
    cameras = [(camera_of(band), view_of()) for band in (Band.EO, Band.LWIR)]
    day, thermal = Renderer(world_of()).render(cameras, time_s=0.0)
    assert day.range_m is thermal.range_m
    assert thermal.is_thermal
    assert not day.is_thermal
    assert thermal.radiance.dtype == day.radiance.dtype == np.float32
    assert np.all(np.isfinite(day.radiance))
    alone = Renderer(world_of()).render(cameras[1:], time_s=0.0)[0]
    np.testing.assert_allclose(alone.radiance, thermal.radiance, rtol=1e-6)


def test_what_a_small_thing_sends_does_not_depend_on_where_it_lies_among_pixels() -> None:
    # A hot ball under a pixel wide, moved by parts of a pixel; its whole signal is its area's.
    sums, areas = [], []
    calm = one(world_of(wind_m_s=0.0, sun=None), view_of())
    for part in np.linspace(0.0, 1.0, 7):
        thing = WorldObject(
            object_id=1, kind="flotsam", length_m=0.6, width_m=0.6, height_m=0.6,
            temperature_k=400.0, east_m=790.0 + part, north_m=1693.0 + 3.0 * part,
        )  # fmt: skip
        picture = one(world_of(objects=(thing,), wind_m_s=0.0, sun=None), view_of())
        sums.append(float((picture.radiance - calm.radiance).astype(np.float64).sum()))
        areas.append(picture.truth.visible_px[0])
        assert picture.truth.signal[0] * areas[-1] == pytest.approx(sums[-1], rel=1e-3)
    assert 0.1 < np.mean(areas) < 1.0
    assert np.ptp(sums) / np.mean(sums) < 0.03


def test_a_thing_beyond_the_horizon_is_hidden_and_its_truth_says_so() -> None:
    heading = math.radians(25.0)

    def seen(distance_m: float, height_m: float) -> RenderedPicture:
        thing = WorldObject(
            object_id=7, kind="large_boat", east_m=distance_m * math.sin(heading),
            north_m=distance_m * math.cos(heading), height_m=height_m, temperature_k=400.0,
        )  # fmt: skip
        world = world_of(objects=(thing,), wind_m_s=0.0)
        view = view_of(
            height_hae_m=60.0, camera_elevation_deg=-0.1, horizontal_fov_deg=1.0,
            vertical_fov_deg=0.8,
        )  # fmt: skip
        return one(world, view)

    near, hull_down, gone = seen(9000.0, 20.0), seen(28_000.0, 20.0), seen(60_000.0, 20.0)
    assert near.truth.visible_fraction[0] == pytest.approx(1.0, abs=0.02)
    assert 0.1 < hull_down.truth.visible_fraction[0] < 0.9
    assert gone.truth.visible_fraction[0] == 0.0
    assert np.all(np.isnan(gone.truth.box_px[0]))
    assert gone.truth.signal[0] == 0.0


def test_a_nearer_thing_hides_a_farther_one() -> None:
    heading = math.radians(25.0)
    things = tuple(
        WorldObject(
            object_id=i + 1, kind="large_boat", course_deg=115.0,
            east_m=d * math.sin(heading), north_m=d * math.cos(heading),
        )
        for i, d in enumerate((1500.0, 1535.0))
    )  # fmt: skip
    view = view_of(height_hae_m=46.0, camera_elevation_deg=0.0)
    truth = one(world_of(objects=things, wind_m_s=0.0), view).truth
    assert truth.visible_fraction[0] == pytest.approx(1.0)
    assert truth.visible_fraction[1] < 0.5


def test_a_head_in_the_water_dips_with_the_waves() -> None:
    thing = WorldObject(object_id=1, kind="person_in_water", east_m=600.0, north_m=1300.0)
    renderer = Renderer(world_of(objects=(thing,), wind_m_s=10.0))
    heights = [
        renderer.render([(camera_of(width=32, height=32), view_of())], time_s=t)[
            0
        ].truth.height_hae_m[0]
        for t in np.arange(0.0, 300.0, 2.5)
    ]
    assert np.std(heights) == pytest.approx(renderer.significant_height_m / 4.0, rel=0.3)


def test_the_sea_is_as_bright_near_as_its_waves_unresolved_are_far() -> None:
    # Zoomed in, waves are slopes; zoomed out, roughness. The mean must hardly change.
    means = []
    for fov in (0.5, 4.0, 24.0):
        view = view_of(
            camera_elevation_deg=-30.0, horizontal_fov_deg=fov, vertical_fov_deg=0.8 * fov
        )
        rows = slice(120, 136)
        means.append(one(world_of(sun=None), view).radiance[rows].mean())
    assert np.ptp(means) / np.mean(means) < 0.004


def test_whitecaps_cover_their_share() -> None:
    # Looking down at a rough sea by starlight from the sky alone: foam stands out against water.
    view = view_of(camera_elevation_deg=-85.0, horizontal_fov_deg=30.0, vertical_fov_deg=24.0)
    renderer = Renderer(world_of(wind_m_s=14.0, sun=None))
    camera = camera_of(Band.EO)
    picture = renderer.render([(camera, view)], time_s=0.0)[0]
    light = renderer.light_of(camera, altitude_m=500.0)
    shares = np.interp(picture.range_m, np.linspace(0, 1, 512) ** 2 * 400e3, light.transmission)
    paths = np.interp(picture.range_m, np.linspace(0, 1, 512) ** 2 * 400e3, light.path)
    leaving = (picture.radiance - paths) / shares
    water = np.percentile(leaving, 10.0)
    assert np.mean((leaving - water) / (light.foam - water)) == pytest.approx(0.031, abs=0.012)


@pytest.mark.parametrize(
    ("field", "value"),
    [("wind_m_s", -1.0), ("wind_m_s", math.nan), ("water_k", -3.0), ("latitude_deg", math.nan),
     ("visibility_m", 0.0), ("seed", -1), ("air_k", math.inf)],
)  # fmt: skip
def test_an_impossible_world_is_refused_by_field(field: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        world_of(**{field: value})
    assert field in caught.value.where
    assert caught.value.mend


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "unicorn"), ("temperature_k", -5.0), ("east_m", math.nan), ("length_m", 0.0),
     ("speed_m_s", -1.0), ("above_m", -2.0), ("reflectance", 2.0)],
)  # fmt: skip
def test_an_impossible_object_is_refused_by_number_and_field(field: str, value: Any) -> None:
    fields: dict[str, Any] = {"object_id": 3, "kind": "raft", "east_m": 0.0, "north_m": 0.0}
    with pytest.raises(InputError) as caught:
        WorldObject(**{**fields, field: value})
    assert "object 3" in caught.value.where
    assert field in caught.value.where


def test_two_objects_of_one_number_and_a_sun_out_of_range_are_refused() -> None:
    thing = WorldObject(object_id=3, kind="raft", east_m=0.0, north_m=0.0)
    with pytest.raises(InputError, match="two have one number"):
        world_of(objects=(thing, thing))
    with pytest.raises(InputError, match="elevation_deg"):
        SunPosition(azimuth_deg=0.0, elevation_deg=math.nan)


@pytest.mark.parametrize("height_hae_m", [30.0, 40.2, 90_000.0])
def test_a_camera_under_the_sea_or_in_space_is_refused(height_hae_m: float) -> None:
    with pytest.raises(GeometryError, match="height_hae_m"):
        one(world_of(), view_of(height_hae_m=height_hae_m))


@pytest.mark.parametrize("field", ["latitude_deg", "camera_roll_deg", "horizontal_fov_deg"])
@pytest.mark.parametrize("value", [None, math.nan])
def test_a_view_without_a_number_is_refused_by_field(field: str, value: float | None) -> None:
    with pytest.raises(InputError, match=field):
        one(world_of(), view_of(**{field: value}))


def test_a_lens_that_folds_a_camera_without_band_and_an_instant_that_is_none_are_refused() -> None:
    lens = Distortion(radial=(-40.0, 0.0, 0.0))
    with pytest.raises(GeometryError, match="distortion"):
        one(world_of(), view_of(), camera_of(distortion=lens))
    with pytest.raises(InputError, match="band"):
        one(world_of(), view_of(), Camera(name="x", width_px=32, height_px=32))
    with pytest.raises(InputError, match="time_s"):
        Renderer(world_of()).render([(camera_of(), view_of())], time_s=math.nan)
    assert Renderer(world_of()).render([], time_s=0.0) == ()
