"""Covariance on the ground, compiled; `covariance.covariance_in_numpy` is its twin."""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np

from plainview.geo.compiled import compiled
from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M, Array, Vectors
from plainview.geo.ray_kernels import up_of_position

__all__ = ["axes_of_turns", "covariances_on_ground", "turns_of_picture"]

_HALF_CURVATURE_1_M: Final = 0.5 / MEAN_EARTH_RADIUS_M


@compiled
def axes_of_turns(angles_rad: Array) -> Vectors:
    """Return the axes (6, 3), north-east-down, about which a turret's six angles turn.

    Args:
        angles_rad: (5,) heading, pitch and roll of the platform, azimuth and elevation of the
            gimbal. The first three axes serve a line of sight with the first two as its
            heading and elevation.
    """
    sh, ch = math.sin(angles_rad[0]), math.cos(angles_rad[0])
    sp, cp = math.sin(angles_rad[1]), math.cos(angles_rad[1])
    sr, cr = math.sin(angles_rad[2]), math.cos(angles_rad[2])
    sa, ca = math.sin(angles_rad[3]), math.cos(angles_rad[3])
    se, ce = math.sin(angles_rad[4]), math.cos(angles_rad[4])
    forward = np.array([ch * cp, sh * cp, -sp])
    right = np.array([ch * sp * sr - sh * cr, sh * sp * sr + ch * cr, cp * sr])
    down = np.array([ch * sp * cr + sh * sr, sh * sp * cr - ch * sr, cp * cr])
    axes = np.zeros((6, 3))
    axes[0, 2] = 1.0
    axes[1, 0], axes[1, 1] = -sh, ch
    axes[2] = forward
    axes[3] = down
    axes[4] = ca * right - sa * forward
    axes[5] = ce * (ca * forward + sa * right) - se * down
    return axes


@compiled
def turns_of_picture(
    points_px: Array, focals_px: Array, center_px: tuple[float, float], pose: Array, fov_step: float
) -> Array:
    """Return how rays turn per unit of field of view and per pixel in x and y, (3, n, 3).

    Args:
        points_px: (n, 2).
        focals_px: (3, 2) as the View has it, with wider and with narrower fields of view.
        center_px: The principal point.
        pose: From camera to the frame of the result.
        fov_step: By how much of themselves the wider fields differ from the narrower.
    """
    n_points = len(points_px)
    turns = np.zeros((3, n_points, 3))
    # Term, focal lengths, shift in x and y, and weight of each direction that is summed.
    parts = (
        (0, 1, 0.0, 0.0, 1.0 / fov_step),
        (0, 2, 0.0, 0.0, -1.0 / fov_step),
        (1, 0, 0.5, 0.0, 1.0),
        (1, 0, -0.5, 0.0, -1.0),
        (2, 0, 0.0, 0.5, 1.0),
        (2, 0, 0.0, -0.5, -1.0),
    )
    for n in range(n_points):
        for term, focal, shift_x, shift_y, weight in parts:
            x = (points_px[n, 0] + shift_x - center_px[0]) / focals_px[focal, 0]
            y = (points_px[n, 1] + shift_y - center_px[1]) / focals_px[focal, 1]
            scale = weight / math.sqrt(x * x + y * y + 1.0)
            for i in range(3):
                turns[term, n, i] += scale * (pose[i, 0] * x + pose[i, 1] * y + pose[i, 2])
    return turns


@compiled
def covariances_on_ground(
    rays: tuple[Array, Vectors, Array, Array, Array, Array, Array],
    turns: tuple[Vectors, Array, Array],
    picture: tuple[Array, Array],
    sigmas: tuple[Array, Array],
    refraction: float,
) -> tuple[Array, Array]:
    """Return total and shared covariance (n, 3, 3), east-north-up; NaN where a ray missed.

    Args:
        rays: Origin (3,) ECEF, directions (n, 3), ranges (n,), latitudes and longitudes in
            degrees, slopes eastward and northward, each (n,).
        turns: Rotation vectors (t, 3) ECEF per unit of each angle and, last, of time; velocity
            (3,) ECEF; the sensor's rotation (3, 3) from east-north-up.
        picture: As `turns_of_picture` gives it, and 1-sigma of the pixels (n, 2).
        sigmas: Own and shared, each (t + 8,): three of position, those of the turns, field of
            view, two of pixels, refraction, surface.
        refraction: The coefficient k.
    """
    origin, directions, ranges, latitudes, longitudes, slopes_east, slopes_north = rays
    axes, velocity, enu_sensor = turns
    turned, sigma_px = picture
    own, shared = sigmas
    n_turns, n_points = len(axes), len(directions)
    n_terms = n_turns + 8
    up = up_of_position(origin[0], origin[1], origin[2])
    total, common = np.zeros((n_points, 3, 3)), np.zeros((n_points, 3, 3))
    moved = np.zeros((n_terms, 3))
    for n in range(n_points):
        s, d = ranges[n], directions[n]
        latitude, longitude = math.radians(latitudes[n]), math.radians(longitudes[n])
        sf, cf = math.sin(latitude), math.cos(latitude)
        sl, cl = math.sin(longitude), math.cos(longitude)
        along = up[0] * d[0] + up[1] * d[1] + up[2] * d[2]
        drop = np.array([-_HALF_CURVATURE_1_M * (up[i] - along * d[i]) for i in range(3)])
        tangent = d + 2.0 * refraction * s * drop
        bend = s**2 * drop
        arm = s * d + refraction * bend
        for i in range(3):
            for j in range(3):
                moved[j, i] = enu_sensor[i, j]
        for t in range(n_turns):
            a = axes[t]
            moved[3 + t, 0] = a[1] * arm[2] - a[2] * arm[1]
            moved[3 + t, 1] = a[2] * arm[0] - a[0] * arm[2]
            moved[3 + t, 2] = a[0] * arm[1] - a[1] * arm[0]
        for i in range(3):
            moved[2 + n_turns, i] += velocity[i]
            moved[3 + n_turns, i] = s * turned[0, n, i]
            moved[4 + n_turns, i] = s * turned[1, n, i] * sigma_px[n, 0]
            moved[5 + n_turns, i] = s * turned[2, n, i] * sigma_px[n, 1]
            moved[6 + n_turns, i] = bend[i]
        t_east = -sl * tangent[0] + cl * tangent[1]
        t_north = -sf * (cl * tangent[0] + sl * tangent[1]) + cf * tangent[2]
        t_up = cf * (cl * tangent[0] + sl * tangent[1]) + sf * tangent[2]
        arriving = t_up - slopes_east[n] * t_east - slopes_north[n] * t_north
        for term in range(n_terms):
            if term == n_terms - 1:
                east, north, upward = t_east / arriving, t_north / arriving, t_up / arriving
            else:
                x, y, z = moved[term, 0], moved[term, 1], moved[term, 2]
                east = -sl * x + cl * y
                north = -sf * (cl * x + sl * y) + cf * z
                upward = cf * (cl * x + sl * y) + sf * z
                off = (upward - slopes_east[n] * east - slopes_north[n] * north) / arriving
                east, north, upward = (
                    east - off * t_east,
                    north - off * t_north,
                    upward - off * t_up,
                )
            column = (east, north, upward)
            own_variance, shared_variance = own[term] ** 2, shared[term] ** 2
            for i in range(3):
                for j in range(3):
                    product = column[i] * column[j]
                    common[n, i, j] += shared_variance * product
                    total[n, i, j] += (own_variance + shared_variance) * product
    return total, common
