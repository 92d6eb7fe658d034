"""A whole turret and a whole platform as TOML gives them, for tests to bend."""

import tomllib
from typing import Any

TURRET = """
name = "test ball"
description = "A turret of two cameras for tests."
ball_diameter_m = 0.2
mass_kg = 5.0
platforms = ["helicopter"]
sources = "assumed"

[[cameras]]
name = "day"
band = "EO"
band_low_um = 0.45
band_high_um = 0.70
sources = "assumed"
[cameras.lens]
is_continuous = true
transmission = 0.8
blur_um = 1.0
nearest_focus_m = 10.0
focus_shift_right_mrad = 0.5
focus_shift_down_mrad = -0.2
sources = { steps = "a drawing", others = "assumed" }
[[cameras.lens.steps]]
focal_length_mm = 10.0
f_number = 2.0
radial_distortion = [-0.05, 0.0, 0.0]
tangential_distortion = [0.0, 0.0]
bore_sight_right_mrad = 1.0
bore_sight_down_mrad = 0.0
[[cameras.lens.steps]]
focal_length_mm = 100.0
f_number = 4.0
radial_distortion = [-1.0, 0.0, 0.0]
tangential_distortion = [0.0, 0.0]
bore_sight_right_mrad = 3.0
bore_sight_down_mrad = 0.4
[cameras.detector]
columns = 1280
rows = 720
pixel_pitch_um = 4.0
fill_ratio = 1.0
bit_depth = 12
frame_rate_hz = 60.0
readout = "rolling"
readout_ms = 10.0
dead_pixel_ratio = 0.0001
sources = "assumed"
[cameras.photon]
quantum_efficiency = 0.6
full_well_e = 10000.0
read_noise_e = 3.0
dark_current_e_s = 5.0
fixed_pattern_ratio = 0.005
fixed_pattern_e = 1.0
shortest_exposure_ms = 0.05
longest_exposure_ms = 16.0
sources = "assumed"

[[cameras]]
name = "thermal"
band = "LWIR"
band_low_um = 8.0
band_high_um = 12.0
sources = "assumed"
[cameras.lens]
transmission = 0.9
blur_um = 3.0
nearest_focus_m = 20.0
focus_shift_right_mrad = 0.0
focus_shift_down_mrad = 0.0
sources = "assumed"
[[cameras.lens.steps]]
focal_length_mm = 25.0
f_number = 1.0
radial_distortion = [0.0, 0.0, 0.0]
tangential_distortion = [0.0, 0.0]
bore_sight_right_mrad = 0.0
bore_sight_down_mrad = 0.0
[[cameras.lens.steps]]
focal_length_mm = 55.0
f_number = 1.2
radial_distortion = [0.0, 0.0, 0.0]
tangential_distortion = [0.0, 0.0]
bore_sight_right_mrad = 0.0
bore_sight_down_mrad = 0.0
[cameras.detector]
columns = 640
rows = 512
pixel_pitch_um = 12.0
fill_ratio = 0.9
bit_depth = 14
frame_rate_hz = 30.0
readout = "rolling"
readout_ms = 20.0
dead_pixel_ratio = 0.001
sources = "assumed"
[cameras.thermal]
netd_k = 0.05
netd_f_number = 1.0
fixed_pattern_k = 0.03
time_constant_ms = 10.0
sources = "assumed"

[gimbal]
axes = 4
is_azimuth_endless = true
elevation_low_deg = -110.0
elevation_high_deg = 30.0
azimuth_rate_deg_s = 60.0
elevation_rate_deg_s = 60.0
azimuth_acceleration_deg_s2 = 120.0
elevation_acceleration_deg_s2 = 120.0
inner_travel_deg = 2.0
rate_loop_hz = 60.0
outer_loop_hz = 5.0
loop_delay_ms = 0.5
gyro_random_walk_deg_rt_h = 0.01
gyro_bias_deg_h = 1.0
encoder_step_deg = 0.002
friction_deg_s2 = 20.0
imbalance_deg_s2_per_m_s2 = 0.5
sources = "assumed"

[rangefinder]
shortest_m = 50.0
longest_m = 10000.0
noise_m = 1.0
bias_m = 1.0
rate_hz = 1.0
beam_width_mrad = 0.5
sources = "assumed"

[navigation]
rate_hz = 100.0
position_drift_s = 300.0
attitude_drift_s = 300.0
position_horizontal_m = { own = 0.2, shared = 1.5 }
position_vertical_m = { own = 0.3, shared = 2.5 }
platform_heading_deg = { own = 0.02, shared = 0.2 }
platform_pitch_deg = { own = 0.01, shared = 0.05 }
platform_roll_deg = { own = 0.01, shared = 0.05 }
relative_azimuth_deg = { own = 0.005, shared = 0.03 }
relative_elevation_deg = { own = 0.005, shared = 0.03 }
relative_roll_deg = { own = 0.005, shared = 0.05 }
field_of_view_ratio = { own = 0.0, shared = 0.005 }
time_s = { own = 0.002, shared = 0.01 }
sources = { platform_heading_deg = "a data sheet", others = "assumed" }
"""

PLATFORM = """
name = "test ship"
kind = "ship"
least_speed_m_s = 0.0
cruise_speed_m_s = 8.0
greatest_speed_m_s = 12.0
lowest_altitude_m = 15.0
highest_altitude_m = 15.0
bank_limit_deg = 0.0
turn_rate_limit_deg_s = 3.0
climb_rate_m_s = 0.0
pitch_deg = 0.0
gust_roll_deg = 0.0
gust_pitch_deg = 0.0
gust_heading_deg = 0.5
gust_time_s = 10.0
tones = [{ frequency_hz = 12.0, acceleration_m_s2 = 0.3, angle_mrad = 0.01 }]
broadband = [
  { frequency_hz = 1.0, acceleration_m2_s3 = 1e-4, angle_mrad2_hz = 1e-5 },
  { frequency_hz = 100.0, acceleration_m2_s3 = 1e-4, angle_mrad2_hz = 1e-9 },
]
sources = "assumed"
[sea_keeping]
roll_period_s = 9.0
pitch_period_s = 5.0
heave_period_s = 5.5
roll_damping_ratio = 0.08
pitch_damping_ratio = 0.4
heave_damping_ratio = 0.4
length_m = 50.0
beam_m = 9.0
sources = "assumed"
"""

ABSENT = object()
"""Takes a field away instead of changing it."""


def turret_values() -> dict[str, Any]:
    return tomllib.loads(TURRET)


def platform_values() -> dict[str, Any]:
    return tomllib.loads(PLATFORM)


def bent(values: dict[str, Any], path: tuple[Any, ...], value: object) -> dict[str, Any]:
    """Return the values with one of them changed, or taken away where it is `ABSENT`."""
    place: Any = values
    for name in path[:-1]:
        place = place[name]
    if value is ABSENT:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return values
