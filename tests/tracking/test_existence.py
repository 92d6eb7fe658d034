import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import norm

from plainview.tracking import TrackerSettings
from plainview.tracking.existence import elapse, judge, prepare_elapse, probability_in_view, weigh
from plainview.tracking.track_record import STEP_DTYPE, TRACK_DTYPE, Records, make_rules

RULES = make_rules(TrackerSettings())


def _track(**columns: float) -> Records:
    tracks = np.zeros(1, TRACK_DTYPE)
    tracks["p_observable"], tracks["p_in_view"] = 1.0, 1.0
    for name, value in columns.items():
        tracks[name] = value
    return tracks


@pytest.mark.parametrize("dt_s", [0.04, 0.2])
def test_the_chain_is_the_markov_chain_of_its_rates(dt_s: float) -> None:
    tracks, steps = _track(p_observable=0.7, p_hidden=0.2), np.zeros(1, STEP_DTYPE)
    steps["dt_s"] = dt_s
    prepare_elapse(RULES[0], steps[0])
    elapse(tracks[0], steps[0])
    hiding, back, death = 0.1, 1.0, 0.02
    rates = np.array([[-hiding - death, back], [hiding, -back - death]])
    observable, hidden = expm(dt_s * rates) @ [0.7, 0.2]
    np.testing.assert_allclose(tracks["p_observable"][0], observable, rtol=5e-3)
    np.testing.assert_allclose(tracks["p_hidden"][0], hidden, rtol=5e-2)


def test_a_frame_is_weighed_by_bayes() -> None:
    tracks = _track(p_observable=0.6, p_hidden=0.3)
    ratio = 5.0
    weigh(tracks[0], RULES[0], ratio)
    likelihood = np.array([1.0 - 0.8 + ratio, 1.0, 1.0])
    posterior = likelihood * [0.6, 0.3, 0.1] / np.sum(likelihood * [0.6, 0.3, 0.1])
    np.testing.assert_allclose(
        [tracks["p_observable"][0], tracks["p_hidden"][0]], posterior[:2], rtol=1e-12
    )
    np.testing.assert_allclose(tracks["log_ratio"][0], np.log(np.sum(likelihood * [0.6, 0.3, 0.1])))


def test_a_miss_out_of_view_says_nothing() -> None:
    tracks = _track(p_observable=0.6, p_hidden=0.3, p_in_view=0.0)
    before = tracks.copy()
    weigh(tracks[0], RULES[0], 0.0)
    for name in ("p_observable", "p_hidden", "log_ratio"):
        np.testing.assert_allclose(tracks[name], before[name])


@pytest.mark.parametrize(
    ("place", "variance"),
    [((640.0, 360.0), 4.0), ((3.0, 700.0), 100.0), ((-20.0, 300.0), 225.0), ((600, 300), 1e6)],
)
def test_the_probability_in_view_is_that_of_the_normal(
    place: tuple[float, float], variance: float
) -> None:
    tracks = _track()
    tracks["state"][0, :2] = place
    tracks["cov"][0] = variance * np.eye(4)
    expected = np.prod(
        [
            norm.cdf(size, middle, variance**0.5) - norm.cdf(0.0, middle, variance**0.5)
            for middle, size in zip(place, (1280.0, 720.0), strict=True)
        ]
    )
    assert probability_in_view(tracks[0], 1280.0, 720.0) == pytest.approx(expected, abs=1e-12)


def test_existence_joins_what_ever_was_with_what_still_is() -> None:
    tracks = _track(p_observable=0.5, p_hidden=0.25, log_ratio=2.0, prior_log_odds=-1.0)
    judge(tracks[0])
    assert tracks["existence"][0] == pytest.approx(0.75 / (1.0 + np.exp(-1.0)))
