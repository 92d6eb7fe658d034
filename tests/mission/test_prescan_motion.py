"""Pictures decide what angles are measured from where the metadata says nothing of the ground."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plainview.misb import AngleReference
from plainview.mission.convention_prescan import describe_verdict, prescan_conventions
from plainview.mission.process import process
from plainview.mission.request import ProcessRequest
from tests.mission.blind_clips import blind_scenario, write_blind_clip


def _always(reference: AngleReference) -> Callable[[float], AngleReference]:
    return lambda _time_s: reference


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[AngleReference, Path]:
    folder = tmp_path_factory.mktemp("blind")
    return {
        reference: write_blind_clip(
            folder / f"{reference}.ts",
            _always(reference),
            scenario=blind_scenario(duration_s=10.0),
            seed=5,
        )
        for reference in AngleReference
    }


@pytest.mark.parametrize("reference", list(AngleReference))
def test_the_motion_of_a_banking_flight_tells_the_reading(
    clips: dict[AngleReference, Path], reference: AngleReference
) -> None:
    before = prescan_conventions((clips[reference],), are_pictures_seen=False).main
    assert before is not None
    assert before.chosen is None
    found = prescan_conventions((clips[reference],)).main
    assert found is not None
    assert found.chosen is not None
    assert found.chosen.reference is reference
    assert not found.chosen.is_elevation_down
    (row,) = describe_verdict(found)["evidence"]
    assert row["quantity"] == "image motion"
    assert row["residual"] < 0.4
    is_standard = reference is AngleReference.PLATFORM
    assert (row["residual_as_standard"] > 2.0) is not is_standard
    assert bool(found.defects) is not is_standard
    assert found.hypotheses[0].convention.reference is reference
    assert prescan_conventions((clips[reference],)).main == found


@pytest.mark.parametrize("reference", list(AngleReference))
def test_a_steady_flight_is_never_read_wrongly(tmp_path: Path, reference: AngleReference) -> None:
    calm = blind_scenario(turbulence_deg=0.0, duration_s=8.0)
    calm = replace(calm, gimbal=replace(calm.gimbal, aims=calm.gimbal.aims[:1]))
    clip = write_blind_clip(tmp_path / "calm.ts", _always(reference), scenario=calm, seed=2)
    found = prescan_conventions((clip,)).main
    assert found is not None
    assert found.chosen is None or found.chosen.reference is reference


def test_a_run_looks_at_its_pictures_and_says_so(
    clips: dict[AngleReference, Path], tmp_path: Path
) -> None:
    request = ProcessRequest(
        inputs=(clips[AngleReference.HORIZON],), out=tmp_path / "mission", is_overlay_drawn=False
    )
    summary = process(request).summary
    convention = summary["location"]["convention"]
    assert convention["label"] == "horizon_stabilised"
    assert [row["quantity"] for row in convention["evidence"]] == ["image motion"]
    assert "motion of the pictures" in convention["reason"]
    frames = pq.read_table(tmp_path / "mission" / "frames.parquet")
    assert frames["camera_heading_deg"].null_count == 0
