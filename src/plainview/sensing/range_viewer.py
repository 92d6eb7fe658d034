"""A camera of the catalogue as range models know it, and how its stills would be rated."""

from typing import Final

import numpy as np

from plainview.model import Band
from plainview.sensing.camera_spec import CameraSpec
from plainview.sensing.detection_range import Viewer
from plainview.sensing.detector_spec import PhotonNoise
from plainview.sensing.giqe import ImageRating, estimate_niirs
from plainview.sensing.planck import band_radiance_slope
from plainview.sensing.system_mtf import OpticalChain, edge_response

__all__ = ["rate_still", "viewer_from_camera"]

_NETD_SCENE_K: Final = 300.0
_FILLED: Final = 0.5
"""Share of the full well that an exposure fills; assumed."""
_GIQE_REFLECTANCES: Final = (0.07, 0.15)


def viewer_from_camera(camera: CameraSpec, *, focal_length_mm: float, jitter_px: float) -> Viewer:
    """Return a camera at one of its focal lengths.

    Args:
        camera: Of a turret.
        focal_length_mm: That its lens takes.
        jitter_px: 1-sigma of the line of sight within an exposure, pixels, each axis.

    Raises:
        InputError: Its lens does not take this focal length.
    """
    detector = camera.detector
    chain = OpticalChain(
        focal_length_mm=focal_length_mm,
        f_number=camera.step(focal_length_mm).f_number,
        wavelength_um=0.5 * (camera.band_low_um + camera.band_high_um),
        pitch_um=detector.pixel_pitch_um,
        blur_um=camera.lens.blur_um,
        jitter_urad=1e6 * jitter_px * camera.ifov_rad(focal_length_mm),
    )
    noise, relative = None, None
    if camera.thermal is not None:
        netd_k = camera.netd_k(focal_length_mm) or 0.0
        slope = band_radiance_slope(
            _NETD_SCENE_K, low_um=camera.band_low_um, high_um=camera.band_high_um
        )
        noise = float(np.hypot(netd_k, camera.thermal.fixed_pattern_k) * slope)
    elif camera.photon is not None:
        relative = _relative_noise(camera.photon)
    return Viewer(
        chain=chain,
        noise=noise,
        relative_noise=relative,
        pixels=detector.columns * detector.rows,
        frame_rate_hz=detector.frame_rate_hz,
    )


def _relative_noise(photon: PhotonNoise) -> float:
    """Return the noise of a pixel over its signal at half a full well."""
    electrons = _FILLED * photon.full_well_e
    shot = np.sqrt(electrons + photon.read_noise_e**2) / electrons
    return float(np.hypot(shot, photon.fixed_pattern_ratio))


def rate_still(
    camera: CameraSpec,
    viewer: Viewer,
    *,
    range_m: float,
    elevation_deg: float,
    transmission: float,
) -> ImageRating:
    """Return how a still of a visible camera would be rated at a range (GIQE 5).

    Args:
        camera: Of a turret.
        viewer: The same at a focal length.
        range_m: Slant range.
        elevation_deg: Of the camera, seen from what it looks at.
        transmission: Of the air.

    Raises:
        InputError: It is no visible camera.
    """
    low, high = _GIQE_REFLECTANCES
    contrast = (high - low) / (0.5 * (high + low)) * transmission
    across = edge_response(viewer.chain)
    return estimate_niirs(
        ground_sample_m=1e-3 * viewer.chain.pixel_mrad * range_m,
        edge_responses=(across, across),
        signal_to_noise=contrast / (viewer.relative_noise or np.inf),
        elevation_deg=elevation_deg,
        band=Band(camera.band),
    )
