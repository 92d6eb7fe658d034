"""The ground filter: places measured in many frames become one, and its two kinds of error.

Each track has a place, a velocity over the ground and a height, in the east-north-up frame
whose origin is the place itself, so that nothing is flat further than a frame's step. Its
error has three parts, and each is treated as what it is:

- the **own** part of the measurements is new in each frame: the filter averages it (`cov`);
- the **shared** part is the same through the mission: no averaging helps. It is a considered
  state (Schmidt-Kalman): the filter neither estimates it nor weighs by it, but carries what
  it does to the estimate, `shared` (5, 3), through every prediction and correction with the
  gain that was used. What is told is never less than the shared covariance of the present
  geometry, so that an orbit does not make an ellipse smaller than a single look;
- the **pixel** part has been averaged by the tracker already and is told as it stands.

A frame's shared covariance says how large the shared error is, not how it goes with that of
the frame before. They are taken to be as alike as their covariances allow (the coupling of
optimal transport): the choice from which averaging gains least. In a geometry that stays it
is exact; when the geometry turns, a rank-one error (a heading bias) turns with it.

A geometry that turns would also show the shared errors themselves, and they are left alone all
the same: a filter that estimated them linearises about a pose that is wrong by them. Looking
down by 2 to 5 degrees for 30 s such a filter held the truth in 53 to 73 % of its 95 % ellipses
and erred more than this one (`docs/explanation/position-and-error.md`); what looks of a whole
orbit say of them a batch gathers, which linearises anew (`plainview.geo.estimate_biases`).

Source:
    S. F. Schmidt, "Application of state-space methods to navigation problems", 1966;
    G. J. Bierman, "Factorization methods for discrete sequential estimation", 1977,
    chapter VIII (consider covariance for any gain).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import ecef_from_enu, geodetic_from_ecef
from plainview.tracking.settings import LocatorSettings
from plainview.tracking.track_record import Records

__all__ = [
    "GROUND_DTYPE",
    "begin_places",
    "correct_places",
    "is_jump",
    "predict_places",
    "settle_places",
]

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

GROUND_DTYPE: Final = np.dtype(
    [
        ("track_id", "i8"),
        ("surface", "i8"),  # number of a name; basis likewise
        ("basis", "i8"),
        ("ecef_m", "f8", (3,)),  # NaN: not known
        ("place", "f8", (3,)),  # the same: latitude, longitude (degrees), height (m)
        ("ecef_from_enu", "f8", (3, 3)),  # there
        ("velocity_en_m_s", "f8", (2,)),
        ("cov", "f8", (5, 5)),  # own part: east, north, up, velocity east, velocity north
        ("shared", "f8", (5, 3)),  # what three unit shared errors do to the same five
        ("factor", "f8", (3, 3)),  # of the last measurement's shared covariance
        ("least_shared", "f8", (3, 3)),  # m2, that covariance itself
        ("pixel_cov", "f8", (3, 3)),  # m2, of the last measurement
        ("unmeasured_s", "f8"),
        ("n_measured", "i8"),
    ],
    align=True,
)
"""A record a track; a measurement is such a record too, with its own part in ``cov``."""

_LEAST_VARIANCE_M2: Final = 1e-6
"""A millimetre: keeps a measurement without own error from being believed to the last bit."""


def settle_places(places: Records) -> None:
    """Set the geodetic place and the axes east, north, up of records from their ECEF place."""
    if not len(places):
        return
    latitude, longitude, height = geodetic_from_ecef(places["ecef_m"])
    places["place"] = np.stack([latitude, longitude, height], axis=-1)
    places["ecef_from_enu"] = ecef_from_enu(latitude, longitude)


def _offset_enu_m(places: Records, measured: Records) -> Array:
    """Return how far measurements lie from places, (n, 3), east-north-up."""
    offset: Array = np.einsum(
        "nji,nj->ni", places["ecef_from_enu"], measured["ecef_m"] - places["ecef_m"]
    )
    return offset


def _move(places: Records, offset_enu_m: Array) -> None:
    places["ecef_m"] += np.einsum("nij,nj->ni", places["ecef_from_enu"], offset_enu_m)


def predict_places(places: Records, *, dt_s: float, settings: LocatorSettings) -> None:
    """Carry places forward in time, in place; their covariance grows."""
    step = np.zeros((len(places), 3))
    step[:, :2] = dt_s * places["velocity_en_m_s"]
    _move(places, step)
    transition = np.eye(5)
    transition[0, 3] = transition[1, 4] = dt_s
    walk = settings.velocity_walk_m_s**2
    noise = np.zeros((5, 5))
    for axis in range(2):
        noise[axis, axis] = walk * dt_s**3 / 3.0
        noise[axis, axis + 3] = noise[axis + 3, axis] = walk * dt_s**2 / 2.0
        noise[axis + 3, axis + 3] = walk * dt_s
    noise[2, 2] = settings.height_walk_m**2 * dt_s
    places["cov"] = transition @ places["cov"] @ transition.T + noise
    places["shared"] = transition @ places["shared"]
    places["unmeasured_s"] += dt_s


def begin_places(measured: Records, *, settings: LocatorSettings) -> Records:
    """Return new records that rest on one measurement each."""
    begun: Records = measured.copy()
    settle_places(begun)
    begun["cov"][:, [0, 1, 2], [0, 1, 2]] += _LEAST_VARIANCE_M2
    begun["cov"][:, [3, 4], [3, 4]] = settings.start_speed_m_s**2
    begun["factor"] = _factor(measured["least_shared"], None)
    begun["shared"][:, :3] = begun["factor"]
    begun["n_measured"] = 1
    return begun


def _factor(shared_cov_m2: Array, previous: Array | None) -> Array:
    """Return factors J (n, 3, 3), J J' the covariance, as near as can be to those before."""
    loaded = shared_cov_m2 + _LEAST_VARIANCE_M2 * np.eye(3)
    lower = np.linalg.cholesky(loaded).astype(np.float64, copy=False)
    if previous is None or not len(lower):
        return lower
    left, _, right = np.linalg.svd(np.swapaxes(lower, 1, 2) @ previous)
    near: Array = lower @ left @ right
    return near


def is_jump(places: Records, measured: Records, *, settings: LocatorSettings) -> Flags:
    """Say which measurements (n,) lie too far from the prediction to be of the same place.

    Too far of the own and pixel parts alone, horizontally: a fault of one frame's metadata,
    a new surface, a step of the zoom. Following the present geometry is then the safe thing.
    """
    offset = _offset_enu_m(places, measured)[:, :2]
    cov = (places["cov"] + measured["cov"])[:, :2, :2] + measured["pixel_cov"][:, :2, :2]
    change = measured["least_shared"] - places["least_shared"]
    cov = cov + np.abs(np.trace(change, axis1=1, axis2=2))[:, None, None] * np.eye(2)
    cov = cov + _LEAST_VARIANCE_M2 * np.eye(2)
    squared = np.einsum("ni,nij,nj->n", offset, np.linalg.inv(cov), offset)
    is_far: Flags = (squared > settings.jump_sigma**2) | (places["surface"] != measured["surface"])
    return is_far


def correct_places(
    places: Records, measured: Records, *, dt_s: float, settings: LocatorSettings
) -> None:
    """Correct predicted places by measurements of them, in place.

    Args:
        places: n records, predicted.
        measured: n records.
        dt_s: Since the frame before; frames within the memory of own errors weigh together
            as one.
        settings: See `LocatorSettings`.
    """
    fewer = max(1.0, settings.own_error_memory_s / dt_s) if dt_s > 0.0 else 1e3
    own = fewer * measured["cov"][:, :3, :3] + _LEAST_VARIANCE_M2 * np.eye(3)
    cov = places["cov"]
    innovation_cov = cov[:, :3, :3] + own + measured["pixel_cov"]
    gain = cov[:, :, :3] @ np.linalg.inv(innovation_cov)
    change = np.einsum("nij,nj->ni", gain, _offset_enu_m(places, measured))
    _move(places, change[:, :3])
    places["velocity_en_m_s"] += change[:, 3:]
    kept = np.broadcast_to(np.eye(5), (len(places), 5, 5)).copy()
    kept[:, :, :3] -= gain
    gain_transposed = np.swapaxes(gain, 1, 2)
    places["cov"] = kept @ cov @ np.swapaxes(kept, 1, 2) + gain @ own @ gain_transposed
    factor = _factor(measured["least_shared"], places["factor"])
    places["shared"] = kept @ places["shared"] + gain @ factor
    places["factor"] = factor
    places["n_measured"] += 1
    places["unmeasured_s"] = 0.0
    for name in ("least_shared", "pixel_cov", "surface", "basis"):
        places[name] = measured[name]
