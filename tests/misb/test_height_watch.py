"""Heights that step: a datum that changed, told from climbs, noise and pauses."""

from collections.abc import Iterable

import numpy as np
import pytest

from plainview.misb.height_watch import HeightWatch


def doubted(heights_m: Iterable[float], *, rate_hz: float) -> list[bool]:
    watch = HeightWatch()
    return [watch.update(float(h), time_s=n / rate_hz) for n, h in enumerate(heights_m)]


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 25.0, 60.0])
@pytest.mark.parametrize("step_m", [-40.0, 35.0])
def test_a_step_is_doubted_until_it_is_taken_back(rate_hz: float, step_m: float) -> None:
    n = round(8 * rate_hz)
    noise = np.random.default_rng(1).normal(0.0, 0.5, 3 * n)
    heights = 1500.0 + np.repeat([0.0, step_m, 0.0], n) + 6.0 * np.arange(3 * n) / rate_hz + noise
    found = np.array(doubted(heights, rate_hz=rate_hz))
    assert not found[:n].any()
    assert found[n : 2 * n].all()
    assert not found[2 * n :].any()


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 25.0])
def test_climbs_and_dives_of_aircraft_are_no_steps(rate_hz: float) -> None:
    time_s = np.arange(0.0, 120.0, 1.0 / rate_hz)
    climbs = [
        25.0 * time_s,
        -60.0 * time_s,
        300.0 * np.sin(time_s / 9.0),
        np.where(time_s > 60.0, 12.0 * (time_s - 60.0), 0.0),
        np.round(4.0 * time_s / 10.0) * 5.0,
    ]
    for climb in climbs:
        assert not any(doubted(3000.0 + climb, rate_hz=rate_hz))


def test_after_a_pause_any_height_may_be_true() -> None:
    watch = HeightWatch()
    assert not watch.update(1000.0, time_s=0.0)
    assert not watch.update(2000.0, time_s=8.0)
    assert not watch.update(2001.0, time_s=8.1)
    assert watch.update(2041.0, time_s=8.2)
    assert watch.stepped_m == pytest.approx(40.0, abs=2.0)


def test_packets_of_one_instant_or_out_of_order_are_no_steps_of_time() -> None:
    watch = HeightWatch()
    for time_s in (1.0, 1.0, 0.5):
        assert not watch.update(1000.0, time_s=time_s)
