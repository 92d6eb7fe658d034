"""Start-up: ``plainview --help`` over an empty Typer program, and a lazy ``import plainview``.

Both programs are started in turn, as whole processes; the median difference counts.
"""

import statistics
import subprocess
import sys
import time

N_ROUNDS = 9
LIMIT_OVER_EMPTY_S = 0.3
EMPTY = """
import typer
app = typer.Typer()
@app.callback()
def root() -> None: ...
@app.command()
def nothing() -> None: ...
app()
"""
HEAVY = ("numpy", "cv2", "numba", "av", "pyarrow", "typer")


def _seconds(*arguments: str) -> float:
    start_s = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start_s


def run() -> dict[str, object]:
    """Measure and return the row."""
    ours, empty = [], []
    for _ in range(N_ROUNDS):
        ours.append(_seconds("-c", "from plainview.cli.main import run; run()", "--help"))
        empty.append(_seconds("-c", EMPTY, "--help"))
    probe = f"import plainview, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", probe], check=True, capture_output=True, text=True
    ).stdout.strip()
    over_s = statistics.median(ours) - statistics.median(empty)
    return {
        "what": "plainview --help over an empty Typer program",
        "plainview_s": round(statistics.median(ours), 3),
        "empty_typer_s": round(statistics.median(empty), 3),
        "over_empty_s": round(over_s, 3),
        "target": f"at most {LIMIT_OVER_EMPTY_S} s over; import plainview loads nothing heavy",
        "heavy_modules_loaded_by_import": loaded,
        "is_met": over_s <= LIMIT_OVER_EMPTY_S and loaded == "[]",
    }


if __name__ == "__main__":
    print(run())
