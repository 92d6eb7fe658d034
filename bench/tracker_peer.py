"""The peer's side of `bench.tracker`, run by itself with the peers' folder on its path.

Reads a JSON task on standard input and answers with JSON: ``time`` updates of BYTETracker,
``follow`` a sequence with it, or ``evaluate`` tracks against truth with motrics.
"""

import json
import sys
import time
from typing import Any

import numpy as np


def rows_from_boxes(boxes: list[list[float]]) -> np.ndarray:
    """Return what the peer takes: x1, y1, x2, y2, score."""
    box = np.array(boxes, np.float64).reshape(-1, 4)
    return np.concatenate(
        [box[:, :2], box[:, :2] + box[:, 2:], np.full((len(box), 1), 0.9)], axis=1
    )


def update_times_us(task: dict[str, Any]) -> list[float]:
    from pyxtrackers import BYTETracker

    tracker, times = BYTETracker(), []
    for rows in [rows_from_boxes(boxes) for boxes in task["found"]]:
        start = time.perf_counter_ns()
        tracker.update(rows)
        times.append((time.perf_counter_ns() - start) / 1000.0)
    return times


def followed(task: dict[str, Any]) -> list[list[list[float]]]:
    """For each frame x, y, width, height and identity of each track."""
    from pyxtrackers import BYTETracker

    tracker, tables = BYTETracker(**task["settings"]), []
    for boxes in task["found"]:
        told = np.asarray(tracker.update(rows_from_boxes(boxes))).reshape(-1, 5)
        told[:, 2:4] -= told[:, :2]
        tables.append(told.tolist())
    return tables


def _frames(ids: list[list[int]], boxes: list[Any]) -> Any:
    import motrics

    return motrics.Frames(ids, [np.array(b, np.float64).reshape(-1, 4) for b in boxes])


def evaluation(task: dict[str, Any]) -> dict[str, float]:
    import motrics

    truth = _frames(task["truth_ids"], task["truth"])
    told = _frames(task["told_ids"], task["told"])
    result = motrics.evaluate(truth, told, iou_threshold=task["iou"], box_format="xywh")
    return {
        "hota": 100.0 * result.hota.hota,
        "assa": 100.0 * result.hota.assa,
        "idf1": 100.0 * result.identity.idf1,
        "mota": 100.0 * result.clear.mota,
        "switches": result.clear.num_switches,
    }


TASKS = {"time": update_times_us, "follow": followed, "evaluate": evaluation}

if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump(TASKS[given["task"]](given), sys.stdout)
