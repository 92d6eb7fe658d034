"""What a source says of its errors (ST 0601 items 102, 45, 46): read, used, and left out."""

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from plainview.geo import (
    FRAME_CENTER_HEIGHT_SIGMA_M,
    assumed_view_sigma,
    choose_surface,
    locate_points,
)
from plainview.misb import ViewState, ViewStateSettings, decode_packet, encode_set, frame_packet
from plainview.misb.reported_sigma import reported_sigma_0601
from plainview.model import (
    LE90_PER_SIGMA,
    Camera,
    PartCorrelation,
    PoseBasis,
    RangeKind,
    Sigma,
    UncertaintyBasis,
    View,
    ViewSigma,
    ce90_from_covariance,
)

CAMERA = Camera(name="camera-1", width_px=640, height_px=480)
ITEMS: dict[int, object] = {
    2: 1_600_000_000_000_000,
    5: 40.0,
    13: 48.0,
    14: -5.0,
    16: 4.0,
    17: 3.0,
    18: 30.0,
    19: -25.0,
    20: 0.0,
    90: 2.0,
    91: -1.0,
    104: 1500.0,
    65: 19,
}
POSE: dict[int, float] = {
    5: 0.2,
    13: 2.0 / 111_195.0,
    14: 3.0 / 111_195.0,
    16: 0.04,
    17: 0.03,
    18: 0.05,
    19: 0.06,
    20: 0.07,
    90: 0.1,
    91: 0.1,
    104: 4.0,
}
MEASURED = 0b1_0000
"""ST 0601 item 47, bit 4: the slant range was measured."""
PARTS = {5: "platform_heading_deg", 19: "relative_elevation_deg", 104: "position_vertical_m"}


def view_with(
    sigma: Mapping[int, float],
    rho: Mapping[tuple[int, int], float] | None = None,
    *,
    instrument: ViewSigma | None = None,
    **others: object,
) -> View:
    """Return the View of a packet that was written with a pack of these items and read."""
    members = tuple(sigma)
    rhos = tuple((rho or {}).get(pair, 0.0) for pair in combinations(members, 2))
    before = {tag: value for tag, value in ITEMS.items() if tag not in sigma}
    items = {**before, **{tag: ITEMS.get(tag, 1.0) for tag in members}}
    items |= {int(tag.removeprefix("item_")): value for tag, value in others.items()}
    if sigma:
        items = {tag: value for tag, value in items.items() if tag not in sigma} | {
            tag: items[tag] for tag in members
        }
        items[102] = {"members": members, "sigma": tuple(sigma.values()), "rho": rhos}
    metadata = decode_packet(frame_packet(encode_set(items)))
    timed = ViewState(ViewStateSettings(instrument=instrument)).update(metadata)
    assert timed is not None
    return timed.view


def total(sigma: Sigma | None) -> float:
    assert sigma is not None
    return math.hypot(sigma.own, sigma.shared)


def test_a_pose_that_is_reported_whole_is_marked_so_and_has_those_sigmas() -> None:
    sigma = view_with(POSE).sigma
    assert sigma is not None
    assert sigma.basis is UncertaintyBasis.REPORTED
    for tag, part in PARTS.items():
        assert total(getattr(sigma, part)) == pytest.approx(POSE[tag], rel=0.01), part
    assert total(sigma.position_north_m) == pytest.approx(2.0, rel=0.01)
    assert total(sigma.position_horizontal_m) == pytest.approx(
        3.0 * math.cos(math.radians(48.0)), rel=0.01
    )
    assert total(sigma.field_of_view_ratio) == pytest.approx(0.01, rel=0.01)
    assert sigma.time_s == assumed_view_sigma(PoseBasis.RELATIVE).time_s


def test_what_a_source_says_of_an_error_mostly_stays_through_the_mission() -> None:
    sigma, assumed = view_with(POSE).sigma, assumed_view_sigma(PoseBasis.RELATIVE)
    assert sigma is not None
    assert sigma.platform_heading_deg is not None
    assert assumed.platform_heading_deg is not None
    share = assumed.platform_heading_deg.own / assumed.platform_heading_deg.shared
    assert sigma.platform_heading_deg.own / sigma.platform_heading_deg.shared == pytest.approx(
        share, rel=0.01
    )


def test_a_pose_of_which_a_part_is_not_reported_stays_assumed_and_takes_the_rest() -> None:
    sigma = view_with({tag: each for tag, each in POSE.items() if tag != 20}).sigma
    assert sigma is not None
    assert sigma.basis is UncertaintyBasis.ASSUMED
    assert total(sigma.platform_heading_deg) == pytest.approx(0.2, rel=0.01)


def test_settings_stand_above_what_the_source_says() -> None:
    stated = replace(assumed_view_sigma(PoseBasis.RELATIVE), basis=UncertaintyBasis.INSTRUMENT)
    sigma = view_with(POSE, {(5, 104): 0.5}, instrument=stated).sigma
    assert sigma is not None
    assert sigma.basis is UncertaintyBasis.INSTRUMENT
    assert total(sigma.platform_heading_deg) == pytest.approx(
        total(stated.platform_heading_deg), rel=1e-3
    )
    assert sigma.correlations == ()


def test_correlations_of_used_items_are_carried_and_the_others_left_out() -> None:
    sigma = view_with(
        POSE | {21: 50.0}, {(14, 104): 0.4, (13, 14): -0.3, (5, 21): 0.9, (19, 21): 0.2}
    ).sigma
    assert sigma is not None
    pairs = {frozenset((pair.first, pair.second)): pair.rho for pair in sigma.correlations}
    assert pairs.keys() == {
        frozenset(("position_horizontal_m", "position_vertical_m")),
        frozenset(("position_north_m", "position_horizontal_m")),
    }
    assert pairs[frozenset(("position_north_m", "position_horizontal_m"))] == pytest.approx(-0.3)


def test_what_is_no_sigma_is_left_out_and_counted() -> None:
    items = {tag: each for tag, each in ITEMS.items() if tag not in (5, 13)}
    items |= {5: 40.0, 13: 48.0, 23: 48.01}
    pack = {"members": (5, 13, 23), "sigma": (0.0, 5.0, 3.0), "rho": ()}
    raw = encode_set(items | {102: pack})
    said = reported_sigma_0601(decode_packet(frame_packet(raw)))
    assert said is not None
    assert said.sigma == {}
    assert said.n_left_out == 3


def test_what_a_source_says_of_its_slant_range_goes_with_a_range_that_was_measured() -> None:
    view = view_with({21: 7.0}, item_47=MEASURED)
    assert view.slant_range_kind is RangeKind.MEASURED
    assert total(view.slant_range_sigma_m) == pytest.approx(7.0, rel=0.01)
    assert view_with({21: 7.0}, item_47=0).slant_range_sigma_m is None
    assert view_with({}, item_21=900.0, item_47=MEASURED).slant_range_sigma_m is None


def test_a_reported_error_of_the_range_reaches_the_ground() -> None:
    widths = []
    for sigma_m in (0.5, 60.0):
        view = view_with({21: sigma_m}, item_47=MEASURED)
        plain = replace(view, slant_range_kind=RangeKind.CALCULATED)
        surface = choose_surface(view)
        alone = locate_points(plain, CAMERA, [[320.0, 240.0]], surface=surface)
        told = replace(view, slant_range_m=float(alone.slant_range_m[0]))
        points = locate_points(told, CAMERA, [[320.0, 240.0]], surface=surface)
        widths.append(float(points.ce90_m[0]) / float(alone.ce90_m[0]))
    assert widths[0] < 0.95 * widths[1] < widths[1] < 1.0


def test_what_is_said_of_one_part_stands_above_what_is_said_of_all_together() -> None:
    """Item 102 of some parts and item 45: the others are scaled until both are true."""
    whole = view_with({}, item_45=120.0)
    view = view_with({5: 0.2, 104: 4.0}, item_45=120.0)
    assert view.sigma is not None
    assert whole.sigma is not None
    assert view.sigma.basis is UncertaintyBasis.REPORTED
    assert total(view.sigma.platform_heading_deg) == pytest.approx(0.2, rel=0.01)
    assert total(view.sigma.position_vertical_m) == pytest.approx(4.0, rel=0.01)
    for each in (view, whole):
        points = locate_points(each, CAMERA, [[320.0, 240.0]], surface=choose_surface(each))
        assert ce90_from_covariance(points.cov_enu_m2)[0] == pytest.approx(120.0, rel=0.01)
    assert total(whole.sigma.platform_heading_deg) != pytest.approx(0.2, rel=0.1)


def test_a_reported_ce90_is_met_with_the_range_that_was_measured() -> None:
    """A ranged fix is better than its pose alone: the pose is what gives that CE90 with it."""
    computed = view_with({}, item_25=10.0)
    places = locate_points(computed, CAMERA, [[320.0, 240.0]], surface=choose_surface(computed))
    range_m = float(places.slant_range_m[0])
    view = view_with({}, item_45=40.0, item_25=10.0, item_21=range_m, item_47=MEASURED)
    assert view.sigma is not None
    assert view.sigma.basis is UncertaintyBasis.REPORTED
    points = locate_points(view, CAMERA, [[320.0, 240.0]], surface=choose_surface(view))
    assert points.ce90_m[0] == pytest.approx(40.0, rel=0.01)


def test_what_is_said_of_the_frame_centres_height_stands_above_a_reported_le90() -> None:
    said = view_with({25: 6.0}, item_46=30.0)
    surface = choose_surface(said)
    assert surface is not None
    assert surface.sigma_m == pytest.approx(6.0, rel=1e-3)


def test_correlations_that_no_covariance_has_are_left_out() -> None:
    impossible = {(5, 104): 0.99, (5, 19): 0.99, (19, 104): -0.99}
    assert view_with({5: 0.2, 19: 0.1, 104: 4.0}, impossible).sigma is not None
    sigma = view_with({5: 0.2, 19: 0.1, 104: 4.0}, impossible).sigma
    assert sigma is not None
    assert sigma.correlations == ()


def test_a_pack_is_forgotten_with_the_numbers_that_it_speaks_of() -> None:
    state = ViewState()
    items = {tag: each for tag, each in ITEMS.items() if tag != 5} | {5: 40.0}
    first = items | {102: {"members": (5,), "sigma": (0.2,), "rho": ()}}
    later = items | {2: 1_600_000_000_000_000 + 31_000_000}
    sigmas = []
    for each in (first, items | {2: 1_600_000_000_000_000 + 1_000_000}, later):
        timed = state.update(decode_packet(frame_packet(encode_set(each))))
        assert timed is not None
        assert timed.view.sigma is not None
        sigmas.append(total(timed.view.sigma.platform_heading_deg))
    assert sigmas[0] == sigmas[1] == pytest.approx(0.2, rel=0.01)
    assert sigmas[2] == pytest.approx(math.hypot(0.1, 0.5), rel=0.01)


def test_a_reported_ce90_is_what_the_middle_of_the_picture_then_has() -> None:
    for ce90_m in (60.0, 150.0):
        view = view_with({}, item_45=ce90_m, item_25=10.0)
        assert view.sigma is not None
        assert view.sigma.basis is UncertaintyBasis.REPORTED
        points = locate_points(view, CAMERA, [[320.0, 240.0]], surface=choose_surface(view))
        assert ce90_from_covariance(points.cov_enu_m2)[0] == pytest.approx(ce90_m, rel=0.01)


@pytest.mark.parametrize("ce90_m", [0.0, 20.0])
def test_a_reported_ce90_of_nothing_or_of_the_height_alone_changes_nothing(ce90_m: float) -> None:
    view = view_with({}, item_45=ce90_m, item_25=10.0)
    plain = view_with({}, item_25=10.0)
    assert view.sigma == plain.sigma


def test_a_reported_le90_is_the_error_of_the_frame_centres_height_unless_it_was_set() -> None:
    view = view_with({}, item_46=8.0, item_25=10.0)
    surface = choose_surface(view)
    assert surface is not None
    assert surface.sigma_m == pytest.approx(8.0 / LE90_PER_SIGMA, abs=0.05)
    stated = choose_surface(view, frame_center_sigma_m=3.0)
    assert stated is not None
    assert stated.sigma_m == 3.0
    plain = choose_surface(view_with({}, item_25=10.0))
    assert plain is not None
    assert plain.sigma_m == FRAME_CENTER_HEIGHT_SIGMA_M


def test_a_correlation_reaches_the_ground_with_its_sign() -> None:
    view = view_with(POSE, {(19, 104): 0.9})
    assert view.sigma is not None
    flipped = tuple(replace(pair, rho=-pair.rho) for pair in view.sigma.correlations)
    assert flipped == (
        PartCorrelation(
            first="relative_elevation_deg", second="position_vertical_m", rho=flipped[0].rho
        ),
    )
    variances = [
        np.trace(
            locate_points(
                replace(view, sigma=replace(view.sigma, correlations=pairs)),
                CAMERA,
                [[320.0, 240.0]],
                surface=choose_surface(view),
            ).cov_enu_m2[0]
        )
        for pairs in (flipped, (), view.sigma.correlations)
    ]
    # Higher and tilted up: both take the point farther, so that they add up.
    assert variances[0] < variances[1] < variances[2]
    assert variances[0] + variances[2] == pytest.approx(2.0 * variances[1], rel=1e-6)
