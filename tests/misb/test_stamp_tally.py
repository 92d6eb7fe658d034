"""Stamps beside the container's: drift, steps, order; motion and the minimum set."""

import numpy as np
import pytest

from plainview.misb import decode_columns, encode_set
from plainview.misb.decode import Item
from plainview.misb.minimum_set import MINIMUM_SET, MinimumSetTally
from plainview.misb.motion_tally import MotionTally
from plainview.misb.st0601 import ST0601
from plainview.misb.stamp_tally import StampTally, estimate_drift

START_US = 1_700_000_000_000_000


def tally_of(stamp_us: np.ndarray, pts_us: np.ndarray, *, batch: int = 700) -> StampTally:
    tally = StampTally()
    for begin in range(0, len(stamp_us), batch):
        tally.add(stamp_us[begin : begin + batch], pts_us[begin : begin + batch])
    return tally


@pytest.mark.parametrize("ppm", [-50.0, 0.0, 3.0])
def test_a_drift_is_found_within_its_interval(ppm: float) -> None:
    draw = np.random.default_rng(7)
    pts_us = (np.arange(18_000) * 1e6 / 30).astype(np.int64)
    jitter_us = draw.normal(0.0, 4_000.0, len(pts_us))
    stamp_us = START_US + (pts_us * (1.0 + 1e-6 * ppm) + jitter_us).astype(np.int64)
    drift = tally_of(stamp_us, pts_us).drift()
    assert drift is not None
    assert drift.ppm == pytest.approx(ppm, abs=2.0 * drift.half_width_ppm)
    assert 0.05 < drift.half_width_ppm < 1.0
    assert drift.span_s == pytest.approx(600.0, rel=0.01)


def test_the_interval_of_a_drift_holds_it_as_often_as_it_says() -> None:
    draw, held = np.random.default_rng(3), 0
    time_s = np.arange(1_000) / 10.0
    for _ in range(400):
        drift = estimate_drift(time_s, 20.0 * time_s + draw.normal(0.0, 5_000.0, len(time_s)))
        assert drift is not None
        held += abs(drift.ppm - 20.0) < drift.half_width_ppm
    assert 0.89 < held / 400 < 0.98


def test_a_step_is_counted_with_its_size_and_kept_out_of_the_drift() -> None:
    pts_us = (np.arange(3_000) * 40_000).astype(np.int64)
    stamp_us = START_US + pts_us + np.where(np.arange(3_000) >= 2_000, 7_500_000, 0)
    tally = tally_of(stamp_us, pts_us)
    assert tally.n_steps == 1
    assert tally.steps == [(80_000_000, 7_500_000)]
    drift = tally.drift()
    assert drift is not None
    assert drift.ppm == pytest.approx(0.0, abs=0.01)


def test_stamps_that_go_back_repeat_or_lack_are_counted() -> None:
    stamp_us = START_US + np.array([0, 1, 1, 3, 2, 4, -START_US - 1, 6_000_000])
    tally = tally_of(stamp_us, np.full(8, -1), batch=3)
    assert (tally.n_backward, tally.n_repeated, tally.n_unstamped, tally.n_unplaced) == (1, 1, 1, 8)
    assert tally.longest_us == 5_999_996
    assert tally.drift() is None


def poses(n: int) -> dict[str, np.ndarray]:
    """Return 30 packets a second at 40 m/s to the north, turning 2 degrees a second."""
    time_s = np.arange(n) / 30.0
    return {
        "latitude_deg": 50.0 + np.degrees(40.0 * time_s / 6_371_000.0),
        "longitude_deg": np.full(n, 7.0),
        "heading_deg": np.mod(350.0 + 2.0 * time_s, 360.0),
        "height_m": 1_000.0 + 3.0 * time_s,
    }


def test_speed_turn_and_climb_are_those_of_the_flight() -> None:
    tally, columns = MotionTally(), poses(900)
    stamp_us = START_US + (np.arange(900) * 1e6 / 30).astype(np.int64)
    for begin in range(0, 900, 100):
        part = slice(begin, begin + 100)
        tally.add(stamp_us[part], {name: each[part] for name, each in columns.items()})
    found = tally.describe()
    assert found is not None
    for name, value in (("speed_m_s", 40.0), ("turn_deg_s", 2.0), ("climb_m_s", 3.0)):
        assert found[name]["median"] == pytest.approx(value, rel=0.01)
        assert found[name]["highest"] == pytest.approx(value, rel=0.01)
        assert (found[name]["beyond"], found[name]["jumps"]) == (0, 0)


def test_a_jump_of_the_platform_is_counted_where_it_is() -> None:
    columns = poses(300)
    columns["latitude_deg"][100] += 0.1
    stamp_us = START_US + (np.arange(300) * 1e6 / 30).astype(np.int64)
    tally = MotionTally()
    tally.add(stamp_us, columns)
    found = tally.describe()
    assert found is not None
    assert found["speed_m_s"]["jumps"] == 2
    assert found["speed_m_s"]["first_jump_us"] == stamp_us[100]


def test_the_minimum_set_says_what_is_missing_seldom_and_late() -> None:
    tags = [tag for group in MINIMUM_SET if group.inside is None for tag in group.tags[:1]]
    values = {tag: 1.0 for tag in tags if tag not in (1, 3, 10, 11, 12, 94, 65, 2, 21)}
    tally = MinimumSetTally()
    for second in range(0, 100, 10):
        items = {tag: Item(value=value) for tag, value in values.items()}
        items |= {2: Item(value=START_US + second * 1_000_000), 65: Item(value=19)}
        if second in (0, 90):
            items[3] = Item(value="mission")
        columns = decode_columns([encode_set(items)], table=ST0601)
        stamp_us = columns.numbers[2].astype(np.int64)
        tally.add(columns.layouts, markings={}, stamp_us=stamp_us)
    found = tally.describe()
    assert found is not None
    rows = {row["name"]: row for row in found["items"]}
    assert rows["sensor latitude"]["share"] == 1.0
    assert rows["sensor latitude"]["longest_interval_s"] == 10.0
    assert rows["mission"]["share"] == pytest.approx(0.2)
    assert found["late"] == ["mission"]
    assert {"slant range", "classification", "core identifier (ST 1204)"} <= set(found["missing"])
