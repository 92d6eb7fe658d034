"""The library's face: what is exported, and that importing it is light."""

import subprocess
import sys

import plainview

HEAVY = ("numpy", "cv2", "av", "pyarrow", "numba", "rasterio", "pyogrio", "typer", "tstrans")


def test_every_public_name_can_be_had_and_is_listed() -> None:
    for name in plainview.__all__:
        assert getattr(plainview, name) is not None
    assert dir(plainview) == sorted(plainview.__all__)
    assert set(plainview.__all__) == {"Mission", "__version__", "observe", "open", "process"}


def test_a_name_that_is_not_public_is_no_attribute() -> None:
    assert not hasattr(plainview, "designate")


def test_importing_it_loads_nothing_heavy() -> None:
    code = f"import sys, plainview; print([m for m in {HEAVY} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
