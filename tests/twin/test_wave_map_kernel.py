import math

import numpy as np
import pytest

from plainview.twin.sea_block import ACROSS, ALONG, N_ROOM, UNEVEN
from plainview.twin.wave_filter import N_NODE, fill_slopes
from plainview.twin.wave_footprints import FootprintMaps
from plainview.twin.wave_kernel import cosine_and_sine
from plainview.twin.wave_map_kernel import (
    MOST_SHIFTS,
    N_FOUND,
    fill_map,
    fill_planes,
    fill_shifts,
    halve_planes,
)

SIDE = 64


def rough(seed: int = 0) -> np.ndarray:
    """Slopes of a periodic piece of sea, (64, 64, 2), waves of four texels and more."""
    rng = np.random.default_rng(seed)
    k = np.fft.fftfreq(SIDE)
    keep = np.hypot(*np.meshgrid(k, k)) < 0.25
    noise = np.fft.fft2(rng.normal(size=(2, SIDE, SIDE))) * keep
    return np.ascontiguousarray(np.moveaxis(np.fft.ifft2(noise).real, 0, -1)).astype(np.float32)


def mapped(
    slopes: np.ndarray, lengths: tuple[float, float], *, azimuth_rad: float, level: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a map's slopes and unevenness unpacked, (kept, kept, 3), its words, what is found."""
    look, halved = (math.cos(azimuth_rad), math.sin(azimuth_rad)), max(level - 1, 0)
    planes = np.empty((3, SIDE, SIDE), np.float32)
    fill_planes(planes, slopes, look)
    for _ in range(halved):
        smaller = np.empty((3, planes.shape[1] // 2, planes.shape[1] // 2), np.float32)
        halve_planes(smaller, planes)
        planes = smaller
    shifts = np.empty((MOST_SHIFTS, 4), np.int64)
    n = fill_shifts(shifts, look, np.array(lengths), (level, halved))
    kept = SIDE >> level
    pairs, uneven = np.zeros(kept**2, np.int64), np.zeros(kept**2, np.int32)
    found = np.zeros(N_FOUND)
    fill_map(pairs, uneven, found, planes, look, shifts[:n], level - halved)
    words = pairs.view(np.int16).reshape(kept, kept, 4)
    left = uneven.view(np.int16).reshape(kept, kept, 2)
    own = np.concatenate([words[..., :2] * found[2], left[..., :1] * found[3]], axis=-1)
    np.testing.assert_array_equal(words[..., 2:], np.roll(words[..., :2], -1, axis=1))
    np.testing.assert_array_equal(left[..., 1], np.roll(left[..., 0], -1, axis=1))
    return own, pairs, found


def test_a_map_of_a_point_holds_the_slopes_to_sixteen_bits() -> None:
    slopes = rough()
    own, _, found = mapped(slopes, (0.0, 0.0), azimuth_rad=0.4)
    assert np.max(np.abs(own[..., :2] - slopes)) <= 0.51 * np.max(np.abs(slopes)) / 32767.0
    assert found[1] == 0.0


@pytest.mark.parametrize("azimuth_rad", [0.0, 0.5 * math.pi])
def test_a_map_is_the_mean_over_its_footprint_and_the_variance_left_in_it(
    azimuth_rad: float,
) -> None:
    # Eight texels are the mean of two of four, of two of two; bilinear sampling makes it longer.
    slopes, axis = rough(), 0 if azimuth_rad else 1
    own, _, found = mapped(slopes, (math.sqrt(65.0), 0.0), azimuth_rad=azimuth_rad)
    part = slopes[..., 1 - axis].astype(np.float64)
    misses = []
    for first in (-3, -4):
        boxes = [np.roll(slopes, -(first + k), axis=axis) for k in range(8)]
        within = np.mean([np.roll(part, -(first + k), axis=axis) ** 2 for k in range(8)], axis=0)
        left = within - np.mean(boxes, axis=0)[..., 1 - axis] ** 2
        misses.append(
            max(
                np.max(np.abs(own[..., :2] - np.mean(boxes, axis=0))),
                np.max(np.abs(own[..., 2] - (left - left.mean()))),
            )
        )
        assert found[1] == pytest.approx(left.std(), rel=1e-4)
    assert min(misses) < 1e-4 * np.max(np.abs(slopes))


def test_a_map_of_fewer_texels_holds_long_waves_where_they_are() -> None:
    y, x = np.mgrid[:SIDE, :SIDE]
    wave = np.sin(2.0 * math.pi * (x + 2.0 * y) / SIDE + 0.7)
    slopes = np.stack([wave, 0.5 * wave], axis=-1).astype(np.float32)
    own, _, _ = mapped(slopes, (math.sqrt(40.0), math.sqrt(40.0)), azimuth_rad=0.3, level=2)
    np.testing.assert_allclose(own[..., 0], wave[::4, ::4], atol=0.06)
    np.testing.assert_allclose(own[..., 1], 0.5 * wave[::4, ::4], atol=0.03)


def test_slopes_are_looked_up_as_numpy_interpolates_them() -> None:
    own, pairs, found = mapped(rough(), (math.sqrt(65.0), 0.0), azimuth_rad=0.0)
    n_all = np.zeros((1, 3), np.int64)
    left = (own[..., 2] / found[3]).round().astype(np.int64).ravel()
    right = np.roll(left.reshape(SIDE, SIDE), -1, axis=1).ravel()
    maps = FootprintMaps(
        pairs, ((left & 0xFFFF) | (right << 16)).astype(np.int32), n_all, n_all + SIDE,
        np.array([32.0, 1.0, 1.0]), np.array([[0.1, 0.0, 0.0]]), np.array([[0.1, 0.0, 0.0]]),
        np.tile(found[2:], (1, 3, 1)), 1.0, 1.0,
    )  # fmt: skip
    nodes = np.zeros((2, N_NODE))
    nodes[:, 0] = 0.1 * np.array([1.0, 1.44])
    room, block, n = np.zeros((N_ROOM, 320), np.float32), np.zeros((8, 320)), 200
    rng = np.random.default_rng(1)
    block[2:4, :n] = rng.uniform(-200.0, 200.0, (2, n)) + np.array([[4e3], [-7e3]])
    corners, words = np.zeros((2, 320), np.uint32), np.zeros((4, 320), np.int32)
    fill_slopes(room, block, maps, nodes, np.array([0.1, 0.1]), corners, words, n)
    u, v = block[2, :n] * 2.0, block[3, :n] * 2.0
    j, i = np.floor(u).astype(int), np.floor(v).astype(int)
    f, g = (u - j)[:, np.newaxis], (v - i)[:, np.newaxis]
    wanted = np.zeros((n, 3))
    for down in (0, 1):
        for over in (0, 1):
            weight = (g if down else 1.0 - g) * (f if over else 1.0 - f)
            wanted += weight * own[(i + down) % SIDE, (j + over) % SIDE]
    wanted[:, :2] *= (1.0 + 0.2 * np.arange(n) / n)[:, np.newaxis]
    for row, column in ((ALONG, 0), (ACROSS, 1), (UNEVEN, 2)):
        np.testing.assert_allclose(room[row, :n], wanted[:, column], atol=2e-3 * own.std())


def test_cosine_and_sine_are_those_of_the_library() -> None:
    angles = np.concatenate([np.linspace(-7.0, 7.0, 999), np.linspace(-3e4, 3e4, 999)])
    found = np.array([cosine_and_sine(float(angle)) for angle in angles])
    np.testing.assert_allclose(found[:, 0], np.cos(angles), atol=2e-11)
    np.testing.assert_allclose(found[:, 1], np.sin(angles), atol=2e-11)
