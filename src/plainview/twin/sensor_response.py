"""Sensor response: from the radiance in front of a camera to the frames that leave it.

Optics and motion blur the picture, the detector counts it with its noise and its fixed pattern,
the converter rounds and saturates, and automatic exposure, gain and level follow what was seen.
The same seed gives the same bytes, on any number of threads.
"""

from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.model import State
from plainview.sensing.camera_spec import CameraSpec
from plainview.twin.detector_maps import DeadPixels, noise_of_lines, pixel_pattern
from plainview.twin.electronics import Electronics
from plainview.twin.exposure_path import ExposurePath, shift_rows, smear_picture
from plainview.twin.gain_and_level import GainAndLevel, fill_grey_rows
from plainview.twin.normal_noise import noise_key
from plainview.twin.optics_kernel import OpticsKernel, SystemMtf, kernel_of
from plainview.twin.response_kernel import PixelMaps, fill_counts
from plainview.twin.sensor_frame import SensorFrame
from plainview.twin.shared_rows import SharedRows
from plainview.twin.signal_chain import PhotonChain, SignalChain, ThermalChain
from plainview.twin.simulated_mark import SimulatedMark

__all__ = ["SensorFrame", "SensorResponse"]

Floats = npt.NDArray[np.float32]

_FIXED, _DRIFT, _GAIN, _FRAME, _LINES = range(5)
"""What a pattern or a sequence of noise is for."""
_WIDE_RAD: Final = 0.05
"""Half the field at which the corners lose 0.5 % and more (cos^4)."""


@dataclass(slots=True, kw_only=True, eq=False)
class SensorResponse:
    """One camera, which remembers its exposure, its levels and its last frame.

    Args:
        spec: The camera.
        electronics: What is behind its detector.
        seed: Of the mission and of this camera.
        chain: What turns radiance into signal and counts.
        patterns: Fixed and drifting pattern and gain, of unit 1-sigma, (H, W) each.
        dead: Pixels that do not answer.
        mark: Burned into every picture.
    """

    spec: CameraSpec
    electronics: Electronics
    seed: tuple[int, ...]
    chain: SignalChain
    patterns: tuple[Floats, Floats, Floats]
    dead: DeadPixels
    mark: SimulatedMark
    level: GainAndLevel
    _calibrations: int = 0
    _gain: tuple[float, Floats] | None = field(default=None)
    _time_s: float | None = field(default=None)
    _last: SensorFrame | None = field(default=None)
    _moved: tuple[npt.ArrayLike | None, float, OpticsKernel] | None = field(default=None)
    _lenses: dict[float, tuple[float, SystemMtf]] = field(default_factory=dict)

    @classmethod
    def of_camera(
        cls, spec: CameraSpec, *, seed: tuple[int, ...], electronics: Electronics | None = None
    ) -> Self:
        """Return a camera of the catalogue, its detector drawn from a seed.

        Args:
            spec: The camera.
            seed: Whole numbers, such as the mission's seed and the number of the camera.
            electronics: What the catalogue does not say; as assumed where not given.

        Raises:
            InputError: Numbers of the camera do not fit together.
        """
        behind = electronics or Electronics()
        size = (spec.detector.rows, spec.detector.columns)
        chain: SignalChain = (
            ThermalChain.of_camera(spec, behind)
            if spec.is_thermal
            else PhotonChain.of_camera(spec, behind)
        )
        share = behind.column_pattern_share
        fixed = pixel_pattern(size, seed=(*seed, _FIXED), column_share=share)
        gain = pixel_pattern(size, seed=(*seed, _GAIN), column_share=0.0)
        return cls(
            spec=spec,
            electronics=behind,
            seed=seed,
            chain=chain,
            patterns=(fixed, _drift(size, seed, number=0, share=share), gain),
            dead=DeadPixels.draw(
                size,
                seed=seed,
                ratio=spec.detector.dead_pixel_ratio,
                hot_share=behind.hot_share,
                replaced_share=behind.replaced_share,
            ),
            mark=SimulatedMark.for_picture(size[1], size[0]),
            level=GainAndLevel(electronics=behind, top=chain.top),
        )

    @property
    def collecting_s(self) -> float:
        """For how long a row of the next frame collects, or a bolometer remembers."""
        return self.chain.collecting_s

    @property
    def path_s(self) -> float:
        """The time that the path of the next frame spans: collecting and reading out."""
        return self.collecting_s + 1e-3 * self.spec.detector.readout_ms

    def mtf(self, focal_length_mm: float) -> SystemMtf:
        """Return the transfer of lens and pixel at a focal length.

        Raises:
            InputError: The lens does not take this focal length.
        """
        return self._lens(focal_length_mm)[1]

    def _lens(self, focal_length_mm: float) -> tuple[float, SystemMtf]:
        """Return the f-number and the transfer at a focal length, worked out once for each."""
        if focal_length_mm not in self._lenses:
            f_number = self.spec.step(focal_length_mm).f_number
            mtf = SystemMtf.of_lens(
                f_number=f_number,
                wavelength_um=0.5 * (self.spec.band_low_um + self.spec.band_high_um),
                pixel_pitch_um=self.spec.detector.pixel_pitch_um,
                blur_um=self.spec.lens.blur_um,
                fill_ratio=self.spec.detector.fill_ratio,
            )
            self._lenses[focal_length_mm] = (f_number, mtf)
        return self._lenses[focal_length_mm]

    def path(self, angles_rad: npt.ArrayLike | None, *, focal_length_mm: float) -> ExposurePath:
        """Return the motion of a frame in pixels.

        Args:
            angles_rad: (n, 2 or 3) as `ExposurePath.of_angles` takes them, over `path_s`; None
                for a camera that is still.
            focal_length_mm: Of the lens.

        Raises:
            InputError: An angle is no number, or the focal length cannot be.
        """
        if angles_rad is None:
            return ExposurePath.still()
        _check_focal_length(focal_length_mm)
        return ExposurePath.of_angles(
            angles_rad,
            focal_length_px=self.spec.focal_length_px(focal_length_mm),
            collecting_s=self.collecting_s,
            readout_s=1e-3 * self.spec.detector.readout_ms,
            n_rows=self.spec.detector.rows,
            time_constant_s=self.chain.time_constant_s,
        )

    def kernel(self, focal_length_mm: float, path: ExposurePath | None = None) -> OpticsKernel:
        """Return the taps of optics and motion, for pictures whose values are pixel means.

        Raises:
            InputError: The lens does not take this focal length.
        """
        _check_focal_length(focal_length_mm)
        moved = path or ExposurePath.still()
        return kernel_of(self.mtf(focal_length_mm), path_px=moved.smear_px, weights=moved.weights)

    def kernel_of_motion(
        self, angles_rad: npt.ArrayLike | None, *, focal_length_mm: float
    ) -> OpticsKernel:
        """Return `kernel` for the `path` of angles; that of the frame just made is at hand.

        Raises:
            InputError: An angle is no number, or the lens does not take the focal length.
        """
        kept = self._moved
        if kept is not None and kept[0] is angles_rad and kept[1] == focal_length_mm:
            return kept[2]
        return self.kernel(focal_length_mm, self.path(angles_rad, focal_length_mm=focal_length_mm))

    def noise_radiance(self, radiance: float, *, focal_length_mm: float) -> float:
        """Return the 1-sigma, new and fixed, of a pixel that sees a radiance; in its unit."""
        return self.chain.noise_radiance(radiance, f_number=self._lens(focal_length_mm)[0])

    def frame(
        self,
        radiance: Floats,
        *,
        focal_length_mm: float,
        frame_index: int,
        time_s: float,
        angles_rad: npt.ArrayLike | None = None,
        pool: Executor | None = None,
        n_blocks: int = 2,
    ) -> SensorFrame:
        """Return the frame of a picture of radiance, and remember it.

        Args:
            radiance: (H + 2 b, W + 2 c) W m^-2 sr^-1 over the camera's band, means over pixels,
                with a border that may be 0 wide.
            focal_length_mm: Of the lens.
            frame_index: From 0; names the frame's noise.
            time_s: From the start of the mission; never before that of the frame before.
            angles_rad: (n, 2 or 3) motion of the line of sight over `path_s`; None for none.
            pool: Threads that share the rows; None for this one alone.
            n_blocks: How many parts they share.

        Raises:
            InputError: The radiance holds what is no radiance or has another size, or the lens
                does not take the focal length.
        """
        self._check(radiance)
        self._calibrate(time_s)
        passed_s = 0.0 if self._time_s is None else time_s - self._time_s
        self._time_s = time_s
        if self._last is not None and self._is_shut(time_s):
            self._last = replace(self._last, is_repeated=True)
            return self._last
        if self._last is None:
            self.chain.meet(radiance, f_number=self._lens(focal_length_mm)[0])
        path = self.path(angles_rad, focal_length_mm=focal_length_mm)
        if path.row_shift_px is not None:
            radiance = shift_rows(radiance, path.row_shift_px)
        self._moved = None
        if path.is_long:
            radiance, kernel = smear_picture(radiance, path), self.kernel(focal_length_mm)
        else:
            kernel = self.kernel(focal_length_mm, path)
            self._moved = (angles_rad, focal_length_mm, kernel)
        work = self._work(
            radiance, kernel, focal_length_mm=focal_length_mm, frame_index=frame_index
        )
        counts = np.empty(self.mark.picture_px[::-1], np.uint16)
        rows = SharedRows(pool=pool, n_blocks=n_blocks)
        rows.fill(counts, fill_counts, **work)
        self.dead.show_in(counts, top=self.chain.top)
        self._last = self._shown(counts, passed_s, rows)
        return self._last

    def state(self) -> State:
        """Return what is remembered; nothing before the first frame."""
        if self._last is None:
            return {}
        return {
            "time_s": self._time_s,
            "exposure": list(self.chain.exposure),
            "shares": self.level.shares,
            "latest": self.level.latest,
            "counts": self._last.counts,
            "pixels": self._last.pixels,
            "shown": [self._last.exposure_s, self._last.gain_ratio, *self._last.window_counts],
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered, as if never interrupted."""
        if not state:
            return
        memory: dict[str, Any] = dict(state)
        self._time_s = memory["time_s"]
        self.chain.exposure = (memory["exposure"][0], memory["exposure"][1])
        self.level.shares = np.array(memory["shares"], np.float64)
        self.level.latest = np.array(memory["latest"], np.float64)
        exposure_s, gain_ratio, black, white = memory["shown"]
        self._last = SensorFrame(
            counts=np.array(memory["counts"], np.uint16),
            pixels=np.array(memory["pixels"], np.uint8),
            is_repeated=False,
            exposure_s=exposure_s,
            gain_ratio=gain_ratio,
            window_counts=(black, white),
        )

    def _is_shut(self, time_s: float) -> bool:
        return self.spec.is_thermal and self.electronics.is_shutter_closed(time_s)

    def _calibrate(self, time_s: float) -> None:
        """Draw another drift where the shutter has closed since the last frame."""
        number = self.electronics.calibrations(time_s) if self.spec.is_thermal else 0
        if number != self._calibrations:
            self._calibrations = number
            fixed, _, gain = self.patterns
            share = self.electronics.column_pattern_share
            self.patterns = (
                fixed,
                _drift(fixed.shape, self.seed, number=number, share=share),
                gain,
            )

    def _check(self, radiance: Floats) -> None:
        height, width = self.mark.picture_px[::-1]
        rows, columns = radiance.shape[0] - height, radiance.shape[1] - width
        if radiance.dtype != np.float32 or min(rows, columns) < 0 or rows % 2 or columns % 2:
            raise InputError(
                where="radiance",
                what=f"is {radiance.dtype} of {radiance.shape[1]}x{radiance.shape[0]},"
                f" for a camera of {width}x{height}.",
                mend="Give float32 of the camera's size, or larger by the same on both sides.",
            )
        least, most = float(radiance.min()), float(radiance.max())
        if not (least >= 0.0 and np.isfinite(most)):
            raise InputError(
                where="radiance",
                what="holds what is no radiance (not a number, or below 0).",
                mend="Give W m^-2 sr^-1 over the camera's band, from temperatures above 0 K.",
            )

    def _work(
        self,
        radiance: Floats,
        kernel: OpticsKernel,
        *,
        focal_length_mm: float,
        frame_index: int,
    ) -> dict[str, Any]:
        """Return what a frame's rows are made from."""
        f_number = self._lens(focal_length_mm)[0]
        responsivity = np.float32(self.chain.responsivity(f_number))
        fixed, drift, _ = self.patterns
        numbers = self.chain.conversion(f_number)
        # patterns have unit 1-sigma; the kernel adds them times one number each
        lines = noise_of_lines(
            fixed.shape,
            seed=(*self.seed, _LINES, frame_index),
            sigmas=self.chain.line_sigmas(f_number),
        )
        open_s = self.electronics.seconds_since_calibration(self._time_s or 0.0)
        drifted = self.chain.fixed_sigma * self.electronics.drift_ratio_min * open_s / 60.0
        return {
            "picture": radiance,
            "kernel": replace(kernel, down=kernel.down * responsivity),
            "maps": PixelMaps(
                gain=self._gain_map(focal_length_mm),
                offset=fixed,
                drift=drift,
                row=lines[0],
                column=lines[1],
            ),
            "conversion": replace(numbers, drifted=drifted if self.spec.is_thermal else 0.0),
            "key": noise_key(*self.seed, _FRAME, frame_index),
        }

    def _gain_map(self, focal_length_mm: float) -> Floats:
        """Return gain over its mean, (H, W), with the fall of light towards the corners."""
        if self._gain is None or self._gain[0] != focal_length_mm:
            pattern = 1.0 + self.chain.gain_sigma * self.patterns[2]
            focal_px = self.spec.focal_length_px(focal_length_mm)
            height, width = pattern.shape
            if not self.spec.is_thermal and 0.5 * np.hypot(width, height) > _WIDE_RAD * focal_px:
                across = (np.arange(width) + 0.5 - 0.5 * width) / focal_px
                down = (np.arange(height) + 0.5 - 0.5 * height) / focal_px
                pattern /= (1.0 + across**2 + down[:, np.newaxis] ** 2) ** 2
            self._gain = (focal_length_mm, np.ascontiguousarray(pattern, np.float32))
        return self._gain[1]

    def _shown(
        self, counts: npt.NDArray[np.uint16], passed_s: float, rows: SharedRows
    ) -> SensorFrame:
        """Return the frame of counts with its grey levels, and follow what was seen."""
        exposure_s, gain_ratio = self.chain.collecting_s, self.chain.gain_ratio
        if self.level.shares is None:
            self.level.follow(counts, passed_s=0.0)
        window = self.chain.window(self.level)
        table = self.chain.table(self.level, window)
        pixels = np.empty(counts.shape, np.uint8)
        rows.fill(pixels, fill_grey_rows, counts=counts, table=table)
        self.level.follow(counts, passed_s=passed_s)
        self.chain.follow(self.level, passed_s=passed_s)
        black, white = (round(min(max(each, 0.0), self.chain.top)) for each in window)
        self.mark.draw_into(counts, black=black, white=white)
        self.mark.draw_into(pixels)
        return SensorFrame(
            counts=counts,
            pixels=pixels,
            is_repeated=False,
            exposure_s=exposure_s,
            gain_ratio=gain_ratio,
            window_counts=window,
        )


def _drift(size: tuple[int, int], seed: tuple[int, ...], *, number: int, share: float) -> Floats:
    """Return the pattern into which a camera drifts after so many calibrations."""
    return pixel_pattern(size, seed=(*seed, _DRIFT, number), column_share=share)


def _check_focal_length(focal_length_mm: float) -> None:
    if not (np.isfinite(focal_length_mm) and focal_length_mm > 0.0):
        raise InputError(
            where="focal_length_mm",
            what=f"is {focal_length_mm:g}, not above 0.",
            mend="Give a focal length that the lens takes.",
        )
