import math

import numpy as np
import pytest
from scipy.integrate import quad

from plainview.model import Band, Camera, View
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.wake import wakes_of
from plainview.twin.wake_kernel import kelvin_slopes
from plainview.twin.world import SunPosition, World, WorldObject

G = 9.81
NO_FOOTPRINT = (0.0, 0.0, 1.0, 0.0)


def world_of(*things: WorldObject, **more: float) -> World:
    sun = SunPosition(azimuth_deg=120.0, elevation_deg=35.0)
    return World(
        latitude_deg=43.0, longitude_deg=8.0, sea_hae_m=0.0, sun=sun, objects=things,
        **{"wind_m_s": 1.0, "wind_from_deg": 300.0, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def boat(speed_m_s: float, **more: float) -> WorldObject:
    fields = {"east_m": 0.0, "north_m": 130.0, "course_deg": 0.0, **more}
    return WorldObject(object_id=1, kind="small_boat", speed_m_s=speed_m_s, **fields)


def from_above(world: World, n_threads: int = 1) -> tuple[RenderedPicture, ...]:
    """Return day and thermal of a sea from 700 m above it, north up, half a metre a pixel."""
    view = View(
        latitude_deg=43.0, longitude_deg=8.0, height_hae_m=700.0, camera_heading_deg=0.0,
        camera_elevation_deg=-90.0, camera_roll_deg=0.0,
        horizontal_fov_deg=2.0 * math.degrees(math.atan(80.0 / 700.0)),
        vertical_fov_deg=2.0 * math.degrees(math.atan(150.0 / 700.0)),
    )  # fmt: skip
    cameras = [
        (Camera(name=str(band), width_px=320, height_px=600, band=band), view)
        for band in (Band.EO, Band.LWIR)
    ]
    renderer = Renderer(world, n_threads=n_threads)
    pictures = renderer.render(cameras, time_s=0.0)
    renderer.close()
    return pictures


def integrated(behind: float, aside: float, number: float, length: float) -> np.ndarray:
    """Slopes astern and to the side: Kelvin's integral over all waves, step by step."""

    def wave(t: float, part: int) -> float:
        long = 1.0 + t * t
        u = number * long * 0.5 * length / (2.0 * math.pi)
        raised = 0.1 * u**2.25 * math.exp(-u * u) / (1.125**1.125 * math.exp(-1.125))
        size = raised * math.sqrt(number * length / (2.0 * math.pi)) * long**-0.75
        phase = number * math.sqrt(long) * (behind + aside * t)
        return float(-size * (1.0, t)[part] * math.sin(phase))

    edge = 1.0
    while number * (1.0 + edge**2) * 0.5 * length / (2.0 * math.pi) < 3.5:
        edge += 0.5
    return np.array([quad(wave, -edge, edge, args=(part,), limit=2000)[0] for part in (0, 1)])


@pytest.mark.parametrize(("speed_m_s", "length_m"), [(5.0, 6.0), (8.0, 24.0)])
def test_waves_are_those_of_kelvins_integral(speed_m_s: float, length_m: float) -> None:
    number = G / speed_m_s**2
    rng = np.random.default_rng(0)
    found, wanted = [], []
    for _ in range(60):
        behind = float(rng.uniform(30.0, 90.0)) / number
        aside = behind * float(rng.uniform(-0.25, 0.25))
        found.append(kelvin_slopes(behind, aside, number, length_m, NO_FOOTPRINT))
        wanted.append(integrated(behind, aside, number, length_m))
    misses = np.array(found) - np.array(wanted)
    assert np.std(misses) < 0.15 * np.std(wanted)


def test_transverse_waves_are_as_long_as_the_speed_says() -> None:
    number = G / 8.0**2
    behind = np.linspace(200.0, 400.0, 4001)
    slope = np.array([kelvin_slopes(x, 0.0, number, 12.0, NO_FOOTPRINT)[0] for x in behind])
    crossings = behind[1:][(slope[1:] > 0.0) & (slope[:-1] <= 0.0)]
    assert np.diff(crossings) == pytest.approx(2.0 * math.pi * 64.0 / G, rel=0.01)


def test_the_wedge_of_a_picture_has_kelvins_angle() -> None:
    # A hull that raises waves of about its own length: they are highest near the wedge's edge.
    def drawn(speed_m_s: float) -> np.ndarray:
        ship = WorldObject(
            object_id=1, kind="large_boat", east_m=0.0, north_m=130.0, speed_m_s=speed_m_s
        )
        return from_above(world_of(ship))[1].radiance

    changed = np.abs(drawn(6.0) - drawn(0.0))
    behind_m = (np.arange(600) + 0.5) * 0.5 - 150.0 + 130.0
    aside_m = np.abs((np.arange(320) + 0.5) * 0.5 - 80.0)
    angles_deg = []
    for first in range(180, 460, 40):
        band = slice(first, first + 40)
        waves = np.where(aside_m > 16.0, np.sqrt(np.mean(changed[band] ** 2, axis=0)), 0.0)
        edge_m = float(np.max(aside_m[waves > 0.5 * np.max(waves)]))
        angles_deg.append(math.degrees(math.atan(edge_m / float(np.mean(behind_m[band])))))
    assert np.median(angles_deg) == pytest.approx(math.degrees(math.asin(1.0 / 3.0)), abs=1.0)
    # Nothing ahead of the boat, and hardly anything outside the wedge.
    assert np.max(changed[behind_m < -15.0]) == 0.0
    outside = aside_m[np.newaxis] > np.tan(np.radians(24.0)) * behind_m[:, np.newaxis] + 30.0
    assert np.max(changed[outside]) < 0.2 * np.max(changed[:, aside_m > 16.0])


def test_a_wake_is_white_by_day_and_seen_in_thermal_and_fades_behind() -> None:
    day, thermal = from_above(world_of(boat(6.0), wind_m_s=4.0))
    track = slice(158, 162)
    for picture in (day, thermal):
        sea = picture.radiance[:, :60]
        near = float(np.mean(picture.radiance[60:80, track])) - float(np.mean(sea))
        far = float(np.mean(picture.radiance[300:330, track])) - float(np.mean(sea))
        assert near > 3.0 * float(np.std(sea))
        assert abs(far) < 0.35 * near


def test_a_boat_at_rest_and_what_is_no_boat_leave_none() -> None:
    still, swimmer = boat(0.0), WorldObject(object_id=2, kind="raft", east_m=0.0, north_m=0.0)
    bird = WorldObject(
        object_id=3, kind="bird", east_m=0.0, north_m=0.0, speed_m_s=15.0, above_m=20.0
    )
    assert wakes_of(world_of(still, swimmer, bird), 3.0).shape == (0, 11)
    assert wakes_of(world_of(boat(4.0)), 3.0).shape == (1, 11)


def test_a_wake_is_the_same_on_any_number_of_threads_and_follows_its_boat() -> None:
    world = world_of(boat(5.0))
    one, two = from_above(world), from_above(world, n_threads=2)
    for first, second in zip(one, two, strict=True):
        assert first.radiance.tobytes() == second.radiance.tobytes()
    first, later = wakes_of(world, 0.0)[0], wakes_of(world, 10.0)[0]
    assert np.hypot(*(later[:2] - first[:2])) == pytest.approx(50.0)
