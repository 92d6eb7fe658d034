"""Pedestrians from a still camera: a regression test, far from our domain, on real detections."""

import csv
from pathlib import Path

import numpy as np
import pytest

from plainview.model import Camera, Detections, Frame
from plainview.tracking import MultiObjectTracker, TrackerSettings
from tests.conftest import SharedData
from tests.tracking.clear_metrics import Boxes, clear_metrics
from tests.tracking.scenes import registration

CAMPUS = "mot_metrics/TUD-Campus"
RATE_HZ = 25.0


def read_boxes(path: Path, *, is_first_pixel_one: bool = True) -> Boxes:
    """Read MOTChallenge rows; pixels from 1 become outer corners from 0."""
    boxes: Boxes = {}
    for row in csv.reader(path.read_text().splitlines()):
        frame, identity, *box = row[:6]
        corner = 1.0 if is_first_pixel_one else 0.0
        there = boxes.setdefault(int(frame), {})
        key = int(identity) if int(identity) >= 0 else len(there)
        there[key] = np.array([float(v) for v in box]) - [corner, corner, 0.0, 0.0]
    return boxes


def follow(found: Boxes, camera: Camera) -> Boxes:
    """Return the confirmed tracks of each frame; a trained detector is believed early."""
    tracker, told = MultiObjectTracker(TrackerSettings(confirm_after_s=0.1)), {}
    for index in range(max(found)):
        box_px = np.array(list(found.get(index + 1, {}).values())).reshape(-1, 4)
        n = len(box_px)
        image = Frame(
            pixels=np.zeros((1, 1), np.uint8),
            camera=camera,
            frame_index=index,
            video_time_us=round(index * 1e6 / RATE_HZ),
        )
        detections = Detections(
            box_px=box_px, score=np.ones(n), label=("person",) * n, detector=("given",) * n
        )
        tracks = tracker.update(
            detections, frame=image, registration=registration(is_restart=index == 0)
        )
        seen = tracks.select(tracks.life_stage == 2)
        told[index + 1] = dict(zip(seen.track_id.tolist(), seen.box_px, strict=True))
    return told


def test_the_metrics_of_this_test_are_the_published_ones(shared_data: SharedData) -> None:
    truth = read_boxes(shared_data(f"{CAMPUS}/gt.txt"))
    metrics = clear_metrics(truth, read_boxes(shared_data(f"{CAMPUS}/test.txt")))
    assert (metrics.false_positives, metrics.misses, metrics.switches) == (13, 150, 7)
    assert metrics.mota == pytest.approx(0.526, abs=5e-4)
    assert metrics.idf1 == pytest.approx(0.558, abs=5e-4)


def test_pedestrians_of_tud_campus_are_followed(shared_data: SharedData) -> None:
    truth = read_boxes(shared_data(f"{CAMPUS}/gt.txt"))
    found = read_boxes(shared_data(f"{CAMPUS}/det.txt"))
    told = follow(found, Camera(name="campus", width_px=640, height_px=480))
    metrics = clear_metrics(truth, told)
    assert metrics.mota > 0.42
    assert metrics.idf1 > 0.53
    assert metrics.switches <= 6
