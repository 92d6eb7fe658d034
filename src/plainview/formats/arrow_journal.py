"""Tables that grow while a mission runs, and survive a kill: Arrow IPC streams in parts."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import pyarrow as pa

__all__ = ["ArrowJournalWriter", "read_journal_batches", "read_journal_parts"]

Row = Mapping[str, Any]


class ArrowJournalWriter:
    """Appends rows to one Arrow IPC stream; what was flushed can be read after a kill.

    Args:
        path: The stream's file; it is created.
        schema: Columns of the table.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows: list[Row] = []
        self._file: BinaryIO = path.open("wb")
        self._writer = pa.ipc.new_stream(self._file, schema)

    def append(self, rows: Sequence[Row]) -> None:
        """Take rows; they reach the file at the next flush."""
        self._rows.extend(rows)

    def flush(self) -> None:
        """Write what was taken as one record batch and hand it to the operating system."""
        if self._rows:
            self._writer.write_batch(
                pa.RecordBatch.from_pylist([dict(row) for row in self._rows], schema=self._schema)
            )
            self._rows.clear()
        self._file.flush()

    def close(self) -> None:
        """Flush and end the stream."""
        if not self._file.closed:
            self.flush()
            self._writer.close()
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _whole_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Yield the record batches of one part up to where it was cut off."""
    try:
        with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as reader:
            for batch in reader:
                batch.validate()
                yield batch
    except (pa.ArrowInvalid, OSError):
        return


def read_journal_batches(paths: Sequence[Path]) -> Iterator[pa.RecordBatch]:
    """Yield the whole record batches of a journal table in order, holding one at a time.

    Args:
        paths: The parts, oldest first; a part that has not even a schema counts as empty.
    """
    for path in paths:
        yield from _whole_batches(path)


def read_journal_parts(paths: Sequence[Path], schema: pa.Schema) -> pa.Table:
    """Read the parts of a journal table in order, each up to where it was cut off.

    Args:
        paths: The parts, oldest first; a part that has not even a schema counts as empty.
        schema: Columns of the table.

    Returns:
        All whole record batches as one table.
    """
    return pa.Table.from_batches(list(read_journal_batches(paths)), schema=schema)
