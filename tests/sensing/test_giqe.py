"""GIQE 5 against the tables of its document, and where it is refused."""

import math
import tomllib
from pathlib import Path
from typing import Any

import pytest

from plainview.errors import InputError
from plainview.model import Band
from plainview.sensing.giqe import GIQE_SIGMA, estimate_niirs

PUBLISHED = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "range" / "published_ranges.toml").read_text()
)["giqe"]
STILL: dict[str, Any] = {
    "ground_sample_m": 0.5,
    "edge_responses": (0.35, 0.35),
    "signal_to_noise": 50.0,
}


@pytest.mark.parametrize("signal_to_noise", [50, 5])
def test_the_losses_by_smear_are_those_of_its_table(signal_to_noise: int) -> None:
    across = PUBLISHED["edge_response_across"]

    def niirs(along: float) -> float:
        edges = (along, across)
        return estimate_niirs(
            ground_sample_m=0.5, edge_responses=edges, signal_to_noise=signal_to_noise
        ).niirs

    sharp = niirs(across)
    responses, losses = PUBLISHED["edge_response_along"], PUBLISHED[f"loss_at_{signal_to_noise}"]
    for along, loss in zip(responses, losses, strict=True):
        assert niirs(along) - sharp == pytest.approx(loss, abs=0.01)


def test_the_worked_value_comes_out_to_a_billionth() -> None:
    edge = PUBLISHED["gold_edge_response"]
    rated = estimate_niirs(
        ground_sample_m=PUBLISHED["gold_ground_sample_m"],
        edge_responses=(edge, edge),
        signal_to_noise=PUBLISHED["gold_signal_to_noise"],
    )
    inches = PUBLISHED["gold_ground_sample_m"] / 0.0254
    log_edge = math.log10(edge)
    by_hand = (
        9.57
        - 3.32 * math.log10(inches)
        + 3.32 * (1.0 - math.exp(-1.9 / 50.0)) * log_edge
        - 2.0 * log_edge**4
        - 1.8 / 50.0
    )
    assert rated.niirs == pytest.approx(by_hand, abs=1e-9)
    assert rated.niirs == pytest.approx(5.015165, abs=5e-7)
    assert rated.niirs_sigma == GIQE_SIGMA == 0.32
    assert rated.is_reliable


def test_noise_below_five_is_marked_as_unreliable() -> None:
    assert not estimate_niirs(**{**STILL, "signal_to_noise": 4.9}).is_reliable
    assert estimate_niirs(**{**STILL, "signal_to_noise": 5.0}).is_reliable


def test_a_slanting_look_is_rated_by_the_quarter_power_of_its_sine() -> None:
    slanting = estimate_niirs(**STILL, elevation_deg=30.0)
    assert slanting.ground_sample_m == pytest.approx(0.5 * 2.0**0.25)
    assert slanting.niirs < estimate_niirs(**STILL).niirs


def test_the_worse_direction_counts_twice() -> None:
    rated = estimate_niirs(**{**STILL, "edge_responses": (0.4, 0.1)})
    assert rated.edge_response == pytest.approx((0.4 * 0.1 * 0.1) ** (1 / 3))
    assert rated == estimate_niirs(**{**STILL, "edge_responses": (0.1, 0.4)})


@pytest.mark.parametrize("band", [Band.LWIR, Band.MWIR, Band.SWIR, Band.IR, Band.NIR])
def test_other_bands_are_refused_with_the_reason(band: Band) -> None:
    with pytest.raises(InputError, match=f"not defined for {band}: it was fitted to visible"):
        estimate_niirs(**STILL, band=band)


def test_moving_pictures_are_refused_with_the_reason() -> None:
    with pytest.raises(InputError, match="moving pictures"):
        estimate_niirs(**STILL, is_still=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ground_sample_m", 0.0),
        ("ground_sample_m", math.nan),
        ("edge_responses", (0.3, 0.0)),
        ("edge_responses", (1.1, 0.3)),
        ("signal_to_noise", 0.0),
        ("signal_to_noise", math.inf),
        ("elevation_deg", 0.0),
        ("elevation_deg", 91.0),
    ],
)
def test_numbers_that_no_picture_has_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        estimate_niirs(**{**STILL, name: value})
