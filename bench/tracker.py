"""The tracker against the fastest peer: the cost of an update, and what a sweeping camera costs.

Timed is an update from columns to columns: `Detections` in, `Tracks` out, with covariance,
existence and the camera's motion taken out; the peer takes boxes and gives boxes. Rounds of
both are interleaved and the best median of the rounds counts, as others use this machine. The
peer lives under ``.bench/trackers`` and runs in a process of its own.

The accuracy row scores both on the same detections, the peer also with the camera's motion
taken out for it; on centres: all boxes are scored as of 24 pixels.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.tracked_scenes import MOTION_SIGMA_PX, Array, Sequence, draw_crowd, draw_sweep
from plainview.model import Camera, Detections, Frame, LifeStage, Registration
from plainview.tracking import MultiObjectTracker, TrackerSettings

__all__ = ["run"]

MOST_TIMES_PEER: Final = 3.0
N_THINGS: Final = (10, 50, 200)
N_FRAMES: Final = 300
N_ROUNDS: Final = 5
PEERS: Final = ("pyxtrackers==2026.3.3", "motrics==0.3.0")
SWEEP_SEEDS: Final = (101, 102, 103)

_FOLDER: Final = Path(".bench/trackers")
_CAMERA: Final = Camera(name="camera-1", width_px=1280, height_px=720)
_RATE_HZ: Final = 30.0


def _install_peers() -> None:
    mark = _FOLDER / ("-".join(PEERS) + ".installed")
    if not mark.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--upgrade", "--target", str(_FOLDER), *PEERS], check=True)
        mark.touch()


def _ask_peer(task: dict[str, Any]) -> Any:
    script = Path(__file__).with_name("tracker_peer.py")
    environment = {**os.environ, "PYTHONPATH": str(_FOLDER.resolve()), "OMP_NUM_THREADS": "1"}
    answer = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps(task).encode(),
        stdout=subprocess.PIPE,
        env=environment,
        check=True,
    )
    return json.loads(answer.stdout)


def _frame(index: int) -> Frame:
    return Frame(
        pixels=np.zeros((1, 1), np.uint8),
        camera=_CAMERA,
        frame_index=index,
        video_time_us=round(index * 1e6 / _RATE_HZ),
    )


def _registration(step_px: Array, *, is_restart: bool) -> Registration:
    homography = np.eye(3)
    homography[:2, 2] = -step_px
    return Registration(
        current_from_previous=homography, residual_px=0.1, is_valid=True, is_restart=is_restart
    )


def _inputs(sequence: Sequence) -> list[tuple[Detections, Frame, Registration]]:
    steps = np.diff(sequence.camera_px, axis=0, prepend=sequence.camera_px[:1])
    return [
        (
            Detections(
                box_px=boxes.copy(),
                score=np.full(len(boxes), 0.9),
                label=(None,) * len(boxes),
                detector=("motion",) * len(boxes),
            ),
            _frame(index),
            _registration(steps[index], is_restart=index == 0),
        )
        for index, boxes in enumerate(sequence.found)
    ]


def update_times_us(sequence: Sequence) -> list[float]:
    tracker, times = MultiObjectTracker(), []
    for found, frame, registration in _inputs(sequence):
        start = time.perf_counter_ns()
        tracker.update(found, frame=frame, registration=registration)
        times.append((time.perf_counter_ns() - start) / 1000.0)
    return times


def _time_both(n_things: int) -> dict[str, float]:
    sequence = draw_crowd(n_things, n_frames=N_FRAMES, seed=1)
    task = {"task": "time", "found": [boxes.tolist() for boxes in sequence.found]}
    update_times_us(sequence)
    ours, theirs = [], []
    for _ in range(N_ROUNDS):
        ours.append(float(np.median(update_times_us(sequence)[30:])))
        theirs.append(float(np.median(_ask_peer(task)[30:])))
    return {
        "ours_us": round(min(ours), 1),
        "peer_us": round(min(theirs), 1),
        "ratio": round(min(ours) / min(theirs), 2),
    }


def _centered(boxes: Array) -> list[list[float]]:
    center = boxes[:, :2] + 0.5 * boxes[:, 2:]
    return np.concatenate([center - 12.0, np.full_like(center, 24.0)], axis=1).tolist()


def _evaluate(sequence: Sequence, told: list[tuple[list[int], Array]]) -> dict[str, float]:
    scored: dict[str, float] = _ask_peer(
        {
            "task": "evaluate",
            "iou": 0.5,
            "truth_ids": sequence.truth_ids,
            "truth": [_centered(boxes) for boxes in sequence.truth],
            "told_ids": [ids for ids, _ in told],
            "told": [_centered(boxes) for _, boxes in told],
        }
    )
    n_told = len({track_id for ids, _ in told for track_id in ids})
    n_true = len({thing for ids in sequence.truth_ids for thing in ids})
    return {**scored, "ids_over_truth": n_told / n_true}


def _follow(sequence: Sequence) -> list[tuple[list[int], Array]]:
    """What our tracker tells of what it saw in each frame, or coasts over for a third second."""
    tracker = MultiObjectTracker(TrackerSettings(registration_sigma_px=MOTION_SIGMA_PX))
    told, last_seen = [], dict[int, int]()
    for index, (found, frame, registration) in enumerate(_inputs(sequence)):
        tracks = tracker.update(found, frame=frame, registration=registration)
        seen = tracks.track_id[tracks.life_stage == LifeStage.CONFIRMED].tolist()
        last_seen.update(dict.fromkeys(seen, index))
        center = tracks.box_px[:, :2] + 0.5 * tracks.box_px[:, 2:]
        is_told = np.array([index - last_seen.get(k, -99) <= 10 for k in tracks.track_id], np.bool_)
        is_told &= np.all((center > 0.0) & (center < [1280.0, 720.0]), axis=1)
        told.append((tracks.track_id[is_told].tolist(), tracks.box_px[is_told]))
    return told


def _follow_with_peer(sequence: Sequence, *, is_compensated: bool) -> list[tuple[list[int], Array]]:
    offset = sequence.camera_px if is_compensated else np.zeros_like(sequence.camera_px)
    shift = np.concatenate([offset, np.zeros_like(offset)], axis=1)
    found = [(boxes + by).tolist() for boxes, by in zip(sequence.found, shift, strict=True)]
    settings = {"match_thresh": 0.95, "track_buffer": 45}
    tables = _ask_peer({"task": "follow", "found": found, "settings": settings})
    told = []
    for table, by in zip(tables, shift, strict=True):
        rows = np.array(table, np.float64).reshape(-1, 5)
        told.append((rows[:, 4].astype(int).tolist(), rows[:, :4] - by))
    return told


def _sweep() -> dict[str, dict[str, float]]:
    """Mean scores over held-out seeds."""
    scores: dict[str, list[dict[str, float]]] = {"ours": [], "peer": [], "peer_compensated": []}
    for seed in SWEEP_SEEDS:
        sequence = draw_sweep(seed=seed)
        scores["ours"].append(_evaluate(sequence, _follow(sequence)))
        for name, is_compensated in (("peer", False), ("peer_compensated", True)):
            told = _follow_with_peer(sequence, is_compensated=is_compensated)
            scores[name].append(_evaluate(sequence, told))
    return {
        name: {key: round(float(np.mean([row[key] for row in rows])), 2) for key in rows[0]}
        for name, rows in scores.items()
    }


def run() -> dict[str, Any]:
    """Time both trackers and score them under a sweeping camera."""
    _install_peers()
    timed = {f"{n_things} objects": _time_both(n_things) for n_things in N_THINGS}
    return {
        "figure": f"an update costs at most {MOST_TIMES_PEER} times the peer's",
        "peer": PEERS[0],
        **timed,
        "sweeping camera": _sweep(),
        "is_met": all(row["ratio"] <= MOST_TIMES_PEER for row in timed.values()),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
