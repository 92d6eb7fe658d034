"""The clock of a mission against files, sun and ships."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from plainview.errors import FormatError
from plainview.formats.file_times import read_file_times
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.row_groups import write_row_groups
from plainview.formats.track_history import TrackHistory
from plainview.mission.clock_watch import check_mission_clock, clock_warnings, describe_clock
from plainview.mission.process import process
from plainview.mission.request import ProcessRequest

SECOND = 1_000_000
NOON_US = round(datetime(2016, 1, 12, 12, 10, tzinfo=UTC).timestamp()) * SECOND
MIDNIGHT_US = NOON_US + 12 * 3600 * SECOND
LATITUDE, LONGITUDE = 50.75, -1.1


def frames(tmp_path: Path, start_us: int, **columns: Any) -> Path:
    """Write a minute of frames of a daylight camera over the Solent."""
    n = 120
    values: dict[str, Any] = {
        "camera": ["camera-1"] * n,
        "frame_index": np.arange(n),
        "video_time_us": np.arange(n) * SECOND // 2,
        "time_us": start_us + np.arange(n) * SECOND // 2,
        "sensor_latitude_deg": np.full(n, LATITUDE),
        "sensor_longitude_deg": np.full(n, LONGITUDE),
        "image_source": ["EO Nose"] * n,
        "brightness": np.full(n, 0.45, np.float32),
        "colourfulness": np.full(n, 0.12, np.float32),
        "is_restart": np.zeros(n, bool),
        "n_detections": np.zeros(n, np.int32),
        **columns,
    }
    arrays = [
        pa.array(values[each.name], each.type) if each.name in values else pa.nulls(n, each.type)
        for each in FRAMES_SCHEMA
    ]
    path = tmp_path / "frames.parquet"
    write_row_groups(path, [pa.table(arrays, schema=FRAMES_SCHEMA)], schema=FRAMES_SCHEMA)
    return path


def test_colours_at_midnight_are_a_fault(tmp_path: Path) -> None:
    path = frames(tmp_path, MIDNIGHT_US)
    verdict = check_mission_clock(path, [], inputs=(), ais=None)
    (fault,) = verdict.faults
    assert "show daylight" in fault
    (warning,) = clock_warnings(verdict, applied_s=0.0)
    assert warning.code == "clock_wrong"
    assert describe_clock(verdict) == {"faults": [fault], "proofs": [], "ahead_s": None}


def test_colours_at_noon_agree(tmp_path: Path) -> None:
    verdict = check_mission_clock(frames(tmp_path, NOON_US), [], inputs=(), ais=None)
    assert (verdict.faults, len(verdict.proofs)) == ((), 1)
    assert clock_warnings(verdict, applied_s=0.0) == ()


@pytest.mark.parametrize("source", ["IR Nose", None])
def test_a_thermal_palette_is_no_daylight(source: str | None, tmp_path: Path) -> None:
    path = frames(tmp_path, MIDNIGHT_US, image_source=[source] * 120)
    assert check_mission_clock(path, [], inputs=(), ais=None).faults == ()


def test_dark_pictures_at_noon_are_a_fault(tmp_path: Path) -> None:
    dark = np.full(120, 0.01, np.float32)
    path = frames(tmp_path, NOON_US, brightness=dark, colourfulness=dark)
    (fault,) = check_mission_clock(path, [], inputs=(), ais=None).faults
    assert "show night" in fault


def test_a_file_that_is_older_than_its_flight_is_a_fault(tmp_path: Path) -> None:
    clip = tmp_path / "clip.ts"
    clip.write_bytes(b"x")
    os.utime(clip, (NOON_US / SECOND - 3 * 3600.0,) * 2)
    assert read_file_times(clip).created_us is None
    verdict = check_mission_clock(frames(tmp_path, NOON_US), [], inputs=(clip,), ais=None)
    (fault,) = verdict.faults
    assert "3.0 hours after its file was last written" in fault


def test_simulated_footage_is_not_compared_with_its_file(tmp_path: Path) -> None:
    clip = tmp_path / "clip.ts"
    clip.write_bytes(b"x")
    os.utime(clip, (NOON_US / SECOND - 3 * 3600.0,) * 2)
    path = frames(tmp_path, NOON_US, source_mission_id=["SIMULATED rescue"] * 120)
    assert check_mission_clock(path, [], inputs=(clip,), ais=None).faults == ()


def test_frames_without_any_time_have_no_verdict(tmp_path: Path) -> None:
    path = frames(tmp_path, NOON_US, time_us=[None] * 120)
    verdict = check_mission_clock(path, [], inputs=(), ais=None)
    assert (verdict.faults, verdict.proofs) == ((), ())


def ship(track_id: int, *, ahead_s: float) -> tuple[TrackHistory, list[str]]:
    """Return a track of a ship by a clock that is ahead, and the ship's rows of an AIS log."""
    speed = 5.0 + track_id
    sent_s = np.arange(-3600.0, 3600.0, 10.0)
    seen_s = np.arange(0.0, 60.0, 1.0)

    def place(time_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return LATITUDE + 0.01 * track_id + 0 * time_s, LONGITUDE + speed * time_s / 70_400

    latitude, longitude = place(seen_s)
    n = len(seen_s)
    history = TrackHistory(
        camera="camera-1",
        track_id=track_id,
        label=None,
        surface="sea_level",
        uncertainty_basis="assumed",
        video_time_us=np.round(1e6 * seen_s).astype(np.int64),
        time_us=tuple(NOON_US + round(1e6 * (each + ahead_s)) for each in seen_s.tolist()),
        latitude_deg=latitude + 1e-4,
        longitude_deg=longitude,
        height_hae_m=np.full(n, 48.0),
        cov_enu_m2=np.broadcast_to(400.0 * np.eye(3), (n, 3, 3)).copy(),
        velocity_en_m_s=np.full((n, 2), np.nan),
        existence=np.ones(n),
    )
    rows = [
        f"{(NOON_US + round(1e6 * at)) / 1e6:.3f},{235000000 + track_id},{lat},{lon}"
        for at, lat, lon in zip(sent_s.tolist(), *place(sent_s), strict=True)
    ]
    return history, rows


def log_of(tmp_path: Path, rows: list[str]) -> Path:
    path = tmp_path / "ais.csv"
    path.write_text("\n".join(["time,mmsi,lat,lon", *rows]))
    return path


def test_tracks_on_ships_tell_by_how_much_the_clock_is_off(tmp_path: Path) -> None:
    both = [ship(1, ahead_s=1800.0), ship(2, ahead_s=1800.0)]
    ais = log_of(tmp_path, [row for _, rows in both for row in rows])
    histories = [history for history, _ in both]
    path = frames(tmp_path, NOON_US + 1800 * SECOND)
    verdict = check_mission_clock(path, histories, inputs=(), ais=ais)
    assert verdict.offset_s == pytest.approx(1800.0, abs=15.0)
    (warning,) = clock_warnings(verdict, applied_s=0.0)
    assert "clock_ahead_s = 1" in warning.mend
    right = [ship(1, ahead_s=0.0)[0], ship(2, ahead_s=0.0)[0]]
    verdict = check_mission_clock(frames(tmp_path, NOON_US), right, inputs=(), ais=ais)
    assert verdict.faults == ()
    assert any("ships of the AIS log" in proof for proof in verdict.proofs)


def test_a_log_that_cannot_be_read_is_said_before_the_work(tmp_path: Path) -> None:
    ais = tmp_path / "ais.csv"
    ais.write_text("nothing\n")
    request = ProcessRequest(inputs=(tmp_path / "clip.ts",), out=tmp_path / "out", ais=ais)
    with pytest.raises(FormatError, match="holds no AIS position"):
        process(request)
    assert not (tmp_path / "out").exists()
