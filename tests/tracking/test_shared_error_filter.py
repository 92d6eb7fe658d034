"""The shared error filter: what drift tells of shared errors is as large as it says."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from plainview.geo import GroundSensitivity
from plainview.tracking import LocatorSettings, SharedErrorFilter, common_square, drift_squares
from plainview.tracking.shared_error_filter import N_KEPT, Innovation

Array = npt.NDArray[np.float64]
TERMS = ("platform_heading_deg", "relative_elevation_deg", "position_vertical_m", "time_s")
OWN_M = 0.8
PIXEL_M = 0.2
STEP_S = 0.1
ORIGIN_ECEF_M = np.array([6_378_137.0, 0.0, 0.0])
ECEF_FROM_ENU = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""At latitude and longitude 0: east is y, north is z, up is x."""


def seen_of(bearing_rad: float, n: int) -> GroundSensitivity:
    """Return what errors do to n things that are seen from a bearing, all alike."""
    along = np.array([np.sin(bearing_rad), np.cos(bearing_rad), 0.0])
    across = np.array([along[1], -along[0], 0.0])
    shared = np.stack([2.0 * across, 3.0 * along, 4.0 * along, 0.0 * along], axis=1)
    pixel = PIXEL_M * np.stack([across, along], axis=1)
    own = OWN_M**2 * np.diag([1.0, 1.0, 0.0])
    return GroundSensitivity(
        terms=TERMS,
        ecef_from_enu=np.broadcast_to(ECEF_FROM_ENU, (n, 3, 3)),
        shared=np.broadcast_to(shared, (n, 3, len(TERMS))),
        pixel=np.broadcast_to(pixel, (n, 3, 2)),
        own_cov_enu_m2=np.broadcast_to(own, (n, 3, 3)),
    )


def orbit(
    generator: np.random.Generator,
    shared: Array,
    *,
    n_things: int = 2,
    walk_m_s: float = 0.0,
    own_scale: float = 1.0,
    n_looks: int = 400,
) -> tuple[SharedErrorFilter, list[float]]:
    """Circle over things once with these shared errors; return the filter and what it judged."""
    followed = SharedErrorFilter(settings=LocatorSettings())
    places = np.concatenate(
        [generator.uniform(-50.0, 50.0, (n_things, 2)), np.zeros((n_things, 1))], axis=1
    )
    velocity = np.concatenate(
        [generator.normal(0.0, 3.0, (n_things, 2)), np.zeros((n_things, 1))], axis=1
    )
    squares = []
    for look in range(n_looks):
        turn = generator.normal(0.0, walk_m_s * np.sqrt(STEP_S), (n_things, 2))
        velocity[:, :2] += turn
        places = places + STEP_S * velocity
        seen = seen_of(2.0 * np.pi * look / n_looks, n_things)
        own = own_scale * OWN_M * np.array([*generator.normal(size=2), 0.0])
        pixel = np.einsum("nij,nj->ni", seen.pixel, generator.normal(size=(n_things, 2)))
        found = places + seen.shared @ shared + own + pixel
        innovations = followed.look(
            round(1e6 * STEP_S * look),
            tuple(range(n_things)),
            places_ecef_m=ORIGIN_ECEF_M + found @ ECEF_FROM_ENU.T,
            seen=seen,
        )
        if innovations:
            squares.append(common_square(innovations))
    return followed, squares


@pytest.mark.parametrize("walk_m_s", [0.0, 0.3])
def test_squares_of_honest_errors_are_not_larger_than_those_of_normal_numbers(
    walk_m_s: float,
) -> None:
    squares = []
    for seed in range(25):
        generator = np.random.default_rng(seed)
        shared = generator.normal(size=len(TERMS))
        followed, _ = orbit(generator, shared, walk_m_s=walk_m_s, n_looks=200)
        squares.append(drift_squares(followed.evidence()))
    told = np.concatenate(squares)
    assert len(told) > 25
    assert 0.1 < np.mean(told) < 1.3


def test_an_error_of_many_sigma_stands_out_though_boats_turn() -> None:
    shared = np.array([0.0, 6.0, 0.0, 0.0])
    for walk_m_s in (0.0, 0.1):
        followed, _ = orbit(np.random.default_rng(7), shared, walk_m_s=walk_m_s, n_things=3)
        assert drift_squares(followed.evidence()).max() > 9.0


def test_own_errors_larger_than_stated_show_in_the_innovations() -> None:
    nothing = np.zeros(len(TERMS))
    _, honest = orbit(np.random.default_rng(8), nothing)
    _, doubled = orbit(np.random.default_rng(8), nothing, own_scale=2.0)
    assert 0.5 * np.mean(honest) == pytest.approx(1.0, abs=0.15)
    assert 0.5 * np.mean(doubled) == pytest.approx(4.1, abs=0.6)


def test_one_thing_that_jumps_alone_is_not_taken_for_the_view() -> None:
    small = Innovation(
        offset_m=np.array([0.3, -0.2]), apart_cov_m2=0.1 * np.eye(2), own_cov_m2=np.eye(2)
    )
    jumped = replace(small, offset_m=np.array([40.0, 0.0]))
    assert common_square([small, small, jumped]) < 1.0
    assert common_square([jumped, jumped, jumped]) > 100.0
    assert common_square([jumped]) == pytest.approx(jumped.squared)


def test_a_thing_that_is_gone_leaves_what_it_said_and_only_so_many_are_kept() -> None:
    followed, _ = orbit(np.random.default_rng(9), np.zeros(len(TERMS)), n_looks=40)
    before = followed.followed
    followed.keep(frozenset({1}))
    assert (before, followed.followed) == ((0, 1), (1,))
    assert len(followed.evidence()) == 2
    many, _ = orbit(np.random.default_rng(9), np.zeros(len(TERMS)), n_things=20, n_looks=20)
    many.keep(frozenset())
    assert len(many.evidence()) == N_KEPT


def test_what_is_remembered_can_be_restored() -> None:
    followed, _ = orbit(np.random.default_rng(10), np.zeros(len(TERMS)), n_looks=60)
    again = SharedErrorFilter(settings=LocatorSettings())
    again.load(followed.dump())
    before, after = (drift_squares(each.evidence()) for each in (followed, again))
    np.testing.assert_array_equal(before, after)
