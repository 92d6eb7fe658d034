"""A flight as a whole: platform, gimbal and navigation, advanced together and asked for Views.

Simulated time goes on in blocks of a tenth of a second. What a block holds depends on the seed
and its number alone: in what steps time is let pass does not matter, and a flight that is begun
again with the same seed is the same. Only the last seconds are kept.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.model import View, ViewSigma, changed_view
from plainview.sensing import GimbalSpec, NavigationSpec, PlatformSpec
from plainview.twin.commanded_sight import commanded_sight, start_angles_rad
from plainview.twin.flight_plan import FlightPlan, Weather
from plainview.twin.flight_view import sight_path, true_view_of
from plainview.twin.gimbal_motion import GIMBAL_RATE_HZ, GimbalMotion
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.navigation_error import NavigationError
from plainview.twin.platform_motion import BLOCK_S, NODE_S, PlatformMotion
from plainview.twin.platform_state import PlatformState, platform_state
from plainview.twin.pointing import ObjectPlaces, Pointing, check_pointings, pointing_at
from plainview.twin.pose_error import erroneous_view
from plainview.twin.reported_sight import reported_sigma, rounded_error
from plainview.twin.sight_block import SightBlock
from plainview.twin.vibration import Vibration

__all__ = ["FlightModel"]

Array = npt.NDArray[np.float64]

_N_STEPS: Final = round(BLOCK_S * GIMBAL_RATE_HZ)
_KEPT_S: Final = 3.0
_AHEAD_S: Final = 0.5
"""How far the motion is known beyond the present: for exposures, and metadata ahead of time."""
_BLOCK_US: Final = round(1e6 * BLOCK_S)
_RATE_SPAN_S: Final = 0.01
_PLATFORM, _VIBRATION, _GIMBAL, _NAVIGATION, _OWN = range(5)
"""One stream of random numbers for each purpose, so that none shifts another."""


class FlightModel:
    """One flight: the same seed gives the same motion, truth and metadata.

    Made by `draw`. Instants are microseconds from the start of the video; they are asked for
    after the flight was advanced to them, and up to a few seconds later.
    """

    def __init__(
        self,
        *,
        motion: PlatformMotion,
        vibration: Vibration,
        gimbal: GimbalSpec | None,
        navigation: NavigationSpec,
        pointings: Sequence[Pointing],
        objects: ObjectPlaces | None,
        start_us: int,
        seed: int,
    ) -> None:
        self._motion, self._vibration, self._spec = motion, vibration, gimbal
        self._navigation_spec, self._objects = navigation, objects
        self._pointings = tuple(pointings)
        self._start_us, self._seed = start_us, seed
        self._navigation = NavigationError(
            navigation, generator=_stream(seed, _NAVIGATION), step_s=BLOCK_S
        )
        self._gimbal: GimbalMotion | None = None
        self._blocks: deque[SightBlock] = deque()
        self._last_steps: Array | None = None
        self._now_us = 0
        self._said: tuple[float, View, float] | None = None
        self.advance(0)

    @classmethod
    def draw(
        cls,
        seed: int,
        *,
        platform: PlatformSpec,
        plan: FlightPlan,
        gimbal: GimbalSpec | None,
        navigation: NavigationSpec,
        pointings: Sequence[Pointing],
        weather: Weather | None = None,
        objects: ObjectPlaces | None = None,
        start_us: int = 0,
    ) -> Self:
        """Draw a flight.

        Args:
            seed: Of all chance.
            platform: What carries the turret.
            plan: Where it goes.
            gimbal: How the turret points; None for a fixed camera, which looks along the angles
                of the first pointing.
            navigation: What the metadata get wrong.
            pointings: What is looked at, in order; the first from the start on.
            weather: What moves the platform besides; None for calm.
            objects: Where objects are, if pointings hold any.
            start_us: UTC of the start of the video, microseconds since the Unix epoch.

        Raises:
            InputError: The parts are impossible or do not fit together; it names the field.
        """
        check_pointings(pointings, knows_objects=objects is not None)
        motion = PlatformMotion(
            platform, plan, weather=weather or Weather(), generator=_stream(seed, _PLATFORM)
        )
        vibration = Vibration.draw(
            _stream(seed, _VIBRATION), platform, n_steps=_N_STEPS, step_s=1.0 / GIMBAL_RATE_HZ
        )
        return cls(
            motion=motion,
            vibration=vibration,
            gimbal=gimbal,
            navigation=navigation,
            pointings=pointings,
            objects=objects,
            start_us=start_us,
            seed=seed,
        )

    @property
    def video_time_us(self) -> int:
        """The instant that the flight is at, from the start of the video."""
        return self._now_us

    def advance(self, until_us: int, pointings: Sequence[Pointing] = ()) -> None:
        """Let time pass, and take what to look at next.

        Args:
            until_us: From the start of the video; not before where the flight is.
            pointings: Follow those that it has, in order of their start. What starts within half
                a second of the present holds a little late: that much is already flown.

        Raises:
            InputError: A pointing is impossible.
        """
        if until_us < self._now_us:
            raise ValueError(f"the flight is at {self._now_us} us and cannot go back to {until_us}")
        if pointings:
            joined = (*self._pointings, *pointings)
            check_pointings(joined, knows_objects=self._objects is not None)
            self._pointings = joined
        self._now_us = until_us
        while not self._blocks or self._end_us() < until_us + 1e6 * _AHEAD_S:
            self._blocks.append(self._next_block())
        while self._blocks[0].start_s + BLOCK_S < 1e-6 * until_us - _KEPT_S:
            self._blocks.popleft()

    def true_view(self, camera: MountedCamera, *, video_time_us: int | None = None) -> View:
        """Return where a camera truly is and looks, its rates of motion included.

        Args:
            camera: Which one.
            video_time_us: The instant; None for the present.
        """
        return self._view(camera, self._time_s(video_time_us))

    def platform_state(self, *, video_time_us: int | None = None) -> PlatformState:
        """Return where the platform truly is and how it moves.

        Args:
            video_time_us: The instant; None for the present.
        """
        time_s = self._time_s(video_time_us)
        return platform_state(self._block_at(time_s), time_s)

    def reported_view(self, camera: MountedCamera, *, video_time_us: int | None = None) -> View:
        """Return what the instruments say, wrong as they are, with the 1-sigma that they state.

        Args:
            camera: Which one; of its bore-sight the instruments do not know.
            video_time_us: The instant of the picture; None for the present.
        """
        said, stretch = self._said_at(self._time_s(video_time_us), camera)
        return changed_view(
            said,
            horizontal_fov_deg=camera.horizontal_fov_deg * stretch,
            vertical_fov_deg=camera.vertical_fov_deg * stretch,
            sigma=self.sigma(camera, elevation_deg=said.sensor_relative_elevation_deg or 0.0),
        )

    def _said_at(self, time_s: float, camera: MountedCamera) -> tuple[View, float]:
        """Return what is said of every camera alike, and how much too wide the fields are said.

        The cameras of a turret look along one line of sight as far as the instruments know.
        """
        if self._said is None or self._said[0] != time_s:
            instant_us = round(1e6 * time_s)
            generator = np.random.default_rng([self._seed, _OWN, instant_us])
            shared = self._navigation.shared(self._block_at(time_s).error_at(time_s))
            error = shared + self._navigation.own(generator)
            level = replace(camera, bore_sight_right_rad=0.0, bore_sight_down_rad=0.0)
            pose = self._view(level, self._known_s(time_s + error.time_s))
            step_deg = 0.0 if self._spec is None else self._spec.encoder_step_deg
            said = erroneous_view(pose, rounded_error(pose, error, step_deg=step_deg))
            said = changed_view(said, time_us=self._start_us + instant_us)
            self._said = (time_s, said, 1.0 + error.field_of_view_ratio)
        return self._said[1:]

    def sigma(self, camera: MountedCamera, *, elevation_deg: float) -> ViewSigma:
        """Return the 1-sigma that the instruments state at an elevation on the platform.

        Args:
            camera: Its bore-sight counts as an error of the gimbal's angles.
            elevation_deg: Of the line of sight on the platform.
        """
        step_deg = 0.0 if self._spec is None else self._spec.encoder_step_deg
        return reported_sigma(
            self._navigation_spec.sigma(),
            bore_sight_rad=(camera.bore_sight_right_rad, camera.bore_sight_down_rad),
            elevation_deg=elevation_deg,
            step_deg=step_deg,
        )

    def line_of_sight_in_exposure(
        self, camera: MountedCamera, *, start_us: int, duration_s: float, n_points: int = 16
    ) -> Array:
        """Return how a camera turns during an exposure or the read-out of its rows.

        Args:
            camera: Which one.
            start_us: Of the exposure, from the start of the video.
            duration_s: Of it; at most the half second that is known ahead.
            n_points: How many instants, evenly from its start to its end.

        Returns:
            (n, 3) radians from the pose at its middle: the line of sight to the right and down in
            the picture, the camera clockwise about it as seen from behind.
        """
        start_s = 1e-6 * start_us
        instants = np.linspace(start_s, start_s + duration_s, n_points)
        steps = np.stack([self._block_at(each).steps_at(each) for each in instants])
        middle_s = start_s + 0.5 * duration_s
        middle = self._block_at(middle_s).steps_at(middle_s)
        return sight_path(steps, middle, camera)

    def _time_s(self, video_time_us: int | None) -> float:
        return 1e-6 * (self._now_us if video_time_us is None else video_time_us)

    def _known_s(self, time_s: float) -> float:
        """Return the instant nearest to one that is known."""
        return min(max(time_s, self._blocks[0].start_s), 1e-6 * self._end_us())

    def _end_us(self) -> int:
        return (self._blocks[-1].platform.number + 1) * _BLOCK_US

    def _block_at(self, time_s: float) -> SightBlock:
        first = self._blocks[0].platform.number
        number = min(max(math.floor(time_s / BLOCK_S + 1e-9), 0), first + len(self._blocks) - 1)
        if number < first or time_s > 1e-6 * self._end_us() + 1e-9:
            raise ValueError(f"{time_s} s is not among the instants that the flight still knows")
        return self._blocks[number - first]

    def _view(self, camera: MountedCamera, time_s: float) -> View:
        block = self._block_at(time_s)
        around = [self._known_s(time_s + half) for half in (-_RATE_SPAN_S, _RATE_SPAN_S)]
        steps = [[each, *self._block_at(each).steps_at(each)] for each in around]
        return true_view_of(block, time_s, camera, around=np.array(steps), start_us=self._start_us)

    def _next_block(self) -> SightBlock:
        """Fly, look and err for the next tenth of a second."""
        nodes = self._motion.next_block()
        start_s = BLOCK_S * nodes.number
        before = self._navigation.wandering
        self._navigation.advance()
        errors = np.stack([before, self._navigation.wandering])
        time_s = start_s + NODE_S * np.arange(len(nodes.position_ecef_m), dtype=np.float64)
        pointing = pointing_at(self._pointings, start_s)
        still = self._navigation.still
        wanted, turning = commanded_sight(
            pointing,
            nodes,
            time_s,
            objects=self._objects,
            errors=errors,
            encoder_deg=(still.relative_azimuth_deg, still.relative_elevation_deg),
        )
        shake = self._vibration.block(start_s)
        if self._last_steps is None:
            azimuth, elevation = start_angles_rad(pointing, nodes, wanted)
            self._last_steps = np.array([azimuth, elevation, 0.0, 0.0, *nodes.attitude_rad[0]])
            if self._spec is not None:
                self._gimbal = GimbalMotion(
                    self._spec,
                    generator=_stream(self._seed, _GIMBAL),
                    start_rad=(azimuth, elevation),
                    n_steps=_N_STEPS,
                )
                self._last_steps[0] = self._gimbal.angles_rad[0]
                self._last_steps[1] = self._gimbal.angles_rad[1]
        if self._gimbal is None:
            steps = _fixed_steps(nodes.attitude_rad, shake, self._last_steps)
        else:
            asked = (nodes.attitude_rad, nodes.rates_rad_s, wanted, turning)
            steps = self._gimbal.next_block(asked, shake)[:, :7]
        steps = np.concatenate([self._last_steps[np.newaxis], steps])
        self._last_steps = steps[-1]
        return SightBlock(platform=nodes, steps=steps, errors=errors)


def _fixed_steps(attitude_rad: Array, shake: Array, last: Array) -> Array:
    """Return the steps (n, 7) of a camera that is fixed to its platform."""
    n_steps = len(shake)
    share = np.arange(1, n_steps + 1) / n_steps * (len(attitude_rad) - 1)
    nodes = np.arange(len(attitude_rad))
    base = np.stack([np.interp(share, nodes, column) for column in attitude_rad.T], axis=-1)
    held = np.broadcast_to(last[:4], (n_steps, 4))
    return np.concatenate([held, base + shake[:, :3]], axis=-1)


def _stream(seed: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng([seed, purpose])
