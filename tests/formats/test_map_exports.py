"""Each export is read back by a reader that is not its writer."""

import datetime as dt
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import gpxpy
import numpy as np
import pyogrio.raw
import pytest
import shapely
import takproto
from pyproj import Geod

from plainview.formats.cot import COT_TYPES, SensorPoint, write_cot
from plainview.formats.geojson import write_geojson
from plainview.formats.geopackage import write_geopackage
from plainview.formats.gpx import write_gpx
from plainview.formats.kml import write_kml
from plainview.formats.track_history import error_ellipse_ring_deg
from plainview.geo import geoid_undulation_m
from tests.formats.histories import TIME_US, ellipse_radii_m, two_histories

MISSION = {"mission_id": "m-1", "security_marking": "UNCLASSIFIED//SIMULATED"}
UNMARKED = {"mission_id": "m-1", "security_marking": None}
GEOD = Geod(ellps="WGS84")


def read_layer(path: Path, layer: str | None = None) -> tuple[dict[str, list[Any]], list[Any]]:
    meta, _, geometry, columns = pyogrio.raw.read(str(path), layer=layer)
    values = {name: list(column) for name, column in zip(meta["fields"], columns, strict=True)}
    return values, list(shapely.from_wkb(geometry))


def test_a_history_is_thinned_to_a_point_a_second_and_keeps_the_last() -> None:
    first, second = two_histories()
    assert first.video_time_us.tolist() == [0, 1_000_000, 2_000_000, 3_000_000, 3_400_000]
    assert (first.track_id, second.track_id, second.label) == (1, 2, "person")


def test_the_ellipse_has_its_axes_and_its_heading() -> None:
    history = two_histories()[0]
    latitude, longitude = error_ellipse_ring_deg(history, -1)
    heading_deg, _, radius_m = GEOD.inv(
        np.full(len(latitude), history.longitude_deg[-1]),
        np.full(len(latitude), history.latitude_deg[-1]),
        longitude,
        latitude,
    )
    major_m, minor_m = ellipse_radii_m(history)
    assert np.max(radius_m) == pytest.approx(major_m, rel=1e-3)
    assert np.min(radius_m) == pytest.approx(minor_m, rel=1e-2)
    # The major axis leans to the north-east for a positive east-north covariance.
    along = heading_deg[np.argmax(radius_m)] % 180.0
    assert along == pytest.approx(np.degrees(0.5 * np.arctan2(2 * 60.0, 400.0 - 100.0)), abs=4.0)


def test_geojson_reads_back_in_gdal(tmp_path: Path) -> None:
    histories = two_histories()
    path = tmp_path / "tracks.geojson"
    write_geojson(path, histories, mission=MISSION)
    values, geometry = read_layer(path)
    rows = [i for i, role in enumerate(values["role"]) if role == "last_position"]
    assert len(values["role"]) == 6
    for row, history in zip(rows, histories, strict=True):
        point = geometry[row]
        assert point.x == pytest.approx(history.longitude_deg[-1], abs=1e-7)
        assert point.y == pytest.approx(history.latitude_deg[-1], abs=1e-7)
    document = json.loads(path.read_text())
    ring = next(f for f in document["features"] if f["geometry"]["type"] == "Polygon")
    exterior = shapely.LinearRing(ring["geometry"]["coordinates"][0])
    assert exterior.is_ccw, "RFC 7946 wants exterior rings counter-clockwise"


def test_kml_reads_back_in_gdal_with_heights_above_the_sea(tmp_path: Path) -> None:
    history = two_histories()[0]
    path = tmp_path / "tracks.kml"
    write_kml(path, [history], mission=MISSION)
    namespace = {"k": "http://www.opengis.net/kml/2.2"}
    point = ET.parse(path).find(".//k:Point/k:coordinates", namespace)
    assert point is not None
    assert point.text is not None
    lon, lat, height = map(float, point.text.split(","))
    undulation_m = geoid_undulation_m([lat], [lon])[0]
    assert height == pytest.approx(44.0 - undulation_m, abs=0.06)
    assert undulation_m > 40.0
    _, geometry = read_layer(path, history.name)
    assert {shape.geom_type for shape in geometry} == {"Point", "LineString", "Polygon"}
    assert [lon, lat] == pytest.approx([history.longitude_deg[-1], history.latitude_deg[-1]])


def test_gpx_reads_back_in_gpxpy_and_gdal(tmp_path: Path) -> None:
    histories = two_histories()
    path = tmp_path / "tracks.gpx"
    write_gpx(path, histories, mission=MISSION)
    document = gpxpy.parse(path.read_text())
    first = document.tracks[0].segments[0].points
    assert len(first) == 5
    assert first[0].time == dt.datetime.fromtimestamp(TIME_US / 1e6, dt.UTC)
    assert document.tracks[1].segments[0].points[0].time is None
    assert document.description == "Marking: UNCLASSIFIED//SIMULATED"
    values, geometry = read_layer(path, "waypoints")
    undulation_m = geoid_undulation_m([first[-1].latitude], [first[-1].longitude])[0]
    assert values["ele"][0] == pytest.approx(44.0 - undulation_m, abs=0.06)
    assert geometry[0].x == pytest.approx(histories[0].longitude_deg[-1], abs=1e-7)


def test_geopackage_reads_back_layer_by_layer(tmp_path: Path) -> None:
    histories = two_histories()
    path = tmp_path / "tracks.gpkg"
    write_geopackage(path, histories, mission=MISSION)
    values, geometry = read_layer(path, "error_ellipses_95")
    assert values["track_id"] == [1, 2]
    assert all(shape.is_valid for shape in geometry)
    area_m2, _ = GEOD.geometry_area_perimeter(geometry[0])
    major_m, minor_m = ellipse_radii_m(histories[0])
    assert abs(area_m2) == pytest.approx(np.pi * major_m * minor_m, rel=0.01)
    _, points = read_layer(path, "last_positions")
    assert points[1].x == histories[1].longitude_deg[-1]


def test_geopackage_is_what_its_standard_says_to_a_reader_of_plain_sqlite(tmp_path: Path) -> None:
    histories = two_histories()
    path = tmp_path / "tracks.gpkg"
    write_geopackage(path, histories, mission=MISSION)
    with closing(sqlite3.connect(path)) as database:
        (application,) = database.execute("PRAGMA application_id").fetchone()
        assert application.to_bytes(4) == b"GPKG"
        kinds = database.execute(
            "SELECT table_name, geometry_type_name, srs_id FROM gpkg_geometry_columns"
        )
        assert set(kinds) == {
            ("last_positions", "POINT", 4326),
            ("paths", "LINESTRING", 4326),
            ("error_ellipses_95", "POLYGON", 4326),
        }
        column = database.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()[0]
        rows = database.execute(
            f"SELECT {column}, track_id, height_hae_m, security_marking FROM last_positions"
        ).fetchall()
    for (blob, track_id, height_m, marking), history in zip(rows, histories, strict=True):
        assert blob[:2] == b"GP"
        n_envelope_bytes = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
        point = shapely.from_wkb(blob[8 + n_envelope_bytes :])
        assert (point.x, point.y) == (history.longitude_deg[-1], history.latitude_deg[-1])
        assert (track_id, height_m) == (history.track_id, 44.0)
        assert marking == "UNCLASSIFIED//SIMULATED"


def test_cot_survives_the_tak_protocol_and_says_one_sigma_above_the_ellipsoid(
    tmp_path: Path,
) -> None:
    histories = two_histories()
    point = SensorPoint(time_us=TIME_US, latitude_deg=60.0, longitude_deg=5.0, height_hae_m=44.0)
    path = tmp_path / "tracks.cot"
    write_cot(path, histories, mission=MISSION, sensor_point=point)
    lines = path.read_text().splitlines()
    assert len(lines) == 2, "a track without UTC has no event"
    event = takproto.parse_proto(takproto.xml2proto(lines[0])).cotEvent
    assert event.type == COT_TYPES["sea_surface"]
    assert event.hae == pytest.approx(44.0)
    assert event.ce == pytest.approx(histories[0].ce90_m[-1] / 2.146, abs=0.06)
    assert event.le == pytest.approx(3.0)
    assert "<remarks>UNCLASSIFIED//SIMULATED; CE90" in event.detail.xmlDetail
    assert event.detail.track.speed == pytest.approx(5.0)
    assert event.detail.track.course == pytest.approx(np.degrees(np.arctan2(3, 4)), abs=0.1)
    looked_at = takproto.parse_proto(takproto.xml2proto(lines[1])).cotEvent
    assert looked_at.type == "b-m-p-s-p-i"
    assert (looked_at.lat, looked_at.lon) == (60.0, 5.0)
    assert "UNCLASSIFIED//SIMULATED" in looked_at.detail.xmlDetail


def test_no_cot_type_says_hostile_or_suspect() -> None:
    for kind in COT_TYPES.values():
        assert re.fullmatch(r"a-[un]-\w|b-m-p-s-p-i", kind)


def test_no_tracks_make_empty_files_that_open(tmp_path: Path) -> None:
    write_geojson(tmp_path / "t.geojson", [], mission=MISSION)
    write_kml(tmp_path / "t.kml", [], mission=MISSION)
    write_gpx(tmp_path / "t.gpx", [], mission=UNMARKED)
    write_geopackage(tmp_path / "t.gpkg", [], mission=UNMARKED)
    write_cot(tmp_path / "t.cot", [], mission=UNMARKED, sensor_point=None)
    assert json.loads((tmp_path / "t.geojson").read_text())["features"] == []
    document = gpxpy.parse((tmp_path / "t.gpx").read_text())
    assert (document.tracks, document.description) == ([], "Marking: not marked")
    assert read_layer(tmp_path / "t.gpkg", "paths")[1] == []
