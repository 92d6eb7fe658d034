"""What a camera's response was told, measured back from its frames by estimators of their own.

Noise is told apart as in the three-dimensional noise model: what is new in each frame (pixels,
rows, columns) and what stays. Frames are those that leave the camera; their mark and the dead
pixels are left out.

Source:
    J. A. D'Agostino, C. M. Webb, "Three-dimensional analysis framework and measurement
    methodology for imaging system noise", SPIE 1488, 1991; the transfer by `bench.slanted_edge`;
    electrons a count by photon transfer (J. R. Janesick, "Photon Transfer", SPIE 2007).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bench.slanted_edge import draw_edge, measure_mtf
from plainview.sensing import (
    CameraSpec,
    DetectorSpec,
    FocalStep,
    LensSpec,
    OpticalChain,
    PhotonNoise,
    ThermalNoise,
    band_radiance,
    system_mtf,
)
from plainview.twin.electronics import Electronics
from plainview.twin.sensor_response import SensorResponse

__all__ = [
    "CLEAR_ROWS",
    "FREQUENCIES",
    "day_camera",
    "edge_transfer",
    "frames_of",
    "noise_parts",
    "photon_transfer",
    "point_energy",
    "radiance_of",
    "specified_transfer",
    "thermal_camera",
]

Array = npt.NDArray[np.float64]

FREQUENCIES: Final = np.linspace(0.01, 0.45, 45)
"""Cycles a pixel; nearer to the half cycle an array's own aliasing is measured."""
CLEAR_ROWS: Final = 0.66
"""Of the height, from above: the mark lies below."""


def _lens(focal_length_mm: float, f_number: float, blur_um: float) -> LensSpec:
    return LensSpec(
        steps=(
            FocalStep(
                focal_length_mm=focal_length_mm,
                f_number=f_number,
                radial_distortion=(0.0, 0.0, 0.0),
                tangential_distortion=(0.0, 0.0),
                bore_sight_right_mrad=0.0,
                bore_sight_down_mrad=0.0,
            ),
        ),
        transmission=0.9,
        blur_um=blur_um,
        nearest_focus_m=5.0,
        focus_shift_right_mrad=0.0,
        focus_shift_down_mrad=0.0,
    )


def thermal_camera(columns: int = 160, rows: int = 240, **noise: Any) -> CameraSpec:
    """Return an uncooled camera: 55 mm f/1, 12 um, 40 mK; `noise` replaces fields of its noise."""
    numbers: dict[str, Any] = {
        "netd_k": 0.04,
        "netd_f_number": 1.0,
        "fixed_pattern_k": 0.02,
        "integration_ms": None,
        "time_constant_ms": 8.0,
        **noise,
    }
    return CameraSpec(
        name="thermal",
        band="LWIR",
        band_low_um=8.0,
        band_high_um=12.0,
        lens=_lens(55.0, 1.0, 3.6),
        detector=DetectorSpec(
            columns=columns,
            rows=rows,
            pixel_pitch_um=12.0,
            fill_ratio=1.0,
            bit_depth=14,
            frame_rate_hz=30.0,
            readout="rolling",
            readout_ms=10.0,
            dead_pixel_ratio=1e-3,
        ),
        thermal=ThermalNoise(**numbers),
    )


def day_camera(columns: int = 160, rows: int = 240, **noise: Any) -> CameraSpec:
    """Return a day camera: 60 mm f/4, 3.45 um, 3 electrons; `noise` replaces fields likewise."""
    numbers: dict[str, Any] = {
        "quantum_efficiency": 0.6,
        "full_well_e": 10_000.0,
        "read_noise_e": 3.0,
        "dark_current_e_s": 5.0,
        "fixed_pattern_ratio": 0.005,
        "fixed_pattern_e": 1.0,
        "shortest_exposure_ms": 0.02,
        "longest_exposure_ms": 20.0,
        **noise,
    }
    return CameraSpec(
        name="day",
        band="EO",
        band_low_um=0.45,
        band_high_um=0.68,
        lens=_lens(60.0, 4.0, 1.4),
        detector=DetectorSpec(
            columns=columns,
            rows=rows,
            pixel_pitch_um=3.45,
            fill_ratio=1.0,
            bit_depth=12,
            frame_rate_hz=30.0,
            readout="global",
            readout_ms=0.0,
            dead_pixel_ratio=1e-3,
        ),
        photon=PhotonNoise(**numbers),
    )


def radiance_of(spec: CameraSpec, kelvin: npt.ArrayLike) -> Array:
    """Return the radiance of black bodies over a camera's band."""
    return band_radiance(kelvin, low_um=spec.band_low_um, high_um=spec.band_high_um)


def frames_of(
    response: SensorResponse, radiance: Array, n_frames: int, *, first: int = 0, **motion: Any
) -> Array:
    """Return counts of a scene that stays, (n, h, W): rows above the mark, dead pixels NaN."""
    picture = np.ascontiguousarray(radiance, np.float32)
    n_rows = int(CLEAR_ROWS * response.spec.detector.rows)
    focal_length_mm = response.spec.focal_lengths_mm[0]
    is_dead = np.zeros(picture.shape, bool)
    is_dead.reshape(-1)[np.concatenate([response.dead.dark, response.dead.hot])] = True
    frames = []
    for index in range(first, first + n_frames):
        frame = response.frame(
            picture,
            focal_length_mm=focal_length_mm,
            frame_index=index,
            time_s=0.0,
            **motion,
        )
        frames.append(np.where(is_dead, np.nan, frame.counts)[:n_rows])
    return np.stack(frames)


def specified_transfer(spec: CameraSpec, frequency_px: Array) -> Array:
    """Return the product that a camera was specified with, at cycles a pixel."""
    focal_length_mm = spec.focal_lengths_mm[0]
    chain = OpticalChain(
        focal_length_mm=focal_length_mm,
        f_number=spec.lens.steps[0].f_number,
        wavelength_um=0.5 * (spec.band_low_um + spec.band_high_um),
        pitch_um=spec.detector.pixel_pitch_um,
        blur_um=spec.lens.blur_um,
    )
    return system_mtf(frequency_px / chain.pixel_mrad, chain)


def edge_transfer(
    response: SensorResponse, levels: tuple[float, float], n_frames: int = 24, **motion: Any
) -> Array:
    """Return the transfer at `FREQUENCIES`, measured from frames of a slanted edge."""
    detector = response.spec.detector
    cover = draw_edge((detector.rows, detector.columns), slope=0.0875, at_px=0.5 * detector.columns)
    radiance = levels[0] + (levels[1] - levels[0]) * cover
    mean = frames_of(response, radiance, n_frames, **motion).mean(axis=0)
    holes = np.argwhere(np.isnan(mean))
    for row, column in holes:
        mean[row, column] = mean[row, column - 1]
    frequency, transfer = measure_mtf(mean)
    return np.interp(FREQUENCIES, frequency, transfer)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseParts:
    """Noise of a flat scene, 1-sigma, in counts.

    Args:
        pixel: New in each frame, each pixel by itself; row and column likewise.
        fixed: What stays.
    """

    pixel: float
    row: float
    column: float
    fixed: float


def noise_parts(frames: Array) -> NoiseParts:
    """Tell the parts of the noise apart in frames (n, H, W) of a flat scene."""
    n_frames, height, width = frames.shape
    mean = frames.mean(axis=0)
    new = frames - mean
    rows, columns = np.nanmean(new, axis=2), np.nanmean(new, axis=1)
    pixels = new - rows[:, :, np.newaxis] - columns[:, np.newaxis, :]
    freedom = n_frames / (n_frames - 1)
    pixel = np.nanvar(pixels) * freedom / ((1.0 - 1.0 / width) * (1.0 - 1.0 / height))
    row = np.var(rows) * freedom - pixel / width
    column = np.var(columns) * freedom - pixel / height
    fixed = np.nanvar(mean) - (pixel + row + column) / n_frames
    return NoiseParts(
        **{
            name: float(np.sqrt(max(variance, 0.0)))
            for name, variance in (
                *(("pixel", pixel), ("row", row)),
                *(("column", column), ("fixed", fixed)),
            )
        }
    )


def photon_transfer(spec: CameraSpec, *, levels: tuple[float, ...], seed: int) -> float:
    """Return electrons a count, from how the noise of a pixel grows with its mean."""
    means, variances = [], []
    size = (spec.detector.rows, spec.detector.columns)
    held = Electronics(exposure_time_s=1e9)
    response = SensorResponse.of_camera(spec, seed=(seed,), electronics=held)
    frames_of(response, np.full(size, max(levels)), 1)  # exposes for the brightest
    for n, level in enumerate(levels):
        frames = frames_of(response, np.full(size, level), 2, first=1 + 2 * n)
        means.append(np.nanmean(frames))
        variances.append(0.5 * np.nanvar(frames[1] - frames[0]))
    slope, _ = np.polyfit(means, variances, 1)
    return float(1.0 / slope)


def point_energy(
    response: SensorResponse, *, background: float, contrast: float, cover: float, n_frames: int
) -> float:
    """Return the signal of a small thing over what was put in, from frames with and without it.

    Args:
        response: The camera.
        background: Radiance.
        contrast: Of the thing, likewise.
        cover: Share of one pixel that it covers.
        n_frames: With it, and as many without.
    """
    detector = response.spec.detector
    flat = np.full((detector.rows, detector.columns), background)
    thing = flat.copy()
    row, column = detector.rows // 3, detector.columns // 2
    thing[row, column] += cover * contrast
    without = frames_of(response, flat, n_frames)
    with_it = frames_of(response, thing, n_frames, first=n_frames)
    difference = with_it.mean(axis=0) - without.mean(axis=0)
    window = difference[row - 10 : row + 11, column - 10 : column + 11]
    lines = np.nanmedian(difference)
    numbers = response.chain.conversion(response.spec.lens.steps[0].f_number)
    put_in = cover * contrast * numbers.counts_a_unit
    put_in *= response.chain.responsivity(response.spec.lens.steps[0].f_number)
    return float(np.nansum(window - lines) / put_in)


def quiet() -> Electronics:
    """Return electronics whose rows and columns add nothing of their own."""
    return Electronics(row_noise_ratio=0.0, column_noise_ratio=0.0)
