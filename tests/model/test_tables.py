import numpy as np
import pytest

from plainview.model import Detections, LifeStage, Tracks


def three_tracks() -> Tracks:
    return Tracks.unlocated(
        track_id=np.array([3, 5, 9]),
        box_px=np.arange(12.0).reshape(3, 4),
        life_stage=np.array([1, 2, 3], np.uint8),
        existence=np.array([0.5, 0.99, 0.9]),
        score=np.array([0.1, 0.2, 0.3]),
        label=(None, "person", None),
        detector=("spot", "spot", None),
        position_cov_px2=np.zeros((3, 2, 2)),
        velocity_px_s=np.zeros((3, 2)),
    )


def test_a_row_of_a_table_is_a_track_with_none_for_the_unknown() -> None:
    track = three_tracks()[1]
    assert (track.track_id, track.x_px, track.life_stage) == (5, 4.0, LifeStage.CONFIRMED)
    assert track.latitude_deg is None
    assert track.ce90_m is None
    assert three_tracks()[-1].track_id == 9


def test_iterating_gives_every_row_in_order() -> None:
    assert [track.track_id for track in three_tracks()] == [3, 5, 9]


def test_an_index_outside_is_an_error() -> None:
    with pytest.raises(IndexError):
        three_tracks()[3]


def test_columns_are_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        three_tracks().box_px[0, 0] = 1.0


def test_columns_of_other_lengths_or_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="column score has 1 rows, not 2"):
        Detections(
            box_px=np.zeros((2, 4)), score=np.zeros(1), label=(None, None), detector=("a", "a")
        )
    with pytest.raises(ValueError, match="box_px has shape"):
        Detections(box_px=np.zeros((1, 3)), score=np.zeros(1), label=(None,), detector=("a",))


def test_selecting_keeps_rows_whole() -> None:
    chosen = three_tracks().select(np.array([True, False, True]))
    assert chosen.track_id.tolist() == [3, 9]
    assert chosen.detector == ("spot", None)


def test_empty_tables_are_legal() -> None:
    assert len(Tracks.empty()) == 0
    assert list(Detections.empty()) == []
    assert Tracks.empty().ce90_m.shape == (0,)
