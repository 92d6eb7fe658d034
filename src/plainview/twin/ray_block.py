"""Ray blocks, compiled: where the rays of a block of a row meet the sea, one by one or smoothly.

Along a row range, place and grazing angle are smooth: a polynomial through a few rays serves a
whole block to a thousandth of a pixel, which other rays of the block confirm; where they do not,
as near the horizon, every ray is solved for.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_rays import Lens, SeaRays
from plainview.twin.wave_kernel import compiled

__all__ = ["BLOCK", "N_GEOMETRY", "N_SAMPLES", "fill_geometry", "fill_rays"]

Array = npt.NDArray[np.float64]

BLOCK: Final = 320
"""Short enough for the nearest cache; each costs a microsecond or two beside its pixels."""
N_GEOMETRY: Final = 8
"""Range, sine of grazing, places along and across, direction along and across, sine of elevation,
and a number that is positive where there is sea."""
_N_SMOOTH: Final = 6
"""Of those the first, which a polynomial gives."""
_N_NODES: Final = 6
N_SAMPLES: Final = 16
"""Rays that are solved for: nodes, then those that confirm, then none."""
_N_CHECKS: Final = 4
_NODES: Final = tuple(
    round(BLOCK / 2 * (1.0 - math.cos(math.pi * (k + 0.5) / _N_NODES)) - 0.5)
    for k in range(_N_NODES)
)
"""Chebyshev's, at pixels."""
_CHECKED: Final = (0, BLOCK // 3, 2 * BLOCK // 3, BLOCK - 1)
_SAMPLES: Final = np.array([*_NODES, *_CHECKED])
_MIDDLE: Final = 0.5 * (BLOCK - 1)
_TERMS: Final = np.linalg.inv(
    np.vander((np.array(_NODES) - _MIDDLE) / _MIDDLE, _N_NODES, increasing=True)
)
"""From values at nodes to coefficients, the constant first."""
_CLOSE_PX: Final = 1e-3
_CLOSE_SINE: Final = 1e-5
_CLEAR: Final = 0.05
"""Of the dip of the horizon, squared: rays that meet the sea at less are near the horizon."""


@compiled
def fill_rays(block: Array, lens: Lens, rays: SeaRays, n: int) -> None:
    """Fill in where n rays meet the sea.

    Args:
        block: (8, m) whose rows 6 and 7 hold x / z and y / z of the rays; filled in with range,
            sine of grazing, places along and across, direction along and across, sine of
            elevation, and a number that is positive where there is sea.
        lens: The lens.
        rays: The camera's rays.
        n: How many.
    """
    m, constants, start = rays.products, rays.constants, rays.start
    kappa, flat, per_length = constants[4], 1e-5 * constants[5], 0.5 / constants[5]
    xs, ys = block[6], block[7]
    c0, g0, uu, excess = constants[0], constants[1], constants[2], constants[3]
    twice = 2.0 * kappa
    e0, e1, u0, u1 = start[0], start[1], start[2], start[3]
    origin_x, origin_y, origin_z = m[0, 0], m[0, 1], m[0, 2]
    polar_x, polar_y, polar_z = m[1, 0], m[1, 1], m[1, 2]
    upward_x, upward_y, upward_z = m[2, 0], m[2, 1], m[2, 2]
    ahead_x, ahead_y, ahead_z = m[3, 0], m[3, 1], m[3, 2]
    aside_x, aside_y, aside_z = m[4, 0], m[4, 1], m[4, 2]
    shaped_x, shaped_y, shaped_z = m[5, 0], m[5, 1], m[5, 2]
    far, sines, along, across = block[0], block[1], block[2], block[3]
    sights_along, sights_across, rises, marks = block[4], block[5], block[6], block[7]
    for p in range(n):
        x, v = xs[p], ys[p]
        norm = 1.0 / math.sqrt(1.0 + x * x + v * v)
        origin = (origin_x * x + origin_y * v + origin_z) * norm
        polar = (polar_x * x + polar_y * v + polar_z) * norm
        upward = (upward_x * x + upward_y * v + upward_z) * norm
        ahead = (ahead_x * x + ahead_y * v + ahead_z) * norm
        aside = (aside_x * x + aside_y * v + aside_z) * norm
        shaped = (shaped_x * x + shaped_y * v + shaped_z) * norm
        dd = 1.0 + excess * polar * polar
        c1 = 2.0 * origin
        c2 = dd - twice * (g0 - upward * origin)
        c3 = twice * (upward * dd - shaped)
        c4 = kappa * kappa * (uu - 2.0 * upward * shaped + upward * upward * dd)
        inside = c1 * c1 - 4.0 * c2 * c0
        s = 2.0 * c0 / (abs(c1) + math.sqrt(abs(inside)))
        slope = c1 + s * (2.0 * c2 + s * (3.0 * c3 + s * 4.0 * c4))
        s += s * s * s * (c3 + s * c4) / (abs(slope) + flat)
        bend = s * kappa
        far[p] = s
        sines[p] = abs(slope) * per_length + 1e-5
        along[p] = e0 + s * (ahead - bend * (u0 - upward * ahead))
        across[p] = e1 + s * (aside - bend * (u1 - upward * aside))
        sights_along[p] = ahead
        sights_across[p] = aside
        rises[p] = upward
        marks[p] = min(inside, -c1)


@compiled
def _fill_every(block: Array, pixel: tuple[int, int, int], lens: Lens, rays: SeaRays) -> int:
    """Fill in a block ray by ray, and return how many meet the sea."""
    first, row, n = pixel
    y = (row + 0.5 - lens.center_px[1]) / lens.focal_px[1]
    per_px, x0 = 1.0 / lens.focal_px[0], (first + 0.5 - lens.center_px[0]) / lens.focal_px[0]
    xs, ys = block[6], block[7]
    if lens.is_curved:
        more_x, more_y = lens.bends[0, row], lens.bends[1, row]
        for p in range(n):
            xs[p], ys[p] = x0 + p * per_px + more_x[first + p], y + more_y[first + p]
    else:
        for p in range(n):
            xs[p], ys[p] = x0 + p * per_px, y
    fill_rays(block, lens, rays, n)
    n_sea = 0
    for p in range(n):
        n_sea += 1 if block[7, p] > 0.0 else 0
    return n_sea


@compiled
def _fill_samples(samples: Array, pixel: tuple[int, int, int], lens: Lens, rays: SeaRays) -> bool:
    """Fill in nodes and rays that confirm, (8, 16), and return whether all clearly meet the sea."""
    first, row, _ = pixel
    y = (row + 0.5 - lens.center_px[1]) / lens.focal_px[1]
    for k in range(_N_NODES + _N_CHECKS):
        column = first + _SAMPLES[k]
        x = (column + 0.5 - lens.center_px[0]) / lens.focal_px[0]
        samples[6, k], samples[7, k] = x, y
        if lens.is_curved:
            samples[6, k] += lens.bends[0, row, column]
            samples[7, k] += lens.bends[1, row, column]
    fill_rays(samples, lens, rays, N_SAMPLES)
    is_clear = True
    least = math.sqrt(_CLEAR * rays.constants[0]) / rays.constants[5]
    for k in range(_N_NODES + _N_CHECKS):
        is_clear = is_clear and samples[7, k] > 0.0 and samples[1, k] > least
    return is_clear


@compiled
def _fill_smoothly(
    block: Array, samples: Array, pixel: tuple[int, int, int], lens: Lens, rays: SeaRays
) -> bool:
    """Fill in a whole block by polynomials, and return whether other rays confirm them."""
    if not _fill_samples(samples, pixel, lens, rays):
        return False
    terms = np.zeros((_N_SMOOTH, _N_NODES))
    for i in range(_N_SMOOTH):
        for k in range(_N_NODES):
            for j in range(_N_NODES):
                terms[i, j] += _TERMS[j, k] * samples[i, k]
    close = _CLOSE_PX / max(lens.focal_px[0], lens.focal_px[1])
    for k in range(_N_NODES, _N_NODES + _N_CHECKS):
        t = (_SAMPLES[k] - _MIDDLE) / _MIDDLE
        for i in range(_N_SMOOTH):
            c = terms[i]
            found = c[0] + t * (c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))))
            most = close * samples[0, k] if i in (0, 2, 3) else close
            if i == 1:
                most = _CLOSE_SINE * samples[1, k]
            if abs(found - samples[i, k]) > most:
                return False
    for i in range(_N_SMOOTH):
        filled = block[i]
        a, b, c, d, e, f = (
            terms[i, 0], terms[i, 1], terms[i, 2], terms[i, 3], terms[i, 4], terms[i, 5],
        )  # fmt: skip
        for p in range(BLOCK):
            t = p * (1.0 / _MIDDLE) - 1.0
            filled[p] = a + t * (b + t * (c + t * (d + t * (e + t * f))))
    return True


@compiled
def fill_geometry(
    block: Array, samples: Array, pixel: tuple[int, int, int], lens: Lens, rays: SeaRays
) -> tuple[bool, bool]:
    """Fill in range, sine of grazing, places, view direction and rise of a block of pixels.

    Args:
        block: (8, 320) as in `fill_rays`; the last two rows only where there is sky.
        samples: (8, 16) room.
        pixel: First column, row, and how many.
        lens: The lens.
        rays: The camera's rays.

    Returns:
        Whether any pixel is sea, and whether any is sky.
    """
    n = pixel[2]
    if n == BLOCK and _fill_smoothly(block, samples, pixel, lens, rays):
        return True, False
    n_sea = _fill_every(block, pixel, lens, rays)
    return n_sea > 0, n_sea < n
