"""What the end of a run reads back of ``frames.parquet``: some columns, and a few footprints."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plainview.formats.frames_parquet import FRAMES_SCHEMA

__all__ = ["read_footprints", "read_frame_facts"]

_FOOTPRINT_COLUMN: Final = FRAMES_SCHEMA.get_field_index("footprint")


def read_frame_facts(path: Path, columns: Sequence[str]) -> pa.Table:
    """Return some columns of all frames; words are numbers of a dictionary.

    That is 8 bytes a frame for a number and 4 for a word: for what summary or report need, some
    100 bytes a frame, 6 MB for half an hour.
    """
    words = [name for name in columns if FRAMES_SCHEMA.field(name).type == pa.string()]
    with pq.ParquetFile(path, read_dictionary=words) as file:
        table = file.read(columns=list(columns), use_threads=False)
    return table.select(columns).unify_dictionaries().combine_chunks()


def read_footprints(path: Path, *, most: int) -> list[bytes]:
    """Return footprints (WKB) of frames evenly over the mission, ``most`` of them, in order."""
    with pq.ParquetFile(path) as file:
        n_known = [_n_known(file.metadata.row_group(g)) for g in range(file.num_row_groups)]
        ends = np.cumsum(n_known, dtype=np.int64)
        n_all = int(ends[-1]) if len(ends) else 0
        ranks = np.unique(np.linspace(0, n_all - 1, min(n_all, most)).round()).astype(np.int64)
        group_of_rank = np.searchsorted(ends, ranks, side="right")
        footprints: list[bytes] = []
        for group in np.unique(group_of_rank).tolist():
            rows = file.read_row_group(group, columns=["footprint"], use_threads=False)
            here = ranks[group_of_rank == group] - (ends[group] - n_known[group])
            footprints += rows["footprint"].drop_null().take(pa.array(here)).to_pylist()
    return footprints


def _n_known(group: pq.RowGroupMetaData) -> int:
    """Return how many frames of a row group have a footprint, without reading them."""
    statistics = group.column(_FOOTPRINT_COLUMN).statistics
    return int(group.num_rows - statistics.null_count)
