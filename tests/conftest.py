"""Fixtures that every room's tests share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

SharedData = Callable[[str], Path]

settings.register_profile("plainview", deadline=None, derandomize=True)
settings.load_profile("plainview")


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
