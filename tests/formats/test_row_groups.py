from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from plainview.formats.row_groups import in_row_groups, read_row_groups, write_row_groups

SCHEMA = pa.schema(
    [pa.field("n", pa.int64(), nullable=False), ("word", pa.string()), ("x", pa.float64())]
)
ROW_BYTES = 8 + 8 + 4 + 5


def batches_of(lengths: list[int]) -> list[pa.RecordBatch]:
    first = 0
    batches = []
    for length in lengths:
        rows = [{"n": n, "word": f"{n:05}", "x": n / 3} for n in range(first, first + length)]
        batches.append(pa.RecordBatch.from_pylist(rows, schema=SCHEMA))
        first += length
    return batches


@given(lengths=st.lists(st.integers(0, 50), max_size=20), group_rows=st.integers(1, 120))
def test_groups_hold_all_rows_in_order_and_none_is_larger_than_asked_but_for_a_batch(
    lengths: list[int], group_rows: int
) -> None:
    batches = batches_of(lengths)
    groups = list(in_row_groups(batches, schema=SCHEMA, group_bytes=group_rows * ROW_BYTES))
    joined = pa.concat_tables([SCHEMA.empty_table(), *groups])
    assert joined.equals(pa.Table.from_batches(batches, schema=SCHEMA))
    assert all(len(group) < group_rows + max(lengths) + 1 for group in groups)
    assert all(column.num_chunks <= 1 for group in groups for column in group.columns)


def test_what_was_written_in_groups_is_read_back_whole_and_in_groups(tmp_path: Path) -> None:
    tables = [pa.Table.from_batches([batch]) for batch in batches_of([7, 3, 12])]
    path = tmp_path / "rows.parquet"
    schema = SCHEMA.with_metadata({b"geo": b"{}"})
    write_row_groups(path, iter(tables), schema=schema)
    whole = pq.read_table(path)
    assert whole.equals(pa.concat_tables(tables))
    assert whole.schema.equals(schema, check_metadata=False)
    assert whole.schema.metadata[b"geo"] == b"{}"
    assert [len(group) for group in read_row_groups(path, ["word"])] == [7, 3, 12]
    assert next(read_row_groups(path, ["x", "n"])).column_names == ["x", "n"]


def test_no_rows_make_a_table_without_rows(tmp_path: Path) -> None:
    write_row_groups(tmp_path / "rows.parquet", [], schema=SCHEMA)
    whole = pq.read_table(tmp_path / "rows.parquet")
    assert whole.equals(SCHEMA.empty_table())
