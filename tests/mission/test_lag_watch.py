"""The lag of metadata: found in footage that the real muxer wrote, said, and taken out."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from plainview.formats import EncoderSettings, write_stanag4609
from plainview.formats.convention_toml import ConventionSetting
from plainview.formats.settings_toml import RunSettings
from plainview.geo import ecef_from_geodetic, geodetic_from_ecef, ned_from_camera
from plainview.misb import encode_set
from plainview.mission.lag_watch import LAG_COLUMNS, LagWatch
from plainview.mission.process import process
from plainview.mission.request import ProcessRequest
from plainview.model import Camera, Frame

Array = npt.NDArray[np.float64]

RATE_HZ = 15
N_FRAMES = 12 * RATE_HZ
WIDTH_PX, HEIGHT_PX, FOV_DEG = 320, 240, 8.0
FOCAL_PX = 0.5 * WIDTH_PX / np.tan(np.radians(FOV_DEG) / 2.0)
VERTICAL_FOV_DEG = float(np.degrees(2.0 * np.arctan(0.5 * HEIGHT_PX / FOCAL_PX)))
LATE_FRAMES = 3
LAG_S = LATE_FRAMES / RATE_HZ
START_US = 1_700_000_000_000_000
HEIGHT_M = 1500.0


def sight_deg(time_s: float) -> tuple[float, float]:
    """Heading and elevation of a turret on a mast that looks here and there."""
    looks = ((3.0, 1.6), (6.5, -2.4), (9.5, 1.2))
    turned = sum(size * 0.5 * (1.0 + np.tanh((time_s - at) / 0.5)) for at, size in looks)
    return 80.0 + float(turned), -35.0 - 0.5 * float(turned)


def rotation(time_s: float) -> Array:
    heading, elevation = np.radians(sight_deg(time_s))
    return ned_from_camera(heading_rad=heading, elevation_rad=elevation, roll_rad=0.0)


def pictures() -> Iterator[Frame]:
    """What a camera sees that turns so over a textured ground."""
    generator = np.random.default_rng(4)
    wide = cv2.GaussianBlur(generator.integers(0, 256, (700, 900)).astype(np.float32), (0, 0), 2.0)
    ground = np.clip(128 + 6.0 * (wide - wide.mean()), 0, 255).astype(np.uint8)
    lens = np.array([[FOCAL_PX, 0, WIDTH_PX / 2], [0, FOCAL_PX, HEIGHT_PX / 2], [0, 0, 1.0]])
    wide_lens = np.array([[FOCAL_PX, 0, 450], [0, FOCAL_PX, 350], [0, 0, 1.0]])
    camera = Camera(name="camera-1", width_px=WIDTH_PX, height_px=HEIGHT_PX)
    for index in range(N_FRAMES):
        turn = lens @ rotation(index / RATE_HZ).T @ rotation(0.0) @ np.linalg.inv(wide_lens)
        yield Frame(
            pixels=cv2.warpPerspective(ground, turn, (WIDTH_PX, HEIGHT_PX)).astype(np.uint8),
            camera=camera,
            frame_index=index,
            video_time_us=round(index * 1e6 / RATE_HZ),
            view=None,
        )


def packet(index: int) -> bytes:
    """Return the packet that goes with a picture: it speaks of an earlier one."""
    time_s = (index - LATE_FRAMES) / RATE_HZ
    heading, elevation = sight_deg(time_s)
    return encode_set(
        {
            2: START_US + round(index * 1e6 / RATE_HZ),
            5: 0.0,
            6: 0.0,
            7: 0.0,
            13: 48.0,
            14: -5.0,
            15: HEIGHT_M,
            16: FOV_DEG,
            17: VERTICAL_FOV_DEG,
            18: heading,
            19: elevation,
            20: 0.0,
            65: 17,
        }
    )


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lag") / "late.ts"
    settings = EncoderSettings(rate_hz=Fraction(RATE_HZ))
    packets = [packet(index) for index in range(N_FRAMES)]
    write_stanag4609(path, frames=pictures(), packets=packets, settings=settings)
    return path


def processed(footage: Path, out: Path, settings: RunSettings) -> dict[str, Any]:
    """Process the footage, which says nothing of the ground: its convention is set by hand."""
    known = replace(settings, convention=ConventionSetting(angle_convention="st0601"))
    request = ProcessRequest(inputs=(footage,), out=out, settings=known, is_overlay_drawn=False)
    summary: dict[str, Any] = process(request).summary
    return summary


def lag_warnings(summary: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in summary["warnings"] if each["code"] == "metadata_lag"]


def test_late_metadata_is_found_and_said(footage: Path, tmp_path: Path) -> None:
    summary = processed(footage, tmp_path / "mission", RunSettings())
    lag = summary["location"]["lag"]
    assert lag["lag_s"] == pytest.approx(LAG_S, abs=0.02)
    assert lag["low_s"] <= LAG_S <= lag["high_s"]
    assert lag["applied_s"] == 0.0
    (warning,) = lag_warnings(summary)
    assert f"lag_s = {lag['lag_s']:.3f}" in warning["mend"]


def test_a_lag_that_was_taken_out_is_no_warning(footage: Path, tmp_path: Path) -> None:
    settings = RunSettings(metadata_lag_s=LAG_S, metadata_lag_sigma_s=0.005)
    summary = processed(footage, tmp_path / "mission", settings)
    lag = summary["location"]["lag"]
    assert lag["lag_s"] == pytest.approx(LAG_S, abs=0.02)
    assert lag["applied_s"] == LAG_S
    assert lag_warnings(summary) == []


def rows(first_s: float, last_s: float, *, late_s: float = 0.1, rate_hz: float = 25.0) -> pa.Table:
    """Return rows of frames.parquet of the same turret, with errors."""
    generator = np.random.default_rng(round(1000 * first_s))
    time_s = np.arange(first_s, last_s, 1.0 / rate_hz)
    before = [rotation(time) for time in time_s - 1.0 / rate_hz]
    now = [rotation(time) for time in time_s]
    turns = np.array([then.T @ then_before for then, then_before in zip(now, before, strict=True)])
    shift_px = FOCAL_PX * turns[:, :2, 2] / turns[:, 2:, 2]
    sights = np.array([sight_deg(time) for time in time_s - late_s])
    sights += generator.normal(0.0, 0.01, sights.shape)
    table: dict[str, Any] = dict.fromkeys(LAG_COLUMNS, np.full(len(time_s), np.nan))
    table |= {
        "camera": ["camera-1"] * len(time_s),
        "video_time_us": np.round(1e6 * time_s).astype(np.int64),
        "view_method": ["exact"] * len(time_s),
        "sensor_latitude_deg": np.full(len(time_s), 48.0),
        "sensor_longitude_deg": np.full(len(time_s), -5.0),
        "sensor_height_hae_m": np.full(len(time_s), HEIGHT_M),
        "camera_heading_deg": sights[:, 0],
        "camera_elevation_deg": sights[:, 1],
        "camera_roll_deg": np.zeros(len(time_s)),
        "horizontal_fov_deg": np.full(len(time_s), FOV_DEG),
        "vertical_fov_deg": np.full(len(time_s), VERTICAL_FOV_DEG),
        "motion_right_px": shift_px[:, 0],
        "motion_down_px": shift_px[:, 1],
        "motion_turn_deg": np.degrees(turns[:, 1, 0]),
    }
    return pa.table(table)


CAMERA = Camera(name="camera-1", width_px=WIDTH_PX, height_px=HEIGHT_PX)


def test_rows_may_come_in_any_portions() -> None:
    whole = rows(0.0, 12.0)
    watches = [LagWatch([CAMERA]), LagWatch([CAMERA])]
    watches[0].add(whole)
    for first in range(0, len(whole), 37):
        watches[1].add(whole.slice(first, 37))
    one, other = (watch.found(applied_s=0.0)[0].left for watch in watches)
    assert one == other
    assert one.lag_s == pytest.approx(0.1, abs=0.02)
    assert one.n_windows == 1


def test_a_break_in_the_pictures_parts_the_windows() -> None:
    watch = LagWatch([CAMERA])
    watch.add(rows(0.0, 5.0))
    watch.add(rows(8.0, 12.0))
    left = watch.found(applied_s=0.0)[0].left
    assert left.n_windows == 2
    assert left.duration_s == pytest.approx(9.0, abs=0.2)


def test_held_views_say_nothing() -> None:
    held = rows(0.0, 12.0)
    column = held.column_names.index("view_method")
    held = held.set_column(column, "view_method", [["held"] * len(held)])
    watch = LagWatch([CAMERA])
    watch.add(held)
    left = watch.found(applied_s=0.0)[0].left
    assert left.lag_s is None
    assert left.reason is not None


def test_memory_does_not_go_with_the_length_of_a_mission() -> None:
    """Hours of footage keep the windows that move most; those of the slews are among them."""
    watch = LagWatch([CAMERA])
    watch.add(rows(0.0, 12.0))
    for minute in range(1, 40):
        watch.add(rows(60.0 * minute, 60.0 * minute + 55.0, rate_hz=5.0))
    left = watch.found(applied_s=0.0)[0].left
    assert left.n_windows <= 60
    assert left.lag_s == pytest.approx(0.1, abs=0.02)


def test_a_frame_center_gives_the_range() -> None:
    """The turret stands still, so that no range changes anything: only that it is read."""
    table = rows(0.0, 12.0)
    center = ecef_from_geodetic(48.0, -5.0, HEIGHT_M) + np.array([0.0, 0.0, 2000.0])
    for name, value in zip(
        ("frame_center_latitude_deg", "frame_center_longitude_deg", "frame_center_height_hae_m"),
        geodetic_from_ecef(center),
        strict=True,
    ):
        column = table.column_names.index(name)
        table = table.set_column(column, name, [np.full(len(table), float(value))])
    watch = LagWatch([CAMERA])
    watch.add(table)
    assert watch.found(applied_s=0.0)[0].left.lag_s == pytest.approx(0.1, abs=0.02)
