"""Drawing an overlay: what stands on the picture, where, and that it reads."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from plainview.model import LifeStage, RangeKind, ViewMethod
from plainview.overlay import (
    LAYOUTS,
    OverlayContext,
    OverlayDrawing,
    compose_overlay,
    draw_overlay,
)
from plainview.overlay.draw import north_angle_deg
from plainview.overlay.placement import boxes_overlap
from tests.overlay.observations import CONTEXT, make_observation, make_tracks, make_view

SIZES = [
    (160, 120),
    (240, 180),
    (320, 240),
    (336, 256),
    (360, 240),
    (640, 480),
    (640, 512),
    (720, 480),
    (720, 576),
    (1280, 720),
    (1024, 1280),
    (1920, 1080),
    (3840, 2160),
]
PLAINVIEW = LAYOUTS["plainview"]


def compose(
    *, width_px: int = 1280, height_px: int = 720, layout: str = "plainview", **changes: object
) -> OverlayDrawing:
    observation = make_observation(
        width_px=width_px, height_px=height_px, view=make_view(**changes)
    )
    pixels = observation.frame.pixels
    return compose_overlay(pixels, observation, layout=LAYOUTS[layout], context=CONTEXT)


def texts(drawing: OverlayDrawing) -> list[str]:
    return [drawn.text for drawn in drawing.texts]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("width_px", "height_px"), SIZES)
def test_nothing_overlaps_and_nothing_leaves_the_picture(
    layout: str, width_px: int, height_px: int
) -> None:
    rng = np.random.default_rng(width_px)
    boxes = [tuple(b) for b in rng.uniform(0, [width_px, height_px, 40, 30], (25, 4)).tolist()]
    stages = [LifeStage.CONFIRMED, LifeStage.COASTING, LifeStage.TENTATIVE] * 8
    tracks = make_tracks(boxes, [*stages, LifeStage.CONFIRMED])
    observation = make_observation(
        width_px=width_px, height_px=height_px, view=make_view(), tracks=tracks
    )
    drawing = compose_overlay(
        observation.frame.pixels,
        observation,
        layout=LAYOUTS[layout],
        context=replace(CONTEXT, is_simulated=True),
    )
    element_boxes = list(drawing.boxes_px.values())
    label_boxes = [drawn.box_px for drawn in drawing.texts if drawn.element == "track"]
    for first, second in combinations([*element_boxes, *label_boxes], 2):
        assert not boxes_overlap(first, second), (first, second)
    text_boxes = [drawn.box_px for drawn in drawing.texts]
    for first, second in combinations(text_boxes, 2):
        assert not boxes_overlap(first, second), (first, second)
    for left, top, width, height in [*element_boxes, *text_boxes]:
        assert left >= 0
        assert top >= 0
        assert left + width <= width_px
        assert top + height <= height_px


@pytest.mark.parametrize(("width_px", "height_px"), SIZES)
def test_every_size_has_both_banners_and_a_reticle(width_px: int, height_px: int) -> None:
    drawing = compose(width_px=width_px, height_px=height_px)
    assert {"marking_top", "marking_bottom", "reticle"} <= set(drawing.boxes_px)
    assert texts(drawing).count("UNCLASSIFIED//") == 2


@pytest.mark.parametrize(("width_px", "height_px"), SIZES)
def test_every_size_shows_where_the_middle_is(width_px: int, height_px: int) -> None:
    assert "59°20.700'N 018°06.666'E" in texts(compose(width_px=width_px, height_px=height_px))


def test_the_standard_block_is_complete() -> None:
    shown = texts(compose())
    assert "59°18.740'N 018°04.122'E" in shown
    assert "1210 m MSL  3970 ft" in shown
    assert "24 m HAE  FRAME CENTER HEIGHT" in shown
    assert "95% 4.2×1.3 m" in shown
    assert "RNG 4.12 km  2.23 NM" in shown
    assert "MEASURED" in shown
    assert "FOV 4.20°×2.36°" in shown
    assert "211127ZNOV26" in shown
    assert "11:27:03.4Z" in shown
    assert "352.3°T" in shown
    assert "−17.4°" in shown
    assert "META INTERPOLATED 0.0 s" in shown
    assert "SAR 21-004" in shown
    assert "DA42 MPP SE-MPA" in shown


def test_st1909_writes_its_groups() -> None:
    shown = texts(compose(layout="st1909"))
    assert "REL AZ -23.4000°" in shown
    assert "4123m SR" in shown
    assert "N/A TW" in shown
    assert "59.3450° FC LAT" in shown
    assert "1210m MSL ALT" in shown
    assert "MT 2026-11-21T11:27:03.4Z" in shown


def test_the_reported_boxes_hold_the_ink() -> None:
    observation = make_observation(view=make_view())
    grey = np.full((720, 1280, 3), 90, np.uint8)
    drawing = compose_overlay(grey, observation, layout=PLAINVIEW, context=CONTEXT)
    is_changed = np.any(drawing.pixels != grey, axis=2)
    for drawn in drawing.texts:
        left, top, width, height = drawn.box_px
        inside = is_changed[top : top + height, left : left + width]
        assert inside.mean() > 0.3, drawn
        assert drawing.pixels[top : top + height, left : left + width].max() > 160, drawn


@pytest.mark.parametrize("level", [0, 60, 128, 200, 255])
def test_text_reads_on_any_background(level: int) -> None:
    observation = make_observation(view=make_view())
    drawing = compose_overlay(
        np.full((720, 1280), level, np.uint8), observation, layout=PLAINVIEW, context=CONTEXT
    )
    for drawn in drawing.texts:
        left, top, width, height = drawn.box_px
        grey = drawing.pixels[top : top + height, left : left + width].max(axis=2)
        bright, dark = np.percentile(grey, 97), np.percentile(grey, 25)
        # WCAG's ratio of contrast for text, with its relative luminance.
        ratio = ((bright / 255) ** 2.2 + 0.05) / ((dark / 255) ** 2.2 + 0.05)
        assert ratio > 4.5, (drawn.text, bright, dark)


def test_a_source_without_a_marking_says_so() -> None:
    assert texts(compose(security_marking=None)).count("NOT MARKED") == 2
    assert texts(compose(security_marking=" ")).count("NOT MARKED") == 2


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_simulated_source_says_so_top_and_bottom(layout: str) -> None:
    observation = make_observation(view=make_view(security_marking=None))
    drawing = compose_overlay(
        observation.frame.pixels,
        observation,
        layout=LAYOUTS[layout],
        context=OverlayContext(is_simulated=True),
    )
    assert texts(drawing).count("NOT MARKED · SIMULATED") == 2


def test_a_long_marking_is_written_smaller_before_it_is_cut() -> None:
    marking = "UNCLASSIFIED//REL TO USA, GBR, SWE, NOR, FIN, DNK"
    drawing = compose(width_px=640, height_px=480, layout="st1909", security_marking=marking)
    banner = next(d for d in drawing.texts if d.element == "classification")
    body = next(d for d in drawing.texts if d.element == "platform")
    assert banner.text == marking
    assert banner.box_px[3] < body.box_px[3]


def test_a_marking_beyond_all_measure_is_cut_and_never_leaves_the_picture() -> None:
    drawing = compose(width_px=160, height_px=120, security_marking="UNCLASSIFIED//" * 8)
    banner = next(d for d in drawing.texts if d.element == "marking_top")
    assert banner.text.endswith("…")
    assert banner.box_px[0] >= 0


@pytest.mark.parametrize(("width_px", "height_px"), [(8, 6), (40, 16), (64, 48), (500, 10)])
def test_even_a_tiny_picture_is_marked(width_px: int, height_px: int) -> None:
    drawing = compose(width_px=width_px, height_px=height_px)
    assert any(drawn.element == "marking_top" for drawn in drawing.texts)
    assert drawing.pixels.shape == (height_px, width_px, 3)


def test_texts_of_the_source_cannot_break_their_line() -> None:
    drawing = compose(mission_id="A\nB\x00C\x1b[2J", security_marking="X\r\nY")
    assert "A B C [2J" in texts(drawing)
    assert texts(drawing).count("X  Y") == 2


def test_without_metadata_it_says_so_and_invents_nothing() -> None:
    observation = make_observation(view=None)
    drawing = compose_overlay(
        observation.frame.pixels, observation, layout=PLAINVIEW, context=OverlayContext()
    )
    shown = texts(drawing)
    assert "NO METADATA" in shown
    assert "NO UTC" in shown
    assert "VIDEO 00:12:03.4" in shown
    assert shown.count("NO POSITION") == 2
    assert not {"azimuth_tape", "elevation_scale", "scale_bar", "north_arrow"} & set(
        drawing.boxes_px
    )


def test_stale_metadata_is_grey_and_says_stale() -> None:
    fresh = compose()
    stale = compose(metadata_age_s=7.2, view_method=ViewMethod.HELD)
    assert "META HELD 7.2 s STALE" in texts(stale)
    box = next(d.box_px for d in fresh.texts if d.element == "own_position")
    region = np.s_[box[1] : box[1] + box[3], box[0] : box[0] + box[2]]
    assert fresh.pixels[region].max() > stale.pixels[region].max() + 40


def test_a_held_view_is_stale_however_young() -> None:
    assert "META HELD 0.0 s STALE" in texts(compose(view_method=ViewMethod.HELD))


def test_a_range_that_only_we_computed_is_called_calculated() -> None:
    observation = make_observation(view=make_view(slant_range_m=None, slant_range_kind=None))
    context = replace(CONTEXT, slant_range_m=987.0)
    shown = texts(
        compose_overlay(observation.frame.pixels, observation, layout=PLAINVIEW, context=context)
    )
    assert "RNG 987 m  0.53 NM" in shown
    assert "CALCULATED" in shown


def test_a_range_of_unknown_kind_is_called_ambiguous() -> None:
    assert "AMBIGUOUS" in texts(compose(slant_range_kind=None))
    assert "AMBIGUOUS" in texts(compose(slant_range_kind=RangeKind.AMBIGUOUS))


@pytest.mark.parametrize(
    ("heading_deg", "elevation_deg", "roll_deg", "expected_deg"),
    [
        (0.0, -30.0, 0.0, 0.0),
        (90.0, -30.0, 0.0, 270.0),
        (180.0, -30.0, 0.0, 180.0),
        (270.0, -10.0, 0.0, 90.0),
        (0.0, -89.0, 0.0, 0.0),
        (0.0, -30.0, 20.0, 340.0),
        (45.0, -89.999, 0.0, 315.0),
    ],
)
def test_north_points_where_the_ground_goes_north(
    heading_deg: float, elevation_deg: float, roll_deg: float, expected_deg: float
) -> None:
    view = make_view(
        camera_heading_deg=heading_deg,
        camera_elevation_deg=elevation_deg,
        camera_roll_deg=roll_deg,
    )
    angle_deg = north_angle_deg(view)
    assert angle_deg is not None
    assert (angle_deg - expected_deg + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=0.01)


def test_a_view_along_the_horizon_northwards_has_no_north_in_the_picture() -> None:
    assert north_angle_deg(make_view(camera_heading_deg=0.0, camera_elevation_deg=0.0)) is None


def test_the_picture_given_is_not_written_to() -> None:
    observation = make_observation(view=make_view())
    pixels = np.full((720, 1280, 3), 77, np.uint8)
    drawn = draw_overlay(pixels, observation, layout=PLAINVIEW, context=CONTEXT)
    assert np.all(pixels == 77)
    assert drawn.flags.writeable
    assert not np.shares_memory(drawn, pixels)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_grey_and_16_bit_pictures_become_bgr(dtype: type[np.uint8 | np.uint16]) -> None:
    high = 255 if dtype is np.uint8 else 20_000
    ramp = np.linspace(0, high, 640 * 480).reshape(480, 640)
    pixels: np.ndarray = ramp.astype(dtype)
    observation = make_observation(width_px=640, height_px=480, pixels=pixels)
    drawn = draw_overlay(pixels, observation, layout=PLAINVIEW, context=CONTEXT)
    assert drawn.shape == (480, 640, 3)
    assert drawn.dtype == np.uint8
    assert drawn[110, 200].max() < 75
    assert drawn[400, 200].min() > 180


def test_the_same_observation_gives_the_same_picture() -> None:
    np.testing.assert_array_equal(compose().pixels, compose().pixels)


def test_a_scale_bar_has_the_length_that_it_says() -> None:
    drawing = compose()
    text = next(d for d in drawing.texts if d.element == "scale_bar")
    assert text.text == "20 m"
    left, top, width, height = drawing.boxes_px["scale_bar"]
    rows = drawing.pixels[top + height - 12 : top + height, left : left + width]
    columns = np.flatnonzero((rows > 150).any(axis=(0, 2)))
    assert np.ptp(columns) + 1 == pytest.approx(20.0 / 0.24, abs=4)
