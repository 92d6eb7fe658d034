"""How steadily each turret of the catalogue looks from its platforms, by the twin's loops."""

import math

import numpy as np
import pytest

from plainview.geo.attitude import rotation_x, rotation_y, rotation_z
from plainview.sensing import PlatformSpec, TurretSpec, shipped_platform, shipped_turret
from plainview.twin.disturbance import GustMotion
from plainview.twin.gimbal_motion import GIMBAL_RATE_HZ, GimbalMotion
from plainview.twin.vibration import Vibration

N_STEPS, N_NODES, N_BLOCKS = 200, 11, 120
START_RAD = (0.3, -0.5)
WIND_M_S = 15.4
"""At 20 feet: moderate turbulence."""
BALLS = ("ball-10cm", "ball-18cm", "ball-25cm", "ball-38cm", "ball-64cm")
FLOWN = [(name, on) for name in BALLS for on in shipped_turret(name).platforms]


def attitudes(platform: PlatformSpec) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return roll, pitch, heading and their rates at the nodes of each block."""
    if platform.sea_keeping is None:
        gusts = GustMotion(
            platform,
            airspeed_m_s=platform.cruise_speed_m_s,
            height_m=300.0,
            wind_20ft_m_s=WIND_M_S,
            step_s=0.01,
            generator=np.random.default_rng(5),
        )
        blocks = [gusts.next_nodes(N_NODES, height_m=300.0) for _ in range(N_BLOCKS)]
        return [(block[2], block[3]) for block in blocks]
    size = np.radians([6.0, 2.0, 0.5])
    omega = 2.0 * np.pi / np.array([platform.sea_keeping.roll_period_s, 5.0, 12.0])
    times_s = [0.1 * block + 0.01 * np.arange(N_NODES)[:, None] for block in range(N_BLOCKS)]
    return [(size * np.sin(omega * t), size * omega * np.cos(omega * t)) for t in times_s]


def held(turret: TurretSpec, platform: PlatformSpec) -> tuple[np.ndarray, int]:
    """Return how far the line of sight is off (n, 2) rad, and how many steps a motor is full."""
    assert turret.gimbal is not None
    generator = np.random.default_rng(7)
    shaking = Vibration.draw(generator, platform, n_steps=N_STEPS, step_s=1.0 / GIMBAL_RATE_HZ)
    gimbal = GimbalMotion(turret.gimbal, generator=generator, start_rad=START_RAD, n_steps=N_STEPS)
    azimuth, elevation = START_RAD
    way = rotation_z(np.array([azimuth])) @ rotation_y(np.array([elevation]))
    asked, still = np.tile(way[0, :, 0], (N_NODES, 1)), np.zeros((N_NODES, 3))
    rows = np.concatenate(
        [
            gimbal.next_block((angles, rates, asked, still), shaking.block(0.1 * number))
            for number, (angles, rates) in enumerate(attitudes(platform))
        ]
    )[N_BLOCKS // 3 * N_STEPS :]
    base = rotation_z(rows[:, 6]) @ rotation_y(rows[:, 5]) @ rotation_x(rows[:, 4])
    outer = rotation_z(rows[:, 0]) @ rotation_y(rows[:, 1])
    sight = (base @ outer @ rotation_z(rows[:, 2]) @ rotation_y(rows[:, 3]))[:, :, 0]
    return sight @ way[0, :, 1:], gimbal.n_limited


@pytest.mark.parametrize(("name", "on"), FLOWN)
def test_a_turret_holds_its_line_of_sight_on_its_platforms(name: str, on: str) -> None:
    turret = shipped_turret(name)
    off_rad, n_limited = held(turret, shipped_platform(on))
    is_seldom = n_limited < 0.005 * N_BLOCKS * N_STEPS
    assert is_seldom, "a motor is at its limit while it only has to hold"
    # In the 10 ms of an exposure it moves by two pixels of the longest lens at most.
    finest_rad = min(camera.ifov_rad(camera.focal_lengths_mm[-1]) for camera in turret.cameras)
    in_exposure = off_rad.reshape(-1, 20, 2).std(axis=1).mean(axis=0)
    assert in_exposure.max() < 2.0 * finest_rad
    assert off_rad.std(axis=0).max() < 10.0 * finest_rad
    assert off_rad.std(axis=0).max() > 0.01 * finest_rad, "nothing moved: the check sees nothing"


def test_a_larger_turret_holds_steadier() -> None:
    finest = [
        math.hypot(*held(shipped_turret(name), shipped_platform("plane"))[0].std(axis=0))
        for name in ("ball-18cm", "ball-25cm", "ball-64cm")
    ]
    assert finest == sorted(finest, reverse=True)
