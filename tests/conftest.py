"""Fixtures that every room's tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

SharedData = Callable[[str], Path]


@pytest.fixture(scope="session")
def shared_data() -> SharedData:
    """Return a finder of files in the data beside the checkout; it skips by name what is absent."""
    root = Path(
        os.environ.get("PLAINVIEW_DATA", Path(__file__).parents[1].parent / "shared" / "data")
    )

    def find(name: str) -> Path:
        path = root / name
        if not path.exists():
            pytest.skip(f"{name} is not under PLAINVIEW_DATA")
        return path

    return find
