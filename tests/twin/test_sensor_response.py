"""What a camera was told comes back from its frames, by estimators of the bench's own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from bench.measured_response import (
    FREQUENCIES,
    day_camera,
    edge_transfer,
    frames_of,
    noise_parts,
    photon_transfer,
    point_energy,
    quiet,
    radiance_of,
    specified_transfer,
    thermal_camera,
)
from bench.slanted_edge import draw_edge, measure_mtf
from plainview.errors import InputError
from plainview.sensing import FocalStep, band_radiance_slope
from plainview.twin.electronics import Electronics
from plainview.twin.sensor_response import SensorResponse

THERMAL = thermal_camera()
DAY = day_camera()
SHAPE = (240, 160)


def thermal_flat(kelvin: float) -> np.ndarray:
    return np.full(SHAPE, float(radiance_of(THERMAL, kelvin)))


def thermal_response(**behind: Any) -> SensorResponse:
    return SensorResponse.of_camera(THERMAL, seed=(5, 0), electronics=Electronics(**behind))


def test_the_estimator_finds_the_footprint_of_a_perfect_camera() -> None:
    frequency, transfer = measure_mtf(draw_edge((200, 160), slope=0.0875, at_px=80.3))
    found = np.interp(FREQUENCIES, frequency, transfer)
    np.testing.assert_allclose(found, np.sinc(FREQUENCIES), atol=5e-4)


def test_the_transfer_of_a_thermal_camera_is_the_product_that_was_specified() -> None:
    levels = tuple(float(radiance_of(THERMAL, each)) for each in (290.0, 310.0))
    found = edge_transfer(thermal_response(), (levels[0], levels[1]))
    np.testing.assert_allclose(found, specified_transfer(THERMAL, FREQUENCIES), atol=0.02)


def test_the_transfer_of_a_day_camera_is_the_product_that_was_specified() -> None:
    response = SensorResponse.of_camera(DAY, seed=(5, 1))
    found = edge_transfer(response, (5.0, 50.0))
    np.testing.assert_allclose(found, specified_transfer(DAY, FREQUENCIES), atol=0.02)


@pytest.mark.parametrize("width_px", [0.7, 2.5])
def test_a_line_of_sight_that_moves_evenly_multiplies_the_transfer_by_its_sinc(
    width_px: float,
) -> None:
    response = SensorResponse.of_camera(DAY, seed=(5, 1))
    steps = np.linspace(-0.5, 0.5, 41) * width_px / DAY.focal_length_px(60.0)
    angles = np.stack([steps, np.zeros_like(steps)], axis=-1)
    found = edge_transfer(response, (5.0, 50.0), angles_rad=angles)
    wanted = specified_transfer(DAY, FREQUENCIES) * np.abs(np.sinc(width_px * FREQUENCIES))
    np.testing.assert_allclose(found, wanted, atol=0.025)


def test_noise_comes_back_as_netd_lines_and_fixed_pattern() -> None:
    behind = Electronics(row_noise_ratio=0.5, column_noise_ratio=0.4)
    response = SensorResponse.of_camera(THERMAL, seed=(5, 0), electronics=behind)
    parts = noise_parts(frames_of(response, thermal_flat(300.0), 48))
    warmer = np.nanmean(frames_of(response, thermal_flat(300.5), 24, first=48))
    colder = np.nanmean(frames_of(response, thermal_flat(299.5), 24, first=72))
    counts_a_kelvin = float(warmer - colder)
    netd_k = THERMAL.netd_k(55.0)
    assert netd_k is not None
    assert parts.pixel / counts_a_kelvin == pytest.approx(netd_k, rel=0.03)
    assert parts.row / counts_a_kelvin == pytest.approx(0.5 * netd_k, rel=0.05)
    assert parts.column / counts_a_kelvin == pytest.approx(0.4 * netd_k, rel=0.05)
    assert parts.fixed / counts_a_kelvin == pytest.approx(0.02, rel=0.03)


def test_a_gain_that_differs_shows_away_from_300_kelvin_alone() -> None:
    response = thermal_response(gain_pattern_ratio=0.01)
    slope = float(band_radiance_slope(300.0, low_um=8.0, high_um=12.0))
    step = float(radiance_of(THERMAL, 320.0) - radiance_of(THERMAL, 300.0))
    scale = response.chain.conversion(1.0).counts_a_unit
    fixed = noise_parts(frames_of(response, thermal_flat(320.0), 32)).fixed / scale
    assert fixed == pytest.approx(np.hypot(0.02 * slope, 0.01 * step), rel=0.04)


def test_electrons_come_back_from_how_noise_grows_with_light() -> None:
    found = photon_transfer(DAY, levels=(5.0, 15.0, 30.0, 50.0), seed=3)
    full_counts = 4095 * (1.0 - 1.0 / 64.0)
    assert found == pytest.approx(10_000.0 / full_counts, rel=0.03)


def test_a_day_camera_counts_the_electrons_that_its_irradiance_gives() -> None:
    response = SensorResponse.of_camera(DAY, seed=(5, 1))
    counts = np.nanmean(frames_of(response, np.full(SHAPE, 20.0), 1)[0])
    # by hand: pi L tau / (4 N^2 + 1), photons of 0.565 um, QE 0.6
    photons = np.pi * 20.0 * 0.9 / 65.0 * (3.45e-6) ** 2 * 0.565e-6 / 1.98644586e-25
    electrons = 0.6 * photons * response._last.exposure_s  # type: ignore[union-attr]
    shown = (counts - 4095 / 64) / (4095 * 63 / 64) * 10_000.0
    assert shown == pytest.approx(electrons, rel=0.005)
    assert electrons == pytest.approx(7_000.0, rel=0.01)  # what the exposure aims at


def test_the_energy_of_a_small_thing_is_kept() -> None:
    background = float(radiance_of(THERMAL, 288.0))
    contrast = float(radiance_of(THERMAL, 320.0)) - background
    response = SensorResponse.of_camera(thermal_camera(netd_k=0.01), seed=(2,), electronics=quiet())
    energy = point_energy(
        response, background=background, contrast=contrast, cover=0.4, n_frames=150
    )
    assert energy == pytest.approx(1.0, abs=0.02)


def test_as_many_pixels_are_dead_as_was_specified() -> None:
    response = thermal_response()
    frame = response.frame(
        thermal_flat(300.0).astype(np.float32), focal_length_mm=55.0, frame_index=0, time_s=0.0
    )
    x, y, width, height = response.mark.box_px
    outside = np.ones(SHAPE, bool)
    outside[y : y + height, x : x + width] = False
    is_stuck = (frame.counts == 0) | (frame.counts == 16_383)
    flat = np.concatenate([response.dead.dark, response.dead.hot])
    assert len(np.unique(flat)) == round(1e-3 * 240 * 160)
    assert set(np.flatnonzero(is_stuck & outside)) == set(flat[outside.reshape(-1)[flat]])


def test_the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two() -> None:
    generator = np.random.default_rng(0)
    picture = (20.0 + generator.random((248, 168), np.float32)).astype(np.float32)
    angles = 2e-6 * generator.standard_normal((20, 2))
    with ThreadPoolExecutor(2) as pool:
        for spec in (THERMAL, DAY):
            alone, shared = (SensorResponse.of_camera(spec, seed=(9, 2)) for _ in range(2))
            for index in range(3):
                given = {
                    "focal_length_mm": spec.focal_lengths_mm[0],
                    "frame_index": index,
                    "time_s": index / 30.0,
                    "angles_rad": angles,
                }
                one = alone.frame(picture, **given)  # type: ignore[arg-type]
                two = shared.frame(picture, **given, pool=pool, n_blocks=3)  # type: ignore[arg-type]
                assert one.counts.tobytes() == two.counts.tobytes()
                assert one.pixels.tobytes() == two.pixels.tobytes()
            other = SensorResponse.of_camera(spec, seed=(9, 3)).frame(picture, **given)  # type: ignore[arg-type]
            assert other.counts.tobytes() != one.counts.tobytes()


def test_every_picture_says_simulated_and_nothing_leaves_it_out() -> None:
    for spec, level in ((THERMAL, 38.0), (DAY, 20.0)):
        response = SensorResponse.of_camera(spec, seed=(1,))
        frame = response.frame(
            np.full(SHAPE, level, np.float32),
            focal_length_mm=spec.focal_lengths_mm[0],
            frame_index=0,
            time_s=0.0,
        )
        x, y, width, height = response.mark.box_px
        for picture in (frame.counts, frame.pixels):
            box = picture[y : y + height, x : x + width]
            letters, edge = box[response.mark.is_letter], box[response.mark.is_edge]
            assert len(np.unique(letters)) == 1
            assert letters[0] > edge.min()
            black, white = (round(each) for each in frame.window_counts)
            if picture is frame.counts:
                assert (letters[0], edge.min()) == (white, black)


def test_the_shutter_repeats_frames_and_then_takes_the_drift_away() -> None:
    behind = {"calibration_interval_s": 60.0, "calibration_s": 0.5, "drift_ratio_min": 1.0}
    response = thermal_response(**behind)
    picture = thermal_flat(300.0).astype(np.float32)

    def fixed(first: int, time_s: float) -> float:
        frames = []
        for index in range(first, first + 24):
            frame = response.frame(picture, focal_length_mm=55.0, frame_index=index, time_s=time_s)
            assert not frame.is_repeated
            frames.append(np.where(frame.counts % 16_383 == 0, np.nan, frame.counts)[:158])
        return noise_parts(np.stack(frames)).fixed

    fresh, drifted = fixed(0, 0.0), fixed(24, 59.9)
    last = response._last
    shut = response.frame(picture, focal_length_mm=55.0, frame_index=48, time_s=60.2)
    assert shut.is_repeated
    assert last is not None
    assert shut.counts.tobytes() == last.counts.tobytes()
    assert drifted / fresh == pytest.approx(np.sqrt(2.0), rel=0.05)
    assert fixed(49, 60.6) / fresh == pytest.approx(1.0, rel=0.05)


def test_by_night_the_exposure_lengthens_and_then_the_gain_rises() -> None:
    response = SensorResponse.of_camera(DAY, seed=(1,))
    picture = np.full(SHAPE, 20.0, np.float32)
    for index in range(120):
        if index == 30:
            picture = np.full(SHAPE, 0.02, np.float32)
        frame = response.frame(
            picture, focal_length_mm=60.0, frame_index=index, time_s=index / 30.0
        )
        if index == 29:
            by_day = frame
    assert by_day.gain_ratio == 1.0
    assert by_day.exposure_s < 1e-3
    assert frame.exposure_s == 0.02
    assert frame.gain_ratio > 10.0


def test_a_scene_too_bright_fills_the_scale_and_no_more() -> None:
    hot = thermal_flat(500.0).astype(np.float32)
    frame = thermal_response().frame(hot, focal_length_mm=55.0, frame_index=0, time_s=0.0)
    assert np.median(frame.counts) > 16_300


def test_black_hot_is_white_hot_turned_over() -> None:
    rows = np.linspace(290.0, 300.0, SHAPE[0])[:, np.newaxis] * np.ones(SHAPE[1])
    picture = radiance_of(THERMAL, rows).astype(np.float32)
    shown = {}
    for polarity in ("white_hot", "black_hot"):
        response = SensorResponse.of_camera(
            THERMAL, seed=(1,), electronics=Electronics(polarity=polarity)
        )
        frame = response.frame(picture, focal_length_mm=55.0, frame_index=0, time_s=0.0)
        shown[polarity] = frame.pixels[:, 120:]
    np.testing.assert_array_equal(shown["white_hot"], 255 - shown["black_hot"])


def test_grey_levels_follow_a_step_of_the_scene_with_their_time() -> None:
    response = thermal_response(level_time_s=1.0, tail_share=0.1)
    cold, warm = (thermal_flat(each).astype(np.float32) for each in (280.0, 300.0))
    middles = []
    for index in range(60):
        frame = response.frame(
            cold if index == 0 else warm,
            focal_length_mm=55.0,
            frame_index=index,
            time_s=index / 10.0,
        )
        middles.append(np.mean(frame.window_counts))
    assert middles[1] == middles[0]
    assert all(later >= sooner for sooner, later in pairwise(middles[1:]))
    assert middles[-1] > middles[0] + 100.0


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (np.full(SHAPE, np.nan, np.float32), "not a number"),
        (np.full(SHAPE, -1.0, np.float32), "below 0"),
        (np.full(SHAPE, np.inf, np.float32), "no radiance"),
        (np.full((100, 100), 1.0, np.float32), "camera of 160x240"),
        (np.full((241, 160), 1.0, np.float32), "larger by the same"),
    ],
)
def test_radiance_that_cannot_be_is_refused(picture: np.ndarray, said: str) -> None:
    with pytest.raises(InputError, match=said):
        thermal_response().frame(picture, focal_length_mm=55.0, frame_index=0, time_s=0.0)


def test_a_lens_that_cannot_be_is_refused() -> None:
    picture = thermal_flat(300.0).astype(np.float32)
    for focal_length_mm in (0.0, float("nan"), 70.0):
        with pytest.raises(InputError, match="focal_length_mm"):
            thermal_response().frame(
                picture, focal_length_mm=focal_length_mm, frame_index=0, time_s=0.0
            )
    with pytest.raises(InputError, match="angles_rad"):
        thermal_response().frame(
            picture,
            focal_length_mm=55.0,
            frame_index=0,
            time_s=0.0,
            angles_rad=np.full((4, 2), np.nan),
        )


@pytest.mark.parametrize(
    "field",
    [
        {"coldest_k": -3.0},
        {"hottest_k": 200.0},
        {"most_gain": 0.5},
        {"polarity": "green"},
        {"calibration_s": 500.0},
        {"tail_share": float("nan")},
    ],
)
def test_electronics_that_cannot_be_are_refused_by_name(field: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(field))):
        Electronics(**field)


def test_the_stated_noise_of_a_pixel_is_what_it_has() -> None:
    response = thermal_response()
    frames = frames_of(response, thermal_flat(300.0), 32)
    scale = response.chain.conversion(1.0).counts_a_unit
    level = float(radiance_of(THERMAL, 300.0))
    assert np.nanstd(frames) / scale == pytest.approx(
        response.noise_radiance(level, focal_length_mm=55.0), rel=0.03
    )
    day = SensorResponse.of_camera(replace(DAY), seed=(4,))
    seen = frames_of(day, np.full(SHAPE, 20.0), 32)
    told = day.chain.conversion(4.0).counts_a_unit * day.chain.responsivity(4.0)
    assert np.nanstd(seen) / told == pytest.approx(
        day.noise_radiance(20.0, focal_length_mm=60.0), rel=0.03
    )


def test_a_camera_that_is_restored_goes_on_to_the_same_bytes() -> None:
    for spec, level in ((THERMAL, 38.0), (DAY, 0.5)):
        whole, first, second = (SensorResponse.of_camera(spec, seed=(8,)) for _ in range(3))
        assert first.state() == {}
        generator = np.random.default_rng(2)
        for index in range(8):
            picture = (level * (1.0 + 0.2 * index + generator.random(SHAPE))).astype(np.float32)
            given = {
                "focal_length_mm": spec.focal_lengths_mm[0],
                "frame_index": index,
                "time_s": index / 10.0,
            }
            if index == 4:
                second.restore(first.state())
            part = (first if index < 4 else second).frame(picture, **given)  # type: ignore[arg-type]
            expected = whole.frame(picture, **given)  # type: ignore[arg-type]
            assert part.counts.tobytes() == expected.counts.tobytes()
            assert part.pixels.tobytes() == expected.pixels.tobytes()


def test_the_corners_of_a_wide_field_are_darker_by_the_fourth_power_of_the_cosine() -> None:
    wide = replace(DAY, lens=replace(DAY.lens, steps=(_step_of(0.5),)))
    response = SensorResponse.of_camera(wide, seed=(1,))
    counts = frames_of(response, np.full(SHAPE, 20.0), 8).mean(axis=0) - 4095.0 / 64.0
    corner, middle = np.nanmean(counts[:6, :6]), np.nanmean(counts[110:130, 70:90])
    angle = np.arctan(np.hypot(77.0, 117.0) * 3.45e-3 / 0.5)
    assert corner / middle == pytest.approx(np.cos(angle) ** 4, rel=0.02)
    narrow = SensorResponse.of_camera(DAY, seed=(1,))
    flat = frames_of(narrow, np.full(SHAPE, 20.0), 8).mean(axis=0)
    assert np.nanmean(flat[:6, :6]) == pytest.approx(np.nanmean(flat), rel=0.005)


def _step_of(focal_length_mm: float) -> FocalStep:
    return replace(DAY.lens.steps[0], focal_length_mm=focal_length_mm)


def test_a_plateau_gives_grey_levels_to_counts_that_are_seen() -> None:
    rows = np.where(np.arange(SHAPE[0]) % 8 == 0, 320.0, 290.0)[:, np.newaxis]
    picture = radiance_of(THERMAL, rows + np.linspace(0.0, 2.0, SHAPE[1])).astype(np.float32)
    spans = {}
    for plateau in (None, 0.001):
        response = SensorResponse.of_camera(
            THERMAL, seed=(1,), electronics=Electronics(plateau_share=plateau)
        )
        frame = response.frame(picture, focal_length_mm=55.0, frame_index=0, time_s=0.0)
        table = response.chain.table(response.level, response.level.window())
        assert np.all(np.diff(table.astype(int)) >= 0)
        cold = frame.pixels[4, :]
        spans[plateau] = int(cold.max()) - int(cold.min())
    assert spans[0.001] > 2 * spans[None]


def test_the_transfer_down_the_picture_is_that_across_it() -> None:
    response = SensorResponse.of_camera(day_camera(160, 160), seed=(5, 1))
    kernel = response.kernel(60.0)
    np.testing.assert_allclose(
        kernel.transfer(0.0, FREQUENCIES), kernel.transfer(FREQUENCIES), atol=2e-3
    )
