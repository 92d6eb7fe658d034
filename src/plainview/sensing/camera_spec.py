"""A camera as numbers: lens, detector and noise, and the pictures that follow from them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from plainview.model import Band, Camera, Distortion
from plainview.sensing.checked_fields import number, refusal, sources, text
from plainview.sensing.detector_spec import DetectorSpec, PhotonNoise, ThermalNoise
from plainview.sensing.lens_spec import FocalStep, LensSpec

__all__ = ["CameraSpec", "check_camera"]

THERMAL_BANDS: Final = (Band.MWIR, Band.LWIR, Band.IR)
"""The bands in which a camera sees what things radiate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSpec:
    """One camera of a turret.

    Args:
        name: Names the camera within its turret, such as ``day narrow``.
        band: Part of the spectrum, as `Band` spells it.
        band_low_um: Shortest wavelength that lens and detector pass together; high likewise.
        lens: Its focal lengths and what the lens does to the picture.
        detector: Its array.
        thermal: The noise of a camera in a thermal band; None in the others.
        photon: The noise of a camera that sees reflected light; None in the others.
        sources: Where each number comes from, by field.
    """

    name: str = text()
    band: str = text(choices=tuple(Band))
    band_low_um: float = number(low=0.2, high=20.0)
    band_high_um: float = number(low=0.2, high=20.0)
    lens: LensSpec
    detector: DetectorSpec
    thermal: ThermalNoise | None = None
    photon: PhotonNoise | None = None
    sources: Mapping[str, str] = sources()

    @property
    def is_thermal(self) -> bool:
        """Whether the camera sees what things radiate."""
        return Band(self.band) in THERMAL_BANDS

    @property
    def focal_lengths_mm(self) -> tuple[float, ...]:
        """The focal lengths of its lens's steps, the shortest first."""
        return self.lens.focal_lengths_mm

    def step(self, focal_length_mm: float) -> FocalStep:
        """Return its lens at a focal length.

        Raises:
            InputError: The lens does not take this focal length.
        """
        return self.lens.step(focal_length_mm)

    def ifov_rad(self, focal_length_mm: float) -> float:
        """Return the angle of one pixel on the optical axis."""
        return self.detector.pixel_pitch_um * 1e-3 / focal_length_mm

    def focal_length_px(self, focal_length_mm: float) -> float:
        """Return a focal length in pixels."""
        return focal_length_mm * 1e3 / self.detector.pixel_pitch_um

    def horizontal_fov_deg(self, focal_length_mm: float) -> float:
        """Return the full angle across the picture, its lens taken as free of distortion."""
        return _full_angle_deg(self.detector.width_mm, focal_length_mm)

    def vertical_fov_deg(self, focal_length_mm: float) -> float:
        """Return the full angle down the picture, its lens taken as free of distortion."""
        return _full_angle_deg(self.detector.height_mm, focal_length_mm)

    def focal_length_for_fov_mm(self, horizontal_fov_deg: float) -> float:
        """Return the focal length, taken by the lens or not, that gives a field of view."""
        return 0.5 * self.detector.width_mm / math.tan(math.radians(0.5 * horizontal_fov_deg))

    def netd_k(self, focal_length_mm: float) -> float | None:
        """Return the NETD at 300 K behind its own lens; None where it is not thermal.

        Raises:
            InputError: The lens does not take this focal length.
        """
        if self.thermal is None:
            return None
        f_number = self.step(focal_length_mm).f_number
        return self.thermal.netd_at_k(f_number, transmission=self.lens.transmission)

    def camera(self, focal_length_mm: float) -> Camera:
        """Return the camera as the rest of plainview knows it, at a focal length.

        Raises:
            InputError: The lens does not take this focal length.
        """
        step = self.step(focal_length_mm)
        return Camera(
            name=self.name,
            width_px=self.detector.columns,
            height_px=self.detector.rows,
            band=Band(self.band),
            distortion=Distortion(
                radial=step.radial_distortion, tangential=step.tangential_distortion
            ),
        )

    def bore_sight_rad(
        self, focal_length_mm: float, *, distance_m: float = math.inf
    ) -> tuple[float, float]:
        """Return where the optical axis points from the turret's, right and down in the picture.

        The shift of focus goes with one over the distance, as the travel of a lens does.

        Raises:
            InputError: The lens does not take this focal length.
        """
        step, nearest_m = self.step(focal_length_mm), self.lens.nearest_focus_m
        part = min(1.0, nearest_m / distance_m)
        right_mrad = step.bore_sight_right_mrad + part * self.lens.focus_shift_right_mrad
        down_mrad = step.bore_sight_down_mrad + part * self.lens.focus_shift_down_mrad
        return right_mrad * 1e-3, down_mrad * 1e-3


def _full_angle_deg(size_mm: float, focal_length_mm: float) -> float:
    return math.degrees(2.0 * math.atan(0.5 * size_mm / focal_length_mm))


def check_camera(camera: CameraSpec, *, where: str) -> None:
    """Refuse a camera whose parts do not fit together.

    Raises:
        InputError: It names the field and the reason.
    """
    if not camera.band_low_um < camera.band_high_um:
        raise refusal(
            f"{where}, band_high_um",
            f"is {camera.band_high_um:g}, not above band_low_um.",
            mend="Give the longer wavelength here.",
        )
    _check_noise(camera, where=where)
    _check_lens(camera.lens, where=f"{where}, lens")
    _check_clock(camera, where=where)


def _check_noise(camera: CameraSpec, *, where: str) -> None:
    needed, other = ("thermal", "photon") if camera.is_thermal else ("photon", "thermal")
    if getattr(camera, needed) is None:
        mend = f"Give the table `{needed}`, as every {camera.band} camera has."
        raise refusal(f"{where}, {needed}", "is missing.", mend=mend)
    if getattr(camera, other) is not None:
        mend = f"Take it out, or give another band than {camera.band}."
        raise refusal(f"{where}, {other}", f"is not for the band {camera.band}.", mend=mend)
    noise = camera.photon
    if noise is not None and noise.shortest_exposure_ms > noise.longest_exposure_ms:
        raise refusal(
            f"{where}, photon, longest_exposure_ms",
            "is below shortest_exposure_ms.",
            mend="Give the longer one here.",
        )
    thermal = camera.thermal
    if thermal is not None and (thermal.integration_ms is None) == (
        thermal.time_constant_ms is None
    ):
        raise refusal(
            f"{where}, thermal",
            "has not exactly one of integration_ms and time_constant_ms.",
            mend="A photon detector integrates; a bolometer has a time constant.",
        )


def _check_lens(lens: LensSpec, *, where: str) -> None:
    known = lens.focal_lengths_mm
    if not known or list(known) != sorted(set(known)):
        raise refusal(
            f"{where}, steps",
            "are not focal lengths that rise.",
            mend="Give one table for each focal length, the shortest first.",
        )
    if lens.is_continuous and len(known) == 1:
        raise refusal(
            f"{where}, is_continuous",
            "is true with one focal length.",
            mend="Give the shortest and the longest focal length as steps.",
        )


def _check_clock(camera: CameraSpec, *, where: str) -> None:
    """Refuse what does not fit into the time of one frame."""
    detector, frame_ms = camera.detector, 1e3 / camera.detector.frame_rate_hz
    if (detector.readout == "rolling") != (detector.readout_ms > 0.0):
        raise refusal(
            f"{where}, detector, readout_ms",
            f"is {detector.readout_ms:g} with a {detector.readout} readout.",
            mend="Give 0 for a global readout and the time over all rows for a rolling one.",
        )
    spans = {"detector, readout_ms": detector.readout_ms}
    if camera.thermal is not None and camera.thermal.integration_ms is not None:
        spans["thermal, integration_ms"] = camera.thermal.integration_ms
    for name, span_ms in spans.items():
        if span_ms > frame_ms:
            raise refusal(
                f"{where}, {name}",
                f"is {span_ms:g}, longer than a frame of {frame_ms:.4g} ms.",
                mend="Give a shorter one, or a lower frame_rate_hz.",
            )
