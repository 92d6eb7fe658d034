"""A mission opens without reading its tables, and says when one cannot be read."""

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from plainview.errors import FormatError
from plainview.mission.reader import Mission, open_mission


def copied(mission: Mission, folder: Path) -> Path:
    folder.mkdir()
    for name in ("mission.json", "frames.parquet", "tracks.parquet", "events.jsonl"):
        shutil.copy(mission.path / name, folder)
    return folder


def test_the_tables_of_an_opened_mission_are_its_files(whole_mission: Mission) -> None:
    mission = open_mission(whole_mission.path)
    assert mission.frames.equals(pq.read_table(mission.path / "frames.parquet"))
    assert mission.tracks.equals(pq.read_table(mission.path / "tracks.parquet"))
    assert mission.tracks is mission.tracks


@pytest.mark.parametrize("name", ["frames.parquet", "tracks.parquet"])
def test_a_table_that_was_cut_off_is_refused_when_the_mission_is_opened(
    name: str, whole_mission: Mission, tmp_path: Path
) -> None:
    folder = copied(whole_mission, tmp_path / "mission")
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(FormatError, match="not a whole mission folder"):
        open_mission(folder)


def test_rows_that_are_damaged_are_refused_when_they_are_asked_for(
    whole_mission: Mission, tmp_path: Path
) -> None:
    folder = copied(whole_mission, tmp_path / "mission")
    data = bytearray((folder / "tracks.parquet").read_bytes())
    data[4:2000] = bytes(1996)
    (folder / "tracks.parquet").write_bytes(data)
    mission = open_mission(folder)
    assert len(mission.frames) == whole_mission.summary["counts"]["frames"]
    with pytest.raises(FormatError, match="not a whole mission folder"):
        _ = mission.tracks
