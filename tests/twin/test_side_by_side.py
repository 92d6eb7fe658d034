import threading

import pytest

from plainview.twin.side_by_side import SideBySide


@pytest.mark.parametrize("n_threads", [1, 2, 3])
def test_every_job_is_done_once(n_threads: int) -> None:
    crew, done, lock = SideBySide(n_threads), [0] * 50, threading.Lock()

    def job(k: int) -> None:
        with lock:
            done[k] += 1

    crew.do([lambda k=k: job(k) for k in range(50)])  # type: ignore[misc]
    crew.do([])
    extra: list[int] = []
    list(crew.beside(lambda: extra.append(1))(job, range(10)))
    crew.close()
    assert done == [2] * 10 + [1] * 40
    assert extra == [1]


@pytest.mark.parametrize("n_threads", [1, 2])
def test_what_a_job_raises_is_raised_where_it_was_asked_for(n_threads: int) -> None:
    crew = SideBySide(n_threads)

    def fail() -> None:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        crew.do([fail])
    with pytest.raises(KeyError, match="lost"):
        crew.do([lambda: None, fail, lambda: None])
    crew.close()
