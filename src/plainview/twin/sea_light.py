"""Sea light, compiled: what facets, whitecaps, glint, sky and air send, a block at a time."""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.wave_filter import (
    NODE_ROUGH,
    NODE_ROUGH_ALONG,
    NODE_SEEN,
    NODE_SHIFT,
    NODE_SINE,
    NODE_STRETCH,
)
from plainview.twin.wave_kernel import compiled

__all__ = [
    "N_SENT_TERMS",
    "SeaLight",
    "add_glint",
    "fill_foam",
    "fill_light",
    "fill_sky",
    "tilt_facets",
]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

_F0: Final = np.float32(0.0)
_F1: Final = np.float32(1.0)
_F2: Final = np.float32(2.0)
_HALF: Final = np.float32(0.5)
_N_TERMS: Final = 10
N_SENT_TERMS: Final = 5
_LEAST_GLINT: Final = np.float32(1e-4)
"""Of what a block sends: less of the sun, were all of it mirrored, is left out."""
_WIDE_BLOCK: Final = 1.1
"""Where the farthest pixel of a block lies so much farther than the nearest, each is looked up."""


class SeaLight(NamedTuple):
    """The light of two bands, as tables.

    Args:
        emissivity: (variances, 2, 10) float32 terms of polynomials, the constant first, in
            2 sqrt(cosine) - 1; uniform in slope variance.
        most_variance: Slope variance, both ways together, of the last row.
        sky: (2, n) float32 radiance by the square root of the sine of elevation, 0 to 1.
        sent: (2, sines, roughnesses, 5) float32: the mean radiance that facets send, their own and
            the sky's, as a polynomial in the resolved slope along the look, the constant first; by
            the square root of the sine of grazing, 0 to 1, and roughness along the look.
        most_rough: Roughness along the look of the last row of `sent`, the first being 0.
        limits: (2, 2) least and most of what a facet can send.
        air: (2, 2, n) float32 of each band, transmission and path radiance by the square root
            of range.
        most_range_m: Of the last row of `air`.
        foam: (2,) float32 radiance of whitecaps.
        sun: (5,) its direction down wind, across wind, up, and its irradiance in each band.
    """

    emissivity: Single
    most_variance: float
    sky: Single
    sent: Single
    most_rough: float
    limits: Single
    air: Single
    most_range_m: float
    foam: Single
    sun: Single


@compiled
def fill_sky(pictures: Single, block: Array, pixel: tuple[int, int, int], light: SeaLight) -> None:
    """Write the sky where the rays pass over the horizon."""
    first, row, n = pixel
    top = light.sky.shape[1] - 1
    for p in range(n):
        if not block[7, p] > 0.0:
            place = np.float32(math.sqrt(min(max(block[6, p], 0.0), 1.0)) * top)
            i = min(int(place), top - 1)
            f = place - np.float32(i)
            for b in range(len(pictures)):
                pictures[b, row, first + p] = light.sky[b, i] + f * (
                    light.sky[b, i + 1] - light.sky[b, i]
                )


@compiled
def tilt_facets(
    facets: Single, slopes: tuple[Single, Single, Single], block: Array, ends: Array, n: int
) -> None:
    """Fill in how each pixel's facet is met and how it leans.

    Args:
        facets: (2, 320) to be filled in: cosine of incidence, as twice its square root less one,
            and slope along the look, positive towards the camera.
        slopes: Of `fill_slopes`; the first two are changed to those that are seen.
        block: Geometry of `_fill_geometry`.
        ends: (2, 11) nodes at both ends.
        n: How many pixels.
    """
    along, across, _ = slopes
    cosines, leans = facets[0], facets[1]
    per = 1.0 / max(n - 1, 1)
    shift = np.float32(ends[0, NODE_SHIFT])
    shift_step = np.float32((ends[1, NODE_SHIFT] - ends[0, NODE_SHIFT]) * per)
    stretch = np.float32(ends[0, NODE_STRETCH] - 1.0)
    stretch_step = np.float32((ends[1, NODE_STRETCH] - ends[0, NODE_STRETCH]) * per)
    for p in range(n):
        sine = np.float32(block[1, p])
        ahead, aside = np.float32(block[4, p]), np.float32(block[5, p])
        level = ahead * ahead + aside * aside + np.float32(1e-12)
        unit = _F1 / np.sqrt(level)
        ahead *= unit
        aside *= unit
        cosine = np.sqrt(max(_F1 - sine * sine, _F0))
        q = np.float32(p)
        towards = along[p] * ahead + across[p] * aside
        more = (shift + q * shift_step) + (stretch + q * stretch_step) * towards
        sa, sc = along[p] + more * ahead, across[p] + more * aside
        along[p], across[p] = sa, sc
        towards += more
        incidence = (towards * cosine + sine) / np.sqrt(_F1 + sa * sa + sc * sc)
        cosines[p] = _F2 * np.sqrt(min(max(incidence, np.float32(0.02)), _F1)) - _F1
        leans[p] = towards


@compiled
def add_glint(
    glint: Single,
    slopes: tuple[Single, Single, Single],
    block: Array,
    node: Array,
    light: SeaLight,
    n: int,
) -> None:
    """Fill in how much of the sun's irradiance each pixel reflects, per steradian, over rho.

    Source:
        Cox and Munk (1954): probability of the slope that mirrors the sun, over four times the
        seen area and the fourth power of the facet's cosine.
    """
    along, across, _ = slopes
    sun_a, sun_c, sun_z = light.sun[0], light.sun[1], light.sun[2]
    up, sideways = np.float32(node[NODE_ROUGH]), np.float32(node[NODE_ROUGH + 1])
    level = _F1 / (np.float32(8.0 * math.pi) * np.sqrt(up * sideways) * np.float32(node[NODE_SEEN]))
    for p in range(n):
        sine = np.float32(block[1, p])
        ha, hc, hz = sun_a - np.float32(block[4, p]), sun_c - np.float32(block[5, p]), sun_z + sine
        za, zc = -ha / hz, -hc / hz
        da, dc = za - along[p], zc - across[p]
        x = -_HALF * (da * da / up + dc * dc / sideways)
        tilt = _F1 + za * za + zc * zc
        y = max(_F1 + x * np.float32(1.0 / 256.0), np.float32(0.75))
        for _ in range(8):
            y *= y
        glint[p] = level * tilt * tilt * y


@compiled
def _air_at(air: Single, range_m: float, most_range_m: float) -> tuple[float, float]:
    """Return transmission and path radiance of a table (2, n) at a range."""
    place = math.sqrt(min(range_m / most_range_m, 1.0)) * (air.shape[1] - 1.001)
    k = int(place)
    f = place - k
    through = air[0, k] + f * (air[0, k + 1] - air[0, k])
    return through, air[1, k] + f * (air[1, k + 1] - air[1, k])


@compiled
def _fill_air(
    air: Single, filled: tuple[Single, Single], ranges: Array, most_range_m: float, n: int
) -> None:
    """Fill in transmission and path radiance along a block, (320,) each.

    Between the nearest and the farthest pixel they are linear in range; where those are far
    apart each pixel looks into the table.
    """
    throughs, paths = filled
    near = min(ranges[0], ranges[n // 2], ranges[n - 1])
    far = max(ranges[0], ranges[n // 2], ranges[n - 1])
    if far > _WIDE_BLOCK * near:
        for p in range(n):
            through, path = _air_at(air, ranges[p], most_range_m)
            throughs[p], paths[p] = np.float32(through), np.float32(path)
        return
    through, path = _air_at(air, near, most_range_m)
    through_far, path_far = _air_at(air, far, most_range_m)
    per_m = 1.0 / max(far - near, 1e-3)
    slope, path_slope = (
        np.float32((through_far - through) * per_m),
        np.float32((path_far - path) * per_m),
    )
    through_0, path_0 = np.float32(through), np.float32(path)
    for p in range(n):
        past = np.float32(ranges[p] - near)
        throughs[p] = through_0 + slope * past
        paths[p] = path_0 + path_slope * past


@compiled
def _polynomial(out: Single, x: Single, c: Single, n: int) -> None:
    """Fill in a polynomial of degree 9, (n,), from its coefficients, the constant first."""
    c0, c1, c2, c3, c4 = c[0], c[1], c[2], c[3], c[4]
    c5, c6, c7, c8, c9 = c[5], c[6], c[7], c[8], c[9]
    for p in range(n):
        v = x[p]
        high = c5 + v * (c6 + v * (c7 + v * (c8 + v * c9)))
        out[p] = c0 + v * (c1 + v * (c2 + v * (c3 + v * (c4 + v * high))))


@compiled
def _sent_terms(terms: Single, sent: Single, node: Array, most_rough: float) -> None:
    """Fill in the terms (5,) of what facets send at a node, and their growth with roughness.

    Args:
        terms: (6,) to be filled in.
        sent: (sines, roughnesses, 5).
        node: Of a block's end.
        most_rough: Of the last roughness.
    """
    n_sines, n_roughs = sent.shape[0], sent.shape[1]
    x = math.sqrt(min(node[NODE_SINE], 1.0)) * (n_sines - 1.001)
    y = min(node[NODE_ROUGH_ALONG] / most_rough, 1.0) * (n_roughs - 1.001)
    i, j = int(x), int(y)
    f, g = np.float32(x - i), np.float32(y - j)
    slope, power = np.float32(node[NODE_SHIFT]), _F1
    grows = _F0
    for k in range(N_SENT_TERMS):
        low = sent[i, j, k] + f * (sent[i + 1, j, k] - sent[i, j, k])
        high = sent[i, j + 1, k] + f * (sent[i + 1, j + 1, k] - sent[i, j + 1, k])
        terms[k] = low + g * (high - low)
        grows += power * (high - low)
        power *= slope
    terms[N_SENT_TERMS] = grows * np.float32((n_roughs - 1) / most_rough)


@compiled
def _fill_sent(
    own: Single,
    facets: tuple[Single, Single],
    light: SeaLight,
    band: int,
    ends: Array,
    terms: Single,
    n: int,
) -> None:
    """Fill in the radiance that facets send, (320,); its terms run linearly over the block."""
    leans, uneven = facets
    _sent_terms(terms[0], light.sent[band], ends[0], light.most_rough)
    _sent_terms(terms[1], light.sent[band], ends[1], light.most_rough)
    per = _F1 / np.float32(max(n - 1, 1))
    a0, a1, a2, a3, a4, a5 = (
        terms[0, 0], terms[0, 1], terms[0, 2], terms[0, 3], terms[0, 4], terms[0, 5],
    )  # fmt: skip
    b0, b1, b2 = (terms[1, 0] - a0) * per, (terms[1, 1] - a1) * per, (terms[1, 2] - a2) * per
    b3, b4, b5 = (terms[1, 3] - a3) * per, (terms[1, 4] - a4) * per, (terms[1, 5] - a5) * per
    least, most = light.limits[band, 0], light.limits[band, 1]
    for p in range(n):
        q, v = np.float32(p), leans[p]
        high = (a2 + q * b2) + v * ((a3 + q * b3) + v * (a4 + q * b4))
        sent = (a0 + q * b0) + v * ((a1 + q * b1) + v * high) + (a5 + q * b5) * uneven[p]
        own[p] = min(max(sent, least), most)


@compiled
def fill_light(
    pictures: Single,
    pixel: tuple[int, int, int],
    facets: Single,
    extras: tuple[Single, Single, Single],
    block: Array,
    light: SeaLight,
    scratch: Single,
    ends: Array,
) -> None:
    """Write what the sea sends through the air, in the bands that are drawn."""
    first, row, n = pixel
    rows = light.emissivity
    rough = ends[0, NODE_ROUGH] + ends[0, NODE_ROUGH + 1]
    place = min(rough / light.most_variance, 0.9999) * (len(rows) - 1)
    v = min(int(place), len(rows) - 2)
    f = np.float32(place - v)
    throughs, paths, own, dark, terms = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    bright, foam, uneven = extras
    brightest = _F0
    if light.sun[2] > _F0:
        for p in range(n):
            brightest = max(brightest, bright[p])
    for b in range(len(pictures)):
        _fill_sent(own, (facets[1], uneven), light, b, ends, scratch[5:7], n)
        _fill_air(light.air[b], (throughs, paths), block[0], light.most_range_m, n)
        foamy, sun = light.foam[b], light.sun[3 + b]
        out = pictures[b, row]
        if brightest * sun > _LEAST_GLINT * own[0]:
            for i in range(_N_TERMS):
                terms[i] = rows[v, b, i] + f * (rows[v + 1, b, i] - rows[v, b, i])
            _polynomial(dark, facets[0], terms, n)
            for p in range(n):
                own[p] += (_F1 - dark[p]) * bright[p] * sun
        for p in range(n):
            own[p] += foam[p] * (foamy - own[p])
        for p in range(n):
            out[first + p] = own[p] * throughs[p] + paths[p]


@compiled
def fill_foam(
    foam: Single, slopes: Single, held: float, total: float, threshold: float, n: int
) -> None:
    """Fill in the share of each pixel under whitecaps: where the front of a wave is steep.

    The sea breaks where its slope down wind is below a threshold; the part of the slope that
    a pixel does not resolve makes that a chance, so that the mean is the same at every range.
    """
    sigma = math.sqrt(max(total - held, 0.02 * total))
    per = np.float32(1.0 / sigma)
    limit = np.float32(threshold * math.sqrt(max(held, 1e-9) + sigma * sigma))
    for p in range(n):
        x = min(max((-slopes[p] - limit) * per, np.float32(-5.0)), np.float32(5.0))
        y = x * (np.float32(1.5976) + np.float32(0.070565992) * x * x)
        z = _F1 - y * np.float32(1.0 / 1024.0)
        for _ in range(10):
            z *= z
        foam[p] = _F1 / (_F1 + z)
