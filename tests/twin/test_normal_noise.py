"""The noise is normal, new for each key, and the same whoever draws it."""

import numpy as np
from scipy import special, stats

from plainview.twin.normal_noise import fill_normals, noise_key, normals_in_numpy, uniform_at


def drawn(n: int, *key: int, pair: int = 0) -> np.ndarray:
    out = np.empty(n, np.float32)
    fill_normals(out, np.empty(n + 1, np.uint64), noise_key(*key), pair)
    return out


def test_the_compiled_noise_is_its_twin_to_the_bit() -> None:
    for n in (1, 2, 7, 640, 100_001):
        np.testing.assert_array_equal(
            drawn(n, 3, pair=11), normals_in_numpy(n, key=noise_key(3), pair=11)
        )


def test_split_mix_gives_the_published_sequence() -> None:
    # the first numbers of seed 1234567 in the reference implementation of S. Vigna
    words = [int(uniform_at(np.uint64(1234567), n) * 2.0**64) for n in range(3)]
    known = (6457827717110365317, 3203168211198807973, 9817491932198370423)
    assert [abs(a - b) < 2**11 for a, b in zip(words, known, strict=True)] == [True] * 3


def test_moments_and_distribution_are_those_of_a_normal() -> None:
    z = np.concatenate([drawn(500_000, 7, key).astype(float) for key in range(8)])
    n = len(z)
    assert abs(z.mean()) < 4.0 / np.sqrt(n)
    assert abs(z.var() - 1.0) < 4.0 * np.sqrt(2.0 / n)
    assert abs(stats.skew(z)) < 4.0 * np.sqrt(6.0 / n)
    assert abs(stats.kurtosis(z)) < 4.0 * np.sqrt(24.0 / n)
    assert stats.kstest(z, "norm").pvalue > 1e-3
    for level in (3.0, 4.0, 5.0):
        expected = 2.0 * special.ndtr(-level) * n
        assert abs(np.sum(np.abs(z) > level) - expected) < 4.0 * np.sqrt(expected) + 1.0


def test_neighbours_and_frames_have_nothing_in_common() -> None:
    n = 400_000
    first, second = drawn(n, 1, 0).astype(float), drawn(n, 1, 1).astype(float)
    for other in (second, np.roll(first, 1), np.roll(first, 2), np.roll(first, 640)):
        assert abs(np.mean(first * other)) < 4.0 / np.sqrt(n)
        assert abs(np.mean((first**2 - 1.0) * (other**2 - 1.0))) < 8.0 / np.sqrt(n)
