"""What is read back of the frames is what was written, and footprints lie evenly."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from plainview.formats.frames_parquet import FRAMES_SCHEMA, write_frames_parquet
from plainview.mission.frame_facts import read_footprints, read_frame_facts


def frame_tables(lengths: list[int]) -> list[pa.Table]:
    """Frames in groups; every third, and those of the second group, have no footprint."""
    rows, tables = 0, []
    for number, length in enumerate(lengths):
        group = [
            {
                "camera": "camera-1",
                "frame_index": row,
                "video_time_us": 40_000 * row,
                "view_method": None if row % 3 == 0 else ("exact", "held")[number % 2],
                "footprint": None if row % 3 == 0 or number == 1 else f"ring {row}".encode(),
                "is_restart": row == 0,
                "n_detections": 0,
            }
            for row in range(rows, rows + length)
        ]
        tables.append(pa.Table.from_pylist(group, schema=FRAMES_SCHEMA))
        rows += length
    return tables


@pytest.mark.parametrize("most", [1, 7, 20, 1_000])
@pytest.mark.parametrize("lengths", [[], [1], [40], [30, 5, 50, 1, 9]])
def test_footprints_lie_evenly_among_those_that_are_known(
    lengths: list[int], most: int, tmp_path: Path
) -> None:
    tables = frame_tables(lengths)
    write_frames_parquet(tmp_path / "frames.parquet", tables)
    known = [blob for table in tables for blob in table["footprint"].to_pylist() if blob]
    rows = np.unique(np.linspace(0, len(known) - 1, min(len(known), most)).round()).astype(int)
    found = read_footprints(tmp_path / "frames.parquet", most=most)
    assert found == [known[row] for row in rows]


def test_words_are_read_as_codes_of_one_dictionary(tmp_path: Path) -> None:
    tables = frame_tables([30, 5, 50])
    write_frames_parquet(tmp_path / "frames.parquet", tables)
    names = ("frame_index", "view_method", "time_us")
    facts = read_frame_facts(tmp_path / "frames.parquet", names)
    assert facts.column_names == list(names)
    assert facts.num_rows == 85
    assert facts["view_method"].num_chunks == 1
    assert pa.types.is_dictionary(facts["view_method"].type)
    whole = pa.concat_tables(tables)
    for name in names:
        assert facts[name].to_pylist() == whole[name].to_pylist()
