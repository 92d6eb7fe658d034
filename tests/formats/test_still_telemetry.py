"""Stills without a place, joined by time to the telemetry log of the flight that took them."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plainview.formats.mavlink_log import read_mavlink_log
from plainview.formats.settings_toml import settings_from_mapping
from plainview.formats.still_telemetry import utc_of_name
from plainview.mission.options import make_requests
from plainview.mission.process import process
from plainview.mission.reader import Mission
from tests.conftest import SharedData

SAID = {"sidecar": {"camera_mount_deg": [0, -90, 0], "horizontal_fov_deg": 63.35}}


@pytest.mark.parametrize(
    ("name", "instant"),
    [
        ("2018080501004736Z.jpg", dt.datetime(2018, 8, 5, 1, 0, 47, 360_000)),  # noqa: DTZ001
        ("cam_20180805010047Z.png", dt.datetime(2018, 8, 5, 1, 0, 47)),  # noqa: DTZ001
        ("20181305010047Z.jpg", None),
        ("20180805010047.jpg", None),
        ("DJI_0024.JPG", None),
    ],
)
def test_the_instant_in_a_name(name: str, instant: dt.datetime | None) -> None:
    assert utc_of_name(Path(name)) == instant


def _processed(folder: Path, tmp_path: Path, tables: dict[str, Any]) -> Mission:
    (request,) = make_requests((folder,), out=tmp_path / "out")
    return process(replace(request, settings=settings_from_mapping(tables, where="test")))


def test_photos_of_a_search_flight_are_placed_by_its_log(
    shared_data: SharedData, tmp_path: Path
) -> None:
    """Seven photos, named by UTC; each lies where the log has the plane, within a metre."""
    folder = shared_data("cuav_search/flight.tlog").parent
    mission = _processed(folder, tmp_path, SAID)
    frames = mission.frames.to_pydict()
    assert mission.summary["counts"]["frames_with_view"] == 7
    assert set(frames["pose_basis"]) == {"relative"}
    log = read_mavlink_log(folder / "flight.tlog")
    for row, time_us in enumerate(frames["time_us"]):
        for column, name in enumerate(("sensor_latitude_deg", "sensor_longitude_deg")):
            place = np.interp(time_us, log.position_us, log.position[:, column])
            assert frames[name][row] == pytest.approx(place, abs=1e-5)
        assert frames["camera_elevation_deg"][row] < -75.0
    assert np.diff(frames["video_time_us"]).tolist() == np.diff(frames["time_us"]).tolist()
    kinds = {each["kind"] for each in mission.events}
    assert {"sidecar", "source_recognised"} <= kinds


def test_without_a_stated_mount_they_have_a_place_and_no_line_of_sight(
    shared_data: SharedData, tmp_path: Path
) -> None:
    folder = shared_data("cuav_search/flight.tlog").parent
    mission = _processed(folder, tmp_path, {})
    assert "sidecar_no_gimbal" in {each["code"] for each in mission.summary["warnings"]}
    frames = mission.frames.to_pydict()
    assert None not in frames["sensor_latitude_deg"]
    assert set(frames["camera_heading_deg"]) == {None}
