"""Cameras, turrets and platforms as data, and the radiance that reaches their pixels."""

from plainview.sensing.apparent import (
    SurfaceRadiance,
    camera_air_path,
    radiance_at_camera,
    surface_radiance,
)
from plainview.sensing.atmosphere import (
    AirBand,
    AirPath,
    air_band_limits_um,
    air_path,
    ground_irradiance_w_m2,
    nearest_air_band,
    slant_range_to_ground_m,
)
from plainview.sensing.camera_spec import CameraSpec
from plainview.sensing.catalogue import (
    platform_names,
    shipped_platform,
    shipped_text,
    shipped_turret,
    turret_names,
)
from plainview.sensing.contrast_threshold import Display
from plainview.sensing.daylight import (
    Daylight,
    clear_sky_radiance,
    daylight,
    irradiance_of_lux,
    sunlight_above_air_w_m2,
)
from plainview.sensing.detection_range import (
    InputSpread,
    RangeCurves,
    RangeScene,
    Viewer,
    curves_at,
    range_at,
    range_interval,
)
from plainview.sensing.detector_spec import DetectorSpec, PhotonNoise, ThermalNoise
from plainview.sensing.gimbal_spec import GimbalSpec
from plainview.sensing.giqe import ImageRating, estimate_niirs
from plainview.sensing.haze import koschmieder_extinction_1_m, kruse_extinction_1_m
from plainview.sensing.johnson import (
    GEOMETRY_LABEL,
    Task,
    cycles_on_object,
    johnson_probability,
    pixels_on_object,
    range_of_pixels_m,
)
from plainview.sensing.lens_spec import FocalStep, LensSpec
from plainview.sensing.navigation_spec import NavigationSpec, PoseErrors, SigmaPair
from plainview.sensing.night_light import NIGHT_GLOW_LUX, moon_illuminance_lux, sun_illuminance_lux
from plainview.sensing.planck import (
    band_photon_radiance,
    band_radiance,
    band_radiance_slope,
    brightness_temperature_k,
    spectral_radiance,
)
from plainview.sensing.platform_spec import (
    PlatformSpec,
    SeaKeepingSpec,
    VibrationPoint,
    VibrationTone,
    platform_from_mapping,
)
from plainview.sensing.radiometry import (
    KELVIN_AT_0_C,
    accuracy_k,
    atmosphere_transmission,
    celsius_text,
    counts_from_temperature_k,
    temperature_k_from_counts,
)
from plainview.sensing.range_scene import Weather, horizon_range_m, scene_of
from plainview.sensing.range_viewer import rate_still, viewer_from_camera
from plainview.sensing.rangefinder_spec import RangefinderSpec
from plainview.sensing.sea_clutter import SlopeSpectrum, slope_spectrum
from plainview.sensing.sea_emissivity import SeaLook, sea_look
from plainview.sensing.sea_radiance import sea_radiance
from plainview.sensing.sea_surface import (
    FOAM_REFLECTANCE,
    SlopeVariances,
    foam_emissivity_gain,
    slope_variances,
    whitecap_fraction,
)
from plainview.sensing.seen_object import (
    SeenObject,
    seen_objects_from_mapping,
    shipped_object,
    shipped_object_names,
)
from plainview.sensing.system_mtf import OpticalChain, system_mtf
from plainview.sensing.thermal_sky import sky_emissivity, thermal_sky_radiance
from plainview.sensing.turret_description import describe_platform, describe_turret
from plainview.sensing.turret_spec import TurretSpec, turret_from_mapping
from plainview.sensing.water import fresnel_reflectance, water_reflectance, water_refractive_index

__all__ = [
    "FOAM_REFLECTANCE",
    "GEOMETRY_LABEL",
    "KELVIN_AT_0_C",
    "NIGHT_GLOW_LUX",
    "AirBand",
    "AirPath",
    "CameraSpec",
    "Daylight",
    "DetectorSpec",
    "Display",
    "FocalStep",
    "GimbalSpec",
    "ImageRating",
    "InputSpread",
    "LensSpec",
    "NavigationSpec",
    "OpticalChain",
    "PhotonNoise",
    "PlatformSpec",
    "PoseErrors",
    "RangeCurves",
    "RangeScene",
    "RangefinderSpec",
    "SeaKeepingSpec",
    "SeaLook",
    "SeenObject",
    "SigmaPair",
    "SlopeSpectrum",
    "SlopeVariances",
    "SurfaceRadiance",
    "Task",
    "ThermalNoise",
    "TurretSpec",
    "VibrationPoint",
    "VibrationTone",
    "Viewer",
    "Weather",
    "accuracy_k",
    "air_band_limits_um",
    "air_path",
    "atmosphere_transmission",
    "band_photon_radiance",
    "band_radiance",
    "band_radiance_slope",
    "brightness_temperature_k",
    "camera_air_path",
    "celsius_text",
    "clear_sky_radiance",
    "counts_from_temperature_k",
    "curves_at",
    "cycles_on_object",
    "daylight",
    "describe_platform",
    "describe_turret",
    "estimate_niirs",
    "foam_emissivity_gain",
    "fresnel_reflectance",
    "ground_irradiance_w_m2",
    "horizon_range_m",
    "irradiance_of_lux",
    "johnson_probability",
    "koschmieder_extinction_1_m",
    "kruse_extinction_1_m",
    "moon_illuminance_lux",
    "nearest_air_band",
    "pixels_on_object",
    "platform_from_mapping",
    "platform_names",
    "radiance_at_camera",
    "range_at",
    "range_interval",
    "range_of_pixels_m",
    "rate_still",
    "scene_of",
    "sea_look",
    "sea_radiance",
    "seen_objects_from_mapping",
    "shipped_object",
    "shipped_object_names",
    "shipped_platform",
    "shipped_text",
    "shipped_turret",
    "sky_emissivity",
    "slant_range_to_ground_m",
    "slope_spectrum",
    "slope_variances",
    "spectral_radiance",
    "sun_illuminance_lux",
    "sunlight_above_air_w_m2",
    "surface_radiance",
    "system_mtf",
    "temperature_k_from_counts",
    "thermal_sky_radiance",
    "turret_from_mapping",
    "turret_names",
    "viewer_from_camera",
    "water_reflectance",
    "water_refractive_index",
    "whitecap_fraction",
]
