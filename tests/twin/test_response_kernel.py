"""The compiled frame equals its twin; taps blur as they say; rows go their own way."""

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.twin.exposure_path import ExposurePath, shift_rows, smear_picture
from plainview.twin.gain_and_level import count_histogram, fill_grey_levels
from plainview.twin.normal_noise import noise_key
from plainview.twin.optics_kernel import SystemMtf, kernel_of
from plainview.twin.response_kernel import Conversion, PixelMaps, fill_counts, respond_in_numpy

LENS = SystemMtf.of_lens(f_number=1.2, wavelength_um=10.0, pixel_pitch_um=12.0, blur_um=3.0)


def random_maps(generator: np.random.Generator, height: int, width: int) -> PixelMaps:
    return PixelMaps(
        gain=(1.0 + 0.1 * generator.standard_normal((height, width))).astype(np.float32),
        offset=generator.standard_normal((height, width)).astype(np.float32),
        drift=generator.standard_normal((height, width)).astype(np.float32),
        row=generator.standard_normal(height).astype(np.float32),
        column=generator.standard_normal(width).astype(np.float32),
    )


@pytest.mark.parametrize("border", [(0, 0), (3, 5), (12, 12)])
@pytest.mark.parametrize("path_px", [((0.0, 0.0),), ((-1.0, 0.3), (0.0, 0.1), (1.2, -0.4))])
def test_the_compiled_frame_is_its_twin_to_one_count(
    border: tuple[int, int], path_px: tuple[tuple[float, float], ...]
) -> None:
    generator = np.random.default_rng(1)
    height, width = 61, 83
    shape = (height + 2 * border[0], width + 2 * border[1])
    picture = (50.0 + 400.0 * generator.random(shape)).astype(np.float32)
    maps = random_maps(generator, height, width)
    conversion = Conversion(
        reference=3.0,
        dark=2.0,
        least=0.0,
        most=400.0,
        read_variance=4.0,
        shot_variance=1.0,
        fixed=2.0,
        drifted=0.5,
        counts_a_unit=30.0,
        zero_counts=100.0,
        top=16_383,
    )
    kernel = kernel_of(LENS, path_px=path_px)
    given = {"kernel": kernel, "maps": maps, "conversion": conversion, "key": noise_key(4)}
    expected = respond_in_numpy(picture, **given)  # type: ignore[arg-type]
    whole = np.zeros((height, width), np.uint16)
    fill_counts(whole, picture, **given)  # type: ignore[arg-type]
    assert np.abs(whole.astype(int) - expected).max() <= 1
    assert np.mean(whole != expected) < 0.005  # 12,000 counts in float32
    parts = np.zeros_like(whole)
    for rows in ((40, height), (0, 13), (13, 40)):
        fill_counts(parts, picture, **given, rows=rows)  # type: ignore[arg-type]
    np.testing.assert_array_equal(parts, whole)


@pytest.mark.parametrize(
    ("f_number", "wavelength_um", "pitch_um", "blur_um"),
    [(1.0, 10.0, 12.0, 3.6), (4.0, 4.2, 15.0, 4.0), (5.5, 4.2, 10.0, 2.0), (4.0, 0.56, 3.45, 1.4)],
)
def test_taps_transfer_what_lens_and_pixel_do(
    f_number: float, wavelength_um: float, pitch_um: float, blur_um: float
) -> None:
    mtf = SystemMtf.of_lens(
        f_number=f_number, wavelength_um=wavelength_um, pixel_pitch_um=pitch_um, blur_um=blur_um
    )
    frequency = np.linspace(0.0, 0.45, 40)
    covered = kernel_of(mtf).transfer(frequency) * np.sinc(frequency)
    np.testing.assert_allclose(covered, mtf.along_axis(frequency), atol=0.02)
    pointlike = kernel_of(mtf, has_footprint=False).transfer(frequency)
    np.testing.assert_allclose(pointlike, mtf.along_axis(frequency), atol=0.03)
    slanted = kernel_of(mtf).transfer(frequency / 2, frequency / 2) * np.sinc(frequency / 2) ** 2
    wanted = mtf.optics(frequency / np.sqrt(2.0)) * np.sinc(frequency / 2) ** 2
    np.testing.assert_allclose(slanted, wanted, atol=0.02)
    assert kernel_of(mtf).taps.sum() == pytest.approx(1.0, abs=1e-6)


def test_a_line_of_sight_that_points_right_moves_the_picture_left() -> None:
    kernel = kernel_of(LENS, path_px=((2.0, -3.0),))
    places = np.arange(-kernel.radius, kernel.radius + 1)
    assert np.sum(kernel.taps.sum(axis=0) * places) == pytest.approx(2.0, abs=0.02)
    assert np.sum(kernel.taps.sum(axis=1) * places) == pytest.approx(-3.0, abs=0.02)


def test_a_rolling_shutter_leans_an_upright_edge_by_the_path() -> None:
    height, width = 100, 80
    columns = np.arange(width + 20, dtype=np.float32)
    ramp = np.ascontiguousarray(np.broadcast_to(columns, (height + 20, width + 20)))
    steps = np.linspace(0.0, 1.0, 61)
    path = ExposurePath.of_angles(
        np.stack([6e-3 * steps, np.zeros_like(steps)], axis=-1),
        focal_length_px=1000.0,
        collecting_s=0.002,
        readout_s=0.010,
        n_rows=height,
    )
    assert path.row_shift_px is not None
    shifted = shift_rows(ramp, path.row_shift_px)[10:-10, 10:-10]
    found = shifted[:, 40] - ramp[10, 50]
    # 6 px in 12 ms: 5 px over the 10 ms of readout, nothing for the middle row
    expected = 5.0 * ((np.arange(height) + 0.5) / height - 0.5)
    np.testing.assert_allclose(found, expected, atol=0.01)
    smeared = np.sum(path.weights[:, np.newaxis] * path.smear_px, axis=0)
    np.testing.assert_allclose(smeared, [3.0, 0.0], atol=1e-6)


def test_rows_that_do_not_move_are_left_as_they_are() -> None:
    picture = np.random.default_rng(0).random((30, 40), np.float32)
    np.testing.assert_allclose(shift_rows(picture, np.zeros((20, 2))), picture, atol=1e-6)
    moved = shift_rows(picture, np.full((20, 2), 2.0))
    np.testing.assert_allclose(moved[:-5, :-5], picture[2:-3, 2:-3], atol=1e-6)


def test_a_bolometer_remembers_its_last_instants_best() -> None:
    path = ExposurePath.of_angles(
        np.stack([np.linspace(0.0, 0.04, 41), np.zeros(41)], axis=-1),
        focal_length_px=1000.0,
        collecting_s=0.04,
        time_constant_s=0.01,
    )
    middle = float(path.weights @ path.smear_px[:, 0])
    # the mean of t under exp((t - 40 ms) / 10 ms), t from 0 to 40 ms
    exact = 40.0 - 10.0 * (1.0 - 5.0 * np.exp(-4.0)) / (1.0 - np.exp(-4.0))
    assert middle == pytest.approx(exact, abs=0.25)


@pytest.mark.parametrize("reach_px", [(9.0, 5.0), (30.0, -60.0), (0.0, 500.0)])
def test_a_long_path_smears_a_spot_into_its_own_line(reach_px: tuple[float, float]) -> None:
    picture = np.zeros((200, 160), np.float32)
    picture[100, 80] = 1.0
    steps = np.linspace(-1.0, 1.0, 33)[:, np.newaxis] * np.array(reach_px)
    path = ExposurePath(smear_px=steps, weights=np.full(33, 1.0 / 33.0), row_shift_px=None)
    assert path.is_long
    smeared = smear_picture(picture, path)
    rows, columns = np.nonzero(smeared)
    # the line runs from one end to the other, mirrored about the spot, and no further
    across = (columns - 80) * reach_px[1] - (rows - 100) * reach_px[0]
    assert np.abs(across / np.hypot(*reach_px)).max() <= 0.75
    inside = np.hypot(columns - 80, rows - 100)
    assert inside.max() <= np.hypot(*reach_px) + 1.0
    if max(map(abs, reach_px)) < 80:
        assert smeared.sum() == pytest.approx(1.0, abs=1e-5)
        assert np.sum(smeared[rows, columns] * inside) == pytest.approx(
            0.5 * np.hypot(*reach_px), rel=0.05
        )
    np.testing.assert_allclose(smear_picture(picture + 3.0, path).mean(), 3.0, atol=2e-3)


def test_long_and_short_paths_smear_alike_where_they_meet() -> None:
    picture = np.zeros((80, 80), np.float32)
    picture[30:50, 30:50] = 1.0
    steps = np.linspace(-1.0, 1.0, 41)[:, np.newaxis] * np.array([8.2, 3.0])
    path = ExposurePath(smear_px=steps, weights=np.full(41, 1.0 / 41.0), row_shift_px=None)
    flat = np.zeros((80, 80), np.float32)
    ones = flat + 1.0
    maps = PixelMaps(gain=ones, offset=flat, drift=flat, row=flat[0], column=flat[0])
    conversion = Conversion(
        reference=0.0,
        dark=0.0,
        least=0.0,
        most=9.0,
        read_variance=0.0,
        shot_variance=0.0,
        fixed=0.0,
        drifted=0.0,
        counts_a_unit=10_000.0,
        zero_counts=0.0,
        top=16_383,
    )
    given = {"maps": maps, "conversion": conversion, "key": noise_key(1)}
    by_taps = respond_in_numpy(picture, kernel=kernel_of(LENS, path_px=steps), **given)  # type: ignore[arg-type]
    by_steps = respond_in_numpy(smear_picture(picture, path), kernel=kernel_of(LENS), **given)  # type: ignore[arg-type]
    # half a pixel of 17 at most
    assert np.abs(by_taps.astype(float) - by_steps).max() < 600.0


def test_a_turn_about_the_line_of_sight_is_left_out() -> None:
    angles = 1e-3 * np.random.default_rng(0).standard_normal((9, 3))
    paths = [
        ExposurePath.of_angles(each, focal_length_px=1000.0, collecting_s=0.01)
        for each in (angles, angles[:, :2])
    ]
    np.testing.assert_array_equal(paths[0].smear_px, paths[1].smear_px)


def test_paths_and_lenses_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="f_number"):
        SystemMtf.of_lens(f_number=0.0, wavelength_um=10.0, pixel_pitch_um=12.0)
    with pytest.raises(InputError, match="cutoff_px"):
        SystemMtf(cutoff_px=float("nan"))
    with pytest.raises(InputError, match="path_px"):
        kernel_of(LENS, path_px=((np.nan, 0.0),))
    for angles in ([0.0, 0.0], [[0.0] * 4], np.zeros((0, 2))):
        with pytest.raises(InputError, match="angles_rad"):
            ExposurePath.of_angles(angles, focal_length_px=10.0, collecting_s=0.01)
    with pytest.raises(InputError, match="focal_length_px"):
        ExposurePath.of_angles([[0.0, 0.0]], focal_length_px=0.0, collecting_s=0.01)


def test_compiled_tables_are_those_of_numpy() -> None:
    generator = np.random.default_rng(3)
    counts = generator.integers(0, 4096, (37, 53)).astype(np.uint16)
    table = generator.integers(0, 256, 4096).astype(np.uint8)
    out = np.zeros(counts.shape, np.uint8)
    fill_grey_levels(out, counts, table, (0, 37))
    np.testing.assert_array_equal(out, table[counts])
    seen = count_histogram(counts, 4095, 4)
    np.testing.assert_array_equal(seen, np.bincount(counts[::4, ::4].ravel(), minlength=4096))
