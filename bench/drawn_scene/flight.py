"""The flight: where the platform truly is, how it lies, and where its gimbal truly looks."""

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scenario import Aim, Scenario
from bench.drawn_scene.scene import Scene
from bench.drawn_scene.wobble import Wobble
from plainview.geo import (
    apparent_directions,
    camera_angles_from_rotation,
    ecef_from_geodetic,
    ecef_from_ned,
    enu_m_from_geodetic,
    gimbal_angles_from_rotation,
    ned_from_body,
    ned_from_camera,
)
from plainview.model import PoseBasis, TimeBasis, View
from plainview.units import wrap_degrees_180

__all__ = ["Flight", "with_rates"]

Array = npt.NDArray[np.float64]

_TURBULENCE_BAND_HZ: Final = (0.05, 1.0)
_WANDER_BAND_HZ: Final = (0.03, 0.4)
_JITTER_BAND_HZ: Final = (2.0, 12.0)
_RATE_STEP_S: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flight:
    """True motion as a function of time: the same instant gives the same pose, in any order.

    Args:
        scenario: Platform, gimbal and camera.
        scene: What is flown over and looked at.
        aims: What the gimbal is told, in order.
        turbulence: Of heading, pitch and roll, degrees.
        wander: Slow drift of the line of sight, degrees; jitter likewise, fast.
    """

    scenario: Scenario
    scene: Scene
    aims: tuple[Aim, ...]
    turbulence: Wobble
    wander: Wobble
    jitter: Wobble

    @classmethod
    def draw(cls, generator: np.random.Generator, *, scenario: Scenario, scene: Scene) -> Self:
        """Draw the disturbances of one flight."""
        gimbal = scenario.gimbal
        sigma_deg = scenario.platform.turbulence_deg
        return cls(
            scenario=scenario,
            scene=scene,
            aims=gimbal.aims,
            turbulence=Wobble.draw(
                generator, sigma=sigma_deg, band_hz=_TURBULENCE_BAND_HZ, n_axes=3
            ),
            wander=Wobble.draw(
                generator, sigma=gimbal.wander_deg, band_hz=_WANDER_BAND_HZ, n_axes=2
            ),
            jitter=Wobble.draw(
                generator, sigma=gimbal.jitter_deg, band_hz=_JITTER_BAND_HZ, n_axes=2
            ),
        )

    def view(self, time_s: float) -> View:
        """Return the true View at an instant, its rates of motion included.

        Args:
            time_s: From the start of the video.
        """
        return self.views(np.array([time_s]))[0]

    def views(self, time_s: Array) -> tuple[View, ...]:
        """Return the true Views at instants (n,), their rates of motion included.

        Args:
            time_s: (n,) from the start of the video.
        """
        steps_s = _RATE_STEP_S * np.array([-1.0, 0.0, 1.0])
        poses = self.poses(np.ravel(time_s[:, np.newaxis] + steps_s))
        return tuple(
            with_rates(view, before=before, after=after, span_s=2.0 * _RATE_STEP_S)
            for before, view, after in zip(poses[::3], poses[1::3], poses[2::3], strict=True)
        )

    def poses(self, time_s: Array) -> tuple[View, ...]:
        """Return the true Views at instants (n,), without their rates.

        Args:
            time_s: (n,) from the start of the video.
        """
        latitude, longitude, height = self._position(time_s)
        attitude_deg = self._attitude_deg(time_s)
        sight = self._ned_from_camera(time_s, (latitude, longitude, height))
        body = ned_from_body(
            heading_rad=np.radians(attitude_deg[0]),
            pitch_rad=np.radians(attitude_deg[1]),
            roll_rad=np.radians(attitude_deg[2]),
        )
        columns = {
            "latitude_deg": latitude,
            "longitude_deg": longitude,
            "height_hae_m": height,
            "platform_heading_deg": np.mod(attitude_deg[0], 360.0),
            "platform_pitch_deg": attitude_deg[1],
            "platform_roll_deg": attitude_deg[2],
            **_columns(_RELATIVE, gimbal_angles_from_rotation(body.swapaxes(-1, -2) @ sight)),
            **_columns(_CAMERA, camera_angles_from_rotation(sight)),
        }
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return tuple(
            self._pose(instant_s, dict(zip(columns, row, strict=True)))
            for instant_s, row in zip(time_s.tolist(), rows, strict=True)
        )

    def _pose(self, time_s: float, parts: dict[str, float]) -> View:
        camera = self.scenario.camera
        return View(
            time_us=self.scenario.start_us + round(1e6 * time_s),
            time_basis=TimeBasis.SIMULATED,
            altitude_msl_m=self.scenario.platform.altitude_msl_m,
            pose_basis=PoseBasis.RELATIVE,
            horizontal_fov_deg=camera.horizontal_fov_deg,
            vertical_fov_deg=camera.vertical_fov_deg,
            **parts,  # type: ignore[arg-type]
        )

    def _bearing_rad(self, time_s: Array) -> Array:
        """From the circle's centre to the platform, (n,)."""
        orbit = self.scenario.platform
        turned = orbit.turn_sign * orbit.speed_m_s / orbit.radius_m * time_s
        bearing: Array = np.radians(orbit.start_bearing_deg) + turned
        return bearing

    def _position(self, time_s: Array) -> tuple[Array, Array, Array]:
        orbit, bearing = self.scenario.platform, self._bearing_rad(time_s)
        middle = np.array([orbit.east_m, orbit.north_m])
        around = np.stack([np.sin(bearing), np.cos(bearing)], axis=-1)
        place = self.scene.places(middle + orbit.radius_m * around)
        above_geoid_m = orbit.altitude_msl_m - self.scene.level_m
        return place.latitude_deg, place.longitude_deg, place.height_hae_m + above_geoid_m

    def _attitude_deg(self, time_s: Array) -> Array:
        """Heading, pitch and roll, (3, n)."""
        orbit, zero = self.scenario.platform, np.zeros_like(time_s)
        heading_deg = np.degrees(self._bearing_rad(time_s)) + 90.0 * orbit.turn_sign
        steady = [heading_deg, zero + orbit.pitch_deg, zero + orbit.turn_sign * orbit.bank_deg]
        attitude_deg: Array = np.stack(steady) + self.turbulence.at(time_s)
        return attitude_deg

    def _ned_from_camera(self, time_s: Array, position: tuple[Array, Array, Array]) -> Array:
        """Return the stabilised lines of sight: at the aim, level, with what is left of motion."""
        place = self.scene.places(self._aim_m(time_s))
        target = ecef_from_geodetic(place.latitude_deg, place.longitude_deg, place.height_hae_m)
        seen = apparent_directions(ecef_from_geodetic(*position), target)
        local = ecef_from_ned(position[0], position[1])
        north, east, down = np.einsum("ni,nij->jn", seen, local)
        right_deg, up_deg = self.wander.at(time_s) + self.jitter.at(time_s)
        elevation = np.arctan2(-down, np.hypot(north, east))
        return ned_from_camera(
            heading_rad=np.arctan2(east, north) + np.radians(right_deg) / np.cos(elevation),
            elevation_rad=elevation + np.radians(up_deg),
            roll_rad=np.zeros_like(elevation),
        )

    def _aim_m(self, time_s: Array) -> Array:
        """Return what is aimed at, (n, 2) metres from the scene's origin, eased between aims."""
        aim_m = self._place_of_aim_m(self.aims[0], time_s)
        for aim in self.aims[1:]:
            share = (time_s - aim.start_s) / self.scenario.gimbal.slew_s
            eased = _ease(np.clip(share, 0.0, 1.0))[:, np.newaxis]
            aim_m = aim_m + eased * (self._place_of_aim_m(aim, time_s) - aim_m)
        return aim_m

    def _place_of_aim_m(self, aim: Aim, time_s: Array) -> Array:
        offset_m = np.broadcast_to([aim.east_m, aim.north_m], (len(time_s), 2))
        if aim.object_id is None:
            return offset_m
        return offset_m + self.scene.position_of(aim.object_id, time_s)


_RELATIVE: Final = (
    "sensor_relative_azimuth_deg",
    "sensor_relative_elevation_deg",
    "sensor_relative_roll_deg",
)
_CAMERA: Final = ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg")


def _columns(names: tuple[str, ...], angles_rad: tuple[Array, ...]) -> dict[str, Array]:
    return {name: np.degrees(angle) for name, angle in zip(names, angles_rad, strict=True)}


def _ease(share: Array) -> Array:
    """Return a step from 0 to 1 that starts and ends without speed or acceleration."""
    return share**3 * (10.0 - 15.0 * share + 6.0 * share**2)


def with_rates(view: View, *, before: View, after: View, span_s: float) -> View:
    """Return a View with the rates of motion between two others about it."""
    turn_deg = wrap_degrees_180(
        _known(after.camera_heading_deg) - _known(before.camera_heading_deg)
    )
    tilt_deg = _known(after.camera_elevation_deg) - _known(before.camera_elevation_deg)
    moved_m = enu_m_from_geodetic(
        _known(after.latitude_deg),
        _known(after.longitude_deg),
        _known(after.height_hae_m),
        origin=(
            _known(before.latitude_deg),
            _known(before.longitude_deg),
            _known(before.height_hae_m),
        ),
    )
    east_m_s, north_m_s, up_m_s = (moved_m / span_s).tolist()
    return replace(
        view,
        velocity_enu_m_s=(east_m_s, north_m_s, up_m_s),
        camera_heading_rate_deg_s=turn_deg / span_s,
        camera_elevation_rate_deg_s=tilt_deg / span_s,
    )


def _known(value: float | None) -> float:
    if value is None:
        raise ValueError("a true View lacks a part of its pose")
    return value
