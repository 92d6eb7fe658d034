"""Every kind of source, mutated, through ``inspect`` and in part ``process``.

With the 300 transport streams of `test_mutated_clips` they are 1,000; ``make soak`` tries 100,000.
"""

from collections import Counter
from pathlib import Path

import pytest

from bench.mutated_sources import MutatedKind, mutate_file
from bench.source_kinds import SOURCE_KINDS

N_SEEDS = 50
REFUSALS = {"FormatError", "InputError", "MissingMetadataError"}


@pytest.mark.parametrize("name", SOURCE_KINDS)
def test_a_mutated_source_does_no_harm(name: str, tmp_path: Path) -> None:
    kind = MutatedKind(name, tmp_path)
    assert kind.try_healthy() == ("processed" if SOURCE_KINDS[name].is_processed else "inspected")
    outcomes = Counter(kind.try_seed(seed) for seed in range(N_SEEDS))
    assert outcomes.keys() <= {"inspected", "processed", *REFUSALS}
    assert outcomes["inspected"] + outcomes["processed"] > N_SEEDS // 5, outcomes


@pytest.mark.parametrize("is_text", [False, True])
def test_a_seed_always_gives_the_same_mutation(is_text: bool) -> None:
    data = b"\n".join(b"[latitude: %d] [longitude: 10]" % row for row in range(50))
    mutated = [mutate_file(data, seed=seed, is_text=is_text) for seed in range(100)]
    assert mutated == [mutate_file(data, seed=seed, is_text=is_text) for seed in range(100)]
    assert sum(each != data for each in mutated) > 80
