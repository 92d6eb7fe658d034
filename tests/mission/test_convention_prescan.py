"""How a file's metadata are to be read: found before the run, said, and overruled by settings."""

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from bench.conventions import CONVENTIONS
from bench.generated_flights import STEP_S, Row, draw_course, draw_errors, packet_of, rows_of
from plainview.errors import InputError
from plainview.formats import EncoderSettings, write_stanag4609
from plainview.formats.settings_toml import RunSettings, settings_from_mapping
from plainview.misb import AngleReference, HeightReading, North
from plainview.mission.convention_prescan import (
    MAX_PACKETS,
    Prescan,
    describe_verdict,
    prescan_conventions,
)
from plainview.mission.observe import observe
from plainview.mission.process import process
from plainview.mission.request import ProcessRequest
from plainview.model import Camera, Frame

N_FRAMES = 12


def pictures() -> Iterator[Frame]:
    texture = np.random.default_rng(0).integers(0, 256, (48, 64), np.uint8)
    camera = Camera(name="camera-1", width_px=64, height_px=48)
    for index in range(N_FRAMES):
        yield Frame(
            pixels=texture,
            camera=camera,
            frame_index=index,
            video_time_us=round(index * STEP_S * 1e6),
            view=None,
        )


def write_clip(
    path: Path, breaks: Callable[[Row], Row], *, taken_out: tuple[str, ...] = ()
) -> Path:
    """Write a clip of a generated flight whose packets are broken in one way."""
    generator = np.random.default_rng(7)
    course = draw_course(generator)
    rows = rows_of(course, draw_errors(generator), generator)[:N_FRAMES]
    packets = [
        packet_of(
            breaks(row),
            set_name="ST0601",
            time_us=course.time_us + round(1e6 * index * STEP_S),
            sent=frozenset({"range", "center_height", "corners"}) - set(taken_out),
            has_center="center" not in taken_out,
        )
        for index, row in enumerate(rows)
    ]
    settings = EncoderSettings(rate_hz=Fraction(2))
    write_stanag4609(path, frames=pictures(), packets=packets, settings=settings)
    return path


@pytest.fixture(scope="module")
def broken_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("broken") / "north.ts"
    return write_clip(path, CONVENTIONS["north-referenced"].breaks)


@pytest.fixture(scope="module")
def blind_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that says nothing of the ground."""
    path = tmp_path_factory.mktemp("blind") / "blind.ts"
    return write_clip(
        path, lambda row: row, taken_out=("center", "corners", "range", "center_height")
    )


def setting(**values: str) -> RunSettings:
    return settings_from_mapping({"metadata": values}, where="settings.toml")


def processed(clip: Path, out: Path, settings: RunSettings | None = None) -> dict[str, Any]:
    request = ProcessRequest(
        inputs=(clip,), out=out, settings=settings or RunSettings(), is_overlay_drawn=False
    )
    summary: dict[str, Any] = process(request).summary
    return summary


def codes(summary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {warning["code"]: warning for warning in summary["warnings"]}


def test_a_mission_is_located_by_the_convention_that_its_source_follows(
    broken_clip: Path, tmp_path: Path
) -> None:
    summary = processed(broken_clip, tmp_path / "mission")
    location = summary["location"]
    assert (location["angle_convention"], location["north"]) == ("north_referenced", "true")
    assert location["residual_m"]["n"] == N_FRAMES
    assert location["residual_m"]["median"] < 20.0
    assert "items 18 to 20" in codes(summary)["convention_departs"]["what"]
    frames = pq.read_table(tmp_path / "mission" / "frames.parquet")
    assert set(frames["angle_convention"].to_pylist()) == {"north_referenced"}
    assert frames["camera_heading_deg"].null_count == 0


def test_nothing_is_located_where_nothing_decides(blind_clip: Path, tmp_path: Path) -> None:
    summary = processed(blind_clip, tmp_path / "mission")
    location = summary["location"]
    assert (location["angle_convention"], location["north"]) == ("undecided", None)
    warning = codes(summary)["convention_undecided"]
    assert warning["count"] == N_FRAMES
    assert "angle_convention" in warning["mend"]
    frames = pq.read_table(tmp_path / "mission" / "frames.parquet")
    assert frames["camera_heading_deg"].null_count == N_FRAMES
    assert frames["frame_center_latitude_deg"].null_count == N_FRAMES
    assert frames["sensor_latitude_deg"].null_count == 0
    assert summary["counts"]["frames_with_view"] == N_FRAMES


def test_a_setting_decides_where_the_numbers_do_not(blind_clip: Path, tmp_path: Path) -> None:
    summary = processed(
        blind_clip, tmp_path / "mission", setting(angle_convention="st0601", north="true")
    )
    location = summary["location"]
    assert (location["angle_convention"], location["north"]) == ("st0601", "true")
    assert location["convention"]["set"] is True
    assert summary["settings"]["metadata"] == {"angle_convention": "st0601", "north": "true"}
    assert "convention_undecided" not in codes(summary)
    frames = pq.read_table(tmp_path / "mission" / "frames.parquet")
    assert frames["camera_heading_deg"].null_count == 0


def test_a_setting_wins_over_the_numbers(broken_clip: Path) -> None:
    found = prescan_conventions((broken_clip,), setting(angle_convention="standard").convention)
    assert found.conventions["ST0601"].reference is AngleReference.PLATFORM
    turned = prescan_conventions((broken_clip,), setting(north="magnetic").convention)
    assert turned.main is not None
    assert turned.main.chosen is None or turned.main.chosen.north is North.MAGNETIC


def test_the_library_reads_footage_by_the_same_convention(broken_clip: Path) -> None:
    views = [observation.frame.view for observation in observe(broken_clip)]
    assert {view.angle_convention for view in views if view is not None} == {"north_referenced"}


def test_a_verdict_goes_into_json_and_names_the_settings_that_fix_it(broken_clip: Path) -> None:
    found = prescan_conventions((broken_clip,))
    assert found.main is not None
    described = json.loads(json.dumps(describe_verdict(found.main)))
    assert described["decided"] is True
    assert described["evidence"][0]["unit"] == "deg"
    fixed = setting(**described["reading"]).convention
    again = prescan_conventions((broken_clip,), fixed)
    assert again.conventions == found.conventions


def test_so_many_packets_are_looked_at_and_no_more(broken_clip: Path) -> None:
    assert prescan_conventions((broken_clip,)).n_packets == N_FRAMES
    many = prescan_conventions((broken_clip,) * (MAX_PACKETS // 2))
    assert many.n_packets == MAX_PACKETS


def test_an_input_that_cannot_be_read_is_left_to_who_opens_it(tmp_path: Path) -> None:
    assert prescan_conventions((tmp_path / "none.ts",)) == Prescan()


@pytest.mark.parametrize(
    "values",
    [
        {"angle_convention": "wrong"},
        {"north": "up"},
        {"elevation_sign": "left"},
        {"angle_unit": "grads"},
        {"sensor_height": "yards"},
    ],
)
def test_a_word_that_is_not_known_is_refused_by_name(values: dict[str, str]) -> None:
    (name,) = values
    with pytest.raises(InputError, match=f"metadata.{name}"):
        setting(**values)


def test_every_reading_can_be_set() -> None:
    convention = setting(
        angle_convention="horizon_stabilised",
        north="grid",
        elevation_sign="down",
        angle_unit="radians",
        sensor_height="feet",
        frame_center_height="unusable",
        slant_range="flat_earth",
        fields_of_view="half",
        odd_lengths="full_scale",
    ).convention.for_set("ST0601")
    assert convention.reference is AngleReference.HORIZON
    assert convention.is_elevation_down is True
    assert convention.is_in_radians is True
    assert convention.sensor_height is HeightReading.FEET
