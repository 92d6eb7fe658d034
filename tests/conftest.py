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
    """Return a finder of files in `tests/data`, or in the data beside the checkout.

    What is in neither is skipped by name.
    """
    here = Path(__file__).parent
    beside = os.environ.get("PLAINVIEW_DATA", here.parent.parent / "shared" / "data")

    def find(name: str) -> Path:
        for root in (here / "data", Path(beside)):
            if (root / name).exists():
                return root / name
        pytest.skip(f"{name} is not under PLAINVIEW_DATA")

    return find
