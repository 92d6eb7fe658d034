import pyarrow as pa
import pytest

from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.result_warnings import NotLocated, result_warnings
from plainview.model import CountedWarning


def frames_at(latitude_deg: float, longitude_deg: float, surface: str = "sea_level") -> pa.Table:
    rows = [
        {
            "camera": "camera-1",
            "frame_index": index,
            "video_time_us": index * 40_000,
            "camera_heading_deg": 10.0,
            "surface": surface,
            "frame_center_latitude_deg": latitude_deg,
            "frame_center_longitude_deg": longitude_deg,
            "is_restart": False,
            "n_detections": 0,
        }
        for index in range(50)
    ]
    return pa.Table.from_pylist(rows, schema=FRAMES_SCHEMA)


def warnings_of(frames: pa.Table, *tracks: pa.Table) -> tuple[CountedWarning, ...]:
    not_located = NotLocated(frames)
    for rows in tracks:
        not_located.add(rows)
    return result_warnings(frames, not_located)


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg"), [(38.1, -77.35), (48.85, 2.35), (-75.0, 0.0)]
)
def test_the_sea_taken_for_ground_inland_is_said(latitude_deg: float, longitude_deg: float) -> None:
    (warning,) = warnings_of(frames_at(latitude_deg, longitude_deg))
    assert (warning.code, warning.count) == ("sea_level_on_land", 50)


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg"), [(48.42, -5.6), (0.0, -30.0), (42.0, 50.5), (-17.0, 179.99)]
)
def test_the_open_sea_is_no_warning(latitude_deg: float, longitude_deg: float) -> None:
    assert warnings_of(frames_at(latitude_deg, longitude_deg)) == ()


def test_another_surface_inland_is_no_warning() -> None:
    assert warnings_of(frames_at(48.85, 2.35, "terrain")) == ()


def test_tracks_without_a_place_are_counted_where_the_frame_has_a_view() -> None:
    frames = frames_at(0.0, -30.0)
    row = {"camera": "camera-1", "track_id": 4, "life_stage": "confirmed"}
    tracks = pa.Table.from_pylist(
        [
            {**row, "frame_index": index, "video_time_us": index * 40_000, "latitude_deg": place}
            for index, place in [(3, 1.0), (4, None), (5, None), (70, None)]
        ],
        schema=TRACKS_SCHEMA,
    )
    for parts in ([tracks], [tracks.slice(row, 1) for row in range(4)]):
        (warning,) = warnings_of(frames, *parts)
        assert (warning.code, warning.count) == ("track_not_located", 2)
        assert warning.first == "track 4, frame 4"
