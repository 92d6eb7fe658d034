"""The metadata of the small scene: as a flight's, and what the platform says of their errors."""

import math
from itertools import combinations
from typing import Final

from bench.drawn_scene.scenario import Scenario
from plainview.misb import encode_set
from plainview.misb.reported_parts import METRES_A_DEGREE
from plainview.model import Sigma, View, ViewSigma
from plainview.twin.flight_metadata import FlightNames, items_of_flight_view, read_flight_view

__all__ = ["encode_view", "items_of_view", "read_view"]

_FIELDS_OF_VIEW: Final = (16, 17)


def items_of_view(view: View, scenario: Scenario) -> dict[int, object]:
    """Return the ST 0601 items that the drawn platform sends for one frame.

    Args:
        view: What the instruments say.
        scenario: Names and camera.
    """
    names = FlightNames(
        mission=scenario.name,
        platform=scenario.platform.designation,
        camera=scenario.camera.band,
    )
    items = items_of_flight_view(view, names, camera=scenario.camera.camera())
    return _with_accuracy(items, view, scenario) if _reports_accuracy(scenario) else items


def _reports_accuracy(scenario: Scenario) -> bool:
    return scenario.instrument.is_accuracy_reported


def _with_accuracy(items: dict[int, object], view: View, scenario: Scenario) -> dict[int, object]:
    """Return the items with what the platform says of their errors, a pack of ST 1010.

    The pack is of the items that stand right before it, so that those come last. Both fields of
    view are wrong by the same ratio; the others' errors are independent.
    """
    sigma = _item_sigmas(view, scenario.instrument.sigma())
    pairs = combinations(sigma, 2)
    pack = {
        "members": tuple(sigma),
        "sigma": tuple(sigma.values()),
        "rho": tuple(1.0 if pair == _FIELDS_OF_VIEW else 0.0 for pair in pairs),
    }
    others = {tag: value for tag, value in items.items() if tag not in sigma}
    return others | {tag: items[tag] for tag in sigma} | {102: pack}


def _item_sigmas(view: View, sigma: ViewSigma) -> dict[int, float]:
    """Return the 1-sigma in total of each item whose error is known, in the item's unit."""
    level_deg = _total(sigma.position_horizontal_m) / METRES_A_DEGREE
    ratio = _total(sigma.field_of_view_ratio)
    return {
        5: _total(sigma.platform_heading_deg),
        13: level_deg,
        14: level_deg / math.cos(math.radians(view.latitude_deg or 0.0)),
        16: ratio * (view.horizontal_fov_deg or 0.0),
        17: ratio * (view.vertical_fov_deg or 0.0),
        18: _total(sigma.relative_azimuth_deg),
        19: _total(sigma.relative_elevation_deg),
        20: _total(sigma.relative_roll_deg),
        90: _total(sigma.platform_pitch_deg),
        91: _total(sigma.platform_roll_deg),
        104: _total(sigma.position_vertical_m),
    }


def _total(sigma: Sigma | None) -> float:
    return 0.0 if sigma is None else math.hypot(sigma.own, sigma.shared)


def encode_view(view: View, scenario: Scenario) -> bytes:
    """Return the KLV packet of one frame: an ST 0601 local set."""
    return encode_set(items_of_view(view, scenario))


def read_view(packet: bytes, *, instrument: View, scenario: Scenario) -> View:
    """Return what a reader of a packet knows: the values in the steps of the standard.

    Args:
        packet: As `encode_view` made it.
        instrument: What it was made of, for the rates of motion that packets do not hold.
        scenario: The 1-sigma of the errors, which the reader is told unless the packet has them.
    """
    told = None if _reports_accuracy(scenario) else scenario.instrument.sigma()
    return read_flight_view(packet, said=instrument, sigma=told)
