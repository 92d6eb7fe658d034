"""A source that changes its convention: it is found where its numbers decide, else withheld."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from bench.drawn_scene import Scenario
from plainview.misb import AngleReference
from plainview.mission.inspect import inspect_file
from plainview.mission.process import process
from plainview.mission.request import ProcessRequest
from tests.mission.blind_clips import blind_scenario, write_blind_clip

CHANGE_S = 4.0
RATE_HZ = 12
PLATFORM, NORTH = AngleReference.PLATFORM, AngleReference.NORTH


def scenario() -> Scenario:
    return blind_scenario(duration_s=8.0)


def clip(
    path: Path, references: Callable[[float], AngleReference | None], *, seed: int = 4
) -> Path:
    """Write a clip that says where its frame centre is."""
    return write_blind_clip(path, references, scenario=scenario(), seed=seed, taken_out=())


def made(out: Path, *inputs: Path) -> tuple[dict[str, Any], Any]:
    request = ProcessRequest(inputs=inputs, out=out, is_overlay_drawn=False)
    summary = process(request).summary
    return summary, pq.read_table(out / "frames.parquet")


def residual_m(frames: Any) -> np.ndarray:
    """Return how far frame centres lie from those reported, about, NaN where nothing is located."""
    parts = []
    for name, size_m in (("latitude", 111_200.0), ("longitude", 67_700.0)):
        columns = [
            np.array(frames[f"{by}frame_center_{name}_deg"].to_pylist(), np.float64)
            for by in ("", "reported_")
        ]
        parts.append(size_m * (columns[0] - columns[1]))
    return np.hypot(*parts)


def codes(summary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {warning["code"]: warning for warning in summary["warnings"]}


@pytest.mark.parametrize(("first", "then"), [(PLATFORM, NORTH), (NORTH, PLATFORM)])
def test_a_change_inside_a_file_is_followed_and_said(
    tmp_path: Path, first: AngleReference, then: AngleReference
) -> None:
    path = clip(tmp_path / "half.ts", lambda at_s: first if at_s < CHANGE_S else then)
    summary, frames = made(tmp_path / "mission", path)
    off_m = residual_m(frames)
    assert np.sum(off_m > 60.0) <= 1  # a packet of old and new items, off by less than is doubted
    n_before = round(CHANGE_S * RATE_HZ)
    assert np.isfinite(off_m[: n_before - 1]).all()
    n_withheld = int(np.isnan(off_m[n_before:]).sum())
    assert 5 <= n_withheld <= 25
    assert np.isfinite(off_m[n_before + n_withheld + 1 :]).all()
    assert np.nanmax(off_m[n_before + n_withheld + 1 :]) < 20.0
    warning = codes(summary)["convention_changes"]
    assert warning["count"] == 1
    assert "byte" in warning["first"]
    assert codes(summary)["frame_center_apart"]["count"] >= 5
    names = frames["angle_convention"].to_pylist()
    assert (names[0], names[-1]) == tuple(
        "st0601" if each is PLATFORM else "north_referenced" for each in (first, then)
    )


def test_what_comes_after_a_change_that_nothing_decides_is_withheld(tmp_path: Path) -> None:
    path = clip(tmp_path / "odd.ts", lambda at_s: PLATFORM if at_s < CHANGE_S else None)
    summary, frames = made(tmp_path / "mission", path)
    off_m = residual_m(frames)
    n_before = round(CHANGE_S * RATE_HZ)
    assert np.isfinite(off_m[: n_before - 1]).all()
    assert np.isnan(off_m[n_before + 1 :]).all()
    assert codes(summary)["convention_changes"]["count"] == 1
    result = inspect_file(path, are_pictures_seen=False)
    assert "convention_changes" in {warning["code"] for warning in result["warnings"]}


def test_parts_of_a_mission_may_each_have_their_own(tmp_path: Path) -> None:
    parts = [
        clip(tmp_path / "one.ts", lambda _: PLATFORM),
        clip(tmp_path / "two.ts", lambda _: NORTH, seed=5),
    ]
    summary, frames = made(tmp_path / "mission", *parts)
    off_m = residual_m(frames)
    assert np.nanmax(off_m) < 60.0
    half = len(off_m) // 2
    assert np.isfinite(off_m[:half]).all()
    assert np.isfinite(off_m[half + 25 :]).all()
    assert "convention_changes" in codes(summary)


def test_what_a_person_sets_is_not_overruled(tmp_path: Path) -> None:
    from plainview.formats.settings_toml import settings_from_mapping

    path = clip(tmp_path / "half.ts", lambda at_s: PLATFORM if at_s < CHANGE_S else NORTH)
    settings = settings_from_mapping(
        {"metadata": {"angle_convention": "st0601", "north": "true"}}, where="settings.toml"
    )
    request = ProcessRequest(
        inputs=(path,), out=tmp_path / "mission", settings=settings, is_overlay_drawn=False
    )
    assert "convention_changes" not in codes(process(request).summary)


def test_an_honest_source_is_never_doubted(tmp_path: Path) -> None:
    path = write_blind_clip(
        tmp_path / "honest.ts",
        lambda _: PLATFORM,
        scenario=replace(scenario(), duration_s=5.0),
        seed=9,
        taken_out=(),
    )
    summary, frames = made(tmp_path / "mission", path)
    assert not {"convention_changes", "frame_center_apart"} & set(codes(summary))
    assert np.isfinite(residual_m(frames)).all()
