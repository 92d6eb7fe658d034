"""Thinning while rows pass by gives what thinning the whole table gave, and stays bounded."""

import numpy as np
import pyarrow as pa
import pytest

from plainview.formats.track_history import TrackHistory, track_histories
from plainview.formats.track_thinning import TrackThinning
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from tests.formats.histories import track_row


def table_of(n_frames: int, *, n_tracks: int = 4) -> pa.Table:
    """Tracks that begin and end at different times, one of a second camera, some not located."""
    rows = []
    for frame in range(n_frames):
        for track_id in range(1, n_tracks + 1):
            if 13 * track_id <= frame < n_frames - 7 * track_id:
                hidden = {"latitude_deg": None} if (frame + track_id) % 17 < 5 else {}
                camera = "camera-2" if track_id == n_tracks else "camera-1"
                rows.append(track_row(track_id % 3, frame, camera=camera, **hidden))
    return pa.Table.from_pylist(rows, schema=TRACKS_SCHEMA)


def thinned(tracks: pa.Table, *, n_rows: int, **most: int) -> TrackThinning:
    thinning = TrackThinning(**most)
    for start in range(0, len(tracks), n_rows):
        thinning.add(tracks.slice(start, n_rows))
    return thinning


def values_of(history: TrackHistory) -> list[object]:
    names = (name for name in TrackHistory.__dataclass_fields__)
    values = (getattr(history, name) for name in names)
    return [value.tolist() if isinstance(value, np.ndarray) else value for value in values]


@pytest.mark.parametrize("n_rows", [1, 3, 50, 10_000])
def test_histories_are_those_of_the_whole_table(n_rows: int) -> None:
    tracks = table_of(150)
    found = thinned(tracks, n_rows=n_rows).histories()
    expected = track_histories(tracks)
    assert len(expected) == 4
    assert [values_of(h) for h in found] == [values_of(h) for h in expected]


@pytest.mark.parametrize("n_rows", [7, 400])
def test_points_are_bounded_and_each_track_keeps_its_first_and_last_place(n_rows: int) -> None:
    tracks = table_of(4_000)
    thinning = thinned(tracks, n_rows=n_rows, most_points=200)
    found, whole = thinning.histories(), track_histories(tracks)
    assert thinning.step_s == 8.0
    assert sum(len(h.video_time_us) for h in found) <= 200 + 2 * len(whole)
    for history, full in zip(found, whole, strict=True):
        assert set(history.video_time_us.tolist()) <= set(full.video_time_us.tolist())
        ends = [0, -1]
        assert history.video_time_us[ends].tolist() == full.video_time_us[ends].tolist()
        assert values_of(history)[-1][-1] == values_of(full)[-1][-1]  # type: ignore[index]
        steps_s = np.diff(history.video_time_us) / 1e6
        assert steps_s[:-1].max() <= 8.0 + 1.0
        assert np.median(steps_s) == pytest.approx(8.0, abs=0.6)


def test_tracks_without_a_place_have_no_history() -> None:
    rows = [track_row(1, frame, latitude_deg=None) for frame in range(30)]
    thinning = thinned(pa.Table.from_pylist(rows, schema=TRACKS_SCHEMA), n_rows=10)
    assert thinning.histories() == []
    assert TrackThinning().histories() == []
