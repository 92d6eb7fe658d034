"""Scenarios that the tests of the drawn scene fly."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bench.drawn_scene import Scenario, read_scenario

Changed = Callable[..., Scenario]


@pytest.fixture(scope="session")
def rescue() -> Scenario:
    """The scenario that ships."""
    return read_scenario("rescue")


@pytest.fixture(scope="session")
def calm(rescue: Scenario) -> Scenario:
    """The same with a still gimbal and platform, a smooth sea and a detector without noise."""
    return replace(
        rescue,
        platform=replace(rescue.platform, turbulence_deg=0.0),
        gimbal=replace(rescue.gimbal, wander_deg=0.0, jitter_deg=0.0),
        sea=replace(rescue.sea, waves_k=0.0, patches_k=0.0),
        camera=replace(rescue.camera, noise_k=0.0, fixed_pattern_k=0.0),
    )
