from dataclasses import replace

import cv2
import numpy as np
import pytest

from plainview.mission.thumbnails import Thumbnails
from plainview.model import LifeStage, Observation
from tests.overlay.observations import make_observation, make_tracks


def seen(
    box_px: tuple[float, float, float, float], *, ratio: float = 1.0, level: int = 255
) -> Observation:
    """Return a look at one thing: its box bright on grey, in pixels of some shape."""
    pixels = np.full((240, 320), 60, np.uint8)
    x, y, width, height = (round(edge) for edge in box_px)
    pixels[y : y + height, x : x + width] = level
    tracks = make_tracks([box_px], [LifeStage.CONFIRMED])
    observation = make_observation(width_px=320, height_px=240, tracks=tracks, pixels=pixels)
    camera = replace(observation.frame.camera, pixel_aspect_ratio=ratio)
    return replace(observation, frame=replace(observation.frame, camera=camera))


def shown(observation: Observation) -> np.ndarray:
    thumbnails = Thumbnails()
    thumbnails.take(observation)
    (jpeg,) = thumbnails.jpegs().values()
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    return picture


@pytest.mark.parametrize("ratio", [0.5, 1.0, 16 / 11, 2.0])
def test_a_thing_is_shown_in_the_shape_that_it_has(ratio: float) -> None:
    picture = shown(seen((150.0, 100.0, 20.0 / ratio, 20.0), ratio=ratio))
    is_bright = picture > 160
    across, down = np.count_nonzero(is_bright.any(axis=0)), np.count_nonzero(is_bright.any(axis=1))
    assert picture.shape == (96, 96)
    assert across / down == pytest.approx(1.0, abs=0.12)
    assert down == pytest.approx(96 / 2.5, abs=4.0)


@pytest.mark.parametrize("box_px", [(0.0, 0.0, 9.0, 9.0), (311.0, 231.0, 9.0, 9.0)])
@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_a_thing_in_a_corner_is_shown(
    box_px: tuple[float, float, float, float], ratio: float
) -> None:
    assert shown(seen(box_px, ratio=ratio)).max() > 200


def test_a_better_look_replaces_a_worse_one_and_not_the_other_way() -> None:
    thumbnails = Thumbnails()
    thumbnails.take(seen((150.0, 100.0, 20.0, 20.0)))
    first = thumbnails.jpegs()
    thumbnails.take(seen((150.0, 100.0, 10.0, 10.0)))
    assert thumbnails.jpegs() == first
    thumbnails.take(seen((150.0, 100.0, 40.0, 40.0)))
    assert thumbnails.jpegs() != first
    restored = Thumbnails()
    restored.restore(dict(thumbnails.state()))
    assert restored.jpegs() == thumbnails.jpegs()
