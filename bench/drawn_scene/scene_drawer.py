"""A scene drawer: a flight over a scene that can be asked for pictures, metadata and the truth."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bench.drawn_scene.drawn_truth import objects_truth
from bench.drawn_scene.flight import Flight
from bench.drawn_scene.picture import CoveredThing, PictureMaker, cover_things, signal_to_noise
from bench.drawn_scene.reported import encode_view, read_view
from bench.drawn_scene.scenario import Aim, Scenario
from bench.drawn_scene.scene import Scene
from bench.drawn_scene.thing_picture import project_things
from plainview.model import Camera, Frame, View
from plainview.twin.pose_error import PoseError, erroneous_view
from plainview.twin.simulated_mark import SimulatedMark
from plainview.twin.truth import FrameTruth

__all__ = ["SceneDrawer"]

_SHARED, _FLIGHT, _PICTURE, _NOISE, _OWN = range(5)
"""One stream of random numbers for each purpose, so that none shifts another."""


class SceneDrawer:
    """One flight through a scenario: the same seed gives the same bytes.

    Frames are asked for in any order after the drawer has been advanced to their instant;
    what is drawn for a frame depends on its number alone.

    Args:
        scenario: Everything but chance.
        seed: Of all chance.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._scenario = scenario
        self._seed = seed
        self._sigma = scenario.instrument.sigma()
        shared = self._generator(_SHARED)
        self._shared = PoseError.draw_shared(shared, self._sigma)
        level_m = float(shared.normal(0.0, scenario.sea.level_sigma_m))
        self._scene = Scene.of(scenario, level_m=level_m)
        self._flight = Flight.draw(self._generator(_FLIGHT), scenario=scenario, scene=self._scene)
        self._pictures: PictureMaker | None = None
        self._views: tuple[View, View] | None = None
        self._packet: bytes | None = None
        self._seen: tuple[Camera, tuple[CoveredThing, ...]] | None = None
        self._now_us = 0

    @property
    def scenario(self) -> Scenario:
        """What is flown."""
        return self._scenario

    @property
    def scene(self) -> Scene:
        """Where the sea and everything on it truly is."""
        return self._scene

    @property
    def shared_error(self) -> PoseError:
        """What the metadata gets wrong through the whole mission."""
        return self._shared

    @property
    def video_time_us(self) -> int:
        """The instant that the drawer is at, from the start of the video."""
        return self._now_us

    @property
    def frame_index(self) -> int:
        """The frame of that instant, from 0."""
        return round(self._now_us * self._scenario.frames_per_s / 1e6)

    @property
    def camera(self) -> Camera:
        """The camera of the scenario."""
        return self._scenario.camera.camera()

    def advance(self, until_us: int, commands: Sequence[Aim] = ()) -> None:
        """Let time pass, and take what the gimbal is to aim at.

        Args:
            until_us: From the start of the video; not before where the drawer is.
            commands: Aims that follow those that it has, in order of their start.
        """
        if until_us < self._now_us:
            raise ValueError(f"the drawer is at {self._now_us} us and cannot go back to {until_us}")
        self._now_us = until_us
        self._views, self._packet, self._seen = None, None, None
        if commands:
            self._flight = replace(self._flight, aims=(*self._flight.aims, *commands))

    def render(self, camera: Camera) -> Frame:
        """Return the frame of this instant: true pixels with the View that is reported.

        Args:
            camera: The scenario's camera, or one of another size that looks the same way.
        """
        return Frame(
            pixels=self.pixels(camera),
            camera=camera,
            frame_index=self.frame_index,
            video_time_us=self._now_us,
            view=self.reported_view(),
        )

    def pixels(self, camera: Camera) -> npt.NDArray[np.uint8]:
        """Return the pixels of this instant alone, (rows, columns), marked as simulated."""
        return self._picture_maker(camera).picture(
            self.true_view(),
            self._things(camera),
            camera=camera,
            time_s=1e-6 * self._now_us,
            generator=self._generator(_NOISE, self.frame_index),
        )

    def true_view(self) -> View:
        """Return how the camera truly is at this instant."""
        return self._instant()[0]

    def erroneous_view(self) -> View:
        """Return what the instruments say of this instant, before it is put into metadata."""
        return self._instant()[1]

    def reported_view(self) -> View:
        """Return what the metadata says of this instant: errors added, steps of ST 0601 taken."""
        view = self.erroneous_view()
        return read_view(self.packet(), instrument=view, scenario=self._scenario)

    def packet(self) -> bytes:
        """Return the metadata of this instant as a KLV packet: an ST 0601 local set."""
        if self._packet is None:
            self._packet = encode_view(self.erroneous_view(), self._scenario)
        return self._packet

    def _instant(self) -> tuple[View, View]:
        """Return the true and the erroneous View of this instant, made once."""
        if self._views is None:
            own = PoseError.draw_own(self._generator(_OWN, self.frame_index), self._sigma)
            error, now_s = self._shared + own, 1e-6 * self._now_us
            true, pose = self._flight.views(np.array([now_s, now_s + error.time_s]))
            self._views = true, replace(erroneous_view(pose, error), time_us=true.time_us)
        return self._views

    def truth(self, camera: Camera) -> FrameTruth:
        """Return what is true of the frame of this instant."""
        things, sigma_k = self._things(camera), self._scenario.camera.pixel_sigma_k
        x, y, width, height = SimulatedMark.for_picture(camera.width_px, camera.height_px).box_px
        return FrameTruth(
            camera=camera,
            frame_index=self.frame_index,
            video_time_us=self._now_us,
            view=self.true_view(),
            objects=objects_truth(
                tuple(covered.seen for covered in things),
                signal_to_noise=tuple(
                    signal_to_noise(covered, sigma_k=sigma_k) for covered in things
                ),
                camera=camera,
                mark_px=(float(x), float(y), float(width), float(height)),
            ),
        )

    def _things(self, camera: Camera) -> tuple[CoveredThing, ...]:
        """Return the objects of this instant as a camera sees them, made once."""
        if self._seen is None or self._seen[0] != camera:
            things = project_things(
                self._scene, time_s=1e-6 * self._now_us, view=self.true_view(), camera=camera
            )
            response = self._scenario.camera
            self._seen = camera, cover_things(things, camera=camera, response=response)
        return self._seen[1]

    def _picture_maker(self, camera: Camera) -> PictureMaker:
        """Draw sea and detector when the first picture is asked for; geometry alone is cheap."""
        size = (camera.width_px, camera.height_px)
        if self._pictures is None or self._pictures.mark.picture_px != size:
            self._pictures = PictureMaker.draw(
                self._generator(_PICTURE), scenario=self._scenario, scene=self._scene, size_px=size
            )
        return self._pictures

    def _generator(self, purpose: int, frame_index: int = 0) -> np.random.Generator:
        seeds = np.random.SeedSequence([self._seed, purpose, frame_index])
        return np.random.Generator(np.random.SFC64(seeds))
