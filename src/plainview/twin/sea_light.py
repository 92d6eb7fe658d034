"""Sea light, compiled: what facets, whitecaps, glint, sky and air send, a block at a time."""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.twin.sea_block import (
    ACROSS,
    ALONG,
    BRIGHT,
    DARK,
    FOAM,
    LEAN,
    MET,
    PAST,
    UNEVEN,
)
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
    "fill_sent_terms",
    "fill_sky",
    "tilt_facets",
]

Array = npt.NDArray[np.float64]
Single = npt.NDArray[np.float32]

_F0: Final = np.float32(0.0)
_F1: Final = np.float32(1.0)
_F2: Final = np.float32(2.0)
_HALF: Final = np.float32(0.5)
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
def tilt_facets(room: Single, block: Array, ends: Array, n: int) -> None:
    """Fill in how each pixel's facet is met and how it leans; its slopes become those seen.

    Args:
        room: (12, 320) of `sea_block`.
        block: Geometry of `fill_geometry`.
        ends: (2, 11) nodes at both ends.
        n: How many pixels.
    """
    along, across, met, leans = room[ALONG], room[ACROSS], room[MET], room[LEAN]
    per = 1.0 / max(n - 1, 1)
    shift = np.float32(ends[0, NODE_SHIFT])
    shift_step = np.float32((ends[1, NODE_SHIFT] - ends[0, NODE_SHIFT]) * per)
    stretch = np.float32(ends[0, NODE_STRETCH] - 1.0)
    stretch_step = np.float32((ends[1, NODE_STRETCH] - ends[0, NODE_STRETCH]) * per)
    sines, sights_along, sights_across = block[1], block[4], block[5]
    for p in range(n):
        sine = np.float32(sines[p])
        ahead, aside = np.float32(sights_along[p]), np.float32(sights_across[p])
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
        met[p] = _F2 * np.sqrt(min(max(incidence, np.float32(0.02)), _F1)) - _F1
        leans[p] = towards


@compiled
def add_glint(room: Single, block: Array, node: Array, light: SeaLight, n: int) -> None:
    """Fill in how much of the sun's irradiance each pixel reflects, per steradian, over rho.

    Source:
        Cox and Munk (1954): probability of the slope that mirrors the sun, over four times the
        seen area and the fourth power of the facet's cosine.
    """
    along, across, bright = room[ALONG], room[ACROSS], room[BRIGHT]
    sun_a, sun_c, sun_z = light.sun[0], light.sun[1], light.sun[2]
    up, sideways = np.float32(node[NODE_ROUGH]), np.float32(node[NODE_ROUGH + 1])
    level = _F1 / (np.float32(8.0 * math.pi) * np.sqrt(up * sideways) * np.float32(node[NODE_SEEN]))
    per_up, per_sideways = -_HALF / up, -_HALF / sideways
    sines, sights_along, sights_across = block[1], block[4], block[5]
    for p in range(n):
        sine = np.float32(sines[p])
        per = _F1 / (sun_z + sine)
        za = (np.float32(sights_along[p]) - sun_a) * per
        zc = (np.float32(sights_across[p]) - sun_c) * per
        da, dc = za - along[p], zc - across[p]
        x = da * da * per_up + dc * dc * per_sideways
        tilt = _F1 + za * za + zc * zc
        y = max(_F1 + x * np.float32(1.0 / 256.0), np.float32(0.75))
        for _ in range(8):
            y *= y
        bright[p] = level * tilt * tilt * y


@compiled
def _air_at(air: Single, range_m: float, most_range_m: float) -> tuple[float, float]:
    """Return transmission and path radiance of a table (2, n) at a range."""
    place = math.sqrt(min(range_m / most_range_m, 1.0)) * (air.shape[1] - 1.001)
    k = int(place)
    f = place - k
    through = air[0, k] + f * (air[0, k + 1] - air[0, k])
    return through, air[1, k] + f * (air[1, k + 1] - air[1, k])


@compiled
def _brightest(bright: Single, n: int) -> float:
    """Return the largest of numbers that are not negative; as integers they keep their order."""
    most = np.int32(0)
    bits = bright.view(np.int32)
    for p in range(n):
        most = max(most, bits[p])
    found = 0.0
    for p in range(n):
        if bits[p] == most:
            found = float(bright[p])
            break
    return found


@compiled
def _fill_dark(room: Single, low: Single, high: Single, part: float, n: int) -> None:
    """Fill in what facets do not mirror, from two polynomials of degree 9, the constant first."""
    met, dark = room[MET], room[DARK]
    f = np.float32(part)
    c0, c1, c2 = (
        low[0] + f * (high[0] - low[0]), low[1] + f * (high[1] - low[1]),
        low[2] + f * (high[2] - low[2]),
    )  # fmt: skip
    c3, c4, c5 = (
        low[3] + f * (high[3] - low[3]), low[4] + f * (high[4] - low[4]),
        low[5] + f * (high[5] - low[5]),
    )  # fmt: skip
    c6, c7, c8, c9 = (
        low[6] + f * (high[6] - low[6]), low[7] + f * (high[7] - low[7]),
        low[8] + f * (high[8] - low[8]), low[9] + f * (high[9] - low[9]),
    )  # fmt: skip
    for p in range(n):
        v = met[p]
        far = c5 + v * (c6 + v * (c7 + v * (c8 + v * c9)))
        dark[p] = c0 + v * (c1 + v * (c2 + v * (c3 + v * (c4 + v * far))))


@compiled
def fill_sent_terms(terms: Single, light: SeaLight, node: Array) -> None:
    """Fill in the terms of what facets send at a node, and their growth with roughness.

    Args:
        terms: (2, 6) of each band, to be filled in.
        light: Tables.
        node: Of a block's end.
    """
    n_sines, n_roughs = light.sent.shape[1], light.sent.shape[2]
    x = math.sqrt(min(node[NODE_SINE], 1.0)) * (n_sines - 1.001)
    y = min(node[NODE_ROUGH_ALONG] / light.most_rough, 1.0) * (n_roughs - 1.001)
    i, j = int(x), int(y)
    f, g = np.float32(x - i), np.float32(y - j)
    slope = np.float32(node[NODE_SHIFT])
    for b in range(2):
        sent, power, grows = light.sent[b], _F1, _F0
        for k in range(N_SENT_TERMS):
            low = sent[i, j, k] + f * (sent[i + 1, j, k] - sent[i, j, k])
            high = sent[i, j + 1, k] + f * (sent[i + 1, j + 1, k] - sent[i, j + 1, k])
            terms[b, k] = low + g * (high - low)
            grows += power * (high - low)
            power *= slope
        terms[b, N_SENT_TERMS] = grows * np.float32((n_roughs - 1) / light.most_rough)


@compiled
def _pass_air(out: Single, air: Single, ranges: Array, most_range_m: float) -> None:
    """Let what is sent (n,) pass through the air, each pixel by its own range."""
    for p in range(len(out)):
        through, path = _air_at(air, ranges[p], most_range_m)
        out[p] = out[p] * np.float32(through) + np.float32(path)


@compiled
def _write_sent(
    out: Single,
    room: Single,
    first_end: Single,
    last_end: Single,
    numbers: tuple[float, float, float, float],
    air: tuple[float, float, float, float],
) -> None:
    """Write what facets, the sun in them and foam send, through the air.

    Args:
        out: (n,) to be filled in.
        room: (12, 320) of `sea_block`.
        first_end: (6,) of `fill_sent_terms` at the first end; they run linearly over the block.
        last_end: Likewise.
        numbers: Least and most of what a facet can send, the sun's irradiance, foam's radiance.
        air: Transmission and path radiance at the nearest pixel, and their growth a metre.
    """
    leans, uneven, dark = room[LEAN], room[UNEVEN], room[DARK]
    bright, foam, past = room[BRIGHT], room[FOAM], room[PAST]
    n = len(out)
    per = _F1 / np.float32(max(n - 1, 1))
    a0, a1, a2 = first_end[0], first_end[1], first_end[2]
    a3, a4, a5 = first_end[3], first_end[4], first_end[5]
    b0, b1, b2 = (last_end[0] - a0) * per, (last_end[1] - a1) * per, (last_end[2] - a2) * per
    b3, b4, b5 = (last_end[3] - a3) * per, (last_end[4] - a4) * per, (last_end[5] - a5) * per
    least, most = np.float32(numbers[0]), np.float32(numbers[1])
    sun, foamy = np.float32(numbers[2]), np.float32(numbers[3])
    through, path = np.float32(air[0]), np.float32(air[1])
    through_m, path_m = np.float32(air[2]), np.float32(air[3])
    for p in range(n):
        q, v = np.float32(p), leans[p]
        high = (a2 + q * b2) + v * ((a3 + q * b3) + v * (a4 + q * b4))
        sent = (a0 + q * b0) + v * ((a1 + q * b1) + v * high) + (a5 + q * b5) * uneven[p]
        sent = min(max(sent, least), most) + (_F1 - dark[p]) * bright[p] * sun
        sent += foam[p] * (foamy - sent)
        out[p] = sent * (through + through_m * past[p]) + (path + path_m * past[p])


@compiled
def fill_light(
    pictures: Single,
    pixel: tuple[int, int, int],
    room: Single,
    block: Array,
    light: SeaLight,
    nodes: Array,
    sent: Single,
) -> None:
    """Write what the sea sends through the air, in the bands that are drawn.

    Args:
        pictures: (bands, rows, columns).
        pixel: First column, row, and how many.
        room: (12, 320) of `sea_block`.
        block: Geometry of `fill_geometry`.
        light: Tables.
        nodes: (2, 11) of both ends.
        sent: (2, 2, 6) what facets send there, of `fill_sent_terms`.
    """
    first, row, n = pixel
    emits, ranges, past, most_m = light.emissivity, block[0], room[PAST], light.most_range_m
    rough = nodes[0, NODE_ROUGH] + nodes[0, NODE_ROUGH + 1]
    place = min(rough / light.most_variance, 0.9999) * (len(emits) - 1)
    v = min(int(place), len(emits) - 2)
    brightest = _brightest(room[BRIGHT], n) if light.sun[2] > _F0 else _F0
    near = min(ranges[0], ranges[n // 2], ranges[n - 1])
    far = max(ranges[0], ranges[n // 2], ranges[n - 1])
    is_wide = far > _WIDE_BLOCK * near
    per_m = 1.0 / max(far - near, 1e-3)
    for p in range(n):
        past[p] = np.float32(ranges[p] - near)
    for b in range(len(pictures)):
        sun = light.sun[3 + b]
        if brightest * sun > _LEAST_GLINT * sent[0, b, 0]:
            _fill_dark(room, emits[v, b], emits[v + 1, b], place - v, n)
        else:
            sun = _F0
        out, table = pictures[b, row, first : first + n], light.air[b]
        air = (1.0, 0.0, 0.0, 0.0)
        if not is_wide:
            # Between the nearest and the farthest pixel the air is linear in range.
            through, path = _air_at(table, near, most_m)
            through_far, path_far = _air_at(table, far, most_m)
            air = (through, path, (through_far - through) * per_m, (path_far - path) * per_m)
        numbers = (light.limits[b, 0], light.limits[b, 1], sun, light.foam[b])
        _write_sent(out, room, sent[0, b], sent[1, b], numbers, air)
        if is_wide:
            _pass_air(out, table, ranges, most_m)


@compiled
def fill_foam(room: Single, held: float, total: float, threshold: float, n: int) -> None:
    """Fill in the share of each pixel under whitecaps: where the front of a wave is steep.

    The sea breaks where its slope down wind is below a threshold; the part of the slope that
    a pixel does not resolve makes that a chance, so that the mean is the same at every range.
    """
    slopes, foam = room[ALONG], room[FOAM]
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
