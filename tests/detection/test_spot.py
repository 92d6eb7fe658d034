import csv

import av
import cv2
import numpy as np
import pytest

from plainview.detection import KnownPlaces, SpotDetector, SpotSettings
from plainview.detection.score import score_from_ratio
from plainview.imaging import PictureMaker
from plainview.model import Detections, LifeStage, Registration, Tracks
from tests.conftest import SharedData
from tests.detection.sights import RESTART, holds
from tests.imaging.scenes import add_blob, draw_ground, frame_of, look, read_grey, to_bytes


def sea(seed: int = 0, *, noise: float = 2.0, size: tuple[int, int] = (360, 480)) -> np.ndarray:
    rng = np.random.default_rng(seed)
    slope = np.linspace(80.0, 110.0, size[0])[:, None]
    return np.asarray(slope + rng.normal(0.0, noise, size), np.float32)


def spots_of(picture: np.ndarray, settings: SpotSettings | None = None) -> Detections:
    return SpotDetector(settings).detect(frame_of(to_bytes(picture)), RESTART)


@pytest.mark.parametrize("sigma_px", [1.0, 2.0, 4.0, 8.0])
@pytest.mark.parametrize("height", [30.0, -30.0])
def test_a_spot_of_any_size_and_polarity_is_found_where_it_is(
    sigma_px: float, height: float
) -> None:
    found = spots_of(add_blob(sea(), 231.0, 167.0, sigma_px=sigma_px, height=height))
    assert holds(found, 231.0, 167.0, within_px=1.0 + 0.3 * sigma_px)
    assert found.detector[0] == "spot"
    assert found.label[0] is None


@pytest.mark.parametrize("sigma_px", [1.5, 3.0, 6.0])
def test_the_box_is_about_as_wide_as_half_the_spot_is_high(sigma_px: float) -> None:
    found = spots_of(add_blob(sea(), 231.0, 167.0, sigma_px=sigma_px, height=80.0))
    best = found.box_px[np.argmax(found.score)]
    assert best[2:] == pytest.approx([2.355 * sigma_px] * 2, rel=0.6)


def test_dark_spots_can_be_left_out() -> None:
    picture = add_blob(sea(), 100.0, 100.0, sigma_px=2.0, height=-40.0)
    assert len(spots_of(picture)) == 1
    assert len(spots_of(picture, SpotSettings(finds_dark=False))) == 0


@pytest.mark.parametrize("noise", [0.5, 2.0, 8.0])
def test_noise_alone_gives_no_alarms_whatever_its_strength(noise: float) -> None:
    alarms = sum(len(spots_of(sea(seed, noise=noise))) for seed in range(10))
    assert alarms <= 1


def test_the_threshold_follows_the_noise() -> None:
    quiet = add_blob(sea(noise=1.0), 231.0, 167.0, sigma_px=1.5, height=12.0)
    loud = add_blob(sea(noise=6.0), 231.0, 167.0, sigma_px=1.5, height=12.0)
    assert holds(spots_of(quiet), 231.0, 167.0)
    assert len(spots_of(loud)) == 0


def test_edges_and_lines_are_not_spots() -> None:
    picture = sea()
    picture[:, 240:] += 60.0
    cv2.line(picture, (20, 300), (220, 250), 200.0, 2)
    found = spots_of(np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8)))
    middles = found.box_px[:, :2] + 0.5 * found.box_px[:, 2:]
    ends = np.array([[20.0, 300.0], [220.0, 250.0]])
    away = np.min(np.linalg.norm(middles[:, None] - ends, axis=2), axis=1) if len(found) else []
    assert np.all(np.asarray(away) < 12.0)


def test_spots_at_the_border_do_not_break_it() -> None:
    picture = sea()
    for x, y in ((2.0, 2.0), (478.0, 180.0), (240.0, 358.0)):
        picture = add_blob(picture, x, y, sigma_px=2.0, height=60.0)
    boxes = spots_of(picture).box_px
    assert np.all(boxes[:, :2] >= 0.0)
    assert np.all(boxes[:, :2] + boxes[:, 2:] <= (480.0, 360.0))


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (17, 33), (48, 64)])
def test_pictures_of_any_size_are_survived(size: tuple[int, int]) -> None:
    assert len(spots_of(sea(size=size))) == 0


def test_sixteen_bits_find_what_eight_would_round_away() -> None:
    rng = np.random.default_rng(0)
    counts = 8000.0 + 3000.0 * (np.arange(480) > 400) + rng.normal(0.0, 2.0, (360, 480))
    hot = add_blob(counts.astype(np.float32), 150.0, 150.0, sigma_px=1.5, height=30.0)
    found = SpotDetector().detect(frame_of(hot.astype(np.uint16)), RESTART)
    assert holds(found, 150.0, 150.0)


def test_two_spots_are_two_and_one_is_one() -> None:
    picture = add_blob(sea(), 100.0, 100.0, sigma_px=2.0, height=60.0)
    picture = add_blob(picture, 130.0, 104.0, sigma_px=2.0, height=60.0)
    found = spots_of(picture)
    assert len(found) == 2
    assert holds(found, 100.0, 100.0)
    assert holds(found, 130.0, 104.0)


def test_a_stronger_spot_has_a_higher_score() -> None:
    picture = add_blob(sea(), 100.0, 100.0, sigma_px=2.0, height=15.0)
    picture = add_blob(picture, 300.0, 200.0, sigma_px=2.0, height=60.0)
    found = spots_of(picture)
    assert np.all((found.score >= 0.0) & (found.score <= 1.0))
    assert found.score[0] > found.score[1]
    assert found.box_px[0, 0] == pytest.approx(298.0, abs=4.0)


def test_no_more_than_the_most_are_reported() -> None:
    picture = sea()
    for x in range(40, 440, 40):
        picture = add_blob(picture, float(x), 180.0, sigma_px=2.0, height=50.0)
    assert len(spots_of(picture, SpotSettings(most=4))) == 4


def test_burned_in_strokes_are_not_spots_but_a_boat_among_them_is() -> None:
    pictures = PictureMaker()
    detector = SpotDetector(pictures=pictures)
    picture = add_blob(sea(), 240.0, 180.0, sigma_px=2.0, height=60.0)
    drawn = to_bytes(picture)
    for x in range(60, 420, 60):
        cv2.line(drawn, (x, 100), (x, 108), 255, 2)
    frame = frame_of(drawn)
    assert holds(detector.detect(frame, RESTART), 61.0, 104.5, within_px=4.0)
    bright = (drawn > 245).astype(np.uint8) * np.uint8(255)
    pictures.overlay._mask = np.asarray(cv2.dilate(bright, np.ones((3, 3), np.uint8)), np.uint8)
    found = detector.detect(frame_of(drawn.copy(), 1), RESTART)
    assert len(found) == 1
    assert holds(found, 240.0, 180.0)


def tracked_at(box_px: tuple[float, float, float, float], stage: LifeStage) -> Tracks:
    return Tracks.unlocated(
        track_id=np.array([1]),
        box_px=np.array([box_px]),
        life_stage=np.array([stage], np.uint8),
        existence=np.ones(1),
        score=np.ones(1),
        label=(None,),
        detector=("spot",),
        position_cov_px2=np.eye(2)[np.newaxis],
        velocity_px_s=np.zeros((1, 2)),
    )


MOVED = Registration(
    current_from_previous=np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    residual_px=0.1,
    is_valid=True,
    is_restart=False,
)


@pytest.mark.parametrize(
    ("is_known", "has_strokes", "stage", "is_seen"),
    [
        (True, True, LifeStage.CONFIRMED, True),
        (True, True, LifeStage.ENDED, False),
        (True, False, LifeStage.CONFIRMED, False),
        (False, True, LifeStage.CONFIRMED, False),
    ],
)
def test_less_is_asked_of_what_is_tracked_and_partly_under_strokes(
    is_known: bool, has_strokes: bool, stage: LifeStage, is_seen: bool
) -> None:
    picture = add_blob(sea(3), 240.0, 180.0, sigma_px=3.0, height=4.2)
    pictures, known = PictureMaker(), KnownPlaces()
    detector = SpotDetector(pictures=pictures, known=known)
    if is_known:
        known.take(tracked_at((234.0, 176.0, 8.0, 8.0), stage))
    if has_strokes:
        strokes = np.zeros(picture.shape, np.uint8)
        strokes[180, 200:280] = 255
        pictures.overlay._mask = strokes
    found = detector.detect(frame_of(to_bytes(picture)), MOVED)
    assert holds(found, 240.0, 180.0, within_px=3.0) == is_seen
    assert len(found) == is_seen
    assert len(detector.detect(frame_of(to_bytes(picture), 1), RESTART)) == 0


def test_known_places_are_as_before_once_restored() -> None:
    known, restored = KnownPlaces(), KnownPlaces()
    known.take(tracked_at((234.0, 176.0, 8.0, 8.0), LifeStage.COASTING))
    restored.restore(known.state())
    np.testing.assert_array_equal(restored.boxes_px(MOVED), [[236.0, 176.0, 8.0, 8.0]])
    assert len(restored.boxes_px(RESTART)) == 0


def test_scores_start_at_three_tenths_and_stay_below_one() -> None:
    ratio = np.array([6.0, 12.0, 30.0, 1e6])
    np.testing.assert_allclose(score_from_ratio(ratio, 6.0), [0.3, 0.65, 0.86, 1.0], atol=1e-4)


def test_textured_land_gives_few_alarms() -> None:
    ground = to_bytes(look(draw_ground(1), np.eye(3)))
    assert len(SpotDetector().detect(frame_of(ground), RESTART)) <= 5


@pytest.mark.parametrize(
    ("name", "image"),
    [("NUAA-SIRST", "Misc_1.png"), ("NUDT-SIRST", None), ("NUST-SIRST", None)],
)
def test_published_small_targets_are_found(
    shared_data: SharedData, name: str, image: str | None
) -> None:
    folder = shared_data(f"sirst_samples/{name}")
    path = folder / "images" / image if image else next((folder / "images").iterdir())
    picture = read_grey(path)
    truth = read_grey(next((folder / "masks").iterdir()))
    found = SpotDetector().detect(frame_of(picture), RESTART)
    n_targets, _, _, middles = cv2.connectedComponentsWithStats((truth > 0).astype(np.uint8))
    for x, y in middles[1:n_targets]:
        assert holds(found, x + 0.5, y + 0.5, within_px=4.0)


def test_most_targets_in_real_sky_clips_are_found(shared_data: SharedData) -> None:
    folder = shared_data("ir_sky_targets")
    n_found, n_alarms, n_frames = 0, 0, 0
    for clip in ("IR_DRONE_059", "IR_AIRPLANE_017", "IR_HELICOPTER_018", "IR_BIRD_036"):
        with (folder / "labels" / f"{clip}.csv").open() as file:
            truth = {int(row["frame"]): row for row in csv.DictReader(file)}
        with av.open(str(folder / "clips" / f"{clip}.mp4")) as container:
            for index, decoded in enumerate(container.decode(video=0)):
                if index % 25 or index not in truth:
                    continue
                picture = np.asarray(decoded.to_ndarray(format="gray8"), np.uint8)
                found = SpotDetector().detect(frame_of(picture), RESTART)
                x, y, width, height = (float(truth[index][key]) for key in "xywh")
                is_hit = holds(found, x + width / 2, y + height / 2, within_px=max(width, height))
                n_found, n_alarms, n_frames = n_found + is_hit, n_alarms + len(found), n_frames + 1
    assert n_found / n_frames > 0.7
    assert (n_alarms - n_found) / n_frames < 2.0
