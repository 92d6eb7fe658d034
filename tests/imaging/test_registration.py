import cv2
import numpy as np
import pytest

from plainview.imaging import HomographyRegistrar, apply_homography
from plainview.model import Frame, Registration
from tests.conftest import SharedData
from tests.imaging import scenes
from tests.imaging.scenes import draw_ground, frame_of, grid_error_px, look, shift, to_bytes


@pytest.fixture(scope="module")
def land() -> scenes.Image:
    return draw_ground(1)


@pytest.fixture(scope="module")
def thermal() -> scenes.Image:
    return draw_ground(2, contrast=7.0, finest_px=16)


def register_pair(previous: np.ndarray, current: np.ndarray) -> Registration:
    registrar = HomographyRegistrar()
    registrar.register(frame_of(previous, 0))
    return registrar.register(frame_of(current, 1))


def with_movers(previous: scenes.Image, current: scenes.Image) -> float:
    """Paste things that move on their own into both pictures; return their share."""
    other = cv2.flip(previous, -1)
    covered = np.zeros(current.shape, bool)
    for x, y, width, height, step in (
        (30, 40, 110, 80, 7), (300, 60, 90, 110, -5), (180, 220, 120, 96, 6), (20, 270, 70, 70, -8),
    ):  # fmt: skip
        previous[y : y + height, x : x + width] = other[y : y + height, x : x + width]
        moved = slice(x + step, x + step + width)
        current[y : y + height, moved] = other[y : y + height, x : x + width]
        covered[y : y + height, moved] = True
    return float(covered.mean())


MOTIONS = [
    shift(3.7, -2.2),
    shift(-12.3, 8.1) @ scenes.turn_about_middle(0.8),
    shift(1.2, 0.4) @ scenes.turn_about_middle(-0.3, zoom=1.01),
    np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0], [2e-5, -1e-5, 1.0]]),
]


@pytest.mark.parametrize("motion", MOTIONS)
def test_land_is_registered_within_a_tenth_of_a_pixel_with_a_fifth_of_it_moving(
    land: scenes.Image, motion: np.ndarray
) -> None:
    previous, current = look(land, np.eye(3), seed=1), look(land, motion, seed=2)
    assert with_movers(previous, current) > 0.2
    found = register_pair(to_bytes(previous), to_bytes(current))
    assert found.is_valid
    assert not found.is_restart
    assert grid_error_px(found.current_from_previous, motion) < 0.1


@pytest.mark.parametrize("motion", MOTIONS)
def test_low_texture_is_registered_with_a_fifth_of_it_moving(
    thermal: scenes.Image, motion: np.ndarray
) -> None:
    previous = look(thermal, np.eye(3), noise=2.0, seed=1)
    current = look(thermal, motion, noise=2.0, seed=2)
    with_movers(previous, current)
    found = register_pair(to_bytes(previous), to_bytes(current))
    assert found.is_valid
    assert grid_error_px(found.current_from_previous, motion) < 0.35


def test_a_large_motion_is_found(land: scenes.Image) -> None:
    motion = shift(60.0, -45.0) @ scenes.turn_about_middle(3.0)
    found = register_pair(
        to_bytes(look(land, np.eye(3), seed=1)), to_bytes(look(land, motion, seed=2))
    )
    assert found.is_valid
    assert grid_error_px(found.current_from_previous, motion) < 0.1


def test_the_residual_tells_parallax_from_a_plane(land: scenes.Image) -> None:
    first = look(land, np.eye(3), seed=1)
    plane = look(land, shift(4.0, 0.0), seed=2)
    torn = plane.copy()
    torn[200:] = look(land, shift(5.5, 0.0), seed=2)[200:]
    in_plane = register_pair(to_bytes(first), to_bytes(plane))
    in_depth = register_pair(to_bytes(first), to_bytes(torn))
    assert in_plane.residual_px is not None
    assert in_depth.residual_px is not None
    assert in_plane.residual_px < 0.15
    assert in_depth.residual_px > 2.0 * in_plane.residual_px


def test_brightness_and_contrast_may_change(land: scenes.Image) -> None:
    current = 0.8 * look(land, shift(2.5, 1.5), seed=2) + 30.0
    found = register_pair(to_bytes(look(land, np.eye(3), seed=1)), to_bytes(current))
    assert found.is_valid
    assert grid_error_px(found.current_from_previous, shift(2.5, 1.5)) < 0.1


def test_burned_in_strokes_do_not_pull(land: scenes.Image) -> None:
    pictures = [to_bytes(look(land, shift(5.0 * i, 3.0 * i), seed=i)) for i in range(2)]
    for picture in pictures:
        for row in range(20, 350, 40):
            cv2.putText(picture, "LAT 38 13.245 N", (10, row), 0, 0.5, 255, 1)
        cv2.line(picture, (240, 100), (240, 260), 255, 2)
    found = register_pair(*pictures)
    assert grid_error_px(found.current_from_previous, shift(5.0, 3.0)) < 0.1


def test_the_same_picture_again_has_not_moved(land: scenes.Image) -> None:
    picture = to_bytes(look(land, np.eye(3)))
    found = register_pair(picture, picture.copy())
    assert found.is_valid
    np.testing.assert_allclose(found.current_from_previous, np.eye(3), atol=1e-6)


def test_the_first_frame_is_a_restart(land: scenes.Image) -> None:
    first = HomographyRegistrar().register(frame_of(to_bytes(look(land, np.eye(3)))))
    assert first.is_restart
    assert not first.is_valid
    assert first.reason == "first frame"
    assert first.residual_px is None
    np.testing.assert_array_equal(first.current_from_previous, np.eye(3))


@pytest.mark.parametrize("seed", range(6))
def test_a_cut_is_a_restart_and_never_a_registration(land: scenes.Image, seed: int) -> None:
    other = draw_ground(50 + seed, contrast=(25.0, 10.0)[seed % 2])
    found = register_pair(to_bytes(look(land, np.eye(3))), to_bytes(look(other, np.eye(3), seed=9)))
    assert found.is_restart
    assert found.reason == "scene change"
    np.testing.assert_array_equal(found.current_from_previous, np.eye(3))


def test_a_polarity_flip_is_a_restart(thermal: scenes.Image) -> None:
    white_hot = to_bytes(look(thermal, np.eye(3), seed=1))
    black_hot = 255 - to_bytes(look(thermal, shift(2.0, 1.0), seed=2))
    found = register_pair(white_hot, black_hot)
    assert found.is_restart
    assert found.reason == "polarity flip"


@pytest.mark.parametrize("zoom", [2.0, 0.5, 1.4])
def test_a_field_step_is_a_restart(land: scenes.Image, zoom: float) -> None:
    stepped = look(land, scenes.turn_about_middle(0.0, zoom=zoom), seed=2)
    found = register_pair(to_bytes(look(land, np.eye(3), seed=1)), to_bytes(stepped))
    assert found.is_restart
    assert not found.is_valid


def test_a_slow_zoom_is_a_motion(land: scenes.Image) -> None:
    motion = scenes.turn_about_middle(0.0, zoom=1.04)
    found = register_pair(
        to_bytes(look(land, np.eye(3), seed=1)), to_bytes(look(land, motion, seed=2))
    )
    assert found.is_valid
    assert grid_error_px(found.current_from_previous, motion) < 0.1


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"name": "camera-2"}, "camera switch"),
        ({"is_discontinuous": True}, "discontinuity"),
    ],
)
def test_what_the_source_says_is_a_restart(
    land: scenes.Image, second: dict[str, object], reason: str
) -> None:
    picture = to_bytes(look(land, np.eye(3)))
    registrar = HomographyRegistrar()
    registrar.register(frame_of(picture, 0))
    found = registrar.register(frame_of(picture.copy(), 1, **second))  # type: ignore[arg-type]
    assert found.is_restart
    assert found.reason == reason


def test_another_size_is_a_restart(land: scenes.Image) -> None:
    registrar = HomographyRegistrar()
    picture = to_bytes(look(land, np.eye(3)))
    registrar.register(frame_of(picture, 0))
    assert registrar.register(frame_of(picture[:300, :400].copy(), 1)).reason == "size change"


def test_a_smooth_sky_is_not_registered_and_is_no_restart() -> None:
    rng = np.random.default_rng(0)
    sky = np.tile(np.linspace(90.0, 130.0, 360)[:, None], (1, 480))
    pictures = [to_bytes(sky + rng.normal(0.0, 1.5, sky.shape)) for _ in range(2)]
    found = register_pair(*pictures)
    assert not found.is_valid
    assert not found.is_restart
    assert found.reason == "too little texture"
    np.testing.assert_array_equal(found.current_from_previous, np.eye(3))


@pytest.mark.parametrize("size", [(64, 48), (33, 47), (1, 1), (160, 120)])
def test_pictures_of_any_size_are_survived(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (size[1], size[0])).astype(np.uint8)
    assert register_pair(picture, picture.copy()).current_from_previous.shape == (3, 3)


def test_sixteen_bits_are_registered_too(thermal: scenes.Image) -> None:
    counts = [
        (7000.0 + 4.0 * look(thermal, motion, noise=2.0, seed=i)).astype(np.uint16)
        for i, motion in enumerate((np.eye(3), shift(3.0, -2.0)))
    ]
    found = register_pair(*counts)
    assert found.is_valid
    assert grid_error_px(found.current_from_previous, shift(3.0, -2.0)) < 0.2


def test_interlaced_frames_are_registered_by_one_field(land: scenes.Image) -> None:
    def woven(at: float, index: int) -> Frame:
        picture = to_bytes(look(land, shift(at, 0.0), seed=index))
        picture[1::2] = to_bytes(look(land, shift(at + 3.0, 0.0), seed=index))[1::2]
        return frame_of(picture, index, is_interlaced=True)

    registrar = HomographyRegistrar()
    registrar.register(woven(0.0, 0))
    found = registrar.register(woven(6.0, 1))
    assert grid_error_px(found.current_from_previous, shift(6.0, 0.0)) < 0.15


def test_a_restored_registrar_goes_on_to_the_same_numbers(land: scenes.Image) -> None:
    frames = [frame_of(to_bytes(look(land, shift(4.0 * i, 2.0 * i), seed=i)), i) for i in range(6)]
    whole, first = HomographyRegistrar(), HomographyRegistrar()
    expected = [whole.register(frame) for frame in frames]
    for frame in frames[:3]:
        first.register(frame)
    second = HomographyRegistrar()
    second.restore(first.state())
    for frame, truth in zip(frames[3:], expected[3:], strict=True):
        found = second.register(frame)
        np.testing.assert_array_equal(found.current_from_previous, truth.current_from_previous)
        assert found.residual_px == truth.residual_px


def test_a_photograph_under_a_known_motion_is_registered(shared_data: SharedData) -> None:
    photograph = scenes.read_grey(shared_data("image_pairs/graf1.png"))
    height, width = photograph.shape
    motion = shift(9.0, -5.0) @ np.diag([1.004, 1.004, 1.0])
    moved = cv2.warpPerspective(
        photograph, shift(-0.5, -0.5) @ motion @ shift(0.5, 0.5), (width, height),
        flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT,
    )  # fmt: skip
    found = register_pair(photograph, np.asarray(moved))
    corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
    off = apply_homography(found.current_from_previous, corners) - apply_homography(motion, corners)
    assert found.is_valid
    assert np.abs(off).max() < 0.15


def test_a_view_from_another_side_is_refused_or_right(shared_data: SharedData) -> None:
    folder = shared_data("image_pairs")
    first, third = (scenes.read_grey(folder / name) for name in ("graf1.png", "graf3.png"))
    store = cv2.FileStorage(str(folder / "H1to3p.xml"), cv2.FILE_STORAGE_READ)
    truth = np.asarray(store.getNode("H13").mat(), np.float64)
    found = register_pair(first, third)
    points = np.array([[200.0, 200.0], [400.0, 300.0], [500.0, 400.0]])
    off = apply_homography(found.current_from_previous, points) - apply_homography(truth, points)
    assert found.is_restart or np.abs(off).max() < 2.0
