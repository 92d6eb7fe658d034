"""The errors of the drawn metadata against the covariance that `geo` predicts of them."""

from bench.covariance import single_frames
from bench.drawn_scene import Scenario


def test_the_95_percent_ellipse_holds_the_truth_and_a_wrong_sigma_shows(rescue: Scenario) -> None:
    row = single_frames(rescue, n_draws=300, seed=1)
    assert 0.92 <= row["inside_95_ellipse"] <= 0.98
    assert row["inside_95_ellipse_heading_sigma_third"] < 0.8
