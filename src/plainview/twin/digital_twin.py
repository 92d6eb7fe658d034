"""The digital twin: a turret flown through a world, asked for frames, metadata and the truth."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import Surface, TerrainSurface, geoid_undulation_m
from plainview.model import Band, Camera, Frame, View
from plainview.twin.asked_rangefinder import AskedRangefinder
from plainview.twin.electronics import Electronics
from plainview.twin.flight_metadata import (
    SEA,
    FlightNames,
    encode_flight_view,
    read_flight_view,
)
from plainview.twin.flight_model import FlightModel
from plainview.twin.flight_scenario import FlightScenario
from plainview.twin.flown_camera import FlownCamera
from plainview.twin.matched_filter import matched_signal_to_noise
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.pointing import Pointing
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.sensor_response import SensorFrame, SensorResponse
from plainview.twin.truth import FrameTruth, ObjectsTruth

__all__ = ["DigitalTwin", "Shot"]

Floats = npt.NDArray[np.float32]

_LEVEL, _WAVES, _CAMERA = range(5, 8)
"""One stream of random numbers for each purpose; the flight has those before, the rangefinder 8."""
_N_THREADS: Final = 2
_REPLACED_SHARE: Final = 0.998
"""Of the dead pixels, which a camera in service knows and replaces; assumed."""
_LARGEST_PATCH_PX: Final = 64.0
"""A thing that fills more is judged by a patch of this side: its edges hardly count."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shot:
    """What one camera made at one instant.

    Args:
        camera: The camera.
        made: Counts and grey levels, marked SIMULATED.
        said: What the instruments say.
        packet: The metadata: an ST 0601 local set.
        truth: What is true of the frame.
    """

    camera: Camera
    made: SensorFrame
    said: View
    packet: bytes
    truth: FrameTruth

    def read_view(self) -> View:
        """Return what the metadata say, as a reader of the packet knows it."""
        return read_flight_view(self.packet, said=self.said, sigma=self.said.sigma)


@dataclass(slots=True, kw_only=True, eq=False)
class _Mounted:
    """One camera as the twin holds it."""

    flown: FlownCamera
    mounted: MountedCamera
    response: SensorResponse
    names: FlightNames

    @property
    def camera(self) -> Camera:
        return self.mounted.camera


class DigitalTwin:
    """One flight of a scenario: the same seed gives the same bytes, on any number of threads.

    Time goes forward only, frame by frame: each frame's instant is advanced to and shot once.

    Args:
        scenario: Everything but chance.
        seed: Of all chance.
        n_threads: How many draw and count at once.
    """

    def __init__(self, scenario: FlightScenario, seed: int, *, n_threads: int = _N_THREADS) -> None:
        self.scenario = scenario
        self._seed = seed
        world = replace(
            scenario.world,
            sea_hae_m=_sea_hae_m(scenario, np.random.default_rng([seed, _LEVEL])),
            seed=int(np.random.default_rng([seed, _WAVES]).integers(1 << 31)),
        )
        self._world = replace(world, land=scenario.land_at(world))
        self._flight = FlightModel.draw(
            seed,
            platform=scenario.platform,
            plan=scenario.plan,
            gimbal=scenario.turret.gimbal,
            navigation=scenario.turret.navigation,
            pointings=scenario.pointings,
            weather=scenario.weather,
            objects=scenario.object_places(self._world),
            start_us=scenario.start_us,
        )
        self._pool = ThreadPoolExecutor(n_threads) if n_threads > 1 else None
        self._n_threads = n_threads
        terrain = scenario.terrain
        self._surface: Surface = SEA if terrain is None else TerrainSurface(terrain=terrain)
        self._cameras = tuple(
            self._mount(each, number) for number, each in enumerate(scenario.cameras)
        )
        self._renderer = Renderer(
            self._world,
            n_threads=n_threads,
            bands_um={
                Band(each.flown.spec.band): (
                    each.flown.spec.band_low_um,
                    each.flown.spec.band_high_um,
                )
                for each in self._cameras
            },
        )
        self._rangefinder = AskedRangefinder.draw(scenario, seed)

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras that are switched on, in the scenario's order."""
        return tuple(each.camera for each in self._cameras)

    @property
    def sea_hae_m(self) -> float:
        """Height of the sea above the ellipsoid, as this flight drew it."""
        return self._world.sea_level_hae_m

    @property
    def video_time_us(self) -> int:
        """The instant that the twin is at, from the start of the video."""
        return self._flight.video_time_us

    @property
    def frame_index(self) -> int:
        """The frame of that instant, from 0."""
        return round(1e-6 * self.video_time_us * self.scenario.script.frames_per_s)

    def advance(self, until_us: int, pointings: Sequence[Pointing] = ()) -> None:
        """Let time pass, and take what the turret is to look at.

        Args:
            until_us: From the start of the video; not before where the twin is.
            pointings: Follow those that it has, in order of their start.
        """
        self._flight.advance(until_us, pointings)

    def render(self, camera: Camera) -> Frame:
        """Return this instant's frame of one camera alone, its counts where it keeps them."""
        number = self.cameras.index(camera)
        return self.frame_of(self.shots((number,))[0], number)

    def frame_of(self, shot: Shot, number: int) -> Frame:
        """Return a shot as a frame: the pixels that the pipeline takes, and the reported View."""
        is_deep = self._cameras[number].flown.is_deep
        return Frame(
            pixels=shot.made.counts if is_deep else shot.made.pixels,
            camera=shot.camera,
            frame_index=self.frame_index,
            video_time_us=self.video_time_us,
            view=shot.read_view(),
        )

    def shots(self, numbers: Sequence[int] | None = None) -> tuple[Shot, ...]:
        """Return what the cameras make at this instant.

        Args:
            numbers: Which of `cameras`; None for all.
        """
        chosen = [
            self._cameras[i] for i in (range(len(self._cameras)) if numbers is None else numbers)
        ]
        true = [self._flight.true_view(each.mounted) for each in chosen]
        time_s = 1e-6 * self.video_time_us
        seen = self._renderer.render(
            [(each.camera, view) for each, view in zip(chosen, true, strict=True)], time_s=time_s
        )
        return tuple(
            self._shot(each, view, picture)
            for each, view, picture in zip(chosen, true, seen, strict=True)
        )

    def close(self) -> None:
        """Let the threads go."""
        self._renderer.close()
        if self._pool is not None:
            self._pool.shutdown()

    def _mount(self, flown: FlownCamera, number: int) -> _Mounted:
        mounted = MountedCamera.of(flown.spec, flown.focal_length_mm)
        script = self.scenario.script
        return _Mounted(
            flown=flown,
            mounted=replace(mounted, camera=replace(mounted.camera, name=flown.name)),
            response=SensorResponse.of_camera(
                flown.spec,
                seed=(self._seed, _CAMERA, number),
                electronics=Electronics(replaced_share=_REPLACED_SHARE),
            ),
            names=FlightNames(
                mission=script.name, platform=self.scenario.platform.name, camera=flown.spec.name
            ),
        )

    def _shot(self, each: _Mounted, true: View, seen: RenderedPicture) -> Shot:
        response, focal_length_mm = each.response, each.flown.focal_length_mm
        start_us = max(self.video_time_us - round(0.5e6 * response.path_s), 0)
        angles_rad = self._flight.line_of_sight_in_exposure(
            each.mounted, start_us=start_us, duration_s=response.path_s
        )
        made = response.frame(
            seen.radiance,
            focal_length_mm=focal_length_mm,
            frame_index=self.frame_index,
            time_s=1e-6 * self.video_time_us,
            angles_rad=angles_rad,
            pool=self._pool,
            n_blocks=self._n_threads,
        )
        said = self._flight.reported_view(each.mounted)
        if each is self._cameras[self.scenario.selected]:
            said = self._rangefinder.told(
                said,
                self._renderer,
                (each.camera, true),
                frame_index=self.frame_index,
                time_s=1e-6 * self.video_time_us,
            )
        packet = encode_flight_view(said, each.names, camera=each.camera, surface=self._surface)
        return Shot(
            camera=each.camera,
            made=made,
            said=said,
            packet=packet,
            truth=FrameTruth(
                camera=each.camera,
                frame_index=self.frame_index,
                video_time_us=self.video_time_us,
                view=true,
                objects=self._objects(each, seen, angles_rad),
            ),
        )

    def _objects(
        self, each: _Mounted, seen: RenderedPicture, angles_rad: npt.NDArray[np.float64]
    ) -> ObjectsTruth:
        truth = seen.truth
        rows = np.flatnonzero(truth.visible_fraction > 0.0)
        focal_length_mm = each.flown.focal_length_mm
        kernel = each.response.kernel_of_motion(angles_rad, focal_length_mm=focal_length_mm)
        noise = each.response.noise_radiance(
            float(seen.radiance[::16, ::16].mean()), focal_length_mm=focal_length_mm
        )
        box = truth.box_px[rows]
        return ObjectsTruth(
            object_id=truth.object_id[rows],
            kind=tuple(truth.kind[row] for row in rows),
            x_px=box[:, 0].copy(),
            y_px=box[:, 1].copy(),
            width_px=box[:, 2].copy(),
            height_px=box[:, 3].copy(),
            visible_fraction=truth.visible_fraction[rows],
            signal_to_noise=np.array(
                [
                    matched_signal_to_noise(
                        _patch(truth.signal[row] * truth.visible_px[row], truth.box_px[row]),
                        kernel=kernel,
                        noise_radiance=noise,
                    )
                    for row in rows
                ],
                np.float64,
            ),
            latitude_deg=truth.latitude_deg[rows],
            longitude_deg=truth.longitude_deg[rows],
            height_hae_m=truth.height_hae_m[rows],
        )


def _patch(whole_signal: float, box_px: npt.NDArray[np.float64]) -> Floats:
    """Return the whole signal of a thing spread evenly over its box, as pixels."""
    width, height = (max(1.0, float(side)) for side in box_px[2:])
    scale = max(1.0, width / _LARGEST_PATCH_PX, height / _LARGEST_PATCH_PX)
    columns, rows = (max(1, round(side / scale)) for side in (width, height))
    level = whole_signal / (columns * rows) / scale
    return np.full((rows, columns), level, np.float32)


def _sea_hae_m(scenario: FlightScenario, generator: np.random.Generator) -> float:
    script = scenario.script
    undulation_m = float(geoid_undulation_m(script.latitude_deg, script.longitude_deg))
    return undulation_m + float(generator.normal(0.0, script.weather.sea_level_sigma_m))
