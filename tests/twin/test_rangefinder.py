"""A rangefinder measures a distance with its error, and finds none beyond its reach."""

from dataclasses import fields

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.sensing.rangefinder_spec import RangefinderSpec
from plainview.twin.rangefinder import BRIGHT_REFLECTANCE, Rangefinder, sea_reflectance

SPEC = RangefinderSpec(
    shortest_m=100.0,
    longest_m=20_000.0,
    noise_m=2.0,
    bias_m=1.0,
    rate_hz=1.0,
    beam_width_mrad=0.5,
)


def test_errors_are_as_stated_and_the_bias_stays() -> None:
    generator = np.random.default_rng(1)
    biases = []
    for _ in range(400):
        finder = Rangefinder.draw(generator, spec=SPEC)
        measured = finder.measure(np.full(200, 5_000.0), reflectance=0.5, generator=generator)
        assert not np.any(np.isnan(measured))
        biases.append(measured.mean() - 5_000.0)
        assert measured.std() == pytest.approx(2.0, rel=0.25)
    assert np.std(biases) == pytest.approx(np.hypot(1.0, 2.0 / np.sqrt(200)), rel=0.12)


def test_a_bright_thing_is_found_half_the_time_at_the_longest_distance() -> None:
    finder = Rangefinder(spec=SPEC)
    found = finder.detection_probability(
        [50.0, 100.0, 10_000.0, 20_000.0, 30_000.0], reflectance=BRIGHT_REFLECTANCE
    )
    np.testing.assert_allclose(found, [0.0, 1.0, 1.0, 0.5, 0.0], atol=0.02)


def test_haze_and_dark_things_shorten_the_reach() -> None:
    ranges = np.linspace(500.0, 30_000.0, 300)
    clear, hazy = Rangefinder(spec=SPEC), Rangefinder(spec=SPEC, extinction_m=0.5e-3)
    for finder, bright in ((clear, 0.8), (clear, 0.1), (hazy, 0.8)):
        found = finder.detection_probability(ranges, reflectance=bright)
        assert np.all(np.diff(found) <= 0.0)

    def reach(finder: Rangefinder, bright: float) -> float:
        found = finder.detection_probability(ranges, reflectance=bright)
        return float(ranges[np.argmax(found < 0.5)])

    assert reach(clear, 0.1) < 0.6 * reach(clear, 0.8)
    assert reach(hazy, 0.8) < 0.5 * reach(clear, 0.8)


def test_the_facets_of_the_sea_throw_back_what_their_slopes_say() -> None:
    # straight down on still water: F / (4 s^2)
    assert sea_reflectance(np.pi / 2, wind_m_s=0.0) == pytest.approx(0.02 / (4 * 0.003))
    grazing = np.radians([80.0, 60.0, 40.0, 20.0, 10.0, 5.0])
    for wind_m_s in (2.0, 8.0, 14.0):
        assert np.all(np.diff(sea_reflectance(grazing, wind_m_s=wind_m_s)) < 0.0)
    # all facets together throw back what flat water does: Monte Carlo over slopes
    generator = np.random.default_rng(0)
    slopes = generator.standard_normal((400_000, 2)) * np.sqrt((0.003 + 0.00512 * 8.0) / 2.0)
    tilt = np.radians(20.0)
    toward = np.array([np.sin(tilt), 0.0, np.cos(tilt)])
    normals = np.concatenate([-slopes, np.ones((len(slopes), 1))], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    facing = normals @ toward
    back = 2.0 * facing[:, np.newaxis] * normals - toward
    cone = 0.03
    is_back = back @ toward > np.cos(cone)
    # a facet's share of the beam goes with its area that faces it
    share = facing / normals[:, 2] / np.cos(tilt)
    counted = 0.02 * np.sum(share[is_back]) / len(slopes) / (np.pi * cone**2)
    found = float(sea_reflectance(np.pi / 2 - tilt, wind_m_s=8.0))
    foam = 3.84e-6 * 8.0**3.41
    facets = (found - foam * 0.2 * np.cos(tilt)) / (1.0 - foam)
    assert np.pi * counted == pytest.approx(facets, rel=0.1)


def test_at_shallow_angles_the_sea_gives_no_distance() -> None:
    finder = Rangefinder(spec=SPEC)
    generator = np.random.default_rng(2)
    steep, shallow = (
        finder.measure(
            np.full(500, 4_000.0),
            reflectance=float(sea_reflectance(np.radians(angle), wind_m_s=6.0)),
            generator=generator,
        )
        for angle in (80.0, 6.0)
    )
    assert np.mean(np.isnan(steep)) < 0.05
    assert np.mean(np.isnan(shallow)) > 0.9


def test_the_same_seed_measures_the_same_and_nothing_met_is_nothing_found() -> None:
    given = {"reflectance": 0.3}
    finder = Rangefinder(spec=SPEC)
    first, second = (
        finder.measure([np.nan, 900.0, 20_000.0], generator=np.random.default_rng(7), **given)
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    assert np.isnan(first[0])


def test_it_measures_a_distance_and_nothing_else() -> None:
    assert {each.name for each in fields(Rangefinder)} == {"spec", "bias_m", "extinction_m"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"true_range_m": -1.0, "reflectance": 0.5}, "true_range_m"),
        ({"true_range_m": 10.0, "reflectance": -0.5}, "reflectance"),
        ({"true_range_m": 10.0, "reflectance": np.nan}, "reflectance"),
    ],
)
def test_distances_that_cannot_be_are_refused(given: dict[str, float], named: str) -> None:
    with pytest.raises(InputError, match=named):
        Rangefinder(spec=SPEC).measure(generator=np.random.default_rng(0), **given)
    with pytest.raises(InputError, match="extinction_m"):
        Rangefinder(spec=SPEC, extinction_m=-1.0)
    with pytest.raises(InputError, match="wind_m_s"):
        sea_reflectance(0.5, wind_m_s=-1.0)
