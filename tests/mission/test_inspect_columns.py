"""Long files are counted in columns: the same numbers as packet by packet, and what is sampled."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plainview.geo import Terrain, VerticalDatum
from plainview.mission import inspect, packet_sample
from plainview.mission.inspect import inspect_file
from plainview.mission.inspect_text import inspect_text
from tests.conftest import SharedData

CLIPS = (
    "osh/sample-stream_part1.ts",
    "kwiver/h264_klv.ts",
    "kwiver/aphill_klv_10s.ts",
    "droneklv/Day_Flight.klv",
)
_LOOKED_AT = ("implausible", "item_value")


def both_ways(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is said packet by packet, and what is said of a file that is called long."""
    short = inspect_file(path, are_pictures_seen=False)
    monkeypatch.setattr(packet_sample, "MAX_ALL", 3)
    return short, inspect_file(path, are_pictures_seen=False)


@pytest.mark.parametrize("name", CLIPS)
def test_a_long_file_is_counted_as_a_short_one(
    name: str, shared_data: SharedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = both_ways(shared_data(f"fmv_klv/{name}"), monkeypatch)
    assert short["metadata"]["sampled"] is None
    assert long["metadata"]["sampled"]["of"] == short["metadata"]["packets"]
    for part in ("packets", "sets", "items", "first_time_us", "last_time_us", "coverage"):
        assert long["metadata"][part] == short["metadata"][part], part
    damages = [
        {kind: n for kind, n in each["metadata"]["damage"].items() if kind not in _LOOKED_AT}
        for each in (short, long)
    ]
    assert damages[0] == damages[1]
    for part in ("video", "streams", "transport", "stamps", "minimum_set", "evidence"):
        assert long[part] == short[part], part


def test_broken_sums_are_counted_in_a_long_file_too(
    shared_data: SharedData, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = bytearray(shared_data("fmv_klv/droneklv/Day_Flight.klv").read_bytes())
    data[60] ^= 0x40
    path = tmp_path / "flipped.klv"
    path.write_bytes(data)
    short, long = both_ways(path, monkeypatch)
    assert short["metadata"]["damage"]["checksum"] == 1
    assert long["metadata"]["damage"]["checksum"] == 1
    assert "checksum_ignored" in {row["code"] for row in long["silent_errors"]}


def test_only_traps_that_a_file_has_are_named(shared_data: SharedData) -> None:
    codes = {
        name: {
            row["code"]
            for row in inspect_file(shared_data(f"fmv_klv/{name}"), are_pictures_seen=False)[
                "silent_errors"
            ]
        }
        for name in ("osh/sample-stream_part1.ts", "droneklv/Day_Flight.klv")
    }
    assert codes["osh/sample-stream_part1.ts"] == {"long_lengths", "report_on_change"}
    assert codes["droneklv/Day_Flight.klv"] == {"odd_lengths", "convention"}


def test_what_is_complete_stamped_and_plausible_is_said(shared_data: SharedData) -> None:
    result = inspect_file(
        shared_data("fmv_klv/osh/sample-stream_part1.ts"), are_pictures_seen=False
    )
    assert result["minimum_set"]["missing"] == ["core identifier (ST 1204)"]
    assert result["stamps"]["pictures"]["stamped"] == 170
    assert result["stamps"]["metadata"][0]["rate_hz"] == pytest.approx(30.0, abs=0.01)
    assert result["plausibility"]["motion"]["speed_m_s"]["median"] == pytest.approx(61.0, abs=1.0)
    text = inspect_text(result)
    assert "ST 0902: 29 of 30 are sent" in text
    assert "stamps in 170 of 170 pictures looked at, clock locked" in text
    assert "what another reader would get silently wrong" in text


@pytest.mark.parametrize(("ground_m", "below"), [(0.0, 0), (20_000.0, 170)])
def test_a_platform_under_the_ground_is_said(
    ground_m: float, below: int, shared_data: SharedData, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shared_data("fmv_klv/osh/sample-stream_part1.ts")
    flat = Terrain.from_heights(
        np.full((181, 361), ground_m, np.float32),
        north_deg=90.0,
        west_deg=-180.0,
        latitude_step_deg=1.0,
        longitude_step_deg=1.0,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )
    monkeypatch.setattr(inspect, "read_terrain", lambda _: flat)
    result = inspect_file(path, terrain=path, are_pictures_seen=False)
    found = result["plausibility"]["terrain"]
    assert (found["views"], found["below"]) == (170, below)
    assert ("under the ground in 170 of 170" in inspect_text(result)) == (below > 0)
