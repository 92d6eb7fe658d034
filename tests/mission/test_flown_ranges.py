"""Ranges of a flight in its mission folder, and read back from its recording."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plainview.formats.twin_source import FlightOptions
from plainview.mission.fly import fly
from plainview.mission.inspect import inspect_file, iterate_packets

SCENARIO = """
name = "ranged"
start = 2026-06-01T02:00:00Z
duration_s = 3.0
frames_per_s = 5.0
latitude_deg = 54.0
longitude_deg = -3.0
turret = "ball-18cm"
platform = "helicopter"
range_every_s = 1.0

[[cameras]]
name = "LWIR"
horizontal_fov_deg = 6.0
columns = 160
rows = 128

[land]
cover = "rock"

[land.hills]
lowest_m = 100.0
highest_m = 150.0
side_m = 3000.0

[orbit]
radius_m = 700.0
altitude_msl_m = 400.0
speed_m_s = 25.0

[[pointings]]
start_s = 0.0
east_m = 0.0
north_m = 0.0
"""


def test_measured_ranges_are_in_the_tables_and_in_the_recording(tmp_path: Path) -> None:
    scenario = tmp_path / "ranged.toml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    out = tmp_path / "mission"
    fly(scenario, out, options=FlightOptions(seed=1), is_overlay_drawn=False)
    rows = pq.read_table(out / "frames.parquet").to_pylist()
    measured = [row["frame_index"] for row in rows if row["slant_range_kind"] == "measured"]
    assert measured == [5, 10]
    told = inspect_file(out / "recording.ts")
    assert told["location"]["range_kind"] == ["calculated", "measured"]
    assert told["location"]["trusted"]["range"] is False  # not in every frame
    packets = [each for each in iterate_packets(out / "recording.ts") if each["set"] == "ST0601"]
    assert len(packets) == len(rows)
    for row, packet in zip(rows, packets, strict=True):
        items = packet["items"]
        assert items["47"] == (0x10 if row["frame_index"] in measured else 0)
        assert items["77"] == 5  # test
        assert items["21"] == pytest.approx(row["reported_slant_range_m"], abs=1e-6)
