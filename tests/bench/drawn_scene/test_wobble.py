import numpy as np
import pytest

from bench.drawn_scene.wobble import Wobble


def test_a_wobble_has_its_sigma_on_each_axis() -> None:
    wobble = Wobble.draw(np.random.default_rng(1), sigma=2.0, band_hz=(0.1, 1.0), n_axes=3)
    excursion = wobble.at(np.linspace(0.0, 2000.0, 20_000))
    assert excursion.shape == (3, 20_000)
    np.testing.assert_allclose(excursion.std(axis=1), 2.0, rtol=0.05)


def test_an_instant_gives_the_same_whatever_is_asked_beside_it() -> None:
    wobble = Wobble.draw(np.random.default_rng(1), sigma=2.0, band_hz=(0.1, 1.0), n_axes=1)
    alone, among = wobble.at(np.array([5.0]))[0, 0], wobble.at(np.array([1.0, 5.0, 9.0]))[0, 1]
    assert alone == pytest.approx(among, abs=1e-12)
