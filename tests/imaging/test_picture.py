import cv2
import numpy as np
import pytest

from plainview.imaging import PictureMaker, deinterlace_pixels
from plainview.model import Registration
from tests.imaging.scenes import draw_ground, frame_of, look, shift, to_bytes

STILL = Registration(
    current_from_previous=np.eye(3), residual_px=0.0, is_valid=True, is_restart=False
)


@pytest.fixture(scope="module")
def grey() -> np.ndarray:
    return to_bytes(look(draw_ground(5), np.eye(3)))


def test_a_picture_is_made_once_for_a_frame(grey: np.ndarray) -> None:
    maker = PictureMaker()
    frame = frame_of(grey)
    assert maker.picture(frame) is maker.picture(frame)
    assert maker.picture(frame_of(grey.copy())) is not maker.picture(frame)


def test_the_frame_is_not_written_to(grey: np.ndarray) -> None:
    frame = frame_of(grey.copy())
    picture = PictureMaker().picture(frame)
    picture.grey[:] = 0
    np.testing.assert_array_equal(frame.pixels, grey)


def test_each_level_is_the_mean_of_four_pixels_of_the_one_before(grey: np.ndarray) -> None:
    picture = PictureMaker().picture(frame_of(grey[:357, :475].copy()))
    finer = picture.levels[1]
    expected = finer[:178, :236].reshape(89, 2, 118, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(picture.levels[2], expected, atol=1e-3)
    assert picture.levels[1].shape == (178, 237)
    assert picture.level(0).dtype == np.float32


def test_colour_becomes_grey(grey: np.ndarray) -> None:
    colour = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    np.testing.assert_array_equal(PictureMaker().picture(frame_of(colour)).grey, grey)


def test_sixteen_bits_keep_their_steps() -> None:
    counts = np.arange(8000, 8000 + 120 * 160, dtype=np.uint16).reshape(120, 160)
    grey = PictureMaker().picture(frame_of(counts)).grey
    assert grey.dtype == np.float32
    assert len(np.unique(grey)) == counts.size


def test_an_interlaced_frame_shows_one_instant(grey: np.ndarray) -> None:
    woven = grey.copy()
    woven[1::2] = 0
    picture = PictureMaker().picture(frame_of(woven, is_interlaced=True))
    np.testing.assert_array_equal(picture.grey, deinterlace_pixels(woven))


def test_woven_fields_are_noticed_without_a_word_from_the_source() -> None:
    ground = draw_ground(3, contrast=40.0)
    maker = PictureMaker()
    woven = to_bytes(look(ground, np.eye(3)))[:288].copy()
    woven[1::2] = to_bytes(look(ground, shift(6.0, 0.0), seed=1))[1:288:2]
    for index in range(30):
        picture = maker.picture(frame_of(woven.copy(), index))
    np.testing.assert_array_equal(picture.grey, deinterlace_pixels(woven))


def test_strokes_at_a_level_hold_every_stroke(grey: np.ndarray) -> None:
    maker = PictureMaker()
    mask = np.zeros(grey.shape, np.uint8)
    mask[101, 51] = 255
    maker.overlay._mask = mask
    picture = maker.picture(frame_of(grey))
    rows, columns = np.nonzero(picture.strokes_at(2))
    assert (rows.tolist(), columns.tolist()) == ([25], [12])
    assert picture.strokes_at(0) is picture.strokes


def test_a_frame_is_learned_from_once(grey: np.ndarray) -> None:
    maker = PictureMaker()
    frame = frame_of(grey)
    for _ in range(3):
        maker.observe(frame, STILL)
    maker.observe(frame_of(grey), STILL)
    assert maker.overlay.state()["n_frames"] == 1  # since the look at the first


def test_the_scene_at_a_level_leaves_out_what_touches_a_border(grey: np.ndarray) -> None:
    framed = grey.copy()
    framed[:, :13] = 0
    picture = PictureMaker().picture(frame_of(framed))
    assert picture.scene == (13, 0, 480, 360)
    assert picture.scene_at(1, margin_px=2) == (9, 0, 240, 180)
