"""The mission folder names its files, fields and columns exactly as other programs read them."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio.raw
import pytest

from plainview.mission.reader import Mission

FILES = {
    *("mission.json", "recording.ts", "overlay-camera-1.mp4", "frames.parquet", "tracks.parquet"),
    *("tracks.geojson", "tracks.kml", "tracks.gpx", "tracks.gpkg", "tracks.cot", "report.html"),
    "events.jsonl",
}
SUMMARY = [
    "schema_version",
    "mission_id",
    "state",
    "source_kind",
    "started",
    "ended",
    "bounds",
    "cameras",
    "segments",
    "inputs",
    "settings",
    "software",
    "permit",
    "counts",
    "timings_s",
    "warnings",
]
COUNTS = [
    "frames",
    "frames_with_view",
    "packets",
    "packets_damaged",
    "detections",
    "tracks_confirmed",
    "tracks_located",
]
FRAMES = [
    "camera",
    "frame_index",
    "video_time_us",
    "time_us",
    "time_basis",
    "view_method",
    "metadata_age_s",
    "pose_basis",
    "sensor_latitude_deg",
    "sensor_longitude_deg",
    "sensor_height_hae_m",
    "sensor_altitude_msl_m",
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "sensor_relative_azimuth_deg",
    "sensor_relative_elevation_deg",
    "sensor_relative_roll_deg",
    "camera_heading_deg",
    "camera_elevation_deg",
    "camera_roll_deg",
    "horizontal_fov_deg",
    "vertical_fov_deg",
    "slant_range_m",
    "slant_range_kind",
    "angle_convention",
    "surface",
    "frame_center_latitude_deg",
    "frame_center_longitude_deg",
    "frame_center_height_hae_m",
    "reported_frame_center_latitude_deg",
    "reported_frame_center_longitude_deg",
    "reported_frame_center_altitude_msl_m",
    "reported_slant_range_m",
    "footprint",
    "registration_residual_px",
]
TRACKS = [
    "camera",
    "track_id",
    "frame_index",
    "time_us",
    "x_px",
    "y_px",
    "width_px",
    "height_px",
    "life_stage",
    "existence",
    "score",
    "label",
    "detector",
    "latitude_deg",
    "longitude_deg",
    "height_hae_m",
    "surface",
    "cov_ee_m2",
    "cov_en_m2",
    "cov_nn_m2",
    "cov_eu_m2",
    "cov_nu_m2",
    "cov_uu_m2",
    "cov_shared_ee_m2",
    "cov_shared_en_m2",
    "cov_shared_nn_m2",
    "cov_shared_eu_m2",
    "cov_shared_nu_m2",
    "cov_shared_uu_m2",
    "uncertainty_basis",
    "velocity_east_m_s",
    "velocity_north_m_s",
    "geometry",
]


def test_the_folder_holds_every_file_and_no_journal(whole_mission: Mission) -> None:
    assert {path.name for path in whole_mission.path.iterdir()} == FILES


def test_the_summary_has_every_field(whole_mission: Mission) -> None:
    summary = json.loads((whole_mission.path / "mission.json").read_bytes())
    assert summary == whole_mission.summary
    assert set(SUMMARY) <= set(summary)
    assert set(COUNTS) <= set(summary["counts"])
    assert summary["state"] == "complete"
    assert summary["permit"] is None
    (entry,) = summary["inputs"]
    assert entry["name"] == "clip.ts"
    assert len(entry["sha256"]) == 64
    assert str(whole_mission.path) not in json.dumps(summary)


def test_the_tables_have_every_column(whole_mission: Mission) -> None:
    frames = pq.read_table(whole_mission.path / "frames.parquet")
    tracks = pq.read_table(whole_mission.path / "tracks.parquet")
    assert set(FRAMES) <= set(frames.column_names)
    assert set(TRACKS) <= set(tracks.column_names)
    assert len(frames) == whole_mission.summary["counts"]["frames"] == 50
    assert frames["frame_index"].to_pylist() == list(range(50))
    known = frames.filter(frames["view_method"].is_valid())
    said_otherwise = {"reported_frame_center_altitude_msl_m", "registration_residual_px"}
    for name in set(FRAMES) - said_otherwise:
        assert known[name].null_count == 0, name


def test_tracks_are_geoparquet_of_points_on_wgs84(whole_mission: Mission) -> None:
    tracks = pq.read_table(whole_mission.path / "tracks.parquet")
    geo = json.loads(tracks.schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    assert "crs" not in column, "OGC:CRS84 by the standard"


@pytest.mark.parametrize("name", ["tracks.geojson", "tracks.gpkg", "tracks.kml"])
def test_gdal_reads_the_maps(name: str, whole_mission: Mission) -> None:
    path: Path = whole_mission.path / name
    layers = pyogrio.list_layers(path)
    assert len(layers)
    meta, _, geometry, _ = pyogrio.raw.read(str(path), layer=layers[0][0])
    assert meta["crs"] == "EPSG:4326"
    assert len(geometry) > 0
