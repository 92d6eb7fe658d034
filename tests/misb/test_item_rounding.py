"""Rounding, item by item: what the budget holds is what the wire does to a number."""

import numpy as np
import pytest

from plainview.misb import decode_packet, encode_set, frame_packet
from plainview.misb.held_items import HeldItems
from plainview.misb.item_rounding import rounding_sigma
from plainview.misb.reported_parts import METRES_A_DEGREE
from plainview.misb.view_heights import sensor_height
from plainview.misb.view_items_0601 import ITEMS_OF, view_items_0601
from plainview.misb.view_pose import view_pose
from plainview.misb.view_sigma import view_sigma
from plainview.model import Sigma, UncertaintyBasis, ViewSigma

RANGES = {
    5: (10.0, 350.0),
    6: (-19.0, 19.0),
    7: (-49.0, 49.0),
    13: (-60.0, 60.0),
    14: (-170.0, 170.0),
    15: (0.0, 15_000.0),
    16: (0.5, 60.0),
    17: (0.5, 60.0),
    18: (0.0, 359.0),
    19: (-179.0, 179.0),
    20: (0.0, 359.0),
    21: (100.0, 40_000.0),
    22: (1.0, 9_000.0),
    23: (-60.0, 60.0),
    24: (-170.0, 170.0),
    25: (0.0, 8_000.0),
    42: (0.0, 8_000.0),
    45: (1.0, 4_000.0),
    46: (1.0, 4_000.0),
    75: (0.0, 15_000.0),
    78: (0.0, 8_000.0),
    90: (-60.0, 60.0),
    91: (-60.0, 60.0),
    96: (1.0, 9_000.0),
    104: (0.0, 15_000.0),
}
TAGS = sorted({tag for tags in ITEMS_OF.values() for tag in tags})


def held_with(items: dict[int, object]) -> HeldItems:
    held = HeldItems()
    held.update(decode_packet(frame_packet(encode_set({2: 1_600_000_000_000_000} | items))))
    return held


@pytest.mark.parametrize("tag", TAGS)
def test_the_rounding_of_an_item_is_what_the_wire_leaves_of_it(tag: int) -> None:
    generator = np.random.default_rng(tag)
    errors, stated = [], []
    for value in generator.uniform(*RANGES[tag], 400).tolist():
        found = held_with({tag: value}).get(tag)
        assert found is not None
        assert isinstance(found.item.value, float)
        errors.append(found.item.value - value)
        stated.append(rounding_sigma(tag, found.item))
    # Of 400 draws the spread is known to some 5 %; encoders that cut off shift it as well.
    assert np.std(errors) == pytest.approx(np.mean(stated), rel=0.12)


NOTHING = Sigma(own=0.0, shared=0.0)
PARTS = {
    5: "platform_heading_deg",
    90: "platform_pitch_deg",
    91: "platform_roll_deg",
    18: "relative_azimuth_deg",
    19: "relative_elevation_deg",
    20: "relative_roll_deg",
    13: "position_horizontal_m",
    104: "position_vertical_m",
    16: "field_of_view_ratio",
}


def test_the_rounding_of_every_item_of_a_pose_is_in_its_budget() -> None:
    values: dict[int, object] = {5: 40.0, 13: 48.0, 14: -5.0, 16: 4.0, 17: 3.0, 18: 30.0, 19: -25.0}
    held = held_with(values | {20: 0.0, 90: 2.0, 91: -1.0, 104: 1500.0})
    items = view_items_0601(held)
    pose = view_pose(items, sensor_height(items))
    assert pose is not None
    exact = ViewSigma(
        basis=UncertaintyBasis.INSTRUMENT,
        position_horizontal_m=NOTHING,
        position_vertical_m=NOTHING,
        platform_heading_deg=NOTHING,
        platform_pitch_deg=NOTHING,
        platform_roll_deg=NOTHING,
        relative_azimuth_deg=NOTHING,
        relative_elevation_deg=NOTHING,
        relative_roll_deg=NOTHING,
        field_of_view_ratio=NOTHING,
        time_s=NOTHING,
    )
    sigma = view_sigma(items, pose, instrument=exact)
    unit = {13: METRES_A_DEGREE, 16: 0.25}
    for tag, part in PARTS.items():
        found = held.get(tag)
        assert found is not None
        least = unit.get(tag, 1.0) * rounding_sigma(tag, found.item)
        assert least > 0.0, part
        assert getattr(sigma, part).own >= least * (1.0 - 1e-9), part
        assert getattr(sigma, part).own <= 2.5 * least, part
