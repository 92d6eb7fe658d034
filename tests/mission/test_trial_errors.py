"""CE90 of a trial: what is counted, by which bin, and when no interval is given."""

import numpy as np
import pytest

from plainview.mission.trial_errors import TrialErrors, describe_errors
from plainview.model import CE90_PER_SIGMA


def drawn(
    n_passes: int, n_each: int, *, sigma_m: float = 4.0, shared_m: float = 0.0
) -> TrialErrors:
    """Return errors of passes, each with a part of its own that its looks share."""
    rng = np.random.default_rng(1)
    n_rows = n_passes * n_each
    in_pass = np.repeat(np.arange(n_passes), n_each)
    off = rng.normal(0.0, sigma_m, (n_rows, 3))
    off[:, :2] += rng.normal(0.0, shared_m, (n_passes, 2))[in_pass]
    total_m2 = sigma_m**2 + shared_m**2
    return TrialErrors(
        off_enu_m=off,
        cov_enu_m2=np.broadcast_to(total_m2 * np.eye(3), (n_rows, 3, 3)).copy(),
        range_m=np.where(in_pass % 2, 1500.0, 700.0),
        depression_deg=np.full(n_rows, 25.0),
        in_pass=in_pass,
        point=in_pass % 3,
    )


def test_ce90_of_a_circular_normal_is_its_2_146_sigma() -> None:
    row = describe_errors(drawn(200, 20))["all"]
    assert row["ce90_m"] == pytest.approx(CE90_PER_SIGMA * 4.0, rel=0.05)
    assert row["predicted_ce90_m"] == pytest.approx(CE90_PER_SIGMA * 4.0, rel=0.01)
    assert row["inside_95_ellipse"] == pytest.approx(0.95, abs=0.02)
    assert row["ce90_low_m"] < CE90_PER_SIGMA * 4.0 < row["ce90_high_m"]
    assert (row["n_looks"], row["n_passes"], row["n_points"]) == (4000, 200, 3)


def test_looks_that_share_their_errors_widen_the_interval() -> None:
    alone = describe_errors(drawn(20, 50))["all"]
    together = describe_errors(drawn(20, 50, sigma_m=1.0, shared_m=np.sqrt(15.0)))["all"]
    widths = [row["ce90_high_m"] - row["ce90_low_m"] for row in (alone, together)]
    assert widths[1] > 2.0 * widths[0]


def test_too_few_passes_give_no_interval() -> None:
    row = describe_errors(drawn(4, 100))["all"]
    assert row["ce90_low_m"] is None
    assert row["ce90_high_m"] is None


def test_bins_are_by_range_and_depression_and_hold_every_look() -> None:
    found = describe_errors(drawn(20, 10))
    assert [row["range_m"] for row in found["bins"]] == [[500.0, 1000.0], [1000.0, 2000.0]]
    assert all(row["depression_deg"] == [20.0, 40.0] for row in found["bins"])
    assert sum(row["n_looks"] for row in found["bins"]) == 200


def test_looks_that_were_not_located_are_counted_and_left_out() -> None:
    errors = drawn(10, 10)
    errors.off_enu_m[:15] = np.nan
    found = describe_errors(errors)
    assert found["looks_not_located"] == 15
    assert found["all"]["n_looks"] == 85
    errors.off_enu_m[:] = np.nan
    assert describe_errors(errors)["all"] is None


def test_the_same_looks_give_the_same_figures() -> None:
    assert describe_errors(drawn(8, 10)) == describe_errors(drawn(8, 10))
