import numpy as np
import pytest

from bench.drawn_scene import Scenario
from bench.drawn_scene.radiance import apparent_temperature_k, sea_emissivity


def test_emissivity_falls_toward_the_horizon() -> None:
    depression = np.radians(np.arange(5.0, 90.0, 5.0))
    assert np.all(np.diff(sea_emissivity(depression)) > 0.0)
    assert sea_emissivity(np.radians(np.array([20.0])))[0] == pytest.approx(0.895)


def test_a_shallow_look_sees_the_cold_sky(rescue: Scenario) -> None:
    shallow, steep = apparent_temperature_k(rescue.sea, np.radians(np.array([15.0, 60.0])))
    assert shallow == pytest.approx((1.0 - 0.851) * (-25.0 - 11.0))
    assert shallow < steep < 0.0
