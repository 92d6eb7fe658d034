"""What a covariance tells of each unknown, and what only in combination."""

import numpy as np

from plainview.geo.observability import told_apart


def test_what_is_known_alone_has_no_partner() -> None:
    (told,) = told_apart(("a",), np.array([[0.01]]), np.array([1.0]))
    assert told.is_determined
    assert told.left == 0.1
    assert told.tied_to == ()


def test_two_of_which_only_the_sum_is_known_name_each_other() -> None:
    prior = np.array([1.0, 1.0])
    cov = np.array([[0.5, -0.4999], [-0.4999, 0.5]])
    first, second = told_apart(("a", "b"), cov, prior)
    assert not first.is_determined
    assert first.tied_to == ("b",)
    assert second.tied_to == ("a",)


def test_three_of_which_only_the_sum_is_known_name_each_other() -> None:
    cov = np.eye(3) - np.full((3, 3), 0.3333)
    told = told_apart(("a", "b", "c"), cov, np.ones(3))
    assert set(told[0].tied_to) == {"b", "c"}


def test_what_nothing_is_told_of_has_no_partner_either() -> None:
    told = told_apart(("a", "b"), np.diag([1.0, 1e-6]), np.ones(2))
    assert told[0].left == 1.0
    assert told[0].tied_to == ()


def test_what_is_held_is_left_out() -> None:
    told = told_apart(("a", "b"), np.diag([0.0, 0.1]), np.array([0.0, 1.0]))
    assert [each.name for each in told] == ["b"]
