"""The picture: sea, things, optics and detector, brought together for one frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
import numpy.typing as npt

from bench.drawn_scene.detector_response import DetectorResponse
from bench.drawn_scene.radiance import apparent_temperature_k
from bench.drawn_scene.scenario import CameraResponse, Scenario
from bench.drawn_scene.scene import Scene
from bench.drawn_scene.sea_geometry import depression_rad, scene_from_picture
from bench.drawn_scene.sea_texture import SeaTile, draw_patches, draw_tile_in_picture, draw_waves
from bench.drawn_scene.thing_picture import Coverage, ThingInPicture, cover_pixels
from plainview.model import Camera, View
from plainview.twin.simulated_mark import SimulatedMark

__all__ = ["CoveredThing", "PictureMaker", "cover_things", "signal_to_noise"]

Picture = npt.NDArray[np.float32]

_COARSE_GRID: Final = (48, 27)
"""Columns and rows on which the slowly varying radiance of the sea is computed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoveredThing:
    """One object with what it covers.

    Args:
        seen: Where it falls in the picture.
        layers: What is laid over the sea, from below upward, each with its contrast to the
            sea in kelvin.
    """

    seen: ThingInPicture
    layers: tuple[tuple[Coverage, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureMaker:
    """Makes pictures of one mission: what was drawn once is kept.

    Args:
        scenario: Sea and camera.
        scene: Where things are.
        tiles: Of the sea.
        detector: What it does to temperatures.
        mark: Burned into every picture.
    """

    scenario: Scenario
    scene: Scene
    tiles: tuple[SeaTile, ...]
    detector: DetectorResponse
    mark: SimulatedMark

    @classmethod
    def draw(
        cls,
        generator: np.random.Generator,
        *,
        scenario: Scenario,
        scene: Scene,
        size_px: tuple[int, int],
    ) -> Self:
        """Draw the sea and the detector of one mission, for pictures of one size."""
        return cls(
            scenario=scenario,
            scene=scene,
            tiles=(
                draw_patches(generator, scenario.sea),
                draw_waves(generator, scenario.sea),
            ),
            detector=DetectorResponse.draw(generator, response=scenario.camera, size_px=size_px),
            mark=SimulatedMark.for_picture(*size_px),
        )

    def picture(
        self,
        view: View,
        things: tuple[CoveredThing, ...],
        *,
        camera: Camera,
        time_s: float,
        generator: np.random.Generator,
    ) -> npt.NDArray[np.uint8]:
        """Return the pixels of one frame, (rows, columns), 8 bits, the mark burned in.

        Args:
            view: The true View.
            things: How the scene's objects cover the picture.
            camera: Its picture.
            time_s: From the start of the video.
            generator: Draws this frame's noise.
        """
        level = self._sea_level_k(view, camera)
        picture = self._sea(view, camera, time_s=time_s) + level
        for covered in things:
            _draw_thing(picture, covered, level=level)
        picture -= np.float32(level.mean())
        pixels = self.detector.grey_levels(picture, generator)
        self.mark.draw_into(pixels)
        return pixels

    def _sea_level_k(self, view: View, camera: Camera) -> Picture:
        """Return the sea without texture: what it emits and mirrors at each angle."""
        n_columns, n_rows = _COARSE_GRID
        depression = depression_rad(view, camera, n_columns=n_columns, n_rows=n_rows)
        coarse = apparent_temperature_k(self.scenario.sea, depression).astype(np.float32)
        level = cv2.resize(
            coarse, (camera.width_px, camera.height_px), interpolation=cv2.INTER_LINEAR
        )
        return level.astype(np.float32, copy=False)

    def _sea(self, view: View, camera: Camera, *, time_s: float) -> Picture:
        homography = scene_from_picture(view, camera, self.scene)
        size_px = (camera.width_px, camera.height_px)
        first, *rest = (
            draw_tile_in_picture(
                tile, scene_from_picture=homography, size_px=size_px, time_s=time_s
            )
            for tile in self.tiles
        )
        for other in rest:
            first += other
        return first


def cover_things(
    things: tuple[ThingInPicture, ...], *, camera: Camera, response: CameraResponse
) -> tuple[CoveredThing, ...]:
    """Return how things cover the picture, those outside it with no layers."""
    return tuple(
        CoveredThing(seen=seen, layers=tuple(_layers(seen, camera=camera, response=response)))
        for seen in things
    )


def _layers(
    seen: ThingInPicture, *, camera: Camera, response: CameraResponse
) -> Iterator[tuple[Coverage, float]]:
    outlines = [(seen.hull_px, seen.thing.contrast_k)]
    if seen.engine_px is not None:
        outlines.append((seen.engine_px, seen.thing.contrast_k + seen.thing.engine_k))
    for hull_px, contrast_k in outlines:
        coverage = cover_pixels(hull_px, camera=camera, blur_px=response.blur_px)
        if coverage is not None:
            yield coverage, contrast_k


def _draw_thing(picture: Picture, covered: CoveredThing, *, level: Picture) -> None:
    """Lay a thing over the sea, in place: where it covers, no sea texture is left."""
    for coverage, contrast_k in covered.layers:
        patch = picture[coverage.window]
        patch += coverage.share * (level[coverage.window] + np.float32(contrast_k) - patch)


def signal_to_noise(covered: CoveredThing, *, sigma_k: float) -> float:
    """Return the signal-to-noise of a thing for a filter matched to it.

    Args:
        covered: The thing; what lies outside the picture does not count.
        sigma_k: 1-sigma of a pixel's noise; 0 gives inf for anything that is seen.

    Source:
        Root of the signal's energy over the noise, in white noise (matched filter).
    """
    if not covered.layers:
        return 0.0
    hull = covered.layers[0][0]
    signal = np.zeros_like(hull.share)
    for coverage, contrast_k in covered.layers:
        rows, columns = coverage.window
        inside = signal[
            rows.start - hull.row_px : rows.stop - hull.row_px,
            columns.start - hull.column_px : columns.stop - hull.column_px,
        ]
        share = coverage.share[: inside.shape[0], : inside.shape[1]]
        inside += share * (np.float32(contrast_k) - inside)
    energy = float(np.sqrt(np.sum(np.square(signal, dtype=np.float64))))
    return energy / sigma_k if sigma_k > 0.0 else float(np.inf)
