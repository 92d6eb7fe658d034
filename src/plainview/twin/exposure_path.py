"""The line of sight during an exposure: what smears every row, and what shifts each by itself."""

from dataclasses import dataclass
from typing import Final, Self

import numba
import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = ["BOLOMETER_SPANS", "ExposurePath", "shift_rows", "smear_picture"]

Array = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

BOLOMETER_SPANS: Final = 4.0
"""Time constants after which a bolometer has forgotten: e^-4 is 2 %."""
_LEAST_INSTANTS: Final = 16
_SEEN_PX: Final = 0.05
_LONG_PX: Final = 8.0
_MOST_STEPS: Final = 256
_NEAR: Final = (-2, -1, 0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExposurePath:
    """Motion in pixels, right and down of where the picture was rendered for.

    Args:
        smear_px: (n, 2) what the middle row sees.
        weights: (n,) how much each instant counts; their sum is 1.
        row_shift_px: (H, 2) how much further each row's middle lies; None where that is nothing.
    """

    smear_px: Array
    weights: Array
    row_shift_px: Array | None

    @property
    def is_long(self) -> bool:
        """Whether the middle row is smeared further than taps reach in good time."""
        return bool(np.abs(self.smear_px).max() > _LONG_PX)

    @classmethod
    def still(cls) -> Self:
        """Return the path of a camera that does not move."""
        return cls(smear_px=np.zeros((1, 2)), weights=np.ones(1), row_shift_px=None)

    @classmethod
    def of_angles(
        cls,
        angles_rad: npt.ArrayLike,
        *,
        focal_length_px: float,
        collecting_s: float,
        readout_s: float = 0.0,
        n_rows: int = 1,
        time_constant_s: float | None = None,
    ) -> Self:
        """Return the path of small angles.

        Args:
            angles_rad: (n, 2) where the line of sight points, right and down of where the picture
                was rendered for, at instants spread evenly from when the first row begins to
                collect to when the last row has done; a third column, the turn about the line
                of sight, is left out: it moves the corners alone.
            focal_length_px: Pixels a radian.
            collecting_s: How long a row collects.
            readout_s: From the first row to the last.
            n_rows: Of the picture.
            time_constant_s: Of a bolometer, whose memory fades; None where it integrates.

        Raises:
            InputError: An angle is no number, or the focal length or a time cannot be.
        """
        given = np.asarray(angles_rad, np.float64)
        _check(given, focal_length_px, collecting_s)
        angles = given[:, :2]
        path = focal_length_px * angles
        times = np.linspace(0.0, collecting_s + readout_s, len(path))
        n_instants = max(len(path), _LEAST_INSTANTS)
        within = (np.arange(n_instants) + 0.5) / n_instants * collecting_s
        weights = np.ones(len(within))
        if time_constant_s is not None:
            weights = np.exp((within - collecting_s) / time_constant_s)
        weights /= weights.sum()
        smear = _at(0.5 * readout_s + within, times, path)
        if readout_s <= 0.0:
            return cls(smear_px=smear, weights=weights, row_shift_px=None)
        starts = (np.arange(n_rows) + 0.5) / n_rows * readout_s
        moments = starts[:, np.newaxis] + within
        means = np.einsum("rnk,n->rk", _at(moments, times, path), weights)
        shift = means - weights @ smear
        is_seen = bool(np.any(np.abs(shift) > _SEEN_PX))
        return cls(smear_px=smear, weights=weights, row_shift_px=shift if is_seen else None)


def _check(angles: Array, focal_length_px: float, collecting_s: float) -> None:
    is_path = angles.ndim == 2 and len(angles) > 0 and angles.shape[1] in (2, 3)
    if not (is_path and np.all(np.isfinite(angles))):
        raise InputError(
            where="angles_rad",
            what=f"of shape {angles.shape} is no path of numbers.",
            mend="Give two angles an instant, right and down, in radians.",
        )
    for name, value in (("focal_length_px", focal_length_px), ("collecting_s", collecting_s)):
        if not (np.isfinite(value) and value > 0.0):
            raise InputError(
                where=name, what=f"is {value:g}, not above 0.", mend="Give what the camera has."
            )


def _at(moments_s: Array, times_s: Array, path: Array) -> Array:
    """Return a path at moments (...), (..., 2)."""
    return np.stack([np.interp(moments_s, times_s, part) for part in path.T], axis=-1)


def shift_rows(picture: Floats, shift_px: Array) -> Floats:
    """Return a picture with each row taken from where the line of sight pointed for it.

    Args:
        picture: (H + 2 b, W + 2 c) with a border that the shift should not leave.
        shift_px: (H, 2) right and down; a row of the border moves as the nearest one inside.

    Returns:
        The same size; interpolated by polynomials through six by six pixels (Lagrange).
    """
    border = (len(picture) - len(shift_px)) // 2
    rows = np.clip(np.arange(len(picture)) - border, 0, len(shift_px) - 1)
    all_px = shift_px[rows]
    whole = np.floor(all_px).astype(np.int64)
    weights = _between(all_px - whole)
    out = np.empty_like(picture)
    _fill_shifted(out, picture, whole, weights)
    return out


def smear_picture(picture: Floats, path: ExposurePath) -> Floats:
    """Return a picture smeared along a long path, to the nearest pixel of each of its steps.

    Args:
        picture: (H, W); where the path leaves it, the nearest value stands.
        path: Of the middle row; steps of a pixel, 256 at most.
    """
    smear = path.smear_px
    length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(smear, axis=0).T))])
    n_steps = int(np.clip(np.ceil(length[-1]), 1, _MOST_STEPS))
    places = _at((np.arange(n_steps) + 0.5) / n_steps * length[-1], length, smear)
    # how long the line of sight dwells on each step: its share of the weights
    edges = np.interp(np.arange(n_steps + 1) / n_steps * length[-1], length, _risen(path.weights))
    steps, which = np.unique(np.rint(places).astype(np.int64), axis=0, return_inverse=True)
    share = np.bincount(which.reshape(-1), np.diff(edges)).astype(np.float32)
    out = np.empty_like(picture)
    _fill_smeared(out, picture, steps, share / share.sum())
    return out


def _risen(weights: Array) -> Array:
    """Return how much of the weights has passed at each instant, from 0 to 1."""
    passed = np.concatenate([[0.0], np.cumsum(0.5 * (weights[1:] + weights[:-1]))])
    return np.asarray(passed / max(passed[-1], 1e-300))


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _fill_smeared(  # noqa: PLR0917  (compiled)
    out: Floats, picture: Floats, steps: npt.NDArray[np.int64], share: Floats
) -> None:
    height, width = picture.shape
    for row in range(height):
        to = out[row]
        to[:] = np.float32(0.0)
        for n in range(len(steps)):
            right, line = steps[n, 0], picture[_kept(row + steps[n, 1], height - 1)]
            first, last = _kept(-right, width), _kept(width - right, width)
            w = share[n]
            before, after = w * line[0], w * line[width - 1]
            for x in range(first):
                to[x] += before
            inside, taken = to[first:last], line[first + right : last + right]
            for x in range(inside.size):
                inside[x] += w * taken[x]
            for x in range(last, width):
                to[x] += after


def _between(part: Array) -> Floats:
    """Return weights (..., 6) of the pixels from -2 to 3 for parts of a pixel (...)."""
    weights = np.ones((*part.shape, len(_NEAR)))
    for n, place in enumerate(_NEAR):
        for other in _NEAR:
            if other != place:
                weights[..., n] *= (part - other) / (place - other)
    return weights.astype(np.float32)


@numba.njit(cache=True, nogil=True)
def _kept(place: int, most: int) -> int:
    """Return a place, held from 0 to the last."""
    return min(max(place, 0), most)


@numba.njit(cache=True, error_model="numpy", nogil=True, fastmath={"contract"})
def _fill_shifted(  # noqa: PLR0917  (compiled)
    out: Floats, picture: Floats, whole: npt.NDArray[np.int64], weights: Floats
) -> None:
    height, width = picture.shape
    padded = np.empty(width + 6, np.float32)
    summed = np.empty(width, np.float32)
    lowest = height - 1
    for row in range(height):
        right, at = whole[row, 0], row + whole[row, 1]
        p, q, r = (
            picture[_kept(at - 2, lowest)],
            picture[_kept(at - 1, lowest)],
            picture[_kept(at, lowest)],
        )
        s, t, u = (
            picture[_kept(at + 1, lowest)],
            picture[_kept(at + 2, lowest)],
            picture[_kept(at + 3, lowest)],
        )
        a, b, c, d, e, f = weights[row, 1]
        for x in range(width):
            summed[x] = a * p[x] + b * q[x] + c * r[x] + d * s[x] + e * t[x] + f * u[x]
        first, last = _kept(2 - right, width + 6), _kept(width + 2 - right, width + 6)
        padded[:first] = summed[0]
        padded[first:last] = summed[first - 2 + right : last - 2 + right]
        padded[last:] = summed[width - 1]
        line_out = out[row]
        a, b, c, d, e, f = weights[row, 0]
        p, q, r = padded[:width], padded[1 : width + 1], padded[2 : width + 2]
        s, t, u = padded[3 : width + 3], padded[4 : width + 4], padded[5 : width + 5]
        for x in range(width):
            line_out[x] = a * p[x] + b * q[x] + c * r[x] + d * s[x] + e * t[x] + f * u[x]
