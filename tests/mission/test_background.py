import threading
from collections.abc import Iterator

import pytest

from plainview.mission.background import ReadAhead, WriteBehind


def test_items_come_in_order_and_all_of_them() -> None:
    with ReadAhead(iter(range(1000)), n_ahead=3) as ahead:
        assert list(ahead) == list(range(1000))


def test_an_error_of_the_reader_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError(28, "no space")

    with ReadAhead(items(), n_ahead=1) as ahead:
        taken = iter(ahead)
        assert [next(taken), next(taken)] == [1, 2]
        with pytest.raises(OSError, match="no space"):
            next(taken)


def test_leaving_early_stops_the_reader() -> None:
    n_made = 0

    def items() -> Iterator[int]:
        nonlocal n_made
        while True:
            n_made += 1
            yield n_made

    with ReadAhead(items(), n_ahead=2) as ahead:
        next(iter(ahead))
    n_after = n_made
    assert n_after <= 5
    assert not any(thread.name == "read-ahead" for thread in threading.enumerate())
    assert n_made == n_after


def test_everything_is_written_in_order_before_the_end() -> None:
    written: list[int] = []
    with WriteBehind(written.append, n_behind=2) as behind:
        for n in range(500):
            behind.put(n)
    assert written == list(range(500))


def test_an_error_of_the_writer_reaches_the_owner_and_nothing_hangs() -> None:
    def write(n: int) -> None:
        if n == 3:
            raise OSError(28, "no space")

    def put_many() -> None:
        with WriteBehind(write, n_behind=1) as behind:
            for n in range(100):
                behind.put(n)

    with pytest.raises(OSError, match="no space"):
        put_many()
