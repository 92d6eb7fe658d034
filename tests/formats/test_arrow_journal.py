from pathlib import Path

import pyarrow as pa

from plainview.formats.arrow_journal import ArrowJournalWriter, read_journal_parts

SCHEMA = pa.schema([pa.field("n", pa.int64(), nullable=False), ("text", pa.string())])


def rows(start: int, stop: int) -> list[dict[str, object]]:
    return [{"n": n, "text": None if n % 3 else f"row {n}"} for n in range(start, stop)]


def test_what_was_flushed_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    writer = ArrowJournalWriter(tmp_path / "a", SCHEMA)
    writer.append(rows(0, 5))
    writer.flush()
    writer.append(rows(5, 9))
    assert read_journal_parts([tmp_path / "a"], SCHEMA)["n"].to_pylist() == list(range(5))
    writer.close()
    assert read_journal_parts([tmp_path / "a"], SCHEMA).to_pylist() == rows(0, 9)


def test_a_part_cut_anywhere_gives_whole_batches_and_no_error(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with ArrowJournalWriter(path, SCHEMA) as writer:
        for start in range(0, 60, 10):
            writer.append(rows(start, start + 10))
            writer.flush()
    data = path.read_bytes()
    lengths = set()
    for n_bytes in range(0, len(data), 7):
        path.write_bytes(data[:n_bytes])
        table = read_journal_parts([path], SCHEMA)
        assert table.to_pylist() == rows(0, len(table))
        lengths.add(len(table))
    assert lengths == {0, 10, 20, 30, 40, 50, 60}


def test_parts_are_read_in_order_and_an_empty_one_is_none(tmp_path: Path) -> None:
    paths = [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    for path, (start, stop) in zip(paths, [(0, 3), (0, 0), (3, 6)], strict=True):
        with ArrowJournalWriter(path, SCHEMA) as writer:
            writer.append(rows(start, stop))
    paths[1].write_bytes(b"")
    assert read_journal_parts(paths, SCHEMA).to_pylist() == rows(0, 6)
