"""What a source says of its own errors, from its packets to the tables."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from bench.drawn_scene.drawn_clip import write_drawn_clip
from tests.mission.conftest import small_scenario
from tests.mission.ending_run import run_plainview


@pytest.mark.parametrize(("is_reported", "basis"), [(True, "reported"), (False, "assumed")])
def test_the_places_of_a_source_that_says_how_good_it_is_are_marked_reported(
    is_reported: bool, basis: str, tmp_path: Path
) -> None:
    scenario = small_scenario(width_px=320, height_px=180, duration_s=2.0)
    errors = replace(scenario.instrument, is_accuracy_reported=is_reported)
    clip = write_drawn_clip(tmp_path / "drawn", replace(scenario, instrument=errors), seed=1)
    made = run_plainview(["process", clip.video, "--out", tmp_path / "mission"])
    assert made.returncode == 0, made.stderr
    tracks = pq.read_table(tmp_path / "mission" / "tracks.parquet")
    located = tracks.filter(np.isfinite(tracks["latitude_deg"].to_numpy(zero_copy_only=False)))
    assert len(located) > 20
    assert set(located["uncertainty_basis"].to_pylist()) == {basis}
