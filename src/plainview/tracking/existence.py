"""Whether a track is a thing: its score against clutter, and what became of the thing.

Two questions are kept apart. Was there ever a thing? The score (`log_ratio`) answers: the
logarithm of the likelihood of all that was seen, of a thing over clutter alone. Is it still
there? A chain of three states answers, given that there was one: observable, hidden behind
something, gone; so a row of misses is first taken for hiding, and slowly for the end.

Source:
    A. Wald, "Sequential tests of statistical hypotheses", 1945 (the test); S. S. Blackman,
    "Multiple-target tracking with radar applications", 1986, chapter 9 (the score);
    D. Musicki, R. Evans, S. Stankovic, "Integrated probabilistic data association", 1994
    (existence as a Markov chain of observable, hidden and gone).
"""

import math
from typing import Final

from plainview.tracking.compiled import compiled
from plainview.tracking.track_record import Record

__all__ = ["elapse", "judge", "prepare_elapse", "probability_in_view", "weigh"]

_MOST_CERTAIN: Final = 50.0
"""Beyond this the score tells nothing more."""

_SURELY: Final = 8.5**2
"""Squared sigmas from every edge, beyond which the probability is 1 to the last bit."""


@compiled
def _probability_between(low: float, high: float, variance: float) -> float:
    """Return the probability that a normal of mean 0 lies between low and high."""
    if min(-low, high) > 0.0 and min(-low, high) ** 2 > _SURELY * variance:
        return 1.0
    scale = 1.0 / math.sqrt(2.0 * max(variance, 1e-18))
    return 0.5 * (math.erf(high * scale) - math.erf(low * scale))


@compiled
def probability_in_view(track: Record, width_px: float, height_px: float) -> float:
    """Return the probability that the track's centre lies in the picture."""
    x, y = track.state[0], track.state[1]
    across = _probability_between(-x, width_px - x, track.cov[0, 0])
    return across * _probability_between(-y, height_px - y, track.cov[1, 1])


@compiled
def prepare_elapse(rule: Record, step: Record) -> None:
    """Write into the step what its time does to things: survive, hide, reappear."""
    step.survives = math.exp(-rule.death_rate_hz * step.dt_s)
    step.hides = 1.0 - math.exp(-rule.hiding_rate_hz * step.dt_s)
    step.reappears = 1.0 - math.exp(-rule.reappearing_rate_hz * step.dt_s)


@compiled
def elapse(track: Record, step: Record) -> None:
    """Let the step's time pass over what may have become of the thing."""
    observable, hidden = track.p_observable, track.p_hidden
    track.p_observable = step.survives * (observable * (1.0 - step.hides) + hidden * step.reappears)
    track.p_hidden = step.survives * (observable * step.hides + hidden * (1.0 - step.reappears))


@compiled
def weigh(track: Record, rule: Record, hit_ratio: float) -> None:
    """Take in what a frame says: how much likelier it is for a thing in sight than for none.

    Args:
        track: The track, after `elapse`.
        rule: The rules.
        hit_ratio: Likelihood of its detection from the thing, over the density of clutter,
            times the probability of detection; 0 for a miss.
    """
    in_sight = 1.0 - rule.detection_probability * track.p_in_view + hit_ratio
    mean = track.p_observable * in_sight + 1.0 - track.p_observable
    track.p_observable *= in_sight / mean
    track.p_hidden /= mean
    track.log_ratio = min(track.log_ratio + math.log(mean), _MOST_CERTAIN)


@compiled
def judge(track: Record) -> None:
    """Set the probability that there is such a thing now."""
    was_ever = 1.0 / (1.0 + math.exp(-(track.prior_log_odds + track.log_ratio)))
    track.existence = was_ever * (track.p_observable + track.p_hidden)
