"""Whether a mission's own numbers fit each other within the errors that are stated for them.

An error ellipse is as honest as the 1-sigmas that it is made of. Whether those can be true is
asked of what every mission has:

- **scatter**: how far located things jump from frame to frame, over what the stated own errors
  let them (normalised innovations, 1 on average where they are true);
- **outliers**: jumps that those errors give once in a thousand looks;
- **drift**: how located things move while the geometry changes, which says of a wrong heading,
  tilt, height or delay how large it is in units of its stated 1-sigma. Two things at least
  have to say it, and only what no turns of theirs explain counts (`tracking.drift_squares`);
- **frame centre, corners, range**: what the source itself says of the ground against what its
  pose gives, in units of the predicted error; a range only where it was measured.

What is judged is how far all things of a picture jump together: errors of the metadata move all
of them alike, a tracker's fault moves one. Each test would fail by chance in a
few of a thousand honest missions. None of it can tell which number is wrong, and an error that
stays the same and moves nothing (a heading bias seen from one side) shows in none of it.
"""

from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from plainview.geo import (
    Surface,
    enu_m_from_geodetic,
    ground_sensitivity,
    locate_points,
    places_of_pixels,
    sensor_position_ecef_m,
)
from plainview.geo.geodetic import ecef_from_enu, ecef_from_geodetic
from plainview.mission.consistency_verdict import Consistency, ConsistencyTest
from plainview.mission.frame_place import Surfaces
from plainview.mission.spread import Spread
from plainview.model import (
    Frame,
    LifeStage,
    Observation,
    RangeKind,
    State,
    Tracks,
    View,
)
from plainview.tracking import (
    LocatorSettings,
    SharedErrorFilter,
    common_square,
    contact_points_px,
    drift_squares,
)
from plainview.units import microseconds_from_seconds

__all__ = ["ConsistencyWatch"]

N_FOLLOWED: Final = 4
"""Things that are followed at a time: more say little more, for their errors are the same."""

MOST_SCATTER: Final = 1.6
"""Of variances: own errors 1.26 times the stated. Below, trackers and waves explain it."""
_SCATTER_SIGMAS: Final = 5.0
_CLIPPED: Final = 50.0
OUTLIER: Final = 13.816
"""Of two squared normals: exceeded once in a thousand looks."""
_N_OUTLIERS: Final = 4
_OUTLIER_SHARE: Final = 5.0
"""Times as many as one in a thousand, and at least so many."""
_OUTLIER_PAUSE_S: Final = 0.1
_LEAST_THINGS: Final = 2
_DRIFT_CHANCE: Final = 0.05
"""Of things at rest. What moves may explain its drift by its own turns, so that less is left: over
flights of the twin honest squares are half of what they may be by chance."""
MOST_CENTER: Final = 13.816
"""Squared, in units of the predicted error: one in a thousand of two normals (a place)."""
MOST_RANGE: Final = 10.828
"""The same of one normal."""
_LEAST_LOOKS: Final = 30
_LEAST_COMPARED: Final = 3
_COMPARED_EVERY_S: Final = 0.5
_RANGE_SIGMA_M: Final = 3.0
_PAUSE_S: Final = LocatorSettings().own_error_memory_s
"""Between looks: metadata comes at some 10 Hz, so that sooner their errors are not new."""


@dataclass(slots=True, eq=False)
class ConsistencyWatch:
    """Takes a camera's observations as they come and says at the end whether they fit.

    Args:
        camera: Its name.
        surfaces: What pictures are brought to.
        settings: Of the locator.
    """

    camera: str
    surfaces: Surfaces
    settings: LocatorSettings = field(default_factory=LocatorSettings)
    _filter: SharedErrorFilter = field(init=False)
    _n_looks: int = 0
    _sum_squared: float = 0.0
    _n_outliers: int = 0
    _looked_us: int | None = None
    _outlier_us: int | None = None
    _compared_us: int | None = None
    _first: str = ""
    _residuals: dict[str, Spread] = field(
        default_factory=lambda: {name: Spread() for name in ("frame_center", "corners", "range")}
    )

    def __post_init__(self) -> None:
        self._filter = SharedErrorFilter(settings=self.settings)

    def add(self, observation: Observation) -> None:
        """Take one observation, in order."""
        frame = observation.frame
        view = frame.view
        if observation.registration.is_restart:
            self._filter.keep(frozenset())
        if view is None or not view.is_locatable:
            return
        surface = self.surfaces.of(view)
        if surface is None:
            return
        self._first = self._first or f"{self.camera}, frame {frame.frame_index}"
        self._look(frame, observation.all_tracks, surface)
        if _is_due(self._compared_us, frame.video_time_us, _COMPARED_EVERY_S):
            self._compared_us = frame.video_time_us
            self._compare(frame, view, surface)

    def _look(self, frame: Frame, tracks: Tracks, surface: Surface) -> None:
        """Follow a few things and judge how far they jump; ten times a second at most."""
        view = frame.view
        is_alive = tracks.life_stage != LifeStage.ENDED
        self._filter.keep(frozenset(tracks.track_id[is_alive].tolist()))
        if view is None or not _is_due(self._looked_us, frame.video_time_us, _PAUSE_S):
            return
        chosen = self._chosen(tracks)
        if not len(chosen):
            return
        points, sigma_px = contact_points_px(chosen, settings=self.settings)
        places = places_of_pixels(view, frame.camera, points, surface=surface)
        self._looked_us = time_us = frame.video_time_us
        track_ids = tuple(chosen.track_id.tolist())
        seen = ground_sensitivity(
            view, frame.camera, places, surface=surface, point_sigma_px=sigma_px
        )
        innovations = self._filter.look(time_us, track_ids, places_ecef_m=places, seen=seen)
        if innovations:
            self._take(common_square(innovations), frame.video_time_us)

    def _chosen(self, tracks: Tracks) -> Tracks:
        """Return the things to follow that are seen: those before, then those of most age."""
        seen = tracks.select(tracks.life_stage == LifeStage.CONFIRMED)
        known = set(self._filter.followed)
        order = sorted(
            range(len(seen)), key=lambda row: (int(seen.track_id[row]) not in known, row)
        )
        chosen = np.zeros(len(seen), np.bool_)
        chosen[order[:N_FOLLOWED]] = True
        return seen.select(chosen)

    def _take(self, squared: float, time_us: int) -> None:
        self._n_looks += 1
        self._sum_squared += min(squared, _CLIPPED)
        if squared > OUTLIER and _is_due(self._outlier_us, time_us, _OUTLIER_PAUSE_S):
            self._n_outliers += 1
            self._outlier_us = time_us

    def _compare(self, frame: Frame, view: View, surface: Surface) -> None:
        """Compare what the source says of the ground with what its pose gives."""
        reported = view.reported
        if reported is None:
            return
        width, height = float(frame.camera.width_px), float(frame.camera.height_px)
        pixels = [(0.5 * width, 0.5 * height), (0.0, 0.0), (width, 0.0), (width, height)]
        alone = replace(view, slant_range_kind=RangeKind.CALCULATED)
        found = locate_points(alone, frame.camera, [*pixels, (0.0, height)], surface=surface)
        said = [(reported.frame_center_latitude_deg, reported.frame_center_longitude_deg)]
        said += list(reported.corners_deg or [(None, None)] * 4)
        squares = []
        for row, (latitude, longitude) in enumerate(said):
            known = found.latitude_deg[row], found.longitude_deg[row], found.height_hae_m[row]
            if latitude is None or longitude is None or not np.isfinite(known).all():
                squares.append(np.nan)
                continue
            off = enu_m_from_geodetic(latitude, longitude, known[2], origin=known)[:2]
            squares.append(float(off @ np.linalg.solve(found.cov_enu_m2[row, :2, :2], off)))
        self._residuals["frame_center"].add(squares[0])
        self._residuals["corners"].add(float(np.median(squares[1:])))
        if view.slant_range_kind is RangeKind.MEASURED and view.slant_range_m is not None:
            place = _known_place(found.latitude_deg, found.longitude_deg, found.height_hae_m)
            self._residuals["range"].add(_range_square(view, place, found.cov_enu_m2[0]))

    def finish(self) -> Consistency:
        """Return what the tests say so far."""
        return Consistency(
            camera=self.camera,
            tests=(self._scatter(), self._outliers(), self._drift(), *self._compared()),
            first=self._first,
        )

    def _scatter(self) -> ConsistencyTest:
        n = self._n_looks
        limit = max(MOST_SCATTER, 1.0 + _SCATTER_SIGMAS / max(n, 1) ** 0.5)
        value = 0.5 * self._sum_squared / n if n >= _LEAST_LOOKS else None
        return ConsistencyTest(name="scatter", value=value, limit=limit, n=n)

    def _outliers(self) -> ConsistencyTest:
        n = self._n_looks
        limit = max(float(_N_OUTLIERS), _OUTLIER_SHARE * 1e-3 * n)
        value = float(self._n_outliers) if n >= _LEAST_LOOKS else None
        return ConsistencyTest(name="outliers", value=value, limit=limit, n=n)

    def _drift(self) -> ConsistencyTest:
        """Ask whether the shared errors that the drift tells of can have their stated sigmas."""
        said = self._filter.evidence()
        squares = np.zeros(0)
        if len(said) >= _LEAST_THINGS and self._n_looks >= _LEAST_LOOKS:
            squares = drift_squares(said)
        value = _drift_ratio(squares) if len(squares) else None
        return ConsistencyTest(name="drift", value=value, limit=1.0, n=len(squares))

    def _compared(self) -> tuple[ConsistencyTest, ...]:
        limits = {"frame_center": MOST_CENTER, "corners": MOST_CENTER, "range": MOST_RANGE}
        return tuple(
            ConsistencyTest(
                name=name,
                value=spread.median if spread.n >= _LEAST_COMPARED else None,
                limit=limits[name],
                n=spread.n,
            )
            for name, spread in self._residuals.items()
        )

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "filter": self._filter.dump(),
            "looks": [self._n_looks, self._sum_squared, self._n_outliers],
            "times_us": [self._looked_us, self._outlier_us, self._compared_us],
            "first": self._first,
            "residuals": {name: spread.counts.copy() for name, spread in self._residuals.items()},
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        memory: dict[str, Any] = dict(state)
        self._filter.load(memory["filter"])
        self._n_looks, self._sum_squared, self._n_outliers = memory["looks"]
        self._looked_us, self._outlier_us, self._compared_us = memory["times_us"]
        self._first = memory["first"]
        for name, counts in memory["residuals"].items():
            self._residuals[name] = Spread(counts=np.array(counts))


def _known_place(
    latitude_deg: np.ndarray, longitude_deg: np.ndarray, height_hae_m: np.ndarray
) -> tuple[float, float, float]:
    """Return the first of places as three numbers."""
    return float(latitude_deg[0]), float(longitude_deg[0]), float(height_hae_m[0])


def _range_square(view: View, place: tuple[float, float, float], cov_enu_m2: np.ndarray) -> float:
    """Return how far a measured range is from the computed, squared, over what is expected."""
    chord = ecef_from_geodetic(*place) - sensor_position_ecef_m(view)
    range_m = float(np.linalg.norm(chord))
    along = ecef_from_enu(place[0], place[1]).T @ chord / range_m
    variance = float(along @ cov_enu_m2 @ along) + _range_variance_m2(view)
    return (range_m - (view.slant_range_m or 0.0)) ** 2 / variance


def _range_variance_m2(view: View) -> float:
    """Return the variance of a measured range: as its source says, or as assumed."""
    said = view.slant_range_sigma_m
    return _RANGE_SIGMA_M**2 if said is None else said.own**2 + said.shared**2


def _drift_ratio(squares: np.ndarray) -> float:
    """Return squares of normal numbers (k,) over what they may be.

    The larger of two ratios: of all squares together, and of the largest square alone, which a
    single fault such as a lag stands out by. Each would be above 1 by chance in one
    of twenty.
    """
    n = len(squares)
    largest = float(squares.max()) / _most_of_squares(1, chance=_DRIFT_CHANCE / n)
    return max(float(squares.sum()) / _most_of_squares(n, chance=_DRIFT_CHANCE), largest)


def _is_due(before_us: int | None, now_us: int, pause_s: float) -> bool:
    return before_us is None or now_us - before_us >= microseconds_from_seconds(pause_s)


def _most_of_squares(n: int, *, chance: float) -> float:
    """Return what n squared normals together exceed by chance.

    Source:
        E. B. Wilson and M. M. Hilferty, "The distribution of chi-square", 1931.
    """
    step = 2.0 / (9.0 * n)
    normal = NormalDist().inv_cdf(1.0 - chance)
    return n * float(1.0 - step + normal * np.sqrt(step)) ** 3
