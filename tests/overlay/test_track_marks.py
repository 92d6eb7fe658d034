"""Track marks: the line says the life stage, without colour."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.model import LifeStage
from plainview.overlay import (
    LAYOUTS,
    OverlayContext,
    OverlayDrawing,
    compose_overlay,
)
from tests.overlay.observations import make_observation, make_tracks, make_view

SHIPPED = LAYOUTS["plainview"]
LAYOUT = replace(SHIPPED, style=replace(SHIPPED.style, shows_tentative=True))
BOX = (600.0, 200.0, 80.0, 60.0)


def compose(
    stage: LifeStage, *, scale: int = 1, box: tuple[float, float, float, float] = BOX
) -> OverlayDrawing:
    observation = make_observation(view=make_view(), tracks=make_tracks([box], [stage]))
    pixels = np.full((720 // scale, 1280 // scale, 3), 100, np.uint8)
    return compose_overlay(pixels, observation, layout=LAYOUT, context=OverlayContext())


def share_of_light_line(stage: LifeStage) -> float:
    """Share of the box's upper side that is drawn light."""
    pixels = compose(stage).pixels
    band = pixels[190:205, 604:676].max(axis=2)
    return float((band > 180).any(axis=0).mean())


def test_each_life_stage_has_a_line_of_its_own() -> None:
    tentative, confirmed, coasting = (
        share_of_light_line(stage)
        for stage in (LifeStage.TENTATIVE, LifeStage.CONFIRMED, LifeStage.COASTING)
    )
    assert confirmed == 1.0
    assert 0.5 < coasting < 0.85
    assert 0.25 < tentative < 0.65


def test_a_confirmed_track_shows_its_identity_and_its_ellipse() -> None:
    labels = [d.text for d in compose(LifeStage.CONFIRMED).texts if d.element == "track"]
    assert labels == ["1  95% 9.8×4.9 m"]


def test_a_coasting_track_says_so_in_a_word() -> None:
    labels = [d.text for d in compose(LifeStage.COASTING).texts if d.element == "track"]
    assert labels == ["1 COAST  95% 9.8×4.9 m"]


def test_tentative_tracks_are_only_drawn_where_a_layout_asks_for_them() -> None:
    tracks = make_tracks([BOX], [LifeStage.TENTATIVE])
    observation = make_observation(view=make_view(), tracks=tracks)
    pixels = np.full((720, 1280, 3), 100, np.uint8)
    for layout in LAYOUTS.values():
        drawing = compose_overlay(pixels, observation, layout=layout, context=OverlayContext())
        assert np.all(drawing.pixels[205:255, 595:685] == 100)


def test_tentative_tracks_have_no_label_and_ended_ones_no_box() -> None:
    assert not [d for d in compose(LifeStage.TENTATIVE).texts if d.element == "track"]
    without = compose(LifeStage.ENDED).pixels
    assert np.all(without[180:280, 560:700] == 100)


def test_boxes_follow_a_picture_of_another_size() -> None:
    pixels = compose(LifeStage.CONFIRMED, scale=2).pixels
    is_light = pixels[80:150, 280:360].max(axis=2) > 180
    columns = np.nonzero(is_light[15:65])[1]
    assert columns.min() + 280 == pytest.approx(300 - 2, abs=3)
    assert columns.max() + 280 == pytest.approx(340 + 2, abs=3)


@pytest.mark.parametrize(
    "box", [(-500.0, -500.0, 5.0, 5.0), (1e9, 0.0, 1e9, 5.0), (0.0, 0.0, 1280.0, 720.0)]
)
@pytest.mark.parametrize("stage", list(LifeStage))
def test_boxes_far_outside_do_no_harm(
    box: tuple[float, float, float, float], stage: LifeStage
) -> None:
    assert compose(stage, box=box).pixels.shape == (720, 1280, 3)


def test_the_middle_of_a_box_stays_open() -> None:
    pixels = compose(LifeStage.CONFIRMED).pixels
    assert np.all(pixels[205:255, 606:674] == 100)
