"""Sea rays, compiled: where a bent ray meets the sea, as a quartic in range of six products.

The sea is the ellipsoid enlarged by its level. With the ray's bend from the one refraction
function, the ellipsoid's form at range s is a quartic whose coefficients need only products of
the ray's direction with six fixed vectors, each linear in the pixel. Double precision.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.wave_kernel import compiled

__all__ = ["Lens", "SeaRays", "fill_bends", "plane_of_pixel", "ray_coefficients", "sea_range"]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

ORIGIN, POLAR, UP, ALONG, ACROSS, SHAPED_UP = 0, 1, 2, 3, 4, 5
"""Rows of `SeaRays.products`."""
_N_LENS_STEPS: Final = 5
_SETTLED: Final = 1e-8
"""The step after would be about its square."""
_LEAST_SINE: Final = 1e-5


class Lens(NamedTuple):
    """From pixels to the plane one ahead of the camera.

    Args:
        focal_px: (2,).
        center_px: (2,) principal point.
        terms: (5,) k1, k2, k3, p1, p2.
        is_curved: Whether there is any distortion.
        bends: (2, rows, columns) float32, what distortion adds to x / z and y / z at the middle
            of each pixel; (2, 0, 0) without distortion.
    """

    focal_px: Array
    center_px: Array
    terms: Array
    is_curved: bool
    bends: Single


class SeaRays(NamedTuple):
    """What the rays of one camera need to meet the sea.

    Args:
        products: (6, 3) vectors, in the camera's frame, of which the direction's products are
            taken: shaped origin, pole, up, down wind, across wind, shaped up.
        constants: (6,) the origin's form less one (times a^2), shaped origin by up, shaped up by
            up, relative excess of the polar curvature, half the ray's curvature (1/m), and the
            length of the shaped origin (m).
        start: (4,) origin of the rays down wind and across wind, metres from the world's origin,
            and parts of up down wind and across wind.
    """

    products: Array
    constants: Array
    start: Array


@compiled
def plane_of_pixel(lens: Lens, x_px: float, y_px: float) -> tuple[float, float]:
    """Return x / z and y / z of where a pixel looks, distortion taken out by Newton's method."""
    u = (x_px - lens.center_px[0]) / lens.focal_px[0]
    v = (y_px - lens.center_px[1]) / lens.focal_px[1]
    if not lens.is_curved:
        return u, v
    k1, k2, k3, p1, p2 = lens.terms[0], lens.terms[1], lens.terms[2], lens.terms[3], lens.terms[4]
    x, y = u, v
    for _ in range(_N_LENS_STEPS):
        r2 = x * x + y * y
        radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
        slope = k1 + r2 * (2.0 * k2 + 3.0 * k3 * r2)
        off_x = x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x) - u
        off_y = y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y - v
        xx = radial + 2.0 * x * x * slope + 2.0 * p1 * y + 6.0 * p2 * x
        cross = 2.0 * x * y * slope + 2.0 * p1 * x + 2.0 * p2 * y
        yy = radial + 2.0 * y * y * slope + 6.0 * p1 * y + 2.0 * p2 * x
        determinant = xx * yy - cross * cross
        step_x = (yy * off_x - cross * off_y) / determinant
        step_y = (xx * off_y - cross * off_x) / determinant
        x -= step_x
        y -= step_y
        if abs(step_x) + abs(step_y) < _SETTLED:
            break
    return x, y


@compiled
def fill_bends(bends: Single, lens: Lens) -> None:
    """Fill in the bends of `Lens`, of a curved lens without them."""
    for row in range(bends.shape[1]):
        v = (row + 0.5 - lens.center_px[1]) / lens.focal_px[1]
        for column in range(bends.shape[2]):
            u = (column + 0.5 - lens.center_px[0]) / lens.focal_px[0]
            x, y = plane_of_pixel(lens, column + 0.5, row + 0.5)
            bends[0, row, column], bends[1, row, column] = np.float32(x - u), np.float32(y - v)


@compiled
def ray_coefficients(
    constants: Array, along_origin: float, polar: float, upward: float, shaped: float
) -> tuple[float, float, float, float, float]:
    """Return the quartic's coefficients, from the constant up, in units of a^2."""
    c0, g0, uu, excess, kappa = constants[0], constants[1], constants[2], constants[3], constants[4]
    dd = 1.0 + excess * polar * polar
    c2 = dd - 2.0 * kappa * (g0 - upward * along_origin)
    c3 = -2.0 * kappa * (shaped - upward * dd)
    c4 = kappa * kappa * (uu - 2.0 * upward * shaped + upward * upward * dd)
    return c0, 2.0 * along_origin, c2, c3, c4


@compiled
def sea_range(
    c0: float, c1: float, c2: float, c3: float, c4: float, length_m: float
) -> tuple[float, float]:
    """Return the range at which a ray meets the sea and the sine of its grazing angle.

    NaN and NaN where it passes over.
    """
    inside = c1 * c1 - 4.0 * c2 * c0
    if not (inside > 0.0 and c1 < 0.0):
        return math.nan, math.nan
    s = 2.0 * c0 / (-c1 + math.sqrt(inside))
    slope = c1 + s * (2.0 * c2 + s * (3.0 * c3 + s * 4.0 * c4))
    value = s * s * s * (c3 + s * c4)
    if slope < -_LEAST_SINE * length_m:
        s -= value / slope
    return s, max(-0.5 * slope / length_m, _LEAST_SINE)
