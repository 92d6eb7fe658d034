"""Damaged packets: none passes as whole that should not, and the rest is counted."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import SharedData

N_MUTANTS = 2000


def _bench() -> ModuleType:
    path = Path(__file__).parents[2] / "bench" / "misb_mutations.py"
    spec = importlib.util.spec_from_file_location("misb_mutations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def counts(shared_data: SharedData) -> dict[str, dict[str, int]]:
    clips = shared_data("fmv_klv/osh/sample-stream_part1.ts").parents[2]
    result: dict[str, dict[str, int]] = _bench().count_mutants(N_MUTANTS, data=clips, seed=7)
    return result


def test_no_flipped_bit_and_no_cut_passes_as_whole(counts: dict[str, dict[str, int]]) -> None:
    for kind in ("one bit", "truncated"):
        assert counts[f"ST0601: {kind}"].get("passed", 0) == 0
        assert counts[f"ST0601: {kind}"]["kept_sum"] == 0
    assert counts["EG0104: truncated"].get("passed", 0) == 0


def test_whatever_passes_has_a_right_checksum(counts: dict[str, dict[str, int]]) -> None:
    for cell, count in counts.items():
        if cell.startswith("ST0601"):
            assert count["passed_wrong_sum"] == 0


def test_four_in_five_swaps_of_words_are_caught(counts: dict[str, dict[str, int]]) -> None:
    swaps = counts["ST0601: words swapped"]
    assert swaps.get("passed", 0) <= 0.2 * swaps["n"]


def test_most_damage_to_a_set_without_checksum_is_caught(
    counts: dict[str, dict[str, int]],
) -> None:
    cells = [count for cell, count in counts.items() if cell.startswith("EG0104")]
    assert sum(each.get("passed", 0) for each in cells) <= 0.05 * sum(each["n"] for each in cells)


def test_the_packet_after_a_damaged_one_is_never_lost(counts: dict[str, dict[str, int]]) -> None:
    assert sum(count["next_lost"] for count in counts.values()) == 0


def test_the_bench_runs_without_any_clip() -> None:
    counts = _bench().count_mutants(80)
    assert sum(count["n"] for count in counts.values()) == 80
    assert all(cell.startswith("ST0601") for cell in counts)
