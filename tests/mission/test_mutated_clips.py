"""Mutated clips through ``inspect`` and ``process``: they end, or are refused by an error of ours.

``make soak`` tries 10,000.
"""

from collections import Counter
from pathlib import Path

import pytest

from bench.drawn_scene.drawn_clip import DrawnClip
from bench.mutated_clips import mutate, try_clip

N_BATCHES = 10
N_CLIPS = 30


@pytest.mark.parametrize("batch", range(N_BATCHES))
def test_mutated_clips_do_no_harm(batch: int, tiny_clip: DrawnClip, tmp_path: Path) -> None:
    whole = tiny_clip.video.read_bytes()
    path = tmp_path / "mutated.ts"
    outcomes: Counter[str] = Counter()
    for seed in range(batch * N_CLIPS, (batch + 1) * N_CLIPS):
        data = mutate(whole, seed=seed)
        assert data == mutate(whole, seed=seed)
        path.write_bytes(data)
        is_overlay_drawn = seed % 15 == 0
        outcomes[try_clip(path, tmp_path / str(seed), is_overlay_drawn=is_overlay_drawn)] += 1
    assert outcomes["processed"] > N_CLIPS // 2, outcomes
