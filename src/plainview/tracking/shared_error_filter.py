"""The shared error filter: what the drift of located things says of errors that stay.

It follows a thing like the ground filter does, but with the shared errors of its Views as
states of their own, each in units of its stated 1-sigma, from 0 with a variance of 1. While
the geometry changes, a wrong heading or height moves the places of one thing in a way that no
steady motion does. How steadily a thing moves is not known: each is followed by several filters
side by side, from one that holds its course to one that does anything, and what each says of
the errors is kept with how well it foretold what was seen (`Evidence`), of the things that said
most, so that nothing grows with a mission's length. Nothing is corrected by it: it serves to
ask whether the stated sigmas can be true (`drift_squares`).

A thing's place in the picture has an offset of its own (where its box stands on the ground),
which also stays; it is a state, so that it is not taken for an error of the View.

Source:
    Bar-Shalom, Li, Kirubarajan, "Estimation with Applications to Tracking and Navigation",
    2001: section 5.4 (normalised innovation squared), 11.6 (several models side by side).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from plainview.geo import GroundSensitivity
from plainview.model import State
from plainview.tracking.drift_evidence import Evidence
from plainview.tracking.settings import LocatorSettings

__all__ = ["Innovation", "SharedErrorFilter", "common_square"]

Array = npt.NDArray[np.float64]

_MOTION: Final = 4
_FIRST_SHARED: Final = 6
"""East, north, velocity east and north; the offset in the picture in x and y; shared errors."""

WALKS_M_S: Final = (0.03, 0.06, 0.12, 0.25, 0.5, 1.0, 3.0)
"""How a thing's velocity may walk in a second: what drifts; what holds its course; what turns
(a boat that takes half a minute for a turn at 10 knots); what does anything."""

N_KEPT: Final = 12
"""Things whose evidence is kept: those that said most."""

_QUICK: Final = frozenset({"time_s", "field_of_view_ratio"})
_MEMORY_S: Final = 0.5
"""Time constant of the mean over looks of what errors do; after a pause it begins anew."""
_LEAST_MEASURED: Final = 10
_LEAST_TO_CHOOSE: Final = 3
_FARTHEST_M: Final = 5e4
"""From where a thing was first seen; farther the plane is no map of the sea."""
_LEAST_VARIANCE_M2: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Innovation:
    """How far a thing was seen from where it was expected.

    Args:
        offset_m: (2,) horizontally, in axes of the thing's own.
        apart_cov_m2: (2, 2) expected of it for reasons of its own: its motion and its pixel.
        own_cov_m2: (2, 2) expected of the View's own errors, which move all things of a
            picture alike.
    """

    offset_m: Array
    apart_cov_m2: Array
    own_cov_m2: Array

    @property
    def squared(self) -> float:
        """The offset squared over what was expected; 2 on average where that is true."""
        whole = self.apart_cov_m2 + self.own_cov_m2
        return float(self.offset_m @ np.linalg.solve(whole, self.offset_m))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """One thing in one frame: where it was seen, what errors do there, how many are beside it."""

    ecef_m: Array
    seen: GroundSensitivity
    row: int
    n_looks: int

    @property
    def moves(self) -> Array:
        """What one sigma of the offset and of each shared error does, (3, 2 + p)."""
        return np.concatenate([self.seen.pixel[self.row], self.seen.shared[self.row]], axis=1)

    @property
    def white_m2(self) -> Array:
        """Covariance (2, 2) of the pixel's own noise, a millimetre at least."""
        pixel = self.seen.pixel[self.row, :2]
        white: Array = pixel @ pixel.T + _LEAST_VARIANCE_M2 * np.eye(2)
        return white


@dataclass(slots=True, eq=False)
class _Followed:
    """One thing: its anchor, where its states are measured from, and a state a walk (m)."""

    track_id: int
    anchor_ecef_m: Array
    ecef_from_enu: Array
    state: Array
    cov: Array
    log_likelihood: Array
    time_us: int
    moves: Array
    step_s: float = 0.0
    n_measured: int = 1
    n_beside: int = 1

    @classmethod
    def begun(cls, track_id: int, time_us: int, *, look: _Look, start_speed_m_s: float) -> Self:
        """Return a thing seen once: it is there less what its errors did, and they go together."""
        moves = look.moves[:2]
        n_walks, size = len(WALKS_M_S), _MOTION + moves.shape[1]
        own = look.seen.own_cov_enu_m2[look.row, :2, :2]
        cov = np.eye(size)
        cov[:2, :2] = moves @ moves.T + own + look.white_m2
        cov[:2, _MOTION:], cov[_MOTION:, :2] = -moves, -moves.T
        cov[2:4, 2:4] *= start_speed_m_s**2
        return cls(
            track_id=track_id,
            anchor_ecef_m=look.ecef_m.copy(),
            ecef_from_enu=look.seen.ecef_from_enu[look.row].copy(),
            state=np.zeros((n_walks, size)),
            cov=np.broadcast_to(cov, (n_walks, size, size)).copy(),
            log_likelihood=np.zeros(n_walks),
            time_us=time_us,
            moves=moves.copy(),
        )

    def predict(self, time_us: int) -> None:
        """Carry the states to an instant; the faster the walk, the less is known of them."""
        dt_s = self.step_s = 1e-6 * (time_us - self.time_us)
        self.time_us = time_us
        step = np.eye(self.state.shape[1])
        step[0, 2] = step[1, 3] = dt_s
        self.state = self.state @ step.T
        self.cov = step @ self.cov @ step.T
        walk = np.square(WALKS_M_S)
        for axis in range(2):
            self.cov[:, axis, axis] += walk * dt_s**3 / 3.0
            self.cov[:, axis, axis + 2] += walk * dt_s**2 / 2.0
            self.cov[:, axis + 2, axis] += walk * dt_s**2 / 2.0
            self.cov[:, axis + 2, axis + 2] += walk * dt_s

    def correct(self, look: _Look, *, judged_by: int) -> Innovation:
        """Correct the states by a look; return how far it was from the state of one walk.

        What errors do is taken from the looks before: a look's own error goes with what it
        says that errors do, and the drift would be biased. Only what a delay and the picture's
        scale do changes with each look, while the turret slews.
        """
        turn = self.ecef_from_enu.T
        here = turn @ look.seen.ecef_from_enu[look.row]
        by_state = np.zeros((2, self.state.shape[1]))
        by_state[:, :2] = np.eye(2)
        own = (here @ look.seen.own_cov_enu_m2[look.row] @ here.T)[:2, :2]
        now = (here @ look.moves)[:2]
        if self.step_s > _MEMORY_S:
            self.moves = now
        is_quick = np.array([True, True, *(term in _QUICK for term in look.seen.terms)])
        by_state[:, _MOTION:] = np.where(is_quick, now, self.moves)
        offset_m = (turn @ (look.ecef_m - self.anchor_ecef_m))[:2]
        innovation = offset_m - self.state @ by_state.T
        with_state = self.cov @ by_state.T
        carried = by_state @ with_state
        noise = own + look.white_m2
        expected = carried + noise
        inverse = np.linalg.inv(expected)
        squared = np.einsum("mi,mij,mj->m", innovation, inverse, innovation)
        self.log_likelihood -= 0.5 * (squared + np.log(np.linalg.det(expected)))
        gain = with_state @ inverse
        self.state = self.state + np.einsum("mij,mj->mi", gain, innovation)
        left = np.eye(self.state.shape[1]) - gain @ by_state
        self.cov = left @ self.cov @ np.swapaxes(left, 1, 2)
        self.cov += gain @ noise @ np.swapaxes(gain, 1, 2)
        share = self.step_s / (_MEMORY_S + self.step_s)
        self.moves = self.moves + share * (now - self.moves)
        self.n_measured += 1
        self.n_beside += look.n_looks
        return Innovation(
            offset_m=innovation[judged_by],
            apart_cov_m2=carried[judged_by] + look.white_m2,
            own_cov_m2=own,
        )

    def is_far(self, look: _Look, *, sigmas: float) -> bool:
        """Whether it was seen too far from anything that was expected: another thing, a fault."""
        turn = self.ecef_from_enu.T
        offset_m = (turn @ (look.ecef_m - self.anchor_ecef_m))[:2]
        off = offset_m - self.state[-1, :2] - self.moves @ self.state[-1, _MOTION:]
        own = look.seen.own_cov_enu_m2[look.row, :2, :2]
        spread = self.cov[-1, :2, :2] + own + look.white_m2
        is_jump = float(off @ np.linalg.solve(spread, off)) > sigmas**2
        return is_jump or float(np.hypot(*offset_m)) > _FARTHEST_M


@dataclass(slots=True, eq=False)
class SharedErrorFilter:
    """Follows a few things and gathers what they say of the shared errors.

    Args:
        settings: How velocities start and what a jump is, as for the ground filter.
        terms: Names of the shared errors; None until the first look.
    """

    settings: LocatorSettings
    terms: tuple[str, ...] | None = None
    _said: list[Evidence] = field(default_factory=list)
    _followed: dict[int, _Followed] = field(default_factory=dict)

    @property
    def followed(self) -> tuple[int, ...]:
        """The tracks that are followed."""
        return tuple(self._followed)

    def look(
        self,
        time_us: int,
        track_ids: tuple[int, ...],
        *,
        places_ecef_m: Array,
        seen: GroundSensitivity,
    ) -> list[Innovation]:
        """Take one frame's look at things.

        Args:
            time_us: On the video's clock.
            track_ids: n of them.
            places_ecef_m: (n, 3) where their rays meet the surface.
            seen: What errors do there.

        Returns:
            Of each thing that was followed before, how far it was from where one that turns
            as a boat may was expected.
        """
        self.terms = self.terms or seen.terms
        if seen.terms != self.terms:
            return []
        rows = [row for row in range(len(track_ids)) if np.isfinite(seen.shared[row]).all()]
        innovations = []
        for row in rows:
            look = _Look(ecef_m=places_ecef_m[row], seen=seen, row=row, n_looks=len(rows))
            thing = self._followed.get(track_ids[row])
            if thing is None:
                self._followed[track_ids[row]] = _Followed.begun(
                    track_ids[row],
                    time_us,
                    look=look,
                    start_speed_m_s=self.settings.start_speed_m_s,
                )
                continue
            thing.predict(time_us)
            is_far = thing.is_far(look, sigmas=self.settings.jump_sigma)
            innovations.append(thing.correct(look, judged_by=_JUDGED_BY))
            if is_far:
                del self._followed[thing.track_id]
        return innovations

    def keep(self, track_ids: frozenset[int]) -> None:
        """Go on with these things only; what the others said stays."""
        for track_id in tuple(self._followed):
            if track_id not in track_ids:
                self._gather(self._followed.pop(track_id))

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what each thing said of the shared errors, those still followed included."""
        still = (_evidence(thing) for thing in self._followed.values())
        return (*self._said, *(said for said in still if said is not None))

    def _gather(self, thing: _Followed) -> None:
        said = _evidence(thing)
        if said is not None:
            self._said.append(said)
            self._said.sort(key=lambda each: -each.weight)
            del self._said[N_KEPT:]

    def dump(self) -> State:
        """Return what is remembered, as arrays, numbers and text."""
        return {
            "terms": None if self.terms is None else list(self.terms),
            "said": [each.dump() for each in self._said],
            "followed": [
                {name: getattr(thing, name) for name in _Followed.__slots__}
                for thing in self._followed.values()
            ],
        }

    def load(self, state: State) -> None:
        """Go on from what was remembered."""
        memory: dict[str, Any] = dict(state)
        self.terms = None if memory["terms"] is None else tuple(memory["terms"])
        self._said = [Evidence(**each) for each in memory["said"]]
        things = [_Followed(**each) for each in memory["followed"]]
        self._followed = {thing.track_id: thing for thing in things}


_JUDGED_BY: Final = WALKS_M_S.index(LocatorSettings().velocity_walk_m_s)


def _evidence(thing: _Followed) -> Evidence | None:
    """Return what one thing says of the shared errors; None where it was hardly seen."""
    if thing.n_measured < _LEAST_MEASURED:
        return None
    information = np.linalg.inv(thing.cov[:, _FIRST_SHARED:, _FIRST_SHARED:])
    size = information.shape[1]
    more = information - np.eye(size)
    shared = thing.state[:, _FIRST_SHARED:]
    # The likelihood at no error at all, from that averaged over what was believed beforehand.
    averaged = 0.5 * np.linalg.slogdet(information)[1]
    explained = 0.5 * np.einsum("mi,mij,mj->m", shared, information, shared)
    return Evidence(
        information=0.5 * (more + np.swapaxes(more, 1, 2)),
        weighted=np.einsum("mij,mj->mi", information, shared),
        log_likelihood=thing.log_likelihood + averaged - explained,
        n_beside=thing.n_beside / thing.n_measured,
    )


def common_square(innovations: Sequence[Innovation]) -> float:
    """Return how far all things of a picture were displaced together, squared over expectation.

    What moves all of them alike is the View's own error; what moves one of them is a fault of
    its track. So of three or more, the one without which the rest fits best is left out.

    Args:
        innovations: At least one, of one frame.

    Returns:
        2 on average where the stated own errors are true, a little less of three or more.
    """
    rows = list(innovations)
    if len(rows) < _LEAST_TO_CHOOSE:
        return _together(rows)
    others = ([*rows[:row], *rows[row + 1 :]] for row in range(len(rows)))
    return min(_together(rows), *(_together(left) for left in others))


def _together(rows: Sequence[Innovation]) -> float:
    weights = [np.linalg.inv(each.apart_cov_m2) for each in rows]
    spread = np.linalg.inv(np.sum(weights, axis=0))
    shift = spread @ np.sum(
        [weight @ each.offset_m for weight, each in zip(weights, rows, strict=True)], axis=0
    )
    own = np.mean([each.own_cov_m2 for each in rows], axis=0)
    return float(shift @ np.linalg.solve(spread + own, shift))
