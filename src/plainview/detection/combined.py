"""Several detectors as one: what two of them find is one thing."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from plainview.detection.overlap import keep_best_boxes
from plainview.model import Detections, Detector, Frame, Registration, State

__all__ = ["CombinedDetector"]


class CombinedDetector:
    """Runs detectors one after the other and merges their duplicates."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = tuple(detectors)

    def detect(self, frame: Frame, registration: Registration) -> Detections:
        """Return what any of the detectors finds; of boxes on one thing, the surest."""
        found = [detector.detect(frame, registration) for detector in self._detectors]
        box_px = np.concatenate([np.empty((0, 4)), *(f.box_px for f in found)])
        score = np.concatenate([np.empty(0), *(f.score for f in found)])
        label = [name for f in found for name in f.label]
        detector = [name for f in found for name in f.detector]
        order = np.argsort(-score, kind="stable")
        kept = order[keep_best_boxes(box_px[order])].tolist()
        return Detections(
            box_px=box_px[kept],
            score=score[kept],
            label=tuple(label[row] for row in kept),
            detector=tuple(detector[row] for row in kept),
        )

    def state(self) -> State:
        """Return what the detectors remember."""
        return {"detectors": [detector.state() for detector in self._detectors]}

    def restore(self, state: State) -> None:
        """Go on from what was remembered, by the same detectors in the same order."""
        states = cast("list[State]", state["detectors"])
        for detector, remembered in zip(self._detectors, states, strict=True):
            detector.restore(remembered)
